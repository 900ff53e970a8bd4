"""CoxRegression: the cumulative hazard at a time. Semantics chapter 9."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Column, combined_state
from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.general_regression.design import number_step, without
from pmmlkit.language.models.general_regression.linear import LinearPredictor
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.regression.normalization import LINKS
from pmmlkit.language.step import Batch, Read, Step, Values
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.general_regression.declaration import (
        BaseCumHazardTables,
        BaselineCell,
        GeneralRegressionModel,
    )
    from pmmlkit.language.scope import Scope

__all__ = ["HazardPredictor", "compile_hazard"]

Doubles = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_STRATUM_NOT_OF_THE_FIELD = "PMML363"
_EXP = LINKS["exp"]


@dataclass(frozen=True, slots=True)
class Baseline:
    """The cumulative hazard by time: `times` ascend, `hazards` hold from each of them on.

    Before the first time it is 0, whatever the covariates are; after `most` it is not known.
    """

    times: tuple[float, ...]
    hazards: tuple[float, ...]
    most: float

    def columns(self, times: Doubles) -> tuple[Doubles, Flags]:
        """Return the hazard at each time, NaN where it is not known, and what is before all."""
        places = np.searchsorted(np.array(self.times), times, side="right")
        found: Doubles = np.array([0.0, *self.hazards])[places]
        unknown = times > self.most
        found[unknown] = np.nan
        return found, (places == 0) & ~unknown

    def row(self, time: float) -> tuple[float, bool] | None:
        """Return the hazard at one time, and whether it is before all; None where not known."""
        if time > self.most:
            return None
        at = bisect_right(self.times, time)
        return (self.hazards[at - 1], False) if at else (0.0, True)


def compile_hazard(
    model: GeneralRegressionModel,
    scope: Scope,
    predictor: LinearPredictor,
    reference: float,
) -> HazardPredictor:
    """Compile the baseline. `reference`: the linear predictor at the reference points.

    Raises MarkupError where the times, or the tables that fit the strata, are not there.
    """
    tables = model.base_cum_hazard_tables
    if tables is None:
        raise wrong(model, "CoxRegression needs BaseCumHazardTables", code=mistakes.MISSING_ELEMENT)
    if model.end_time_variable is None:
        raise wrong(
            model, "CoxRegression needs an endTimeVariable", code=mistakes.MISSING_ATTRIBUTE
        )
    time = number_step(scope.read(model.end_time_variable, model), model, model.end_time_variable)
    if model.baseline_strata_variable is None:
        if tables.strata:
            raise wrong(
                model,
                "BaselineStratum elements need a baselineStrataVariable",
                code=mistakes.MISSING_ATTRIBUTE,
            )
        most = math.inf if tables.max_time is None else tables.max_time
        return HazardPredictor(predictor, reference, time, _baseline(tables.cells, most, tables))
    if not tables.strata:
        raise wrong(
            tables,
            "a baselineStrataVariable needs BaselineStratum elements",
            code=mistakes.MISSING_ELEMENT,
        )
    stratum = scope.read(model.baseline_strata_variable, model)
    strata = _strata(tables, stratum, scope)
    return HazardPredictor(predictor, reference, time, strata, stratum)


def _strata(tables: BaseCumHazardTables, read: Read, scope: Scope) -> dict[Any, Baseline]:
    strata: dict[Any, Baseline] = {}
    for item in tables.strata:
        try:
            value = parse_text(item.value, read.type)
        except ValueError:
            text = f"stratum {item.value!r} is no {read.type.name}, so that no row is in it"
            scope.compilation.warn(_STRATUM_NOT_OF_THE_FIELD, text, item)
            continue
        if value in strata:
            raise wrong(
                item, f"two strata have the value {item.value!r}", code=mistakes.DUPLICATE_ENTRY
            )
        strata[value] = _baseline(item.cells, item.max_time, item)
    return strata


def _baseline(cells: Sequence[BaselineCell], most: float, user: Element) -> Baseline:
    hazards: dict[float, float] = {}
    for cell in cells:
        if hazards.setdefault(cell.time, cell.cum_hazard) != cell.cum_hazard:
            raise wrong(
                cell,
                f"two values of cumHazard at time {cell.time:g}",
                code=mistakes.DUPLICATE_ENTRY,
            )
    times = tuple(sorted(hazards))
    return Baseline(times, tuple(hazards[time] for time in times), most)


class HazardPredictor(Predictor):
    """``baseline(time) * exp(linear predictor - reference)``.

    `baseline`: one for all, or by the value of `stratum`.
    """

    type = DOUBLE

    def __init__(
        self,
        predictor: LinearPredictor,
        reference: float,
        time: Step,
        baseline: Baseline | Mapping[Any, Baseline],
        stratum: Read | None = None,
    ) -> None:
        self._predictor = predictor
        self._reference = reference
        self._time = time
        self._baseline = baseline
        self._stratum = stratum

    def columns(self, batch: Batch) -> Prediction:
        """Predict the cumulative hazard for all rows."""
        sums = np.empty(batch.size)
        time = self._time.columns(batch)
        times = time.values.astype(np.float64, copy=False)
        states = [time]
        with np.errstate(all="ignore"):
            inputs = self._predictor.columns(batch, sums)
            if isinstance(self._baseline, Baseline):
                hazard, is_before = self._baseline.columns(times)
            else:
                assert self._stratum is not None
                stratum = self._stratum.columns(batch)
                states.append(stratum)
                hazard, is_before = _by_stratum(self._baseline, stratum, times)
            values = hazard * _EXP.columns(sums - self._reference)
        values[is_before] = 0.0
        states += [without(column, is_before & time.is_usable) for column in inputs]
        state, errors = combined_state(*states)
        unknown = np.isnan(hazard)
        if unknown.any():
            gaps = np.where(unknown, np.uint8(MISSING), np.uint8(0))
            state = gaps if state is None else np.maximum(state, gaps)
        return Prediction(Column(values, DOUBLE, state, errors=errors))

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        sum_of, time_of = self._predictor.row_function(), self._time.row_function()
        hazard_at = _hazard_at(self._baseline, self._stratum)
        reference, exponential = self._reference, _EXP.row

        def predict(values: Values) -> RowPrediction:
            found = hazard_at(values, time_of(values))
            if found is not None and found[1]:
                return RowPrediction(0.0)
            total = sum_of(values)
            if found is None or total is None:
                return RowPrediction(None)
            return RowPrediction(found[0] * exponential(total - reference))

        return predict


def _by_stratum(
    strata: Mapping[Any, Baseline], stratum: Column, times: Doubles
) -> tuple[Doubles, Flags]:
    result = np.full(len(times), np.nan)
    is_before = np.zeros(len(times), np.bool_)
    for value, baseline in strata.items():
        wanted = value if stratum.categories is None else stratum.categories.code(value)
        rows = stratum.is_usable & (stratum.values == wanted)
        result[rows], is_before[rows] = baseline.columns(times[rows])
    return result, is_before


def _hazard_at(
    baseline: Baseline | Mapping[Any, Baseline], stratum: Read | None
) -> Callable[[Values, Any], tuple[float, bool] | None]:
    if isinstance(baseline, Baseline):
        hazard_of = baseline.row
        return lambda values, time: None if time is None else hazard_of(time)
    assert stratum is not None
    stratum_of, baseline_of = stratum.row_function(), baseline.get

    def hazard_at(values: Values, time: Any) -> tuple[float, bool] | None:
        chosen = baseline_of(stratum_of(values))
        return None if chosen is None or time is None else chosen.row(time)

    return hazard_at

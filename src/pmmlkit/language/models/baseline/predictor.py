"""BaselineModel: statistics over the stream of rows. One row by itself is a stream of one.

Semantics chapter 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from itertools import accumulate, chain
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.continuous_distributions import Density
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.baseline.declaration import (
    CountTable,
    NormalizedCountTable,
    TestDistributions,
)
from pmmlkit.language.models.baseline.independence import OfFields
from pmmlkit.language.models.baseline.statistics import STATISTICS, CountStatistic
from pmmlkit.language.models.baseline.stream import Sequential, Stream, Weighted
from pmmlkit.language.models.baseline.table import Cells, compile_cells
from pmmlkit.language.models.baseline.windows import counts_in_window, sums_in_window
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.baseline.declaration import BaselineModel
    from pmmlkit.language.scope import Scope

__all__ = ["compile_baseline"]

Doubles = npt.NDArray[np.float64]

_WITHOUT_EFFECT: Final = "PMML460"

_NO_RATIO: Final = "both distributions say that the value cannot be"

SCHEMES: Final = (None, "Independent")
"""Schemes of normalisation: each vector of counts is divided by its own length."""


def compile_baseline(model: BaselineModel, scope: Scope) -> Predictor:
    """Compile a BaselineModel.

    Raises MarkupError where statistic and distributions do not fit, UnsupportedError where a
    distribution has no density.
    """
    if model.function_name != "regression":
        raise unsupported(
            model,
            f"a BaselineModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    test = model.test_distributions
    if test.window_size < 0:
        raise wrong(test, f"windowSize {test.window_size} is below 0", code=mistakes.OUT_OF_RANGE)
    for name, has_effect in _without_effect(test):
        if not has_effect:
            text = f"{name} has no effect on {test.test_statistic}"
            scope.compilation.warn(_WITHOUT_EFFECT, text, test)
    weight = None
    if test.weight_field is not None and test.test_statistic != "CUSUM":
        weight = _number(test, test.weight_field, scope)
    if test.baseline.field_refs:
        return _fields(test, weight, scope)
    distribution = test.baseline.distribution
    if distribution is None:
        raise wrong(test, "the Baseline is empty", code=mistakes.MISSING_ELEMENT)
    if test.test_statistic in STATISTICS:
        if not isinstance(distribution, CountTable):
            raise wrong(
                test, f"{test.test_statistic} needs a Baseline of counts", code=mistakes.METHOD
            )
        return _counts(test, distribution, weight, scope)
    if isinstance(distribution, CountTable):
        raise wrong(
            test,
            f"{test.test_statistic} needs a Baseline that is no table of counts",
            code=mistakes.METHOD,
        )
    value = _number(test, test.field, scope)
    if test.test_statistic == "zValue":
        return ZValue(value, weight, test.window_size, *distribution.moments())
    return _cusum(test, value, distribution.density())


def _cusum(test: TestDistributions, value: Step, baseline: Density) -> Predictor:
    if test.alternate is None:
        raise wrong(test, "CUSUM needs an Alternate", code=mistakes.MISSING_ELEMENT)
    if not math.isfinite(test.reset_value):
        raise wrong(
            test, f"resetValue {test.reset_value!r} is not finite", code=mistakes.OUT_OF_RANGE
        )
    return Cusum(value, baseline, test.alternate.distribution.density(), test.reset_value)


def _without_effect(test: TestDistributions) -> Iterator[tuple[str, bool]]:
    is_cusum = test.test_statistic == "CUSUM"
    yield "an Alternate", is_cusum or test.alternate is None
    yield "resetValue", is_cusum or test.reset_value == 0
    yield "windowSize", not is_cusum or test.window_size == 0
    yield "weightField", not is_cusum or test.weight_field is None
    is_product = test.test_statistic == "scalarProduct"
    yield "normalizationScheme", is_product or test.normalization_scheme is None


def _fields(test: TestDistributions, weight: Step | None, scope: Scope) -> Predictor:
    if test.test_statistic != "chiSquareIndependence":
        raise wrong(
            test,
            f"{test.test_statistic} needs a Baseline that is a distribution",
            code=mistakes.METHOD,
        )
    references = test.baseline.field_refs
    names = [item.field for item in references]
    if len(set(names)) < max(2, len(names)):
        raise wrong(
            test,
            "the Baseline does not name two or more different fields",
            code=mistakes.WRONG_COUNT,
        )
    for item in references:
        if scope.field(item.field, item).optype == "continuous":
            raise wrong(
                item,
                f"{item.field!r} is continuous: its values cannot be counted",
                code=mistakes.FIELD_TYPE,
                field=item.field,
            )
    return OfFields([scope.compile(item) for item in references], weight, test.window_size)


def _counts(
    test: TestDistributions, table: CountTable, weight: Step | None, scope: Scope
) -> Predictor:
    if test.test_statistic == "scalarProduct" and test.normalization_scheme not in SCHEMES:
        raise unsupported(
            test,
            f"normalizationScheme {test.normalization_scheme!r} is not known; "
            f"there is {SCHEMES[-1]!r}",
            code=mistakes.UNKNOWN_VALUE,
        )
    if (
        test.test_statistic == "chiSquareIndependence"
        and isinstance(table, NormalizedCountTable)
        and table.sample is None
    ):
        raise wrong(
            table,
            "chiSquareIndependence needs the sample behind the shares",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    cells = compile_cells(table, test.field, scope)
    statistic = STATISTICS[test.test_statistic](cells.counts)
    return OfCounts(cells, weight, test.window_size, statistic)


def _number(test: TestDistributions, name: str, scope: Scope) -> Step:
    step: Step = scope.read(name, test)
    if step.type.is_temporal:
        raise wrong(
            test,
            f"{name!r} is a {step.type.name}, not a number",
            code=mistakes.FIELD_TYPE,
            field=name,
        )
    return step if step.type.is_number else cast_step(step, DOUBLE)


class ZValue(Weighted):
    """How many standard errors the mean of the window is away from that of the baseline."""

    def __init__(
        self, value: Step, weight: Step | None, window: int, mean: float, variance: float
    ) -> None:
        super().__init__(weight, window)
        self._value = value
        self._mean = mean
        self._variance = variance

    def columns(self, batch: Batch) -> Prediction:
        """Compute the statistic after each row."""
        column = self._value.columns(batch)
        stream, weights = self.stream([column], batch)
        values = column.values[stream.rows].astype(np.float64)
        with np.errstate(all="ignore"):
            if weights is None:
                count = np.arange(1.0, len(values) + 1.0)
                if self.window:
                    np.minimum(count, float(min(self.window, len(values))), out=count)
            else:
                values = values * weights
                count = sums_in_window(weights, self.window)
            mean = sums_in_window(values, self.window) / count
            results = (mean - self._mean) / np.sqrt(self._variance / count)
        return stream.prediction(results)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the statistic of a stream of one row."""
        value_of, weight_of = self._value.row_function(), self.row_weight()
        mean, variance = self._mean, self._variance

        def predict(values: Values) -> RowPrediction:
            value = value_of(values)
            weight = weight_of(values, value is not None)
            if value is None or not weight:
                return RowPrediction(None)
            result = (value * weight / weight - mean) / math.sqrt(variance / weight)
            return RowPrediction(None if result != result else result)

        return predict


class Cusum(Sequential):
    """The sum of the logarithms of the ratios of both densities, which never falls below a floor.

    A value that the alternative says cannot be brings it down to the floor.
    """

    def __init__(self, value: Step, baseline: Density, alternate: Density, floor: float) -> None:
        self._value = value
        self._baseline = baseline
        self._alternate = alternate
        self._floor = floor

    def columns(self, batch: Batch) -> Prediction:
        """Compute the statistic after each row."""
        column = self._value.columns(batch)
        stream = Stream([column], batch.size)
        values = column.values[stream.rows].astype(np.float64)
        with np.errstate(all="ignore"):
            ratios = self._alternate.columns(values) - self._baseline.columns(values)
        is_nan = np.isnan(ratios)
        if is_nan.any():
            stream.refuse(is_nan, _NO_RATIO)
            ratios = ratios[~is_nan]
        # Each term needs the one before: differences of one long sum would lose digits.
        floor = self._floor

        def after(total: float, ratio: float) -> float:
            total += ratio
            return total if total > floor else floor

        sums = accumulate(chain((0.0,), ratios.tolist()), after)
        next(sums)
        return stream.prediction(np.fromiter(sums, np.float64, len(ratios)))

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the statistic of a stream of one row."""
        value_of = self._value.row_function()
        baseline, alternate, floor = self._baseline.row, self._alternate.row, self._floor

        def predict(values: Values) -> RowPrediction:
            value = value_of(values)
            if value is None:
                return RowPrediction(None)
            value = float(value)
            ratio = alternate(value) - baseline(value)
            if ratio != ratio:
                raise EvaluationError(_NO_RATIO)
            return RowPrediction(ratio if ratio > floor else floor)

        return predict


class OfCounts(Weighted):
    """A statistic of the counts in the window."""

    def __init__(
        self, cells: Cells, weight: Step | None, window: int, statistic: CountStatistic
    ) -> None:
        super().__init__(weight, window)
        self._cells = cells
        self._statistic = statistic

    def columns(self, batch: Batch) -> Prediction:
        """Compute the statistic after each row."""
        places, columns = self._cells.columns(batch)
        stream, weights = self.stream(columns, batch)
        places = places[stream.rows]
        results = np.empty(len(places))
        count = len(self._statistic.baseline)
        with np.errstate(all="ignore"):
            for rows, counts in counts_in_window(places, weights, count, self.window):
                results[rows] = self._statistic.columns(counts)
        return stream.prediction(results)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the statistic of a stream of one row."""
        place_of, statistic = self._cells.row_function(), self._statistic.row
        size = len(self._statistic.baseline)
        if self.weight is None:
            known = [_none_if_nan(statistic(_one(size, at, 1.0))) for at in range(size)]

            def look_up(values: Values) -> RowPrediction:
                place = place_of(values)
                return RowPrediction(None if place is None else known[place])

            return look_up
        weight_of = self.row_weight()

        def predict(values: Values) -> RowPrediction:
            place = place_of(values)
            weight = weight_of(values, place is not None)
            if place is None or weight is None:
                return RowPrediction(None)
            return RowPrediction(_none_if_nan(statistic(_one(size, place, weight))))

        return predict


def _one(size: int, at: int, weight: float) -> list[float]:
    counts = [0.0] * size
    counts[at] = weight
    return counts


def _none_if_nan(value: float) -> float | None:
    return None if value != value else value

"""One number of one linear predictor: regressions, general and generalized linear models.

Semantics chapter 9.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.language.models.confidence import INTERVAL_FEATURES
from pmmlkit.language.models.general_regression.linear import LinearPredictor, RowSum
from pmmlkit.language.models.general_regression.links import IDENTITY
from pmmlkit.language.models.general_regression.uncertainty import (
    LINEAR_PREDICTOR,
    MEAN,
    STANDARD_ERROR,
    TRIALS,
    IntervalEnd,
    Spread,
    StandardDeviation,
    Variance,
)
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.regression.normalization import Link
from pmmlkit.language.result_features import Detail
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.result_features import Feature

__all__ = ["MeanPredictor"]


class MeanPredictor(Predictor):
    """The inverse link of a linear predictor, times the number of trials.

    `trials`: a step of numbers. `spread`, `variance`: what the output features of uncertainty need;
    `degrees` of freedom of its intervals.
    """

    def __init__(
        self,
        predictor: LinearPredictor,
        link: Link,
        *,
        is_single: bool,
        trials: Step | None = None,
        spread: Spread | None = None,
        degrees: float | None = None,
        variance: Variance | None = None,
    ) -> None:
        self.type = FLOAT if is_single else DOUBLE
        self._predictor = predictor
        self._link = link
        self._trials = trials
        self._spread = spread
        self._degrees = degrees
        self._variance = variance
        self.details: dict[str, DataType] = {}

    def feature(self, element: OutputField) -> Feature | None:
        """Return the features of uncertainty that the model holds enough for."""
        made: Feature | None = None
        needs: tuple[str, ...] = ()
        if element.feature == "standardDeviation" and self._variance is not None:
            made, needs = StandardDeviation(self._variance), (MEAN,)
        elif element.feature == STANDARD_ERROR and self._spread is not None:
            made, needs = Detail(STANDARD_ERROR, DOUBLE), (STANDARD_ERROR,)
        elif element.feature in INTERVAL_FEATURES and self._spread is not None:
            made = IntervalEnd.of(element, self._link, self._degrees)
            needs = (STANDARD_ERROR, LINEAR_PREDICTOR)
        self.details.update(dict.fromkeys(needs, DOUBLE))
        if needs and self._trials is not None:
            self.details[TRIALS] = DOUBLE
        return made

    def columns(self, batch: Batch) -> Prediction:
        """Predict a number for all rows."""
        sums = np.empty(batch.size, self.type.dtype)
        trials = None if self._trials is None else self._trials.columns(batch)
        with np.errstate(all="ignore"):
            states = self._predictor.columns(batch, sums)
            values = self._link.columns(sums)
            if trials is not None:
                values = values * trials.values.astype(self.type.dtype, copy=False)
                states.append(trials)
        state, errors = combined_state(*states)
        mean = Column(values, self.type, state, errors=errors)
        if not self.details:
            return Prediction(mean)
        details = {MEAN: mean, LINEAR_PREDICTOR: Column(sums, self.type, state, errors=errors)}
        if trials is not None:
            details[TRIALS] = trials
        if STANDARD_ERROR in self.details:
            assert self._spread is not None
            details[STANDARD_ERROR] = self._spread.columns(batch)
        return Prediction(mean, details=details)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts a number for one row."""
        sum_of = self._predictor.row_function()
        if self.details:
            return self._uncertain(sum_of)
        if self._trials is None and self._link is IDENTITY:
            return lambda values: RowPrediction(sum_of(values))
        link = self._row_link()
        if self._trials is None:

            def predict(values: Values) -> RowPrediction:
                total = sum_of(values)
                return RowPrediction(None if total is None else link(total))

            return predict
        return self._with_trials(sum_of, self._trials)

    def _with_trials(self, sum_of: RowSum, trials: Step) -> Callable[[Values], RowPrediction]:
        trials_of, link, rounded = trials.row_function(), self._row_link(), self._rounding()

        def predict(values: Values) -> RowPrediction:
            total, number = sum_of(values), trials_of(values)
            if total is None or number is None:
                return RowPrediction(None)
            return RowPrediction(rounded(link(total) * number))

        return predict

    def _rounding(self) -> Callable[[float], float]:
        return float if self.type is DOUBLE else lambda value: float(np.float32(value))

    def _row_link(self) -> Callable[[float], float]:
        if self.type is not FLOAT:
            return self._link.row
        columns = self._link.columns

        def run(value: float) -> float:
            with np.errstate(all="ignore"):
                return float(columns(np.array([value], np.float32))[0])

        return run

    def _uncertain(self, sum_of: RowSum) -> Callable[[Values], RowPrediction]:
        link, rounded = self._row_link(), self._rounding()
        trials_of = None if self._trials is None else self._trials.row_function()
        error_of = None
        if STANDARD_ERROR in self.details:
            assert self._spread is not None
            error_of = self._spread.row_function()

        def predict(values: Values) -> RowPrediction:
            total = sum_of(values)
            trials = None if trials_of is None else trials_of(values)
            error = None if error_of is None else error_of(values)
            if total is None or (trials is None and trials_of is not None):
                return RowPrediction(None)
            mean = link(total)
            details: dict[str, Any] = {LINEAR_PREDICTOR: total, STANDARD_ERROR: error}
            if trials is not None:
                mean = rounded(mean * trials)
                details[TRIALS] = trials
            details[MEAN] = mean
            return RowPrediction(mean, details=details)

        return predict

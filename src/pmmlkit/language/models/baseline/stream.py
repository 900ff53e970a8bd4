"""The events of a stream, and their weights: what all statistics of a BaselineModel share.

Semantics chapter 22. A row whose field (or weight) is missing is no event: it has no result, and
those after it do not see it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, VALID, Column, combined_state
from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Prediction, Predictor
from pmmlkit.language.step import Batch, Step, Values

__all__ = ["Sequential", "Stream", "Weighted"]

Doubles = npt.NDArray[np.float64]

_BAD_WEIGHT: Final = "the weight is not a number from 0 on"


class Stream:
    """The events of a batch, and where their results go."""

    def __init__(self, columns: list[Column], size: int) -> None:
        state, self.errors = combined_state(*columns)
        self.state = np.zeros(size, np.uint8) if state is None else state.copy()
        self.rows = np.flatnonzero(self.state == VALID)

    def refuse(self, is_bad: npt.NDArray[np.bool_], message: str) -> None:
        """Fail events (a mask over them); they are no events any more."""
        for row in self.rows[is_bad].tolist():
            self.errors[row] = EvaluationError(message)
            self.state[row] = ERROR
        self.rows = self.rows[~is_bad]

    def prediction(self, results: Doubles) -> Prediction:
        """Return the results of the events; NaN is missing."""
        values = np.zeros(len(self.state))
        values[self.rows] = results
        self.state[self.rows[np.isnan(results)]] = MISSING
        return Prediction(Column(values, DOUBLE, self.state, errors=self.errors))


class Sequential(Predictor):
    """A statistic whose rows are events in their order."""

    type = DOUBLE
    classes: tuple[Any, ...] = ()
    sequential = True


class Weighted(Sequential):
    """A statistic in which an event counts as often as its weight says."""

    def __init__(self, weight: Step | None, window: int) -> None:
        self.weight = weight
        self.window = window

    def stream(self, columns: list[Column], batch: Batch) -> tuple[Stream, Doubles | None]:
        """Return the events and their weights."""
        if self.weight is None:
            return Stream(columns, batch.size), None
        column = self.weight.columns(batch)
        stream = Stream([*columns, column], batch.size)
        weights = column.values[stream.rows].astype(np.float64)
        is_bad = ~((weights >= 0) & np.isfinite(weights))
        if is_bad.any():
            stream.refuse(is_bad, _BAD_WEIGHT)
            weights = weights[~is_bad]
        return stream, weights

    def row_weight(self) -> Callable[[Values, bool], float | None]:
        """Return the weight of one row; None where it is missing. What is no event (the second
        argument) may weigh anything.
        """
        if self.weight is None:
            return lambda values, is_event: 1.0
        weight_of = self.weight.row_function()

        def run(values: Values, is_event: bool) -> float | None:
            weight = weight_of(values)
            if weight is None or not is_event:
                return None
            weight = float(weight)
            if not 0 <= weight < math.inf:
                raise EvaluationError(_BAD_WEIGHT)
            return weight

        return run

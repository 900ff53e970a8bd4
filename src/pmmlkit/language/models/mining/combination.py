"""What is common to the ways of making one result of many: numbers, votes, distributions.

Specification: chapter Multiple Models. Sums run in segment order, in single precision under
x-mathContext="float".
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.text import single
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.mining.missing import RowResult
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = [
    "Accumulator",
    "Arithmetic",
    "Combination",
    "Finished",
    "no_weights",
]

Index = Any
"""Rows: a slice, or an array of positions."""

Weights = Any
"""A number, or an array of one per row."""


def _unchanged(number: float) -> float:
    return number


class Arithmetic:
    """Double or single precision: `type` of results, `dtype` of columns, `round` of row values."""

    def __init__(self, is_single: bool) -> None:
        self.is_single = is_single
        self.type: DataType = FLOAT if is_single else DOUBLE
        self.dtype = self.type.dtype
        self.round: Callable[[float], float] = single if is_single else _unchanged

    def array(self, values: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return numbers in this precision; whole numbers are rounded as row values are."""
        if self.is_single and values.dtype.kind in "iu":
            values = values.astype(np.float64)
        return values.astype(self.dtype, copy=False)

    def number(self, value: float) -> float:
        """Return a row value in this precision."""
        return self.round(float(value))


@dataclass(slots=True)
class Finished:
    """The result of n rows; `errors` are rows that have none, `is_missing` those that are to be
    missing.
    """

    prediction: Prediction
    errors: dict[int, EvaluationError] = field(default_factory=dict)
    is_missing: npt.NDArray[np.bool_] | None = None


class Accumulator:
    """The results of n rows while segments add to them, in their order."""

    def add(self, rows: Index, at: Index, prediction: Prediction, weights: Weights) -> None:
        """Add the predictions at `at`, all usable, to those of `rows`; weights are theirs."""
        raise AssertionError(type(self).__name__)

    def add_missing(self, rows: Index, weights: Weights) -> None:
        """Note that a segment has no prediction for `rows`."""

    def finish(self) -> Finished:
        """Return the results. Rows to which nothing was added may have any."""
        raise AssertionError(type(self).__name__)


class Combination:
    """A multipleModelMethod for one mining function.

    `type` and `classes` of the result; `is_weighted` tells whether it looks at weights.
    """

    type: DataType
    classes: tuple[Any, ...] = ()
    is_weighted = False
    is_vote = False

    def start(self, size: int) -> Accumulator:
        """Begin the results of `size` rows."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the function from the usable results of a row (at least one), and all of them."""
        raise AssertionError(type(self).__name__)


def no_weights() -> EvaluationError:
    """Make the error of a row whose segments have no weight together."""
    return EvaluationError("the weights of the segments add up to 0")

"""What the neighbours say of one target: an average, or a vote.

Specification: Nearest Neighbors, Scoring Procedure; semantics chapter 13.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Categories, Column
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = [
    "Average",
    "Goal",
    "Median",
    "RowGoal",
    "Vote",
    "single_weights_of_row",
    "weights_of",
    "weights_of_row",
]

Doubles = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
RowGoal = Callable[[Sequence[int], "Sequence[float] | None"], RowPrediction]


def weights_of(distances: Doubles, threshold: float, type: DataType = DOUBLE) -> Doubles:
    """Return the weights 1 / (distance + threshold) of neighbours (n, k), in the precision of a
    type; where some are infinite, those count alone, as in the training libraries (JPMML: NaN).
    A neighbour whose distance is no number (negative weights of fields) has no weight.
    """
    numbers = distances.astype(type.dtype, copy=False)
    with np.errstate(all="ignore"):
        weights = (1.0 / (numbers + np.array(threshold, type.dtype))).astype(np.float64, copy=False)
    endless = np.isinf(weights)
    rows = endless.any(axis=1)
    if rows.any():
        weights[rows] = endless[rows]
    return np.where(np.isnan(weights), 0.0, weights)


def weights_of_row(distances: Sequence[float], threshold: float) -> list[float]:
    """Return the weights of the neighbours of one row."""
    sums = [distance + threshold for distance in distances]
    if 0.0 in sums:
        return [1.0 if item == 0.0 else 0.0 for item in sums]
    return [1.0 / item if item == item else 0.0 for item in sums]


def single_weights_of_row(distances: Sequence[float], threshold: float) -> list[float]:
    """Return the weights of the neighbours of one row in single precision."""
    found: list[float] = weights_of(np.array([distances]), threshold, FLOAT)[0].tolist()
    return found


class Goal:
    """One target. `classes` are those of a vote."""

    type: DataType
    classes: tuple[Any, ...] = ()
    is_weighted: bool = False

    def columns(self, positions: Positions, weights: Doubles | None) -> Prediction:
        """Predict rows from the positions (n, k) of their neighbours among the training rows."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowGoal:
        """Return the function that predicts one row."""
        raise AssertionError(type(self).__name__)


class _Number(Goal):
    """`values` of the training rows, NaN where one has none: such neighbours are left out."""

    def __init__(self, values: Doubles, *, is_single: bool) -> None:
        self.type = FLOAT if is_single else DOUBLE
        self._values = values.astype(self.type.dtype)
        self._is_whole = not np.isnan(values).any()

    def _column(self, values: Any, counts: Any) -> Prediction:
        none = counts == 0
        state = np.where(none, np.uint8(MISSING), np.uint8(0)) if np.any(none) else None
        return Prediction(Column(values, self.type, state))

    def row_function(self) -> RowGoal:
        if self._is_whole and self.type is DOUBLE:
            return self.row_of_known()
        return self._by_columns()

    def _by_columns(self) -> RowGoal:
        """Run the columns over one row: their rounding to float is the definition."""

        def run(positions: Sequence[int], weights: Sequence[float] | None) -> RowPrediction:
            found = self.columns(
                np.array([positions], np.intp), None if weights is None else np.array([weights])
            )
            return RowPrediction(found.value.to_list()[0])

        return run

    def row_of_known(self) -> RowGoal:
        """Return the function for one row where all training rows have a value."""
        raise AssertionError(type(self).__name__)


class Average(_Number):
    """average and weightedAverage."""

    def __init__(self, values: Doubles, *, is_weighted: bool, is_single: bool) -> None:
        super().__init__(values, is_single=is_single)
        self.is_weighted = is_weighted

    def columns(self, positions: Positions, weights: Doubles | None) -> Prediction:
        values = self._values[positions]
        number = self.type.dtype.type
        total, sum_of_weights = np.zeros((2, len(values)), self.type.dtype)
        counts = np.zeros(len(values), np.intp)
        with np.errstate(all="ignore"):
            for at, value in enumerate(values.T):
                has = ~np.isnan(value)
                weight = number(1) if weights is None else weights[:, at].astype(self.type.dtype)
                total += np.where(has, value * weight, number(0))
                sum_of_weights += np.where(has, weight, number(0))
                counts += has
            return self._column(total / sum_of_weights, counts)

    def row_of_known(self) -> RowGoal:
        values: list[float] = self._values.tolist()

        def mean(positions: Sequence[int], weights: Sequence[float] | None) -> RowPrediction:
            total = 0.0
            for at in positions:
                total += values[at]
            return RowPrediction(total / len(positions))

        def weighted(positions: Sequence[int], weights: Sequence[float] | None) -> RowPrediction:
            total, sum_of_weights = 0.0, 0.0
            for at, weight in zip(positions, weights or (), strict=True):
                total += values[at] * weight
                sum_of_weights += weight
            return RowPrediction(total / sum_of_weights if sum_of_weights else np.nan)

        return weighted if self.is_weighted else mean


class Median(_Number):
    """median: the mean of the two in the middle where their number is even."""

    def columns(self, positions: Positions, weights: Doubles | None) -> Prediction:
        values = np.sort(self._values[positions], axis=1)
        counts = (~np.isnan(values)).sum(axis=1)
        rows = np.arange(len(values))
        low = values[rows, np.maximum(counts - 1, 0) // 2]
        high = values[rows, np.minimum(counts // 2, values.shape[1] - 1)]
        with np.errstate(all="ignore"):
            return self._column((low + high) / self.type.dtype.type(2), counts)

    def row_of_known(self) -> RowGoal:
        values: list[float] = self._values.tolist()

        def median(positions: Sequence[int], weights: Sequence[float] | None) -> RowPrediction:
            found = sorted([values[at] for at in positions])
            count = len(found)
            return RowPrediction((found[(count - 1) // 2] + found[count // 2]) / 2.0)

        return median


_NONE: Final = -1


class Vote(Goal):
    """majorityVote and weightedMajorityVote; the probabilities are the shares of the votes.

    Of categories with equal votes the one with most training rows wins, of those the smallest.
    """

    def __init__(self, values: Column, *, is_weighted: bool) -> None:
        items = values.to_list()
        counts = Counter(item for item in items if item is not None)
        self.type = values.type
        self.classes = tuple(sorted(counts))
        self.is_weighted = is_weighted
        index = {label: at for at, label in enumerate(self.classes)}
        self._codes = np.array([index.get(item, _NONE) for item in items], np.intp)
        order = sorted(range(len(counts)), key=lambda at: -counts[self.classes[at]])
        self._preference = np.array(order, np.intp)
        self._categories = Categories(self.classes) if self.type.kind == "string" else None

    def columns(self, positions: Positions, weights: Doubles | None) -> Prediction:
        size, rows = len(positions), np.arange(len(positions))
        # The last column takes the votes of neighbours without a category (code -1).
        votes = np.zeros((size, len(self.classes) + 1))
        for at, codes in enumerate(self._codes[positions].T):
            votes[rows, codes] += 1.0 if weights is None else weights[:, at]
        votes = votes[:, :-1]
        best = self._preference[votes[:, self._preference].argmax(axis=1)]
        total = np.zeros(size)
        for column in votes.T:
            total += column
        none = (self._codes[positions] == _NONE).all(axis=1)
        with np.errstate(all="ignore"):
            shares = np.where(none[:, np.newaxis], np.nan, votes / total[:, np.newaxis])
        state = np.where(none, np.uint8(MISSING), np.uint8(0)) if none.any() else None
        if self._categories is not None:
            values = Column(best.astype(np.int32), self.type, state, categories=self._categories)
        else:
            values = Column(np.array(self.classes, self.type.dtype)[best], self.type, state)
        return Prediction(values, shares)

    def row_function(self) -> RowGoal:
        codes: list[int] = self._codes.tolist()
        preference: list[int] = self._preference.tolist()
        classes, size = self.classes, len(self.classes)

        def run(positions: Sequence[int], weights: Sequence[float] | None) -> RowPrediction:
            votes = [0.0] * size
            has_votes = False
            for at, position in enumerate(positions):
                code = codes[position]
                if code != _NONE:
                    votes[code] += 1.0 if weights is None else weights[at]
                    has_votes = True
            if not has_votes:
                return RowPrediction(None)
            best, total = preference[0], 0.0
            for code in preference:
                if votes[code] > votes[best]:
                    best = code
            for vote in votes:
                total += vote
            shares = [vote / total if total else np.nan for vote in votes]
            return RowPrediction(classes[best], shares)

        return run

"""Numbers of many segments as one: sum, average, median, plain and weighted. Semantics 19.2."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.language.models.mining.combination import (
    Accumulator,
    Arithmetic,
    Combination,
    Finished,
    Index,
    Weights,
    no_weights,
)
from pmmlkit.language.models.mining.missing import RowResult
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = ["MedianOfNumbers", "SumOfNumbers"]

Numbers = npt.NDArray[Any]


class SumOfNumbers(Combination):
    """The sum, plain or weighted; an average divides it by the number or by the weight of the
    segments.
    """

    def __init__(self, arithmetic: Arithmetic, *, is_weighted: bool, is_average: bool) -> None:
        self.arithmetic = arithmetic
        self.type = arithmetic.type
        self.is_weighted = is_weighted
        self.is_average = is_average

    def start(self, size: int) -> Accumulator:
        """Begin with zeros."""
        return _Sums(self, size)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the sum or average of one row."""
        rounded, number = self.arithmetic.round, self.arithmetic.number
        is_weighted, is_average = self.is_weighted, self.is_average

        def combine(usable: list[RowResult], _: list[RowResult]) -> RowPrediction:
            total = count = 0.0
            for prediction, given in usable:
                value = number(prediction.value)
                if is_weighted:
                    weight = rounded(given)
                    total = rounded(total + rounded(value * weight))
                    count = rounded(count + weight)
                else:
                    total = rounded(total + value)
                    count += 1.0
            if is_average:
                if count == 0:
                    raise no_weights()
                total = rounded(total / count)
            return RowPrediction(total)

        return combine


class _Sums(Accumulator):
    def __init__(self, combination: SumOfNumbers, size: int) -> None:
        self._arithmetic = combination.arithmetic
        self._is_weighted = combination.is_weighted
        self._is_average = combination.is_average
        self._total = np.zeros(size, self._arithmetic.dtype)
        self._count = np.zeros(size, self._arithmetic.dtype)

    def add(self, rows: Index, at: Index, prediction: Prediction, weights: Weights) -> None:
        dtype = self._arithmetic.dtype
        values = self._arithmetic.array(prediction.value.values[at])
        with np.errstate(all="ignore"):
            if self._is_weighted:
                weights = np.asarray(weights, dtype)
                self._total[rows] += values * weights
                self._count[rows] += weights
            else:
                self._total[rows] += values
                if self._is_average:
                    self._count[rows] += dtype.type(1.0)

    def finish(self) -> Finished:
        total, errors = self._total, {}
        if self._is_average:
            errors = dict.fromkeys(np.flatnonzero(self._count == 0).tolist(), no_weights())
            with np.errstate(all="ignore"):
                total = total / self._count
        return Finished(Prediction(Column(total, self._arithmetic.type)), errors)


class MedianOfNumbers(Combination):
    """The middle value, or the mean of the middle two; weighted: the first value that reaches half
    of the weight.

    A NaN among the values makes it NaN.
    """

    def __init__(self, arithmetic: Arithmetic, *, is_weighted: bool) -> None:
        self.arithmetic = arithmetic
        self.type = arithmetic.type
        self.is_weighted = is_weighted

    def start(self, size: int) -> Accumulator:
        """Begin without values."""
        return _Values(self, size)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the median of one row."""
        number = self.arithmetic.number
        middle = self._weighted_middle if self.is_weighted else self._middle

        def combine(usable: list[RowResult], _: list[RowResult]) -> RowPrediction:
            values = [number(prediction.value) for prediction, _ in usable]
            if any(map(math.isnan, values)):
                return RowPrediction(math.nan)
            return RowPrediction(middle(values, [weight for _, weight in usable]))

        return combine

    def _middle(self, values: list[float], _: list[float]) -> float:
        rounded = self.arithmetic.round
        values = sorted(values)
        half = len(values) // 2
        if len(values) % 2:
            return values[half]
        return rounded(rounded(values[half - 1] + values[half]) / 2.0)

    def _weighted_middle(self, values: list[float], weights: list[float]) -> float:
        rounded = self.arithmetic.round
        total = 0.0
        weights = [rounded(weight) for weight in weights]
        for weight in weights:
            total = rounded(total + weight)
        half = rounded(total / 2.0)
        reached = 0.0
        order = sorted(range(len(values)), key=values.__getitem__)
        for at in order:
            reached = rounded(reached + weights[at])
            if reached >= half:
                return values[at]
        return values[order[-1]]


class _Values(Accumulator):
    """All values, (rows, segments); infinity (which sorts last) where a segment has none."""

    def __init__(self, combination: MedianOfNumbers, size: int) -> None:
        self._combination = combination
        self._arithmetic = combination.arithmetic
        self._size = size
        self._values: list[Numbers] = []
        self._weights: list[Numbers] = []
        self._count = np.zeros(size, np.intp)

    def add(self, rows: Index, at: Index, prediction: Prediction, weights: Weights) -> None:
        values = np.full(self._size, np.inf, self._arithmetic.dtype)
        values[rows] = self._arithmetic.array(prediction.value.values[at])
        self._values.append(values)
        weigh = np.zeros(self._size, self._arithmetic.dtype)
        weigh[rows] = weights
        self._weights.append(weigh)
        self._count[rows] += 1

    def finish(self) -> Finished:
        type = self._arithmetic.type
        if not self._values:
            return Finished(Prediction(Column.missing(type, self._size)))
        values = np.stack(self._values, axis=1)
        with np.errstate(all="ignore"):
            found = self._weighted(values) if self._combination.is_weighted else self._plain(values)
        found[np.isnan(values).any(axis=1)] = np.nan
        return Finished(Prediction(Column(found, type)))

    def _plain(self, values: Numbers) -> Numbers:
        values = np.sort(values, axis=1)
        rows, half = np.arange(self._size), self._count // 2
        upper = values[rows, np.minimum(half, values.shape[1] - 1)]
        lower = values[rows, np.maximum(half - 1, 0)]
        two = self._arithmetic.dtype.type(2.0)
        result: Numbers = np.where(self._count % 2 == 1, upper, (lower + upper) / two)
        return result

    def _weighted(self, values: Numbers) -> Numbers:
        weights = np.stack(self._weights, axis=1)
        # cumulated, as sum() would not add in this order
        total = np.cumsum(weights, axis=1, dtype=weights.dtype)[:, -1]
        order = np.argsort(values, axis=1, kind="stable")
        reached = np.cumsum(np.take_along_axis(weights, order, axis=1), axis=1, dtype=weights.dtype)
        enough = reached >= (total / weights.dtype.type(2.0))[:, np.newaxis]
        last = np.maximum(self._count - 1, 0)
        first = np.where(enough.any(axis=1), enough.argmax(axis=1), last)
        result: Numbers = np.take_along_axis(
            values, order[np.arange(self._size), first][:, np.newaxis], axis=1
        )[:, 0]
        return result

"""Distributions of many segments as one: average, weightedAverage, max, median. Semantics 19.2,
19.3.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.mining.combination import (
    Accumulator,
    Arithmetic,
    Combination,
    Finished,
    Index,
    Weights,
    no_weights,
)
from pmmlkit.language.models.mining.labels import Labels
from pmmlkit.language.models.mining.missing import RowResult
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = ["MeanDistribution", "PickedDistribution", "best_row", "labelled"]

Numbers = npt.NDArray[Any]


def labelled(shares: Numbers, labels: Labels) -> Prediction:
    """Return the predictions of distributions (n, k): the label with the largest share, the first
    of equals.
    """
    return Prediction(labels.column(shares.argmax(axis=1)), shares.astype(np.float64, copy=False))


def best_row(shares: list[float], classes: tuple[Any, ...]) -> RowPrediction:
    """Return the prediction of one distribution: as `labelled`."""
    return RowPrediction(classes[shares.index(max(shares))], shares)


def _no_probabilities() -> EvaluationError:
    return EvaluationError("a segment gives a category without probabilities")


def _shares_of(prediction: RowPrediction) -> list[float]:
    shares = prediction.probabilities
    if shares is None or not all(map(math.isfinite, shares)):
        raise _no_probabilities()
    return shares


class _Shares(Accumulator):
    """Takes the distributions in; rows that have none are errors."""

    def __init__(self, arithmetic: Arithmetic, labels: Labels, size: int) -> None:
        self.arithmetic = arithmetic
        self.labels = labels
        self.size = size
        self.errors: dict[int, EvaluationError] = {}

    def add(self, rows: Index, at: Index, prediction: Prediction, weights: Weights) -> None:
        matrix = prediction.probabilities
        numbers = np.arange(self.size)[rows]
        if matrix is None:
            lost = np.ones(len(numbers), np.bool_)
            shares = np.zeros((len(numbers), len(self.labels.classes)), self.arithmetic.dtype)
        else:
            lost = np.asarray(~np.isfinite(matrix[at]).all(axis=1))
            shares = matrix[at].astype(self.arithmetic.dtype, copy=False)
        for row in numbers[lost].tolist():
            self.errors.setdefault(row, _no_probabilities())
        self.take(rows, shares, weights)

    def take(self, rows: Index, shares: Numbers, weights: Weights) -> None:
        """Add distributions in the precision of the sum."""
        raise AssertionError(type(self).__name__)

    def finished(self, shares: Numbers) -> Finished:
        failed = np.isnan(shares).any(axis=1)
        if failed.any():
            shares[failed] = 0.0
        prediction = labelled(shares, self.labels)
        if failed.any() and prediction.probabilities is not None:
            prediction.probabilities[failed] = np.nan
        return Finished(prediction, self.errors)


class MeanDistribution(Combination):
    """average, weightedAverage: the mean of the probabilities of each class."""

    def __init__(self, arithmetic: Arithmetic, labels: Labels, *, is_weighted: bool) -> None:
        self.arithmetic = arithmetic
        self.labels = labels
        self.type = labels.type
        self.classes = labels.classes
        self.is_weighted = is_weighted

    def start(self, size: int) -> Accumulator:
        """Begin with zeros."""
        return _Means(self, size)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the mean of one row."""
        rounded, classes = self.arithmetic.round, self.classes
        is_weighted = self.is_weighted

        def combine(usable: list[RowResult], _: list[RowResult]) -> RowPrediction:
            totals = [0.0] * len(classes)
            count = 0.0
            for prediction, given in usable:
                weight = rounded(given) if is_weighted else 1.0
                shares = [rounded(share) for share in _shares_of(prediction)]
                if is_weighted:
                    shares = [rounded(share * weight) for share in shares]
                totals = [
                    rounded(total + share) for total, share in zip(totals, shares, strict=True)
                ]
                count = rounded(count + weight)
            if count == 0:
                raise no_weights()
            return best_row([rounded(total / count) for total in totals], classes)

        return combine


class _Means(_Shares):
    def __init__(self, combination: MeanDistribution, size: int) -> None:
        super().__init__(combination.arithmetic, combination.labels, size)
        self._is_weighted = combination.is_weighted
        dtype = self.arithmetic.dtype
        self._totals = np.zeros((size, len(combination.classes)), dtype)
        self._count = np.zeros(size, dtype)

    def take(self, rows: Index, shares: Numbers, weights: Weights) -> None:
        if self._is_weighted:
            weigh = np.asarray(weights, self.arithmetic.dtype)
            shares = shares * (weigh[:, np.newaxis] if weigh.ndim else weigh)
            self._count[rows] += weigh
        else:
            self._count[rows] += self.arithmetic.dtype.type(1.0)
        self._totals[rows] += shares

    def finish(self) -> Finished:
        weightless = dict.fromkeys(np.flatnonzero(self._count == 0).tolist(), no_weights())
        self.errors = {**weightless, **self.errors}
        with np.errstate(all="ignore"):
            return self.finished(self._totals / self._count[:, np.newaxis])


class PickedDistribution(Combination):
    """max, median: the mean of the distributions of the segments that are picked by one class.

    max picks by the class with the highest single probability the segments that reach it. median
    picks by the class with the highest median the segments in the middle: those with the median, or
    with one of the two values around it (JPMML takes the closer of these two, which the last bits
    decide).
    """

    def __init__(self, arithmetic: Arithmetic, labels: Labels, *, is_median: bool) -> None:
        self.arithmetic = arithmetic
        self.labels = labels
        self.type = labels.type
        self.classes = labels.classes
        self.is_median = is_median

    def start(self, size: int) -> Accumulator:
        """Begin without distributions."""
        return _Picks(self, size)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the result of one row."""
        rounded, classes = self.arithmetic.round, self.classes
        bounds = self._middle if self.is_median else _highest

        def combine(usable: list[RowResult], _: list[RowResult]) -> RowPrediction:
            table = [[rounded(share) for share in _shares_of(item[0])] for item in usable]
            by_class = [bounds(sorted(column)) for column in zip(*table, strict=True)]
            ranks = [rank for rank, _, _ in by_class]
            at = ranks.index(max(ranks))
            low, high = by_class[at][1:]
            picked = [shares for shares in table if shares[at] in (low, high)]
            totals = [0.0] * len(classes)
            for one in picked:
                totals = [rounded(total + share) for total, share in zip(totals, one, strict=True)]
            return best_row([rounded(total / len(picked)) for total in totals], classes)

        return combine

    def _middle(self, shares: list[float]) -> tuple[float, float, float]:
        """Return the median, and the two values around it."""
        rounded = self.arithmetic.round
        half = len(shares) // 2
        if len(shares) % 2:
            return shares[half], shares[half], shares[half]
        low, high = shares[half - 1], shares[half]
        return rounded(rounded(low + high) / 2.0), low, high


def _highest(shares: list[float]) -> tuple[float, float, float]:
    return shares[-1], shares[-1], shares[-1]


class _Picks(_Shares):
    """All distributions, (segments, rows, classes); infinity where a segment has none."""

    def __init__(self, combination: PickedDistribution, size: int) -> None:
        super().__init__(combination.arithmetic, combination.labels, size)
        self._is_median = combination.is_median
        self._tables: list[Numbers] = []
        self._count = np.zeros(size, np.intp)

    def take(self, rows: Index, shares: Numbers, weights: Weights) -> None:
        table = np.full((self.size, shares.shape[1]), np.inf, shares.dtype)
        table[rows] = shares
        self._tables.append(table)
        self._count[rows] += 1

    def finish(self) -> Finished:
        count = len(self.labels.classes)
        if not self._tables:
            return self.finished(np.zeros((self.size, count), self.arithmetic.dtype))
        tables = np.stack(self._tables)
        # rows in error may hold NaN; they are told apart in the end
        tables = np.where(np.isnan(tables), tables.dtype.type(0), tables)
        with np.errstate(all="ignore"):
            ranks, low, high = self._bounds(np.sort(tables, axis=0))
            rows, at = np.arange(self.size), ranks.argmax(axis=1)
            chosen = tables[:, rows, at]
            picked = (chosen == low[rows, at]) | (chosen == high[rows, at])
            picked &= np.isfinite(chosen)
            totals = np.zeros((self.size, count), tables.dtype)
            for table, mask in zip(tables, picked, strict=True):
                totals[mask] += table[mask]
            number = picked.sum(axis=0).astype(tables.dtype)
            return self.finished(totals / number[:, np.newaxis])

    def _bounds(self, tables: Numbers) -> tuple[Numbers, Numbers, Numbers]:
        """Return for sorted probabilities what ranks a class, and the values to pick by, each
        (rows, classes).
        """
        rows = np.arange(self.size)
        last = np.maximum(self._count - 1, 0)
        if not self._is_median:
            high = tables[last, rows]
            return high, high, high
        half = self._count // 2
        high = tables[np.minimum(half, last), rows]
        low = tables[np.maximum(half - 1, 0), rows]
        is_odd = (self._count % 2 == 1)[:, np.newaxis]
        low = np.where(is_odd, high, low)
        middle = np.where(is_odd, high, (low + high) / tables.dtype.type(2.0))
        return middle, low, high

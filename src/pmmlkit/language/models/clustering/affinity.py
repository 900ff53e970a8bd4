"""How near a row is to each cluster: by its center, or by its density.

Specification: Clustering; semantics chapter 12.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.proximity.distances import (
    NOTHING_KNOWN,
    Distance,
    FieldRule,
    Numbers,
    RowNumbers,
)
from pmmlkit.language.models.proximity.similarities import (
    MISSING_FIELD,
    NO_DENOMINATOR,
    Similarity,
)

__all__ = ["Affinity", "Centers", "Densities"]

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Failures = dict[str, Mask]


class Affinity:
    """The measures of rows and clusters. `is_similarity`: large is near."""

    is_similarity: bool

    def columns(
        self, numbers: Sequence[Doubles], known: Sequence[Mask | None]
    ) -> tuple[Doubles, Failures]:
        """Return the measures (k, n), and which rows (n,) have none for which reason.

        `numbers` (n,) a coordinate, 0 where it is missing; `known` is None where none is.
        """
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowNumbers:
        """Return the function from the numbers of a row to its measures; EvaluationError where it
        has none.
        """
        raise AssertionError(type(self).__name__)


class Centers(Affinity):
    """Clusters by their centers; `points` (k, m) holds the numbers of the coordinates."""

    def __init__(
        self,
        measure: Distance | Similarity,
        rules: Sequence[FieldRule],
        points: Sequence[Sequence[float]],
        *,
        is_similarity: bool,
        is_single: bool,
    ) -> None:
        self.is_similarity = is_similarity
        self._measure = measure
        self._rules = tuple(rules)
        self._points = [list(point) for point in points]
        self._dtype: type[np.floating[Any]] = np.float32 if is_single else np.float64
        columns = np.array(self._points, self._dtype).T
        self._right = [np.ascontiguousarray(column)[:, np.newaxis] for column in columns]

    def columns(
        self, numbers: Sequence[Doubles], known: Sequence[Mask | None]
    ) -> tuple[Doubles, Failures]:
        with np.errstate(over="ignore"):  # beyond single precision is infinite
            left = [column.astype(self._dtype, copy=False)[np.newaxis] for column in numbers]
        if isinstance(self._measure, Similarity):
            measures = self._measure.columns(left, self._right).astype(np.float64, copy=False)
            lost = _any_missing(known, measures.shape[1])
            return measures, {NO_DENOMINATOR: np.isnan(measures.sum(axis=0)), MISSING_FIELD: lost}
        masks = [None if mask is None else mask[np.newaxis] for mask in known]
        with np.errstate(all="ignore"):
            found = self._measure.columns(self._rules, left, self._right, masks)
        return found.astype(np.float64, copy=False), _nothing_known(known)

    def row_function(self) -> RowNumbers:
        if self._dtype is np.float32:
            return _by_columns(self)
        if isinstance(self._measure, Similarity):
            return self._measure.row_function(self._points)
        return self._measure.row_function(self._rules, self._points)


class Densities(Affinity):
    """Clusters by the density of a normal distribution; of missing fields it is the marginal one.

    `means` (k, m), `covariances` (k, m, m), positive definite.
    """

    is_similarity = True

    def __init__(self, means: Doubles, covariances: Doubles) -> None:
        self._means = means
        self._covariances = covariances
        self._whole = self._factors(tuple(range(means.shape[1])))

    def _factors(
        self, fields: tuple[int, ...]
    ) -> list[tuple[list[float], list[list[float]], float]]:
        """Return for each cluster the means of some fields, the inverse of the Cholesky factor of
        their covariances, and the logarithm of the factor before the exponential.
        """
        at = list(fields)
        found = []
        for mean, covariance in zip(self._means, self._covariances, strict=True):
            lower = np.linalg.cholesky(covariance[np.ix_(at, at)])
            inverse = np.linalg.inv(lower)
            constant = -0.5 * len(at) * math.log(2.0 * math.pi) - float(
                np.log(lower.diagonal()).sum()
            )
            rows = [inverse[row, : row + 1].tolist() for row in range(len(at))]
            found.append((mean[at].tolist(), rows, constant))
        return found

    def columns(
        self, numbers: Sequence[Doubles], known: Sequence[Mask | None]
    ) -> tuple[Doubles, Failures]:
        size = len(numbers[0])
        measures = np.empty((len(self._means), size))
        if all(mask is None for mask in known):
            self._fill(measures, slice(None), numbers, self._whole)
            return measures, {}
        has = np.array([np.ones(size, np.bool_) if mask is None else mask for mask in known])
        patterns, places = np.unique(has.T, axis=0, return_inverse=True)
        for at, pattern in enumerate(patterns):
            fields = tuple(np.flatnonzero(pattern).tolist())
            if fields:
                rows = np.flatnonzero(places.reshape(-1) == at)
                chosen = [numbers[field][rows] for field in fields]
                self._fill(measures, rows, chosen, self._factors(fields))
        return measures, _nothing_known(known)

    @staticmethod
    def _fill(measures: Doubles, rows: Any, numbers: Sequence[Doubles], factors: Any) -> None:
        for cluster, (mean, inverse, constant) in enumerate(factors):
            with np.errstate(all="ignore"):
                differences = [x - middle for x, middle in zip(numbers, mean, strict=True)]
                total: Any = 0.0
                for weights in inverse:
                    value: Any = 0.0
                    for weight, difference in zip(weights, differences, strict=False):
                        value = value + weight * difference
                    total = total + value * value
                measures[cluster, rows] = np.exp(constant - 0.5 * total)

    def row_function(self) -> RowNumbers:
        whole, factors_of = self._whole, self._factors

        def run(numbers: Numbers) -> list[float]:
            factors, present = whole, numbers
            if None in numbers:
                fields = tuple(at for at, x in enumerate(numbers) if x is not None)
                if not fields:
                    raise EvaluationError(NOTHING_KNOWN)
                factors, present = factors_of(fields), [numbers[at] for at in fields]
            return [_density(present, *factor) for factor in factors]  # type: ignore[arg-type]  # none is None here

        return run


def _density(
    numbers: Sequence[float], mean: list[float], inverse: list[list[float]], constant: float
) -> float:
    differences = [x - middle for x, middle in zip(numbers, mean, strict=True)]
    total = 0.0
    for weights in inverse:
        value = 0.0
        for weight, difference in zip(weights, differences, strict=False):
            value += weight * difference
        total += value * value
    return math.exp(constant - 0.5 * total)


def _nothing_known(known: Sequence[Mask | None]) -> Failures:
    if any(mask is None for mask in known):
        return {}
    none: Mask = ~np.logical_or.reduce([mask for mask in known if mask is not None])
    return {NOTHING_KNOWN: none}


def _any_missing(known: Sequence[Mask | None], size: int) -> Mask:
    masks = [mask for mask in known if mask is not None]
    lost: Mask = np.zeros(size, np.bool_)
    for mask in masks:
        lost |= ~mask
    return lost


def _by_columns(affinity: Affinity) -> RowNumbers:
    """Run the columns over one row: their rounding to float is the definition."""

    def run(numbers: Numbers) -> list[float]:
        columns = [np.array([0.0 if x is None else x]) for x in numbers]
        known = [np.array([False]) if x is None else None for x in numbers]
        measures, failures = affinity.columns(columns, known)
        for reason, rows in reversed(failures.items()):
            if rows[0]:
                raise EvaluationError(reason)
        found: list[float] = measures[:, 0].tolist()
        return found

    return run

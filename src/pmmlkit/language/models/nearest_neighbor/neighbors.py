"""The nearest training rows of rows: exact, equal ones in training order.

Semantics chapter 13. The distances of a block of rows from all training rows are kept in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.proximity.comparisons import ABSOLUTE
from pmmlkit.language.models.proximity.distances import (
    NOTHING_KNOWN,
    Distance,
    FieldRule,
    Numbers,
)
from pmmlkit.language.models.proximity.similarities import (
    MISSING_FIELD,
    NO_DENOMINATOR,
    Similarity,
)

__all__ = ["Neighbors", "nearest"]

Doubles = npt.NDArray[np.float64]
Positions = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]

CELLS: Final = 1 << 17
"""So many distances are computed at a time."""


def nearest(measures: Doubles, count: int) -> Positions:
    """Return the columns of the `count` smallest of each row of `measures` (n, k), the smallest
    first, equal ones in their order; NaN is largest.
    """
    if np.isnan(measures).any():
        measures = np.where(np.isnan(measures), np.inf, measures)
    n, k = measures.shape
    if count == k:
        found: Positions = np.argsort(measures, axis=1, kind="stable")
        return found
    limit = np.partition(measures, count - 1, axis=1)[:, count - 1]
    flat = np.flatnonzero(measures <= limit[:, np.newaxis])
    rows, columns = np.divmod(flat, k)
    values = measures.reshape(-1)[flat]
    if len(flat) == n * count:
        order = np.argsort(values.reshape(n, count), axis=1, kind="stable")
        return np.take_along_axis(columns.reshape(n, count), order, 1)
    ordered = columns[np.lexsort((values, rows))]
    starts = np.searchsorted(rows, np.arange(n))
    nearest: Positions = ordered[starts[:, np.newaxis] + np.arange(count)]
    return nearest


class Neighbors:
    """Finds the `count` nearest of the training rows.

    `points` (m, k) are the numbers of the training rows by coordinate, 0 where one is missing;
    `known` (m, k) or None says which are there. `is_similarity`: large is near.
    """

    def __init__(
        self,
        measure: Distance | Similarity,
        rules: Sequence[FieldRule],
        points: Doubles,
        known: Mask | None,
        count: int,
        *,
        is_similarity: bool,
        is_single: bool,
    ) -> None:
        self.count = count
        self.size: int = points.shape[1]
        self.is_similarity = is_similarity
        self._measure = measure
        self._rules = tuple(rules)
        self._dtype: type[np.floating[Any]] = np.float32 if is_single else np.float64
        self._points = np.ascontiguousarray(points, self._dtype)
        self._known = known

    @property
    def type(self) -> DataType:
        """The precision of the measures."""
        return FLOAT if self._dtype is np.float32 else DOUBLE

    @property
    def block(self) -> int:
        """So many rows are best computed at a time."""
        return max(1, CELLS // max(self.size, len(self._rules)))

    def columns(
        self, numbers: Sequence[Doubles], known: Sequence[Mask | None]
    ) -> tuple[Doubles, Positions, dict[str, Mask]]:
        """Return the measures (n, k) and the positions (n, count) of the nearest, and which rows
        have none for which reason.

        `numbers` (n,) a coordinate, 0 where it is missing; `known` is None where none is.
        """
        left = [column.astype(self._dtype, copy=False)[:, np.newaxis] for column in numbers]
        right = [point[np.newaxis] for point in self._points]
        measures, failures = self._measures(left, right, known)
        measures = measures.astype(np.float64, copy=False)
        return (
            measures,
            nearest(-measures if self.is_similarity else measures, self.count),
            failures,
        )

    def _measures(
        self, left: Sequence[Any], right: Sequence[Any], known: Sequence[Mask | None]
    ) -> tuple[Any, dict[str, Mask]]:
        missing = [mask for mask in known if mask is not None]
        if isinstance(self._measure, Similarity):
            measures = self._measure.columns(left, right)
            lost: Mask = np.zeros(len(measures), np.bool_)
            for there in missing:
                lost |= ~there
            return measures, {NO_DENOMINATOR: np.isnan(measures.sum(axis=1)), MISSING_FIELD: lost}
        masks: list[Mask | None] = []
        for at, mask in enumerate(known):
            has = None if mask is None else mask[:, np.newaxis]
            if self._known is not None and not self._known[at].all():
                of_points = self._known[at][np.newaxis]
                has = of_points if has is None else has & of_points
            masks.append(has)
        with np.errstate(all="ignore"):
            distances = self._measure.columns(self._rules, left, right, masks)
        if len(missing) < len(known):
            return distances, {}
        nothing: Mask = ~np.logical_or.reduce(missing)
        return distances, {NOTHING_KNOWN: nothing}

    def row_function(self) -> Callable[[Numbers], tuple[Doubles, list[int]]]:
        """Return the function from the numbers of a row to its measures (k,) and the positions of
        the nearest; EvaluationError where it has none.
        """
        plain = self._plain_row_function()
        count, columns = self.count, self.columns

        def run(numbers: Numbers) -> tuple[Doubles, list[int]]:
            if plain is not None and None not in numbers:
                measures = plain(numbers)
                return measures, _nearest_of_row(measures, count)
            values = [np.array([0.0 if x is None else x]) for x in numbers]
            known = [np.array([False]) if x is None else None for x in numbers]
            with np.errstate(all="ignore"):
                found, places, failures = columns(values, known)
            for reason, rows in reversed(failures.items()):
                if rows[0]:
                    raise EvaluationError(reason)
            return found[0], places[0].tolist()

        return run

    def _plain_row_function(self) -> Callable[[Numbers], Doubles] | None:
        """Return the function for whole rows where it takes few calls: a sum of squares."""
        measure = self._measure
        if (
            not isinstance(measure, Distance)
            or not measure.is_square
            or any(rule.comparison is not ABSOLUTE for rule in self._rules)
            or self._known is not None
            or self._dtype is np.float32
            or self.is_similarity
            or self.size < _FEWEST
        ):
            return None
        points: Doubles = self._points.astype(np.float64, copy=False)
        weights = None
        if any(rule.weight != 1 for rule in self._rules):
            weights = np.array([[rule.weight] for rule in self._rules])
        is_rooted = measure.root == 0.5

        def run(numbers: Numbers) -> Doubles:
            with np.errstate(all="ignore"):
                difference = points - np.array(numbers, np.float64)[:, np.newaxis]
                difference *= difference
                if weights is not None:
                    difference *= weights
                # Rows are added one by one: the fields are in order, as in the columns.
                total: Doubles = np.add.reduce(difference, axis=0)
                return np.sqrt(total, out=total) if is_rooted else total

        return run


_FEWEST: Final = 16


def _nearest_of_row(measures: Doubles, count: int) -> list[int]:
    if count < len(measures):
        limit = np.partition(measures, count - 1)[count - 1]
        if limit < np.inf:  # beyond it NaN and infinity are equal
            places = (measures <= limit).nonzero()[0]
            values = measures[places].tolist()
            found = places.tolist()
            order = sorted(range(len(values)), key=values.__getitem__)
            return [found[at] for at in order[:count]]
    order_of_all: list[int] = nearest(measures[np.newaxis], count)[0].tolist()
    return order_of_all

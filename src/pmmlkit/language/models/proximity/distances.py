"""Distances: comparisons of fields joined to one number. Specification: Clustering, Distances.

Missing fields are left out, and the sum of the others is raised by the share of the field weights
that is missing (semantics chapter 12). Sums run in the order of the fields, in both modes.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.proximity.comparisons import ABSOLUTE, Comparison

__all__ = ["NOTHING_KNOWN", "Distance", "FieldRule", "Numbers", "RowNumbers"]

Floats = npt.NDArray[np.floating[Any]]
Mask = npt.NDArray[np.bool_]
Numbers = Sequence["float | None"]
RowNumbers = Callable[[Numbers], list[float]]

NOTHING_KNOWN: Final = "all fields that are compared are missing"


_ENOUGH_FOR_ARRAYS: Final = 100
"""From so many comparisons on a few calls of NumPy are faster than Python."""

_CUBE: Final = 3
"""An exponent that is a product, like 2: faster, and the same in both modes."""


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one field takes part: its comparison, its weight, and its weight where it is missing."""

    comparison: Comparison
    weight: float = 1.0
    missing_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Distance:
    """The sum of weighted powers of comparisons (or their maximum), and a root of it.

    `root` is the exponent of the sum: 1, 0.5, or 1 / p.
    """

    power: float
    root: float = 1.0
    is_maximum: bool = False

    @property
    def is_square(self) -> bool:
        """Tell whether comparisons are squared, so that their sign does not matter."""
        return self.power == 2

    def columns(
        self,
        rules: Sequence[FieldRule],
        left: Sequence[Floats],
        right: Sequence[Floats],
        known: Sequence[Mask | None],
    ) -> Floats:
        """Return the distances of all pairs: `left` and `right` hold an array a field, all of one
        dtype, which broadcast to the shape of the result.

        `known`: None, or which pairs have the field (broadcasts too). A pair without any field has
        NaN.
        """
        total: Floats | None = None
        scratch: Floats | None = None
        for rule, x, y, has in zip(rules, left, right, known, strict=True):
            term = self._term(rule, x, y, scratch)
            if has is not None:
                np.copyto(term, 0.0, where=~has)  # a product with 0 may be NaN
            if total is None:
                total = term
            elif self.is_maximum:
                np.maximum(total, term, out=total)
            else:
                total += term
            # Memory that the next field can use again: to get it anew costs more than to fill it.
            scratch = None if term is total else term
        assert total is not None
        if any(has is not None for has in known):
            total *= _adjustment(rules, known, total.dtype)
        return self._rooted(total)

    def _term(self, rule: FieldRule, x: Floats, y: Floats, scratch: Floats | None) -> Floats:
        if rule.comparison is not ABSOLUTE:
            term = rule.comparison.columns(x, y)
        else:
            term = np.subtract(x, y, out=scratch)
            if not self.is_square:
                np.abs(term, out=term)
        if self.is_square:
            term *= term
        elif self.power == _CUBE:
            term *= term * term
        elif self.power != 1:
            term = _powers(term, self.power)
        if rule.weight != 1:
            term *= term.dtype.type(rule.weight)
        return term

    def _rooted(self, total: Floats) -> Floats:
        if self.root == 0.5:
            return np.sqrt(total, out=total)
        if self.root != 1:
            return _powers(total, self.root)
        return total

    def row_function(
        self, rules: Sequence[FieldRule], points: Sequence[Sequence[float]]
    ) -> RowNumbers:
        """Return the function from the numbers of a row to its distance from each point.

        It raises EvaluationError where all numbers are missing.
        """
        whole = self._row_of_known(rules, points)
        root = _row_root(self.root)
        lone = self._row_with_missing(rules, points)

        def run(numbers: Numbers) -> list[float]:
            found = lone(numbers) if None in numbers else whole(numbers)
            return found if root is None else [root(total) for total in found]

        return run

    def _row_of_known(
        self, rules: Sequence[FieldRule], points: Sequence[Sequence[float]]
    ) -> Callable[[Any], list[float]]:
        is_plain = all(rule.comparison is ABSOLUTE and rule.weight == 1 for rule in rules)
        if is_plain and self.is_square and not self.is_maximum:
            return _squares(points)
        if is_plain and self.power == 1 and not self.is_maximum:
            return _differences(points)
        return self._row_with_missing(rules, points)

    def _row_with_missing(
        self, rules: Sequence[FieldRule], points: Sequence[Sequence[float]]
    ) -> Callable[[Any], list[float]]:
        terms = [self._row_term(rule) for rule in rules]
        weights = [rule.missing_weight for rule in rules]
        everything = _sum(weights)
        is_maximum = self.is_maximum

        def run(numbers: Numbers) -> list[float]:
            known = 0.0
            for x, weight in zip(numbers, weights, strict=True):
                if x is not None:
                    known += weight
            factor, start = 1.0, -math.inf if is_maximum else 0.0
            if None in numbers:
                if all(x is None for x in numbers):
                    raise EvaluationError(NOTHING_KNOWN)
                factor, start = _quotient(everything, known), 0.0
            found = []
            for point in points:
                total = start
                for x, y, term in zip(numbers, point, terms, strict=True):
                    if x is None:
                        continue
                    value = term(x, y)
                    if not is_maximum:
                        total += value
                    elif value > total or value != value:
                        total = value
                found.append(total if factor == 1.0 else total * factor)
            return found

        return run

    def _row_term(self, rule: FieldRule) -> Callable[[float, float], float]:
        compare, power, weight = rule.comparison.row, self.power, rule.weight
        if power == 1:
            if weight == 1:
                return compare
            return lambda x, y: compare(x, y) * weight
        if power == 2:

            def square(x: float, y: float) -> float:
                value = compare(x, y)
                return value * value * weight

            return square
        if power == _CUBE:

            def cube(x: float, y: float) -> float:
                value = compare(x, y)
                return value * (value * value) * weight

            return cube
        return lambda x, y: _power(compare(x, y), power) * weight


def _powers(base: Floats, exponent: float) -> Floats:
    """Return powers, which are rounded to single precision once."""
    wide = base.astype(np.float64, copy=False)
    return np.power(wide, exponent, out=wide).astype(base.dtype, copy=False)


def _squares(points: Sequence[Sequence[float]]) -> Callable[[Sequence[float]], list[float]]:
    if sum(map(len, points)) >= _ENOUGH_FOR_ARRAYS:
        return _many_squares(points)

    def run(numbers: Sequence[float]) -> list[float]:
        found = []
        for point in points:
            total = 0.0
            for x, y in zip(numbers, point):  # noqa: B905 - same length, and strict= costs time
                difference = x - y
                total += difference * difference
            found.append(total)
        return found

    return run


def _many_squares(points: Sequence[Sequence[float]]) -> Callable[[Sequence[float]], list[float]]:
    coordinates = np.array(points, np.float64).T.copy()

    def run(numbers: Sequence[float]) -> list[float]:
        with np.errstate(all="ignore"):
            difference = coordinates - np.array(numbers, np.float64)[:, np.newaxis]
            difference *= difference
            # Along the first axis NumPy adds row by row: the fields in order, as in the columns.
            found: list[float] = np.add.reduce(difference, axis=0).tolist()
        return found

    return run


def _differences(points: Sequence[Sequence[float]]) -> Callable[[Sequence[float]], list[float]]:
    def run(numbers: Sequence[float]) -> list[float]:
        found = []
        for point in points:
            total = 0.0
            for x, y in zip(numbers, point):  # noqa: B905 - same length, and strict= costs time
                total += abs(x - y)
            found.append(total)
        return found

    return run


def _adjustment(
    rules: Sequence[FieldRule], known: Sequence[Mask | None], dtype: np.dtype[Any]
) -> Floats:
    weights = [rule.missing_weight for rule in rules]
    found: Any = 0.0
    any_known: Any = False
    all_known: Any = True
    for weight, has in zip(weights, known, strict=True):
        found = found + (weight if has is None else np.where(has, weight, 0.0))
        if has is None:
            any_known = True
            continue
        any_known = any_known | has
        all_known = all_known & has
    with np.errstate(all="ignore"):
        factor = np.divide(_sum(weights), found)
    factor = np.where(all_known, 1.0, factor)
    return np.where(any_known, factor, np.nan).astype(dtype)


def _sum(weights: Sequence[float]) -> float:
    total = 0.0
    for weight in weights:
        total += weight
    return total


def _quotient(left: float, right: float) -> float:
    """Divide as IEEE 754 does."""
    if right != 0:
        return left / right
    return math.nan if left == 0 or left != left else math.copysign(math.inf, left)


def _power(base: float, exponent: float) -> float:
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


def _row_root(root: float) -> Callable[[float], float] | None:
    if root == 1:
        return None
    if root == 0.5:
        return lambda total: math.sqrt(total) if total >= 0 else math.nan
    return lambda total: _power(total, root) if total >= 0 else math.nan

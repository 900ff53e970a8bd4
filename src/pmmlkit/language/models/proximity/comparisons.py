"""Comparison functions: how two values of one field are compared.

Specification: Clustering, Comparison functions; semantics chapter 12.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["ABSOLUTE", "DELTA", "EQUAL", "Comparison", "gaussian", "table"]

Floats = npt.NDArray[np.floating[Any]]


class Comparison(NamedTuple):
    """A comparison of two values, both as the numbers of their coordinate.

    `columns` takes arrays that broadcast and returns a new one of their dtype; `row` takes two
    numbers.
    """

    columns: Callable[[Floats, Floats], Floats]
    row: Callable[[float, float], float]


def _absolute(x: Floats, y: Floats) -> Floats:
    difference: Floats = x - y
    return np.abs(difference, out=difference)


def _delta(x: Floats, y: Floats) -> Floats:
    result: Floats = (x != y).astype(x.dtype)
    return result


def _equal(x: Floats, y: Floats) -> Floats:
    result: Floats = (x == y).astype(x.dtype)
    return result


ABSOLUTE: Final = Comparison(_absolute, lambda x, y: abs(x - y))
"""absDiff: the absolute difference."""

DELTA: Final = Comparison(_delta, lambda x, y: 0.0 if x == y else 1.0)
"""delta: 0 for equal values, else 1."""

EQUAL: Final = Comparison(_equal, lambda x, y: 1.0 if x == y else 0.0)
"""equal: 1 for equal values, else 0."""


def gaussian(scale: float) -> Comparison:
    """gaussSim: 1 for equal values, a half for those that are `scale` apart."""
    factor, square = -math.log(2.0), scale * scale

    def columns(x: Floats, y: Floats) -> Floats:
        # In single precision only the difference and the result are rounded, as in JPMML.
        difference = (x - y).astype(np.float64, copy=False)
        difference *= difference
        difference *= factor
        difference /= square
        return np.exp(difference, out=difference).astype(x.dtype, copy=False)

    def row(x: float, y: float) -> float:
        difference = x - y
        return math.exp(difference * difference * factor / square)

    return Comparison(columns, row)


def table(matrix: npt.NDArray[np.float64]) -> Comparison:
    """table: the cell of the matrix at the positions of both values among those of the field."""
    rows = matrix.tolist()

    def columns(x: Floats, y: Floats) -> Floats:
        return matrix[x.astype(np.intp), y.astype(np.intp)].astype(x.dtype)

    return Comparison(columns, lambda x, y: rows[int(x)][int(y)])

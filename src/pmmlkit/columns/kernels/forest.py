"""Many trees over a matrix of rows: the definition, in NumPy.

`route`, `sum_values` and `sum_distributions` work on all rows of a matrix; `row_router` and
`row_summer` give closures for one row at a time, in plain Python. `forest_numba` has the same five
functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pmmlkit.columns.kernels.diagram import (
    IN_SET,
    LESS_OR_EQUAL,
    Forest,
    check_payload,
    check_rows,
)
from pmmlkit.columns.kernels.forest_row import row_router, row_summer
from pmmlkit.columns.kernels.packed import Ints
from pmmlkit.columns.kernels.walk import ELEMENTS, walk_diagram, walk_packed

__all__ = [
    "IN_SET",
    "LESS_OR_EQUAL",
    "Forest",
    "route",
    "row_router",
    "row_summer",
    "sum_distributions",
    "sum_values",
]

ROWS = 20000  # of a block, at most: columns stay in the cache, calls are few
CELLS = 64 * ROWS  # of a block's columns, at most

Floats = NDArray[Any]


def route(forest: Forest, X: Floats) -> NDArray[np.int32]:
    """Return the answer of each tree for each row.

    Parameters
    ----------
    X : (n, features) of the forest's dtype, NaN = missing.

    Returns
    -------
    (n, trees) int32, a column contiguous per tree (Fortran order).
    """
    check_rows(forest, X)
    out = np.empty((len(forest.roots), len(X)), np.int32)
    for first, trees, answers in _answers(forest, X):
        out[trees, first : first + answers.shape[1]] = answers
    return out.T


def sum_values(
    forest: Forest,
    X: Floats,
    values: Floats,
    dtype: DTypeLike = np.float64,
    weights: Floats | None = None,
) -> Floats:
    """Return ``0 + w[0] * values[answer of tree 0] + w[1] * ...`` per row, in this order, in dtype.

    Values and weights are rounded to dtype first. A tree without a prediction has the value NaN if
    it makes the sum missing, -0.0 (which changes no sum) if it is to be skipped.

    Parameters
    ----------
    values : (answers,)
    dtype : float64 or float32, the accumulator.
    weights : (trees,), optional

    Returns
    -------
    (n,) of dtype.
    """
    values = np.ascontiguousarray(values, dtype)
    return sum_distributions(forest, X, values[:, np.newaxis], dtype, weights)[:, 0]


def sum_distributions(
    forest: Forest,
    X: Floats,
    table: Floats,
    dtype: DTypeLike = np.float64,
    weights: Floats | None = None,
) -> Floats:
    """Return the sums of rows of a table, (n, k): `sum_values` for each of its columns at once.

    Parameters
    ----------
    table : (answers, k)
    """
    check_rows(forest, X)
    check_payload(forest, table, weights)
    columns = np.ascontiguousarray(np.asarray(table, dtype).T)
    weigh = None if weights is None else np.asarray(weights, dtype)
    total = np.zeros((len(columns), len(X)), dtype)
    for first, trees, answers in _answers(forest, X):
        here = total[:, first : first + answers.shape[1]]
        part = np.empty(answers.shape[1], columns.dtype)
        for t, answer in zip(range(trees.start, trees.stop), answers, strict=True):
            for k, column in enumerate(columns):
                column.take(answer, out=part, mode="wrap")
                if weigh is not None:
                    part *= weigh[t]
                here[k] += part
    return total.T


def _answers(forest: Forest, X: Floats) -> Iterator[tuple[int, slice, Ints]]:
    """Yield by blocks of rows, trees in order: first row, trees, answers (trees, rows)."""
    count = len(forest.roots)
    if len(X) == 0 or count == 0:
        return
    width = 1 if forest.packed is None else len(forest.packed.columns.feature)
    most = min(ROWS, max(1, CELLS // width))
    rows = -(-len(X) // -(-len(X) // most))  # blocks of equal size
    for first in range(0, len(X), rows):
        block = X[first : first + rows]
        if forest.packed is None:
            step = max(1, ELEMENTS // len(block))
            for t in range(0, count, step):
                trees = slice(t, min(t + step, count))
                yield first, trees, walk_diagram(forest, block, trees)
            continue
        strict = block[:, forest.packed.strict]
        lost = np.flatnonzero(np.isnan(strict).any(axis=1))
        for trees, answers in walk_packed(forest.packed, forest.packed.columns.fill(block)):
            if len(lost):
                answers[:, lost] = walk_diagram(forest, block[lost], trees)
            yield first, trees, answers

"""The numba twin of `forest`: the same functions and results, bit for bit, without the GIL.

The loops are in `loops_numba`, which imports numba and is itself imported at the first call.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pmmlkit.columns.kernels.diagram import Forest, check_payload, check_rows
from pmmlkit.columns.kernels.packed import PLAIN, Packed

ROWS = 4096  # rows whose columns are made at once; the loops take smaller blocks of them

Floats = NDArray[Any]


def route(forest: Forest, X: Floats) -> NDArray[np.int32]:
    """Return the answers (n, trees): see `forest.route`."""
    from pmmlkit.columns.kernels import loops_numba as loops

    check_rows(forest, X)
    out = np.empty((len(forest.roots), len(X)), np.int32)
    for first in range(0, len(X), ROWS):
        block = X[first : first + ROWS]
        here = np.empty((len(forest.roots), len(block)), np.int32)
        packed = forest.packed
        if packed is None:
            lost = np.arange(len(block))
        else:
            loops.route_packed(*_tops(packed), *_slots(packed), packed.columns.fill(block), here)
            lost = _lost(packed, block)
        if len(lost):
            loops.route_diagram(*_diagram(forest), np.ascontiguousarray(block[lost]), lost, here)
        out[:, first : first + ROWS] = here
    return out.T


def sum_values(
    forest: Forest,
    X: Floats,
    values: Floats,
    dtype: DTypeLike = np.float64,
    weights: Floats | None = None,
) -> Floats:
    """Return the sums (n,) of a value per answer: see `forest.sum_values`."""
    return sum_distributions(forest, X, np.asarray(values)[:, np.newaxis], dtype, weights)[:, 0]


def sum_distributions(
    forest: Forest,
    X: Floats,
    table: Floats,
    dtype: DTypeLike = np.float64,
    weights: Floats | None = None,
) -> Floats:
    """Return the sums (n, k) of rows of a table: see `forest.sum_distributions`."""
    from pmmlkit.columns.kernels import loops_numba as loops

    check_rows(forest, X)
    check_payload(forest, table, weights)
    values = np.ascontiguousarray(np.asarray(table, dtype).T)
    weigh = _weights(forest, weights, dtype)
    out = np.empty((len(values), len(X)), values.dtype)
    for first in range(0, len(X), ROWS):
        block = X[first : first + ROWS]
        total = np.zeros((len(values), len(block)), values.dtype)
        packed = forest.packed
        if packed is None:
            lost = np.arange(len(block))
        else:
            columns = packed.columns.fill(block)
            loops.sum_packed(*_tops(packed), *_slots(packed), columns, values, weigh, total)
            lost = _lost(packed, block)
        if len(lost):
            rows = np.ascontiguousarray(block[lost])
            loops.sum_diagram(*_diagram(forest), rows, lost, values, weigh, total)
        out[:, first : first + ROWS] = total
    return out.T


def row_router(forest: Forest) -> Callable[[Sequence[float]], list[int]]:
    """Return a function from one row to the answer of each tree: see `forest_row.row_router`."""
    from pmmlkit.columns.kernels import loops_numba as loops

    diagram, packed, dtype, trees = (
        _diagram(forest),
        _numbers(forest),
        forest.dtype,
        len(forest.roots),
    )

    def answers(row: Sequence[float]) -> list[int]:
        out = np.empty(trees, np.int32)
        x = np.array(row, dtype)
        if packed is None or not loops.route_row(*packed, x, out):
            loops.route_row_diagram(*diagram, x, out)
        return out.tolist()

    return answers


def row_summer(
    forest: Forest,
    table: Floats,
    dtype: DTypeLike = np.float64,
    weights: Floats | None = None,
) -> Callable[[Sequence[float]], list[float]]:
    """Return a function from one row to the k sums: see `forest_row.row_summer`."""
    from pmmlkit.columns.kernels import loops_numba as loops

    check_payload(forest, table, weights)
    diagram, packed, trees = _diagram(forest), _numbers(forest), len(forest.roots)
    of_rows, of_sums = forest.dtype, np.dtype(dtype)
    values = np.ascontiguousarray(np.asarray(table, dtype).T)
    weigh, width = _weights(forest, weights, dtype), table.shape[1]

    def sums(row: Sequence[float]) -> list[float]:
        out = np.empty(width, of_sums)
        x = np.array(row, of_rows)
        if packed is None or not loops.sum_row(*packed, x, values, weigh, out):
            answer = np.empty(trees, np.int32)
            loops.route_row_diagram(*diagram, x, answer)
            loops.sum_answers(answer, values, weigh, out)
        found: list[float] = out.tolist()
        return found

    return sums


def _weights(forest: Forest, weights: Floats | None, dtype: DTypeLike) -> Floats:
    if weights is None:
        return np.ones(len(forest.roots), dtype)
    return np.ascontiguousarray(weights, dtype)


def _lost(packed: Packed, block: Floats) -> NDArray[np.intp]:
    if len(packed.strict) == 0:
        return packed.strict
    return np.flatnonzero(np.isnan(block[:, packed.strict]).any(axis=1))


def _diagram(forest: Forest) -> tuple[Any, ...]:
    tests = (forest.feature, forest.kind, forest.threshold, forest.set_start, forest.set_length)
    return *tests, forest.sets, forest.on_true, forest.on_false, forest.on_missing, forest.roots


def _tops(packed: Packed) -> tuple[Any, ...]:
    top = packed.top
    tests = (top.op_start, top.column, top.threshold, top.mask)
    return *tests, top.exit_start, top.exit_slot, top.rest


def _slots(packed: Packed) -> tuple[Any, ...]:
    return packed.column, packed.threshold, packed.left, packed.answer


def _numbers(forest: Forest) -> tuple[Any, ...] | None:
    """Return what a row walks without a branch; None where categories are tested."""
    packed = forest.packed
    if packed is None or (packed.columns.source > PLAIN).any() or forest.width == 0:
        return None
    columns = packed.columns
    return (
        *_slots(packed),
        packed.root,
        packed.height,
        columns.feature,
        columns.source,
        packed.strict,
    )

"""One row through a forest in plain Python: tuples and a loop, no call of NumPy.

Where there are many trees, some calls of NumPy over all of them at once are faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pmmlkit.columns.kernels.diagram import Forest, check_payload

Row = Sequence[float]

WALKED = 400  # so many steps of a walk cost as much as the calls of NumPy
WALKED_A_LEVEL = 60  # and so many as those for one level of the trees below their tops
EXPONENT_OF_ONE = 127
ENDLESS = 2.0**62  # beyond every code; int() takes no infinity


def row_router(forest: Forest) -> Callable[[Row], list[int]]:
    """Return a function from one row to the answer of each tree.

    A row is a sequence of Python floats (or ints), NaN = missing, one per column of the matrix. In
    a forest of float32 they must be values of float32 already.
    """
    return _walker(forest, list(range(forest.answers)))


def row_summer(
    forest: Forest,
    table: NDArray[Any],
    dtype: DTypeLike = np.float64,
    weights: NDArray[Any] | None = None,
) -> Callable[[Row], list[float]]:
    """Return a function from one row to its k sums: `forest.sum_distributions` for one row."""
    check_payload(forest, table, weights)
    walked = cache(partial(_walked_sums, forest, table, dtype, weights))

    def walk(row: Row) -> list[float]:
        return walked()(row)

    return _sums_at_once(forest, table, dtype, weights, walk) or walked()


def _walked_sums(
    forest: Forest, table: NDArray[Any], dtype: DTypeLike, weights: NDArray[Any] | None
) -> Callable[[Row], list[float]]:
    """Return the function that walks tree after tree."""
    # float32 sums round at every step, as NumPy's scalars do and Python's floats do not
    single = np.dtype(dtype) == np.float32
    box = list if single else np.ndarray.tolist
    zero = np.float32(0.0) if single else 0.0
    rows = [box(row) for row in np.asarray(table, dtype)]
    weigh = None if weights is None else box(np.asarray(weights, dtype))
    if table.shape[1] == 1:
        walk_values = _walker(forest, [value for (value,) in rows])
        return lambda row: [_sum(zero, walk_values(row), weigh)]
    walk, places = _walker(forest, [tuple(row) for row in rows]), range(table.shape[1])

    def sums(row: Row) -> list[float]:
        found = walk(row)
        return [_sum(zero, [values[k] for values in found], weigh) for k in places]

    return sums


def _sums_at_once(
    forest: Forest,
    table: NDArray[Any],
    dtype: DTypeLike,
    weights: NDArray[Any] | None,
    walked: Callable[[Row], list[float]],
) -> Callable[[Row], list[float]] | None:
    """Return the function that leaves the tops of all trees at once and walks on side by side
    (see `packed`), None where it is no gain.

    Rows with a missing value are left to `walked`.
    """
    packed = forest.packed
    if packed is None or (packed.columns.source >= 0).any():
        return None
    top = packed.top
    tests = np.diff(top.op_start)
    if len(tests) == 0 or (tests == 0).any():
        return None
    levels = int(top.rest.max())
    if int(packed.height.sum()) < WALKED + int(tests.sum()) // 16 + WALKED_A_LEVEL * levels:
        return None
    values = np.asarray(table, dtype)[np.maximum(packed.answer, 0)]
    if weights is not None:
        slots = np.diff(np.append(packed.root, len(packed.left)))
        values = values * np.repeat(np.asarray(weights, dtype), slots)[:, np.newaxis]
    with np.errstate(over="ignore"):
        most = np.nansum(np.abs(values))
    if not most < np.finfo(values.dtype).max:
        return None  # sums could overflow, of which NumPy warns
    places = [np.ascontiguousarray(column) for column in values.T]
    top_feature, top_threshold = packed.columns.feature[top.column], top.threshold
    mask, start = top.mask, top.op_start[:-1]
    # the exponent of a float that is a power of two is the number of its bit
    first_exit = top.exit_start[:-1] - EXPONENT_OF_ONE
    exit_slot, left = top.exit_slot.astype(np.intp), packed.left.astype(np.intp)
    feature, threshold = packed.columns.feature[packed.column], packed.threshold
    one, of_rows = np.uint32(1), forest.dtype

    def sums(row: Row) -> list[float]:
        total = sum(row)
        if total != total:
            return walked(row)
        x = np.array(row, of_rows)
        ruled_out = np.bitwise_or.reduceat(mask * (x.take(top_feature) > top_threshold), start)
        lowest = ~ruled_out & (ruled_out + one)
        slot = exit_slot.take((lowest.astype(np.float32).view(np.int32) >> 23) + first_exit)
        for _ in range(levels):
            slot = left.take(slot) + (x.take(feature.take(slot)) > threshold.take(slot))
        return [float(np.add.accumulate(column.take(slot))[-1]) + 0.0 for column in places]

    return sums


def _sum(total: Any, values: list[Any], weights: list[Any] | None) -> float:
    if weights is not None:
        values = [weight * value for weight, value in zip(weights, values, strict=True)]
    for value in values:  # not sum(): since Python 3.12 it compensates
        total += value
    return float(total)


def _walker(forest: Forest, payload: list[Any]) -> Callable[[Row], list[Any]]:
    """Return a function from one row to the payload of each tree's answer.

    A test is the tuple (feature, threshold, TRUE, FALSE) of nested tuples; an answer is (0,
    payload, None, None).
    """
    leaves = [(0, value, None, None) for value in payload]
    sets = _sets(forest)
    if any(codes is not None for codes in sets):
        return _general_walker(forest, leaves, sets)
    tests: list[Any] = [None] * len(forest.feature)
    feature, threshold = forest.feature.tolist(), forest.threshold.tolist()
    true, false = forest.on_true.tolist(), forest.on_false.tolist()
    for i in forest.children_first():
        a, b = true[i], false[i]
        tests[i] = (
            feature[i],
            threshold[i],
            tests[a] if a >= 0 else leaves[~a],
            tests[b] if b >= 0 else leaves[~b],
        )
    roots = [tests[r] if r >= 0 else leaves[~r] for r in forest.roots.tolist()]
    used = sorted(set(feature))
    with_missing = _general_walker(forest, leaves, sets)

    def walk(row: Row) -> list[Any]:
        for feature in used:
            if row[feature] != row[feature]:
                return with_missing(row)
        out = []
        for root in roots:
            feature, value, true, false = root
            while true:
                feature, value, true, false = true if row[feature] <= value else false
            out.append(value)
        return out

    return walk


def _general_walker(
    forest: Forest, leaves: list[Any], sets: list[frozenset[int] | None]
) -> Callable[[Row], list[Any]]:
    roots = forest.roots.tolist()
    columns = (forest.on_true, forest.on_false, forest.on_missing)
    feature, threshold = forest.feature.tolist(), forest.threshold.tolist()
    exits = (column.tolist() for column in columns)
    tests = list(zip(feature, threshold, sets, *exits, strict=True))

    def walk(row: Row) -> list[Any]:
        out = []
        for root in roots:
            i = root
            while i >= 0:
                feature, threshold, codes, true, false, missing = tests[i]
                x = row[feature]
                if x != x:
                    i = missing
                elif codes is None:
                    i = true if x <= threshold else false
                else:
                    i = true if 0 <= x < ENDLESS and int(x) in codes else false
            out.append(leaves[~i][1])
        return out

    return walk


def _sets(forest: Forest) -> list[frozenset[int] | None]:
    known: dict[bytes, frozenset[int]] = {}
    out: list[frozenset[int] | None] = [None] * len(forest.feature)
    for i in np.flatnonzero(forest.kind).tolist():
        start, length = int(forest.set_start[i]), int(forest.set_length[i])
        text = forest.sets[start : start + length].astype("<u4").tobytes()
        if text not in known:
            bits = np.unpackbits(np.frombuffer(text, np.uint8), bitorder="little")
            known[text] = frozenset(np.flatnonzero(bits).tolist())
        out[i] = known[text]
    return out

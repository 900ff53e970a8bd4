"""The compiled loops behind `forest_numba`. The only kernel module that imports numba: import it
inside functions.

A block of rows leaves the top of a tree by vector instructions: every test rules out a set of
exits, and the lowest exit left is the one. Then eight rows walk on side by side, so that their
waits for memory overlap.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numba.core.cgutils import true_bit
from numba.extending import intrinsic

from pmmlkit.columns.kernels.compiled import may_cache

ROWS = 256  # a block's columns stay in the first-level cache

jit: Any = njit(nogil=True, cache=may_cache(__file__))


@intrinsic
def _lowest_bit(_typing_context: Any, word: Any) -> Any:
    """Return the number of the lowest set bit of an unsigned word that is not 0."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], true_bit)

    return word(word), generate


@jit
def _leave_top(first, end, column, threshold, mask, columns, rows, word, slot):
    for r in range(rows):
        word[r] = 0
    nothing = np.uint32(0)
    for i in range(first, end):
        x = columns[column[i]]
        t = threshold[i]
        m = mask[i]
        for r in range(rows):
            word[r] |= m if x[r] > t else nothing
    for r in range(rows):
        slot[r] = _lowest_bit(~word[r])


@jit
def _descend(column, threshold, left, levels, columns, rows, slot):
    r = 0
    while r + 8 <= rows:
        a, b, c, d = slot[r], slot[r + 1], slot[r + 2], slot[r + 3]
        e, f, g, h = slot[r + 4], slot[r + 5], slot[r + 6], slot[r + 7]
        for level in range(levels):
            a = left[a] + (columns[column[a], r] > threshold[a])
            b = left[b] + (columns[column[b], r + 1] > threshold[b])
            c = left[c] + (columns[column[c], r + 2] > threshold[c])
            d = left[d] + (columns[column[d], r + 3] > threshold[d])
            e = left[e] + (columns[column[e], r + 4] > threshold[e])
            f = left[f] + (columns[column[f], r + 5] > threshold[f])
            g = left[g] + (columns[column[g], r + 6] > threshold[g])
            h = left[h] + (columns[column[h], r + 7] > threshold[h])
            if level % 4 == 3:
                at_leaf = left[a] == a and left[b] == b and left[c] == c and left[d] == d
                if at_leaf and left[e] == e and left[f] == f and left[g] == g and left[h] == h:
                    break
        slot[r], slot[r + 1], slot[r + 2], slot[r + 3] = a, b, c, d
        slot[r + 4], slot[r + 5], slot[r + 6], slot[r + 7] = e, f, g, h
        r += 8
    while r < rows:
        a = slot[r]
        for _ in range(levels):
            a = left[a] + (columns[column[a], r] > threshold[a])
        slot[r] = a
        r += 1


@jit
def _leaves(
    t, op_start, top_column, top_threshold, mask, exit_start, exit_slot, rest,
    column, threshold, left, columns, rows, word, slot,
):  # fmt: skip
    first, end = op_start[t], op_start[t + 1]
    _leave_top(first, end, top_column, top_threshold, mask, columns, rows, word, slot)
    for r in range(rows):
        slot[r] = exit_slot[exit_start[t] + slot[r]]
    if rest[t] > 0:
        _descend(column, threshold, left, rest[t], columns, rows, slot)


@jit
def _part(columns, first, rows, part):
    for c in range(columns.shape[0]):
        for r in range(rows):
            part[c, r] = columns[c, first + r]


@jit
def route_packed(
    op_start, top_column, top_threshold, mask, exit_start, exit_slot, rest,
    column, threshold, left, answer, columns, out,
):  # fmt: skip
    part = np.empty((columns.shape[0], ROWS), columns.dtype)
    word = np.empty(ROWS, np.uint32)
    slot = np.empty(ROWS, np.int64)
    for first in range(0, columns.shape[1], ROWS):
        rows = min(ROWS, columns.shape[1] - first)
        _part(columns, first, rows, part)
        for t in range(len(rest)):
            _leaves(
                t, op_start, top_column, top_threshold, mask, exit_start, exit_slot, rest,
                column, threshold, left, part, rows, word, slot,
            )  # fmt: skip
            for r in range(rows):
                out[t, first + r] = answer[slot[r]]


@jit
def sum_packed(
    op_start, top_column, top_threshold, mask, exit_start, exit_slot, rest,
    column, threshold, left, answer, columns, values, weights, total,
):  # fmt: skip
    part = np.empty((columns.shape[0], ROWS), columns.dtype)
    word = np.empty(ROWS, np.uint32)
    slot = np.empty(ROWS, np.int64)
    for first in range(0, columns.shape[1], ROWS):
        rows = min(ROWS, columns.shape[1] - first)
        _part(columns, first, rows, part)
        for t in range(len(rest)):
            _leaves(
                t, op_start, top_column, top_threshold, mask, exit_start, exit_slot, rest,
                column, threshold, left, part, rows, word, slot,
            )  # fmt: skip
            for r in range(rows):
                slot[r] = answer[slot[r]]
            for k in range(len(values)):
                for r in range(rows):
                    total[k, first + r] += weights[t] * values[k, slot[r]]


@jit
def _follow(
    feature, kind, threshold, set_start, set_length, sets, on_true, on_false, on_missing, entry, x,
):  # fmt: skip
    i = entry
    while i >= 0:
        v = x[feature[i]]
        if np.isnan(v):
            i = on_missing[i]
        elif kind[i] == 0:
            i = on_true[i] if v <= threshold[i] else on_false[i]
        elif v >= 0 and v < 32 * set_length[i]:
            code = int(v)
            word = np.int64(sets[set_start[i] + code // 32])
            i = on_true[i] if (word >> (code % 32)) & 1 else on_false[i]
        else:
            i = on_false[i]
    return ~i


@jit
def route_diagram(
    feature, kind, threshold, set_start, set_length, sets, on_true, on_false, on_missing, roots,
    X, place, out,
):  # fmt: skip
    for r in range(len(X)):
        for t in range(len(roots)):
            out[t, place[r]] = _follow(
                feature, kind, threshold, set_start, set_length, sets,
                on_true, on_false, on_missing, roots[t], X[r],
            )  # fmt: skip


@jit
def sum_diagram(
    feature, kind, threshold, set_start, set_length, sets, on_true, on_false, on_missing, roots,
    X, place, values, weights, total,
):  # fmt: skip
    for r in range(len(X)):
        at = place[r]
        total[:, at] = 0
        for t in range(len(roots)):
            answer = _follow(
                feature, kind, threshold, set_start, set_length, sets,
                on_true, on_false, on_missing, roots[t], X[r],
            )  # fmt: skip
            for k in range(len(values)):
                total[k, at] += weights[t] * values[k, answer]


@jit
def route_row_diagram(
    feature, kind, threshold, set_start, set_length, sets, on_true, on_false, on_missing, roots,
    x, out,
):  # fmt: skip
    for t in range(len(roots)):
        out[t] = _follow(
            feature, kind, threshold, set_start, set_length, sets,
            on_true, on_false, on_missing, roots[t], x,
        )  # fmt: skip


@jit
def route_row(column, threshold, left, answer, root, height, feature, source, strict, x, out):
    """Route one row; return False, with nothing done, where a strict feature is missing."""
    for i in range(len(strict)):
        if np.isnan(x[strict[i]]):
            return False
    columns = np.empty(len(feature), x.dtype)
    for c in range(len(feature)):
        v = x[feature[c]]
        columns[c] = np.inf if source[c] == -2 and np.isnan(v) else v
    t = 0
    while t + 4 <= len(root):
        a, b, c, d = root[t], root[t + 1], root[t + 2], root[t + 3]
        levels = max(height[t], height[t + 1], height[t + 2], height[t + 3])
        for _ in range(levels):
            a = left[a] + (columns[column[a]] > threshold[a])
            b = left[b] + (columns[column[b]] > threshold[b])
            c = left[c] + (columns[column[c]] > threshold[c])
            d = left[d] + (columns[column[d]] > threshold[d])
        out[t], out[t + 1], out[t + 2], out[t + 3] = answer[a], answer[b], answer[c], answer[d]
        t += 4
    while t < len(root):
        a = root[t]
        for _ in range(height[t]):
            a = left[a] + (columns[column[a]] > threshold[a])
        out[t] = answer[a]
        t += 1
    return True


@jit
def sum_answers(answer, values, weights, out):
    out[:] = 0
    for t in range(len(answer)):
        for k in range(len(values)):
            out[k] += weights[t] * values[k, answer[t]]


@jit
def sum_row(
    column, threshold, left, answer, root, height, feature, source, strict, x, values, weights, out
):
    """Sum up one row; return False, with nothing done, where a strict feature is missing."""
    found = np.empty(len(root), np.int32)
    if not route_row(
        column, threshold, left, answer, root, height, feature, source, strict, x, found
    ):
        return False
    sum_answers(found, values, weights, out)
    return True

"""How a block of rows walks a forest in NumPy: through the diagram or the packed layout."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from pmmlkit.columns.kernels.packed import Ints, Packed, Top

if TYPE_CHECKING:
    from pmmlkit.columns.kernels.diagram import Forest

ELEMENTS = 16384  # rows x trees that walk together
ROWS_FOR_TOPS = 4000  # fewer rows walk all the way: a top costs more calls than it saves

Floats = NDArray[Any]


def walk_diagram(forest: Forest, X: Floats, trees: slice) -> Ints:
    """Return the answers (trees, n) by following the exits of the diagram, whatever its form."""
    roots = forest.roots[trees]
    out = np.repeat(roots[:, np.newaxis], len(X), axis=1)
    flat = out.reshape(-1)
    active = np.flatnonzero(flat >= 0)
    while len(active):
        test = flat[active]
        x = X[active % len(X), forest.feature[test]]
        true = x <= forest.threshold[test]
        on_set = np.flatnonzero(forest.kind[test])
        if len(on_set):
            true[on_set] = _in_set(forest, test[on_set], x[on_set])
        to = np.where(true, forest.on_true[test], forest.on_false[test])
        lost = np.flatnonzero(np.isnan(x))
        to[lost] = forest.on_missing[test[lost]]
        flat[active] = to
        active = active[to >= 0]
    return ~out


def _in_set(forest: Forest, test: Ints, x: Floats) -> NDArray[np.bool_]:
    within = (x >= 0) & (x < 32 * forest.set_length[test])
    code = np.where(within, x, 0).astype(np.intp)
    word = np.where(within, forest.set_start[test] + code // 32, 0)
    if len(forest.sets) == 0:
        return within
    bit = forest.sets[word] >> (code % 32).astype(np.uint32)
    inside: NDArray[np.bool_] = within & ((bit & 1) == 1)
    return inside


def walk_packed(packed: Packed, columns: Floats) -> Iterator[tuple[slice, Ints]]:
    """Yield the answers (trees, rows) of a few trees at a time, for the columns of a block."""
    count, rows = len(packed.root), columns.shape[1]
    offset = packed.column.astype(np.intp) * rows
    left = packed.left.astype(np.intp)
    answers = packed.answer.astype(np.intp)
    if rows < ROWS_FOR_TOPS:
        step = max(1, ELEMENTS // rows)
        for t in range(0, count, step):
            trees = slice(t, min(t + step, count))
            slot = np.repeat(packed.root[trees, np.newaxis], rows, axis=1)
            _descend(packed, columns, (offset, left), slot, int(packed.height[trees].max()))
            yield trees, answers.take(slot)
        return
    top = packed.top
    start, rest = top.exit_start.tolist(), top.rest.tolist()
    number = np.empty((1, rows), np.intp)
    slot = np.empty((1, rows), np.intp)
    answer = np.empty((1, rows), np.intp)
    tops = _Tops(top, columns)
    for t in range(count):
        exits = top.exit_slot[start[t] : start[t + 1]]
        number[0] = tops.leave(t)
        if rest[t]:
            exits.take(number, out=slot, mode="wrap")
            _descend(packed, columns, (offset, left), slot, rest[t])
            answers.take(slot, out=answer, mode="wrap")
        else:
            answers[exits].take(number, out=answer, mode="wrap")
        yield slice(t, t + 1), answer


def _descend(
    packed: Packed, columns: Floats, to: tuple[Ints, Ints], slot: Ints, levels: int
) -> None:
    """Move every slot of (trees, rows) down so many levels, in place."""
    offset, left = to
    flat, row = columns.reshape(-1), np.arange(columns.shape[1])
    at = np.empty_like(slot)
    x = np.empty(slot.shape, columns.dtype)
    threshold = np.empty(slot.shape, columns.dtype)
    right = np.empty(slot.shape, np.bool_)
    # take: mode "wrap" writes to out directly, where "raise" would buffer; no index is out of range
    for _ in range(levels):
        offset.take(slot, out=at, mode="wrap")
        at += row
        flat.take(at, out=x, mode="wrap")
        packed.threshold.take(slot, out=threshold, mode="wrap")
        np.greater(x, threshold, out=right)
        left.take(slot, out=at, mode="wrap")
        np.add(at, right, out=slot)


class _Tops:
    """The tops over one block of rows: columns, and a register per level of nesting."""

    def __init__(self, top: Top, columns: Floats) -> None:
        self.columns = list(columns)
        self.start = top.op_start.tolist()
        self.ops = list(
            zip(
                top.column.tolist(),
                top.threshold.tolist(),
                top.shape.tolist(),
                top.size_left.tolist(),
                strict=True,
            )
        )
        rows = columns.shape[1]
        self.zero = np.zeros(rows, np.uint8)
        self.registers = [np.empty(rows, np.uint8) for _ in range(64)]
        self.bits = np.empty(rows, np.bool_)

    def leave(self, tree: int) -> NDArray[np.uint8]:
        """Return the number of the exit that each row takes from the top of a tree."""
        registers, bits = self.registers, self.bits
        taken = bits.view(np.uint8)
        depth = 0
        for column, threshold, shape, left in self.ops[self.start[tree] : self.start[tree + 1]]:
            if shape == 3:
                np.greater(self.columns[column], threshold, out=registers[depth].view(np.bool_))
                depth += 1
                continue
            np.greater(self.columns[column], threshold, out=bits)
            # x > threshold ? left + number on the right : number on the left
            number = registers[depth - 1]
            if shape == 2:
                number += 1
                number *= taken
            elif shape == 1:
                taken *= left
                np.maximum(number, taken, out=number)
            else:
                number += left
                number *= taken
                depth -= 1
                np.maximum(registers[depth - 1], number, out=registers[depth - 1])
        return registers[0] if depth else self.zero

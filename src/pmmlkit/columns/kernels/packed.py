"""The packed layout: a diagram unrolled into binary trees whose two children are neighbours.

A slot is a test or a leaf. From a test the walk goes to ``left + (x > threshold)``, without a
branch; a leaf leads to itself. The first tests of each tree, its *top*, are kept a second time as a
program that needs no walk: all of them are evaluated for a whole block of rows, and what they say
together is the number of the *exit*, counted from left to right, by which a row leaves the top. A
small tree is all top.

The layout knows numbers only. What is not ``x <= threshold`` becomes a column of its own (see
`Columns`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from pmmlkit.columns.kernels.diagram import Forest

TOP_WHOLE = 31  # a tree of at most so many tests is all top: 32 exits are the bits of one word
TOP_DEEP = 15  # the tests in the top of a larger tree: four levels, where the walk becomes cheaper
LEVELS = 64  # a block walks as far as its longest walk: long chains are better followed singly
SET_COLUMNS = 512  # more distinct category tests cost more as columns than they save in the walk

Ints = NDArray[Any]
Slots = NDArray[np.int32]  # half the size of an index: more of a forest stays in the cache
Floats = NDArray[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """What the slots test: column c of a block is made of column ``feature[c]`` of the matrix.

    ``source[c]`` is PLAIN (the value), HIGH (missing is +infinity, so that it goes right) or the
    number s of ``sets[s]``: a table of 0.0 (in the set) and 1.0 (not in the set), whose last entry
    is for codes out of range; ``missing[c]`` is what such a column holds where the code is missing.
    """

    feature: Ints
    source: Ints
    missing: Floats
    sets: tuple[Floats, ...]

    def fill(self, X: Floats) -> Floats:
        """Return the columns of the rows X, (c, n), C-contiguous."""
        out = np.empty((len(self.feature), len(X)), X.dtype)
        for c, (feature, source) in enumerate(
            zip(self.feature.tolist(), self.source.tolist(), strict=True)
        ):
            if feature < 0:
                out[c] = 0.0
                continue
            out[c] = X[:, feature]
            if source == PLAIN:
                continue
            lost = np.isnan(out[c])
            if source == HIGH:
                out[c, lost] = np.inf
                continue
            table = self.sets[source]
            out[c] = table[code_of(out[c], len(table) - 1)]
            out[c, lost] = self.missing[c]
        return out


PLAIN = -1
HIGH = -2


def code_of(x: Floats, length: int) -> Ints:
    """Return the codes in x as indices; what is out of range, or missing, is length."""
    within = (x >= 0) & (x < length)
    return np.where(within, x, length).astype(np.intp)


@dataclass(frozen=True, slots=True, eq=False)
class Top:
    """The tops of all trees: tree t owns operations, masks and exits ``start[t]:start[t + 1]`` of
    each.

    An operation joins the exit numbers of the two sides of one test; operations come children
    first. ``shape`` is 2 * (the left side is an exit) + (the right side is an exit), ``size_left``
    the number of exits on the left. ``mask`` is for the other reading of the same tests: the exits
    that ``x > threshold`` rules out; the lowest exit that no test rules out is the one taken.
    """

    op_start: Ints
    column: Ints
    threshold: Floats
    shape: Ints
    size_left: Ints
    mask: NDArray[np.uint32]
    exit_start: Ints
    exit_slot: Ints
    rest: Ints  # (T,) the longest walk from an exit to a leaf


@dataclass(frozen=True, slots=True, eq=False)
class Packed:
    """Trees as slots. ``answer`` is -1 at a test; ``root`` and ``height`` are per tree."""

    columns: Columns
    column: Slots
    threshold: Floats
    left: Slots
    answer: Slots
    root: Ints
    height: Ints
    top: Top
    strict: Ints  # features whose missing values leave the trees: such rows need the diagram


def pack(forest: Forest) -> Packed | None:
    """Return the packed layout, or None where it would be too large or too deep."""
    columns = _columns(forest)
    slots = _unroll(forest) if columns is not None else None
    if columns is None or slots is None:
        return None
    made, column_of_test, strict = columns
    test, left, tree, level = slots
    order = np.argsort(tree, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    test, tree, level = test[order], tree[order], level[order]
    left = place[left[order]]
    leaf = test < 0
    column = np.where(leaf, 0, column_of_test[np.maximum(test, 0)] if len(column_of_test) else 0)
    on_set = made.source[column] >= 0
    threshold = np.full(len(test), np.inf, forest.threshold.dtype)
    threshold[~leaf] = forest.threshold[test[~leaf]]
    threshold[on_set & ~leaf] = 0.5
    height = _heights(left, leaf, level)
    root = np.searchsorted(tree, np.arange(len(forest.roots)))
    trees = _Trees(column, threshold, left, leaf, tree, root, height)
    return Packed(
        columns=made,
        column=column.astype(np.int32),
        threshold=threshold,
        left=left.astype(np.int32),
        answer=np.where(leaf, ~test, -1).astype(np.int32),
        root=root,
        height=height[root],
        top=trees.top(),
        strict=strict,
    )


def _columns(forest: Forest) -> tuple[Columns, Ints, Ints] | None:
    """Return the columns, the column of each test, and the features that are strict."""
    to_true = forest.on_missing == forest.on_true
    to_false = forest.on_missing == forest.on_false
    on_set = forest.kind == 1
    # +infinity does not lie beyond a threshold of +infinity
    to_false &= on_set | (forest.threshold < np.inf)
    strict = np.unique(forest.feature[~(to_true | to_false)])
    source = np.where(to_true | ~to_false, PLAIN, HIGH)
    missing = np.where(to_true, 0.0, 1.0)
    sets: list[Floats] = []
    known: dict[bytes, int] = {}
    for i in np.flatnonzero(on_set).tolist():
        start, length = int(forest.set_start[i]), int(forest.set_length[i])
        words = forest.sets[start : start + length]
        text = words.tobytes()
        if text not in known:
            if len(sets) == SET_COLUMNS:
                return None
            known[text] = len(sets)
            bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
            sets.append(np.append(1.0 - bits, 1.0).astype(forest.threshold.dtype))
        source[i] = known[text]
    missing[~on_set] = 0.0
    key = np.stack([forest.feature, source, missing.astype(np.intp)], axis=1)
    distinct, column = np.unique(key, axis=0, return_inverse=True)
    if np.count_nonzero(distinct[:, 1] >= 0) > SET_COLUMNS:
        return None
    if len(distinct) == 0:
        distinct = np.array([[-1, PLAIN, 0]])
    made = Columns(
        distinct[:, 0].astype(np.intp),
        distinct[:, 1].astype(np.intp),
        distinct[:, 2].astype(forest.threshold.dtype),
        tuple(sets),
    )
    return made, column.reshape(-1).astype(np.intp), strict.astype(np.intp)


def _unroll(forest: Forest) -> tuple[Ints, Ints, Ints, Ints] | None:
    """Return per slot, level by level: test (or ~answer), left child, tree, level."""
    most = 4 * (len(forest.feature) + len(forest.roots)) + 1024
    entry = forest.roots.astype(np.intp)
    tree = np.arange(len(entry))
    tests, lefts, trees, levels = [], [], [], []
    first, level = 0, 0
    while len(entry):
        after = first + len(entry)
        if after > most or level > LEVELS:
            return None
        inner = np.flatnonzero(entry >= 0)
        left = np.arange(first, after)
        left[inner] = after + 2 * np.arange(len(inner))
        tests.append(entry)
        lefts.append(left)
        trees.append(tree)
        levels.append(np.full(len(entry), level))
        children = np.empty((len(inner), 2), np.intp)
        children[:, 0] = forest.on_true[entry[inner]]
        children[:, 1] = forest.on_false[entry[inner]]
        entry, tree = children.reshape(-1), np.repeat(tree[inner], 2)
        first, level = after, level + 1
    if not tests:
        none = np.empty(0, np.intp)
        return none, none, none, none
    return (
        np.concatenate(tests),
        np.concatenate(lefts),
        np.concatenate(trees),
        np.concatenate(levels),
    )


def _heights(left: Ints, leaf: NDArray[np.bool_], level: Ints) -> Ints:
    height = np.zeros(len(left), np.intp)
    by_level = np.argsort(level, kind="stable")
    bounds = np.searchsorted(level[by_level], np.arange(level.max(initial=-1) + 2))
    for k in range(len(bounds) - 2, -1, -1):
        here = by_level[bounds[k] : bounds[k + 1]]
        here = here[~leaf[here]]
        height[here] = 1 + np.maximum(height[left[here]], height[left[here] + 1])
    return height


@dataclass(frozen=True, slots=True, eq=False)
class _Trees:
    """The slots of all trees, tree by tree, from the root downwards: what tops are cut from."""

    column: Ints
    threshold: Floats
    left: Ints
    leaf: NDArray[np.bool_]
    tree: Ints
    root: Ints
    height: Ints

    def top(self) -> Top:
        """Return the tops: trees of at most TOP_WHOLE tests, else their first TOP_DEEP tests."""
        inner = ~self.leaf
        rank = np.cumsum(inner) - 1
        rank -= np.concatenate([[0], np.cumsum(inner)])[self.root][self.tree]
        tests = np.bincount(self.tree[inner], minlength=len(self.root))
        size = np.where(tests <= TOP_WHOLE, tests, TOP_DEEP)
        inside = inner & (rank < size[self.tree])
        ops: list[tuple[int, int, int, int]] = []
        exits: list[int] = []
        op_start, exit_start, rest = [0], [0], []
        left, within = self.left.tolist(), inside.tolist()
        for root in self.root.tolist():
            first = len(exits)
            _cut(root, left, within, ops, exits)
            op_start.append(len(ops))
            exit_start.append(len(exits))
            rest.append(int(self.height[exits[first:]].max()))
        slot, lo, middle, hi = np.array(ops, np.intp).reshape(-1, 4).T
        mask = ((1 << (middle - lo)) - 1) << lo
        return Top(
            op_start=np.array(op_start),
            column=self.column[slot],
            threshold=self.threshold[slot],
            shape=2 * (middle - lo == 1) + (hi - middle == 1),
            size_left=middle - lo,
            mask=mask.astype(np.uint32),
            exit_start=np.array(exit_start),
            exit_slot=np.array(exits, np.intp),
            rest=np.array(rest, np.intp),
        )


def _cut(
    root: int,
    left: list[int],
    within: list[bool],
    ops: list[tuple[int, int, int, int]],
    exits: list[int],
) -> None:
    """Append a top: its exits, and operations (slot, first exit, first on the right, end)."""
    base = len(exits)
    stack = [(root, 0, 0, 0)]
    while stack:
        slot, stage, lo, middle = stack.pop()
        here = len(exits) - base
        if not within[slot]:
            exits.append(slot)
        elif stage == 0:
            stack += [(slot, 1, here, 0), (left[slot], 0, 0, 0)]
        elif stage == 1:
            stack += [(slot, 2, lo, here), (left[slot] + 1, 0, 0, 0)]
        else:
            ops.append((slot, lo, middle, here))

"""All nodes of a document's trees in a few arrays, for rules that look at every node at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import NODE_COLUMNS, NONE, OPERATORS, SIMPLE, NodePool
from pmmlkit.xml.declaration import Element

__all__ = ["Forest", "Ints", "forests"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_DEEPEST: Final = 200
"""Ancestors further away are not compared with a node."""


def forests(trees: Sequence[Element]) -> tuple[Forest, ...]:
    """Put trees whose nodes share their texts together."""
    by_pool: dict[int, list[Any]] = {}
    for tree in trees:
        nodes: Any = tree
        by_pool.setdefault(id(nodes.nodes.pool), []).append(tree)
    return tuple(Forest(group) for group in by_pool.values())


class Forest:
    """The nodes of several trees under each other: `node_rows` (n, 10) as in `NodeTable`, with the
    `tree` of each node (its position in `trees`) and its `parent` counted from the first node of
    all.
    """

    def __init__(self, trees: Sequence[Any]) -> None:
        self.trees = tuple(trees)
        tables = [tree.nodes for tree in trees]
        self.pool: NodePool = tables[0].pool
        sizes = np.array([len(table) for table in tables], np.int64)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64)
        self.starts = starts
        self.tree = np.repeat(np.arange(len(tables)), sizes)
        self.rows = np.concatenate([table.node_rows for table in tables])
        parent = self.column("parent").astype(np.int64)
        self.parent: Ints = np.where(parent < 0, -1, parent + starts[self.tree])
        self.distributions = np.concatenate([table.distribution_rows for table in tables])
        counts = [len(table.distribution_rows) for table in tables]
        shift = np.repeat(starts, counts)
        self.distribution_node: Ints = self.distributions[:, 0].astype(np.int64) + shift
        self.others = frozenset(
            int(start) + node
            for start, table in zip(starts.tolist(), tables, strict=True)
            for node in table.extras
        )

    def __len__(self) -> int:
        return len(self.rows)

    def column(self, name: str) -> npt.NDArray[np.int32]:
        """Return a column of `NodeTable` for all nodes."""
        return self.rows[:, NODE_COLUMNS.index(name)]

    def text(self, number: int) -> str | None:
        """Return the text of a number out of a column."""
        return None if number == NONE else self.pool.texts[number]

    def line(self, node: int) -> int:
        """Return the line of a node."""
        return int(self.column("line")[node])

    @property
    def numbers(self) -> Doubles:
        """The texts as numbers, NaN where they are none; the last is for an absent text."""
        return self.pool.numbers

    @cached_property
    def children(self) -> tuple[Ints, Ints, Ints]:
        """The nodes that have a parent, sorted by it; where each run of siblings starts among
        them; and the length of each run.
        """
        order = np.argsort(self.parent, kind="stable")
        order = order[int(np.searchsorted(self.parent[order], 0)) :]
        parents = self.parent[order]
        starts = np.flatnonzero(np.concatenate([[True], parents[1:] != parents[:-1]])[: len(order)])
        lengths = np.diff(np.concatenate([starts, [len(order)]]))
        return order, starts, lengths

    @cached_property
    def is_leaf(self) -> Mask:
        """Which nodes have no children."""
        result = np.ones(len(self), np.bool_)
        result[self.parent[self.parent >= 0]] = False
        return result

    @cached_property
    def tests(self) -> Mask:
        """Which nodes compare a field with a finite number."""
        operator = self.column("operator")
        value = self.numbers[self.column("value")]
        compares = (operator >= 0) & (operator < OPERATORS.index("isMissing"))
        found: Mask = (self.column("kind") == SIMPLE) & compares & np.isfinite(value)
        return found

    def attribute(self, name: str) -> list[Any]:
        """Return an attribute of each tree."""
        return [getattr(tree, name) for tree in self.trees]

    @cached_property
    def is_default(self) -> Mask:
        """Which nodes are the defaultChild of their parent."""
        result = np.zeros(len(self), np.bool_)
        inner = np.flatnonzero(self.parent >= 0)
        name = self.column("id")[inner]
        named = self.column("default_child")[self.parent[inner]]
        result[inner] = (name == named) & (name != NONE)
        return result

    @cached_property
    def pairs(self) -> tuple[list[tuple[int, int]], Ints]:
        """The pairs of a tree and the number of a field's name that nodes of it test; and the pair
        of each node, -1 where it tests none.
        """
        field = self.column("field")
        nodes = np.flatnonzero(field != NONE)
        width = len(self.pool.texts)
        found, places = np.unique(self.tree[nodes] * width + field[nodes], return_inverse=True)
        pair = np.full(len(self), -1, np.int64)
        pair[nodes] = places
        return [divmod(key, width) for key in found.tolist()], pair

    @cached_property
    def bounds(self) -> tuple[Doubles, Doubles]:
        """The lowest and the highest number for which the test of a node holds; infinite where it
        tests something else than a number.
        """
        low, high = np.full(len(self), -np.inf), np.full(len(self), np.inf)
        tests = np.flatnonzero(self.tests)
        value = self.numbers[self.column("value")[tests]]
        operator = self.column("operator")[tests]
        for name, lowest, highest in (
            ("equal", 0, 0),
            ("lessThan", None, -1),
            ("lessOrEqual", None, 0),
            ("greaterThan", 1, None),
            ("greaterOrEqual", 0, None),
        ):
            mine = np.flatnonzero(operator == OPERATORS.index(name))
            for bound, step in ((low, lowest), (high, highest)):
                if step is not None and len(mine):
                    bound[tests[mine]] = _stepped(value[mine], step)
        return low, high

    def contradictions(self, low: Doubles, high: Doubles) -> Ints:
        """Return the nodes whose bounds leave nothing of the bounds of nodes above them that test
        the same field.
        """
        field = self.column("field")
        nodes = np.flatnonzero(np.isfinite(low) | np.isfinite(high))
        lows, highs = low[nodes].copy(), high[nodes].copy()
        active = np.arange(len(nodes))
        above = self.parent[nodes]
        for _ in range(_DEEPEST):
            keep = above >= 0
            active, above = active[keep], above[keep]
            if not len(active):
                break
            same = field[above] == field[nodes[active]]
            rows, ancestors = active[same], above[same]
            lows[rows] = np.maximum(lows[rows], low[ancestors])
            highs[rows] = np.minimum(highs[rows], high[ancestors])
            above = self.parent[above]
        empty = np.zeros(len(self), np.bool_)
        empty[nodes[lows > highs]] = True
        found = np.flatnonzero(empty)
        return found[~empty[self.parent[found]]]


def _stepped(values: Doubles, step: int) -> Doubles:
    """Return the numbers themselves (0), or those next to them below (-1) or above (1)."""
    if step == 0:
        return values
    with np.errstate(over="ignore", invalid="ignore"):
        found: Doubles = np.nextafter(values, step * np.inf)
    return found

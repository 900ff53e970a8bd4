"""Diagrams of binary trees of numeric comparisons, made for all trees of a document at once.

Boosters are thousands of small trees of this form; tree by tree, NumPy's cost per call would be the
whole cost. Any other tree is left to `compile_diagram`, with the same results.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.types import DOUBLE, FLOAT
from pmmlkit.language.models.tree.atoms import has_own_order
from pmmlkit.language.models.tree.diagram import Diagram, Strategy
from pmmlkit.language.models.tree.node_pool import NODE_COLUMNS, NodePool
from pmmlkit.language.models.tree.node_table import NONE, OPERATORS, SIMPLE, TRUE, NodeTable
from pmmlkit.language.step import Field

__all__ = ["PlainTrees"]

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

_LESS, _LESS_OR_EQUAL, _GREATER, _GREATER_OR_EQUAL = (
    OPERATORS.index(name) for name in ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
)
_OPPOSITES = _LESS + _GREATER_OR_EQUAL


class PlainTrees:
    """The tests of the plain trees of a pool under one strategy.

    A tree is plain where each node has two children or none, the first child compares a field with
    a number and the second does the opposite, or is True. Numbers of tests and answers count within
    each tree; the last answer of a tree is that of no prediction.
    """

    def __init__(self, pool: NodePool, strategy: Strategy) -> None:
        nodes = _Nodes(pool)
        self._start = nodes.start
        self._is_plain = nodes.is_plain
        self._lay_out(nodes, strategy)
        operator = nodes.columns["operator"][nodes.first]
        number = pool.numbers[nodes.columns["value"][nodes.first]]
        excludes = (operator == _LESS) | (operator == _GREATER_OR_EQUAL)
        self._field = nodes.columns["field"][nodes.first]
        self._double = _thresholds(number, excludes)
        with np.errstate(over="ignore"):
            self._single = _thresholds(number.astype(np.float32), excludes)
        self._zeros = np.zeros(len(nodes.tree) + 1, np.int64)

    def _lay_out(self, nodes: _Nodes, strategy: Strategy) -> None:
        """Number tests and answers, and find the exits of all tests."""
        columns, tree, first, second = nodes.columns, nodes.tree, nodes.first, nodes.second
        is_answer = nodes.is_leaf | (strategy.missing_value == "lastPrediction")
        if strategy.no_true_child == "returnLastPrediction":
            is_answer |= columns["score"] != NONE
        answer, answers = nodes.numbered(is_answer)
        test, tests = nodes.numbered(~nodes.is_leaf)
        goes_to = np.where(nodes.is_leaf, ~answer, test)
        nothing = ~answers[tree[nodes.inner]]
        is_less = columns["operator"][first] <= _LESS_OR_EQUAL
        self._on_true = np.where(is_less, goes_to[first], goes_to[second])
        self._on_false = np.where(is_less, goes_to[second], goes_to[first])
        stays = np.where(is_answer[nodes.inner], ~answer[nodes.inner], nothing)
        if strategy.missing_value == "defaultChild":
            default = columns["default_child"][nodes.inner]
            is_first, is_second = (columns["id"][child] == default for child in (first, second))
            self._on_missing = np.where(is_first, goes_to[first], goes_to[second])
            has_default = (default != NONE) & (is_first | is_second)
            self._is_plain[tree[nodes.inner[~has_default]]] = False
        elif strategy.missing_value == "lastPrediction":
            self._on_missing = stays
        elif strategy.missing_value == "nullPrediction":
            self._on_missing = nothing
        else:
            is_true = columns["kind"][second] == TRUE
            self._on_missing = np.where(is_true, goes_to[second], stays)
        self._tests = np.append(0, np.cumsum(tests))
        self._answers = np.append(0, np.cumsum(answers + 1))
        self._nodes = np.full(int(self._answers[-1]), -1, np.int64)
        at = np.flatnonzero(is_answer)
        self._nodes[self._answers[tree[at]] + answer[at]] = at - nodes.start[tree[at]]

    def diagram(self, table: NodeTable, find_field: Callable[[str], Field]) -> Diagram | None:
        """Return the diagram of a tree of the pool, None where it is not plain."""
        tree = int(np.searchsorted(self._start, table.first[0]))
        if self._start[tree + 1] != table.last[0] or not self._is_plain[tree]:
            return None
        tests = slice(self._tests[tree], self._tests[tree + 1])
        names = self._field[tests].tolist()
        index = {name: at for at, name in enumerate(dict.fromkeys(names))}
        fields = tuple(find_field(table.texts[name]) for name in index)
        feature = np.array([index[name] for name in names], np.int64)
        threshold = self._threshold(tests, fields, feature)
        if threshold is None:
            return None
        answers = slice(self._answers[tree], self._answers[tree + 1])
        nodes = self._nodes[answers]
        nothing = self._zeros[: len(names)]
        return Diagram(
            fields=fields,
            coded=(False,) * len(fields),
            sets=(),
            feature=feature,
            kind=nothing,
            threshold=threshold,
            set=nothing,
            on_true=self._on_true[tests],
            on_false=self._on_false[tests],
            on_missing=self._on_missing[tests],
            root=0 if names else -1,
            nodes=nodes,
            levels=self._zeros[: len(nodes)],
        )

    def _threshold(self, tests: slice, fields: tuple[Field, ...], feature: Ints) -> Doubles | None:
        types = {field.type for field in fields}
        if not types <= {DOUBLE, FLOAT} or any(map(has_own_order, fields)):
            return None
        found = self._double[tests]
        if FLOAT in types:
            is_single = np.array([field.type is FLOAT for field in fields])[feature]
            found = np.where(is_single, self._single[tests], found)
            if not np.isfinite(found).all():
                return None
        return found


class _Nodes:
    """The nodes of all trees: who is whose child, and which trees are plain.

    `first` and `second` are the children of the `inner` nodes; they mean nothing in other trees.
    """

    def __init__(self, pool: NodePool) -> None:
        rows = pool.node_rows.astype(np.int64)
        self.columns: dict[str, Ints] = dict(zip(NODE_COLUMNS, rows.T, strict=True))
        size = len(rows)
        is_root = self.columns["parent"] < 0
        self.start = np.append(np.flatnonzero(is_root), size)
        self.tree = np.cumsum(is_root) - 1
        parent = np.where(is_root, 0, self.columns["parent"] + self.start[self.tree])
        children = np.bincount(parent[~is_root], minlength=size)
        self.is_leaf = children == 0
        self.inner = np.flatnonzero(~self.is_leaf)
        # parents come first, depth first
        self.first = self.inner + 1
        is_first = ~is_root & (parent == np.arange(size) - 1)
        others = np.flatnonzero(~is_root & ~is_first)
        second = np.zeros(size, np.int64)
        second[parent[others]] = others
        self.second = second[self.inner]
        is_plain = self._has_predicate(is_root, is_first, parent + 1, pool.numbers)
        is_plain &= self.is_leaf | (children == 2)
        self.is_plain = np.logical_and.reduceat(is_plain, self.start[:-1])

    def _has_predicate(
        self, is_root: Bools, is_first: Bools, sibling: Ints, numbers: Doubles
    ) -> Bools:
        """Tell which nodes have the predicate that a plain tree has there."""
        kind, operator, value = (self.columns[name] for name in ("kind", "operator", "value"))
        ordered = (kind == SIMPLE) & (operator >= _LESS) & (operator <= _GREATER_OR_EQUAL)
        ordered &= np.isfinite(numbers[value])
        sibling = np.minimum(sibling, len(kind) - 1)
        opposite = ordered & ~is_root & (operator + operator[sibling] == _OPPOSITES)
        for name in ("field", "value"):
            opposite &= self.columns[name] == self.columns[name][sibling]
        found: Bools = np.where(is_first, ordered, (kind == TRUE) | opposite)
        return found

    def numbered(self, chosen: Bools) -> tuple[Ints, Ints]:
        """Return the number of each chosen node within its tree, and how many each tree has."""
        before = np.append(0, np.cumsum(chosen))
        return before[:-1] - before[self.start[:-1]][self.tree], np.diff(before[self.start])


def _thresholds(numbers: npt.NDArray[Any], excludes: Bools) -> Doubles:
    below = np.nextafter(numbers, numbers.dtype.type(-np.inf))
    return np.where(excludes, below, numbers).astype(np.float64) + 0.0

"""Diagrams of trees of numeric comparisons, made for all trees of a document at once.

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

    A tree is plain where the children of a node compare fields with numbers; the last of several
    may be True instead, or do the opposite of the one before it, and then it needs no test. Numbers
    of tests and answers count within each tree; the last answer of a tree is that of no prediction.
    """

    def __init__(self, pool: NodePool, strategy: Strategy) -> None:
        nodes = _Nodes(pool)
        self._start = nodes.start
        self._is_plain = nodes.is_plain
        self._lay_out(nodes, strategy)
        operator = nodes.columns["operator"][nodes.tested]
        number = pool.numbers[nodes.columns["value"][nodes.tested]]
        excludes = (operator == _LESS) | (operator == _GREATER_OR_EQUAL)
        self._field = nodes.columns["field"][nodes.tested]
        self._double = _thresholds(number, excludes)
        with np.errstate(over="ignore"):
            self._single = _thresholds(number.astype(np.float32), excludes)
        self._zeros = np.zeros(len(nodes.tree) + 1, np.int64)

    def _lay_out(self, nodes: _Nodes, strategy: Strategy) -> None:
        """Number tests and answers, and find the exits of all tests."""
        columns, tree, tested, parent = nodes.columns, nodes.tree, nodes.tested, nodes.parent
        is_last = columns["score"] != NONE
        is_last &= strategy.no_true_child == "returnLastPrediction"
        is_answer = nodes.is_leaf | is_last | (strategy.missing_value == "lastPrediction")
        answer, answers = nodes.numbered(is_answer)
        test, tests = nodes.numbered(nodes.is_tested)
        # the first child of a node stands behind it, and is tested
        enter = np.where(nodes.is_leaf, ~answer, np.append(test[1:], 0))
        above = parent[tested]
        nothing = ~answers[tree[tested]]
        last = np.where(is_last[above], ~answer[above], nothing)
        following = nodes.following[tested]
        tries = np.where(nodes.is_tested, test, enter)[following]
        otherwise = np.where(following >= 0, tries, last)
        is_less = columns["operator"][tested] <= _LESS_OR_EQUAL
        self._on_true = np.where(is_less, enter[tested], otherwise)
        self._on_false = np.where(is_less, otherwise, enter[tested])
        if strategy.missing_value == "defaultChild":
            default = nodes.default_child()[above]
            self._on_missing = enter[default]
            self._is_plain[tree[tested[default < 0]]] = False
        elif strategy.missing_value == "lastPrediction":
            self._on_missing = ~answer[above]
        elif strategy.missing_value == "nullPrediction":
            self._on_missing = nothing
        else:
            closed = (following >= 0) & nodes.is_opposite[following]
            self._on_missing = np.where(closed, last, otherwise)
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
    """The nodes of all trees: who is whose child and sibling, and which trees are plain.

    `following` (n,) is the next sibling, -1 where there is none; `tested` are the nodes with a test
    of their own. In trees that are not plain they mean nothing.
    """

    def __init__(self, pool: NodePool) -> None:
        rows = np.ascontiguousarray(pool.node_rows.T)
        self.columns: dict[str, npt.NDArray[np.int32]] = dict(zip(NODE_COLUMNS, rows, strict=True))
        size = rows.shape[1]
        is_root = self.columns["parent"] < 0
        self.start = np.append(np.flatnonzero(is_root), size)
        self.tree = np.cumsum(is_root) - 1
        self.parent = np.where(is_root, -1, self.columns["parent"] + self.start[self.tree])
        # parents come first, depth first
        is_first = ~is_root & (self.parent == np.arange(size) - 1)
        self.is_leaf = np.append(~is_first[1:], True)
        self.following = self._siblings(size)
        self._find_tests(is_root, is_first, pool.numbers)
        self.tested = np.flatnonzero(self.is_tested)

    def _siblings(self, size: int) -> Ints:
        following = np.full(size, -1, np.int64)
        order = np.argsort(self.parent.astype(np.int32), kind="stable")
        parents = self.parent[order]
        together = np.flatnonzero((parents[1:] == parents[:-1]) & (parents[1:] >= 0))
        following[order[together]] = order[together + 1]
        return following

    def _find_tests(self, is_root: Bools, is_first: Bools, numbers: Doubles) -> None:
        """Find the nodes with tests, those that do the opposite, and whether a tree is plain."""
        kind, operator, value = (self.columns[name] for name in ("kind", "operator", "value"))
        ordered = (kind == SIMPLE) & (operator >= _LESS) & (operator <= _GREATER_OR_EQUAL)
        ordered &= np.isfinite(numbers[value]) & ~is_root
        before = np.flatnonzero(self.following >= 0)
        after = self.following[before]
        opposite = ordered[before] & ordered[after] & (self.following[after] < 0)
        opposite &= operator[before] + operator[after] == _OPPOSITES
        for name in ("field", "value"):
            opposite &= self.columns[name][before] == self.columns[name][after]
        self.is_opposite = np.zeros(len(kind), np.bool_)
        self.is_opposite[after] = opposite
        self.is_tested = ordered & ~self.is_opposite
        # the siblings after one that is True would never be tried
        is_last = ~is_first & (self.following < 0)
        is_plain = ordered | ((kind == TRUE) & (is_root | is_last))
        self.is_plain = np.logical_and.reduceat(is_plain, self.start[:-1])

    def default_child(self) -> Ints:
        """Return the child that each node names as its default, -1 where there is none."""
        found = np.full(len(self.parent), -1, np.int64)
        wanted = self.columns["default_child"][self.parent]
        named = (self.parent >= 0) & (wanted != NONE) & (self.columns["id"] == wanted)
        children = np.flatnonzero(named)[::-1]
        found[self.parent[children]] = children
        return found

    def numbered(self, chosen: Bools) -> tuple[Ints, Ints]:
        """Return the number of each chosen node within its tree, and how many each tree has."""
        before = np.append(0, np.cumsum(chosen))
        return before[:-1] - before[self.start[:-1]][self.tree], np.diff(before[self.start])


def _thresholds(numbers: npt.NDArray[Any], excludes: Bools) -> Doubles:
    below = np.nextafter(numbers, numbers.dtype.type(-np.inf))
    return np.where(excludes, below, numbers).astype(np.float64) + 0.0

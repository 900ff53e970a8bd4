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
        rows = pool.node_rows.astype(np.int64)
        columns = dict(zip(NODE_COLUMNS, rows.T, strict=True))
        size = len(rows)
        node = np.arange(size)
        is_root = columns["parent"] < 0
        self._start = np.append(np.flatnonzero(is_root), size)
        tree = np.cumsum(is_root) - 1
        parent = np.where(is_root, 0, columns["parent"] + self._start[tree])
        children = np.bincount(parent[~is_root], minlength=size)
        is_leaf = children == 0
        is_first = ~is_root & (parent == node - 1)
        is_second = ~is_root & ~is_first
        second = np.zeros(size, np.int64)
        second[parent[is_second]] = node[is_second]
        # of what is no binary tree these numbers mean nothing: `_are_plain` leaves it out
        inner = np.flatnonzero(~is_leaf)
        first, second = np.minimum(inner + 1, size - 1), second[inner]
        value = columns["value"]
        operator = columns["operator"][first]
        is_plain = _Plain(columns, pool.numbers).nodes(is_root, is_first, parent) & (children != 1)
        is_plain &= children < 3

        stays = np.full(size, strategy.missing_value == "lastPrediction")
        if strategy.no_true_child == "returnLastPrediction":
            stays |= columns["score"] != NONE
        is_answer = is_leaf | stays
        answer, answers = _numbered(is_answer, self._start, tree)
        test, tests = _numbered(~is_leaf, self._start, tree)
        goes_to = np.where(is_leaf, ~answer, test)
        nothing = ~answers[tree]
        is_less = operator <= _LESS_OR_EQUAL
        self.on_true = np.where(is_less, goes_to[first], goes_to[second])
        self.on_false = np.where(is_less, goes_to[second], goes_to[first])
        if strategy.missing_value == "defaultChild":
            chosen = columns["default_child"][inner]
            is_default = [
                (chosen != NONE) & (columns["id"][child] == chosen) for child in (first, second)
            ]
            self.on_missing = np.where(is_default[0], goes_to[first], goes_to[second])
            is_plain[inner] &= is_default[0] | is_default[1]
        elif strategy.missing_value == "lastPrediction":
            self.on_missing = ~answer[inner]
        else:
            last = np.where(is_answer[inner], ~answer[inner], nothing[inner])
            if strategy.missing_value == "none":
                self.on_missing = np.where(columns["kind"][second] == TRUE, goes_to[second], last)
            else:
                self.on_missing = nothing[inner]
        self.field = columns["field"][first]
        number = pool.numbers[value[first]]
        excludes = (operator == _LESS) | (operator == _GREATER_OR_EQUAL)
        self.double = _thresholds(number, excludes)
        with np.errstate(over="ignore"):
            self.single = _thresholds(number.astype(np.float32), excludes)
        self.zeros = np.zeros(size + 1, np.int64)
        self.is_plain = np.logical_and.reduceat(is_plain, self._start[:-1]) if size else is_plain
        self._tests = np.append(0, np.cumsum(tests))
        self._answers = np.append(0, np.cumsum(answers + 1))
        self.nodes = np.full(int(self._answers[-1]), -1, np.int64)
        at = np.flatnonzero(is_answer)
        self.nodes[self._answers[tree[at]] + answer[at]] = at - self._start[tree[at]]

    def diagram(self, table: NodeTable, find_field: Callable[[str], Field]) -> Diagram | None:
        """Return the diagram of a tree of the pool, None where it is not plain."""
        tree = int(np.searchsorted(self._start, table.first[0]))
        if self._start[tree + 1] != table.last[0] or not self.is_plain[tree]:
            return None
        tests = slice(self._tests[tree], self._tests[tree + 1])
        names = self.field[tests].tolist()
        index = {name: at for at, name in enumerate(dict.fromkeys(names))}
        fields = tuple(find_field(table.texts[name]) for name in index)
        feature = np.array([index[name] for name in names], np.int64)
        threshold = self._threshold(tests, fields, feature)
        if threshold is None:
            return None
        answers = slice(self._answers[tree], self._answers[tree + 1])
        nodes = self.nodes[answers]
        nothing = self.zeros[: len(names)]
        return Diagram(
            fields=fields,
            coded=(False,) * len(fields),
            sets=(),
            feature=feature,
            kind=nothing,
            threshold=threshold,
            set=nothing,
            on_true=self.on_true[tests],
            on_false=self.on_false[tests],
            on_missing=self.on_missing[tests],
            root=0 if names else -1,
            nodes=nodes,
            levels=self.zeros[: len(nodes)],
        )

    def _threshold(self, tests: slice, fields: tuple[Field, ...], feature: Ints) -> Doubles | None:
        types = {field.type for field in fields}
        if not types <= {DOUBLE, FLOAT} or any(map(has_own_order, fields)):
            return None
        found = self.double[tests]
        if FLOAT in types:
            is_single = np.array([field.type is FLOAT for field in fields])[feature]
            found = np.where(is_single, self.single[tests], found)
            if not np.isfinite(found).all():
                return None
        return found


class _Plain:
    """Tells which nodes have the predicate that a plain tree has there."""

    def __init__(self, columns: dict[str, Ints], numbers: Doubles) -> None:
        self._columns = columns
        self._is_finite = np.append(np.isfinite(numbers), False)

    def nodes(self, is_root: Bools, is_first: Bools, parent: Ints) -> Bools:
        columns = self._columns
        kind, operator, value = columns["kind"], columns["operator"], columns["value"]
        ordered = (kind == SIMPLE) & (operator >= _LESS) & (operator <= _GREATER_OR_EQUAL)
        # NONE picks the last entry, which stands for no number
        ordered &= self._is_finite[np.where(ordered, value, NONE)]
        sibling = np.minimum(parent + 1, len(kind) - 1)
        opposite = ordered & (operator + operator[sibling] == _OPPOSITES)
        for name in ("field", "value"):
            opposite &= columns[name] == columns[name][sibling]
        found: Bools = np.where(is_first, ordered, (kind == TRUE) | (opposite & ~is_root))
        return found


def _numbered(chosen: Bools, start: Ints, tree: Ints) -> tuple[Ints, Ints]:
    """Return the number of each chosen node within its tree, and how many each tree has."""
    before = np.append(0, np.cumsum(chosen))
    return before[:-1] - before[start[:-1]][tree], np.diff(before[start])


def _thresholds(numbers: npt.NDArray[Any], excludes: Bools) -> Doubles:
    below = np.nextafter(numbers, numbers.dtype.type(-np.inf))
    return np.where(excludes, below, numbers).astype(np.float64) + 0.0

"""Forests of binary trees in arrays, written as TreeModel elements without a loop in Python over
their nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.splits import (
    OPPOSITE,
    CategorySplit,
    TreeInput,
    category_split,
    threshold_values,
)
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.models.tree.node_table import (
    DISTRIBUTION_COLUMNS,
    FALSE,
    NODE_COLUMNS,
    NONE,
    OPERATORS,
    SET,
    SIMPLE,
    TRUE,
    NodePool,
    NodeTable,
)

__all__ = ["Forest", "Leaves", "node_tables"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

_COLUMN = {name: number for number, name in enumerate(NODE_COLUMNS)}
_OPERATOR = {name: number for number, name in enumerate(OPERATORS)}
_ARRAY_TYPE = {"integer": "int", "float": "real", "double": "real"}


@dataclass(frozen=True, slots=True)
class Forest:
    """The nodes of all trees, one after the other.

    `start` (trees + 1,) says where each tree begins; `left` and `right` (n,) are node numbers over
    all trees, -1 at leaves; `missing_left`: where missing values go. `feature` is an index into the
    inputs. `left_codes` gives, for nodes that split on sets of codes, whether a code goes left.
    """

    start: Ints
    left: Ints
    right: Ints
    feature: Ints
    threshold: Doubles
    missing_left: Bools
    left_codes: dict[int, Callable[[float], bool]] = field(default_factory=dict)

    @classmethod
    def of(cls, trees: Sequence[tuple[Any, ...]]) -> Forest:
        """Join trees, each of them (left, right, feature, threshold, missing_left) with numbers of
        its own nodes.
        """
        sizes = [len(tree[0]) for tree in trees]
        start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
        shift = np.repeat(start[:-1], sizes)
        left, right, feature, threshold, missing = (
            np.concatenate([np.asarray(tree[at]) for tree in trees]) for at in range(5)
        )
        inner = left >= 0
        return cls(
            start,
            np.where(inner, left + shift, -1).astype(np.int64),
            np.where(inner, right + shift, -1).astype(np.int64),
            np.where(inner, feature, 0).astype(np.int64),
            threshold.astype(np.float64),
            missing.astype(bool),
        )

    @property
    def inner(self) -> Ints:
        """The nodes that split."""
        return np.flatnonzero(self.left >= 0)

    @property
    def features(self) -> Ints:
        """The features that are split on, sorted."""
        return np.unique(self.feature[self.inner])

    def features_by_tree(self) -> list[Ints]:
        """Return the features that each tree splits on."""
        inner = self.inner
        tree = np.searchsorted(self.start, inner, side="right") - 1
        pairs = np.unique(np.stack([tree, self.feature[inner]], axis=1), axis=0)
        bounds = np.searchsorted(pairs[:, 0], np.arange(len(self.start))).tolist()
        return [pairs[a:b, 1] for a, b in pairwise(bounds)]


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the leaves say: a number each (`values`), or shares of the classes.

    `shares` (n, classes) are the probabilities, `records` (n,) the weights of the records behind
    them, `classes` the labels as text. All have a row for each node; those of inner nodes are not
    looked at.
    """

    values: Doubles | None = None
    shares: Doubles | None = None
    records: Doubles | None = None
    classes: tuple[str, ...] = ()


def node_tables(
    forest: Forest,
    inputs: dict[int, tuple[TreeInput, BoundField]],
    leaves: Leaves,
    *,
    learner: str,
    accepts_missing: bool,
) -> list[NodeTable]:
    """Return the nodes of each tree.

    The child that missing values go to comes second and is entered by whatever did not enter the
    first: so no strategy for missing values is needed. Where the learner does not accept them, they
    find no child.

    Parameters
    ----------
    inputs : what is read and its field, by the numbers in `forest.feature`
    learner : ``"float"`` or ``"double"``, as what the learner compares numbers
    """
    tests = _Tests(forest, inputs, learner, accepts_missing)
    order = _Order(forest, tests.first_is_left)
    pool = NodePool()
    rows = np.full((len(forest.left), len(NODE_COLUMNS)), NONE, np.int32)
    rows[:, _COLUMN["line"]] = 0
    rows[:, _COLUMN["parent"]] = order.parent
    tests.write(rows, order, pool)
    item_at = tests.write_items(order, pool)
    distribution_at = _write_leaves(rows, order, np.flatnonzero(forest.left < 0), leaves, pool)
    # from here on in document order
    out = np.empty_like(rows)
    out[order.place] = rows
    pool.rows.frombytes(out.tobytes())
    starts = (forest.start.tolist(), distribution_at.tolist(), item_at.tolist())
    bounds = list(zip(*starts, strict=True))
    return [NodeTable(pool, first, last) for first, last in pairwise(bounds)]


class _Order:
    """Where each node stands in the document: depth first, the first child behind its parent."""

    def __init__(self, forest: Forest, first_is_left: Bools) -> None:
        left, right, start = forest.left, forest.right, forest.start
        levels = []
        level = start[:-1]
        while len(level):
            level = level[left[level] >= 0]
            levels.append(level)
            level = np.concatenate([left[level], right[level]])
        size = np.ones(len(left), np.int64)
        for level in reversed(levels):
            size[level] += size[left[level]] + size[right[level]]
        self.first = np.where(first_is_left, left, right)
        self.second = np.where(first_is_left, right, left)
        self.place = np.zeros(len(left), np.int64)
        self.place[start[:-1]] = start[:-1]
        self.tree_start = np.repeat(start[:-1], np.diff(start))
        self.parent = np.full(len(left), NONE, np.int64)
        for level in levels:
            self.place[self.first[level]] = self.place[level] + 1
            self.place[self.second[level]] = self.place[level] + 1 + size[self.first[level]]
            own = self.place[level] - self.tree_start[level]
            self.parent[self.first[level]] = own
            self.parent[self.second[level]] = own
        self.local = self.place - self.tree_start
        self.start = start


class _Tests:
    """The tests of all inner nodes: on numbers as arrays, on categories each distinct one once."""

    def __init__(
        self,
        forest: Forest,
        inputs: dict[int, tuple[TreeInput, BoundField]],
        learner: str,
        accepts_missing: bool,
    ) -> None:
        self.forest = forest
        self.inputs = inputs
        self.learner = learner
        inner = forest.inner
        self.first_is_left = np.ones(len(forest.left), bool)
        self.needs_true = np.full(len(forest.left), accepts_missing)
        by_category = np.array(
            [
                feature in inputs and inputs[feature][0].lookup is not None
                for feature in range(int(forest.feature.max(initial=0)) + 1)
            ],
            bool,
        )
        mask = by_category[forest.feature[inner]]
        self.numeric, self.categorical = inner[~mask], inner[mask]
        if accepts_missing:
            self.first_is_left[self.numeric] = ~forest.missing_left[self.numeric]
        self.splits: list[CategorySplit] = []
        self.split_of = np.full(len(forest.left), NONE, np.int64)
        self._split()

    def _split(self) -> None:
        forest = self.forest
        known: dict[Any, int] = {}
        for node in self.categorical.tolist():
            feature = int(forest.feature[node])
            threshold = float(forest.threshold[node])
            left = bool(forest.missing_left[node])
            codes = forest.left_codes.get(node)
            key = (feature, threshold if codes is None else node, left)
            if key not in known:
                read, bound = self.inputs[feature]
                assert read.lookup is not None
                known[key] = len(self.splits)
                goes_left = codes or _at_most(threshold)
                self.splits.append(category_split(read.lookup, bound.data_type, goes_left, left))
            number = self.split_of[node] = known[key]
            self.first_is_left[node] = self.splits[number].first_is_left
            self.needs_true[node] |= self.splits[number].needs_true

    def write(self, rows: npt.NDArray[np.int32], order: _Order, pool: NodePool) -> None:
        """Put the predicates of all nodes into the rows."""
        rows[self.forest.start[:-1], _COLUMN["kind"]] = TRUE
        self._write_numeric(rows, order, pool)
        self._write_categorical(rows, order, pool)

    def _write_numeric(self, rows: npt.NDArray[np.int32], order: _Order, pool: NodePool) -> None:
        forest = self.forest
        operators = np.where(
            self.first_is_left[self.numeric], _OPERATOR["lessOrEqual"], _OPERATOR["greaterThan"]
        )
        opposite = _OPERATOR["lessOrEqual"] + _OPERATOR["greaterThan"] - operators
        of_feature = forest.feature[self.numeric]
        for feature in np.unique(of_feature).tolist():
            _, bound = self.inputs[feature]
            chosen = np.flatnonzero(of_feature == feature)
            nodes = self.numeric[chosen]
            values = threshold_values(forest.threshold[nodes], bound, self.learner)
            distinct, where = np.unique(values, return_inverse=True)
            numbers = np.array([pool.text_numbers[it] for it in number_texts(distinct)], np.int32)
            parts = (pool.text_numbers[bound.name], numbers[where.reshape(-1)])
            _put_simple(rows, order.first[nodes], parts, operators[chosen])
            self._put_second(rows, order.second[nodes], nodes, parts, opposite[chosen])
        self._write_missing_only(rows, order)

    def _write_missing_only(self, rows: npt.NDArray[np.int32], order: _Order) -> None:
        """Put what an infinite threshold means: missing values go right, all others left."""
        nodes = self.numeric[np.isposinf(self.forest.threshold[self.numeric])]
        apart = self.first_is_left[nodes]
        present = order.first[nodes[apart]]
        rows[present, _COLUMN["operator"]] = _OPERATOR["isNotMissing"]
        rows[present, _COLUMN["value"]] = NONE
        # where missing values are not accepted, or go left like all others, nothing goes right
        closed = order.second[nodes[apart & ~self.needs_true[nodes]]]
        never = np.concatenate([closed, order.first[nodes[~apart]]])
        rows[never, _COLUMN["kind"]] = FALSE
        for name in ("field", "operator", "value"):
            rows[never, _COLUMN[name]] = NONE

    def _put_second(
        self, rows: npt.NDArray[np.int32], seconds: Ints, nodes: Ints, parts: Any, operators: Any
    ) -> None:
        field_name, values = parts
        open_ = self.needs_true[nodes]
        rows[seconds[open_], _COLUMN["kind"]] = TRUE
        closed = ~open_
        _put_simple(rows, seconds[closed], (field_name, values[closed]), operators[closed])

    def _write_categorical(
        self, rows: npt.NDArray[np.int32], order: _Order, pool: NodePool
    ) -> None:
        forest = self.forest
        for node in self.categorical.tolist():
            split = self.splits[self.split_of[node]]
            _, bound = self.inputs[int(forest.feature[node])]
            self._put(rows, int(order.first[node]), split, split.operator, bound, pool)
            second = int(order.second[node])
            if self.needs_true[node]:
                rows[second, _COLUMN["kind"]] = TRUE
            else:
                self._put(rows, second, split, OPPOSITE[split.operator], bound, pool)

    def _put(
        self,
        rows: npt.NDArray[np.int32],
        node: int,
        split: CategorySplit,
        operator: str,
        bound: BoundField,
        pool: NodePool,
    ) -> None:
        if not operator:
            rows[node, _COLUMN["kind"]] = FALSE
            return
        rows[node, _COLUMN["field"]] = pool.text_numbers[bound.name]
        rows[node, _COLUMN["operator"]] = _OPERATOR[operator]
        rows[node, _COLUMN["kind"]] = SIMPLE
        if len(split.values) == 1:
            rows[node, _COLUMN["value"]] = pool.text_numbers[split.values[0]]
        elif split.values:
            rows[node, _COLUMN["kind"]] = SET
            kind = _ARRAY_TYPE.get(bound.data_type, "string")
            rows[node, _COLUMN["value"]] = pool.text_numbers[kind]

    def write_items(self, order: _Order, pool: NodePool) -> Ints:
        """Append the items of the sets in document order; return where those of each tree begin."""
        holders: list[tuple[int, int, CategorySplit]] = []
        for node in self.categorical.tolist():
            split = self.splits[self.split_of[node]]
            if len(split.values) > 1:
                holders.append((*self._at(order, order.first[node]), split))
                if not self.needs_true[node]:
                    holders.append((*self._at(order, order.second[node]), split))
        holders.sort(key=lambda holder: holder[0])
        ends = []
        for _, local, split in holders:
            for value in split.values:
                pool.items.extend((local, pool.text_numbers[value]))
            ends.append(len(pool.items) // 2)
        places = np.array([place for place, _, _ in holders], np.int64)
        counts = np.concatenate([[0], ends]).astype(np.int64)
        return counts[np.searchsorted(places, order.start)]

    @staticmethod
    def _at(order: _Order, node: int) -> tuple[int, int]:
        return int(order.place[node]), int(order.local[node])


def _at_most(threshold: float) -> Callable[[float], bool]:
    return lambda number: number <= threshold


def _put_simple(rows: npt.NDArray[np.int32], nodes: Ints, parts: Any, operators: Any) -> None:
    field_name, values = parts
    rows[nodes, _COLUMN["kind"]] = SIMPLE
    rows[nodes, _COLUMN["field"]] = field_name
    rows[nodes, _COLUMN["operator"]] = operators
    rows[nodes, _COLUMN["value"]] = values


def _write_leaves(
    rows: npt.NDArray[np.int32], order: _Order, at: Ints, leaves: Leaves, pool: NodePool
) -> Ints:
    """Put scores into the rows and append distributions; return where those of each tree begin."""
    if leaves.values is not None:
        rows[at, _COLUMN["score"]] = _numbered(leaves.values[at], pool)
        return np.zeros(len(order.start), np.int64)
    assert leaves.shares is not None
    assert leaves.records is not None
    at = at[np.argsort(order.place[at])]
    shares = leaves.shares[at]
    classes = np.array([pool.text_numbers[label] for label in leaves.classes], np.int32)
    rows[at, _COLUMN["score"]] = classes[np.argmax(shares, axis=1)]
    width = len(classes)
    out = np.full((len(at) * width, len(DISTRIBUTION_COLUMNS)), NONE, np.int32)
    out[:, 0] = np.repeat(order.local[at], width)
    out[:, 1] = np.tile(classes, len(at))
    counts, exact = _record_counts(shares, leaves.records[at])
    out[:, 2] = _numbered(counts.reshape(-1), pool)
    odd = np.repeat(~exact, width)
    out[odd, 4] = _numbered(shares[~exact].reshape(-1), pool)
    pool.distributions.frombytes(out.tobytes())
    starts: Ints = width * np.searchsorted(order.place[at], order.start).astype(np.int64)
    return starts


def _record_counts(shares: Doubles, records: Doubles) -> tuple[Doubles, Bools]:
    """Return the records of each class, and for which rows they alone say the shares exactly.

    scikit-learn keeps shares; where the records have no weights, the counts behind them are whole
    numbers again.
    """
    counts = shares * records[:, np.newaxis]
    whole = np.rint(counts)
    total = whole.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        exact = np.all(np.abs(whole / total - shares) <= 4 * np.spacing(shares), axis=1)
    return np.where(exact[:, np.newaxis], whole, counts), exact


def _numbered(values: Doubles, pool: NodePool) -> npt.NDArray[np.int32]:
    distinct, where = np.unique(values, return_inverse=True)
    numbers = np.array([pool.text_numbers[text] for text in number_texts(distinct)], np.int32)
    return numbers[where.reshape(-1)]

"""Forests of binary trees in arrays, written as TreeModel elements without a loop in Python over
their nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.node_order import NodeOrder, levels_of, sizes_of
from pmmlkit.exporters.node_predicates import COLUMN, Inputs, NodeTests
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.models.tree.node_table import (
    DISTRIBUTION_COLUMNS,
    NODE_COLUMNS,
    NONE,
    NodePool,
    NodeTable,
)

__all__ = ["Forest", "Leaves", "TreeNodes", "node_tables"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

BLOCK = 1 << 15
"""So many nodes, or one tree, are written at a time."""


@dataclass(frozen=True, slots=True)
class Forest:
    """The nodes of all trees, one after the other.

    `start` (trees + 1,) says where each tree begins; `left` and `right` (n,) are node numbers over
    all trees, -1 at leaves; `missing_left`: where missing values go. `feature` is an index into the
    inputs. `left_codes` gives, for nodes that split on sets of codes, whether a code goes left.
    `strict`: a value that equals the threshold goes right, not left. `always_lacks`: the learner
    knows where missing values go in columns that never lacked one as well.
    """

    start: Ints
    left: Ints
    right: Ints
    feature: Ints
    threshold: Doubles
    missing_left: Bools
    left_codes: dict[int, Callable[[float], bool]] = field(default_factory=dict)
    strict: bool = False
    always_lacks: bool = False

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
        width = int(self.feature.max(initial=0)) + 1
        tree, feature = np.divmod(
            np.unique(self.tree_of(inner) * width + self.feature[inner]), width
        )
        bounds = np.searchsorted(tree, np.arange(len(self.start))).tolist()
        return [feature[a:b] for a, b in pairwise(bounds)]

    def blocks(self) -> Iterator[tuple[Forest, slice]]:
        """Yield the trees in blocks of so many nodes that little memory is needed at a time, and
        where the nodes of each stand.
        """
        last = 0
        while last < len(self.start) - 1:
            first = last
            most = self.start[first] + BLOCK
            last = max(int(np.searchsorted(self.start, most, side="right")) - 1, first + 1)
            nodes = slice(int(self.start[first]), int(self.start[last]))
            inner = self.left[nodes] >= 0
            part = replace(
                self,
                start=self.start[first : last + 1] - nodes.start,
                left=np.where(inner, self.left[nodes] - nodes.start, NONE),
                right=np.where(inner, self.right[nodes] - nodes.start, NONE),
                feature=self.feature[nodes],
                threshold=self.threshold[nodes],
                missing_left=self.missing_left[nodes],
                left_codes={
                    node - nodes.start: test
                    for node, test in self.left_codes.items()
                    if nodes.start <= node < nodes.stop
                },
            )
            yield part, nodes

    def tree_of(self, nodes: Ints) -> Ints:
        """Return the number of the tree of each node."""
        found: Ints = np.searchsorted(self.start, nodes, side="right") - 1
        return found


@dataclass(frozen=True, slots=True)
class Leaves:
    """What the leaves say: a number each (`values`, written as the shortest text of its precision),
    or shares of the classes.

    `shares` (n, classes) are the probabilities, `records` (n,) the weights of the records behind
    them, `classes` the labels as text. All have a row for each node; those of inner nodes are not
    looked at.
    """

    values: Doubles | Floats | None = None
    shares: Doubles | None = None
    records: Doubles | None = None
    classes: tuple[str, ...] = ()

    def part(self, nodes: slice) -> Leaves:
        """Return what those of some nodes say."""
        return Leaves(
            None if self.values is None else self.values[nodes],
            None if self.shares is None else self.shares[nodes],
            None if self.records is None else self.records[nodes],
            self.classes,
        )


class TreeNodes(NamedTuple):
    """The nodes of one tree, and what its TreeModel has to say of how to walk them."""

    nodes: NodeTable
    attributes: Mapping[str, Any]


def node_tables(
    forest: Forest,
    inputs: Inputs,
    leaves: Leaves,
    *,
    learner: str,
    accepts_missing: bool,
    refused: Collection[int] = (),
    guarded: bool = True,
    compact: bool = True,
) -> list[TreeNodes]:
    """Return the nodes of each tree.

    The child that missing values go to comes second and is entered by whatever did not enter the
    first: so no strategy for missing values is needed. Where the learner does not accept them, they
    find no child.

    Parameters
    ----------
    inputs : what is read and its field, by the numbers in `forest.feature`
    learner : ``"float"`` or ``"double"``, as what the learner compares numbers
    refused : the features whose missing values a MiningSchema refuses
    guarded : that MiningSchema is not the document's, which alone all engines obey: so the trees
        say by their strategy for missing values that there is no prediction then
    compact : a child that is entered by whatever did not enter its sibling has no element of its
        own: its children follow the sibling, or what it says as a leaf stands in the parent. All
        engines read it as they read the long form.
    """
    pool = NodePool()
    binary = {"split_characteristic": "binarySplit"}
    found: list[TreeNodes] = []
    for block, nodes in forest.blocks():
        tests, order = _ordered(block, inputs, learner, accepts_missing, refused, compact)
        tables = _write_block(block, leaves.part(nodes), tests, order, pool)
        if not compact:
            found += [TreeNodes(table, binary) for table in tables]
            continue
        missing = {}
        if guarded and refused and not tests.routes_missing:
            missing = {"missing_value_strategy": "nullPrediction"}
        last = {**missing, "no_true_child_strategy": "returnLastPrediction"}
        folded = block.tree_of(np.flatnonzero(order.dissolved & (block.left < 0)))
        has_last = np.bincount(folded, minlength=len(tables)).tolist()
        found += [
            TreeNodes(table, last if count else missing)
            for table, count in zip(tables, has_last, strict=True)
        ]
    return found


def _ordered(
    forest: Forest,
    inputs: Inputs,
    learner: str,
    accepts_missing: bool,
    refused: Collection[int],
    compact: bool,
) -> tuple[NodeTests, NodeOrder]:
    levels = levels_of(forest.start, forest.left, forest.right)
    ones = np.ones(len(forest.left), np.int64)
    sizes = sizes_of(levels, forest.left, forest.right, ones)
    tests = NodeTests(forest, inputs, learner, accepts_missing, refused if compact else None, sizes)
    first = np.where(tests.first_is_left, forest.left, forest.right)
    second = np.where(tests.first_is_left, forest.right, forest.left)
    dissolved = np.zeros(len(first), bool)
    if compact:
        inner = forest.inner
        dissolved[second[inner[tests.is_open[inner]]]] = True
    return tests, NodeOrder(forest.start, levels, first, second, dissolved)


def _write_block(
    forest: Forest, leaves: Leaves, tests: NodeTests, order: NodeOrder, pool: NodePool
) -> list[NodeTable]:
    """Append the nodes of the trees to the pool."""
    rows = np.full((len(forest.left), len(NODE_COLUMNS)), NONE, np.int32)
    rows[:, COLUMN["line"]] = 0
    rows[:, COLUMN["parent"]] = order.parent
    tests.write(rows, order, pool)
    item_at = tests.write_items(order, pool)
    distribution_at = _write_leaves(rows, order, np.flatnonzero(forest.left < 0), leaves, pool)
    elements = np.flatnonzero(~order.dissolved)
    # from here on in document order
    out = np.empty((len(elements), len(NODE_COLUMNS)), np.int32)
    out[order.place[elements]] = rows[elements]
    node_at = len(pool.rows) // len(NODE_COLUMNS) + order.start
    pool.rows.frombytes(out.tobytes())
    bounds = zip(node_at.tolist(), distribution_at.tolist(), item_at.tolist(), strict=True)
    return [NodeTable(pool, first, last) for first, last in pairwise(bounds)]


def _write_leaves(
    rows: npt.NDArray[np.int32], order: NodeOrder, at: Ints, leaves: Leaves, pool: NodePool
) -> Ints:
    """Put scores into the rows and append distributions; return where those of each tree begin."""
    if leaves.values is not None:
        rows[order.holder[at], COLUMN["score"]] = _numbered(leaves.values[at], pool)
        return np.zeros(len(order.start), np.int64)
    before = len(pool.distributions) // len(DISTRIBUTION_COLUMNS)
    assert leaves.shares is not None
    assert leaves.records is not None
    at = at[np.argsort(order.place[order.holder[at]])]
    holder = order.holder[at]
    shares = leaves.shares[at]
    classes = np.array([pool.text_numbers[label] for label in leaves.classes], np.int32)
    rows[holder, COLUMN["score"]] = classes[np.argmax(shares, axis=1)]
    width = len(classes)
    out = np.full((len(at) * width, len(DISTRIBUTION_COLUMNS)), NONE, np.int32)
    out[:, 0] = np.repeat(order.local[holder], width)
    out[:, 1] = np.tile(classes, len(at))
    counts, exact = _record_counts(shares, leaves.records[at])
    out[:, 2] = _numbered(counts.reshape(-1), pool)
    odd = np.repeat(~exact, width)
    out[odd, 4] = _numbered(shares[~exact].reshape(-1), pool)
    pool.distributions.frombytes(out.tobytes())
    starts: Ints = before + width * np.searchsorted(order.place[holder], order.start).astype(
        np.int64
    )
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


def _numbered(values: Doubles | Floats, pool: NodePool) -> npt.NDArray[np.int32]:
    distinct, where = np.unique(values, return_inverse=True)
    numbers = np.array([pool.text_numbers[text] for text in number_texts(distinct)], np.int32)
    return numbers[where.reshape(-1)]

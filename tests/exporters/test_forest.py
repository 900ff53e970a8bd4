"""Tables of nodes from arrays, walked by hand and compared with the arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.features import InputField
from pmmlkit.exporters.forest import Forest, Leaves, TreeNodes, node_tables
from pmmlkit.exporters.node_predicates import Inputs
from pmmlkit.exporters.splits import TreeInput
from pmmlkit.language.models.tree.node_table import FALSE, OPERATORS, SIMPLE, TRUE, NodeTable


def _random_tree(random: np.random.Generator, leaves: int, features: int) -> tuple[Any, ...]:
    """Return a tree whose nodes are numbered in the order of growth, not depth first."""
    left, right = [-1], [-1]
    feature, threshold, missing = [0], [0.0], [False]
    for _ in range(leaves - 1):
        node = int(random.choice([at for at, child in enumerate(left) if child < 0]))
        left[node], right[node] = len(left), len(left) + 1
        feature[node] = int(random.integers(features))
        threshold[node] = float(random.integers(-3, 4))
        missing[node] = bool(random.random() < 0.5)
        if random.random() < 0.1:
            threshold[node] = np.inf
        for values, value in (
            (left, -1),
            (right, -1),
            (feature, 0),
            (threshold, 0.0),
            (missing, False),
        ):
            values += [value, value]
    return tuple(np.array(it) for it in (left, right, feature, threshold, missing))


def _walk_arrays(tree: tuple[Any, ...], row: Any, accepts: bool) -> int | None:
    left, right, feature, threshold, missing = tree
    node = 0
    while left[node] >= 0:
        x = row[feature[node]]
        if np.isnan(x):
            if not accepts:
                return None
            go_left = missing[node]
        else:
            go_left = x <= threshold[node]
        node = left[node] if go_left else right[node]
    return int(node)


def _walk_table(tree: TreeNodes, row: Any) -> str | None:
    """Enter the first child whose predicate holds; missing values fail every comparison."""
    table, attributes = tree
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(table.parent.tolist()):
        children.setdefault(parent, []).append(node)
    node = 0
    while node in children:
        entered = None
        for child in children[node]:
            holds = _holds(table, child, row)
            if holds is None and attributes.get("missing_value_strategy") == "nullPrediction":
                return None
            if holds:
                entered = child
                break
        if entered is None:
            stays = attributes.get("no_true_child_strategy") == "returnLastPrediction"
            return table.text(int(table.score[node])) if stays else None
        node = entered
    return table.text(int(table.score[node]))


def _holds(table: NodeTable, node: int, row: Any) -> bool | None:
    kind = int(table.kind[node])
    if kind in (TRUE, FALSE):
        return kind == TRUE
    assert kind == SIMPLE
    x = row[int(str(table.text(int(table.field[node]))))]
    operator = OPERATORS[int(table.operator[node])]
    if operator in ("isMissing", "isNotMissing"):
        return bool(np.isnan(x)) is (operator == "isMissing")
    if np.isnan(x):
        return None
    value = float(str(table.text(int(table.value[node]))))
    return bool(x <= value if operator == "lessOrEqual" else x > value)


Refused = frozenset[int]


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("present", [(), (0, 2)])
@pytest.mark.parametrize("refused", [frozenset(), frozenset({1}), frozenset({0, 1, 2})])
@pytest.mark.parametrize("accepts", [True, False])
def test_trees_say_what_the_arrays_say(
    accepts: bool, refused: Refused, present: tuple[int, ...], compact: bool
) -> None:
    if accepts and refused:
        pytest.skip("who accepts missing values does not refuse them")
    random = np.random.default_rng(11)
    trees = [_random_tree(random, leaves, 3) for leaves in (1, 2, 7, 20)]
    forest = Forest.of(trees)
    numbers = np.arange(len(forest.left), dtype=float)
    found = node_tables(
        forest,
        _numeric_inputs(3, present),
        Leaves(values=numbers),
        learner="double",
        accepts_missing=accepts,
        refused=refused,
        compact=compact,
    )
    X = random.integers(-4, 5, (200, 3)).astype(float)
    X[random.random(X.shape) < 0.2] = np.nan
    X[:, list(present)] = np.nan_to_num(X[:, list(present)])
    for tree, written, start in zip(trees, found, forest.start, strict=False):
        for row in X:
            node = _walk_arrays(tree, row, accepts)
            expected = None if node is None else str(node + start)
            assert _walk_table(written, row) == expected


def _numeric_inputs(count: int, present: tuple[int, ...] = ()) -> Inputs:
    return {
        at: (
            TreeInput(InputField(str(at), "double", missing=at not in present)),
            BoundField(str(at), "double", "continuous"),
        )
        for at in range(count)
    }


def _balanced(depth: int) -> tuple[Any, ...]:
    inner = 2**depth - 1
    total = 2 * inner + 1
    at = np.arange(total)
    left = np.where(at < inner, 2 * at + 1, -1)
    right = np.where(at < inner, 2 * at + 2, -1)
    return left, right, np.zeros(total), at * 1.0, np.zeros(total)


def _lopsided(depth: int) -> tuple[Any, ...]:
    """Return a tree that goes on at the left and at the right by turns."""
    left, right = [-1] * (2 * depth + 1), [-1] * (2 * depth + 1)
    node = 0
    for level in range(depth):
        children = (2 * level + 1, 2 * level + 2)
        left[node], right[node] = children
        node = children[level % 2]
    total = len(left)
    return np.array(left), np.array(right), np.zeros(total), np.arange(total) * 1.0, np.ones(total)


def test_a_compact_tree_has_an_element_for_each_leaf() -> None:
    trees = [_balanced(5), _lopsided(40)]
    forest = Forest.of(trees)
    leaves = Leaves(values=np.arange(len(forest.left), dtype=float))
    found = node_tables(
        forest,
        _numeric_inputs(1, present=(0,)),
        leaves,
        learner="double",
        accepts_missing=True,
    )
    assert [len(tree.nodes) for tree in found] == [32, 41]
    assert _depth(found[0].nodes) == 5
    assert _depth(found[1].nodes) == 1, "the larger child comes second"


def test_blocks_are_the_forest(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(2)
    forest = Forest.of([_random_tree(random, leaves, 2) for leaves in (3, 1, 9, 20, 2)])
    shares = random.integers(1, 5, (len(forest.left), 2)) / 4.0
    records = np.full(len(forest.left), 4.0)
    leaves = Leaves(shares=shares, records=records, classes=("no", "yes"))

    def made() -> list[TreeNodes]:
        return node_tables(
            forest, _numeric_inputs(2), leaves, learner="double", accepts_missing=True
        )

    whole = made()
    monkeypatch.setattr("pmmlkit.exporters.forest.BLOCK", 8)
    assert len(list(forest.blocks())) == 4
    assert made() == whole


def test_a_tree_of_the_long_form_has_an_element_for_each_node() -> None:
    forest = Forest.of([_balanced(3)])
    leaves = Leaves(values=np.arange(15.0))
    (tree,) = node_tables(
        forest, _numeric_inputs(1), leaves, learner="double", accepts_missing=True, compact=False
    )
    assert len(tree.nodes) == 15
    assert tree.attributes == {"split_characteristic": "binarySplit"}


def _depth(table: NodeTable) -> int:
    depths: list[int] = []
    for parent in table.parent.tolist():
        depths.append(0 if parent < 0 else depths[parent] + 1)
    return max(depths)


def test_shares_become_whole_record_counts_where_they_can() -> None:
    tree = (np.array([1, -1, -1]), np.array([2, -1, -1]), np.zeros(3), np.zeros(3), np.zeros(3))
    shares = np.array([[0.5, 0.5], [1 / 3, 2 / 3], [0.1, 0.9]])
    leaves = Leaves(shares=shares, records=np.array([6.0, 3.0, 0.7]), classes=("no", "yes"))
    (tree_nodes,) = node_tables(
        Forest.of([tree]), _numeric_inputs(1), leaves, learner="double", accepts_missing=True
    )
    table = tree_nodes.nodes
    counts = [table.text(number) for number in table.distribution_record_count.tolist()]
    exact = [table.text(number) for number in table.distribution_probability.tolist()]
    first = 0 if exact[0] is None else 2
    assert counts[first : first + 2] == ["1", "2"]
    assert exact[first : first + 2] == [None, None]
    assert exact[2 - first : 4 - first] == ["0.1", "0.9"]
    assert [table.text(number) for number in table.score.tolist()].count("yes") == 2
    assert table.distribution_node.tolist() == [0, 0, 1, 1]

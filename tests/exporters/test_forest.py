"""Tables of nodes from arrays, walked by hand and compared with the arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.features import InputField
from pmmlkit.exporters.forest import Forest, Leaves, node_tables
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


def _walk_table(table: NodeTable, row: Any) -> str | None:
    """Enter the first child whose predicate holds; missing values fail every comparison."""
    children: dict[int, list[int]] = {}
    for node, parent in enumerate(table.parent.tolist()):
        children.setdefault(parent, []).append(node)
    node = 0
    while node in children:
        entered = [child for child in children[node] if _holds(table, child, row)]
        if not entered:
            return None
        node = entered[0]
    return table.text(int(table.score[node]))


def _holds(table: NodeTable, node: int, row: Any) -> bool:
    kind = int(table.kind[node])
    if kind in (TRUE, FALSE):
        return kind == TRUE
    assert kind == SIMPLE
    x = row[int(str(table.text(int(table.field[node]))))]
    operator = OPERATORS[int(table.operator[node])]
    if operator in ("isMissing", "isNotMissing"):
        return bool(np.isnan(x)) is (operator == "isMissing")
    value = float(str(table.text(int(table.value[node]))))
    return bool(x <= value if operator == "lessOrEqual" else x > value)


@pytest.mark.parametrize("accepts", [True, False])
def test_trees_say_what_the_arrays_say(accepts: bool) -> None:
    random = np.random.default_rng(11)
    trees = [_random_tree(random, leaves, 3) for leaves in (1, 2, 7, 20)]
    forest = Forest.of(trees)
    field = [BoundField(str(at), "double", "continuous") for at in range(3)]
    inputs = {at: (TreeInput(InputField(str(at), "double")), field[at]) for at in range(3)}
    numbers = np.arange(len(forest.left), dtype=float)
    tables = node_tables(
        forest, inputs, Leaves(values=numbers), learner="double", accepts_missing=accepts
    )
    X = random.integers(-4, 5, (200, 3)).astype(float)
    X[random.random(X.shape) < 0.2] = np.nan
    for tree, table, start in zip(trees, tables, forest.start, strict=False):
        assert len(table) == len(tree[0])
        for row in X:
            node = _walk_arrays(tree, row, accepts)
            expected = None if node is None else str(node + start)
            assert _walk_table(table, row) == expected


def test_shares_become_whole_record_counts_where_they_can() -> None:
    tree = (np.array([1, -1, -1]), np.array([2, -1, -1]), np.zeros(3), np.zeros(3), np.zeros(3))
    shares = np.array([[0.5, 0.5], [1 / 3, 2 / 3], [0.1, 0.9]])
    leaves = Leaves(shares=shares, records=np.array([6.0, 3.0, 0.7]), classes=("no", "yes"))
    inputs = {0: (TreeInput(InputField("x", "double")), BoundField("x", "double", "continuous"))}
    (table,) = node_tables(
        Forest.of([tree]), inputs, leaves, learner="double", accepts_missing=True
    )
    counts = [table.text(number) for number in table.distribution_record_count.tolist()]
    exact = [table.text(number) for number in table.distribution_probability.tolist()]
    first = 0 if exact[0] is None else 2
    assert counts[first : first + 2] == ["1", "2"]
    assert exact[first : first + 2] == [None, None]
    assert exact[2 - first : 4 - first] == ["0.1", "0.9"]
    assert [table.text(number) for number in table.score.tolist()].count("yes") == 2

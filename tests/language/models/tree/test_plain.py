"""Trees compiled all at once, beside the same trees compiled one by one."""

from __future__ import annotations

import math
import random
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import MarkupError
from pmmlkit.language.models.tree import NodeTable, NodeTableBuilder
from pmmlkit.language.models.tree.atoms import Atoms
from pmmlkit.language.models.tree.diagram import Diagram, Strategy, compile_diagram
from pmmlkit.language.models.tree.plain import PlainTrees
from pmmlkit.language.models.tree.predictor import compile_tree
from pmmlkit.language.models.tree.row_walk import row_walker
from tests.language.models.mining.documents import document, mining, program, score, segment
from tests.language.models.tree.trees import (
    TRUE,
    Fields,
    both_modes,
    compound,
    in_set,
    simple,
    tree,
)

NUMBERS = ("0", "-0.0", "0.1", "1.5", "1e-3")
OPPOSITE = {
    "lessThan": "greaterOrEqual",
    "lessOrEqual": "greaterThan",
    "greaterThan": "lessOrEqual",
    "greaterOrEqual": "lessThan",
}
STRATEGIES = [
    Strategy(missing, last, False)
    for missing in ("none", "lastPrediction", "nullPrediction", "defaultChild")
    for last in ("returnNullPrediction", "returnLastPrediction")
]


def values(kind: str) -> list[float | None]:
    """Missing, and what lies on and next to every threshold."""
    dtype = np.dtype(np.float64 if kind == "double" else np.float32).type
    found: list[float | None] = [None, math.inf, -math.inf]
    for text in NUMBERS:
        value = dtype(float(text))
        found += [float(value), *(float(np.nextafter(value, dtype(end))) for end in (-9, 9))]
    return found


def any_tree(chance: random.Random, most: int = 2) -> NodeTable:
    """A plain tree; split by split, in no particular order, into so many children at most."""
    nodes: list[dict[str, Any]] = [{"parent": None, "predicate": TRUE, "id": "0"}]
    leaves = [0]
    for _ in range(chance.randrange(9)):
        split = leaves.pop(chance.randrange(len(leaves)))
        tests = [
            (chance.choice("pqr"), chance.choice(list(OPPOSITE)), chance.choice(NUMBERS))
            for _ in range(1 if most == 2 else chance.randint(1, most))
        ]
        field, operator, text = tests[-1]
        last = [simple(field, OPPOSITE[operator], text), TRUE]
        predicates = [*(simple(*test) for test in tests), chance.choice(last)]
        if most > 2 and chance.random() < 0.3:
            predicates.pop()
        ids = [f"{nodes[split]['id']}{side}" for side in "abcde"[: len(predicates)]]
        nodes[split]["default_child"] = chance.choice(ids)
        for predicate in predicates:
            leaves.append(len(nodes))
            nodes.append({"parent": split, "predicate": predicate, "id": ids.pop(0)})
    builder = NodeTableBuilder()
    for node in nodes:
        builder.add(**node, score=chance.choice([None, "1", "2"]))
    return builder.build()


def plain(table: NodeTable, fields: Fields, strategy: Strategy = STRATEGIES[0]) -> Diagram | None:
    return PlainTrees(table.pool, strategy).diagram(table, fields.scope.field)


@pytest.mark.parametrize("strategy", STRATEGIES, ids=str)
@pytest.mark.parametrize("most", [2, 4])
@pytest.mark.parametrize("kinds", [("double",) * 3, ("float",) * 3, ("double", "float", "double")])
def test_same_nodes_as_one_by_one(
    strategy: Strategy, kinds: tuple[str, str, str], most: int
) -> None:
    chance = random.Random(f"{strategy} {kinds}")
    fields = Fields(**dict(zip("pqr", kinds, strict=True)))
    for _ in range(25):
        table = any_tree(chance, most)
        found = plain(table, fields, strategy)
        assert found is not None
        usual = compile_diagram(table, Atoms(fields.scope.field), strategy)
        mine, other = (row_walker(item, item.nodes.tolist()) for item in (found, usual))
        for _ in range(60):
            row = {
                name: chance.choice(values(kind)) for name, kind in zip("pqr", kinds, strict=True)
            }
            at = fields.values(row)
            assert mine(at) == other(at), (row, table)


FORMS: dict[str, tuple[Any, Any]] = {
    "equality": (simple("p", "equal", "1"), TRUE),
    "missing": (simple("p", "isMissing"), TRUE),
    "set": (in_set("p", "1"), TRUE),
    "compound": (compound("and", TRUE, simple("p", "lessThan", "1")), TRUE),
    "infinite": (simple("p", "lessThan", "INF"), TRUE),
    "too large for a float": (simple("r", "lessOrEqual", "1e300"), TRUE),
    "integer": (simple("n", "lessThan", "1.5"), TRUE),
    "ordinal": (simple("o", "lessThan", "2"), TRUE),
    "first is True": (TRUE, simple("p", "lessThan", "1")),
    "both are True": (TRUE, TRUE),
    "root is no True": (simple("p", "lessThan", "1"), TRUE),
}


@pytest.mark.parametrize("form", FORMS)
def test_left_to_the_usual_way(form: str) -> None:
    fields = Fields(
        p="double", q="double", r="float", n="integer", o=("double", "ordinal", (3.0, 2.0, 1.0))
    )
    first, second = FORMS[form]
    root = simple("p", "lessThan", "9") if form == "root is no True" else TRUE
    model = tree([(None, root), (0, first, {"score": "1"}), (0, second, {"score": "2"})])
    assert plain(model.nodes, fields) is None


def test_siblings_after_one_that_is_true() -> None:
    tests = (simple("p", "lessThan", "1"), TRUE, simple("p", "lessThan", "2"))
    children = [(0, test, {"score": "1"}) for test in tests]
    assert plain(tree([(None, TRUE), *children]).nodes, Fields(p="double")) is None


def test_only_child_that_is_true() -> None:
    assert plain(tree([(None, TRUE), (0, TRUE, {"score": "1"})]).nodes, Fields()) is None


def test_default_child_that_is_none() -> None:
    nodes = [
        (None, TRUE, {"default_child": "x"}),
        (0, simple("p", "lessThan", "1"), {"id": "a", "score": "1"}),
        (0, TRUE, {"id": "b", "score": "2"}),
    ]
    model = tree(nodes, missing_value_strategy="defaultChild")
    fields = Fields(p="double")
    with pytest.raises(MarkupError, match="defaultChild"):
        compile_tree(model, fields.scope, None)


def test_number_that_is_none() -> None:
    model = tree([(None, TRUE), (0, simple("p", "lessThan", "1_0")), (0, TRUE)])
    with pytest.raises(MarkupError, match="1_0"):
        compile_tree(model, Fields(p="double").scope, None)


@pytest.mark.parametrize("name", ["score", "recordCount"])
def test_node_with_what_is_no_number(name: str) -> None:
    node = '<Node score="1" recordCount="1"><True/></Node>'.replace(f'{name}="1"', f'{name}="e"')
    text = document(
        f'<TreeModel functionName="regression"><MiningSchema><MiningField name="a"/>'
        f"</MiningSchema>{node}</TreeModel>",
        "regression",
    )
    with pytest.raises(MarkupError, match=f"{name} of a Node"):
        program(text)


def test_single_node() -> None:
    (found,) = both_modes(
        compile_tree(tree([(None, TRUE, {"score": "3"})]), Fields().scope, None), Fields(), [{}]
    )
    assert not isinstance(found, Exception)
    assert (found.value, found.entity_id) == (3.0, "1")


def test_plain_and_other_trees_of_one_pool() -> None:
    def split(name: str, operator: str, number: int) -> str:
        test = f'<SimplePredicate field="{name}" operator="{operator}" value="{number}"/>'
        return segment(
            '<TreeModel functionName="regression"><MiningSchema><MiningField name="a"/>'
            '<MiningField name="b"/></MiningSchema><Node><True/>'
            f'<Node score="{number}">{test}</Node><Node score="0"><True/></Node></Node></TreeModel>'
        )

    trees = [
        split("a", "lessThan", 1),
        split("b", "equal", 10),
        split("b", "greaterThan", 100),
        split("a", "greaterOrEqual", 1000),
    ]
    found = document(mining("sum", trees, "regression"), "regression")
    rows = [{"a": 0.0, "b": 10.0}, {"a": 1000.0, "b": 101.0}, {"a": 5.0}, {}]
    assert [row["y"] for row in score(found, rows)] == [11.0, 1100.0, 0.0, 0.0]

"""Random trees: diagram, general walk, row function and fused forest all say what the plain walker
says.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import Column
from pmmlkit.columns.kernels import forest_kernel
from pmmlkit.language.models.tree import NodeTableBuilder, TreeModel
from pmmlkit.language.models.tree.atoms import Atoms
from pmmlkit.language.models.tree.diagram import Strategy, compile_diagram
from pmmlkit.language.models.tree.fused import fuse
from pmmlkit.language.models.tree.general_walk import GeneralWalk, NodePredicates
from pmmlkit.language.models.tree.predictor import TreePredictor
from tests.language.models.tree.trees import (
    FALSE,
    TRUE,
    Fields,
    Walker,
    both_modes,
    compound,
    counts,
    in_set,
    simple,
)

KINDS = {"x": "double", "f": "float", "n": "integer", "s": "string", "b": "boolean"}
NUMBERS = ("-1", "0", "0.5", "1", "2", "3")
WORDS = ("a", "b", "c")
ORDERED = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
EQUAL = ("equal", "notEqual")


def atoms() -> st.SearchStrategy[Any]:
    numeric = st.builds(
        simple,
        st.sampled_from(["x", "f", "n"]),
        st.sampled_from(ORDERED + EQUAL),
        st.sampled_from(NUMBERS),
    )
    text = st.builds(simple, st.just("s"), st.sampled_from(EQUAL), st.sampled_from(WORDS))
    flag = st.builds(
        simple, st.just("b"), st.sampled_from(EQUAL), st.sampled_from(["true", "false"])
    )
    presence = st.builds(
        simple, st.sampled_from(list(KINDS)), st.sampled_from(["isMissing", "isNotMissing"])
    )
    sides = st.sampled_from(["isIn", "isNotIn"])
    words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)
    strings = st.builds(lambda items, side: in_set("s", *items, operator=side), words, sides)
    numbers = st.builds(
        lambda field, items, side: in_set(field, *items, operator=side),
        st.sampled_from(["x", "n"]),
        st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=3),
        sides,
    )
    return st.one_of(
        numeric, numeric, text, flag, presence, strings, numbers, st.sampled_from([TRUE, FALSE])
    )


def predicates() -> st.SearchStrategy[Any]:
    return st.recursive(
        atoms(),
        lambda inner: st.builds(
            lambda operator, items: compound(operator, *items),
            st.sampled_from(["and", "or", "xor", "surrogate"]),
            st.lists(inner, min_size=2, max_size=3),
        ),
        max_leaves=5,
    )


@st.composite
def trees(draw: st.DrawFn, *, classification: bool | None = None) -> TreeModel:
    builder = NodeTableBuilder()
    size = draw(st.integers(1, 12))
    parents = [None, *(draw(st.integers(0, at - 1)) for at in range(1, size))]
    is_classification = draw(st.booleans()) if classification is None else classification
    children: dict[int, list[int]] = {}
    for at, parent in enumerate(parents):
        if parent is not None:
            children.setdefault(parent, []).append(at)
    for at, parent in enumerate(parents):
        score: Any = draw(st.sampled_from([None, str(at)]))
        shares = counts(a=at, b=3, c=1) if is_classification else ()
        builder.add(
            parent,
            TRUE if at == 0 and draw(st.integers(0, 3)) else draw(predicates()),
            score=score if not is_classification else draw(st.sampled_from([None, "a", "c"])),
            id=f"n{at}",
            default_child=f"n{draw(st.sampled_from(children[at]))}" if at in children else None,
            distributions=shares,
        )
    return TreeModel(
        mining_schema=None,  # type: ignore[arg-type]  # no tree reads it
        nodes=builder.build(),
        function_name="classification" if is_classification else "regression",
        missing_value_strategy=draw(
            st.sampled_from(["none", "lastPrediction", "nullPrediction", "defaultChild"])
        ),
        no_true_child_strategy=draw(
            st.sampled_from(["returnNullPrediction", "returnLastPrediction"])
        ),
        missing_value_penalty=draw(st.sampled_from([1.0, 0.5])),
    )


def rows() -> st.SearchStrategy[list[dict[str, Any]]]:
    number = st.sampled_from([None, -1.0, -0.0, 0.0, 0.25, 0.5, 1.0, 2.0, 2.5, 3.0, 4.0])
    row = st.fixed_dictionaries(
        {
            "x": number,
            "f": number,
            "n": st.sampled_from([None, -2, -1, 0, 1, 2, 3, 4, 2**60]),
            "s": st.sampled_from([None, *WORDS, "other"]),
            "b": st.sampled_from([None, True, False]),
        }
    )
    return st.lists(row, min_size=1, max_size=12)


@given(trees(), rows())
def test_both_modes_follow_the_rules(model: TreeModel, rows: list[dict[str, Any]]) -> None:
    fields = Fields(**KINDS)
    predictor = model.build(fields.scope, None)
    assert isinstance(predictor, TreePredictor)
    again = pickle.loads(pickle.dumps(predictor))
    walker = Walker(model)
    for row, mine in zip(rows, both_modes(again, fields, rows), strict=True):
        node, levels = walker.answer(row)
        assert not isinstance(mine, Exception)
        assert mine.entity_id == (None if node < 0 else model.nodes.text(model.nodes.id[node]))
        if node >= 0 and model.function_name == "classification":
            share = model.missing_value_penalty**levels * (1 / (int(str(mine.entity_id)[1:]) + 4))
            assert mine.confidences is not None
            assert mine.confidences[2] == share


@given(trees(), rows())
def test_the_general_walk_gives_the_same(model: TreeModel, rows: list[dict[str, Any]]) -> None:
    fields = Fields(**KINDS)
    table = model.nodes
    strategy = Strategy(model.missing_value_strategy, model.no_true_child_strategy, True)
    walk = GeneralWalk(table, NodePredicates(table, fields.scope), strategy)
    nodes, levels, errors = walk.columns(fields.batch(rows))
    assert not errors
    function = walk.row_function()
    walker = Walker(model)
    for at, row in enumerate(rows):
        expected = walker.answer(row)
        assert (nodes[at], levels[at]) == expected
        assert function(fields.values(row)) == expected


@given(st.lists(trees(classification=False), min_size=1, max_size=4), rows())
def test_a_fused_forest_gives_the_same(models: list[TreeModel], rows: list[dict[str, Any]]) -> None:
    fields = Fields(**KINDS)
    diagrams = [
        compile_diagram(
            model.nodes,
            Atoms(fields.scope.field),
            Strategy(model.missing_value_strategy, model.no_true_child_strategy, False),
        )
        for model in models
    ]
    fused = fuse(diagrams)
    X, odd = fused.inputs.matrix(fields.batch(rows))
    answers = forest_kernel(fast=False).route(fused.forest, X)
    nodes = np.concatenate([diagram.nodes for diagram in diagrams])
    walkers = fused.row_walkers(nodes.tolist())
    for at, row in enumerate(rows):
        assert at not in odd or row["n"] == 2**60
        expected = [Walker(model).answer(row)[0] for model in models]
        assert [walk(fields.values(row)) for walk in walkers] == expected
        if at not in odd:
            assert nodes[answers[at]].tolist() == expected


def test_an_ordinary_binary_tree_is_one_test_per_inner_node() -> None:
    for field, left, right in [
        ("x", simple("x", "lessOrEqual", "0.5"), simple("x", "greaterThan", "0.5")),
        ("f", simple("f", "lessThan", "0.5"), simple("f", "greaterOrEqual", "0.5")),
        ("s", in_set("s", "a", "b"), in_set("s", "a", "b", operator="isNotIn")),
        ("b", simple("b", "equal", "true"), simple("b", "equal", "false")),
    ]:
        for strategy in ("none", "lastPrediction", "nullPrediction", "defaultChild"):
            fields = Fields(**KINDS)
            table = binary(left, right)
            diagram = compile_diagram(
                table, Atoms(fields.scope.field), Strategy(strategy, "returnNullPrediction", False)
            )
            assert len(diagram.feature) == 3, (field, strategy)


def binary(left: Any, right: Any) -> Any:
    """A full binary tree of two levels whose inner nodes test different fields."""
    other_left, other_right = simple("n", "lessThan", "1"), simple("n", "greaterOrEqual", "1")
    builder = NodeTableBuilder()
    builder.add(None, TRUE, id="0", default_child="1")
    builder.add(0, left, id="1", default_child="3")
    builder.add(0, right, id="2", default_child="5")
    for parent in (1, 2):
        builder.add(parent, other_left, id=str(2 * parent + 1), score="1")
        builder.add(parent, other_right, id=str(2 * parent + 2), score="2")
    return builder.build()


def test_columns_without_rows() -> None:
    fields = Fields(**KINDS)
    builder = NodeTableBuilder()
    builder.add(None, TRUE)
    builder.add(0, simple("s", "equal", "a"), score="1")
    model = TreeModel(
        mining_schema=None,  # type: ignore[arg-type]  # no tree reads it
        nodes=builder.build(),
        function_name="regression",
    )
    prediction = model.build(fields.scope, None).columns(fields.batch([]))
    assert isinstance(prediction.value, Column)
    assert len(prediction.value) == 0

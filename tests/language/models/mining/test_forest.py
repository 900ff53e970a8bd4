"""Trees that fuse into a forest give the bits of the trees one by one."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.mining.forest import ForestPredictor
from pmmlkit.program import Program
from tests.language.models.mining.documents import (
    ALWAYS,
    ERROR,
    FIELDS,
    TRUE,
    document,
    mining,
    output_field,
    probabilities,
    program,
    row_of,
    schema,
    score,
    segment,
    tree,
    where,
)

LABELS = ("x", "y", "z")
NUMBERS = [-1.5, 0.0, 0.1, 0.3, 1.0, 1e16]

numbers = st.sampled_from(NUMBERS)
fields = st.sampled_from(["a", "b"])


@st.composite
def predicates(draw: Any) -> str:
    if draw(st.booleans()):
        operator = draw(st.sampled_from(["lessThan", "lessOrEqual", "greaterThan", "equal"]))
        return where(draw(fields), operator, draw(numbers))
    items = draw(st.lists(st.sampled_from(["p", "q", "r"]), min_size=1, unique=True))
    operator = draw(st.sampled_from(["isIn", "isNotIn"]))
    array = f'<Array type="string" n="{len(items)}">{" ".join(items)}</Array>'
    return (
        f'<SimpleSetPredicate field="s" booleanOperator="{operator}">{array}</SimpleSetPredicate>'
    )


@st.composite
def leaves(draw: Any, is_classification: bool) -> str:
    if not is_classification:
        return f'score="{draw(numbers)}">'
    counts = draw(st.lists(st.integers(1, 3), min_size=3, max_size=3))
    order = draw(st.permutations(LABELS))
    shares = "".join(
        f'<ScoreDistribution value="{label}" recordCount="{count}"/>'
        for label, count in zip(order, counts, strict=True)
    )
    return f'score="{draw(st.sampled_from(LABELS))}">{shares}'


@st.composite
def trees(draw: Any, function: str) -> str:
    is_classification = function == "classification"

    def node(depth: int, predicate: str, number: int) -> str:
        leaf = draw(leaves(is_classification))
        head, shares = leaf.split(">", 1)
        inner = ""
        if depth < 2 and draw(st.booleans()):
            left = node(depth + 1, draw(predicates()), 2 * number)
            right = node(
                depth + 1, TRUE if draw(st.booleans()) else draw(predicates()), 2 * number + 1
            )
            inner = left + right
        return f'<Node id="{number}" {head}>{predicate}{shares}{inner}</Node>'

    strategy = draw(st.sampled_from(["none", "lastPrediction", "nullPrediction"]))
    child = draw(st.sampled_from(["returnNullPrediction", "returnLastPrediction"]))
    target = draw(st.sampled_from(["y", None]))
    return (
        f'<TreeModel functionName="{function}" missingValueStrategy="{strategy}" '
        f'noTrueChildStrategy="{child}">{schema(target=target)}{node(0, TRUE, 1)}</TreeModel>'
    )


ROWS: list[dict[str, Any]] = [
    {"a": a, "b": b, "s": s}
    for a in (None, -2.0, 0.1, 0.3, 2.0)
    for b in (None, 0.0, 1e16)
    for s in (None, "p", "r", "other")
]


def both(
    models: list[str], weights: list[float], method: str, function: str, **more: Any
) -> tuple[Program, Program]:
    """Return the fused model, and the same whose segments have a predicate."""

    def made(predicate: str) -> Program:
        segments = [
            segment(model, predicate, weight=weight)
            for model, weight in zip(models, weights, strict=True)
        ]
        return program(document(mining(method, segments, function, **more), function))

    return made(TRUE), made(ALWAYS)


def is_fused(model: Program) -> bool:
    return isinstance(model._evaluation.predictor, ForestPredictor)


def bits(rows: Any) -> list[Any]:
    return [
        row
        if isinstance(row, str)
        else {name: item.hex() if isinstance(item, float) else item for name, item in row.items()}
        for row in rows
    ]


treatments = st.sampled_from(["continue", "skipSegment", "returnMissing"])
thresholds = st.sampled_from([0.0, 0.4, 1.0])
attributes = st.sampled_from(["", 'x-mathContext="float"'])


@settings(max_examples=60, deadline=None)
@given(data=st.data())
@pytest.mark.parametrize(
    ("method", "function"),
    [
        ("sum", "regression"),
        ("average", "regression"),
        ("weightedSum", "regression"),
        ("weightedAverage", "regression"),
        ("average", "classification"),
        ("weightedAverage", "classification"),
        ("majorityVote", "classification"),
        ("weightedMajorityVote", "classification"),
    ],
)
def test_fused_and_unfused_are_the_same_bits(method: str, function: str, data: Any) -> None:
    models = data.draw(st.lists(trees(function), min_size=2, max_size=5))
    weight = st.sampled_from([0.1, 0.7, 1.0, 3.0])
    weights = data.draw(st.lists(weight, min_size=len(models), max_size=len(models)))
    fused, segments = both(
        models,
        weights,
        method,
        function,
        output=probabilities(*LABELS) if function == "classification" else "",
        treatment=data.draw(treatments),
        threshold=data.draw(thresholds),
        attributes=data.draw(attributes),
    )
    assert is_fused(fused)
    assert not is_fused(segments)
    assert fused.classes == segments.classes
    assert bits(score(fused, ROWS)) == bits(score(segments, ROWS))


def test_inputs_that_are_no_plain_numbers() -> None:
    """Flagged values, NaN that is not missing, whole numbers beyond doubles, failed fields."""
    data = (
        '<DataField name="y" optype="continuous" dataType="double"/>'
        '<DataField name="n" optype="continuous" dataType="integer"/>'
        '<DataField name="c" optype="continuous" dataType="double">'
        '<Interval closure="closedClosed" leftMargin="0" rightMargin="10"/></DataField>'
    )
    top = (
        '<MiningSchema><MiningField name="y" usageType="target"/><MiningField name="a" '
        'invalidValueTreatment="asIs"/><MiningField name="n"/><MiningField name="c" '
        'invalidValueTreatment="asIs"/></MiningSchema>'
    )
    derived = (
        '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="integer">'
        '<Apply function="*"><FieldRef field="c"/><Constant>0.5</Constant></Apply></DerivedField>'
        "</LocalTransformations>"
    )
    inner = "".join(f'<MiningField name="{name}"/>' for name in "ancd")

    def model(field: str, operator: str, value: str) -> str:
        return (
            f'<TreeModel functionName="regression"><MiningSchema>{inner}</MiningSchema>'
            '<Node score="0"><True/><Node score="1"><SimplePredicate '
            f'field="{field}" operator="{operator}" value="{value}"/></Node>'
            '<Node score="2"><True/></Node></Node></TreeModel>'
        )

    models = [
        model("a", "lessThan", "1"),
        model("n", "lessOrEqual", "9007199254740990"),
        model("c", "greaterThan", "5"),
        model("d", "lessThan", "3"),
    ]
    found: list[Any] = []
    rows = [
        {"a": a, "n": n, "c": c}
        for a in (0.0, math.nan, math.inf, None)
        for n in (1, 2**53 - 1, 2**53 + 1, None)
        for c in (4.0, 20.0, 3.0, None)
    ]
    for predicate in (TRUE, ALWAYS):
        segments = [segment(item, predicate) for item in models]
        whole = mining("sum", segments, "regression", fields=top, extra=derived)
        compiled = program(document(whole, "regression", fields=data), nan_is_missing=False)
        assert is_fused(compiled) is (predicate == TRUE)
        table = {name: np.array([row[name] for row in rows], object) for name in "anc"}
        result = compiled.run(len(rows), table.get)
        columns = result.columns["y"].to_list()
        for at, row in enumerate(rows):
            one = row_of(compiled, row)
            assert isinstance(one, EvaluationError) is (at in result.errors), row
            if isinstance(one, EvaluationError):
                found.append(ERROR)
                continue
            assert columns[at] == one["y"]
            found.append(one["y"])
    half = len(found) // 2
    assert found[:half] == found[half:]
    assert ERROR in found
    assert len(set(found)) > 3


@pytest.mark.parametrize(
    ("model", "more"),
    [
        (
            tree("1", "regression"),
            {"output": output_field("o", "predictedValue", more='segmentId="1"')},
        ),
        (tree("1", "regression"), {"method": "median"}),
        (
            tree("1", "regression")
            .replace(
                '<MiningField name="a"/>', '<MiningField name="a" missingValueReplacement="1"/>'
            )
            .replace(
                '<Node score="1"><True/>',
                '<Node score="1"><True/><Node score="3">'
                '<SimplePredicate field="a" operator="lessThan" value="5"/></Node>',
            ),
            {},
        ),
    ],
)
def test_what_is_not_fused(model: str, more: dict[str, Any]) -> None:
    given = {"method": "sum", **more}
    fused, segments = both([model] * 2, [1, 1], given.pop("method"), "regression", **given)
    assert not is_fused(fused)
    assert bits(score(fused, ROWS)) == bits(score(segments, ROWS))


def test_treatments_of_the_trees_are_fused() -> None:
    targets = (
        '<Targets><Target field="y" rescaleFactor="2" rescaleConstant="1"><TargetValue '
        'defaultValue="100"/></Target></Targets>'
    )
    models = [tree(item, "regression", extra=targets) for item in ("1", None, "3")]
    fused, segments = both(models, [1, 1, 1], "sum", "regression")
    assert is_fused(fused)
    assert score(fused) == score(segments) == [{"y": 3.0 + 201.0 + 7.0}]


def test_classes_in_different_orders_are_fused() -> None:
    models = [tree({"x": 3, "y": 1}), tree({"z": 1, "y": 3}), tree({"y": 1, "x": 1})]
    fused, segments = both(
        models, [1, 1, 1], "average", "classification", output=probabilities(*LABELS)
    )
    assert is_fused(fused)
    (row,) = score(fused)
    assert [row] == score(segments)
    assert row["y"] == "y"


def test_zero_rows() -> None:
    fused, segments = both([tree({"x": 1})] * 2, [1, 1], "average", "classification")
    for model in (fused, segments):
        result = model.run(0, {name: np.zeros(0) for name in FIELDS}.get)
        assert len(result.columns["y"]) == 0

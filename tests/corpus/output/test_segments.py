"""OutputFields of a MiningModel: what they read of its segments. Semantics 19.5 and 29."""

from __future__ import annotations

from math import sqrt
from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.output.documents import (
    CATEGORIES,
    NEGATIVE,
    NUMBERS,
    ROWS,
    mining,
    model,
    output,
    scored,
)

TRUE = "<True/>"
# In the rows A, B and C the predicate of the first segment is TRUE, FALSE, FALSE; in D it is
# UNKNOWN, which skips a segment as well.


def other(name: str) -> str:
    """The same model with other names in it."""
    text = model(name)
    for old, new in (
        ('"c1"', '"d1"'),
        ('"c3"', '"d3"'),
        ("RX", "QX"),
        ("RZ", "QZ"),
        (">i3<", ">j3<"),
        ('"left"', '"L"'),
        ('"right"', '"R"'),
        ('"R1"', '"S1"'),
        ('"R2"', '"S2"'),
    ):
        text = text.replace(old, new)
    return text


def function_of(name: str) -> str:
    """The mining function of a model."""
    return model(name).partition('functionName="')[2].partition('"')[0]


def fields_of(name: str) -> dict[str, str]:
    """The fields for a model."""
    return CATEGORIES if function_of(name) == "classification" else NUMBERS


# The result is that of one segment, and so is what an OutputField of the whole says of it.
# first model (in A), second model (B, C, D), attributes, expected
SELECTED: list[tuple[str, str, str, list[Any]]] = [
    ("scorecard", "scorecard", 'feature="reasonCode"', ["RX", "QX", "QZ", "QX"]),
    ("scorecard", "scorecard", 'feature="reasonCode" rank="2"', ["RZ", "QZ", "QX", "QZ"]),
    (
        "scorecard",
        "scorecard",
        'feature="reasonCode" isMultiValued="1" rank="0"',
        [["RX", "RZ"], ["QX", "QZ"], ["QZ", "QX"], ["QX", "QZ"]],
    ),
    # of a segment that has no such thing it is missing
    ("scorecard", "line", 'feature="reasonCode"', ["RX", None, None, None]),
    ("uncertain", "line", 'feature="standardError"', [sqrt(5), None, None, None]),
    ("line", "uncertain", 'feature="standardError"', [None, sqrt(24.25), sqrt(24.25), None]),
    ("clusters", "clusters", 'feature="affinity"', [1.25, 0.5, 1.25, 0.5]),
    ("clusters", "clusters", 'feature="affinity" rank="2"', [4.25, 12.5, 16.25, 0.5]),
    ("clusters", "clusters", 'feature="affinity" value="c1"', [1.25, None, None, None]),
    ("clusters", "clusters", 'feature="clusterId"', ["c1", "d3", "d3", "d1"]),
    ("clusters", "clusters", 'feature="predictedValue"', ["c1", "d3", "d3", "d1"]),
    ("clusters", "clusters", 'feature="predictedDisplayValue"', ["one", None, None, "one"]),
    (
        "clusters",
        "clusters",
        'feature="affinity" isMultiValued="1" rank="1"',
        [[1.25], [0.5], [1.25], [0.5]],
    ),
    ("neighbors", "neighbors", 'feature="affinity"', [1.25, 0.5, 1.25, 0.5]),
    ("neighbors", "tree", 'feature="affinity"', [1.25, None, None, None]),
    ("tree", "tree", 'feature="probability"', [0.6, 0.9, 0.9, None]),
    ("tree", "tree", 'feature="probability" value="a"', [0.6, 0.1, 0.1, None]),
    ("tree", "rules", 'feature="confidence"', [0.5, 0.625, 0.625, 0.125]),
    ("tree", "rules", 'feature="confidence" value="a"', [0.5, 0.0, 0.0, 0.125]),
    # entityId is the segment, whatever the segment's own model would say
    ("tree", "rules", 'feature="entityId"', ["s1", "s2", "s2", "s2"]),
    ("clusters", "clusters", 'feature="entityId"', ["s1", "s2", "s2", "s2"]),
    ("clusters", "clusters", 'feature="entityId" rank="2"', [None] * 4),
]


@pytest.mark.parametrize("method", ["selectFirst", "selectAll", "modelChain"])
@pytest.mark.parametrize(("first", "second", "attributes", "expected"), SELECTED)
def test_features_of_the_selected_segment(
    method: str, first: str, second: str, attributes: str, expected: list[Any]
) -> None:
    """The last segment of a chain counts, so the order is turned round there."""
    segments = {"s1": (NEGATIVE, model(first)), "s2": (TRUE, other(second))}
    if method == "modelChain":
        segments = dict(reversed(segments.items()))
    function = function_of(first)
    body = mining(
        method,
        segments,
        output(attributes),
        function=function,
        target=None if function == "clustering" else "y",
    )
    check(scored(body, fields_of(first)), ROWS, {"o": expected})


def test_a_model_that_selects_inside_one_that_selects() -> None:
    inner = mining(
        "selectFirst",
        {"i1": (NEGATIVE, model("scorecard")), "i2": (TRUE, other("scorecard"))},
        output('feature="reasonCode"', name="inner"),
    )
    body = mining("modelChain", {"s": (TRUE, inner)}, output('feature="reasonCode" rank="2"'))
    check(
        scored(body),
        ROWS,
        {"o": ["RZ", "QZ", "QX", "QZ"], "inner": ["RX", "QX", "QZ", "QX"]},
    )


# segmentId: the result of one segment, whatever becomes of it; missing where it did not run.
# model of the segment (it runs in A only), attributes, expected
OF_A_SEGMENT: list[tuple[str, str, list[Any]]] = [
    ("line", 'feature="predictedValue"', [-1.0, None, None, None]),
    ("line", 'feature="predictedDisplayValue"', ["-1.0", None, None, None]),
    ("number tree", 'feature="entityId"', ["left", None, None, None]),
    ("scorecard", 'feature="reasonCode"', ["RX", None, None, None]),
    ("scorecard", 'feature="reasonCode" rank="2"', ["RZ", None, None, None]),
    ("scorecard", 'feature="reasonCode" isMultiValued="1" rank="0"', [["RX", "RZ"], *[None] * 3]),
    ("uncertain", 'feature="standardError"', [sqrt(5), None, None, None]),
    ("tree", 'feature="predictedValue"', ["a", None, None, None]),
    ("tree", 'feature="probability"', [0.6, None, None, None]),
    ("tree", 'feature="probability" value="b"', [0.4, None, None, None]),
    ("tree", 'feature="probability" value="z"', [0.0, None, None, None]),
    ("tree", 'feature="confidence"', [0.5, None, None, None]),
    ("tree", 'feature="entityId"', ["left", None, None, None]),
    ("rules", 'feature="entityId"', ["R1", None, None, None]),
    ("rules", 'feature="confidence" value="b"', [0.0, None, None, None]),
    ("neighbors", 'feature="entityId" rank="2"', ["i2", None, None, None]),
    ("neighbors", 'feature="affinity" value="i4"', [49.25, None, None, None]),
    ("clusters", 'feature="entityId" rank="2"', ["c2", None, None, None]),
    ("clusters", 'feature="affinity"', [1.25, None, None, None]),
    ("clusters", 'feature="predictedDisplayValue"', ["one", None, None, None]),
    ("clusters", 'feature="clusterId"', ["c1", None, None, None]),
]
_SECOND = {"regression": "line", "classification": "tree", "clustering": "clusters"}
_METHODS = {
    "regression": ["sum", "selectFirst", "modelChain"],
    "classification": ["average", "selectAll", "modelChain"],
    "clustering": ["majorityVote", "selectFirst"],
}


@pytest.mark.parametrize(("name", "attributes", "expected"), OF_A_SEGMENT)
def test_features_of_one_segment(name: str, attributes: str, expected: list[Any]) -> None:
    function = function_of(name)
    methods = _METHODS[function]
    if name in ("rules",):
        methods = [item for item in methods if item != "average"]
    for method in methods:
        segments = {"s": (NEGATIVE, model(name)), "t": (TRUE, model(_SECOND[function]))}
        body = mining(
            method,
            segments,
            output(f'segmentId="s" {attributes}'),
            function=function,
            target=None if function == "clustering" else "y",
        )
        check(scored(body, fields_of(name)), ROWS, {"o": expected})


# transformedValue and decision with segmentId: `value` names an OutputField of the segment
@pytest.mark.parametrize("feature", ["transformedValue", "decision"])
@pytest.mark.parametrize("method", ["sum", "average", "selectFirst", "modelChain"])
def test_outputs_of_one_segment(method: str, feature: str) -> None:
    own = (
        "<Output>"
        '<OutputField name="p" feature="predictedValue"/>'
        '<OutputField name="tenfold" feature="transformedValue">'
        '<Apply function="*"><FieldRef field="p"/><Constant>10</Constant></Apply></OutputField>'
        "</Output>"
    )
    body = mining(
        method,
        {"s": (NEGATIVE, model("line", own)), "t": (TRUE, model("number tree"))},
        output(f'feature="{feature}" segmentId="s" value="tenfold"'),
    )
    check(scored(body), ROWS, {"o": [-10.0, None, None, None]})


@pytest.mark.parametrize("method", ["sum", "modelChain"])
def test_residuals_of_the_whole_and_of_a_segment(method: str) -> None:
    """The actual value is the same for all: 2 - (-1), 2 - 10, and missing."""
    rows = [{**row, "y": actual} for row, actual in zip(ROWS, (2.0, 2.0, None), strict=False)]
    own = output('feature="residual"', name="r")
    body = mining(
        method,
        {"t": (TRUE, model("number tree")), "s": (TRUE, model("line", own))},
        output('feature="residual" segmentId="s"')
        .replace("</Output>", '<OutputField name="whole" feature="residual"/></Output>')
        .replace("<Output>", '<Output><OutputField name="t" feature="residual" segmentId="t"/>'),
    )
    # the sum is 1.5 - 1 in A and 2.5 + 10 in B; the chain ends with the line
    whole = [1.5, -10.5, None] if method == "sum" else [3.0, -8.0, None]
    check(
        scored(body),
        rows,
        {"o": [3.0, -8.0, None], "t": [0.5, -0.5, None], "whole": whole},
    )


def test_votes_of_clusters_have_a_cluster() -> None:
    segments = {str(at): (TRUE, model("clusters")) for at in range(3)}
    body = mining(
        "majorityVote", segments, output('feature="clusterId"'), function="clustering", target=None
    )
    check(scored(body), ROWS, {"o": ["c1", "c3", "c3", "c1"]})


# several targets: targetField chooses
_THREE = {
    "x": "continuous double",
    "z": "continuous double",
    "y": "continuous double",
    "w": "continuous double",
    "c": "categorical string: a b",
}


def schema(*targets: str) -> str:
    """A MiningSchema with these targets."""
    named = "".join(f'<MiningField name="{name}" usageType="target"/>' for name in targets)
    return f'<MiningSchema><MiningField name="x"/><MiningField name="z"/>{named}</MiningSchema>'


OF_A_TARGET: list[tuple[str, list[Any]]] = [
    ('feature="predictedValue" targetField="y"', [32.0, 42.0, 26.0]),
    ('feature="predictedValue" targetField="w"', [-1.0, 10.0, 10.0]),
    ('feature="predictedValue" x-targetField="w"', [-1.0, 10.0, 10.0]),
    ('feature="predictedValue" targetField="c"', ["a", "b", "b"]),
    ('feature="predictedDisplayValue" targetField="c"', ["a", "b", "b"]),
    ('feature="reasonCode" targetField="y"', ["RX", "RX", "RZ"]),
    ('feature="reasonCode"', ["RX", "RX", "RZ"]),
    ('feature="reasonCode" targetField="w"', [None] * 3),
    ('feature="standardError" targetField="w"', [sqrt(5), sqrt(24.25), sqrt(24.25)]),
    ('feature="probability" targetField="c"', [0.6, 0.9, 0.9]),
    ('feature="probability" targetField="c" value="a"', [0.6, 0.1, 0.1]),
    ('feature="confidence" targetField="c"', [0.5, 0.75, 0.75]),
    ('feature="entityId" targetField="c"', ["left", "right", "right"]),
    ('feature="residual" targetField="w"', [4.0, -7.0, None]),
    ('feature="residual" targetField="c"', [0.4, -0.9, None]),
    ('feature="predictedValue" segmentId="s2"', [-1.0, 10.0, 10.0]),
]


@pytest.mark.parametrize(("attributes", "expected"), OF_A_TARGET)
def test_features_of_one_target(attributes: str, expected: list[Any]) -> None:
    body = mining(
        "x-multiModelChain",
        {
            "s1": (TRUE, model("scorecard", schema=schema("y"))),
            "s2": (TRUE, model("uncertain", schema=schema("w"))),
            "s3": (TRUE, model("tree", schema=schema("c"))),
        },
        output(attributes),
        function="mixed",
        schema=schema("y", "w", "c"),
    )
    actual: list[dict[str, Any]] = [
        {"w": 3.0, "c": "a"},
        {"w": 3.0, "c": "a"},
        {"w": None, "c": None},
    ]
    rows = [{**row, **own} for row, own in zip(ROWS, actual, strict=False)]
    check(scored(body, _THREE), rows, {"o": expected})


# rules: of the association model in a segment. In A the basket holds a, elsewhere nothing that a
# rule begins with; the first rank is the rule with the higher confidence.
_RULES = """<AssociationModel functionName="associationRules" numberOfTransactions="4"
 minimumSupport="0.1" minimumConfidence="0.1" numberOfItems="3" numberOfItemsets="3"
 numberOfRules="2"><MiningSchema><MiningField name="a"/><MiningField name="b"/>
<MiningField name="c"/></MiningSchema><Item id="1" value="a"/><Item id="2" value="b"/>
<Item id="3" value="c"/><Itemset id="A"><ItemRef itemRef="1"/></Itemset>
<Itemset id="B"><ItemRef itemRef="2"/></Itemset><Itemset id="C"><ItemRef itemRef="3"/></Itemset>
<AssociationRule id="r1" antecedent="A" consequent="B" support="0.5" confidence="0.25"/>
<AssociationRule id="r2" antecedent="A" consequent="C" support="0.5" confidence="0.75"/>
</AssociationModel>"""


@pytest.mark.parametrize("where", ["", 'segmentId="s" '])
@pytest.mark.parametrize("method", ["selectFirst", "modelChain"])
@pytest.mark.parametrize(
    ("attributes", "expected"),
    [
        ('feature="ruleValue" ruleFeature="rule"', ["{a}->{c}", None, None]),
        ('feature="ruleValue" ruleFeature="ruleId" rank="2"', ["r1", None, None]),
        ('feature="confidence"', [0.75, None, None]),
        ('feature="ruleId" isMultiValued="1" rank="0"', [["r2", "r1"], [], None]),
    ],
)
def test_rules_of_a_segment(method: str, where: str, attributes: str, expected: list[Any]) -> None:
    """Where no rule holds there is none, where the segment did not run nothing at all."""
    inputs = "".join(f'<MiningField name="{name}"/>' for name in "xabc")
    body = mining(
        method,
        {"s": (NEGATIVE, _RULES)},
        output(where + attributes),
        function="associationRules",
        schema=f"<MiningSchema>{inputs}</MiningSchema>",
    )
    flag = "categorical string: true false"
    fields = {"x": "continuous double", "a": flag, "b": flag, "c": flag}
    rows = [
        {"x": x, "a": a, "b": "false", "c": "false"}
        for x, a in ((-1.0, "true"), (-1.0, "false"), (1.0, "true"))
    ]
    check(scored(body, fields), rows, {"o": expected})

"""Every feature of an OutputField over the models that give it. Semantics chapter 29."""

from __future__ import annotations

from math import exp, sqrt
from statistics import NormalDist
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from tests.corpus.cells import check
from tests.corpus.output.documents import CATEGORIES, ROWS, model, output, scored

PA = [1 / (1 + exp(-x)) for x in (-1.0, 4.5, 4.5)]
"""p(a) of the logistic model in the rows A, B and C; 'b' wins in A only."""

# model, attributes of the OutputField, its values in the rows A, B, C and D (x is missing)
CELLS: list[tuple[str, str, list[Any]]] = [
    # predictedValue: what the model says, in the dataType of the field
    ("tree", "", ["a", "b", "b", None]),
    ("tree", 'feature="predictedValue"', ["a", "b", "b", None]),
    ("line", 'feature="predictedValue"', [-1.0, 10.0, 10.0, None]),
    ("line", 'feature="predictedValue" dataType="integer"', [-1, 10, 10, None]),
    ("line", 'feature="predictedValue" dataType="string"', ["-1.0", "10.0", "10.0", None]),
    ("scorecard", 'feature="predictedValue"', [32.0, 42.0, 26.0, 42.0]),
    ("clusters", 'feature="predictedValue"', ["c1", "c3", "c3", "c1"]),
    ("neighbors", 'feature="predictedValue"', ["b", "b", "b", "b"]),
    ("rules", 'feature="predictedValue"', ["a", "b", "b", "a"]),
    # predictedDisplayValue: the value as text where nothing else is known
    ("tree", 'feature="predictedDisplayValue"', ["a", "b", "b", None]),
    ("line", 'feature="predictedDisplayValue"', ["-1.0", "10.0", "10.0", None]),
    # ... a cluster without a name has none
    ("clusters", 'feature="predictedDisplayValue"', ["one", None, None, "one"]),
    # probability: of the winner, of `value`; 0 for what is no category
    ("tree", 'feature="probability"', [0.6, 0.9, 0.9, None]),
    ("tree", 'feature="probability" value="a"', [0.6, 0.1, 0.1, None]),
    ("tree", 'feature="probability" value="z"', [0.0, 0.0, 0.0, None]),
    ("tree", 'feature="probability" value="a" dataType="string"', ["0.6", "0.1", "0.1", None]),
    ("logistic", 'feature="probability"', [1 - PA[0], PA[1], PA[2], None]),
    ("logistic", 'feature="probability" value="a"', [*PA, None]),
    ("network", 'feature="probability" value="b"', [1 - PA[0], 1 - PA[1], 1 - PA[2], None]),
    ("neighbors", 'feature="probability"', [2 / 3, 2 / 3, 2 / 3, 2 / 3]),
    ("neighbors", 'feature="probability" value="a"', [1 / 3, 1 / 3, 1 / 3, 1 / 3]),
    ("line", 'feature="probability"', [None] * 4),
    # confidence: of the winner, of `value`; a rule set has that of the rule, 0 for other scores
    ("tree", 'feature="confidence"', [0.5, 0.75, 0.75, None]),
    ("tree", 'feature="confidence" value="a"', [0.5, 0.125, 0.125, None]),
    ("rules", 'feature="confidence"', [0.75, 0.625, 0.625, 0.125]),
    ("rules", 'feature="confidence" value="a"', [0.75, 0.0, 0.0, 0.125]),
    ("rules", 'feature="confidence" value="b"', [0.0, 0.625, 0.625, 0.0]),
    ("logistic", 'feature="confidence"', [None] * 4),
    # entityId: node, rule, cluster, neighbour, output neuron
    ("tree", 'feature="entityId"', ["left", "right", "right", None]),
    ("number tree", 'feature="entityId"', ["left", "right", "right", None]),
    ("rules", 'feature="entityId"', ["R1", "R2", "R2", None]),
    ("network", 'feature="entityId"', ["nb", "na", "na", None]),
    ("clusters", 'feature="entityId"', ["c1", "c3", "c3", "c1"]),
    ("clusters", 'feature="entityId" rank="2"', ["c2", "c2", "c2", "c2"]),
    ("clusters", 'feature="entityId" rank="3"', ["c3", "c1", "c1", "c3"]),
    ("clusters", 'feature="entityId" rank="4"', [None] * 4),
    ("clusters", 'feature="entityId" rankOrder="ascending"', ["c3", "c1", "c1", "c3"]),
    ("neighbors", 'feature="entityId"', ["i1", "i3", "i3", "i1"]),
    ("neighbors", 'feature="entityId" rank="2"', ["i2", "i4", "i4", "i2"]),
    ("neighbors", 'feature="entityId" rank="3"', ["i3", "i2", "i2", "i3"]),
    ("tree", 'feature="entityId" rank="2"', [None] * 4),
    ("line", 'feature="entityId"', [None] * 4),
    # ... as lists: the first `rank`, 0 is all. In D x is missing: all are equally near.
    (
        "clusters",
        'feature="entityId" isMultiValued="1" rank="2"',
        [["c1", "c2"], ["c3", "c2"], ["c3", "c2"], ["c1", "c2"]],
    ),
    (
        "clusters",
        'feature="entityId" isMultiValued="1" rank="0"',
        [["c1", "c2", "c3"], ["c3", "c2", "c1"], ["c3", "c2", "c1"], ["c1", "c2", "c3"]],
    ),
    (
        "clusters",
        'feature="entityId" isMultiValued="1" rank="1" rankOrder="ascending"',
        [["c3"], ["c1"], ["c1"], ["c3"]],
    ),
    (
        "neighbors",
        'feature="entityId" isMultiValued="1" rank="9"',
        [["i1", "i2", "i3"], ["i3", "i4", "i2"], ["i3", "i4", "i2"], ["i1", "i2", "i3"]],
    ),
    # clusterId
    ("clusters", 'feature="clusterId"', ["c1", "c3", "c3", "c1"]),
    # affinity, under its three names: of the winner, by rank, of an entity
    ("clusters", 'feature="affinity"', [1.25, 0.5, 1.25, 0.5]),
    ("clusters", 'feature="clusterAffinity"', [1.25, 0.5, 1.25, 0.5]),
    ("clusters", 'feature="entityAffinity"', [1.25, 0.5, 1.25, 0.5]),
    ("clusters", 'feature="affinity" rank="2"', [4.25, 12.5, 16.25, 0.5]),
    ("clusters", 'feature="affinity" value="c3"', [25.25, 0.5, 1.25, 0.5]),
    ("clusters", 'feature="entityAffinity" value="c1"', [1.25, 20.5, 21.25, 0.5]),
    ("clusters", 'feature="affinity" value="c9"', [None] * 4),
    (
        "clusters",
        'feature="affinity" isMultiValued="1" rank="2"',
        [[1.25, 4.25], [0.5, 12.5], [1.25, 16.25], [0.5, 0.5]],
    ),
    ("neighbors", 'feature="affinity"', [1.25, 0.5, 1.25, 0.5]),
    ("neighbors", 'feature="affinity" rank="3"', [25.25, 12.5, 16.25, 0.5]),
    ("neighbors", 'feature="affinity" value="i4"', [49.25, 2.5, 3.25, 0.5]),
    (
        "neighbors",
        'feature="affinity" isMultiValued="1" rank="0"',
        [[1.25, 4.25, 25.25], [0.5, 2.5, 12.5], [1.25, 3.25, 16.25], [0.5, 0.5, 0.5]],
    ),
    # reasonCode
    ("scorecard", 'feature="reasonCode"', ["RX", "RX", "RZ", "RX"]),
    ("scorecard", 'feature="reasonCode" rank="2"', ["RZ", "RZ", "RX", "RZ"]),
    ("scorecard", 'feature="reasonCode" rank="3"', [None] * 4),
    (
        "scorecard",
        'feature="reasonCode" isMultiValued="1" rank="1"',
        [["RX"], ["RX"], ["RZ"], ["RX"]],
    ),
    (
        "scorecard",
        'feature="reasonCode" isMultiValued="1" rank="0"',
        [["RX", "RZ"], ["RX", "RZ"], ["RZ", "RX"], ["RX", "RZ"]],
    ),
    # standardError and the bounds of an interval around the mean: 95 percent, or `value`
    ("uncertain", 'feature="standardError"', [sqrt(5), sqrt(24.25), sqrt(24.25), None]),
    (
        "uncertain",
        'feature="confidenceIntervalLower"',
        [
            -1 - NormalDist().inv_cdf(0.975) * sqrt(5),
            *[10 - NormalDist().inv_cdf(0.975) * sqrt(24.25)] * 2,
            None,
        ],
    ),
    (
        "uncertain",
        'feature="confidenceIntervalUpper" value="80"',
        [
            -1 + NormalDist().inv_cdf(0.9) * sqrt(5),
            *[10 + NormalDist().inv_cdf(0.9) * sqrt(24.25)] * 2,
            None,
        ],
    ),
    ("line", 'feature="standardError"', [None] * 4),
    # what other models have is missing
    ("tree", 'feature="affinity"', [None] * 4),
    ("tree", 'feature="reasonCode"', [None] * 4),
    ("line", 'feature="ruleValue"', [None] * 4),
    # JPMML's report is accepted, and has no text
    ("line", 'feature="x-report" x-reportField="o"', [None] * 4),
    # isFinalResult hides nothing from the result of a row
    ("line", 'feature="predictedValue" isFinalResult="false"', [-1.0, 10.0, 10.0, None]),
    # the target that there is may be named, in both spellings
    ("tree", 'feature="probability" targetField="y"', [0.6, 0.9, 0.9, None]),
    ("tree", 'feature="probability" x-targetField="y"', [0.6, 0.9, 0.9, None]),
]


@pytest.mark.parametrize(("name", "attributes", "expected"), CELLS)
def test_feature(name: str, attributes: str, expected: list[Any]) -> None:
    check(scored(model(name, output(attributes))), ROWS, {"o": expected})


@pytest.mark.parametrize(
    ("name", "attributes"),
    [
        ("line", 'feature="x-report" x-reportField="o"'),
        ("line", 'feature="reasonCode"'),
        ("clusters", 'feature="affinity" value="c9"'),
    ],
)
def test_what_is_missing_everywhere_is_a_finding(name: str, attributes: str) -> None:
    found = pmmlkit.validate(scored(model(name, output(attributes)))).findings
    assert "PMML620" in [finding.code for finding in found]


@pytest.mark.parametrize(
    ("name", "attributes", "error"),
    [
        ("tree", 'feature="topCategories" numTopCategories="2"', UnsupportedError),
        ("tree", 'feature="transformedValue"', MarkupError),
        ("tree", 'feature="decision"', MarkupError),
        ("tree", 'feature="predictedValue" targetField="x"', MarkupError),
        ("tree", 'feature="predictedValue" segmentId="s"', MarkupError),
        ("scorecard", 'feature="reasonCode" rank="0"', MarkupError),
        ("uncertain", 'feature="confidenceIntervalLower" value="100"', MarkupError),
    ],
)
def test_what_is_refused(name: str, attributes: str, error: type[PmmlError]) -> None:
    with pytest.raises(error) as caught:
        pmmlkit.load(scored(model(name, output(attributes))))
    assert caught.value.element == "OutputField"
    assert caught.value.line


# residual: the actual value less the predicted one; of categories 1 or 0 less the probability
RESIDUALS = [
    ("line", "", [2.0, 1.5, None], [3.0, -8.5, None]),
    ("logistic", "", ["b", "b", None], [1 - (1 - PA[0]), -PA[1], None]),
    ("logistic", 'value="a"', ["b", "a", None], [-PA[0], 1 - PA[1], None]),
    ("logistic", 'value="z"', ["b", "b", None], [0.0, 0.0, None]),
    ("tree", "", ["a", "a", None], [0.4, -0.9, None]),
    ("neighbors", "", ["b", "a", None], [1 / 3, -2 / 3, None]),
]


@pytest.mark.parametrize(("name", "attributes", "actual", "expected"), RESIDUALS)
def test_residual(name: str, attributes: str, actual: list[Any], expected: list[Any]) -> None:
    rows = [{**row, "y": value} for row, value in zip(ROWS, actual, strict=False)]
    field = output(f'feature="residual" {attributes}')
    check(scored(model(name, field)), rows, {"o": expected})


def test_display_values_of_target_and_field() -> None:
    """The TargetValue's goes before the Value's."""
    body = model(
        "tree",
        output('feature="predictedDisplayValue"')
        + '<Targets><Target field="y"><TargetValue value="a" displayValue="Alpha"/></Target>'
        "</Targets>",
    )
    text = scored(body).replace(b'value="a"/>', b'value="a" displayValue="A"/>')
    text = text.replace(b'<Value value="b"/>', b'<Value value="b" displayValue="Beta"/>')
    check(text, ROWS, {"o": ["Alpha", "Beta", "Beta", None]})


APPLY = """<Apply function="if"><Apply function="greaterThan"><FieldRef field="p"/>
<Constant>0</Constant></Apply><Constant>yes</Constant><Constant>no</Constant></Apply>"""
FIRST = '<OutputField name="p" feature="predictedValue" isFinalResult="false"/>'
DECISIONS = (
    '<Decisions><Decision value="yes" displayValue="Oui"/><Decision value="no"/></Decisions>'
)


@pytest.mark.parametrize(
    ("attributes", "content", "expected"),
    [
        # of earlier OutputFields and of fields of the model; they are there without a prediction
        ('feature="transformedValue"', APPLY, ["no", "yes", "yes", None]),
        ('feature="transformedValue"', '<FieldRef field="z"/>', [0.5, 0.5, -1.0, 0.5]),
        (
            'feature="transformedValue" dataType="integer"',
            '<FieldRef field="p"/>',
            [-1, 10, 10, None],
        ),
        ('feature="transformedValue"', "<Constant>7</Constant>", [7, 7, 7, 7]),
        # predictedValue is the default, and an expression goes before it
        ("", '<FieldRef field="z"/>', [0.5, 0.5, -1.0, 0.5]),
        # a decision is the value of its expression: displayValue is for people
        ('feature="decision"', DECISIONS + APPLY, ["no", "yes", "yes", None]),
        ('feature="decision"', APPLY, ["no", "yes", "yes", None]),
    ],
)
def test_expressions(attributes: str, content: str, expected: list[Any]) -> None:
    field = f'<OutputField name="o" {attributes}>{content}</OutputField>'
    body = model("line", f"<Output>{FIRST}{field}</Output>")
    check(scored(body), ROWS, {"o": expected, "p": [-1.0, 10.0, 10.0, None]})


def test_a_model_without_output_gives_the_target_alone() -> None:
    assert set(pmmlkit.load(scored(model("tree"))).evaluate(ROWS[0])) == {"y"}
    named = pmmlkit.load(scored(model("line", target=None))).evaluate(ROWS[0])
    assert named == {"_target": -1.0}
    assert CATEGORIES["y"].endswith("a b")

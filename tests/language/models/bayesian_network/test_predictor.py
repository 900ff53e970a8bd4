"""BayesianNetworkModel: many rows, segments, limits, wrong documents."""

from __future__ import annotations

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import EvaluationError, MarkupError, UnsupportedError
from tests.corpus.bayesian_network.documents import (
    apply,
    constant,
    continuous,
    discrete,
    distribution,
    given,
    model,
    normal,
    reference,
)

FIELDS = {
    "a": "categorical string",
    "b": "categorical string",
    "c": "categorical string",
    "x": "continuous double",
    "y": "continuous double",
}
A = discrete("a", {"u": 0.4, "v": 0.6})
B = discrete("b", given({"a": "u"}, {"u": 0.1, "v": 0.9}), given({"a": "v"}, {"u": 0.5, "v": 0.5}))
C = discrete(
    "c",
    *(
        given({"a": one, "b": other}, {"u": share, "v": 1 - share})
        for one, other, share in (
            ("u", "u", 0.1),
            ("u", "v", 0.4),
            ("v", "u", 0.75),
            ("v", "v", 0.9),
        )
    ),
)
X = continuous("x", ({"c": "u"}, normal(0)), ({"c": "v"}, normal(2, 3)))
NODES = [A, B, C, X]


def test_many_rows_equal_single_ones() -> None:
    rng = np.random.default_rng(0)
    size = 3000
    table = {
        name: np.array(rng.choice(["u", "v", "w"], size).tolist(), object) for name in ("a", "c")
    }
    table["x"] = np.array(rng.normal(size=size).tolist(), object)
    for values in table.values():
        values[rng.random(size) < 0.3] = None
    scorer = pmmlkit.load(model(FIELDS, "b", NODES, labels=["u", "v"]))
    whole = scorer.evaluate(table)
    for at in rng.permutation(size)[:150].tolist():
        row = scorer.evaluate({name: values[at] for name, values in table.items()})
        assert row["b"] == whole["b"][at]
        assert row["p(u)"] == pytest.approx(whole["p(u)"][at], rel=1e-13)
    order = rng.permutation(size)
    again = scorer.evaluate({name: values[order] for name, values in table.items()})
    np.testing.assert_array_equal(again["p(u)"], whole["p(u)"][order])


def test_a_network_as_a_segment() -> None:
    text = model(FIELDS, "b", NODES, labels=["u"]).decode()
    start, end = text.index("<BayesianNetworkModel"), text.index("</PMML>")
    inner = text[start:end]
    schema = inner[inner.index("<MiningSchema>") : inner.index("</MiningSchema>") + 15]
    outer = (
        f'<MiningModel functionName="classification">{schema}'
        '<Segmentation multipleModelMethod="selectFirst"><Segment><SimplePredicate field="y" '
        f'operator="greaterThan" value="0"/>{inner}</Segment></Segmentation></MiningModel>'
    )
    scorer = pmmlkit.load((text[:start] + outer + text[end:]).encode())
    assert scorer.evaluate({"a": "u", "y": 1.0})["b"] == "v"
    assert scorer.evaluate({"a": "u", "y": -1.0})["b"] is None


def test_a_field_of_local_transformations_can_be_a_node() -> None:
    local = (
        '<LocalTransformations><DerivedField name="z" optype="continuous" dataType="double">'
        '<Apply function="*"><FieldRef field="x"/><Constant>2</Constant></Apply></DerivedField>'
        "</LocalTransformations>"
    )
    nodes = [continuous("z", normal(0)), continuous("y", normal(reference("z")))]
    scorer = pmmlkit.load(model(FIELDS, "y", nodes, before=local))
    assert scorer.evaluate({"x": 3.0})["y"] == 6.0


def test_a_field_that_is_no_node_can_be_a_parameter() -> None:
    scorer = pmmlkit.load(model(FIELDS, "y", [continuous("y", normal(reference("other")))]))
    assert scorer.evaluate({"other": 3.0})["y"] == 3.0


def test_a_wide_gap_is_a_row_error() -> None:
    # All of 17 binary causes are unknown, and their common effect is known.
    names = [f"n{at}" for at in range(17)]
    mean = constant(0)
    for name in names:
        mean = apply("+", mean, reference(name))
    fields = {**dict.fromkeys(names, "categorical integer"), "x": "continuous double"}
    nodes = [discrete(name, {"0": 0.5, "1": 0.5}) for name in names]
    scorer = pmmlkit.load(
        model(fields, "n0", [*nodes, continuous("x", normal(mean))], labels=["0"])
    )
    assert scorer.evaluate(dict.fromkeys(names[1:], 0) | {"x": 0.0})["n0"] == 0
    with pytest.raises(EvaluationError, match="too many nodes are missing"):
        scorer.evaluate({"x": 0.0})


def test_why_a_number_cannot_be_predicted_is_said() -> None:
    square = apply("*", reference("x"), reference("x"))
    nodes = [continuous("x", normal(0)), continuous("y", normal(square))]
    scorer = pmmlkit.load(model(FIELDS, "x", nodes))
    with pytest.raises(EvaluationError, match="not linear in a missing number"):
        scorer.evaluate({"y": 1.0})
    width = distribution("Uniform", lower=constant(0), upper=reference("x"))
    scorer = pmmlkit.load(model(FIELDS, "x", [continuous("x", normal(0)), continuous("y", width)]))
    with pytest.raises(EvaluationError, match="no closed form"):
        scorer.evaluate({"y": 1.0})


def network(*nodes: str, target: str = "a", function: str | None = None) -> bytes:
    labels = [] if target in "xy" else ["u"]
    return model(FIELDS, target, nodes, labels=labels, function=function)


BAD = discrete("b", given({"a": "u"}, {"u": 0.1, "v": 0.9}), given({"x": "v"}, {"u": 0.5}))
WRONG = {
    "two nodes of a name": (network(A, A), "DiscreteNode", "two nodes 'a'"),
    "target": (network(A, target="c"), "BayesianNetworkModel", "'c' is no node"),
    "function": (network(A, function="regression"), "BayesianNetworkModel", "functionName"),
    "circle": (
        network(discrete("a", given({"b": "u"}, {"u": 1.0}), given({"b": "v"}, {"v": 1.0})), B),
        "DiscreteNode",
        "in a circle",
    ),
    "circle through an expression": (
        network(
            continuous("x", normal(reference("y"))),
            continuous("y", normal(reference("x"))),
            target="x",
        ),
        "ContinuousNode",
        "in a circle",
    ),
    "other parents": (network(A, BAD), "DiscreteConditionalProbability", "parents are not a"),
    "unknown parent": (
        network(A, discrete("b", given({"q": "u"}, {"u": 1.0}))),
        "DiscreteConditionalProbability",
        "'q' is no discrete node",
    ),
    "continuous parent": (
        network(A, X, C, B, discrete("other", given({"x": "1"}, {"1": 1.0}))),
        "DiscreteConditionalProbability",
        "'x' is no discrete node",
    ),
    "unknown value": (
        network(A, discrete("b", given({"a": "q"}, {"u": 1.0}))),
        "ParentValue",
        "'a' has no value 'q'",
    ),
    "parent twice": (
        network(
            A,
            B.replace(
                '<ParentValue parent="a" value="u"/>', '<ParentValue parent="a" value="u"/>' * 2
            ),
        ),
        "DiscreteConditionalProbability",
        "a parent twice",
    ),
    "condition twice": (
        network(A, B.replace('parent="a" value="v"', 'parent="a" value="u"')),
        "DiscreteNode",
        "stand there twice",
    ),
    "probability": (
        network(discrete("a", {"u": 1.5})),
        "ValueProbability",
        "probability 1.5 is not between",
    ),
    "value twice": (
        network(discrete("a", {"u": 0.5}, {"u": 0.5})),
        "ValueProbability",
        "two probabilities for 'u'",
    ),
    "with and without parents": (
        network(A, discrete("b", {"u": 1.0}, given({"a": "u"}, {"u": 1.0}))),
        "DiscreteNode",
        "with and without parents",
    ),
    "distributions with and without": (
        network(A, continuous("x", normal(0), ({"a": "u"}, normal(1)))),
        "ContinuousNode",
        "with and without parents",
    ),
    "nothing": (network("<DiscreteNode name='a'/>"), "DiscreteNode", "has no probabilities"),
    "no distribution": (
        network("<ContinuousNode name='x'/>", target="x"),
        "ContinuousNode",
        "has no distribution",
    ),
    "a number that is a text": (
        network(continuous("b", normal(0)), A),
        "ContinuousNode",
        "is a string",
    ),
    "unknown field": (
        network(continuous("y", normal(reference("q"))), target="y"),
        "FieldRef",
        "'q' is not defined",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_errors(case: str) -> None:
    text, element, message = WRONG[case]
    with pytest.raises(MarkupError, match=message) as caught:
        pmmlkit.load(text)
    assert caught.value.element == element
    assert caught.value.line == 1


def test_several_distributions_at_once_are_refused() -> None:
    with pytest.raises(UnsupportedError, match="side by side"):
        pmmlkit.load(network(continuous("x", normal(0), normal(1)), target="x"))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("PMML461", network(discrete("a", {"u": 0.5, "v": 0.4}))),
        ("PMML462", network(A, discrete("b", given({"a": "u"}, {"u": 1.0})))),
    ],
)
def test_doubts_are_told(code: str, text: bytes) -> None:
    assert code in {finding.code for finding in pmmlkit.validate(text).findings}


def test_long_tables_are_scored_in_blocks() -> None:
    rng = np.random.default_rng(7)
    size = 140_000
    table = {"a": rng.choice(["u", "v"], size), "x": rng.normal(size=size)}
    scorer = pmmlkit.load(model(FIELDS, "b", NODES, labels=["u"]))
    whole = scorer.evaluate({**table, "c": np.full(size, None)}, absent="missing")
    rows = np.array([0, 1, 65_535, 65_536, 65_537, 131_072, size - 1])
    part = scorer.evaluate(
        {**{name: values[rows] for name, values in table.items()}, "c": np.full(len(rows), None)}
    )
    np.testing.assert_array_equal(whole["p(u)"][rows], part["p(u)"])

"""NeuralOutputs: numbers scaled back, categories, several targets, the ids of neurons."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.neural_network.documents import (
    category,
    inputs,
    layer,
    network,
    neuron,
    number,
    outputs,
)

Rows = list[dict[str, Any]]

FIELDS = {
    "a": "continuous double",
    "b": "continuous double",
    "y": "categorical string: p q r",
}
PASS = layer(neuron("m", {"a": 1}), neuron("n", {"b": 1}), neuron("k", {"b": 1}, bias=0.1))
THREE = (("m", category("p")), ("n", category("q")), ("k", category("r")))


def field(name: str, feature: str, **more: str) -> str:
    texts = ("entityId",)
    is_text = feature in texts or more.pop("type", "") == "string"
    kind = ("categorical", "string") if is_text else ("continuous", "double")
    rest = "".join(f' {key}="{value}"' for key, value in more.items())
    return (
        f'<OutputField name="{name}" optype="{kind[0]}" dataType="{kind[1]}" '
        f'feature="{feature}"{rest}/>'
    )


def output(*fields: str) -> str:
    return f"<Output>{''.join(fields)}</Output>"


NORM = (
    '<NormContinuous field="y"{outliers}><LinearNorm orig="10" norm="{n0}"/>'
    '<LinearNorm orig="20" norm="{n1}"/><LinearNorm orig="60" norm="{n2}"/></NormContinuous>'
)
ACROSS = [{"a": value, "b": 0.0} for value in (0.25, 0.5, 0.75, 0.0, 1.0, -0.5, 1.5)]


@pytest.mark.parametrize(
    ("outliers", "beyond"),
    [
        # Without the attribute, as with asIs, the first and the last piece go on: 10 - 10, 60 + 40.
        ("", [0.0, 100.0]),
        (' outliers="asIs"', [0.0, 100.0]),
        (' outliers="asExtremeValues"', [10.0, 60.0]),
        (' outliers="asMissingValues"', [None, None]),
    ],
)
def test_norm_continuous_turned_round(outliers: str, beyond: list[float | None]) -> None:
    expression = NORM.format(outliers=outliers, n0=0, n1=0.5, n2=1)
    text = network(inputs("a", "b"), PASS, outputs(("m", expression)))
    check(text, ACROSS, {"y": [15.0, 20.0, 40.0, 10.0, 60.0, *beyond]})


def test_norm_continuous_that_falls() -> None:
    expression = NORM.format(outliers="", n0=1, n1=0.5, n2=0)
    text = network(inputs("a", "b"), PASS, outputs(("m", expression)))
    check(text, ACROSS, {"y": [40.0, 20.0, 15.0, 60.0, 10.0, 100.0, 0.0]})


def test_norm_continuous_that_falls_with_extreme_values() -> None:
    expression = NORM.format(outliers=' outliers="asExtremeValues"', n0=1, n1=0.5, n2=0)
    text = network(inputs("a", "b"), PASS, outputs(("m", expression)))
    check(text, ACROSS[-2:], {"y": [60.0, 10.0]})


def test_norm_continuous_with_a_flat_piece() -> None:
    expression = NORM.format(outliers="", n0=0, n1=1, n2=1)
    text = network(inputs("a", "b"), PASS, outputs(("m", expression)))
    check(text, ACROSS[:5], {"y": [12.5, 15.0, 17.5, 10.0, 20.0]})


def test_norm_continuous_of_a_derived_field() -> None:
    local = (
        '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="double">'
        '<NormContinuous field="y"><LinearNorm orig="0" norm="0"/><LinearNorm orig="10" norm="1"/>'
        "</NormContinuous></DerivedField></LocalTransformations>"
    )
    text = network(inputs("a", "b"), PASS, outputs(("m", number("d"))), before=local)
    check(text, ACROSS[:2], {"y": [2.5, 5.0]})


def test_norm_continuous_before_the_target() -> None:
    targets = '<Targets><Target field="y" rescaleFactor="2" max="18"/></Targets>'
    expression = NORM.format(outliers="", n0=0, n1=0.5, n2=1)
    text = network(inputs("a", "b"), PASS, outputs(("m", expression)), before=targets)
    check(text, ACROSS[:2], {"y": [30.0, 36.0]})


def test_an_input_neuron_as_output() -> None:
    text = network(inputs("a", "b"), PASS, outputs(("b", number())))
    check(text, [{"a": 1.0, "b": 2.5}], {"y": [2.5]})


def test_the_neuron_of_a_number() -> None:
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(("k", number())),
        before=output(field("id", "entityId")),
    )
    check(
        text, [{"a": 1.0, "b": 2.0}, {"a": None, "b": 2.0}], {"y": [2.1, None], "id": ["k", None]}
    )


def test_categories_by_the_highest_output() -> None:
    """The outputs are the probabilities as they are: nothing makes them add up to 1."""
    fields = (field(f"p({value})", "probability", value=value) for value in "pqr")
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(*THREE),
        function="classification",
        fields=FIELDS,
        before=output(*fields, field("best", "probability"), field("id", "entityId")),
    )
    rows: Rows = [
        {"a": 0.5, "b": 1.0},
        {"a": 2.0, "b": -3.0},
        {"a": None, "b": 1.0},
        {"a": -math.inf, "b": -math.inf},
    ]
    check(
        text,
        rows[:3],
        {
            "y": ["r", "p", None],
            "p(p)": [0.5, 2.0, None],
            "p(q)": [1.0, -3.0, None],
            "p(r)": [1.1, -2.9, None],
            "best": [1.1, 2.0, None],
            "id": ["k", "m", None],
        },
    )


def test_ties_go_to_the_first_output() -> None:
    pairs = (("n", category("r")), ("m", category("p")))
    text = network(
        inputs("a", "b"), PASS, outputs(*pairs), function="classification", fields=FIELDS
    )
    check(text, [{"a": 1.0, "b": 1.0}, {"a": 1.5, "b": 1.0}], {"y": ["r", "p"]})


def test_a_category_without_an_output_has_no_probability() -> None:
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(*THREE[:2]),
        function="classification",
        fields=FIELDS,
        before=output(field("o", "probability", value="r")),
    )
    check(text, [{"a": 1.0, "b": 0.0}], {"y": ["p"], "o": [0.0]})


def test_one_neuron_for_two_categories() -> None:
    pairs = (("n", category("p")), ("n", category("q")))
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(*pairs),
        function="classification",
        fields=FIELDS,
        before=output(field("id", "entityId")),
    )
    check(text, [{"a": 1.0, "b": 0.5}], {"y": ["p"], "id": ["n"]})


def test_categories_that_are_numbers() -> None:
    fields = {**FIELDS, "y": "categorical integer: 10 20 30"}
    pairs = (("m", category("10")), ("n", category("20")), ("k", category("30")))
    text = network(
        inputs("a", "b"), PASS, outputs(*pairs), function="classification", fields=fields
    )
    check(text, [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}], {"y": [10, 30]})


def test_categories_of_derived_fields() -> None:
    local = "".join(
        f'<DerivedField name="d{value}" optype="continuous" dataType="double">{category(value)}'
        "</DerivedField>"
        for value in "pq"
    )
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(("m", number("dp")), ("n", number("dq"))),
        function="classification",
        fields=FIELDS,
        before=f"<LocalTransformations>{local}</LocalTransformations>",
    )
    check(text, [{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}], {"y": ["p", "q"]})


def test_prior_probabilities_where_an_input_is_missing() -> None:
    targets = (
        '<Targets><Target field="y"><TargetValue value="p" priorProbability="0.2"/>'
        '<TargetValue value="q" priorProbability="0.8"/></Target></Targets>'
    )
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(*THREE),
        function="classification",
        fields=FIELDS,
        before=output(field("o", "probability", value="p")) + targets,
    )
    check(text, [{"a": None, "b": 1.0}], {"y": ["q"], "o": [0.2]})


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("softmax", [math.exp(0.5), math.exp(1.0), math.exp(1.1)]),
        ("simplemax", [0.5, 1.0, 1.1]),
    ],
)
def test_normalized_outputs_are_shares(method: str, expected: list[float]) -> None:
    fields = (field(f"p({value})", "probability", value=value) for value in "pqr")
    text = network(
        inputs("a", "b"),
        PASS.replace("<NeuralLayer", f'<NeuralLayer normalizationMethod="{method}"'),
        outputs(*THREE),
        function="classification",
        fields=FIELDS,
        before=output(*fields),
    )
    shares = {
        f"p({value})": [number / sum(expected)]
        for value, number in zip("pqr", expected, strict=True)
    }
    check(text, [{"a": 0.5, "b": 1.0}], {"y": ["r"], **shares})


TWO = {**dict.fromkeys(("a", "b", "y", "z"), "continuous double")}


def test_several_numbers() -> None:
    fields = (
        field("own", "predictedValue"),
        field("oy", "predictedValue", targetField="y"),
        field("oz", "predictedValue", targetField="z"),
        field("iz", "entityId", targetField="z"),
    )
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(("n", number("z")), ("m", number("y"))),
        fields=TWO,
        targets=("y", "z"),
        before=output(*fields[:3]),
    )
    rows: Rows = [{"a": 0.5, "b": 1.0}, {"a": None, "b": 1.0}]
    expected = {"y": [0.5, None], "z": [1.0, None]}
    check(text, rows, {**expected, "own": expected["y"], "oy": expected["y"], "oz": expected["z"]})


def test_each_of_several_numbers_has_its_target() -> None:
    targets = (
        '<Targets><Target field="y" rescaleFactor="10"><TargetValue defaultValue="3"/></Target>'
        '<Target field="z" rescaleConstant="100"/></Targets>'
    )
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(("n", number("z")), ("m", number("y"))),
        fields=TWO,
        targets=("y", "z"),
        before=targets,
    )
    rows: Rows = [{"a": 0.5, "b": 1.0}, {"a": None, "b": 1.0}]
    check(text, rows, {"y": [5.0, 30.0], "z": [101.0, None]})


def test_several_categorical_targets() -> None:
    fields = {**FIELDS, "z": "categorical string: u v"}
    pairs = (*THREE, ("m", category("u", "z")), ("n", category("v", "z")))
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(*pairs),
        function="classification",
        fields=fields,
        targets=("y", "z"),
        before=output(
            field("pu", "probability", value="u", targetField="z"),
            field("iz", "entityId", targetField="z"),
            field("pp", "probability", value="p"),
        ),
    )
    rows: Rows = [
        {"a": 0.5, "b": 1.0},
        {"a": 2.0, "b": 1.0},
        {"a": None, "b": None},
    ]
    check(
        text,
        rows,
        {
            "y": ["r", "p", None],
            "z": ["v", "u", None],
            "pu": [0.5, 2.0, None],
            "iz": ["n", "m", None],
            "pp": [0.5, 2.0, None],
        },
    )


def test_a_failing_row_fails_for_all_targets() -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("m", {"a": 1}), neuron("n", {"b": 1}), normalizationMethod="simplemax"),
        outputs(("n", number("z")), ("m", number("y"))),
        fields=TWO,
        targets=("y", "z"),
    )
    rows: Rows = [{"a": 1.0, "b": -1.0}, {"a": 1.0, "b": 3.0}]
    check(text, rows, {"y": [FAILS, 0.25], "z": [FAILS, 0.75]})


def test_a_network_whose_target_has_no_name() -> None:
    text = network(
        inputs("a", "b"),
        PASS,
        outputs(("m", number("z"))),
        fields={"a": "continuous double", "b": "continuous double"},
        targets=(),
    )
    check(text, [{"a": 0.5, "b": 1.0}], {"_target": [0.5]})

"""Networks that do not fit together are refused at load, with the element and the line."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from tests.corpus.neural_network.documents import (
    category,
    inputs,
    layer,
    network,
    neuron,
    number,
    outputs,
)

IN = inputs("a", "b")
ONE = layer(neuron("n", {"a": 1}))
OUT = outputs(("n", number()))
FIELDS = {"a": "continuous double", "b": "continuous double", "y": "categorical string: p q"}
TWO = {**dict.fromkeys(("a", "b", "y", "z"), "continuous double")}


def norm(*pairs: tuple[float, float]) -> str:
    items = "".join(f'<LinearNorm orig="{orig}" norm="{norm}"/>' for orig, norm in pairs)
    return f'<NormContinuous field="y">{items}</NormContinuous>'


WRONG = {
    "an unknown neuron": (network(IN, layer(neuron("n", {"x": 1})), OUT), "Con", "no earlier"),
    "a later neuron": (
        network(IN, layer(neuron("n", {"m": 1})), layer(neuron("m", {"n": 1})), OUT),
        "Con",
        "no earlier",
    ),
    "itself": (network(IN, layer(neuron("n", {"n": 1})), OUT), "Con", "no earlier"),
    "two neurons of one id": (
        network(IN, layer(neuron("n", {"a": 1}), neuron("n", {"b": 1})), OUT),
        "Neuron",
        "two neurons",
    ),
    "a neuron with the id of an input": (
        network(IN, layer(neuron("a", {"a": 1})), outputs(("a", number()))),
        "Neuron",
        "two neurons",
    ),
    "two inputs of one id": (network(inputs("a", "a"), ONE, OUT), "NeuralInput", "two neurons"),
    "an unknown output neuron": (
        network(IN, ONE, outputs(("x", number()))),
        "NeuralOutput",
        "no neuron",
    ),
    "no outputs": (network(IN, ONE), "NeuralNetwork", "NeuralOutputs"),
    "two outputs for a number": (
        network(IN, ONE, outputs(("n", number()), ("a", number()))),
        "NeuralOutput",
        "two NeuralOutputs",
    ),
    "two outputs for a category": (
        network(
            IN,
            ONE,
            outputs(("n", category("p")), ("a", category("p"))),
            function="classification",
            fields=FIELDS,
        ),
        "NeuralOutput",
        "two NeuralOutputs",
    ),
    "a category of a regression": (
        network(IN, ONE, outputs(("n", category("p")))),
        "NeuralOutput",
        "regression",
    ),
    "a number of a classification": (
        network(IN, ONE, OUT, function="classification", fields=FIELDS),
        "NeuralOutput",
        "NormDiscrete",
    ),
    "another expression": (
        network(IN, ONE, outputs(("n", '<Apply function="abs"><FieldRef field="y"/></Apply>'))),
        "NeuralOutput",
        "not Apply",
    ),
    "a category that is no number": (
        network(
            IN,
            ONE,
            outputs(("n", category("p"))),
            function="classification",
            fields={**FIELDS, "y": "categorical integer"},
        ),
        "NeuralOutput",
        "no integer",
    ),
    "no output for a target": (
        network(IN, ONE, OUT, fields=TWO, targets=("y", "z")),
        "NeuralNetwork",
        "no NeuralOutput is for the target 'z'",
    ),
    "an output for no target": (
        network(IN, ONE, outputs(("n", number("z"))), fields=TWO),
        "NeuralNetwork",
        "no target",
    ),
    "no activation function": (
        network(IN, ONE, OUT, activationFunction=None),
        "NeuralLayer",
        "activationFunction",
    ),
    "no width": (network(IN, ONE, OUT, activationFunction="radialBasis"), "Neuron", "width"),
    "a width of 0": (
        network(IN, ONE, OUT, activationFunction="radialBasis", width=0),
        "Neuron",
        "width",
    ),
    "an altitude of 0": (
        network(IN, ONE, OUT, activationFunction="radialBasis", width=1, altitude=0),
        "Neuron",
        "altitude",
    ),
    "norms that go up and down": (
        network(IN, ONE, outputs(("n", norm((0, 0), (1, 1), (2, 0))))),
        "NormContinuous",
        "grow or fall",
    ),
    "norms that are all alike": (
        network(IN, ONE, outputs(("n", norm((0, 1), (1, 1))))),
        "NormContinuous",
        "grow or fall",
    ),
    "a date as input": (
        network(
            inputs("a", type="date"),
            ONE,
            OUT,
            fields={"a": "ordinal date", "y": "continuous double"},
        ),
        "NeuralInput",
        "not a number",
    ),
    "a neuron without connections": (
        network(IN, layer(neuron("n", {})), OUT),
        "Neuron",
        "Con",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_contradictions(name: str) -> None:
    text, element, words = WRONG[name]
    with pytest.raises(MarkupError, match=words) as caught:
        pmmlkit.load(text.replace(f"<{element}".encode(), f"\n\n<{element}".encode()))
    assert f"{element}, line " in str(caught.value)


def test_several_errors_of_inputs_are_told_together() -> None:
    text = network(
        inputs("a", "b", type="date"),
        ONE,
        OUT,
        fields={"a": "ordinal date", "b": "ordinal date", "y": "continuous double"},
    )
    with pytest.raises(PmmlError) as caught:
        pmmlkit.load(text)
    assert "'a'" in str(caught.value)
    assert "'b'" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        network(IN, ONE, OUT, function="clustering"),
        network(IN, ONE, OUT, activationFunction="swish"),
        network(IN, ONE, OUT, normalizationMethod="batch"),
    ],
)
def test_what_is_not_supported(text: bytes) -> None:
    with pytest.raises((UnsupportedError, MarkupError)):
        pmmlkit.load(text)


def test_a_single_category_is_doubtful() -> None:
    text = network(IN, ONE, outputs(("n", category("p"))), function="classification", fields=FIELDS)
    assert "PMML400" in {finding.code for finding in pmmlkit.validate(text).findings}

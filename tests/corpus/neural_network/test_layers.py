"""Layers: normalisation, connections, missing inputs, single precision."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.neural_network.documents import inputs, layer, network, neuron, number, outputs

Rows = list[dict[str, Any]]

ROWS = [{"a": 0.5, "b": 1.0}, {"a": 2.0, "b": -0.25}]
PASS = (neuron("m", {"a": 1}), neuron("n", {"b": 1}))
SUM = neuron("o", {"m": 1, "n": 10})


def share(a: float, b: float) -> float:
    """m + 10 n of the shares of a and b by softmax."""
    e, f = math.exp(a), math.exp(b)
    return (e + 10 * f) / (e + f)


@pytest.mark.parametrize(
    ("of_network", "of_layer", "expected"),
    [
        ("none", None, [10.5, -0.5]),
        ("none", "softmax", [share(0.5, 1), share(2, -0.25)]),
        ("none", "simplemax", [10.5 / 1.5, -0.5 / 1.75]),
        ("softmax", "none", [1.0, 1.0]),
        ("simplemax", "none", [1.0, 1.0]),
    ],
)
def test_normalization_of_a_layer(
    of_network: str, of_layer: str | None, expected: list[float]
) -> None:
    """The last layer has one neuron and the network's method: its share is 1 if there is one."""
    more = {} if of_layer is None else {"normalizationMethod": of_layer}
    text = network(
        inputs("a", "b"),
        layer(*PASS, **more),
        layer(SUM),
        outputs(("o", number())),
        normalizationMethod=of_network,
    )
    check(text, ROWS, {"y": expected})


def test_the_method_of_the_network_is_for_every_layer() -> None:
    text = network(
        inputs("a", "b"),
        layer(*PASS),
        layer(SUM, normalizationMethod="none"),
        outputs(("o", number())),
        normalizationMethod="softmax",
    )
    check(text, ROWS, {"y": [share(0.5, 1), share(2, -0.25)]})


def test_simplemax_of_nothing_fails_the_row() -> None:
    text = network(
        inputs("a", "b"),
        layer(*PASS, normalizationMethod="simplemax"),
        layer(SUM),
        outputs(("o", number())),
    )
    rows: Rows = [
        {"a": 1.0, "b": -1.0},
        {"a": 1.0, "b": 1.0},
        {"a": 0.0, "b": 0.0},
        {"a": None, "b": 0.0},
    ]
    check(text, rows, {"y": [FAILS, 5.5, FAILS, None]})


def test_softmax_of_large_sums() -> None:
    text = network(
        inputs("a", "b"),
        layer(*PASS, normalizationMethod="softmax"),
        layer(SUM),
        outputs(("o", number())),
    )
    check(text, [{"a": 1000.0, "b": 0.0}, {"a": -1000.0, "b": 1000.0}], {"y": [1.0, 10.0]})


def test_connections_from_any_earlier_neuron() -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("m", {"a": 2})),
        layer(neuron("n", {"m": 3, "b": 1})),
        layer(neuron("o", {"a": 100, "n": 1, "m": 10})),
        outputs(("o", number())),
    )
    # m = 2 a, n = 6 a + b, o = 100 a + n + 20 a
    check(text, ROWS, {"y": [64.0, 251.75]})


def test_connections_within_a_layer() -> None:
    """The engines take neurons in the order of the document, so that this has a meaning."""
    text = network(
        inputs("a", "b"),
        layer(neuron("m", {"a": 2}), neuron("n", {"m": 3}), neuron("k", {"a": 1, "n": 1})),
        layer(neuron("o", {"m": 1, "n": 10, "k": 100})),
        outputs(("o", number())),
    )
    # m = 2 a, n = 6 a, k = 7 a
    check(text, ROWS, {"y": [762 * 0.5, 762 * 2.0]})


def test_neurons_of_a_layer_with_different_connections() -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("m", {"a": 2}), neuron("n", {"b": 3}), neuron("k", {"a": 5})),
        layer(neuron("o", {"m": 1, "n": 10, "k": 100})),
        outputs(("o", number())),
    )
    check(text, ROWS, {"y": [502 * 0.5 + 30, 502 * 2.0 - 7.5]})


def test_additions_are_made_in_the_order_of_the_connections() -> None:
    def made(*order: str) -> bytes:
        weights = {"a": 1, "b": 1, "c": -1}
        fields = dict.fromkeys(("a", "b", "c", "y"), "continuous double")
        body = layer(neuron("n", {name: weights[name] for name in order}, bias=0.25))
        return network(inputs("a", "b", "c"), body, outputs(("n", number())), fields=fields)

    row = {"a": 1e16, "b": 1.0, "c": 1e16}
    # 1e16 + 1 is 1e16, so that a 1 that comes before the difference is lost.
    check(made("a", "b", "c"), [row], {"y": [0.25]})
    check(made("a", "c", "b"), [row], {"y": [1.25]})


def test_two_connections_from_the_same_neuron_add_up() -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("n", [("a", 1), ("b", 1), ("a", 2)])),
        outputs(("n", number())),
    )
    check(text, ROWS, {"y": [2.5, 5.75]})


def test_a_missing_input_leaves_no_result() -> None:
    text = network(inputs("a", "b"), layer(neuron("n", {"a": 1})), outputs(("n", number())))
    rows: Rows = [
        {"a": 1.0, "b": 2.0},
        {"a": None, "b": 2.0},
        {"a": 1.0, "b": None},
    ]
    check(text, rows, {"y": [1.0, None, None]})


def test_a_missing_input_takes_the_default_of_the_target() -> None:
    targets = '<Targets><Target field="y"><TargetValue defaultValue="7"/></Target></Targets>'
    text = network(
        inputs("a", "b"), layer(neuron("n", {"a": 1})), outputs(("n", number())), before=targets
    )
    check(text, [{"a": None, "b": 2.0}, {"a": 3.0, "b": 2.0}], {"y": [7.0, 3.0]})


@pytest.mark.parametrize(
    ("optype", "type", "values", "expected"),
    [
        ("continuous integer", "integer", [3, -1], [6.0, -2.0]),
        ("continuous float", "float", [0.5, 0.25], [1.0, 0.5]),
        ("categorical boolean", "boolean", [True, False], [2.0, 0.0]),
        ("categorical string", "string", ["1.5", "-2"], [3.0, -4.0]),
    ],
)
def test_inputs_that_are_no_doubles(
    optype: str, type: str, values: list[object], expected: list[float]
) -> None:
    fields = {"a": optype, "y": "continuous double"}
    text = network(
        inputs("a", type=type),
        layer(neuron("n", {"a": 2})),
        outputs(("n", number())),
        fields=fields,
    )
    check(text, [{"a": value} for value in values], {"y": expected})


def test_an_input_by_norm_discrete() -> None:
    fields = {"s": "categorical string: u v", "y": "continuous double"}
    items = "".join(
        f'<NeuralInput id="{value}"><DerivedField optype="continuous" dataType="double">'
        f'<NormDiscrete field="s" value="{value}"/></DerivedField></NeuralInput>'
        for value in "uv"
    )
    text = network(
        f"<NeuralInputs>{items}</NeuralInputs>",
        layer(neuron("n", {"u": 3, "v": 5})),
        outputs(("n", number())),
        fields=fields,
    )
    check(text, [{"s": "u"}, {"s": "v"}, {"s": None}], {"y": [3.0, 5.0, None]})


def test_single_precision() -> None:
    """Weights, products and sums are floats, in the order of the document."""
    text = network(
        inputs("a", "b"),
        layer(neuron("n", {"a": 0.3, "b": 0.7}, bias=0.1)),
        outputs(("n", number())),
        x_mathContext="float",
    )
    f = np.float32
    expected = [float(f(0.3) * f(row["a"]) + f(0.7) * f(row["b"]) + f(0.1)) for row in ROWS]
    assert expected[0] != 0.3 * 0.5 + 0.7 * 1.0 + 0.1
    check(text, ROWS, {"y": expected}, relative=0)


def test_single_precision_of_a_transcendental_function() -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("n", {"a": 0.3}, bias=0.1)),
        outputs(("n", number())),
        activationFunction="logistic",
        x_mathContext="float",
    )
    f = np.float32
    expected = []
    for row in ROWS:
        z = f(0.3) * f(row["a"]) + f(0.1)
        expected.append(float(f(1) / (f(1) + f(np.exp(-float(z))))))
    check(text, ROWS, {"y": expected}, relative=1e-7)


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.0", "4.1", "4.2", "4.3", "4.4"])
def test_versions(version: str) -> None:
    text = network(
        inputs("a", "b"), layer(neuron("n", {"a": 1})), outputs(("n", number())), version=version
    )
    check(text, ROWS, {"y": [0.5, 2.0]})

"""Activation functions, their parameters, and which level overrides which."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.neural_network.documents import inputs, layer, network, neuron, number, outputs

ROWS = [{"a": 0.5, "b": 1.0}, {"a": -2.0, "b": 0.25}, {"a": 0.0, "b": 0.0}, {"a": 2.0, "b": 1.0}]
SUMS = [-1.5, -4.25, 0.5, 1.5]
"""0.5 + 2 a - 3 b of the rows."""

ONE = neuron("n", {"a": 2, "b": -3}, bias=0.5)


def one_neuron(activation: str, **more: Any) -> bytes:
    return network(
        inputs("a", "b"),
        layer(ONE),
        outputs(("n", number())),
        activationFunction=activation,
        **more,
    )


FUNCTIONS = {
    "threshold": [0.0, 0.0, 1.0, 1.0],
    "logistic": [1 / (1 + math.exp(-z)) for z in SUMS],
    "tanh": [math.tanh(z) for z in SUMS],
    "identity": SUMS,
    "exponential": [math.exp(z) for z in SUMS],
    "reciprocal": [1 / z for z in SUMS],
    "square": [2.25, 18.0625, 0.25, 2.25],
    "Gauss": [math.exp(-2.25), math.exp(-18.0625), math.exp(-0.25), math.exp(-2.25)],
    "sine": [math.sin(z) for z in SUMS],
    "cosine": [math.cos(z) for z in SUMS],
    "Elliott": [-1.5 / 2.5, -4.25 / 5.25, 0.5 / 1.5, 1.5 / 2.5],
    "arctan": [2 * math.atan(z) / math.pi for z in SUMS],
    "rectifier": [0.0, 0.0, 0.5, 1.5],
}


@pytest.mark.parametrize("activation", FUNCTIONS)
def test_functions_of_the_sum(activation: str) -> None:
    check(one_neuron(activation), ROWS, {"y": FUNCTIONS[activation]})


@pytest.mark.parametrize(
    ("activation", "expected"),
    [
        ("logistic", [0.0, 1.0]),
        ("exponential", [0.0, math.inf]),
        ("square", [math.inf, math.inf]),
        ("Gauss", [0.0, 0.0]),
        ("Elliott", [-1.0, 1.0]),
        ("tanh", [-1.0, 1.0]),
        ("rectifier", [0.0, 2e300]),
    ],
)
def test_sums_beyond_what_the_function_can_tell_apart(
    activation: str, expected: list[float]
) -> None:
    check(
        one_neuron(activation), [{"a": -1e300, "b": 0.0}, {"a": 1e300, "b": 0.0}], {"y": expected}
    )


def test_the_reciprocal_of_zero_is_infinite() -> None:
    check(one_neuron("reciprocal"), [{"a": 0.5, "b": 0.5}], {"y": [math.inf]})


def test_the_sine_of_infinity_is_no_number() -> None:
    check(one_neuron("sine"), [{"a": 1e308, "b": -1e308}], {"y": [math.nan]})


@pytest.mark.parametrize(
    ("bound", "expected"),
    # Above the threshold, not at it.
    [(0.5, [0.0, 0.0, 0.0, 1.0]), (-4.25, [1.0, 0.0, 1.0, 1.0]), (-9, [1.0] * 4)],
)
def test_threshold_of_the_network(bound: float, expected: list[float]) -> None:
    check(one_neuron("threshold", threshold=bound), ROWS, {"y": expected})


def test_threshold_of_the_layer_wins() -> None:
    text = network(
        inputs("a", "b"),
        layer(ONE, threshold=-2),
        outputs(("n", number())),
        activationFunction="threshold",
        threshold=9,
    )
    check(text, ROWS, {"y": [1.0, 0.0, 1.0, 1.0]})


def test_the_function_of_the_layer_wins() -> None:
    text = network(
        inputs("a", "b"),
        layer(ONE, activationFunction="square"),
        outputs(("n", number())),
        activationFunction="rectifier",
    )
    check(text, ROWS, {"y": FUNCTIONS["square"]})


def test_the_function_of_the_layers_alone() -> None:
    text = network(
        inputs("a", "b"),
        layer(ONE, activationFunction="square"),
        outputs(("n", number())),
        activationFunction=None,
    )
    check(text, ROWS, {"y": FUNCTIONS["square"]})


def test_a_neuron_without_bias() -> None:
    text = network(
        inputs("a", "b"), layer(neuron("n", {"a": 2, "b": -3})), outputs(("n", number()))
    )
    check(text, ROWS, {"y": [-2.0, -4.75, 0.0, 1.0]})


@pytest.mark.parametrize(
    ("of_network", "of_layer", "expected"),
    [
        ({"x_leakage": 0.25}, {}, [-0.375, -1.0625, 0.5, 1.5]),
        ({}, {"x_leakage": 0.25}, [-0.375, -1.0625, 0.5, 1.5]),
        ({"x_leakage": 0.25}, {"x_leakage": 2}, [-3.0, -8.5, 0.5, 1.5]),
        ({"x_leakage": 0.25}, {"x_leakage": 0}, [0.0, 0.0, 0.5, 1.5]),
    ],
)
def test_leaky_rectifier(
    of_network: dict[str, Any], of_layer: dict[str, Any], expected: list[float]
) -> None:
    text = network(
        inputs("a", "b"),
        layer(ONE, **of_layer),
        outputs(("n", number())),
        activationFunction="rectifier",
        **of_network,
    )
    check(text, ROWS, {"y": expected})


DISTANCES = [18.25, 26.5625, 13.0, 16.0]
"""(a - 2)^2 + (b + 3)^2 of the rows."""


def radial(width: float, altitude: float) -> list[float]:
    """exp(fanIn ln(altitude) - z): fanIn is 2, z the distance over twice the width squared."""
    return [math.exp(2 * math.log(altitude) - d / (2 * width**2)) for d in DISTANCES]


@pytest.mark.parametrize(
    ("of_network", "of_layer", "of_neuron", "expected"),
    [
        ({"width": 2}, {}, {}, radial(2, 1)),
        ({}, {"width": 2}, {}, radial(2, 1)),
        ({}, {}, {"width": 2}, radial(2, 1)),
        ({"width": 3}, {"width": 2}, {}, radial(2, 1)),
        ({"width": 3}, {"width": 4}, {"width": 2}, radial(2, 1)),
        ({"width": 3, "altitude": 5}, {}, {}, radial(3, 5)),
        ({"width": 3}, {"altitude": 5}, {}, radial(3, 5)),
        ({"width": 3, "altitude": 0.5}, {"altitude": 5}, {}, radial(3, 5)),
        # The specification lets the neuron's own altitude win; JPMML does not look at it.
        ({"width": 3, "altitude": 2}, {"altitude": 4}, {"altitude": 5}, radial(3, 5)),
        # There is no bias in the distance.
        ({"width": 2}, {}, {"bias": 7}, radial(2, 1)),
    ],
)
def test_radial_basis(
    of_network: dict[str, Any],
    of_layer: dict[str, Any],
    of_neuron: dict[str, Any],
    expected: list[float],
) -> None:
    text = network(
        inputs("a", "b"),
        layer(neuron("n", {"a": 2, "b": -3}, **of_neuron), **of_layer),
        outputs(("n", number())),
        activationFunction="radialBasis",
        **of_network,
    )
    check(text, ROWS, {"y": expected})


def test_radial_basis_by_neuron_in_one_layer() -> None:
    text = network(
        inputs("a", "b"),
        layer(
            neuron("n", {"a": 2, "b": -3}, width=2),
            neuron("m", {"a": 2, "b": -3}, width=3, altitude=5),
        ),
        layer(neuron("o", {"n": 1, "m": 10}), activationFunction="identity"),
        outputs(("o", number())),
        activationFunction="radialBasis",
    )
    expected = [one + 10 * other for one, other in zip(radial(2, 1), radial(3, 5), strict=True)]
    check(text, ROWS, {"y": expected})

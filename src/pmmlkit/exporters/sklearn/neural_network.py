"""sklearn.neural_network: perceptrons as NeuralNetwork, BernoulliRBM as expressions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, elementwise, uniform
from pmmlkit.exporters.finals import by_shares, numbered
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.networks import Layer, network_classes, network_number, network_numbers
from pmmlkit.exporters.registry import converts
from pmmlkit.language.scope import Compiled

__all__ = ["bernoulli_rbm", "mlp_classifier", "mlp_regressor"]

ACTIVATIONS: Final = (
    ("identity", "identity"),
    ("logistic", "logistic"),
    ("tanh", "tanh"),
    ("relu", "rectifier"),
    ("exp", "exponential"),
)


def _layers(estimator: Any) -> list[Layer]:
    """Return the layers; softmax is what the last one is normalised by."""
    names = dict(ACTIVATIONS)
    hidden, last = names[estimator.activation], estimator.out_activation_
    pairs = list(zip(estimator.coefs_, estimator.intercepts_, strict=True))
    layers = []
    for number, (weights, biases) in enumerate(pairs, 1):
        is_last = number == len(pairs)
        activation, normalization = hidden, "none"
        if is_last and last == "softmax":
            activation, normalization = "identity", "softmax"
        elif is_last:
            activation = names[last]
        layers.append(
            Layer(
                np.asarray(weights, np.float64),
                np.asarray(biases, np.float64),
                activation,
                normalization,
            )
        )
    return layers


@converts("sklearn.neural_network.MLPRegressor")
def mlp_regressor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert to a network; several targets are read from the same one."""
    uniform(features, estimator.n_features_in_, estimator)
    layers, count = _layers(estimator), estimator.n_outputs_
    if count == 1:
        return network_number(features, layers)
    outcomes = network_numbers(features, layers, "neuron")
    return several(context, lambda at, inner: numbered(inner, outcomes[at]), count)


@converts("sklearn.neural_network.MLPClassifier")
def mlp_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to a network; two classes have one neuron, which a last layer makes two.

    Several labels at once are as many targets of 0 and 1.
    """
    uniform(features, estimator.n_features_in_, estimator)
    layers = _layers(estimator)
    if estimator.out_activation_ == "softmax":
        return network_classes(features, layers)
    if estimator.n_outputs_ == 1:
        both = Layer(np.array([[-1.0, 1.0]]), np.array([1.0, 0.0]), "identity")
        return network_classes(features, [*layers, both])
    present = network_numbers(features, layers, "present")

    def draft(at: int, inner: Context) -> Draft:
        absent = combination(f"absent({at + 1})", [present[at]], [-1.0], 1.0)
        return by_shares(inner.with_classes((0, 1)), [absent, present[at]])

    found = several(context, draft, estimator.n_outputs_)
    assert isinstance(found, Several)
    parts = tuple((draft.target or target, draft) for target, draft in found.parts)
    return Several(parts)


@converts("sklearn.neural_network.BernoulliRBM")
def bernoulli_rbm(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the logistic function of weighted sums."""
    uniform(features, estimator.n_features_in_, estimator)
    rows = zip(estimator.components_, estimator.intercept_hidden_, strict=True)
    return [
        elementwise(
            combination(f"sum({number})", features, row, float(intercept)),
            "logistic",
            lambda z: 1.0 / (1.0 + np.exp(-z)),
            _logistic,
        )
        for number, (row, intercept) in enumerate(rows, 1)
    ]


def _logistic(z: Compiled) -> Compiled:
    falling = apply("exp", apply("*", constant(-1.0), z))
    return apply("/", constant(1.0), apply("+", constant(1.0), falling))

"""Perceptrons and BernoulliRBM, against scikit-learn and the oracles."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.language.models.neural_network import NeuralNetwork
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts
from tests.exporters.sklearn.clouds import (
    KINDS,
    cloud,
    labels,
    scoring,
    several_expected,
    waves,
)

pytest.importorskip("sklearn")

from sklearn.ensemble import StackingRegressor, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neural_network import BernoulliRBM, MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

ACTIVATIONS = ("identity", "logistic", "tanh", "relu")


def _fit(estimator: Any, X: Any, y: Any) -> Any:
    with warnings.catch_warnings():
        # they do not converge in so few rounds
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


def _classifier(**options: Any) -> Any:
    return MLPClassifier((5, 4), max_iter=40, random_state=0, **options)


def _regressor(**options: Any) -> Any:
    return MLPRegressor(hidden_layer_sizes=(5, 4), max_iter=40, random_state=0, **options)


@pytest.mark.parametrize("at", range(len(KINDS)), ids=KINDS)
def test_classifiers(at: int, engine: Oracle | None) -> None:
    activation = ACTIVATIONS[at % len(ACTIVATIONS)]
    network = make_pipeline(StandardScaler(), _classifier(activation=activation))
    estimator = _fit(network, cloud(), labels(KINDS[at]))
    case = f"neural_network.{activation}.{KINDS[at]}"
    assert_predicts(estimator, scoring(), oracle=engine, case=case)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_regressors(activation: str, engine: Oracle | None) -> None:
    estimator = _fit(_regressor(activation=activation), cloud(), waves())
    case = f"neural_network.{activation}.number"
    assert_predicts(estimator, scoring(), oracle=engine, case=case)


def test_counts(engine: Oracle | None) -> None:
    network = _regressor()
    if "loss" not in network.get_params():
        pytest.skip("MLPRegressor has one loss in this release")
    estimator = _fit(network.set_params(loss="poisson"), cloud(), np.exp(waves() / 4.0))
    assert_predicts(estimator, scoring(), oracle=engine, case="neural_network.counts")


def test_several_numbers(engine: Oracle | None) -> None:
    estimator = _fit(_regressor(), cloud(), waves(2))
    expected = several_expected(estimator, scoring())
    case = "several.neural_network.numbers"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


def test_several_labels(engine: Oracle | None) -> None:
    estimator = _fit(_classifier(), cloud(), (waves(3) > [0.0, 0.5, 1.0]).astype(int))
    expected = several_expected(estimator, scoring())
    case = "several.neural_network.labels"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


MEMBERS: dict[str, Callable[[], Any]] = {
    "vote": lambda: VotingClassifier(
        [("network", _classifier()), ("line", LogisticRegression())], voting="soft"
    ),
    "machine": lambda: make_pipeline(
        MinMaxScaler(), BernoulliRBM(3, n_iter=3, random_state=0), LogisticRegression()
    ),
}


@pytest.mark.parametrize("kind", KINDS[:2])
@pytest.mark.parametrize("name", MEMBERS)
def test_inside_others(name: str, kind: str, engine: Oracle | None) -> None:
    estimator = _fit(MEMBERS[name](), cloud(), labels(kind))
    case = f"neural_network.{name}.{kind}"
    assert_predicts(estimator, scoring(), oracle=engine, case=case)


def test_number_inside_another(engine: Oracle | None) -> None:
    stacked = StackingRegressor([("network", _regressor())], LinearRegression(), cv=2)
    estimator = _fit(stacked, cloud(), waves())
    assert_predicts(estimator, scoring(), oracle=engine, case="neural_network.stacked")


def test_two_classes_have_two_neurons_at_last() -> None:
    estimator = _fit(_classifier(), cloud(), labels("two_texts"))
    (model,) = pmmlkit.export(estimator).root.models
    assert isinstance(model, NeuralNetwork)
    assert [len(layer.neurons) for layer in model.neural_layers] == [5, 4, 1, 2]

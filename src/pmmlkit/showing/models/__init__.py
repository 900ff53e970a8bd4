"""What each model is made of: one function for each of the model elements."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from pmmlkit.showing.facts import Shape
from pmmlkit.showing.formula import Names
from pmmlkit.showing.models.baskets import association, sequence
from pmmlkit.showing.models.distances import anomaly_detection, clustering, nearest_neighbor
from pmmlkit.showing.models.ensembles import inner_models, mining, tree
from pmmlkit.showing.models.networks import (
    gaussian_process,
    neural_network,
    support_vector_machine,
)
from pmmlkit.showing.models.probabilities import baseline, bayesian_network, naive_bayes
from pmmlkit.showing.models.regressions import general_regression, regression
from pmmlkit.showing.models.rules import rule_set, scorecard
from pmmlkit.showing.models.series import text_model, time_series

__all__ = ["SHAPES", "inner_models", "shape_of"]

SHAPES: Final[Mapping[str, Callable[[Any, Names], Shape]]] = MappingProxyType(
    {
        "AnomalyDetectionModel": anomaly_detection,
        "AssociationModel": association,
        "BayesianNetworkModel": bayesian_network,
        "BaselineModel": baseline,
        "ClusteringModel": clustering,
        "DecisionTree": tree,
        "GaussianProcessModel": gaussian_process,
        "GeneralRegressionModel": general_regression,
        "MiningModel": mining,
        "NaiveBayesModel": naive_bayes,
        "NearestNeighborModel": nearest_neighbor,
        "NeuralNetwork": neural_network,
        "Regression": regression,
        "RegressionModel": regression,
        "RuleSetModel": rule_set,
        "Scorecard": scorecard,
        "SequenceModel": sequence,
        "SupportVectorMachineModel": support_vector_machine,
        "TextModel": text_model,
        "TimeSeriesModel": time_series,
        "TreeModel": tree,
    }
)


def shape_of(model: Any, names: Names) -> Shape:
    """Return what a model is made of."""
    return SHAPES[model.tag](model, names)

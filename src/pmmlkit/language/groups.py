"""The groups of the PMML schema: named sets of elements that may stand in one place."""

from __future__ import annotations

from typing import Final

__all__ = ["ARRAY", "EXPRESSION", "MODEL", "PREDICATE"]

EXPRESSION: Final = (
    "Constant",
    "FieldRef",
    "NormContinuous",
    "NormDiscrete",
    "Discretize",
    "MapValues",
    "TextIndex",
    "Apply",
    "Aggregate",
    "Lag",
)

PREDICATE: Final = ("SimplePredicate", "CompoundPredicate", "SimpleSetPredicate", "True", "False")

ARRAY: Final = ("Array", "INT-SparseArray", "REAL-SparseArray")

MODEL: Final = (
    "AnomalyDetectionModel",
    "AssociationModel",
    "BayesianNetworkModel",
    "BaselineModel",
    "ClusteringModel",
    "GaussianProcessModel",
    "GeneralRegressionModel",
    "MiningModel",
    "NaiveBayesModel",
    "NearestNeighborModel",
    "NeuralNetwork",
    "RegressionModel",
    "RuleSetModel",
    "SequenceModel",
    "Scorecard",
    "SupportVectorMachineModel",
    "TextModel",
    "TimeSeriesModel",
    "TreeModel",
)

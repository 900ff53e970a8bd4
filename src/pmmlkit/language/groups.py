"""The groups of the PMML schema: named sets of elements that may stand in one place."""

from __future__ import annotations

from typing import Final

__all__ = ["ARRAY", "EXPRESSION", "MODEL", "PREDICATE"]

# X-Error is JPMML's; names that begin so are free for vendors.
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
    "X-Error",
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

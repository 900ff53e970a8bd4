"""ModelExplanation: how good a model is, as its maker measured it; information only.

Specification: chapter Model Explanation. Nothing here changes a score.
"""

from pmmlkit.language.explanation.confusion import ClassLabels, ConfusionMatrix
from pmmlkit.language.explanation.correlations import (
    CorrelationFields,
    CorrelationMethods,
    Correlations,
    CorrelationValues,
)
from pmmlkit.language.explanation.graphs import (
    ROC,
    BoundaryValueMeans,
    BoundaryValues,
    LiftData,
    LiftGraph,
    ModelLiftGraph,
    OptimumLiftGraph,
    RandomLiftGraph,
    ROCGraph,
    XCoordinates,
    YCoordinates,
)
from pmmlkit.language.explanation.quality import (
    ClusteringModelQuality,
    ModelExplanation,
    PredictiveModelQuality,
)

__all__ = [
    "ROC",
    "BoundaryValueMeans",
    "BoundaryValues",
    "ClassLabels",
    "ClusteringModelQuality",
    "ConfusionMatrix",
    "CorrelationFields",
    "CorrelationMethods",
    "CorrelationValues",
    "Correlations",
    "LiftData",
    "LiftGraph",
    "ModelExplanation",
    "ModelLiftGraph",
    "OptimumLiftGraph",
    "PredictiveModelQuality",
    "ROCGraph",
    "RandomLiftGraph",
    "XCoordinates",
    "YCoordinates",
]

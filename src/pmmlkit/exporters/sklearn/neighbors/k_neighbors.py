"""The k nearest training rows: KNeighborsClassifier, KNeighborsRegressor."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.finals import by_shares, numbered
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import training_outcomes, training_rows
from pmmlkit.exporters.sklearn.neighbors.comparison import comparison_of
from pmmlkit.exporters.sklearn.neighbors.nearest import mean_of_neighbors, means_of_neighbors

__all__ = ["indicators", "k_neighbors_classifier", "k_neighbors_regressor", "weighs"]

Doubles = npt.NDArray[np.float64]


def count_of(estimator: Any) -> int:
    """Return how many neighbours count; raise ExportError where the estimator does not say."""
    if estimator.n_neighbors is None:
        raise ExportError(f"{type(estimator).__name__}(n_neighbors=None) predicts nothing")
    return int(estimator.n_neighbors)


def weighs(estimator: Any) -> bool:
    """Tell whether neighbours count by their distance; raise ExportError where they count by a
    function of the user's.
    """
    if estimator.weights in (None, "uniform"):
        return False
    if estimator.weights == "distance":
        return True
    called = getattr(estimator.weights, "__name__", repr(estimator.weights))
    raise ExportError(
        f"{type(estimator).__name__} weighs its neighbours by the Python function {called}: PMML "
        "has the weights uniform and distance only"
    )


def indicators(estimator: Any) -> list[Doubles]:
    """Return for each target of a classifier which class each training row has, as 0 and 1 (rows,
    classes).
    """
    outcomes = training_outcomes(estimator).reshape(len(training_rows(estimator)), -1)
    classes = estimator.classes_ if estimator.outputs_2d_ else [estimator.classes_]
    return [
        (column[:, np.newaxis] == np.arange(len(labels))).astype(np.float64)
        for column, labels in zip(outcomes.T, classes, strict=True)
    ]


@converts("sklearn.neighbors.KNeighborsClassifier")
def k_neighbors_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the shares of the classes among the neighbours.

    They are means of a number for each class: the votes of PMML break ties by the training counts
    and have no probabilities in other engines.
    """
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    tables = indicators(estimator)
    names = [
        f"share({number}, {label})" if len(tables) > 1 else f"share({label})"
        for number, (target, _) in enumerate(zip(context.targets, tables, strict=True), 1)
        for label in target.labels
    ]
    shares = means_of_neighbors(
        comparison, count_of(estimator), np.hstack(tables), names, weighted=weighs(estimator)
    )
    starts = np.cumsum([0, *(table.shape[1] for table in tables)]).tolist()
    return several(context, lambda at, inner: by_shares(inner, shares[starts[at] : starts[at + 1]]))


@converts("sklearn.neighbors.KNeighborsRegressor")
def k_neighbors_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the mean of the neighbours; several targets are means of the same neighbours."""
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    count, weighted = count_of(estimator), weighs(estimator)
    outcomes = np.asarray(training_outcomes(estimator), np.float64)
    if outcomes.ndim == 1 or outcomes.shape[1] == 1:
        return mean_of_neighbors(comparison, count, outcomes.ravel(), weighted=weighted)
    width = outcomes.shape[1]
    names = [f"mean({number})" for number in range(1, width + 1)]
    means = means_of_neighbors(comparison, count, outcomes, names, weighted=weighted)
    return several(context, lambda at, inner: numbered(inner, means[at]), width)

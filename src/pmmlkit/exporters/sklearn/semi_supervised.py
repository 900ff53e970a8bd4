"""sklearn.semi_supervised: labels that spread by a kernel, or over neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, Predicted, uniform
from pmmlkit.exporters.finals import by_shares
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.neighbors.comparison import compared
from pmmlkit.exporters.sklearn.neighbors.nearest import means_of_neighbors
from pmmlkit.exporters.sklearn.svm import kernel_machine
from pmmlkit.language.models.support_vector_machine import RadialBasisKernelType

__all__ = ["label_propagation"]


@converts(
    "sklearn.semi_supervised.LabelPropagation",
    "sklearn.semi_supervised.LabelSpreading",
)
def label_propagation(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the shares of the classes: what the rows have of each, weighted by the kernel, or
    the mean over the neighbours.
    """
    uniform(features, estimator.n_features_in_, estimator)
    rows = estimator.X_.toarray() if hasattr(estimator.X_, "toarray") else estimator.X_
    points = np.asarray(rows, np.float64)
    shares = np.asarray(estimator.label_distributions_, np.float64)
    names = [f"share({label})" for label in context.target.labels]
    if estimator.kernel == "rbf":
        kernel = RadialBasisKernelType(gamma=float(estimator.gamma))
        return by_shares(
            context,
            [
                Predicted(name, kernel_machine(features, kernel, points, column, 0.0))
                for name, column in zip(names, shares.T, strict=True)
            ],
        )
    if estimator.kernel == "knn":
        comparison = compared(estimator, "euclidean", {}, features, points)
        count = int(estimator.n_neighbors)
        return by_shares(
            context, means_of_neighbors(comparison, count, shares, names, weighted=False)
        )
    called = getattr(estimator.kernel, "__name__", repr(estimator.kernel))
    raise ExportError(
        f"{type(estimator).__name__} has the Python function {called} as its kernel, of which "
        "nothing but its values is known: use rbf or knn"
    )

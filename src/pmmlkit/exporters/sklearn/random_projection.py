"""sklearn.random_projection: weighted sums of the columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.projections import projected

__all__ = ["random_projection"]


@converts(
    "sklearn.random_projection.GaussianRandomProjection",
    "sklearn.random_projection.SparseRandomProjection",
)
def random_projection(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the products with the rows of the matrix."""
    return projected(estimator, features, estimator.components_)

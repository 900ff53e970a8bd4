"""sklearn.cross_decomposition: partial least squares as weighted sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import centre_and_scale

__all__ = ["partial_least_squares", "rotated"]

NAMES = ("PLSRegression", "PLSCanonical", "CCA")


@converts(*(f"sklearn.cross_decomposition.{name}" for name in NAMES))
def partial_least_squares(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to a regression for each target."""
    uniform(features, estimator.n_features_in_, estimator)
    centre, _ = centre_and_scale(estimator)
    rows = np.atleast_2d(np.asarray(estimator.coef_, np.float64))
    constants = np.ravel(estimator.intercept_) - rows @ centre
    return several(
        context,
        lambda at, inner: linear_draft(features, rows[at], float(constants[at])),
        len(rows),
    )


def rotated(
    estimator: Any, features: Sequence[Feature], rotations: npt.NDArray[np.float64]
) -> list[Feature]:
    """Return the columns, centred and scaled, times the rotations (features, scores)."""
    uniform(features, estimator.n_features_in_, estimator)
    centre, scale = centre_and_scale(estimator)
    name = type(estimator).__name__.lower()
    return [
        combination(f"{name}{at}", features, column / scale, float(-(centre / scale) @ column))
        for at, column in enumerate(np.asarray(rotations, np.float64).T)
    ]


@converts("sklearn.cross_decomposition.PLSSVD")
def pls_svd(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the scores."""
    return rotated(estimator, features, estimator.x_weights_)

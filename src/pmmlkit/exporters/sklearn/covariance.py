"""sklearn.covariance: EllipticEnvelope; the other estimators describe data and predict nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import quadratic_score
from pmmlkit.exporters.registry import converts, decides

__all__ = ["elliptic_envelope"]


@converts("sklearn.covariance.EllipticEnvelope")
def elliptic_envelope(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: 1 inside the ellipse and on it, else -1."""
    (decision,) = elliptic_decision(estimator, features, context)
    return finals.by_sign(context.with_classes((-1, 1)), decision, or_equal=True)


@decides("sklearn.covariance.EllipticEnvelope")
def elliptic_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the negative squared Mahalanobis distance less the offset."""
    uniform(features, estimator.n_features_in_, estimator)
    precision = np.asarray(estimator.get_precision(), np.float64)
    # a singular covariance has a pseudo-inverse, which has no Cholesky decomposition
    values, vectors = np.linalg.eigh((precision + precision.T) / 2.0)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    return [
        quadratic_score(
            "decision", features, estimator.location_, root, -1.0, -float(estimator.offset_)
        )
    ]

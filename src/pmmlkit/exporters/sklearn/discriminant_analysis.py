"""sklearn.discriminant_analysis: linear scores as RegressionModel, quadratic ones as expressions
behind one.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.finals import softmax_of_logarithms
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.linear_form import linear_scores
from pmmlkit.exporters.linear_softmax import linear_softmax
from pmmlkit.exporters.quadratic import quadratic_score
from pmmlkit.exporters.registry import converts, decides, transforms

__all__ = ["linear_discriminant_analysis", "quadratic_discriminant_analysis"]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def linear_discriminant_analysis(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft:
    """Convert to a weighted sum for each class, under softmax; of two classes to one."""
    uniform(features, estimator.n_features_in_, estimator)
    rows = np.asarray(estimator.coef_, np.float64)
    intercepts = np.asarray(estimator.intercept_, np.float64)
    if len(rows) == 1:
        rows, intercepts = np.vstack([0.0 * rows, rows]), np.concatenate([[0.0], intercepts])
    return linear_softmax(context, features, rows, intercepts)


@decides("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def linear_discriminant_scores(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the weighted sums."""
    uniform(features, estimator.n_features_in_, estimator)
    return linear_scores(features, estimator.coef_, estimator.intercept_, "decision")


@transforms("sklearn.discriminant_analysis.LinearDiscriminantAnalysis")
def linear_discriminant_components(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the directions that part the classes."""
    uniform(features, estimator.n_features_in_, estimator)
    if estimator.solver == "lsqr":
        raise ExportError("LinearDiscriminantAnalysis(solver='lsqr') has no transform")
    directions = np.asarray(estimator.scalings_, np.float64)
    if estimator.solver == "svd":
        offsets = -np.asarray(estimator.xbar_, np.float64) @ directions
    else:
        offsets = np.zeros(directions.shape[1])
    # as scikit-learn counts them after fitting
    count = estimator.explained_variance_ratio_.shape[0]
    count = min(count, estimator.n_components or count, directions.shape[1])
    return [
        combination(f"discriminant{at + 1}", features, directions[:, at], float(offsets[at]))
        for at in range(count)
    ]


@converts("sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis")
def quadratic_discriminant_analysis(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft:
    """Convert to the logarithm of a normal density for each class."""
    return softmax_of_logarithms(context, _log_posteriors(estimator, features))


@decides("sklearn.discriminant_analysis.QuadraticDiscriminantAnalysis")
def quadratic_discriminant_scores(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the logarithms of the densities; of two classes the second less the first."""
    scores = _log_posteriors(estimator, features)
    if len(scores) == 2:
        return [combination("decision", scores, [-1.0, 1.0])]
    return scores


def _log_posteriors(estimator: Any, features: Sequence[Feature]) -> list[Feature]:
    uniform(features, estimator.n_features_in_, estimator)
    parts = zip(
        estimator.means_, estimator.rotations_, estimator.scalings_, estimator.priors_, strict=True
    )
    return [
        quadratic_score(
            f"logPosterior({number})",
            features,
            mean,
            rotation * scaling**-0.5,
            -0.5,
            float(np.log(prior) - 0.5 * np.log(scaling).sum()),
        )
        for number, (mean, rotation, scaling, prior) in enumerate(parts, 1)
    ]

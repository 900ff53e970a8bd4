"""GaussianProcessRegressor: its mean; GaussianProcessClassifier: its labels and probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Predicted, as_number, uniform
from pmmlkit.exporters.finals import by_largest, by_shares, by_sign, numbered
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.networks import Layer, network_number
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import target_scale
from pmmlkit.exporters.sklearn.gaussian_process.kernels import (
    kernel_sum,
    kernel_values,
    kernel_with_itself,
)
from pmmlkit.exporters.sklearn.multiclass import Duel, votes_of_pairs
from pmmlkit.language.scope import Compiled

__all__ = ["gaussian_process_classifier", "gaussian_process_regressor"]

Doubles = npt.NDArray[np.float64]

STEPS: Final = (0.41, 0.4, 0.37, 0.44, 0.39)
HEIGHTS: Final = (-1854.8214151, 3516.89893646, 221.29346712, 128.12323805, -2010.49422654)
"""The logistic function as a sum of error functions, by Williams and Barber, as in scikit-learn."""


@converts("sklearn.gaussian_process.GaussianProcessRegressor")
def gaussian_process_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the mean of the posterior, for each target; not its deviation."""
    uniform(features, estimator.n_features_in_, estimator)
    numbers = list(map(as_number, features))
    points = np.asarray(estimator.X_train_, np.float64)
    coefficients = np.asarray(estimator.alpha_, np.float64).reshape(len(points), -1)
    count = coefficients.shape[1]
    scales, means = (np.broadcast_to(it, count) for it in target_scale(estimator))

    def draft(at: int, inner: Context) -> Draft:
        own = float(scales[at]) * coefficients[:, at]
        total = kernel_sum("mean", numbers, estimator.kernel_, points, own, float(means[at]))
        return total.draft if isinstance(total, Predicted) else numbered(inner, total)

    return several(context, draft, count)


@converts("sklearn.gaussian_process.GaussianProcessClassifier")
def gaussian_process_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft:
    """Convert to the sign of one process, with its probabilities, which cannot give the label as
    exactly; to the probabilities of one for each class against the rest; or to the class with the
    most votes of one for each pair, without probabilities, as in scikit-learn.
    """
    uniform(features, estimator.n_features_in_, estimator)
    numbers = list(map(as_number, features))
    if len(estimator.classes_) == 2:
        mean = _mean(numbers, estimator.base_estimator_)
        share = _share(numbers, estimator.base_estimator_, mean)
        other = combination("probability", [share], [-1.0], 1.0)
        first, second = context.target.labels
        outputs = ((f"probability({first})", other), (f"probability({second})", share))
        return replace(by_sign(context, mean, output=None), outputs=outputs)
    processes = estimator.base_estimator_.estimators_
    means = [_mean(numbers, process) for process in processes]
    shares = list(map(_share, [numbers] * len(processes), processes, means))
    if estimator.multi_class == "one_vs_rest":
        return by_shares(context, shares)
    duels = [Duel(share, mean, 0.0) for share, mean in zip(shares, means, strict=True)]
    return by_largest(context, votes_of_pairs(duels, len(estimator.classes_)), output=None)


def _mean(features: Sequence[Feature], process: Any) -> Feature:
    """Return the mean of the latent function of a process of two classes."""
    points = np.asarray(process.X_train_, np.float64)
    weights = np.asarray(process.y_train_ - process.pi_, np.float64)
    return kernel_sum("latentMean", features, process.kernel_, points, weights)


def _share(features: Sequence[Feature], process: Any, mean: Feature) -> Feature:
    """Return the probability of the second class, given the mean of the latent function."""
    from scipy.linalg import solve_triangular

    points = np.asarray(process.X_train_, np.float64)
    # the variance is what the kernel of the row has over the norm of these sums
    rows = solve_triangular(process.L_, np.diag(process.W_sr_), lower=True)
    known = network_number(
        kernel_values("kernel", features, process.kernel_, points),
        [
            Layer(rows.T, np.zeros(len(rows)), "square"),
            Layer(np.ones((len(rows), 1)), np.zeros(1), "identity"),
        ],
    )
    own = kernel_with_itself("ownKernel", features, process.kernel_)
    return Derived(
        "probability", (mean, Predicted("known", known), own), _logistic_mean, guarded=True
    )


def _logistic_mean(mean: Compiled, known: Compiled, own: Compiled) -> Compiled:
    """Return the mean of the logistic function under the normal distribution of the latent one."""
    variance = apply("-", own, known)
    terms = []
    for step, height in zip(STEPS, HEIGHTS, strict=True):
        wide = apply("*", constant(2.0 * step**2), variance)
        spread = apply("sqrt", apply("+", constant(1.0), wide))
        error = apply("erf", apply("/", apply("*", constant(step), mean), spread))
        terms.append(apply("*", constant(0.5 * height), error))
    return sum_of([*terms, constant(0.5 * sum(HEIGHTS))])

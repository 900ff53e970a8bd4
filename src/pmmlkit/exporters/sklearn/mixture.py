"""sklearn.mixture: the component with the largest share, with the shares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, uniform
from pmmlkit.exporters.finals import by_largest, softmax_of_logarithms
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import quadratic_score
from pmmlkit.exporters.registry import converts
from pmmlkit.language.scope import Compiled

__all__ = ["MixtureAnswers", "bayesian_gaussian_mixture", "gaussian_mixture"]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.mixture.GaussianMixture")
def gaussian_mixture(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the logarithm of each component's weight times its density."""
    weights = np.log(np.asarray(estimator.weights_, np.float64))
    return _mixture(estimator, features, context, weights)


@converts("sklearn.mixture.BayesianGaussianMixture")
def bayesian_gaussian_mixture(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft:
    """Convert the same, with expectations of the logarithms of weights and determinants."""
    return _mixture(estimator, features, context, _expected_logarithms(estimator))


class MixtureAnswers:
    """A mixture asked in doubles: of a table of integers scikit-learn cuts the squares of distances
    down to integers (covariances "full" and "tied"), which the document does not.
    """

    def __init__(self, estimator: Any, model: Any) -> None:
        self._estimator = estimator

    def predict(self, X: Any) -> Any:
        """Return the components of n rows, (n,)."""
        return self._estimator.predict(X.astype(np.float64) if hasattr(X, "astype") else X)


def _expected_logarithms(estimator: Any) -> Doubles:
    """Return what stands beside the densities at the parameters' means, for each component."""
    from scipy.special import digamma

    concentration = estimator.weight_concentration_
    if estimator.weight_concentration_prior_type == "dirichlet_process":
        total = digamma(concentration[0] + concentration[1])
        left = np.cumsum(digamma(concentration[1]) - total)[:-1]
        weights = digamma(concentration[0]) - total + np.concatenate([[0.0], left])
    else:
        weights = digamma(concentration) - digamma(np.sum(concentration))
    width = estimator.means_.shape[1]
    freedom = np.asarray(estimator.degrees_of_freedom_, np.float64)
    steps = np.arange(width)[:, np.newaxis]
    determinants = width * np.log(2.0) + digamma(0.5 * (freedom - steps)).sum(axis=0)
    return np.asarray(
        weights
        + 0.5 * (determinants - width / estimator.mean_precision_)
        - 0.5 * width * np.log(freedom),
        np.float64,
    )


def _mixture(
    estimator: Any, features: Sequence[Feature], context: Context, logarithms: Doubles
) -> Draft:
    uniform(features, estimator.n_features_in_, estimator)
    width = estimator.means_.shape[1]
    scores: list[Feature] = []
    for number, (mean, logarithm) in enumerate(zip(estimator.means_, logarithms, strict=True)):
        matrix = _root(estimator, number)
        diagonal = matrix if matrix.ndim == 1 else np.diag(matrix)
        density = np.log(diagonal).sum() - 0.5 * width * np.log(2.0 * np.pi)
        name = f"logLikelihood({number})"
        scores.append(
            quadratic_score(name, features, mean, matrix, -0.5, float(logarithm + density))
        )
    inner = context.with_classes(range(len(scores)))
    outputs = (("scoreSamples", _log_sum(scores)),)
    if len(scores) == 1:
        certain = ("probability(0)", ConstantFeature(1.0))
        return replace(by_largest(inner, scores), outputs=(certain, *outputs))
    return replace(softmax_of_logarithms(inner, scores), outputs=outputs)


def _root(estimator: Any, number: int) -> Doubles:
    """Return the root of a component's precision: (features, features), or the diagonal."""
    roots = np.asarray(estimator.precisions_cholesky_, np.float64)
    kind = estimator.covariance_type
    if kind == "tied":
        return roots
    if kind == "spherical":
        return np.full(estimator.means_.shape[1], roots[number])
    found: Doubles = roots[number]
    return found


def _log_sum(scores: Sequence[Feature]) -> Feature:
    """Return the logarithm of the sum of the exponentials."""

    def expression(*operands: Compiled) -> Compiled:
        top = apply("max", *operands)
        terms = [apply("exp", apply("-", operand, top)) for operand in operands]
        return apply("+", apply("ln", sum_of(terms)), top)

    if len(scores) == 1:
        return scores[0]
    return Derived("logSumExp", tuple(scores), expression, guarded=True)

"""sklearn.decomposition: the transformations that are linear in the row, in kernels, or cut off."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, elementwise
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import kernel_means
from pmmlkit.exporters.sklearn.projections import kernel_projected, projected
from pmmlkit.language.scope import Compiled

__all__ = [
    "factor_analysis",
    "fast_ica",
    "kernel_pca",
    "pca",
    "sparse_code",
    "sparse_pca",
    "truncated_svd",
]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.decomposition.PCA", "sklearn.decomposition.IncrementalPCA")
def pca(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the components of the row less the mean; whitened, over their deviation."""
    components = np.asarray(estimator.components_, np.float64)
    if estimator.whiten:
        deviations = np.sqrt(np.asarray(estimator.explained_variance_))
        least = np.finfo(deviations.dtype).eps
        components = components / np.maximum(deviations, least)[:, None].astype(np.float64)
    return projected(estimator, features, components, -components @ estimator.mean_)


@converts("sklearn.decomposition.TruncatedSVD")
def truncated_svd(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the components of the row."""
    return projected(estimator, features, estimator.components_)


@converts("sklearn.decomposition.FastICA")
def fast_ica(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the sources: a matrix over the row less the mean."""
    components = np.asarray(estimator.components_, np.float64)
    shift = -components @ estimator.mean_ if estimator.whiten else 0.0
    return projected(estimator, features, components, shift)


@converts("sklearn.decomposition.FactorAnalysis")
def factor_analysis(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the expected factors, which are linear in the row."""
    components = np.asarray(estimator.components_, np.float64)
    scaled = components / estimator.noise_variance_
    covariance = np.linalg.inv(np.eye(len(components)) + scaled @ components.T)
    matrix = covariance.T @ scaled
    return projected(estimator, features, matrix, -matrix @ estimator.mean_)


@converts("sklearn.decomposition.SparsePCA", "sklearn.decomposition.MiniBatchSparsePCA")
def sparse_pca(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the ridge regression of the row on the components, which is linear in the row."""
    components = np.asarray(estimator.components_, np.float64)
    gram = components @ components.T
    gram.flat[:: len(gram) + 1] += estimator.ridge_alpha
    matrix = np.linalg.solve(gram, components)
    return projected(estimator, features, matrix, -matrix @ estimator.mean_)


@converts("sklearn.decomposition.KernelPCA")
def kernel_pca(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to weighted sums of the kernels of the row and the training rows.

    To take the mean of the kernels off each of them is to take it off the weights.
    """
    values = np.asarray(estimator.eigenvalues_, np.float64)
    vectors = np.asarray(estimator.eigenvectors_, np.float64)
    sizes = np.where(values == 0.0, np.inf, np.sqrt(values))
    weights = (vectors / sizes).T
    means, whole = kernel_means(estimator)
    parameters = {"gamma": estimator.gamma_, "degree": estimator.degree, "coef0": estimator.coef0}
    return kernel_projected(
        estimator,
        features,
        estimator.X_fit_,
        weights - weights.mean(axis=1, keepdims=True),
        weights @ (whole - means),
        parameters=parameters,
    )


@converts(
    "sklearn.decomposition.DictionaryLearning",
    "sklearn.decomposition.MiniBatchDictionaryLearning",
    "sklearn.decomposition.SparseCoder",
)
def sparse_code(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert the codes that are products with the atoms, cut off near 0."""
    if estimator.transform_algorithm != "threshold":
        raise ExportError(
            f"{type(estimator).__name__} finds the code of each row by an optimisation of its own "
            f"(transform_algorithm={estimator.transform_algorithm!r}), which PMML cannot state: "
            "transform_algorithm='threshold' has a formula"
        )
    atoms = getattr(estimator, "components_", None)
    if atoms is None:
        atoms = estimator.dictionary
    cut = estimator.transform_alpha
    if cut is None:
        cut = getattr(estimator, "alpha", None)
    limit = 1.0 if cut is None else float(cut)
    products = projected(estimator, features, atoms)
    upper = [_beyond(product, limit, 1.0) for product in products]
    lower = [_beyond(product, limit, -1.0) for product in products]
    if estimator.split_sign:
        nothing: list[Feature] = [_nothing(product) for product in products]
        return upper + (nothing if estimator.positive_code else lower)
    if estimator.positive_code:
        return upper
    return [_cut(product, limit) for product in products]


def _beyond(feature: Feature, limit: float, sign: float) -> Feature:
    """Return how far the number, times the sign, is above the limit, at least 0."""
    return elementwise(
        feature,
        "above" if sign > 0 else "below",
        lambda x: np.maximum(sign * x - limit, 0.0),
        lambda x: apply("max", apply("-", _signed(x, sign), constant(limit)), constant(0.0)),
        guarded=True,
    )


def _signed(x: Compiled, sign: float) -> Compiled:
    return x if sign > 0 else apply("*", constant(sign), x)


def _nothing(feature: Feature) -> Feature:
    return elementwise(
        feature, "nothing", lambda x: x * 0.0, lambda x: apply("*", x, constant(0.0))
    )


def _cut(feature: Feature, limit: float) -> Feature:
    """Return the number moved to 0 by the limit, at most to 0."""

    def expression(x: Compiled) -> Compiled:
        above = apply("max", apply("-", x, constant(limit)), constant(0.0))
        below = apply("min", apply("+", x, constant(limit)), constant(0.0))
        return apply("+", above, below)

    return elementwise(
        feature,
        "cut",
        lambda x: np.sign(x) * np.maximum(np.abs(x) - limit, 0.0),
        expression,
        guarded=True,
    )

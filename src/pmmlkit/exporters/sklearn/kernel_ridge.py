"""sklearn.kernel_ridge: sums of kernels of the row and each training row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature, Predicted, as_number, uniform
from pmmlkit.exporters.finals import numbered
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.gaussian_process.kernels import kernel_sum
from pmmlkit.exporters.sklearn.svm import kernel_machine, kernel_of

__all__ = ["kernel_ridge"]

EXPRESSIONS: Final = ("additive_chi2", "chi2", "cosine", "laplacian")
"""Kernels that PMML's support vector machines do not have, but expressions can state."""


@converts("sklearn.kernel_ridge.KernelRidge")
def kernel_ridge(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert to a machine for each target, whose vectors are the training rows."""
    uniform(features, estimator.n_features_in_, estimator)
    rows = estimator.X_fit_
    vectors = np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows, np.float64)
    gamma = estimator.gamma
    if gamma is None:
        gamma = 1.0 if estimator.kernel == "chi2" else 1.0 / vectors.shape[1]
    coefficients = np.asarray(estimator.dual_coef_, np.float64).reshape(len(vectors), -1)

    def draft(at: int, inner: Context) -> Draft:
        own = coefficients[:, at]
        if estimator.kernel not in EXPRESSIONS:
            kernel = kernel_of(estimator, float(gamma))
            return kernel_machine(features, kernel, vectors, own, 0.0)
        from sklearn.gaussian_process.kernels import PairwiseKernel

        kernel = PairwiseKernel(float(gamma), metric=estimator.kernel)
        total = kernel_sum("sum", list(map(as_number, features)), kernel, vectors, own)
        return total.draft if isinstance(total, Predicted) else numbered(inner, total)

    return several(context, draft, coefficients.shape[1])

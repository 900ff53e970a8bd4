"""The private attributes of scikit-learn's estimators that exporters need, in one place: there are
no public ones for the same. Checked with scikit-learn 1.7, 1.8 and 1.9.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = [
    "bisection_mean",
    "bisections",
    "centre_and_scale",
    "imputation_limits",
    "imputer_rows",
    "is_linear",
    "kernel_gamma",
    "kernel_means",
    "lacks_values",
    "outlier_factors",
    "pair_machines",
    "positive_label",
    "power_scaler",
    "random_maps",
    "target_scale",
    "training_outcomes",
    "training_rows",
]

Doubles = npt.NDArray[np.float64]


def kernel_gamma(machine: Any) -> float:
    """Return the gamma of a support vector machine, which may have been set from the data."""
    return float(machine._gamma)


def pair_machines(machine: Any) -> tuple[Doubles, Doubles]:
    """Return coefficients (classes - 1, vectors) and constants of a machine for pairs of classes,
    as libsvm has them: of a pair, the first class has the values above 0.
    """
    coefficients = machine._dual_coef_
    dense = coefficients.toarray() if hasattr(coefficients, "toarray") else coefficients
    return np.asarray(dense, np.float64), np.asarray(machine._intercept_, np.float64)


def centre_and_scale(decomposition: Any) -> tuple[Doubles, Doubles]:
    """Return what partial least squares subtract from each column and divide it by."""
    return (
        np.asarray(decomposition._x_mean, np.float64),
        np.asarray(decomposition._x_std, np.float64),
    )


def bisections(estimator: Any) -> Any:
    """Return the root of the tree of a bisecting k-means: nodes with left, right, center, label;
    centers lie around `bisection_mean`.
    """
    return estimator._bisecting_tree


def bisection_mean(estimator: Any) -> Any:
    """Return the mean that a bisecting k-means took off the rows, None where it did not."""
    return getattr(estimator, "_X_mean", None)


def training_rows(neighbors: Any) -> Doubles:
    """Return the rows (n, columns) that an estimator of neighbours was fitted on."""
    rows = neighbors._fit_X
    return np.asarray(rows.toarray() if hasattr(rows, "toarray") else rows, np.float64)


def training_outcomes(neighbors: Any) -> npt.NDArray[Any]:
    """Return the outcomes (n,) or (n, targets) of those rows: numbers, or positions of classes."""
    return np.asarray(neighbors._y)


def outlier_factors(estimator: Any) -> tuple[Doubles, Doubles]:
    """Return of each training row of a LocalOutlierFactor its density and the distance to the
    farthest of its neighbours.
    """
    densities = np.asarray(estimator._lrd, np.float64)
    distances = np.asarray(estimator._distances_fit_X_, np.float64)
    return densities, distances[:, estimator.n_neighbors_ - 1]


def target_scale(estimator: Any) -> tuple[Doubles, Doubles]:
    """Return what a GaussianProcessRegressor multiplies its sums by and adds, for each target."""
    return (
        np.ravel(np.asarray(estimator._y_train_std, np.float64)),
        np.ravel(np.asarray(estimator._y_train_mean, np.float64)),
    )


def positive_label(estimator: Any) -> Any:
    """Return the class whose score a threshold is for; None: the second."""
    if hasattr(estimator, "pos_label"):
        return estimator.pos_label
    scorer = getattr(estimator, "_curve_scorer", None)
    return None if scorer is None else scorer._get_pos_label()


def power_scaler(estimator: Any) -> Any:
    """Return the scaler that a PowerTransformer applies at last."""
    return estimator._scaler


def kernel_means(estimator: Any) -> tuple[Doubles, float]:
    """Return of a KernelPCA the mean kernel of each training row (n,) and the mean of them all."""
    centerer = estimator._centerer
    return np.asarray(centerer.K_fit_rows_, np.float64), float(centerer.K_fit_all_)


def random_maps(estimator: Any) -> list[tuple[npt.NDArray[np.int64], Doubles]]:
    """Return of a PolynomialCountSketch, for each degree, where each column goes and its sign."""
    return [
        (np.asarray(places, np.int64), np.asarray(signs, np.float64))
        for places, signs in zip(estimator.indexHash_, estimator.bitHash_, strict=True)
    ]


def imputer_rows(estimator: Any) -> Doubles:
    """Return the rows (n, columns) that a KNNImputer was fitted on, NaN for what is missing."""
    rows = np.asarray(estimator._fit_X, np.float64)
    return np.where(estimator._mask_fit_X, np.nan, rows)


def imputation_limits(estimator: Any) -> tuple[Doubles, Doubles]:
    """Return the least and the largest number (columns,) that an IterativeImputer imputes."""
    return (
        np.asarray(estimator._min_value, np.float64),
        np.asarray(estimator._max_value, np.float64),
    )


def lacks_values(estimator: Any) -> npt.NDArray[np.bool_]:
    """Return of each column whether an IterativeImputer saw no value of it."""
    return np.asarray(estimator._is_empty_feature, bool)


def is_linear(estimator: Any) -> bool:
    """Tell whether ``predict`` is the product with ``coef_`` plus ``intercept_``."""
    from sklearn.linear_model._base import LinearModel

    return isinstance(estimator, LinearModel) and np.size(estimator.intercept_) == 1

"""Linear maps, as transformers state them: of columns, or of kernels of the row and points."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, as_number, uniform
from pmmlkit.exporters.point_sums import PointFunction, point_values
from pmmlkit.exporters.quadratic import squared
from pmmlkit.language.scope import Compiled

__all__ = ["kernel_projected", "projected"]

Doubles = npt.NDArray[np.float64]
Row = Sequence[Compiled]


def projected(
    estimator: Any,
    features: Sequence[Feature],
    matrix: Any,
    intercepts: npt.ArrayLike = 0.0,
) -> list[Feature]:
    """Return the weighted sums of the features, one for each row of the matrix (sums, features),
    plus the intercepts (sums,).

    They are called as scikit-learn does: the class and a number.
    """
    dense = np.asarray(matrix.toarray() if hasattr(matrix, "toarray") else matrix, np.float64)
    uniform(features, dense.shape[1], estimator)
    prefix = type(estimator).__name__.lower()
    constants = np.broadcast_to(np.asarray(intercepts, np.float64), len(dense)).tolist()
    return [
        combination(f"{prefix}{number}", features, row, intercept)
        for number, (row, intercept) in enumerate(zip(dense, constants, strict=True))
    ]


def kernel_projected(
    estimator: Any,
    features: Sequence[Feature],
    points: Any,
    matrix: Doubles,
    intercepts: npt.ArrayLike = 0.0,
    *,
    parameters: Mapping[str, Any],
) -> list[Feature]:
    """Return the weighted sums of the kernels of the row and each of the points, one for each row
    of the matrix (sums, points), plus the intercepts (sums,).

    `parameters`: what the estimator passes to its kernel. Raises ExportError for kernels that are
    functions of the user's.
    """
    kernel = estimator.kernel
    if kernel == "precomputed":
        return projected(estimator, features, matrix, intercepts)
    points = np.asarray(points.toarray() if hasattr(points, "toarray") else points, np.float64)
    uniform(features, points.shape[1], estimator)
    if kernel == "linear":
        return projected(estimator, features, matrix @ points, intercepts)
    row = tuple(as_number(feature) for feature in features)
    if kernel == "cosine":
        row = (*row, Derived("norm", row, _norm, guarded=True))
        lengths = np.sqrt(np.square(points).sum(axis=1, keepdims=True))
        points = points / np.where(lengths == 0.0, 1.0, lengths)
    function = kernel_function(estimator, kernel, parameters, points.shape[1])
    values = point_values(f"{kernel}_kernel", row, points, function)
    return projected(estimator, values, matrix, intercepts)


def kernel_function(
    estimator: Any, kernel: Any, parameters: Mapping[str, Any], width: int
) -> PointFunction:
    """Return a kernel of scikit-learn; the cosine takes the norm of the row as well, and points of
    length 1.
    """
    given = parameters.get("gamma")
    gamma = (1.0 if kernel == "chi2" else 1.0 / width) if given is None else float(given)
    degree = parameters.get("degree")
    shift = parameters.get("coef0")
    formulas: dict[Any, Callable[..., Compiled]] = {
        "rbf": _exponential(gamma, _square_distance),
        "laplacian": _exponential(gamma, _city_distance),
        "chi2": _exponential(gamma, _chi_squared),
        "additive_chi2": lambda x, p: _times(-1.0, _chi_squared(x, p)),
        "sigmoid": lambda x, p: apply("tanh", _affine(x, p, gamma, shift)),
        "cosine": _cosine,
    }
    formulas["poly"] = formulas["polynomial"] = lambda x, p: apply(
        "pow", _affine(x, p, gamma, shift), constant(3.0 if degree is None else float(degree))
    )
    formula = formulas.get(kernel) if isinstance(kernel, str) else None
    if formula is None:
        called = kernel if isinstance(kernel, str) else getattr(kernel, "__name__", repr(kernel))
        raise ExportError(
            f"{type(estimator).__name__} has the kernel {called!r}, which is no formula that can "
            "be read: use linear, poly, rbf, sigmoid, cosine, laplacian, chi2 or additive_chi2"
        )
    says = f"{kernel} {gamma!r} {degree!r} {shift!r}"
    return PointFunction(f"{kernel}_kernel", says, width, formula, 1 if kernel == "cosine" else 0)


def _times(factor: float, value: Compiled) -> Compiled:
    return apply("*", constant(factor), value)


def _affine(x: Row, p: Row, gamma: float, shift: Any) -> Compiled:
    product = _times(gamma, _dot(x, p))
    return apply("+", product, constant(1.0 if shift is None else float(shift)))


def _dot(x: Row, p: Row) -> Compiled:
    return sum_of([apply("*", ours, theirs) for ours, theirs in zip(x, p, strict=True)])


def _exponential(gamma: float, distance: Callable[[Row, Row], Compiled]) -> Callable[..., Compiled]:
    return lambda x, p: apply("exp", _times(-gamma, distance(x, p)))


def _square_distance(x: Row, p: Row) -> Compiled:
    return sum_of([squared(apply("-", a, b)) for a, b in zip(x, p, strict=True)])


def _city_distance(x: Row, p: Row) -> Compiled:
    return sum_of([apply("abs", apply("-", a, b)) for a, b in zip(x, p, strict=True)])


def _chi_squared(x: Row, p: Row) -> Compiled:
    terms = []
    for ours, theirs in zip(x, p, strict=True):
        total = apply("+", ours, theirs)
        share = apply("/", squared(apply("-", ours, theirs)), total)
        differs = apply("notEqual", total, constant(0.0))
        terms.append(apply("if", differs, share, constant(0.0)))
    return sum_of(terms)


def _norm(*row: Compiled) -> Compiled:
    return apply("sqrt", sum_of([squared(x) for x in row]))


def _cosine(x: Row, p: Row, length: Compiled) -> Compiled:
    # a row of zeros is left as it is: its cosine with any point is 0
    has_length = apply("greaterThan", length, constant(0.0))
    return apply("if", has_length, apply("/", _dot(x, p), length), constant(0.0))

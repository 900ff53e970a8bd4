"""Kernels of Gaussian processes: as expressions over two rows, and as those of support vectors."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, Predicted, elementwise
from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.point_sums import PointFunction, point_sum, point_values
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.sklearn.svm import kernel_machine
from pmmlkit.language.models.support_vector_machine import (
    PolynomialKernelType,
    RadialBasisKernelType,
)
from pmmlkit.language.scope import Compiled

__all__ = ["kernel_sum", "kernel_values", "kernel_with_itself"]

Doubles = npt.NDArray[np.float64]
Row = Sequence[Compiled]


def kernel_sum(
    name: str,
    features: Sequence[Feature],
    kernel: Any,
    points: Doubles,
    coefficients: Doubles,
    intercept: float = 0.0,
) -> Feature:
    """Return the intercept plus the sum of the coefficients (points,) times the kernel of the row
    and each of the points (points, features).
    """
    terms = _machine_terms(kernel)
    if terms is None:
        function = _function(kernel, points.shape[1])
        return point_sum(name, features, points, coefficients, function, intercept)
    made = [
        _machine(name, features, base, points, factor * coefficients, intercept if not at else 0.0)
        for at, (factor, base) in enumerate(terms)
    ]
    if not made:
        return ConstantFeature(intercept)
    return made[0] if len(made) == 1 else combination(name, made, np.ones(len(made)))


def kernel_values(
    name: str, features: Sequence[Feature], kernel: Any, points: Doubles
) -> list[Feature]:
    """Return the kernel of the row and each of the points."""
    return point_values(name, features, points, _function(kernel, points.shape[1]))


def kernel_with_itself(name: str, features: Sequence[Feature], kernel: Any) -> Feature:
    """Return the kernel of the row and itself."""
    return Derived(
        name, tuple(features), lambda *operands: _diagonal(kernel, operands), guarded=True
    )


def _function(kernel: Any, width: int) -> PointFunction:
    def formula(ours: Row, theirs: Row) -> Compiled:
        return _expression(kernel, ours, theirs)

    return PointFunction("kernel", _text(kernel), width, formula)


def _kind(kernel: Any) -> str:
    return type(kernel).__name__


def _text(kernel: Any) -> str:
    """Return a text that no other kernel has; that of scikit-learn rounds."""
    parts = []
    for name, value in sorted(kernel.get_params(deep=False).items()):
        if hasattr(value, "get_params"):
            parts.append(f"{name}={_text(value)}")
        elif "bounds" not in name:
            parts.append(f"{name}={np.asarray(value).tolist()!r}")
    return f"{_kind(kernel)}({', '.join(parts)})"


def _machine_terms(kernel: Any) -> list[tuple[float, Any]] | None:
    """Return factors and kernels that support vector machines have, whose sum the kernel is; None
    where it is no such sum.
    """
    kind = _kind(kernel)
    if kind == "WhiteKernel":
        # of two rows, even if they are equal, it is 0
        return []
    if kind in ("RBF", "DotProduct"):
        return [(1.0, kernel)]
    if kind == "Exponentiation" and _kind(kernel.kernel) == "DotProduct":
        return [(1.0, kernel)]
    if kind == "Sum":
        left, right = _machine_terms(kernel.k1), _machine_terms(kernel.k2)
        return None if left is None or right is None else left + right
    if kind == "Product":
        for one, other in ((kernel.k1, kernel.k2), (kernel.k2, kernel.k1)):
            if _kind(one) == "ConstantKernel":
                terms = _machine_terms(other)
                factor = float(one.constant_value)
                return terms and [(factor * own, base) for own, base in terms]
    return None


def _machine(
    name: str,
    features: Sequence[Feature],
    kernel: Any,
    points: Doubles,
    coefficients: Doubles,
    intercept: float,
) -> Feature:
    kind = _kind(kernel)
    if kind == "DotProduct":
        total = intercept + float(kernel.sigma_0) ** 2 * float(coefficients.sum())
        return Predicted(name, linear_draft(features, coefficients @ points, total))
    if kind == "Exponentiation":
        power = PolynomialKernelType(
            gamma=1.0, coef0=float(kernel.kernel.sigma_0) ** 2, degree=float(kernel.exponent)
        )
        return Predicted(name, kernel_machine(features, power, points, coefficients, intercept))
    scales = np.asarray(kernel.length_scale, np.float64)
    if scales.ndim == 0:
        radial = RadialBasisKernelType(gamma=0.5 / float(scales) ** 2)
        return Predicted(name, kernel_machine(features, radial, points, coefficients, intercept))
    scaled = [
        _scaled(feature, scale) for feature, scale in zip(features, scales.tolist(), strict=True)
    ]
    radial = RadialBasisKernelType(gamma=0.5)
    return Predicted(name, kernel_machine(scaled, radial, points / scales, coefficients, intercept))


def _scaled(feature: Feature, scale: float) -> Feature:
    return elementwise(
        feature, "scaled", lambda x: x / scale, lambda x: apply("/", x, constant(scale))
    )


def _expression(kernel: Any, ours: Row, theirs: Row) -> Compiled:
    """Return the kernel of two rows."""
    kind = _kind(kernel)
    if kind in ("Sum", "Product"):
        left, right = (_expression(part, ours, theirs) for part in (kernel.k1, kernel.k2))
        return apply("+" if kind == "Sum" else "*", left, right)
    if kind == "Exponentiation":
        inner = _expression(kernel.kernel, ours, theirs)
        return apply("pow", inner, constant(float(kernel.exponent)))
    known: dict[str, Callable[[Any, Row, Row], Compiled]] = {
        "ConstantKernel": lambda it, ours, theirs: constant(float(it.constant_value)),
        "WhiteKernel": lambda it, ours, theirs: constant(0.0),
        "DotProduct": lambda it, ours, theirs: _dot(ours, theirs, float(it.sigma_0) ** 2),
        "RBF": lambda it, ours, theirs: _bell(_squares(ours, theirs, it.length_scale)),
        "Matern": lambda it, ours, theirs: _matern(it, _squares(ours, theirs, it.length_scale)),
        "RationalQuadratic": _rational,
        "ExpSineSquared": _waves,
        "PairwiseKernel": _pairwise,
    }
    if kind not in known:
        raise ExportError(
            f"the Gaussian process has the kernel {kind}, of which nothing but its values is "
            "known: PMML states the kernels of sklearn.gaussian_process.kernels"
        )
    return known[kind](kernel, ours, theirs)


def _rational(kernel: Any, ours: Row, theirs: Row) -> Compiled:
    alpha, scale = float(kernel.alpha), float(kernel.length_scale)
    share = apply("/", _squares(ours, theirs, 1.0), constant(2.0 * alpha * scale**2))
    return apply("pow", apply("+", constant(1.0), share), constant(-alpha))


def _waves(kernel: Any, ours: Row, theirs: Row) -> Compiled:
    period = constant(math.pi / float(kernel.periodicity))
    wave = apply("sin", apply("*", period, apply("sqrt", _squares(ours, theirs, 1.0))))
    height = squared(apply("/", wave, constant(float(kernel.length_scale))))
    return apply("exp", apply("*", constant(-2.0), height))


def _diagonal(kernel: Any, row: Row) -> Compiled:
    """Return the kernel of a row and itself."""
    kind = _kind(kernel)
    if kind in ("Sum", "Product"):
        left, right = (_diagonal(part, row) for part in (kernel.k1, kernel.k2))
        return apply("+" if kind == "Sum" else "*", left, right)
    if kind == "Exponentiation":
        return apply("pow", _diagonal(kernel.kernel, row), constant(float(kernel.exponent)))
    if kind == "WhiteKernel":
        return constant(float(kernel.noise_level))
    if kind in ("RBF", "Matern", "RationalQuadratic", "ExpSineSquared"):
        return constant(1.0)
    return _expression(kernel, row, row)


def _dot(ours: Row, theirs: Row, more: float) -> Compiled:
    products = [apply("*", left, right) for left, right in zip(ours, theirs, strict=True)]
    return sum_of([*products, constant(more)])


def _squares(ours: Row, theirs: Row, scale: Any) -> Compiled:
    """Return the sum of the squares of the differences, each divided by its scale."""
    scales = np.broadcast_to(np.asarray(scale, np.float64), len(ours)).tolist()
    terms = []
    for left, right, own in zip(ours, theirs, scales, strict=True):
        difference = apply("-", left, right)
        terms.append(squared(difference if own == 1.0 else apply("/", difference, constant(own))))
    return sum_of(terms)


def _bell(squares: Compiled) -> Compiled:
    return apply("exp", apply("*", constant(-0.5), squares))


def _falling(distance: Compiled) -> Compiled:
    return apply("exp", apply("*", constant(-1.0), distance))


def _matern(kernel: Any, squares: Compiled) -> Compiled:
    nu, distance = float(kernel.nu), apply("sqrt", squares)
    if nu == math.inf:
        return _bell(squares)
    if nu == 0.5:
        return _falling(distance)
    if nu in (1.5, 2.5):
        far = apply("*", constant(math.sqrt(2.0 * nu)), distance)
        factor = apply("+", constant(1.0), far)
        if nu == 2.5:
            factor = apply("+", factor, apply("/", squared(far), constant(3.0)))
        return apply("*", factor, _falling(far))
    raise ExportError(
        f"the kernel Matern(nu={nu}) needs a Bessel function, which PMML does not have: it can "
        "state nu = 0.5, 1.5, 2.5 and inf"
    )


def _pairwise(kernel: Any, ours: Row, theirs: Row) -> Compiled:
    gamma = constant(float(kernel.gamma))
    given = dict(kernel.pairwise_kernels_kwargs or {})
    metric = kernel.metric
    if metric == "linear":
        return _dot(ours, theirs, 0.0)
    if metric == "rbf":
        return _falling(apply("*", gamma, _squares(ours, theirs, 1.0)))
    if metric == "laplacian":
        parts = [
            apply("abs", apply("-", left, right)) for left, right in zip(ours, theirs, strict=True)
        ]
        return _falling(apply("*", gamma, sum_of(parts)))
    if metric in ("poly", "polynomial", "sigmoid"):
        inner = apply("*", gamma, _dot(ours, theirs, 0.0))
        inner = apply("+", inner, constant(float(given.get("coef0", 1.0))))
        if metric == "sigmoid":
            return apply("tanh", inner)
        return apply("pow", inner, constant(float(given.get("degree", 3.0))))
    if metric in ("chi2", "additive_chi2"):
        gaps = sum_of(list(map(_relative_square, ours, theirs)))
        negative = apply("*", constant(-1.0), gaps)
        return _falling(apply("*", gamma, gaps)) if metric == "chi2" else negative
    if metric == "cosine":
        sizes = apply("*", _length(ours), _length(theirs))
        share = apply("/", _dot(ours, theirs, 0.0), sizes)
        return apply("if", apply("equal", sizes, constant(0.0)), constant(0.0), share)
    called = metric if isinstance(metric, str) else getattr(metric, "__name__", repr(metric))
    raise ExportError(
        f"the kernel PairwiseKernel(metric={called!r}) is code of its own, which PMML cannot "
        "state: use linear, rbf, laplacian, poly, sigmoid, cosine, chi2 or additive_chi2"
    )


def _length(row: Row) -> Compiled:
    return apply("sqrt", sum_of([squared(it) for it in row]))


def _relative_square(left: Compiled, right: Compiled) -> Compiled:
    """Return the square of a difference over the sum, 0 where that is 0."""
    total = apply("+", left, right)
    share = apply("/", squared(apply("-", left, right)), total)
    return apply("if", apply("equal", total, constant(0.0)), constant(0.0), share)

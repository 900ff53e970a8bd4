"""KernelDensity: what ``score_samples`` gives, as the only column of a transformation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, uniform
from pmmlkit.exporters.point_sums import PointFunction, point_sum
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.neighbors.comparison import Comparison, compared
from pmmlkit.language.scope import Compiled

__all__ = ["kernel_density"]

ENDLESS: Final = ("gaussian", "exponential")
"""Kernels that are never 0: far away only the difference to the nearest row keeps them from it."""


@converts("sklearn.neighbors.KernelDensity")
def kernel_density(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the logarithm of the density: the sum of the kernel over all training rows.

    Exact, where scikit-learn may stop at ``rtol``.
    """
    uniform(features, estimator.n_features_in_, estimator)
    tree = estimator.tree_
    points = np.asarray(tree.data, np.float64)
    given = tree.sample_weight
    weights = np.ones(len(points)) if given is None else np.asarray(given, np.float64)
    parameters = dict(estimator.metric_params or {})
    comparison = compared(estimator, estimator.metric, parameters, features, points)
    width = float(estimator.bandwidth_)
    intercept = _log_norm(estimator.kernel, width, points.shape[1]) - math.log(weights.sum())
    if estimator.kernel in ENDLESS:
        return [_endless(comparison, estimator.kernel, width, weights, intercept)]
    function = _bounded(comparison, estimator.kernel, width)
    total = point_sum("density", comparison.features, points, weights, function)
    return [
        Derived(
            "score_samples",
            (total,),
            lambda sum: apply("+", apply("ln", sum), constant(intercept)),
        )
    ]


def _endless(
    comparison: Comparison, kernel: str, width: float, weights: Any, intercept: float
) -> Feature:
    """Return log(sum(exp(e))) + intercept as e of the nearest row plus log(sum(exp(e - e of the
    nearest))) + intercept.
    """

    def exponent(ours: Sequence[Compiled], theirs: Sequence[Compiled]) -> Compiled:
        distance = comparison.distance(ours, theirs)
        if kernel == "exponential":
            return apply("*", constant(-1.0 / width), distance)
        square = apply("pow", distance, constant(2.0))
        return apply("*", constant(-0.5 / width**2), square)

    def behind(ours: Sequence[Compiled], theirs: Sequence[Compiled], top: Compiled) -> Compiled:
        return apply("exp", apply("-", exponent(ours, theirs), top))

    says, size = f"{comparison.name} {kernel} {width!r}", len(comparison.features)
    points = comparison.points[weights > 0.0]
    nearest = PointFunction("exponent", says, size, exponent)
    rows = points.tolist()
    top = Derived(
        "nearest",
        comparison.features,
        lambda *operands: apply("max", *(nearest.call(operands, row) for row in rows)),
        guarded=True,
        functions=(nearest.definition(),),
    )
    function = PointFunction("behind", says, size, behind, extra=1)
    own = weights[weights > 0.0]
    total = point_sum("density", (*comparison.features, top), points, own, function)

    def logarithm(sum: Compiled, largest: Compiled) -> Compiled:
        return apply("+", apply("+", apply("ln", sum), largest), constant(intercept))

    return Derived("score_samples", (total, top), logarithm)


def _bounded(comparison: Comparison, kernel: str, width: float) -> PointFunction:
    """Return a kernel that is 0 from the bandwidth on."""

    def formula(ours: Sequence[Compiled], theirs: Sequence[Compiled]) -> Compiled:
        share = apply("/", comparison.distance(ours, theirs), constant(width))
        one = constant(1.0)
        value = {
            "tophat": one,
            "epanechnikov": apply("-", one, apply("pow", share, constant(2.0))),
            "linear": apply("-", one, share),
            "cosine": apply("cos", apply("*", constant(0.5 * math.pi), share)),
        }.get(kernel)
        if value is None:
            raise ExportError(f"KernelDensity has the kernel {kernel!r}, which is not known")
        return apply("if", apply("lessThan", share, one), value, constant(0.0))

    says = f"{comparison.name} {kernel} {width!r}"
    return PointFunction("kernel", says, len(comparison.features), formula)


def _log_norm(kernel: str, width: float, size: int) -> float:
    """Return the logarithm of what a kernel is divided by, negative."""

    def ball(count: int) -> float:
        return 0.5 * count * math.log(math.pi) - math.lgamma(0.5 * count + 1.0)

    def sphere(count: int) -> float:
        return math.log(2.0 * math.pi) + ball(count - 1)

    if kernel == "gaussian":
        factor = 0.5 * size * math.log(2.0 * math.pi)
    elif kernel == "tophat":
        factor = ball(size)
    elif kernel == "epanechnikov":
        factor = ball(size) + math.log(2.0 / (size + 2.0))
    elif kernel == "exponential":
        factor = sphere(size - 1) + math.lgamma(size)
    elif kernel == "linear":
        factor = ball(size) - math.log(size + 1.0)
    else:
        part, total = 2.0 / math.pi, 0.0
        for step in range(1, size + 1, 2):
            total += part
            part *= -(size - step) * (size - step - 1) * (2.0 / math.pi) ** 2
        if total <= 0.0:
            raise ExportError(
                f"the cosine kernel of {size} columns has no norm: scikit-learn gives NaN for "
                "every row"
            )
        factor = math.log(total) + sphere(size - 1)
    return -factor - size * math.log(width)

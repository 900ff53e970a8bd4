"""sklearn.kernel_approximation: maps into spaces where a kernel is a product."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    data_type_of,
    elementwise,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import random_maps
from pmmlkit.exporters.sklearn.projections import kernel_projected, projected
from pmmlkit.language.scope import Compiled

__all__ = [
    "additive_chi2_sampler",
    "nystroem",
    "polynomial_count_sketch",
    "rbf_sampler",
    "skewed_chi2_sampler",
]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.kernel_approximation.RBFSampler")
def rbf_sampler(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to cosines of random directions."""
    return _cosines(estimator, features, np.sqrt(2.0 / estimator.n_components))


@converts("sklearn.kernel_approximation.SkewedChi2Sampler")
def skewed_chi2_sampler(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to cosines of random directions, over logarithms."""
    skewedness = float(estimator.skewedness)
    logarithms = [
        elementwise(
            feature,
            "skewed_log",
            lambda x: np.log(x + skewedness),
            lambda x: apply("ln", apply("+", x, constant(skewedness))),
            guarded=True,
        )
        for feature in features
    ]
    return _cosines(estimator, logarithms, np.sqrt(2.0) / np.sqrt(estimator.n_components))


def _cosines(estimator: Any, features: Sequence[Feature], factor: float) -> list[Feature]:
    weights = np.asarray(estimator.random_weights_, np.float64)
    angles = projected(estimator, features, weights.T, estimator.random_offset_)
    return [
        elementwise(
            angle,
            "cosine",
            lambda x: np.cos(x) * factor,
            lambda x: apply("*", apply("cos", x), constant(float(factor))),
            guarded=True,
        )
        for angle in angles
    ]


@converts("sklearn.kernel_approximation.AdditiveChi2Sampler")
def additive_chi2_sampler(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to a root of each column, and to waves over its logarithm."""
    uniform(features, estimator.n_features_in_, estimator)
    if all(data_type_of(feature) == "integer" for feature in features):
        raise ExportError(
            "AdditiveChi2Sampler cuts off the fractions of what it makes of integers, as "
            "scikit-learn writes it back into a table of integers: fit it on, and export it with, "
            "columns of floats"
        )
    steps = int(estimator.sample_steps)
    interval = estimator.sample_interval
    if interval is None:
        # what scikit-learn takes for each number of steps
        interval = {1: 0.8, 2: 0.5, 3: 0.4}[steps]
    interval = float(interval)
    made = [
        elementwise(
            feature,
            "chi2_root",
            lambda x: np.sqrt(x * interval),
            lambda x: apply("sqrt", apply("*", x, constant(interval))),
            guarded=True,
        )
        for feature in features
    ]
    for step in range(1, steps):
        for wave in (np.cos, np.sin):
            made += [_wave(feature, wave, step, interval) for feature in features]
    return made


def _wave(
    feature: Feature, wave: Callable[[Doubles], Doubles], step: int, interval: float
) -> Feature:
    divisor = float(np.cosh(np.pi * step * interval))
    name = wave.__name__

    def numbers(x: Doubles) -> Doubles:
        found = np.sqrt(2.0 * x * interval / divisor) * wave(step * (interval * np.log(x)))
        return np.where(x == 0.0, 0.0, found)

    def expression(x: Compiled) -> Compiled:
        doubled = apply("*", apply("*", constant(2.0), x), constant(interval))
        factor = apply("sqrt", apply("/", doubled, constant(divisor)))
        logarithm = apply("*", constant(interval), apply("ln", x))
        turned = apply(name, apply("*", constant(float(step)), logarithm))
        is_above = apply("greaterThan", x, constant(0.0))
        return apply("if", is_above, apply("*", factor, turned), constant(0.0))

    return elementwise(feature, f"chi2_{name}{step}", numbers, expression, guarded=True)


@converts("sklearn.kernel_approximation.Nystroem")
def nystroem(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to weighted sums of the kernels of the row and the basis rows."""
    parameters = dict(estimator.kernel_params or {})
    for name in ("gamma", "degree", "coef0"):
        if getattr(estimator, name) is not None:
            parameters[name] = getattr(estimator, name)
    weights = np.asarray(estimator.normalization_, np.float64)
    return kernel_projected(
        estimator, features, estimator.components_, weights, parameters=parameters
    )


@converts("sklearn.kernel_approximation.PolynomialCountSketch")
def polynomial_count_sketch(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the sketches of the row, convolved: sums of products.

    scikit-learn does so by Fourier transforms.
    """
    uniform(features, estimator.n_features_in_, estimator)
    if estimator.coef0 < 0 or estimator.gamma < 0:
        raise ExportError(
            "PolynomialCountSketch takes the roots of gamma and coef0, of which one is below 0: "
            "scikit-learn gives NaN for every row"
        )
    columns: list[Feature] = [*features]
    scales = [float(np.sqrt(estimator.gamma))] * len(columns)
    if estimator.coef0 != 0:
        columns.append(ConstantFeature(1.0))
        scales.append(float(np.sqrt(estimator.coef0)))
    count = int(estimator.n_components)
    sketch: list[Feature] = []
    for number, (places, signs) in enumerate(random_maps(estimator)):
        matrix = np.zeros((count, len(columns)))
        np.add.at(matrix, (places, np.arange(len(columns))), signs * np.array(scales))
        following = [
            combination(f"sketch{number + 1}({at})", columns, row) for at, row in enumerate(matrix)
        ]
        sketch = _convolved(number + 1, sketch, following) if sketch else following
    return sketch


def _convolved(number: int, left: Sequence[Feature], right: Sequence[Feature]) -> list[Feature]:
    """Return the circular convolution of two vectors."""
    count = len(left)
    made: list[Feature] = []
    for at in range(count):
        pairs = [(left[k], right[(at - k) % count]) for k in range(count)]
        made.append(_sum_of_products(f"convolved{number}({at})", pairs))
    return made


def _sum_of_products(name: str, pairs: Sequence[tuple[Feature, Feature]]) -> Feature:
    total = 0.0
    used: list[tuple[Feature, Feature]] = []
    for left, right in pairs:
        numbers = [it.value for it in (left, right) if isinstance(it, ConstantFeature)]
        if len(numbers) == 2:
            total += numbers[0] * numbers[1]
        elif numbers != [0.0]:
            used.append((left, right))
    if not used:
        return ConstantFeature(total)
    count = len(used)

    def expression(*operands: Compiled) -> Compiled:
        terms = [
            apply("*", ours, theirs)
            for ours, theirs in zip(operands[:count], operands[count:], strict=True)
        ]
        return sum_of([*terms, constant(total)] if total else terms)

    sources = (*(left for left, _ in used), *(right for _, right in used))
    return Derived(name, sources, expression)

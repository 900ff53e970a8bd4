"""Squares of distances from a point, as expressions: what normal densities are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, as_number, name_of
from pmmlkit.language.scope import Compiled

__all__ = ["euclidean_distance", "quadratic_score", "squared"]

Doubles = npt.NDArray[np.float64]


def squared(operand: Compiled) -> Compiled:
    """Return the square of an expression."""
    return apply("pow", operand, constant(2.0))


def quadratic_score(
    name: str,
    features: Sequence[Feature],
    center: npt.ArrayLike,
    matrix: npt.ArrayLike,
    factor: float,
    intercept: float,
) -> Feature:
    """Return the intercept plus the factor times the squared norm of ``(x - center) @ matrix``.

    `center` (features,); `matrix` (features, directions), or (features,) for a diagonal one.
    """
    shifts = [
        _shifted(feature, number)
        for feature, number in zip(
            map(as_number, features), np.asarray(center, np.float64).tolist(), strict=True
        )
    ]
    weights = np.asarray(matrix, np.float64)
    if weights.ndim == 1:
        weights = np.diag(weights)
    rows = [np.flatnonzero(column).tolist() for column in weights.T]

    def expression(*operands: Compiled) -> Compiled:
        terms = []
        for column, used in zip(weights.T.tolist(), rows, strict=True):
            parts = [apply("*", constant(column[at]), operands[at]) for at in used]
            if parts:
                terms.append(squared(sum_of(parts)))
        total = apply("*", constant(factor), sum_of(terms)) if terms else constant(0.0)
        return apply("+", total, constant(intercept))

    return Derived(name, tuple(shifts), expression)


def _shifted(feature: Feature, number: float) -> Feature:
    if number == 0.0:
        return feature
    if isinstance(feature, ConstantFeature):
        return ConstantFeature(feature.value - number)
    return Derived(
        f"shifted({name_of(feature)})", (feature,), lambda x: apply("-", x, constant(number))
    )


def euclidean_distance(name: str, features: Sequence[Feature], point: npt.ArrayLike) -> Feature:
    """Return the distance of the features from a point (features,)."""
    numbers = np.asarray(point, np.float64).tolist()

    def expression(*operands: Compiled) -> Compiled:
        terms = [
            squared(apply("-", operand, constant(number)) if number else operand)
            for operand, number in zip(operands, numbers, strict=True)
        ]
        return apply("sqrt", sum_of(terms))

    return Derived(name, tuple(map(as_number, features)), expression)

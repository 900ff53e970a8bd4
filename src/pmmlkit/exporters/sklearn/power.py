"""sklearn.preprocessing.PowerTransformer: the transformations of Box and Cox, Yeo and Johnson."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, elementwise, uniform
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import power_scaler
from pmmlkit.language.scope import Compiled

__all__ = ["power_transformer", "unpowered"]

Doubles = npt.NDArray[np.float64]

NEARLY_ZERO = float(np.spacing(1.0))
"""Exponents that are no farther from 0 count as 0, as SciPy has it."""


@converts("sklearn.preprocessing.PowerTransformer")
def power_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to logarithms and exponential functions of each column, then standardize."""
    exponents = np.asarray(estimator.lambdas_, np.float64).tolist()
    uniform(features, len(exponents), estimator)
    state, numbers = {
        "box-cox": (_box_cox, _box_cox_numbers),
        "yeo-johnson": (_yeo_johnson, _yeo_johnson_numbers),
    }[estimator.method]
    made = [
        _powered(feature, estimator.method, state, numbers, exponent)
        for feature, exponent in zip(features, exponents, strict=True)
    ]
    if estimator.standardize:
        return context.transform(power_scaler(estimator), made, "scaler of PowerTransformer")
    return made


def _powered(
    feature: Feature,
    name: str,
    state: Callable[[Compiled, float], Compiled],
    numbers: Callable[[Doubles, float], Doubles],
    exponent: float,
) -> Feature:
    if not np.isfinite(exponent):
        raise ExportError(f"PowerTransformer has the exponent {exponent}: a column was all missing")
    return elementwise(
        feature,
        name,
        lambda x: numbers(x, exponent),
        lambda x: state(x, exponent),
        guarded=True,
    )


def _power_less_one(logarithm: Compiled, exponent: float) -> Compiled:
    """Return (x ^ exponent - 1) / exponent of a logarithm, which loses no digits near 1."""
    if abs(exponent) < NEARLY_ZERO:
        return logarithm
    grown = apply("expm1", apply("*", constant(exponent), logarithm))
    return apply("/", grown, constant(exponent))


def _box_cox(x: Compiled, exponent: float) -> Compiled:
    return _power_less_one(apply("ln", x), exponent)


def _box_cox_numbers(x: Doubles, exponent: float) -> Doubles:
    from scipy.special import boxcox

    return np.asarray(boxcox(x, exponent), np.float64)


def _yeo_johnson(x: Compiled, exponent: float) -> Compiled:
    above = _power_less_one(apply("ln1p", x), exponent)
    mirrored = apply("ln1p", apply("-", constant(0.0), x))
    below = apply("-", constant(0.0), _power_less_one(mirrored, 2.0 - exponent))
    return apply("if", apply("greaterOrEqual", x, constant(0.0)), above, below)


def _yeo_johnson_numbers(x: Doubles, exponent: float) -> Doubles:
    from scipy.stats import yeojohnson

    return np.asarray(yeojohnson(x, exponent), np.float64)


def unpowered(feature: Feature, method: str, exponent: float) -> Feature:
    """Return what a number was before ``method`` (``"box-cox"``, ``"yeo-johnson"``): numbers that
    no transformation gives have no result.
    """
    state, numbers = {
        "box-cox": (_inverse_box_cox, _inverse_box_cox_numbers),
        "yeo-johnson": (_inverse_yeo_johnson, _inverse_yeo_johnson_numbers),
    }[method]
    return _powered(feature, f"inverse-{method}", state, numbers, exponent)


def _inverse_box_cox(z: Compiled, exponent: float) -> Compiled:
    if exponent == 0.0:
        return apply("exp", z)
    logarithm = apply("ln1p", apply("*", constant(exponent), z))
    return apply("exp", apply("/", logarithm, constant(exponent)))


def _inverse_box_cox_numbers(z: Doubles, exponent: float) -> Doubles:
    from scipy.special import inv_boxcox

    return np.asarray(inv_boxcox(z, exponent), np.float64)


def _inverse_yeo_johnson(z: Compiled, exponent: float) -> Compiled:
    above = apply("-", _root(z, exponent), constant(1.0))
    mirrored = apply("-", constant(0.0), z)
    below = apply("-", constant(1.0), _root(mirrored, 2.0 - exponent))
    return apply("if", apply("greaterOrEqual", z, constant(0.0)), above, below)


def _root(z: Compiled, exponent: float) -> Compiled:
    """Return (z * exponent + 1) ^ (1 / exponent), whose limit at 0 is the exponential function."""
    if abs(exponent) < NEARLY_ZERO:
        return apply("exp", z)
    grown = apply("+", apply("*", z, constant(exponent)), constant(1.0))
    return apply("pow", grown, constant(1.0 / exponent))


def _inverse_yeo_johnson_numbers(z: Doubles, exponent: float) -> Doubles:
    def root(z: Doubles, exponent: float) -> Doubles:
        if abs(exponent) < NEARLY_ZERO:
            return np.asarray(np.exp(z))
        return np.asarray(np.power(z * exponent + 1.0, 1.0 / exponent))

    with np.errstate(invalid="ignore"):
        return np.where(z >= 0.0, root(z, exponent) - 1.0, 1.0 - root(-z, 2.0 - exponent))

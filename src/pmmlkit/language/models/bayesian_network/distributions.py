"""The distributions of continuous nodes: density and mean for parameters that differ by row.

`columns` takes arrays (n,), `row` doubles; the parameters stand in the order of the schema. Where
the parameters make no sense the result is NaN. Semantics chapter 23.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["SHAPES", "Shape"]

Doubles = npt.NDArray[np.float64]

_TWO_PI: Final = 2.0 * math.pi


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of distribution: the logarithm of its density at x, and its mean."""

    columns: Callable[..., Doubles]
    row: Callable[..., float]
    mean_columns: Callable[..., Doubles]
    mean_row: Callable[..., float]


def _normal(x: Doubles, mean: Doubles, variance: Doubles) -> Doubles:
    variance = np.where(variance > 0, variance, np.nan)
    distance = x - mean
    result: Doubles = -0.5 * (distance * distance / variance + np.log(_TWO_PI * variance))
    return result


def _normal_row(x: float, mean: float, variance: float) -> float:
    if not variance > 0:
        return math.nan
    distance = x - mean
    return -0.5 * (distance * distance / variance + math.log(_TWO_PI * variance))


def _normal_mean(mean: Doubles, variance: Doubles) -> Doubles:
    return np.where(variance > 0, mean, np.nan)


def _normal_mean_row(mean: float, variance: float) -> float:
    return mean if variance > 0 else math.nan


def _lognormal(x: Doubles, mean: Doubles, variance: Doubles) -> Doubles:
    logarithm = np.log(np.where(x > 0, x, 1.0))
    inside = _normal(logarithm, mean, variance) - logarithm
    result: Doubles = np.where(x > 0, inside, np.where(np.isnan(inside), np.nan, -np.inf))
    return result


def _lognormal_row(x: float, mean: float, variance: float) -> float:
    if not (variance > 0 and mean == mean):
        return math.nan
    if not x > 0:
        return -math.inf
    logarithm = math.log(x)
    return _normal_row(logarithm, mean, variance) - logarithm


def _lognormal_mean(mean: Doubles, variance: Doubles) -> Doubles:
    result: Doubles = np.exp(mean + np.where(variance > 0, variance, np.nan) / 2.0)
    return result


def _lognormal_mean_row(mean: float, variance: float) -> float:
    if not (variance > 0 and mean == mean):
        return math.nan
    try:
        return math.exp(mean + variance / 2.0)
    except OverflowError:
        return math.inf


def _uniform(x: Doubles, lower: Doubles, upper: Doubles) -> Doubles:
    width = np.where(upper > lower, upper - lower, np.nan)
    result: Doubles = np.where((x >= lower) & (x <= upper), 0.0, -np.inf) - np.log(width)
    return result


def _uniform_row(x: float, lower: float, upper: float) -> float:
    if not upper > lower:
        return math.nan
    return -math.log(upper - lower) if lower <= x <= upper else -math.inf


def _uniform_mean(lower: Doubles, upper: Doubles) -> Doubles:
    return np.where(upper > lower, (lower + upper) / 2.0, np.nan)


def _uniform_mean_row(lower: float, upper: float) -> float:
    return (lower + upper) / 2.0 if upper > lower else math.nan


def _mode(mean: Any, lower: Any, upper: Any) -> Any:
    """Return where the density is highest: the mean is a third of it and both ends."""
    return 3.0 * mean - lower - upper


def _triangular(x: Doubles, mean: Doubles, lower: Doubles, upper: Doubles) -> Doubles:
    mode = _mode(mean, lower, upper)
    is_good = (upper > lower) & (mode >= lower) & (mode <= upper)
    width = upper - lower
    left = 2.0 * (x - lower) / (width * (mode - lower))
    right = 2.0 * (upper - x) / (width * (upper - mode))
    density = np.where(x < mode, left, np.where(x > mode, right, 2.0 / width))
    density = np.where((x < lower) | (x > upper), 0.0, density)
    return np.log(np.where(is_good, density, np.nan))


def _triangular_row(x: float, mean: float, lower: float, upper: float) -> float:
    mode = _mode(mean, lower, upper)
    if not (upper > lower and lower <= mode <= upper):
        return math.nan
    width = upper - lower
    if x < lower or x > upper:
        return -math.inf
    if x < mode:
        density = 2.0 * (x - lower) / (width * (mode - lower))
    elif x > mode:
        density = 2.0 * (upper - x) / (width * (upper - mode))
    else:
        density = 2.0 / width
    return math.log(density) if density > 0 else -math.inf


def _triangular_mean(mean: Doubles, lower: Doubles, upper: Doubles) -> Doubles:
    mode = _mode(mean, lower, upper)
    return np.where((upper > lower) & (mode >= lower) & (mode <= upper), mean, np.nan)


def _triangular_mean_row(mean: float, lower: float, upper: float) -> float:
    is_good = upper > lower and lower <= _mode(mean, lower, upper) <= upper
    return mean if is_good else math.nan


SHAPES: Final[Mapping[str, Shape]] = {
    "NormalDistributionForBN": Shape(_normal, _normal_row, _normal_mean, _normal_mean_row),
    "LognormalDistributionForBN": Shape(
        _lognormal, _lognormal_row, _lognormal_mean, _lognormal_mean_row
    ),
    "UniformDistributionForBN": Shape(_uniform, _uniform_row, _uniform_mean, _uniform_mean_row),
    "TriangularDistributionForBN": Shape(
        _triangular, _triangular_row, _triangular_mean, _triangular_mean_row
    ),
}
"""The kinds by the tag of their element."""

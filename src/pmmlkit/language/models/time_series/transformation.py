"""The transformations of a series, their inverses for forecasts, and interpolation.

Specification: Time Series (`transformation`, `interpolationMethod`); semantics chapter 20.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.xml.declaration import enumeration

__all__ = ["TRANSFORMATION", "bound", "deviation", "spline", "transform", "undo"]

Doubles = npt.NDArray[np.float64]

TRANSFORMATION: Final = enumeration("none", "logarithmic", "squareroot")


def transform(value: float, method: str) -> float:
    """Return a value on the scale of the model; ValueError where it has none there."""
    if method == "logarithmic":
        return math.log(value)
    return math.sqrt(value) if method == "squareroot" else value


def undo(value: Any, method: str) -> Any:
    """Return forecasts (a number or an array) on the scale of the series."""
    if method == "logarithmic":
        return np.exp(value)
    return value * value if method == "squareroot" else value


def bound(mean: Any, spread: Any, method: str) -> Any:
    """Return a bound of intervals: `spread` lies between it and the mean, before `undo`."""
    value = mean + spread
    return undo(np.maximum(value, 0.0) if method == "squareroot" else value, method)


def deviation(mean: Any, variance: Any, method: str) -> Any:
    """Return the standard deviation of the series where the model's value is normal."""
    if method == "logarithmic":
        return np.exp(mean + variance / 2) * np.sqrt(np.expm1(variance))
    if method == "squareroot":
        return np.sqrt(variance * (4 * mean * mean + 2 * variance))
    return np.sqrt(variance)


def spline(known: Doubles, values: Doubles, wanted: Doubles) -> Doubles:
    """Interpolate by the natural cubic spline through `values` at `known`."""
    size = len(known)
    steps, slopes = np.diff(known), np.diff(values) / np.diff(known)
    # The second derivatives of a natural spline, by the Thomas algorithm.
    second = np.zeros(size)
    upper, right = np.zeros(size), np.zeros(size)
    for at in range(1, size - 1):
        whole = 2 * (steps[at - 1] + steps[at]) - steps[at - 1] * upper[at - 1]
        upper[at] = steps[at] / whole
        right[at] = (6 * (slopes[at] - slopes[at - 1]) - steps[at - 1] * right[at - 1]) / whole
    for at in range(size - 2, 0, -1):
        second[at] = right[at] - upper[at] * second[at + 1]
    left = np.clip(np.searchsorted(known, wanted, side="right") - 1, 0, size - 2)
    step = steps[left]
    before, after = known[left + 1] - wanted, wanted - known[left]
    result: Doubles = (
        (second[left] * before**3 + second[left + 1] * after**3) / (6 * step)
        + (values[left] / step - second[left] * step / 6) * before
        + (values[left + 1] / step - second[left + 1] * step / 6) * after
    )
    return result

"""Quantiles of Student's t distribution, for confidence intervals. SciPy is no dependency."""

from __future__ import annotations

import math
from statistics import NormalDist

__all__ = ["two_sided_quantile"]

_TINY = 1e-300
_MANY = 40.0


def two_sided_quantile(level: float, degrees: float | None) -> float:
    """Return the number that |t| stays below with probability `level` (0 to 1, ends excluded).

    `degrees` of freedom greater than 0; None stands for the normal distribution.
    """
    if degrees is None or math.isinf(degrees):
        return NormalDist().inv_cdf((1.0 + level) / 2.0)
    # P(|t| > q) = I(degrees / (degrees + q^2); degrees / 2, 1 / 2), which falls as q grows.
    tail = 1.0 - level
    low, high = 0.0, 1.0
    while _tail(high, degrees) > tail:
        low, high = high, high * 2.0
    while True:
        middle = (low + high) / 2.0
        if not low < middle < high:
            return middle
        if _tail(middle, degrees) > tail:
            low = middle
        else:
            high = middle


def _tail(quantile: float, degrees: float) -> float:
    square = quantile * quantile
    x = degrees / (degrees + square)
    rest = square / (degrees + square)
    a, b = degrees / 2.0, 0.5
    if x <= 0.0:
        return 0.0
    if rest <= 0.0:
        return 1.0
    # Whichever of x and its rest is small is exact: its logarithm is taken directly.
    log_x = math.log(x) if x < 0.5 else math.log1p(-rest)
    log_rest = math.log(rest) if rest < 0.5 else math.log1p(-x)
    log_beta = 0.5 * math.log(math.pi) - _log_ratio(a)
    front = math.exp(a * log_x + b * log_rest - log_beta)
    if x < (a + 1.0) / (a + b + 2.0):
        return front * _fraction(x, a, b) / a
    return 1.0 - front * _fraction(rest, b, a) / b


def _log_ratio(a: float) -> float:
    """Return the logarithm of gamma(a + 1/2) / gamma(a)."""
    if a < _MANY:
        return math.lgamma(a + 0.5) - math.lgamma(a)
    # The difference of two large numbers would lose digits.
    square = a * a
    series = (1 / 8 - (1 / 192 - (1 / 640 - 17 / (14336 * square)) / square) / square) / a
    return 0.5 * math.log(a) - series


def _fraction(x: float, a: float, b: float) -> float:
    """Return the continued fraction of the incomplete beta function (Lentz's way)."""
    c, d = 1.0, 1.0 / _away(1.0 - (a + b) * x / (a + 1.0))
    result = d
    for step in range(1, 10_000):
        even = step * (b - step) * x / ((a + 2 * step - 1.0) * (a + 2 * step))
        d = 1.0 / _away(1.0 + even * d)
        c = _away(1.0 + even / c)
        result *= d * c
        odd = -(a + step) * (a + b + step) * x / ((a + 2 * step) * (a + 2 * step + 1.0))
        d = 1.0 / _away(1.0 + odd * d)
        c = _away(1.0 + odd / c)
        change = d * c
        result *= change
        if abs(change - 1.0) < 4e-16:
            break
    return result


def _away(value: float) -> float:
    """Return the value, moved away from 0."""
    return value if abs(value) > _TINY else _TINY

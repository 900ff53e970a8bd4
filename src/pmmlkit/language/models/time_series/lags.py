"""Polynomials in the lag operator B: tuples of coefficients, that of B^0 first."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = [
    "MOST_DIFFERENCES",
    "MOST_LAGS",
    "Lags",
    "apply",
    "differences",
    "expansion",
    "product",
    "spread_out",
]

Lags = tuple[float, ...]

MOST_DIFFERENCES = 100
"""Coefficients of higher differences are too large for doubles to tell anything."""

MOST_LAGS = 100_000
"""No forecast looks further back, seasons included."""


def product(left: Sequence[float], right: Sequence[float]) -> Lags:
    """Multiply two polynomials."""
    result = [0.0] * (len(left) + len(right) - 1)
    for at, one in enumerate(left):
        if one:
            for by, other in enumerate(right):
                result[at + by] += one * other
    return tuple(result)


def spread_out(coefficients: Sequence[float], period: int, first: float = 1.0) -> Lags:
    """Return ``first + c_1 B^period + c_2 B^(2 period) + ...``."""
    result = [0.0] * (len(coefficients) * period + 1)
    result[0] = first
    result[period::period] = list(coefficients)
    return tuple(result)


def differences(times: int, period: int = 1) -> Lags:
    """Return ``(1 - B^period)^times``."""
    result: Lags = (1.0,)
    for _ in range(times):
        result = product(result, spread_out([-1.0], period))
    return result


def apply(lags: Lags, values: Sequence[float], at: int) -> float:
    """Return the polynomial applied to the values at a place that has enough before it."""
    total = 0.0
    for lag, coefficient in enumerate(lags):
        if coefficient:
            total += coefficient * values[at - lag]
    return total


def expansion(above: Lags, below: Lags, size: int) -> list[float]:
    """Return the first `size` coefficients of ``above / below``, where below begins with 1."""
    result: list[float] = []
    terms = [(lag, value) for lag, value in enumerate(below) if lag and value]
    for at in range(size):
        total = above[at] if at < len(above) else 0.0
        for lag, value in terms:
            if lag > at:
                break
            total -= value * result[at - lag]
        result.append(total)
    return result

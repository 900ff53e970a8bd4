"""The activation functions, over the columns of several neurons and over a list of one row's sums.

Columns are float64, or float32 where the model computes in single precision; a transcendental
function is then computed in double and rounded. Rows are doubles. What is undefined is infinite or
NaN, as in IEEE arithmetic. Semantics chapter 17.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.ordered_sums import EXPONENT_ERROR

__all__ = ["ACTIVATIONS", "Activation", "leaky_rectifier", "radial_basis", "threshold"]

Array = npt.NDArray[Any]
Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Activation:
    """`columns` changes the sums (neurons, rows) in place, `rows` makes a list of a list.

    `tolerance`: the absolute error of a sum of squares that keeps the output within 1e-12; 0 where
    the function has jumps, so that all sums must be added in order.
    """

    columns: Callable[[Array], None]
    rows: Callable[[list[float]], list[float]]
    tolerance: float = math.inf


def _in_double(function: Callable[..., Any], values: Array) -> None:
    if values.dtype == np.float64:
        function(values, out=values)
    else:
        values[...] = function(values, dtype=np.float64)


def _logistic(values: Array) -> None:
    np.negative(values, out=values)
    _in_double(np.exp, values)
    values += 1
    np.reciprocal(values, out=values)


def _exp(value: float) -> float:
    try:
        return math.exp(value)
    except OverflowError:
        return math.inf


def _logistic_rows(sums: list[float]) -> list[float]:
    exp = math.exp
    try:
        return [1.0 / (1.0 + exp(-value)) for value in sums]
    except OverflowError:
        return [1.0 / (1.0 + _exp(-value)) for value in sums]


def _tanh(values: Array) -> None:
    _in_double(np.tanh, values)


def _exponential(values: Array) -> None:
    _in_double(np.exp, values)


def _reciprocal(values: Array) -> None:
    np.reciprocal(values, out=values)


def _reciprocal_rows(sums: list[float]) -> list[float]:
    return [1.0 / value if value else math.copysign(math.inf, value) for value in sums]


def _square(values: Array) -> None:
    np.multiply(values, values, out=values)


def _gauss(values: Array) -> None:
    np.multiply(values, values, out=values)
    np.negative(values, out=values)
    _in_double(np.exp, values)


def _sine(values: Array) -> None:
    _in_double(np.sin, values)


def _cosine(values: Array) -> None:
    _in_double(np.cos, values)


def _wave(function: Callable[[float], float]) -> Callable[[list[float]], list[float]]:
    def rows(sums: list[float]) -> list[float]:
        return [math.nan if math.isinf(value) else function(value) for value in sums]

    return rows


def _elliott(values: Array) -> None:
    size = np.abs(values)
    size += 1
    np.divide(values, size, out=values)


def _arctan(values: Array) -> None:
    _in_double(np.arctan, values)
    values *= 2
    values /= values.dtype.type(math.pi)


def _rectifier(values: Array) -> None:
    np.maximum(values, 0, out=values)


def _identity(values: Array) -> None:
    pass


def _same(sums: list[float]) -> list[float]:
    return sums


ACTIVATIONS: Final[dict[str, Activation]] = {
    "logistic": Activation(_logistic, _logistic_rows),
    "tanh": Activation(_tanh, lambda sums: [math.tanh(value) for value in sums]),
    "identity": Activation(_identity, _same),
    "exponential": Activation(_exponential, lambda sums: [_exp(value) for value in sums]),
    "reciprocal": Activation(_reciprocal, _reciprocal_rows, tolerance=0.0),
    "square": Activation(_square, lambda sums: [value * value for value in sums]),
    "Gauss": Activation(_gauss, lambda sums: [math.exp(-(value * value)) for value in sums]),
    "sine": Activation(_sine, _wave(math.sin)),
    "cosine": Activation(_cosine, _wave(math.cos)),
    "Elliott": Activation(_elliott, lambda sums: [value / (1.0 + abs(value)) for value in sums]),
    "arctan": Activation(_arctan, lambda sums: [2.0 * math.atan(x) / math.pi for x in sums]),
    # NaN stays what it is, as with np.maximum.
    "rectifier": Activation(
        _rectifier, lambda sums: [0.0 if value <= 0.0 else value for value in sums]
    ),
}
"""The functions without parameters."""


def threshold(bound: float) -> Activation:
    """Return 1 above the bound, else 0."""

    def columns(values: Array) -> None:
        np.greater(values, values.dtype.type(bound), out=values, casting="unsafe")

    return Activation(
        columns, lambda sums: [1.0 if value > bound else 0.0 for value in sums], tolerance=0.0
    )


def leaky_rectifier(slope: float) -> Activation:
    """Return the rectifier that falls with a slope below 0 (JPMML's ``x-leakage``)."""

    def columns(values: Array) -> None:
        np.multiply(values, values.dtype.type(slope), out=values, where=~(values > 0))

    return Activation(
        columns, lambda sums: [value if value > 0.0 else slope * value for value in sums]
    )


def radial_basis(widths: Doubles, altitudes: Doubles, fan_in: int) -> Activation:
    """Return ``exp(fanIn ln(altitude) - z)``, z being the sum over twice the width squared.

    `widths` and `altitudes` (neurons,).
    """
    divisors = 2 * widths**2
    heights = fan_in * np.log(altitudes)
    pairs = list(zip(divisors.tolist(), heights.tolist(), strict=True))

    def columns(values: Array) -> None:
        values /= divisors.astype(values.dtype)[:, np.newaxis]
        np.subtract(heights.astype(values.dtype)[:, np.newaxis], values, out=values)
        _in_double(np.exp, values)

    def rows(sums: list[float]) -> list[float]:
        return [
            _exp(height - value / divisor)
            for value, (divisor, height) in zip(sums, pairs, strict=True)
        ]

    def rows_of_spikes(sums: list[float]) -> list[float]:
        """A width whose square is 0 leaves only its centre, where the quotient is no number."""
        quotients = [
            value / divisor if divisor else math.inf if value > 0 else math.nan
            for value, (divisor, _) in zip(sums, pairs, strict=True)
        ]
        return [
            _exp(height - quotient) for quotient, (_, height) in zip(quotients, pairs, strict=True)
        ]

    least = float(divisors.min())
    return Activation(
        columns, rows if least > 0 else rows_of_spikes, tolerance=EXPONENT_ERROR * least
    )

"""Group E: the normal distribution and the error function (semantics 5.3). All results are doubles.

SciPy is no dependency: the standard library has erf and erfc to full precision, and the quantile
by Wichura's algorithm AS 241. NumPy has none of them, so the columns mode goes row by row and is
equal to the row mode bit for bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import Call, Function
from pmmlkit.language.functions.numeric import Array, Kernel, Raw, number_step, real
from pmmlkit.language.step import Step

__all__ = ["FUNCTIONS"]

_ROOT_2: Final = math.sqrt(2.0)
_ROOT_2_PI: Final = math.sqrt(2.0 * math.pi)
_SIGMA: Final = "the standard deviation must be greater than 0"
_PROBABILITY: Final = "the probability must be between 0 and 1"


def _standard_cumulative(z: float) -> float:
    return 0.5 * math.erfc(-z / _ROOT_2)


def _standard_density(z: float) -> float:
    # math.exp takes -inf; z * z overflows to inf without an error.
    return math.exp(-0.5 * z * z) / _ROOT_2_PI


def _standard_quantile(p: float) -> float:
    from statistics import NormalDist

    if p <= 0:
        return -math.inf
    if p >= 1:
        return math.inf
    return p if p != p else NormalDist().inv_cdf(p)


def _quantile(p: float, mu: float, sigma: float) -> float:
    return mu + sigma * _standard_quantile(p)


def _cumulative(x: float, mu: float, sigma: float) -> float:
    return _standard_cumulative((x - mu) / sigma)


def _density(x: float, mu: float, sigma: float) -> float:
    return _standard_density((x - mu) / sigma) / sigma


def _vectorised(scalar: Callable[..., float]) -> Callable[..., Array]:
    """Return the scalar function over arrays; rows where it refuses are NaN."""

    def one(*arguments: float) -> float:
        try:
            return scalar(*arguments)
        except (EvaluationError, ZeroDivisionError):
            return math.nan

    def run(*arrays: Array) -> Array:
        arrays = tuple(np.broadcast_arrays(*(np.atleast_1d(array) for array in arrays)))
        rows = zip(*(array.tolist() for array in arrays), strict=True)
        return np.fromiter((one(*row) for row in rows), np.float64, len(arrays[0]))

    return run


def _refusing(name: str, scalar: Callable[..., float], *, is_quantile: bool) -> Function:
    """Make the entry of a function whose arguments can be out of bounds.

    Then the row fails whatever the treatment.
    """
    arity = scalar.__code__.co_argcount

    def checked(*arguments: float) -> float:
        if arity == 3 and arguments[2] <= 0:
            raise EvaluationError(f"function {name!r}: {_SIGMA}")
        if is_quantile and (arguments[0] < 0 or arguments[0] > 1):
            raise EvaluationError(f"function {name!r}: {_PROBABILITY}")
        return scalar(*arguments)

    over_rows = _vectorised(checked)

    def array(*arrays: Array) -> Raw:
        refused: dict[str, Any] = {}
        if arity == 3:
            refused[_SIGMA] = arrays[2] <= 0
        if is_quantile:
            refused[_PROBABILITY] = (arrays[0] < 0) | (arrays[0] > 1)
        return Raw(over_rows(*arrays), refused=refused)

    kernel = Kernel(DOUBLE, array, checked, may_fail=True)

    def build(call: Call) -> Step:
        call.number_types()
        return number_step(call, kernel)

    return Function(name, arity, arity, build)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _refusing("normalCDF", _cumulative, is_quantile=False),
    _refusing("normalPDF", _density, is_quantile=False),
    _refusing("normalIDF", _quantile, is_quantile=True),
    real("stdNormalCDF", 1, _vectorised(_standard_cumulative), _standard_cumulative),
    real("stdNormalPDF", 1, _vectorised(_standard_density), _standard_density),
    _refusing("stdNormalIDF", _standard_quantile, is_quantile=True),
    real("erf", 1, _vectorised(math.erf), math.erf),
)

"""Group A: ``+ - * / modulo`` (semantics 5.3). Integers stay integers and never wrap."""

from __future__ import annotations

import math
import operator
from typing import Any, Final

import numpy as np

from pmmlkit.columns.types import DOUBLE, INTEGER
from pmmlkit.language.functions.function import Function, InvalidResult
from pmmlkit.language.functions.numeric import (
    OVERFLOW,
    Array,
    Kernel,
    Raw,
    choosing,
    exactly,
    within,
)

__all__ = ["FUNCTIONS"]

_ZERO: Final = "integer division by zero"


def divide(a: float, b: float) -> float:
    """Divide by the rules of IEEE 754, where Python raises; as in JPMML, a zero has no sign."""
    try:
        return a / b
    except ZeroDivisionError:
        return math.nan if a == 0 or a != a else math.copysign(math.inf, a)


def _divide_arrays(a: Array, b: Array) -> Array:
    return np.divide(a, b + 0.0)


def _divide_integers(a: int, b: int) -> int:
    if b == 0:
        raise InvalidResult(_ZERO)
    quotient = abs(a) // abs(b)
    return within(quotient if (a < 0) == (b < 0) else -quotient)


def _divide_integer_arrays(a: Array, b: Array) -> Raw:
    zero = b == 0
    overflow = (a == np.iinfo(np.int64).min) & (b == -1)
    divisor = np.where(zero | overflow, 1, b)
    floored = a // divisor
    # The specification is silent; JPMML truncates towards zero, PMML4S gives a double.
    truncated = floored + ((a % divisor != 0) & ((a < 0) != (divisor < 0)))
    return Raw(truncated, {_ZERO: zero, OVERFLOW: overflow})


def _modulo(a: float, b: float) -> float:
    quotient = divide(a, b)
    if quotient - quotient != 0:
        return math.nan
    return a - math.floor(quotient) * b if abs(quotient) < 2**53 else a - quotient * b


def _modulo_arrays(a: Array, b: Array) -> Array:
    quotient = _divide_arrays(a, b)
    result: Array = np.where(np.isfinite(quotient), a - np.floor(quotient) * b, np.nan)
    return result


def _modulo_integers(a: int, b: int) -> int:
    if b == 0:
        raise InvalidResult(_ZERO)
    return a % b


def _modulo_integer_arrays(a: Array, b: Array) -> Raw:
    zero = b == 0
    return Raw(np.mod(a, np.where(zero, 1, b)), {_ZERO: zero})


def _real(array: Any, scalar: Any) -> Kernel:
    return Kernel(DOUBLE, array, scalar)


def _whole(array: Any, scalar: Any) -> Kernel:
    return Kernel(INTEGER, array, scalar, widens=False, may_fail=True)


_MODULO: Final = {
    "double": _real(_modulo_arrays, _modulo),
    "integer": _whole(_modulo_integer_arrays, _modulo_integers),
}

FUNCTIONS: Final[tuple[Function, ...]] = (
    *(
        choosing(name, 2, {"double": _real(array, scalar), "integer": exactly(array, scalar)})
        for name, array, scalar in (
            ("+", np.add, operator.add),
            ("-", np.subtract, operator.sub),
            ("*", np.multiply, operator.mul),
        )
    ),
    choosing(
        "/",
        2,
        {
            "double": _real(_divide_arrays, divide),
            "integer": _whole(_divide_integer_arrays, _divide_integers),
        },
    ),
    choosing("modulo", 2, _MODULO),
    choosing("x-modulo", 2, _MODULO),
)

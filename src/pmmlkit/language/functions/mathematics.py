"""Groups C and D: powers, logarithms, rounding and trigonometry (semantics 5.3).

Angles are radians.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pmmlkit.columns.types import DOUBLE, INTEGER
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import NOT_A_NUMBER, Call, Function, InvalidResult
from pmmlkit.language.functions.numeric import (
    OVERFLOW,
    Array,
    Kernel,
    Raw,
    choosing,
    common,
    number_step,
    real,
    within,
)
from pmmlkit.language.step import Step

__all__ = ["FUNCTIONS"]

_NEGATIVE_EXPONENT: Final = "an integer to a negative integer power is not an integer"


def _guarded(
    function: Callable[..., float], pole: float = math.nan, huge: float = math.inf
) -> Callable[..., float]:
    """Give the results of IEEE 754 where Python's mathematics raise.

    `pole` outside the domain, `huge` beyond doubles.
    """

    def run(*arguments: float) -> float:
        try:
            return function(*arguments)
        except ValueError:
            return pole
        except OverflowError:
            return huge

    return run


def _logarithm(function: Callable[[float], float], zero: float) -> Callable[[float], float]:
    def run(number: float) -> float:
        try:
            return function(number)
        except ValueError:
            return -math.inf if number == zero else math.nan

    return run


def _sinh(number: float) -> float:
    try:
        return math.sinh(number)
    except OverflowError:
        return math.copysign(math.inf, number)


def _hypot(a: float, b: float) -> float:
    return math.hypot(a, b)


def _power(base: float, exponent: float) -> float:
    exponent = float(exponent)
    try:
        return math.pow(base, exponent)
    except ValueError:
        return math.inf if base == 0 else math.nan
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _powers(base: Array, exponent: Array) -> Array:
    return np.power(base + 0.0, exponent)  # a zero has no sign


def _atan2(y: float, x: float) -> float:
    return math.atan2(y + 0.0, x + 0.0)


def _atan2_arrays(y: Array, x: Array) -> Array:
    return np.arctan2(y + 0.0, x + 0.0)


def _integer_power(base: int, exponent: int) -> int:
    if exponent < 0:
        raise EvaluationError(f"function 'pow': {_NEGATIVE_EXPONENT}")
    if exponent > 63 and not -1 <= base <= 1:
        raise InvalidResult(OVERFLOW)
    return within(int(base) ** exponent)


def _integer_powers(base: Array, exponent: Array) -> Raw:
    base, exponent = np.broadcast_arrays(np.atleast_1d(base), np.atleast_1d(exponent))
    negative = exponent < 0
    usable = np.where(negative, 0, exponent)
    values = np.power(base, usable)
    estimate = np.power(base.astype(np.float64), usable.astype(np.float64))
    lost = np.zeros(values.shape, np.bool_)
    for row in np.flatnonzero(~(np.abs(estimate) < 2.0**62)).tolist():
        try:
            values[row] = _integer_power(int(base[row]), int(usable[row]))
        except InvalidResult:
            lost[row] = True
    return Raw(values, {OVERFLOW: lost}, {_NEGATIVE_EXPONENT: negative})


def _integer_absolute(number: int) -> int:
    return within(abs(number))


def _integer_absolutes(numbers: Array) -> Raw:
    return Raw(np.abs(numbers), {OVERFLOW: numbers == np.iinfo(np.int64).min})


def _round(number: float) -> float:
    # floor(x + 0.5) itself is wrong for 0.49999999999999994 and beyond 2**52.
    low = math.floor(number)
    return low + 1 if number - low >= 0.5 else low


def _round_array(numbers: Array) -> Array:
    low = np.floor(numbers)
    return low + (numbers - low >= 0.5)


def _rint(number: float) -> float:
    if number - number != 0:
        return number + 0.0
    return math.copysign(float(round(number)), number)


def _to_integer(
    name: str, array: Callable[[Array], Array], scalar: Callable[[float], float]
) -> Function:
    """Make the entry of a function that rounds to an integer; integers stay as they are."""

    def whole(number: float) -> int:
        if number - number != 0:
            raise InvalidResult(NOT_A_NUMBER if number != number else OVERFLOW)
        return within(int(scalar(number)))

    def wholes(numbers: Array) -> Raw:
        values = array(numbers)
        undefined = np.isnan(values)
        outside = ~undefined & ~((values >= -(2.0**63)) & (values < 2.0**63))
        safe = np.where(undefined | outside, 0.0, values).astype(np.int64)
        return Raw(safe, {NOT_A_NUMBER: undefined, OVERFLOW: outside})

    rounds = Kernel(INTEGER, wholes, whole, may_fail=True)
    same = Kernel(INTEGER, np.asarray, int, widens=False)

    def build(call: Call) -> Step:
        is_whole = common(call.number_types()).kind == "integer"
        return number_step(call, same if is_whole else rounds)

    return Function(name, 1, 1, build)


def _reals(name: str, arity: int, array: Any, scalar: Any) -> tuple[Function, Function]:
    """Make the entry of a function of PMML 4.4 and of the alias that it had before."""
    return real(name, arity, array, scalar), real(f"x-{name}", arity, array, scalar)


_RINT: Final = {
    "double": Kernel(DOUBLE, np.rint, _rint),
    "integer": Kernel(INTEGER, np.asarray, int, widens=False),
}

FUNCTIONS: Final[tuple[Function, ...]] = (
    real("log10", 1, np.log10, _logarithm(math.log10, 0.0)),
    real("ln", 1, np.log, _logarithm(math.log, 0.0)),
    real("exp", 1, np.exp, _guarded(math.exp)),
    real("sqrt", 1, np.sqrt, _guarded(math.sqrt)),
    *_reals("ln1p", 1, np.log1p, _logarithm(math.log1p, -1.0)),
    *_reals("expm1", 1, np.expm1, _guarded(math.expm1)),
    *_reals("hypot", 2, np.hypot, _hypot),
    choosing(
        "abs",
        1,
        {
            "double": Kernel(DOUBLE, np.abs, abs),
            "integer": Kernel(
                INTEGER, _integer_absolutes, _integer_absolute, widens=False, may_fail=True
            ),
        },
    ),
    choosing(
        "pow",
        2,
        {
            "double": Kernel(DOUBLE, _powers, _power),
            "integer": Kernel(
                INTEGER, _integer_powers, _integer_power, widens=False, may_fail=True
            ),
        },
    ),
    choosing(
        "threshold",
        2,
        {
            "double": Kernel(
                DOUBLE,
                lambda x, y: (x > y).astype(np.float64),
                lambda x, y: 1.0 if float(x) > float(y) else 0.0,
            ),
            "integer": Kernel(
                INTEGER,
                lambda x, y: (x > y).astype(np.int64),
                lambda x, y: 1 if x > y else 0,
                widens=False,
            ),
        },
    ),
    _to_integer("floor", np.floor, math.floor),
    _to_integer("ceil", np.ceil, math.ceil),
    _to_integer("round", _round_array, _round),
    choosing("rint", 1, _RINT),
    choosing("x-rint", 1, _RINT),
    *_reals("sin", 1, np.sin, _guarded(math.sin)),
    *_reals("cos", 1, np.cos, _guarded(math.cos)),
    *_reals("tan", 1, np.tan, _guarded(math.tan)),
    *_reals("asin", 1, np.arcsin, _guarded(math.asin)),
    *_reals("acos", 1, np.arccos, _guarded(math.acos)),
    *_reals("atan", 1, np.arctan, _guarded(math.atan)),
    *_reals("sinh", 1, np.sinh, _sinh),
    *_reals("cosh", 1, np.cosh, _guarded(math.cosh)),
    *_reals("tanh", 1, np.tanh, _guarded(math.tanh)),
    # JPMML's extension.
    real("x-atan2", 2, _atan2_arrays, _atan2),
)

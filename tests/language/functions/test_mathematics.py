"""Powers, logarithms, rounding and trigonometry over special numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.types import DOUBLE, FLOAT, INTEGER
from tests.language.functions.calls import ERROR, call, same, step_of, table

INF, NAN = math.inf, math.nan
MOST, LEAST = 2**63 - 1, -(2**63)
HALF_BELOW = 0.49999999999999994

SPECIAL: list[Any] = [
    *(None, 0.0, -0.0, 1.0, -1.0, 0.5, -0.5, 2.0, 1e-300, 5e-324, -5e-324, 1e300, -1e300),
    *(INF, -INF, 0.1, -0.1, 10.0, 100.0, 709.0, 710.0, -746.0, 1e15, 1e16, 2.0**52 + 1, 2.0**53),
    *(math.pi, math.pi / 2, -math.pi, 1.0 + 2**-52, 1.0 - 2**-53, 1e-17, -1e-17),
]
"""The inputs of the columns of `SPECIFIED`."""


def _ieee(function: Any) -> Any:
    def run(x: float) -> float:
        with np.errstate(all="ignore"):
            return float(function(np.float64(x)))

    return run


REAL = {
    "log10": np.log10,
    "ln": np.log,
    "exp": np.exp,
    "sqrt": np.sqrt,
    "ln1p": np.log1p,
    "expm1": np.expm1,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
}


@pytest.mark.parametrize("name", REAL)
def test_functions_of_one_real_number(name: str) -> None:
    found, type = table(name, [(x,) for x in SPECIAL], [DOUBLE])
    assert type == DOUBLE
    for x, result in zip(SPECIAL, found, strict=True):
        expected = None if x is None else _ieee(REAL[name])(x)
        expected = ERROR if expected is not None and math.isnan(expected) else expected
        assert same(result, expected), (name, x, result, expected)
    assert step_of(name, [INTEGER]).type == DOUBLE
    assert step_of(name, [FLOAT]).type == DOUBLE


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("ln", [0.0], -INF),
        ("ln", [-1.0], ERROR),
        ("ln", [math.e], 1.0),
        ("ln", [1], 0.0),
        ("log10", [1000], 3.0),
        ("log10", [0], -INF),
        ("exp", [710], INF),
        ("exp", [-INF], 0.0),
        ("sqrt", [-1e-300], ERROR),
        ("sqrt", [16], 4.0),
        ("ln1p", [1e-17], 1e-17),
        ("ln1p", [-1.0], -INF),
        ("expm1", [1e-17], 1e-17),
        ("x-expm1", [1e-17], 1e-17),
        ("x-ln1p", [-2.0], ERROR),
        ("asin", [1.0000000000000002], ERROR),
        ("acos", [-1], math.pi),
        ("sin", [INF], ERROR),
        ("sinh", [-1000.0], -INF),
        ("cosh", [-1000.0], INF),
        ("x-tanh", [INF], 1.0),
        ("hypot", [3, 4], 5.0),
        ("hypot", [1e200, 1e200], 1.4142135623730951e200),
        ("hypot", [INF, 1.0], INF),
        ("hypot", [None, 1.0], None),
        ("x-atan2", [1.0, -1.0], 3 * math.pi / 4),
        ("x-atan2", [0.0, 0.0], 0.0),
        ("x-atan2", [1.0, None], None),
        ("abs", [-3], 3),
        ("abs", [-3.5], 3.5),
        ("abs", [-INF], INF),
        ("abs", [LEAST], ERROR),
        ("abs", [-MOST], MOST),
        ("abs", [None], None),
        ("pow", [2, 10], 1024),
        ("pow", [2, 62], 2**62),
        ("pow", [2, 63], ERROR),
        ("pow", [-2, 63], LEAST),
        ("pow", [-2, 64], ERROR),
        ("pow", [3, 10**9], ERROR),
        ("pow", [-1, 10**9 + 1], -1),
        ("pow", [0, 0], 1),
        ("pow", [0.0, 0.0], 1.0),
        ("pow", [2, -1], ERROR),
        ("pow", [2.0, -1], 0.5),
        ("pow", [0.0, -1.0], INF),
        ("pow", [-8.0, 1 / 3], ERROR),
        ("pow", [-2.0, 3.0], -8.0),
        ("pow", [10.0, 400.0], INF),
        ("pow", [-10.0, 401.0], -INF),
        ("pow", [1.0, INF], 1.0),
        ("pow", [None, 2], None),
        ("threshold", [2, 1], 1),
        ("threshold", [1, 2], 0),
        ("threshold", [1, 1], 0),
        ("threshold", [2.0, 1], 1.0),
        ("threshold", [INF, 1e300], 1.0),
        ("threshold", [None, 1.0], None),
    ],
)
def test_values(name: str, arguments: list[Any], expected: Any) -> None:
    types = [
        INTEGER if type(item) is int or (item is None and type(arguments[-1]) is int) else DOUBLE
        for item in arguments
    ]
    assert same(call(name, *arguments, types=types), expected)


def test_negative_exponent_of_integers_fails_whatever_the_treatment() -> None:
    assert table("pow", [(2, -1)], invalid_value_treatment="asMissing")[0] == [ERROR]
    assert table("pow", [(2, 64)], invalid_value_treatment="asMissing")[0] == [None]


ROUNDED: list[tuple[Any, Any, Any, Any, Any]] = [
    # x, floor, ceil, round, rint
    (None, None, None, None, None),
    (0.0, 0, 0, 0, 0.0),
    (-0.0, 0, 0, 0, -0.0),
    (0.5, 0, 1, 1, 0.0),
    (-0.5, -1, 0, 0, -0.0),
    (1.5, 1, 2, 2, 2.0),
    (-1.5, -2, -1, -1, -2.0),
    (2.5, 2, 3, 3, 2.0),
    (-2.5, -3, -2, -2, -2.0),
    (3.5, 3, 4, 4, 4.0),
    (0.3, 0, 1, 0, 0.0),
    (0.7, 0, 1, 1, 1.0),
    (-0.3, -1, 0, 0, -0.0),
    (-0.7, -1, 0, -1, -1.0),
    (HALF_BELOW, 0, 1, 0, 0.0),
    (-HALF_BELOW, -1, 0, 0, -0.0),
    (1e-300, 0, 1, 0, 0.0),
    (-1e-300, -1, 0, 0, -0.0),
    (5e-324, 0, 1, 0, 0.0),
    (2.0**52 + 1, 2**52 + 1, 2**52 + 1, 2**52 + 1, 2.0**52 + 1),
    (2.0**53, 2**53, 2**53, 2**53, 2.0**53),
    (-(2.0**53), -(2**53), -(2**53), -(2**53), -(2.0**53)),
    (4503599627370495.5, 2**52 - 1, 2**52, 2**52, 2.0**52),
    (
        9.223372036854775e18,
        9223372036854774784,
        9223372036854774784,
        9223372036854774784,
        9.223372036854775e18,
    ),
    (2.0**63, ERROR, ERROR, ERROR, 2.0**63),
    (-(2.0**63), LEAST, LEAST, LEAST, -(2.0**63)),
    (-1e19, ERROR, ERROR, ERROR, -1e19),
    (1e300, ERROR, ERROR, ERROR, 1e300),
    (INF, ERROR, ERROR, ERROR, INF),
    (-INF, ERROR, ERROR, ERROR, -INF),
]


@pytest.mark.parametrize(("place", "name"), list(enumerate(["floor", "ceil", "round", "rint"], 1)))
def test_rounding(place: int, name: str) -> None:
    found, type = table(name, [(row[0],) for row in ROUNDED], [DOUBLE])
    assert found == [row[place] for row in ROUNDED]
    assert type == (DOUBLE if name == "rint" else INTEGER)
    if name == "rint":
        signs = [math.copysign(1.0, item) for item in found if item is not None]
        assert signs == [math.copysign(1.0, row[4]) for row in ROUNDED if row[4] is not None]
    integers = [(None,), (0,), (MOST,), (LEAST,), (-7,)]
    found, type = table(name, integers, [INTEGER])
    assert found == [item for (item,) in integers]
    assert type == INTEGER


def test_rounding_beyond_integers_is_an_invalid_result() -> None:
    rows = [(1e300,), (1.5,)]
    assert table("round", rows, invalid_value_treatment="asIs")[0] == [ERROR, 2]
    assert table("round", rows, invalid_value_treatment="asMissing")[0] == [None, 2]


def test_results_of_floats() -> None:
    third = 0.3333333432674408
    found, type = table("abs", [(-third,)], [FLOAT])
    assert (found, type) == ([third], FLOAT)
    found, type = table("pow", [(third, third)], [FLOAT, FLOAT])
    assert (found, type) == ([float(np.float32(third**third))], FLOAT)
    assert table("rint", [(2.5,)], [FLOAT]) == ([2.0], FLOAT)
    assert table("exp", [(1.0,)], [FLOAT]) == ([math.e], DOUBLE)

"""``+ - * / modulo``: types, special numbers, overflow that never wraps."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pmmlkit.columns.types import BOOLEAN, DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.columns.values import invalid, is_invalid
from pmmlkit.errors import MarkupError
from tests.language.functions.calls import ERROR, call, same, step_of, table

INF, NAN = math.inf, math.nan
MOST, LEAST = 2**63 - 1, -(2**63)
TINY = 5e-324
HUGE = 1.7976931348623157e308

CASES: list[tuple[str, Any, Any, Any]] = [
    ("+", 1.5, 2.25, 3.75),
    ("+", 0.1, 0.2, 0.30000000000000004),
    ("+", HUGE, HUGE, INF),
    ("+", INF, 1.0, INF),
    ("+", INF, -INF, ERROR),
    ("+", None, 1.0, None),
    ("+", 1.0, None, None),
    ("+", TINY, TINY, 1e-323),
    ("+", 1, 2, 3),
    ("+", 2**53, 1, 2**53 + 1),
    ("+", MOST, 1, ERROR),
    ("+", LEAST, -1, ERROR),
    ("+", LEAST, MOST, -1),
    ("+", MOST, 0, MOST),
    ("+", 2**62, 2**62, ERROR),
    ("+", 2**62, 2**62 - 1, MOST),
    ("+", 1, 0.5, 1.5),
    ("+", 2**53 + 1, 0.0, 9007199254740992.0),
    ("-", 1, 2, -1),
    ("-", LEAST, 1, ERROR),
    ("-", 0, LEAST, ERROR),
    ("-", -1, LEAST, MOST),
    ("-", 0.3, 0.1, 0.19999999999999998),
    ("-", INF, INF, ERROR),
    ("-", None, 1, None),
    ("*", 3, -4, -12),
    ("*", 2**32, 2**31, ERROR),
    ("*", -(2**32), 2**31, LEAST),
    ("*", 3037000500, 3037000500, ERROR),
    ("*", 3037000499, 3037000499, 9223372030926249001),
    ("*", LEAST, -1, ERROR),
    ("*", 2**62, 4, ERROR),
    ("*", INF, 0.0, ERROR),
    ("*", 1e200, 1e200, INF),
    ("*", -1e200, 1e200, -INF),
    ("*", 1e-200, 1e-200, 0.0),
    ("*", None, None, None),
    ("/", 7, 2, 3),
    ("/", -7, 2, -3),
    ("/", 7, -2, -3),
    ("/", -7, -2, 3),
    ("/", -6, 2, -3),
    ("/", 0, 5, 0),
    ("/", 1, 0, ERROR),
    ("/", LEAST, -1, ERROR),
    ("/", LEAST, 1, LEAST),
    ("/", 7.0, 2, 3.5),
    ("/", 7, 2.0, 3.5),
    ("/", 1.0, 0.0, INF),
    ("/", -1.0, 0.0, -INF),
    ("/", 1.0, 0, INF),
    ("/", 0.0, 0.0, ERROR),
    ("/", INF, INF, ERROR),
    ("/", 1.0, INF, 0.0),
    ("/", None, 0, None),
    ("modulo", 7, 3, 1),
    ("modulo", -7, 3, 2),
    ("modulo", 7, -3, -2),
    ("modulo", -7, -3, -1),
    ("modulo", 7, 0, ERROR),
    ("modulo", LEAST, -1, 0),
    ("modulo", 7.5, 2.0, 1.5),
    ("modulo", -7.5, 2.0, 0.5),
    ("modulo", 7.5, -2.0, -0.5),
    ("modulo", 1.0, 0.0, ERROR),
    ("modulo", INF, 2.0, ERROR),
    ("modulo", 1.0, 0.1, 0.0),
    ("modulo", None, 2.0, None),
    ("x-modulo", -7, 3, 2),
]


@pytest.mark.parametrize(("name", "a", "b", "expected"), CASES)
def test_values(name: str, a: Any, b: Any, expected: Any) -> None:
    kinds = [INTEGER if type(item) is int else DOUBLE for item in (a, b)]
    for place, item in enumerate((a, b)):
        if item is None:
            kinds[place] = kinds[1 - place]
    assert same(call(name, a, b, types=kinds), expected)


def test_signs_of_zero_and_infinity() -> None:
    (found,), _ = table("/", [(1.0, -0.0)])
    assert found == INF  # a zero has no sign, as in JPMML
    (found,), _ = table("/", [(-0.0, 5.0)])
    assert math.copysign(1.0, found) == -1.0


@pytest.mark.parametrize(
    ("left", "right", "result"),
    [
        (INTEGER, INTEGER, INTEGER),
        (INTEGER, FLOAT, FLOAT),
        (FLOAT, FLOAT, FLOAT),
        (FLOAT, DOUBLE, DOUBLE),
        (INTEGER, DOUBLE, DOUBLE),
    ],
)
@pytest.mark.parametrize("name", ["+", "-", "*", "/", "modulo"])
def test_common_type(name: str, left: Any, right: Any, result: Any) -> None:
    assert step_of(name, [left, right]).type == result


def test_float_is_rounded_once() -> None:
    third = 0.3333333432674408
    found, type = table("+", [(third, 1.0), (3e38, 3e38), (None, 1.0)], [FLOAT, FLOAT])
    assert type == FLOAT
    assert found == [1.3333333730697632, INF, None]


def test_treatments_of_a_result_that_is_not_a_number() -> None:
    rows = [(0.0, 0.0), (1.0, 2.0), (None, 1.0), (ERROR, 1.0)]
    assert table("/", rows)[0] == [ERROR, 0.5, None, ERROR]
    kept = table("/", rows, invalid_value_treatment="asIs")[0]
    assert math.isnan(kept[0])
    assert is_invalid(kept[0])
    assert kept[1:] == [0.5, None, ERROR]
    missing = table("/", rows, invalid_value_treatment="asMissing")[0]
    assert missing == [None, 0.5, None, ERROR]
    default = table("/", rows, invalid_value_treatment="asMissing", default_value="-1")[0]
    assert default == [-1.0, 0.5, -1.0, ERROR]
    with pytest.raises(MarkupError, match="asValue"):
        table("/", rows, invalid_value_treatment="asValue")


def test_treatments_of_an_overflow() -> None:
    rows = [(MOST, 1), (1, 2)]
    assert table("+", rows, invalid_value_treatment="asIs")[0] == [ERROR, 3]
    assert table("+", rows, invalid_value_treatment="asMissing")[0] == [None, 3]
    assert table("/", [(1, 0)], invalid_value_treatment="asMissing", default_value="7")[0] == [7]


def test_invalid_arguments_are_used_and_lose_their_flag() -> None:
    found, _ = table("+", [(invalid(1.5), 1.0), (invalid(NAN), 1.0)])
    assert found == [2.5, ERROR]
    assert not is_invalid(found[0])
    found, _ = table("+", [(invalid(1), 1)])
    assert found == [2]


@pytest.mark.parametrize("type", [STRING, BOOLEAN])
def test_refuses_what_is_no_number(type: Any) -> None:
    with pytest.raises(MarkupError, match="argument 2 must be a number"):
        step_of("+", [DOUBLE, type])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_arity(count: int) -> None:
    with pytest.raises(MarkupError, match=f"takes 2 arguments, but has {count}"):
        step_of("-", [DOUBLE] * count)

"""``min max sum product avg median``: missing arguments are ignored."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pmmlkit.columns.types import DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError
from tests.language.functions.calls import ERROR, call, same, step_of, table

INF, NAN = math.inf, math.nan
MOST, LEAST = 2**63 - 1, -(2**63)
NAMES = ["min", "max", "sum", "product", "avg", "median"]

CASES: list[tuple[list[Any], list[Any]]] = [
    # arguments, then min, max, sum, product, avg, median
    ([3.0, 1.0, 2.0], [1.0, 3.0, 6.0, 6.0, 2.0, 2.0]),
    ([4.0, 1.0, 2.0, 9.0], [1.0, 9.0, 16.0, 72.0, 4.0, 3.0]),
    ([3, 1, 2], [1, 3, 6, 6, 2.0, 2.0]),
    ([1, 2], [1, 2, 3, 2, 1.5, 1.5]),
    ([7], [7, 7, 7, 7, 7.0, 7.0]),
    ([2.5, None], [2.5, 2.5, 2.5, 2.5, 2.5, 2.5]),
    ([None, 2.5, None, 0.5], [0.5, 2.5, 3.0, 1.25, 1.5, 1.5]),
    ([None, 4, 2], [2, 4, 6, 8, 3.0, 3.0]),
    ([1, 2.5], [1.0, 2.5, 3.5, 2.5, 1.75, 1.75]),
    ([INF, 1.0], [1.0, INF, INF, INF, INF, INF]),
    ([INF, -INF], [-INF, INF, ERROR, -INF, ERROR, ERROR]),
    ([INF, 0.0], [0.0, INF, INF, ERROR, INF, INF]),
    ([1e308, 1e308], [1e308, 1e308, INF, INF, INF, INF]),
    ([1e16, 1.0, -1e16], [-1e16, 1e16, 0.0, -1e32, 0.0, 1.0]),
    (
        [0.1, 0.2, 0.3],
        [0.1, 0.3, 0.6000000000000001, 0.006000000000000001, 0.20000000000000004, 0.2],
    ),
    ([MOST, 1], [1, MOST, ERROR, MOST, 4.611686018427388e18, 4.611686018427388e18]),
    ([MOST, 1, -1], [-1, MOST, MOST, -MOST, 3.0744573456182584e18, 1.0]),
    ([LEAST, -1], [LEAST, -1, ERROR, ERROR, -4.611686018427388e18, -4.611686018427388e18]),
    ([2**32, 2**31, 0], [0, 2**32, 6442450944, 0, 2147483648.0, 2147483648.0]),
    ([2**32, 2**31], [2**31, 2**32, 6442450944, ERROR, 3221225472.0, 3221225472.0]),
    ([5e-324, 5e-324], [5e-324, 5e-324, 1e-323, 0.0, 5e-324, 5e-324]),
    ([-1.5, -2.5], [-2.5, -1.5, -4.0, 3.75, -2.0, -2.0]),
]


@pytest.mark.parametrize(("arguments", "expected"), CASES)
@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_values(place: int, name: str, arguments: list[Any], expected: list[Any]) -> None:
    whole = all(type(item) is int for item in arguments if item is not None)
    types = [
        INTEGER if type(item) is int or (item is None and whole) else DOUBLE for item in arguments
    ]
    assert same(call(name, *arguments, types=types), expected[place])


@pytest.mark.parametrize("name", NAMES)
def test_missing_and_errors(name: str) -> None:
    rows: list[list[Any]] = [[None, None], [ERROR, None], [1.0, ERROR], [None, 1.0]]
    assert table(name, rows)[0] == [None, ERROR, ERROR, 1.0]
    assert table(name, rows, default_value="5")[0] == [5.0, ERROR, ERROR, 1.0]
    assert table(name, rows, map_missing_to="5")[0] == [5.0, ERROR, ERROR, 5.0]


@pytest.mark.parametrize("name", NAMES)
def test_not_a_number_wins(name: str) -> None:
    rows: list[list[Any]] = [[invalid(NAN), 1.0], [1.0, invalid(NAN)], [invalid(3.0), None]]
    assert table(name, rows)[0] == [ERROR, ERROR, 3.0]


@pytest.mark.parametrize("name", NAMES)
def test_types(name: str) -> None:
    averages = name in ("avg", "median")
    assert step_of(name, [INTEGER, INTEGER]).type == (DOUBLE if averages else INTEGER)
    assert step_of(name, [FLOAT, INTEGER]).type == FLOAT
    assert step_of(name, [FLOAT, DOUBLE]).type == DOUBLE
    with pytest.raises(MarkupError, match="must be a number"):
        step_of(name, [STRING])
    with pytest.raises(MarkupError, match="takes 1 or more arguments, but has 0"):
        step_of(name, [])


def test_floats_add_in_double_and_round_once() -> None:
    found, _ = table("sum", [(16777216.0, 1.0, 1.0)], [FLOAT] * 3)
    assert found == [16777218.0]


def test_the_first_of_equal_zeros() -> None:
    for name in ("min", "max"):
        found, _ = table(name, [(0.0, -0.0), (-0.0, 0.0)])
        assert [math.copysign(1.0, item) for item in found] == [1.0, -1.0]

"""The six comparisons: widening, conversion, order of NaN, texts, ordinal fields."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from tests.language.functions.calls import ERROR, call, constant, table
from tests.language.rows import evaluate, field, make_scope

INF, NAN = math.inf, math.nan
NAMES = ["equal", "notEqual", "lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual"]
SAME = [True, False, False, True, False, True]
LESS = [False, True, True, True, False, False]
MORE = [False, True, False, False, True, True]
NONE: list[Any] = [None] * 6

CASES: list[tuple[Any, Any, list[Any]]] = [
    (1, 1, SAME),
    (1, 2, LESS),
    (1, 1.0, SAME),
    (1.5, 1, MORE),
    (0.0, -0.0, SAME),
    (5e-324, 0.0, MORE),
    (INF, 1e308, MORE),
    (-INF, INF, LESS),
    (0.1 + 0.2, 0.3, MORE),
    (2**53 + 1, 2**53, MORE),
    (2**53 + 1, 2.0**53, SAME),
    (2**63 - 1, -(2**63), MORE),
    (2**63 - 1, 9.3e18, LESS),
    ("a", "b", LESS),
    ("10", "9", LESS),
    ("a", "a", SAME),
    ("a", "A", MORE),
    ("", "a", LESS),
    ("ä", "z", MORE),
    ("a", "a ", LESS),
    (True, False, MORE),
    (False, False, SAME),
    ("1", 1, SAME),
    ("1.0", 1, MORE),
    (1, "1", SAME),
    (1.0, "1", SAME),
    (2.0, "10", LESS),
    (1, True, SAME),
    (None, 1.0, NONE),
    (1.0, None, NONE),
    (None, None, NONE),
]


@pytest.mark.parametrize(("a", "b", "expected"), CASES)
@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_values(place: int, name: str, a: Any, b: Any, expected: list[Any]) -> None:
    assert call(name, a, b) is expected[place]


@pytest.mark.parametrize(("place", "name"), list(enumerate(NAMES)))
def test_not_a_number_is_greatest(place: int, name: str) -> None:
    nan = invalid(NAN)
    rows = [(nan, 1.0), (1.0, nan), (nan, nan), (INF, nan), (invalid(2.0), 2.0)]
    found, _ = table(name, rows)
    assert found == [item[place] for item in (MORE, LESS, SAME, LESS, SAME)]


def test_the_first_argument_decides_whether_floats_or_doubles_are_compared() -> None:
    third = 0.10000000149011612
    assert table("equal", [(third, 0.1)], [FLOAT, DOUBLE])[0] == [True]
    assert table("greaterThan", [(third, 0.1)], [FLOAT, DOUBLE])[0] == [False]
    assert table("equal", [(16777216.0, 16777217)], [FLOAT, INTEGER])[0] == [True]
    assert table("equal", [(0.1, third)], [DOUBLE, FLOAT])[0] == [False]
    assert table("equal", [(16777217, 16777216.0)], [INTEGER, FLOAT])[0] == [False]
    assert table("isIn", [(third, 0.1)], [FLOAT, DOUBLE])[0] == [True]
    assert table("isIn", [(0.1, third)], [DOUBLE, FLOAT])[0] == [False]


def test_conversion_to_the_type_of_the_first() -> None:
    rows = [(1.0, "1"), (1.0, "x"), (1.0, None), (None, "x")]
    assert table("equal", rows)[0] == [True, ERROR, None, ERROR]
    with pytest.raises(MarkupError, match="equal"):
        evaluate(
            Apply(function="equal", expressions=(FieldRef(field="x"), constant("x"))),
            make_scope(x=DOUBLE),
            {"x": [1.0]},
        )
    element = Apply(function="lessThan", expressions=(FieldRef(field="x"), constant("2020-01-02")))
    assert evaluate(element, make_scope(x=DATE), {"x": [18262, 18263, None]}) == [True, False, None]


def test_ordinal_fields_compare_by_position() -> None:
    scope = make_scope(x=field(STRING, "ordinal", ("low", "middle", "high"), may_fail=True))
    element = Apply(function="lessThan", expressions=(FieldRef(field="x"), constant("high")))
    data = {"x": ["low", "middle", "high", None, invalid("other"), ERROR]}
    assert evaluate(element, scope, data) == [True, True, False, None, ERROR, ERROR]
    element = element.replace(function="equal")
    assert evaluate(element, scope, data) == [False, False, True, None, False, ERROR]
    swapped = Apply(function="lessThan", expressions=(constant("middle"), FieldRef(field="x")))
    assert evaluate(swapped, scope, {"x": ["low", "high"]}) == [False, True]


@given(
    st.lists(
        st.tuples(st.none() | st.sampled_from("abcd"), st.none() | st.sampled_from("bcde")),
        min_size=1,
    )
)
def test_texts(rows: list[tuple[str | None, str | None]]) -> None:
    for name, test in (("equal", str.__eq__), ("lessThan", str.__lt__)):
        found, type = table(name, rows, [STRING, STRING])
        assert type == BOOLEAN
        assert found == [None if a is None or b is None else test(a, b) for a, b in rows]

"""Functions of texts."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.types import (
    BOOLEAN,
    DATE,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
    DataType,
)
from pmmlkit.columns.values import invalid, is_invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.step import Step
from tests.language.functions.calls import ERROR, call, constant, step_of, table
from tests.language.rows import make_scope

CASES: list[tuple[str, list[Any], Any]] = [
    ("uppercase", ["abc"], "ABC"),
    ("uppercase", ["straße ä"], "STRASSE Ä"),
    ("uppercase", ["i"], "I"),
    ("uppercase", [""], ""),
    ("uppercase", [None], None),
    ("lowercase", ["ÄBC 1"], "äbc 1"),
    ("stringLength", ["abc"], 3),
    ("stringLength", [""], 0),
    ("stringLength", ["a\U0001f600"], 2),
    ("stringLength", [None], None),
    ("substring", ["abcdef", 1, 3], "abc"),
    ("substring", ["abcdef", 3, 2], "cd"),
    ("substring", ["abcdef", 5, 10], "ef"),
    ("substring", ["abcdef", 7, 1], ""),
    ("substring", ["abcdef", 100, 1], ""),
    ("substring", ["abcdef", 2, 0], ""),
    ("substring", ["abcdef", 0, 1], ERROR),
    ("substring", ["abcdef", -1, 1], ERROR),
    ("substring", ["abcdef", 1, -1], ERROR),
    ("substring", ["abcdef", 2.0, 1], "b"),
    ("substring", ["abcdef", 2.5, 1], ERROR),
    ("substring", [None, 0, 1], None),
    ("substring", [12345, 2, 2], "23"),
    ("trimBlanks", ["  a b \t\n"], "a b"),
    ("trimBlanks", ["\x00a\x1f"], "a"),
    ("trimBlanks", ["\u00a0a"], "\u00a0a"),
    ("trimBlanks", [""], ""),
    ("concat", ["a", "b"], "ab"),
    ("concat", ["a", None, "c"], "ac"),
    ("concat", ["a", 1, 2.5], "a12.5"),
    ("concat", [1, 2], "12"),
    ("concat", [1.0, True], "1.0true"),
    ("concat", [None, None], None),
    ("concat", ["", None], ""),
    ("matches", ["January", "ary"], True),
    ("matches", ["January", "^ary"], False),
    ("matches", ["January", "Feb|Jan"], True),
    ("matches", ["", ""], True),
    ("matches", [None, "a"], None),
    ("replace", ["BBBB", "B+", "c"], "c"),
    ("replace", ["aBBcBd", "B+", "x"], "axcxd"),
    ("replace", ["2020-01-05", "(\\d+)-(\\d+)-(\\d+)", "$3.$2.$1"], "05.01.2020"),
    ("replace", ["a.b", "[.]", "$$"], "a$b"),
    ("replace", ["abxd", "x*", "-"], "-a-b--d-"),
    ("replace", ["ab", "(?<first>a)|b", "<${first}>"], "<a><>"),
    ("replace", ["ab", "a", "$0$0"], "aab"),
    ("replace", [None, "a", "b"], None),
    ("formatNumber", [2, "%3d"], "  2"),
    ("formatNumber", [2, "%03d|"], "002|"),
    ("formatNumber", [-7, "%+5d"], "   -7"),
    ("formatNumber", [7, "% d%%"], " 7%"),
    ("formatNumber", [3.14159, "%.2f"], "3.14"),
    ("formatNumber", [0.125, "%.2f"], "0.12"),
    ("formatNumber", [1234.5, "%10.3e"], " 1.234e+03"),
    ("formatNumber", [255, "%x"], "ff"),
    ("formatNumber", [-1, "%x"], ERROR),
    ("formatNumber", [2.0, "%d"], ERROR),
    ("formatNumber", [2, "%.1f"], ERROR),
    ("formatNumber", [None, "%d"], None),
]


@pytest.mark.parametrize(("name", "arguments", "expected"), CASES)
def test_values(name: str, arguments: list[Any], expected: Any) -> None:
    types = [STRING if item is None else None for item in arguments]
    if name == "formatNumber" and arguments[0] is None:
        types[0] = INTEGER
    kinds = [
        kind or {str: STRING, int: INTEGER, float: DOUBLE, bool: BOOLEAN}[type(item)]
        for kind, item in zip(types, arguments, strict=True)
    ]
    found = call(name, *arguments, types=kinds)
    assert found == expected
    assert type(found) is type(expected)


def test_concat_takes_all_types() -> None:
    found, type = table(
        "concat",
        [(18262, 3_600_000_000, 0.1, 7, False)],
        [DATE, TIME, FLOAT, INTEGER, BOOLEAN],
    )
    assert (found, type) == (["2020-01-0101:00:000.17false"], STRING)
    with pytest.raises(MarkupError, match="2 or more"):
        step_of("concat", [STRING])


@given(
    st.lists(
        st.tuples(
            st.none() | st.sampled_from(["a", "b ", " c", ""]),
            st.none() | st.integers(-1, 3),
            st.none() | st.integers(-1, 2),
        ),
        min_size=1,
        max_size=8,
    )
)
def test_varying_arguments(rows: list[tuple[Any, Any, Any]]) -> None:
    found, _ = table("substring", rows, [STRING, INTEGER, INTEGER])
    for (text, start, length), result in zip(rows, found, strict=True):
        if text is None or start is None or length is None:
            assert result is None
        elif start < 1 or length < 0:
            assert result is ERROR
        else:
            assert result == text[start - 1 : start - 1 + length]


def test_categories() -> None:
    rows = [("a",), ("A",), (None,), (ERROR,), (invalid("b"),), ("a",)]
    found, _ = table("uppercase", rows, [STRING])
    assert found == ["A", "A", None, ERROR, "B", "A"]
    assert not is_invalid(found[4])
    assert table("uppercase", [(None,), (None,)], [STRING])[0] == [None, None]
    assert table("stringLength", rows, [STRING])[0] == [1, 1, None, ERROR, 1, 1]


@pytest.mark.parametrize(
    "pattern",
    [
        "%s",
        "%c",
        "%ld",
        "%*d",
        "%",
        "none",
        "%d%d",
        "%n",
        "%5$d",
        "%i",
        "%a",
        "%u",
        "%99999d",
        "%,d",
    ],
)
def test_number_patterns_that_are_refused(pattern: str) -> None:
    assert table("formatNumber", [(5, pattern)])[0] == [ERROR]
    with pytest.raises(UnsupportedError, match="formatNumber"):
        constant_pattern("formatNumber", INTEGER, pattern)


def constant_pattern(name: str, type: DataType, pattern: str) -> Step:
    """Compile a call of a field and a pattern."""
    element = Apply(function=name, expressions=(FieldRef(field="x"), constant(pattern)))
    return make_scope(x=type).compile(element)


MOMENT = 1_582_985_045_123_456  # 2020-02-29T14:04:05.123456, a Saturday


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("%Y-%m-%d", "2020-02-29"),
        ("%m/%d/%y", "02/29/20"),
        ("%H:%M:%S", "14:04:05"),
        ("%I:%M %p", "02:04 PM"),
        ("%a %A %b %B %h", "Sat Saturday Feb February Feb"),
        ("%j %U %W %V %G %g %u %w", "060 08 08 09 2020 20 6 6"),
        ("%C %e %D %F %T %R", "20 29 02/29/20 2020-02-29 14:04:05 14:04"),
        ("%c", "Sat Feb 29 14:04:05 2020"),
        ("%x %X %r", "02/29/20 14:04:05 02:04:05 PM"),
        ("100%% %n%t.", "100% \n\t."),
        ("", ""),
    ],
)
def test_datetime_patterns(pattern: str, expected: str) -> None:
    assert call("formatDatetime", MOMENT, pattern, types=[DATE_TIME, STRING]) == expected


def test_datetime_patterns_by_type() -> None:
    assert call("formatDatetime", 18321, "%d.%m.%Y", types=[DATE, STRING]) == "29.02.2020"
    assert call("formatDatetime", 3_661_000_000, "%H%M%S", types=[TIME, STRING]) == "010101"
    assert call("formatDatetime", None, "%H", types=[TIME, STRING]) is None
    assert table("formatDatetime", [(0, "%H")], [DATE, STRING])[0] == [ERROR]
    for type, pattern in (
        (DATE, "%H"),
        (TIME, "%Y"),
        (DATE_TIME, "%Z"),
        (DATE_TIME, "%"),
        (DATE, "%é"),
    ):
        with pytest.raises(UnsupportedError, match="has no meaning"):
            constant_pattern("formatDatetime", type, pattern)
    with pytest.raises(MarkupError, match="must be a date"):
        constant_pattern("formatDatetime", DOUBLE, "%Y")


@given(st.dates(), st.sampled_from("aAbBdjmuUVwWyYGg"))
def test_datetime_patterns_against_the_standard_library(day: Any, letter: str) -> None:
    if day.year < 1000:
        return
    days = day.toordinal() - 719163
    (found,), _ = table("formatDatetime", [(days, f"%{letter}")], [DATE, STRING])
    assert found == day.strftime(f"%{letter}")

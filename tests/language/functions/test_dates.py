"""Days and seconds since a year or midnight."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.types import DATE, DATE_TIME, DOUBLE, INTEGER, STRING, TIME
from pmmlkit.errors import MarkupError
from tests.language.functions.calls import ERROR, call, step_of, table

DAY = 86_400_000_000
EPOCH = datetime.datetime(1970, 1, 1)


def micros(text: str) -> int:
    return (datetime.datetime.fromisoformat(text) - EPOCH) // datetime.timedelta(microseconds=1)


def days(text: str) -> int:
    return datetime.date.fromisoformat(text).toordinal() - 719163


@pytest.mark.parametrize(
    ("name", "type", "value", "year", "expected"),
    [
        ("dateDaysSinceYear", DATE, days("2003-04-01"), 1960, 15796),
        ("dateDaysSinceYear", DATE, days("1960-01-01"), 1960, 0),
        ("dateDaysSinceYear", DATE, days("1959-12-31"), 1960, -1),
        ("dateDaysSinceYear", DATE, days("2000-03-01"), 2000, 60),
        ("dateDaysSinceYear", DATE_TIME, micros("2003-04-01T23:59:59"), 1960, 15796),
        ("dateDaysSinceYear", DATE_TIME, micros("1959-12-31T23:59:59"), 1960, -1),
        ("dateDaysSinceYear", DATE, None, 1960, None),
        ("dateDaysSinceYear", DATE, 0, 0, ERROR),
        ("dateDaysSinceYear", DATE, 0, 10_000, ERROR),
        ("dateDaysSinceYear", DATE, 0, 1, 719162),
        ("dateSecondsSinceYear", DATE_TIME, micros("1960-01-03T03:30:03"), 1960, 185403),
        ("dateSecondsSinceYear", DATE_TIME, micros("1960-01-01T00:00:00"), 1960, 0),
        ("dateSecondsSinceYear", DATE_TIME, micros("1959-12-31T23:59:59"), 1960, -1),
        ("dateSecondsSinceYear", DATE_TIME, micros("1960-01-01T00:00:00.999"), 1960, 0),
        ("dateSecondsSinceYear", DATE_TIME, None, 1960, None),
    ],
)
def test_since_a_year(name: str, type: Any, value: Any, year: int, expected: Any) -> None:
    assert call(name, value, year, types=[type, INTEGER]) == expected
    assert step_of(name, [type, INTEGER]).type == INTEGER


def test_seconds_since_midnight() -> None:
    rows = [(19 * 3600 * 10**6,), (0,), (DAY - 1,), (None,), (ERROR,)]
    assert table("dateSecondsSinceMidnight", rows, [TIME])[0] == [68400, 0, 86399, None, ERROR]
    moments = [(micros("2003-04-01T05:23:30"),), (micros("1959-04-01T05:23:30.500"),)]
    assert table("dateSecondsSinceMidnight", moments, [DATE_TIME])[0] == [19410, 19410]


def test_texts_are_read_as_dates() -> None:
    rows = [("2003-04-01", 1960), ("1 April", 1960), (None, 1960)]
    assert table("dateDaysSinceYear", rows)[0] == [15796, ERROR, None]


def test_types() -> None:
    with pytest.raises(MarkupError, match="must be a date or dateTime, but is a double"):
        step_of("dateDaysSinceYear", [DOUBLE, INTEGER])
    with pytest.raises(MarkupError, match="must be a dateTime, but is a date"):
        step_of("dateSecondsSinceYear", [DATE, INTEGER])
    with pytest.raises(MarkupError, match="takes 1 arguments, but has 2"):
        step_of("dateSecondsSinceMidnight", [TIME, STRING])


@given(st.lists(st.tuples(st.dates(), st.integers(1, 9999)), min_size=1))
def test_every_year(rows: list[tuple[datetime.date, int]]) -> None:
    items = [(day.toordinal() - 719163, year) for day, year in rows]
    found, _ = table("dateDaysSinceYear", items, [DATE, INTEGER])
    assert found == [(day - datetime.date(year, 1, 1)).days for day, year in rows]

"""Texts against the lexical spaces of the data types (semantics 2.2, 36)."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.conversion import format_value, parse_text, single, to_python
from pmmlkit.columns.types import (
    BOOLEAN,
    DATA_TYPES,
    DATE,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
    DataType,
)
from pmmlkit.columns.values import invalid

NO = None
INF, NAN = math.inf, math.nan
D, T = datetime.date, datetime.time


def at(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts)  # type: ignore[arg-type]  # no part is a tzinfo


# text, integer, double, boolean, calendar value (date, time or datetime)
TEXTS: list[tuple[str, Any, Any, Any, Any]] = [
    ("0", 0, 0.0, False, NO),
    ("1", 1, 1.0, True, NO),
    ("2", 2, 2.0, NO, NO),
    ("-1", -1, -1.0, NO, NO),
    ("+7", 7, 7.0, NO, NO),
    ("007", 7, 7.0, NO, NO),
    ("-0", 0, 0.0, False, NO),
    ("0.0", 0, 0.0, False, NO),
    ("-0.0", 0, 0.0, False, NO),
    ("1.0", 1, 1.0, True, NO),
    ("1.", 1, 1.0, True, NO),
    (".5", NO, 0.5, NO, NO),
    (".", NO, NO, NO, NO),
    ("1.5", NO, 1.5, NO, NO),
    ("1e0", 1, 1.0, True, NO),
    ("1E3", 1000, 1000.0, NO, NO),
    ("1e+3", 1000, 1000.0, NO, NO),
    ("1e-3", NO, 0.001, NO, NO),
    ("1e", NO, NO, NO, NO),
    ("e1", NO, NO, NO, NO),
    ("1e1.5", NO, NO, NO, NO),
    ("9223372036854775807", 2**63 - 1, 2.0**63, NO, NO),
    ("9223372036854775808", NO, 2.0**63, NO, NO),
    ("-9223372036854775808", -(2**63), -(2.0**63), NO, NO),
    ("-9223372036854775809", NO, -(2.0**63), NO, NO),
    ("9223372036854775807.0", 2**63 - 1, 2.0**63, NO, NO),
    ("9007199254740993.0", 2**53 + 1, 2.0**53, NO, NO),
    ("1e300", NO, 1e300, NO, NO),
    ("1e999", NO, INF, NO, NO),
    ("1e-999", 0, 0.0, False, NO),
    ("4.9e-324", NO, 5e-324, NO, NO),
    ("INF", NO, INF, NO, NO),
    ("+INF", NO, INF, NO, NO),
    ("-INF", NO, -INF, NO, NO),
    ("NaN", NO, NAN, NO, NO),
    ("inf", NO, NO, NO, NO),
    ("Infinity", NO, NO, NO, NO),
    ("infinity", NO, NO, NO, NO),
    ("nan", NO, NO, NO, NO),
    ("NAN", NO, NO, NO, NO),
    ("-NaN", NO, NO, NO, NO),
    ("1_000", NO, NO, NO, NO),
    ("1,000", NO, NO, NO, NO),
    ("1 000", NO, NO, NO, NO),
    ("0x10", NO, NO, NO, NO),
    ("1f", NO, NO, NO, NO),
    ("1L", NO, NO, NO, NO),
    ("1d", NO, NO, NO, NO),
    ("\u0661", NO, NO, NO, NO),
    ("\uff11", NO, NO, NO, NO),
    ("\u00bd", NO, NO, NO, NO),
    ("\u2212" + "1", NO, NO, NO, NO),
    (" 1 ", 1, 1.0, True, NO),
    ("\t1\n", 1, 1.0, True, NO),
    ("\u00a01", NO, NO, NO, NO),
    ("--1", NO, NO, NO, NO),
    ("+-1", NO, NO, NO, NO),
    ("", NO, NO, NO, NO),
    (" ", NO, NO, NO, NO),
    ("true", 1, 1.0, True, NO),
    ("false", 0, 0.0, False, NO),
    ("True", 1, 1.0, True, NO),
    ("FALSE", 0, 0.0, False, NO),
    (" true ", 1, 1.0, True, NO),
    ("yes", NO, NO, NO, NO),
    ("t", NO, NO, NO, NO),
    ("N/A", NO, NO, NO, NO),
    ("None", NO, NO, NO, NO),
    ("1970-01-01", NO, NO, NO, D(1970, 1, 1)),
    ("1969-12-31", NO, NO, NO, D(1969, 12, 31)),
    ("2020-02-29", NO, NO, NO, D(2020, 2, 29)),
    ("2021-02-29", NO, NO, NO, NO),
    ("2020-1-5", NO, NO, NO, NO),
    ("2020-13-01", NO, NO, NO, NO),
    ("0000-01-01", NO, NO, NO, NO),
    ("0001-01-01", NO, NO, NO, D(1, 1, 1)),
    ("9999-12-31", NO, NO, NO, D(9999, 12, 31)),
    ("10000-01-01", NO, NO, NO, NO),
    ("2020-01-05Z", NO, NO, NO, NO),
    ("2020/01/05", NO, NO, NO, NO),
    ("20200105", 20200105, 20200105.0, NO, NO),
    ("00:00:00", NO, NO, NO, T(0, 0)),
    ("23:59:59", NO, NO, NO, T(23, 59, 59)),
    ("24:00:00", NO, NO, NO, NO),
    ("12:60:00", NO, NO, NO, NO),
    ("12:30", NO, NO, NO, T(12, 30)),
    ("12:30:15.25", NO, NO, NO, T(12, 30, 15, 250_000)),
    ("12:30:15.123456789", NO, NO, NO, T(12, 30, 15, 123_456)),
    ("12:30:15Z", NO, NO, NO, NO),
    ("12:30:15+01:00", NO, NO, NO, NO),
    ("1:30:00", NO, NO, NO, NO),
    ("2020-01-05T00:00:00", NO, NO, NO, at(2020, 1, 5)),
    ("1969-12-31T23:59:59.5", NO, NO, NO, at(1969, 12, 31, 23, 59, 59, 500_000)),
    ("2020-01-05T12:30", NO, NO, NO, at(2020, 1, 5, 12, 30)),
    ("2020-01-05 12:30:00", NO, NO, NO, NO),
    ("2020-01-05T12:30:00Z", NO, NO, NO, NO),
    ("2020-01-05T", NO, NO, NO, NO),
]


def read(text: str, type: DataType) -> Any:
    """Return what the text is to the user, None where it is no value."""
    try:
        return to_python(parse_text(text, type), type)
    except ValueError:
        return None


def same(found: Any, wanted: Any) -> bool:
    if isinstance(wanted, float) and isinstance(found, float) and math.isnan(wanted):
        return math.isnan(found)
    return type(found) is type(wanted) and bool(found == wanted)


@pytest.mark.parametrize(("text", "integer", "double", "boolean", "moment"), TEXTS)
def test_lexical_spaces(text: str, integer: Any, double: Any, boolean: Any, moment: Any) -> None:
    assert read(text, STRING) == text
    assert same(read(text, INTEGER), integer)
    assert same(read(text, DOUBLE), double)
    assert same(read(text, BOOLEAN), boolean)
    with np.errstate(over="ignore"):
        narrow = None if double is None else float(np.float32(double))
    assert same(read(text, FLOAT), narrow)
    for type, kind in ((DATE, D), (TIME, T), (DATE_TIME, datetime.datetime)):
        wanted = moment if moment.__class__ is kind else None
        assert same(read(text, type), wanted)


def test_the_table_is_large_enough() -> None:
    assert len({text for text, *_ in TEXTS}) == len(TEXTS) >= 80


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("dateDaysSince[1960]", "1960-01-01", 0),
        ("dateDaysSince[1960]", "1960-03-01", 60),
        ("dateDaysSince[1960]", "1959-12-31", -1),
        ("dateDaysSince[1970]", "2020-01-05", 18266),
        ("dateDaysSince[1980]", "1981-01-01", 366),
        ("dateDaysSince[1990]", "1990-01-02", 1),
        ("dateDaysSince[2020]", "2019-12-31", -1),
        ("dateDaysSince[1980]", "366", 366),
        ("dateDaysSince[1980]", "-1", -1),
        ("dateTimeSecondsSince[1960]", "1960-01-03T03:30:03", 185403),
        ("dateTimeSecondsSince[1970]", "1969-12-31T23:59:59", -1),
        ("dateTimeSecondsSince[1980]", "1980-01-01T00:00:00.9", 0),
        ("dateTimeSecondsSince[1980]", "12.0", 12),
        ("timeSeconds", "00:01:40", 100),
        ("timeSeconds", "23:59:59", 86399),
        ("timeSeconds", "100", 100),
    ],
)
def test_counts_of_days_and_seconds(name: str, text: str, value: int) -> None:
    assert parse_text(text, DATA_TYPES[name]) == value


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("dateDaysSince[1960]", "1960-01-01T00:00:00"),
        ("dateTimeSecondsSince[1970]", "1970-01-01"),
        ("timeSeconds", "1970-01-01T00:00:00"),
        ("timeSeconds", "1.5"),
        ("dateDaysSince[1970]", "x"),
    ],
)
def test_what_counts_nothing(name: str, text: str) -> None:
    with pytest.raises(ValueError, match="is not"):
        parse_text(text, DATA_TYPES[name])


def test_text_of_minus_zero_loses_its_sign() -> None:
    assert math.copysign(1, parse_text("-0.0", DOUBLE)) == 1
    assert math.copysign(1, parse_text("-0.0", FLOAT)) == 1


@pytest.mark.parametrize(
    ("value", "type", "text"),
    [
        ("a ", STRING, "a "),
        (-3, INTEGER, "-3"),
        (1.0, DOUBLE, "1.0"),
        (0.1, DOUBLE, "0.1"),
        (-0.0, DOUBLE, "0.0"),
        (0.001, DOUBLE, "0.001"),
        (0.00099, DOUBLE, "9.9E-4"),
        (9999999.0, DOUBLE, "9999999.0"),
        (1e7, DOUBLE, "1.0E7"),
        (-1.5e300, DOUBLE, "-1.5E300"),
        (5e-324, DOUBLE, "5.0E-324"),
        (16777216.0, FLOAT, "1.6777216E7"),
        (8388608.0, FLOAT, "8388608.0"),
        (float(np.float32(1e-7)), FLOAT, "1.0E-7"),
        (float(np.float32(0.1)), FLOAT, "0.1"),
        (float(np.float32(0.1)), DOUBLE, "0.10000000149011612"),
        (math.inf, DOUBLE, "INF"),
        (-math.inf, FLOAT, "-INF"),
        (math.nan, DOUBLE, "NaN"),
        (True, BOOLEAN, "true"),
        (False, BOOLEAN, "false"),
        (0, DATE, "1970-01-01"),
        (-1, DATE_TIME, "1969-12-31T23:59:59.999999"),
        (0, TIME, "00:00:00"),
        (100, DATA_TYPES["timeSeconds"], "100"),
        (invalid(True), BOOLEAN, "true"),
        (invalid(1.5), DOUBLE, "1.5"),
    ],
)
def test_format(value: Any, type: DataType, text: str) -> None:
    assert format_value(value, type) == text


def test_to_python_removes_flags() -> None:
    assert to_python(None, DATE) is None
    assert to_python(invalid(True), BOOLEAN) is True
    assert type(to_python(invalid(1.5), DOUBLE)) is float
    assert type(to_python(invalid("a"), STRING)) is str


@given(st.floats(allow_nan=False))
def test_doubles_come_back(value: float) -> None:
    assert parse_text(format_value(value, DOUBLE), DOUBLE) == value


@given(st.floats(allow_nan=False, width=32))
def test_floats_come_back(value: float) -> None:
    assert parse_text(format_value(value, FLOAT), FLOAT) == value


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_come_back(value: int) -> None:
    assert parse_text(format_value(value, INTEGER), INTEGER) == value


@given(st.datetimes())
def test_date_times_come_back(moment: datetime.datetime) -> None:
    value = parse_text(moment.isoformat(), DATE_TIME)
    assert to_python(value, DATE_TIME) == moment
    assert format_value(value, DATE_TIME) == moment.isoformat()


def nearest_float(exact: Decimal) -> float:
    """Return the float32 nearest to a decimal number, ties to even, by trying the neighbours."""
    start = np.float32(float(exact))
    low, high = np.nextafter(start, np.float32(-np.inf)), np.nextafter(start, np.float32(np.inf))
    candidates = [item for item in (low, start, high) if np.isfinite(item)]
    return float(
        min(
            candidates,
            key=lambda item: (abs(Decimal(float(item)) - exact), int(item.view(np.int32)) & 1),
        )
    )


HALF_WAY = Decimal(float(np.float32(1))) / 2 + Decimal(float(np.nextafter(np.float32(1), 2))) / 2


@pytest.mark.parametrize("nudge", ["-1e-26", "0", "1e-26", "1e-20", "-1e-20"])
def test_text_is_rounded_to_single_precision_once(nudge: str) -> None:
    exact = HALF_WAY + Decimal(nudge)
    assert parse_text(str(exact), FLOAT) == nearest_float(exact)


def test_rounding_twice_would_differ() -> None:
    exact = HALF_WAY + Decimal("1e-26")
    assert parse_text(str(exact), FLOAT) != float(np.float32(float(exact)))


@given(st.integers(-(2**63), 2**63 - 1))
def test_integers_are_rounded_to_single_precision_once(value: int) -> None:
    assert single(float(value), value) == float(np.int64(value).astype(np.float32))


def test_single_precision_overflows_to_infinity() -> None:
    assert single(1e300) == math.inf
    assert single(-1e300) == -math.inf

"""Dates and times: ISO 8601 text, Python objects, and the types that count time since a year.

Local calendar time as written: no time zone is ever applied. All types of this family meet on one
line, microseconds: *instants* since 1970-01-01T00:00:00 (date, dateTime, dateDaysSince,
dateTimeSecondsSince) and *clock times* since midnight (time, timeSeconds). Arithmetic here works
on Python ints and on int64 arrays alike.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from pmmlkit.columns.types import DATE, DATE_TIME, TIME, DataType

__all__ = [
    "format_temporal",
    "from_microseconds",
    "from_object",
    "is_calendar",
    "is_clock",
    "parse_temporal",
    "to_microseconds",
    "to_object",
    "value_bounds",
]

_SECOND = 1_000_000
_DAY = 86_400 * _SECOND
_FIRST_DAY = datetime.date.min.toordinal() - datetime.date(1970, 1, 1).toordinal()
_LAST_DAY = datetime.date.max.toordinal() - datetime.date(1970, 1, 1).toordinal()
_EPOCH = datetime.datetime(1970, 1, 1)

_DATE = r"([0-9]{4})-([0-9]{2})-([0-9]{2})"
# The schema wants seconds; Java's parser, and so JPMML, does without. Nanoseconds are cut off.
_TIME = r"([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]{1,9}))?)?"
_PATTERNS = {
    "date": re.compile(_DATE),
    "time": re.compile(_TIME),
    "dateTime": re.compile(f"{_DATE}T{_TIME}"),
}


def is_calendar(type: DataType) -> bool:
    """Tell whether the type is a date or a time, as such or counted in days or seconds."""
    return type.is_temporal or type.unit is not None


def is_clock(type: DataType) -> bool:
    """Tell whether the type is a time of day: time or timeSeconds."""
    return type.kind == "time" or (type.unit is not None and type.epoch is None)


def parse_temporal(text: str, type: DataType) -> int:
    """Read ISO 8601 text as the type's value; ValueError where it is none (time zones are none)."""
    kind = _text_kind(type)
    found = _PATTERNS[kind].fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is not a {type.name}")
    parts = found.groups()
    days = micros = 0
    try:
        if kind != "time":
            days = datetime.date(int(parts[0]), int(parts[1]), int(parts[2])).toordinal()
            days -= _EPOCH.toordinal()
        if kind != "date":
            hour, minute, second, fraction = parts[-4:]
            clock = datetime.time(int(hour), int(minute), int(second or 0))
            micros = (clock.hour * 3600 + clock.minute * 60 + clock.second) * _SECOND
            micros += int((fraction or "0").ljust(6, "0")[:6])
    except ValueError:
        raise ValueError(f"{text!r} is not a {type.name}") from None
    value: int = from_microseconds(type)(days * _DAY + micros)
    return value


def _text_kind(type: DataType) -> str:
    if type.unit is None:
        return type.kind
    if type.epoch is None:
        return "time"
    return "date" if type.unit == "days" else "dateTime"


def format_temporal(value: int, type: DataType) -> str:
    """Write a date, time or dateTime in ISO 8601."""
    text: str = to_object(value, type).isoformat()
    return text


def to_object(value: int, type: DataType) -> datetime.date | datetime.time:
    """Return the value of a date, time or dateTime as Python's own object."""
    if type.kind == "date":
        return datetime.date.fromordinal(value + _EPOCH.toordinal())
    moment = _EPOCH + datetime.timedelta(microseconds=value)
    return moment.time() if type.kind == "time" else moment


def from_object(value: datetime.date | datetime.time) -> tuple[int, DataType]:
    """Return the value and the type of a Python object; ValueError if it has a time zone."""
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            raise ValueError(f"{value!s} has a time zone; PMML types are local times")
        passed = datetime.timedelta(
            value.toordinal() - _EPOCH.toordinal(),
            value.hour * 3600 + value.minute * 60 + value.second,
            value.microsecond,
        )
        return passed // datetime.timedelta(microseconds=1), DATE_TIME
    if isinstance(value, datetime.date):
        return value.toordinal() - _EPOCH.toordinal(), DATE
    if value.tzinfo is not None:
        raise ValueError(f"{value!s} has a time zone; PMML types are local times")
    seconds = value.hour * 3600 + value.minute * 60 + value.second
    return seconds * _SECOND + value.microsecond, TIME


@cache
def value_bounds(type: DataType) -> tuple[int, int]:
    """Return the lowest and the highest value within the years 1 to 9999 (or within one day)."""
    if is_clock(type):
        return (0, _DAY - 1) if type.unit is None else (0, 86_399)
    first, last = _FIRST_DAY * _DAY, (_LAST_DAY + 1) * _DAY - 1
    turn = from_microseconds(type)
    return turn(first), turn(last)


@cache
def to_microseconds(type: DataType) -> Callable[[Any], Any]:
    """Return the function from the type's values to microseconds."""
    if type.kind in ("time", "dateTime"):
        return lambda value: value
    if type.epoch is None:
        unit = _SECOND if type.unit is not None else _DAY
        return lambda value: value * unit
    start = _days_to(type.epoch) * _DAY
    unit = _DAY if type.unit == "days" else _SECOND
    return lambda value: value * unit + start


@cache
def from_microseconds(type: DataType) -> Callable[[Any], Any]:
    """Return the function from microseconds to the type's values; what is finer is cut off."""
    if type.kind == "dateTime":
        return lambda micros: micros
    if type.kind == "time":
        return lambda micros: micros % _DAY
    if type.kind == "date":
        return lambda micros: micros // _DAY
    if type.epoch is None:
        return lambda micros: micros % _DAY // _SECOND
    start = _days_to(type.epoch) * _DAY
    unit = _DAY if type.unit == "days" else _SECOND
    return lambda micros: (micros - start) // unit


def _days_to(year: int) -> int:
    return datetime.date(year, 1, 1).toordinal() - _EPOCH.toordinal()

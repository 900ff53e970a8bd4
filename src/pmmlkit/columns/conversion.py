"""Conversion of single values: text, Python and NumPy scalars to row values and back, and casts between types.

Semantics chapter 2. A row value is what `DataType` says; "not convertible" is a ValueError here: on input it makes the
value invalid, inside an expression (`cast_value`) it is an error of the row.
"""

from __future__ import annotations

import datetime
import math
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from pmmlkit.columns.temporal import (
    format_temporal,
    from_microseconds,
    from_object,
    is_clock,
    parse_temporal,
    to_microseconds,
    to_object,
    value_bounds,
)
from pmmlkit.columns.types import BOOLEAN, DATE_TIME, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.columns.values import is_invalid, plain
from pmmlkit.errors import EvaluationError
from pmmlkit.xml.lexical import parse_number

__all__ = [
    "cast_value",
    "caster",
    "convert_value",
    "converter",
    "format_value",
    "is_missing",
    "not_convertible",
    "parse_text",
    "parser",
    "single",
    "to_python",
]

_SINGLE = struct.Struct("f")
_INT64 = range(-(2**63), 2**63)
_SPACE = " \t\r\n"
_BOOLEANS = {"true": True, "false": False}
_ABSENT_TYPES = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""pandas' NA and NaT and NumPy's masked, by name: pandas is not imported for them."""


def is_missing(value: Any, nan_is_missing: bool = True) -> bool:
    """Tell whether a raw value stands for "no value": None, NaT, pandas' NA, masked and (by choice) NaN."""
    if value is None:
        return True
    if isinstance(value, float | np.floating | Decimal):
        return nan_is_missing and bool(value != value)  # noqa: PLR0124 - NaN
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return type(value).__name__ in _ABSENT_TYPES


def single(number: float, exact: Any = None) -> float:
    """Round to float32, as a Python float; `exact` is what `number` was rounded from, so that rounding is done once."""
    if exact is not None and exact != number and math.isfinite(number):
        # Half-way between two floats: the part that the double lost decides.
        if (math.frexp(number)[0] * 2**25).is_integer():
            number = math.nextafter(number, math.inf if exact > number else -math.inf)
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


# --- text


def parse_text(text: str, type: DataType) -> Any:
    """Read text as a row value of the type; ValueError where it is none.

    Strings are taken as they are. The leniencies of JPMML are ours: ``1.0`` is an integer and a boolean, ``true`` is
    a number, booleans are read in any case. ``-0.0`` gives 0.0. Types that count days or seconds take the number or ISO text.
    """
    return parser(type)(text)


@cache
def parser(type: DataType) -> Callable[[str], Any]:
    """Return `parse_text` for one type."""
    if type.kind == "string":
        return str
    if type.kind == "double":
        return _parse_double
    if type.kind == "float":
        return _parse_float
    if type.kind == "boolean":
        return _parse_boolean
    if type.is_temporal:
        return lambda text: parse_temporal(text.strip(_SPACE), type)
    if type.unit is not None:

        def parse_count(text: str) -> int:
            text = text.strip(_SPACE)
            return parse_temporal(text, type) if ":" in text or "-" in text[1:] else _parse_integer(text)

        return parse_count
    return _parse_integer


def _parse_double(text: str) -> float:
    text = text.strip(_SPACE)
    try:
        return parse_number(text) + 0.0
    except ValueError:
        if text.lower() in _BOOLEANS:
            return float(_BOOLEANS[text.lower()])
        raise


def _parse_float(text: str) -> float:
    number = _parse_double(text)
    rounded = single(number)
    if rounded == number or not math.isfinite(number) or text.strip(_SPACE).lower() in _BOOLEANS:
        return rounded
    return single(number, Decimal(text.strip(_SPACE)))


def _parse_integer(text: str) -> int:
    text = text.strip(_SPACE)
    digits = text[1:] if text[:1] in ("-", "+") else text
    if len(digits) <= 19 and digits.isascii() and digits.isdigit():
        value = int(text)
    else:
        number = _parse_double(text)
        if not number.is_integer():
            raise ValueError(f"{text!r} is not an integer")
        # Past 2**53 the double has lost digits of the text.
        value = int(number) if abs(number) < 2**53 or abs(number) > 2**64 else int(Decimal(text))
    if value not in _INT64:
        raise ValueError(f"{text!r} is beyond 64 bit")
    return value


def _parse_boolean(text: str) -> bool:
    token = text.strip(_SPACE)
    found = _BOOLEANS.get(token.lower())
    if found is not None:
        return found
    return _boolean(parse_number(token))


def format_value(value: Any, type: DataType) -> str:
    """Write a row value (not None) as text: shortest text that reads back, ``true``/``false``, ISO 8601."""
    kind = type.kind
    if kind == "string":
        return str(value)
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "integer":
        return str(int(value))
    if type.is_temporal:
        return format_temporal(int(value), type)
    value = float(value)
    if math.isfinite(value):
        return str(np.float32(value)) if kind == "float" else repr(value)
    return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"


def to_python(value: Any, type: DataType) -> Any:
    """Return a row value as the user sees it: flags removed, dates and times as objects of datetime; None stays."""
    if value is None:
        return None
    if type.is_temporal:
        return to_object(int(value), type)
    if is_invalid(value):
        value = plain(value)
    return bool(value) if type.kind == "boolean" else value


# --- Python and NumPy scalars


def convert_value(value: Any, type: DataType) -> Any:
    """Turn any Python or NumPy scalar into a row value of the type; ValueError where it is not convertible.

    Takes text, numbers, booleans, Decimal, datetime objects (pandas' Timestamp is one), NumPy's scalars. NaN becomes
    a float or double that is NaN, and nothing else. Values that stand for missing are the caller's matter (`is_missing`).
    """
    return converter(type)(value)


@cache
def converter(type: DataType) -> Callable[[Any], Any]:
    """Return `convert_value` for one type."""
    parse = parser(type)
    carrier: Any = {"double": float, "integer": int, "boolean": bool}.get(type.kind, str)

    def convert(value: Any) -> Any:
        kind = value.__class__
        if kind is carrier:
            if kind is int and value not in _INT64:
                raise not_convertible(value, type)
            return value
        if kind is str:
            return parse(value)
        value, source = _recognised(value, type)
        return caster_or_error(source, type)(value)

    def caster_or_error(source: DataType, target: DataType) -> Callable[[Any], Any]:
        return _conversion(source, target)

    return convert


def not_convertible(value: Any, type: DataType) -> ValueError:
    """Make the error of a value that does not convert."""
    return ValueError(f"{value!r} is not convertible to {type.name}")


def _recognised(value: Any, target: DataType) -> tuple[Any, DataType]:
    """Return a scalar as a row value with the type that it comes from."""
    if isinstance(value, np.datetime64):
        return int(value.astype("datetime64[us]").astype(np.int64)), DATE_TIME
    if isinstance(value, np.float32 | np.float16):
        # float32 text is shorter than that of the widened double.
        return float(value), _FLOAT_TEXT if target.kind == "string" else DOUBLE
    if isinstance(value, np.generic | np.ndarray) and np.ndim(value) == 0:
        value = value.item()
    if isinstance(value, bool):
        return value, BOOLEAN
    if isinstance(value, int):
        return int(value), INTEGER
    if isinstance(value, float):
        return float(value), DOUBLE
    if isinstance(value, str):
        return str(value), STRING
    if isinstance(value, Decimal):
        return _decimal(value, target)
    if isinstance(value, datetime.date | datetime.time):
        return from_object(value)
    raise not_convertible(value, target)

"""Text to row values and back: lexical forms of the data types, rounding to single precision.

Semantics 2.2 and 36. Text that is no value of a type is a ValueError.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from operator import attrgetter
from types import NoneType
from typing import Any, Final

import numpy as np

from pmmlkit.columns.temporal import format_temporal, parse_temporal, to_object
from pmmlkit.columns.types import DataType
from pmmlkit.columns.values import is_invalid, plain
from pmmlkit.xml.lexical import parse_number

__all__ = ["INT64", "format_value", "parse_text", "parser", "single", "to_python"]

INT64 = range(-(2**63), 2**63)
"""The integers that an integer field can hold."""

_SINGLE = struct.Struct("f")
_SPACE = " \t\r\n"
_BOOLEANS = {"true": True, "false": False}


def single(number: float, exact: Any = None) -> float:
    """Round to float32, as a Python float.

    `exact` is what `number` was rounded from, so that rounding is done once.
    """
    if exact is not None and exact != number and math.isfinite(number):
        half_way = (math.frexp(number)[0] * 2**25).is_integer()
        if half_way:  # between two floats: the part that the double lost decides
            number = math.nextafter(number, math.inf if exact > number else -math.inf)
    try:
        rounded: float = _SINGLE.unpack(_SINGLE.pack(number))[0]
    except OverflowError:
        return math.copysign(math.inf, number)
    return rounded


def parse_text(text: str, type: DataType) -> Any:
    """Read text as a row value of the type; ValueError where it is none.

    Strings are taken as they are. The leniencies of JPMML are ours: ``1.0`` is an integer and a
    boolean, ``true`` is a number, booleans are read in any case. ``-0.0`` gives 0.0. Types that
    count days or seconds take the number or ISO text.
    """
    return parser(type)(text)


@cache
def parser(type: DataType) -> Callable[[str], Any]:
    """Return `parse_text` for one type."""
    if type.is_temporal:
        return lambda text: parse_temporal(text.strip(_SPACE), type)
    if type.unit is not None:
        return lambda text: _parse_count(text.strip(_SPACE), type)
    parsers: dict[str, Callable[[str], Any]] = {
        "string": str,
        "integer": _parse_integer,
        "float": _parse_float,
        "double": _parse_double,
        "boolean": _parse_boolean,
    }
    return parsers[type.kind]


def _parse_count(text: str, type: DataType) -> int:
    if ":" in text or "-" in text[1:]:
        return parse_temporal(text, type)
    return _parse_integer(text)


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
    if value not in INT64:
        raise ValueError(f"{text!r} is beyond 64 bit")
    return value


def _parse_boolean(text: str) -> bool:
    token = text.strip(_SPACE)
    found = _BOOLEANS.get(token.lower())
    if found is not None:
        return found
    number = parse_number(token)
    if number not in (0.0, 1.0):
        raise ValueError(f"{text!r} is not a boolean")
    return number == 1.0


def format_value(value: Any, type: DataType) -> str:
    """Write a row value (not None): ``true``, ISO 8601, numbers as `_real_text`; ``[a, b]``."""
    kind = type.kind
    if type.item is not None:
        inner = type.item
        texts = ("" if item is None else format_value(item, inner) for item in value)
        return f"[{', '.join(texts)}]"
    if kind == "string":
        return str(value)
    if kind == "boolean":
        return "true" if value else "false"
    if kind == "integer":
        return str(int(value))
    if type.is_temporal:
        return format_temporal(int(value), type)
    return _real_text(float(value), is_single=kind == "float")


def _real_text(value: float, *, is_single: bool) -> str:
    """Write the shortest text that reads back, in the form of JPMML: ``1.0``, ``1.0E16``.

    The specification says nothing of the form, but categories are made of it. Infinity is the
    ``INF`` of PMML's constants; a zero has no sign.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "INF" if value > 0 else "-INF"
    number = np.float32(value) if is_single else np.float64(value)
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return np.format_float_positional(number + 0, trim="0")
    return np.format_float_scientific(number, trim="0", exp_digits=1).replace("e+", "E").upper()


_class_of = attrgetter("__class__")
_UNFLAGGED: Final = frozenset({float, int, str, bool, NoneType})
"""What the items of a list may be as they are; flagged values are of subclasses."""


def to_python(value: Any, type: DataType) -> Any:
    """Return a row value as the user sees it; None stays.

    Flags are removed; dates and times become objects of `datetime`, lists Python lists.
    """
    if value is None:
        return None
    if type.item is not None:
        inner = type.item
        if type.lone and len(value) == 1:
            return to_python(value[0], inner)
        if _UNFLAGGED.issuperset(map(_class_of, value)) and not inner.is_temporal:
            return list(value)
        return [to_python(item, inner) for item in value]
    if type.is_temporal:
        return to_object(int(value), type)
    if is_invalid(value):
        value = plain(value)
    return bool(value) if type.kind == "boolean" else value

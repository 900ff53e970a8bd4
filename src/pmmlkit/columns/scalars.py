"""Row values from any Python or NumPy scalar, and casts of row values between types.

Semantics 2.2. "Not convertible" is a ValueError for raw values: on input it makes the value
invalid. Inside an expression (`cast_value`) it is an error of the row.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from typing import Any

import numpy as np

from pmmlkit.columns.temporal import (
    from_microseconds,
    from_object,
    is_calendar,
    is_clock,
    to_microseconds,
    value_bounds,
)
from pmmlkit.columns.text import INT64, format_value, parser, single
from pmmlkit.columns.types import BOOLEAN, DATE_TIME, DOUBLE, FLOAT, INTEGER, DataType
from pmmlkit.columns.values import plain
from pmmlkit.errors import EvaluationError

__all__ = [
    "cast_error",
    "cast_value",
    "caster",
    "conversion",
    "convert_value",
    "converter",
    "is_missing",
]

_KEPT = np.datetime64 | np.float16 | np.float32
"""NumPy scalars that say more than the Python object that they turn into."""

_ABSENT_TYPES = frozenset({"NAType", "NaTType", "MaskedConstant"})
"""pandas' NA and NaT and NumPy's masked, by name: pandas is not imported for them."""


def is_missing(value: Any, nan_is_missing: bool = True) -> bool:
    """Tell whether a raw value is missing: None, NaT, pandas' NA, masked, and by choice NaN."""
    if value is None:
        return True
    if isinstance(value, float | np.floating):
        return nan_is_missing and bool(value != value)
    if isinstance(value, Decimal):
        return nan_is_missing and value.is_nan()
    if isinstance(value, np.datetime64):
        return bool(np.isnat(value))
    return type(value).__name__ in _ABSENT_TYPES


def convert_value(value: Any, type: DataType) -> Any:
    """Turn any Python or NumPy scalar into a row value; ValueError where it is not convertible.

    Takes text, numbers, booleans, Decimal, datetime objects (pandas' Timestamp is one) and NumPy's
    scalars. NaN becomes a float or double that is NaN, and nothing else. Values that stand for
    missing are the caller's matter (`is_missing`).
    """
    return converter(type)(value)


@cache
def converter(type: DataType) -> Callable[[Any], Any]:
    """Return `convert_value` for one type."""
    parse = parser(type)
    carriers: dict[str, Any] = {"double": float, "integer": int, "boolean": bool, "string": str}
    carrier = carriers.get(type.kind)

    def convert(value: Any) -> Any:
        kind = value.__class__
        if kind is carrier:
            if kind is int and value not in INT64:
                raise _not_convertible(value, type)
            return value
        if kind is str:
            return parse(value)
        return _convert_other(value, type)

    return convert


def _not_convertible(value: Any, type: DataType) -> ValueError:
    """Make the error of a value that does not convert."""
    return ValueError(f"{value!r} is not convertible to {type.name}")


def _convert_other(value: Any, type: DataType) -> Any:
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, np.generic) and not isinstance(value, _KEPT):
        value = value.item()
    for kinds, convert in _CONVERSIONS:
        if isinstance(value, kinds):
            return convert(value, type)
    raise _not_convertible(value, type)


def _convert_datetime64(value: np.datetime64, type: DataType) -> Any:
    low, high = value_bounds(DATE_TIME)
    micros = int(value.astype("datetime64[us]").astype(np.int64))
    if not low <= micros <= high:  # NaT is below
        raise _not_convertible(value, type)
    return conversion(DATE_TIME, type)(micros)


def _convert_object(value: datetime.date | datetime.time, type: DataType) -> Any:
    carried, source = from_object(value)
    return conversion(source, type)(carried)


def _convert_float(value: float, source: DataType, type: DataType) -> Any:
    if type.kind == "string" and math.isnan(value):
        raise _not_convertible(value, type)
    return conversion(source, type)(value)


def _convert_decimal(value: Decimal, type: DataType) -> Any:
    if not value.is_finite():
        return _convert_float(math.nan if value.is_nan() else float(value), DOUBLE, type)
    if type.kind == "string":
        return str(value)
    if type.kind == "float":
        return single(float(value), value)
    if type.kind == "integer" and abs(value) < 2**64 and value == value.to_integral_value():
        return conversion(INTEGER, type)(int(value))
    return conversion(DOUBLE, type)(float(value))


def cast_value(value: Any, source: DataType, target: DataType) -> Any:
    """Cast a row value to another type inside an expression; None stays, flags are dropped.

    Raises `EvaluationError` where the value does not convert.
    """
    cast = caster(source, target)
    return value if cast is None else cast(value)


@cache
def caster(source: DataType, target: DataType) -> Callable[[Any], Any] | None:
    """Return `cast_value` for two types, None where values stay as they are."""
    if source == target or (source.kind, target.kind) == ("float", "double"):
        return None
    if source.item is not None and target.item is not None:
        return _list_caster(source.item, target.item)
    convert = conversion(source, target)

    def cast(value: Any) -> Any:
        if value is None:
            return None
        try:
            return convert(value)
        except ValueError as error:
            raise cast_error(value, source, target) from error

    return cast


def _list_caster(source: DataType, target: DataType) -> Callable[[Any], Any] | None:
    one = caster(source, target)
    if one is None:
        return None
    return lambda value: None if value is None else tuple(map(one, value))


def cast_error(value: Any, source: DataType, target: DataType) -> EvaluationError:
    """Make the error of a row value that does not cast."""
    text = format_value(value, source)
    return EvaluationError(f"cannot cast {text!r} from {source.name} to {target.name}")


@cache
def conversion(source: DataType, target: DataType) -> Callable[[Any], Any]:
    """Return the function from row values (not None) of one type to another, or ValueError."""
    if source == target:
        return _plain_integer if target.kind == "integer" else plain
    if source.kind == "string":
        return parser(target)
    if target.kind == "string":
        return lambda value: format_value(value, source)
    if is_calendar(source) and is_calendar(target):
        return _calendar_conversion(source, target)
    if source.is_temporal or target.is_temporal:

        def refuse(value: Any) -> Any:
            raise _not_convertible(value, target)

        return refuse
    return {"boolean": _boolean, "integer": _integer, "float": _float, "double": _double}[
        target.kind
    ]


def _calendar_conversion(source: DataType, target: DataType) -> Callable[[Any], Any]:
    low, high = value_bounds(source)
    turn, turn_back = to_microseconds(source), from_microseconds(target)
    refused = is_clock(source) and not is_clock(target)

    def convert(value: Any) -> Any:
        if refused or not low <= value <= high:
            raise _not_convertible(value, target)
        return turn_back(turn(int(value)))

    return convert


def _boolean(value: Any) -> bool:
    if value in (0, 1):
        return bool(value)
    raise _not_convertible(value, BOOLEAN)


def _integer(value: Any) -> int:
    if isinstance(value, float) and not value.is_integer():
        raise _not_convertible(value, INTEGER)
    return _plain_integer(value)


def _plain_integer(value: Any) -> int:
    whole = int(value)
    if whole not in INT64:
        raise _not_convertible(value, INTEGER)
    return whole


def _float(value: Any) -> float:
    return single(_double(value), value if isinstance(value, int) else None)


def _double(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:
        raise _not_convertible(value, DOUBLE) from None


_CONVERSIONS: tuple[tuple[Any, Callable[[Any, DataType], Any]], ...] = (
    (bool, lambda value, type: conversion(BOOLEAN, type)(value)),
    (int, lambda value, type: conversion(INTEGER, type)(int(value))),
    # float32 has a shorter text than the double that it widens to.
    (np.float16 | np.float32, lambda value, type: _convert_float(float(value), FLOAT, type)),
    (float | np.floating, lambda value, type: _convert_float(float(value), DOUBLE, type)),
    (str, lambda value, type: parser(type)(str(value))),
    (Decimal, _convert_decimal),
    (np.datetime64, _convert_datetime64),
    (datetime.date | datetime.time, _convert_object),
)

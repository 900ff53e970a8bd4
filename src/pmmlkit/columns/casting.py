"""Casts of whole columns between types: the columns mode of `scalars.cast_value`."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, INVALID, VALID, Categories, Column
from pmmlkit.columns.lists import flattened, with_items
from pmmlkit.columns.scalars import cast_error, conversion
from pmmlkit.columns.temporal import (
    from_microseconds,
    is_calendar,
    is_clock,
    to_microseconds,
    value_bounds,
)
from pmmlkit.columns.text import format_value
from pmmlkit.columns.types import STRING, DataType
from pmmlkit.errors import EvaluationError

__all__ = ["calendar_values", "cast", "convert_numbers", "texts_of"]

Mask = npt.NDArray[np.bool_]
Array = npt.NDArray[Any]


def cast(column: Column, target: DataType) -> Column:
    """Cast a column inside an expression: rows that do not convert are in ERROR, flags are dropped.

    Lists cast item by item, to another type of lists. Floats are doubles already in rows, so that
    this one cast keeps flags.
    """
    source = column.type
    if source == target:
        return column
    if source.is_list:
        assert target.item is not None
        items, offsets = flattened(column)
        return with_items(column, cast(items, target.item), offsets)
    if (source.kind, target.kind) == ("float", "double"):
        return Column(column.values.astype(np.float64), target, column.state, errors=column.errors)
    usable = column.is_usable
    good: Mask | None = None
    if target.kind == "string":
        codes, categories = texts_of(column.values, usable, source)
        made = Column(codes, target, categories=categories)
    else:
        values, good = _convert(column, usable, target)
        made = Column(values, target)
    state = column.state
    if state is not None:
        state = np.where(state == INVALID, np.uint8(VALID), state)
    errors: dict[int, EvaluationError] = dict(column.errors)
    if good is not None and not good[usable].all():
        rows = np.flatnonzero(usable & ~good)
        state = np.zeros(len(column), np.uint8) if state is None else state
        state[rows] = ERROR
        for row, value in zip(rows.tolist(), column.take(rows).to_list(), strict=True):
            errors[row] = cast_error(value, source, target)
    return Column(made.values, target, state, categories=made.categories, errors=errors)


def _convert(column: Column, usable: Mask, target: DataType) -> tuple[Array, Mask | None]:
    """Convert to a type that is not string: the values, and which of the usable rows converted."""
    source = column.type
    if source.kind == "string":
        return _by_category(column.categories or Categories(()), column.values, usable, target)
    if is_calendar(source) and is_calendar(target):
        return calendar_values(column.values, source, target)
    if source.is_temporal or target.is_temporal:
        return np.zeros(len(column), target.dtype), np.zeros(len(column), np.bool_)
    with np.errstate(all="ignore"):
        return convert_numbers(column.values, target)


def convert_numbers(values: Array, target: DataType) -> tuple[Array, Mask | None]:
    """Convert an array of numbers or booleans; None in place of the mask: all rows converted."""
    if target.kind in ("double", "float"):
        return values.astype(target.dtype, copy=False), None
    if target.kind == "boolean":
        if values.dtype == np.bool_:
            return values, None
        return values == 1, (values == 0) | (values == 1)
    if values.dtype.kind == "f":
        # Both ends are doubles, so the comparison is exact.
        good = (values == np.floor(values)) & (values >= -(2.0**63)) & (values < 2.0**63)
        return np.where(good, values, 0).astype(np.int64), good
    if values.dtype == np.uint64:
        return values.astype(np.int64), values < np.uint64(2**63)
    return values.astype(np.int64, copy=False), None


def _by_category(
    categories: Categories, codes: Array, usable: Mask, target: DataType
) -> tuple[Array, Mask]:
    convert = conversion(STRING, target)
    table = np.zeros(len(categories.values) + 1, target.dtype)
    known = np.zeros(len(categories.values) + 1, np.bool_)
    for code, text in enumerate(categories.values):
        try:
            table[code] = convert(text)
        except ValueError:
            continue
        known[code] = True
    at = np.where(usable, codes, -1)
    return table[at], known[at]


def calendar_values(values: Array, source: DataType, target: DataType) -> tuple[Array, Mask]:
    """Convert int64 values between types that are dates, times or counts of them."""
    if is_clock(source) and not is_clock(target):
        return np.zeros(len(values), np.int64), np.zeros(len(values), np.bool_)
    low, high = value_bounds(source)
    good = (values >= low) & (values <= high)
    micros = to_microseconds(source)(np.where(good, values, 0))
    return from_microseconds(target)(micros), good


def distinct(values: Array) -> tuple[Array, npt.NDArray[np.intp]]:
    """Return the different values of an array and each row's place in them; -0.0 is not 0.0."""
    if values.dtype.kind == "f":
        bits = np.ascontiguousarray(values).view(f"i{values.dtype.itemsize}")
        found, places = np.unique(bits, return_inverse=True)
        return found.view(values.dtype), places
    found, places = np.unique(values, return_inverse=True)
    return found, places


def texts_of(
    values: Array, usable: Mask, source: DataType
) -> tuple[npt.NDArray[np.int32], Categories]:
    """Write the usable rows as text: codes (-1 in other rows) and the categories."""
    codes = np.full(len(values), -1, np.int32)
    found, places = distinct(values[usable])
    texts = [format_value(value, source) for value in found.tolist()]
    index = {text: code for code, text in enumerate(dict.fromkeys(texts))}
    codes[usable] = np.array([index[text] for text in texts], np.int32)[places]
    return codes, Categories(list(index))

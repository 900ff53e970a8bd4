"""Whole arrays of any dtype into columns: what tables hand over, converted to the type of a field.

Nothing is refused here: a row that does not convert keeps its raw value, for the treatment of
invalid values to judge and for missing markers such as ``N/A`` in a field of numbers.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import NoneType
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.casting import calendar_values, convert_numbers, texts_of
from pmmlkit.columns.column import ERROR, Categories, Column
from pmmlkit.columns.scalars import converter, is_missing
from pmmlkit.columns.temporal import is_calendar, value_bounds
from pmmlkit.columns.types import BOOLEAN, DATE_TIME, DOUBLE, FLOAT, INTEGER, DataType
from pmmlkit.errors import DataError, EvaluationError

__all__ = ["Coded", "Converted", "column_from"]

Array = npt.NDArray[Any]
Mask = npt.NDArray[np.bool_]

_ARRAY_DTYPES: dict[type, tuple[type[np.generic], Any]] = {
    float: (np.float64, np.nan),
    int: (np.int64, 0),
    bool: (np.bool_, False),
}
"""The dtype that a run of one Python class becomes, and what fills its missing rows."""


_DIGITS: dict[str, tuple[re.Pattern[str], Any, type[np.generic]]] = {
    "double": (re.compile(r"[0-9+\-.eE\n]+"), float, np.float64),
    "integer": (re.compile(r"[0-9+\-\n]+"), int, np.int64),
}
"""With these characters only, Python reads numbers exactly as the lexical forms are."""


@dataclass(frozen=True, slots=True)
class Coded:
    """An array as codes into categories, as pandas and Arrow have them; below 0 is missing."""

    codes: npt.NDArray[np.integer[Any]]
    categories: Sequence[Any]

    def __len__(self) -> int:
        return len(self.codes)


@dataclass(frozen=True, slots=True)
class Converted:
    """A column of a field's type as it came in: rows are VALID, MISSING, or in ERROR.

    ERROR rows are not convertible; `failed` has their raw values. Where NaN is not taken as
    missing, it is a value of float and double columns, and not convertible elsewhere.
    """

    column: Column
    failed: Mapping[int, Any] = field(default_factory=dict)


def column_from(array: Any, type: DataType, nan_is_missing: bool = True) -> Converted:
    """Convert an array (n,), a masked array, a list of any scalars or `Coded` to a column.

    Arrays of the type's own dtype are not copied. Raises `DataError` unless there is one dimension.
    """
    if isinstance(array, Coded):
        categories = _from_items([*array.categories, None], type, nan_is_missing)
        return _expanded(categories, array.codes)
    mask: Mask | None = None
    if isinstance(array, np.ma.MaskedArray):
        mask = None if array.mask is np.ma.nomask else np.ma.getmaskarray(array)
        array = array.data
    elif not isinstance(array, np.ndarray):
        array = np.asarray(array) if hasattr(array, "__array__") else _objects(list(array))
    if array.ndim != 1:
        raise DataError(f"a column has one dimension, not {array.ndim}: shape {array.shape}")
    if array.dtype.kind in "biuf":
        return _from_numbers(array, mask, type, nan_is_missing)
    if array.dtype.kind == "M":
        return _from_datetimes(array, mask, type)
    items = array.tolist() if array.dtype.kind in "OUT" else list(array)
    if mask is not None:
        items = [
            None if hidden else item for item, hidden in zip(items, mask.tolist(), strict=True)
        ]
    return _from_objects(items, type, nan_is_missing)


def _objects(items: list[Any]) -> Array:
    array = np.empty(len(items), object)
    array[:] = items
    return array


def _from_numbers(
    array: Array, mask: Mask | None, type: DataType, nan_is_missing: bool
) -> Converted:
    missing = mask
    bad: Mask | None = None
    if array.dtype.kind == "f":
        dtype = np.float64 if array.dtype.itemsize > 4 else np.float32
        array = array.astype(dtype, copy=False)
        nan = np.isnan(array)
        if nan.any():
            if nan_is_missing:
                missing = nan if mask is None else mask | nan
            elif type.kind not in ("float", "double"):
                bad = nan
    if type.is_temporal:
        values, good = np.zeros(len(array), type.dtype), np.zeros(len(array), np.bool_)
        return _assembled(Column(values, type), missing, ~good, array)
    if type.kind == "string":
        usable = np.ones(len(array), np.bool_)
        for hidden in (missing, bad):
            usable = usable if hidden is None else usable & ~hidden
        source = {"b": BOOLEAN, "i": INTEGER, "u": INTEGER, "f": DOUBLE}[array.dtype.kind]
        if array.dtype == np.float32:
            source = FLOAT
        codes, categories = texts_of(array, usable, source)
        return _assembled(Column(codes, type, categories=categories), missing, bad, array)
    with np.errstate(all="ignore"):
        values, accepted = convert_numbers(array, type)
    if accepted is not None:
        bad = ~accepted
    return _assembled(Column(values, type), missing, bad, array)


def _from_datetimes(array: Array, mask: Mask | None, type: DataType) -> Converted:
    missing = np.isnat(array) if mask is None else np.isnat(array) | mask
    micros = array.astype("datetime64[us]").astype(np.int64)
    if is_calendar(type):
        values, good = calendar_values(micros, DATE_TIME, type)
        return _assembled(Column(values, type), missing, ~good, array)
    if type.kind == "string":
        low, high = value_bounds(DATE_TIME)
        good = (micros >= low) & (micros <= high)
        codes, categories = texts_of(micros, good & ~missing, DATE_TIME)
        return _assembled(Column(codes, type, categories=categories), missing, ~good, array)
    values = np.zeros(len(array), type.dtype)
    return _assembled(Column(values, type), missing, np.ones(len(array), np.bool_), array)


def _from_objects(items: list[Any], type: DataType, nan_is_missing: bool) -> Converted:
    kinds = set(map(_class_of, items))
    if len(kinds - {NoneType}) > 1 or not kinds <= {str, NoneType, *_ARRAY_DTYPES}:
        items = [
            None if item.__class__ is not str and is_missing(item, nan_is_missing) else item
            for item in items
        ]
        kinds = set(map(_class_of, items))
    present = kinds - {NoneType}
    if present == {str}:
        numbers = _plain_numbers(items, type, NoneType in kinds)
        if numbers is not None:
            return numbers
    if present <= {str}:
        index: dict[Any, int] = defaultdict(count().__next__, {None: -1})
        codes = np.fromiter(map(index.__getitem__, items), np.int32, len(items))
        del index[None]
        if type.kind == "string":
            column = Column(codes, type, categories=Categories(list(index)))
            return _assembled(column, codes < 0 if NoneType in kinds else None, None, codes)
        return _expanded(_from_items([*index, None], type, nan_is_missing), codes)
    if present == {float, int} and type.kind == "double":
        present = {float}
    if len(present) == 1 and present <= _ARRAY_DTYPES.keys():
        dtype, fill = _ARRAY_DTYPES[next(iter(present))]
        mask: Mask | None = None
        if NoneType in kinds:
            mask = np.fromiter((item is None for item in items), np.bool_, len(items))
            items = [fill if item is None else item for item in items]
        try:
            return _from_numbers(np.array(items, dtype), mask, type, nan_is_missing)
        except OverflowError:
            pass  # an int beyond 64 bit
        if mask is not None:
            items = [None if hidden else item for item, hidden in zip(items, mask, strict=True)]
    return _from_items(items, type, nan_is_missing)


def _plain_numbers(items: list[Any], type: DataType, has_missing: bool) -> Converted | None:
    """Read texts that are all numbers in digits, at the speed of Python's parser; else None."""
    if type.name not in _DIGITS:
        return None
    pattern, parse, dtype = _DIGITS[type.name]
    texts = [item for item in items if item is not None] if has_missing else items
    if not pattern.fullmatch("\n".join(texts)):
        return None
    try:
        parsed = np.array(list(map(parse, texts)), dtype)
    except (ValueError, OverflowError):
        return None
    # Adding zero takes the sign from -0.0, as for all text.
    parsed += 0
    if not has_missing:
        return Converted(Column(parsed, type))
    missing = np.fromiter((item is None for item in items), np.bool_, len(items))
    values = np.zeros(len(items), dtype)
    values[~missing] = parsed
    return _assembled(Column(values, type), missing, None, values)


def _class_of(item: Any) -> type:
    kind: type = item.__class__
    return kind


def _from_items(items: Sequence[Any], type: DataType, nan_is_missing: bool) -> Converted:
    """Convert item by item."""
    convert = converter(type)
    made: list[Any] = []
    failed: dict[int, Any] = {}
    for row, item in enumerate(items):
        value = None
        if not is_missing(item, nan_is_missing):
            try:
                value = convert(item)
            except ValueError:
                failed[row] = item
            if nan_is_missing and value.__class__ is float and value != value:
                value = None
        made.append(value)
    column = Column.of(made, type)
    if not failed:
        return Converted(column)
    bad = np.zeros(len(made), np.bool_)
    bad[list(failed)] = True
    return Converted(_with_failures(column, bad, failed), failed)


def _expanded(categories: Converted, codes: Array) -> Converted:
    """Repeat the rows of converted categories by code; the last category is the missing one."""
    at = codes.astype(np.intp)
    last = len(categories.column) - 1
    at[at < 0] = last
    inner = categories.column
    column = Column(
        inner.values[at],
        inner.type,
        None if inner.state is None else inner.state[at],
        categories=inner.categories,
    )
    if not categories.failed:
        return Converted(column)
    bad = np.zeros(last + 1, np.bool_)
    bad[list(categories.failed)] = True
    rows = np.flatnonzero(bad[at])
    failed = {
        row: categories.failed[code]
        for row, code in zip(rows.tolist(), at[rows].tolist(), strict=True)
    }
    return Converted(_with_failures(column, bad[at], failed), failed)


def _assembled(column: Column, missing: Mask | None, bad: Mask | None, raw: Array) -> Converted:
    """Put states on a column of values: missing rows, and rows that are not convertible."""
    if missing is not None:
        # MISSING is 1, so the mask is the state.
        column = column.with_state(missing.view(np.uint8))
        bad = bad if bad is None else bad & ~missing
    if bad is None or not bad.any():
        return Converted(column)
    rows = np.flatnonzero(bad)
    items = list(raw[rows]) if raw.dtype.kind == "M" else raw[rows].tolist()
    failed = dict(zip(rows.tolist(), items, strict=True))
    return Converted(_with_failures(column, bad, failed), failed)


def _with_failures(column: Column, bad: Mask, failed: Mapping[int, Any]) -> Column:
    state = np.zeros(len(column), np.uint8) if column.state is None else column.state.copy()
    state[bad] = ERROR
    errors = {
        row: EvaluationError(f"value {raw!r} is not convertible to {column.type.name}")
        for row, raw in failed.items()
    }
    return column.with_state(state, errors)

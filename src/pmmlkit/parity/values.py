"""Values on their way to an engine and back: plain Python, by the dataType of the field."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.conversion import format_value
from pmmlkit.columns.types import DOUBLE
from pmmlkit.errors import DataError

__all__ = ["Columns", "Values", "is_missing", "outgoing", "plain", "returned", "row_count"]

Values = Sequence[object] | npt.NDArray[Any]
Columns = Mapping[str, Values]

TEXTS = frozenset({"string"})
FLOATS = frozenset({"float", "double"})
WHOLES = frozenset({"integer"})
WHOLE = re.compile(r"[+-]?[0-9]+")
NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")


def row_count(columns: Columns) -> int:
    """The number of rows; `DataError` when the columns differ in length."""
    lengths = {len(values) for values in columns.values()}
    if len(lengths) > 1:
        found = ", ".join(f"{name}: {len(values)}" for name, values in columns.items())
        raise DataError(f"the columns of a table must have the same length, not {found}")
    return lengths.pop() if lengths else 0


def outgoing(
    columns: Columns, types: Mapping[str, str], *, nan_as_missing: bool
) -> dict[str, list[object]]:
    """The columns as plain values for an engine, each by its dataType in `types`."""
    return {
        name: [_to_engine(value, types.get(name, ""), nan_as_missing) for value in _listed(values)]
        for name, values in columns.items()
    }


def plain(value: object) -> object:
    """The value without NumPy or pandas around it; None for pandas' NA and NaT."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[us]").item()
    if isinstance(value, np.generic):
        return value.item()
    if type(value).__name__ in {"NAType", "NaTType"}:
        return None
    return value


def is_missing(value: object) -> bool:
    """None and NaN: a result that is NaN and one that is missing look alike in a float column."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def returned(values: Sequence[object], data_type: str) -> list[object]:
    """A result column by its dataType: engines print 0 as ``"0"``, and a float with few digits."""
    if data_type == "float":
        return [float(np.float32(v)) if isinstance(v, float) else v for v in values]
    if data_type in WHOLES:
        return [int(v) if isinstance(v, float) and v.is_integer() else v for v in values]
    return list(values)


def _listed(values: Values) -> Values:
    """Arrays give up their values many times faster at once than one by one."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufSUO":
        listed: list[object] = values.tolist()
        return listed
    return values


def _to_engine(value: object, data_type: str, nan_as_missing: bool) -> object:
    value = plain(value)
    if value is None or (nan_as_missing and isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, (date, time)):
        return _iso(value, data_type)
    if isinstance(value, str):
        value = _read(value, data_type)
    if isinstance(value, str):
        return value
    if data_type in TEXTS:
        return _text(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return _number(value, data_type)
    return value


def _read(text: str, data_type: str) -> object:
    """Text by the field's type, where it has that form: PMML4S does not take ``"1"`` for 1."""
    if data_type in WHOLES and WHOLE.fullmatch(text):
        return int(text)
    if data_type in FLOATS | WHOLES and NUMBER.fullmatch(text):
        return float(text)
    if data_type == "boolean" and text.lower() in {"true", "false"}:
        return text.lower() == "true"
    return text


def _iso(value: date | time, data_type: str) -> str:
    if isinstance(value, datetime) and data_type.startswith("date") and "Time" not in data_type:
        value = value.date()
    return value.isoformat()


def _text(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format_value(value, DOUBLE)
    return str(value) if isinstance(value, int) else value


def _number(value: int | float, data_type: str) -> object:
    if data_type in FLOATS:
        # Rounded here, once: PMML4S compares a float field in double precision.
        with np.errstate(over="ignore"):
            return float(np.float32(value)) if data_type == "float" else float(value)
    if data_type in WHOLES and isinstance(value, float) and value.is_integer():
        return int(value)
    return value

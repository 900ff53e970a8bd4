"""CAST of Spark SQL."""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from pmmlkit.exporters.spark.sql.texts import date_of
from pmmlkit.exporters.spark.sql.values import (
    NUMBERS,
    Operand,
    Value,
    at_scale,
    compared,
    condition_of,
    moment,
    text_of,
    value_of,
)
from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.terms import Converted, Fixed, Untraceable, retyped

__all__ = ["cast_to"]

_WHOLE: Final = {"TINYINT": 3, "SMALLINT": 5, "INT": 10, "BIGINT": 20}
_TEXTS: Final = ("TEXT", "VARCHAR", "CHAR")
_ZERO: Final = Value(Fixed(0, "integer"), "integer", 1)


def cast_to(operand: Operand, wanted: Any) -> Value:
    """Return an operand as another type, which sqlglot names.

    A text that is no number is a refused row: Spark fails, or says NULL (ansi.enabled=false).
    """
    name = wanted.this.name
    value = value_of(operand)
    if value.kind == "null":
        return value
    if name in _TEXTS:
        return Value(text_of(operand), "string")
    if name == "BOOLEAN":
        return value_of(_truth(value))
    if name == "DATE":
        return date_of(value)
    if name.startswith("TIMESTAMP"):
        return _as_time(value)
    if name not in _WHOLE and name not in ("FLOAT", "DOUBLE", "DECIMAL"):
        raise Untraceable("PMML has no such type")
    if value.kind == "string":
        return _number_of_text(value, name)
    if value.kind == "boolean":
        value = Value(algebra.number(value.term), "integer", 1)
    if value.kind not in NUMBERS:
        raise Untraceable(f"a value of type {value.kind} becomes a number: use year(), datediff()")
    return _as_number(value, name, wanted)


def _as_number(value: Value, name: str, wanted: Any) -> Value:
    if name in _WHOLE:
        if value.kind == "integer":
            return Value(value.term, "integer", _WHOLE[name])
        if isinstance(value.term, Fixed) and value.term.value is not None:
            return Value(Fixed(int(float(value.term.value)), "integer"), "integer", _WHOLE[name])
        whole = retyped(mathematics.truncated(value.term), "integer")
        return Value(whole, "integer", _WHOLE[name])
    if name == "FLOAT" and value.kind != "float":
        if not isinstance(value.term, Fixed) or value.term.value is None:
            raise Untraceable("the engines compute with doubles: use DOUBLE")
        return Value(Fixed(float(np.float32(value.term.value)), "double"), "float")
    if name == "DECIMAL":
        sizes = [int(str(item.this)) for item in wanted.expressions] or [10]
        digits, scale = (*sizes, 0)[:2]
        return at_scale(value.term, digits, scale, exact=False)
    return Value(retyped(value.term, "double"), "float" if name == "FLOAT" else "double")


def _number_of_text(value: Value, name: str) -> Value:
    if name in ("FLOAT", "DECIMAL"):
        raise Untraceable("a text becomes a number with few digits: use DOUBLE")
    kind = "integer" if name in _WHOLE else "double"
    if isinstance(value.term, Fixed):
        raise Untraceable("a constant text becomes a number: write the number")
    term = algebra.guarded(algebra.call("trimBlanks", value.term, kind="string"))
    made = Converted(term, kind, value.term.missing, kind == "integer")
    return Value(made, kind, _WHOLE.get(name, 20))


def _truth(value: Value) -> Operand:
    if value.kind == "boolean":
        return value
    if value.kind in NUMBERS:
        return condition_of(compared("notEqual", value, _ZERO))
    raise Untraceable(f"a value of type {value.kind} becomes a boolean: write what is true")


def _as_time(value: Value) -> Value:
    if value.kind == "timestamp":
        return value
    if value.kind == "string" and isinstance(value.term, Fixed):
        return moment(str(value.term.value), "timestamp")
    raise Untraceable(
        f"a value of type {value.kind} becomes a time, for which PMML has no function"
    )

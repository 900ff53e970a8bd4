"""A small bench for functions: typed arguments, constant and varying, run in both modes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from pmmlkit.columns.conversion import format_value
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import Constant, FieldRef
from pmmlkit.language.step import Step
from tests.language.rows import ERROR, make_scope, run

__all__ = ["ERROR", "call", "constant", "same", "step_of", "table"]

_TYPES = {bool: BOOLEAN, int: INTEGER, float: DOUBLE, str: STRING}
_NAMES = "abcdefghij"

RELATIVE = 1e-12
"""NumPy's transcendental functions and those of the C library differ in the last bits."""


def type_of(items: Sequence[Any]) -> DataType:
    """Return the type of the Python values, double where there are none."""
    kinds = {type(item) for item in items if item is not None and item is not ERROR}
    for kind in (str, float, int, bool):
        if any(kind in found.__mro__ for found in kinds):
            return _TYPES[kind]
    return DOUBLE


def constant(value: Any, type: DataType | None = None) -> Constant:
    """Make the Constant of a row value."""
    type = type or type_of([value])
    if value is None:
        return Constant(data_type=type.name, missing=True, text="")
    return Constant(data_type=type.name, text=format_value(value, type))


def step_of(name: str, types: Sequence[DataType], **attributes: Any) -> Step:
    """Compile a call over fields of these types."""
    scope = make_scope(**dict(zip(_NAMES, types, strict=False)))
    expressions = tuple(FieldRef(field=_NAMES[place]) for place in range(len(types)))
    return scope.compile(Apply(function=name, expressions=expressions, **attributes))


def table(
    name: str,
    rows: Sequence[Sequence[Any]],
    types: Sequence[DataType] | None = None,
    **attributes: Any,
) -> tuple[list[Any], DataType]:
    """Call a function for each row of arguments: over columns and row by row, which must agree."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    kinds = list(types or map(type_of, columns))
    names = _NAMES[: len(kinds)]
    scope = make_scope(**dict(zip(names, kinds, strict=True)))
    expressions = tuple(FieldRef(field=item) for item in names)
    step = scope.compile(Apply(function=name, expressions=expressions, **attributes))
    found = run(scope, step, dict(zip(names, columns, strict=True)), relative=RELATIVE)
    return found, step.type


def call(
    name: str, *arguments: Any, types: Sequence[DataType] | None = None, **attributes: Any
) -> Any:
    """Call a function once: all arguments varying, all constant, one varying."""
    (result,), type = table(name, [arguments], types, **attributes)
    kinds = list(types or [type_of([item]) for item in arguments])
    for varying in range(-1, len(arguments)):
        if any(isinstance(item, float) and item.__class__ is not float for item in arguments):
            break
        scope = make_scope(x=kinds[max(varying, 0)])
        expressions = tuple(
            FieldRef(field="x") if place == varying else constant(item, kind)
            for place, (item, kind) in enumerate(zip(arguments, kinds, strict=True))
        )
        if any(item is ERROR for place, item in enumerate(arguments) if place != varying):
            continue
        try:
            step = scope.compile(Apply(function=name, expressions=expressions, **attributes))
        except MarkupError:
            assert result is ERROR
            continue
        if step.type == type:
            (again,) = run(scope, step, {"x": [arguments[max(varying, 0)]]}, relative=RELATIVE)
            assert same(again, result), (name, arguments, varying, again, result)
    return result


def same(found: Any, expected: Any) -> bool:
    """Tell whether two row values are equal: doubles to 1e-12, all else exactly."""
    if type(expected) is float and isinstance(found, float):
        if math.isnan(expected):
            return math.isnan(found)
        return math.isclose(found, expected, rel_tol=1e-12, abs_tol=0.0)
    if isinstance(expected, bool) or isinstance(found, bool):
        return found is expected
    if isinstance(found, float) != isinstance(expected, float):
        return False
    return bool(found == expected)

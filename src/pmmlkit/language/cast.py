"""The cast of a step's result to a dataType: what DerivedField, parameters and outputs do."""

from __future__ import annotations

from typing import Any

from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import Column
from pmmlkit.columns.scalars import caster
from pmmlkit.columns.types import DataType, list_of
from pmmlkit.language.step import Batch, Raise, RowFunction, Step, Values

__all__ = ["cast_step"]


def cast_step(step: Step, type: DataType) -> Step:
    """Return a step of the given type; the same one where nothing is to do.

    Missing stays missing; a value that does not convert is an error of its row (semantics 2.2, 3).
    The items of a list are cast: its type is then the list of `type`.
    """
    if not type.is_list:
        for _ in range(_depth(step.type)):
            type = list_of(type, lone=step.type.lone)
    if step.type == type:
        return step
    if isinstance(step, Raise):
        return Raise(step.message, type)
    return _Cast(step, type)


def _depth(type: DataType) -> int:
    """Count how often lists are inside of lists."""
    depth = 0
    while type.item is not None:
        type, depth = type.item, depth + 1
    return depth


def _innermost(type: DataType) -> DataType:
    while type.item is not None:
        type = type.item
    return type


_CERTAIN = frozenset(
    {
        ("float", "double"),
        ("double", "float"),
        ("integer", "double"),
        ("integer", "float"),
        ("boolean", "double"),
    }
    | {("boolean", "float"), ("boolean", "integer")}
    | {(kind, "string") for kind in ("integer", "float", "double", "boolean")}
    | {(kind, "string") for kind in ("date", "time", "dateTime")}
)
"""Kinds between which every value converts."""


class _Cast(Step):
    __slots__ = ("step",)

    def __init__(self, step: Step, type: DataType) -> None:
        source, target = _innermost(step.type), _innermost(type)
        certain = (source.kind, target.kind) in _CERTAIN
        super().__init__(type, may_fail=step.may_fail or not certain)
        self.step = step

    def columns(self, batch: Batch) -> Column:
        return cast(self.step.columns(batch), self.type)

    def row_function(self) -> RowFunction:
        function = self.step.row_function()
        convert = caster(self.step.type, self.type)
        if convert is None:
            return function

        def run(values: Values) -> Any:
            return convert(function(values))

        return run

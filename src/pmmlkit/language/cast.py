"""The cast of a step's result to a dataType: what DerivedField, parameters and outputs do."""

from __future__ import annotations

from typing import Any

from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import Column
from pmmlkit.columns.scalars import caster
from pmmlkit.columns.types import DataType
from pmmlkit.language.step import Batch, RowFunction, Step, Values

__all__ = ["cast_step"]


def cast_step(step: Step, type: DataType) -> Step:
    """Return a step of the given type; the same one where nothing is to do.

    Missing stays missing; a value that does not convert is an error of its row (semantics 2.2, 3).
    """
    if step.type == type:
        return step
    return _Cast(step, type)


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
        certain = (step.type.kind, type.kind) in _CERTAIN
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

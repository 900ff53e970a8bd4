"""Steps over the value of one operand: what expressions and predicates have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pmmlkit.columns.column import MISSING, VALID, Categories, Column
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.errors import UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.step import Batch, Read, RowFunction, Step, Values

__all__ = ["MissingAs", "UnaryStep", "as_number", "with_missing_as"]


class UnaryStep(Step):
    """A step whose result follows from the value of one operand.

    A subclass says so twice: `of_column` for the column of the operand, `of_value` for its value in
    one row (None is missing). Errors of the operand go past it.
    """

    __slots__ = ("operand",)

    def __init__(self, operand: Step, type: DataType, *, may_fail: bool = False) -> None:
        super().__init__(type, may_fail=may_fail or operand.may_fail)
        self.operand = operand

    def of_column(self, column: Column) -> Column:
        """Return the result for each row of the operand's column."""
        raise AssertionError(type(self).__name__)

    def of_value(self) -> Callable[[Any], Any]:
        """Return the function of one value."""
        raise AssertionError(type(self).__name__)

    def columns(self, batch: Batch) -> Column:
        """Compute over the operand's column."""
        return self.of_column(self.operand.columns(batch))

    def row_function(self) -> RowFunction:
        """Compute over the operand's value."""
        function = self.of_value()
        if isinstance(self.operand, Read) and not self.operand.may_fail:
            slot = self.operand.field.slot
            return lambda values: function(values[slot])
        read = self.operand.row_function()

        def run(values: Values) -> Any:
            return function(read(values))

        return run


class MissingAs(UnaryStep):
    """The operand, with a value where it is missing (mapMissingTo of FieldRef); flags stay."""

    __slots__ = ("value",)

    def __init__(self, operand: Step, value: Any) -> None:
        super().__init__(operand, operand.type)
        self.value = value

    def of_column(self, column: Column) -> Column:
        """Fill the missing rows."""
        return with_missing_as(column, self.value)

    def of_value(self) -> Callable[[Any], Any]:
        """Fill a missing value."""
        replacement = self.value
        return lambda value: replacement if value is None else value


def with_missing_as(column: Column, value: Any) -> Column:
    """Return the column with a row value (None changes nothing) in place of missing ones."""
    if column.state is None or value is None:
        return column
    rows = column.state == MISSING
    if not rows.any():
        return column
    state = np.where(rows, np.uint8(VALID), column.state)
    values = column.values.copy()
    categories = column.categories
    if categories is not None:
        if value not in categories.index:
            categories = Categories((*categories.values, value))
        values[rows] = categories.index[value]
    else:
        values[rows] = value
    return Column(values, column.type, state, categories=categories, errors=column.errors)


def as_number(step: Step) -> Step:
    """Return the step as one of number type: itself, or its cast to double.

    Raises UnsupportedError for a list, the values of a group.
    """
    if step.type.is_list:
        raise UnsupportedError(
            "a list, the values of the rows of a group, is no number", code=mistakes.LIST_AS_VALUE
        )
    return step if step.type.is_number else cast_step(step, DOUBLE)

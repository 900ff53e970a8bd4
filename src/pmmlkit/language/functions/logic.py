"""Group H: ``and or not`` (semantics 5.3). A missing argument makes the result missing.

The specification says so of the functions, unlike of the predicates, whose logic has three values:
JPMML raises an error here. If functions ever follow the predicates, only this module changes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.types import BOOLEAN
from pmmlkit.language.functions.function import Call, Function, FunctionStep
from pmmlkit.language.step import Batch, RowFunction, Step, Values

__all__ = ["FUNCTIONS"]


class LogicStep(FunctionStep):
    """A junction of booleans.

    `array` folds two columns, `scalar` takes the list of a row's values.
    """

    __slots__ = ("arguments", "array", "scalar")

    def __init__(
        self,
        arguments: tuple[Step, ...],
        array: Callable[[Any, Any], Any],
        scalar: Callable[[Sequence[Any]], bool],
    ) -> None:
        super().__init__(BOOLEAN, may_fail=any(step.may_fail for step in arguments))
        self.arguments = arguments
        self.array = array
        self.scalar = scalar

    def columns(self, batch: Batch) -> Column:
        """Fold over the columns."""
        columns = [step.columns(batch) for step in self.arguments]
        state, errors = combined_state(*columns)
        result = columns[0].values
        for column in columns[1:]:
            result = self.array(result, column.values)
        return Column(result, BOOLEAN, state, errors=errors)

    def row_function(self) -> RowFunction:
        """Evaluate every argument: an error or a missing value counts wherever it stands."""
        reads = [step.row_function() for step in self.arguments]
        scalar = self.scalar
        if len(reads) == 2:
            left, right = reads

            def run_two(values: Values) -> bool | None:
                a = left(values)
                b = right(values)
                return None if a is None or b is None else scalar((a, b))

            return run_two

        def run(values: Values) -> bool | None:
            arguments = [read(values) for read in reads]
            return None if None in arguments else scalar(arguments)

        return run


class NotStep(LogicStep):
    """Negation."""

    __slots__ = ()

    def __init__(self, argument: Step) -> None:
        super().__init__((argument,), np.logical_or, lambda arguments: not arguments[0])

    def columns(self, batch: Batch) -> Column:
        """Negate the column."""
        column = super().columns(batch)
        return Column(~column.values, BOOLEAN, column.state, errors=column.errors)


def _booleans(call: Call) -> tuple[Step, ...]:
    return tuple(call.cast(place, BOOLEAN) for place in range(len(call.arguments)))


FUNCTIONS: Final[tuple[Function, ...]] = (
    Function("and", 2, None, lambda call: LogicStep(_booleans(call), np.logical_and, all)),
    Function("or", 2, None, lambda call: LogicStep(_booleans(call), np.logical_or, any)),
    Function("not", 1, 1, lambda call: NotStep(*_booleans(call))),
)

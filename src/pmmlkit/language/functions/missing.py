"""Group F: ``isMissing isNotMissing isValid isNotValid`` (semantics 5.3).

The result is never missing.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from pmmlkit.columns.column import ERROR, INVALID, MISSING, VALID, Column, combined_state
from pmmlkit.columns.types import BOOLEAN
from pmmlkit.columns.values import is_invalid
from pmmlkit.language.functions.function import Call, Function
from pmmlkit.language.step import Step
from pmmlkit.language.unary import UnaryStep

__all__ = ["FUNCTIONS"]


class StateTest(UnaryStep):
    """Ask for the state of the argument.

    TRUE in `state`, FALSE elsewhere, or the other way round.
    """

    __slots__ = ("negated", "state")

    def __init__(self, operand: Step, state: int, negated: bool) -> None:
        super().__init__(operand, BOOLEAN)
        self.state = state
        self.negated = negated

    def of_column(self, column: Column) -> Column:
        """Look at the states."""
        size = len(column)
        if column.state is None:
            return Column(np.full(size, (self.state == VALID) is not self.negated), BOOLEAN)
        _, errors = combined_state(column)
        state = np.where(column.state == ERROR, np.uint8(ERROR), np.uint8(VALID))
        return Column((column.state == self.state) != self.negated, BOOLEAN, state, errors=errors)

    def of_value(self) -> Callable[[Any], bool]:
        """Look at one value."""
        if self.state == MISSING:
            return (
                (lambda value: value is not None) if self.negated else (lambda value: value is None)
            )
        if self.state == VALID:
            return lambda value: value is not None and not is_invalid(value)
        return is_invalid


def _entry(name: str, state: int, *, negated: bool = False) -> Function:
    def build(call: Call) -> Step:
        return StateTest(call.arguments[0], state, negated)

    return Function(name, 1, 1, build)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _entry("isMissing", MISSING),
    _entry("isNotMissing", MISSING, negated=True),
    _entry("isValid", VALID),
    # The specification ties validity to the definition of the field; JPMML says false of a
    # missing value.
    _entry("isNotValid", INVALID),
)

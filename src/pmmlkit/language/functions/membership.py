"""Group I: ``isIn isNotIn`` (semantics 5.3). The result is never missing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.columns.column import ERROR, MISSING, VALID, Column, combined_state
from pmmlkit.columns.types import BOOLEAN
from pmmlkit.language.functions.comparison import codes_of, compared_as
from pmmlkit.language.functions.function import Call, Function, FunctionStep, is_nothing
from pmmlkit.language.functions.numeric import Array
from pmmlkit.language.step import Batch, Constant, RowFunction, Step, Values

__all__ = ["FUNCTIONS"]

_FEW: Final = 8
"""Up to this many items, one comparison each is faster than a binary search."""


class MembershipStep(FunctionStep):
    """A value among constants and the values of other steps, all of one type.

    A missing value is in if an item is missing too (`missing_is_in`: one is the constant), as in
    JPMML.
    """

    __slots__ = ("constants", "missing_is_in", "negated", "others", "value")

    def __init__(
        self,
        value: Step,
        constants: Sequence[Any],
        others: Sequence[Step],
        *,
        missing_is_in: bool,
        negated: bool,
    ) -> None:
        super().__init__(BOOLEAN, may_fail=any(step.may_fail for step in (value, *others)))
        self.value = value
        self.constants = tuple(constants)
        self.others = tuple(others)
        self.missing_is_in = missing_is_in
        self.negated = negated

    def columns(self, batch: Batch) -> Column:
        """Look up values or categories, then compare with the items that vary."""
        columns = [step.columns(batch) for step in (self.value, *self.others)]
        value = columns[0]
        found = self._among_constants(value)
        arrays = codes_of(columns) if value.categories is not None else [c.values for c in columns]
        for column, array in zip(columns[1:], arrays[1:], strict=True):
            equal = arrays[0] == array
            if array.dtype.kind == "f":
                equal |= np.isnan(arrays[0]) & np.isnan(array)
            found = found | (equal & column.is_usable)
        if value.state is not None:
            both = np.full(batch.size, self.missing_is_in)
            for column in columns[1:]:
                both |= False if column.state is None else column.state == MISSING
            found = np.where(value.is_usable, found, both)
        state, errors = combined_state(*columns)
        if state is not None:
            state = np.where(state == ERROR, state, np.uint8(VALID))
        return Column(found != self.negated, BOOLEAN, state, errors=errors)

    def _among_constants(self, column: Column) -> Array:
        known = frozenset(self.constants)
        if column.categories is not None:
            table = np.array([*(text in known for text in column.categories.values), False])
            return table.take(column.values, mode="clip")
        items = np.array(self.constants, column.values.dtype)
        found: Array = np.zeros(len(column), np.bool_)
        if len(items) <= _FEW:
            for item in items:
                found |= column.values == item
        else:
            found = np.isin(column.values, items)
        if items.dtype.kind == "f" and np.isnan(items).any():
            found |= np.isnan(column.values)
        return found

    def row_function(self) -> RowFunction:
        """Look up one value."""
        read = self.value.row_function()
        known = frozenset(self.constants)
        missing_is_in, inside = self.missing_is_in is not self.negated, not self.negated
        has_nan = any(item != item for item in known)
        if not self.others and not has_nan:

            def run(values: Values) -> bool:
                value = read(values)
                if value is None:
                    return missing_is_in
                return (value in known) is inside

            return run
        others = [step.row_function() for step in self.others]
        has_missing = self.missing_is_in

        def run_all(values: Values) -> bool:
            value = read(values)
            items = [other(values) for other in others]
            if value is None:
                return (has_missing or None in items) is inside
            found = value in known or any(item is not None and value == item for item in items)
            if not found and value != value:
                found = has_nan or any(item != item for item in items)
            return found is inside

        return run_all


def _entry(name: str, *, negated: bool) -> Function:
    def build(call: Call) -> Step:
        stated = [step for step in call.arguments if not is_nothing(step)]
        first, *items = call.arguments
        type = (stated or [first])[0].type
        if all(step.type.is_number for step in stated):
            type = compared_as(*(step.type for step in stated)) if stated else type
        value = Constant(None, type) if is_nothing(first) else call.cast_step(first, type)
        steps = [call.cast_step(step, type) for step in items if not is_nothing(step)]
        return MembershipStep(
            value,
            [step.value for step in steps if isinstance(step, Constant)],
            [step for step in steps if not isinstance(step, Constant)],
            missing_is_in=any(is_nothing(step) for step in items),
            negated=negated,
        )

    return Function(name, 2, None, build)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _entry("isIn", negated=False),
    _entry("isNotIn", negated=True),
)

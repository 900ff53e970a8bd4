"""The function ``if`` (semantics 5.3, group I).

Only the branch that is taken counts, its errors and its flags.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, VALID, Categories, Column
from pmmlkit.columns.types import BOOLEAN, DOUBLE, STRING, DataType, common_number
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import (
    Call,
    Function,
    FunctionStep,
    has_no_type,
    is_nothing,
)
from pmmlkit.language.step import Batch, Constant, Read, RowFunction, Step, Values
from pmmlkit.language.unary import MissingAs

__all__ = ["FUNCTIONS", "common_type", "merged"]

Rows = npt.NDArray[np.intp]


class Choice(FunctionStep):
    """One of three steps, by the condition of each row: true, false, missing. All have one type."""

    __slots__ = ("branches", "condition")

    def __init__(self, condition: Step, branches: tuple[Step, Step, Step]) -> None:
        super().__init__(
            branches[0].type, may_fail=any(step.may_fail for step in (condition, *branches))
        )
        self.condition = condition
        self.branches = branches

    def columns(self, batch: Batch) -> Column:
        """Compute each branch for the rows that take it, and nothing for the others."""
        condition = self.condition.columns(batch)
        usable, missing = condition.is_usable, condition.is_missing
        parts: list[tuple[Rows, Column]] = []
        masks = (usable & condition.values, usable & ~condition.values, missing)
        for step, mask in zip(self.branches, masks, strict=True):
            rows = np.flatnonzero(mask)
            if len(rows) == batch.size:
                return step.columns(batch)
            if len(rows) == 0:
                continue
            if isinstance(step, Constant):
                parts.append((rows, Column.constant(step.value, step.type, len(rows))))
            elif isinstance(step, Read):
                parts.append((rows, step.columns(batch).take(rows)))
            else:
                parts.append((rows, step.columns(batch.select(rows))))
        return merged(batch.size, self.type, parts, condition.errors)

    def row_function(self) -> RowFunction:
        """Evaluate the condition and one branch."""
        condition = self.condition.row_function()
        then, otherwise, unknown = (step.row_function() for step in self.branches)

        def run(values: Values) -> Any:
            decision = condition(values)
            if decision:
                return then(values)
            if decision is None:
                return unknown(values)
            return otherwise(values)

        return run


def merged(
    size: int,
    type: DataType,
    parts: list[tuple[Rows, Column]],
    errors: Any,
) -> Column:
    """Put columns of single rows together to one of `size` rows.

    Rows that no part has are in `errors`.
    """
    state = np.full(size, VALID, np.uint8)
    values = np.zeros(size, type.dtype)
    found: dict[int, EvaluationError] = dict(errors)
    state[list(found)] = ERROR
    index: dict[str, int] = {}
    for rows, column in parts:
        if column.categories is None:
            values[rows] = column.values
        else:
            codes = [index.setdefault(text, len(index)) for text in column.categories.values]
            table = np.array([*codes, -1], np.int32)
            values[rows] = table.take(column.values, mode="clip")
        if column.state is not None:
            state[rows] = column.state
            found.update((int(rows[row]), error) for row, error in column.errors.items())
    categories = Categories(list(index)) if type.kind == "string" else None
    return Column(values, type, state, categories=categories, errors=found)


def common_type(steps: tuple[Step, ...]) -> DataType:
    """Return the type that holds the values of all steps.

    Texts where numbers, strings and the like mix.
    """
    types = list(dict.fromkeys(step.type for step in steps if not has_no_type(step)))
    if not types:
        return steps[0].type
    if len(types) == 1:
        return types[0]
    if all(type.is_number for type in types):
        common = common_number(*types)
        # An integer beside a float keeps its digits.
        return DOUBLE if common.kind == "float" and len({t.kind for t in types}) > 1 else common
    return STRING


def _build(call: Call) -> Step:
    condition = call.cast(0, BOOLEAN)
    branches = call.arguments[1:]
    type = common_type(branches)
    literal = None
    if call.missing_literal is not None:
        type, literal = call.literal(call.missing_literal, type)
    steps = [
        Constant(None, type) if is_nothing(step) else call.cast_step(step, type)
        for step in branches
    ]
    if literal is not None:
        # JPMML: mapMissingTo stands for a missing condition and for a missing value of
        # the branch taken.
        steps = [MissingAs(step, literal) for step in steps]
    steps += [Constant(None, type)] * (2 - len(steps))
    return Choice(condition, (steps[0], steps[1], Constant(literal, type)))


FUNCTIONS: Final[tuple[Function, ...]] = (Function("if", 2, 3, _build, maps_missing=True),)

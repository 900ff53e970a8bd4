"""Functions of texts.

Written for one row, run once for each category of a column where that suffices.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pmmlkit.columns.column import Categories, Column, combined_state
from pmmlkit.columns.types import DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import FunctionStep
from pmmlkit.language.step import Batch, Constant, RowFunction, Step, Values

__all__ = ["TextStep"]


class TextStep(FunctionStep):
    """`value` of the arguments' row values, none of them missing unless `takes_missing`.

    Constants are arguments like others; where all arguments but one string are constant, the
    columns mode calls `value` once for each category that a row has.
    """

    __slots__ = ("arguments", "takes_missing", "value")

    def __init__(
        self,
        value: Callable[..., Any],
        arguments: Sequence[Step],
        type: DataType,
        *,
        may_fail: bool = False,
        takes_missing: bool = False,
    ) -> None:
        super().__init__(type, may_fail=may_fail or any(step.may_fail for step in arguments))
        self.value = value
        self.arguments = tuple(arguments)
        self.takes_missing = takes_missing

    def columns(self, batch: Batch) -> Column:
        """Call `value` for each category, or for each row."""
        varying = [step for step in self.arguments if not isinstance(step, Constant)]
        if len(varying) == 1 and varying[0].type.kind == "string":
            column = varying[0].columns(batch)
            if not self.takes_missing or not column.is_missing.any():
                return self._by_category(column)
        lists = [step.columns(batch).to_list() for step in self.arguments]
        return Column.of([self._result(row) for row in zip(*lists, strict=True)], self.type)

    def _result(self, arguments: Sequence[Any]) -> Any:
        for item in arguments:
            if isinstance(item, Failure):
                return item
        if not self.takes_missing and None in arguments:
            return None
        try:
            return self.value(*arguments)
        except EvaluationError as error:
            return Failure(error)

    def _by_category(self, column: Column) -> Column:
        """Compute once for each category that is used; unused ones may be many, and may fail."""
        assert column.categories is not None
        state, errors = combined_state(column)
        usable = column.is_usable
        used = np.unique(column.values[usable])
        texts = column.categories.array[used]
        results = [
            self._result([s.value if isinstance(s, Constant) else text for s in self.arguments])
            for text in texts.tolist()
        ]
        made = Column.of(results, self.type)
        place = np.zeros(len(column), np.intp)
        place[usable] = np.searchsorted(used, column.values[usable])
        if len(used) == 0:
            return _nothing(column, self.type, state, errors)
        taken = made.take(place)
        if taken.state is not None or state is not None:
            rows = np.zeros(len(column), np.uint8) if state is None else state
            own = np.zeros(len(column), np.uint8) if taken.state is None else taken.state
            state = np.where(usable, own, rows)
            errors = {**errors, **{r: e for r, e in taken.errors.items() if usable[r]}}
        return Column(taken.values, self.type, state, categories=made.categories, errors=errors)

    def row_function(self) -> RowFunction:
        """Call `value` with the arguments of one row."""
        value, takes_missing = self.value, self.takes_missing
        reads = [step.row_function() for step in self.arguments]
        if len(reads) == 1 and not takes_missing:
            read = reads[0]

            def run_one(values: Values) -> Any:
                argument = read(values)
                return None if argument is None else value(argument)

            return run_one

        def run(values: Values) -> Any:
            arguments = [read(values) for read in reads]
            if not takes_missing and None in arguments:
                return None
            return value(*arguments)

        return run


def _nothing(column: Column, type: DataType, state: Any, errors: Any) -> Column:
    values = np.zeros(len(column), type.dtype)
    categories = Categories(()) if type.kind == "string" else None
    return Column(values, type, state, categories=categories, errors=errors)

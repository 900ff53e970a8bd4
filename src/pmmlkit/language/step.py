"""What elements compile to: steps that give a value for each row of a batch, or for one row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError

__all__ = [
    "Batch",
    "ColumnStep",
    "Constant",
    "Field",
    "Raise",
    "Read",
    "RowFunction",
    "RowStep",
    "Step",
    "Values",
]

Values = list[Any]
"""The values of one row, by slot: None is missing, a `Failure` waits for its use."""

RowFunction = Callable[[Values], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Field:
    """A field as it is seen at one point of the document, after its preparation there.

    `slot` is its place in `Values` and `Batch`. `values` are the valid values in document order, as
    row values of `type` (empty: any); they are the order of an ordinal field. `may_fail`: reading
    can meet a `Failure`. `settled`: known before any segment runs, so that what is computed from it
    can be computed once for all.
    """

    name: str
    slot: int
    type: DataType
    optype: str
    values: tuple[Any, ...] = ()
    may_fail: bool = False
    settled: bool = True


class Batch:
    """n rows and their columns by slot. Steps add columns; a column that is there is never changed.

    A batch may be a selection of the rows of another one: then columns are taken over when they are
    asked for.
    """

    __slots__ = ("_columns", "_parent", "_rows", "predictions", "size")

    def __init__(
        self,
        size: int,
        columns: dict[int, Column] | None = None,
        *,
        parent: Batch | None = None,
        rows: npt.NDArray[np.intp] | None = None,
    ) -> None:
        self.size = size
        self._columns: dict[int, Column] = {} if columns is None else columns
        self._parent = parent
        self._rows = rows
        self.predictions: dict[int, Any] = {}
        """What models have said of these rows (`Prediction`), by the slot of the model."""

    def __getitem__(self, field: Field) -> Column:
        column = self._columns.get(field.slot)
        if column is None:
            assert self._parent is not None, f"field {field.name} was not computed"
            column = self._parent[field]
            if self._rows is not None:
                column = column.take(self._rows)
            self._columns[field.slot] = column
        return column

    def __setitem__(self, field: Field, column: Column) -> None:
        self._columns[field.slot] = column

    def select(self, rows: npt.NDArray[np.intp]) -> Batch:
        """Return the batch of the rows at these positions."""
        return Batch(len(rows), parent=self, rows=rows)

    def nested(self) -> Batch:
        """Return a batch of the same rows whose new columns stay its own."""
        return Batch(self.size, parent=self)


class Step:
    """One computation. A subclass gives `columns`, `row_function`, or both: see `ColumnStep` and
    `RowStep`.

    `type` is the dataType of the result, `may_fail` whether a row can end in an error. The result
    of a predicate is boolean and UNKNOWN is missing.
    """

    __slots__ = ("may_fail", "type")

    def __init__(self, type: DataType, *, may_fail: bool = False) -> None:
        self.type = type
        self.may_fail = may_fail

    def columns(self, batch: Batch) -> Column:
        """Compute the column of `batch.size` rows. Errors are states of rows, never raised."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowFunction:
        """Return the function for one row; it raises `EvaluationError` where the column has an
        error.
        """
        raise AssertionError(type(self).__name__)

    def truth_function(self) -> RowFunction:
        """Return the function for one row of a predicate that only has to tell TRUE from the rest:
        its result is true exactly where the predicate is TRUE.
        """
        return self.row_function()


class ColumnStep(Step):
    """A step that is written for columns only: a row is a batch of one."""

    __slots__ = ()

    def row_function(self) -> RowFunction:
        """Return a function that runs `columns` over one row."""

        def run(values: Values) -> Any:
            result = self.columns(_RowBatch(values)).to_list()[0]
            if isinstance(result, Failure):
                result.fail()
            return result

        return run


class _RowBatch(Batch):
    """One row of values as a batch."""

    __slots__ = ("_row",)

    def __init__(self, row: Values) -> None:
        super().__init__(1)
        self._row = row

    def __getitem__(self, field: Field) -> Column:
        column = self._columns.get(field.slot)
        if column is None:
            column = self._columns[field.slot] = Column.of([self._row[field.slot]], field.type)
        return column


class RowStep(Step):
    """A step that is written for one row only: `value` of the operands' row values, none of them a
    failure.
    """

    __slots__ = ("operands",)

    def __init__(self, type: DataType, operands: Sequence[Step], *, may_fail: bool = False) -> None:
        super().__init__(type, may_fail=may_fail or any(step.may_fail for step in operands))
        self.operands = tuple(operands)

    def value(self, *arguments: Any) -> Any:
        """Return the result for one row; raise `EvaluationError` where there is none."""
        raise AssertionError(type(self).__name__)

    def columns(self, batch: Batch) -> Column:
        """Run `value` over all rows."""
        results: list[Any] = []
        columns = [step.columns(batch).to_list() for step in self.operands]
        for arguments in zip(*columns, strict=True) if columns else [()] * batch.size:
            failure = next((item for item in arguments if isinstance(item, Failure)), None)
            if failure is None:
                try:
                    results.append(self.value(*arguments))
                except EvaluationError as error:
                    results.append(Failure(error))
            else:
                results.append(failure)
        return Column.of(results, self.type)

    def row_function(self) -> RowFunction:
        """Return `value` after the operands' own functions."""
        functions = [step.row_function() for step in self.operands]
        value = self.value
        return lambda values: value(*[function(values) for function in functions])


class Constant(Step):
    """The same value in every row; None is missing."""

    __slots__ = ("value",)

    def __init__(self, value: Any, type: DataType) -> None:
        super().__init__(type)
        self.value = value

    def columns(self, batch: Batch) -> Column:
        """Repeat the value."""
        return Column.constant(self.value, self.type, batch.size)

    def row_function(self) -> RowFunction:
        """Return the value whatever the row."""
        value = self.value
        return lambda values: value


class Raise(Step):
    """The same error in every row."""

    __slots__ = ("message",)

    def __init__(self, message: str, type: DataType) -> None:
        super().__init__(type, may_fail=True)
        self.message = message

    def columns(self, batch: Batch) -> Column:
        """Put all rows in error."""
        errors = {row: EvaluationError(self.message) for row in range(batch.size)}
        nothing = Column.missing(self.type, batch.size)
        return nothing.with_state(np.full(batch.size, ERROR, np.uint8), errors)

    def row_function(self) -> RowFunction:
        """Return the function that raises the error."""
        message = self.message

        def fail(values: Values) -> Any:
            raise EvaluationError(message)

        return fail


class Read(Step):
    """The value of a field, flags and errors included."""

    __slots__ = ("field",)

    def __init__(self, field: Field) -> None:
        super().__init__(field.type, may_fail=field.may_fail)
        self.field = field

    def columns(self, batch: Batch) -> Column:
        """Return the field's column."""
        return batch[self.field]

    def row_function(self) -> RowFunction:
        """Return the slot's value, raising the error that waits there."""
        slot = self.field.slot
        if not self.field.may_fail:
            return lambda values: values[slot]

        def read(values: Values) -> Any:
            value = values[slot]
            if value.__class__ is Failure:
                value.fail()
            return value

        return read

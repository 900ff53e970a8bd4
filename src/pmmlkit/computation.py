"""What a document compiles to: inputs that are prepared, steps, results; runs over columns, in
parts, or over one row.

`Program` evaluates a model, `Transformation` the derived fields of a document without one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Column, merged
from pmmlkit.document_errors import combined, unsound
from pmmlkit.errors import (
    DataError,
    EvaluationError,
    Finding,
    LimitError,
    MarkupError,
    UnsupportedError,
)
from pmmlkit.language.document import Document
from pmmlkit.language.frame import Frame
from pmmlkit.language.grouping import Grouping
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.row_intake import RowPreparation, row_preparation
from pmmlkit.language.scope import Compilation
from pmmlkit.language.step import Batch, Values
from pmmlkit.limits import Limits
from pmmlkit.parts import part_of, rows_of_part
from pmmlkit.program_fields import (
    GROUP,
    Input,
    Output,
    input_field,
    result_field,
    row_reader,
)
from pmmlkit.program_result import Result, joined

__all__ = ["Computation", "Plan"]

_QUIET: Final = partial(np.errstate, all="ignore")
"""Numbers beyond a type are infinite, and 0 / 0 is NaN, without a word, as in rows."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is computed, beside the steps: `notices` are what warnings are made of."""

    inputs: tuple[Input, ...]
    results: tuple[Output, ...]
    notices: tuple[Input, ...] = ()
    grouping: Grouping | None = None


class Computation:
    """A compiled document. `run` scores columns, `row` one row.

    Immutable and safe to share between threads. `sequential`: rows depend on each other (Lag,
    groups, some models), so that a table is scored as a whole. `groups` are the results that say
    which group a row is.
    """

    classes: tuple[Any, ...] = ()

    def __init__(
        self, document: Document, *, nan_is_missing: bool, limits: Limits | None, tuned: bool
    ) -> None:
        self.document = document
        if document.fatal:
            raise unsound(document.fatal)
        self.limits = limits or Limits()
        compilation = Compilation(self.limits, document.version, tuned=tuned)
        try:
            with _QUIET():
                self._plan = self._compile(compilation, nan_is_missing)
        except (MarkupError, UnsupportedError) as error:
            raise combined([*compilation.errors, error]) from error
        if compilation.errors:
            raise combined(compilation.errors)
        self._slots = compilation.slots
        self._used = frozenset(compilation.used)
        self.findings: tuple[Finding, ...] = (*document.findings, *compilation.findings)
        self.inputs = tuple(
            input_field(item, item.field.slot in compilation.used) for item in self._plan.inputs
        )
        self.required = tuple(item.name for item in self.inputs if item.required)
        self.sequential = compilation.sequential or self._plan.grouping is not None
        self._part_rows = rows_of_part(self._slots * max(len(self.classes), 1))
        self._history: Frame = compilation.history
        results = self._plan.results
        self.groups = tuple(result_field(item) for item in results if item.feature == GROUP)
        self.targets = tuple(result_field(item) for item in results if item.field is None)
        self.outputs = tuple(
            result_field(item)
            for item in results
            if item.field is not None and item.feature != GROUP
        )

    def _compile(self, compilation: Compilation, nan_is_missing: bool) -> Plan:
        """Compile the document.

        Raises MarkupError, UnsupportedError, LimitError.
        """
        raise AssertionError(type(self).__name__)

    def _computed(self, batch: Batch) -> Prediction:
        """Compute the columns of the results; return what a model says."""
        raise AssertionError(type(self).__name__)

    def _row_function(
        self, direct: dict[int, Callable[[RowPrediction], Any]]
    ) -> Callable[[Values], RowPrediction]:
        """Return the function that fills the slots of the results of one row, those of `direct`
        apart.
        """
        raise AssertionError(type(self).__name__)

    def _direct_features(self) -> dict[int, Callable[[RowPrediction], Any]]:
        """Return the outputs that only the result needs and that the prediction holds, by slot."""
        return {}

    def run(self, size: int, column: Callable[[str], Any]) -> Result:
        """Score `size` rows; `column(name)` gives an input's array-like of that length, None if it
        is absent.

        Rows that cannot be scored are in `Result.errors`. Raises DataError for what is no column,
        LimitError for too large a result.
        """
        limit = self.limits.output_cells
        if size * len(self._plan.results) > limit:
            raise LimitError(
                f"{size} rows of {len(self._plan.results)} results are more than "
                f"Limits.output_cells = {limit}; score the table in parts"
            )
        if self.sequential or size <= self._part_rows:
            return self._run_whole(size, column)
        arrays = {item.name: column(item.name) for item in self._plan.inputs}
        for name, array in arrays.items():
            if array is not None and len(array) != size:
                raise _of_wrong_length(name, array, size)
        parts = []
        for start in range(0, size, self._part_rows):
            end = min(start + self._part_rows, size)
            own = {
                name: None if array is None else part_of(array, start, end)
                for name, array in arrays.items()
            }
            parts.append(self._run_whole(end - start, own.__getitem__))
        return joined(parts)

    def _run_whole(self, size: int, column: Callable[[str], Any]) -> Result:
        """Score rows at once."""
        with _QUIET():
            return self._quietly(size, column)

    def _quietly(self, size: int, column: Callable[[str], Any]) -> Result:
        origins = None
        if self._plan.grouping is None:
            batch, errors = self._prepared(size, column)
        else:
            grouped = self._plan.grouping.columns(size, column)
            batch, origins, errors = grouped.batch, grouped.origins, grouped.errors
        self._history.columns(batch)
        if errors:
            result = self._run_without(batch, errors)
        else:
            result = self._finished(batch, self._computed(batch))
        return result if origins is None else replace(result, origins=origins)

    def _prepared(
        self, size: int, column: Callable[[str], Any]
    ) -> tuple[Batch, dict[int, EvaluationError]]:
        """Prepare the inputs; the errors are of rows that cannot be."""
        batch = Batch(size)
        errors: dict[int, EvaluationError] = {}
        for item in (*self._plan.inputs, *self._plan.notices):
            array = column(item.name)
            prepared = item.preparation.column([None] * size if array is None else array)
            if len(prepared) != size:
                raise _of_wrong_length(item.name, prepared, size)
            batch[item.field] = prepared
            for row, error in prepared.errors.items():
                errors.setdefault(row, error)
        return batch, errors

    def _run_without(self, batch: Batch, errors: dict[int, EvaluationError]) -> Result:
        """Score the rows whose inputs could be prepared."""
        good = np.setdiff1d(np.arange(batch.size), list(errors))
        part = batch.select(good)
        result = self._finished(part, self._computed(part))
        columns = {
            name: merged([(good, column)], column.type, batch.size)
            for name, column in result.columns.items()
        }
        errors.update((int(good[row]), error) for row, error in result.errors.items())
        probabilities = None
        if result.probabilities is not None:
            probabilities = np.full((batch.size, result.probabilities.shape[1]), np.nan)
            probabilities[good] = result.probabilities
        return Result(batch.size, columns, dict(sorted(errors.items())), probabilities)

    def _finished(self, batch: Batch, prediction: Prediction) -> Result:
        columns: dict[str, Column] = {}
        errors: dict[int, EvaluationError] = dict(prediction.value.errors)
        for item in self._plan.results:
            if item.field is not None:
                column = batch[item.field]
            elif item.target is not None:
                column = prediction.targets[item.target].value
            else:
                column = prediction.value
            columns[item.name] = column
            for row, error in column.errors.items():
                errors.setdefault(row, error)
        probabilities = prediction.probabilities
        if errors:
            failed = np.array(sorted(errors), np.intp)
            columns = {name: _without(column, failed) for name, column in columns.items()}
            if probabilities is not None:
                probabilities = probabilities.copy()
                probabilities[failed] = np.nan
        return Result(batch.size, columns, dict(sorted(errors.items())), probabilities)

    def row(self, record: dict[str, Any]) -> dict[str, Any]:
        """Score one row; keys that are absent are missing.

        Raises EvaluationError if the row cannot be scored.
        """
        return self._any_row(record)

    @cached_property
    def _any_row(self) -> Callable[[dict[str, Any]], dict[str, Any]]:
        preparation, predict, readers = self._row_parts
        prepare = preparation.values

        def run(record: dict[str, Any]) -> dict[str, Any]:
            values = prepare(record)
            prediction = predict(values)
            return {name: read(prediction, values) for name, read in readers}

        return run

    @cached_property
    def _row_parts(
        self,
    ) -> tuple[
        RowPreparation,
        Callable[[Values], RowPrediction],
        tuple[tuple[str, Callable[[RowPrediction, Values], Any]], ...],
    ]:
        """What scores a row; made for the first one, as tables do without."""
        if self._plan.grouping is not None:
            prepare = self._plan.grouping.row_preparation(self._slots)
        else:
            prepare = row_preparation(
                [
                    (item.name, item.field.slot, item.preparation)
                    for item in (*self._plan.inputs, *self._plan.notices)
                ],
                self._slots,
            )
        direct = self._direct_features()
        readers = tuple((item.name, row_reader(item, direct)) for item in self._plan.results)
        with _QUIET():
            return prepare, self._row_function(direct), readers


def _of_wrong_length(name: str, column: Any, size: int) -> DataError:
    text = f"column {name!r} has {len(column)} values, the table {size} rows"
    return DataError(text, field=name)


def _without(column: Column, rows: npt.NDArray[np.intp]) -> Column:
    """Return the column with these rows missing."""
    state = np.zeros(len(column), np.uint8) if column.state is None else column.state.copy()
    state[rows] = MISSING
    return column.with_state(state)

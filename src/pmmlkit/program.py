"""A document compiled: input fields, ordered steps, result fields; runs over columns or over one
row.

A program is immutable and safe to share between threads. It pickles as its document and is compiled
again where it arrives, since row functions are closures.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, Column, merged
from pmmlkit.columns.text import to_python
from pmmlkit.document_errors import combined, unsound
from pmmlkit.errors import (
    DataError,
    EvaluationError,
    Finding,
    LimitError,
    MarkupError,
    UnsupportedError,
)
from pmmlkit.language import mistakes
from pmmlkit.language.derived_field import declare_transformations
from pmmlkit.language.document import Document
from pmmlkit.language.groups import MODEL
from pmmlkit.language.models.evaluation import compile_model
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.output_features import FeatureStep
from pmmlkit.language.preparation import declare_data_fields
from pmmlkit.language.row_intake import RowPreparation, row_preparation
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Values
from pmmlkit.limits import Limits
from pmmlkit.parts import part_of, rows_of_part
from pmmlkit.program_fields import (
    GROUP,
    InputField,
    ResultField,
    compile_inputs,
    compile_notices,
    feature_reader,
    grouping,
    input_field,
    label_order,
    result_field,
    results_of,
    row_reader,
)
from pmmlkit.program_result import Result, joined

if TYPE_CHECKING:
    pass

__all__ = ["InputField", "Program", "Result", "ResultField"]

_QUIET: Final = partial(np.errstate, all="ignore")
"""Numbers beyond a type are infinite, and 0 / 0 is NaN, without a word, as in rows."""


class Program:
    """A compiled document. `run` scores columns, `row` one row.

    `sequential`: rows depend on each other (Lag, groups, some models), so that a table is scored as
    a whole. `groups` are the results that say which group a row is.
    """

    def __init__(
        self,
        document: Document,
        model: str | None = None,
        *,
        nan_is_missing: bool = True,
        limits: Limits | None = None,
        tuned: bool = True,
    ) -> None:
        self.document = document
        self._arguments = (document, model, nan_is_missing, limits)
        self._nan_is_missing = nan_is_missing
        if document.fatal:
            raise unsound(document.fatal)
        self.limits = limits or Limits()
        compilation = Compilation(self.limits, document.version, tuned=tuned)
        self.element = _chosen(document, model)
        self.model_name = self.element.model_name
        self.kind = self.element.tag
        try:
            with _QUIET():
                self._compile(compilation)
        except (MarkupError, UnsupportedError) as error:
            raise combined([*compilation.errors, error]) from error
        if compilation.errors:
            raise combined(compilation.errors)
        self._slots = compilation.slots
        self._used = frozenset(compilation.used)
        self.findings: tuple[Finding, ...] = (*document.findings, *compilation.findings)
        self.inputs = tuple(
            input_field(item, item.field.slot in compilation.used) for item in self._inputs
        )
        self.required = tuple(item.name for item in self.inputs if item.required)
        self.classes = label_order(self._evaluation)
        self.sequential = compilation.sequential
        self._part_rows = rows_of_part(self._slots * max(len(self.classes), 1))
        self._history = compilation.history
        self.groups = tuple(result_field(item) for item in self._results if item.feature == GROUP)
        self.targets = tuple(result_field(item) for item in self._results if item.field is None)
        self.outputs = tuple(
            result_field(item)
            for item in self._results
            if item.field is not None and item.feature != GROUP
        )

    def _compile(self, compilation: Compilation) -> None:
        root = self.document.root
        declare_data_fields(compilation, root.data_dictionary)
        if root.transformation_dictionary is not None:
            declare_transformations(root.transformation_dictionary, compilation)
        scope = Scope(compilation)
        self._inputs = compile_inputs(self.element, scope, self._nan_is_missing)
        if compilation.errors:
            # Whatever uses these fields would only complain of the same.
            raise compilation.errors.pop()
        self._evaluation = compile_model(self.element, scope)
        self._notices = compile_notices(compilation)
        self._results = tuple(results_of(self._evaluation, self._inputs))
        self._grouping = grouping(self._inputs)
        compilation.sequential |= self._grouping is not None

    def in_order(self, probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return the columns of `Result.probabilities` in the order of `classes`."""
        own = self._evaluation.classes
        if self.classes == own:
            return probabilities
        # A valid value of the target that the model never predicts has the probability 0.
        result = np.where(np.isnan(probabilities[:, :1]), np.nan, 0.0).repeat(len(self.classes), 1)
        for at, label in enumerate(self.classes):
            if label in own:
                result[:, at] = probabilities[:, own.index(label)]
        return result

    def label(self, value: Any) -> Any:
        """Return a class as the user sees it."""
        return to_python(value, self._evaluation.type)

    def run(self, size: int, column: Callable[[str], Any]) -> Result:
        """Score `size` rows; `column(name)` gives an input's array-like of that length, None if it
        is absent.

        Rows that cannot be scored are in `Result.errors`. Raises DataError for what is no column,
        LimitError for too large a result.
        """
        limit = self.limits.output_cells
        if size * len(self._results) > limit:
            raise LimitError(
                f"{size} rows of {len(self._results)} results are more than "
                f"Limits.output_cells = {limit}; score the table in parts"
            )
        if self.sequential or size <= self._part_rows:
            return self._run_whole(size, column)
        arrays = {item.name: column(item.name) for item in self._inputs}
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
        if self._grouping is None:
            batch, errors = self._prepared(size, column)
        else:
            grouped = self._grouping.columns(size, column)
            batch, origins, errors = grouped.batch, grouped.origins, grouped.errors
        self._history.columns(batch)
        if errors:
            result = self._run_without(batch, errors)
        else:
            result = self._finished(batch, self._evaluation.columns(batch))
        return result if origins is None else replace(result, origins=origins)

    def _prepared(
        self, size: int, column: Callable[[str], Any]
    ) -> tuple[Batch, dict[int, EvaluationError]]:
        """Prepare the inputs; the errors are of rows that cannot be."""
        batch = Batch(size)
        errors: dict[int, EvaluationError] = {}
        for item in (*self._inputs, *self._notices):
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
        result = self._finished(part, self._evaluation.columns(part))
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
        for item in self._results:
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
    def plain_row(self) -> Callable[[dict[str, Any]], dict[str, Any] | None]:
        """The function that scores a row which holds the inputs, all of them plain Python floats,
        and nothing else; it returns None of any other dict.
        """
        preparation, predict, readers = self._row_parts
        prepare = preparation.plain
        features = self._features()
        if features is None:

            def run(record: dict[str, Any]) -> dict[str, Any] | None:
                values = prepare(record)
                if values is None:
                    return None
                prediction = predict(values)
                return {name: read(prediction, values) for name, read in readers}

            return run

        def run_features(record: dict[str, Any]) -> dict[str, Any] | None:
            values = prepare(record)
            if values is None:
                return None
            prediction = predict(values)
            result = {}
            for name, read in features:  # before Python 3.12 a comprehension is a call
                result[name] = read(prediction)
            return result

        return run_features

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
        if self._grouping is not None:
            prepare = self._grouping.row_preparation(self._slots)
        else:
            prepare = row_preparation(
                [
                    (item.name, item.field.slot, item.preparation)
                    for item in (*self._inputs, *self._notices)
                ],
                self._slots,
            )
        direct = self._direct_features()
        readers = tuple((item.name, row_reader(item, direct)) for item in self._results)
        with _QUIET():
            return prepare, self._evaluation.row_function(direct), readers

    def _features(self) -> tuple[tuple[str, Callable[[RowPrediction], Any]], ...] | None:
        """Return the results as functions of the prediction; None where one is something else."""
        direct = self._direct_features()
        readers = [(item.name, feature_reader(item, direct)) for item in self._results]
        found = [(name, read) for name, read in readers if read is not None]
        return tuple(found) if len(found) == len(readers) else None

    def _direct_features(self) -> dict[int, Callable[[RowPrediction], Any]]:
        """Return the outputs that only the result needs and that the prediction holds, by slot."""
        found = {
            field.slot: step.of_prediction()
            for field, step in self._evaluation.after.steps
            if isinstance(step, FeatureStep) and field.slot not in self._used
        }
        return {slot: function for slot, function in found.items() if function is not None}

    def __reduce__(self) -> tuple[Any, ...]:
        return (_compiled, self._arguments)


def _of_wrong_length(name: str, column: Any, size: int) -> DataError:
    text = f"column {name!r} has {len(column)} values, the table {size} rows"
    return DataError(text, field=name)


def _compiled(
    document: Document, model: str | None, nan_is_missing: bool, limits: Limits | None
) -> Program:
    return Program(document, model, nan_is_missing=nan_is_missing, limits=limits)


def _chosen(document: Document, name: str | None) -> Model:
    """Return the model that the user names, else the first that is scorable."""
    models = document.root.models
    if name is not None:
        found = [item for item in models if item.model_name == name]
        if not found:
            names = [
                repr(item.model_name) if item.model_name else "one without a name"
                for item in models
            ]
            raise MarkupError(
                f"the document has no model named {name!r}; it has {', '.join(names) or 'none'}"
            )
        return found[0]
    if models:
        return next((item for item in models if item.is_scorable), models[0])
    remainder = document.root.remainder
    kept = [] if remainder is None else [markup for _, markup in remainder.children]
    tags = [tag for markup in kept for tag, _ in markup.elements() if tag in MODEL]
    if tags:
        raise UnsupportedError(
            f"{tags[0]} cannot be evaluated by this version of pmmlkit",
            element=tags[0],
            code=mistakes.NOT_EVALUATED,
        )
    others = [next(iter(markup.elements()))[0] for markup in kept]
    if others:
        raise UnsupportedError(
            f"the document holds no model of PMML; it has {', '.join(others)}",
            element=others[0],
            code=mistakes.NO_MODEL,
        )
    raise UnsupportedError("the document holds no model", code=mistakes.NO_MODEL)


def _without(column: Column, rows: npt.NDArray[np.intp]) -> Column:
    """Return the column with these rows missing."""
    state = np.zeros(len(column), np.uint8) if column.state is None else column.state.copy()
    state[rows] = MISSING
    return column.with_state(state)

"""What `load` returns: a model with its inputs and outputs, that scores tables and rows, or the
transformations of a document without a model.

A `Model` is immutable, safe to share between threads, and pickles (as its document, compiled again
where it arrives).
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.errors import DataError, EvaluationError, LimitError
from pmmlkit.language.document import Document
from pmmlkit.language.vocabulary import element_classes
from pmmlkit.limits import Limits
from pmmlkit.program import Program
from pmmlkit.program_fields import InputField, ResultField
from pmmlkit.program_result import Result, raise_first
from pmmlkit.tables.frames import Table, is_row, joined, open_table
from pmmlkit.tables.results import ERROR_COLUMN, result_cells, scored_cells
from pmmlkit.transformation import Transformation, compiled
from pmmlkit.verification import VerificationReport, verify

__all__ = ["Model", "load"]

# Every document needs the classes of its elements: they are imported with this module and not in
# the first load.
element_classes()

_ON_ERRORS = ("raise", "column", "skip")
_ABSENT = "absent='missing' takes absent columns as missing values"
_SELECTIONS_KEPT = 8


def load(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document,
    *,
    model: str | None = None,
    nan: str = "missing",
    limits: Limits | None = None,
) -> Model:
    """Read and compile a PMML document.

    `source` is a path, bytes, an open binary file or a `Document`; `model` names one of several
    models (by default the first that is scorable). A document without a model, but with derived
    fields, loads too: `Model.transform` runs it. `nan` says what a NaN in a table is:
    ``"missing"`` or ``"invalid"``. Everything that is wrong with the document, or unsupported, is
    said here.

    Raises MarkupError, UnsupportedError, LimitError; DataError if the file cannot be read.

    >>> pmmlkit.load("iris.pmml").evaluate({"petal_length": 1.4})  # doctest: +SKIP
    {'species': 'setosa', 'probability(setosa)': 0.98}
    """
    if nan not in ("missing", "invalid"):
        raise DataError(f"nan={nan!r}: choose 'missing' or 'invalid'")
    document = source if isinstance(source, Document) else Document.read(source, limits)
    return Model(compiled(document, model, nan_is_missing=nan == "missing", limits=limits))


class Model:
    """A compiled model, or compiled transformations. Made by `load`."""

    __slots__ = ("_groups", "_program", "_selected")

    def __init__(self, program: Program | Transformation) -> None:
        self._program = program
        self._selected: dict[tuple[str, ...], Transformation] = {}
        self._groups = tuple(field.name for field in program.inputs if field.usage == "group")

    @property
    def document(self) -> Document:
        """The document that the model was compiled from."""
        return self._program.document

    @property
    def name(self) -> str | None:
        """The modelName; None without one."""
        return self._program.model_name

    @property
    def inputs(self) -> tuple[InputField, ...]:
        """The fields that the model takes, in the order of its MiningSchema; of a document without
        a model the DataFields that its derived fields read.
        """
        return self._program.inputs

    @property
    def targets(self) -> tuple[ResultField, ...]:
        """The predicted fields; none of a document without a model."""
        return self._program.targets

    @property
    def predicted(self) -> tuple[ResultField, ...]:
        """The fields that `predict` returns: the targets; of a model that names none the
        OutputFields that say what it predicts. None of a document without a model.
        """
        program = self._program
        outputs = () if isinstance(program, Transformation) else program.predicted
        return outputs or program.targets

    @property
    def outputs(self) -> tuple[ResultField, ...]:
        """The OutputFields that a result holds, in document order; of a document without a model
        the derived fields that no other one reads.
        """
        return self._program.outputs

    @property
    def sequential(self) -> bool:
        """Whether rows depend on each other (groups, Lag, some models): then a table must not be
        scored in parts, and the result has as many rows as there are groups.
        """
        return self._program.sequential

    @property
    def classes_(self) -> npt.NDArray[Any]:
        """The labels of a classification, in the order of `predict_proba`'s columns.

        Raises DataError for a model that has none.
        """
        program = self._classification("classes")
        labels = [program.label(value) for value in program.classes]
        array = np.array(labels)
        if array.dtype.kind in "US":
            array = array.astype(object)
        return array

    def evaluate(self, data: Any, *, errors: str = "raise", absent: str = "error") -> Any:
        """Score a table or one row.

        `data` is a dict for one row, or a table: a dict of arrays, a list of dicts, a 2-D NumPy
        array (columns in the order of `inputs`), or a pandas, Polars or Arrow table; a series is a
        table of one column. A table gives the same kind of table with the result columns; a row
        gives a dict of Python values, None where missing.

        `errors`: ``"raise"`` stops at the first row that cannot be scored, ``"column"`` adds a
        column `pmmlkit_error` with the reason, ``"skip"`` leaves such rows out. `absent`:
        ``"missing"`` takes a column that the table does not have as missing.

        Raises DataError (the table, or a document without a model), EvaluationError (a row).
        """
        program = self._program
        if isinstance(program, Transformation):
            raise _no_model()
        if data.__class__ is dict and errors == "raise" and absent == "error":
            found = program.plain_row(data)
            if found is not None:
                return found
        return self._results(program, data, errors, absent)

    def transform(
        self,
        data: Any,
        *,
        fields: Sequence[str] | None = None,
        errors: str = "raise",
        absent: str = "error",
    ) -> Any:
        """Compute the derived fields of a document that holds transformations without a model.

        `data`, `errors` and `absent` are those of `evaluate`, and so is what comes back: the same
        kind of table, or a dict for one row. The result has the derived fields of the
        TransformationDictionary that no other derived field reads, in document order (`outputs`);
        or those that `fields` names, any of them, in that order.

        Each DataField is treated as by a MiningField with nothing but a name: missing values stay
        missing, a row with a value that is not valid fails.

        Raises DataError (the table, unknown `fields`, a document with a model), EvaluationError (a
        row).
        """
        program = self._program
        if not isinstance(program, Transformation):
            raise DataError(
                f"{self._title()} is to be evaluated: transform runs documents of transformations "
                "without a model"
            )
        if fields is not None:
            program = self._of_fields(program, fields)
        return self._results(program, data, errors, absent)

    def _of_fields(self, program: Transformation, fields: Sequence[str]) -> Transformation:
        """Return the transformation that gives these fields; the last few are kept."""
        if isinstance(fields, str):
            raise DataError(f"fields={fields!r}: give a list of names")
        names = tuple(fields)
        found = self._selected.get(names)
        if found is None:
            found = program.of_fields(names)
            kept = list(self._selected.items())[1 - _SELECTIONS_KEPT :]
            self._selected = {**dict(kept), names: found}
        return found

    def _results(
        self, program: Program | Transformation, data: Any, errors: str, absent: str
    ) -> Any:
        """Run a table or a row; the result is of the same kind."""
        if errors not in _ON_ERRORS:
            raise DataError(f"errors={errors!r}: choose one of {', '.join(_ON_ERRORS)}")
        if absent not in ("error", "missing"):
            raise DataError(f"absent={absent!r}: choose 'error' or 'missing'")
        if is_row(data, groups=self._groups):
            return _row_results(program, data if data.__class__ is dict else dict(data), errors)
        table = open_table(data, self._input_names())
        result = _run(program, table, absent)
        if errors == "raise":
            raise_first(result)
        return table.rebuild(*scored_cells(result, errors))

    def run(self, table: Table, *, absent: str = "error") -> Result:
        """Score an opened table; the result holds columns and the rows' errors. For other rooms of
        pmmlkit.
        """
        return _run(self._program, table, absent)

    def in_parts(self, tables: Iterable[Table]) -> Iterator[Table]:
        """Yield the parts of a table that may be scored on their own: all rows at once where they
        depend on each other. For other rooms of pmmlkit.

        Raises LimitError.
        """
        if not self.sequential:
            yield from tables
            return
        limit = self._program.limits.sequential_rows
        parts: list[Table] = []
        for table in tables:
            parts.append(table)
            if sum(part.size for part in parts) > limit:
                raise LimitError(
                    "the rows of this model depend on each other, so that they are scored at once, "
                    f"and the table has more than Limits.sequential_rows = {limit} rows"
                )
        yield joined(parts)

    def check_columns(
        self,
        table: Table,
        advice: str = _ABSENT,
    ) -> None:
        """Raise DataError, with this advice, if a needed column is absent from an opened table."""
        _check_columns(self._program, table, advice)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the predicted values of a table's n rows as an array (n,), or (n, targets) for
        several.

        A model that names no target field, but has OutputFields with the feature predictedValue,
        predicts these, in document order and as their dataType says (those with
        isFinalResult="false" apart). Missing predictions are NaN or None. Raises as `evaluate`.
        """
        program = self._model_program()
        result = self._scored(program, X)
        arrays = [_values(result.columns[field.name]) for field in self.predicted]
        if len(arrays) == 1:
            return arrays[0]
        dtype = np.result_type(*arrays) if all(_is_number(array) for array in arrays) else object
        return np.column_stack([array.astype(dtype) for array in arrays])

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the probabilities (n, k) in the order of `classes_`; NaN where a row has no
        result.

        They are those of the model, or derived OutputFields called ``probability(label)``. Raises
        DataError for a model without probabilities, else as `evaluate`.
        """
        program = self._classification("probabilities")
        result = self._scored(program, X)
        if program.named_probabilities:
            columns = [_values(result.columns[name]) for name in program.named_probabilities]
            return np.column_stack([column.astype(np.float64) for column in columns])
        if result.probabilities is not None:
            return program.in_order(result.probabilities)
        name = self.targets[0].name
        if any(value is not None for value in result.columns[name].to_list()):
            raise DataError(f"{self._title()} has no probabilities: it gives labels alone")
        return np.full((result.size, len(program.classes)), np.nan)

    def _scored(self, program: Program, X: Any) -> Result:
        is_one = isinstance(X, Mapping) and is_row(X, groups=self._groups)
        table = open_table([X] if is_one else X, self._input_names())
        result = _run(program, table, "error")
        raise_first(result)
        return result

    def _classification(self, what: str) -> Program:
        program = self._model_program()
        if len(program.predicted) > 1:
            names = ", ".join(repr(field.name) for field in program.predicted[:5])
            raise DataError(
                f"{self._title()} predicts several fields ({names}): "
                f"it has no {what} of one target; see the OutputFields that evaluate gives"
            )
        if not program.classes:
            raise DataError(f"{self._title()} has no {what}: it is no classification")
        return program

    def _model_program(self) -> Program:
        if isinstance(self._program, Transformation):
            raise _no_model()
        return self._program

    def verify(self) -> VerificationReport:
        """Score the document's own ModelVerification rows and compare.

        Raises DataError if the document has none.
        """
        return verify(self._model_program())

    def _input_names(self) -> Sequence[str]:
        return [field.name for field in self.inputs]

    def _title(self) -> str:
        return f"the model {self.name!r}" if self.name else "the model"

    def __repr__(self) -> str:
        inputs = ", ".join(field.name for field in self.inputs[:6])
        more = ", ..." if len(self.inputs) > 6 else ""
        results = ", ".join(field.name for field in (*self.targets, *self.outputs)[:6])
        return f"<pmmlkit.Model {self._program.kind}: {inputs}{more} -> {results}>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (Model, (self._program,))


def _row_results(
    program: Program | Transformation, row: dict[str, Any], errors: str
) -> dict[str, Any]:
    if errors == "raise":
        return program.row(row)
    try:
        result = program.row(row)
    except EvaluationError as error:
        if errors == "skip":
            return {}
        results = (*program.groups, *program.targets, *program.outputs)
        names = [field.name for field in results]
        return {**dict.fromkeys(names), ERROR_COLUMN: str(error)}
    return {**result, ERROR_COLUMN: None} if errors == "column" else result


def _run(program: Program | Transformation, table: Table, absent: str) -> Result:
    """Run an opened table."""
    if absent == "error":
        _check_columns(program, table)
    known = set(table.names)
    return program.run(table.size, lambda name: table.column(name) if name in known else None)


def _check_columns(program: Program | Transformation, table: Table, advice: str = _ABSENT) -> None:
    known = set(table.names)
    lacking = [name for name in program.required if name not in known]
    if lacking and table.size:
        raise DataError(
            f"the table lacks column{'s' if len(lacking) > 1 else ''} {_listed(lacking, 10)}; "
            f"it has {_listed(table.names, 20) or 'none'}; {advice}",
            field=lacking[0],
        )


def _no_model() -> DataError:
    return DataError(
        "the document holds transformations without a model: there is nothing to evaluate; "
        "Model.transform runs them"
    )


def _listed(names: Sequence[str], most: int) -> str:
    return ", ".join(map(repr, names[:most])) + (" ..." if len(names) > most else "")


def _values(column: Column) -> npt.NDArray[Any]:
    """Return predicted values; None where a label or an integer is missing, NaN for doubles."""
    cells = result_cells(column)
    if isinstance(cells.values, np.ma.MaskedArray):
        array = np.empty(len(column), dtype=object)
        array[:] = cells.to_list()
        return array
    return cells.values


def _is_number(array: npt.NDArray[Any]) -> bool:
    return array.dtype.kind in "if"

"""What `load` returns: a model with its inputs and outputs, that scores tables and rows.

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
from pmmlkit.program import InputField, Program, Result, ResultField
from pmmlkit.tables.frames import Table, is_row, joined, open_table
from pmmlkit.tables.results import ERROR_COLUMN, result_cells, scored_cells
from pmmlkit.verification import VerificationReport, verify

__all__ = ["Model", "load"]

# Every document needs the classes of its elements: they are imported with this module and not in
# the first load.
element_classes()

_ON_ERRORS = ("raise", "column", "skip")


def load(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document,
    *,
    model: str | None = None,
    nan: str = "missing",
    limits: Limits | None = None,
) -> Model:
    """Read and compile a PMML document.

    `source` is a path, bytes, an open binary file or a `Document`; `model` names one of several
    models (by default the first that is scorable). `nan` says what a NaN in a table is:
    ``"missing"`` or ``"invalid"``. Everything that is wrong with the document, or unsupported, is
    said here.

    Raises MarkupError, UnsupportedError, LimitError; DataError if the file cannot be read.

    >>> pmmlkit.load("iris.pmml").evaluate({"petal_length": 1.4})  # doctest: +SKIP
    {'species': 'setosa', 'probability(setosa)': 0.98}
    """
    if nan not in ("missing", "invalid"):
        raise DataError(f"nan={nan!r}: choose 'missing' or 'invalid'")
    document = source if isinstance(source, Document) else Document.read(source, limits)
    return Model(Program(document, model, nan_is_missing=nan == "missing", limits=limits))


class Model:
    """A compiled model. Made by `load`."""

    __slots__ = ("_groups", "_program")

    def __init__(self, program: Program) -> None:
        self._program = program
        self._groups = tuple(field.name for field in program.inputs if field.usage == "group")

    @property
    def document(self) -> Document:
        """The document that the model was compiled from."""
        return self._program.document

    @property
    def name(self) -> str | None:
        """The modelName."""
        return self._program.model_name

    @property
    def inputs(self) -> tuple[InputField, ...]:
        """The fields that the model takes, in the order of its MiningSchema."""
        return self._program.inputs

    @property
    def targets(self) -> tuple[ResultField, ...]:
        """The predicted fields."""
        return self._program.targets

    @property
    def outputs(self) -> tuple[ResultField, ...]:
        """The OutputFields that a result holds, in document order."""
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
        labels = [self._program.label(value) for value in self._program.classes]
        if not labels:
            raise DataError(f"{self._title()} has no classes: it is no classification")
        array = np.array(labels)
        if array.dtype.kind in "US":
            array = array.astype(object)
        return array

    def evaluate(self, data: Any, *, errors: str = "raise", absent: str = "error") -> Any:
        """Score a table or one row.

        `data` is a dict for one row, or a table: a dict of arrays, a list of dicts, a 2-D NumPy
        array (columns in the order of `inputs`), or a pandas, Polars or Arrow table. A table gives
        the same kind of table with the result columns; a row gives a dict of Python values, None
        where missing.

        `errors`: ``"raise"`` stops at the first row that cannot be scored, ``"column"`` adds a
        column `pmmlkit_error` with the reason, ``"skip"`` leaves such rows out. `absent`:
        ``"missing"`` takes a column that the table does not have as missing.

        Raises DataError (the table), EvaluationError (a row).
        """
        if data.__class__ is dict and errors == "raise" and absent == "error":
            found = self._program.plain_row(data)
            if found is not None:
                return found
        if errors not in _ON_ERRORS:
            raise DataError(f"errors={errors!r}: choose one of {', '.join(_ON_ERRORS)}")
        if absent not in ("error", "missing"):
            raise DataError(f"absent={absent!r}: choose 'error' or 'missing'")
        if is_row(data, groups=self._groups):
            return self._evaluate_row(data if data.__class__ is dict else dict(data), errors)
        table = open_table(data, self._input_names())
        result = self.run(table, absent=absent)
        if errors == "raise":
            _raise_first(result)
        return table.rebuild(*scored_cells(result, errors))

    def _evaluate_row(self, row: dict[str, Any], errors: str) -> dict[str, Any]:
        if errors == "raise":
            return self._program.row(row)
        try:
            result = self._program.row(row)
        except EvaluationError as error:
            if errors == "skip":
                return {}
            results = (*self._program.groups, *self.targets, *self.outputs)
            names = [field.name for field in results]
            return {**dict.fromkeys(names), ERROR_COLUMN: str(error)}
        return {**result, ERROR_COLUMN: None} if errors == "column" else result

    def run(self, table: Table, *, absent: str = "error") -> Result:
        """Score an opened table; the result holds columns and the rows' errors. For other rooms of
        pmmlkit.
        """
        if absent == "error":
            self.check_columns(table)
        known = set(table.names)
        return self._program.run(
            table.size, lambda name: table.column(name) if name in known else None
        )

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
        advice: str = "absent='missing' takes absent columns as missing values",
    ) -> None:
        """Raise DataError, with this advice, if a needed column is absent from an opened table."""
        known = set(table.names)
        lacking = [name for name in self._program.required if name not in known]
        if lacking and table.size:
            raise DataError(
                f"the table lacks column{'s' if len(lacking) > 1 else ''} {_listed(lacking, 10)}; "
                f"it has {_listed(table.names, 20) or 'none'}; {advice}",
                field=lacking[0],
            )

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the predicted values of a table's n rows as an array (n,), or (n, targets) for
        several.

        Missing predictions are NaN or None. Raises as `evaluate`.
        """
        result = self._scored(X)
        arrays = [_values(result.columns[field.name]) for field in self.targets]
        if len(arrays) == 1:
            return arrays[0]
        dtype = np.result_type(*arrays) if all(_is_number(array) for array in arrays) else object
        return np.column_stack([array.astype(dtype) for array in arrays])

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the probabilities (n, k) in the order of `classes_`; NaN where a row has no
        result.

        Raises DataError for a model without probabilities, else as `evaluate`.
        """
        if not self._program.classes:
            raise DataError(f"{self._title()} has no probabilities: it is no classification")
        result = self._scored(X)
        if result.probabilities is None:
            return np.full((result.size, len(self._program.classes)), np.nan)
        return self._program.in_order(result.probabilities)

    def _scored(self, X: Any) -> Result:
        is_one = isinstance(X, Mapping) and is_row(X, groups=self._groups)
        table = open_table([X] if is_one else X, self._input_names())
        result = self.run(table)
        _raise_first(result)
        return result

    def verify(self) -> VerificationReport:
        """Score the document's own ModelVerification rows and compare.

        Raises DataError if the document has none.
        """
        return verify(self._program)

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


def _listed(names: Sequence[str], most: int) -> str:
    return ", ".join(map(repr, names[:most])) + (" ..." if len(names) > most else "")


def _raise_first(result: Result) -> None:
    """Raise the error of the first row that could not be scored."""
    if result.errors:
        first = min(result.errors)
        error = result.errors[first]
        row = first if result.origins is None else int(result.origins[first])
        raise EvaluationError(
            error.message, element=error.element, line=error.line, field=error.field, row=row
        ) from error


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

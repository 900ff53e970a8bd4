"""`BatchScorer`: a model as a callable over Arrow record batches, for engines that hand out batches
to their workers (Spark, Dask, Ray, DuckDB, Polars).
"""

from __future__ import annotations

import hashlib
import os
import threading
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, BinaryIO, Final

from pmmlkit.errors import DataError, LimitError
from pmmlkit.language.document import Document, open_document
from pmmlkit.limits import Limits
from pmmlkit.model import Model, load
from pmmlkit.optional import needed
from pmmlkit.program_result import raise_first
from pmmlkit.tables.arrow import arrow_type, reasons_array, result_array
from pmmlkit.tables.frames import Table, refuse_doubled
from pmmlkit.tables.results import ERROR_COLUMN, as_dict
from pmmlkit.tables.series import arrow_values

__all__ = ["BatchScorer"]

_MODELS_KEPT = 8
_COMPILING: Final = threading.Lock()
"""Threads that ask for the same document at once must not compile it twice."""


@dataclass(frozen=True, slots=True)
class _Text:
    """The bytes of a document, packed; equal where the bytes are."""

    digest: bytes
    packed: bytes = field(compare=False, repr=False)

    @classmethod
    def of(cls, content: bytes) -> _Text:
        return cls(hashlib.sha256(content).digest(), zlib.compress(content, 1))


@dataclass(frozen=True, slots=True)
class _Settings:
    model: str | None
    inputs: tuple[tuple[str, str], ...]
    outputs: tuple[str, ...] | None
    keep: bool | tuple[str, ...]
    error_column: str | None
    limits: Limits | None


@dataclass(frozen=True, slots=True)
class _Source:
    """The column that an input field is read from, and whether it must be there."""

    column: str
    required: bool


@dataclass(frozen=True, slots=True)
class _Opened:
    """A compiled model with what the settings make of it: where its inputs come from, and the Arrow
    types of the results.
    """

    model: Model
    sources: Mapping[str, _Source]
    results: Mapping[str, Any]

    def columns(self, names: Sequence[str]) -> dict[str, str]:
        """Return the column of each input field; fields that no result needs may have none."""
        refuse_doubled(names)
        known = set(names)
        for name, source in self.sources.items():
            if source.required and source.column not in known:
                raise DataError(
                    f"the batch lacks column {source.column!r} for the field {name!r}; it has "
                    f"{_listed(names)}; inputs= names the columns of fields",
                    field=name,
                )
        return {
            field: source.column for field, source in self.sources.items() if source.column in known
        }


@lru_cache(maxsize=_MODELS_KEPT)
def _compiled(text: _Text, model: str | None, limits: Limits | None) -> Model:
    return load(zlib.decompress(text.packed), model=model, limits=limits)


class BatchScorer:
    """Score Arrow record batches with a PMML document: ``scorer(batch)``.

    `source` is a path, bytes, an open binary file or a `Document`; it is read at once, and compiled
    when it is first needed: once in a process, however many scorers of the same document arrive
    there. A scorer pickles as the packed bytes of its document and its settings. It may be shared
    between threads.

    `model` names one of several models. `inputs` maps fields of the document to columns where their
    names differ. `outputs` names the results to give, in that order (default: the targets, then the
    OutputFields; of a document without a model its derived fields). `keep` puts columns of the
    batch before the results: True for all, or their names. `errors`: ``"raise"`` stops at the first
    row that cannot be scored, ``"column"`` gives such a row nulls, and the reason in the column
    `error_column`, which is null for all others. Null is missing, and so is NaN.

    Raises DataError for settings that are wrong or a file that cannot be read, LimitError.

    >>> scorer = pmmlkit.BatchScorer("iris.pmml", keep=["id"])  # doctest: +SKIP
    >>> scorer(batch).schema.names  # doctest: +SKIP
    ['id', 'species', 'probability(setosa)', 'probability(virginica)']
    """

    __slots__ = ("_opened", "_settings", "_text")

    def __init__(
        self,
        source: str | os.PathLike[str] | bytes | BinaryIO | Document,
        *,
        model: str | None = None,
        inputs: Mapping[str, str] | None = None,
        outputs: Sequence[str] | None = None,
        keep: bool | Sequence[str] = False,
        errors: str = "raise",
        error_column: str = ERROR_COLUMN,
        limits: Limits | None = None,
    ) -> None:
        if errors not in ("raise", "column"):
            raise DataError(
                f"errors={errors!r}: choose 'raise' or 'column' (a batch keeps its number of rows)"
            )
        self._settings = _Settings(
            model,
            tuple((inputs or {}).items()),
            None if outputs is None else _names("outputs", outputs),
            keep if isinstance(keep, bool) else _names("keep", keep),
            error_column if errors == "column" else None,
            limits,
        )
        self._text = _Text.of(_content(source, limits or Limits()))
        self._opened: _Opened | None = None

    @property
    def model(self) -> Model:
        """The compiled model.

        Raises MarkupError, UnsupportedError, LimitError (the document); DataError where rows of the
        model depend on each other, or the settings name fields that it does not have.
        """
        return self._open().model

    def input_schema(self) -> Any:
        """Return the `pyarrow.Schema` of the columns that a batch must have, with the types of
        their fields in the document; a batch may have others, as Model.evaluate takes them.
        """
        pa = needed("pyarrow", "io", "record batches")
        opened = self._open()
        types = {item.name: arrow_type(item.data_type) for item in opened.model.inputs}
        # Two fields may be read from one column.
        columns = {
            source.column: types[name] for name, source in opened.sources.items() if source.required
        }
        return pa.schema(list(columns.items()))

    @property
    def content(self) -> bytes:
        """The bytes of the document."""
        return zlib.decompress(self._text.packed)

    def result_schema(self, schema: Any = None) -> Any:
        """Return the `pyarrow.Schema` of the results of batches with this schema, which may be left
        out where no columns are kept.

        Strings are string, integers int64, floats float32, doubles float64, booleans bool, dates
        date32, times time64[us], dateTimes timestamp[us], results with many values lists of these.
        No row is scored for it, and the types depend on no values.

        Raises DataError where a column is absent, or has the name of a result.
        """
        pa = needed("pyarrow", "io", "record batches")
        opened = self._open()
        if schema is not None:
            opened.columns(schema.names)
        kept = self._kept(schema)
        doubled = [item.name for item in kept if item.name in opened.results]
        if doubled:
            raise DataError(
                f"keep: a result has the name of the column {doubled[0]!r}, too; rename the "
                "column, or name others in keep= or outputs=",
                field=doubled[0],
            )
        results = [pa.field(name, type) for name, type in opened.results.items()]
        return pa.schema([*kept, *results])

    def __call__(self, batch: Any) -> Any:
        """Score a `pyarrow.RecordBatch` or `pyarrow.Table` of n rows; return the same kind, with n
        rows and the columns of `result_schema`.

        Raises DataError (the batch), EvaluationError (a row, with its position in the batch).
        """
        pa = needed("pyarrow", "io", "record batches")
        if not isinstance(batch, pa.RecordBatch | pa.Table):
            raise DataError(
                f"give a pyarrow.RecordBatch or a pyarrow.Table, not {type(batch).__name__}"
            )
        opened = self._open()
        schema = self.result_schema(batch.schema)
        result = opened.model.run(
            _table(batch, opened.columns(batch.schema.names)), absent="missing"
        )
        error_column = self._settings.error_column
        if error_column is None:
            raise_first(result)
        arrays = [
            batch.column(item.name)
            if item.name not in opened.results
            else reasons_array(result)
            if item.name == error_column
            else result_array(result.columns[item.name], item.type)
            for item in schema
        ]
        return type(batch).from_arrays(arrays, schema=schema)

    def _open(self) -> _Opened:
        if self._opened is None:
            settings = self._settings
            with _COMPILING:
                model = _compiled(self._text, settings.model, settings.limits)
            self._opened = _Opened(model, *_fields(model, settings))
        return self._opened

    def _kept(self, schema: Any) -> list[Any]:
        """Return the Arrow fields of the columns to keep."""
        keep = self._settings.keep
        if not keep:
            return []
        if schema is None:
            raise DataError("keep: the schema of the batches is needed")
        if isinstance(keep, bool):
            return list(schema)
        unknown = [name for name in keep if name not in schema.names]
        if unknown:
            raise DataError(
                f"keep: the batch has no column {unknown[0]!r}; it has {_listed(schema.names)}",
                field=unknown[0],
            )
        return [schema.field(name) for name in keep]

    def __repr__(self) -> str:
        return f"<pmmlkit.BatchScorer of a document of {len(self._text.packed):,} packed bytes>"

    def __reduce__(self) -> tuple[Any, ...]:
        return (_again, (self._text.digest, self._text.packed, self._settings))


def _again(digest: bytes, packed: bytes, settings: _Settings) -> BatchScorer:
    scorer = BatchScorer.__new__(BatchScorer)
    scorer._text = _Text(digest, packed)
    scorer._settings = settings
    scorer._opened = None
    return scorer


def _names(option: str, names: Sequence[str]) -> tuple[str, ...]:
    if isinstance(names, str):
        raise DataError(f"{option}={names!r}: give a list of names")
    return tuple(dict.fromkeys(names))


def _content(source: str | os.PathLike[str] | bytes | BinaryIO | Document, limits: Limits) -> bytes:
    """Read a document whole."""
    if isinstance(source, Document):
        return source.to_bytes()
    most = limits.document_bytes
    with open_document(source) as (opened, _):
        content = opened if isinstance(opened, bytes) else opened.read(most + 1)
    if len(content) > most:
        raise LimitError(f"the document is larger than Limits.document_bytes = {most}")
    return content


def _fields(model: Model, settings: _Settings) -> tuple[dict[str, _Source], dict[str, Any]]:
    """Return where the input fields come from, and the Arrow types of the results.

    Raises DataError where the model cannot be scored in batches, or not with these settings.
    """
    if model.sequential:
        raise DataError(
            "the rows of this model depend on each other (groups, Lag, time), so that its results "
            "would depend on how a table is cut into batches; Model.evaluate scores whole tables"
        )
    renamed = dict(settings.inputs)
    sources = {
        item.name: _Source(renamed.pop(item.name, item.name), item.required)
        for item in model.inputs
    }
    results = {item.name: arrow_type(item.data_type) for item in (*model.targets, *model.outputs)}
    outputs = tuple(results) if settings.outputs is None else settings.outputs
    for option, names, known in (("inputs", renamed, sources), ("outputs", outputs, results)):
        unknown = [name for name in names if name not in known]
        if unknown:
            raise DataError(
                f"{option}: the model has no {unknown[0]!r}; it has {_listed(known)}",
                field=unknown[0],
            )
    results = {name: results[name] for name in outputs}
    if settings.error_column in results:
        raise DataError(
            f"error_column={settings.error_column!r} is the name of a result; choose another",
            field=settings.error_column,
        )
    if settings.error_column is not None:
        results[settings.error_column] = arrow_type("string")
    return sources, results


def _table(batch: Any, columns: Mapping[str, str]) -> Table:
    """Open a batch under the names of the document."""

    def column(name: str) -> Any:
        return arrow_values(batch.column(columns[name]))

    return Table(batch.num_rows, tuple(columns), column, as_dict)


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(map(repr, every[:20])) + (" ..." if len(every) > 20 else "") or "none"

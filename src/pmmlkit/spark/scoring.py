"""What travels to Spark's workers: a document with its settings, that scores Arrow columns."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from pmmlkit.batches import BatchScorer
from pmmlkit.errors import DataError
from pmmlkit.language.document import Document
from pmmlkit.program_fields import UNNAMED_TARGET
from pmmlkit.tables.results import ERROR_COLUMN

__all__ = ["VECTOR_ADVICE", "MappedBatches", "Scoring", "Source", "position_names", "scoring_of"]

Source = str | os.PathLike[str] | bytes | BinaryIO | Document

VECTOR_ADVICE = (
    "turn a vector into columns of numbers with pyspark.ml.functions.vector_to_array, "
    'as in vector_to_array("features")[0].alias("x1")'
)


@dataclass(frozen=True, slots=True)
class Scoring:
    """Scores the columns of `fields`, in that order; the results are named `names`, in that order.

    `has_exception`: the last of them says why a row has no result.
    """

    scorer: BatchScorer
    fields: tuple[str, ...]
    names: tuple[str, ...]
    has_exception: bool

    def arrays(self, columns: Sequence[Any], size: int) -> list[Any]:
        """Return the results of Arrow arrays with `size` rows as arrays of Spark's types.

        Raises DataError (a column), EvaluationError (a row, where there is no exception column).
        """
        import pyarrow as pa

        arrays = [
            _readable(array, field) for array, field in zip(columns, self.fields, strict=True)
        ]
        # A batch without columns would have no rows.
        batch = pa.RecordBatch.from_arrays(
            arrays or [pa.nulls(size)], names=list(self.fields) or [""]
        )
        return [_of_spark(array) for array in self.scorer(batch).columns]

    def types(self) -> list[Any]:
        """Return the Arrow types of the results."""
        return list(self.scorer.result_schema().types)


@dataclass(frozen=True, slots=True)
class MappedBatches:
    """The function that `DataFrame.mapInArrow` calls with the batches of a partition.

    The fields are read at `positions` of a batch. `keeps`: its columns come before the results.
    `is_nested`: the results are one struct, null in rows without a result.
    """

    scoring: Scoring
    positions: tuple[int, ...]
    keeps: bool
    is_nested: bool

    def __call__(self, batches: Iterator[Any]) -> Iterator[Any]:
        return map(self.scored, batches)

    def scored(self, batch: Any) -> Any:
        """Return the columns kept and the results, named by their positions."""
        import pyarrow as pa

        columns = [batch.column(at) for at in self.positions]
        results = self.scoring.arrays(columns, batch.num_rows)
        if self.is_nested:
            results = self._nested(results)
        arrays = [*(batch.columns if self.keeps else ()), *results]
        return pa.RecordBatch.from_arrays(arrays, names=position_names(len(arrays)))

    def _nested(self, results: list[Any]) -> list[Any]:
        import pyarrow as pa

        count = len(results) - self.scoring.has_exception
        names = list(self.scoring.names[:count])
        failed = results[count].is_valid() if self.scoring.has_exception else None
        struct = pa.StructArray.from_arrays(results[:count], names=names, mask=failed)
        return [struct, *results[count:]]


def position_names(count: int) -> list[str]:
    """Return names that need no quoting, for columns that are told by their positions."""
    return [f"c{at}" for at in range(count)]


def scoring_of(
    scorer: BatchScorer,
    *,
    model: str | None,
    targets: bool,
    outputs: bool,
    exception: str,
    synthetic_target: str,
) -> Scoring:
    """Return the scoring of the document of a scorer; `exception` is ``""`` for none.

    Raises what the document raises; DataError where there would be no result, or two of a name.
    """
    compiled = scorer.model
    chosen = [item.name for item in (compiled.targets if targets else ())]
    names = [synthetic_target if name == UNNAMED_TARGET else name for name in chosen]
    chosen += [item.name for item in (compiled.outputs if outputs else ())]
    names += chosen[len(names) :]
    if not names:
        raise DataError("there is no result to give: set targets or outputs to True")
    if exception:
        names.append(exception)
    doubled = [name for name in names if names.count(name) > 1]
    if doubled:
        raise DataError(
            f"two results have the name {doubled[0]!r}; set exceptionCol or syntheticTargetName "
            "to another name",
            field=doubled[0],
        )
    made = BatchScorer(
        scorer.content,
        model=model,
        outputs=chosen,
        errors="column" if exception else "raise",
        # A name that no result of the document has, whatever the user's is.
        error_column=_unused(ERROR_COLUMN, chosen),
    )
    fields = tuple(item.name for item in compiled.inputs if item.required)
    return Scoring(made, fields, tuple(names), bool(exception))


def _unused(name: str, taken: Sequence[str]) -> str:
    while name in taken:
        name += "_"
    return name


def _readable(array: Any, field: str) -> Any:
    """Return a column as PMML has it: times without a zone, as the clock of the session's zone
    shows them.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_timestamp(array.type) and array.type.tz is not None:
        return pc.local_timestamp(array)
    if pa.types.is_nested(array.type):
        raise DataError(
            f"the column for the field {field!r} holds {array.type}, not one value a row; "
            f"{VECTOR_ADVICE}",
            field=field,
        )
    return array


def _of_spark(array: Any) -> Any:
    """Return an array of a type that all releases of Spark have."""
    import pyarrow as pa

    if not pa.types.is_time(array.type):
        return array
    texts = [None if item is None else item.isoformat() for item in array.to_pylist()]
    return pa.array(texts, pa.string())

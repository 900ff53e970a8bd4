"""`spark_udf`: a document as a function of columns that gives a struct."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.sql.types import StructType

from pmmlkit.batches import BatchScorer
from pmmlkit.errors import DataError
from pmmlkit.program_fields import UNNAMED_TARGET
from pmmlkit.spark.schema import result_fields
from pmmlkit.spark.scoring import Scoring, Source, scoring_of

if TYPE_CHECKING:
    from pyspark.sql import Column

__all__ = ["PMMLFunction", "spark_udf"]


def spark_udf(
    source: Source,
    *,
    targets: bool = True,
    outputs: bool = True,
    exceptionCol: str | None = "pmmlException",
    syntheticTargetName: str = UNNAMED_TARGET,
    modelName: str | None = None,
) -> PMMLFunction:
    """Return a function of columns that gives the results of a PMML document as a struct.

    `source` and the parameters are those of `PMMLTransformer`; `exceptionCol` names a field of the
    struct.

    Raises MarkupError, UnsupportedError, LimitError (the document); DataError where rows of the
    model depend on each other.

    >>> score = spark_udf("iris.pmml")  # doctest: +SKIP
    >>> table.withColumn("result", score()).select("id", "result.species")  # doctest: +SKIP
    """
    scoring = scoring_of(
        BatchScorer(source, model=modelName),
        model=modelName,
        targets=targets,
        outputs=outputs,
        exception=exceptionCol or "",
        synthetic_target=syntheticTargetName,
    )
    return PMMLFunction(scoring)


class PMMLFunction:
    """What `spark_udf` returns: call it with nothing, columns in the order of `fields`, or columns
    by the names of fields.
    """

    def __init__(self, scoring: Scoring) -> None:
        self._scoring = scoring

    @property
    def fields(self) -> tuple[str, ...]:
        """The fields that results depend on, in the order of the model's inputs."""
        return self._scoring.fields

    @property
    def returnType(self) -> StructType:
        """The type of the struct."""
        return StructType(result_fields(self._scoring))

    @property
    def function(self) -> Any:
        """The function as PySpark has it, of columns in the order of `fields`; to be registered
        for SQL: ``spark.udf.register("score", score.function)``.

        An Arrow UDF where PySpark has them (4.1 on), else a pandas UDF. A model that reads no
        column takes one of any content.
        """
        from pyspark.sql.pandas import functions

        scoring = self._scoring
        has_arrow = hasattr(functions, "arrow_udf")
        make: Any = functions.arrow_udf if has_arrow else functions.pandas_udf
        score = _struct if has_arrow else _frame
        called = lambda *columns: score(scoring, columns)  # noqa: E731 - PySpark reads annotations
        called.__name__ = "pmml"  # unless it has an alias, the column is named after it
        return make(called, self.returnType)

    def __call__(self, *columns: Column | str, **named: Column | str) -> Column:
        """Return the struct of results as a Column.

        Without arguments the columns with the names of `fields` are read; else one column, or name
        of a column, for each field: in order, or by the field's name.

        Raises DataError where the arguments are not those of `fields`.
        """
        from pyspark.sql import functions

        found = [
            _by_name(column) if isinstance(column, str) else column
            for column in self._arguments(columns, named)
        ]
        result: Column = self.function(*(found or [functions.lit(True)]))
        return result

    def _arguments(
        self, columns: tuple[Column | str, ...], named: dict[str, Column | str]
    ) -> list[Column | str]:
        if not columns:
            unknown = [name for name in named if name not in self.fields]
            if unknown:
                raise DataError(
                    f"the model has no field {unknown[0]!r}; it has {self._listed()}",
                    field=unknown[0],
                )
            return [named.get(name, name) for name in self.fields]
        if named:
            raise DataError("give columns in order or by name, not both")
        if len(columns) != len(self.fields):
            raise DataError(
                f"{len(columns)} columns are given, and the model reads {len(self.fields)}: "
                f"{self._listed()}; without arguments the columns of these names are read"
            )
        return list(columns)

    def _listed(self) -> str:
        return ", ".join(map(repr, self.fields[:20])) + (" ..." if len(self.fields) > 20 else "")

    def __repr__(self) -> str:
        return f"<pmmlkit.spark.PMMLFunction of {self._listed() or 'no columns'}>"


def _by_name(name: str) -> Column:
    """Return the column of a name; a dot in it is no path."""
    from pyspark.sql import functions

    quoted = name.replace("`", "``")
    return functions.col(f"`{quoted}`")


def _struct(scoring: Scoring, columns: tuple[Any, ...]) -> Any:
    """Score Arrow arrays; return a StructArray."""
    import pyarrow as pa

    read = columns[: len(scoring.fields)]
    return pa.StructArray.from_arrays(
        scoring.arrays(read, len(columns[0])), names=list(scoring.names)
    )


def _frame(scoring: Scoring, columns: tuple[Any, ...]) -> Any:
    """Score pandas series; return a frame, which PySpark takes for a struct."""
    import pyarrow as pa

    arrays = tuple(pa.Array.from_pandas(column) for column in columns)
    return pa.RecordBatch.from_struct_array(_struct(scoring, arrays)).to_pandas()

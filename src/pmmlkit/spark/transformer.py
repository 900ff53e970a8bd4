"""`PMMLTransformer`: a document as a stage of Spark's pipelines, in pure Python."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pyspark.ml.base import Transformer
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.util import MLReadable, MLWritable
from pyspark.sql.types import StructField, StructType

from pmmlkit.batches import BatchScorer
from pmmlkit.errors import DataError
from pmmlkit.program_fields import UNNAMED_TARGET
from pmmlkit.spark.persistence import DocumentReader, DocumentWriter
from pmmlkit.spark.schema import positions_read, result_fields
from pmmlkit.spark.scoring import MappedBatches, Scoring, Source, position_names, scoring_of

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from pmmlkit.model import Model

__all__ = ["PMMLTransformer"]


def _parameter(name: str, text: str, converter: Any) -> Param[Any]:
    return Param(Params._dummy(), name, text, typeConverter=converter)


class PMMLTransformer(Transformer, MLReadable["PMMLTransformer"], MLWritable):
    """Score the rows of a DataFrame with a PMML document, in Spark's Python workers.

    `source` is a path, bytes, an open binary file or a `Document`; it is read and compiled at once,
    and travels to the workers as bytes. The columns of the DataFrame that have the names of the
    model's fields are read. The result has the columns that came in (`inputs`), then the predicted
    fields (`targets`), then the OutputFields (`outputs`), or one struct of these (`resultsCol`),
    then `exceptionCol`. A row that cannot be scored has null results, and the reason in
    `exceptionCol`; with ``exceptionCol=""`` it fails the job. The parameters are those of JPMML's
    transformers, with their defaults; each has a getter and a setter.

    `modelName` names one of several models. Runs on classic Spark and on Spark Connect; saves and
    loads on its own and as a stage of a PipelineModel.

    Raises MarkupError, UnsupportedError, LimitError (the document); DataError where rows of the
    model depend on each other.

    >>> PMMLTransformer("iris.pmml").transform(table)  # doctest: +SKIP
    DataFrame[sepal_length: double, ..., species: string, ..., pmmlException: string]
    """

    # Saved stages name their class by this.
    __module__ = "pmmlkit.spark"

    inputs = _parameter("inputs", "keep the columns that come in", TypeConverters.toBoolean)
    targets = _parameter("targets", "give the predicted fields", TypeConverters.toBoolean)
    outputs = _parameter("outputs", "give the OutputFields", TypeConverters.toBoolean)
    exceptionCol = _parameter(
        "exceptionCol",
        "name of the column that says why a row has no result; empty: such a row fails the job",
        TypeConverters.toString,
    )
    syntheticTargetName = _parameter(
        "syntheticTargetName",
        "name of the predicted value where the document names no target",
        TypeConverters.toString,
    )
    resultsCol = _parameter(
        "resultsCol",
        "name of the one struct column that holds all results; empty: one column each",
        TypeConverters.toString,
    )
    modelName = _parameter(
        "modelName",
        "which of several models; empty: the first that can be scored",
        TypeConverters.toString,
    )

    def __init__(
        self,
        source: Source,
        *,
        inputs: bool = True,
        targets: bool = True,
        outputs: bool = True,
        exceptionCol: str | None = "pmmlException",
        syntheticTargetName: str = UNNAMED_TARGET,
        resultsCol: str | None = None,
        modelName: str | None = None,
    ) -> None:
        super().__init__()
        self._setDefault(
            inputs=True,
            targets=True,
            outputs=True,
            exceptionCol="pmmlException",
            syntheticTargetName=UNNAMED_TARGET,
            resultsCol="",
            modelName="",
        )
        given = {
            "inputs": inputs,
            "targets": targets,
            "outputs": outputs,
            "exceptionCol": exceptionCol or "",
            "syntheticTargetName": syntheticTargetName,
            "resultsCol": resultsCol or "",
            "modelName": modelName or "",
        }
        for name, value in given.items():
            if value != self.getOrDefault(name):
                self._give(name, value)
        self._scorer = BatchScorer(source, model=modelName or None)
        self.model  # noqa: B018 - what is wrong with the document is said here

    @property
    def model(self) -> Model:
        """The compiled model."""
        return self._scorer.model

    @property
    def document(self) -> bytes:
        """The bytes of the document."""
        return self._scorer.content

    def transformSchema(self, schema: StructType) -> StructType:
        """Return the schema of the result for a DataFrame's schema; no row is read.

        Raises DataError where a column that is needed is absent, is there twice, or does not hold
        one value a row, and where a result would have the name of another column.
        """
        return self._planned(schema)[1]

    def _transform(self, dataset: DataFrame) -> DataFrame:
        mapped, schema = self._planned(dataset.schema)
        # Names may repeat, and hold dots that Spark takes for paths: positions have neither.
        frame = dataset.toDF(*position_names(len(dataset.columns)))
        if not mapped.keeps:
            wanted = mapped.positions or (0,)
            frame = frame.select(*[f"c{at}" for at in wanted])
            mapped = MappedBatches(
                mapped.scoring, tuple(range(len(mapped.positions))), False, mapped.is_nested
            )
        return frame.mapInArrow(mapped, schema)

    def _planned(self, schema: StructType) -> tuple[MappedBatches, StructType]:
        scoring = self._scoring()
        positions = positions_read(schema, scoring.fields)
        keeps: bool = self.getInputs()
        results = self._fields(scoring)
        if keeps:
            _refuse_taken(results, schema)
        fields = [*(schema.fields if keeps else ()), *results]
        mapped = MappedBatches(scoring, positions, keeps, bool(self.getResultsCol()))
        return mapped, StructType(fields)

    def _scoring(self) -> Scoring:
        model = self.getModelName() or None
        return scoring_of(
            self._scorer,
            model=model,
            targets=self.getTargets(),
            outputs=self.getOutputs(),
            exception=self.getExceptionCol(),
            synthetic_target=self.getSyntheticTargetName(),
        )

    def _fields(self, scoring: Scoring) -> list[StructField]:
        fields = result_fields(scoring)
        name = self.getResultsCol()
        if not name:
            return fields
        if name == self.getExceptionCol():
            raise DataError(f"resultsCol and exceptionCol are both {name!r}; choose two names")
        count = len(fields) - scoring.has_exception
        return [StructField(name, StructType(fields[:count]), nullable=True), *fields[count:]]

    def write(self) -> DocumentWriter:
        """Return a writer: ``write().overwrite().save(path)``."""
        return DocumentWriter(self)

    @classmethod
    def read(cls) -> DocumentReader:
        """Return a reader; `load` is its short form."""
        return DocumentReader(cls)

    def _give(self, name: str, value: Any) -> PMMLTransformer:
        try:
            self._set(**{name: value})
        except TypeError as error:
            raise DataError(f"{name}={value!r}: {error}") from error
        return self

    def getInputs(self) -> bool:
        """Return whether the columns that come in are kept."""
        return bool(self.getOrDefault(self.inputs))

    def setInputs(self, value: bool) -> PMMLTransformer:
        """Set whether the columns that come in are kept."""
        return self._give("inputs", value)

    def getTargets(self) -> bool:
        """Return whether the predicted fields are given."""
        return bool(self.getOrDefault(self.targets))

    def setTargets(self, value: bool) -> PMMLTransformer:
        """Set whether the predicted fields are given."""
        return self._give("targets", value)

    def getOutputs(self) -> bool:
        """Return whether the OutputFields are given."""
        return bool(self.getOrDefault(self.outputs))

    def setOutputs(self, value: bool) -> PMMLTransformer:
        """Set whether the OutputFields are given."""
        return self._give("outputs", value)

    def getExceptionCol(self) -> str:
        """Return the name of the column of reasons; ``""`` where bad rows fail the job."""
        return str(self.getOrDefault(self.exceptionCol))

    def setExceptionCol(self, value: str | None) -> PMMLTransformer:
        """Set the name of the column of reasons; ``""`` or None: bad rows fail the job."""
        return self._give("exceptionCol", value or "")

    def getSyntheticTargetName(self) -> str:
        """Return the name of a predicted value that the document does not name."""
        return str(self.getOrDefault(self.syntheticTargetName))

    def setSyntheticTargetName(self, value: str) -> PMMLTransformer:
        """Set the name of a predicted value that the document does not name."""
        return self._give("syntheticTargetName", value)

    def getResultsCol(self) -> str:
        """Return the name of the struct of all results; ``""`` where they are columns."""
        return str(self.getOrDefault(self.resultsCol))

    def setResultsCol(self, value: str | None) -> PMMLTransformer:
        """Set the name of the struct of all results; ``""`` or None: they are columns."""
        return self._give("resultsCol", value or "")

    def getModelName(self) -> str:
        """Return which of several models is scored; ``""``: the first that can be. It is chosen
        when the transformer is made.
        """
        return str(self.getOrDefault(self.modelName))


def _refuse_taken(results: list[StructField], schema: StructType) -> None:
    names = set(schema.names)
    taken = [field.name for field in results if field.name in names]
    if taken:
        raise DataError(
            f"the table has a column {taken[0]!r}, and so has the result; rename or drop that "
            "column, setInputs(False), or collect the results in one column with setResultsCol",
            field=taken[0],
        )

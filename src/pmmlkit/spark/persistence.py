"""Saving and loading a `PMMLTransformer`: Spark's folder of a stage, with the document inside.

``metadata`` holds what every stage of Spark has there, one line of JSON; ``data`` is a Parquet file
with one row, the bytes of the document.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pyspark.errors import PySparkException
from pyspark.ml.util import DefaultParamsReader, DefaultParamsWriter, MLReader, MLWriter
from pyspark.sql.utils import is_remote

from pmmlkit.errors import DataError

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

    from pmmlkit.spark.transformer import PMMLTransformer

__all__ = ["DocumentReader", "DocumentWriter"]


class DocumentWriter(MLWriter):
    """Writes a transformer into a folder, of any file system that Spark knows."""

    def __init__(self, instance: PMMLTransformer) -> None:
        super().__init__()
        self._instance = instance

    def _handleOverwrite(self, path: str) -> None:
        """Remove what is there; without the virtual machine of the driver under Connect."""
        if not is_remote():
            super()._handleOverwrite(path)
            return
        from pyspark.ml.connect.readwrite import RemoteMLWriter

        RemoteMLWriter.handleOverwrite(path, True)

    def saveImpl(self, path: str) -> None:
        """Write the folder.

        Raises DataError where it cannot be written, or is there (and not to be overwritten).
        """
        instance = self._instance
        spark = self.sparkSession
        metadata: str = DefaultParamsWriter._get_metadata_to_save(instance, spark)
        document = bytearray(instance.document)
        with _worded(f"{path}: the transformer cannot be saved there"):
            _frame(spark, metadata, "value string").write.text(f"{path}/metadata")
            _frame(spark, document, "document binary").write.parquet(f"{path}/data")


class DocumentReader(MLReader["PMMLTransformer"]):
    """Reads a transformer out of its folder."""

    def __init__(self, kind: type[PMMLTransformer]) -> None:
        super().__init__()
        self._kind = kind

    def load(self, path: str) -> PMMLTransformer:
        """Return the transformer.

        Raises DataError where the folder holds none, and what its document raises.
        """
        spark = self.sparkSession
        with _worded(f"{path}: there is no transformer that can be loaded"):
            metadata = json.loads(_first(spark.read.text(f"{path}/metadata")))
        wanted = f"{self._kind.__module__}.{self._kind.__name__}"
        if metadata["class"] != wanted:
            raise DataError(f"{path} holds a {metadata['class']}, not a {wanted}")
        with _worded(f"{path}: the document of the transformer cannot be loaded"):
            document = bytes(_first(spark.read.parquet(f"{path}/data")))
        made = self._kind(document, modelName=metadata["paramMap"].get("modelName", ""))
        made._resetUid(metadata["uid"])
        DefaultParamsReader.getAndSetParams(made, metadata)
        return made


def _frame(spark: SparkSession, value: Any, schema: str) -> Any:
    return spark.createDataFrame([(value,)], schema).coalesce(1)


def _first(frame: Any) -> Any:
    row = frame.first()
    if row is None:
        raise DataError("the folder is empty: it was not saved whole")
    return row[0]


@contextlib.contextmanager
def _worded(what: str) -> Iterator[None]:
    """Turn the errors of Spark into ours; of theirs the first line is for users."""
    try:
        yield
    except (PySparkException, json.JSONDecodeError) as error:
        raise DataError(f"{what} ({str(error).splitlines()[0]:.300})") from error

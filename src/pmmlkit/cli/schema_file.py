"""The names and types of columns: from a JSON file, or from the data themselves."""

from __future__ import annotations

import json
import os
from typing import Any

from pmmlkit.errors import DataError
from pmmlkit.optional import needed
from pmmlkit.tables.formats import DELIMITERS, format_of

__all__ = ["read_schema", "schema_of_data"]

_OF_SPARK = b"org.apache.spark.sql.parquet.row.metadata"


def read_schema(path: str) -> dict[str, Any]:
    """Read ``df.schema.json()`` of Spark, or ``{"age": "integer", ...}`` with PMML's dataTypes.

    Raises DataError where the file cannot be read or holds no object.
    """
    try:
        with open(path, encoding="utf-8-sig") as stream:
            content = json.load(stream)
    except (OSError, ValueError, RecursionError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    if not isinstance(content, dict):
        raise DataError(f"{path}: an object is needed, as df.schema.json() gives it")
    return content


def schema_of_data(path: str, stated: str | None = None) -> dict[str, Any]:
    """Return the schema of a table on disk: Spark's own where Spark wrote it as Parquet, else
    PMML's dataTypes by column; a folder is taken for Parquet.

    Columns of types that PMML does not have are left out. Raises DataError where the table cannot
    be read.
    """
    needed("pyarrow", "io", "Schemas of data")
    import pyarrow as pa

    format = "parquet" if stated is None and os.path.isdir(path) else format_of(path, stated)
    try:
        schema = _arrow_schema(path, format)
    except (OSError, ValueError, pa.ArrowException) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    of_spark = (schema.metadata or {}).get(_OF_SPARK)
    if of_spark is not None:
        content = json.loads(of_spark)
        if isinstance(content, dict):
            return content
    found = {field.name: _data_type(field.type) for field in schema}
    return {name: kind for name, kind in found.items() if kind is not None}


def _arrow_schema(path: str, format: str) -> Any:
    if format in DELIMITERS:
        from pyarrow import csv

        options = csv.ParseOptions(delimiter=DELIMITERS[format])
        with csv.open_csv(path, parse_options=options) as reader:
            return reader.schema
    if format == "jsonl":
        from pyarrow import json as json_lines

        return json_lines.read_json(path).schema
    from pyarrow import dataset

    return dataset.dataset(path, format="parquet" if format == "parquet" else "feather").schema


def _data_type(kind: Any) -> str | None:
    from pyarrow import types

    if types.is_dictionary(kind):
        kind = kind.value_type
    for test, data_type in (
        (types.is_boolean, "boolean"),
        (types.is_integer, "integer"),
        (types.is_float32, "float"),
        (types.is_floating, "double"),
        (types.is_decimal, "double"),
        (types.is_date, "date"),
        (types.is_timestamp, "dateTime"),
        (types.is_string, "string"),
        (types.is_large_string, "string"),
        (types.is_string_view, "string"),
        (types.is_null, "string"),
    ):
        if test(kind):
            return data_type
    return None

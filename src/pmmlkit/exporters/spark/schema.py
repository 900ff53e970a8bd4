"""What a schema of Spark says of the columns of the input."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pmmlkit.columns.types import DATA_TYPES
from pmmlkit.errors import ExportError

__all__ = ["SparkField", "fields_of"]

_TYPES: Final = {
    "string": "string",
    "byte": "integer",
    "short": "integer",
    "integer": "integer",
    "long": "integer",
    "float": "float",
    "double": "double",
    "boolean": "boolean",
    "date": "date",
    "timestamp": "dateTime",
    "timestamp_ntz": "dateTime",
}
_TEXTS: Final = ("char", "varchar", "string collate")
_VECTOR: Final = "VectorUDT"


@dataclass(frozen=True, slots=True)
class SparkField:
    """A column of the input: its PMML dataType, or its elements if it is a vector. `kind`: what it
    holds in words, where it has no type in PMML; `spark_type` its simple type in Spark's words.
    """

    name: str
    data_type: str | None
    nullable: bool = True
    is_vector: bool = False
    elements: tuple[str, ...] = ()
    kind: str | None = None
    spark_type: str = ""


def fields_of(schema: Any) -> dict[str, SparkField]:
    """Return the columns of a schema by name: a StructType (``df.schema``), its JSON as text or as
    objects, a dict of column to PMML dataType, or None.

    Raises ExportError for anything else.
    """
    if schema is None:
        return {}
    if hasattr(schema, "jsonValue"):
        schema = schema.jsonValue()
    if isinstance(schema, str):
        try:
            schema = json.loads(schema)
        except ValueError as error:
            raise ExportError(f"the schema is no JSON: {error}") from error
    if not isinstance(schema, Mapping):
        raise ExportError(
            f"schema is {type(schema).__name__}: pass df.schema, its JSON, or a dict of column to "
            "PMML dataType"
        )
    if schema.get("type") == "struct" and isinstance(schema.get("fields"), list):
        return {str(item["name"]): _field(item) for item in schema["fields"]}
    for name, data_type in schema.items():
        if data_type not in DATA_TYPES:
            raise ExportError(
                f"the schema gives {name!r} the type {data_type!r:.60}, which PMML does not have"
            )
    return {str(name): SparkField(str(name), str(kind)) for name, kind in schema.items()}


def _field(item: Mapping[str, Any]) -> SparkField:
    name, kind, nullable = str(item["name"]), item["type"], bool(item.get("nullable", True))
    if isinstance(kind, str):
        if kind.startswith("decimal"):
            return SparkField(name, "double", nullable, spark_type=kind)
        if kind.startswith(_TEXTS):
            return SparkField(name, "string", nullable)
        if kind in _TYPES:
            return SparkField(name, _TYPES[kind], nullable, spark_type=kind)
        return SparkField(name, None, nullable, kind=f"values of type {kind}")
    if kind.get("type") == "udt" and str(kind.get("class", "")).endswith(_VECTOR):
        return SparkField(
            name, None, nullable, is_vector=True, elements=_elements(item.get("metadata", {}))
        )
    return SparkField(name, None, nullable, kind=f"values of type {kind.get('type')}")


def _elements(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of a vector's elements where its metadata gives one to each."""
    stated = metadata.get("ml_attr", {})
    found = [item for group in stated.get("attrs", {}).values() for item in group]
    names = {int(item["idx"]): item.get("name") for item in found if "idx" in item}
    count = int(stated.get("num_attrs", len(names)))
    ordered = [names.get(at) for at in range(count)]
    return tuple(str(name) for name in ordered) if all(ordered) else ()

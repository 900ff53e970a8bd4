"""Spark's types: those of results, and those of columns that can be read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pyspark.sql.types import (
    ArrayType,
    BooleanType,
    DataType,
    DateType,
    DoubleType,
    FloatType,
    LongType,
    StringType,
    StructField,
    StructType,
    TimestampNTZType,
    UserDefinedType,
)

from pmmlkit.errors import DataError
from pmmlkit.spark.scoring import VECTOR_ADVICE, Scoring

__all__ = ["positions_read", "result_fields"]

_READ = frozenset(
    [
        *("string", "char", "varchar", "boolean", "byte", "short", "integer", "long", "float"),
        *("double", "decimal", "date", "timestamp", "timestamp_ntz", "time", "void"),
    ]
)
"""The types of columns that hold one value a row, by their typeName."""


def result_fields(scoring: Scoring) -> list[StructField]:
    """Return the fields of the results; every one may be null."""
    return [
        StructField(name, _spark_type(type), nullable=True)
        for name, type in zip(scoring.names, scoring.types(), strict=True)
    ]


def _spark_type(type: Any) -> DataType:
    import pyarrow as pa

    if pa.types.is_list(type):
        return ArrayType(_spark_type(type.value_type))
    return {
        pa.string(): StringType(),
        pa.int64(): LongType(),
        pa.float64(): DoubleType(),
        pa.float32(): FloatType(),
        pa.bool_(): BooleanType(),
        pa.date32(): DateType(),
        pa.timestamp("us"): TimestampNTZType(),
        # Spark has a type of times since 4.1: the text reads the same in every release.
        pa.time64("us"): StringType(),
    }[type]


def positions_read(schema: StructType, fields: Sequence[str]) -> tuple[int, ...]:
    """Return the positions of the columns that have the names of fields.

    Raises DataError where one is absent, there twice, or of a type that is not one value a row.
    """
    names = schema.names
    lacking = [name for name in fields if name not in names]
    if lacking:
        raise DataError(_absent(lacking, names), field=lacking[0])
    for name in fields:
        if names.count(name) > 1:
            raise DataError(
                f"the table has several columns named {name!r}; rename or drop all but one",
                field=name,
            )
    positions = tuple(names.index(name) for name in fields)
    for at in positions:
        _check_type(schema[at])
    return positions


def _absent(lacking: Sequence[str], names: Sequence[str]) -> str:
    text = (
        f"the table lacks column{'s' if len(lacking) > 1 else ''} {_listed(lacking, 10)}; "
        f"it has {_listed(names, 20) or 'none'}"
    )
    lower = {name.lower(): name for name in names}
    near = next((lower[name.lower()] for name in lacking if name.lower() in lower), None)
    return text + (f"; {near!r} differs in case, which PMML tells apart" if near else "")


def _check_type(field: StructField) -> None:
    type = field.dataType
    if isinstance(type, UserDefinedType):
        raise DataError(
            f"column {field.name!r} is a {type.__class__.__name__.removesuffix('UDT').lower()}, "
            f"and PMML has one value in a field; {VECTOR_ADVICE}",
            field=field.name,
        )
    if type.typeName() not in _READ:
        raise DataError(
            f"column {field.name!r} has the type {type.simpleString()}, and PMML has one value "
            "in a field; select its parts as columns",
            field=field.name,
        )


def _listed(names: Sequence[str], most: int) -> str:
    return ", ".join(map(repr, names[:most])) + (" ..." if len(names) > most else "")

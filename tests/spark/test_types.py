"""Columns of Spark's types that are read, and results of each type."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

import pytest

from tests.spark.documents import ECHO, TYPES
from tests.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


@pytest.fixture
def spark() -> SparkSession:
    return session()


MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5, 678901)
VALUES = {
    "text": "a",
    "flag": True,
    "count": 2**40,
    "single": 0.1,
    "number": 1e300,
    "day": datetime.date(1901, 2, 3),
    "moment": MOMENT,
    "clock": "01:02:03",
}


def test_types(spark: SparkSession) -> None:
    from pmmlkit.spark import PMMLTransformer

    columns = (
        "text string, flag boolean, count bigint, single float, number double, day date, "
        "moment timestamp_ntz, clock string"
    )
    table = spark.createDataFrame([tuple(VALUES.values()), (None,) * 8], columns)
    made = PMMLTransformer(ECHO, inputs=False, targets=False)
    scored = made.transform(table)
    assert [type for _, type in scored.dtypes] == [
        *("string", "boolean", "bigint", "float", "double", "date", "timestamp_ntz", "string"),
        "string",
    ]
    full, empty = sorted(scored.collect(), key=lambda row: row[0] is None)
    assert dict(zip(VALUES, full, strict=False)) == {**VALUES, "single": pytest.approx(0.1, 1e-7)}
    assert set(empty) == {None}


OTHER_TYPES = [
    ("count", "3Y", 3),
    ("count", "3S", 3),
    ("count", "3", 3),
    ("count", "'3'", 3),
    ("number", "3", 3.0),
    ("number", "cast(1.25 as decimal(10, 2))", 1.25),
    ("number", "cast(1.5 as float)", 1.5),
    ("number", "'1.5'", 1.5),
    ("number", "cast('NaN' as double)", None),
    ("text", "null", None),
    ("text", "12", "12"),
    ("flag", "'true'", True),
    ("text", "true", "true"),
    ("clock", "time'01:02:03'", "01:02:03"),
    ("day", "'2024-02-29'", datetime.date(2024, 2, 29)),
    ("moment", "'2024-02-29T01:02:03'", datetime.datetime(2024, 2, 29, 1, 2, 3)),
]


def test_columns_of_other_types(spark: SparkSession) -> None:
    """One job for all: every case is a call of the function that scores as the transformer does."""
    from pyspark.sql import functions

    from pmmlkit.spark import spark_udf

    score = spark_udf(ECHO)
    nothing: dict[str, Any] = dict.fromkeys(TYPES, functions.lit(None).cast("string"))
    calls = [
        score(**{**nothing, field: functions.expr(expression)}).alias(f"c{at}")
        for at, (field, expression, _) in enumerate(OTHER_TYPES)
    ]
    (row,) = spark.range(1, numPartitions=1).select(*calls).collect()
    assert [cell["pmmlException"] for cell in row] == [None] * len(OTHER_TYPES)
    found = [cell[f"out.{case[0]}"] for cell, case in zip(row, OTHER_TYPES, strict=True)]
    assert found == [value for _, _, value in OTHER_TYPES]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "America/New_York"])
def test_timestamps_are_read_as_the_clock_of_the_session_shows_them(
    spark: SparkSession, zone: str
) -> None:
    from pmmlkit.spark import PMMLTransformer

    others = [f"cast(null as string) as {name}" for name in TYPES if name != "moment"]
    before = spark.conf.get("spark.sql.session.timeZone")
    spark.conf.set("spark.sql.session.timeZone", zone)
    try:
        table = spark.range(1, numPartitions=1).selectExpr(
            "timestamp'2024-07-02 23:04:05' as moment", *others
        )
        scored = PMMLTransformer(ECHO, targets=False).transform(table)
        (row,) = scored.selectExpr(
            "`out.moment` as found", "cast(moment as string) as kept"
        ).collect()
    finally:
        spark.conf.set("spark.sql.session.timeZone", before or "UTC")
    assert row["found"] == datetime.datetime(2024, 7, 2, 23, 4, 5)
    assert row["kept"] == "2024-07-02 23:04:05"

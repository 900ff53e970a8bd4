"""spark_udf on classic Spark."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from pmmlkit.errors import DataError, MarkupError
from tests.documents import CLASSIFICATION, REGRESSION
from tests.spark.documents import CONSTANT, DOTTED
from tests.spark_session import session

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from pmmlkit.spark import PMMLFunction

EXPECTED = [15.0, 8.0, None, None]


def function(source: bytes = REGRESSION, **parameters: Any) -> PMMLFunction:
    session()
    from pmmlkit.spark import spark_udf

    return spark_udf(source, **parameters)


def table() -> DataFrame:
    rows = [(2.0, "red"), (3.5, "blue"), (None, "red"), (500.0, "red")]
    return session().createDataFrame(rows, "x double, colour string").coalesce(1)


def test_without_arguments_the_columns_have_the_names_of_fields() -> None:
    scored = table().withColumn("result", function()())
    assert scored.columns == ["x", "colour", "result"]
    assert scored.schema["result"].dataType.simpleString() == (
        "struct<y:double,pmmlException:string>"
    )
    found = [row["result"] for row in scored.collect()]
    assert [row["y"] for row in found] == EXPECTED
    assert "500" in found[3]["pmmlException"]
    assert [row["pmmlException"] for row in found[:3]] == [None] * 3


def test_columns_in_order_and_by_name() -> None:
    from pyspark.sql import functions

    renamed = table().toDF("the.x", "c")
    score = function(exceptionCol=None)
    assert score.fields == ("x", "colour")
    calls = [
        score("the.x", "c"),
        score(functions.col("`the.x`"), "c"),
        score(colour="c", x=functions.col("`the.x`") + 0),
    ]
    for call in calls:
        found = renamed.limit(3).select(call.alias("r")).select("r.y").collect()
        assert [row["y"] for row in found] == EXPECTED[:3]
    part = renamed.withColumnRenamed("c", "colour").limit(3).select(score(x="the.x").y)
    assert [row[0] for row in part.collect()] == EXPECTED[:3]


def test_wrong_arguments() -> None:
    score = function()
    with pytest.raises(DataError, match="3 columns are given, and the model reads 2"):
        score("a", "b", "c")
    with pytest.raises(DataError, match="no field 'z'; it has 'x', 'colour'"):
        score(z="a")
    with pytest.raises(DataError, match="not both"):
        score("a", colour="b")


def test_results_are_chosen() -> None:
    score = function(CLASSIFICATION, outputs=False, exceptionCol=None)
    assert score.returnType.simpleString() == "struct<kind:string>"
    score = function(DOTTED, exceptionCol="why", syntheticTargetName="result")
    assert score.returnType.names == ["result", "why"]


def test_names_with_dots_and_quotes() -> None:
    frame = session().createDataFrame([(2.0, 3.0)], ["Sepal.Length", "a `b` c"])
    assert frame.select(function(DOTTED)()._target).collect()[0][0] == 35.0


def test_a_model_that_reads_nothing() -> None:
    assert session().range(1).select(function()("id", "id")).columns == ["pmml(id, id)"]
    scored = session().range(3, numPartitions=1).select(function(CONSTANT)().y)
    assert [row[0] for row in scored.collect()] == [7.0] * 3


def test_in_sql() -> None:
    session().udf.register("score", function().function)
    table().createOrReplaceTempView("rows")
    found = session().sql("select score(x, colour).y from rows").collect()
    assert [row[0] for row in found] == EXPECTED


def test_vectors_are_refused() -> None:
    from pyspark.errors import PySparkException
    from pyspark.sql import functions

    score = function(exceptionCol=None)
    with pytest.raises(PySparkException, match="vector_to_array"):
        table().select(score(functions.array("x"), "colour")).collect()


def test_what_is_no_document() -> None:
    with pytest.raises(MarkupError):
        function(b"<PMML")


def test_pandas_udf_where_spark_has_no_arrow_udf() -> None:
    """The releases before 4.1; run here through the function that they get."""
    import pandas as pd

    from pmmlkit.spark.udf import _frame

    frame = _frame(
        function()._scoring, (pd.Series([2.0, None]), pd.Series(["red", "blue"], dtype=object))
    )
    assert frame["y"].tolist()[0] == 15.0
    assert frame["y"].isna().tolist() == [False, True]
    assert frame.columns.tolist() == ["y", "pmmlException"]

"""What test_connect.py runs in a process of its own: one Connect server, and what runs on it.

Says ``passed`` at the end; an assertion that fails ends it.
"""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pmmlkit.errors import DataError
from tests.documents import REGRESSION
from tests.exporters.spark.data import people
from tests.spark_session import SETTINGS

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

Y = [15.0, 8.0, None, None]


def main() -> None:
    warnings.simplefilter("ignore")  # PySpark's own
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.remote("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    spark = builder.getOrCreate()
    assert "connect" in type(spark).__module__
    rows = [(2.0, "red"), (3.5, "blue"), (None, "red"), (500.0, "red")]
    table = spark.createDataFrame(rows, "x double, colour string").coalesce(1)
    try:
        transforms(table)
        functions(spark, table)
        with tempfile.TemporaryDirectory() as folder:
            saves(table, Path(folder))
        exports(spark)
    finally:
        spark.stop()
    sys.stdout.write("passed\n")


def transforms(table: DataFrame) -> None:
    from pmmlkit.spark import PMMLTransformer

    scored = PMMLTransformer(REGRESSION).transform(table)
    assert scored.columns == ["x", "colour", "y", "pmmlException"]
    found = scored.collect()
    assert [row["y"] for row in found] == Y
    assert "500" in found[3]["pmmlException"]
    nested = PMMLTransformer(REGRESSION, resultsCol="r", inputs=False).transform(table)
    assert [row["r"] and row["r"]["y"] for row in nested.collect()] == Y
    with pytest.raises(DataError, match="lacks column 'colour'"):
        PMMLTransformer(REGRESSION).transform(table.drop("colour"))


def functions(spark: SparkSession, table: DataFrame) -> None:
    from pmmlkit.spark import spark_udf

    score = spark_udf(REGRESSION)
    assert [row[0] for row in table.select(score().y).collect()] == Y
    renamed = table.toDF("the.x", "c")
    assert [row[0] for row in renamed.select(score(x="the.x", colour="c").y).collect()] == Y
    spark.udf.register("score", score.function)
    table.createOrReplaceTempView("rows")
    assert [row[0] for row in spark.sql("select score(x, colour).y from rows").collect()] == Y


def saves(table: DataFrame, folder: Path) -> None:
    from pyspark.ml import Pipeline, PipelineModel
    from pyspark.ml.feature import StringIndexer

    from pmmlkit.spark import PMMLTransformer

    made = PMMLTransformer(REGRESSION, exceptionCol="why")
    path = str(folder / "scoring")
    made.save(path)
    with pytest.raises(DataError, match="cannot be saved there"):
        made.save(path)
    made.setInputs(False).write().overwrite().save(path)
    loaded = PMMLTransformer.load(path)
    assert loaded.transform(table).columns == ["y", "why"]
    indexer = StringIndexer(inputCol="colour", outputCol="index")
    fitted = Pipeline(stages=[indexer, PMMLTransformer(REGRESSION)]).fit(table)
    fitted.write().overwrite().save(str(folder / "pipeline"))
    scored = PipelineModel.load(str(folder / "pipeline")).transform(table)
    assert scored.columns == ["x", "colour", "index", "y", "pmmlException"]
    assert [row["y"] for row in scored.collect()] == Y


def exports(spark: SparkSession) -> None:
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, VectorAssembler
    from pyspark.ml.regression import LinearRegression

    import pmmlkit

    table = people(spark)
    stages: list[Any] = [
        StringIndexer(inputCol="city", outputCol="city_index"),
        VectorAssembler(inputCols=["age", "income", "city_index"], outputCol="features"),
        LinearRegression(labelCol="spent"),
    ]
    fitted = Pipeline(stages=stages).fit(table)
    rows = fitted.transform(table).collect()
    model = pmmlkit.load(pmmlkit.export(fitted, schema=table.schema))
    columns = {name: [row[name] for row in rows] for name in table.columns}
    predicted = [row["prediction"] for row in rows]
    assert model.evaluate(columns)["spent"].tolist() == pytest.approx(predicted, rel=1e-12)


if __name__ == "__main__":
    main()

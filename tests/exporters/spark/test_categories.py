"""Categories of Spark: indices, one-hot vectors, target encoding."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.data import people
from tests.spark_session import session


def _fitted(frame: Any, *stages: Any) -> tuple[Any, Any]:
    from pyspark.ml import Pipeline

    return Pipeline(stages=list(stages)).fit(frame), frame


def _one_hot() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.ml.regression import LinearRegression
    from pyspark.sql import functions

    infinite = float("inf")
    frame = people(session()).withColumn("third", functions.expr("age % 3"))
    frame = frame.withColumn("half", functions.expr("age % 2 / 2.0D"))
    return _fitted(
        frame,
        feature.StringIndexer(
            inputCols=["city", "level", "half", "third"],
            outputCols=["city_index", "level_index", "half_index", "third_index"],
        ),
        feature.Bucketizer(
            inputCol="income", outputCol="bin", splits=[-infinite, 12.0, 20.0, 30.0, infinite]
        ),
        feature.OneHotEncoder(
            inputCols=["city_index", "level_index", "half_index"],
            outputCols=["city_one", "level_one", "half_one"],
        ),
        feature.OneHotEncoder(
            inputCols=["third", "third_index", "bin"],
            outputCols=["third_one", "third_index_one", "bin_one"],
            dropLast=False,
        ),
        feature.VectorAssembler(
            inputCols=[
                "age",
                "city_one",
                "level_one",
                "half_one",
                "third_one",
                "third_index_one",
                "bin_one",
            ],
            outputCol="features",
        ),
        LinearRegression(labelCol="spent", regParam=0.1, maxIter=5, solver="l-bfgs"),
    )


def _kept() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.ml.regression import LinearRegression
    from pyspark.sql import functions

    frame = people(session(), gaps=True).filter("income is not null and height is not null")
    odd = functions.when(functions.col("city") == "Bonn", "Paris").otherwise(functions.col("city"))
    model, _ = _fitted(
        frame,
        feature.StringIndexer(inputCol="city", outputCol="city_index", handleInvalid="keep"),
        feature.StringIndexer(
            inputCol="age",
            outputCol="age_index",
            handleInvalid="keep",
            stringOrderType="alphabetAsc",
        ),
        feature.OneHotEncoder(
            inputCols=["city_index", "age_index"],
            outputCols=["city_one", "age_one"],
            handleInvalid="keep",
        ),
        feature.OneHotEncoder(inputCol="city_index", outputCol="city_all", dropLast=False),
        feature.VectorAssembler(
            inputCols=["income", "city_one", "age_one", "city_all"], outputCol="features"
        ),
        LinearRegression(labelCol="spent", regParam=0.1, maxIter=5, solver="l-bfgs"),
    )
    asked = frame.withColumn("city", odd).withColumn(
        "age", functions.expr("if(age > 70, age + 100, age)")
    )
    return model, asked


def _targets() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.sql import functions

    frame = people(session()).withColumn("third", functions.expr("age % 3"))
    return _fitted(
        frame,
        feature.StringIndexer(inputCol="city", outputCol="city_index"),
        feature.TargetEncoder(
            inputCols=["city_index", "third"],
            outputCols=["city_mean", "third_mean"],
            labelCol="spent",
            targetType="continuous",
            smoothing=2.0,
        ),
        feature.TargetEncoder(
            inputCol="city_index",
            outputCol="city_share",
            labelCol="bought",
            targetType="binary",
            handleInvalid="keep",
        ),
    )


def _unseen() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.sql import functions

    frame = people(session()).withColumn("third", functions.expr("age % 3"))
    with_null = frame.withColumn("third", functions.expr("if(third = 1, null, third)"))
    model, _ = _fitted(
        with_null,
        feature.TargetEncoder(
            inputCol="third",
            outputCol="mean",
            labelCol="spent",
            targetType="continuous",
            handleInvalid="keep",
        ),
    )
    return model, with_null.withColumn("third", functions.expr("if(age > 60, 9, third)"))


CASES = {"one_hot": _one_hot, "kept": _kept}
TRANSFORMERS = {"targets": _targets}
GAPS = {"unseen": _unseen}


@cache
def _case(name: str) -> Case:
    return case_of(name, (CASES | TRANSFORMERS | GAPS)[name])


@cache
def _summed(name: str) -> Case:
    return _case(name) if name in CASES else _case(name).with_sum()


@pytest.mark.parametrize("name", CASES | TRANSFORMERS | GAPS)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES | TRANSFORMERS)
def test_engines(name: str, oracle: Oracle) -> None:
    _summed(name).check(oracle)

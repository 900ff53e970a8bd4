"""Scalers, bins and imputers of Spark."""

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


def _scalers() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.ml.linalg import Vectors
    from pyspark.sql import functions

    frame = people(session()).withColumn("same", functions.lit(5.0))
    columns = ["age", "income", "height", "member", "same"]
    weights = Vectors.dense([1, 0, 2, -3, 4])

    def centered(name: str) -> Any:
        return feature.StandardScaler(
            inputCol="v", outputCol=name, withMean=True, withStd=name == "both"
        )

    return _fitted(
        frame,
        feature.VectorAssembler(inputCols=columns, outputCol="v"),
        feature.StandardScaler(inputCol="v", outputCol="scaled"),
        centered("centered"),
        centered("both"),
        feature.MinMaxScaler(inputCol="v", outputCol="ranged", min=-1.0, max=2.0),
        feature.MaxAbsScaler(inputCol="both", outputCol="max_abs"),
        feature.RobustScaler(inputCol="v", outputCol="robust"),
        feature.RobustScaler(inputCol="v", outputCol="robust_centered", withCentering=True),
        feature.ElementwiseProduct(inputCol="v", outputCol="product", scalingVec=weights),
    )


def _norms() -> tuple[Any, Any]:
    from pyspark.ml import feature

    return _fitted(
        people(session()),
        feature.VectorAssembler(inputCols=["age", "income", "member"], outputCol="v"),
        *(
            feature.Normalizer(inputCol="v", outputCol=f"norm_{at}", p=p)
            for at, p in enumerate((1.0, 2.0, 3.0, float("inf")))
        ),
        feature.VectorAssembler(inputCols=["member"], outputCol="flag"),
        feature.Normalizer(inputCol="flag", outputCol="flag_norm"),
    )


def _bins() -> tuple[Any, Any]:
    from pyspark.ml import feature

    infinite = float("inf")
    frame = people(session())
    return _fitted(
        frame,
        feature.Binarizer(inputCol="income", outputCol="rich", threshold=20.0),
        feature.Binarizer(
            inputCols=["spent", "height"], outputCols=["much", "tall"], thresholds=[8.0, 170.0]
        ),
        feature.VectorAssembler(inputCols=["income", "member", "height"], outputCol="v"),
        feature.Binarizer(inputCol="v", outputCol="vector_binary", threshold=0.5),
        feature.Bucketizer(
            inputCol="age", outputCol="decade", splits=[18.0, 30.0, 40.0, max_age(frame)]
        ),
        feature.Bucketizer(
            inputCols=["income", "height"],
            outputCols=["income_bin", "height_bin"],
            splitsArray=[[-infinite, 10.0, 20.0, infinite], [-infinite, 160.0, 1000.0]],
        ),
        feature.QuantileDiscretizer(inputCol="spent", outputCol="spent_bin", numBuckets=4),
        feature.QuantileDiscretizer(
            inputCols=["height", "income"],
            outputCols=["height_quantile", "income_quantile"],
            numBucketsArray=[3, 3],
        ),
    )


def max_age(frame: Any) -> float:
    """Return the largest age: the last bucket is closed."""
    return float(frame.agg({"age": "max"}).collect()[0][0])


def _gaps() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.sql import functions

    infinite = float("inf")
    frame = people(session(), gaps=True)
    lost = functions.when(functions.col("income").isNull(), float("nan"))
    frame = frame.withColumn("gain", lost.otherwise(functions.col("income")))
    frame = frame.withColumn("small", functions.col("height").cast("float"))
    frame = frame.withColumn("years", functions.expr("if(age > 70, null, age)"))
    return _fitted(
        frame,
        feature.Bucketizer(
            inputCol="gain",
            outputCol="gain_bin",
            splits=[-infinite, 12.0, 20.0, infinite],
            handleInvalid="keep",
        ),
        feature.Imputer(
            inputCols=["income", "height", "small", "years"],
            outputCols=["income_full", "height_full", "small_full", "years_full"],
        ),
        feature.Imputer(inputCol="gain", outputCol="gain_median", strategy="median"),
        feature.Imputer(inputCol="years", outputCol="years_mode", strategy="mode"),
        feature.Imputer(
            inputCols=["years", "height"],
            outputCols=["years_marked", "height_marked"],
            missingValue=70.0,
        ),
        feature.VectorAssembler(inputCols=["income_full", "years_full"], outputCol="v"),
        feature.MaxAbsScaler(inputCol="v", outputCol="scaled"),
    )


CASES = {"scalers": _scalers, "norms": _norms, "bins": _bins}
GAPS = {"gaps": _gaps}


@cache
def _case(name: str) -> Case:
    return case_of(name, (CASES | GAPS)[name])


@cache
def _summed(name: str) -> Case:
    return _case(name).with_sum()


@pytest.mark.parametrize("name", CASES | GAPS)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _summed(name).check(oracle)

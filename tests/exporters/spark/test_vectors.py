"""Stages of Spark that make vectors of vectors: products, projections, choices."""

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


def _projections() -> tuple[Any, Any]:
    from pyspark.ml import feature

    return _fitted(
        people(session()),
        feature.VectorAssembler(inputCols=["age", "income", "member", "height"], outputCol="v"),
        feature.PCA(inputCol="v", outputCol="components", k=2),
        feature.DCT(inputCol="v", outputCol="cosines"),
        feature.DCT(inputCol="v", outputCol="back", inverse=True),
    )


def _products() -> tuple[Any, Any]:
    from pyspark.ml import feature

    return _fitted(
        people(session()),
        feature.StringIndexer(inputCol="city", outputCol="city_index"),
        feature.StringIndexer(inputCol="level", outputCol="level_index"),
        feature.OneHotEncoder(inputCol="level_index", outputCol="level_one", dropLast=False),
        feature.VectorAssembler(inputCols=["income", "member", "height"], outputCol="v"),
        feature.PolynomialExpansion(inputCol="v", outputCol="powers", degree=3),
        feature.Interaction(inputCols=["age", "v"], outputCol="age_v"),
        feature.Interaction(inputCols=["level_one", "city_index", "v"], outputCol="by_city"),
        feature.Interaction(inputCols=["bought", "level_one"], outputCol="by_bought"),
    )


def _choices() -> tuple[Any, Any]:
    from pyspark.ml import feature

    columns = ["age", "income", "member", "height", "spent"]
    return _fitted(
        people(session()),
        feature.StringIndexer(inputCol="city", outputCol="city_index"),
        feature.OneHotEncoder(inputCol="city_index", outputCol="city_one"),
        feature.StringIndexer(inputCol="kind", outputCol="label"),
        feature.VectorAssembler(inputCols=columns, outputCol="v"),
        feature.VectorSizeHint(inputCol="v", size=5),
        feature.VectorAssembler(inputCols=["city_one", "v"], outputCol="all"),
        feature.VectorSlicer(
            inputCol="all", outputCol="slice", indices=[5, 1], names=["v_spent", "city_one_Rome"]
        ),
        feature.VectorSlicer(inputCol="slice", outputCol="again", names=["city_one_Rome"]),
        feature.UnivariateFeatureSelector(
            outputCol="univariate", selectionMode="numTopFeatures", featuresCol="all"
        )
        .setFeatureType("continuous")
        .setLabelType("categorical")
        .setSelectionThreshold(3),
        feature.ChiSqSelector(featuresCol="city_one", outputCol="chi", numTopFeatures=2),
        feature.VarianceThresholdSelector(
            featuresCol="all", outputCol="variance", varianceThreshold=0.3
        ),
    )


def _indexed() -> tuple[Any, Any]:
    from pyspark.ml import feature
    from pyspark.sql import functions

    frame = people(session()).withColumn("third", functions.expr("age % 3 - 1.0D"))
    return _fitted(
        frame,
        feature.StringIndexer(inputCol="city", outputCol="city_index"),
        feature.VectorAssembler(inputCols=["age", "third", "member", "city_index"], outputCol="v"),
        feature.VectorIndexer(inputCol="v", outputCol="indexed", maxCategories=4),
        feature.VectorIndexer(
            inputCol="v", outputCol="kept", maxCategories=4, handleInvalid="keep"
        ),
        feature.VectorIndexer(
            inputCol="v", outputCol="skipped", maxCategories=2, handleInvalid="skip"
        ),
    )


CASES = {
    "projections": _projections,
    "products": _products,
    "choices": _choices,
    "indexed": _indexed,
}


@cache
def _case(name: str) -> Case:
    return case_of(name, CASES[name])


@cache
def _summed(name: str) -> Case:
    return _case(name).with_sum()


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _summed(name).check(oracle)

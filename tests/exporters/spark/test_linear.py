"""Weighted sums of Spark."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.data import people
from tests.spark_session import session


def _regression() -> tuple[Any, Any]:
    from pyspark.ml import Pipeline
    from pyspark.ml.feature import StringIndexer, VectorAssembler
    from pyspark.ml.regression import LinearRegression

    frame = people(session())
    pipeline = Pipeline(
        stages=[
            StringIndexer(inputCol="city", outputCol="city_index"),
            VectorAssembler(inputCols=["age", "income", "city_index"], outputCol="features"),
            LinearRegression(labelCol="spent"),
        ]
    )
    return pipeline.fit(frame), frame


CASES = {"linear_regression": _regression}


@cache
def _case(name: str) -> Case:
    return case_of(name, CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)

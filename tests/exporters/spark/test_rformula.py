"""RFormula: terms of columns, of texts, and their products; labels that are numbers or texts."""

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
    from pyspark.ml.feature import RFormula
    from pyspark.ml.regression import LinearRegression

    frame = people(session())
    formula = RFormula(formula="spent ~ age + city + income:level + member", handleInvalid="keep")
    pipeline = Pipeline(stages=[formula, LinearRegression(regParam=0.01)])
    return pipeline.fit(frame), frame


def _classification() -> tuple[Any, Any]:
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import RFormula

    frame = people(session()).drop("spent", "bought")
    formula = RFormula(formula="kind ~ . - height", labelCol="answer", featuresCol="terms")
    model = LogisticRegression(labelCol="answer", featuresCol="terms", regParam=0.01)
    return Pipeline(stages=[formula, model]).fit(frame), frame


CASES = {"rformula_regression": _regression, "rformula_classification": _classification}


@cache
def _case(name: str) -> Case:
    return case_of(name, CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)

"""Regressions of Spark: generalized sums, survival, curves and factors."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.fitted import behind, prepared

Make = Callable[[], tuple[Any, Any]]


def _regression(kind: str, label: str = "spent", **options: Any) -> Make:
    def make() -> tuple[Any, Any]:
        from pyspark.ml import regression

        prepared()
        return behind(getattr(regression, kind)(labelCol=label, **options))

    return make


def _general(family: str, link: str | None = None, *columns: str, **powers: float) -> Make:
    """Return the maker of a pipeline with another family and link for the same coefficients, whose
    sums lie between 0 and 1; `columns` of ``eta`` and ``exposure``, the sum and the offset.
    """

    def make() -> tuple[Any, Any]:
        from pyspark.ml import PipelineModel

        fitted, frame = _fitted()
        model = fitted.stages[-1]
        given: dict[Any, Any] = {model.family: family}
        if link is not None:
            given[model.link] = link
        if "eta" in columns:
            given[model.linkPredictionCol] = "eta"
        if "exposure" in columns:
            given[model.offsetCol] = "exposure"
        given.update({getattr(model, name): power for name, power in powers.items()})
        return PipelineModel([*fitted.stages[:-1], model.copy(given)]), frame

    return make


@cache
def _fitted() -> tuple[Any, Any]:
    return _regression("GeneralizedLinearRegression", "share", regParam=0.1)()


CASES = {
    "huber": _regression("LinearRegression", loss="huber", maxIter=5),
    "gaussian identity": _general("gaussian", None, "eta", "exposure"),
    "gaussian log": _general("gaussian", "log"),
    "gaussian inverse": _general("gaussian", "inverse"),
    "binomial logit": _general("binomial", None, "eta", "exposure"),
    "binomial probit": _general("binomial", "probit"),
    "binomial cloglog": _general("binomial", "cloglog", "exposure"),
    "poisson log": _general("poisson", "log"),
    "poisson identity": _general("Poisson", "Identity", "exposure"),
    "poisson sqrt": _general("poisson", "sqrt", "eta"),
    "gamma inverse": _general("gamma"),
    "tweedie": _general("tweedie", variancePower=1.5),
    "tweedie power": _general("tweedie", None, "eta", variancePower=1.2, linkPower=0.25),
    "tweedie inverse": _general("tweedie", variancePower=2.0),
    "tweedie log": _general("tweedie", variancePower=1.6, linkPower=0.0),
    "survival": _regression(
        "AFTSurvivalRegression",
        "income",
        censorCol="censor",
        maxIter=5,
        quantilesCol="quantiles",
        quantileProbabilities=[0.1, 0.5, 0.9],
    ),
    "isotonic": _regression("IsotonicRegression", featuresCol="share"),
    "antitonic": _regression("IsotonicRegression", isotonic=False, featureIndex=1),
    "factors": _regression("FMRegressor", factorSize=2, seed=5, maxIter=5),
}


@cache
def _case(name: str) -> Case:
    return case_of(f"regression {name}", CASES[name])


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)

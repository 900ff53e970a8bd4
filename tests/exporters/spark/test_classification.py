"""Classifications of Spark by sums, layers, factors and distributions."""

from __future__ import annotations

import gc
import os
import warnings
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.exporters.spark.fitted import behind, prepared

Make = Callable[[], tuple[Any, Any]]


def _classifier(
    kind: str, label: str, *, thresholds: list[float] | None = None, **options: Any
) -> Make:
    """Return the maker of a pipeline that ends with a classifier and, where its labels were texts,
    with these.
    """

    def make() -> tuple[Any, Any]:
        from pyspark.ml import classification
        from pyspark.ml.feature import IndexToString

        prepared()
        model = getattr(classification, kind)(labelCol=label, **options)
        if thresholds is not None:
            model.setThresholds(thresholds)
        if label == "bought":
            return behind(model)
        (labels,) = [
            stage.labelsArray[stage.getOutputCols().index(label)]
            for stage in prepared()[0].stages
            if hasattr(stage, "labelsArray")
        ]
        name = IndexToString(inputCol="prediction", outputCol="answer", labels=labels)
        return behind(model, name)

    return make


def _stacked() -> tuple[Any, Any]:
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.clustering import KMeans
    from pyspark.ml.feature import VectorAssembler
    from pyspark.ml.regression import LinearRegression

    prepared()
    return behind(
        KMeans(k=3, seed=1, maxIter=3, predictionCol="group"),
        VectorAssembler(inputCols=["features", "group"], outputCol="more"),
        LogisticRegression(
            featuresCol="more",
            labelCol="level_index",
            rawPredictionCol="raw",
            probabilityCol="shares",
            predictionCol="first",
            threshold=0.45,
            maxIter=5,
        ),
        VectorAssembler(inputCols=["raw", "shares", "first", "age"], outputCol="last"),
        LinearRegression(featuresCol="last", labelCol="spent", regParam=0.1, solver="l-bfgs"),
    )


def _one_against_rest(kind: str, label: str = "kind_index", **options: Any) -> Make:
    def make() -> tuple[Any, Any]:
        from pyspark.ml import classification

        prepared()
        inner = getattr(classification, kind)(**options)
        features = options.get("featuresCol", "features")
        whole = classification.OneVsRest(classifier=inner, labelCol=label, featuresCol=features)
        with warnings.catch_warnings():
            # PySpark leaves the threads of its parallel fits to the collector
            warnings.simplefilter("ignore", ResourceWarning)
            found = behind(whole)
            gc.collect()
        return found

    return make


LOGISTIC = "LogisticRegression"
BAYES = "NaiveBayes"
NETWORK = "MultilayerPerceptronClassifier"

CASES = {
    "logistic": _classifier(LOGISTIC, "bought", regParam=0.2, elasticNetParam=0.5, maxIter=5),
    "logistic threshold": _classifier(LOGISTIC, "level_index", threshold=0.45, maxIter=5),
    "logistic thresholds": _classifier(
        LOGISTIC, "bought", family="multinomial", maxIter=5, thresholds=[0.7, 0.3]
    ),
    "logistic three": _classifier(LOGISTIC, "kind_index", maxIter=5),
    "logistic three thresholds": _classifier(
        LOGISTIC, "kind_index", thresholds=[0.5, 0.1, 0.4], maxIter=5
    ),
    "vector machine": _classifier("LinearSVC", "bought", maxIter=5),
    "vector machine threshold": _classifier("LinearSVC", "level_index", maxIter=5, threshold=0.05),
    "network": _classifier(NETWORK, "kind_index", layers=[4, 5, 3], seed=3, maxIter=5),
    "network thresholds": _classifier(
        NETWORK, "bought", layers=[4, 2], seed=3, maxIter=5, thresholds=[0.8, 0.2]
    ),
    "factors": _classifier("FMClassifier", "bought", factorSize=2, seed=5, maxIter=5),
    "factors labels": _classifier("FMClassifier", "level_index", factorSize=3, seed=5, maxIter=5),
    "bayes multinomial": _classifier(BAYES, "kind_index"),
    "bayes complement": _classifier(BAYES, "bought", modelType="complement"),
    "bayes bernoulli": _classifier(BAYES, "kind_index", modelType="bernoulli", featuresCol="flags"),
    "bayes gaussian": _classifier(BAYES, "bought", modelType="gaussian", thresholds=[0.9, 0.1]),
    "rest logistic": _one_against_rest(LOGISTIC, maxIter=5),
    "rest vector machine": _one_against_rest("LinearSVC", "bought", maxIter=5),
    "rest bayes": _one_against_rest(BAYES, modelType="gaussian"),
    "rest factors": _one_against_rest("FMClassifier", "bought", factorSize=2, maxIter=5),
    "rest network": _one_against_rest(NETWORK, "bought", layers=[4, 2], maxIter=5, seed=2),
    "rest tree": _one_against_rest("DecisionTreeClassifier", maxDepth=2),
    "rest boosting": _one_against_rest("GBTClassifier", "bought", maxDepth=2, maxIter=2, seed=1),
    "rest forest": _one_against_rest("RandomForestClassifier", maxDepth=2, numTrees=2, seed=1),
    "stacked": _stacked,
}

IN_FULL_ONLY = ("rest bayes", "rest boosting", "rest factors", "rest network", "rest tree")
"""These are like others, and each trains a model for each class."""

NAMES = [it for it in CASES if os.environ.get("PMMLKIT_FULL") == "1" or it not in IN_FULL_ONLY]


@cache
def _case(name: str) -> Case:
    return case_of(name, CASES[name])


@pytest.mark.parametrize("name", NAMES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", NAMES)
def test_engines(name: str, oracle: Oracle) -> None:
    _case(name).check(oracle)

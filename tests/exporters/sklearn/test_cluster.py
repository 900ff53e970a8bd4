"""Clusterers: the label of a row, the distances from the centers; against scikit-learn and the
oracles.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.sklearn.clouds import cloud, labels, scoring

pytest.importorskip("sklearn")

from sklearn.cluster import (
    AffinityPropagation,
    Birch,
    BisectingKMeans,
    FeatureAgglomeration,
    KMeans,
    MeanShift,
    MiniBatchKMeans,
)
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import StandardScaler

CLUSTERERS: dict[str, Any] = {
    "k_means": KMeans(4, n_init=2, random_state=0),
    "k_means_scaled": make_pipeline(StandardScaler(), KMeans(3, n_init=2, random_state=0)),
    "mini_batch": MiniBatchKMeans(4, n_init=2, random_state=0),
    "bisecting": BisectingKMeans(5, random_state=0),
    "bisecting_by_size": BisectingKMeans(6, random_state=1, bisecting_strategy="largest_cluster"),
    "mean_shift": MeanShift(),
    "affinity": AffinityPropagation(random_state=0),
    "birch": Birch(threshold=0.8, n_clusters=3),
    "birch_of_all": Birch(threshold=1.8, n_clusters=None),
}

TRANSFORMERS: dict[str, Any] = {
    "k_means": KMeans(4, n_init=2, random_state=0),
    "bisecting": BisectingKMeans(5, random_state=0),
    "birch": Birch(threshold=1.8, n_clusters=None),
    "in_a_union": make_union(StandardScaler(), make_pipeline(StandardScaler(), Birch())),
    "in_columns": make_column_transformer(
        (make_pipeline(StandardScaler(), KMeans(2, n_init=1, random_state=0)), [0, 2])
    ),
}


@pytest.mark.parametrize("name", CLUSTERERS)
def test_labels(name: str, engine: Oracle | None) -> None:
    estimator = CLUSTERERS[name].fit(cloud())
    assert_predicts(estimator, scoring(), oracle=engine, case=f"cluster.{name}")


@pytest.mark.parametrize("name", TRANSFORMERS)
def test_distances(name: str, engine: Oracle | None) -> None:
    y = labels("three_texts")
    estimator = make_pipeline(TRANSFORMERS[name], LogisticRegression(max_iter=1000)).fit(cloud(), y)
    assert_predicts(estimator, scoring(), oracle=engine, case=f"cluster.{name}.distances")


@pytest.mark.parametrize("function", [np.mean, np.max, np.min, np.sum, np.median])
def test_feature_agglomeration(function: Any, engine: Oracle | None) -> None:
    X = np.random.default_rng(3).normal(size=(40, 7))
    estimator = FeatureAgglomeration(2, pooling_func=function).fit(X)
    case = f"cluster.agglomeration.{function.__name__}"
    assert_transforms(estimator, X, oracle=engine, case=case)


def test_a_function_that_pmml_does_not_have() -> None:
    estimator = FeatureAgglomeration(2, pooling_func=np.std).fit(cloud())
    with pytest.raises(ExportError, match="FeatureAgglomeration pools by std"):
        pmmlkit.export(estimator)


def test_a_clusterer_has_no_target_but_a_result_of_its_name() -> None:
    estimator = KMeans(3, n_init=1, random_state=0).fit(cloud())
    document = pmmlkit.export(estimator, y="segment")
    (model,) = document.root.models
    assert type(model).__name__ == "ClusteringModel"
    assert [it.name for it in document.root.data_dictionary.data_fields] == ["x1", "x2", "x3"]
    found = pmmlkit.load(document).evaluate({"x1": 0.0, "x2": 5.0, "x3": 1.0})
    assert found["segment"] == estimator.predict([[0.0, 5.0, 1.0]])[0]


def test_no_clusters() -> None:
    with pytest.warns(UserWarning, match="converge"):
        estimator = AffinityPropagation(max_iter=1, random_state=0).fit(cloud())
    with pytest.raises(ExportError, match="did not converge"):
        pmmlkit.export(estimator)

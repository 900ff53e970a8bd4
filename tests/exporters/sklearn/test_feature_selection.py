"""Chosen columns, and what is predicted from them; the leaves of random trees."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.data import diabetes, iris, iris_frame, labelled

pytest.importorskip("sklearn")

from sklearn import feature_selection as selection
from sklearn.ensemble import RandomTreesEmbedding
from sklearn.feature_selection import RFE, RFECV
from sklearn.linear_model import LinearRegression, LogisticRegression, RidgeClassifier
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline, make_union
from sklearn.tree import DecisionTreeClassifier

SELECTORS: dict[str, Any] = {
    "generic": selection.GenericUnivariateSelect(mode="k_best", param=2),
    "fdr": selection.SelectFdr(),
    "fpr": selection.SelectFpr(alpha=1e-30),
    "fwe": selection.SelectFwe(),
    "from_model": selection.SelectFromModel(DecisionTreeClassifier(max_depth=2, random_state=0)),
    "k_best": selection.SelectKBest(k=2),
    "percentile": selection.SelectPercentile(percentile=50),
    "sequential": selection.SequentialFeatureSelector(
        LogisticRegression(max_iter=500), n_features_to_select=2, cv=2
    ),
    "variance": selection.VarianceThreshold(0.5),
    "elimination": make_union(RFE(LogisticRegression(max_iter=500), n_features_to_select=2)),
}


@pytest.mark.parametrize("name", SELECTORS)
def test_selectors(name: str) -> None:
    X, y = iris()
    assert_transforms(SELECTORS[name].fit(X, y), X)


def test_only_chosen_columns_are_in_the_document() -> None:
    X, y = iris_frame()
    model = make_pipeline(selection.SelectKBest(k=1), LogisticRegression(max_iter=500)).fit(X, y)
    document = assert_predicts(model, X, y).to_bytes()
    assert b"petal" in document
    assert b"sepal" not in document


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda: RFE(LogisticRegression(max_iter=500), n_features_to_select=2), "two_texts"),
        (lambda: RFECV(LogisticRegression(max_iter=500), cv=2), "three_numbers"),
        (lambda: RFE(RidgeClassifier(), n_features_to_select=3), "three_texts"),
    ],
    ids=["logistic", "cross_validated", "ridge"],
)
def test_elimination_predicts(make: Any, kind: str, engine: Oracle | None) -> None:
    X, y = labelled(kind)
    assert_predicts(make().fit(X, y), X, y, oracle=engine, case=f"elimination.{kind}")


def test_elimination_of_a_regression_and_before_another_model(engine: Oracle | None) -> None:
    X, y = diabetes()
    model = RFE(LinearRegression(), n_features_to_select=4).fit(X, y)
    assert_predicts(model, X, y, oracle=engine, case="elimination.regression")
    chain = make_pipeline(RFE(LinearRegression(), n_features_to_select=4), LinearRegression()).fit(
        X, y
    )
    assert_predicts(chain, X, y, oracle=engine, case="elimination.chain")


def test_elimination_decides(engine: Oracle | None) -> None:
    X, y = labelled("three_texts")
    model = OneVsRestClassifier(RFE(RidgeClassifier(), n_features_to_select=2)).fit(X, y)
    assert_predicts(model, X, y, oracle=engine, case="elimination.one_vs_rest")


@pytest.mark.parametrize("options", [{"max_depth": 3}, {"max_leaf_nodes": 6, "max_depth": None}])
def test_leaves_of_random_trees(options: dict[str, Any], engine: Oracle | None) -> None:
    X, _ = iris()
    transformer = RandomTreesEmbedding(4, random_state=0, **options).fit(X)
    scored = np.concatenate([X, X[:5] * 3.0, -X[:5]])
    assert_transforms(transformer, scored, oracle=engine, case="random_trees")


@pytest.mark.parametrize("seed", [0, 1])
def test_random_trees_send_missing_values_left_or_right(seed: int, engine: Oracle | None) -> None:
    X, _ = iris()
    lacking = pd.DataFrame(X, columns=["a", "b", "c", "d"])
    lacking = lacking.mask(np.random.default_rng(seed).random(X.shape) < [0.3, 0.2, 0.0, 0.1])
    transformer = RandomTreesEmbedding(4, max_depth=4, random_state=seed).fit(lacking)
    went = {
        bool(left)
        for member in transformer.estimators_
        for left in member.tree_.missing_go_to_left[member.tree_.feature >= 0]
    }
    assert went == {True, False}
    assert_transforms(transformer, lacking, oracle=engine, case="random_trees.missing")


def test_thresholds_between_floats() -> None:
    X, _ = iris()
    transformer = RandomTreesEmbedding(3, max_depth=4, random_state=1).fit(X)
    thresholds = np.concatenate(
        [member.tree_.threshold[member.tree_.feature >= 0] for member in transformer.estimators_]
    )
    edges = np.concatenate([np.nextafter(thresholds, -np.inf), thresholds, thresholds + 1e-8])
    scored = np.resize(edges, (len(edges), 4))
    assert_transforms(transformer, scored)

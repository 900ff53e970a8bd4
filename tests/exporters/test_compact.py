"""Compact trees and long ones: all engines read both as scikit-learn predicts, with missing values
as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.language.document import Document
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, columns_of

pd = pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from sklearn.ensemble import (
    GradientBoostingClassifier,
    GradientBoostingRegressor,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

ROWS = 120
SMALL = {"n_estimators": 4, "random_state": 0}

ESTIMATORS: Mapping[str, Callable[[], Any]] = {
    "tree": lambda: DecisionTreeClassifier(max_depth=5, random_state=0),
    "forest_classes": lambda: RandomForestClassifier(**SMALL),
    "forest_number": lambda: RandomForestRegressor(**SMALL),
    "boosting_classes": lambda: GradientBoostingClassifier(max_depth=4, **SMALL),
    "boosting_number": lambda: GradientBoostingRegressor(max_depth=4, **SMALL),
    "boosting_behind_scaler": lambda: make_pipeline(
        StandardScaler(), GradientBoostingRegressor(max_depth=4, **SMALL)
    ),
    "hist_boosting": lambda: HistGradientBoostingRegressor(max_iter=4, min_samples_leaf=4),
}
REFUSING = [name for name in ESTIMATORS if name.startswith("boosting")]
ROUTING = [name for name in ESTIMATORS if name not in REFUSING]


@cache
def _fitted(name: str, missing: bool) -> tuple[Any, Any, Any]:
    random = np.random.default_rng(4)
    X = pd.DataFrame(np.round(random.normal(size=(ROWS, 3)) * 8.0) / 8.0, columns=list("abc"))
    y = pd.Series(X["a"] + 2.0 * X["b"] * X["c"] + random.normal(size=ROWS), name="y")
    if missing:
        X = X.mask(random.random(X.shape) < 0.15)
    estimator = ESTIMATORS[name]()
    if name == "tree" or name.endswith("classes"):
        y = pd.Series(np.array(["low", "mid", "high"])[np.digitize(y, [-1.0, 1.0])], name="y")
    return estimator.fit(X, y), X, y


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("missing", [True, False])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_engines_agree(oracle: Oracle, name: str, missing: bool, compact: bool) -> None:
    if missing and name in REFUSING:
        pytest.skip("learns no missing values")
    estimator, X, y = _fitted(name, missing)
    assert_predicts(estimator, X, y, oracle=oracle, compact=compact)


@pytest.mark.parametrize("compact", [True, False])
@pytest.mark.parametrize("missing", [True, False])
@pytest.mark.parametrize("name", ESTIMATORS)
def test_pmmlkit_agrees(name: str, missing: bool, compact: bool) -> None:
    if missing and name in REFUSING:
        pytest.skip("learns no missing values")
    estimator, X, y = _fitted(name, missing)
    assert_predicts(estimator, X, y, compact=compact)


@pytest.mark.parametrize("name", ROUTING)
def test_missing_values_go_where_they_go_though_training_had_none(
    oracle: Oracle, name: str
) -> None:
    estimator, X, y = _fitted(name, missing=False)
    lacking = X.mask(np.random.default_rng(1).random(X.shape) < 0.3)
    document = pmmlkit.export(estimator, X=X, y=y)
    predicted = estimator.predict(lacking).tolist()
    for found in (
        pmmlkit.load(document.to_bytes()).evaluate(columns_of(lacking))["y"],
        oracle.evaluate(document.to_bytes(), columns_of(lacking)).columns["y"],
    ):
        wrong = [
            pair
            for pair in zip(found, predicted, strict=True)
            if pair[0] != (pair[1] if isinstance(pair[1], str) else pytest.approx(pair[1], 1e-12))
        ]
        assert not wrong


@pytest.mark.parametrize("name", REFUSING)
def test_missing_values_that_the_learner_refuses_have_no_prediction(
    oracle: Oracle, name: str
) -> None:
    estimator, X, y = _fitted(name, missing=False)
    lacking = X.assign(a=np.nan, b=np.nan, c=np.nan)
    columns = columns_of(pd.concat([X[:3], lacking[:3]]))
    document = pmmlkit.export(estimator, X=X, y=y)
    found = oracle.evaluate(document.to_bytes(), columns).columns["y"]
    ours = pmmlkit.load(document.to_bytes()).evaluate(columns, errors="column")
    assert [value is None for value in found] == [False] * 3 + [True] * 3
    assert np.ma.getmaskarray(ours["pmmlkit_error"]).tolist() == [True] * 3 + [False] * 3


def _elements(document: Document) -> int:
    return document.to_bytes().count(b"<Node")


def test_a_compact_document_has_half_of_the_nodes() -> None:
    estimator, X, y = _fitted("forest_number", missing=False)
    leaves = sum(tree.get_n_leaves() for tree in estimator.estimators_)
    nodes = sum(tree.tree_.node_count for tree in estimator.estimators_)
    assert _elements(pmmlkit.export(estimator, X=X, y=y)) == leaves
    assert _elements(pmmlkit.export(estimator, X=X, y=y, compact=False)) == nodes

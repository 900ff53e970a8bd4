"""Boosters behind transformers; above all what becomes of the zeros of sparse matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

pytest.importorskip("xgboost")
pytest.importorskip("pandas")
pytest.importorskip("sklearn")

from scipy import sparse
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import PCA
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction import DictVectorizer
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.pipeline import FeatureUnion, make_pipeline
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    OneHotEncoder,
    OrdinalEncoder,
    StandardScaler,
)
from xgboost import XGBClassifier, XGBRegressor

import pmmlkit
from pmmlkit.exporters.sklearn.sparse import gives_sparse
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts
from tests.exporters.xgboost.cases import ULPS, expected_of, frame, frame_signal

TEXTS = ["island", "ring"]
NUMBERS = ["mass", "depth", "pH", "year", "adult"]


def _rows() -> Any:
    """Return the frame with text for categories, and zeros among its numbers."""
    X = frame().drop(columns=["island"])
    island = frame()["island"].astype(object)
    X["island"] = island.where(island.notna(), "none").replace("Dréam", "Dream")
    X["ring"] = X["ring"].astype(np.int64)
    X["year"] = X["year"] - 2005
    return X


def _columns(encoder: Any, numbers: Any, **options: Any) -> ColumnTransformer:
    return ColumnTransformer([("texts", encoder, TEXTS), ("numbers", numbers, NUMBERS)], **options)


CASES = {
    "dense one-hot": lambda: _columns(OneHotEncoder(sparse_output=False), "passthrough"),
    "one-hot made dense": lambda: _columns(OneHotEncoder(), "passthrough", sparse_threshold=0.0),
    "sparse one-hot": lambda: _columns(OneHotEncoder(), "passthrough", sparse_threshold=1.0),
    "sparse and scaled": lambda: _columns(
        OneHotEncoder(handle_unknown="ignore"),
        make_pipeline(SimpleImputer(), StandardScaler()),
        sparse_threshold=1.0,
    ),
    "ordinal": lambda: _columns(OrdinalEncoder(), StandardScaler()),
    "only one-hot": lambda: ColumnTransformer([("texts", OneHotEncoder(drop="first"), TEXTS)]),
    "union": lambda: FeatureUnion(
        [
            ("texts", ColumnTransformer([("texts", OneHotEncoder(), TEXTS)])),
            ("numbers", ColumnTransformer([("year", MaxAbsScaler(), ["year", "adult"])])),
        ]
    ),
    "bins": lambda: ColumnTransformer(
        [("bins", KBinsDiscretizer(3, quantile_method="averaged_inverted_cdf"), ["year"])]
    ),
}


def _fitted(case: str) -> Any:
    regressor = XGBRegressor(n_estimators=6, max_depth=4)
    return make_pipeline(CASES[case](), regressor).fit(_rows(), frame_signal())


@pytest.mark.parametrize("case", CASES)
def test_zeros_of_sparse_matrices_are_missing(case: str) -> None:
    pipeline = _fitted(case)
    expected = expected_of(pipeline, _rows(), ulps=ULPS)
    assert_predicts(pipeline, _rows(), frame_signal(), expected=expected)


@pytest.mark.parametrize("case", ["sparse one-hot", "dense one-hot", "sparse and scaled"])
def test_engines_agree(case: str, oracle: Oracle) -> None:
    pipeline = _fitted(case)
    expected = expected_of(pipeline, _rows(), ulps=64 * ULPS)
    assert_predicts(
        pipeline, _rows(), expected=expected, oracle=oracle, case=f"xgboost pipeline {case}"
    )


def test_a_sparse_matrix_and_a_dense_one_are_told_apart() -> None:
    X = np.where(np.arange(60).reshape(20, 3) % 4 == 0, 0.0, np.arange(60.0).reshape(20, 3))
    y = np.where(X[:, 0] == 0.0, 5.0, X[:, 1])
    regressor = XGBRegressor(n_estimators=3).fit(sparse.csr_matrix(X), y)
    rows = {f"x{at + 1}": X[:, at] for at in range(3)}
    for table in (sparse.csr_matrix(X), X):
        document = pmmlkit.export(regressor, X=table)
        found = pmmlkit.load(document.to_bytes()).evaluate(rows)["y"]
        np.testing.assert_array_equal(found, regressor.predict(table))
    assert not np.array_equal(regressor.predict(X), regressor.predict(sparse.csr_matrix(X)))


def test_one_hot_columns_do_not_swell_the_document() -> None:
    document = pmmlkit.export(_fitted("sparse one-hot"), X=_rows())
    text = document.to_bytes().decode()
    assert 'field="island" operator="equal" value="Ross"' in text or 'value="Biscoe"' in text
    assert "DerivedField" not in text


def test_boosters_are_parts_of_ensembles() -> None:
    X = _rows()[NUMBERS].fillna(1.0)
    y = (frame_signal() > 1.0).astype(int)
    voting = VotingClassifier(
        [("a", XGBClassifier(n_estimators=3)), ("b", XGBClassifier(n_estimators=2))], voting="soft"
    ).fit(X, y)
    try:
        document = pmmlkit.export(voting, X=X, y=y)
    except pmmlkit.ExportError as error:
        pytest.skip(f"no converter of VotingClassifier yet: {error}")
    model = pmmlkit.load(document.to_bytes())
    np.testing.assert_allclose(model.predict_proba(X), voting.predict_proba(X), rtol=0, atol=ULPS)


def test_verification_rows_hold() -> None:
    X = _rows()[NUMBERS]
    estimator = XGBClassifier(n_estimators=9).fit(X, (frame_signal() > 1.0).astype(int))
    document = pmmlkit.export(estimator, X=X, verification=20)
    report = pmmlkit.load(document.to_bytes()).verify()
    assert report.ok, str(report)


@pytest.mark.parametrize(
    ("transformer", "from_dense", "from_sparse"),
    [
        (OneHotEncoder(), True, True),
        (OneHotEncoder(sparse_output=False), False, False),
        (MaxAbsScaler(), False, True),
        (SelectKBest(), False, True),
        (PCA(), False, False),
        (DictVectorizer(), True, True),
        (DictVectorizer(sparse=False), False, False),
        (TfidfVectorizer(), True, True),
        (KBinsDiscretizer(encode="onehot-dense"), False, False),
        ("passthrough", False, True),
        (make_pipeline(OneHotEncoder(), MaxAbsScaler()), True, True),
        (make_pipeline(OneHotEncoder(), PCA()), False, False),
        (FeatureUnion([("a", PCA()), ("b", OneHotEncoder())]), True, True),
    ],
)
def test_sparse_matrices_are_known(transformer: Any, from_dense: bool, from_sparse: bool) -> None:
    assert gives_sparse(transformer, False) == from_dense
    assert gives_sparse(transformer, True) == from_sparse

"""The linear models that the matrix leaves out."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import pmmlkit

pytest.importorskip("sklearn")

from sklearn import linear_model

X = np.random.default_rng(2).normal(size=(60, 3))
Y = np.exp(0.3 * X[:, 0] - 0.2 * X[:, 1]) + 0.5
LABELS = np.digitize(Y, [1.2, 1.7])


@pytest.mark.parametrize(
    "model",
    [
        linear_model.RidgeCV(),
        linear_model.LassoCV(cv=3),
        linear_model.ElasticNetCV(cv=3),
        linear_model.BayesianRidge(),
        linear_model.HuberRegressor(),
        linear_model.SGDRegressor(random_state=0),
        linear_model.GammaRegressor(),
    ],
    ids=lambda model: type(model).__name__,
)
def test_regressions(model: Any) -> None:
    model.fit(X, Y)
    found = pmmlkit.load(pmmlkit.export(model, X=X)).predict(X)
    np.testing.assert_allclose(np.asarray(found, float), model.predict(X), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("labels", [LABELS, LABELS > 0], ids=["three", "two"])
def test_logistic_regression_cv(labels: Any) -> None:
    with warnings.catch_warnings():
        # about how its attributes will change
        warnings.simplefilter("ignore")
        model = linear_model.LogisticRegressionCV(Cs=[0.1, 1.0], cv=3).fit(X, labels)
    loaded = pmmlkit.load(pmmlkit.export(model, X=X))
    np.testing.assert_allclose(loaded.predict_proba(X), model.predict_proba(X), rtol=1e-12)
    assert list(loaded.predict(X)) == list(model.predict(X))


def test_a_coefficient_of_zero_needs_no_column() -> None:
    model = linear_model.Lasso(alpha=0.1).fit(X, X[:, 1])
    document = pmmlkit.export(model, X=X)
    assert [it.name for it in document.root.data_dictionary.data_fields] == ["x2", "y"]

"""Documents are held against what a library's own methods say in other terms, and differences are
found in each of its answers.
"""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.exporters.checking import Difference, check_document
from pmmlkit.exporters.files import load_estimator

pd = pytest.importorskip("pandas")

RANDOM = np.random.default_rng(11)
X = pd.DataFrame(np.round(RANDOM.normal(size=(120, 2)), 3), columns=["a", "b"])
COUNT = RANDOM.poisson(np.exp(X["a"]))
CLASS = pd.Series((X["a"] > X["b"]).astype(int), name="bought")
SETTINGS: dict[str, Any] = {"iterations": 4, "verbose": False, "allow_writing_files": False}


def _trained(kind: str, y: Any, seed: int, **settings: Any) -> Any:
    catboost = pytest.importorskip("catboost")
    return getattr(catboost, kind)({"random_seed": seed, **SETTINGS, **settings}).fit(X, y)


@pytest.mark.parametrize(
    ("kind", "settings", "y", "column"),
    [
        ("CatBoost", {"loss_function": "Logloss"}, CLASS, r"probability\(0\)"),
        ("CatBoost", {"loss_function": "Poisson"}, COUNT, "y"),
        ("CatBoost", {"loss_function": "RMSE"}, COUNT, "y"),
    ],
)
def test_a_plain_catboost(kind: str, settings: dict[str, Any], y: Any, column: str) -> None:
    model = _trained(kind, y, 1, **settings)
    document = pmmlkit.export(model, X=X, y=y)
    assert check_document(document, model, X) == len(X)
    other = _trained(kind, y, 2, **settings, depth=2)
    with pytest.raises(Difference, match=column):
        check_document(document, other, X)


def test_a_catboost_file_of_counts(tmp_path: Path) -> None:
    catboost = pytest.importorskip("catboost")
    path = tmp_path / "counts.cbm"
    catboost.CatBoostRegressor(loss_function="Poisson", **SETTINGS).fit(X, COUNT).save_model(path)
    model = load_estimator(path)
    document = pmmlkit.export(model, X=X, y="y")
    assert check_document(document, model, X) == len(X)


def test_a_probability_of_mlxtend() -> None:
    classifier = pytest.importorskip("mlxtend.classifier")
    rows, labels = X.to_numpy(), CLASS.to_numpy()
    model = classifier.LogisticRegression(random_seed=1, epochs=5).fit(rows, labels)
    document = pmmlkit.export(model, X=rows)
    assert check_document(document, model, rows) == len(rows)
    model.b_ = model.b_ + 1e-6
    with pytest.raises(Difference, match="probability"):
        check_document(document, model, rows)


@pytest.mark.parametrize(
    ("attribute", "column"), [("score", "score"), ("predict", "bought"), ("predict_proba", "proba")]
)
def test_each_answer_of_a_scorecard(
    attribute: str, column: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    optbinning = pytest.importorskip("optbinning")
    from sklearn.linear_model import LogisticRegression

    card = optbinning.Scorecard(optbinning.BinningProcess(["a", "b"]), LogisticRegression())
    with warnings.catch_warnings():
        # pandas 3 warns of what optbinning does with its tables
        warnings.simplefilter("ignore")
        card.fit(X, CLASS)
        document = pmmlkit.export(card, X=X, y=CLASS)
        assert check_document(document, card, X) == len(X)
        own = getattr(card, attribute)
        monkeypatch.setattr(card, attribute, lambda rows: own(rows)[::-1])
        with pytest.raises(Difference, match=column):
            check_document(document, card, X)


@pytest.mark.parametrize("kind", ["full", "tied", "diag"])
def test_a_mixture_of_integers(kind: Any) -> None:
    from sklearn.mixture import GaussianMixture

    rows = pd.DataFrame(RANDOM.integers(0, 6, (60, 3)), columns=list("abc"))
    model = GaussianMixture(4, covariance_type=kind, reg_covar=1.5, random_state=0).fit(rows)
    assert check_document(pmmlkit.export(model, X=rows), model, rows) == len(rows)

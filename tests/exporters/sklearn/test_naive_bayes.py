"""Naive Bayes of every kind, against scikit-learn and the oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.language.models.naive_bayes import NaiveBayesModel
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts
from tests.exporters.sklearn.clouds import KINDS, cloud, labels, pairs, scoring

pytest.importorskip("sklearn")

from sklearn.naive_bayes import (
    BernoulliNB,
    CategoricalNB,
    ComplementNB,
    GaussianNB,
    MultinomialNB,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder, StandardScaler

COUNTS = np.random.default_rng(5).integers(0, 6, (80, 4))
LETTERS = pd.DataFrame(
    {name: np.array(list("uvwxyz"))[COUNTS[:, at]] for at, name in enumerate(["k", "l m", "n"])}
)

KNOWN = pd.DataFrame({"k": LETTERS["k"], "old": COUNTS[:, 1] > 2, "lent": COUNTS[:, 2] > 1})
UNKNOWN = KNOWN.assign(k=KNOWN["k"].replace("w", "?"))

CASES: dict[str, tuple[Callable[[], Any], Any, Any]] = {
    "gaussian": (GaussianNB, cloud(), scoring()),
    "gaussian_priors": (lambda: GaussianNB(var_smoothing=0.1), cloud(), cloud()),
    "gaussian_scaled": (lambda: make_pipeline(StandardScaler(), GaussianNB()), cloud(), cloud()),
    "multinomial": (MultinomialNB, COUNTS, COUNTS),
    "multinomial_of_many": (
        lambda: MultinomialNB(alpha=0.3, fit_prior=False),
        40 * COUNTS,
        40 * COUNTS,
    ),
    "complement": (ComplementNB, COUNTS, COUNTS),
    "complement_norm": (lambda: ComplementNB(norm=True), COUNTS, COUNTS),
    "bernoulli": (lambda: BernoulliNB(binarize=0.5), cloud(), scoring()),
    "bernoulli_one_hot": (
        lambda: make_pipeline(OneHotEncoder(), BernoulliNB(binarize=None)),
        LETTERS,
        LETTERS,
    ),
    "categorical": (CategoricalNB, COUNTS, COUNTS),
    "categorical_of_doubles": (lambda: CategoricalNB(alpha=0.2), COUNTS + 0.0, COUNTS + 0.0),
    "categorical_encoded": (
        lambda: make_pipeline(OrdinalEncoder(), CategoricalNB(min_categories=7)),
        LETTERS,
        LETTERS,
    ),
    "categorical_of_booleans": (
        lambda: make_pipeline(OrdinalEncoder(), CategoricalNB()),
        KNOWN,
        KNOWN,
    ),
    "categorical_unknown": (
        lambda: make_pipeline(
            OrdinalEncoder(handle_unknown="use_encoded_value", unknown_value=7),
            CategoricalNB(min_categories=8),
        ),
        KNOWN,
        UNKNOWN,
    ),
}


def _fitted(name: str, kind: str) -> tuple[Any, Any]:
    make, X, rows = CASES[name]
    return make().fit(X, labels(kind)), rows


@pytest.mark.parametrize(("name", "kind"), pairs(CASES, KINDS))
def test_labels_and_probabilities(name: str, kind: str, engine: Oracle | None) -> None:
    estimator, rows = _fitted(name, kind)
    assert_predicts(estimator, rows, oracle=engine, case=f"naive_bayes.{name}.{kind}")


def test_a_row_far_from_all_classes(engine: Oracle | None) -> None:
    estimator = GaussianNB().fit(cloud(), labels("three_texts"))
    rows = cloud()[:3] * [200.0, 1.0, 1.0]
    assert np.isfinite(estimator.predict_proba(rows)).all()
    assert_predicts(estimator, rows, oracle=engine, case="naive_bayes.far")


def test_categories_stay_categories() -> None:
    estimator, rows = _fitted("categorical_encoded", "two_texts")
    document = pmmlkit.export(estimator, X=rows)
    model = document.root.models[0]
    assert isinstance(model, NaiveBayesModel)
    assert [it.field_name for it in model.bayes_inputs.bayes_inputs] == list(rows.columns)
    assert [it.value for it in model.bayes_inputs.bayes_inputs[0].pair_counts] == list("uvwxyz")


def test_a_row_that_no_coefficient_can_state() -> None:
    ones = np.ones((6, 2))
    estimator = BernoulliNB(alpha=0.0, force_alpha=True)
    with pytest.warns(RuntimeWarning):
        estimator.fit(ones, [0, 1, 0, 1, 0, 1]).predict(ones)
    with pytest.raises(ExportError, match="set alpha above 0"):
        pmmlkit.export(estimator)

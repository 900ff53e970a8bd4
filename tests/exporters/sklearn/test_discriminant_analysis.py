"""Discriminant analysis, against scikit-learn and the oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts
from tests.exporters.sklearn.clouds import KINDS, cloud, labels, pairs, scoring

pytest.importorskip("sklearn")

from sklearn.discriminant_analysis import (
    LinearDiscriminantAnalysis,
    QuadraticDiscriminantAnalysis,
)
from sklearn.linear_model import LogisticRegression
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

CASES: dict[str, Callable[[], Any]] = {
    "linear": LinearDiscriminantAnalysis,
    "linear_lsqr": lambda: LinearDiscriminantAnalysis(solver="lsqr", shrinkage="auto"),
    "linear_transform": lambda: make_pipeline(LinearDiscriminantAnalysis(), LogisticRegression()),
    "linear_transform_eigen": lambda: make_pipeline(
        LinearDiscriminantAnalysis(solver="eigen", n_components=1), LogisticRegression()
    ),
    "quadratic": QuadraticDiscriminantAnalysis,
    "quadratic_shrunken": lambda: make_pipeline(
        StandardScaler(), QuadraticDiscriminantAnalysis(reg_param=0.2)
    ),
    "linear_one_against_rest": lambda: OneVsRestClassifier(LinearDiscriminantAnalysis()),
    "quadratic_one_against_rest": lambda: OneVsRestClassifier(QuadraticDiscriminantAnalysis()),
}


@pytest.mark.parametrize(("name", "kind"), pairs(CASES, KINDS))
def test_labels_and_probabilities(name: str, kind: str, engine: Oracle | None) -> None:
    estimator = CASES[name]().fit(cloud(), labels(kind))
    case = f"discriminant_analysis.{name}.{kind}"
    assert_predicts(estimator, scoring(), oracle=engine, case=case)


def test_no_transform_by_least_squares() -> None:
    last = LogisticRegression()
    estimator = make_pipeline(LinearDiscriminantAnalysis(), last).fit(cloud(), labels("two_texts"))
    estimator.steps[0][1].solver = "lsqr"
    with pytest.raises(ExportError, match=r"has no transform .*step 1"):
        pmmlkit.export(estimator)

"""Classifiers whose label comes from other numbers than those beside it, where they stand inside
others.
"""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, label_text
from tests.exporters.sklearn.clouds import cloud, labels, scoring

pytest.importorskip("sklearn")

from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.multioutput import MultiOutputClassifier
from sklearn.neighbors import NearestCentroid
from sklearn.svm import SVC


def _members() -> list[tuple[str, Any]]:
    return [("near", NearestCentroid()), ("line", LogisticRegression(max_iter=1000))]


@pytest.mark.parametrize(
    "estimator",
    [
        VotingClassifier(_members(), voting="soft", weights=[1, 3]),
        StackingClassifier(_members(), cv=2),
    ],
    ids=["voting", "stacking"],
)
def test_probabilities_that_others_read(estimator: Any, engine: Oracle | None) -> None:
    estimator.fit(cloud(), labels("three_texts"))
    assert_predicts(estimator, scoring(), oracle=engine, case="beside")


@pytest.mark.parametrize("member", [NearestCentroid(), RidgeClassifier()])
def test_of_several_targets(member: Any, engine: Oracle | None) -> None:
    y = np.column_stack([labels("three_texts"), labels("two_texts")])
    estimator = MultiOutputClassifier(member).fit(cloud(), y)
    predicted = estimator.predict(scoring())
    found: dict[str, Any] = {}
    numbers: dict[str, Any] = {}
    for name, column, part in zip(("y1", "y2"), predicted.T, estimator.estimators_, strict=True):
        found[name] = column.tolist()
        if isinstance(member, NearestCentroid):
            shares = part.predict_proba(scoring()).T
            texts = [f"probability({name}, {label_text(label)})" for label in part.classes_]
            numbers |= dict(zip(texts, shares, strict=True))
        elif len(part.classes_) == 2:
            numbers[f"decisionFunction({name})"] = part.decision_function(scoring())
    expected = Expected(found, numbers, scales=dict.fromkeys(numbers, 1.0))
    case = "several.beside"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


def test_no_probabilities_to_read() -> None:
    with warnings.catch_warnings():
        # probability= is going to leave scikit-learn
        warnings.simplefilter("ignore")
        vote = VotingClassifier([("machine", SVC(probability=True))], voting="soft")
        vote.fit(cloud(), labels("two_texts"))
    with pytest.raises(ExportError, match="where its probabilities are read"):
        pmmlkit.export(vote)

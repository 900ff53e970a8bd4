"""imbalanced-learn: pipelines without their samplers, and ensembles of such pipelines."""

from __future__ import annotations

import warnings
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.data import labelled

pytest.importorskip("imblearn")

from imblearn.ensemble import (
    BalancedBaggingClassifier,
    BalancedRandomForestClassifier,
    EasyEnsembleClassifier,
    RUSBoostClassifier,
)
from imblearn.over_sampling import SMOTE, RandomOverSampler
from imblearn.pipeline import make_pipeline
from imblearn.under_sampling import RandomUnderSampler
from sklearn.base import clone
from sklearn.ensemble import StackingClassifier, VotingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import MinMaxScaler, StandardScaler
from sklearn.svm import LinearSVC
from sklearn.tree import DecisionTreeClassifier

MODELS: dict[str, Any] = {
    "forest": BalancedRandomForestClassifier(n_estimators=5, random_state=0),
    "bagging": BalancedBaggingClassifier(n_estimators=3, random_state=0),
    "bagging_linear": BalancedBaggingClassifier(
        LogisticRegression(), n_estimators=3, max_features=3, random_state=0
    ),
    "easy": EasyEnsembleClassifier(n_estimators=3, random_state=0),
    "boosting": RUSBoostClassifier(n_estimators=4, random_state=0),
    "pipeline": make_pipeline(
        StandardScaler(), SMOTE(random_state=0, k_neighbors=3), LogisticRegression()
    ),
    "decisions": make_pipeline(RandomOverSampler(random_state=0), LinearSVC()),
    "two_samplers": make_pipeline(
        RandomOverSampler(random_state=0),
        MinMaxScaler(),
        RandomUnderSampler(random_state=0),
        DecisionTreeClassifier(max_depth=3, random_state=0),
    ),
    "inside_a_vote": VotingClassifier(
        [
            ("a", make_pipeline(RandomOverSampler(random_state=0), LogisticRegression())),
            ("b", DecisionTreeClassifier(max_depth=3, random_state=0)),
        ],
        voting="soft",
    ),
    "inside_a_stack": StackingClassifier(
        [("a", make_pipeline(RandomOverSampler(random_state=0), LinearSVC()))],
        LogisticRegression(),
        cv=2,
    ),
}


@pytest.mark.parametrize("kind", ["two_texts", "three_numbers"])
@pytest.mark.parametrize("name", MODELS)
def test_models_agree(name: str, kind: str, oracle: Oracle) -> None:
    X, y = labelled(kind)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model = clone(MODELS[name]).fit(X, y)
    assert_predicts(model, X, y)
    assert_predicts(model, X, y, oracle=oracle, case=f"imblearn-{name}-{kind}")


def test_transformers_with_a_sampler_between() -> None:
    X, y = labelled("two_numbers")
    steps = make_pipeline(StandardScaler(), RandomOverSampler(random_state=0), MinMaxScaler())
    assert_transforms(steps.fit(X, y), X)

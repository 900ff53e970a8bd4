"""Estimators made of estimators: ensembles, calibration, several classes and targets, searches,
thresholds; against scikit-learn and the oracles.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, label_text
from tests.exporters.data import diabetes, labelled, two_targets

pytest.importorskip("sklearn")

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    AdaBoostClassifier,
    AdaBoostRegressor,
    BaggingClassifier,
    BaggingRegressor,
    GradientBoostingClassifier,
    IsolationForest,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    StackingRegressor,
    VotingClassifier,
    VotingRegressor,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge, RidgeClassifier
from sklearn.model_selection import (
    FixedThresholdClassifier,
    GridSearchCV,
    RandomizedSearchCV,
    TunedThresholdClassifierCV,
)
from sklearn.multiclass import OneVsOneClassifier, OneVsRestClassifier, OutputCodeClassifier
from sklearn.multioutput import (
    ClassifierChain,
    MultiOutputClassifier,
    MultiOutputRegressor,
    RegressorChain,
)
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
    StandardScaler,
)
from sklearn.semi_supervised import SelfTrainingClassifier
from sklearn.svm import SVC, LinearSVC, NuSVC
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

Make = Callable[[], Any]

TWO = ("two_numbers", "two_texts", "two_booleans", "two_doubles")
THREE = ("three_texts", "three_numbers")


def _logistic() -> Any:
    return LogisticRegression(max_iter=500)


def _tree(depth: int = 3) -> Any:
    return DecisionTreeClassifier(max_depth=depth, random_state=0)


def _forest() -> Any:
    return RandomForestClassifier(4, max_depth=3, random_state=0)


def _parts() -> list[tuple[str, Any]]:
    scaled = make_pipeline(StandardScaler(), _logistic())
    return [("scaled", scaled), ("tree", _tree()), ("forest", _forest())]


CLASSIFIERS: Mapping[str, Make] = {
    "voting_soft": lambda: VotingClassifier(_parts(), voting="soft"),
    "voting_weighted": lambda: VotingClassifier(_parts(), voting="soft", weights=[1, 2, 0.5]),
    "voting_hard": lambda: VotingClassifier(_parts()),
    "voting_hard_weighted": lambda: VotingClassifier(_parts(), weights=[1, 2, 1]),
    "voting_margins": lambda: VotingClassifier(
        [("svc", LinearSVC(random_state=0)), ("ridge", RidgeClassifier()), ("tree", _tree(1))]
    ),
    "bagging": lambda: BaggingClassifier(n_estimators=4, max_features=0.7, random_state=0),
    "bagging_votes": lambda: BaggingClassifier(RidgeClassifier(), n_estimators=5, random_state=0),
    "bagging_few": lambda: BaggingClassifier(
        _tree(), n_estimators=4, max_samples=4, random_state=3
    ),
    "stacking": lambda: StackingClassifier(_parts(), _logistic(), cv=2),
    "stacking_through": lambda: StackingClassifier(
        [("svc", LinearSVC(random_state=0)), ("tree", _tree())], _tree(), cv=2, passthrough=True
    ),
    "stacking_labels": lambda: StackingClassifier(
        _parts(), _forest(), cv=2, stack_method="predict"
    ),
    "ada_boost": lambda: AdaBoostClassifier(n_estimators=6, random_state=0),
    "ada_boost_deep": lambda: AdaBoostClassifier(_tree(), n_estimators=3, random_state=0),
    "calibrated_sigmoid": lambda: CalibratedClassifierCV(LinearSVC(random_state=0), cv=2),
    "calibrated_svc": lambda: CalibratedClassifierCV(SVC(), cv=2),
    "calibrated_nu_svc": lambda: CalibratedClassifierCV(
        NuSVC(nu=0.2, kernel="poly"), cv=2, method="isotonic"
    ),
    "stacking_svc": lambda: StackingClassifier(
        [("svc", SVC(kernel="linear")), ("tree", _tree())], _logistic(), cv=2
    ),
    "stacking_svc_pairs": lambda: StackingClassifier(
        [("svc", SVC(decision_function_shape="ovo")), ("tree", _tree())], _logistic(), cv=2
    ),
    "calibrated_vote": lambda: CalibratedClassifierCV(AdaBoostClassifier(n_estimators=1), cv=2),
    "calibrated_vote_isotonic": lambda: CalibratedClassifierCV(
        AdaBoostClassifier(n_estimators=1), cv=2, method="isotonic"
    ),
    "calibrated_isotonic": lambda: CalibratedClassifierCV(_forest(), cv=2, method="isotonic"),
    "calibrated_pipeline": lambda: CalibratedClassifierCV(
        make_pipeline(StandardScaler(), _logistic()), cv=2, ensemble=False
    ),
    "calibrated_boosting": lambda: CalibratedClassifierCV(
        GradientBoostingClassifier(n_estimators=3, random_state=0), cv=2
    ),
    "one_against_rest": lambda: OneVsRestClassifier(_logistic()),
    "one_against_rest_svc": lambda: OneVsRestClassifier(SVC(kernel="rbf")),
    "one_against_rest_forest": lambda: OneVsRestClassifier(_forest()),
    "one_against_rest_bagging": lambda: OneVsRestClassifier(
        make_pipeline(StandardScaler(), BaggingClassifier(SVC(), n_estimators=3, random_state=0))
    ),
    "one_against_one_bagging": lambda: OneVsOneClassifier(
        BaggingClassifier(LinearSVC(random_state=0), n_estimators=3, max_features=0.7)
    ),
    "output_code_stacking": lambda: OutputCodeClassifier(
        StackingClassifier([("svc", SVC()), ("tree", _tree())], _logistic(), cv=2), random_state=0
    ),
    "one_against_one": lambda: OneVsOneClassifier(LinearSVC(random_state=0)),
    "one_against_one_trees": lambda: OneVsOneClassifier(_tree()),
    "one_against_one_votes": lambda: OneVsOneClassifier(
        AdaBoostClassifier(n_estimators=2, random_state=0)
    ),
    "one_against_one_centroids": lambda: OneVsOneClassifier(
        make_pipeline(StandardScaler(), NearestCentroid())
    ),
    "one_against_one_thresholds": lambda: OneVsOneClassifier(
        FixedThresholdClassifier(_logistic(), threshold=0.3)
    ),
    "output_code": lambda: OutputCodeClassifier(_logistic(), random_state=0),
    "grid_search": lambda: GridSearchCV(_logistic(), {"C": [0.1, 1.0]}, cv=2),
    "random_search": lambda: RandomizedSearchCV(
        make_pipeline(StandardScaler(), _tree()),
        {"decisiontreeclassifier__max_depth": [1, 3]},
        n_iter=2,
        cv=2,
    ),
    "nested": lambda: VotingClassifier(
        [("stack", StackingClassifier(_parts(), _logistic(), cv=2)), ("ada", AdaBoostClassifier())],
        voting="soft",
    ),
}

BINARY: Mapping[str, Make] = {
    "threshold": lambda: FixedThresholdClassifier(_logistic(), threshold=0.3),
    "threshold_decision": lambda: FixedThresholdClassifier(
        LinearSVC(random_state=0), threshold=0.2, response_method="decision_function"
    ),
    "tuned_threshold": lambda: TunedThresholdClassifierCV(_tree(), cv=2),
}

NEWER: Mapping[str, Make] = {
    "calibrated_temperature": lambda: CalibratedClassifierCV(
        _logistic(), cv=2, method="temperature"
    ),
    "calibrated_temperature_vote": lambda: CalibratedClassifierCV(
        AdaBoostClassifier(n_estimators=1), cv=2, method="temperature"
    ),
    "calibrated_temperature_shares": lambda: CalibratedClassifierCV(
        _forest(), cv=2, method="temperature"
    ),
}
"""Since scikit-learn 1.8."""


class Cubes(TransformerMixin, BaseEstimator):
    """A transformer of a user, which learns the least target."""

    def fit(self, X: Any, y: Any = None) -> Cubes:
        self.least_ = X.min()
        return self

    def transform(self, X: Any) -> Any:
        return np.cbrt(X - self.least_)

    def inverse_transform(self, X: Any) -> Any:
        return X**3 + self.least_


REGRESSORS: Mapping[str, Make] = {
    "voting": lambda: VotingRegressor([("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3))]),
    "voting_weighted": lambda: VotingRegressor(
        [("a", Ridge()), ("b", RandomForestRegressor(3, max_depth=3))], weights=[1, 3]
    ),
    "bagging": lambda: BaggingRegressor(n_estimators=4, max_features=0.5, random_state=0),
    "bagging_linear": lambda: BaggingRegressor(Ridge(), n_estimators=3, random_state=0),
    "ada_boost": lambda: AdaBoostRegressor(n_estimators=5, random_state=0),
    "stacking": lambda: StackingRegressor(
        [("a", Ridge()), ("b", DecisionTreeRegressor(max_depth=3))], LinearRegression(), cv=2
    ),
    "stacking_through": lambda: StackingRegressor(
        [("a", make_pipeline(StandardScaler(), Ridge()))],
        RandomForestRegressor(3, max_depth=4, random_state=0),
        cv=2,
        passthrough=True,
    ),
    "target_logarithm": lambda: TransformedTargetRegressor(
        Ridge(), func=np.log1p, inverse_func=np.expm1
    ),
    "target_scaled": lambda: TransformedTargetRegressor(
        DecisionTreeRegressor(max_depth=3), transformer=MinMaxScaler()
    ),
    "target_scaled_twice": lambda: TransformedTargetRegressor(
        Ridge(), transformer=make_pipeline(RobustScaler(), "passthrough", MaxAbsScaler())
    ),
    "target_power": lambda: TransformedTargetRegressor(Ridge(), transformer=PowerTransformer()),
    "target_power_plain": lambda: TransformedTargetRegressor(
        DecisionTreeRegressor(max_depth=3), transformer=PowerTransformer(standardize=False)
    ),
    "target_quantile": lambda: TransformedTargetRegressor(
        Ridge(), transformer=QuantileTransformer(n_quantiles=20)
    ),
    "target_normal_quantile": lambda: TransformedTargetRegressor(
        LinearRegression(),
        transformer=QuantileTransformer(n_quantiles=30, output_distribution="normal"),
    ),
    "target_one_quantile": lambda: TransformedTargetRegressor(
        Ridge(), transformer=QuantileTransformer(n_quantiles=1)
    ),
    "target_by_users": lambda: TransformedTargetRegressor(Ridge(), transformer=Cubes()),
    "target_plain": lambda: TransformedTargetRegressor(Ridge()),
    "search": lambda: GridSearchCV(Ridge(), {"alpha": [0.1, 1.0]}, cv=2),
}


def fitted(estimator: Any, X: Any, y: Any) -> Any:
    """Fit without what scikit-learn says of convergence and of its own future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


@pytest.fixture(params=[None, "jpmml", "pmml4s"], ids=["pmmlkit", "jpmml", "pmml4s"])
def engine(request: pytest.FixtureRequest) -> Oracle | None:
    """pmmlkit itself (None), and each oracle."""
    if request.param is None:
        return None
    oracle: Oracle = request.getfixturevalue(request.param)
    return oracle


def _cases() -> list[tuple[str, str]]:
    cases = []
    for number, name in enumerate(CLASSIFIERS):
        cases += [(name, TWO[number % 4]), (name, THREE[number % 2])]
    return cases + [(name, TWO[number]) for number, name in enumerate(BINARY)]


@pytest.mark.parametrize(("name", "kind"), _cases())
def test_classifiers(name: str, kind: str, engine: Oracle | None) -> None:
    X, y = labelled(kind)
    model = fitted({**CLASSIFIERS, **BINARY}[name](), X, y)
    assert_predicts(model, X, y, oracle=engine, case=f"meta.{name}.{kind}")


@pytest.mark.parametrize("name", NEWER)
@pytest.mark.parametrize("kind", ["two_texts", "three_numbers"])
def test_classifiers_of_newer_releases(name: str, kind: str, engine: Oracle | None) -> None:
    pytest.importorskip("sklearn", "1.8")
    X, y = labelled(kind)
    model = fitted(NEWER[name](), X, y)
    assert_predicts(model, X, y, oracle=engine, case=f"meta.{name}.{kind}")


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors(name: str, engine: Oracle | None) -> None:
    X, y = diabetes()
    model = fitted(REGRESSORS[name](), X, y)
    assert_predicts(model, X, y, oracle=engine, case=f"meta.regressor.{name}")


@pytest.mark.parametrize("output", ["uniform", "normal"])
def test_targets_beyond_the_quantiles(output: Any, engine: Oracle | None) -> None:
    X, y = diabetes()
    transformer = QuantileTransformer(n_quantiles=9, output_distribution=output)
    model = fitted(TransformedTargetRegressor(LinearRegression(), transformer=transformer), X, y)
    rows = np.concatenate([40.0 * X, X])
    found = model.predict(rows)
    assert {y.min(), y.max()} <= set(found.tolist())
    assert_predicts(model, rows, oracle=engine, case="meta.regressor.target_beyond")


@pytest.mark.parametrize("exponent", [0.0, 1e-17, -0.5, 0.3, 2.0])
@pytest.mark.parametrize("method", ["box-cox", "yeo-johnson"])
def test_powers_undone(method: Any, exponent: float, engine: Oracle | None) -> None:
    X, y = diabetes()
    # near 1 all exponents transform back; about 0 both branches of Yeo and Johnson are met
    y = (y - y.mean()) / (10.0 * y.std()) + (1.0 if method == "box-cox" else 0.0)
    model = TransformedTargetRegressor(
        DecisionTreeRegressor(max_depth=4), transformer=PowerTransformer(method=method)
    )
    model = fitted(model, X, y)
    # what the trees say is then transformed back by another exponent
    model.transformer_.lambdas_ = np.array([exponent])
    with np.errstate(all="ignore"):
        expected = model.predict(X)
    assert np.isfinite(expected).all()
    assert_predicts(model, X, y, oracle=engine, case=f"meta.powers.{method}")


def test_what_cannot_be_undone() -> None:
    X, y = diabetes()
    steps: dict[str, Any] = {
        "what undoes KBinsDiscretizer is not known": KBinsDiscretizer(3, encode="ordinal"),
        "np.sort has no equal in PMML": FunctionTransformer(inverse_func=np.sort),
    }
    for message, transformer in steps.items():
        model = TransformedTargetRegressor(Ridge(), transformer=transformer, check_inverse=False)
        with pytest.raises(ExportError, match=message):
            pmmlkit.export(fitted(model, X, y), X=X)


def test_threshold_for_the_first_class(engine: Oracle | None) -> None:
    X, y = labelled("two_texts")
    for part in (_logistic(), LinearSVC(random_state=0)):
        model = fitted(FixedThresholdClassifier(part, threshold=0.35, pos_label="a"), X, y)
        assert_predicts(model, X, y, oracle=engine, case="meta.threshold.first")


@pytest.mark.parametrize("share", [1.0, 0.6], ids=["all_columns", "some_columns"])
@pytest.mark.parametrize("contamination", ["auto", 0.2])
def test_isolation_forest(share: float, contamination: Any, engine: Oracle | None) -> None:
    X, _ = diabetes()
    model = IsolationForest(
        n_estimators=8,
        max_samples=60,
        max_features=share,
        contamination=contamination,
        random_state=0,
    ).fit(X)
    scores = model.decision_function(X)
    expected = Expected(
        {"y": model.predict(X).tolist()}, {"decisionFunction": scores}, ties=abs(scores) < 1e-12
    )
    assert_predicts(model, X, None, expected=expected, oracle=engine, case="meta.isolation_forest")


def test_frozen_and_self_trained(engine: Oracle | None) -> None:
    X, y = labelled("three_texts")
    codes = np.unique(y, return_inverse=True)[1]
    codes[::3] = -1
    inner = FrozenEstimator(fitted(_logistic(), X, y))
    assert_predicts(inner, X, y, oracle=engine, case="meta.frozen")
    model = fitted(SelfTrainingClassifier(_logistic()), X, codes)
    assert_predicts(model, X, codes, oracle=engine, case="meta.self_trained")


@pytest.mark.parametrize(
    "make",
    [
        lambda: MultiOutputRegressor(Ridge()),
        lambda: RegressorChain(Ridge(), order=[1, 0]),
        lambda: RegressorChain(DecisionTreeRegressor(max_depth=3)),
        lambda: DecisionTreeRegressor(max_depth=4),
        lambda: RandomForestRegressor(3, max_depth=4, random_state=0),
    ],
    ids=["side_by_side", "chain", "chain_of_trees", "tree", "forest"],
)
def test_several_numbers(make: Make, engine: Oracle | None, request: pytest.FixtureRequest) -> None:
    X, y = two_targets()
    model = fitted(make(), X, y)
    predicted = model.predict(X)
    expected = Expected(numbers={f"y{at + 1}": predicted[:, at] for at in range(2)})
    assert_predicts(
        model, X, y, expected=expected, oracle=engine, case=f"several.{request.node.name}"
    )


@pytest.mark.parametrize(
    "make",
    [
        lambda: MultiOutputClassifier(_logistic()),
        lambda: ClassifierChain(_logistic(), order=[1, 0], cv=2),
        lambda: ClassifierChain(_tree(), chain_method="predict_proba"),
        lambda: ClassifierChain(_logistic(), chain_method="decision_function"),
        _tree,
        _forest,
    ],
    ids=["side_by_side", "chain", "chain_of_shares", "chain_of_decisions", "tree", "forest"],
)
def test_several_labels(make: Make, engine: Oracle | None, request: pytest.FixtureRequest) -> None:
    X, classes = labelled("three_numbers")
    y = np.column_stack([classes == 1, X.iloc[:, 0] > 5.5]).astype(int)
    model = fitted(make(), X, y)
    predicted = model.predict(X).astype(int)
    labels = {f"y{at + 1}": predicted[:, at].tolist() for at in range(2)}
    shares = model.predict_proba(X)
    numbers = {}
    for at, own in enumerate(model.classes_):
        for column, label in enumerate(own):
            # chains give the probability of the second class only
            of_target = shares[at] if isinstance(shares, list) else None
            if of_target is None:
                of_target = np.column_stack([1.0 - shares[:, at], shares[:, at]])
            name = f"probability(y{at + 1}, {label_text(int(label))})"
            numbers[name] = of_target[:, column]
    expected = Expected(labels, numbers, dict.fromkeys(numbers, 1.0))
    assert_predicts(
        model, X, y, expected=expected, oracle=engine, case=f"several.{request.node.name}"
    )

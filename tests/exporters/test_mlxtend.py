"""mlxtend: what is exported against the library itself, and what is refused."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.exporters.mlxtend.refused import REFUSED
from pmmlkit.exporters.registry import public_names, registry
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, assert_transforms, expected_of
from tests.exporters.data import diabetes, iris, iris_frame, labelled

pytest.importorskip("mlxtend")

from mlxtend.classifier import (
    Adaline,
    EnsembleVoteClassifier,
    LogisticRegression,
    MultiLayerPerceptron,
    OneRClassifier,
    Perceptron,
    SoftmaxRegression,
    StackingClassifier,
    StackingCVClassifier,
)
from mlxtend.cluster import Kmeans
from mlxtend.feature_extraction import LinearDiscriminantAnalysis, PrincipalComponentAnalysis
from mlxtend.feature_selection import (
    ColumnSelector,
    ExhaustiveFeatureSelector,
    SequentialFeatureSelector,
)
from mlxtend.preprocessing import (
    CopyTransformer,
    DenseTransformer,
    MeanCenterer,
    TransactionEncoder,
)
from mlxtend.regressor import LinearRegression, StackingCVRegressor, StackingRegressor
from sklearn.linear_model import LinearRegression as Least
from sklearn.linear_model import LogisticRegression as Logistic
from sklearn.linear_model import Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

Make = Callable[[], Any]
Data = Callable[[], tuple[Any, Any]]


def _two() -> tuple[Any, Any]:
    X, y = iris()
    return X - X.mean(axis=0), (y == 1).astype(int)


def _halves() -> tuple[Any, Any]:
    X, y = iris()
    return np.floor(X), y


def _gap() -> tuple[Any, Any]:
    X, y = iris()
    return X, np.where(y == 1, 3, y)


def _classifiers() -> list[Any]:
    return [
        Logistic(max_iter=1000),
        GaussianNB(),
        DecisionTreeClassifier(max_depth=3, random_state=0),
    ]


def _stacked(**parameters: Any) -> Any:
    return StackingClassifier(_classifiers(), Logistic(max_iter=1000), **parameters)


def _regressors() -> list[Any]:
    return [Least(), DecisionTreeRegressor(max_depth=3, random_state=0)]


PREDICTORS: Mapping[str, tuple[Make, Data]] = {
    "linear_regression": (LinearRegression, diabetes),
    "linear_sgd": (
        lambda: LinearRegression(method="sgd", eta=1e-4, epochs=5, minibatches=1, random_seed=1),
        lambda: (_two()[0], _two()[0][:, 0]),
    ),
    "logistic_regression": (lambda: LogisticRegression(random_seed=1), _two),
    "adaline": (lambda: Adaline(random_seed=1), _two),
    "perceptron": (lambda: Perceptron(random_seed=1, epochs=8), _two),
    "softmax_two": (lambda: SoftmaxRegression(random_seed=1, epochs=20), _two),
    "softmax_three": (lambda: SoftmaxRegression(random_seed=1, epochs=20), iris),
    "softmax_gap": (lambda: SoftmaxRegression(random_seed=1, epochs=20), _gap),
    "network_two": (
        lambda: MultiLayerPerceptron(hidden_layers=[5], random_seed=1, epochs=20),
        _two,
    ),
    "network_three": (
        lambda: MultiLayerPerceptron(hidden_layers=[4], random_seed=1, epochs=20),
        iris,
    ),
    "one_rule": (OneRClassifier, _halves),
    "k_means": (lambda: Kmeans(k=3, random_seed=1), lambda: (iris()[0], None)),
    "vote_hard": (lambda: EnsembleVoteClassifier(_classifiers()), iris),
    "vote_hard_weights": (
        lambda: EnsembleVoteClassifier(_classifiers(), weights=[3, 1, 1]),
        lambda: labelled("three_texts"),
    ),
    "vote_soft": (
        lambda: EnsembleVoteClassifier(_classifiers(), voting="soft"),
        lambda: labelled("two_texts"),
    ),
    "vote_soft_weights": (
        lambda: EnsembleVoteClassifier(_classifiers(), voting="soft", weights=[2, 1, 0.5]),
        iris,
    ),
    "stacking": (_stacked, iris),
    "stacking_two": (_stacked, lambda: labelled("two_numbers")),
    "stacking_features": (lambda: _stacked(use_features_in_secondary=True), iris),
    "stacking_shares": (lambda: _stacked(use_probas=True), lambda: labelled("three_texts")),
    "stacking_first": (lambda: _stacked(use_probas=True, drop_proba_col="first"), iris),
    "stacking_last": (
        lambda: _stacked(use_probas=True, drop_proba_col="last"),
        lambda: labelled("two_texts"),
    ),
    "stacking_mean": (lambda: _stacked(use_probas=True, average_probas=True), iris),
    "stacking_cv": (
        lambda: StackingCVClassifier(
            _classifiers(), Logistic(max_iter=1000), use_probas=True, cv=3, random_state=0
        ),
        iris,
    ),
    "stacking_regressor": (lambda: StackingRegressor(_regressors(), Ridge()), diabetes),
    "stacking_regressor_features": (
        lambda: StackingRegressor(_regressors(), Ridge(), use_features_in_secondary=True),
        diabetes,
    ),
    "stacking_cv_regressor": (
        lambda: StackingCVRegressor(_regressors(), Ridge(), cv=3, random_state=0),
        diabetes,
    ),
}


def _fitted(make: Make, data: Data) -> tuple[Any, Any, Any]:
    X, y = data()
    model = make()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if y is None:
            model.fit(X)
        elif isinstance(model, SoftmaxRegression | MultiLayerPerceptron):
            # mlxtend writes into what it is given
            model.fit(X.copy(), y.copy())
        else:
            model.fit(X, y)
    if isinstance(model, LinearDiscriminantAnalysis):
        model.w_ = np.real(model.w_)
    return model, X, y


@cache
def _predictor(case: str) -> tuple[Any, Any, Any]:
    return _fitted(*PREDICTORS[case])


def _expected(model: Any, X: Any) -> Expected:
    """Return what mlxtend says, whose one probability is that of class 1, and whose labels are
    numbers up to the highest.
    """
    labels = np.asarray(model.predict(X))
    if isinstance(model, LogisticRegression):
        share = model.predict_proba(X)
        numbers = {"probability(0)": 1.0 - share, "probability(1)": share}
        return Expected({"y": labels.tolist()}, numbers, dict.fromkeys(numbers, 1.0))
    if isinstance(model, SoftmaxRegression | MultiLayerPerceptron):
        shares = model.predict_proba(X)
        numbers = {f"probability({at})": own for at, own in enumerate(shares.T)}
        return Expected({"y": labels.tolist()}, numbers, dict.fromkeys(numbers, 1.0))
    if isinstance(model, EnsembleVoteClassifier) and model.voting == "hard":
        # what it averages is not what it decides by
        return Expected({"y": labels.tolist()})
    if isinstance(model, OneRClassifier):
        return Expected({"y": labels.astype(int).tolist()})
    return expected_of(model, X)


@pytest.mark.parametrize("case", PREDICTORS)
def test_pmmlkit_predicts_as_mlxtend(case: str) -> None:
    model, X, y = _predictor(case)
    assert_predicts(model, X, y, expected=_expected(model, X))


@pytest.mark.parametrize("case", PREDICTORS)
def test_oracle_predicts_as_mlxtend(case: str, oracle: Oracle) -> None:
    model, X, y = _predictor(case)
    expected = _expected(model, X)
    assert_predicts(model, X, y, expected=expected, oracle=oracle, case=f"mlxtend-{case}")


def _sequential() -> Any:
    return SequentialFeatureSelector(Logistic(max_iter=500), k_features=2, cv=2)


def _exhaustive() -> Any:
    return ExhaustiveFeatureSelector(
        Logistic(max_iter=500), min_features=2, max_features=2, cv=2, print_progress=False
    )


TRANSFORMERS: Mapping[str, tuple[Make, Data]] = {
    "copy": (CopyTransformer, iris),
    "dense": (DenseTransformer, iris),
    "centered": (MeanCenterer, lambda: (iris()[0], None)),
    "columns_by_name": (
        lambda: ColumnSelector(cols=("petal width", "sepal length")),
        iris_frame,
    ),
    "columns_by_number": (lambda: ColumnSelector(cols=[2, 0]), iris),
    "column": (lambda: ColumnSelector(cols=1), iris),
    "sequential": (_sequential, iris),
    "sequential_frame": (_sequential, iris_frame),
    "exhaustive": (_exhaustive, iris),
    "principal_components": (lambda: PrincipalComponentAnalysis(2), lambda: (iris()[0], None)),
    "whitened": (
        lambda: PrincipalComponentAnalysis(2, whitening=True),
        lambda: (iris()[0], None),
    ),
    "discriminants": (lambda: LinearDiscriminantAnalysis(2), iris),
}


@cache
def _transformer(case: str) -> tuple[Any, Any, Any]:
    return _fitted(*TRANSFORMERS[case])


@pytest.mark.parametrize("case", TRANSFORMERS)
def test_pmmlkit_transforms_as_mlxtend(case: str) -> None:
    transformer, X, y = _transformer(case)
    assert_transforms(transformer, X, y)


@pytest.mark.parametrize("case", TRANSFORMERS)
def test_oracle_transforms_as_mlxtend(case: str, oracle: Oracle) -> None:
    transformer, X, y = _transformer(case)
    assert_transforms(transformer, X, y, oracle=oracle, case=f"mlxtend-{case}")


def test_eigenvectors_may_be_of_a_complex_type() -> None:
    transformer, X, _ = _fitted(*TRANSFORMERS["discriminants"])
    text = pmmlkit.export(transformer, X=X).to_bytes()
    transformer.w_ = transformer.w_.astype(np.complex128)
    assert pmmlkit.export(transformer, X=X).to_bytes() == text
    transformer.w_ = transformer.w_ + 1j
    with pytest.raises(ExportError, match="complex"):
        pmmlkit.export(transformer, X=X)


def test_dense_transformer_stands_behind_sparse_columns() -> None:
    X, y = _halves()
    model = make_pipeline(OneHotEncoder(), DenseTransformer(), GaussianNB()).fit(X, y)
    assert_predicts(model, X, y)


def test_one_rule_knows_values_that_were_not_seen() -> None:
    X, y = _halves()
    model = OneRClassifier().fit(X, y)
    rows = np.vstack([X[:5], X[:5] + 100.0])
    assert_predicts(model, rows, expected=Expected({"y": model.predict(rows).astype(int).tolist()}))


def test_lists_of_items_are_refused() -> None:
    encoder = TransactionEncoder().fit([["a", "b"], ["b"]])
    with pytest.raises(ExportError, match="lists of as many items"):
        pmmlkit.export(encoder, X=iris()[0])


def test_missing_column_is_named() -> None:
    X, _ = iris_frame()
    selector = ColumnSelector(cols=("petal width",)).fit(X)
    with pytest.raises(ExportError, match="'petal width', which is not among"):
        pmmlkit.export(selector, X=X[["sepal length"]])
    with pytest.raises(ExportError, match="selects nothing"):
        pmmlkit.export(ColumnSelector().fit(X), X=X)


PACKAGES = (
    "mlxtend.classifier",
    "mlxtend.cluster",
    "mlxtend.feature_extraction",
    "mlxtend.feature_selection",
    "mlxtend.preprocessing",
    "mlxtend.regressor",
)

NOT_CONVERTED = ("RBFKernelPCA",)
"""Classes that PMML could state, for which nobody wrote a converter."""


def _classes() -> list[Any]:
    """Return the estimators of all packages that have some."""
    found = []
    for package in PACKAGES:
        module = import_module(package)
        found += [
            it
            for it in vars(module).values()
            if isinstance(it, type)
            and it.__module__.startswith("mlxtend.")
            and (hasattr(it, "fit") or hasattr(it, "transform"))
        ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: str(kind.__name__))
def test_class_is_exported_or_refused(kind: type) -> None:
    # of a class that is not known itself, its base counts
    known = set(registry().names()) | set(REFUSED)
    lineage = [set(public_names(base)) for base in kind.__mro__]
    names = next((it for it in lineage if it & known), set())
    exported, refused = names & set(registry().names()), names & set(REFUSED)
    missing = kind.__name__ in NOT_CONVERTED
    assert [bool(exported), bool(refused), missing].count(True) == 1

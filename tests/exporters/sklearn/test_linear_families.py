"""sklearn.linear_model, svm, kernel_ridge, cross_decomposition, dummy and isotonic: all classes,
against scikit-learn and the oracles.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from functools import cache
from importlib.metadata import version
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, assert_transforms, expected_of
from tests.exporters.data import diabetes, iris, labelled, positive, two_targets

pytest.importorskip("sklearn")

from sklearn import linear_model as lm
from sklearn.cross_decomposition import CCA, PLSSVD, PLSCanonical, PLSRegression
from sklearn.dummy import DummyClassifier, DummyRegressor
from sklearn.isotonic import IsotonicRegression
from sklearn.kernel_ridge import KernelRidge
from sklearn.svm import SVC, SVR, LinearSVC, LinearSVR, NuSVC, NuSVR, OneClassSVM

Make = Callable[[], Any]


def _quiet(kind: Any) -> Any:
    """Make an estimator that scikit-learn calls deprecated."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return kind(random_state=0)


REGRESSORS: Mapping[str, Make] = {
    "ard": lm.ARDRegression,
    "bayesian_ridge": lm.BayesianRidge,
    "elastic_net_cv": lambda: lm.ElasticNetCV(cv=3),
    "huber": lambda: lm.HuberRegressor(max_iter=500),
    "lars": lm.Lars,
    "lars_cv": lambda: lm.LarsCV(cv=3),
    "lasso_cv": lambda: lm.LassoCV(cv=3),
    "lasso_lars": lm.LassoLars,
    "lasso_lars_cv": lambda: lm.LassoLarsCV(cv=3),
    "lasso_lars_ic": lm.LassoLarsIC,
    "matching_pursuit": lm.OrthogonalMatchingPursuit,
    "matching_pursuit_cv": lambda: lm.OrthogonalMatchingPursuitCV(cv=3),
    "quantile": lambda: lm.QuantileRegressor(alpha=0.01),
    "ransac": lambda: lm.RANSACRegressor(random_state=0),
    "ridge_cv": lm.RidgeCV,
    "sgd": lambda: lm.SGDRegressor(random_state=0, penalty="l1"),
    "passive_aggressive": lambda: _quiet(lm.PassiveAggressiveRegressor),
    "theil_sen": lambda: lm.TheilSenRegressor(random_state=0),
    "linear_svr": lambda: LinearSVR(random_state=0),
    "svr_rbf": lambda: SVR(C=10.0),
    "svr_linear": lambda: SVR(kernel="linear"),
    "svr_poly": lambda: SVR(kernel="poly", degree=2, coef0=0.5),
    "svr_sigmoid": lambda: SVR(kernel="sigmoid", gamma=0.001),
    "nu_svr": lambda: NuSVR(gamma="auto"),
    "kernel_ridge": KernelRidge,
    "kernel_ridge_rbf": lambda: KernelRidge(kernel="rbf", gamma=0.02),
    "kernel_ridge_laplacian": lambda: KernelRidge(kernel="laplacian", gamma=0.1),
    "kernel_ridge_cosine": lambda: KernelRidge(kernel="cosine", alpha=0.5),
    "kernel_ridge_poly": lambda: KernelRidge(kernel="polynomial", degree=2, alpha=5.0),
    "pls": lambda: PLSRegression(3),
    "dummy": lambda: DummyRegressor(strategy="median"),
}

POSITIVE: Mapping[str, Make] = {
    "poisson": lambda: lm.PoissonRegressor(alpha=0.1),
    "gamma": lambda: lm.GammaRegressor(alpha=0.1),
    "tweedie_log": lambda: lm.TweedieRegressor(power=1.5, alpha=0.1),
    "tweedie_identity": lambda: lm.TweedieRegressor(power=0, alpha=0.1),
}

CLASSIFIERS: Mapping[str, Make] = {
    "logistic": lambda: lm.LogisticRegression(max_iter=500),
    "logistic_cv": lambda: lm.LogisticRegressionCV(Cs=3, max_iter=500),
    "sgd_hinge": lambda: lm.SGDClassifier(random_state=0),
    "sgd_log": lambda: lm.SGDClassifier(loss="log_loss", random_state=0),
    "sgd_huber": lambda: lm.SGDClassifier(loss="modified_huber", random_state=0),
    "perceptron": lambda: lm.Perceptron(random_state=0),
    "passive_aggressive": lambda: _quiet(lm.PassiveAggressiveClassifier),
    "ridge": lm.RidgeClassifier,
    "ridge_cv": lm.RidgeClassifierCV,
    "linear_svc": lambda: LinearSVC(random_state=0),
    "dummy_prior": DummyClassifier,
    "dummy_frequent": lambda: DummyClassifier(strategy="most_frequent"),
}

MACHINES: Mapping[str, Make] = {
    "svc_rbf": SVC,
    "svc_linear": lambda: SVC(kernel="linear"),
    "svc_poly": lambda: SVC(kernel="poly", degree=3),
    "svc_platt": lambda: SVC(probability=True, random_state=0),
    "nu_svc": lambda: NuSVC(nu=0.3),
}

TWO = ("two_numbers", "two_texts", "two_booleans", "two_doubles")
THREE = ("three_texts", "three_numbers")

LABELS = [
    (name, kind)
    for number, name in enumerate(CLASSIFIERS)
    for kind in (TWO[number % 4], THREE[number % 2])
] + [(name, kind) for name in ("linear_svc", "sgd_log") for kind in (*TWO, *THREE)]
LABELS = list(dict.fromkeys(LABELS))


def fitted(estimator: Any, X: Any, y: Any) -> Any:
    """Fit without what scikit-learn says of convergence and of its own future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X, y)


@cache
def _regressor(name: str) -> Any:
    return fitted(REGRESSORS[name](), *diabetes())


@pytest.fixture(params=[None, "jpmml", "pmml4s"], ids=["pmmlkit", "jpmml", "pmml4s"])
def engine(request: pytest.FixtureRequest) -> Oracle | None:
    """pmmlkit itself (None), and each oracle."""
    if request.param is None:
        return None
    oracle: Oracle = request.getfixturevalue(request.param)
    return oracle


def _of_numbers(estimator: Any, X: Any) -> Expected:
    """Return the predictions, which cancel: the coefficients times the values give the scale."""
    predicted = np.ravel(estimator.predict(X))
    dual = getattr(estimator, "dual_coef_", None)
    if dual is None:
        coefficients = np.abs(np.ravel(getattr(estimator, "coef_", np.zeros(X.shape[1]))))
        terms = np.abs(X) @ coefficients if len(coefficients) == X.shape[1] else 0.0
    else:
        terms = np.abs(dual).sum() * np.square(np.abs(X).max()) * X.shape[1]
    return Expected(numbers={"y": predicted}, scales={"y": np.abs(predicted) + terms})


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors(name: str, engine: Oracle | None) -> None:
    X, y = diabetes()
    model = _regressor(name)
    expected = _of_numbers(model, X)
    assert_predicts(model, X, y, expected=expected, oracle=engine, case=f"linear.{name}")


@pytest.mark.parametrize("name", POSITIVE)
def test_regressors_with_a_link(name: str, engine: Oracle | None) -> None:
    X, y = positive()
    model = fitted(POSITIVE[name](), X, y)
    assert_predicts(model, X, y, oracle=engine, case=f"linear.{name}")


@pytest.mark.parametrize(("name", "kind"), LABELS)
def test_classifiers(name: str, kind: str, engine: Oracle | None) -> None:
    X, y = labelled(kind)
    model = fitted(CLASSIFIERS[name](), X, y)
    assert_predicts(model, X, y, oracle=engine, case=f"linear.{name}.{kind}")


def _without_probabilities(model: Any) -> Any:
    """Return the machine as if fitted without: libsvm solves a system for each row."""
    return model.set_params(probability="deprecated" if version("scikit-learn") >= "1.9" else False)


@pytest.mark.parametrize("name", MACHINES)
@pytest.mark.parametrize("kind", [*TWO[:2], *THREE])
def test_machines(name: str, kind: str, engine: Oracle | None) -> None:
    X, y = labelled(kind)
    model = fitted(MACHINES[name](), X, y)
    expected = expected_of(_without_probabilities(model), X, getattr(y, "name", None) or "y")
    if kind.startswith("three"):
        # the winner of the votes is what PMML states, not the confidences
        expected = Expected(expected.labels)
    else:
        scores = model.decision_function(X)
        size = np.abs(model.dual_coef_).sum() + np.abs(scores).max()
        expected = Expected(expected.labels, expected.numbers, {"decisionFunction": size})
    assert_predicts(model, X, y, expected=expected, oracle=engine, case=f"svm.{name}.{kind}")


@pytest.mark.parametrize("kernel", ["chi2", "additive_chi2", "cosine"])
def test_kernels_of_histograms(kernel: str, engine: Oracle | None) -> None:
    X, y = diabetes()
    shares = np.round(np.abs(X) * 4.0) / 64.0
    shares[:4] = 0.0
    # additive_chi2 is no positive kernel, of which scikit-learn warns
    model = fitted(KernelRidge(kernel=kernel, gamma=0.5), shares[:60], y[:60])
    expected = _of_numbers(model, shares)
    case = f"linear.kernel_ridge.{kernel}"
    assert_predicts(model, shares, y, expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize("make", [SVC, NuSVC])
@pytest.mark.parametrize("kernel", ["rbf", "linear"])
def test_ties_of_votes_that_confidences_break(
    make: Any, kernel: str, engine: Oracle | None
) -> None:
    X, y = labelled("three_texts")
    model = fitted(make(kernel=kernel, break_ties=True, gamma=5.0), X, y)
    rows = np.concatenate([X, X[::-1] - 3.0])
    expected = expected_of(model, rows, getattr(y, "name", None) or "y")
    size = 1.0 + np.abs(model.dual_coef_).sum() * (np.square(rows).sum(axis=1).max())
    scales = dict.fromkeys(expected.numbers, size if kernel == "linear" else 10.0)
    expected = Expected(expected.labels, expected.numbers, scales, expected.ties)
    case = f"svm.confidences.{kernel}"
    assert_predicts(model, rows, y, expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize(
    "make",
    [
        lambda: lm.MultiTaskLasso(alpha=0.01),
        lambda: lm.MultiTaskElasticNetCV(cv=3),
        lm.LinearRegression,
        lambda: lm.RANSACRegressor(random_state=0),
        lambda: KernelRidge(kernel="rbf"),
        lambda: PLSRegression(2),
        lambda: PLSCanonical(2),
        lambda: CCA(1),
        DummyRegressor,
    ],
    ids=[
        "lasso",
        "elastic_net_cv",
        "linear",
        "ransac",
        "ridge",
        "pls",
        "canonical",
        "cca",
        "dummy",
    ],
)
def test_several_targets(make: Make, engine: Oracle | None) -> None:
    X, y = two_targets()
    model = fitted(make(), X, y)
    predicted = model.predict(X)
    numbers = {f"y{at + 1}": predicted[:, at] for at in range(2)}
    scales = {name: np.abs(predicted).max() * 10.0 for name in numbers}
    expected = Expected(numbers=numbers, scales=scales)
    assert_predicts(model, X, y, expected=expected, oracle=engine, case="several.regression")


@pytest.mark.parametrize("make", [lm.SGDOneClassSVM, OneClassSVM], ids=["sgd", "svm"])
def test_one_class(make: Make, engine: Oracle | None) -> None:
    X, _ = iris()
    model = fitted(make(), X, None)
    scores = model.decision_function(X)
    expected = Expected({"y": model.predict(X).tolist()}, {"decisionFunction": scores})
    expected = Expected(
        expected.labels,
        expected.numbers,
        {"decisionFunction": np.abs(scores).max() + 100.0},
        np.abs(scores) < 1e-10,
    )
    assert_predicts(model, X, None, expected=expected, oracle=engine, case="one_class")


def test_isotonic(engine: Oracle | None) -> None:
    X, y = diabetes()
    model = IsotonicRegression(out_of_bounds="clip").fit(X[:, 2:3], y)
    rows = np.concatenate([X[:, 2:3], [[-1000.0], [1000.0], [0.3]]])
    expected = Expected(numbers={"y": model.predict(rows)})
    assert_predicts(model, rows, y, expected=expected, oracle=engine, case="isotonic")


def test_scores_of_partial_least_squares(engine: Oracle | None) -> None:
    X, y = two_targets()
    assert_transforms(PLSSVD(2).fit(X, y), X, oracle=engine, case="pls_svd")


@pytest.mark.parametrize(
    ("model", "reason"),
    [
        (SVR(kernel=lambda a, b: a @ b.T), "kernels linear, poly, rbf and sigmoid"),
        (KernelRidge(kernel=lambda a, b: a @ b), "kernels linear, poly, rbf and sigmoid"),
    ],
    ids=["svr", "ridge"],
)
def test_kernels_that_pmml_does_not_have(model: Any, reason: str) -> None:
    X, y = diabetes()
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(model.fit(X, y), X=X, y=y)


@pytest.mark.parametrize("strategy", ["stratified", "uniform"])
def test_random_predictions_are_refused(strategy: str) -> None:
    X, y = iris()
    with pytest.raises(ExportError, match="at random"):
        pmmlkit.export(DummyClassifier(strategy=strategy).fit(X, y))

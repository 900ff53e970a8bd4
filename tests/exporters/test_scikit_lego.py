"""scikit-lego: what is exported against the library itself, and what is refused."""

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
from pmmlkit.exporters.registry import public_names, registry
from pmmlkit.exporters.scikit_lego.refused import REFUSED as REASONS
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import (
    Expected,
    assert_predicts,
    assert_transforms,
    columns_of,
    expected_of,
)
from tests.exporters.data import diabetes, iris, iris_frame, labelled, positive

pytest.importorskip("sklego.linear_model")
pytest.importorskip("pandas")

import pandas as pd
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.mixture import GaussianMixture
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from sklego.decomposition import PCAOutlierDetection
from sklego.dummy import RandomRegressor
from sklego.feature_selection import MaximumRelevanceMinimumRedundancy
from sklego.linear_model import (
    DeadZoneRegressor,
    DemographicParityClassifier,
    EqualOpportunityClassifier,
    ImbalancedLinearRegression,
    LADRegression,
    LowessRegression,
    ProbWeightRegression,
    QuantileRegression,
)
from sklego.meta import (
    ConfusionBalancer,
    DecayEstimator,
    EstimatorTransformer,
    GroupedClassifier,
    GroupedPredictor,
    GroupedRegressor,
    OrdinalClassifier,
    OutlierClassifier,
    RegressionOutlierDetector,
    SubjectiveClassifier,
    Thresholder,
    ZeroInflatedRegressor,
)
from sklego.mixture import (
    BayesianGMMClassifier,
    BayesianGMMOutlierDetector,
    GMMClassifier,
    GMMOutlierDetector,
)
from sklego.naive_bayes import BayesianGaussianMixtureNB, GaussianMixtureNB
from sklego.neighbors import BayesianKernelDensityClassifier
from sklego.preprocessing import (
    ColumnCapper,
    ColumnDropper,
    ColumnSelector,
    DictMapper,
    IdentityTransformer,
    InformationFilter,
    IntervalEncoder,
    LinearEmbedder,
    MonotonicSplineTransformer,
    OrthogonalTransformer,
    OutlierRemover,
    RandomAdder,
    RepeatingBasisFunction,
    TypeSelector,
)

Make = Callable[[], Any]
Data = Callable[[], tuple[Any, Any]]


def _holes() -> tuple[Any, Any]:
    X, y = iris()
    X = X.copy()
    X[::7, 1] = np.nan
    return X, y


def _towns() -> tuple[Any, Any]:
    random = np.random.default_rng(2)
    towns = random.choice(["Ulm", "Bonn", "Kiel & co", "Rom"], 60)
    return pd.DataFrame({"town": towns, "place": towns[::-1]}), random.integers(0, 2, 60)


def _grouped() -> tuple[Any, Any]:
    X, y = iris_frame()
    frame = X.assign(town=np.where(np.arange(len(X)) % 3 == 0, "Ulm", "Bonn & co"))
    return frame.assign(year=2000 + np.arange(len(X)) % 2), y


def _grouped_number() -> tuple[Any, Any]:
    X, y = _grouped()
    return X, pd.Series(X["sepal length"] * (1 + (X["town"] == "Ulm")) + y, name="size")


def _zeros() -> tuple[Any, Any]:
    X, y = iris()
    return X, np.where(y == 0, 0.0, X[:, 0] * X[:, 1])


def _flags() -> tuple[Any, Any]:
    X, y = iris()
    return X, (y == 0).astype(int)


def _fair() -> tuple[Any, Any]:
    X, y = iris()
    return X, (y == 2).astype(int)


def _rows_only() -> tuple[Any, Any]:
    return iris()[0], None


def _logistic() -> Any:
    return LogisticRegression(max_iter=1000)


def _tree() -> Any:
    return DecisionTreeClassifier(max_depth=3, random_state=0)


PRIOR = {0: 0.2, 1: 0.5, 2: 0.3}

PREDICTORS: Mapping[str, tuple[Make, Data]] = {
    "dead_zone": (lambda: DeadZoneRegressor(threshold=0.5), positive),
    "imbalanced": (
        lambda: ImbalancedLinearRegression(overestimation_punishment_factor=4),
        positive,
    ),
    "least_absolute": (LADRegression, positive),
    "quantile": (lambda: QuantileRegression(quantile=0.3), positive),
    "no_intercept": (lambda: QuantileRegression(fit_intercept=False), positive),
    "weights": (ProbWeightRegression, positive),
    "lowess": (lambda: LowessRegression(sigma=2.0), positive),
    "demographic": (
        lambda: DemographicParityClassifier(
            covariance_threshold=0.5, sensitive_cols=[1], train_sensitive_cols=False
        ),
        _fair,
    ),
    "opportunity": (
        lambda: EqualOpportunityClassifier(
            covariance_threshold=None,
            positive_target=1,
            sensitive_cols=[0],
            train_sensitive_cols=True,
        ),
        _fair,
    ),
    "decay_regressor": (lambda: DecayEstimator(Ridge()), positive),
    "decay_classifier": (lambda: DecayEstimator(_logistic()), iris),
    "threshold": (
        lambda: Thresholder(_logistic(), threshold=0.3),
        lambda: labelled("two_texts"),
    ),
    "threshold_tree": (
        lambda: Thresholder(_tree(), threshold=0.7),
        lambda: labelled("two_numbers"),
    ),
    "confusion": (lambda: ConfusionBalancer(_tree(), alpha=0.3, cfm_smooth=1), iris),
    "confusion_texts": (
        lambda: ConfusionBalancer(GaussianNB(), alpha=0.7),
        lambda: labelled("two_texts"),
    ),
    "subjective_shares": (
        lambda: SubjectiveClassifier(_logistic(), PRIOR, evidence="predict_proba"),
        iris,
    ),
    "subjective_label": (
        lambda: SubjectiveClassifier(_tree(), PRIOR, evidence="confusion_matrix"),
        iris,
    ),
    "subjective_both": (lambda: SubjectiveClassifier(GaussianNB(), PRIOR), iris),
    "ordinal": (lambda: OrdinalClassifier(_logistic()), iris),
    "ordinal_texts": (lambda: OrdinalClassifier(GaussianNB()), lambda: labelled("three_texts")),
    "ordinal_calibrated": (
        lambda: OrdinalClassifier(_logistic(), use_calibration=True, calibration_kwargs={"cv": 2}),
        iris,
    ),
    "outliers_as_classes": (
        lambda: OutlierClassifier(IsolationForest(n_estimators=5, random_state=0)),
        _flags,
    ),
    "mixture_outliers_as_classes": (
        lambda: OutlierClassifier(GMMOutlierDetector(threshold=0.7, random_state=0)),
        _flags,
    ),
    "regression_outliers": (
        lambda: RegressionOutlierDetector(Ridge(), column=0, lower=1.0, upper=0.5),
        _rows_only,
    ),
    "regression_relative": (
        lambda: RegressionOutlierDetector(
            DecisionTreeRegressor(max_depth=3, random_state=0),
            column=2,
            lower=0.1,
            upper=0.05,
            method="relative",
        ),
        _rows_only,
    ),
    "regression_absolute": (
        lambda: RegressionOutlierDetector(
            LinearRegression(), column="petal width", lower=0.2, upper=0.1, method="absolute"
        ),
        lambda: (iris_frame()[0], None),
    ),
    "zero_inflated": (
        lambda: ZeroInflatedRegressor(_tree(), DecisionTreeRegressor(max_depth=3, random_state=0)),
        _zeros,
    ),
    "zero_inflated_linear": (
        lambda: ZeroInflatedRegressor(_logistic(), LinearRegression()),
        _zeros,
    ),
    "mixtures": (lambda: GMMClassifier(n_components=2, random_state=0), iris),
    "mixtures_bayesian": (
        lambda: BayesianGMMClassifier(n_components=2, random_state=0, covariance_type="diag"),
        iris,
    ),
    "mixture_outliers": (
        lambda: GMMOutlierDetector(threshold=0.9, random_state=0),
        _rows_only,
    ),
    "mixture_deviation": (
        lambda: GMMOutlierDetector(threshold=1, method="stddev", n_components=2, random_state=0),
        _rows_only,
    ),
    "mixture_outliers_bayesian": (
        lambda: BayesianGMMOutlierDetector(threshold=0.9, random_state=0),
        _rows_only,
    ),
    "mixture_bayes": (lambda: GaussianMixtureNB(n_components=2, random_state=0), iris),
    "mixture_bayes_bayesian": (
        lambda: BayesianGaussianMixtureNB(n_components=2, random_state=0),
        lambda: labelled("two_texts"),
    ),
    "densities": (lambda: BayesianKernelDensityClassifier(bandwidth=0.5), iris),
    "projection_outliers": (
        lambda: PCAOutlierDetection(n_components=2, threshold=0.6),
        _rows_only,
    ),
    "projection_relative": (
        lambda: PCAOutlierDetection(n_components=1, threshold=0.05, variant="relative"),
        _rows_only,
    ),
    "grouped_regressor": (
        lambda: GroupedRegressor(LinearRegression(), groups=["town"]),
        _grouped_number,
    ),
    "grouped_two_columns": (
        lambda: GroupedRegressor(
            DecisionTreeRegressor(max_depth=2, random_state=0),
            groups=["town", "year"],
            use_global_model=False,
        ),
        _grouped_number,
    ),
    "grouped_classifier": (lambda: GroupedClassifier(_logistic(), groups="town"), _grouped),
    "grouped_predictor": (
        lambda: GroupedPredictor(_tree(), groups=["year"]),
        lambda: (_grouped()[0].drop(columns="town"), _grouped()[1]),
    ),
    "grouped_texts": (
        lambda: GroupedClassifier(GaussianNB(), groups=["town", "year"]),
        lambda: (_grouped()[0], pd.Series(labelled("three_texts")[1], name="species")),
    ),
}


def _fitted(make: Make, data: Data) -> tuple[Any, Any, Any]:
    X, y = data()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return make().fit(X, y), X, y


@cache
def _predictor(case: str) -> tuple[Any, Any, Any]:
    return _fitted(*PREDICTORS[case])


def _expected(model: Any, X: Any, target: str) -> Expected:
    if isinstance(model, GroupedPredictor) and not hasattr(model, "classes_"):
        found = np.asarray(model.predict(X))
        if found.dtype.kind == "f":
            return Expected(numbers={target: found})
        return Expected({target: found.tolist()})
    expected = expected_of(model, X, target)
    if isinstance(model, Thresholder | OutlierClassifier):
        return Expected(expected.labels, expected.numbers, expected.scales)
    return expected


def _target(y: Any) -> str:
    return str(getattr(y, "name", None) or "y")


@pytest.mark.parametrize("case", PREDICTORS)
def test_pmmlkit_predicts_as_scikit_lego(case: str) -> None:
    model, X, y = _predictor(case)
    assert_predicts(model, X, y, expected=_expected(model, X, _target(y)))


@pytest.mark.parametrize("case", PREDICTORS)
def test_oracle_predicts_as_scikit_lego(case: str, oracle: Oracle) -> None:
    model, X, y = _predictor(case)
    expected = _expected(model, X, _target(y))
    assert_predicts(model, X, y, expected=expected, oracle=oracle, case=f"sklego-{case}")


TRANSFORMERS: Mapping[str, tuple[Make, Data]] = {
    "identity": (IdentityTransformer, iris),
    "columns": (lambda: ColumnSelector(["petal width", "sepal length"]), iris_frame),
    "column": (lambda: ColumnSelector("petal width"), iris_frame),
    "dropped": (lambda: ColumnDropper(["petal width"]), iris_frame),
    "typed": (lambda: TypeSelector(include="number"), _grouped),
    "capped": (ColumnCapper, iris),
    "capped_missing": (lambda: ColumnCapper(quantile_range=(10, 80)), _holes),
    "capped_finite": (lambda: ColumnCapper(discard_infs=True), _holes),
    "mapped": (
        lambda: DictMapper({"Ulm": 1, "Rom": 7, "Oy": 3}, default=-1),
        _towns,
    ),
    "intervals": (lambda: IntervalEncoder(n_chunks=5), positive),
    "intervals_growing": (lambda: IntervalEncoder(n_chunks=4, method="increasing"), positive),
    "basis": (
        lambda: RepeatingBasisFunction(column="sepal length", n_periods=4, remainder="passthrough"),
        iris_frame,
    ),
    "basis_range": (
        lambda: RepeatingBasisFunction(column=0, n_periods=3, input_range=(4, 8), width=0.5),
        iris,
    ),
    "orthogonal": (OrthogonalTransformer, iris),
    "orthogonal_normal": (lambda: OrthogonalTransformer(normalize=True), iris),
    "filtered": (lambda: InformationFilter(columns=["petal width"], alpha=0.75), iris_frame),
    "filtered_two": (lambda: InformationFilter(columns=[0, 2]), iris),
    "embedded": (LinearEmbedder, positive),
    "splines": (lambda: MonotonicSplineTransformer(n_knots=3, degree=2), iris),
    "relevant": (lambda: MaximumRelevanceMinimumRedundancy(k=2), iris),
    "predicted": (lambda: EstimatorTransformer(Ridge()), diabetes),
}


@cache
def _transformer(case: str) -> tuple[Any, Any, Any]:
    return _fitted(*TRANSFORMERS[case])


@pytest.mark.parametrize("case", TRANSFORMERS)
def test_pmmlkit_transforms_as_scikit_lego(case: str) -> None:
    if case == "predicted":
        pytest.skip("a document without a model cannot hold what a model predicts")
    transformer, X, y = _transformer(case)
    assert_transforms(transformer, X, y)


@pytest.mark.parametrize("case", TRANSFORMERS)
def test_oracle_transforms_as_scikit_lego(case: str, oracle: Oracle) -> None:
    transformer, X, y = _transformer(case)
    assert_transforms(transformer, X, y, oracle=oracle, case=f"sklego-{case}")


def test_estimator_transformer_stands_before_a_model() -> None:
    X, y = diabetes()
    assert_predicts(make_pipeline(EstimatorTransformer(Ridge()), Ridge()).fit(X, y), X, y)
    transformer = EstimatorTransformer(_logistic(), predict_func="predict_proba").fit(*iris())
    with pytest.raises(ExportError, match="under each other in one column"):
        pmmlkit.export(transformer, X=iris()[0])


def test_noise_is_for_the_rows_of_training() -> None:
    X, y = positive()
    pipeline = make_pipeline(RandomAdder(random_state=0), Ridge()).fit(X, y)
    assert_predicts(pipeline, X[:40] + 0.125, y)


def test_outliers_are_removed_from_the_rows_of_training() -> None:
    remover = OutlierRemover(IsolationForest(n_estimators=5, random_state=0)).fit(iris()[0])
    assert_transforms(remover, iris()[0][:40] + 0.125)


def test_unknown_group_goes_to_the_global_model() -> None:
    model, X, y = _predictor("grouped_regressor")
    rows = X.assign(town="Rom")
    assert_predicts(model, rows, y, expected=_expected(model, rows, _target(y)))


def test_unknown_group_without_a_global_model_has_no_result() -> None:
    model, X, y = _predictor("grouped_two_columns")
    document = pmmlkit.export(model, X=X, y=y)
    found = pmmlkit.load(document.to_bytes()).evaluate(columns_of(X.assign(town="Rom")))
    assert np.isnan(np.asarray(found["size"], np.float64)).all()


REFUSED: Mapping[str, tuple[Make, Data, str]] = {
    "random": (RandomRegressor, positive, "random numbers"),
    "span": (lambda: LowessRegression(span=0.5), positive, "a quantile of the distances"),
    "shrinkage": (
        lambda: GroupedRegressor(Ridge(), groups=["town", "year"], shrinkage="relative"),
        _grouped_number,
        "shrinkage",
    ),
    "nan_key": (lambda: DictMapper({"Ulm": 1, np.nan: 2}, default=0), _towns, "impute them"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_with_a_reason(case: str) -> None:
    make, data, words = REFUSED[case]
    model, X, y = _fitted(make, data)
    with pytest.raises(ExportError, match=words):
        pmmlkit.export(model, X=X, y=y)


def test_jump_of_a_curve_is_refused() -> None:
    encoder = IntervalEncoder(n_chunks=3).fit(*positive())
    encoder.quantiles_[0] = 1.0
    with pytest.raises(ExportError, match=r"two heights at 1\.0"):
        pmmlkit.export(encoder, X=positive()[0])


def test_mixture_of_scikit_learn_is_what_the_classifier_holds() -> None:
    model, _, _ = _predictor("mixtures")
    assert all(isinstance(part, GaussianMixture) for part in model.gmms_.values())


PACKAGES = (
    "sklego.decomposition",
    "sklego.dummy",
    "sklego.feature_selection",
    "sklego.meta",
    "sklego.mixture",
    "sklego.naive_bayes",
    "sklego.neighbors",
    "sklego.preprocessing",
)

NOT_CONVERTED = (
    "GroupedTransformer",
    "HierarchicalClassifier",
    "HierarchicalPredictor",
    "HierarchicalRegressor",
)
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
            and it.__module__.startswith("sklego.")
            and (hasattr(it, "fit") or hasattr(it, "transform"))
        ]
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("kind", _classes(), ids=lambda kind: str(kind.__name__))
def test_class_is_exported_or_refused(kind: type) -> None:
    # of a class that is not known itself, its base counts
    known = set(registry().names()) | set(REASONS)
    lineage = [set(public_names(base)) for base in kind.__mro__]
    names = next((it for it in lineage if it & known), set())
    exported, refused = names & set(registry().names()), names & set(REASONS)
    missing = kind.__name__ in NOT_CONVERTED
    assert [bool(exported), bool(refused), missing].count(True) == 1

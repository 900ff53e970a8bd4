"""Neighbours, radii, centroids, densities; against scikit-learn and the oracles."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, assert_transforms, expected_of
from tests.exporters.sklearn.clouds import (
    KINDS,
    chosen,
    cloud,
    labels,
    outliers_expected,
    pairs,
    scoring,
    several_expected,
    waves,
)

pytest.importorskip("sklearn")

from sklearn.ensemble import StackingRegressor, VotingClassifier
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.neighbors import (
    KernelDensity,
    KNeighborsClassifier,
    KNeighborsRegressor,
    LocalOutlierFactor,
    NearestCentroid,
    NeighborhoodComponentsAnalysis,
    RadiusNeighborsClassifier,
    RadiusNeighborsRegressor,
    RadiusNeighborsTransformer,
)
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Make = Callable[[], Any]

CLASSIFIERS: dict[str, Make] = {
    "k": lambda: KNeighborsClassifier(5),
    "k_even": lambda: KNeighborsClassifier(4),
    "k_by_distance": lambda: KNeighborsClassifier(6, weights="distance"),
    "k_scaled": lambda: make_pipeline(StandardScaler(), KNeighborsClassifier(3)),
    "k_voting": lambda: VotingClassifier(
        [("k", KNeighborsClassifier(4)), ("line", LogisticRegression())], voting="soft"
    ),
    "centroid_voting": lambda: VotingClassifier(
        [("near", NearestCentroid()), ("line", LogisticRegression())], voting="soft"
    ),
    "radius": lambda: RadiusNeighborsClassifier(2.0, outlier_label="most_frequent"),
    "radius_by_distance": lambda: RadiusNeighborsClassifier(
        2.0, weights="distance", outlier_label="most_frequent"
    ),
    "centroid": NearestCentroid,
    "centroid_shrunken": lambda: NearestCentroid(shrink_threshold=0.3),
    "centroid_manhattan": lambda: NearestCentroid(metric="manhattan"),
    "components": lambda: make_pipeline(
        NeighborhoodComponentsAnalysis(2, random_state=0, max_iter=5), LogisticRegression()
    ),
}

REGRESSORS: dict[str, Make] = {
    "k": lambda: KNeighborsRegressor(4),
    "k_by_distance": lambda: KNeighborsRegressor(4, weights="distance"),
    "k_inside": lambda: StackingRegressor(
        [("k", KNeighborsRegressor(4))], LinearRegression(), cv=2
    ),
    "radius": lambda: RadiusNeighborsRegressor(1.5),
    "radius_by_distance": lambda: RadiusNeighborsRegressor(1.5, weights="distance"),
}

METRICS: dict[str, tuple[Any, ...]] = {
    "manhattan": ("manhattan", None),
    "chebyshev": ("chebyshev", None),
    "minkowski_3": ("minkowski", {"p": 3}),
    "minkowski_weighted": ("minkowski", {"p": 1.5, "w": [1.0, 2.0, 0.5]}),
    "euclidean_weighted": ("minkowski", {"p": 2, "w": [1.0, 2.0, 0.5]}),
    "sqeuclidean": ("sqeuclidean", None),
    "seuclidean": ("seuclidean", {"V": [1.0, 2.0, 0.5]}),
    "mahalanobis": ("mahalanobis", {"V": np.cov(cloud().T)}),
    "cosine": ("cosine", None),
}


@pytest.mark.parametrize(("name", "kind"), pairs(CLASSIFIERS, KINDS))
def test_classifiers(name: str, kind: str, engine: Oracle | None) -> None:
    estimator = CLASSIFIERS[name]().fit(cloud(), labels(kind))
    assert_predicts(estimator, scoring(), oracle=engine, case=f"neighbors.{name}.{kind}")


@pytest.mark.parametrize("name", REGRESSORS)
def test_regressors(name: str, engine: Oracle | None) -> None:
    estimator = REGRESSORS[name]().fit(cloud(), waves())
    expected, case = _numbers(estimator), f"neighbors.{name}"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


def _numbers(estimator: Any) -> Expected:
    with warnings.catch_warnings():
        # about rows without neighbours
        warnings.simplefilter("ignore")
        return expected_of(estimator, scoring())


@pytest.mark.parametrize("name", chosen(METRICS))
def test_metrics(name: str, engine: Oracle | None) -> None:
    metric, given = METRICS[name]
    parameters = dict(given or {})
    options: dict[str, Any] = {"metric": metric, "p": parameters.pop("p", 2)}
    options["metric_params"] = parameters or None
    estimator = KNeighborsRegressor(3, **options).fit(cloud(), waves())
    assert_predicts(estimator, scoring(), oracle=engine, case=f"neighbors.metric.{name}")
    inside = RadiusNeighborsRegressor(0.6, weights="distance", **options).fit(cloud(), waves())
    expected = _numbers(inside)
    case = f"neighbors.radius_metric.{name}"
    assert_predicts(inside, scoring(), expected=expected, oracle=engine, case=case)


def test_hamming(engine: Oracle | None) -> None:
    X = np.random.default_rng(4).integers(0, 4, (60, 5)).astype(float)
    estimator = RadiusNeighborsRegressor(0.5, metric="hamming", weights="distance")
    estimator.fit(X[:40], X[:40, 0] * 3.0 - X[:40, 1])
    assert_predicts(estimator, X[40:], oracle=engine, case="neighbors.hamming")


def test_missing_values(engine: Oracle | None) -> None:
    random = np.random.default_rng(4)
    X, rows = cloud().copy(), scoring().copy()
    X[random.random(X.shape) < 0.1] = np.nan
    rows[random.random(rows.shape) < 0.1] = np.nan
    X[:, 0], rows[:, 0] = cloud()[:, 0], scoring()[:, 0]
    estimator = KNeighborsRegressor(3, metric="nan_euclidean").fit(X, waves())
    assert_predicts(estimator, rows, oracle=engine, case="neighbors.missing")


@pytest.mark.parametrize("priors", [None, [0.2, 0.5, 0.3]])
@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_centroids_with_priors(metric: str, priors: Any, engine: Oracle | None) -> None:
    estimator = NearestCentroid(metric=metric)
    if "priors" not in estimator.get_params():
        pytest.skip("NearestCentroid has no priors in this release")
    estimator.set_params(priors=priors or "empirical").fit(cloud(), labels("three_texts"))
    assert_predicts(estimator, scoring(), oracle=engine, case="neighbors.priors")


@pytest.mark.parametrize("name", ["k", "radius"])
@pytest.mark.parametrize("is_class", [False, True], ids=["numbers", "labels"])
def test_several_targets(name: str, is_class: bool, engine: Oracle | None) -> None:
    if is_class:
        y: Any = np.column_stack([labels("three_texts"), labels("two_texts")])
        estimator = CLASSIFIERS[name]().fit(cloud(), y)
    else:
        estimator = REGRESSORS[name]().fit(cloud(), waves(2))
    rows = scoring()[4:]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = several_expected(estimator, rows)
    case = f"several.neighbors.{name}"
    assert_predicts(estimator, rows, expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize("metric", ["euclidean", "manhattan"])
def test_outliers(metric: str, engine: Oracle | None) -> None:
    estimator = LocalOutlierFactor(5, novelty=True, metric=metric).fit(cloud())
    expected = outliers_expected(estimator, scoring())
    assert set(expected.labels["y"]) == {-1, 1}
    case = f"neighbors.outliers.{metric}"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize("mode", ["distance", "connectivity"])
def test_radius_transformer(mode: str, engine: Oracle | None) -> None:
    estimator = RadiusNeighborsTransformer(mode=mode, radius=2.0).fit(cloud()[:20])
    assert_transforms(estimator, scoring(), oracle=engine, case=f"neighbors.transformer.{mode}")


KERNELS = ("gaussian", "tophat", "epanechnikov", "exponential", "linear", "cosine")


@pytest.mark.parametrize(("kernel", "weights"), pairs(KERNELS, ["plain", "weighted"]))
def test_densities(kernel: str, weights: str, engine: Oracle | None) -> None:
    # scikit-learn has no norm of the cosine kernel in three dimensions and more
    X, rows = cloud()[:40, :2], scoring()[:, :2]
    given = np.arange(40) % 3 + 0.5 if weights == "weighted" else None
    estimator = KernelDensity(kernel=kernel, bandwidth=1.7, rtol=0.0).fit(X, sample_weight=given)
    # the document makes a column of the scores
    estimator.transform = lambda X: estimator.score_samples(X)[:, np.newaxis]
    near = np.isfinite(estimator.score_samples(rows))
    assert_transforms(estimator, rows[near], oracle=engine, case=f"neighbors.density.{kernel}")
    if not near.all():
        case = f"neighbors.density.{kernel}.nothing_near"
        assert_transforms(estimator, rows, oracle=engine, case=case)


def _function(distances: Any) -> Any:
    return distances


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (KNeighborsRegressor(weights=_function), "Python function _function"),
        (KNeighborsRegressor(metric="canberra"), "metric 'canberra', which none of PMML's"),
        (KNeighborsRegressor(n_neighbors=None), "predicts nothing"),
        (LocalOutlierFactor(novelty=False), "set novelty=True"),
        (RadiusNeighborsClassifier(outlier_label=7), "use one of the classes as outlier_label"),
    ],
    ids=["weights", "metric", "count", "novelty", "outlier label"],
)
def test_refusals(estimator: Any, message: str) -> None:
    estimator.fit(cloud(), labels("three_numbers"))
    with pytest.raises(ExportError, match=message):
        pmmlkit.export(estimator)

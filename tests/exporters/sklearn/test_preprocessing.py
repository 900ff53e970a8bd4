"""Scalers of rows and kernels, powers, quantiles; against scikit-learn and the oracles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.data import iris

pytest.importorskip("sklearn")

from sklearn.decomposition import PCA
from sklearn.impute import KNNImputer
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    KernelCenterer,
    Normalizer,
    OneHotEncoder,
    PowerTransformer,
    QuantileTransformer,
    SplineTransformer,
    StandardScaler,
)

Doubles = npt.NDArray[np.float64]
Fitted = Callable[[Doubles], Any]


def rows() -> Doubles:
    """Return numbers on both sides of 0, and a row of zeros."""
    X, _ = iris()
    return np.concatenate([X - 2.0, np.zeros((1, 4))])


def lacking() -> Doubles:
    """Return rows that lack numbers."""
    X, _ = iris()
    found = X.copy()
    found[::7, 0] = np.nan
    found[3::11, 2] = np.nan
    return found


def beyond() -> Doubles:
    """Return rows in and outside the range, some between the training values."""
    X, _ = iris()
    return np.concatenate([lacking(), X[:4] * 3.0, -X[:4], X[:30] + 0.05])


CASES: dict[str, tuple[Any, Doubles, Doubles]] = {
    "binarizer": (Binarizer(threshold=1.0), rows(), rows()),
    "normalizer.l1": (Normalizer("l1"), rows(), rows()),
    "normalizer.l2": (Normalizer(), rows(), rows()),
    "normalizer.max": (Normalizer("max"), rows(), rows()),
    "kernel_centerer": (KernelCenterer(), rows()[:9] @ rows()[:9].T, rows() @ rows()[:9].T),
    "power.yeo_johnson": (PowerTransformer(), lacking() - 2.0, beyond()),
    "power.yeo_johnson.plain": (PowerTransformer(standardize=False), rows(), beyond()),
    "power.box_cox": (PowerTransformer("box-cox"), lacking(), lacking() * 2.0),
    "power.box_cox.plain": (
        PowerTransformer("box-cox", standardize=False),
        lacking(),
        lacking() * 0.5,
    ),
    "quantile.uniform": (QuantileTransformer(n_quantiles=30), lacking(), beyond()),
    "quantile.normal": (
        QuantileTransformer(n_quantiles=30, output_distribution="normal"),
        lacking(),
        beyond(),
    ),
    "quantile.all": (QuantileTransformer(n_quantiles=90), iris()[0], beyond()),
    "quantile.one_value": (
        QuantileTransformer(n_quantiles=10),
        np.ones((20, 2)),
        np.array([[1.0, 2.0], [0.0, 1.0]]),
    ),
    "quantile.single": (QuantileTransformer(n_quantiles=1), lacking(), beyond()),
    "quantile.single.normal": (
        QuantileTransformer(n_quantiles=1, output_distribution="normal"),
        lacking(),
        beyond(),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_transforms(name: str, engine: Oracle | None) -> None:
    transformer, training, scored = CASES[name]
    assert_transforms(transformer.fit(training), scored, oracle=engine, case=name)


@pytest.mark.parametrize(
    "transformer",
    [
        Binarizer(threshold=40),
        Normalizer(),
        Normalizer("l1"),
        PowerTransformer(),
        QuantileTransformer(n_quantiles=8),
        QuantileTransformer(n_quantiles=8, output_distribution="normal"),
        SplineTransformer(degree=2, extrapolation="linear"),
        make_union(PCA(2), KNNImputer(n_neighbors=2)),
    ],
    ids=lambda it: type(it).__name__,
)
def test_columns_of_integers(transformer: Any, engine: Oracle | None) -> None:
    rng = np.random.default_rng(8)
    frame = pd.DataFrame(rng.integers(0, 90, (12, 2)) * [1, 1000], columns=["age", "income"])
    frame.loc[5] = [0, 60_000]
    if isinstance(transformer, SplineTransformer):
        frame.loc[11] = [100, 99_000]
    case = f"integers.{type(transformer).__name__}"
    assert_transforms(transformer.fit(frame[:11]), frame, oracle=engine, case=case)


@pytest.mark.parametrize("exponent", [0.0, 2.0, 1e-17, -0.5])
@pytest.mark.parametrize("method", ["box-cox", "yeo-johnson"])
def test_exponents_that_make_a_case_of_their_own(method: str, exponent: float) -> None:
    X = np.linspace(0.125, 4.0, 32).reshape(-1, 2)
    transformer = PowerTransformer(method, standardize=False).fit(X)
    transformer.lambdas_ = np.array([exponent, 1.0])
    scored = X if method == "box-cox" else np.concatenate([X, -X])
    assert_transforms(transformer, scored)


@pytest.mark.parametrize(
    "after",
    [
        Binarizer(threshold=0.5),
        Normalizer(),
        PowerTransformer(),
        QuantileTransformer(n_quantiles=5),
        QuantileTransformer(n_quantiles=5, output_distribution="normal"),
    ],
    ids=["binarizer", "normalizer", "power", "quantile", "normal_quantile"],
)
def test_indicators_pass_through(after: Any) -> None:
    X = np.array([["a", "p"], ["b", "q"], ["c", "p"], ["a", "q"], ["b", "p"]] * 4, object)
    first = OneHotEncoder(sparse_output=False, handle_unknown="ignore")
    model = make_pipeline(first, after, LinearRegression()).fit(X, np.arange(20.0))
    scored = np.concatenate([X, np.array([["z", "p"]], object)])
    assert_predicts(model, scored)


def test_normalizer_of_scaled_columns_and_rows_too_short_to_scale() -> None:
    X, _ = iris()
    assert_transforms(make_pipeline(StandardScaler(), Normalizer()).fit(X), X)
    assert_transforms(Normalizer("l1").fit(X), np.array([[1e-16, 0.0, -1e-16, 0.0]] * 2))


@pytest.mark.parametrize("norm", ["l1", "l2", "max"])
def test_norms_of_many_columns(norm: Any, engine: Oracle | None) -> None:
    X = np.random.default_rng(4).normal(size=(8, 250))
    assert_transforms(Normalizer(norm).fit(X), X, oracle=engine, case=f"normalizer.wide.{norm}")

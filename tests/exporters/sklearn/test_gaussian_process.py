"""Gaussian processes, and labels that spread by kernels; against scikit-learn and the oracles."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import Expected, assert_predicts, label_text
from tests.exporters.sklearn.clouds import (
    KINDS,
    chosen,
    cloud,
    labels,
    pairs,
    scoring,
    several_expected,
    waves,
)

sklearn = pytest.importorskip("sklearn")

from sklearn.gaussian_process import GaussianProcessClassifier, GaussianProcessRegressor
from sklearn.gaussian_process.kernels import (
    RBF,
    ConstantKernel,
    DotProduct,
    ExpSineSquared,
    Matern,
    PairwiseKernel,
    RationalQuadratic,
    WhiteKernel,
)
from sklearn.semi_supervised import LabelPropagation, LabelSpreading

RELEASE = tuple(map(int, sklearn.__version__.split(".")[:2]))
NOISE = WhiteKernel(0.1)

KERNELS: dict[str, tuple[Any, str]] = {
    "default": (None, "SupportVectorMachineModel"),
    "rbf": (ConstantKernel(2.0) * RBF(1.3) + NOISE, "SupportVectorMachineModel"),
    "rbf_of_columns": (RBF([1.0, 2.0, 3.0]), "SupportVectorMachineModel"),
    "dot": (DotProduct(0.7) + NOISE, "RegressionModel"),
    "sum": (DotProduct(0.5) ** 2 + NOISE + ConstantKernel(0.4) * RBF(2.0), "MiningModel"),
    "matern_half": (Matern(nu=0.5), "RegressionModel"),
    "matern": (ConstantKernel(2.0) * Matern(1.2, nu=1.5), "RegressionModel"),
    "matern_of_columns": (Matern([1.0, 2.0, 3.0], nu=2.5) + NOISE, "RegressionModel"),
    "matern_endless": (Matern(nu=np.inf), "RegressionModel"),
    "rational": (RationalQuadratic(1.1, 0.7), "RegressionModel"),
    "waves": (ExpSineSquared(2.0, 3.0) * RBF(1.0) + WhiteKernel(0.5), "RegressionModel"),
    "product": (RBF(2.0) * RationalQuadratic(1.0), "RegressionModel"),
    "laplacian": (PairwiseKernel(metric="laplacian", gamma=0.3), "RegressionModel"),
    "cosine": (PairwiseKernel(metric="cosine") + NOISE, "RegressionModel"),
    "polynomial": (PairwiseKernel(metric="poly", gamma=0.1) + NOISE, "RegressionModel"),
}


def _overlap(left: Any, right: Any, gamma: float = 1.0) -> float:
    return float(np.minimum(np.abs(left), np.abs(right)).sum())


def _regressor(kernel: Any) -> Any:
    return GaussianProcessRegressor(kernel, alpha=1e-3, normalize_y=True, optimizer=None)


@pytest.mark.parametrize("name", chosen(KERNELS))
def test_kernels(name: str, engine: Oracle | None) -> None:
    kernel, element = KERNELS[name]
    estimator = _regressor(kernel).fit(cloud()[:50], waves()[:50])
    rows = scoring()
    terms = np.abs(estimator.kernel_(rows, estimator.X_train_)) @ np.abs(estimator.alpha_)
    expected = Expected(
        numbers={"y": estimator.predict(rows)},
        scales={"y": np.abs(waves()).mean() + waves().std() * terms},
    )
    case = f"gaussian_process.{name}"
    document = assert_predicts(estimator, rows, expected=expected, oracle=engine, case=case)
    assert type(document.root.models[0]).__name__ == element


def test_several_targets(engine: Oracle | None) -> None:
    estimator = GaussianProcessRegressor(alpha=0.1).fit(cloud(), waves(2))
    expected = several_expected(estimator, scoring())
    case = "several.gaussian_process"
    assert_predicts(estimator, scoring(), expected=expected, oracle=engine, case=case)


CLASSIFIERS = {
    "rbf": RBF(1.0),
    "matern": ConstantKernel(3.0) * Matern(1.0) + DotProduct(0.1),
}


@pytest.mark.parametrize(("name", "kind"), pairs(CLASSIFIERS, KINDS[:2]))
def test_classifiers(name: str, kind: str, engine: Oracle | None) -> None:
    estimator = GaussianProcessClassifier(CLASSIFIERS[name], optimizer=None)
    estimator.fit(cloud()[:40], labels(kind)[:40])
    names = [f"probability({label_text(label)})" for label in estimator.classes_]
    # far from all training rows all classes are equals: scikit-learn 1.7 took the last of them
    rows = np.delete(scoring(), 3, 0) if RELEASE < (1, 8) else scoring()
    shares = estimator.predict_proba(rows)
    expected = Expected(
        {"y": estimator.predict(rows).tolist()},
        dict(zip(names, shares.T, strict=True)),
        # the error functions have factors of thousands, with either sign
        scales=dict.fromkeys(names, 7_000.0),
    )
    case = f"gaussian_process.{name}.{kind}"
    assert_predicts(estimator, rows, expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize("name", chosen(CLASSIFIERS))
def test_one_against_one(name: str, engine: Oracle | None) -> None:
    estimator = GaussianProcessClassifier(
        CLASSIFIERS[name], optimizer=None, multi_class="one_vs_one"
    )
    estimator.fit(cloud()[:40], labels("three_numbers")[:40])
    rows = np.concatenate([scoring(), cloud()])
    # predict_proba is there, and raises
    expected = Expected({"y": estimator.predict(rows).tolist()})
    case = f"gaussian_process.pairs.{name}"
    assert_predicts(estimator, rows, expected=expected, oracle=engine, case=case)


@pytest.mark.parametrize(
    ("estimator", "message"),
    [
        (_regressor(Matern(nu=0.7)), "needs a Bessel function"),
        (_regressor(PairwiseKernel(metric=_overlap) + NOISE), "metric='_overlap'"),
    ],
    ids=["matern", "pairwise"],
)
def test_refusals(estimator: Any, message: str) -> None:
    estimator.fit(cloud()[:30], labels("three_numbers")[:30])
    with pytest.raises(ExportError, match=message):
        pmmlkit.export(estimator)


@pytest.mark.parametrize("kernel", ["rbf", "knn"])
@pytest.mark.parametrize("kind", chosen(["three_numbers", "two_numbers"]))
@pytest.mark.parametrize("make", [LabelPropagation, LabelSpreading])
def test_spreading_labels(make: Any, kind: str, kernel: str, engine: Oracle | None) -> None:
    y = labels(kind) * 2 + 3
    y[np.random.default_rng(1).random(len(y)) < 0.4] = -1
    estimator = make(kernel=kernel, gamma=0.5, n_neighbors=9, max_iter=10_000).fit(cloud(), y)
    case = f"semi_supervised.{make.__name__}.{kernel}.{kind}"
    assert_predicts(estimator, np.delete(scoring(), 3, 0), oracle=engine, case=case)


def _ones(left: Any, right: Any) -> Any:
    return np.ones((len(left), len(right)))


def test_a_kernel_in_python() -> None:
    estimator = LabelSpreading(kernel=_ones).fit(cloud(), labels("two_numbers"))
    with pytest.raises(ExportError, match="the Python function _ones as its kernel"):
        pmmlkit.export(estimator)

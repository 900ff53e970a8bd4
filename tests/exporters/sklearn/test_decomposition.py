"""Decompositions, random projections and kernel maps, against scikit-learn and the oracles."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms
from tests.exporters.data import iris, iris_frame

pytest.importorskip("sklearn")

from sklearn import decomposition
from sklearn.kernel_approximation import (
    AdditiveChi2Sampler,
    Nystroem,
    PolynomialCountSketch,
    RBFSampler,
    SkewedChi2Sampler,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.random_projection import GaussianRandomProjection, SparseRandomProjection

Doubles = npt.NDArray[np.float64]

THRESHOLD = {"transform_algorithm": "threshold", "transform_alpha": 0.5, "random_state": 0}

LINEAR: dict[str, Any] = {
    "pca": decomposition.PCA(2),
    "pca.whiten": decomposition.PCA(3, whiten=True),
    "incremental_pca": decomposition.IncrementalPCA(2, whiten=True),
    "truncated_svd": decomposition.TruncatedSVD(2, random_state=0),
    "factor_analysis": decomposition.FactorAnalysis(2, rotation="varimax"),
    "fast_ica": decomposition.FastICA(2, random_state=0),
    "fast_ica.plain": decomposition.FastICA(random_state=0, whiten=False),
    "sparse_pca": decomposition.SparsePCA(2, random_state=0),
    "mini_batch_sparse_pca": decomposition.MiniBatchSparsePCA(2, random_state=0),
    "gaussian_projection": GaussianRandomProjection(3, random_state=0),
    "sparse_projection": SparseRandomProjection(3, random_state=0),
}

CODES: dict[str, Any] = {
    "dictionary": decomposition.DictionaryLearning(3, **THRESHOLD),
    "dictionary.split": decomposition.DictionaryLearning(3, split_sign=True, **THRESHOLD),
    "mini_batch": decomposition.MiniBatchDictionaryLearning(
        3, positive_code=True, fit_algorithm="cd", **THRESHOLD
    ),
    "positive_split": decomposition.MiniBatchDictionaryLearning(
        3, positive_code=True, split_sign=True, fit_algorithm="cd", **THRESHOLD
    ),
    "coder": decomposition.SparseCoder(
        np.array([[1.0, 0.5, 0.0, -0.25], [0.0, 1.0, -1.0, 2.0]]),
        transform_algorithm="threshold",
    ),
}

KERNELS: dict[str, Any] = {
    **{
        f"kernel_pca.{kernel}": decomposition.KernelPCA(2, kernel=kernel)
        for kernel in ("linear", "rbf", "poly", "cosine")
    },
    "kernel_pca.sigmoid": decomposition.KernelPCA(2, kernel="sigmoid", gamma=0.01),
    **{
        f"nystroem.{kernel}": Nystroem(kernel, n_components=3, random_state=0)
        for kernel in ("linear", "rbf", "poly", "cosine", "laplacian", "chi2", "additive_chi2")
    },
    "nystroem.sigmoid": Nystroem("sigmoid", n_components=3, gamma=0.01, coef0=1, random_state=0),
    "rbf_sampler": RBFSampler(n_components=4, random_state=0),
    "skewed_chi2": SkewedChi2Sampler(n_components=4, random_state=0),
    "additive_chi2.1": AdditiveChi2Sampler(sample_steps=1),
    "additive_chi2.3": AdditiveChi2Sampler(sample_steps=3),
    "additive_chi2.interval": AdditiveChi2Sampler(sample_steps=4, sample_interval=0.3),
    "count_sketch.3": PolynomialCountSketch(n_components=4, degree=3, coef0=1, random_state=0),
    "count_sketch.1": PolynomialCountSketch(n_components=2, degree=1, gamma=0.5, random_state=0),
}


def _fitted(estimator: Any, X: Any) -> Any:
    """Fit without what scikit-learn says of convergence and of its own future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return estimator.fit(X)


@pytest.mark.parametrize("name", LINEAR)
def test_linear(name: str, engine: Oracle | None) -> None:
    X, _ = iris()
    scored = np.concatenate([X, X[:4] * 3.0])
    assert_transforms(_fitted(LINEAR[name], X), scored, oracle=engine, case=f"linear.{name}")


@pytest.mark.parametrize("name", CODES)
def test_codes_cut_off_near_zero(name: str, engine: Oracle | None) -> None:
    X, _ = iris()
    scored = np.concatenate([X, X[:9] - 3.0])
    assert_transforms(_fitted(CODES[name], X), scored, oracle=engine, case=f"code.{name}")


@pytest.mark.parametrize("name", KERNELS)
def test_kernels(name: str, engine: Oracle | None) -> None:
    X, _ = iris()
    # so few rows: the document holds those that a kernel principal component analysis was fitted on
    transformer = _fitted(KERNELS[name], X[:25])
    scored = np.concatenate([X[20:50], np.zeros((1, 4))])
    if name.startswith("nystroem.chi2"):
        scored = scored[:-1]
    assert_transforms(transformer, scored, oracle=engine, case=f"kernel.{name}")


def test_kernels_that_arrive_as_columns() -> None:
    X, _ = iris()
    K = X[:20] @ X[:20].T
    assert_transforms(decomposition.KernelPCA(2, kernel="precomputed").fit(K), K)


def test_components_of_a_frame_in_a_classifier(engine: Oracle | None) -> None:
    X, y = iris_frame()
    model = make_pipeline(decomposition.PCA(2), LogisticRegression(max_iter=500)).fit(X, y)
    document = assert_predicts(model, X, y, oracle=engine, case="pca.classifier")
    assert b'name="pca1"' in document.to_bytes()


@pytest.mark.parametrize(
    ("estimator", "reason"),
    [
        (decomposition.NMF(2), "no loops"),
        (decomposition.MiniBatchNMF(2), "no loops"),
        (decomposition.LatentDirichletAllocation(2), "no loops"),
        (decomposition.DictionaryLearning(2, max_iter=5), "optimisation of its own"),
        (decomposition.SparseCoder(np.eye(4)), "optimisation of its own"),
        (decomposition.KernelPCA(2, kernel=lambda a, b: a @ b), "no formula that can be read"),
        (Nystroem(lambda a, b: a @ b, n_components=3), "no formula that can be read"),
        (PolynomialCountSketch(n_components=2, coef0=-1), "one is below 0"),
    ],
    ids=["nmf", "mini_batch_nmf", "lda", "dictionary", "coder", "kernel", "nystroem", "sketch"],
)
def test_refused(estimator: Any, reason: str) -> None:
    X, _ = iris()
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(_fitted(estimator, X), X=X)


def test_waves_over_integers_are_refused() -> None:
    X = np.arange(12).reshape(4, 3)
    with pytest.raises(ExportError, match="columns of floats"):
        pmmlkit.export(AdditiveChi2Sampler().fit(X), X=X)
    assert_transforms(AdditiveChi2Sampler().fit(X * 1.0), X * 1.0)

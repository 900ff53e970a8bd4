"""Clusters of many rows: as scikit-learn finds them, block by block, row by row."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import pmmlkit
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.clustering import predictor
from tests.corpus.clustering.documents import affinities, array, clustering, ranks
from tests.differential.strategies.proximity import clustering_models, rows


def centers_document(centers: np.ndarray[Any, Any], measure: str, **more: Any) -> bytes:
    fields = {f"x{at}": "continuous double" for at in range(centers.shape[1])}
    clusters = "".join(
        f'<Cluster id="{at}">{array(center)}</Cluster>'
        for at, center in enumerate(centers.tolist())
    )
    return clustering(clusters, measure, fields=fields, **more)


def test_kmeans_of_scikit_learn() -> None:
    cluster = pytest.importorskip("sklearn.cluster")
    X = np.random.default_rng(1).normal(size=(500, 4))
    fitted = cluster.KMeans(5, n_init=1, random_state=0).fit(X)
    ids = [str(at) for at in range(5)]
    text = centers_document(fitted.cluster_centers_, "<squaredEuclidean/>", output=affinities(*ids))
    result = pmmlkit.load(text).evaluate({f"x{at}": X[:, at] for at in range(4)})
    assert np.array_equal(np.array(result["_target"]).astype(int), fitted.predict(X))
    found = np.sqrt(np.column_stack([result[f"a({name})"] for name in ids]))
    np.testing.assert_allclose(found, fitted.transform(X), rtol=1e-9)


def test_gaussian_mixture_of_scipy() -> None:
    stats = pytest.importorskip("scipy.stats")
    random = np.random.default_rng(2)
    X = random.normal(size=(100, 3))
    clusters, expected = "", []
    for at in range(3):
        factor = random.normal(size=(3, 3))
        mean, covariance = random.normal(size=3), factor @ factor.T + np.eye(3)
        covariance = (covariance + covariance.T) / 2
        lines = "".join(array(row) for row in covariance.tolist())
        clusters += (
            f'<Cluster id="{at}">{array(mean.tolist())}<Covariances><Matrix>{lines}</Matrix>'
            "</Covariances></Cluster>"
        )
        expected.append(stats.multivariate_normal(mean, covariance).pdf(X))
    fields = {f"x{at}": "continuous double" for at in range(3)}
    text = clustering(
        clusters,
        fields=fields,
        model_class="distributionBased",
        output=affinities("0", "1", "2"),
    )
    result = pmmlkit.load(text).evaluate({f"x{at}": X[:, at] for at in range(3)})
    for at in range(3):
        np.testing.assert_allclose(result[f"a({at})"], expected[at], rtol=1e-10)
    assert np.array_equal(np.array(result["_target"]).astype(int), np.argmax(expected, axis=0))


@pytest.mark.parametrize(
    "measure", ["<euclidean/>", "<cityBlock/>", "<chebychev/>", '<minkowski p-parameter="3"/>']
)
def test_blocks_change_nothing(measure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    X = random.normal(size=(101, 3))
    X[random.random(X.shape) < 0.2] = np.nan
    X[0] = 0.0
    text = centers_document(random.normal(size=(4, 3)), measure, output=ranks(4))
    model = pmmlkit.load(text)
    table = {f"x{at}": X[:, at] for at in range(3)}
    whole = model.evaluate(table, errors="column")
    monkeypatch.setattr(predictor, "_CELLS", 28)
    parts = model.evaluate(table, errors="column")
    assert any(text is not None for text in np.ma.MaskedArray(whole["pmmlkit_error"]).tolist())
    for name, values in whole.items():
        left, right = np.ma.MaskedArray(values), np.ma.MaskedArray(parts[name])
        # As text: rows in error hold NaN.
        assert repr(left.tolist()) == repr(right.tolist())


@given(clustering_models(), rows())
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    same_in_both_modes(text, table)


@given(clustering_models(binary=True), rows(binary=True))
def test_rows_equal_columns_of_similarities(text: bytes, table: dict[str, list[Any]]) -> None:
    same_in_both_modes(text, table)


def same_in_both_modes(text: bytes, table: dict[str, list[Any]]) -> None:
    model = pmmlkit.load(text)
    arrays = {}
    for name, items in table.items():
        arrays[name] = np.empty(len(items), object)
        arrays[name][:] = items
    whole = model.evaluate(arrays, errors="column")
    lists = {name: np.ma.MaskedArray(values).tolist() for name, values in whole.items()}
    # Exponentials and general powers may differ in the last bits.
    is_exact = not any(word in text for word in (b"gaussSim", b"minkowski", b"iforest"))
    for at in range(len(next(iter(table.values())))):
        try:
            row = model.evaluate({name: items[at] for name, items in table.items()})
        except EvaluationError:
            assert lists["pmmlkit_error"][at] is not None
            continue
        assert lists["pmmlkit_error"][at] is None
        for name, value in row.items():
            if value is None:
                assert lists[name][at] is None or np.isnan(lists[name][at]), name
            elif is_exact or not isinstance(value, float):
                assert lists[name][at] == value, name
            else:
                assert lists[name][at] == pytest.approx(value, rel=1e-13), name


def test_no_rows() -> None:
    text = centers_document(np.eye(2), "<euclidean/>", output=ranks(2))
    result = pmmlkit.load(text).evaluate({"x0": np.zeros(0), "x1": np.zeros(0)})
    assert len(result["_target"]) == 0
    assert len(result["r2"]) == 0

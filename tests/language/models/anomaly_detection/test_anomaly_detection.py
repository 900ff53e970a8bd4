"""AnomalyDetectionModels: forests of scikit-learn, both modes, and what is wrong at load."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError
from pmmlkit.language.models.anomaly_detection.compile import mean_path_length
from tests.corpus.anomaly_detection.documents import anomaly, forest, tree
from tests.corpus.clustering.documents import array, clustering
from tests.differential.strategies.proximity import anomaly_models, rows
from tests.language.models.clustering.test_predictor import same_in_both_modes

FIELDS = {"x": "continuous double"}
FOREST = forest(tree(0, 1, 3), tree(0.5, 3, 4))


def as_trees(fitted: Any, names: list[str]) -> str:
    """The trees of an IsolationForest with the path length of each leaf as its score."""
    schema = "".join(f'<MiningField name="{name}"/>' for name in names)
    segments = ""
    for estimator in fitted.estimators_:
        nodes = estimator.tree_

        def node(at: int, depth: int, predicate: str, nodes: Any = nodes) -> str:
            left, right = nodes.children_left[at], nodes.children_right[at]
            if left < 0:
                length = depth + exact_length(int(nodes.n_node_samples[at]))
                return f'<Node score="{length!r}">{predicate}</Node>'
            field, value = names[nodes.feature[at]], float(nodes.threshold[at])
            inner = "".join(
                node(
                    child,
                    depth + 1,
                    f'<SimplePredicate field="{field}" operator="{operator}" value="{value!r}"/>',
                )
                for child, operator in ((left, "lessOrEqual"), (right, "greaterThan"))
            )
            return f"<Node>{predicate}{inner}</Node>"

        segments += (
            '<Segment><True/><TreeModel functionName="regression" '
            f'splitCharacteristic="binarySplit"><MiningSchema>{schema}</MiningSchema>'
            f"{node(0, 0, '<True/>')}</TreeModel></Segment>"
        )
    return (
        f'<MiningModel functionName="regression"><MiningSchema>{schema}</MiningSchema>'
        f'<Segmentation multipleModelMethod="average">{segments}</Segmentation></MiningModel>'
    )


def exact_length(size: int) -> float:
    """The library's mean path length of an unsuccessful search."""
    if size <= 2:
        return float(size - 1)
    return float(2 * (np.log(size - 1) + np.euler_gamma) - 2 * (size - 1) / size)


@pytest.mark.parametrize("samples", [2, 64, 256])
def test_isolation_forest_of_scikit_learn(samples: int) -> None:
    library = pytest.importorskip("sklearn.ensemble")
    random = np.random.default_rng(4)
    X = random.normal(size=(400, 3)).astype(np.float32).astype(np.float64)
    fitted = library.IsolationForest(n_estimators=10, max_samples=samples, random_state=0).fit(X)
    names = ["x0", "x1", "x2"]
    text = anomaly(
        as_trees(fitted, names),
        "iforest",
        dict.fromkeys(names, "continuous double"),
        model=f'sampleDataSize="{samples}"',
    )
    result = pmmlkit.load(text).evaluate({name: X[:, at] for at, name in enumerate(names)})
    # The specification rounds Euler's constant to eight digits.
    np.testing.assert_allclose(result["_target"], -fitted.score_samples(X), rtol=1e-8)


def test_mean_path_length() -> None:
    assert mean_path_length(1) == 0
    assert mean_path_length(2) == 1
    assert mean_path_length(256) == pytest.approx(10.244770910316852, rel=1e-15)


def clusters(means: str) -> bytes:
    inside = clustering(f"<Cluster>{array([0])}</Cluster>", fields=FIELDS).decode()
    inside = inside.partition("</DataDictionary>")[2].removesuffix("</PMML>")
    return anomaly(inside, "clusterMeanDist", FIELDS, more=means)


WRONG = {
    "no sample size": (anomaly(FOREST, "iforest", FIELDS), "needs sampleDataSize"),
    "a sample size that is no number": (
        anomaly(FOREST, "iforest", FIELDS, model='sampleDataSize="many"'),
        "'many' is no number",
    ),
    "a sample size of 0": (
        anomaly(FOREST, "iforest", FIELDS, model='sampleDataSize="0"'),
        "must be 1 or more",
    ),
    "a forest of clusters": (
        anomaly(FOREST, "clusterMeanDist", FIELDS),
        "needs a ClusteringModel",
    ),
    "no mean distances": (clusters(""), "needs MeanClusterDistances"),
    "too many mean distances": (
        clusters(f"<MeanClusterDistances>{array([1, 2])}</MeanClusterDistances>"),
        "2 mean distances for 1 clusters",
    ),
    "a mean distance of 0": (
        clusters(f"<MeanClusterDistances>{array([0])}</MeanClusterDistances>"),
        "must be positive",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_contradictions(case: str) -> None:
    text, message = WRONG[case]
    with pytest.raises(MarkupError) as caught:
        pmmlkit.load(text)
    assert message in str(caught.value)
    assert caught.value.element in ("AnomalyDetectionModel", "MeanClusterDistances")
    assert caught.value.line


def test_a_number_is_needed() -> None:
    labels = FOREST.replace('functionName="regression"', 'functionName="classification"').replace(
        "average", "majorityVote"
    )
    with pytest.raises(PmmlError):
        pmmlkit.load(anomaly(labels, "iforest", FIELDS, model='sampleDataSize="5"'))


def test_no_model() -> None:
    with pytest.raises(PmmlError):
        pmmlkit.load(anomaly("", "other", FIELDS))


def test_another_model_than_the_algorithm_has_is_a_doubt() -> None:
    text = anomaly(FOREST, "ocsvm", FIELDS)
    codes = [item.code for item in pmmlkit.validate(text).findings]
    assert "PMML470" in codes


@given(anomaly_models(), rows())
def test_rows_equal_columns(text: bytes, table: dict[str, list[Any]]) -> None:
    same_in_both_modes(text, {"x": table["x"]})

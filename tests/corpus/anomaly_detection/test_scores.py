"""AnomalyDetectionModels: the score of each algorithm (chapter Anomaly Detection)."""

from __future__ import annotations

import math

import pytest

from tests.corpus.anomaly_detection.documents import anomaly, forest, tree
from tests.corpus.cells import FAILS, check
from tests.corpus.clustering.documents import array, clustering, output_field

FIELDS = {"x": "continuous double"}
# The mean path lengths of -1, 0.25 and 1 are 2, 3 and 3.5.
FOREST = forest(tree(0, 1, 3), tree(0.5, 3, 4))
ROWS = [{"x": -1.0}, {"x": 0.25}, {"x": 1.0}]
OUTPUT = output_field("score", "predictedValue")
FLAG = (
    '<OutputField name="flag" optype="categorical" dataType="boolean" feature="decision">'
    '<Apply function="greaterThan"><FieldRef field="score"/><Constant dataType="double">0.4'
    "</Constant></Apply></OutputField>"
)


def mean_length(size: int) -> float:
    return 2 * (math.log(size - 1) + 0.57721566) - 2 * (size - 1) / size


@pytest.mark.parametrize(
    ("size", "length"),
    [
        ("3", mean_length(3)),
        ("5", mean_length(5)),
        ("256", mean_length(256)),
        ("256.0", mean_length(256)),
        # The harmonic number of 1 is 1: 2 - 1.
        ("2", 1.0),
    ],
)
def test_isolation_forest(size: str, length: float) -> None:
    text = anomaly(
        FOREST, "iforest", FIELDS, model=f'sampleDataSize="{size}"', output=OUTPUT + FLAG
    )
    scores = [2 ** -(path / length) for path in (2, 3, 3.5)]
    check(text, ROWS, {"_target": scores, "score": scores, "flag": [s > 0.4 for s in scores]})


def test_isolation_forest_of_one_sample() -> None:
    text = anomaly(FOREST, "iforest", FIELDS, model='sampleDataSize="1"')
    check(text, ROWS, {"_target": [1.0, 1.0, 1.0]})


@pytest.mark.parametrize("algorithm", ["other", "ocsvm"])
def test_the_prediction_is_the_score(algorithm: str) -> None:
    check(anomaly(FOREST, algorithm, FIELDS), ROWS, {"_target": [2.0, 3.0, 3.5]})


def test_a_row_without_a_prediction_has_no_score() -> None:
    text = anomaly(FOREST, "iforest", FIELDS, model='sampleDataSize="5"')
    check(text, [{"x": None}], {"_target": [None]})


def inside(measure: str = "<euclidean/>", more: str = "") -> str:
    clusters = f'<Cluster id="A">{array([0])}</Cluster><Cluster>{array([10])}</Cluster>'
    text = clustering(clusters, measure, fields=FIELDS, output=more).decode()
    return text.partition("</DataDictionary>")[2].removesuffix("</PMML>")


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("<euclidean/>", [1.5, 0.5, 0.0]), ("<squaredEuclidean/>", [4.5, 1.0, 0.0])],
)
def test_cluster_mean_distance(measure: str, expected: list[float]) -> None:
    # The distance from the nearest center over the mean distance of its cluster, 2 or 4.
    text = anomaly(
        inside(measure),
        "clusterMeanDist",
        FIELDS,
        more=f"<MeanClusterDistances>{array([2, 4])}</MeanClusterDistances>",
        output=OUTPUT,
    )
    check(text, [{"x": 3.0}, {"x": 8.0}, {"x": 10.0}], {"score": expected})


def test_cluster_mean_distance_without_a_cluster() -> None:
    text = anomaly(
        inside(),
        "clusterMeanDist",
        FIELDS,
        more=f"<MeanClusterDistances>{array([2, 4])}</MeanClusterDistances>",
    )
    check(text, [{"x": 3.0}, {"x": None}], {"_target": [1.5, FAILS]})


def test_derived_fields_reach_the_model_inside() -> None:
    local = (
        '<DerivedField name="z" optype="continuous" dataType="double"><Apply function="-">'
        '<FieldRef field="x"/><Constant dataType="double">1</Constant></Apply></DerivedField>'
    )
    model = forest(tree(0, 1, 3, "z"), field="z")
    text = anomaly(model, "other", FIELDS, local=local)
    check(text, [{"x": 1.0}, {"x": 1.5}], {"_target": [1.0, 3.0]})


def test_entity_of_the_model_inside() -> None:
    text = anomaly(
        inside(), "other", FIELDS, output=output_field("entity", "entityId", kind="string")
    )
    check(text, [{"x": 3.0}, {"x": 8.0}], {"_target": ["A", "2"], "entity": ["A", "2"]})


def test_one_class_support_vectors() -> None:
    # 0.5 exp(-0.5 x^2) + 0.5 exp(-0.5 (x - 2)^2) - 0.7
    svm = (
        '<SupportVectorMachineModel functionName="regression" svmRepresentation="SupportVectors">'
        '<MiningSchema><MiningField name="x"/></MiningSchema><RadialBasisKernelType gamma="0.5"/>'
        '<VectorDictionary><VectorFields><FieldRef field="x"/></VectorFields>'
        f'<VectorInstance id="a">{array([0])}</VectorInstance>'
        f'<VectorInstance id="b">{array([2])}</VectorInstance></VectorDictionary>'
        '<SupportVectorMachine><SupportVectors><SupportVector vectorId="a"/>'
        '<SupportVector vectorId="b"/></SupportVectors><Coefficients absoluteValue="-0.7">'
        '<Coefficient value="0.5"/><Coefficient value="0.5"/></Coefficients>'
        "</SupportVectorMachine></SupportVectorMachineModel>"
    )
    expected = [
        0.5 * math.exp(-0.5 * x**2) + 0.5 * math.exp(-0.5 * (x - 2) ** 2) - 0.7 for x in (1.0, 3.0)
    ]
    text = anomaly(svm, "ocsvm", FIELDS, output=OUTPUT)
    check(text, [{"x": 1.0}, {"x": 3.0}], {"score": expected}, relative=1e-11)

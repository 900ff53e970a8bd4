"""Names, ranks and older forms of ClusteringModels, and clusters by density."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.clustering.documents import (
    NUMBERS,
    affinities,
    array,
    clustering,
    output_field,
)

CLUSTERS = (
    f'<Cluster id="A" name="the first" size="7"><KohonenMap coord1="0" coord2="1"/>{array([0, 0])}'
    f'</Cluster><Cluster name="the second">{array([3, 1])}</Cluster>'
    f'<Cluster id="C">{array([9, 9])}</Cluster>'
)
ROWS: list[dict[str, Any]] = [{"x": 0.0, "y": 1.0}, {"x": 3.0, "y": 1.0}, {"x": 8.0, "y": 9.0}]

FEATURES: dict[str, tuple[str, str, list[Any]]] = {
    # squared distances of the rows: (1, 9, 145), (10, 0, 100), (145, 89, 1)
    "predictedValue": ("", "string", ["A", "2", "C"]),
    "predictedDisplayValue": ("", "string", ["the first", "the second", None]),
    "clusterId": ("", "string", ["A", "2", "C"]),
    "entityId": ("", "string", ["A", "2", "C"]),
    "affinity": ("", "double", [1.0, 0.0, 1.0]),
    "clusterAffinity": ("", "double", [1.0, 0.0, 1.0]),
    "entityAffinity": ("", "double", [1.0, 0.0, 1.0]),
    "affinity ": ('value="2"', "double", [9.0, 0.0, 89.0]),
    "clusterAffinity ": ('value="C"', "double", [145.0, 100.0, 1.0]),
    "entityAffinity ": ('value="A"', "double", [1.0, 10.0, 145.0]),
    "affinity  ": ('value="no cluster"', "double", [None, None, None]),
    "entityId ": ('rank="2"', "string", ["2", "A", "2"]),
    "entityId  ": ('rank="3"', "string", ["C", "C", "A"]),
    "entityId   ": ('rank="1" rankOrder="ascending"', "string", ["C", "C", "A"]),
    "entityId    ": ('rank="4"', "string", [None, None, None]),
    "affinity   ": ('rank="2"', "double", [9.0, 10.0, 89.0]),
    "affinity    ": ('rank="1" rankOrder="ascending"', "double", [145.0, 100.0, 145.0]),
}


@pytest.mark.parametrize("feature", FEATURES)
def test_output(feature: str) -> None:
    more, kind, expected = FEATURES[feature]
    output = output_field("out", feature.strip(), more, kind)
    text = clustering(CLUSTERS, "<squaredEuclidean/>", output=output)
    check(text, ROWS, {"_target": ["A", "2", "C"], "out": expected})


def test_fields_that_are_no_center_fields() -> None:
    text = clustering(
        f'<Cluster id="A">{array([0])}</Cluster><Cluster id="B">{array([4])}</Cluster>',
        fields={"x": "continuous double", "y": "continuous double"},
        attributes={"x": 'isCenterField="false"', "y": 'isCenterField="true"'},
        output=affinities("A", "B"),
    )
    expected: dict[str, list[Any]] = {"_target": ["B"], "a(A)": [3.0], "a(B)": [1.0]}
    check(text, [{"x": 0.0, "y": 3.0}], expected)


NORMALIZED = (
    "<CenterFields>"
    '<DerivedField name="c1" optype="continuous" dataType="double"><NormContinuous field="x">'
    '<LinearNorm orig="0" norm="0"/><LinearNorm orig="10" norm="1"/></NormContinuous>'
    '</DerivedField><DerivedField optype="continuous" dataType="double">'
    '<NormDiscrete field="s" value="m"/>'
    "</DerivedField></CenterFields>"
)


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.4"])
def test_center_fields(version: str) -> None:
    # The weight of x is that of the ClusteringField of the field that c1 is made of.
    text = clustering(
        f'<Cluster id="A">{array([0, 1])}</Cluster><Cluster id="B">{array([1, 0])}</Cluster>',
        "<squaredEuclidean/>",
        fields={"x": "continuous double", "s": "categorical string"},
        attributes={"x": 'fieldWeight="4"', "s": ""},
        more=NORMALIZED,
        output=affinities("A", "B"),
        version=version,
    )
    rows: list[dict[str, Any]] = [{"x": 5.0, "s": "m"}, {"x": 10.0, "s": "w"}]
    check(text, rows, {"_target": ["A", "B"], "a(A)": [1.0, 5.0], "a(B)": [2.0, 0.0]})


def test_derived_fields() -> None:
    local = (
        '<DerivedField name="z" optype="continuous" dataType="double"><Apply function="*">'
        '<FieldRef field="x"/><Constant dataType="double">2</Constant></Apply></DerivedField>'
    )
    text = clustering(
        f'<Cluster id="A">{array([6])}</Cluster>',
        "<cityBlock/>",
        fields={"x": "continuous double"},
        attributes={"z": ""},
        local=local,
        output=affinities("A"),
    )
    check(text, [{"x": 2.5}, {"x": None}], {"a(A)": [1.0, FAILS]})


def covariances(matrix: str, kind: str = "any") -> str:
    return f'<Covariances><Matrix kind="{kind}">{matrix}</Matrix></Covariances>'


def density(x: float, mean: float, variance: float) -> float:
    return math.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)


def test_densities_of_independent_fields() -> None:
    text = clustering(
        f'<Cluster id="A">{array([0, 0])}{covariances(array([1, 4]), "diagonal")}</Cluster>'
        f'<Cluster id="B">{array([2, 0])}{covariances(array([9, 1]), "diagonal")}</Cluster>',
        model_class="distributionBased",
        output=affinities("A", "B"),
    )
    rows: list[dict[str, Any]] = [
        {"x": 0.5, "y": 1.0},
        {"x": 4.0, "y": 0.5},
        # A field that is missing is left out: the density of the other one.
        {"x": 4.0, "y": None},
        {"x": None, "y": 0.0},
        {"x": None, "y": None},
    ]
    a = [
        density(0.5, 0, 1) * density(1, 0, 4),
        density(4, 0, 1) * density(0.5, 0, 4),
        density(4, 0, 1),
        density(0, 0, 4),
        FAILS,
    ]
    b = [
        density(0.5, 2, 9) * density(1, 0, 1),
        density(4, 2, 9) * density(0.5, 0, 1),
        density(4, 2, 9),
        density(0, 0, 1),
        FAILS,
    ]
    check(text, rows, {"_target": ["A", "B", "B", "B", FAILS], "a(A)": a, "a(B)": b})


@pytest.mark.parametrize(
    "matrix",
    [
        (array([2, 0.6]) + array([0.6, 1]), "any"),
        (array([2]) + array([0.6, 1]), "symmetric"),
    ],
)
def test_density_with_covariance(matrix: tuple[str, str]) -> None:
    # |C| = 2 - 0.36; the inverse of C is ((1, -0.6), (-0.6, 2)) / 1.64.
    text = clustering(
        f'<Cluster id="A">{array([1, 2])}{covariances(*matrix)}</Cluster>',
        model_class="distributionBased",
        output=affinities("A"),
    )
    square = (1 * 0.25 - 2 * 0.6 * 0.5 * 1.0 + 2 * 1.0) / 1.64
    expected = math.exp(-square / 2) / (2 * math.pi * math.sqrt(1.64))
    check(text, [{"x": 1.5, "y": 3.0}], {"a(A)": [expected]})


def test_inside_a_mining_model() -> None:
    inner = clustering(CLUSTERS, "<squaredEuclidean/>").decode()
    inner = inner.partition("</DataDictionary>")[2].removesuffix("</PMML>")
    schema = "".join(f'<MiningField name="{name}"/>' for name in NUMBERS)
    head, _, _ = clustering(CLUSTERS).decode().partition("</DataDictionary>")
    segments = f"<Segment><True/>{inner}</Segment>" * 2
    body = (
        f'<MiningModel functionName="clustering"><MiningSchema>{schema}</MiningSchema>'
        f'<Segmentation multipleModelMethod="majorityVote">{segments}</Segmentation></MiningModel>'
    )
    text = f"{head}</DataDictionary>{body}</PMML>".encode()
    check(text, ROWS, {"_target": ["A", "2", "C"]})


def test_outputs_of_a_segment() -> None:
    inner = clustering(CLUSTERS, "<squaredEuclidean/>").decode()
    head, _, inner = inner.partition("</DataDictionary>")
    inner = inner.removesuffix("</PMML>")
    schema = "".join(f'<MiningField name="{name}"/>' for name in NUMBERS)
    predicate = '<SimplePredicate field="x" operator="lessThan" value="5"/>'
    output = (
        output_field("id", "entityId", 'segmentId="s" rank="2"', "string")
        + output_field("a", "affinity", 'segmentId="s" value="2"')
        + output_field("r", "affinity", 'segmentId="s"')
    )
    body = (
        f'<MiningModel functionName="clustering"><MiningSchema>{schema}</MiningSchema>'
        f'<Output>{output}</Output><Segmentation multipleModelMethod="modelChain">'
        f'<Segment id="s">{predicate}{inner}</Segment><Segment id="t"><True/>{inner}</Segment>'
        "</Segmentation></MiningModel>"
    )
    text = f"{head}</DataDictionary>{body}</PMML>".encode()
    expected: dict[str, list[Any]] = {
        "_target": ["A", "2", "C"],
        "id": ["2", "A", None],
        "a": [9.0, 0.0, None],
        "r": [1.0, 0.0, None],
    }
    check(text, ROWS, expected)

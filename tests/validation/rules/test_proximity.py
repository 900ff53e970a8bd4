"""Boundary cases of the rules for what is compared by distances."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

CLUSTERS = """
<ClusteringModel modelClass="centerBased" functionName="clustering" numberOfClusters="2">
  <MiningSchema><MiningField name="x"/></MiningSchema>
  <ComparisonMeasure kind="{kind}"{function}><{measure}/></ComparisonMeasure>
  <ClusteringField field="x"{field}/>
  <Cluster><Array n="1" type="real">0</Array></Cluster>
  <Cluster><Array n="1" type="real">{second}</Array></Cluster>
</ClusteringModel>"""


def clusters(
    kind: str = "distance",
    measure: str = "euclidean",
    function: str = "",
    field: str = "",
    second: str = "1",
) -> str:
    return CLUSTERS.format(
        kind=kind, measure=measure, function=function, field=field, second=second
    )


@pytest.mark.parametrize(
    ("kind", "measure", "function", "field", "is_wrong"),
    [
        ("distance", "euclidean", "", "", False),
        ("distance", "cityBlock", "", "", False),
        ("similarity", "cityBlock", "", "", True),
        ("similarity", "euclidean", "", ' compareFunction="delta"', True),
        # these are large for what is alike
        ("similarity", "euclidean", ' compareFunction="equal"', "", False),
        ("similarity", "cityBlock", "", ' compareFunction="equal"', False),
        ("similarity", "cityBlock", "", ' compareFunction="gaussSim" similarityScale="1"', False),
        ("similarity", "jaccard", "", "", False),
        ("distance", "jaccard", "", "", True),
        ("distance", "simpleMatching", "", "", True),
    ],
)
def test_kinds(kind: str, measure: str, function: str, field: str, is_wrong: bool) -> None:
    assert ("PMML384" in codes(clusters(kind, measure, function, field))) == is_wrong


@pytest.mark.parametrize(
    ("weight", "found"), [("0", {"PMML382"}), ("-2", {"PMML383"}), ("1e-9", set()), ("3", set())]
)
def test_weights(weight: str, found: set[str]) -> None:
    assert codes(clusters(field=f' fieldWeight="{weight}"')) == found


def test_a_weight_that_does_not_count() -> None:
    extra = '<ClusteringField field="x" isCenterField="false" fieldWeight="0"/>'
    example = clusters().replace("<Cluster>", f"{extra}<Cluster>", 1)
    assert codes(example) == set()


@pytest.mark.parametrize(("second", "is_same"), [("0", True), ("  0 ", True), ("0.1", False)])
def test_centers(second: str, is_same: bool) -> None:
    assert ("PMML381" in codes(clusters(second=second))) == is_same

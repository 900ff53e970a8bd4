"""What is wrong with a ClusteringModel is said at load, with the element and its line."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.errors import MarkupError, PmmlError, UnsupportedError
from tests.corpus.clustering.documents import array, clustering

TWO = f'<Cluster id="A">{array([0, 0])}</Cluster><Cluster id="B">{array([3, 1])}</Cluster>'
STRINGS = {"x": "continuous double", "s": "categorical string"}
MATRIX = '<Matrix><Array type="real">0 1</Array><Array type="real">1 0</Array></Matrix>'
NEGATIVE = '<Matrix kind="diagonal"><Array type="real">1 -1</Array></Matrix>'
SKEW = '<Matrix><Array type="real">1 0</Array><Array type="real">0.5 1</Array></Matrix>'

WRONG = {
    "too few numbers": (
        clustering(f"<Cluster>{array([1])}</Cluster>"),
        "Cluster",
        "1 items for 2 center fields",
    ),
    "no array": (clustering("<Cluster/>"), "Cluster", "needs an Array"),
    "no number": (
        clustering(f"<Cluster>{array([1, 'many'], 'string')}</Cluster>"),
        "Cluster",
        "'many' of the center is no number",
    ),
    "the same id twice": (
        clustering(f'{TWO}<Cluster id="B">{array([1, 2])}</Cluster>'),
        "Cluster",
        "two clusters have the id 'B'",
    ),
    "an id that is a number": (
        clustering(f'<Cluster id="2">{array([1, 2])}</Cluster><Cluster>{array([1, 2])}</Cluster>'),
        "Cluster",
        "two clusters have the id '2'",
    ),
    "no center field": (
        clustering(TWO, attributes={"x": 'isCenterField="false"'}),
        "ClusteringModel",
        "no ClusteringField is a center field",
    ),
    "unknown field": (clustering(TWO, attributes={"x": "", "z": ""}), "ClusteringField", "'z'"),
    "missing weights": (
        clustering(TWO, more=f"<MissingValueWeights>{array([1])}</MissingValueWeights>"),
        "MissingValueWeights",
        "1 numbers for 2 center fields",
    ),
    "p-parameter": (
        clustering(TWO, '<minkowski p-parameter="0"/>'),
        "minkowski",
        "p-parameter must be positive",
    ),
    "gaussSim of the measure": (
        clustering(TWO, default='compareFunction="gaussSim"'),
        "ComparisonMeasure",
        "gaussSim needs facts of a field",
    ),
    "table of the measure": (
        clustering(TWO, default='compareFunction="table"'),
        "ComparisonMeasure",
        "table needs facts of a field",
    ),
    "gaussSim without a scale": (
        clustering(TWO, attributes={"x": 'compareFunction="gaussSim"', "y": ""}),
        "ClusteringField",
        "needs a positive similarityScale",
    ),
    "table without a matrix": (
        clustering(TWO, attributes={"x": 'compareFunction="table"', "y": ""}),
        "ClusteringField",
        "table needs Comparisons",
    ),
    "table of a field without values": (
        clustering(
            TWO,
            attributes={"x": 'compareFunction="table"', "y": ""},
            inside={"x": f"<Comparisons>{MATRIX}</Comparisons>"},
        ),
        "ClusteringField",
        "lists its values",
    ),
    "table of another size": (
        clustering(
            f"<Cluster>{array(['u'], 'string')}</Cluster>",
            fields={"s": "categorical string: u v w"},
            attributes={"s": 'compareFunction="table"'},
            inside={"s": f"<Comparisons>{MATRIX}</Comparisons>"},
        ),
        "Matrix",
        "2 rows, but 3 are needed",
    ),
    "a center that is no valid value": (
        clustering(
            f"<Cluster>{array(['w'], 'string')}</Cluster>",
            fields={"s": "categorical string: u v"},
            attributes={"s": 'compareFunction="table"'},
            inside={"s": f"<Comparisons>{MATRIX}</Comparisons>"},
        ),
        "Cluster",
        "'w' is no valid value",
    ),
    "differences of strings": (
        clustering(TWO, fields=STRINGS),
        "ClusteringField",
        "absDiff needs numbers, not the dataType string",
    ),
    "similarity of strings": (
        clustering(TWO, "<jaccard/>", fields=STRINGS, kind="similarity"),
        "ClusteringField",
        "needs 0 and 1",
    ),
    "similarity to a center that is not binary": (
        clustering(TWO, "<jaccard/>", kind="similarity"),
        "Cluster",
        "needs 0 or 1, not 3",
    ),
    "negative variance": (
        clustering(
            f"<Cluster>{array([0, 0])}<Covariances>{NEGATIVE}</Covariances></Cluster>",
            model_class="distributionBased",
        ),
        "Matrix",
        "positive definite",
    ),
    "skew covariances": (
        clustering(
            f"<Cluster>{array([0, 0])}<Covariances>{SKEW}</Covariances></Cluster>",
            model_class="distributionBased",
        ),
        "Matrix",
        "symmetric",
    ),
    "density without means": (
        clustering(
            f"<Cluster><Covariances>{MATRIX}</Covariances></Cluster>",
            model_class="distributionBased",
        ),
        "Cluster",
        "needs an Array of means",
    ),
    "density of strings": (
        clustering(TWO, fields=STRINGS, model_class="distributionBased"),
        "ClusteringField",
        "needs numbers",
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_contradictions(case: str) -> None:
    text, element, message = WRONG[case]
    with pytest.raises(MarkupError) as caught:
        pmmlkit.load(text)
    assert caught.value.element == element
    assert caught.value.line
    assert message in str(caught.value)


UNSUPPORTED = {
    "another function": clustering(TWO).replace(
        b'functionName="clustering"', b'functionName="regression"'
    ),
    "statistics without covariances": clustering(TWO, model_class="distributionBased"),
}


@pytest.mark.parametrize("case", UNSUPPORTED)
def test_refusals(case: str) -> None:
    with pytest.raises(UnsupportedError):
        pmmlkit.load(UNSUPPORTED[case])


REQUIRED = {
    "kind": (b' kind="distance"', b""),
    "measure": (b"<euclidean/>", b""),
    "modelClass": (b' modelClass="centerBased"', b""),
    "ComparisonMeasure": (
        b'<ComparisonMeasure kind="distance" ><euclidean/></ComparisonMeasure>',
        b"",
    ),
}


@pytest.mark.parametrize("case", REQUIRED)
def test_what_is_required(case: str) -> None:
    old, new = REQUIRED[case]
    text = clustering(TWO)
    assert old in text
    with pytest.raises(PmmlError):
        pmmlkit.load(text.replace(old, new))


def test_another_number_of_clusters_is_a_doubt() -> None:
    text = clustering(TWO).replace(b'numberOfClusters="2"', b'numberOfClusters="3"')
    report = pmmlkit.validate(text)
    assert [item.code for item in report.findings if item.code.startswith("PMML38")] == ["PMML380"]

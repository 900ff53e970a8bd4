"""Each measure, comparison function and weight of a ClusteringModel (chapter Clustering)."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.clustering.documents import affinities, array, clustering, ranks

# The row is (1, 2), the centers are A = (0, 0) and B = (3, 1): |differences| (1, 2) and (2, 1).
CENTERS = f'<Cluster id="A">{array([0, 0])}</Cluster><Cluster id="B">{array([3, 1])}</Cluster>'
ROW = [{"x": 1.0, "y": 2.0}]
OUTPUT = affinities("A", "B")

DISTANCES = {
    "<euclidean/>": (math.sqrt(5), math.sqrt(5)),
    "<squaredEuclidean/>": (5.0, 5.0),
    "<cityBlock/>": (3.0, 3.0),
    "<chebychev/>": (2.0, 2.0),
    '<minkowski p-parameter="1"/>': (3.0, 3.0),
    '<minkowski p-parameter="2"/>': (math.sqrt(5), math.sqrt(5)),
    '<minkowski p-parameter="3"/>': (9 ** (1 / 3), 9 ** (1 / 3)),
    '<minkowski p-parameter="0.5"/>': ((1 + math.sqrt(2)) ** 2, (1 + math.sqrt(2)) ** 2),
}
WEIGHTED = {
    # weights 2 and 0.5
    "<euclidean/>": (2.0, math.sqrt(8.5)),
    "<squaredEuclidean/>": (2 + 2.0, 8 + 0.5),
    "<cityBlock/>": (2 + 1.0, 4 + 0.5),
    "<chebychev/>": (max(2, 1.0), max(4, 0.5)),
    '<minkowski p-parameter="3"/>': ((2 + 4) ** (1 / 3), (16 + 0.5) ** (1 / 3)),
}


@pytest.mark.parametrize("measure", DISTANCES)
def test_distance(measure: str) -> None:
    near, far = DISTANCES[measure]
    text = clustering(CENTERS, measure, output=OUTPUT)
    # Equal distances: the first cluster.
    check(text, ROW, {"_target": ["A"], "a(A)": [near], "a(B)": [far]})


@pytest.mark.parametrize("measure", WEIGHTED)
def test_field_weight(measure: str) -> None:
    near, far = WEIGHTED[measure]
    attributes = {"x": 'fieldWeight="2"', "y": 'fieldWeight="0.5"'}
    text = clustering(CENTERS, measure, attributes=attributes, output=OUTPUT)
    check(text, ROW, {"_target": ["A"], "a(A)": [near], "a(B)": [far]})


COMPARISONS = {
    'compareFunction="absDiff"': [2.0, 1.0, 0.0],
    'compareFunction="delta"': [1.0, 1.0, 0.0],
    'compareFunction="equal"': [0.0, 0.0, 1.0],
    # exp(-ln 2 z^2 / s^2): a half at a distance of s = 1, a sixteenth at 2
    'compareFunction="gaussSim" similarityScale="1"': [0.0625, 0.5, 1.0],
    'compareFunction="gaussSim" similarityScale="2"': [0.5, 0.5**0.25, 1.0],
    "": [2.0, 1.0, 0.0],
}


@pytest.mark.parametrize("function", COMPARISONS)
def test_compare_function(function: str) -> None:
    text = clustering(
        f'<Cluster id="A">{array([2])}</Cluster>',
        "<cityBlock/>",
        fields={"x": "continuous double"},
        attributes={"x": function},
        output=affinities("A"),
    )
    check(text, [{"x": 0.0}, {"x": 3.0}, {"x": 2.0}], {"a(A)": COMPARISONS[function]})


@pytest.mark.parametrize(
    ("default", "own", "expected"),
    [
        ('compareFunction="delta"', "", 1.0),
        ('compareFunction="equal"', "", 0.0),
        ('compareFunction="absDiff"', "", 2.0),
        ('compareFunction="delta"', 'compareFunction="absDiff"', 2.0),
    ],
)
def test_compare_function_of_the_measure(default: str, own: str, expected: float) -> None:
    text = clustering(
        f'<Cluster id="A">{array([2])}</Cluster>',
        "<cityBlock/>",
        fields={"x": "continuous double"},
        attributes={"x": own},
        default=default,
        output=affinities("A"),
    )
    check(text, [{"x": 0.0}], {"a(A)": [expected]})


TABLE = (
    '<Comparisons><Matrix nbRows="3" nbCols="3"><Array n="3" type="real">0 0.2 0.9</Array>'
    '<Array n="3" type="real">0.3 0 0.5</Array><Array n="3" type="real">0.8 0.4 0</Array>'
    "</Matrix></Comparisons>"
)


def test_table_of_categories() -> None:
    # Rows of the matrix are the value of the record, columns that of the center: c(low, mid) = 0.2.
    text = clustering(
        f'<Cluster id="A">{array(["mid"], "string")}</Cluster>'
        f'<Cluster id="B">{array(["high"], "string")}</Cluster>',
        "<cityBlock/>",
        fields={"s": "ordinal string: low mid high"},
        attributes={"s": 'compareFunction="table"'},
        inside={"s": TABLE},
        output=OUTPUT,
    )
    rows: list[dict[str, Any]] = [{"s": "low"}, {"s": "mid"}, {"s": "high"}]
    expected: dict[str, list[Any]] = {
        "_target": ["A", "A", "B"],
        "a(A)": [0.2, 0.0, 0.4],
        "a(B)": [0.9, 0.5, 0.0],
    }
    check(text, rows, expected)


def test_table_of_intervals() -> None:
    text = clustering(
        f'<Cluster id="A">{array([15])}</Cluster>',
        "<cityBlock/>",
        fields={"x": "continuous double"},
        attributes={"x": 'compareFunction="table"'},
        inside={"x": TABLE},
        output=affinities("A"),
    ).replace(
        b'dataType="double"></DataField>',
        b'dataType="double"><Interval closure="openOpen" rightMargin="10"/>'
        b'<Interval closure="closedOpen" leftMargin="10" rightMargin="20"/>'
        b'<Interval closure="closedClosed" leftMargin="20" rightMargin="30"/></DataField>',
    )
    # 31 is in no interval, so it is invalid.
    rows: list[dict[str, Any]] = [{"x": 3.0}, {"x": 10.0}, {"x": 30.0}, {"x": 31.0}]
    check(text, rows, {"a(A)": [0.2, 0.0, 0.4, FAILS]})


def test_categories_are_equal_or_not() -> None:
    text = clustering(
        f'<Cluster id="A">{array(["u", 1], "string")}</Cluster>'
        f'<Cluster id="B">{array(["v", 2], "string")}</Cluster>',
        "<cityBlock/>",
        fields={"s": "categorical string", "i": "continuous integer"},
        attributes={"s": 'compareFunction="delta"', "i": 'compareFunction="delta"'},
        output=OUTPUT,
    )
    rows: list[dict[str, Any]] = [{"s": "u", "i": 2}, {"s": "v", "i": 2}, {"s": "other", "i": 5}]
    expected: dict[str, list[Any]] = {
        "_target": ["A", "B", "A"],
        "a(A)": [1.0, 2.0, 2.0],
        "a(B)": [1.0, 0.0, 2.0],
    }
    check(text, rows, expected)


# Records against the centers A = 000, B = 110, C = 111: (a11, a10, a01, a00).
BITS = "".join(
    f'<Cluster id="{name}">{array(bits, "int")}</Cluster>'
    for name, bits in (("A", [0, 0, 0]), ("B", [1, 1, 0]), ("C", [1, 1, 1]))
)
BINARY = {
    # 1 0 1: A (0, 2, 0, 1), B (1, 1, 1, 0), C (2, 0, 1, 0)
    "<simpleMatching/>": (1 / 3, 1 / 3, 2 / 3),
    "<jaccard/>": (0 / 2, 1 / 3, 2 / 3),
    "<tanimoto/>": (1 / 5, 1 / 5, 2 / 4),
    '<binarySimilarity c00-parameter="1" c01-parameter="2" c10-parameter="3" c11-parameter="5" '
    'd00-parameter="7" d01-parameter="11" d10-parameter="13" d11-parameter="17"/>': (
        (3 * 2 + 1) / (13 * 2 + 7),
        (5 + 3 + 2) / (17 + 13 + 11),
        (5 * 2 + 2) / (17 * 2 + 11),
    ),
}


@pytest.mark.parametrize("type", ["continuous double", "continuous integer", "categorical boolean"])
@pytest.mark.parametrize("measure", BINARY)
def test_similarity(measure: str, type: str) -> None:
    fields = dict.fromkeys(("p", "q", "r"), type)
    text = clustering(
        BITS, measure, fields=fields, kind="similarity", output=affinities("A", "B", "C")
    )
    turn: Any = {"double": float, "integer": int, "boolean": bool}[type.split()[1]]
    row = {"p": turn(1), "q": turn(0), "r": turn(1)}
    a, b, c = BINARY[measure]
    check(text, [row], {"_target": ["C"], "a(A)": [a], "a(B)": [b], "a(C)": [c]})


def test_similarity_needs_all_fields_and_a_denominator() -> None:
    fields = dict.fromkeys(("p", "q", "r"), "continuous double")
    text = clustering(BITS, "<jaccard/>", fields=fields, kind="similarity")
    rows: list[dict[str, Any]] = [
        {"p": 1.0, "q": 0.0, "r": 1.0},
        {"p": 1.0, "q": None, "r": 1.0},
        {"p": 0.5, "q": 0.0, "r": 1.0},
        # No field is 1, neither here nor in A: 0 / 0.
        {"p": 0.0, "q": 0.0, "r": 0.0},
    ]
    check(text, rows, {"_target": ["C", FAILS, FAILS, FAILS]})


@pytest.mark.parametrize(
    ("kind", "winner"), [("distance", "A"), ("similarity", "B")], ids=["distance", "similarity"]
)
def test_kind_says_which_end_is_near(kind: str, winner: str) -> None:
    # By `equal`, A agrees in no field and B in both.
    text = clustering(
        CENTERS, "<cityBlock/>", default='compareFunction="equal"', kind=kind, output=OUTPUT
    )
    row = {"x": 3.0, "y": 1.0}
    check(text, [row], {"_target": [winner], "a(A)": [0.0], "a(B)": [2.0]})


MISSING = {
    # y is missing: the comparison of x, times (sum of all weights) / (weight of x).
    "<euclidean/>": (math.sqrt(1 * 2), math.sqrt(4 * 2)),
    "<squaredEuclidean/>": (2.0, 8.0),
    "<cityBlock/>": (2.0, 4.0),
    "<chebychev/>": (2.0, 4.0),
    '<minkowski p-parameter="3"/>': (2 ** (1 / 3), 16 ** (1 / 3)),
}


@pytest.mark.parametrize("measure", MISSING)
def test_missing_field(measure: str) -> None:
    near, far = MISSING[measure]
    text = clustering(CENTERS, measure, output=OUTPUT)
    rows: list[dict[str, Any]] = [{"x": 1.0, "y": None}, {"x": None, "y": None}]
    check(text, rows, {"_target": ["A", FAILS], "a(A)": [near, FAILS], "a(B)": [far, FAILS]})


@pytest.mark.parametrize("measure", MISSING)
def test_missing_value_weights(measure: str) -> None:
    # (1 + 3) / 1 where y is missing, (1 + 3) / 3 where x is.
    root = {"<euclidean/>": 2, '<minkowski p-parameter="3"/>': 3}.get(measure, 1)
    power = {"<cityBlock/>": 1, "<chebychev/>": 1, '<minkowski p-parameter="3"/>': 3}.get(
        measure, 2
    )
    weights = f"<MissingValueWeights>{array([1, 3])}</MissingValueWeights>"
    text = clustering(CENTERS, measure, output=OUTPUT, more=weights)
    rows: list[dict[str, Any]] = [{"x": 1.0, "y": None}, {"x": None, "y": 2.0}]
    expected: dict[str, list[Any]] = {
        "a(A)": [(1.0**power * 4) ** (1 / root), (2.0**power * 4 / 3) ** (1 / root)],
        "a(B)": [(2.0**power * 4) ** (1 / root), (1.0**power * 4 / 3) ** (1 / root)],
    }
    check(text, rows, expected)


def test_single_precision() -> None:
    # 0.1 and 1.2 as floats, subtracted and squared as floats; 1.21 in double.
    text = clustering(
        f'<Cluster id="A">{array([1.2])}</Cluster>',
        "<squaredEuclidean/>",
        fields={"x": "continuous double"},
        model='x-mathContext="float"',
        output=affinities("A"),
    )
    check(text, [{"x": 0.1}], {"a(A)": [1.2100000381469727]})


def test_rank() -> None:
    clusters = CENTERS + f"<Cluster>{array([1, 2])}</Cluster>"
    text = clustering(clusters, "<squaredEuclidean/>", output=ranks(3))
    # The third cluster has no id: it is called by its number. Of equal ones the first is nearer.
    expected: dict[str, list[Any]] = {
        "e1": ["3"],
        "e2": ["A"],
        "e3": ["B"],
        "r1": [0.0],
        "r2": [5.0],
        "r3": [5.0],
    }
    check(text, ROW, {"_target": ["3"], **expected})

"""NearestNeighborModels: targets, methods, training rows and the neighbours themselves."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.clustering.documents import output_field, ranks
from tests.corpus.nearest_neighbor.documents import nearest_neighbor

FIELDS = {
    "x": "continuous double",
    "u": "continuous double",
    "v": "continuous double",
    "s": "categorical string",
    "t": "categorical string",
    "n": "categorical integer",
}
# The neighbours of 0.4 are those at 0, 1, 3 and 7, at distances 0.4, 0.6, 2.6 and 6.6.
TABLE: dict[str, list[Any]] = {
    "x": [0, 1, 3, 7],
    "u": [10.0, 20.0, 60.0, 30.0],
    "t": ["p", "q", "q", "r"],
}
ROW = [{"x": 0.4}]
W = [1 / 0.401, 1 / 0.601, 1 / 2.601]
H = [1 / 0.9, 1 / 1.1, 1 / 3.1]

METHODS = {
    ("average", 3, ""): 30.0,
    ("average", 1, ""): 10.0,
    ("median", 3, ""): 20.0,
    ("median", 2, ""): 15.0,
    ("median", 4, ""): 25.0,
    ("weightedAverage", 3, ""): (10 * W[0] + 20 * W[1] + 60 * W[2]) / sum(W),
    ("weightedAverage", 3, 'threshold="0.5"'): (10 * H[0] + 20 * H[1] + 60 * H[2]) / sum(H),
}


@pytest.mark.parametrize(("method", "count", "more"), METHODS)
def test_continuous_scoring_method(method: str, count: int, more: str) -> None:
    table: dict[str, list[Any]] = {"x": TABLE["x"], "u": TABLE["u"]}
    text = nearest_neighbor(
        table,
        FIELDS,
        {"x": ""},
        ["u"],
        neighbors=count,
        measure="<euclidean/>",
        model=f'continuousScoringMethod="{method}" {more}',
    )
    check(text, ROW, {"u": [METHODS[method, count, more]]})


@pytest.mark.parametrize(
    ("method", "more", "winner"),
    [
        ("majorityVote", "", "q"),
        # 1 / 0.401 for p against 1 / 0.601 + 1 / 2.601 for q
        ("weightedMajorityVote", "", "p"),
        ("weightedMajorityVote", 'threshold="2"', "q"),
    ],
)
def test_categorical_scoring_method(method: str, more: str, winner: str) -> None:
    text = nearest_neighbor(
        {"x": TABLE["x"], "t": TABLE["t"]},
        FIELDS,
        {"x": ""},
        ["t"],
        function="classification",
        neighbors=3,
        measure="<euclidean/>",
        model=f'categoricalScoringMethod="{method}" {more}',
    )
    check(text, ROW, {"t": [winner]})


def test_neighbors_at_no_distance_count_alone_without_a_threshold() -> None:
    text = nearest_neighbor(
        {"x": [0, 1, 0], "u": [1.0, 2.0, 4.0]},
        FIELDS,
        {"x": ""},
        ["u"],
        neighbors=3,
        model='continuousScoringMethod="weightedAverage" threshold="0"',
    )
    check(text, [{"x": 0.0}, {"x": 2.0}], {"u": [2.5, (0.25 + 2 + 1) / 1.5]})


def test_the_optype_of_the_target_decides() -> None:
    # A vote over numbers, although the function is regression.
    table: dict[str, list[Any]] = {"x": [0, 1, 2], "n": [10, 10, 4]}
    text = nearest_neighbor(table, FIELDS, {"x": ""}, ["n"], neighbors=3)
    check(text, [{"x": 0.0}], {"n": [10]})


TIES: dict[str, tuple[list[str], int, str]] = {
    # One vote each: q has most training rows.
    "training rows": (["q", "p", "r", "q"], 2, "q"),
    # One vote and two training rows each: the first in lexical order.
    "lexical order": (["r", "p", "p", "r"], 2, "p"),
    "votes": (["r", "p", "p", "r"], 3, "p"),
}


@pytest.mark.parametrize("case", TIES)
def test_ties_of_votes(case: str) -> None:
    labels, count, winner = TIES[case]
    text = nearest_neighbor(
        {"x": [0, 1, 2, 3], "t": labels},
        FIELDS,
        {"x": ""},
        ["t"],
        function="classification",
        neighbors=count,
    )
    check(text, [{"x": 0.0}], {"t": [winner]})


def test_smallest_number_of_equal_votes() -> None:
    table: dict[str, list[Any]] = {"x": [0, 1], "n": [10, 9]}
    text = nearest_neighbor(table, FIELDS, {"x": ""}, ["n"], neighbors=2)
    check(text, [{"x": 0.0}], {"n": [9]})


def test_equal_distances_are_in_training_order() -> None:
    table: dict[str, list[Any]] = {"x": [5, 1, -1, 1, -1], "u": [0.0, 1.0, 2.0, 4.0, 8.0]}
    text = nearest_neighbor(table, FIELDS, {"x": ""}, ["u"], neighbors=3, output=ranks(3))
    expected: dict[str, list[Any]] = {
        "u": [7 / 3],
        "e1": ["2"],
        "e2": ["3"],
        "e3": ["4"],
        "r3": [1.0],
    }
    check(text, [{"x": 0.0}], expected)


MEASURES = {
    # Differences (1, 4) with weights 1 and 0.5; the other training row is far away.
    "<euclidean/>": math.sqrt(1 + 8),
    "<squaredEuclidean/>": 9.0,
    "<cityBlock/>": 3.0,
    "<chebychev/>": 2.0,
    '<minkowski p-parameter="3"/>': (1 + 32) ** (1 / 3),
}


@pytest.mark.parametrize("measure", MEASURES)
def test_measures_and_weights(measure: str) -> None:
    text = nearest_neighbor(
        {"x": [1, 50], "v": [4, 50], "u": [1.5, 2.5]},
        FIELDS,
        {"x": "", "v": 'fieldWeight="0.5"'},
        ["u"],
        measure=measure,
        output=ranks(1),
    )
    check(text, [{"x": 0.0, "v": 0.0}], {"u": [1.5], "r1": [MEASURES[measure]]})


COMPARISONS = {
    # Training rows (0, k) and (2, l).
    ('compareFunction="delta"', ""): ([1.0, 2.0], ["1", "1"]),
    ('compareFunction="equal"', ""): ([0.0, 1.0], ["2", "1"]),
    ("", 'compareFunction="delta"'): ([1.0, 2.0], ["1", "1"]),
}


@pytest.mark.parametrize(("own", "default"), COMPARISONS)
def test_compare_function(own: str, default: str) -> None:
    affinity, names = COMPARISONS[own, default]
    inputs = {"x": own, "s": own}
    text = nearest_neighbor(
        {"x": [0, 2], "s": ["k", "l"], "u": [1.5, 2.5]},
        FIELDS,
        inputs,
        ["u"],
        measure="<cityBlock/>",
        default=default,
        output=ranks(1),
    )
    rows: list[dict[str, Any]] = [{"x": 1.0, "s": "k"}, {"x": 1.0, "s": "other"}]
    if "equal" in own:
        rows = [{"x": 1.0, "s": "k"}, {"x": 2.0, "s": "k"}]
        affinity, names = [0.0, 1.0], ["2", "1"]
    check(text, rows, {"r1": affinity, "e1": names})


def test_missing_inputs_are_left_out() -> None:
    text = nearest_neighbor(
        {"x": [0, 2], "v": [0, 1], "u": [1.5, 2.5]},
        FIELDS,
        {"x": "", "v": ""},
        ["u"],
        output=ranks(1),
    )
    # 2 fields of which 1 is there: the square counts twice.
    rows: list[dict[str, Any]] = [
        {"x": None, "v": 1.5},
        {"x": 0.5, "v": None},
        {"x": None, "v": None},
    ]
    check(text, rows, {"u": [2.5, 1.5, FAILS], "r1": [0.5, 0.5, FAILS]})


def test_missing_training_values_are_left_out() -> None:
    # JPMML and PMML4S fail. The distances from (0, 3): (9, 2 * 9) and (4 * 2); then the target.
    text = nearest_neighbor(
        {"x": [0, None, 2], "v": [0, 0, None], "u": [1.5, 2.5, None]},
        FIELDS,
        {"x": "", "v": ""},
        ["u"],
        neighbors=2,
        output=ranks(2),
    )
    expected: dict[str, list[Any]] = {
        "u": [1.5],
        "e1": ["3"],
        "r1": [8.0],
        "e2": ["1"],
        "r2": [9.0],
    }
    check(text, [{"x": 0.0, "v": 3.0}], expected)


@pytest.mark.parametrize("model", ["", 'instanceIdVariable="id"'])
def test_neighbors_are_outputs(model: str) -> None:
    ids = ["1", "2", "3", "4"] if not model else ["z1", "z2", "z3", "z4"]
    table: dict[str, list[Any]] = {"x": TABLE["x"], "u": TABLE["u"], "id": ids}
    output = (
        ranks(3)
        + output_field("v", "affinity", f'value="{ids[3]}"')
        + output_field("c", "clusterId", kind="string")
        + output_field("ea", "entityAffinity", 'rank="2"')
        + output_field("last", "entityId", 'rank="1" rankOrder="ascending"', "string")
        + output_field("none", "entityId", 'rank="4"', "string")
    )
    text = nearest_neighbor(
        table, FIELDS, {"x": ""}, ["u"], neighbors=3, output=output, model=model
    )
    expected: dict[str, list[Any]] = {
        "e1": [ids[1]],
        "e2": [ids[2]],
        "e3": [ids[0]],
        "r1": [1.0],
        "r2": [1.0],
        "r3": [4.0],
        "v": [25.0],
        "c": [ids[1]],
        "ea": [1.0],
        "last": [ids[0]],
        "none": [None],
    }
    check(text, [{"x": 2.0}], expected)


def test_clustering() -> None:
    table: dict[str, list[Any]] = {"x": [0, 5], "id": ["z1", "z2"]}
    text = nearest_neighbor(
        table,
        FIELDS,
        {"x": ""},
        function="clustering",
        neighbors=2,
        output=ranks(2),
        model='instanceIdVariable="id"',
    )
    expected: dict[str, list[Any]] = {
        "_target": ["z2"],
        "e1": ["z2"],
        "e2": ["z1"],
        "r1": [1.0],
        "r2": [16.0],
    }
    check(text, [{"x": 4.0}], expected)


def test_several_targets() -> None:
    output = output_field("first", "entityId", 'targetField="u"', "string") + output_field(
        "other", "entityId", 'targetField="t" rank="2"', "string"
    )
    text = nearest_neighbor(
        TABLE,
        FIELDS,
        {"x": ""},
        ["u", "t"],
        function="mixed",
        neighbors=3,
        output=output,
        treatments='<Target field="u" rescaleFactor="2"/>',
    )
    check(text, ROW, {"u": [60.0], "t": ["q"], "first": ["1"], "other": ["2"]})


def test_probabilities_are_shares_of_the_votes() -> None:
    output = output_field("p(q)", "probability", 'value="q"') + output_field("p", "probability")
    text = nearest_neighbor(
        {"x": TABLE["x"], "t": TABLE["t"]},
        FIELDS,
        {"x": ""},
        ["t"],
        function="classification",
        neighbors=3,
        output=output,
    )
    check(text, ROW, {"p(q)": [2 / 3], "p": [2 / 3]})


TREATMENTS: dict[str, tuple[list[Any], list[str]]] = {
    'missingValueReplacement="7"': ([None, 1], ["1", "2"]),
    'outliers="asExtremeValues" lowValue="0" highValue="7"': ([99, 1], ["1", "2"]),
    'invalidValueTreatment="asValue" invalidValueReplacement="7"': (["none", 1], ["1", "2"]),
}


@pytest.mark.parametrize("treatment", TREATMENTS)
def test_training_rows_are_treated_as_input(treatment: str) -> None:
    cells, names = TREATMENTS[treatment]
    text = nearest_neighbor(
        {"x": cells, "u": [1.5, 2.5]},
        FIELDS,
        {"x": ""},
        ["u"],
        schema={"x": treatment},
        output=ranks(1),
    )
    check(text, [{"x": 7.0}, {"x": 1.0}], {"e1": names, "r1": [0.0, 0.0]})


DOUBLED = (
    '<DerivedField name="z" optype="continuous" dataType="double"><Apply function="*">'
    '<FieldRef field="x"/><Constant dataType="double">10</Constant></Apply></DerivedField>'
)


@pytest.mark.parametrize("transformed", ["false", "true"])
@pytest.mark.parametrize(
    "column", [("x", [0, 1]), ("z", [0, 10])], ids=["of raw values", "of derived values"]
)
def test_derived_inputs(column: tuple[str, list[int]], transformed: str) -> None:
    # A derived field that the table has is taken from there; else it is computed.
    text = nearest_neighbor(
        {column[0]: column[1], "u": [1.5, 2.5]},
        FIELDS,
        {"z": ""},
        ["u"],
        schema={"x": ""},
        local=DOUBLED,
        output=ranks(1),
        transformed=transformed,
    )
    check(text, [{"x": 0.75}, {"x": 0.25}], {"e1": ["2", "1"], "r1": [6.25, 6.25]})


SIMILARITIES = {
    # The record 1 0 against 1 1 and 0 0.
    "<simpleMatching/>": (0.5, 0.5, "1"),
    "<jaccard/>": (0.5, 0.0, "1"),
    "<tanimoto/>": (1 / 3, 1 / 3, "1"),
}


@pytest.mark.parametrize("measure", SIMILARITIES)
def test_similarities(measure: str) -> None:
    first, second, winner = SIMILARITIES[measure]
    text = nearest_neighbor(
        {"x": [1, 0], "v": [1, 0], "u": [1.5, 2.5]},
        FIELDS,
        {"x": "", "v": ""},
        ["u"],
        measure=measure,
        kind="similarity",
        neighbors=2,
        output=ranks(2),
    )
    rows: list[dict[str, Any]] = [{"x": 1.0, "v": 0.0}, {"x": None, "v": 0.0}, {"x": 3.0, "v": 0.0}]
    expected: dict[str, list[Any]] = {
        "e1": [winner, FAILS, FAILS],
        "r1": [first, FAILS, FAILS],
        "r2": [second, FAILS, FAILS],
    }
    check(text, rows, expected)

"""Each multipleModelMethod by hand; the values were seen in JPMML where it has the method."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import MarkupError, UnsupportedError
from tests.language.models.mining.documents import (
    ALWAYS,
    ERROR,
    FALSE,
    TRUE,
    derived_output,
    document,
    mining,
    output_field,
    probabilities,
    program,
    schema,
    score,
    segment,
    tree,
    value,
    where,
)

D = dict


def ensemble(
    method: str,
    scores: Sequence[Any],
    function: str = "classification",
    weights: Sequence[float] | None = None,
    labels: Sequence[str] = ("x", "y"),
    predicate: str = TRUE,
    **more: Any,
) -> bytes:
    weights = weights or [1.0] * len(scores)
    segments = [
        segment(tree(item, function), predicate, weight=weight)
        for item, weight in zip(scores, weights, strict=True)
    ]
    output = probabilities(*labels) if function == "classification" else ""
    return document(mining(method, segments, function, output=output, **more), function)


def shares(text: bytes, labels: Sequence[str] = ("x", "y")) -> tuple[Any, ...] | str:
    (result,) = score(text)
    if isinstance(result, str):
        return result
    return (result["y"], *(result[f"p({label})"] for label in labels))


@pytest.mark.parametrize("predicate", [TRUE, ALWAYS], ids=["fused", "segments"])
@pytest.mark.parametrize(
    ("method", "scores", "weights", "expected"),
    [
        ("majorityVote", ["x", "x", "y"], None, ("x", 2 / 3, 1 / 3)),
        ("majorityVote", ["y", "x", "x", "y"], None, ("y", 0.5, 0.5)),
        ("majorityVote", ["x", "y", "y", "x"], None, ("x", 0.5, 0.5)),
        ("majorityVote", ["x", "y"], [1, 9], ("x", 0.5, 0.5)),
        ("weightedMajorityVote", ["x", "x", "y"], [1, 2, 4], ("y", 3 / 7, 4 / 7)),
        ("weightedMajorityVote", ["y", "x", "x"], [3, 1, 2], ("y", 0.5, 0.5)),
        ("weightedMajorityVote", ["x", "y"], [0, 0], ERROR),
        ("average", [D(x=1, y=3), D(x=2, y=2)], None, ("y", 0.375, 0.625)),
        ("average", [D(y=1, x=1)], None, ("y", 0.5, 0.5)),
        ("average", [D(x=1), D(y=1, x=3)], None, ("x", 0.875, 0.125)),
        ("average", ["x", "y"], None, ERROR),
        ("weightedAverage", [D(x=1, y=3), D(x=2, y=2)], [1, 3], ("y", 0.4375, 0.5625)),
        ("weightedAverage", [D(x=1, y=3), D(x=2, y=2)], [0, 0], ERROR),
        ("max", [D(x=1, y=3), D(x=2, y=2), D(x=3, y=1)], None, ("x", 0.75, 0.25)),
        ("max", [D(x=1, y=3), D(x=2, y=8), D(x=3, y=1)], None, ("y", 0.2, 0.8)),
        ("median", [D(x=1, y=3), D(x=2, y=2), D(x=3, y=1)], None, ("x", 0.5, 0.5)),
        # JPMML picks one of the middle two by the last bit
        ("median", [D(x=1, y=9), D(x=4, y=6), D(x=3, y=7), D(x=8, y=2)], None, ("y", 0.35, 0.65)),
    ],
)
def test_classification(
    method: str, scores: Any, weights: Any, expected: Any, predicate: str
) -> None:
    found = shares(ensemble(method, scores, weights=weights, predicate=predicate))
    if expected == ERROR:
        assert found == ERROR
    else:
        assert found[0] == expected[0]
        assert found[1:] == pytest.approx(expected[1:], rel=1e-12)


@pytest.mark.parametrize(
    ("method", "scores", "expected"),
    [
        (
            "median",
            [D(x=5, y=4, z=1), D(x=1, y=2, z=7), D(x=3, y=6, z=1)],
            ("x", 0.5, 0.4, 0.1),
        ),
        (
            "median",
            [D(x=5, y=4, z=1), D(x=1, y=2, z=7), D(x=3, y=6, z=1), D(x=2, y=5, z=3)],
            ("y", 0.35, 0.45, 0.2),
        ),
        ("max", [D(x=6, y=3, z=1), D(x=6, y=1, z=3), D(x=1, y=5, z=4)], ("x", 0.6, 0.2, 0.2)),
    ],
)
def test_three_classes(method: str, scores: Any, expected: tuple[Any, ...]) -> None:
    found = shares(ensemble(method, scores, labels=("x", "y", "z")), ("x", "y", "z"))
    assert found[0] == expected[0]
    assert found[1:] == pytest.approx(expected[1:], rel=1e-12)


@pytest.mark.parametrize("predicate", [TRUE, ALWAYS], ids=["fused", "segments"])
@pytest.mark.parametrize(
    ("method", "expected"),
    [
        ("average", 3.625),
        ("sum", 14.5),
        ("median", 3.25),
        ("weightedAverage", 3.0),
        ("weightedSum", 13.5),
        ("weightedMedian", 2.5),
        ("x-weightedSum", 13.5),
        ("x-weightedMedian", 2.5),
        ("selectFirst", 1.0),
        ("selectAll", 1.0),
        ("modelChain", 4.0),
    ],
)
def test_regression(method: str, expected: float, predicate: str) -> None:
    scores, weights = ["1", "2.5", "7", "4"], [1, 2, 0.5, 1]
    text = ensemble(method, scores, "regression", weights, predicate=predicate)
    assert value(text) == expected


@pytest.mark.parametrize(
    ("scores", "weights", "expected"),
    [
        (["1", "2", "3", "4"], [1, 1, 1, 1], 2.0),
        (["3", "1"], [1, 1], 1.0),
        (["3", "1"], [0, 0], 1.0),
        (["3", "1"], [2, 1], 3.0),
        (["5", "INF", "1"], [1, 5, 1], math.inf),
    ],
)
def test_weighted_median(scores: Any, weights: Any, expected: float) -> None:
    assert value(ensemble("weightedMedian", scores, "regression", weights)) == expected


@pytest.mark.parametrize("method", ["median", "weightedMedian", "sum", "average"])
def test_a_nan_among_the_numbers_makes_it_nan(method: str) -> None:
    assert math.isnan(value(ensemble(method, ["1", "NaN", "2"], "regression")))


def test_weighted_average_without_weight_is_an_error() -> None:
    assert value(ensemble("weightedAverage", ["1", "3"], "regression", [0, 0])) == ERROR


@pytest.mark.parametrize("method", ["sum", "average", "median", "weightedSum"])
def test_no_segment_is_true(method: str) -> None:
    assert value(ensemble(method, ["1", "2"], "regression", predicate=FALSE)) is None


@pytest.mark.parametrize("method", ["majorityVote", "average", "max", "median"])
def test_no_segment_is_true_for_categories(method: str) -> None:
    text = ensemble(method, [D(x=1), D(y=1)], predicate=FALSE)
    assert shares(text) == (None, None, None)


def test_only_segments_whose_predicate_is_true_count() -> None:
    segments = [
        segment(tree("1", "regression"), where("a", "lessThan", 0)),
        segment(tree("10", "regression"), where("a", "greaterThan", -5)),
        segment(tree("100", "regression")),
    ]
    text = document(mining("sum", segments, "regression"), "regression")
    rows: list[dict[str, Any]] = [{"a": -9.0}, {"a": -1.0}, {"a": 1.0}, {"a": None}]
    assert [row["y"] for row in score(text, rows)] == [101, 111, 110, 100]


def test_sums_run_in_segment_order_in_single_precision() -> None:
    numbers = [16777216.0, 1.0, 1.0, -16777216.0]
    segments = [
        segment(
            tree(number, "regression", target=None, attributes='x-mathContext="float"'), predicate
        )
        for number in numbers
        for predicate in [TRUE]
    ]
    single = mining("sum", segments, "regression", attributes='x-mathContext="float"')
    assert value(document(single, "regression")) == 0.0
    assert value(document(mining("sum", segments, "regression"), "regression")) == 2.0


def test_single_precision_of_weights_and_averages() -> None:
    numbers, weights = [0.1, 0.7, 1.3], [0.3, 0.1, 0.6]
    for method in ("weightedAverage", "weightedSum", "average", "median", "weightedMedian"):
        for predicate in (TRUE, ALWAYS):
            segments = [
                segment(tree(number, "regression", target=None), predicate, weight=weight)
                for number, weight in zip(numbers, weights, strict=True)
            ]
            text = document(
                mining(method, segments, "regression", attributes='x-mathContext="float"'),
                "regression",
            )
            total = weigh = np.float32(0)
            for number, weight in zip(
                np.array(numbers, np.float32), np.array(weights, np.float32), strict=True
            ):
                total += number * weight
                weigh += weight
            if method == "weightedSum":
                assert value(text) == float(total)
            elif method == "weightedAverage":
                assert value(text) == float(total / weigh)
            else:
                assert value(text) == float(np.float32(value(text)))


def test_variable_weight_is_read_from_the_row() -> None:
    segments = [
        segment(tree("1", "regression"), variable="w", weight=7),
        segment(tree("2", "regression"), weight=3),
    ]
    text = document(mining("weightedAverage", segments, "regression"), "regression")
    rows: list[dict[str, Any]] = [{"w": 1.0}, {"w": 9.0}, {"w": 0.0}, {"w": -1.0}, {"w": None}]
    found = [row if isinstance(row, str) else row["y"] for row in score(text, rows)]
    assert found == [7 / 4, 15 / 12, 2.0, ERROR, ERROR]


def test_variable_weight_that_no_one_asks_for() -> None:
    segments = [segment(tree("1", "regression"), variable="w")]
    text = document(mining("sum", segments, "regression"), "regression")
    assert value(text, {"w": None}) == 1.0


def test_variable_weight_must_be_a_number() -> None:
    segments = [segment(tree("1", "regression"), variable="s")]
    with pytest.raises(MarkupError, match="is no number"):
        program(document(mining("weightedSum", segments, "regression"), "regression"))


def test_selection_by_predicate() -> None:
    segments = [
        segment(tree(D(x=3, y=1)), where("a", "lessThan", 0), id="low"),
        segment(tree(D(y=1, z=1)), where("a", "lessThan", 10), id="middle"),
        segment(tree(D(z=4)), where("b", "equal", 1), id="other"),
    ]
    output = probabilities("x", "y", "z") + output_field("e", "entityId", "string")
    text = document(mining("selectFirst", segments, output=output))
    rows: list[dict[str, Any]] = [
        {"a": -1.0},
        {"a": 5.0},
        {"a": None, "b": 1.0},
        {"a": 50.0, "b": 2.0},
    ]
    assert [tuple(row.values()) for row in score(text, rows)] == [
        ("x", 0.75, 0.25, 0.0, "low"),
        ("y", 0.0, 0.5, 0.5, "middle"),
        ("z", 0.0, 0.0, 1.0, "other"),
        (None, None, None, None, None),
    ]


def test_classes_of_segments_are_joined_in_order() -> None:
    segments = [segment(tree(D(b=1, a=1))), segment(tree(D(c=1, a=3)))]
    compiled = program(document(mining("average", segments)))
    assert compiled.classes == ("b", "a", "c")
    valid = (
        '<DataField name="y" optype="categorical" dataType="string"><Value value="a"/>'
        '<Value value="b"/><Value value="c"/></DataField>'
    )
    assert program(document(mining("average", segments), fields=valid)).classes == ("a", "b", "c")


def test_labels_take_the_type_of_the_target() -> None:
    whole = '<DataField name="y" optype="categorical" dataType="integer"/>'
    segments = [segment(tree({"1": 1, "0": 3}, target=None)), segment(tree({"0": 1, "2": 3}))]
    for method in ("majorityVote", "average", "selectFirst", "modelChain"):
        found = value(document(mining(method, segments), fields=whole))
        assert found == (2 if method == "modelChain" else 0)
        assert type(found) is int


def test_a_label_that_the_target_cannot_have() -> None:
    whole = '<DataField name="y" optype="categorical" dataType="integer"/>'
    segments = [segment(tree({"one": 1}, target=None))]
    with pytest.raises(MarkupError, match="no integer"):
        program(document(mining("majorityVote", segments), fields=whole))


def test_results_of_segments_by_id() -> None:
    segments = [
        segment(tree("1", "regression"), where("a", "lessThan", 0), id="p"),
        segment(tree("2", "regression")),
    ]
    output = output_field("first", "predictedValue", more='segmentId="p"')
    output += output_field("second", "predictedValue", more='segmentId="2"')
    for method in ("sum", "selectAll", "selectFirst", "modelChain"):
        text = document(mining(method, segments, "regression", output=output), "regression")
        found = [(row["first"], row["second"]) for row in score(text, [{"a": -1.0}, {"a": 1.0}])]
        assert found == [(1.0, None if method == "selectFirst" else 2.0), (None, 2.0)]


def test_outputs_of_segments_by_id() -> None:
    inner = output_field("inner", "predictedValue")
    segments = [
        segment(tree("1", "regression", output=inner), where("a", "lessThan", 0), id="p"),
        segment(tree("2", "regression"), id="q"),
    ]
    output = output_field("found", "transformedValue", more='segmentId="p" value="inner"')
    for method in ("sum", "selectAll", "selectFirst", "modelChain"):
        text = document(mining(method, segments, "regression", output=output), "regression")
        assert [row["found"] for row in score(text, [{"a": -1.0}, {"a": 1.0}])] == [1.0, None]


def test_select_all_warns_of_the_one_value() -> None:
    segments = [segment(tree("1", "regression")), segment(tree("2", "regression"))]
    compiled = program(document(mining("selectAll", segments, "regression"), "regression"))
    assert "PMML630" in [finding.code for finding in compiled.findings]


def test_a_selected_segment_brings_its_outputs() -> None:
    first, second = output_field("o", "predictedValue"), output_field("p", "predictedValue")
    segments = [
        segment(tree("1", "regression", output=first), where("a", "lessThan", 0)),
        segment(tree("2", "regression", output=first + second)),
    ]
    text = document(mining("selectFirst", segments, "regression"), "regression")
    assert score(text, [{"a": -1.0}, {"a": 1.0}]) == [
        {"y": 1.0, "o": 1.0, "p": None},
        {"y": 2.0, "o": 2.0, "p": 2.0},
    ]
    same = derived_output("o", '<FieldRef field="o"/>')
    text = document(mining("selectFirst", segments, "regression", output=same), "regression")
    assert [list(row) for row in score(text, [{}])] == [["y", "p", "o"]]


def test_a_row_error_of_a_segment_is_one_of_the_row() -> None:
    empty = '<Node><True/><ScoreDistribution value="x" recordCount="0"/></Node>'
    bad = f'<TreeModel functionName="classification">{schema()}{empty}</TreeModel>'
    segments = [segment(tree("x")), segment(bad, where("a", "lessThan", 0))]
    for method in ("majorityVote", "selectAll", "modelChain"):
        found = score(document(mining(method, segments)), [{"a": -1.0}, {"a": 1.0}])
        assert found == [ERROR, {"y": "x"}]
    # selectFirst does not come to the second one
    found = score(document(mining("selectFirst", segments)), [{"a": -1.0}, {"a": 1.0}])
    assert found == [{"y": "x"}, {"y": "x"}]


@pytest.mark.parametrize(
    ("method", "function"),
    [
        ("majorityVote", "regression"),
        ("weightedMajorityVote", "regression"),
        ("max", "regression"),
        ("sum", "classification"),
        ("weightedSum", "classification"),
        ("weightedMedian", "classification"),
    ],
)
def test_methods_that_do_not_fit_the_function(method: str, function: str) -> None:
    with pytest.raises(MarkupError, match=f"{method}.*no meaning"):
        program(ensemble(method, ["1"], function))


@pytest.mark.parametrize(
    ("segments", "options", "error", "message"),
    [
        ([segment(tree("x"), id="1"), segment(tree("x"), id="1")], {}, MarkupError, "two segments"),
        ([segment(tree("1", "regression"))], {}, MarkupError, "functionName"),
        ([segment(tree("x"), weight=-1)], {}, MarkupError, "negative"),
        ([segment("<Scorecard/>")], {}, MarkupError, "Scorecard"),
        ([segment("")], {}, MarkupError, "needs a model"),
        ([segment(tree("x"), "")], {}, MarkupError, "needs a predicate"),
        ([segment(tree("x"))], {"method": "best"}, UnsupportedError, "best"),
        ([segment(tree("x"))], {"treatment": "stop"}, UnsupportedError, "stop"),
        (
            [segment(tree("x"))],
            {"method": "modelChain", "treatment": "skipSegment"},
            MarkupError,
            "not for chains",
        ),
    ],
)
def test_documents_that_are_refused(
    segments: list[str], options: dict[str, Any], error: type[Exception], message: str
) -> None:
    given = {"method": "majorityVote", **options}
    with pytest.raises(error, match=message):
        program(document(mining(given.pop("method"), segments, **given)))


def test_a_mining_model_without_segmentation() -> None:
    bare = f'<MiningModel functionName="classification">{schema()}</MiningModel>'
    with pytest.raises(UnsupportedError, match="Segmentation"):
        program(document(bare))


def test_errors_of_several_segments_are_said_together() -> None:
    segments = [segment(tree("x"), weight=-1), segment(tree("x")), segment("")]
    with pytest.raises(MarkupError) as caught:
        program(document(mining("majorityVote", segments)))
    assert "negative" in str(caught.value)
    assert "needs a model" in str(caught.value)

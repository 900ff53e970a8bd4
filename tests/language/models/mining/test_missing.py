"""missingPredictionTreatment and missingThreshold: tables by hand, and JPMML."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

import pmmlkit
from pmmlkit.parity.oracles import Oracle
from tests.language.models.mining.documents import (
    ALWAYS,
    TRUE,
    document,
    mining,
    probabilities,
    score,
    segment,
    tree,
    value,
)

SKIP, GO_ON, RETURN = "skipSegment", "continue", "returnMissing"


def ensemble(
    method: str,
    scores: list[Any],
    weights: list[float] | None = None,
    function: str = "classification",
    predicate: str = TRUE,
    **more: Any,
) -> bytes:
    weights = weights or [1.0] * len(scores)
    segments = [
        segment(tree(item, function), predicate, weight=weight)
        for item, weight in zip(scores, weights, strict=True)
    ]
    output = probabilities("x", "y") if function == "classification" else ""
    return document(mining(method, segments, function, output=output, **more), function)


@pytest.mark.parametrize("predicate", [TRUE, ALWAYS], ids=["fused", "segments"])
@pytest.mark.parametrize(
    ("method", "scores", "weights", "treatment", "threshold", "expected"),
    [
        ("majorityVote", ["x", "x", None], None, GO_ON, None, ("x", 1.0, 0.0)),
        ("majorityVote", ["x", None], None, GO_ON, None, ("x", 1.0, 0.0)),
        ("majorityVote", [None, "x"], None, GO_ON, None, ("x", 1.0, 0.0)),
        ("majorityVote", [None, None, "x"], None, GO_ON, None, None),
        ("majorityVote", ["x", "x", None], None, GO_ON, 0.3, None),
        ("majorityVote", ["x", "x", None], None, GO_ON, 0.34, ("x", 1.0, 0.0)),
        ("majorityVote", ["x", None, None], None, SKIP, None, ("x", 1.0, 0.0)),
        ("majorityVote", ["x", None, None], None, SKIP, 0.66, None),
        ("majorityVote", ["x", None], [5, 1], SKIP, 0.3, ("x", 1.0, 0.0)),
        ("majorityVote", ["x", None], None, RETURN, None, None),
        ("majorityVote", [None, None], None, SKIP, None, None),
        ("weightedMajorityVote", ["x", "y", None], [1, 2, 3], GO_ON, None, None),
        ("weightedMajorityVote", ["x", "y", None], [1, 2, 2], GO_ON, None, ("y", 1 / 3, 2 / 3)),
        ("weightedMajorityVote", ["x", None], [5, 1], SKIP, 0.3, ("x", 1.0, 0.0)),
        ("average", [{"x": 1}, None], None, GO_ON, None, None),
        ("average", [{"x": 1}, None], None, SKIP, None, ("x", 1.0, 0.0)),
        ("average", [{"x": 1}, None], None, RETURN, None, None),
        ("weightedAverage", [{"x": 1, "y": 3}, None], [1, 3], SKIP, 0.74, None),
        ("weightedAverage", [{"x": 1, "y": 3}, None], [1, 3], SKIP, 0.75, ("y", 0.25, 0.75)),
        ("max", [{"x": 1}, None], None, GO_ON, None, None),
        ("max", [{"x": 1, "y": 0}, None], None, SKIP, None, ("x", 1.0, 0.0)),
        ("median", [{"x": 1, "y": 0}, None], None, SKIP, None, ("x", 1.0, 0.0)),
    ],
)
def test_categories(
    method: str,
    scores: list[Any],
    weights: Any,
    treatment: str,
    threshold: float | None,
    expected: Any,
    predicate: str,
) -> None:
    text = ensemble(
        method, scores, weights, predicate=predicate, treatment=treatment, threshold=threshold
    )
    (result,) = score(text)
    assert not isinstance(result, str)
    found = (result["y"], result["p(x)"], result["p(y)"])
    if expected is None:
        assert found == (None, None, None)
    else:
        assert found[0] == expected[0]
        assert found[1:] == pytest.approx(expected[1:], rel=1e-12)


@pytest.mark.parametrize("predicate", [TRUE, ALWAYS], ids=["fused", "segments"])
@pytest.mark.parametrize(
    ("treatment", "threshold", "expected"),
    [
        (GO_ON, None, None),
        (GO_ON, 0.0, None),
        (SKIP, None, 4.0),
        (SKIP, 0.74, None),
        (SKIP, 0.75, 4.0),
        (RETURN, None, None),
    ],
)
@pytest.mark.parametrize("method", ["sum", "average", "median", "weightedMedian"])
def test_numbers(
    method: str, treatment: str, threshold: float | None, expected: float | None, predicate: str
) -> None:
    text = ensemble(
        method,
        ["4", None],
        [1, 3],
        "regression",
        predicate,
        treatment=treatment,
        threshold=threshold,
    )
    assert value(text) == expected


@pytest.mark.parametrize(
    ("method", "treatment", "expected"),
    [
        ("selectFirst", GO_ON, None),
        ("selectFirst", RETURN, None),
        ("selectFirst", SKIP, 2.0),
        ("selectAll", GO_ON, None),
        ("selectAll", RETURN, None),
        ("selectAll", SKIP, 2.0),
        ("modelChain", GO_ON, 3.0),
        ("modelChain", RETURN, None),
    ],
)
def test_selections(method: str, treatment: str, expected: float | None) -> None:
    text = ensemble(method, [None, "2", "3"], None, "regression", treatment=treatment)
    assert value(text) == expected


def test_a_missing_segment_behind_the_first_makes_all_missing() -> None:
    assert value(ensemble("selectAll", ["1", None], None, "regression", treatment=GO_ON)) == 1.0
    assert value(ensemble("selectAll", ["1", None], None, "regression", treatment=RETURN)) is None


def test_the_target_fills_in_what_is_missing() -> None:
    target = '<Targets><Target field="y"><TargetValue defaultValue="7"/></Target></Targets>'
    text = ensemble("sum", ["4", None], None, "regression", extra=target)
    assert value(text) == 7.0


DISTRIBUTIONS = (None, {"x": 3, "y": 1}, {"y": 2, "x": 1})
SCORES = [list(scores) for scores in itertools.product(DISTRIBUTIONS, repeat=3)][1:]
"""Not all missing: that is an error in JPMML under skipSegment, for sums 0."""


@pytest.mark.parametrize("threshold", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("treatment", [GO_ON, SKIP, RETURN])
@pytest.mark.parametrize(
    "method", ["majorityVote", "weightedMajorityVote", "average", "weightedAverage", "max"]
)
def test_jpmml_agrees_on_categories(
    method: str, treatment: str, threshold: float, jpmml: Oracle
) -> None:
    for scores in SCORES[:: 2 if threshold == 0.5 else 7]:
        text = ensemble(method, scores, [1, 2, 1.5], treatment=treatment, threshold=threshold)
        (mine,) = score(text)
        theirs = jpmml.evaluate(text, {name: [1.0] for name in "ab"})
        assert not theirs.errors
        assert not isinstance(mine, str)
        for name, (item,) in theirs.columns.items():
            other = mine[name]
            if isinstance(item, float):
                assert other == pytest.approx(item, rel=1e-12), (scores, name)
            else:
                assert other == item, (scores, name)


@pytest.mark.parametrize("threshold", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("treatment", [GO_ON, SKIP, RETURN])
@pytest.mark.parametrize(
    "method", ["sum", "average", "median", "weightedSum", "weightedAverage", "weightedMedian"]
)
def test_jpmml_agrees_on_numbers(
    method: str, treatment: str, threshold: float, jpmml: Oracle
) -> None:
    for scores in list(itertools.product([None, "1.5", "-4"], repeat=3))[1::3]:
        text = ensemble(
            method,
            list(scores),
            [1, 2, 1.5],
            "regression",
            treatment=treatment,
            threshold=threshold,
        )
        theirs = jpmml.evaluate(text, {name: [1.0] for name in "ab"})
        assert not theirs.errors
        mine = value(text)
        (other,) = theirs.columns["y"]
        assert mine == (other if other is None else pytest.approx(other, rel=1e-12)), scores


@pytest.mark.parametrize(
    ("treatment", "threshold", "expected"),
    [(SKIP, 0.66, None), (SKIP, 0.67, "x"), (RETURN, None, None), (GO_ON, None, None)],
)
def test_names_before_4_4(treatment: str, threshold: float | None, expected: str | None) -> None:
    """JPMML wrote ``x-`` attributes before the standard ones came."""
    standard = ensemble("majorityVote", ["x", None, None], treatment=treatment, threshold=threshold)
    older = standard.replace(b" missing", b" x-missing").replace(b"x-missingValue", b"missingValue")
    assert b"x-missingPredictionTreatment" in older
    row = {"a": 1.0, "b": 1.0, "s": "s", "w": 1.0}
    for document_text in (standard, older):
        model = pmmlkit.load(document_text)
        assert model.evaluate(row)["y"] == expected
        assert model.evaluate([row])[0]["y"] == expected

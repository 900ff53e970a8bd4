"""Scorecard: reason codes and their ranks, worked out from the specification."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.scorecard.documents import (
    OTHERWISE,
    above,
    bin,
    characteristic,
    codes,
    computed,
    fixed,
    scorecard,
    step,
)

ROW: list[dict[str, Any]] = [{"a": 1.0, "b": 1.0}]
ABOVE_POINTS = 'reasonCodeAlgorithm="pointsAbove"'


def ranked(characteristics: tuple[str, ...], options: str, expected: list[str | None]) -> None:
    document = scorecard(*characteristics, options=options, output=codes(len(expected)))
    check(document, ROW, {f"r{at}": [code] for at, code in enumerate(expected, 1)})


@pytest.mark.parametrize("options", ["", 'reasonCodeAlgorithm="pointsBelow"'])
def test_points_below_are_what_is_lost_against_the_baseline(options: str) -> None:
    # A: 10 - 5 = 5, B: 20 - 2 = 18, C: 3 - 3 = 0
    ranked((fixed(5, "A", 10), fixed(2, "B", 20), fixed(3, "C", 3)), options, ["B", "A", "C"])


def test_points_above_are_what_is_won() -> None:
    # A: 15 - 10 = 5, B: 22 - 20 = 2, C: 3 - 3 = 0
    ranked(
        (fixed(22, "B", 20), fixed(3, "C", 3), fixed(15, "A", 10)), ABOVE_POINTS, ["A", "B", "C"]
    )


@pytest.mark.parametrize(
    ("options", "expected"), [("", ["A", "B", None]), (ABOVE_POINTS, ["C", "B", None])]
)
def test_points_below_zero_have_no_rank_and_zero_has(
    options: str, expected: list[str | None]
) -> None:
    # points below: A 5, B 0, C -5
    ranked((fixed(5, "A", 10), fixed(10, "B", 10), fixed(15, "C", 10)), options, expected)


def test_equal_points_keep_the_order_of_the_document() -> None:
    three = tuple(fixed(5, code, 10) for code in "ZAM")
    ranked(three, "", ["Z", "A", "M"])
    twelve = tuple(fixed(5 + at % 3, code, 10) for at, code in enumerate("ZACQXWBMNRTP"))
    # points 5 for ZQBR, 4 for AXMT, 3 for CWNP
    ranked(twelve, "", list("ZQBRAXMTCWNP"))


def test_equal_points_keep_the_order_in_which_the_row_met_the_codes() -> None:
    first = characteristic(bin(above("a"), 2, "A"), bin(OTHERWISE, 2, "B"), baseline=5)
    second = characteristic(bin(above("a"), 2, "B"), bin(OTHERWISE, 2, "A"), baseline=5)
    check(
        scorecard(first, second, output=codes(2)),
        [{"a": 1.0}, {"a": -1.0}],
        {"r1": ["A", "B"], "r2": ["B", "A"]},
    )


@pytest.mark.parametrize(
    ("last", "expected"),
    [(3, ["Z", "A"]), (9, ["Z", "A"]), (9.5, ["A", "Z"]), (11, ["A", None])],
)
def test_the_points_of_one_code_are_summed(last: float, expected: list[str | None]) -> None:
    # Z: (10 - 12) + (12 - last), A: 10 - 9 = 1; at 9 they are equal, at 11 Z has -1
    ranked((fixed(12, "Z", 10), fixed(9, "A", 10), fixed(last, "Z", 12)), "", expected)


def test_a_code_of_the_attribute_wins_over_that_of_the_characteristic() -> None:
    own = characteristic(bin(above("a"), 1, "high"), bin(OTHERWISE, 1), code="other", baseline=2)
    check(
        scorecard(own, output=codes(1)),
        [{"a": 1.0}, {"a": -1.0}, {"a": None}],
        {"r1": ["high", "other", "other"]},
    )


def test_a_baseline_of_the_characteristic_wins_over_that_of_the_model() -> None:
    # A: 20 - 15 = 5 by the model's baseline, B: 30 - 9 = 21 by its own
    ranked((fixed(15, "A"), fixed(9, "B", 30)), 'baselineScore="20"', ["B", "A"])
    # A: 60 - 15 = 45
    ranked((fixed(15, "A"), fixed(9, "B", 30)), 'baselineScore="60"', ["A", "B"])


def test_a_baseline_of_zero_is_one() -> None:
    # A: 0 - (-1) = 1, B: 5 - 5 = 0
    ranked((fixed(5, "B"), fixed(-1, "A", 0)), 'baselineScore="5"', ["A", "B"])


@pytest.mark.parametrize("method", ["max", "min", "mean", "neutral", "other"])
def test_the_method_of_the_baselines_has_no_effect(method: str) -> None:
    ranked((fixed(5, "A", 10), fixed(2, "B", 20)), f'baselineMethod="{method}"', ["B", "A"])


def test_computed_scores_have_points() -> None:
    score = computed('<FieldRef field="a"/>')
    own = characteristic(bin(OTHERWISE, 0, inside=score), code="A", baseline=10)
    document = scorecard(own, fixed(5, "B", 8), output=codes(2))
    # A: 10 - a, B: 3
    check(
        document,
        [{"a": 6.0}, {"a": 7.5}, {"a": 10.5}, {"a": None}],
        {"r1": ["A", "B", "B", FAILS], "r2": ["B", "A", None, FAILS]},
    )
    above = scorecard(own, fixed(11, "B", 8), options=ABOVE_POINTS, output=codes(2))
    # A: a - 10, B: 3
    check(above, [{"a": 14.0}, {"a": 11.0}], {"r1": ["A", "B"], "r2": ["B", "A"]})


def test_infinite_points_come_first() -> None:
    score = computed('<Apply function="exp"><FieldRef field="a"/></Apply>')
    own = characteristic(bin(OTHERWISE, 0, inside=score), code="A", baseline=10)
    document = scorecard(own, fixed(9, "B", 8), options=ABOVE_POINTS, output=codes(2))
    check(document, [{"a": 1000.0}], {"y": [float("inf")], "r1": ["A"], "r2": ["B"]})


def test_missing_values_choose_the_reason_of_the_attribute_that_takes_them() -> None:
    own = characteristic(
        bin('<SimplePredicate field="a" operator="isMissing"/>', 0, "unknown"),
        bin(above("a"), 5, "high"),
        bin(OTHERWISE, 2, "low"),
        baseline=5,
    )
    rows: list[dict[str, Any]] = [{"a": None}, {"a": 1.0}, {"a": -1.0}]
    check(
        scorecard(own, output=codes(2)),
        rows,
        {"y": [0.0, 5.0, 2.0], "r1": ["unknown", "high", "low"], "r2": [None] * 3},
    )


def test_a_rank_beyond_the_codes_is_missing() -> None:
    document = scorecard(fixed(5, "A", 10), output=codes(4))
    check(document, ROW, {"r1": ["A"], "r2": [None], "r3": [None], "r4": [None]})


@pytest.mark.parametrize(
    ("rank", "expected"), [("0", ["B", "A", "C"]), ("1", ["B"]), ("2", ["B", "A"]),
                           ("9", ["B", "A", "C"])],
)  # fmt: skip
def test_many_values_are_a_list(rank: str, expected: list[str]) -> None:
    output = (
        '<Output><OutputField name="all" optype="categorical" dataType="string" '
        f'feature="reasonCode" rank="{rank}" isMultiValued="1"/></Output>'
    )
    three = (fixed(5, "A", 10), fixed(2, "B", 20), fixed(3, "C", 3), fixed(9, "D", 3))
    check(scorecard(*three, output=output), ROW, {"all": [expected]})


def test_without_reason_codes_there_are_none() -> None:
    document = scorecard(
        fixed(5), fixed(6, "A", 9), options='useReasonCodes="false"', output=codes(1)
    )
    check(document, ROW, {"y": [11.0], "r1": [None]})


def test_points_are_in_the_precision_of_the_model() -> None:
    # In float, A and B both have 16777216 points; in double B has one more.
    both = (fixed(0, "A", 16777216), fixed(0, "B", 16777217))
    ranked(both, 'x-mathContext="float"', ["A", "B"])
    ranked(both, "", ["B", "A"])


def test_a_failed_row_has_no_reasons() -> None:
    lone = characteristic(bin(above("a"), 2), code="A", baseline=5)
    document = scorecard(step("b", 1, 0, "B", 1), lone, output=codes(1))
    check(
        document,
        [{"a": 1.0, "b": 1.0}, {"a": -1.0, "b": 1.0}],
        {"y": [3.0, FAILS], "r1": ["A", FAILS]},
    )


def test_reason_codes_feed_later_outputs() -> None:
    more = (
        '<OutputField name="text" optype="categorical" dataType="string" '
        'feature="transformedValue"><MapValues outputColumn="o" defaultValue="?">'
        '<FieldColumnPair field="r1" column="i"/><InlineTable><row><i>A</i><o>age</o></row>'
        "</InlineTable></MapValues></OutputField>"
    )
    document = scorecard(step("a", 0, 9, "A", 5), fixed(4, "B", 5), output=codes(1, more=more))
    check(document, [{"a": 1.0}, {"a": -1.0}], {"r1": ["A", "B"], "text": ["age", "?"]})

"""Scorecard: how the score is made, worked out from the specification."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.scorecard.documents import (
    FIELDS,
    OTHERWISE,
    above,
    bin,
    characteristic,
    computed,
    fixed,
    scorecard,
    step,
)

PLAIN = 'useReasonCodes="false"'
ROWS: list[dict[str, Any]] = [
    {"a": 1.0, "b": 1.0},
    {"a": -1.0, "b": 1.0},
    {"a": None, "b": -1.0},
]
BETWEEN = (
    '<CompoundPredicate booleanOperator="and"><SimplePredicate field="a" operator="greaterOrEqual" '
    'value="0"/><SimplePredicate field="a" operator="lessThan" value="10"/></CompoundPredicate>'
)
SURROGATE = (
    f'<CompoundPredicate booleanOperator="surrogate">{above("a")}{above("b")}</CompoundPredicate>'
)
IN_SET = (
    '<SimpleSetPredicate field="s" booleanOperator="isIn"><Array n="2" type="string">u v</Array>'
    "</SimpleSetPredicate>"
)
IS_MISSING = '<SimplePredicate field="a" operator="isMissing"/>'


def test_partial_scores_add_up() -> None:
    # 5 + 30; 0 + 30; a missing value is UNKNOWN and goes on to the next Attribute: 0 + 20
    document = scorecard(step("a", 5, 0), step("b", 30, 20), options=PLAIN)
    check(document, ROWS, {"y": [35.0, 30.0, 20.0]})


@pytest.mark.parametrize(
    ("initial", "expected"),
    [("", 5.0), ('initialScore="0"', 5.0), ('initialScore="100.5"', 105.5),
     ('initialScore="-7"', -2.0), ('initialScore="1E2"', 105.0)],
)  # fmt: skip
def test_the_initial_score_is_added(initial: str, expected: float) -> None:
    check(scorecard(fixed(5), options=f"{PLAIN} {initial}"), ROWS[:1], {"y": [expected]})


def test_the_first_attribute_that_is_true_scores() -> None:
    both = characteristic(bin(above("a"), 1), bin(above("a", -5), 2), bin(OTHERWISE, 3))
    rows: list[dict[str, Any]] = [{"a": 1.0}, {"a": -1.0}, {"a": -9.0}, {"a": None}]
    check(scorecard(both, options=PLAIN), rows, {"y": [1.0, 2.0, 3.0, 3.0]})


@pytest.mark.parametrize(
    ("predicate", "rows", "expected"),
    [
        (BETWEEN, [{"a": 0.0}, {"a": 10.0}, {"a": None}], [1.0, 0.0, 0.0]),
        (SURROGATE, [{"a": None, "b": 1.0}, {"a": -1.0, "b": 1.0}, {"a": None, "b": None}],
         [1.0, 0.0, 0.0]),
        (IN_SET, [{"s": "u"}, {"s": "w"}, {"s": None}], [1.0, 0.0, 0.0]),
        (IS_MISSING, [{"a": None}, {"a": 0.0}], [1.0, 0.0]),
        ("<False/>", [{"a": 0.0}], [0.0]),
        ("<True/>", [{"a": None}], [1.0]),
    ],
)  # fmt: skip
def test_every_predicate_can_select(
    predicate: str, rows: list[dict[str, Any]], expected: list[float]
) -> None:
    document = scorecard(
        characteristic(bin(predicate, 1), bin(OTHERWISE, 0)), options=PLAIN, before=""
    )
    check(document, rows, {"y": expected})


def test_no_true_attribute_fails_the_row() -> None:
    document = scorecard(fixed(1), characteristic(bin(above("a"), 2)), options=PLAIN)
    check(document, ROWS, {"y": [3.0, FAILS, FAILS]})


def test_a_complex_partial_score_wins_over_the_partial_score() -> None:
    score = computed('<Apply function="*"><FieldRef field="a"/><Constant>10</Constant></Apply>')
    document = scorecard(fixed(1), characteristic(bin(OTHERWISE, 99, inside=score)), options=PLAIN)
    check(document, [{"a": 2.0}, {"a": -0.5}], {"y": [21.0, -4.0]})


def test_a_complex_partial_score_alone_is_enough() -> None:
    score = computed('<FieldRef field="a"/>')
    check(
        scorecard(characteristic(bin(OTHERWISE, inside=score)), options=PLAIN),
        [{"a": 2.5}, {"a": 0.0}],
        {"y": [2.5, 0.0]},
    )


def test_a_complex_partial_score_that_is_missing_fails_the_row() -> None:
    score = computed('<FieldRef field="a"/>')
    both = characteristic(bin(above("b"), 7), bin(OTHERWISE, 1, inside=score))
    rows: list[dict[str, Any]] = [
        {"a": None, "b": 1.0},
        {"a": None, "b": -1.0},
        {"a": 3.0, "b": -1.0},
    ]
    check(scorecard(both, options=PLAIN), rows, {"y": [7.0, FAILS, 3.0]})


@pytest.mark.parametrize(
    ("constant", "expected"),
    [
        ('<Constant dataType="integer">12</Constant>', 12.0),
        ('<Constant dataType="string">12.5</Constant>', 12.5),
        ('<Constant dataType="boolean">true</Constant>', 1.0),
        ('<Constant dataType="string">x</Constant>', FAILS),
    ],
)
def test_a_complex_partial_score_becomes_a_double(constant: str, expected: float) -> None:
    document = scorecard(characteristic(bin(OTHERWISE, inside=computed(constant))), options=PLAIN)
    check(document, ROWS[:1], {"y": [expected]})


def test_an_error_counts_only_where_it_is_looked_at() -> None:
    derived = (
        '<LocalTransformations><DerivedField name="d" optype="continuous" dataType="integer">'
        '<Apply function="/"><Constant dataType="integer">1</Constant><Constant '
        'dataType="integer">0</Constant></Apply></DerivedField></LocalTransformations>'
    )
    one = characteristic(bin(above("a"), 1), bin(above("d"), 2), bin(OTHERWISE, 3))
    check(scorecard(one, options=PLAIN, before=derived), ROWS, {"y": [1.0, FAILS, FAILS]})


def test_targets_come_after_the_sum() -> None:
    target = '<Targets><Target field="y" rescaleFactor="2" castInteger="round"/></Targets>'
    document = scorecard(step("a", 5.6, 1), step("b", 6, 2), options=PLAIN, before=target)
    # (5.6 + 6) x 2 = 23.2; (1 + 6) x 2 = 14; (1 + 2) x 2 = 6
    check(document, ROWS, {"y": [23.0, 14.0, 6.0]})


@pytest.mark.parametrize(
    ("field", "expected"),
    [("continuous integer", 11), ("continuous float", 11.0), ("categorical string", "11.0")],
)
def test_the_target_has_the_last_word_on_the_type(field: str, expected: object) -> None:
    document = scorecard(fixed(5), fixed(6), options=PLAIN, fields={**FIELDS, "y": field})
    check(document, ROWS[:1], {"y": [expected]})


def test_single_precision() -> None:
    # 0.7f + 0.1f = 0.8000000119...f, + 0.2f = 1.0f; in double it would be 0.9999999999999999
    document = scorecard(
        fixed(0.1), fixed(0.2), options=f'{PLAIN} initialScore="0.7" x-mathContext="float"'
    )
    check(document, ROWS[:1], {"y": [1.0]}, relative=0.0)
    double = scorecard(fixed(0.1), fixed(0.2), options=f'{PLAIN} initialScore="0.7"')
    check(double, ROWS[:1], {"y": [0.7 + 0.1 + 0.2]}, relative=0.0)


def test_a_computed_score_is_rounded_to_single_precision() -> None:
    score = computed('<FieldRef field="a"/>')
    document = scorecard(
        characteristic(bin(OTHERWISE, inside=score)), options=f'{PLAIN} x-mathContext="float"'
    )
    check(document, [{"a": 0.1}], {"y": [0.10000000149011612]}, relative=0.0)

"""RuleSetModel: the ScoreDistribution of the winning rule as probabilities (no engine has them)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.rule_set.documents import above, features, rule, rule_set, shares

ROWS: list[dict[str, Any]] = [
    {"a": 1.0, "b": 1.0},
    {"a": -1.0, "b": 1.0},
    {"a": -1.0, "b": -1.0},
]
OUTPUT = features("probability", values="pqr")


def test_shares_of_the_counts_of_the_winning_rule() -> None:
    rules = (
        rule("p", above("a"), inside=shares(p=3, q=1)),
        rule("q", above("b"), inside=shares(r=2, q=2, p=4)),
    )
    check(
        rule_set(*rules, output=OUTPUT),
        ROWS,
        {
            "probability": [0.75, 0.25, None],
            "p_p": [0.75, 0.5, None],
            "p_q": [0.25, 0.25, None],
            "p_r": [0.0, 0.25, None],
        },
    )


@pytest.mark.parametrize(
    ("criterion", "expected"), [("firstHit", 0.75), ("weightedMax", 0.5), ("weightedSum", 0.2)]
)
def test_the_winning_rule_is_that_of_the_entity_id(criterion: str, expected: float) -> None:
    # weightedSum: p wins with 0.3 + 0.5 against 0.6; its heaviest rule is the last one
    rules = (
        rule("p", above("a"), 'weight="0.3"', shares(p=3, q=1)),
        rule("q", above("b"), 'weight="0.6"', shares(p=1, q=1)),
        rule("p", above("b"), 'weight="0.5"', shares(p=1, q=4)),
    )
    check(rule_set(*rules, criterion=criterion, output=OUTPUT), ROWS[:1], {"p_p": [expected]})


def test_probabilities_that_are_given_win_over_counts() -> None:
    given = (
        '<ScoreDistribution value="p" recordCount="3" probability="0.9"/>'
        '<ScoreDistribution value="q" recordCount="1" probability="0.1"/>'
    )
    check(
        rule_set(rule("p", above("a"), inside=given), output=OUTPUT),
        ROWS[:1],
        {"p_p": [0.9], "p_q": [0.1], "p_r": [0.0]},
    )
    some = given.replace(' probability="0.1"', "")
    check(rule_set(rule("p", above("a"), inside=some), output=OUTPUT), ROWS[:1], {"p_p": [0.75]})


def test_the_distribution_of_the_rule_set_holds_where_no_rule_fires() -> None:
    document = rule_set(rule("p", above("a")), inside=shares(p=1, r=4), output=OUTPUT)
    check(
        document,
        ROWS,
        {"probability": [None, 0.8, 0.8], "p_p": [None, 0.2, 0.2], "p_q": [None, 0.0, 0.0]},
    )


def test_without_a_default_there_are_none() -> None:
    document = rule_set(
        rule("p", above("a"), inside=shares(p=1)), inside=shares(r=4), default=None, output=OUTPUT
    )
    check(document, ROWS, {"y": ["p", None, None], "p_p": [1.0, None, None]})

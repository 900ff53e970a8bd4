"""Classification: one against one, one against all, thresholds, maxWins, single machines."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.support_vector_machine.documents import (
    CATEGORIES,
    TWO_CATEGORIES,
    machine,
    model,
    output,
    vectors,
)

Rows = list[dict[str, Any]]

ONE_ONE: dict[str, Any] = {"classificationMethod": "OneAgainstOne"}
ONE_ALL: dict[str, Any] = {"classificationMethod": "OneAgainstAll"}

FIELDS = vectors()
COEFFICIENTS: dict[str, Any] = {"svmRepresentation": "Coefficients"}


def line(a: float, b: float, constant: float = 0.0, **more: str | float) -> str:
    """A machine whose value is a linear function of the fields."""
    return machine(None, [a, b], constant, **more)


def classify(*machines: str, **more: Any) -> bytes:
    return model(
        *machines,
        **{
            "function": "classification",
            "fields": CATEGORIES,
            "dictionary": FIELDS,
            **COEFFICIENTS,
            **more,
        },
    )


# f1 = a, f2 = b, f3 = a + b
PAIRS = (
    line(1, 0, targetCategory="p", alternateTargetCategory="q"),
    line(0, 1, targetCategory="p", alternateTargetCategory="r"),
    line(1, 1, targetCategory="q", alternateTargetCategory="r"),
)
ROWS: Rows = [
    {"a": -1.0, "b": -1.0},  # p, p, q
    {"a": 1.0, "b": -2.0},  # q, p, q
    {"a": 1.0, "b": 1.0},  # q, r, r
    {"a": 2.0, "b": -1.0},  # q, p, r: all alike, and q came first
    {"a": 0.0, "b": 0.0},  # at the threshold: the alternates, q, r, r
]
SHARES = output(
    ("p(p)", "probability", "p"),
    ("p(q)", "probability", "q"),
    ("p(r)", "probability", "r"),
    ("best", "probability", None),
)


def test_votes() -> None:
    third = 1 / 3
    check(
        classify(*PAIRS, before=SHARES, **ONE_ONE),
        ROWS,
        {
            "y": ["p", "q", "r", "q", "r"],
            "p(p)": [2 * third, third, 0.0, third, 0.0],
            "p(q)": [third, 2 * third, third, third, third],
            "p(r)": [0.0, 0.0, 2 * third, third, 2 * third],
            "best": [2 * third, 2 * third, 2 * third, third, 2 * third],
        },
    )


def test_max_wins_turns_the_votes_round() -> None:
    """Above the threshold is the targetCategory: r q, r q, ... at it the alternates."""
    check(classify(*PAIRS, maxWins="true", **ONE_ONE), ROWS, {"y": ["r", "r", "p", "p", "r"]})


def test_the_threshold_of_the_model() -> None:
    # a < 1, b < 1, a + b < 1
    check(classify(*PAIRS, threshold=1, **ONE_ONE), ROWS, {"y": ["p", "q", "r", "q", "p"]})


def test_the_threshold_of_a_machine_wins() -> None:
    machines = (PAIRS[0].replace("<SupportVectorMachine", '<SupportVectorMachine threshold="3"'),)
    # f1 < 3 always holds: p, then p p q | p p q | p r r | p p r | p r r by the other two.
    check(
        classify(*machines, *PAIRS[1:], threshold=0, **ONE_ONE),
        ROWS,
        {"y": ["p", "p", "r", "p", "r"]},
    )


def test_the_threshold_of_the_model_with_max_wins() -> None:
    # a > 1, b > 1, a + b > 1: q r r, q r r, q r q, p r r, q r r
    check(
        classify(*PAIRS, threshold=1, maxWins="true", **ONE_ONE),
        ROWS,
        {"y": ["r", "r", "q", "r", "r"]},
    )


ALL = (
    line(1, 0, targetCategory="p"),
    line(0, 1, targetCategory="q"),
    line(1, 1, targetCategory="r"),
)


@pytest.mark.parametrize("method", [ONE_ALL, {}])
def test_the_smallest_value_wins(method: dict[str, Any]) -> None:
    # (-1, -1, -2) (1, -2, -1) (1, 1, 2) (2, -1, 1) (0, 0, 0)
    check(classify(*ALL, **method), ROWS, {"y": ["r", "q", "p", "q", "p"]})


def test_the_largest_value_wins() -> None:
    check(classify(*ALL, maxWins="true", **ONE_ALL), ROWS, {"y": ["p", "p", "r", "p", "p"]})


def test_thresholds_mean_nothing_to_one_against_all() -> None:
    check(classify(*ALL, threshold=9, **ONE_ALL), ROWS, {"y": ["r", "q", "p", "q", "p"]})


def test_one_against_all_has_no_probabilities() -> None:
    check(
        classify(*ALL, before=SHARES, **ONE_ALL),
        ROWS[:2],
        {"y": ["r", "q"], "p(p)": [None, None], "best": [None, None]},
    )


def test_by_support_vectors() -> None:
    """The same decisions where the values are those of kernels."""
    dictionary = vectors(
        '<Array n="2" type="real">1 0</Array>', '<Array n="2" type="real">0 1</Array>'
    )
    machines = (
        machine(["v1"], [1], targetCategory="p", alternateTargetCategory="q"),
        machine(["v2"], [1], targetCategory="p", alternateTargetCategory="r"),
        machine(["v1", "v2"], [1, 1], targetCategory="q", alternateTargetCategory="r"),
    )
    text = model(
        *machines,
        function="classification",
        fields=CATEGORIES,
        dictionary=dictionary,
        **ONE_ONE,
    )
    check(text, ROWS, {"y": ["p", "q", "r", "q", "r"]})


def test_a_missing_value_fails_the_row() -> None:
    value = '<TargetValue value="p" priorProbability="1"/>'
    targets = f'<Targets><Target field="y">{value}</Target></Targets>'
    for method, machines in ((ONE_ONE, PAIRS), (ONE_ALL, ALL)):
        text = classify(*machines, before=targets, **method)
        check(
            text,
            [{"a": None, "b": 1.0}, ROWS[0]],
            {"y": [FAILS, "p" if method is ONE_ONE else "r"]},
        )


TWO = line(1, 1, targetCategory="p", alternateTargetCategory="q")


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (ONE_ONE, ["p", "p", "q", "q", "q"]),
        # A single machine with an alternate is a decision between two, whatever the method is.
        ({}, ["p", "p", "q", "q", "q"]),
        (ONE_ALL, ["p", "p", "q", "q", "q"]),
        ({"threshold": 1.5}, ["p", "p", "q", "p", "p"]),
        ({"maxWins": "true"}, ["q", "q", "p", "p", "q"]),
    ],
)
def test_a_single_machine(more: dict[str, Any], expected: list[str]) -> None:
    check(classify(TWO, fields=TWO_CATEGORIES, **more), ROWS, {"y": expected})


def test_the_shares_of_a_single_machine() -> None:
    text = classify(TWO, fields=TWO_CATEGORIES, before=output(("o", "probability", "q")), **ONE_ONE)
    check(text, ROWS[:3], {"o": [0.0, 0.0, 1.0]})


@pytest.mark.parametrize("method", [ONE_ONE, ONE_ALL, {}])
def test_the_other_of_two_categories_is_the_alternate(method: dict[str, Any]) -> None:
    for category, expected in (("p", "ppqqq"), ("q", "qqppp")):
        one = line(1, 1, targetCategory=category)
        text = classify(one, fields=TWO_CATEGORIES, **method)
        check(text, ROWS, {"y": list(expected)})


def test_a_single_machine_of_one_category() -> None:
    check(classify(line(1, 1, targetCategory="p"), **ONE_ALL), ROWS[:3], {"y": ["p", "p", "p"]})


@pytest.mark.parametrize("version", ["3.0", "3.2", "4.0"])
def test_the_alternate_of_old_documents(version: str) -> None:
    """The value is rounded: 0 is the alternate, 1 the category of the machine."""
    text = classify(
        line(1, 0, targetCategory="p"),
        fields=TWO_CATEGORIES,
        version=version,
        alternateBinaryTargetCategory="q",
    )
    rows: Rows = [{"a": value, "b": 0.0} for value in (0.0, 1.0, 0.4, 0.5, 1.4, 1.5, -0.5, -0.6)]
    check(text, rows, {"y": ["q", "p", "q", "p", "p", FAILS, "q", FAILS]})


def test_the_alternate_of_the_machine_comes_before_that_of_old_documents() -> None:
    text = classify(
        TWO, fields=CATEGORIES, version="3.2", alternateBinaryTargetCategory="r", **ONE_ONE
    )
    check(text, ROWS, {"y": ["p", "p", "q", "q", "q"]})


@pytest.mark.parametrize(("version", "expected"), [("3.0", "pqrqr"), ("3.2", "pqrqr")])
def test_pairs_before_there_was_a_method(version: str, expected: str) -> None:
    check(classify(*PAIRS, version=version), ROWS, {"y": list(expected)})


def test_categories_that_are_numbers() -> None:
    fields = {**CATEGORIES, "y": "categorical integer: 1 2"}
    one = line(1, 1, targetCategory="1", alternateTargetCategory="2")
    check(classify(one, fields=fields, **ONE_ONE), ROWS[:3], {"y": [1, 1, 2]})


def test_values_that_are_no_numbers() -> None:
    """NaN is not below a threshold; it never wins against numbers."""
    rows: Rows = [{"a": 1e308, "b": -1e308}]
    nan = line(10, 10)
    assert "targetCategory" not in nan
    pair = nan.replace(
        "<SupportVectorMachine",
        '<SupportVectorMachine targetCategory="p" alternateTargetCategory="q"',
    )
    check(classify(pair, fields=TWO_CATEGORIES, **ONE_ONE), rows, {"y": ["q"]})
    first = nan.replace("<SupportVectorMachine", '<SupportVectorMachine targetCategory="p"')
    check(classify(first, line(1, 0, targetCategory="q"), **ONE_ALL), rows, {"y": ["q"]})

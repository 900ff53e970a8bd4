"""NaiveBayesModel: discrete inputs. Expected values are worked out as fractions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.naive_bayes.documents import model, pairs

TWO = {"a": 30, "b": 10}
S = pairs("s", {"u": {"a": 12, "b": 1}, "v": {"a": 18, "b": 9}})

DISCRETIZE = (
    '<DerivedField name="x bin" optype="categorical" dataType="string"><Discretize field="x">'
    '<DiscretizeBin binValue="low"><Interval closure="openClosed" rightMargin="1"/></DiscretizeBin>'
    '<DiscretizeBin binValue="high"><Interval closure="openClosed" leftMargin="1" '
    'rightMargin="5"/></DiscretizeBin></Discretize></DerivedField>'
)


def shares(*likelihoods: float) -> list[float]:
    return [value / sum(likelihoods) for value in likelihoods]


def agrees(
    text: bytes, row: dict[str, Any], likelihoods: tuple[float, ...], labels: str = "ab"
) -> None:
    """Check probabilities and winner of one row against likelihoods in the order of `labels`."""
    expected = shares(*likelihoods)
    winner = labels[expected.index(max(expected))]
    cells: dict[str, list[Any]] = {
        f"p({label})": [share] for label, share in zip(labels, expected, strict=True)
    }
    check(text, [row], {"y": [winner], **cells})


CELLS: dict[str, tuple[bytes, dict[str, Any], tuple[float, ...]]] = {
    # P(a) 30 * 12/30 = 12, P(b) 10 * 1/10 = 1
    "a value": (model([S], TWO), {"s": "u"}, (12, 1)),
    "another value": (model([S], TWO), {"s": "v"}, (18, 9)),
    "a missing value is left out": (model([S], TWO), {"s": None}, (30, 10)),
    "a value without PairCounts is left out": (model([S], TWO), {"s": "w"}, (30, 10)),
    "counts need not be whole, nor those of all records": (
        # Only 20 of 30 records of a had a value: 30 * 7.5/20, 10 * 2.5/10
        model([pairs("s", {"u": {"a": 7.5, "b": 2.5}, "v": {"a": 12.5, "b": 7.5}})], TWO),
        {"s": "u"},
        (30 * 7.5 / 20, 2.5),
    ),
    "a count of 0 is replaced by the threshold": (
        model([pairs("s", {"u": {"a": 0, "b": 3}, "v": {"a": 30, "b": 7}})], TWO),
        {"s": "u"},
        (30 * 0.001, 3),
    ),
    "a count that is not there is 0": (
        model([pairs("s", {"u": {"b": 3}, "v": {"a": 30, "b": 7}})], TWO),
        {"s": "u"},
        (30 * 0.001, 3),
    ),
    "a share below the threshold stays": (
        model([pairs("s", {"u": {"a": 0.003, "b": 3}, "v": {"a": 29.997, "b": 7}})], TWO),
        {"s": "u"},
        (30 * (0.003 / 30), 3),
    ),
    "another threshold": (
        model([pairs("s", {"u": {"a": 0, "b": 3}, "v": {"a": 30, "b": 7}})], TWO, threshold="0.25"),
        {"s": "u"},
        (30 * 0.25, 3),
    ),
    "threshold 0": (
        model([pairs("s", {"u": {"a": 0, "b": 3}, "v": {"a": 30, "b": 7}})], TWO, threshold="0"),
        {"s": "u"},
        (0, 3),
    ),
    "a category without records": (model([S], {"a": 0, "b": 10}), {"s": "u"}, (0, 1)),
    "the prior is the output's counts": (model([S], {"a": 1, "b": 100}), {"s": "u"}, (0.4, 10)),
    "two inputs": (
        # 30 * 12/30 * 20/30, 10 * 1/10 * 5/10
        model([S, pairs("i", {"1": {"a": 20, "b": 5}, "2": {"a": 10, "b": 5}})], TWO),
        {"s": "u", "i": 1},
        (8, 0.5),
    ),
    "one of two is missing": (
        model([S, pairs("i", {"1": {"a": 20, "b": 5}, "2": {"a": 10, "b": 5}})], TWO),
        {"s": None, "i": 2},
        (10, 5),
    ),
    "values of a double field are numbers": (
        model([pairs("x", {"1": {"a": 20, "b": 5}, "2.50": {"a": 10, "b": 5}})], TWO),
        {"x": 2.5},
        (10, 5),
    ),
    "values of a boolean field": (
        model([pairs("b", {"true": {"a": 20, "b": 1}, "0": {"a": 10, "b": 9}})], TWO),
        {"b": False},
        (10, 9),
    ),
    "a value that is none of the field counts in the totals only": (
        model([pairs("i", {"1": {"a": 20, "b": 5}, "q": {"a": 20, "b": 5}})], TWO),
        {"i": 1},
        (30 * 20 / 40, 5),
    ),
    "a category that the output does not have is left aside": (
        model([pairs("s", {"u": {"a": 12, "b": 1, "zz": 9}, "v": {"a": 18, "b": 9}})], TWO),
        {"s": "u"},
        (12, 1),
    ),
    "a DerivedField: the lower bin": (
        model([pairs("x", {"low": {"a": 12, "b": 1}, "high": {"a": 18, "b": 9}}, DISCRETIZE)], TWO),
        {"x": 1.0},
        (12, 1),
    ),
    "a DerivedField: the upper bin": (
        model([pairs("x", {"low": {"a": 12, "b": 1}, "high": {"a": 18, "b": 9}}, DISCRETIZE)], TWO),
        {"x": 1.5},
        (18, 9),
    ),
    "a DerivedField: no bin": (
        model([pairs("x", {"low": {"a": 12, "b": 1}, "high": {"a": 18, "b": 9}}, DISCRETIZE)], TWO),
        {"x": 9.0},
        (30, 10),
    ),
    "a DerivedField: missing": (
        model([pairs("x", {"low": {"a": 12, "b": 1}, "high": {"a": 18, "b": 9}}, DISCRETIZE)], TWO),
        {"x": None},
        (30, 10),
    ),
    "a missing value that is replaced": (
        model([S], TWO, schema='<MiningField name="s" missingValueReplacement="v"/>'),
        {"s": None},
        (18, 9),
    ),
}


@pytest.mark.parametrize("cell", CELLS)
def test_cells(cell: str) -> None:
    text, row, likelihoods = CELLS[cell]
    agrees(text, row, likelihoods)


def test_the_first_of_equals_wins() -> None:
    text = model([pairs("s", {"u": {"a": 1, "b": 1}})], {"b": 5, "a": 5})
    check(text, [{"s": "u"}], {"y": ["b"], "p(a)": [0.5], "p(b)": [0.5]})


def test_no_category_is_possible() -> None:
    # u never occurred, and the threshold says that this is impossible.
    table = {"u": {"a": 0, "b": 0}, "v": {"a": 30, "b": 10}}
    text = model([pairs("s", table)], TWO, threshold="0")
    check(text, [{"s": "u"}, {"s": "v"}], {"y": [FAILS, "a"], "p(a)": [FAILS, 0.75]})


def test_an_integer_target() -> None:
    table = {"u": {"1": 12, "2": 1}, "v": {"1": 18, "2": 9}}
    text = model([pairs("s", table)], {"1": 30, "2": 10}, target="categorical integer")
    check(text, [{"s": "u"}], {"y": [1], "p(1)": [12 / 13], "p(2)": [1 / 13]})


def test_counts_of_an_input_that_was_not_always_known() -> None:
    # 8723 records of 100, of which 8598 had a gender: the share is of these.
    table = {"male": {"100": 4273, "500": 1321}, "female": {"100": 4325, "500": 1212}}
    text = model([pairs("s", table)], {"100": 8723, "500": 2557})
    low, high = 8723 * 4273 / 8598, 2557 * 1321 / 2533
    check(
        text,
        [{"s": "male"}],
        {"y": ["100"], "p(100)": [low / (low + high)], "p(500)": [high / (low + high)]},
    )


def test_values_kept_although_invalid_are_left_out() -> None:
    schema = '<MiningField name="i" invalidValueTreatment="asIs"/>'
    text = model([pairs("i", {"1": {"a": 20, "b": 5}, "2": {"a": 10, "b": 5}})], TWO, schema=schema)
    check(text, [{"i": 7}, {"i": 1}], {"p(a)": [0.75, 0.8], "p(b)": [0.25, 0.2]})


def test_prior_probabilities_of_targets() -> None:
    # They are for rows without a prediction; a row with missing inputs has one.
    targets = (
        '<Targets><Target field="y"><TargetValue value="a" priorProbability="0.1"/>'
        '<TargetValue value="b" priorProbability="0.9"/></Target></Targets>'
    )
    check(model([S], TWO, after=targets), [{"s": None}], {"y": ["a"], "p(a)": [0.75]})

"""BaselineModel: the statistics of counts."""

from __future__ import annotations

import math

import pytest

from tests.corpus.baseline.documents import baseline, counts, model, nested
from tests.corpus.baseline.streams import check_stream
from tests.corpus.cells import FAILS

TABLE = {"a": 60, "b": 30, "c": 10}
CHI = 'testStatistic="chiSquareDistribution"'
INDEPENDENT = 'testStatistic="chiSquareIndependence"'
PRODUCT = 'testStatistic="scalarProduct"'

STREAM = ["a", "b", "a", "c"]
# chi-square of the counts against the shares 0.6, 0.3, 0.1: sum of O * O / E less their number.
ALL = [
    1 / 0.6 - 1,
    (1 / 0.6 + 1 / 0.3) / 2 - 2,
    (4 / 0.6 + 1 / 0.3) / 3 - 3,
    (4 / 0.6 + 1 / 0.3 + 1 / 0.1) / 4 - 4,
]


@pytest.mark.parametrize(
    "table",
    [
        counts(TABLE),
        counts(TABLE, more='sample="100"'),
        counts({"a": 0.6, "b": 0.3, "c": 0.1}, kind="Normalized"),
        counts({"a": 0.6, "b": 0.3, "c": 0.1}, kind="Normalized", more='sample="500"'),
        counts({"a": 6, "b": 3, "c": 1}, kind="Normalized", more='sample="500"'),
    ],
)
def test_chi_square_of_a_distribution(table: str) -> None:
    check_stream(model(CHI, baseline(table), field="s"), {"s": STREAM}, ALL)


def test_chi_square_of_a_window() -> None:
    expected = [
        ALL[0],
        ALL[1],
        (1 / 0.6 + 1 / 0.3) / 2 - 2,
        (1 / 0.6 + 1 / 0.1) / 2 - 2,
    ]
    text = model(f'{CHI} windowSize="2"', baseline(counts(TABLE)), field="s")
    check_stream(text, {"s": STREAM}, expected)


def test_chi_square_with_weights() -> None:
    text = model(f'{CHI} weightField="w"', baseline(counts(TABLE)), field="s")
    # The counts are 2, 1 and 0, then 2, 1 and 0.5.
    expected = [2 / 0.6 - 2, (4 / 0.6 + 1 / 0.3) / 3 - 3]
    expected.append((4 / 0.6 + 1 / 0.3 + 0.25 / 0.1) / 3.5 - 3.5)
    check_stream(text, {"s": ["a", "b", "c"], "w": [2.0, 1.0, 0.5]}, expected)


def test_weights_in_a_window() -> None:
    text = model(f'{CHI} weightField="w" windowSize="1"', baseline(counts(TABLE)), field="s")
    check_stream(
        text,
        {"s": ["a", "q", "b", "a"], "w": [0.1, 0.2, 0.3, -1.0]},
        [0.1 / 0.6 - 0.1, math.inf, 0.3 / 0.3 - 0.3, FAILS],
    )


def test_a_value_that_the_baseline_does_not_know() -> None:
    text = model(f'{CHI} windowSize="2"', baseline(counts(TABLE)), field="s")
    check_stream(
        text,
        {"s": ["q", "a", "a"]},
        [math.inf, math.inf, 2 / 0.6 - 2],
    )


def test_a_value_that_the_baseline_never_saw() -> None:
    text = model(CHI, baseline(counts({"a": 1, "b": 0})), field="s")
    check_stream(text, {"s": ["a", "b"]}, [0.0, math.inf])


def test_missing_values_are_no_events() -> None:
    text = model(CHI, baseline(counts(TABLE)), field="s")
    check_stream(text, {"s": ["a", None, "b"]}, [ALL[0], None, ALL[1]])


def test_values_of_an_integer_field() -> None:
    text = model(CHI, baseline(counts({"1": 60, "2": 40}, field="i")), field="i")
    check_stream(text, {"i": [1, 2]}, [1 / 0.6 - 1, (1 / 0.6 + 1 / 0.4) / 2 - 2])


def two_rows(first: list[float], second: list[float]) -> float:
    """Pearson's statistic by the shortest formula: n (sum of O * O / (R * C)) - n."""
    sizes = (sum(first), sum(second))
    both = sum(sizes)
    terms = 0.0
    for one, other in zip(first, second, strict=True):
        if one + other:
            terms += one * one / (sizes[0] * (one + other))
            terms += other * other / (sizes[1] * (one + other))
    return both * terms - both


@pytest.mark.parametrize(
    "table",
    [
        counts(TABLE),
        counts({"a": 0.6, "b": 0.3, "c": 0.1}, kind="Normalized", more='sample="100"'),
    ],
)
def test_chi_square_of_independence(table: str) -> None:
    base = [60.0, 30.0, 10.0, 0.0]
    expected = [
        two_rows(base, [1, 0, 0, 0]),
        two_rows(base, [1, 1, 0, 0]),
        two_rows(base, [2, 1, 0, 0]),
        two_rows(base, [2, 1, 0, 1]),
    ]
    text = model(INDEPENDENT, baseline(table), field="s")
    check_stream(text, {"s": ["a", "b", "a", "q"]}, expected, rel=1e-9)


def test_independence_in_a_window() -> None:
    text = model(f'{INDEPENDENT} windowSize="1"', baseline(counts(TABLE)), field="s")
    base = [60.0, 30.0, 10.0]
    expected = [two_rows(base, [1, 0, 0]), two_rows(base, [0, 1, 0])]
    check_stream(text, {"s": ["a", "b"]}, expected, rel=1e-9)


def test_a_table_of_two_fields() -> None:
    table = nested({"a": {"u": 10, "v": 20}, "b": {"u": 30, "v": 40}})
    base = [10.0, 20.0, 30.0, 40.0, 0.0]
    text = model(INDEPENDENT, baseline(table), field="t")
    check_stream(
        text,
        {"s": ["a", "b", "q", "a", None], "t": ["v", "u", "u", "q", "u"]},
        [
            two_rows(base, [0, 1, 0, 0, 0]),
            two_rows(base, [0, 1, 1, 0, 0]),
            two_rows(base, [0, 1, 1, 0, 1]),
            two_rows(base, [0, 1, 1, 0, 2]),
            None,
        ],
        rel=1e-9,
    )


FIELDS = baseline('<FieldRef field="s"/><FieldRef field="t"/>')


def test_independence_of_two_fields() -> None:
    # Of two fields with two values each: n (ad - bc)^2 / product of the margins. After four events
    # the cells are 2, 0, 1, 1.
    text = model(INDEPENDENT, FIELDS, field="s")
    check_stream(
        text,
        {"s": ["a", "b", "a", "b", None], "t": ["u", "v", "u", "u", "u"]},
        [0.0, 2.0, 3.0, 4 * (1 * 2 - 0 * 1) ** 2 / (2 * 2 * 3 * 1), None],
    )


def test_independence_of_two_fields_in_a_window() -> None:
    text = model(f'{INDEPENDENT} windowSize="2" weightField="w"', FIELDS, field="s")
    check_stream(
        text,
        {"s": ["a", "b", "b", "a"], "t": ["u", "v", "v", "v"], "w": [2.0, 1.0, 1.0, 0.0]},
        # Two cells on the diagonal: the statistic is the number of records; one row alone: 0.
        [0.0, 3.0, 0.0, 0.0],
    )


def test_independence_with_a_stand_in_for_missing() -> None:
    text = model(INDEPENDENT, FIELDS.replace('"t"', '"t" mapMissingTo="v"'), field="s")
    check_stream(text, {"s": ["a", "b"], "t": ["u", None]}, [0.0, 2.0])


@pytest.mark.parametrize("scheme", ["", 'normalizationScheme="Independent"'])
def test_scalar_product(scheme: str) -> None:
    length = math.sqrt(60**2 + 30**2 + 10**2)
    expected = [
        60 / length,
        90 / (length * math.sqrt(2)),
        150 / (length * math.sqrt(5)),
        160 / (length * math.sqrt(6)),
        160 / (length * math.sqrt(7)),
    ]
    text = model(f"{PRODUCT} {scheme}", baseline(counts(TABLE)), field="s")
    check_stream(text, {"s": [*STREAM, "q"]}, expected)


def test_scalar_product_in_a_window_with_weights() -> None:
    length = math.sqrt(60**2 + 30**2 + 10**2)
    text = model(f'{PRODUCT} windowSize="2" weightField="w"', baseline(counts(TABLE)), field="s")
    check_stream(
        text,
        {"s": ["a", "b", "a", "q"], "w": [2.0, 1.0, 3.0, 4.0]},
        [
            60 / length,
            (120 + 30) / (length * math.sqrt(5)),
            (30 + 180) / (length * math.sqrt(10)),
            180 / (length * 5),
        ],
    )


def test_scalar_product_of_shares() -> None:
    length = math.sqrt(0.36 + 0.09 + 0.01)
    table = counts({"a": 0.6, "b": 0.3, "c": 0.1}, kind="Normalized")
    check_stream(model(PRODUCT, baseline(table), field="s"), {"s": ["b"]}, [0.3 / length])


def test_nothing_counted_yet() -> None:
    text = model(f'{PRODUCT} weightField="w"', baseline(counts(TABLE)), field="s")
    length = math.sqrt(4600)
    check_stream(text, {"s": ["a", "a"], "w": [0.0, 1.0]}, [None, 60 / length])

"""Every normalizationMethod, worked by hand, in double and in single precision."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.regression.normalization import LINKS, distribution

E = math.e

BY_HAND = {
    "none": {0.0: 0.0, 1.0: 1.0, -2.5: -2.5},
    "softmax": {0.0: 0.5, 1.0: E / (1 + E), -1.0: 1 / (1 + E)},
    "logit": {0.0: 0.5, 1.0: E / (1 + E), -800.0: 0.0, 800.0: 1.0},
    "exp": {0.0: 1.0, 1.0: E, 1000.0: math.inf, -1000.0: 0.0},
    "probit": {0.0: 0.5, 1.0: NormalDist().cdf(1.0), -1.5: NormalDist().cdf(-1.5)},
    "cloglog": {0.0: 1 - 1 / E, 1.0: 1 - math.exp(-E), 1000.0: 1.0},
    "loglog": {0.0: 1 / E, 1.0: math.exp(-1 / E), -1000.0: 0.0},
    "cauchit": {0.0: 0.5, 1.0: 0.75, -1.0: 0.25},
}


@pytest.mark.parametrize("method", BY_HAND)
def test_links_by_hand(method: str) -> None:
    assert set(LINKS) == set(BY_HAND)
    link = LINKS[method]
    sums = np.array(list(BY_HAND[method]))
    with np.errstate(all="ignore"):
        columns = link.columns(sums)
        singles = link.columns(sums.astype(np.float32))
    assert singles.dtype == np.float32
    for position, (value, expected) in enumerate(BY_HAND[method].items()):
        assert link.row(value) == pytest.approx(expected, rel=1e-12, abs=1e-300)
        assert columns[position] == pytest.approx(expected, rel=1e-12, abs=1e-300)
        assert singles[position] == pytest.approx(expected, rel=1e-6, abs=1e-30)


def logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


CATEGORICAL = [
    ("none", [0.25, 9.0], [0.25, 0.75]),
    ("none", [1.5, 9.0], [1.0, 0.0]),
    ("none", [-0.5, 9.0], [0.0, 1.0]),
    ("logit", [2.0, 9.0], [logistic(2), 1 - logistic(2)]),
    ("probit", [1.0, 9.0], [NormalDist().cdf(1), NormalDist().cdf(-1)]),
    ("cloglog", [0.0, 9.0], [1 - 1 / E, 1 / E]),
    ("loglog", [0.0, 9.0], [1 / E, 1 - 1 / E]),
    ("cauchit", [1.0, 9.0], [0.75, 0.25]),
    ("simplemax", [1.0, 3.0], [0.25, 0.75]),
    ("softmax", [1.0, 2.0], [1 / (1 + E), E / (1 + E)]),
    ("softmax", [1000.0, 1001.0], [1 / (1 + E), E / (1 + E)]),
    ("none", [0.25, 0.5, 9.0], [0.25, 0.5, 0.25]),
    ("none", [2.0, -0.5, 0.5, 9.0], [2.0, -0.5, 0.5, -1.0]),
    ("simplemax", [1.0, 2.0, 5.0], [0.125, 0.25, 0.625]),
    ("softmax", [0.0, 0.0, 1.0], [1 / (2 + E), 1 / (2 + E), E / (2 + E)]),
    ("logit", [0.0, 0.0, 0.0], [1 / 3, 1 / 3, 1 / 3]),
]


@pytest.mark.parametrize(("method", "sums", "expected"), CATEGORICAL)
def test_categorical_by_hand(method: str, sums: list[float], expected: list[float]) -> None:
    chosen = distribution(method, len(sums), is_ordinal=False)
    assert chosen is not None
    assert chosen.row(sums) == pytest.approx(expected, rel=1e-12, abs=1e-300)
    columns = chosen.columns(np.array(sums)[:, np.newaxis])
    assert columns[:, 0] == pytest.approx(expected, rel=1e-12, abs=1e-300)


def test_logit_of_three_tables_divides_each_by_the_sum() -> None:
    chosen = distribution("logit", 3, is_ordinal=False)
    assert chosen is not None
    parts = [logistic(value) for value in (1.0, -2.0, 0.5)]
    expected = [part / sum(parts) for part in parts]
    assert chosen.row([1.0, -2.0, 0.5]) == pytest.approx(expected, rel=1e-12)


ORDINAL = [
    ("none", [0.25, 0.5, 9.0], [0.25, 0.25, 0.5]),
    ("none", [-1.0, 2.0, 9.0], [0.0, 1.0, 0.0]),
    (
        "logit",
        [-1.0, 0.0, 1.0, 9.0],
        [logistic(-1), 0.5 - logistic(-1), logistic(1) - 0.5, 1 - logistic(1)],
    ),
    ("cauchit", [-1.0, 1.0, 9.0], [0.25, 0.5, 0.25]),
    (
        "probit",
        [-1.0, 1.0, 9.0],
        [
            NormalDist().cdf(-1),
            NormalDist().cdf(1) - NormalDist().cdf(-1),
            1 - NormalDist().cdf(1),
        ],
    ),
    ("cloglog", [0.0, 1.0, 9.0], [1 - 1 / E, 1 / E - math.exp(-E), math.exp(-E)]),
    ("loglog", [0.0, 1.0, 9.0], [1 / E, math.exp(-1 / E) - 1 / E, 1 - math.exp(-1 / E)]),
    ("logit", [0.0, 9.0], [0.5, 0.5]),
]


@pytest.mark.parametrize(("method", "sums", "expected"), ORDINAL)
def test_ordinal_by_hand(method: str, sums: list[float], expected: list[float]) -> None:
    chosen = distribution(method, len(sums), is_ordinal=True)
    assert chosen is not None
    assert chosen.row(sums) == pytest.approx(expected, rel=1e-12, abs=1e-16)
    columns = chosen.columns(np.array(sums)[:, np.newaxis])
    assert columns[:, 0] == pytest.approx(expected, rel=1e-12, abs=1e-16)


@pytest.mark.parametrize(
    ("method", "tables", "is_ordinal"),
    [
        ("exp", 2, False),
        ("exp", 3, False),
        ("probit", 3, False),
        ("cloglog", 3, False),
        ("loglog", 3, False),
        ("cauchit", 3, False),
        ("softmax", 3, True),
        ("simplemax", 3, True),
        ("exp", 3, True),
    ],
)
def test_what_has_no_meaning(method: str, tables: int, is_ordinal: bool) -> None:
    assert distribution(method, tables, is_ordinal=is_ordinal) is None


@pytest.mark.parametrize(("method", "sums"), [("simplemax", [1.0, -1.0]), ("logit", [-900.0] * 3)])
def test_a_sum_of_zero_gives_no_probabilities(method: str, sums: list[float]) -> None:
    chosen = distribution(method, len(sums), is_ordinal=False)
    assert chosen is not None
    assert chosen.fails is not None
    with np.errstate(over="ignore"):
        fails = chosen.fails(np.array([sums, [1.0] * len(sums)]).T)
    assert fails.tolist() == [True, False]
    with pytest.raises(EvaluationError, match="sum to 0"):
        chosen.row(sums)


SPECIAL = st.floats(-50, 50) | st.sampled_from(
    [math.nan, 0.0, -0.0, 1e308, -1e308, math.inf, -math.inf]
)
METHODS = st.sampled_from(
    [
        (method, tables, is_ordinal)
        for method in ("none", "logit", "probit", "cloglog", "loglog", "cauchit", "softmax")
        for tables in (2, 3, 4)
        for is_ordinal in (False, True)
        if distribution(method, tables, is_ordinal=is_ordinal) is not None
    ]
)


@given(METHODS, st.data())
def test_rows_equal_columns(case: tuple[str, int, bool], data: st.DataObject) -> None:
    method, tables, is_ordinal = case
    chosen = distribution(method, tables, is_ordinal=is_ordinal)
    assert chosen is not None
    sums = data.draw(st.lists(SPECIAL, min_size=tables, max_size=tables))
    with np.errstate(all="ignore"):
        columns = chosen.columns(np.array(sums)[:, np.newaxis])[:, 0]
        fails = chosen.fails is not None and chosen.fails(np.array(sums)[:, np.newaxis])[0]
    if fails:
        with pytest.raises(EvaluationError):
            chosen.row(sums)
        return
    assert chosen.row(sums) == pytest.approx(columns.tolist(), rel=1e-12, abs=1e-15, nan_ok=True)

"""NaiveBayesModel: continuous inputs. Expected densities are written out by their formulas."""

from __future__ import annotations

import math
from collections.abc import Callable

import pytest

from tests.corpus.cells import check
from tests.corpus.naive_bayes.documents import gaussian, model, pairs, poisson, stats, uniform

PRIOR = {"a": 3, "b": 2}
LEAST = 0.001


def normal(mean: float, variance: float) -> Callable[[float], float]:
    return lambda x: (
        math.exp(-((x - mean) ** 2) / (2 * variance)) / math.sqrt(2 * math.pi * variance)
    )


def counts(mean: float) -> Callable[[float], float]:
    return lambda x: (
        0.0 if x < 0 or x != int(x) else math.exp(-mean) * mean ** int(x) / math.factorial(int(x))
    )


def flat(lower: float, upper: float) -> Callable[[float], float]:
    return lambda x: 1 / (upper - lower) if lower <= x <= upper else 0.0


CELLS = {
    "gaussian": (gaussian(0, 1), normal(0, 1), gaussian(1.5, 0.25), normal(1.5, 0.25)),
    "poisson": (poisson(2.5), counts(2.5), poisson(0.75), counts(0.75)),
    "uniform": (uniform(0, 2), flat(0, 2), uniform(-1, 8), flat(-1, 8)),
    "gaussian and poisson": (gaussian(0, 2), normal(0, 2), poisson(3), counts(3)),
    "uniform and gaussian": (uniform(0, 1), flat(0, 1), gaussian(1, 4), normal(1, 4)),
}
NUMBERS = [0.0, 1.0, 2.0, 0.5, -1.0, 7.0, 40.0]


@pytest.mark.parametrize("x", NUMBERS)
@pytest.mark.parametrize("cell", CELLS)
def test_densities_with_the_threshold_as_the_least(cell: str, x: float) -> None:
    first, density, second, other = CELLS[cell]
    low, high = 3 * max(density(x), LEAST), 2 * max(other(x), LEAST)
    check(
        model([stats("x", {"a": first, "b": second})], PRIOR),
        [{"x": x}],
        {
            "y": ["a" if low >= high else "b"],
            "p(a)": [low / (low + high)],
            "p(b)": [high / (low + high)],
        },
    )


@pytest.mark.parametrize("x", [0.0, 2.0, 3.5])
def test_threshold_0_keeps_small_densities(x: float) -> None:
    text = model([stats("x", {"a": gaussian(0, 0.01), "b": gaussian(9, 4)})], PRIOR, threshold="0")
    low, high = 3 * normal(0, 0.01)(x), 2 * normal(9, 4)(x)
    check(text, [{"x": x}], {"p(a)": [low / (low + high)], "p(b)": [high / (low + high)]})


def test_densities_too_small_for_a_double_are_still_compared() -> None:
    # ln: -1000^2/2 against -999^2/2
    text = model([stats("x", {"a": gaussian(0, 1), "b": gaussian(1, 1)})], PRIOR, threshold="0")
    check(text, [{"x": 1000.0}], {"y": ["b"], "p(b)": [1.0]})


def test_missing_values_are_left_out() -> None:
    text = model([stats("x", {"a": gaussian(0, 1), "b": gaussian(1, 1)})], PRIOR)
    check(text, [{"x": None}], {"y": ["a"], "p(a)": [0.6], "p(b)": [0.4]})


def test_a_category_without_a_distribution() -> None:
    density = normal(0, 1)(0.5)
    low, high = 3 * density, 2.0
    check(
        model([stats("x", {"a": gaussian(0, 1)})], PRIOR),
        [{"x": 0.5}],
        {"p(a)": [low / (low + high)], "p(b)": [high / (low + high)]},
    )


@pytest.mark.parametrize(("field", "value"), [("i", 2), ("f", 0.5), ("s", "1.25")])
def test_other_types_are_read_as_doubles(field: str, value: float | str) -> None:
    low, high = 3 * normal(0, 1)(float(value)), 2 * normal(1, 2)(float(value))
    check(
        model([stats(field, {"a": gaussian(0, 1), "b": gaussian(1, 2)})], PRIOR),
        [{field: value}],
        {"p(a)": [low / (low + high)], "p(b)": [high / (low + high)]},
    )


def test_counts_and_densities_together() -> None:
    text = model(
        [
            pairs("s", {"u": {"a": 1, "b": 2}, "v": {"a": 2, "b": 0}}),
            stats("x", {"a": gaussian(0, 1), "b": gaussian(1, 2)}),
            stats("i", {"a": poisson(1), "b": poisson(4)}),
        ],
        PRIOR,
    )
    low = 3 * (2 / 3) * normal(0, 1)(1.0) * counts(1)(2)
    high = 2 * LEAST * normal(1, 2)(1.0) * counts(4)(2)
    check(
        text,
        [{"s": "v", "x": 1.0, "i": 2}],
        {"y": ["a"], "p(a)": [low / (low + high)], "p(b)": [high / (low + high)]},
    )

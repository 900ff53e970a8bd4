"""Standard errors, confidence intervals and standard deviations."""

from __future__ import annotations

import math
from typing import Any

import pytest

from tests.corpus.cells import check
from tests.corpus.general_regression.documents import general, output, predictors

X = predictors("x")
# C = [[2, 0.5], [0.5, 1]] of (p0, p1); x' C x = 2 + 2 * 0.5 * x + x * x
FULL = (("p0", "p0", 2), ("p0", "p1", 0.5), ("p1", "p1", 1))
ROWS: list[dict[str, Any]] = [{"x": 1.0, "n": 4}, {"x": -3.0, "n": 2}, {"x": None, "n": 1}]
ERRORS = [2.0, math.sqrt(8.0)]
MEANS = [1.5, -0.5]
"""The linear predictor, 1 + x / 2."""
Z95, Z80 = 1.959963984540054, 1.2815515655446004
T95_10 = 2.2281388519862735
"""Quantiles: normal at 97.5 % and 90 %, Student's t with 10 degrees at 97.5 % (SciPy)."""

BOTH = output(
    "error standardError",
    'low confidenceIntervalLower value="95"',
    'high confidenceIntervalUpper value="95"',
)


def made(attributes: str, covariance: Any = FULL, head: str = BOTH) -> bytes:
    return general(
        attributes,
        [("p0", 1), ("p1", 0.5)],
        [("1", "x", "p1")],
        covariates=X,
        covariance=covariance,
        head=head,
    )


COVARIANCES = {
    "one half": FULL,
    "the other half": (("p0", "p0", 2), ("p1", "p0", 0.5), ("p1", "p1", 1)),
    "both halves": (*FULL, ("p1", "p0", 0.5)),
    "another order": (("p1", "p1", 1), ("p1", "p0", 0.5), ("p0", "p0", 2)),
}


@pytest.mark.parametrize("name", COVARIANCES)
def test_standard_error(name: str) -> None:
    text = made('modelType="regression"', COVARIANCES[name])
    check(text, ROWS, {"error": [*ERRORS, None], "y": [*MEANS, None]})


def test_covariances_that_are_not_there_are_0() -> None:
    text = made('modelType="regression"', [("p1", "p1", 4)])
    check(text, ROWS, {"error": [2.0, 6.0, None]})


def test_a_variance_below_0_has_no_root() -> None:
    text = made('modelType="regression"', [("p0", "p0", -4)])
    check(text, ROWS[:1], {"error": [math.nan], "low": [math.nan], "high": [math.nan]})


INTERVALS: dict[str, tuple[str, float]] = {
    "the normal quantile": ('modelType="regression"', Z95),
    "Student's t": ('modelType="regression" modelDF="10"', T95_10),
    "a general linear model": ('modelType="generalLinear" modelDF="10"', T95_10),
    "a generalized linear model": (
        'modelType="generalizedLinear" linkFunction="identity" modelDF="10"',
        T95_10,
    ),
    "many degrees": ('modelType="regression" modelDF="INF"', Z95),
}


@pytest.mark.parametrize("name", INTERVALS)
def test_intervals(name: str) -> None:
    attributes, factor = INTERVALS[name]
    low = [mean - factor * error for mean, error in zip(MEANS, ERRORS, strict=True)]
    high = [mean + factor * error for mean, error in zip(MEANS, ERRORS, strict=True)]
    check(made(attributes), ROWS, {"low": [*low, None], "high": [*high, None]})


@pytest.mark.parametrize(("value", "factor"), [('value="80"', Z80), ("", Z95)])
def test_levels(value: str, factor: float) -> None:
    head = output(f"low confidenceIntervalLower {value}", f"high confidenceIntervalUpper {value}")
    text = made('modelType="regression"', head=head)
    check(text, ROWS[:1], {"low": [1.5 - factor * 2], "high": [1.5 + factor * 2]})


@pytest.mark.parametrize(
    ("link", "inverse"),
    [
        ('linkFunction="log"', math.exp),
        ('linkFunction="logit"', lambda eta: 1 / (1 + math.exp(-eta))),
        # these two fall, and the ends change places
        ('linkFunction="logc"', lambda eta: 1 - math.exp(eta)),
        ('linkFunction="power" linkParameter="-1"', lambda eta: 1 / eta),
    ],
)
def test_intervals_go_through_the_link(link: str, inverse: Any) -> None:
    text = made(f'modelType="generalizedLinear" {link}')
    ends = sorted([inverse(1.5 - Z95 * 2), inverse(1.5 + Z95 * 2)])
    check(
        text,
        ROWS[:1],
        {"y": [inverse(1.5)], "error": [2.0], "low": [ends[0]], "high": [ends[1]]},
    )


def test_intervals_with_offset_and_trials() -> None:
    attributes = 'linkFunction="log" offsetValue="0.5" trialsVariable="n"'
    text = made(f'modelType="generalizedLinear" {attributes}')
    check(
        text,
        ROWS[:1],
        {
            "y": [4 * math.exp(2.0)],
            "low": [4 * math.exp(2.0 - Z95 * 2)],
            "high": [4 * math.exp(2.0 + Z95 * 2)],
        },
    )


DEVIATIONS: dict[str, tuple[str, list[float]]] = {
    # the mean is exp(1.5) or exp(-0.5), and 4 or 2 times that with trials
    "poisson": ('distribution="poisson"', [math.exp(0.75), math.exp(-0.25)]),
    "negbin": (
        'distribution="negbin" distParameter="0.5"',
        [math.sqrt(m + 0.5 * m * m) for m in (math.exp(1.5), math.exp(-0.5))],
    ),
    "binomial": (
        'distribution="binomial"',
        [math.nan, math.sqrt(math.exp(-0.5) * (1 - math.exp(-0.5)))],
    ),
    "binomial with trials": (
        'distribution="binomial" trialsVariable="n"',
        [math.nan, math.sqrt(2 * math.exp(-0.5) * (1 - math.exp(-0.5)))],
    ),
}


@pytest.mark.parametrize("name", DEVIATIONS)
def test_standard_deviation(name: str) -> None:
    attributes, expected = DEVIATIONS[name]
    text = made(
        f'modelType="generalizedLinear" linkFunction="log" {attributes}',
        covariance=(),
        head=output("deviation standardDeviation"),
    )
    check(text, ROWS, {"deviation": [*expected, None]})


@pytest.mark.parametrize(
    ("attributes", "feature"),
    [
        ('modelType="regression"', "standardDeviation"),
        ('modelType="generalizedLinear" linkFunction="log" distribution="gamma"', "standardError"),
        (
            'modelType="generalizedLinear" linkFunction="log" distribution="normal"',
            "standardDeviation",
        ),
        ('modelType="regression"', "confidenceIntervalLower"),
    ],
)
def test_what_the_model_does_not_hold_is_missing(attributes: str, feature: str) -> None:
    text = made(attributes, covariance=(), head=output(f"found {feature}"))
    check(text, ROWS[:1], {"found": [None]})


def test_a_predictor_that_only_the_error_needs() -> None:
    # p2 has a variance, and no coefficient: the prediction is there, its error is not
    text = general(
        'modelType="regression"',
        [("p0", 1)],
        [("1", "x", "p2")],
        covariates=X,
        covariance=[("p2", "p2", 4)],
        head=output("error standardError"),
    )
    check(text, [{"x": 3.0}, {"x": None}], {"y": [1.0, 1.0], "error": [6.0, None]})

"""ExponentialSmoothing: trends, seasons, transformations, horizons and errors, by hand."""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.time_series.documents import SURE, array, model

LEVEL = '<Level smoothedValue="10"/>'


def trend(kind: str, value: float, phi: float | None = None) -> str:
    more = "" if phi is None else f' phi="{phi}"'
    return f'<Trend_ExpoSmooth trend="{kind}" smoothedValue="{value}"{more}/>'


def season(kind: str, *factors: float, more: str = "") -> str:
    return (
        f'<Seasonality_ExpoSmooth type="{kind}" period="{len(factors)}"{more}>'
        f"{array(*factors)}</Seasonality_ExpoSmooth>"
    )


SMOOTHING: list[tuple[str, str, list[float]]] = [
    ("", LEVEL, [10, 10, 10, 10]),
    ("", LEVEL + '<Trend_ExpoSmooth smoothedValue="2"/>', [12, 14, 16, 18]),
    ("", LEVEL + trend("additive", 2), [12, 14, 16, 18]),
    # Only damped trends have a phi.
    ("", LEVEL + trend("additive", 2, 0.5), [12, 14, 16, 18]),
    # 10 + 2 (0.5 + 0.25 + ...)
    ("", LEVEL + trend("damped_additive", 2, 0.5), [11, 11.5, 11.75, 11.875]),
    ("", LEVEL + trend("damped_additive", 2), [12, 14, 16, 18]),
    ("", LEVEL + trend("multiplicative", 2), [20, 40, 80, 160]),
    # 10 * 4 ** (0.5 + 0.25 + ...)
    (
        "",
        LEVEL + trend("damped_multiplicative", 4, 0.5),
        [20, 10 * 4**0.75, 10 * 4**0.875, 10 * 4**0.9375],
    ),
    # 10 + 2 h + 0.5 h^2
    (
        "",
        LEVEL
        + f'<Trend_ExpoSmooth trend="polynomial_exponential">{array(2, 0.5)}</Trend_ExpoSmooth>',
        [12.5, 16, 20.5, 26],
    ),
    ("", LEVEL + season("additive", 1, -1, 3), [11, 9, 13, 11]),
    ("", LEVEL + season("multiplicative", 0.5, 2, 1), [5, 20, 10, 5]),
    # The last value of the series had the first factor; the forecasts begin with the second.
    ("", LEVEL + season("additive", 1, -1, 3, more=' phase="1"'), [9, 13, 11, 9]),
    ("", LEVEL + season("additive", 1, -1, 3, more=' phase="3"'), [11, 9, 13, 11]),
    ("", LEVEL + season("additive", 1, -1, 3, more=' unit="month" delta="0.3"'), [11, 9, 13, 11]),
    ("", LEVEL + trend("additive", 2) + season("additive", 1, -1), [13, 13, 17, 17]),
    ("", LEVEL + trend("additive", 2) + season("multiplicative", 2, 1), [24, 14, 32, 18]),
    ("", LEVEL + trend("multiplicative", 2) + season("additive", 1, 0), [21, 40, 81, 160]),
    (' transformation="none"', LEVEL, [10, 10, 10, 10]),
    (
        ' transformation="logarithmic"',
        '<Level smoothedValue="1"/>' + trend("additive", 0.5),
        [math.exp(1.5), math.exp(2), math.exp(2.5), math.exp(3)],
    ),
    (
        ' transformation="squareroot"',
        '<Level smoothedValue="3"/>' + trend("additive", 1),
        [16, 25, 36, 49],
    ),
]


@pytest.mark.parametrize(("more", "inner", "expected"), SMOOTHING)
def test_exponential_smoothing(more: str, inner: str, expected: list[float]) -> None:
    text = model(
        "ExponentialSmoothing", f"<ExponentialSmoothing{more}>{inner}</ExponentialSmoothing>"
    )
    floats = [float(value) for value in expected]
    rows: list[dict[str, int | None]] = [
        {"h": 4},
        {"h": 1},
        {"h": None},
        {"h": 2},
        {"h": 0},
        {"h": -3},
        {"h": 1_000_000},
    ]
    check(text, rows, {"y": [floats, floats[0], floats[0], floats[:2], FAILS, FAILS, FAILS]})


def test_without_a_horizon_a_forecast_is_a_number() -> None:
    body = f"<ExponentialSmoothing>{LEVEL}{trend('additive', 2)}</ExponentialSmoothing>"
    check(
        model("ExponentialSmoothing", body, horizon=False),
        [{"x": 1.0}, {"x": None}],
        {"y": [12.0, 12.0]},
    )


def test_the_error_of_smoothing() -> None:
    # Weights of an error: 1, then alpha + alpha gamma h = 0.5 + 0.125 h.
    body = (
        '<ExponentialSmoothing RMSE="2"><Level alpha="0.5" smoothedValue="10"/>'
        '<Trend_ExpoSmooth gamma="0.25" smoothedValue="2"/></ExponentialSmoothing>'
    )
    errors = [2.0, 2 * math.sqrt(1 + 0.625**2), 2 * math.sqrt(1 + 0.625**2 + 0.75**2)]
    z = 1.9599639845400536
    check(
        model("ExponentialSmoothing", body, output=SURE),
        [{"h": 3}],
        {
            "standardError": [errors],
            "standardDeviation": [errors],
            "confidenceIntervalLower": [
                [mean - z * error for mean, error in zip((12, 14, 16), errors, strict=True)]
            ],
            "confidenceIntervalUpper": [
                [mean + z * error for mean, error in zip((12, 14, 16), errors, strict=True)]
            ],
        },
    )


@pytest.mark.parametrize(
    "inner",
    [
        '<Level smoothedValue="10"/>',
        '<Level alpha="0.5" smoothedValue="10"/>' + trend("multiplicative", 2),
        '<Level alpha="0.5" smoothedValue="10"/>' + trend("additive", 2),
        '<Level alpha="0.5" smoothedValue="10"/>'
        + season("multiplicative", 1, 1, more=' delta="0.1"'),
    ],
)
def test_errors_beyond_the_first_step_that_nothing_tells(inner: str) -> None:
    body = f'<ExponentialSmoothing RMSE="2">{inner}</ExponentialSmoothing>'
    check(
        model("ExponentialSmoothing", body, output=SURE),
        [{"h": 2}, {"h": 1}],
        {"standardError": [[2.0, None], 2.0]},
    )


def test_the_error_of_transformed_series() -> None:
    body = '<ExponentialSmoothing RMSE="0.5" transformation="{}">{}</ExponentialSmoothing>'
    level = '<Level smoothedValue="1"/>'
    # The standard deviation of a lognormal value, and of the square of a normal one.
    check(
        model("ExponentialSmoothing", body.format("logarithmic", level), output=SURE),
        [{"h": 1}],
        {
            "standardError": [math.exp(1.125) * math.sqrt(math.exp(0.25) - 1)],
            "confidenceIntervalLower": [math.exp(1 - 0.5 * 1.9599639845400536)],
        },
    )
    check(
        model("ExponentialSmoothing", body.format("squareroot", level), output=SURE),
        [{"h": 1}],
        {
            "standardError": [math.sqrt(0.25 * (4 + 0.5))],
            "confidenceIntervalLower": [(1 - 0.5 * 1.9599639845400536) ** 2],
            "confidenceIntervalUpper": [(1 + 0.5 * 1.9599639845400536) ** 2],
        },
    )

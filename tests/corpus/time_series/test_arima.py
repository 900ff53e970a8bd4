"""ARIMA: components, exact states, outliers and errors. Forecasts are worked out by hand."""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import check
from tests.corpus.time_series.documents import (
    PAST,
    SURE,
    ar,
    array,
    ma,
    matrix,
    model,
    plain,
    series,
    yearly,
)

ARIMAS: list[tuple[str, str, list[float]]] = [
    ("", plain(1, 0, 0, ar(0.5)), [4, 2, 1]),
    # 0.5 * 8 + 0.25 * 3, then 0.5 * 4.75 + 0.25 * 8 ...
    ("", plain(2, 0, 0, ar(0.5, 0.25)), [4.75, 4.375, 3.375]),
    # The constant is the mean: 6 + 0.5 * (8 - 6).
    (' constantTerm="6"', plain(1, 0, 0, ar(0.5)), [7, 6.5, 6.25]),
    (' constantTerm="6"', "", [6, 6, 6]),
    ("", plain(0, 1, 0), [8, 8, 8]),
    (' constantTerm="2"', plain(0, 1, 0), [10, 12, 14]),
    # A second difference of 0 goes on in a straight line.
    ("", plain(0, 2, 0), [13, 18, 23]),
    # The last difference is 5: 8 + 2.5, + 1.25, + 0.625.
    ("", plain(1, 1, 0, ar(0.5)), [10.5, 11.75, 12.375]),
    # The last residual is 4, the one before it 2: 0.5 * 4 + 0.25 * 2, then 0.25 * 4.
    ("", plain(0, 0, 1, ma((0.5,), (4,))), [2, 0, 0]),
    ("", plain(0, 0, 2, ma((0.5, 0.25), (2, 4))), [2.5, 1, 0]),
    ("", plain(0, 0, 1, ma((0.5,), (9, 9, 4))), [2, 0, 0]),
    ("", plain(1, 1, 1, ar(0.5) + ma((0.5,), (4,))), [12.5, 14.75, 15.875]),
    # Residuals by recursion from 0: e = 2, 5 - 1 = 4, 3 - 2 = 1, 8 - 0.5 = 7.5.
    ("", plain(0, 0, 1, ma((0.5,))), [3.75, 0, 0]),
    ("", yearly(1, 0, 0, ar(0.5)), [1.5, 4, 0.75]),
    ("", yearly(0, 1, 0), [3, 8, 3]),
    # (1 - B)(1 - B^2): the change of the season before, 8 + (3 - 5), 6 + (8 - 3) ...
    ("", plain(0, 1, 0) + yearly(0, 1, 0), [6, 11, 9]),
    # (1 - 0.5 B)(1 - 0.5 B^2): 0.5 y(t-1) + 0.5 y(t-2) - 0.25 y(t-3)
    ("", plain(1, 0, 0, ar(0.5)) + yearly(1, 0, 0, ar(0.5)), [4.25, 5.375, 2.8125]),
    ("", yearly(0, 0, 1, ma((0.5,), (2, 4))), [1, 2, 0]),
    # (1 + 0.5 B)(1 + 0.5 B^2): residuals 6, 2, 4 from the oldest on.
    (
        "",
        plain(0, 0, 1, ma((0.5,), (4,))) + yearly(0, 0, 1, ma((0.5,), (6, 2, 4))),
        [2 + 1 + 1.5, 2 + 0.5, 1],
    ),
    (' predictionMethod="conditionalLeastSquares"', plain(1, 0, 0, ar(0.5)), [4, 2, 1]),
    (' transformation="none"', plain(0, 1, 0), [8, 8, 8]),
    (
        ' transformation="logarithmic"',
        plain(1, 0, 0, ar(0.5)),
        [8**0.5, 8**0.25, 8**0.125],
    ),
    (' transformation="squareroot"', plain(1, 0, 0, ar(0.5)), [2, 0.5, 0.125]),
]


@pytest.mark.parametrize(("more", "inner", "expected"), ARIMAS)
def test_arima(more: str, inner: str, expected: list[float]) -> None:
    text = model("ARIMA", f"{series(*PAST)}<ARIMA{more}>{inner}</ARIMA>")
    floats = [float(value) for value in expected]
    check(text, [{"h": 3}, {"h": 1}, {"h": None}], {"y": [floats, floats[0], floats[0]]})


def kalman(*state: float) -> str:
    return (
        '<MaximumLikelihoodStat method="kalman"><KalmanState><FinalOmega>'
        f"{matrix((0,))}</FinalOmega><FinalStateVector>{array(*state)}</FinalStateVector>"
        "</KalmanState></MaximumLikelihoodStat>"
    )


def recursion(noise: tuple[float, ...], predicted: tuple[float, ...], thetas: str) -> str:
    return (
        '<MaximumLikelihoodStat method="thetaRecursion"><ThetaRecursionState>'
        f"<FinalNoise>{array(*noise)}</FinalNoise>"
        f"<FinalPredictedNoise>{array(*predicted)}</FinalPredictedNoise>"
        f"<FinalTheta>{thetas}</FinalTheta><FinalNu>{array(1)}</FinalNu>"
        "</ThetaRecursionState></MaximumLikelihoodStat>"
    )


EXACT: list[tuple[str, str, list[float]]] = [
    # The state is the forecast; then 0.5 * 6 + 1, and 0.5 * 4.
    ("", plain(1, 0, 2, ar(0.5) + ma((0.1, 0.1))) + kalman(6, 1), [6, 4, 2]),
    ("", plain(2, 0, 0, ar(0.5, 0.25)) + kalman(6, 1), [6, 4, 3.5]),
    (' constantTerm="1"', plain(1, 0, 0, ar(0.5)) + kalman(6), [7, 4, 2.5]),
    # The last value is 8: 8 + 6, + 3, + 1.5.
    ("", plain(1, 1, 0, ar(0.5)) + kalman(6), [14, 17, 18.5]),
    # Innovations 3 - 1 and 8 - 4: 0.5 * 4 + 0.25 * 2, then 0.25 * 4.
    (
        "",
        plain(0, 0, 2, ma((0.9, 0.9)))
        + recursion(
            (3, 8), (1, 4), '<Theta i="4" j="1" theta="0.5"/><Theta i="4" j="2" theta="0.25"/>'
        ),
        [2.5, 1, 0],
    ),
    # Each step has its own row: 0.5 * 4, then 0.75 * 4 for the second lag.
    (
        "",
        plain(0, 0, 2, ma((0.9, 0.9)))
        + recursion(
            (8,), (4,), '<Theta i="5" j="2" theta="0.75"/><Theta i="4" j="1" theta="0.5"/>'
        ),
        [2, 3, 0],
    ),
    (
        "",
        plain(1, 0, 1, ar(0.5) + ma((0.9,)))
        + recursion((8,), (4,), '<Theta i="4" j="1" theta="0.5"/>'),
        [6, 3, 1.5],
    ),
]


@pytest.mark.parametrize(("more", "inner", "expected"), EXACT)
def test_exact_least_squares(more: str, inner: str, expected: list[float]) -> None:
    more += ' predictionMethod="exactLeastSquares"'
    text = model("ARIMA", f"{series(*PAST)}<ARIMA{more}>{inner}</ARIMA>")
    check(text, [{"h": 3}], {"y": [[float(value) for value in expected]]})


def test_the_error_of_arima() -> None:
    # The weights of (1 + 0.5 B) / ((1 - 0.5 B)(1 - B)) are 1, 2, 2.5.
    inner = plain(1, 1, 1, ar(0.5) + ma((0.5,), (4,)))
    text = model("ARIMA", f'{series(*PAST)}<ARIMA RMSE="3">{inner}</ARIMA>', output=SURE)
    check(
        text,
        [{"h": 3}],
        {"standardError": [[3.0, 3 * math.sqrt(5), 3 * math.sqrt(11.25)]]},
    )


def outlier(kind: str, time: float, more: str = "", magnitude: float = 4) -> str:
    return f'<OutlierEffect type="{kind}" startTime="{time}" magnitude="{magnitude}"{more}/>'


OUTLIERS: list[tuple[str, list[float]]] = [
    # Without the outlier the last value is 4.
    (plain(1, 0, 0, ar(0.5)) + outlier("additive", 4), [2, 1, 0.5]),
    (plain(1, 0, 0, ar(0.5)) + outlier("additive", 3), [4, 2, 1]),
    (plain(1, 0, 0, ar(0.5)) + outlier("additive", 5), [8, 2, 1]),
    # The shift stays: 4 + 0.5 * (8 - 4) ...
    (plain(1, 0, 0, ar(0.5)) + outlier("level", 2), [6, 5, 4.5]),
    (plain(0, 1, 0) + outlier("level", 2), [8, 8, 8]),
    # It fades by half: 2 of 4 is left at the end; 0.5 * 6 + 1 ...
    (
        plain(1, 0, 0, ar(0.5)) + outlier("transient", 3, ' dampingCoefficient="0.5"'),
        [4, 2, 1],
    ),
    (
        plain(1, 0, 0, ar(0.25)) + outlier("transient", 3, ' dampingCoefficient="0.5"'),
        [2.5, 0.875, 0.34375],
    ),
    # 4, 8, 12, ... from time 3 on; the last value without it is 0.
    (plain(1, 0, 0, ar(0.5)) + outlier("trend", 3), [12, 16, 20]),
    # At times 2, 4, 6 ...
    (
        plain(1, 0, 0, ar(0.5)) + yearly() + outlier("seasonalAdditive", 2),
        [2, 5, 0.5],
    ),
    # Its weights are those of the model: 4, 2, 1 are taken away and put back.
    (plain(1, 0, 0, ar(0.5)) + outlier("innovational", 3), [4, 2, 1]),
    (plain(1, 0, 0, ar(0.5)) + outlier("innovational", 5), [8, 4, 2]),
    (
        plain(1, 0, 0, ar(0.5)) + outlier("additive", 4) + outlier("level", 1, magnitude=2),
        [3, 2.5, 2.25],
    ),
]


@pytest.mark.parametrize(("inner", "expected"), OUTLIERS)
def test_outliers(inner: str, expected: list[float]) -> None:
    text = model("ARIMA", f"{series(*PAST)}<ARIMA>{inner}</ARIMA>")
    check(text, [{"h": 3}], {"y": [[float(value) for value in expected]]})

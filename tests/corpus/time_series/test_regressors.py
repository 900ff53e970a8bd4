"""ARIMA with dynamic regressors. Forecasts are worked out by hand."""

from __future__ import annotations

import math

import pytest

from tests.corpus.cells import FAILS, check
from tests.corpus.time_series.documents import (
    PAST,
    SURE,
    ar,
    array,
    factor,
    model,
    plain,
    regressor,
    series,
    yearly,
)

XS = (1.0, 2.0, 4.0, 6.0)
TREND = (
    "<TrendCoefficients><REAL-SparseArray n='3'><Indices>1 2 3</Indices>"
    "<REAL-Entries>1 2 1</REAL-Entries></REAL-SparseArray></TrendCoefficients>"
)

REGRESSORS: list[tuple[str, list[float]]] = [
    # Nothing but the regressor: its last value goes on.
    (regressor(XS), [6, 6, 6]),
    (regressor(XS, numerator=factor(2)), [12, 12, 12]),
    # 2 x(t) - 1 x(t - 1): at first x(t - 1) is 6 too.
    (regressor(XS, numerator=factor(2, 1)), [6, 6, 6]),
    (regressor(XS, numerator=factor(2, more=' maximumOrder="0"')), [12, 12, 12]),
    (regressor(XS, more=' delay="2"'), [4, 6, 6]),
    (regressor(XS, more=' delay="1"', numerator=factor(1, 0.5)), [6 - 2, 6 - 3, 6 - 3]),
    # (1 - B) x
    (regressor(XS, more=' delay="1"', numerator=factor(1, more=' difference="1"')), [2, 0, 0]),
    # x(t) - 0.5 x(t - 2), with the seasonal period 2
    (
        yearly() + regressor(XS, numerator=factor(1) + factor(0.5, seasonal=True)),
        [6 - 2, 6 - 3, 6 - 3],
    ),
    (
        yearly()
        + regressor(XS, numerator=factor(1) + factor(0, seasonal=True, more=' difference="1"')),
        [2, 0, 0],
    ),
    # r(t) = x(t) + 0.5 r(t - 1): 1, 2.5, 5.25, 8.625, then 10.3125 ...
    (regressor(XS, denominator=factor(0.5)), [10.3125, 11.15625, 11.578125]),
    (
        regressor(
            XS,
            denominator=factor(0.5),
            last=f"<TransferFunctionValues>{array(9, 8)}</TransferFunctionValues>",
        ),
        [10, 11, 11.5],
    ),
    # r(t) = x(t) + 0.5 r(t - 2): 1, 2, 4.5, 7
    (yearly() + regressor(XS, denominator=factor(0.5, seasonal=True)), [8.25, 9.5, 10.125]),
    # 1 + 2 t + t^2 at t = 5, 6, 7
    (regressor(XS, method="trend", last=TREND), [36, 49, 64]),
    (regressor((*XS, 10, 20, 30), method="stored"), [10, 20, 30]),
    (regressor((*XS, 10), method="stored", more=' delay="2"'), [4, 6, 10]),
    # Given from time 3 on only.
    (regressor((4, 6), first=3), [6, 6, 6]),
    (regressor((4, 9), more=' transformation="squareroot"'), [3, 3, 3]),
    (regressor((1, math.e), more=' transformation="logarithmic"'), [1, 1, 1]),
    # The noise of the last time is 8 - 6: 6 + 0.5 * 2 ...
    (plain(1, 0, 0, ar(0.5)) + regressor(XS), [7, 6.5, 6.25]),
    # The regressor acts on the differences: 8 + 6, 14 + 6 ...
    (plain(0, 1, 0) + regressor(XS), [14, 20, 26]),
    (regressor(XS) + regressor(XS, numerator=factor(0.5)), [9, 9, 9]),
]


@pytest.mark.parametrize(("inner", "expected"), REGRESSORS)
def test_regressors(inner: str, expected: list[float]) -> None:
    # Regressors stand behind the components.
    text = model("ARIMA", f"{series(*PAST)}<ARIMA>{inner}</ARIMA>", x=True)
    check(text, [{"h": 3, "x": 99.0}], {"y": [[float(value) for value in expected]]})


def test_a_value_that_the_row_supplies() -> None:
    inner = plain(1, 0, 0, ar(0.5)) + regressor(XS, method="userSupplied", numerator=factor(2, -1))
    # r = 2 x(t) + x(t - 1), at the end 16; the noise is 8 - 16 = -8.
    text = model("ARIMA", f'{series(*PAST)}<ARIMA RMSE="2">{inner}</ARIMA>', x=True, output=SURE)
    first, others = 2 * 10 + 6 - 4.0, 3 * 10 - 2.0
    z = 1.9599639845400536
    check(
        text,
        [{"h": 2, "x": 10.0}, {"h": 1, "x": 0.0}, {"h": 2, "x": None}, {"h": 0, "x": 1.0}],
        {
            "y": [[first, others], 2.0, None, FAILS],
            "standardError": [[2.0, 2 * math.sqrt(1.25)], 2.0, None, FAILS],
            "confidenceIntervalLower": [
                [first - 2 * z, others - 2 * z * math.sqrt(1.25)], 2 - 2 * z, None, FAILS,
            ],
        },
    )  # fmt: skip


def test_a_supplied_value_is_transformed() -> None:
    inner = regressor((1, 1), method="userSupplied", more=' transformation="logarithmic"')
    text = model(
        "ARIMA",
        f'{series(*PAST)}<ARIMA transformation="logarithmic">{inner}</ARIMA>',
        x=True,
        horizon=False,
    )
    check(text, [{"x": 5.0}, {"x": -1.0}, {"x": None}], {"y": [5.0, FAILS, None]})

"""Boundary cases of the rules for series."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

ARIMA = """
<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">
  <MiningSchema><MiningField name="n" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <ARIMA><NonseasonalComponent p="{}"><AR><Array type="real">{}</Array></AR>
  </NonseasonalComponent></ARIMA>
</TimeSeriesModel>"""


@pytest.mark.parametrize(
    ("coefficients", "runs_away"),
    [
        ((0.9,), False),
        ((-0.9,), False),
        # a random walk
        ((1.0,), False),
        ((1.01,), True),
        ((-1.5,), True),
        # deviations shrink by 0.8 and by 0.7 a step
        ((1.5, -0.56), False),
        ((0.5, 0.6), True),
        ((0.0, 0.0), False),
        ((1e300,), True),
        ((), False),
    ],
)
def test_autoregression(coefficients: tuple[float, ...], runs_away: bool) -> None:
    example = ARIMA.format(len(coefficients), " ".join(map(str, coefficients)))
    assert ("PMML436" in codes(example)) == runs_away


SMOOTHING = """
<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">
  <MiningSchema><MiningField name="n" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <ExponentialSmoothing><Level smoothedValue="100"{level}/>
    <Trend_ExpoSmooth smoothedValue="2"{trend}/></ExponentialSmoothing>
</TimeSeriesModel>"""


@pytest.mark.parametrize(
    ("level", "trend", "found"),
    [
        ("", "", set()),
        (' alpha="0"', ' gamma="1"', set()),
        (' alpha="1.2"', "", {"PMML433"}),
        ("", ' gamma="-0.1"', {"PMML433"}),
        ("", ' phi="0.8"', {"PMML434"}),
        ("", ' trend="damped_multiplicative"', {"PMML434"}),
        ("", ' trend="damped_multiplicative" phi="0.8"', set()),
        ("", ' trend="damped_additive" phi="1.8"', {"PMML433"}),
    ],
)
def test_smoothing(level: str, trend: str, found: set[str]) -> None:
    assert codes(SMOOTHING.format(level=level, trend=trend)) == found

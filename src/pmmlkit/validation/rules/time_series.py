"""Rules for series that go on. Specification: chapter Time Series."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from pmmlkit.language.models.time_series.arima_elements import NonseasonalComponent
from pmmlkit.language.models.time_series.exponential_smoothing import (
    ExponentialSmoothing,
    SeasonalityExpoSmooth,
    TrendExpoSmooth,
)
from pmmlkit.validation.rules.array_items import array_numbers
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.xml.declaration import Element

__all__ = ["RULES"]

_MOST_COEFFICIENTS: Final = 50
_UNIT: Final = 1.001

_SMOOTHING: Final = """
<TimeSeriesModel functionName="timeSeries" bestFit="ExponentialSmoothing">
  <MiningSchema><MiningField name="n" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <ExponentialSmoothing><Level alpha="{alpha}" smoothedValue="100"/>
    <Trend_ExpoSmooth trend="{trend}" gamma="0.2" phi="{phi}" smoothedValue="2"/>
    <Seasonality_ExpoSmooth type="{type}" period="2" delta="0.1">
      <Array n="2" type="real">{factors}</Array></Seasonality_ExpoSmooth>
  </ExponentialSmoothing>
</TimeSeriesModel>"""


def _smoothing(
    alpha: float = 0.3,
    trend: str = "damped_additive",
    phi: float = 0.9,
    type: str = "multiplicative",
    factors: str = "0.9 1.1",
) -> str:
    return _SMOOTHING.format(alpha=alpha, trend=trend, phi=phi, type=type, factors=factors)


@rule(
    "PMML433",
    "warning",
    "A smoothing constant does not lie between 0 and 1",
    "alpha, gamma and delta weigh the last value against what came before, phi damps the trend: "
    "all are shares.",
    bad=_smoothing(alpha=30),
    good=_smoothing(alpha=0.3),
    on=ExponentialSmoothing,
)
def not_a_share(item: ExponentialSmoothing, facts: Facts) -> Iterator[Found]:
    trend, season = item.trend, item.seasonality
    found: list[tuple[Element, str, float | None]] = [(item.level, "alpha", item.level.alpha)]
    if trend is not None:
        found += [(trend, "gamma", trend.gamma), (trend, "phi", trend.phi)]
    if season is not None:
        found.append((season, "delta", season.delta))
    for part, name, value in found:
        if value is not None and not 0 <= value <= 1:
            yield part, f"{name} is {value:g}"


@rule(
    "PMML434",
    "warning",
    "The damping of a trend has no effect",
    "phi is for the trends damped_additive and damped_multiplicative, which with phi 1, its "
    "default, are not damped at all. The trend grows on where it was meant to level out.",
    bad=_smoothing(trend="additive", phi=0.9),
    good=_smoothing(trend="damped_additive", phi=0.9),
    on=TrendExpoSmooth,
)
def undamped(item: TrendExpoSmooth, facts: Facts) -> Iterator[Found]:
    is_damped = item.trend.startswith("damped")
    if is_damped and item.phi == 1:
        yield item, f"phi is 1, so the trend {item.trend} is not damped"
    elif not is_damped and item.phi != 1:
        yield item, f"phi is {item.phi:g}, which the trend {item.trend} does not use"


@rule(
    "PMML435",
    "warning",
    "A multiplicative season has a factor of 0 or below",
    "The factors of a multiplicative season multiply the level and lie around 1. One of 0 or below "
    "says that they are additive, which lie around 0.",
    bad=_smoothing(factors="-10 10"),
    good=_smoothing(factors="-10 10", type="additive"),
    on=SeasonalityExpoSmooth,
)
def additive(item: SeasonalityExpoSmooth, facts: Facts) -> Iterator[Found]:
    factors = array_numbers(item.array) if item.type == "multiplicative" else None
    if factors is not None and len(factors) and factors.min() <= 0:
        yield item, f"a factor is {factors.min():g}"


_ARIMA: Final = """
<TimeSeriesModel functionName="timeSeries" bestFit="ARIMA">
  <MiningSchema><MiningField name="n" usageType="supplementary"/>
    <MiningField name="y" usageType="target"/></MiningSchema>
  <TimeSeries usage="original"><TimeValue index="1" value="5"/><TimeValue index="2" value="6"/>
    <TimeValue index="3" value="8"/></TimeSeries>
  <ARIMA><NonseasonalComponent p="1" d="0" q="0">
    <AR><Array n="1" type="real">{}</Array></AR></NonseasonalComponent></ARIMA>
</TimeSeriesModel>"""


@rule(
    "PMML436",
    "warning",
    "An autoregression runs away",
    "The autoregressive coefficients are not stationary: each step is larger than the one before, "
    "and forecasts soon exceed all bounds. The part of a series that does not return is for the "
    "differences, d.",
    bad=_ARIMA.format(1.5),
    good=_ARIMA.format(0.5),
    on=NonseasonalComponent,
)
def runs_away(item: NonseasonalComponent, facts: Facts) -> Iterator[Found]:
    coefficients = None if item.ar is None else array_numbers(item.ar.array)
    if coefficients is None or not 0 < len(coefficients) <= _MOST_COEFFICIENTS:
        return
    if not (np.abs(coefficients) < 1e6).all():
        yield item, "a coefficient is no number below 1e6"
        return
    largest = float(np.abs(np.roots([1.0, *(-coefficients)])).max(initial=0.0))
    if largest > _UNIT:
        yield item, f"a deviation grows by the factor {largest:.4g} with each step"


RULES: Final = (not_a_share, undamped, additive, runs_away)

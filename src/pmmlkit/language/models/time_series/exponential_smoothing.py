"""ExponentialSmoothing: level, trend and season, continued. Specification: Time Series; semantics
chapter 20.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.forecaster import Forecaster, Path
from pmmlkit.language.models.time_series.transformation import TRANSFORMATION
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import INTEGER, NMTOKEN, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.time_series.series import TimeValue
    from pmmlkit.language.scope import Scope

__all__ = [
    "ExponentialSmoothing",
    "Level",
    "SeasonalityExpoSmooth",
    "TrendExpoSmooth",
    "compile_exponential_smoothing",
]

_POLYNOMIAL: Final = "PMML430"


class Level(Element):
    """The smoothed value at the end of the series. Specification: Time Series."""

    alpha: float | None = attribute(type=NUMBER, default=None)
    smoothed_value: float | None = attribute(type=NUMBER, default=None)


class TrendExpoSmooth(Element, tag="Trend_ExpoSmooth"):
    """The growth at the end of the series. Specification: Time Series.

    `array` holds the coefficients of a polynomial trend.
    """

    trend: str = attribute(
        default="additive",
        values=enumeration(
            "additive",
            "damped_additive",
            "multiplicative",
            "damped_multiplicative",
            "polynomial_exponential",
        ),
        earlier={"4.4.1": {"type": NMTOKEN}},
    )
    gamma: float | None = attribute(type=NUMBER, default=None)
    phi: float = attribute(type=NUMBER, default=1)
    smoothed_value: float | None = attribute(type=NUMBER, default=None)
    array: Array | None = child("Array", default=None)


class SeasonalityExpoSmooth(Element, tag="Seasonality_ExpoSmooth"):
    """The seasonal factors. Specification: Time Series.

    `phase` is the place in the array of the last value of the series, counted from 1 (absent: the
    first forecast has the first factor).
    """

    type: str = attribute(
        required=True,
        values=enumeration("additive", "multiplicative"),
        earlier={"4.4.1": {"type": NMTOKEN}},
    )
    period: int = attribute(type=INTEGER, required=True)
    unit: str | None = attribute(default=None)
    phase: int | None = attribute(type=INTEGER, default=None)
    delta: float | None = attribute(type=NUMBER, default=None)
    array: Array = child("Array", required=True)


class ExponentialSmoothing(Element):
    """A model by exponential smoothing. Specification: Time Series.

    `time_values` are predictions that it made, which have no effect.
    """

    rmse: float | None = attribute("RMSE", type=NUMBER, default=None)
    transformation: str = attribute(
        default="none", values=TRANSFORMATION, earlier={"4.4.1": {"type": NMTOKEN}}
    )
    level: Level = child("Level", required=True)
    trend: TrendExpoSmooth | None = child("Trend_ExpoSmooth", default=None)
    seasonality: SeasonalityExpoSmooth | None = child("Seasonality_ExpoSmooth", default=None)
    time_values: tuple[TimeValue, ...] = children("TimeValue", default=())


def _needed(element: Level | TrendExpoSmooth) -> float:
    value = element.smoothed_value
    if value is None or not math.isfinite(value):
        raise wrong(
            element, "a forecast needs smoothedValue, a number", code=mistakes.MISSING_ATTRIBUTE
        )
    return value


def compile_exponential_smoothing(element: ExponentialSmoothing, scope: Scope) -> Forecaster:
    """Compile the model.

    Raises MarkupError where smoothed values are absent or the season has another number of factors
    than `period`.
    """
    level = _needed(element.level)
    trend, season = element.trend, element.seasonality
    growth, polynomial = 0.0, ()
    if trend is not None and trend.trend == "polynomial_exponential":
        if trend.array is None:
            raise wrong(
                trend,
                "a polynomial trend needs an Array of coefficients",
                code=mistakes.MISSING_ELEMENT,
            )
        polynomial = tuple(trend.array.numbers(scope.compilation.limits).tolist())
        text = "the coefficients of a polynomial trend are taken as those of h, h^2, ..."
        scope.compilation.warn(_POLYNOMIAL, text, trend)
    elif trend is not None:
        growth = _needed(trend)
    factors: tuple[float, ...] = ()
    if season is not None:
        factors = tuple(season.array.numbers(scope.compilation.limits).tolist())
        if season.period < 1 or len(factors) != season.period:
            raise wrong(
                season,
                f"period is {season.period}, but there are {len(factors)} seasonal factors",
                code=mistakes.WRONG_COUNT,
            )
    return _Smoothing(element, level, growth, polynomial, factors)


class _Smoothing(Forecaster):
    def __init__(
        self,
        element: ExponentialSmoothing,
        level: float,
        growth: float,
        polynomial: tuple[float, ...],
        factors: tuple[float, ...],
    ) -> None:
        self.transformation = element.transformation
        self._element = element
        self._level = level
        self._growth = growth
        self._polynomial = polynomial
        self._factors = factors

    def path(self, steps: int) -> Path:
        """Continue level, trend and season."""
        season = self._element.seasonality
        means = []
        damping, power = self._damping, 1.0
        damped = 0.0
        first = 0 if season is None or season.phase is None else season.phase
        for step in range(1, steps + 1):
            power *= damping
            damped += power
            mean = self._trended(step, damped)
            if season is not None:
                factor = self._factors[(first + step - 1) % len(self._factors)]
                mean = mean + factor if season.type == "additive" else mean * factor
            means.append(mean)
        return Path(tuple(means), self._variances(steps))

    @property
    def _damping(self) -> float:
        trend = self._element.trend
        is_damped = trend is not None and trend.trend.startswith("damped")
        return trend.phi if trend is not None and is_damped else 1.0

    def _trended(self, step: int, damped: float) -> float:
        trend = self._element.trend
        if trend is None:
            return self._level
        if trend.trend == "polynomial_exponential":
            value, power = self._level, 1.0
            for coefficient in self._polynomial:
                power *= step
                value += coefficient * power
            return value
        if trend.trend.endswith("additive"):
            return self._level + damped * self._growth
        try:
            return self._level * math.pow(self._growth, damped)
        except OverflowError:
            return math.inf
        except ValueError:
            # A negative growth to a broken power is no number.
            return math.nan

    def _variances(self, steps: int) -> tuple[float, ...] | None:
        """Return RMSE^2 times the sum of squared weights of the errors before each step.

        Known for additive parts; a product has no such weights beyond the first step.
        """
        element = self._element
        if element.rmse is None:
            return None
        first = element.rmse * element.rmse
        if steps == 1:
            return (first,)
        trend, season = element.trend, element.seasonality
        alpha = element.level.alpha
        is_additive = trend is None or trend.trend in ("additive", "damped_additive")
        if alpha is None or not is_additive or (season and season.type != "additive"):
            return (first, *[math.nan] * (steps - 1))
        gamma = 0.0 if trend is None else trend.gamma
        delta = 0.0 if season is None else season.delta
        if gamma is None or delta is None:
            return (first, *[math.nan] * (steps - 1))
        total, damped, power = 1.0, 0.0, 1.0
        found = [first]
        for step in range(1, steps):
            power *= self._damping
            damped += power
            weight = alpha + (alpha * gamma * damped if trend is not None else 0.0)
            if season is not None and step % season.period == 0:
                weight += delta * (1 - alpha)
            total += weight * weight
            found.append(first * total)
        return tuple(found)

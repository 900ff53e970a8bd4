"""Dynamic regressors: the effect of another series by a transfer function. Specification: Time
Series.

The effect r of the values X, transformed, is ``r(t) = num(B) / den(B) X(t - delay)`` with
``num = (w0 - w1 B - w2 B^2 ...) (1 - W1 B^s ...) (1 - B)^d (1 - B^s)^D`` and
``den = (1 - d1 B - d2 B^2 ...) (1 - D1 B^s ...)``, as Box and Jenkins write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pmmlkit.columns.types import DOUBLE
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.forecaster import Supplied
from pmmlkit.language.models.time_series.lags import (
    MOST_DIFFERENCES,
    Lags,
    differences,
    product,
    spread_out,
)
from pmmlkit.language.models.time_series.regressor_elements import (
    Denominator,
    DynamicRegressor,
    Factor,
    Numerator,
)
from pmmlkit.language.models.time_series.series import Series
from pmmlkit.language.models.time_series.transformation import transform
from pmmlkit.language.scope import Scope

__all__ = ["Regressor", "compile_regressor"]

_MOST_LAGS = 1_000_000


def compile_regressor(
    element: DynamicRegressor, scope: Scope, target: Series | None, period: int | None
) -> Regressor:
    """Compile a regressor of a target whose known values are given.

    Raises MarkupError where values, orders and methods do not fit together.
    """
    if element.delay < 0:
        raise wrong(element, f"delay is {element.delay}", code=mistakes.OUT_OF_RANGE)
    above = _numerator(element.numerator, scope, period)
    below = _denominator(element.denominator, scope, period)
    size = 0 if target is None else len(target.values)
    values, first = _values(element, scope, target)
    known: tuple[float, ...] = ()
    given = element.regressor_values
    if given is not None and given.transfer_function_values is not None:
        array = given.transfer_function_values.array
        known = tuple(array.numbers(scope.compilation.limits).tolist())
    supplied = None
    trend: tuple[float, ...] = ()
    method = element.future_values_method
    if method == "userSupplied":
        step = scope.read(element.field, element)
        if not step.type.is_number:
            raise wrong(
                element,
                f"{element.field!r} is a {step.type.name}, not a number",
                code=mistakes.FIELD_TYPE,
            )
        supplied = Supplied(element.field, cast_step(step, DOUBLE), element.transformation)
    elif method == "trend":
        trend = _trend(element, scope)
    elif not values:
        raise wrong(element, "there are no RegressorValues to continue", code=mistakes.HISTORY)
    if method == "stored" and first + len(values) <= size:
        raise wrong(
            element, "no values are stored for the steps of the forecast", code=mistakes.HISTORY
        )
    if not values:
        first = size
    if first + len(above) - 1 + element.delay > size:
        text = "its values begin too late for the lags and the delay of the first forecast"
        raise wrong(element, text, code=mistakes.HISTORY)
    history = tuple(_transformed(element, value) for value in values)
    return Regressor(element, above, below, history, first, size, known, trend, supplied)


def _transformed(element: DynamicRegressor, value: float) -> float:
    try:
        return transform(value, element.transformation)
    except ValueError as error:
        text = f"the {element.transformation} transformation has no value for {value}"
        raise wrong(element, text, code=mistakes.SERIES) from error


def _coefficients(factor: Factor, scope: Scope) -> tuple[float, ...]:
    values = tuple(factor.array.numbers(scope.compilation.limits).tolist())
    if factor.difference < 0:
        raise wrong(factor, f"difference is {factor.difference}", code=mistakes.OUT_OF_RANGE)
    if factor.difference > MOST_DIFFERENCES:
        raise wrong(
            factor,
            f"reaches back more than {MOST_DIFFERENCES} differences",
            code=mistakes.OUT_OF_RANGE,
        )
    return values


def _order(factor: Factor, found: int) -> None:
    if factor.maximum_order is not None and factor.maximum_order != found:
        raise wrong(
            factor,
            f"maximumOrder is {factor.maximum_order}, but the Array has order {found}",
            code=mistakes.WRONG_COUNT,
        )


def _period(factor: Factor, period: int | None, lags: int) -> int:
    if period is None:
        raise wrong(
            factor,
            "a seasonal factor needs the period of a season",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    if period * (lags + factor.difference) > _MOST_LAGS:
        raise wrong(
            factor, f"reaches back more than {_MOST_LAGS} steps", code=mistakes.OUT_OF_RANGE
        )
    return period


def _numerator(element: Numerator | None, scope: Scope, period: int | None) -> Lags:
    result: Lags = (1.0,)
    if element is None:
        return result
    if element.nonseasonal is not None:
        factor = element.nonseasonal
        values = _coefficients(factor, scope)
        if not values:
            raise wrong(
                factor, "a numerator needs the coefficient of lag 0", code=mistakes.MISSING_ELEMENT
            )
        _order(factor, len(values) - 1)
        _period(factor, 1, len(values))
        result = (values[0], *(-value for value in values[1:]))
        result = product(result, differences(factor.difference))
    if element.seasonal is not None:
        factor_s = element.seasonal
        values = _coefficients(factor_s, scope)
        _order(factor_s, len(values))
        season = _period(factor_s, period, len(values))
        result = product(result, spread_out([-value for value in values], season))
        result = product(result, differences(factor_s.difference, season))
    return result


def _denominator(element: Denominator | None, scope: Scope, period: int | None) -> Lags:
    result: Lags = (1.0,)
    if element is None:
        return result
    for factor in (element.nonseasonal, element.seasonal):
        if factor is None:
            continue
        values = _coefficients(factor, scope)
        _order(factor, len(values))
        season = _period(factor, 1 if factor is element.nonseasonal else period, len(values))
        result = product(result, spread_out([-value for value in values], season))
        result = product(result, differences(factor.difference, season))
    return result


def _values(
    element: DynamicRegressor, scope: Scope, target: Series | None
) -> tuple[tuple[float, ...], int]:
    """Return the regressor's values, and the place of the first among those of the target."""
    given = element.regressor_values
    if given is None or given.time_series is None:
        return (), 0
    series = given.time_series.series(scope.compilation.limits)
    is_dated = any(item.index is not None for item in given.time_series.time_values) or any(
        item.time is not None for item in given.time_series.time_values
    )
    if target is None or not target.values or not is_dated:
        return series.values, 0
    return series.values, target.position(series.start)


def _trend(element: DynamicRegressor, scope: Scope) -> tuple[float, ...]:
    given = element.regressor_values
    array = None
    if given is not None and given.trend_coefficients is not None:
        array = given.trend_coefficients.array
    if array is None:
        raise wrong(element, "a trend needs TrendCoefficients", code=mistakes.MISSING_ELEMENT)
    found = array.sparse(scope.compilation.limits)
    if found.size > _MOST_LAGS:
        raise wrong(element, f"a trend of order {found.size}", code=mistakes.OUT_OF_RANGE)
    return tuple(array.dense(found.size, scope.compilation.limits).tolist())


@dataclass(frozen=True, slots=True)
class Regressor:
    """A compiled regressor. Place 0 is the first known value of the target, `size` the first
    forecast; `values` begin at place `first`; `known` are the last effects before the forecast.
    """

    element: DynamicRegressor
    above: Lags
    below: Lags
    values: tuple[float, ...]
    first: int
    size: int
    known: tuple[float, ...]
    trend: tuple[float, ...]
    supplied: Supplied | None

    @property
    def most_steps(self) -> int | None:
        """The number of steps for which values are stored, None where nothing ends."""
        if self.element.future_values_method != "stored":
            return None
        return self.first + len(self.values) - self.size + self.element.delay

    def effects(self, steps: int, supplied: float = 0.0) -> dict[int, float]:
        """Return the effect by place, up to the last step, as far back as it can be told.

        `supplied`: the value in all future steps, where a row gives it.
        """
        effects = {self.size - len(self.known) + at: effect for at, effect in enumerate(self.known)}
        reach = len(self.above) - 1 + self.element.delay
        start = self.first + reach
        if self.known:
            start = max(start, self.size)
        above = [(lag, value) for lag, value in enumerate(self.above) if value]
        below = [(lag, value) for lag, value in enumerate(self.below) if lag and value]
        for place in range(start, self.size + steps):
            total = 0.0
            for lag, coefficient in above:
                value = self._value(place - self.element.delay - lag, supplied)
                total += coefficient * value
            for lag, coefficient in below:
                total -= coefficient * effects.get(place - lag, 0.0)
            effects[place] = total
        return effects

    def _value(self, place: int, supplied: float) -> float:
        at = place - self.first
        is_known = 0 <= at < len(self.values)
        if place < self.size or self.element.future_values_method == "stored":
            if is_known:
                return self.values[at]
            return self.values[-1] if at >= 0 and self.values else 0.0
        if self.supplied is not None:
            return supplied
        if self.trend:
            return _transformed(self.element, _polynomial(self.trend, place + 1.0))
        if self.element.future_values_method == "trend":
            return 0.0
        return self.values[min(self.size - self.first, len(self.values)) - 1]

    def slopes(self, steps: int) -> tuple[float, ...]:
        """Return how the effect on each step grows with the supplied value."""
        low, high = self.effects(steps, 0.0), self.effects(steps, 1.0)
        places = range(self.size, self.size + steps)
        return tuple(high.get(place, 0.0) - low.get(place, 0.0) for place in places)


def _polynomial(coefficients: Sequence[float], time: float) -> float:
    total, power = 0.0, 1.0
    for coefficient in coefficients:
        total += coefficient * power
        power *= time
    return total

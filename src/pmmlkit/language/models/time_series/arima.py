"""ARIMA: its forecasts. Specification: Time Series; semantics chapter 20.

With the transformed series Y without the effects of outliers, and the effects r of regressors:
``phi(B) PHI(B^s) (diff(B) Y - constantTerm - r) = theta(B) THETA(B^s) e``, where
``phi = 1 - phi_1 B - ...`` and ``theta = 1 + theta_1 B + ...``: the signs of R and statsmodels,
whose exporters write the documents that there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.exact_start import ExactStart, exact_start
from pmmlkit.language.models.time_series.forecaster import Forecaster, Path
from pmmlkit.language.models.time_series.lags import (
    MOST_DIFFERENCES,
    MOST_LAGS,
    Lags,
    apply,
    differences,
    expansion,
    product,
    spread_out,
)
from pmmlkit.language.models.time_series.outliers import check_outlier, effect
from pmmlkit.language.models.time_series.regressors import Regressor, compile_regressor
from pmmlkit.language.models.time_series.transformation import transform

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.time_series.arima_elements import (
        ARIMA,
        NonseasonalComponent,
        SeasonalComponent,
    )
    from pmmlkit.language.models.time_series.series import Series
    from pmmlkit.language.scope import Scope

__all__ = ["compile_arima"]


@dataclass(frozen=True, slots=True)
class _Component:
    """One component: the three polynomials, and the residuals that it holds."""

    ar: Lags = (1.0,)
    differences: Lags = (1.0,)
    ma: Lags = (1.0,)
    residuals: tuple[float, ...] = ()


def compile_arima(element: ARIMA, scope: Scope, target: Series | None) -> Forecaster:
    """Compile the model.

    Raises MarkupError where orders, coefficients and past values do not fit together.
    """
    seasonal, period = element.seasonal, None
    if seasonal is not None:
        period = seasonal.period
        if period < 1:
            raise wrong(seasonal, f"period is {period}", code=mistakes.OUT_OF_RANGE)
    plain = _component(element.nonseasonal, scope, 1)
    season = _component(seasonal, scope, period or 1)
    whole = _Component(
        product(plain.ar, season.ar),
        product(plain.differences, season.differences),
        product(plain.ma, season.ma),
        max(plain.residuals, season.residuals, key=len),
    )
    regressors = [
        compile_regressor(item, scope, target, period) for item in element.dynamic_regressors
    ]
    for outlier in element.outlier_effects:
        check_outlier(outlier, period)
    exact = (
        exact_start(element, scope) if element.prediction_method == "exactLeastSquares" else None
    )
    return _Arima(element, whole, regressors, target, exact)


def _component(
    element: NonseasonalComponent | SeasonalComponent | None, scope: Scope, period: int
) -> _Component:
    if element is None:
        return _Component()
    for name, order in (("p", element.p), ("d", element.d), ("q", element.q)):
        if order < 0 or order * period > MOST_LAGS:
            raise wrong(
                element, f"order {name} = {order} is out of range", code=mistakes.OUT_OF_RANGE
            )
    if element.d > MOST_DIFFERENCES:
        raise wrong(
            element, f"differences more than {MOST_DIFFERENCES} times", code=mistakes.OUT_OF_RANGE
        )

    def numbers(array: Array | None) -> tuple[float, ...]:
        return () if array is None else tuple(array.numbers(scope.compilation.limits).tolist())

    ar = numbers(None if element.ar is None else element.ar.array)
    ma: tuple[float, ...] = ()
    residuals: tuple[float, ...] = ()
    if element.ma is not None:
        ma = numbers(None if element.ma.coefficients is None else element.ma.coefficients.array)
        residuals = numbers(None if element.ma.residuals is None else element.ma.residuals.array)
    if len(ar) != element.p:
        raise wrong(
            element,
            f"the order of AR is {element.p}, but it has {len(ar)} coefficients",
            code=mistakes.WRONG_COUNT,
        )
    if len(ma) != element.q:
        raise wrong(
            element,
            f"the order of MA is {element.q}, but it has {len(ma)} coefficients",
            code=mistakes.WRONG_COUNT,
        )
    return _Component(
        spread_out([-value for value in ar], period),
        differences(element.d, period),
        spread_out(ma, period),
        residuals,
    )


class _Arima(Forecaster):
    def __init__(
        self,
        element: ARIMA,
        parts: _Component,
        regressors: Sequence[Regressor],
        target: Series | None,
        exact: ExactStart | None,
    ) -> None:
        self.transformation = element.transformation
        self._element = element
        self._parts = parts
        self._regressors = tuple(regressors)
        self._exact = exact
        self._target = target
        self._period = None if element.seasonal is None else element.seasonal.period
        self.supplied = tuple(item.supplied for item in regressors if item.supplied is not None)
        ends = [item.most_steps for item in regressors if item.most_steps is not None]
        self.most_steps = min(ends, default=None)
        self._history = self._transformed()
        self._clean = self._without_outliers()
        self._noise = self._past_noise()
        self._residuals = self._past_residuals()

    def _transformed(self) -> list[float]:
        values = () if self._target is None else self._target.values
        try:
            return [transform(value, self.transformation) for value in values]
        except ValueError as error:
            text = f"the {self.transformation} transformation has no value for one of the series"
            raise wrong(self._element, text, code=mistakes.SERIES) from error

    def _outliers(self, size: int) -> list[float]:
        """Return the effects of all outliers at the places 0 ... size - 1."""
        total = [0.0] * size
        for outlier in self._element.outlier_effects:
            place = 0
            if not math.isfinite(outlier.start_time):
                raise wrong(
                    outlier,
                    f"startTime {outlier.start_time} is not finite",
                    code=mistakes.OUT_OF_RANGE,
                )
            if self._target is not None:
                place = self._target.position(outlier.start_time)
            found = effect(outlier, place, size, self._period, self._weights)
            total = [one + other for one, other in zip(total, found, strict=True)]
        return total

    def _without_outliers(self) -> list[float]:
        effects = self._outliers(len(self._history))
        return [value - other for value, other in zip(self._history, effects, strict=True)]

    def _weights(self, size: int) -> list[float]:
        """Return the first weights of an innovation on the series itself."""
        parts = self._parts
        return expansion(parts.ma, product(parts.ar, parts.differences), size)

    def _past_noise(self) -> dict[int, float]:
        """Return the differenced series less constant and regressors, by place, where known."""
        lags, values = self._parts.differences, self._clean
        effects = [item.effects(0) for item in self._regressors]
        noise = {}
        for place in range(len(lags) - 1, len(values)):
            total = apply(lags, values, place) - self._element.constant_term
            if all(place in found for found in effects):
                for found in effects:
                    total -= found[place]
                noise[place] = total
        self._check(noise)
        return noise

    def _check(self, noise: dict[int, float]) -> None:
        exact = self._exact
        order = len(self._parts.ar) - 1
        reach = len(self._parts.differences) - 1
        if exact is not None:
            order = 0 if exact.state else max(order - len(exact.noise), 0)
            if exact.state:
                reach = max(reach - max(len(exact.state) - self._state_size, 0), 0)
        if len(self._clean) < reach:
            text = f"a forecast needs {reach} values of the series; there are {len(self._clean)}"
            raise wrong(self._element, text, code=mistakes.HISTORY)
        size = len(self._clean)
        known = sum(1 for place in range(size - order, size) if place in noise)
        if known < order:
            text = (
                f"a forecast needs {order + reach} values of the series (and of its regressors, "
                f"as far back as they work); there are {size}"
            )
            raise wrong(self._element, text, code=mistakes.HISTORY)

    @property
    def _state_size(self) -> int:
        """The size of the state of an ARMA model in R."""
        return max(len(self._parts.ar) - 1, len(self._parts.ma))

    def _past_residuals(self) -> list[float]:
        """Return the last residuals, the latest last: those of the document, else by recursion."""
        parts = self._parts
        needed = len(parts.ma) - 1
        if self._exact is not None or needed == 0:
            return []
        if parts.residuals:
            if len(parts.residuals) < needed:
                text = f"a forecast needs {needed} residuals; there are {len(parts.residuals)}"
                raise wrong(self._element, text, code=mistakes.HISTORY)
            return list(parts.residuals[-needed:])
        residuals: dict[int, float] = {}
        for place in sorted(self._noise):
            if place - len(parts.ar) + 1 not in self._noise:
                continue
            total = 0.0
            for lag, coefficient in enumerate(parts.ar):
                total += coefficient * self._noise[place - lag]
            for lag, coefficient in enumerate(parts.ma[1:], 1):
                total -= coefficient * residuals.get(place - lag, 0.0)
            residuals[place] = total
        size = len(self._clean)
        return [residuals.get(place, 0.0) for place in range(size - needed, size)]

    def path(self, steps: int) -> Path:
        """Continue the noise, add what was taken away, and undo the differences."""
        size = len(self._clean)
        noise = self._future_noise(steps)
        effects = [item.effects(steps) for item in self._regressors]
        values = list(self._clean)
        if size < len(self._parts.differences) - 1:
            values = self._state_history()
        changes = []
        for step in range(steps):
            total = noise[step] + self._element.constant_term
            for item, found in zip(self._regressors, effects, strict=True):
                total += found.get(item.size + step, 0.0)
            changes.append(total)
        means = self._integrated(values, changes)
        outliers = self._outliers(size + steps)[size:]
        slopes = []
        for item in self._regressors:
            if item.supplied is not None:
                nothing = [0.0] * (len(self._parts.differences) - 1)
                slopes.append(tuple(self._integrated(nothing, item.slopes(steps))))
        return Path(
            tuple(mean + other for mean, other in zip(means, outliers, strict=True)),
            self._variances(steps),
            tuple(slopes),
        )

    def _state_history(self) -> list[float]:
        """Return the last values of the series that a state in R's form holds after its first
        part, the latest first.
        """
        state = () if self._exact is None else self._exact.state
        return list(reversed(state[self._state_size :]))

    def _integrated(self, values: list[float], changes: Sequence[float]) -> list[float]:
        """Undo the differences: return the values that follow."""
        terms = [(lag, value) for lag, value in enumerate(self._parts.differences) if lag and value]
        result = list(values)
        for change in changes:
            total = change
            for lag, coefficient in terms:
                total -= coefficient * result[-lag]
            result.append(total)
        return result[len(values) :]

    def _future_noise(self, steps: int) -> list[float]:
        parts, exact = self._parts, self._exact
        terms = [(lag, -value) for lag, value in enumerate(parts.ar) if lag and value]
        order = len(parts.ar) - 1
        size = len(self._clean)
        if exact is not None and exact.state:
            return self._from_state(exact.state[: self._state_size], terms, steps)
        past = [self._noise.get(place, 0.0) for place in range(size - order, size)]
        if exact is not None and exact.noise:
            past = [*past, *exact.noise][-order:] if order else []
            if len(exact.noise) >= order:
                past = list(exact.noise[len(exact.noise) - order :])
        result = list(past)
        for step in range(1, steps + 1):
            total = 0.0
            for lag, coefficient in terms:
                total += coefficient * result[-lag]
            result.append(total + self._moving_average(step))
        return result[len(past) :]

    def _moving_average(self, step: int) -> float:
        """Return what past residuals add to a step: future ones are 0."""
        exact, total = self._exact, 0.0
        if exact is None:
            weights, residuals = self._parts.ma[1:], self._residuals
        elif not exact.thetas:
            return 0.0
        else:
            weights = exact.thetas[min(step, len(exact.thetas)) - 1]
            residuals = list(exact.innovations)
        for lag in range(step, len(weights) + 1):
            back = lag - step + 1
            if back <= len(residuals):
                total += weights[lag - 1] * residuals[-back]
        return total

    def _from_state(
        self, state: tuple[float, ...], terms: Sequence[tuple[int, float]], steps: int
    ) -> list[float]:
        """Let the state of the noise move on: its first item is the forecast."""
        result: list[float] = []
        for step in range(steps):
            total = state[step] if step < len(state) else 0.0
            for lag, coefficient in terms:
                if lag <= step:
                    total += coefficient * result[step - lag]
            result.append(total)
        return result

    def _variances(self, steps: int) -> tuple[float, ...] | None:
        rmse = self._element.rmse
        if rmse is None or not math.isfinite(rmse):
            return None
        total, found = 0.0, []
        for weight in self._weights(steps):
            total += weight * weight
            found.append(rmse * rmse * total)
        return tuple(found)

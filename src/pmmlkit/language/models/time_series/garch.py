"""GARCH: the mean by ARMA, the variance by GARCH. Specification: Time Series; semantics chapter 20.

``y(t) = c + sum phi_i y(t - i) + e(t) + sum theta_j e(t - j)`` and
``s2(t) = w + sum a_i e(t - i)^2 + sum b_j s2(t - j)``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.forecaster import Forecaster, Path
from pmmlkit.language.models.time_series.lags import expansion

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.time_series.garch_elements import GARCH
    from pmmlkit.language.models.time_series.series import Series
    from pmmlkit.language.scope import Scope

__all__ = ["compile_garch"]


def compile_garch(element: GARCH, scope: Scope, target: Series | None) -> Forecaster:
    """Compile the model.

    Raises MarkupError where orders, coefficients and past values do not fit together.
    """
    arma, garch = element.arma_part, element.garch_part

    def numbers(array: Array | None) -> tuple[float, ...]:
        return () if array is None else tuple(array.numbers(scope.compilation.limits).tolist())

    ar = numbers(arma.ar.array)
    ma = numbers(None if arma.ma.coefficients is None else arma.ma.coefficients.array)
    if len(ar) != arma.p or len(ma) != arma.q:
        raise wrong(
            arma,
            f"p = {arma.p}, q = {arma.q}, but {len(ar)} and {len(ma)} coefficients",
            code=mistakes.WRONG_COUNT,
        )
    squares, past = garch.residual_square_coefficients, garch.variance_coefficients
    a = numbers(None if squares.coefficients is None else squares.coefficients.array)
    b = numbers(None if past.coefficients is None else past.coefficients.array)
    # Authors disagree on which of the orders counts the variances.
    if sorted((len(a), len(b))) != sorted((garch.gp, garch.gq)):
        text = f"gp = {garch.gp}, gq = {garch.gq}, but {len(a)} and {len(b)} coefficients"
        raise wrong(garch, text, code=mistakes.WRONG_COUNT)
    residuals = numbers(None if squares.residuals is None else squares.residuals.array)
    errors = numbers(None if arma.ma.residuals is None else arma.ma.residuals.array)
    errors = errors or residuals
    residuals = residuals or errors
    variances = numbers(None if past.past_variances is None else past.past_variances.array)
    values = () if target is None else target.values
    for needed, found, what in (
        (len(ar), values, "values of the series"),
        (len(ma), errors, "residuals"),
        (len(a), residuals, "residuals"),
        (len(b), variances, "past variances"),
    ):
        if len(found) < needed:
            raise wrong(
                element,
                f"a forecast needs {needed} {what}, but there are {len(found)}",
                code=mistakes.HISTORY,
            )
    return _Garch(
        (arma.constant, ar, ma, values, errors), (garch.constant, a, b), residuals, variances
    )


class _Garch(Forecaster):
    def __init__(
        self,
        mean: tuple[
            float, tuple[float, ...], tuple[float, ...], tuple[float, ...], tuple[float, ...]
        ],
        variance: tuple[float, tuple[float, ...], tuple[float, ...]],
        residuals: tuple[float, ...],
        variances: tuple[float, ...],
    ) -> None:
        self._mean = mean
        self._variance = variance
        self._residuals = residuals
        self._past = variances

    def path(self, steps: int) -> Path:
        """Continue values and variances; future residuals are 0, their squares the variances."""
        constant, ar, ma, values, errors = self._mean
        own_constant, a, b = self._variance
        series, shocks = list(values), list(errors)
        squares = [residual * residual for residual in self._residuals]
        variances = list(self._past)
        for _ in range(steps):
            total = constant
            for lag, coefficient in enumerate(ar, 1):
                total += coefficient * series[-lag]
            for lag, coefficient in enumerate(ma, 1):
                total += coefficient * shocks[-lag]
            series.append(total)
            shocks.append(0.0)
            variance = own_constant
            for lag, coefficient in enumerate(a, 1):
                variance += coefficient * squares[-lag]
            for lag, coefficient in enumerate(b, 1):
                variance += coefficient * variances[-lag]
            squares.append(variance)
            variances.append(variance)
        weights = expansion((1.0, *ma), (1.0, *(-value for value in ar)), steps)
        own = variances[len(variances) - steps :]
        spread = []
        for step in range(steps):
            total = 0.0
            for at in range(step + 1):
                total += weights[step - at] * weights[step - at] * own[at]
            spread.append(total)
        return Path(tuple(series[len(series) - steps :]), tuple(spread))

"""What exactLeastSquares knows of the past of an ARIMA. Specification: Time Series."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.lags import MOST_LAGS

if TYPE_CHECKING:
    from pmmlkit.language.models.time_series.arima_elements import ARIMA, ThetaRecursionState
    from pmmlkit.language.scope import Scope

__all__ = ["ExactStart", "exact_start"]


@dataclass(frozen=True, slots=True)
class ExactStart:
    """A start by exact likelihood.

    `state`: the predictions of the differenced series for the first steps, as far as the past
    alone decides on them. `innovations`, the latest last, with `thetas`: their weights by step.
    """

    state: tuple[float, ...] = ()
    innovations: tuple[float, ...] = ()
    thetas: tuple[tuple[float, ...], ...] = ()
    noise: tuple[float, ...] = ()


def exact_start(element: ARIMA, scope: Scope) -> ExactStart:
    """Return what the MaximumLikelihoodStat of a model holds.

    Raises MarkupError where it is not there, or its parts do not fit together.
    """
    found = element.maximum_likelihood
    if found is None:
        raise wrong(
            element,
            "exactLeastSquares needs a MaximumLikelihoodStat",
            code=mistakes.MISSING_ELEMENT,
        )
    limits = scope.compilation.limits
    if found.kalman_state is not None:
        vector = found.kalman_state.final_state_vector
        return ExactStart(tuple(vector.array.numbers(limits).tolist()))
    recursion = found.theta_recursion_state
    if recursion is None:
        raise wrong(
            found,
            "holds neither a KalmanState nor a ThetaRecursionState",
            code=mistakes.MISSING_ELEMENT,
        )
    noise = recursion.final_noise.array.numbers(limits).tolist()
    predicted = recursion.final_predicted_noise.array.numbers(limits).tolist()
    if len(noise) != len(predicted):
        text = f"has {len(noise)} values of the noise, but {len(predicted)} predictions of them"
        raise wrong(recursion, text, code=mistakes.WRONG_COUNT)
    innovations = tuple(one - other for one, other in zip(noise, predicted, strict=True))
    return ExactStart((), innovations, _thetas(recursion), tuple(noise))


def _thetas(recursion: ThetaRecursionState) -> tuple[tuple[float, ...], ...]:
    """Return the weights of the last innovations by step: theta(i, j) weighs the j-th last before
    the value that row i predicts, and the first row is that of the first forecast.
    """
    rows: dict[int, dict[int, float]] = {}
    for item in recursion.final_theta.thetas:
        if item.i is None or item.j is None or item.theta is None:
            raise wrong(item, "a Theta needs i, j and theta", code=mistakes.MISSING_ATTRIBUTE)
        if not 1 <= item.j <= MOST_LAGS:
            raise wrong(item, f"j is {item.j}; the first lag is 1", code=mistakes.OUT_OF_RANGE)
        rows.setdefault(item.i, {})[item.j] = item.theta
    return tuple(
        tuple(row.get(lag, 0.0) for lag in range(1, max(row) + 1))
        for _, row in sorted(rows.items())
    )

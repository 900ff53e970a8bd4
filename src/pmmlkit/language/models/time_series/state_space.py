"""StateSpaceModel: its forecasts. Specification: Time Series; semantics chapter 20.

``y = H x + d``; then ``x <- F x + c``. The variance of y is ``H P H' + R``; then
``P <- F P F' + Q``; all times the attribute `variance`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.time_series.forecaster import Forecaster, Path
from pmmlkit.language.models.time_series.regressors import Regressor, compile_regressor

if TYPE_CHECKING:
    from pmmlkit.language.models.time_series.series import Series
    from pmmlkit.language.models.time_series.state_space_elements import StateSpaceModel
    from pmmlkit.language.scope import Scope

__all__ = ["compile_state_space"]

Doubles = npt.NDArray[np.float64]

_STATE_INTERCEPT: Final = "PMML431"
_FILTERED: Final = "PMML432"


def compile_state_space(
    element: StateSpaceModel, scope: Scope, target: Series | None
) -> Forecaster:
    """Compile the model.

    Raises MarkupError where vectors and matrices do not fit together, UnsupportedError where
    several series are measured.
    """
    limits = scope.compilation.limits
    if element.state_vector is None:
        raise wrong(element, "a forecast needs a StateVector", code=mistakes.MISSING_ELEMENT)
    if element.measurement_matrix is None:
        raise wrong(element, "a forecast needs a MeasurementMatrix", code=mistakes.MISSING_ELEMENT)
    state = element.state_vector.array.numbers(limits)
    size = len(state)
    measurement = element.measurement_matrix.matrix.expand(limits, shape=(None, size))
    if len(measurement) != 1:
        raise unsupported(
            element.measurement_matrix,
            f"the matrix measures {len(measurement)} series; forecasts are of one",
        )
    transition = None
    if element.transition_matrix is not None:
        transition = element.transition_matrix.matrix.expand(limits, shape=(size, size))
    intercept, drift = _intercepts(element, scope, size)
    period = None
    if element.period.strip() not in ("none", ""):
        try:
            period = int(element.period)
        except ValueError as error:
            raise wrong(
                element,
                f"period {element.period!r} is no number of steps",
                code=mistakes.OUT_OF_RANGE,
            ) from error
        if period < 1:
            raise wrong(element, f"period is {period}", code=mistakes.OUT_OF_RANGE)
    regressors = [
        compile_regressor(item, scope, target, period) for item in element.dynamic_regressors
    ]
    covariances = _covariances(element, scope, transition, measurement)
    return _StateSpace(
        element, (state, transition, measurement[0], drift, intercept), regressors, covariances
    )


def _intercepts(element: StateSpaceModel, scope: Scope, size: int) -> tuple[float, Doubles | None]:
    """Return what is added to values and to states."""
    vector = element.intercept_vector
    if vector is None:
        return element.intercept, None
    if element.intercept:
        raise wrong(
            element,
            "has an attribute intercept and an InterceptVector too",
            code=mistakes.CONTRADICTION,
        )
    values = vector.array.numbers(scope.compilation.limits)
    if vector.type == "state" and len(values) == size:
        return 0.0, values
    if len(values) != 1:
        needed = size if vector.type == "state" else 1
        raise wrong(
            vector, f"has {len(values)} values, but {needed} are needed", code=mistakes.WRONG_COUNT
        )
    if vector.type == "state":
        text = f"one value for a state of {size}: it is added to the forecasts, as in JPMML"
        scope.compilation.warn(_STATE_INTERCEPT, text, vector)
    return float(values[0]), None


def _covariances(
    element: StateSpaceModel, scope: Scope, transition: Doubles | None, measurement: Doubles
) -> tuple[Doubles, Doubles, float] | None:
    """Return the covariance at the first forecast, what a step adds, and the variance of a value;
    None where the document has none.
    """
    if element.predicted_covariance is None and element.observation_variance is None:
        return None
    limits, size = scope.compilation.limits, measurement.shape[1]
    first, added, own = np.zeros((size, size)), np.zeros((size, size)), 0.0
    if element.predicted_covariance is not None:
        first = element.predicted_covariance.matrix.expand(limits, shape=(size, size))
    if element.selected_covariance is not None:
        added = element.selected_covariance.matrix.expand(limits, shape=(size, size))
    if element.observation_variance is not None:
        own = float(element.observation_variance.matrix.expand(limits, shape=(1, 1))[0, 0])
    seen = _quadratic(measurement[0], first) + own
    if transition is not None:
        moved = transition @ first @ transition.T + added
        # No series with any noise can be foretold exactly: such a matrix is that of the last
        # state, before the step to the first forecast. R's package pmml writes it so.
        if seen <= 1e-9 * (_quadratic(measurement[0], moved) + own):
            text = (
                "the first forecast would have no variance: the matrix is taken as that of the "
                "state one step before"
            )
            scope.compilation.warn(_FILTERED, text, element)
            first = moved
    return first, added, own


def _quadratic(row: Doubles, matrix: Doubles) -> float:
    return float(row @ matrix @ row)


class _StateSpace(Forecaster):
    def __init__(
        self,
        element: StateSpaceModel,
        system: tuple[Doubles, Doubles | None, Doubles, Doubles | None, float],
        regressors: Sequence[Regressor],
        covariances: tuple[Doubles, Doubles, float] | None,
    ) -> None:
        self._element = element
        self._system = system
        self._regressors = tuple(regressors)
        self._covariances = covariances
        self.supplied = tuple(item.supplied for item in regressors if item.supplied is not None)
        ends = [item.most_steps for item in regressors if item.most_steps is not None]
        if system[1] is None:
            # Without a TransitionMatrix nothing says how the state moves on.
            ends.append(1)
        self.most_steps = min(ends, default=None)

    def path(self, steps: int) -> Path:
        """Let the state move on."""
        state, transition, measurement, drift, intercept = self._system
        effects = [(item, item.effects(steps)) for item in self._regressors]
        means = []
        with np.errstate(all="ignore"):
            for step in range(steps):
                mean = _ordered(measurement, state) + intercept
                for item, found in effects:
                    mean += found.get(item.size + step, 0.0)
                means.append(mean)
                if transition is None:
                    break
                state = np.array([_ordered(row, state) for row in transition])
                if drift is not None:
                    state = state + drift
            variances = self._variances(steps)
        slopes = tuple(item.slopes(steps) for item in self._regressors if item.supplied is not None)
        return Path(tuple(means), variances, slopes)

    def _variances(self, steps: int) -> tuple[float, ...] | None:
        if self._covariances is None:
            return None
        _, transition, measurement, _, _ = self._system
        covariance, added, own = self._covariances
        scale = 1.0 if self._element.variance is None else self._element.variance
        found = []
        for _ in range(steps):
            found.append(scale * (_quadratic(measurement, covariance) + own))
            if transition is None:
                break
            covariance = transition @ covariance @ transition.T + added
        return tuple(found)


def _ordered(row: Doubles, state: Any) -> float:
    """Return the product, added in the order of the state."""
    return float((row * state).cumsum()[-1])

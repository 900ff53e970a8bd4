"""TimeSeriesModel over columns and over one row. Semantics chapter 20.

The horizon is the one supplementary field, as JPMML reads it: missing, it is 1. A model that has
such a field predicts lists, one forecast a step; a model without one predicts a number.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state, with_errors
from pmmlkit.columns.types import INTEGER
from pmmlkit.errors import EvaluationError, LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.time_series.arima import compile_arima
from pmmlkit.language.models.time_series.exponential_smoothing import (
    compile_exponential_smoothing,
)
from pmmlkit.language.models.time_series.features import ASKED, forecast_feature
from pmmlkit.language.models.time_series.forecaster import Forecaster
from pmmlkit.language.models.time_series.forecasts import Forecasts
from pmmlkit.language.models.time_series.garch import compile_garch
from pmmlkit.language.models.time_series.state_space import compile_state_space
from pmmlkit.language.models.time_series.transformation import transform, undo
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.models.time_series.declaration import TimeSeriesModel
    from pmmlkit.language.models.time_series.series import Series
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.result_features import Feature
    from pmmlkit.language.scope import Scope

__all__ = ["TimeSeriesPredictor", "compile_time_series"]

_MOST_STEPS: Final = 10_000
"""A longer horizon fails its row: the data must not decide on how much memory is taken."""


def compile_time_series(
    model: TimeSeriesModel, scope: Scope, target: TargetField | None
) -> TimeSeriesPredictor:
    """Compile the algorithm that bestFit names.

    Raises MarkupError where its element is absent or contradicts itself, UnsupportedError for
    algorithms without a rule.
    """
    if model.function_name != "timeSeries":
        raise wrong(
            model,
            f"a TimeSeriesModel cannot have functionName {model.function_name!r}",
            code=mistakes.FUNCTION_NAME,
        )
    forecaster = _forecaster(model, scope, None if target is None else target.name)
    limit = scope.compilation.limits.output_cells
    return TimeSeriesPredictor(forecaster, _horizon(model, scope), limit)


def _forecaster(model: TimeSeriesModel, scope: Scope, target: str | None) -> Forecaster:
    found = {
        "ARIMA": model.arima,
        "ExponentialSmoothing": model.exponential_smoothing,
        "StateSpaceModel": model.state_space_model,
        "GARCH": model.garch,
    }
    if model.best_fit not in found:
        raise unsupported(
            model,
            f"bestFit {model.best_fit!r} has no rule for forecasts",
            code=mistakes.REFUSED_VALUE,
        )
    if found[model.best_fit] is None:
        raise wrong(
            model,
            f"bestFit is {model.best_fit}, but there is no such element",
            code=mistakes.MISSING_ELEMENT,
        )
    if model.exponential_smoothing is not None and model.best_fit == "ExponentialSmoothing":
        return compile_exponential_smoothing(model.exponential_smoothing, scope)
    series = _series(model, scope, target)
    if model.arima is not None and model.best_fit == "ARIMA":
        return compile_arima(model.arima, scope, series)
    if model.garch is not None and model.best_fit == "GARCH":
        return compile_garch(model.garch, scope, series)
    assert model.state_space_model is not None
    has_regressors = bool(model.state_space_model.dynamic_regressors)
    return compile_state_space(model.state_space_model, scope, series if has_regressors else None)


def _series(model: TimeSeriesModel, scope: Scope, target: str | None) -> Series | None:
    """Return the target's series: as the algorithm took it, else as measured."""
    own = [item for item in model.time_series if item.field in (None, target)]
    for usage in ("logical", "original"):
        for item in own:
            if item.usage == usage and item.time_values:
                # A state space model needs no history: its gaps are nobody's concern.
                if model.best_fit == "StateSpaceModel" and not (
                    model.state_space_model and model.state_space_model.dynamic_regressors
                ):
                    return None
                return item.series(scope.compilation.limits)
    return None


def _horizon(model: TimeSeriesModel, scope: Scope) -> Step | None:
    names = [
        item.name
        for item in model.mining_schema.mining_fields
        if item.usage_type == "supplementary"
    ]
    if not names:
        return None
    if len(names) > 1:
        raise wrong(
            model,
            f"one supplementary field is the horizon; there are {', '.join(names)}",
            code=mistakes.WRONG_COUNT,
        )
    step = scope.read(names[0], model.mining_schema)
    if not step.type.is_number:
        raise wrong(
            model,
            f"the horizon {names[0]!r} is a {step.type.name}, not a number",
            code=mistakes.FIELD_TYPE,
        )
    return cast_step(step, INTEGER)


class TimeSeriesPredictor(Predictor):
    """Forecasts as far as rows ask."""

    def __init__(self, forecaster: Forecaster, horizon: Step | None, limit: int) -> None:
        self._limit = limit
        self._forecasts = Forecasts(forecaster, is_list=horizon is not None)
        self._horizon = horizon
        self._method = forecaster.transformation
        self._supplied = tuple(forecaster.supplied)
        most = forecaster.most_steps
        self._most = _MOST_STEPS if most is None else min(most, _MOST_STEPS)
        self.type = self._forecasts.type

    def feature(self, element: OutputField) -> Feature | None:
        """Return deviations and bounds, one a step."""
        return forecast_feature(element, self._forecasts)

    def columns(self, batch: Batch) -> Prediction:
        """Forecast for all rows."""
        size, method = batch.size, self._method
        columns = [item.step.columns(batch) for item in self._supplied]
        state, errors = combined_state(*columns)
        horizons, failed = self._horizons(batch)
        errors.update(failed)
        shifts = []
        for item, column in zip(self._supplied, columns, strict=True):
            values, bad = _transformed(column, item.transformation)
            for row in np.flatnonzero(bad).tolist():
                errors.setdefault(row, _no_transform(item.name, float(column.values[row])))
            shifts.append(values)
        found = self._forecasts.column(lambda mean, _: undo(mean, method), horizons, shifts, size)
        if found.state is not None:
            state = found.state if state is None else np.maximum(found.state, state)
        state = with_errors(state, errors, size)
        value = Column(found.values, self.type, state, errors=errors)
        return Prediction(value, details={ASKED: (horizons, shifts)})

    def _horizons(
        self, batch: Batch
    ) -> tuple[npt.NDArray[np.int64] | None, dict[int, EvaluationError]]:
        """Return the horizons, 1 where a row has none or a wrong one; and what is wrong.

        Raises LimitError where all lists together are too long.
        """
        if self._horizon is None:
            return None, {}
        column = self._horizon.columns(batch)
        errors = dict(column.errors)
        usable = column.is_usable
        bad = usable & ((column.values < 1) | (column.values > self._most))
        for row in np.flatnonzero(bad).tolist():
            errors[row] = _no_steps(int(column.values[row]), self._most)
        horizons = np.where(usable & ~bad, column.values, 1)
        total = int(horizons.sum())
        if total > self._limit:
            raise LimitError(
                f"{total} forecasts are more than Limits.output_cells = {self._limit}; "
                "score the table in parts"
            )
        return horizons, errors

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that forecasts for one row."""
        horizon_of = None if self._horizon is None else self._horizon.row_function()
        supplied = [
            (item.name, item.step.row_function(), item.transformation) for item in self._supplied
        ]
        forecasts, most, method = self._forecasts, self._most, self._method
        made: dict[int, tuple[Any, dict[str, Any]]] = {}

        def measure(mean: Any, _: Any) -> Any:
            return undo(mean, method)

        def predict(values: Values) -> RowPrediction:
            horizon = None if horizon_of is None else horizon_of(values)
            if horizon is None:
                horizon = 1
            known = made.get(horizon)
            if known is not None:
                return RowPrediction(known[0], details=known[1])
            if not 1 <= horizon <= most:
                raise _no_steps(horizon, most)
            shifts: Sequence[float] | None = _row_shifts(supplied, values) if supplied else ()
            if shifts is None:
                return RowPrediction(None)
            value = forecasts.row(measure, horizon, shifts)
            details = {ASKED: (horizon, shifts)}
            if not supplied and len(made) < _KEPT:
                made[horizon] = (value, details)
            return RowPrediction(value, details=details)

        return predict


_KEPT: Final = 100
"""How many horizons a row function remembers."""


def _row_shifts(supplied: Sequence[tuple[str, Any, str]], values: Values) -> list[float] | None:
    """Return the supplied inputs on the scale of their regressors; None where one is missing."""
    shifts = []
    for name, read, method in supplied:
        value = read(values)
        if value is None:
            return None
        try:
            shifts.append(transform(float(value), method))
        except ValueError as error:
            raise _no_transform(name, value) from error
    return shifts


def _transformed(
    column: Column, method: str
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the values on the scale of their regressor, and the rows that have none there."""
    values = column.values
    usable = column.is_usable
    if method == "none":
        return np.where(usable, values, 0.0), np.zeros(len(values), np.bool_)
    bad = usable & ((values <= 0) if method == "logarithmic" else (values < 0))
    good = np.where(usable & ~bad, values, 1.0)
    return np.log(good) if method == "logarithmic" else np.sqrt(good), bad


def _no_transform(name: str, value: float) -> EvaluationError:
    return EvaluationError(
        f"{name!r} is {value}, which has no value in the transformation of the model", field=name
    )


def _no_steps(horizon: int, most: int) -> EvaluationError:
    if horizon < 1:
        return EvaluationError(f"the horizon is {horizon}; the first step is 1")
    return EvaluationError(
        f"the horizon is {horizon}, but there are forecasts for {max(most, 0)} steps only"
    )

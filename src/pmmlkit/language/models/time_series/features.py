"""The OutputFields that tell how sure a forecast is. Specification: Output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pmmlkit.columns.column import Column
from pmmlkit.language.mistakes import unsupported
from pmmlkit.language.models.confidence import (
    INTERVAL_FEATURES,
    SPREAD_FEATURES,
    bound_quantile,
)
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.models.time_series.forecasts import Forecasts, Measure
from pmmlkit.language.models.time_series.transformation import bound, deviation
from pmmlkit.language.result_features import Feature, RowFeature, masked

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["ASKED", "forecast_feature"]

ASKED: Final = "time_series.asked"
"""The detail of a prediction that says what rows asked for: horizons, and supplied inputs."""


def forecast_feature(element: OutputField, forecasts: Forecasts) -> Feature | None:
    """Return the feature of an OutputField, None where it is one of all models.

    Raises UnsupportedError for features of one number where a forecast is a list.
    """
    if element.feature in ("residual", "predictedDisplayValue") and forecasts.type.is_list:
        raise unsupported(
            element, f"a forecast of several steps has no {element.feature}", field=element.name
        )
    if not forecasts.has_variances:
        return None
    method = forecasts.forecaster.transformation
    if element.feature in SPREAD_FEATURES:
        return _Told(forecasts, lambda mean, variance: deviation(mean, variance, method))
    if element.feature not in INTERVAL_FEATURES:
        return None
    quantile = bound_quantile(element)

    def measure(mean: Any, variance: Any) -> Any:
        return bound(mean, quantile * variance**0.5, method)

    return _Told(forecasts, measure)


class _Told(Feature):
    def __init__(self, forecasts: Forecasts, measure: Measure) -> None:
        self.type = forecasts.type
        self._forecasts = forecasts
        self._measure = measure

    def columns(self, prediction: Prediction) -> Column:
        size = len(prediction.value)
        if ASKED not in prediction.details:
            return masked(Column.missing(self.type, size), prediction.value)
        horizons, shifts = prediction.details[ASKED]
        column = self._forecasts.column(self._measure, horizons, shifts, size)
        return masked(column, prediction.value)

    def row_function(self) -> RowFeature:
        forecasts, measure = self._forecasts, self._measure

        def run(prediction: RowPrediction) -> Any:
            if prediction.value is None or ASKED not in prediction.details:
                return None
            horizon, shifts = prediction.details[ASKED]
            return forecasts.row(measure, horizon, shifts)

        return run

"""TimeSeriesModel. Specification: chapter Time Series.

The elements are declared in `declaration`, `series`, and one module for each algorithm.
"""

from pmmlkit.language.models.time_series.arima_elements import ARIMA
from pmmlkit.language.models.time_series.declaration import TimeSeriesModel
from pmmlkit.language.models.time_series.exponential_smoothing import ExponentialSmoothing
from pmmlkit.language.models.time_series.garch_elements import GARCH
from pmmlkit.language.models.time_series.regressor_elements import DynamicRegressor
from pmmlkit.language.models.time_series.series import TimeSeries
from pmmlkit.language.models.time_series.state_space_elements import StateSpaceModel

__all__ = [
    "ARIMA",
    "GARCH",
    "DynamicRegressor",
    "ExponentialSmoothing",
    "StateSpaceModel",
    "TimeSeries",
    "TimeSeriesModel",
]

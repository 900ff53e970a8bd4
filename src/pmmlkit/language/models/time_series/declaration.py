"""TimeSeriesModel and the algorithms that the schema leaves empty. Specification: Time Series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.content import ANYTHING, Particle, optional, repeat, seq
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.models.time_series.arima_elements import ARIMA
    from pmmlkit.language.models.time_series.exponential_smoothing import ExponentialSmoothing
    from pmmlkit.language.models.time_series.garch_elements import GARCH
    from pmmlkit.language.models.time_series.series import TimeSeries
    from pmmlkit.language.models.time_series.state_space_elements import StateSpaceModel
    from pmmlkit.language.scope import Scope

__all__ = ["SeasonalTrendDecomposition", "SpectralAnalysis", "TimeSeriesModel"]

_UNDEFINED: Final = "the specification names this algorithm, but gives it no content and no rule"


class SpectralAnalysis(Element, earlier={"4.4": ANYTHING}):
    """A name without content. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=(), since="4.4.1")


class SeasonalTrendDecomposition(Element, earlier={"4.4": ANYTHING}):
    """A name without content. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=(), since="4.4.1")


def _particles(most_series: int | None = None) -> Particle:
    return seq(
        repeat(leaf("Extension", into="extensions")),
        leaf("MiningSchema", into="mining_schema"),
        optional(leaf("Output", into="output")),
        optional(leaf("ModelStats", into="model_stats")),
        optional(leaf("ModelExplanation", into="model_explanation", since="4.0")),
        optional(leaf("LocalTransformations", into="local_transformations")),
        repeat(leaf("TimeSeries", into="time_series"), 0, most_series),
        optional(leaf("SpectralAnalysis", into="spectral_analysis")),
        optional(leaf("ARIMA", into="arima")),
        optional(leaf("ExponentialSmoothing", into="exponential_smoothing")),
        optional(leaf("SeasonalTrendDecomposition", into="seasonal_trend_decomposition")),
        optional(leaf("StateSpaceModel", into="state_space_model", since="4.4")),
        optional(leaf("GARCH", into="garch", since="4.4")),
        optional(leaf("ModelVerification", into="model_verification")),
        repeat(leaf("Extension", into="trailing_extensions")),
    )


class TimeSeriesModel(Model, content=_particles(), earlier={"4.3": _particles(3)}):
    """A series that goes on. Specification: Time Series.

    `best_fit` names the algorithm that forecasts.
    """

    best_fit: str = attribute(
        required=True,
        values=enumeration(
            "ARIMA",
            "ExponentialSmoothing",
            "SeasonalTrendDecomposition",
            "SpectralAnalysis",
            "StateSpaceModel",
            "GARCH",
            since={"StateSpaceModel": "4.4", "GARCH": "4.4"},
        ),
        refused={"SeasonalTrendDecomposition": _UNDEFINED, "SpectralAnalysis": _UNDEFINED},
    )
    time_series: tuple[TimeSeries, ...] = children("TimeSeries", default=())
    spectral_analysis: SpectralAnalysis | None = child("SpectralAnalysis", default=None)
    arima: ARIMA | None = child("ARIMA", default=None)
    exponential_smoothing: ExponentialSmoothing | None = child("ExponentialSmoothing", default=None)
    seasonal_trend_decomposition: SeasonalTrendDecomposition | None = child(
        "SeasonalTrendDecomposition", default=None
    )
    state_space_model: StateSpaceModel | None = child("StateSpaceModel", default=None, since="4.4")
    garch: GARCH | None = child("GARCH", default=None, since="4.4")

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the algorithm that `best_fit` names."""
        from pmmlkit.language.models.time_series.predictor import compile_time_series

        return compile_time_series(self, scope, target)

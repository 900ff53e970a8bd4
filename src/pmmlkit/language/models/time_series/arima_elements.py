"""The elements of ARIMA. Specification: Time Series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.time_series.transformation import TRANSFORMATION
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import COUNT, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.models.time_series.regressor_elements import DynamicRegressor

__all__ = [
    "AR",
    "ARIMA",
    "MA",
    "FinalNoise",
    "FinalNu",
    "FinalOmega",
    "FinalPredictedNoise",
    "FinalStateVector",
    "FinalTheta",
    "HVector",
    "KalmanState",
    "MACoefficients",
    "MaximumLikelihoodStat",
    "NonseasonalComponent",
    "OutlierEffect",
    "Residuals",
    "SeasonalComponent",
    "Theta",
    "ThetaRecursionState",
]


class AR(Element, since="4.4"):
    """The autoregressive coefficients, lag 1 first. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class MACoefficients(Element, since="4.4"):
    """The moving average coefficients, lag 1 first. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class Residuals(Element, since="4.4"):
    """The last residuals, the latest at the end. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class MA(Element, since="4.4"):
    """The moving average part. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    coefficients: MACoefficients | None = child("MACoefficients", default=None)
    residuals: Residuals | None = child("Residuals", default=None)


class NonseasonalComponent(Element, since="4.4"):
    """The part in steps. Specification: Time Series."""

    p: int = attribute(type=COUNT, default=0)
    d: int = attribute(type=COUNT, default=0)
    q: int = attribute(type=COUNT, default=0)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    ar: AR | None = child("AR", default=None)
    ma: MA | None = child("MA", default=None)


class SeasonalComponent(Element, since="4.4"):
    """The part in periods. Specification: Time Series."""

    p: int = attribute("P", type=COUNT, default=0)
    d: int = attribute("D", type=COUNT, default=0)
    q: int = attribute("Q", type=COUNT, default=0)
    period: int = attribute(type=COUNT, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    ar: AR | None = child("AR", default=None)
    ma: MA | None = child("MA", default=None)


class FinalOmega(Element, since="4.4"):
    """The covariance of the last state: information. Specification: Time Series."""

    matrix: Matrix = child("Matrix", required=True)


class FinalStateVector(Element, since="4.4"):
    """The state that predicts the first forecast. Specification: Time Series."""

    array: Array = child("Array", required=True)


class HVector(Element, since="4.4"):
    """The last gain of the filter: information. Specification: Time Series."""

    array: Array = child("Array", required=True)


class KalmanState(Element, since="4.4"):
    """Where a Kalman filter has come to. Specification: Time Series."""

    final_omega: FinalOmega = child("FinalOmega", required=True)
    final_state_vector: FinalStateVector = child("FinalStateVector", required=True)
    h_vector: HVector | None = child("HVector", default=None)


class FinalNoise(Element, since="4.4"):
    """The last values of the noise, the latest at the end. Specification: Time Series."""

    array: Array = child("Array", required=True)


class FinalPredictedNoise(Element, since="4.4"):
    """What was predicted for them. Specification: Time Series."""

    array: Array = child("Array", required=True)


class Theta(Element, since="4.4"):
    """A coefficient of the innovations algorithm. Specification: Time Series."""

    i: int | None = attribute(type=INTEGER, default=None)
    j: int | None = attribute(type=INTEGER, default=None)
    theta: float | None = attribute(type=NUMBER, default=None)


class FinalTheta(Element, since="4.4"):
    """The coefficients for the steps to come. Specification: Time Series."""

    thetas: tuple[Theta, ...] = children("Theta", minimum=1)


class FinalNu(Element, since="4.4"):
    """The variances of the innovations, relative to RMSE^2. Specification: Time Series."""

    array: Array = child("Array", required=True)


class ThetaRecursionState(Element, since="4.4"):
    """Where the innovations algorithm has come to. Specification: Time Series."""

    final_noise: FinalNoise = child("FinalNoise", required=True)
    final_predicted_noise: FinalPredictedNoise = child("FinalPredictedNoise", required=True)
    final_theta: FinalTheta = child("FinalTheta", required=True)
    final_nu: FinalNu = child("FinalNu", required=True)


class MaximumLikelihoodStat(
    Element,
    since="4.4",
    content=content.choice(
        content.child("KalmanState", into="kalman_state"),
        content.child("ThetaRecursionState", into="theta_recursion_state"),
    ),
):
    """The state that exact forecasts start from. Specification: Time Series."""

    method: str = attribute(required=True, values=enumeration("kalman", "thetaRecursion"))
    period_deficit: int = attribute(type=INTEGER, default=0)
    kalman_state: KalmanState | None = child("KalmanState", default=None)
    theta_recursion_state: ThetaRecursionState | None = child("ThetaRecursionState", default=None)


class OutlierEffect(Element, since="4.4"):
    """What happened once, and its effect from then on. Specification: Time Series."""

    type: str = attribute(
        required=True,
        values=enumeration(
            "additive", "level", "transient", "seasonalAdditive", "trend", "innovational"
        ),
    )
    start_time: float = attribute(type=NUMBER, required=True)
    magnitude: float = attribute(type=NUMBER, required=True)
    damping_coefficient: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class ARIMA(Element, since="4.0", earlier={"4.3": content.ANYTHING}):
    """A model by autoregression, differences and moving averages. Specification: Time Series."""

    rmse: float | None = attribute("RMSE", type=NUMBER, default=None, since="4.4")
    transformation: str = attribute(default="none", values=TRANSFORMATION, since="4.4")
    constant_term: float = attribute(type=NUMBER, default=0, since="4.4")
    prediction_method: str = attribute(
        default="conditionalLeastSquares",
        values=enumeration("conditionalLeastSquares", "exactLeastSquares"),
        since="4.4",
    )
    extensions: tuple[Extension, ...] = children("Extension", default=(), since="4.4")
    nonseasonal: NonseasonalComponent | None = child(
        "NonseasonalComponent", default=None, since="4.4"
    )
    seasonal: SeasonalComponent | None = child("SeasonalComponent", default=None, since="4.4")
    dynamic_regressors: tuple[DynamicRegressor, ...] = children(
        "DynamicRegressor", default=(), since="4.4"
    )
    maximum_likelihood: MaximumLikelihoodStat | None = child(
        "MaximumLikelihoodStat", default=None, since="4.4"
    )
    outlier_effects: tuple[OutlierEffect, ...] = children("OutlierEffect", default=(), since="4.4")

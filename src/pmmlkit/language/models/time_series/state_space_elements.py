"""The elements of StateSpaceModel. Specification: Time Series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import ANY_SIMPLE, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.models.time_series.regressor_elements import DynamicRegressor

__all__ = [
    "InterceptVector",
    "MeasurementMatrix",
    "ObservationVarianceMatrix",
    "PredictedStateCovarianceMatrix",
    "PsiVector",
    "SelectedStateCovarianceMatrix",
    "StateSpaceModel",
    "StateVector",
    "TransitionMatrix",
]


class StateVector(Element, since="4.4"):
    """The state at the first forecast. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class TransitionMatrix(Element, since="4.4"):
    """What leads from a state to the next. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class MeasurementMatrix(Element, since="4.4"):
    """What leads from a state to the value of the series. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class InterceptVector(Element, since="4.4.1"):
    """What is added to states or to values. Specification: Time Series."""

    type: str = attribute(default="state", values=enumeration("state", "observation"))
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class PredictedStateCovarianceMatrix(Element, since="4.4.1"):
    """The covariance of the state at the first forecast. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class SelectedStateCovarianceMatrix(Element, since="4.4.1"):
    """The covariance that each step adds to the state. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class ObservationVarianceMatrix(Element, since="4.4.1"):
    """The variance that a value has given its state. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class PsiVector(Element, since="4.4"):
    """The weights of past errors: information beside the matrices. Specification: Time Series."""

    target_field: str | None = attribute(default=None)
    variance: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class StateSpaceModel(Element, since="4.4"):
    """A state that moves on linearly, and what is seen of it. Specification: Time Series.

    `variance` multiplies all covariances; `period` is for seasonal regressors.
    """

    variance: float | None = attribute(type=NUMBER, default=None)
    period: str = attribute(default="none", earlier={"4.4.1": {"type": ANY_SIMPLE}})
    intercept: float = attribute(type=NUMBER, default=0)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    state_vector: StateVector | None = child("StateVector", default=None)
    transition_matrix: TransitionMatrix | None = child("TransitionMatrix", default=None)
    measurement_matrix: MeasurementMatrix | None = child("MeasurementMatrix", default=None)
    intercept_vector: InterceptVector | None = child("InterceptVector", default=None)
    predicted_covariance: PredictedStateCovarianceMatrix | None = child(
        "PredictedStateCovarianceMatrix", default=None
    )
    selected_covariance: SelectedStateCovarianceMatrix | None = child(
        "SelectedStateCovarianceMatrix", default=None
    )
    observation_variance: ObservationVarianceMatrix | None = child(
        "ObservationVarianceMatrix", default=None
    )
    psi_vector: PsiVector | None = child("PsiVector", default=None)
    dynamic_regressors: tuple[DynamicRegressor, ...] = children("DynamicRegressor", default=())

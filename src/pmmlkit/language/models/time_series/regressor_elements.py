"""The elements of dynamic regressors (transfer functions). Specification: Time Series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.time_series.transformation import TRANSFORMATION
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import INTEGER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array, RealSparseArray
    from pmmlkit.language.models.time_series.series import TimeSeries

__all__ = [
    "Denominator",
    "DynamicRegressor",
    "Factor",
    "NonseasonalFactor",
    "Numerator",
    "RegressorValues",
    "SeasonalFactor",
    "TransferFunctionValues",
    "TrendCoefficients",
]


class Factor(Element, abstract=True):
    """A polynomial of lags; `difference` is how often the values are differenced before."""

    difference: int = attribute(type=INTEGER, default=0)
    maximum_order: int | None = attribute(type=INTEGER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class NonseasonalFactor(Factor, since="4.4"):
    """A polynomial of steps. Specification: Time Series."""


class SeasonalFactor(Factor, since="4.4"):
    """A polynomial of periods. Specification: Time Series."""


class Numerator(Element, since="4.4"):
    """The weights of the regressor's values. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    nonseasonal: NonseasonalFactor | None = child("NonseasonalFactor", default=None)
    seasonal: SeasonalFactor | None = child("SeasonalFactor", default=None)


class Denominator(Element, since="4.4"):
    """The weights of earlier effects. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    nonseasonal: NonseasonalFactor | None = child("NonseasonalFactor", default=None)
    seasonal: SeasonalFactor | None = child("SeasonalFactor", default=None)


class TrendCoefficients(Element, since="4.4"):
    """The polynomial in time that continues a regressor. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: RealSparseArray | None = child("REAL-SparseArray", default=None)


class TransferFunctionValues(Element, since="4.4"):
    """The last effects of a regressor, the latest at the end. Specification: Time Series."""

    array: Array = child("Array", required=True)


class RegressorValues(Element, since="4.4"):
    """The values of a regressor. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    time_series: TimeSeries | None = child("TimeSeries", default=None)
    trend_coefficients: TrendCoefficients | None = child("TrendCoefficients", default=None)
    transfer_function_values: TransferFunctionValues | None = child(
        "TransferFunctionValues", default=None
    )


class DynamicRegressor(Element, since="4.4"):
    """Another series that has an effect on the target's. Specification: Time Series."""

    field: str = attribute(required=True)
    transformation: str = attribute(default="none", values=TRANSFORMATION)
    delay: int = attribute(type=INTEGER, default=0)
    future_values_method: str = attribute(
        default="constant",
        values=enumeration("constant", "trend", "stored", "otherModel", "userSupplied"),
        refused={"otherModel": "nothing in the document says which model gives the values"},
    )
    target_field: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    numerator: Numerator | None = child("Numerator", default=None)
    denominator: Denominator | None = child("Denominator", default=None)
    regressor_values: RegressorValues | None = child("RegressorValues", default=None)

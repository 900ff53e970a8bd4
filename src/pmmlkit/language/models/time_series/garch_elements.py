"""The elements of GARCH. Specification: Time Series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.time_series.arima_elements import (
        AR,
        MA,
        MACoefficients,
        Residuals,
    )

__all__ = [
    "GARCH",
    "ARMAPart",
    "GARCHPart",
    "PastVariances",
    "ResidualSquareCoefficients",
    "VarianceCoefficients",
]


class PastVariances(Element, since="4.4"):
    """The variances of the last residuals, the latest at the end. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class ResidualSquareCoefficients(Element, since="4.4"):
    """The coefficients of squared residuals. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    residuals: Residuals | None = child("Residuals", default=None)
    coefficients: MACoefficients | None = child("MACoefficients", default=None)


class VarianceCoefficients(Element, since="4.4"):
    """The coefficients of past variances. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    past_variances: PastVariances | None = child("PastVariances", default=None)
    coefficients: MACoefficients | None = child("MACoefficients", default=None)


class ARMAPart(Element, since="4.4"):
    """The model of the mean. Specification: Time Series."""

    constant: float = attribute(type=NUMBER, default=0)
    p: int = attribute(type=INTEGER, required=True)
    q: int = attribute(type=INTEGER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    ar: AR = child("AR", required=True)
    ma: MA = child("MA", required=True)


class GARCHPart(Element, since="4.4"):
    """The model of the variance. Specification: Time Series."""

    constant: float = attribute(type=NUMBER, default=0)
    gp: int = attribute(type=INTEGER, required=True)
    gq: int = attribute(type=INTEGER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    residual_square_coefficients: ResidualSquareCoefficients = child(
        "ResidualSquareCoefficients", required=True
    )
    variance_coefficients: VarianceCoefficients = child("VarianceCoefficients", required=True)


class GARCH(Element, since="4.4"):
    """A mean by ARMA, whose residuals have a variance that changes. Specification: Time Series."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    arma_part: ARMAPart = child("ARMAPart", required=True)
    garch_part: GARCHPart = child("GARCHPart", required=True)

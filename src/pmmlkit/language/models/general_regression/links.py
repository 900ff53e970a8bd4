"""The inverse links of a generalized linear model, in both modes. Semantics chapter 9."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.general_regression.powers import powers, row_power
from pmmlkit.language.models.regression.normalization import LINKS, Link

if TYPE_CHECKING:
    from pmmlkit.language.models.general_regression.declaration import GeneralRegressionModel

__all__ = ["IDENTITY", "inverse_link"]

Array = npt.NDArray[Any]

IDENTITY: Final = LINKS["none"]
_EXP: Final = LINKS["exp"]
_LOGIT: Final = LINKS["logit"]

_PLAIN: Final = {
    "identity": IDENTITY,
    "log": _EXP,
    "logit": _LOGIT,
    "probit": LINKS["probit"],
    "cloglog": LINKS["cloglog"],
    "loglog": LINKS["loglog"],
}


def inverse_link(model: GeneralRegressionModel) -> Link:
    """Return what makes the mean of the linear predictor.

    Raises MarkupError where linkFunction, or the parameter that it needs, is not there.
    """
    name = model.link_function
    if name is None:
        raise wrong(
            model,
            f"modelType {model.model_type!r} needs a linkFunction",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    if name in _PLAIN:
        return _PLAIN[name]
    if name == "logc":
        return Link(lambda values: 1 - _EXP.columns(values), lambda value: 1.0 - _EXP.row(value))
    if name == "negbin":
        return _negbin(_needed(model, "distParameter", model.dist_parameter))
    parameter = _needed(model, "linkParameter", model.link_parameter)
    if name == "oddspower":
        return _oddspower(parameter)
    if name == "power":
        return _power(parameter)
    raise wrong(model, f"linkFunction {name!r} is unknown", code=mistakes.UNKNOWN_VALUE)


def _needed(model: GeneralRegressionModel, attribute: str, value: float | None) -> float:
    if value is None:
        raise wrong(
            model,
            f"linkFunction {model.link_function!r} needs {attribute}",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    return value


def _inverse(values: Array) -> Array:
    result: Array = 1 / values
    return result


def _inverse_row(value: float) -> float:
    if value == 0.0:
        with np.errstate(all="ignore"):
            return float(1.0 / np.float64(value))
    return 1.0 / value


def _negbin(spread: float) -> Link:
    def columns(values: Array) -> Array:
        return _inverse(values.dtype.type(spread) * (_EXP.columns(-values) - 1))

    def row(value: float) -> float:
        return _inverse_row(spread * (_EXP.row(-value) - 1.0))

    return Link(columns, row)


def _oddspower(parameter: float) -> Link:
    if parameter == 0:
        return _LOGIT
    exponent = -1.0 / parameter

    def columns(values: Array) -> Array:
        odds = powers(1 + values.dtype.type(parameter) * values, exponent, values.dtype)
        return _inverse(1 + odds)

    def row(value: float) -> float:
        return _inverse_row(1.0 + row_power(1.0 + parameter * value, exponent))

    return Link(columns, row)


def _power(parameter: float) -> Link:
    if parameter == 0:
        return _EXP
    exponent = 1.0 / parameter
    if exponent == 1.0:
        return IDENTITY
    return Link(lambda values: powers(values, exponent, values.dtype), _raised(exponent))


def _raised(exponent: float) -> Callable[[float], float]:
    return lambda value: row_power(value, exponent)

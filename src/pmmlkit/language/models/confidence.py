"""The level of a confidence interval in an OutputField, as a quantile of the normal distribution.

Specification: chapter Output (confidenceIntervalLower and Upper); semantics chapter 29.
"""

from __future__ import annotations

from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.xml.lexical import parse_number

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField

__all__ = ["INTERVAL_FEATURES", "SPREAD_FEATURES", "bound_quantile", "confidence_level"]

SPREAD_FEATURES: Final = ("standardError", "standardDeviation")
INTERVAL_FEATURES: Final = ("confidenceIntervalLower", "confidenceIntervalUpper")

_DEFAULT_LEVEL: Final = 95.0


def confidence_level(element: OutputField) -> float:
    """Return the level of an interval in percent: `value`, 95 where it is absent.

    Raises MarkupError where it is no percentage.
    """
    level = _DEFAULT_LEVEL
    if element.value is not None:
        try:
            level = parse_number(element.value)
        except ValueError:
            level = -1.0
        if not 0 < level < 100:
            raise wrong(
                element,
                f"value {element.value!r} of a confidence interval is no percentage between "
                "0 and 100",
                code=mistakes.OUT_OF_RANGE,
                field=element.name,
            )
    return level


def bound_quantile(element: OutputField) -> float:
    """Return how many standard deviations the bound lies above the mean (below: negative).

    Raises MarkupError where the level is no percentage.
    """
    quantile = NormalDist().inv_cdf(0.5 + confidence_level(element) / 200)
    return -quantile if element.feature == "confidenceIntervalLower" else quantile

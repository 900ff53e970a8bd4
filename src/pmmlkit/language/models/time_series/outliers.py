"""The effects of outliers on a series. Specification: Time Series (OutlierEffect).

Each is a polynomial in B applied to a pulse at the outlier's time: 1 for an additive one,
1 / (1 - B) for a level shift, 1 / (1 - d B) for a transient one, 1 / (1 - B^s) for a seasonal one,
1 / (1 - B)^2 for a trend, and the model's own weights for an innovational one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.arima_elements import OutlierEffect

__all__ = ["check_outlier", "effect"]


def check_outlier(outlier: OutlierEffect, period: int | None) -> None:
    """Raise MarkupError where the effect lacks what its type needs."""
    if outlier.type == "transient" and outlier.damping_coefficient is None:
        raise wrong(
            outlier,
            "a transient effect needs a dampingCoefficient",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    if outlier.type == "seasonalAdditive" and period is None:
        raise wrong(
            outlier, "a seasonal effect needs a SeasonalComponent", code=mistakes.MISSING_ELEMENT
        )


def effect(
    outlier: OutlierEffect,
    place: int,
    size: int,
    period: int | None,
    weights: Callable[[int], Sequence[float]],
) -> list[float]:
    """Return the effect at the places 0 ... size - 1; the outlier is at `place`.

    `weights(n)`: the first n weights of an innovation on the series.
    """
    result = [0.0] * size
    first = max(place, 0)
    if outlier.type == "innovational":
        response = weights(max(size - place, 0))
        for at in range(first, size):
            result[at] = outlier.magnitude * response[at - place]
        return result
    damping = outlier.damping_coefficient or 0.0
    for at in range(first, size):
        age = at - place
        if outlier.type == "additive":
            shape = 1.0 if age == 0 else 0.0
        elif outlier.type == "level":
            shape = 1.0
        elif outlier.type == "transient":
            shape = damping**age
        elif outlier.type == "trend":
            shape = age + 1.0
        else:
            shape = 1.0 if age % (period or 1) == 0 else 0.0
        result[at] = outlier.magnitude * shape
    return result

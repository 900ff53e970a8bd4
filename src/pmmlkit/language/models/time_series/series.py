"""TimeSeries: the values over time that models continue, in equal steps.

Specification: Time Series. TimeAnchor, TimeCycle and TimeException give steps a meaning in the
calendar, which no forecast depends on: a horizon counts steps.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.time_series.transformation import spline
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import ANY_SIMPLE, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.document import Timestamp
    from pmmlkit.limits import Limits

__all__ = [
    "Series",
    "TimeAnchor",
    "TimeCycle",
    "TimeException",
    "TimeSeries",
    "TimeValue",
]

_YEARS: Final = (0, 1960, 1970, 1980)


class TimeValue(Element):
    """One value of a series. Specification: Time Series."""

    index: int | None = attribute(type=INTEGER, default=None)
    time: float | None = attribute(type=NUMBER, default=None)
    value: float = attribute(type=NUMBER, required=True)
    standard_error: float | None = attribute(type=NUMBER, default=None)
    timestamp: Timestamp | None = child("Timestamp", default=None)


class TimeCycle(Element):
    """Which steps of a cycle have values. Specification: Time Series."""

    length: int | None = attribute(type=INTEGER, default=None)
    type: str | None = attribute(
        informative=True,
        default=None,
        values=enumeration(
            "includeAll", "includeFromTo", "excludeFromTo", "includeSet", "excludeSet"
        ),
    )
    display_name: str | None = attribute(default=None, earlier={"4.3": {"type": ANY_SIMPLE}})
    array: Array | None = child("Array", default=None)


class TimeException(Element):
    """Single steps that have values, or have none. Specification: Time Series."""

    type: str | None = attribute(
        informative=True, default=None, values=enumeration("exclude", "include")
    )
    count: int | None = attribute(type=INTEGER, default=None)
    array: Array = child("Array", required=True)


class TimeAnchor(
    Element,
    content=content.seq(
        content.repeat(content.child("TimeCycle", into="time_cycles")),
        content.repeat(content.child("TimeException", into="time_exceptions"), 0, 2),
    ),
):
    """Where steps lie in the calendar. Specification: Time Series."""

    type: str | None = attribute(
        informative=True,
        default=None,
        values=enumeration(
            *(f"dateTimeMillisecondsSince[{year}]" for year in _YEARS),
            *(f"dateTimeSecondsSince[{year}]" for year in _YEARS),
            *(f"dateDaysSince[{year}]" for year in _YEARS),
            *(f"dateMonthsSince[{year}]" for year in _YEARS),
            "dateYearsSince[0]",
        ),
    )
    offset: int | None = attribute(type=INTEGER, default=None)
    stepsize: int | None = attribute(type=INTEGER, default=None)
    display_name: str | None = attribute(default=None, earlier={"4.3": {"type": ANY_SIMPLE}})
    time_cycles: tuple[TimeCycle, ...] = children("TimeCycle", default=())
    time_exceptions: tuple[TimeException, ...] = children("TimeException", default=())


class TimeSeries(
    Element,
    earlier={
        "4.3": content.seq(
            content.optional(content.child("TimeAnchor", into="time_anchor")),
            content.repeat(content.child("TimeValue", into="time_values")),
        )
    },
):
    """Values over time. Specification: Time Series.

    `usage`: as measured (original), as the algorithm took them (logical), or predicted.
    """

    usage: str = attribute(
        default="original", values=enumeration("original", "logical", "prediction")
    )
    start_time: float | None = attribute(type=NUMBER, default=None)
    end_time: float | None = attribute(type=NUMBER, default=None)
    interpolation_method: str = attribute(
        default="none",
        values=enumeration("none", "linear", "exponentialSpline", "cubicSpline"),
        refused={"exponentialSpline": "the specification gives no rule for this interpolation"},
    )
    field: str | None = attribute(default=None, since="4.4")
    time_anchor: TimeAnchor | None = child("TimeAnchor", default=None)
    time_values: tuple[TimeValue, ...] = children("TimeValue", minimum=1, default=())

    def series(self, limits: Limits) -> Series:
        """Return the values in equal steps, gaps filled by `interpolation_method`.

        Raises MarkupError where there are gaps that nothing fills, or two values for one time.
        """
        return _series(self, limits)


@dataclass(frozen=True, slots=True)
class Series:
    """Values in equal steps: the first lies at `start`, the next at `start` + `step`."""

    values: tuple[float, ...]
    start: float
    step: float

    def position(self, time: float) -> int:
        """Return the 0-based place of a time; it can lie outside of the values."""
        return round((time - self.start) / self.step)


def _series(element: TimeSeries, limits: Limits) -> Series:
    items = element.time_values
    if not items:
        return Series((), 0.0, 1.0)
    for item in items:
        if not np.isfinite(item.value):
            raise wrong(
                item,
                f"the value of a series must be a number, not {item.value}",
                code=mistakes.SERIES,
            )
    times = _times(items)
    if times is None:
        start = 1.0 if element.start_time is None else element.start_time
        if not math.isfinite(start):
            raise wrong(element, f"startTime {start} is not finite", code=mistakes.SERIES)
        return Series(tuple(item.value for item in items), start, 1.0)
    if not np.isfinite(times).all():
        raise wrong(element, "a time of the series is not finite", code=mistakes.SERIES)
    order = sorted(range(len(items)), key=times.__getitem__)
    known = [times[at] for at in order]
    values = [items[at].value for at in order]
    if len(known) == 1:
        return Series(tuple(values), known[0], 1.0)
    gaps = np.diff(known)
    if not np.isfinite(gaps).all() or gaps.min() <= 0:
        raise wrong(element, "two values of the series have the same time", code=mistakes.SERIES)
    step = float(gaps.min())
    if items[0].index is not None:
        step = 1.0
    if np.allclose(gaps, step, rtol=1e-9, atol=0):
        return Series(tuple(values), known[0], step)
    return _filled(element, known, values, step, limits)


def _times(items: Sequence[TimeValue]) -> list[float] | None:
    for attribute_name in ("index", "time"):
        found = [getattr(item, attribute_name) for item in items]
        if None not in found:
            try:
                return [float(time) for time in found]
            except OverflowError as error:
                raise wrong(
                    items[0], f"an {attribute_name} is too large", code=mistakes.SERIES
                ) from error
    return None


def _filled(
    element: TimeSeries, known: list[float], values: list[float], step: float, limits: Limits
) -> Series:
    if element.interpolation_method == "none":
        raise wrong(
            element,
            "the series has gaps, and interpolationMethod says that nothing fills them",
            code=mistakes.SERIES,
        )
    places = [(time - known[0]) / step for time in known]
    if not np.allclose(places, np.round(places), rtol=0, atol=1e-6):
        raise wrong(
            element, "the times of the series are no multiples of one step", code=mistakes.SERIES
        )
    if places[-1] > limits.array_items:
        raise LimitError(
            f"a series with its gaps filled is beyond Limits.array_items = {limits.array_items}",
            element=element.tag,
            line=element.line,
        )
    at = np.round(places)
    wanted = np.arange(int(at[-1]) + 1, dtype=np.float64)
    if element.interpolation_method == "linear":
        filled = np.interp(wanted, at, values)
    else:
        filled = spline(at, np.array(values), wanted)
    return Series(tuple(filled.tolist()), known[0], step)

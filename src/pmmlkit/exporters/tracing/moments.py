"""Dates and times: what ``.dt`` of pandas is in PMML."""

from __future__ import annotations

from typing import Any

from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.terms import Converted, Fixed, Term, Untraceable, retyped

__all__ = ["MomentMethods", "days", "of_moment"]

_FORMATS = {
    "year": "%Y",
    "month": "%m",
    "day": "%d",
    "hour": "%H",
    "minute": "%M",
    "second": "%S",
    "dayofyear": "%j",
    "day_of_year": "%j",
}

_SAFE_CODES = frozenset("YmdHMSjyBbAa")


def formatted(term: Term, pattern: str) -> Term:
    """Return a time as text."""
    made = algebra.call("formatDatetime", term, Fixed(pattern, "string"), kind="string")
    return algebra.guarded(made)


def days(term: Term) -> Term:
    """Return the days since 1970."""
    return algebra.guarded(
        algebra.call(
            "dateDaysSinceYear", term, Fixed(1970, "integer"), kind="integer", integer=True
        )
    )


class MomentMethods:
    """``.dt`` of a series: the parts of times, and of what lies between two."""

    __slots__ = ("_series",)

    def __init__(self, series: Any) -> None:
        if series.term.kind not in ("date", "dateTime", "duration"):
            raise Untraceable(f".dt is used on a column of type {series.term.kind}")
        self._series = series

    def __getattr__(self, name: str) -> Any:
        term = self._series.term
        if term.kind == "duration":
            made = _of_duration(term, name)
            return (
                (lambda: self._series.like(made))
                if name == "total_seconds"
                else self._series.like(made)
            )
        if name == "strftime":
            return lambda pattern: self._series.like(_strftime(term, pattern))
        return self._series.like(of_moment(term, name))


def of_moment(term: Term, name: str) -> Term:
    """Return a part of a date or time, by the name that pandas has for it."""
    if name in _FORMATS:
        return Converted(formatted(term, _FORMATS[name]), "integer", term.missing, integer=True)
    weekday = mathematics.modulo(algebra.add(days(term), Fixed(3, "integer")), Fixed(7, "integer"))
    if name in ("dayofweek", "day_of_week", "weekday"):
        return retyped(weekday, "integer")
    if name == "quarter":
        month = of_moment(term, "month")
        third = algebra.divide(algebra.add(month, Fixed(2.0, "double")), Fixed(3.0, "double"))
        return retyped(mathematics.floor(third), "integer")
    if name == "microsecond":
        raise Untraceable("PMML's functions count whole seconds")
    raise Untraceable(f".dt.{name} has no equal in PMML, or none that pmmlkit knows")


def _strftime(term: Term, pattern: str) -> Term:
    codes = {pattern[at + 1 : at + 2] for at, letter in enumerate(pattern) if letter == "%"}
    unsafe = sorted(codes - _SAFE_CODES)
    if unsafe:
        raise Untraceable(f"strftime with %{unsafe[0]} differs from engine to engine")
    return formatted(term, pattern)


def _of_duration(term: Term, name: str) -> Term:
    number = retyped(term, "double")
    day = Fixed(86400.0, "double")
    if name == "total_seconds":
        return number
    whole = mathematics.floor(algebra.divide(number, day))
    if name == "days":
        return retyped(whole, "integer") if not whole.missing else whole
    if name == "seconds":
        return mathematics.modulo(number, day)
    raise Untraceable(f".dt.{name} of a duration has no equal in PMML")

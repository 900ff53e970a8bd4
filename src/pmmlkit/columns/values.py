"""Row values beyond plain Python scalars: flagged invalid values, and failures that wait until they
are used.

Missing is None. An invalid value that is used "as is" is an instance of a subclass of its own type,
so that arithmetic, comparison and look-ups take it as it is while `is_invalid` still tells.
"""

from __future__ import annotations

from typing import Any, NoReturn

from pmmlkit.errors import EvaluationError

__all__ = [
    "Failure",
    "InvalidFloat",
    "InvalidInteger",
    "InvalidString",
    "invalid",
    "is_invalid",
    "plain",
]


class InvalidFloat(float):
    """A float or double that is flagged invalid."""

    __slots__ = ()


class InvalidInteger(int):
    """An integer, boolean, date or time that is flagged invalid."""

    __slots__ = ()


class InvalidString(str):
    """A string that is flagged invalid."""

    __slots__ = ()


_FLAGGED = (InvalidFloat, InvalidInteger, InvalidString)


def invalid(value: Any) -> Any:
    """Flag a row value as invalid."""
    if isinstance(value, str):
        return InvalidString(value)
    if isinstance(value, float):
        return InvalidFloat(value)
    return InvalidInteger(value)


def is_invalid(value: Any) -> bool:
    """Tell whether a row value is flagged invalid."""
    return isinstance(value, _FLAGGED)


def plain(value: Any) -> Any:
    """Remove the flag of a row value."""
    if isinstance(value, InvalidFloat):
        return float(value)
    if isinstance(value, InvalidInteger):
        return int(value)
    if isinstance(value, InvalidString):
        return str(value)
    return value


class Failure:
    """The error of a computed field in one row: raised by whatever uses the value, ignored if
    nothing does.
    """

    __slots__ = ("error",)

    def __init__(self, error: EvaluationError) -> None:
        self.error = error

    def fail(self, *_: object) -> NoReturn:
        """Raise the error."""
        raise self.error

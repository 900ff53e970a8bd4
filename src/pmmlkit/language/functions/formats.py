"""The patterns of formatNumber (C printf) and formatDatetime (POSIX strftime), translated by
ourselves: locale C."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pmmlkit.columns.conversion import to_python
from pmmlkit.columns.types import DATE, TIME, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import Call

__all__ = ["datetime_format", "number_format"]

_CONVERSION: Final = re.compile(r"%([-+ #0]*)([1-9][0-9]*)?(?:\.([0-9]*))?([a-zA-Z%])?")
_MOST_WIDTH: Final = 500


def number_format(pattern: str, *, is_integer: bool, call: Call) -> Callable[..., str]:
    """Return the function that writes a number by a printf pattern, ignoring further arguments.

    Exactly one of ``%d`` (integers), ``%x %X %o`` (integers of at least 0), ``%e %E %f %g %G``
    (floats and doubles), with the flags ``-+ #0``, a width and a precision. C takes more, but Java
    refuses it. A conversion that does not fit the number's type fails the row, as in Java.
    """
    before, conversion, after = _one_conversion(pattern, call)
    flags, width, precision, letter = conversion.groups()
    if int(width or 0) > _MOST_WIDTH or int(precision or 0) > _MOST_WIDTH:
        raise call.unsupported(f"width and precision of {pattern!r:.80} go beyond {_MOST_WIDTH}")
    if letter not in "dxXoeEfgG":
        raise call.unsupported(f"pattern {pattern!r:.80}: conversion %{letter} is not supported")
    if letter in "dxXo" and precision is not None:
        raise call.unsupported(f"pattern {pattern!r:.80}: %{letter} with a precision")
    if letter in "xXo" and "#" in flags:
        raise call.unsupported(f"pattern {pattern!r:.80}: %{letter} with the flag #")
    template = (
        f"%{flags}{width or ''}{'' if precision is None else '.' + (precision or '0')}{letter}"
    )
    fits = is_integer == (letter in "dxXo")

    def write(number: Any, *_: Any) -> str:
        if not fits or (letter in "xXo" and number < 0):
            raise EvaluationError(
                f"function {call.name!r}: %{letter} does not fit the number {number!r}"
            )
        return before + str(template % number) + after

    return write


def _one_conversion(pattern: str, call: Call) -> tuple[str, re.Match[str], str]:
    """Split at the one conversion, with ``%%`` around it resolved."""
    found: re.Match[str] | None = None
    texts = ["", ""]
    position = 0
    while position < len(pattern):
        if pattern[position] != "%":
            texts[found is not None] += pattern[position]
            position += 1
            continue
        match = _CONVERSION.match(pattern, position)
        if match is None or match[4] is None:
            raise call.unsupported(f"pattern {pattern!r:.80} has an incomplete conversion")
        position = match.end()
        if match[0] == "%%":
            texts[found is not None] += "%"
        elif match[4] == "%" or found is not None:
            raise call.unsupported(f"pattern {pattern!r:.80} must have one conversion")
        else:
            found = match
    if found is None:
        raise call.unsupported(f"pattern {pattern!r:.80} has no conversion such as %d or %.2f")
    return texts[0], found, texts[1]


Moment = Any
"""A date, a time or a datetime."""

_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def _year_day(moment: Moment) -> int:
    return int(moment.timetuple().tm_yday)


def _hour_12(moment: Moment) -> int:
    return int(moment.hour + 11) % 12 + 1


_OF_DATE: Final[dict[str, Callable[[Moment], str]]] = {
    "a": lambda m: _DAYS[m.weekday()][:3],
    "A": lambda m: _DAYS[m.weekday()],
    "b": lambda m: _MONTHS[m.month - 1][:3],
    "B": lambda m: _MONTHS[m.month - 1],
    "C": lambda m: f"{m.year // 100:02d}",
    "d": lambda m: f"{m.day:02d}",
    "e": lambda m: f"{m.day:2d}",
    "G": lambda m: str(m.isocalendar()[0]),
    "g": lambda m: f"{m.isocalendar()[0] % 100:02d}",
    "j": lambda m: f"{_year_day(m):03d}",
    "m": lambda m: f"{m.month:02d}",
    "u": lambda m: str(m.isoweekday()),
    "U": lambda m: f"{(_year_day(m) + 6 - m.isoweekday() % 7) // 7:02d}",
    "V": lambda m: f"{m.isocalendar()[1]:02d}",
    "w": lambda m: str(m.isoweekday() % 7),
    "W": lambda m: f"{(_year_day(m) + 6 - m.weekday()) // 7:02d}",
    "y": lambda m: f"{m.year % 100:02d}",
    "Y": lambda m: str(m.year),
}
_OF_TIME: Final[dict[str, Callable[[Moment], str]]] = {
    "H": lambda m: f"{m.hour:02d}",
    "I": lambda m: f"{_hour_12(m):02d}",
    "M": lambda m: f"{m.minute:02d}",
    "p": lambda m: "AM" if m.hour < 12 else "PM",
    "S": lambda m: f"{m.second:02d}",
}
_SHORT: Final = {
    "c": "%a %b %e %H:%M:%S %Y",
    "D": "%m/%d/%y",
    "F": "%Y-%m-%d",
    "h": "%b",
    "n": "\n",
    "r": "%I:%M:%S %p",
    "R": "%H:%M",
    "t": "\t",
    "T": "%H:%M:%S",
    "x": "%m/%d/%y",
    "X": "%H:%M:%S",
}
"""What stands for several conversions, in the locale C."""


def datetime_format(pattern: str, type: DataType, call: Call) -> Callable[..., str]:
    """Return the function that writes a date, time or dateTime by a strftime pattern; further
    arguments are ignored.

        Raises UnsupportedError for conversions that POSIX does not have or that the type does not
        carry (``%H`` of a date).
    """
    parts: list[str | Callable[[Moment], str]] = []
    pieces = re.split(r"(%(?s:.)|%\Z)", pattern)
    pending = list(reversed(pieces))
    while pending:
        piece = pending.pop()
        if not piece.startswith("%"):
            parts.append(piece)
            continue
        letter = piece[1:]
        if letter == "%":
            parts.append("%")
        elif letter in _SHORT:
            pending.extend(reversed(re.split(r"(%.)", _SHORT[letter])))
        elif letter in _OF_DATE and type != TIME:
            parts.append(_OF_DATE[letter])
        elif letter in _OF_TIME and type != DATE:
            parts.append(_OF_TIME[letter])
        else:
            raise call.unsupported(
                f"pattern {pattern!r:.80}: {piece} has no meaning for a {type.name}"
            )

    def write(value: Any, *_: Any) -> str:
        try:
            moment = to_python(value, type)
        except (OverflowError, ValueError) as error:
            raise EvaluationError(f"function {call.name!r}: {error}") from error
        return "".join(part if isinstance(part, str) else part(moment) for part in parts)

    return write

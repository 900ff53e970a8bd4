"""A formula as people read it: text and numbers, kept apart so that a view can shorten them."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pmmlkit.xml.lexical import format_number, parse_number

__all__ = [
    "Formula",
    "Listing",
    "Names",
    "Part",
    "literal",
    "number_text",
    "quoted",
    "value_of",
]

_DIGITS: Final = 6
_PLAIN_NAME: Final = re.compile(r"[^\W\d][\w.]*")
_INTEGER: Final = re.compile(r"[+-]?(0|[1-9][0-9]{0,14})")
_TEXT_TYPES: Final = frozenset(["string", "date", "time", "dateTime"])


@dataclass(frozen=True, slots=True)
class Listing:
    """Items of a formula that a view may leave out from the end: categories, bins, rows.

    `shown` is how many stay.
    """

    items: tuple[tuple[str | int | float, ...], ...]
    separator: str = ", "
    shown: int = 4


Part = str | int | float | Listing


@dataclass(frozen=True, slots=True)
class Formula:
    """Parts of text, numbers, and lists of such parts, in the order in which they are read."""

    parts: tuple[Part, ...]

    def text(self, *, full: bool = True) -> str:
        """Return the formula; unless `full`, numbers have six digits and lists are cut."""
        return "".join(self._pieces(full))

    def _pieces(self, full: bool) -> Iterator[str]:
        for part in self.parts:
            if not isinstance(part, Listing):
                yield part if isinstance(part, str) else number_text(part, full=full)
                continue
            # One item more takes no more room than the words that one was left out.
            is_whole = full or len(part.items) <= part.shown + 1
            shown = len(part.items) if is_whole else part.shown
            for position, item in enumerate(part.items[:shown]):
                yield part.separator if position else ""
                for piece in item:
                    yield piece if isinstance(piece, str) else number_text(piece, full=full)
            if shown < len(part.items):
                yield f"{part.separator}... {len(part.items) - shown} more"

    def __str__(self) -> str:
        return self.text()


def number_text(value: int | float, *, full: bool) -> str:
    """Write a number: all its digits, or six and those before the point."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if full or isinstance(value, int) or not math.isfinite(value) or value.is_integer():
        return format_number(value)
    if 1e6 <= abs(value) < 1e15:
        return f"{value:.0f}"
    return f"{value:.{_DIGITS}g}"


def quoted(text: str) -> str:
    """Write a text in double quotes."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def value_of(text: str | None) -> str | int | float | None:
    """Return the number that a text is, else the text."""
    if text is None:
        return None
    if _INTEGER.fullmatch(text):
        return int(text)
    try:
        return parse_number(text)
    except ValueError:
        return text


def literal(text: Any, type: str | None) -> str | int | float:
    """Return a constant of a document as a part: texts in quotes, numbers as numbers."""
    if text is None:
        return "?"
    if not isinstance(text, str):
        return text if isinstance(text, int | float) else str(text)
    if type in _TEXT_TYPES:
        return quoted(text)
    value = value_of(text)
    if isinstance(value, str) and value not in ("true", "false"):
        return quoted(value)
    return "?" if value is None else value


@dataclass(frozen=True, slots=True)
class Names:
    """How fields are written, and of which dataType they are, as far as it is known."""

    types: Mapping[str, str] = field(default_factory=dict)

    def field(self, name: str | None) -> str:
        """Write the name of a field; names that are no plain words stand in backticks."""
        if name is None:
            return "?"
        return name if _PLAIN_NAME.fullmatch(name) else f"`{name}`"

    def fields(self, names: Iterable[str | None]) -> str:
        """Write several names."""
        return ", ".join(self.field(name) for name in names)

    def literal(self, name: str | None, text: Any) -> str | int | float:
        """Return a value that stands beside a field as a part."""
        return literal(text, self.types.get(name or ""))

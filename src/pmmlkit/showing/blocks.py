"""What a view is made of: headings, pairs, grids and formulas; text and HTML both write them."""

from __future__ import annotations

from dataclasses import dataclass

from pmmlkit.showing.facts import Value
from pmmlkit.showing.formula import Formula, number_text

__all__ = ["Block", "Formulas", "Grid", "Heading", "Note", "Pairs", "cell_text"]


@dataclass(frozen=True, slots=True)
class Heading:
    """The title of what follows; level 1 is the document, 2 a part of it, 3 a part of a part."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Pairs:
    """Names with one value each."""

    items: tuple[tuple[str, Value], ...]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table; columns without any value are not shown, of more than `most` rows the first."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    title: str = ""
    most: int = 12


@dataclass(frozen=True, slots=True)
class Formulas:
    """What is defined, by what, and its type."""

    items: tuple[tuple[str, Formula, str | None], ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence."""

    text: str


Block = Heading | Pairs | Grid | Formulas | Note


def cell_text(value: Value, *, full: bool) -> str:
    """Write one value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Formula):
        return value.text(full=full)
    return value if isinstance(value, str) else number_text(value, full=full)

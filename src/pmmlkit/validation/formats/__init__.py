"""How reports are written: a module for each format, and the table of them.

A format is a function of the checked documents to the parts of a text. It takes a document as it
comes and gives what can be said by then, so that nothing is held that need not be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from types import MappingProxyType
from typing import Final

from pmmlkit.validation.formats.github import github
from pmmlkit.validation.formats.json_list import json_list
from pmmlkit.validation.formats.junit import junit
from pmmlkit.validation.formats.sarif import sarif
from pmmlkit.validation.formats.text import text
from pmmlkit.validation.report import Report, Unreadable

__all__ = ["FORMATS", "Format", "format_of"]

Format = Callable[[Iterable[Report | Unreadable]], Iterator[str]]

FORMATS: Final[MappingProxyType[str, Format]] = MappingProxyType(
    {"text": text, "json": json_list, "sarif": sarif, "junit": junit, "github": github}
)
"""The formats by the names that a user gives them."""


def format_of(name: str, *, color: bool = False, summary: bool = True) -> Format:
    """Return the format of a name; `color` and `summary` are for people, so for text alone."""
    return partial(text, color=color, summary=summary) if name == "text" else FORMATS[name]

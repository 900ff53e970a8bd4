"""Checking the documents that a command names, one after the other."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator

import click

from pmmlkit.cli.document_files import document_files
from pmmlkit.errors import DataError
from pmmlkit.validation import Report, validate
from pmmlkit.validation.report import Unreadable

__all__ = ["Verdict", "checked"]

_HAS_ERRORS, _UNREADABLE = 1, 4


class Verdict:
    """The exit code for the documents that pass by; `quiet` keeps back those without errors."""

    def __init__(self, *, quiet: bool) -> None:
        self.code = 0
        self._quiet = quiet

    def passed(self, items: Iterable[Report | Unreadable]) -> Iterator[Report | Unreadable]:
        """Yield the documents that are to be told of."""
        for item in items:
            if isinstance(item, Unreadable):
                self.code = _UNREADABLE
            elif not item.ok:
                self.code = max(self.code, _HAS_ERRORS)
            elif self._quiet:
                continue
            yield item


def checked(
    names: Iterable[str],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    *,
    strict: bool,
    portable: bool,
) -> Iterator[Report | Unreadable]:
    """Yield the report of each document; no document is held when the next is read.

    What cannot be read is told at once, on standard error.
    """
    for file in document_files(names):
        item = file if isinstance(file, Unreadable) else _report(file, strict, portable)
        if isinstance(item, Unreadable):
            click.echo(f"pmmlkit: {item.message}", err=True)
            yield item
        else:
            yield item.selected(select, ignore)


def _report(file: str, strict: bool, portable: bool) -> Report | Unreadable:
    source = sys.stdin.buffer if file == "-" else file
    try:
        return validate(source, strict=strict, portable=portable)
    except DataError as error:
        return Unreadable(file, error.message)

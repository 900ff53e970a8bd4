"""Options that several commands share."""

from __future__ import annotations

import click

from pmmlkit.tables.formats import FORMATS

__all__ = ["FORMAT", "one_character"]

FORMAT = click.Choice(FORMATS)

_NAMED = {"tab": "\t", r"\t": "\t", "space": " ", "comma": ",", "semicolon": ";"}


def one_character(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """Take one character, or the name of one that is hard to type."""
    if value is None:
        return None
    text = _NAMED.get(value, value)
    if len(text) != 1 or text in '"\r\n\0':
        raise click.BadParameter(f"{value!r} is no single character; try ';' or tab")
    return text

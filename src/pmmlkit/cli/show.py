"""`pmmlkit show`: what is in a document."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from functools import partial
from typing import Final

import click

from pmmlkit.errors import LimitError, MarkupError, PmmlError, UnsupportedError

__all__ = ["command"]

_PLAIN: Final = str.maketrans({"├": "|", "└": "`", "─": "-", "│": "|"})
"""For outputs that cannot take the lines of a tree."""


@click.command(name="show")
@click.argument("document", metavar="MODEL")
@click.option(
    "--tree",
    metavar="N",
    type=click.IntRange(1),
    help="Draw the N-th tree of the document, counted from 1 through all models.",
)
@click.option(
    "--depth",
    metavar="D",
    type=click.IntRange(0),
    help="Draw no nodes deeper than D; the root has depth 0.",
)
@click.option("--json", "as_json", is_flag=True, help="Print all of it as JSON, for programs.")
@click.option("--full", is_flag=True, help="Shorten nothing: all rows, all digits, long lines.")
def command(document: str, tree: int | None, depth: int | None, as_json: bool, full: bool) -> int:
    """Show what is in a PMML document: fields, formulas, models, outputs, needs and findings.

    MODEL is a file (.pmml, .xml, or .gz of one), or - for the standard input. It need not be fit to
    be evaluated; why it is not, is shown.

    \b
      pmmlkit show model.pmml
      pmmlkit show forest.pmml --tree 3 --depth 2
      pmmlkit show model.pmml --json
    """
    from pmmlkit.showing import show

    if depth is not None and tree is None:
        raise click.UsageError("--depth limits what --tree draws: it needs --tree")
    try:
        shown = show(sys.stdin.buffer if document == "-" else document)
    except (MarkupError, UnsupportedError, LimitError) as error:
        raise _named(error, document) from error
    if tree is None:
        bold = partial(click.style, bold=True)
        _print([shown.to_json()] if as_json else shown.lines(full=full, bold=bold))
    elif tree > shown.trees:
        raise click.UsageError(f"there is no tree {tree}: the document has {shown.trees:,}")
    elif as_json:
        _print([shown.tree_json(tree, depth=depth)])
    else:
        _print(shown.tree_lines(tree, depth=depth, full=full))
    return 0


def _named(error: PmmlError, document: str) -> PmmlError:
    """Return the error with the file's name before its message."""
    return type(error)(f"{document}: {error}")


def _print(lines: Iterable[str]) -> None:
    """Print lines; what the output's encoding cannot write becomes plain or is escaped."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        try:
            line.encode(encoding)
        except UnicodeEncodeError:
            escaped = line.translate(_PLAIN).encode(encoding, "backslashreplace")
            click.echo(escaped.decode(encoding))
        else:
            click.echo(line)

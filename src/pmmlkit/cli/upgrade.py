"""`pmmlkit upgrade`: rewrite a document in another version of PMML."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from pmmlkit.cli.documents import DOCUMENT
from pmmlkit.errors import LimitError, MarkupError, UnsupportedError

if TYPE_CHECKING:
    from pmmlkit.upgrading import Upgrade

__all__ = ["command"]

_VERSIONS = ("4.1", "4.2", "4.2.1", "4.3", "4.4", "4.4.1")
_LEFT_OVER = 1


@click.command(name="upgrade")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--to",
    type=click.Choice(_VERSIONS),
    default="4.4",
    show_default=True,
    help="The version of PMML to write.",
)
@click.option("--overwrite", is_flag=True, help="Let NEW be the file that OLD is.")
@click.option("--quiet", is_flag=True, help="Print only what could not be done.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, change by change.")
def command(old: str, new: str, to: str, overwrite: bool, quiet: bool, as_json: bool) -> int:
    """Rewrite a PMML document of any version as one of PMML 4.4, which scores the same.

    OLD and NEW are files (.pmml, .xml, or .gz of one), or - for the standard input and output. What
    was renamed, removed or deprecated is rewritten, and defaults that changed are made explicit;
    the report says what was changed, and what could not be. With --to an older version nothing may
    be lost: markup that it lacks is an error, and nothing is written.

    The report goes to the standard output, or to the standard error if NEW is -. The exit code is 1
    if something could not be done; the document is written all the same.
    """
    from pmmlkit.upgrading import upgrade

    if not overwrite and _is_same_file(old, new):
        raise click.UsageError(f"{new} is the input; choose another name, or say --overwrite")
    try:
        done = upgrade(sys.stdin.buffer if old == "-" else old, to)
    except (MarkupError, UnsupportedError, LimitError) as error:
        click.echo(f"pmmlkit: {old}: {error}", err=True)
        return DOCUMENT
    if new == "-":
        stream = sys.stdout.buffer
        for block in done.document.blocks():
            stream.write(block)
        stream.flush()
    else:
        done.document.write(new)
    text = _report(done, quiet=quiet, as_json=as_json)
    if text:
        click.echo(text, err=new == "-")
    return _LEFT_OVER if done.remaining else 0


def _is_same_file(old: str, new: str) -> bool:
    try:
        return "-" not in (old, new) and os.path.samefile(old, new)
    except OSError:
        return False


def _report(done: Upgrade, *, quiet: bool, as_json: bool) -> str:
    if as_json:
        return done.to_json()
    if not quiet:
        return str(done)
    return "\n".join(done.remaining_lines)

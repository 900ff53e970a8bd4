"""`pmmlkit validate`: check documents."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

import click

from pmmlkit.errors import DataError

if TYPE_CHECKING:
    from pmmlkit.validation import Report

__all__ = ["command"]


@click.command(name="validate")
@click.argument("documents", nargs=-1, required=True, metavar="MODEL...")
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
@click.option("--quiet", is_flag=True, help="Print only documents that have errors.")
def command(documents: tuple[str, ...], format: str, quiet: bool) -> int:
    """Check PMML documents and say all that is wrong with them, with line numbers.

    MODEL is a file (.pmml, .xml, or .gz of one), or - for the standard input. The exit code is 1 if
    any document has an error; warnings do not count.
    """
    from pmmlkit.validation import validate

    reports: list[Report] = []
    unreadable = False
    for name in documents:
        try:
            reports.append(validate(sys.stdin.buffer if name == "-" else name))
        except DataError as error:
            unreadable = True
            click.echo(f"pmmlkit: {error}", err=True)
            continue
        if format == "text" and not (quiet and reports[-1].ok):
            click.echo(str(reports[-1]))
    if format == "json":
        shown = [report for report in reports if not (quiet and report.ok)]
        click.echo(json.dumps([json.loads(report.to_json()) for report in shown], indent=2))
    if unreadable:
        return 4
    return 0 if all(report.ok for report in reports) else 1

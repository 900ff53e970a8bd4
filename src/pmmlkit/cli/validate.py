"""`pmmlkit validate`: check documents."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import click

from pmmlkit.errors import DataError
from pmmlkit.whole_file import whole_file

__all__ = ["command"]

_FORMATS = ("text", "json", "sarif", "junit", "github")


@click.command(name="validate")
@click.argument("documents", nargs=-1, metavar="MODEL...")
@click.option(
    "--format",
    "format",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How to write the findings: for people, for programs, for code scanning, as results of "
    "tests, as annotations of GitHub Actions.",
)
@click.option(
    "--output",
    metavar="FILE",
    default="-",
    help="Write to a file, whole or not at all.  [default: standard output]",
)
@click.option(
    "--select",
    "selected",
    multiple=True,
    metavar="CODES",
    help="Tell only findings of these codes, as PMML204 or PMML2,PMML100; may be given several "
    "times.",
)
@click.option(
    "--ignore",
    "ignored",
    multiple=True,
    metavar="CODES",
    help="Do not tell findings of these codes, even if they are selected.",
)
@click.option(
    "--strict",
    is_flag=True,
    help="Vendors' markup (x- and X-) is an error, and so is other unknown markup.",
)
@click.option(
    "--portable", is_flag=True, help="Tell too what JPMML-Evaluator and PMML4S do not evaluate."
)
@click.option(
    "--explain",
    "explained",
    multiple=True,
    metavar="CODE",
    help="Say what a code means, with a bad and a good example; needs no MODEL.",
)
@click.option("--quiet", is_flag=True, help="Tell only of documents that have errors; no summary.")
@click.pass_context
def command(
    context: click.Context,
    documents: tuple[str, ...],
    format: str,
    output: str,
    selected: tuple[str, ...],
    ignored: tuple[str, ...],
    strict: bool,
    portable: bool,
    explained: tuple[str, ...],
    quiet: bool,
) -> int:
    """Check PMML documents and say all that is wrong with them, with line numbers.

    MODEL is a file (.pmml, .xml, or .gz of one), a folder, or - for the standard input. Of a folder
    all documents in it and below it are checked: .pmml, .pmml.gz, and .xml with the root PMML.

    The exit code is 1 if a finding is an error (warnings are none), 4 if a file cannot be read; the
    other files are checked all the same.

    \b
      pmmlkit validate model.pmml
      pmmlkit validate models --ignore PMML2 --format sarif --output pmml.sarif
      pmmlkit validate --explain PMML204
    """
    from pmmlkit.cli.checking import Verdict, checked
    from pmmlkit.validation.formats import format_of
    from pmmlkit.validation.report import code_prefixes

    if explained:
        if documents:
            raise click.UsageError("--explain says what a code means, and checks no MODEL")
        _explain(explained)
        return 0
    if not documents:
        argument = next(item for item in context.command.params if item.name == "documents")
        raise click.MissingParameter(ctx=context, param=argument)
    select, ignore = code_prefixes(selected), code_prefixes(ignored)
    verdict = Verdict(quiet=quiet)
    reports = checked(documents, select, ignore, strict=strict, portable=portable)
    color = output == "-" and _has_colors()
    written = format_of(format, color=color, summary=not quiet)
    parts = written(verdict.passed(reports))
    if output != "-":
        _write(parts, output)
    elif format == "text":
        _print(parts, color)
    else:
        for part in parts:
            click.echo(_bytes(part), nl=False)
    return verdict.code


def _explain(codes: Iterable[str]) -> None:
    from pmmlkit.validation.rules import explain

    click.echo("\n".join(explain(code) for code in codes), nl=False)


def _has_colors() -> bool:
    """Tell whether people look on. Specification: no-color.org."""
    return sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.getenv("TERM") != "dumb"


def _print(parts: Iterable[str], color: bool) -> None:
    """Print for people, whatever characters their terminal has."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    for part in parts:
        shown = part.encode(encoding, "backslashreplace").decode(encoding)
        click.echo(shown, nl=False, color=color)


def _bytes(part: str) -> bytes:
    # Names of files may have bytes that are no characters.
    return part.encode("utf-8", "backslashreplace")


def _write(parts: Iterable[str], output: str) -> None:
    try:
        with _created(Path(output)) as stream:
            for part in parts:
                stream.write(_bytes(part))
    except OSError as error:
        raise DataError(f"cannot write {output}: {error.strerror or error}") from error


@contextmanager
def _created(target: Path) -> Iterator[BinaryIO]:
    if target.exists() and not target.is_file() and not target.is_dir():
        with open(target, "wb") as stream:  # a device or a pipe
            yield stream
    else:
        with whole_file(target) as whole:
            yield whole

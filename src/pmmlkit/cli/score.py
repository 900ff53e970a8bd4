"""`pmmlkit score`: a table in, its results out, in chunks with constant memory."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pmmlkit.cli.documents import read_model
from pmmlkit.cli.options import FORMAT, one_character
from pmmlkit.errors import DataError, EvaluationError

if TYPE_CHECKING:
    from pmmlkit.model import Model
    from pmmlkit.tables.frames import Table
    from pmmlkit.tables.results import Cells

__all__ = ["command"]

_PROGRESS_EVERY = 200_000

_ABSENT = (
    "is the first line a header with these names? --absent missing takes absent columns as missing "
    "values"
)


@click.command(name="score")
@click.argument("document", metavar="MODEL")
@click.argument("source", metavar="[INPUT]", default="-")
@click.argument("target", metavar="[OUTPUT]", default="-")
@click.option("--model", "name", help="Which of several models of the document, by its name.")
@click.option("--input-format", type=FORMAT, help="If the name of INPUT does not say.")
@click.option("--output-format", type=FORMAT, help="If the name of OUTPUT does not say.")
@click.option(
    "--delimiter",
    callback=one_character,
    metavar="CHARACTER",
    help="Between cells of CSV, such as ';' or tab.  [default: comma; tab for .tsv]",
)
@click.option(
    "--encoding",
    default="utf-8-sig",
    metavar="NAME",
    help="Of INPUT, if it is CSV or JSON lines.  [default: utf-8]",
)
@click.option(
    "--missing",
    "markers",
    multiple=True,
    metavar="TEXT",
    help="A cell that stands for a missing value, such as NA; may be given several times. "
    "An empty cell without quotes always does.",
)
@click.option(
    "--copy",
    "copied",
    multiple=True,
    metavar="COLUMN",
    help="Carry a column of INPUT along; may be given several times; 'all' for every one.",
)
@click.option(
    "--errors",
    type=click.Choice(["raise", "column", "skip"]),
    default="raise",
    show_default=True,
    help="For rows that cannot be scored: stop; add a column pmmlkit_error; or leave them out.",
)
@click.option(
    "--absent",
    type=click.Choice(["error", "missing"]),
    default="error",
    show_default=True,
    help="For a column that the model needs and INPUT does not have.",
)
@click.option(
    "--chunk", type=click.IntRange(1), default=10_000, show_default=True, help="Rows at a time."
)
@click.option("--progress/--no-progress", default=None, help="Count rows on standard error.")
def command(
    document: str,
    source: str,
    target: str,
    name: str | None,
    input_format: str | None,
    output_format: str | None,
    delimiter: str | None,
    encoding: str,
    markers: tuple[str, ...],
    copied: tuple[str, ...],
    errors: str,
    absent: str,
    chunk: int,
    progress: bool | None,
) -> int:
    """Score the rows of INPUT with a PMML document, or transform them where it holds no model.

    MODEL is a PMML file. INPUT and OUTPUT are CSV, JSON lines, Parquet or Arrow files by their
    ending, or - for the standard input and output (CSV unless said otherwise). OUTPUT appears
    whole or not at all. Columns are found by their names; those that the model does not know are
    ignored.

    \b
      pmmlkit score model.pmml people.csv results.csv
      pmmlkit score model.pmml people.parquet - --copy id | head
    """
    from pmmlkit.tables.files import open_result, read_tables
    from pmmlkit.tables.formats import format_of

    model = read_model(document, name)
    reading = format_of(source, input_format)
    is_pipe = target == "-" or (Path(target).exists() and not Path(target).is_file())
    default = (reading if reading in ("csv", "tsv", "jsonl") else "csv") if is_pipe else None
    writing = format_of(target, output_format or default)
    tables = read_tables(
        source, reading, rows=chunk, delimiter=delimiter, encoding=encoding, missing=markers
    )
    tables = model.in_parts(tables)
    if progress is None:
        progress = sys.stderr.isatty() and target != "-"
    failed = 0
    with (
        open_result(target, writing, delimiter=delimiter) as writer,
        contextlib.closing(_counted(tables, progress)) as counted,
    ):
        for table, first in counted:
            columns, bad = _scored(model, table, first, errors, absent, copied)
            failed += bad
            writer.write(columns)
    if failed:
        done = (
            "are left out"
            if errors == "skip"
            else "have a reason in pmmlkit_error instead of a result"
        )
        click.echo(f"pmmlkit: {failed:,} rows could not be scored and {done}", err=True)
        return 1
    return 0


def _counted(tables: Iterator[Table], progress: bool) -> Generator[tuple[Table, int]]:
    """Yield each table with the number of rows before it."""
    rows, shown = 0, 0
    try:
        for table in tables:
            yield table, rows
            rows += table.size
            if progress and rows - shown >= _PROGRESS_EVERY:
                shown = rows
                click.echo(f"\r{rows:,} rows", err=True, nl=False)
    finally:
        if progress:
            click.echo(f"\r{rows:,} rows", err=True)


def _scored(
    model: Model, table: Table, first: int, errors: str, absent: str, copied: tuple[str, ...]
) -> tuple[dict[str, Cells], int]:
    from pmmlkit.tables.results import scored_cells

    if absent == "error":
        model.check_columns(table, _ABSENT)
    result = model.run(table, absent="missing")
    if result.errors and errors == "raise":
        row = min(result.errors)
        error = result.errors[row]
        row = row if result.origins is None else int(result.origins[row])
        raise EvaluationError(
            f"{error.message} (--errors column or skip goes on after such rows)",
            element=error.element,
            field=error.field,
            row=first + row,
        ) from error
    columns = _copies(table, copied)
    for field in model.inputs:
        if field.usage == "group":
            columns.pop(field.name, None)  # a result already
    results, kept = scored_cells(result, errors)
    both = [name for name in columns if name in results]
    if both:
        raise DataError(
            f"--copy {both[0]}: a result has the same name; rename the column of the input"
        )
    if kept is not None:
        columns = {name: cells.take(kept) for name, cells in columns.items()}
    return {**columns, **results}, len(result.errors)


def _copies(table: Table, copied: tuple[str, ...]) -> dict[str, Cells]:
    names = table.names if "all" in copied and "all" not in table.names else copied
    unknown = [name for name in names if name not in table.names]
    if unknown and (table.names or table.size):
        raise DataError(
            f"--copy {unknown[0]}: the input has no such column; it has {', '.join(table.names)}"
        )
    return {name: table.cells(name) for name in names if name in table.names}

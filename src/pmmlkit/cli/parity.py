"""`pmmlkit parity`: the same rows through other engines, and where the results differ."""

from __future__ import annotations

import click

from pmmlkit.cli.options import FORMAT
from pmmlkit.tables.formats import format_of

__all__ = ["command"]

_ENGINES = ("jpmml", "pmml4s")


@click.command(name="parity")
@click.argument("document", metavar="MODEL")
@click.argument("source", metavar="INPUT")
@click.option(
    "--against",
    "engines",
    multiple=True,
    type=click.Choice(_ENGINES),
    help="The engine to compare with; may be given several times.  [default: all]",
)
@click.option("--input-format", type=FORMAT, help="If the name of INPUT does not say.")
@click.option("--missing", "markers", multiple=True, metavar="TEXT", help="A cell that is missing.")
@click.option("--rows", type=click.IntRange(1), default=10_000, show_default=True, help="At most.")
@click.option("--rel", type=float, default=1e-9, show_default=True, help="Relative tolerance.")
@click.option(
    "--abs", "absolute", type=float, default=1e-12, show_default=True, help="Absolute tolerance."
)
@click.option(
    "--format",
    "format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How to print the differences.",
)
def command(
    document: str,
    source: str,
    engines: tuple[str, ...],
    input_format: str | None,
    markers: tuple[str, ...],
    rows: int,
    rel: float,
    absolute: float,
    format: str,
) -> int:
    """Score the first rows of INPUT with pmmlkit and with JPMML-Evaluator and PMML4S, and compare.

    MODEL is a PMML file, INPUT a table as `pmmlkit score` reads it.

    Prints for each result column the rows compared, the rows that differ, the largest difference
    and the first row that differs. The exit code is 1 if anything differs. Needs the extra parity:
    pip install "pmmlkit[parity]".
    """
    from pmmlkit.parity import compare
    from pmmlkit.tables.files import read_tables

    tables = read_tables(source, format_of(source, input_format), rows=rows, missing=markers)
    table = next(tables)
    columns = {name: table.cells(name).to_list() for name in table.names}
    report = compare(document, columns, engines or _ENGINES, rel=rel, abs=absolute)
    click.echo(report.to_json() if format == "json" else str(report))
    return 0 if report.ok else 1

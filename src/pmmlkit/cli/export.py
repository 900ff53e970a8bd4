"""`pmmlkit export`: a fitted estimator in a file becomes a PMML document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from pmmlkit.cli.options import FORMAT
from pmmlkit.errors import DataError
from pmmlkit.optional import needed
from pmmlkit.tables.formats import format_of

__all__ = ["command"]


@click.command(name="export")
@click.argument("source", metavar="ESTIMATOR")
@click.argument("target", metavar="MODEL")
@click.option(
    "--data",
    metavar="FILE",
    help="The data that it was trained on (CSV, Parquet, ...): it names the fields, their types "
    "and categories.",
)
@click.option("--data-format", type=FORMAT, help="If the name of FILE does not say.")
@click.option(
    "--target", "target_names", multiple=True, metavar="COLUMN", help="The target in FILE."
)
@click.option("--name", "model_name", help="The modelName of the document.")
@click.option(
    "--verification",
    type=click.IntRange(1),
    metavar="ROWS",
    help="Embed so many rows of FILE with their predictions, for `Model.verify`.",
)
@click.option(
    "--allow-pickle",
    is_flag=True,
    help="Read .pkl and .joblib files. A pickle can run any code: use it for your own files only.",
)
@click.option(
    "--trust",
    "trusted",
    multiple=True,
    metavar="TYPE",
    help="A type that a .skops file may hold besides the usual ones; may be given several times.",
)
def command(
    source: str,
    target: str,
    data: str | None,
    data_format: str | None,
    target_names: tuple[str, ...],
    model_name: str | None,
    verification: int | None,
    allow_pickle: bool,
    trusted: tuple[str, ...],
) -> None:
    """Write a fitted scikit-learn estimator as a PMML document.

    ESTIMATOR is a .skops file, or a .pkl or .joblib file with --allow-pickle. MODEL is the PMML
    file to write; it appears whole or not at all.

    \b
      pmmlkit export churn.skops churn.pmml --data train.csv --target churned
    """
    from pmmlkit.exporters.export import export
    from pmmlkit.exporters.files import load_estimator

    X, y = (None, None) if data is None else _training_data(data, data_format, target_names)
    if X is None and (target_names or verification):
        raise click.UsageError("--target and --verification need --data")
    estimator = load_estimator(source, allow_pickle=allow_pickle, trusted=trusted)
    rows = None if verification is None or X is None else X.iloc[:verification]
    document = export(estimator, X=X, y=y, verification=rows, model_name=model_name)
    document.write(target)


def _training_data(path: str, stated: str | None, targets: Sequence[str]) -> tuple[Any, Any]:
    """Read the table as scikit-learn takes it: a pandas frame, and the target columns apart."""
    pandas = needed("pandas", "sklearn", "Reading training data")
    format = format_of(path, stated)
    readers = {
        "csv": pandas.read_csv,
        "tsv": lambda name: pandas.read_csv(name, sep="\t"),
        "jsonl": lambda name: pandas.read_json(name, lines=True),
        "parquet": pandas.read_parquet,
        "arrow": pandas.read_feather,
    }
    try:
        frame = readers[format](path)
    except (OSError, ValueError) as error:
        raise DataError(f"cannot read {path}: {error}") from error
    unknown = [name for name in targets if name not in frame.columns]
    if unknown:
        known = ", ".join(map(str, frame.columns))
        raise DataError(f"--target {unknown[0]}: {path} has no such column; it has {known}")
    X = frame.drop(columns=list(targets))
    if not targets:
        return X, None
    return X, frame[targets[0]] if len(targets) == 1 else frame[list(targets)]

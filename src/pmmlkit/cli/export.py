"""`pmmlkit export`: a fitted estimator in a file becomes a PMML document."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from pmmlkit.cli.options import FORMAT
from pmmlkit.cli.progress import size_text, stage
from pmmlkit.errors import DataError
from pmmlkit.optional import needed
from pmmlkit.tables.formats import format_of

__all__ = ["command"]

_DIFFERENT = 1


@click.command(name="export")
@click.argument("source", metavar="ESTIMATOR")
@click.argument("target", metavar="MODEL")
@click.option(
    "--data",
    metavar="FILE",
    help="The data that it was trained on (CSV, Parquet, ...): it names the fields, their types "
    "and categories, and the document is checked with it.",
)
@click.option("--data-format", type=FORMAT, help="If the name of FILE does not say.")
@click.option(
    "--schema",
    "schema_path",
    metavar="JSON",
    help='Names and types of columns: {"age": "integer"}, or for Spark what df.schema.json() '
    "gives.",
)
@click.option(
    "--target",
    "target_names",
    multiple=True,
    metavar="COLUMN",
    help="The target in FILE; without --data, its name.",
)
@click.option(
    "--check/--no-check",
    default=None,
    help="Compare up to 1,000 rows of FILE, scored with the document, with what the estimator "
    "says of them; nothing is written if they differ.  [default: with --data]",
)
@click.option(
    "--fields",
    "fields_path",
    metavar="JSON",
    help="Valid values of columns, and what becomes of missing, invalid and outlying ones: "
    '{"age": {"type": "continuous", "low": 0, "missing": 38}}.',
)
@click.option("--name", "model_name", help="The modelName of the document.")
@click.option("--model-version", help="The modelVersion of the document.")
@click.option("--description", help="The description in the Header.")
@click.option("--copyright", help="The copyright in the Header.")
@click.option(
    "--timestamp", help="When the model was made; without it, equal models give equal documents."
)
@click.option(
    "--build-task/--no-build-task",
    default=False,
    help="Embed the representation of the estimator and the versions of the libraries.",
)
@click.option(
    "--statistics/--no-statistics",
    default=False,
    help="Embed counts, quantiles and frequencies of the columns of FILE.",
)
@click.option(
    "--importances/--no-importances",
    default=True,
    show_default=True,
    help="Embed how much each column counts, where the estimator says it.",
)
@click.option(
    "--compact/--no-compact",
    default=True,
    show_default=True,
    help="Trees with an element for each leaf, or for each node.",
)
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
    check: bool | None,
    schema_path: str | None,
    fields_path: str | None,
    verification: int | None,
    statistics: bool,
    allow_pickle: bool,
    trusted: tuple[str, ...],
    **options: Any,
) -> int:
    """Write a fitted estimator as a PMML document.

    ESTIMATOR is a .skops file, a model as XGBoost (.json, .ubj), LightGBM (.txt) or CatBoost (.cbm,
    .json) saves it, the folder that Spark ML has saved a pipeline to (or a .zip of it), or a .pkl
    or .joblib file with --allow-pickle. MODEL is the PMML file to write; it appears whole or not at
    all, and compressed if it ends in .gz.

    \b
      pmmlkit export churn.skops churn.pmml --data train.csv --target churned
      pmmlkit export churn_spark/ churn.pmml --schema schema.json

    Columns of FILE that the estimator was not trained on are left out. The exit code is 1 if the
    document and the estimator differ.
    """
    from pmmlkit.cli.fields_file import read_fields
    from pmmlkit.cli.schema_file import read_schema, schema_of_data
    from pmmlkit.exporters.export import export
    from pmmlkit.exporters.files import is_saved_by_spark, load_estimator

    schema = None if schema_path is None else read_schema(schema_path)
    fields = None if fields_path is None else read_fields(fields_path)
    if is_saved_by_spark(source):
        given = {
            "--target": target_names,
            "--check": check,
            "--verification": verification,
            "--statistics": statistics,
            "--allow-pickle": allow_pickle,
            "--trust": trusted,
        }
        _refuse(given)
        if schema is None and data is not None:
            schema = schema_of_data(data, data_format)
        with stage(f"converting {source}"):
            document = export(Path(source), schema=schema, fields=fields, **options)
        return _write(document, target)
    for option, is_given in (
        ("--verification", verification),
        ("--statistics", statistics),
        ("--check", check),
    ):
        if is_given and data is None:
            raise click.UsageError(f"{option} needs --data")
    if len(target_names) > 1 and data is None:
        raise click.UsageError("several --target need --data")
    with stage(f"reading {source}{_size(source)}"):
        estimator = load_estimator(source, allow_pickle=allow_pickle, trusted=trusted)
    X: Any = None
    y: Any = target_names[0] if target_names else None
    if data is not None:
        with stage(f"reading {data}{_size(data)}"):
            X, y = _training_data(data, data_format, target_names, estimator)
    with stage(f"converting {type(estimator).__name__}"):
        document = export(
            estimator,
            X=X,
            y=y,
            schema=schema,
            fields=fields,
            verification=None if verification is None else X.iloc[:verification],
            statistics=statistics,
            **options,
        )
    if X is not None and check is not False:
        with stage("checking the document"):
            code = _check(document, estimator, X, fields, is_asked=check is True)
        if code:
            return code
    return _write(document, target)


def _refuse(given: Mapping[str, object]) -> None:
    """Raise UsageError for an option that has no meaning for a pipeline of Spark."""
    for option, value in given.items():
        if value:
            raise click.UsageError(
                f"{option} is not for what Spark has saved: its pipeline names the target, and "
                "without Spark nothing can be predicted or counted; --schema or --data give the "
                "names and types of the columns"
            )


def _write(document: Any, target: str) -> int:
    with stage(f"writing {target}") as now:
        document.write(target)
        now.words += _size(target)
    return 0


def _size(path: str) -> str:
    return f" ({size_text(os.path.getsize(path))})" if os.path.isfile(path) else ""


def _check(document: Any, estimator: Any, X: Any, fields: Any, *, is_asked: bool) -> int:
    """Return the exit code of a document that is held against the estimator."""
    from pmmlkit.exporters.checking import Difference, Unchecked, check_document

    try:
        check_document(document, estimator, X, fields=fields)
    except Difference as error:
        click.echo(f"pmmlkit: {error.message}; nothing was written (see --no-check)", err=True)
        return _DIFFERENT
    except Unchecked as error:
        if is_asked:
            raise
        click.echo(f"pmmlkit: the document was not checked: {error.message}", err=True)
    return 0


def _training_data(
    path: str, stated: str | None, targets: Sequence[str], estimator: Any
) -> tuple[Any, Any]:
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
    known = ", ".join(map(str, frame.columns))
    unknown = [name for name in targets if name not in frame.columns]
    if unknown:
        raise DataError(f"--target {unknown[0]}: {path} has no such column; it has {known:.500}")
    X = _known_columns(frame.drop(columns=list(targets)), path, estimator)
    if not targets:
        return X, None
    return X, frame[targets[0]] if len(targets) == 1 else frame[list(targets)]


def _known_columns(frame: Any, path: str, estimator: Any) -> Any:
    """Return the columns that the estimator was fitted on; raise DataError where they are not
    there.
    """
    from pmmlkit.exporters.schema import fitted_names

    names = fitted_names(estimator) or []
    lacking = [name for name in names if name not in frame.columns]
    if names and not lacking:
        return frame[names]
    if 0 < len(lacking) < len(names):
        raise DataError(
            f"{path} lacks the column {lacking[0]!r}, on which the estimator was fitted"
        )
    count = len(names) or getattr(estimator, "n_features_in_", frame.shape[1])
    if count != frame.shape[1]:
        have = ", ".join(map(str, frame.columns))
        raise DataError(
            f"{path} has {frame.shape[1]} columns beside the target ({have:.500}), but the "
            f"estimator was fitted on {count}: leave out others, and name the target with --target"
        )
    return frame

"""What was traced is held against the real function, on rows, before a document is written."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError, PmmlError
from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.features import Feature, InputField, is_missing_value
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.tracing.failing import line_of
from pmmlkit.exporters.tracing.rows import Rows, raw_table
from pmmlkit.exporters.transformations import transformations_of
from pmmlkit.language.document import PMML, Document, Header

__all__ = ["Unchecked", "checked", "evaluated"]

TOLERANCE = 1e-9
SINGLE_TOLERANCE = 1e-5
"""Columns of single precision are computed in double precision."""


class Unchecked(Exception):
    """The real function fails on the rows; the text says how."""


def checked(
    title: str,
    function: Callable[[Any], Any],
    features: Sequence[Feature],
    inputs: Sequence[InputField],
    rows: Rows,
    flavour: str,
) -> None:
    """Compare what a function makes of rows with what the features make of them.

    `function` gets the rows as `flavour` says (frame, series, array, vector); the features are made
    of `inputs`. Raises ExportError, which names row, column and both values, where they differ;
    Unchecked where the function itself fails.
    """
    expected = _real(function, raw_table(rows, inputs, flavour))
    found, errors = evaluated(title, features, inputs, rows)
    if len(expected) != len(found):
        raise ExportError(
            f"{title} makes {len(expected)} columns of rows, but {len(found)} when it is traced: "
            "its result depends on the data"
        )
    tolerance = SINGLE_TOLERANCE if _is_single(inputs, rows) else TOLERANCE
    for column, (real, ours) in enumerate(zip(expected, found, strict=True)):
        if len(real) != rows.count:
            raise ExportError(f"{title} gives {len(real)} values for {rows.count} rows")
        for row, (left, right) in enumerate(zip(real, ours, strict=True)):
            if row in errors or not _equal(left, right, tolerance):
                given = {item.name: rows.columns[item.name][row] for item in inputs}
                said = errors.get(row, right)
                raise ExportError(
                    f"{title} gives {left!r} in column {column + 1} for the row {_short(given)}, "
                    f"but as PMML it would be {said!r}: its result is not that of the columns of "
                    "one row alone, or differs from NumPy's rules here"
                )


def _is_single(inputs: Sequence[InputField], rows: Rows) -> bool:
    """Tell whether the function gets columns of single precision."""
    if rows.frame is not None:
        return any(str(kind).lower() in ("float32", "float") for kind in rows.frame.dtypes)
    return any(item.data_type == "float" for item in inputs)


def _short(row: dict[str, Any]) -> str:
    text = ", ".join(f"{name}={value!r}" for name, value in list(row.items())[:6])
    return f"({text}{', ...' if len(row) > 6 else ''})"


def _real(function: Callable[[Any], Any], table: Any) -> list[list[Any]]:
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            result = function(table)
    except Exception as error:
        line = line_of(error.__traceback__)
        raise Unchecked(
            f"{type(error).__name__}: {error}" + (f" ({line})" if line else "")
        ) from error
    return _columns(result)


def _columns(result: Any) -> list[list[Any]]:
    if hasattr(result, "toarray"):
        result = result.toarray()
    if hasattr(result, "iloc"):
        if result.ndim == 1:
            return [result.tolist()]
        return [result.iloc[:, at].tolist() for at in range(result.shape[1])]
    array = np.asarray(result)
    if array.ndim == 1:
        return [array.tolist()]
    return [array[:, at].tolist() for at in range(array.shape[1])]


def _equal(left: Any, right: Any, tolerance: float) -> bool:
    if is_missing_value(left) or is_missing_value(right):
        return is_missing_value(left) and is_missing_value(right)
    left = left.total_seconds() if hasattr(left, "total_seconds") else left
    if isinstance(left, int | float) and isinstance(right, int | float):
        a, b = float(left), float(right)
        if math.isinf(a) or math.isinf(b):
            return a == b
        return abs(a - b) <= tolerance * max(1.0, abs(a), abs(b))
    return str(left) == str(right)


def evaluated(
    title: str, features: Sequence[Feature], inputs: Sequence[InputField], rows: Rows
) -> tuple[list[list[Any]], dict[int, str]]:
    """Return the columns that features have for rows, and the rows that fail, by pmmlkit itself."""
    import pmmlkit

    builder = Builder(Schema(tuple(inputs), ()), treatments=False)
    names = [f"result {number}" for number in range(1, len(features) + 1)]
    dictionary = transformations_of(list(features), names, builder)
    root = PMML(
        header=Header(),
        data_dictionary=builder.data_dictionary(()),
        transformation_dictionary=dictionary,
    )
    columns = {item.name: rows.columns[item.name] for item in inputs}
    if not columns:
        return [], {}
    try:
        model = pmmlkit.load(Document(root))
        made = model.transform(columns, errors="column")
    except PmmlError as error:
        raise ExportError(f"{title}: what was traced cannot be computed: {error}") from error
    reasons = _listed(made.pop("pmmlkit_error", []))
    errors = {row: str(reason) for row, reason in enumerate(reasons) if reason is not None}
    # the order is that of the features
    return [_listed(made[name]) for name in made], errors


def _listed(column: Any) -> list[Any]:
    values: list[Any] = column.tolist() if hasattr(column, "tolist") else list(column)
    return [None if is_missing_value(value) else value for value in values]

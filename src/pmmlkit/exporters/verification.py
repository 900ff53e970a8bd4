"""Rows with what the estimator predicts for them, embedded as ModelVerification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import Target
from pmmlkit.exporters.features import is_missing_value, plain
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.tables import column_values, head_of, rows_of
from pmmlkit.exporters.texts import category_text
from pmmlkit.exporters.untreated import untreated_rows
from pmmlkit.language.document import PMML
from pmmlkit.language.inline_table import InlineTable
from pmmlkit.language.row_table import RowTable
from pmmlkit.language.verification import (
    ModelVerification,
    VerificationField,
    VerificationFields,
)

__all__ = ["verification_of"]

PRECISION = 1e-12
"""Relative; sums may be added in another order."""

SINGLE_PRECISION = 1e-6
SINGLE_SHARES = (1e-4, 1e-3)
"""Of numbers that the library computes in single precision; of shares, one of which is what the
others leave of 1, also the largest that counts as 0.
"""

Cells = list[str | None]


def verification_of(
    root: PMML,
    estimator: Any,
    targets: Sequence[Target],
    schema: Schema,
    X: Any,
    rows: Any,
) -> PMML:
    """Return the document with rows to verify it: a table like X, or that many rows of X. Rows of
    which a domain changes or refuses a value are left out: the estimator itself knows no domains.

    Raises ExportError where there is no model, or no X to take rows from.
    """
    if not root.models or not targets:
        raise ExportError("only a document with a model can hold verification rows")
    table = _head(X, int(rows)) if isinstance(rows, int | np.integer) else rows
    names = [item.name for item in schema.inputs]
    if schema.domains:
        fields = root.data_dictionary.data_fields
        kept = untreated_rows(table, names, fields, schema.domains)
        if not kept:
            raise ExportError("fields treat a value in each of the verification rows")
        table = rows_of(table, kept)
    inputs = column_values(table, names)
    model = root.models[0]
    types = {field.name: field.data_type for field in root.data_dictionary.data_fields}
    used = [
        field.name for field in model.mining_schema.mining_fields if field.usage_type == "active"
    ]
    columns: dict[str, Cells] = {
        name: [_cell(value, types[name]) for value in inputs[name]] for name in used
    }
    results, bounds = _results(estimator, targets[0], table, model)
    columns.update(results)
    stated = []
    for name in columns:
        precision, zero = bounds.get(name, (PRECISION, PRECISION))
        stated.append(
            VerificationField(field=name, column=name, precision=precision, zero_threshold=zero)
        )
    size = len(next(iter(columns.values())))
    element = ModelVerification(
        record_count=size,
        field_count=len(stated),
        verification_fields=VerificationFields(verification_fields=tuple(stated)),
        inline_table=InlineTable(rows=RowTable.of(columns)),
    )
    return root.replace(models=(model.replace(model_verification=element), *root.models[1:]))


def _head(X: Any, count: int) -> Any:
    if X is None:
        raise ExportError("verification= with a number of rows needs X=")
    if count < 1:
        raise ExportError("verification= needs at least one row")
    return head_of(X, count)


def _cell(value: Any, data_type: str) -> str | None:
    return None if is_missing_value(value) else category_text(plain(value), data_type)


def _results(
    estimator: Any, target: Target, table: Any, model: Any
) -> tuple[dict[str, Cells], dict[str, tuple[float, float]]]:
    """Return the columns of results, and precision and threshold of zero of those that are coarser
    than the rest.
    """
    predicted = np.ravel(estimator.predict(table))
    columns: dict[str, Cells] = {
        str(target.name): [_cell(it, target.data_type) for it in predicted.tolist()]
    }
    bounds = {}
    if predicted.dtype == np.float32:
        bounds[str(target.name)] = (SINGLE_PRECISION, PRECISION)
    names = _probability_names(model)
    if names:
        shares = np.asarray(estimator.predict_proba(table))
        for name, column in zip(names, shares.astype(np.float64).T.tolist(), strict=True):
            columns[name] = [_cell(it, "double") for it in column]
            if shares.dtype == np.float32:
                bounds[name] = SINGLE_SHARES
    return columns, bounds


def _probability_names(model: Any) -> list[str]:
    """Return the names of the probabilities, which a chain has in its last segment."""
    while model.output is None and hasattr(model, "segmentation"):
        model = model.segmentation.segments[-1].model
    if model.output is None:
        return []
    return [it.name for it in model.output.output_fields if it.feature == "probability"]

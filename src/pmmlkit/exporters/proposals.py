"""Domains that data propose: the range of each number, the categories of each text."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import NUMBERS, Categorical, Continuous, Domain
from pmmlkit.exporters.features import is_missing_value
from pmmlkit.exporters.schema import schema_of
from pmmlkit.exporters.tables import column_values

__all__ = ["domains"]


def domains(
    X: Any,
    *,
    outliers: Literal["extreme", "missing", "asIs"] | None = None,
    invalid: Any = None,
) -> dict[str, Domain]:
    """Propose a domain for each column of a table, for `export`: change what does not fit.

    Parameters
    ----------
    X : (n, columns) table
        pandas, Polars, Arrow, NumPy (columns x1 ... xn) or rows in a list.
    outliers
        What becomes of numbers outside of the range that X has; by default they are invalid.
    invalid
        What becomes of invalid values: ``"refuse"`` (the default), ``"asIs"``, ``"missing"`` or a
        value in their place.

    Returns
    -------
    dict
        `Continuous` from the smallest to the largest finite number, `Categorical` with all texts
        or booleans; nothing for columns without a value, nor for dates.
    """
    if X is None:
        raise ExportError("domains are proposed by data: pass X=")
    inputs = schema_of(None, X).inputs
    columns = column_values(X, [item.name for item in inputs])
    found: dict[str, Domain] = {}
    for item in inputs:
        if item.data_type in NUMBERS:
            cells = [it for it in columns[item.name] if not is_missing_value(it)]
            numbers = np.array(cells, np.float64)
            numbers = numbers[np.isfinite(numbers)]
            if len(numbers):
                low, high = float(numbers.min()), float(numbers.max())
                found[item.name] = Continuous(
                    low=low, high=high, outliers=outliers, invalid=invalid
                )
        elif item.data_type in ("string", "boolean") and item.categories:
            found[item.name] = Categorical(values=item.categories, invalid=invalid)
    return found

"""Columns of the tables that users pass."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["column_values", "head_of", "named_columns", "rows_of"]


def column_values(table: Any, names: Sequence[str]) -> dict[str, list[Any]]:
    """Return the columns of a table by name, as Python objects; those of an array, a sparse matrix
    or rows in a list are called `names`.
    """
    import narwhals as nw

    stated = named_columns(table)
    if stated is not None:
        return {name: stated[name] for name in names}
    frame = nw.from_native(table, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return {name: frame.get_column(name).to_list() for name in names}
    dense = table.toarray() if hasattr(table, "toarray") else table
    array = np.asarray(dense, object)
    return {name: array[:, at].tolist() for at, name in enumerate(names)}


def named_columns(table: Any) -> dict[str, list[Any]] | None:
    """Return the columns of what vectorisers take: texts, one for each row, and dictionaries, whose
    keys are the columns; None for a table.

    A series has its name, other texts are called ``x1``; a key that a row lacks is missing.
    """
    if isinstance(table, list) and table and all(isinstance(row, Mapping) for row in table):
        names = dict.fromkeys(str(key) for row in table for key in row)
        rows = [{str(key): value for key, value in row.items()} for row in table]
        return {name: [row.get(name) for row in rows] for name in names}
    is_plain = isinstance(table, list | tuple | np.ndarray) or hasattr(table, "to_list")
    if not is_plain or len(np.shape(table) if not isinstance(table, list) else ()) > 1:
        return None
    values = table.to_list() if hasattr(table, "to_list") else list(table)
    if not values or not all(isinstance(value, str) or value is None for value in values):
        return None
    name = getattr(table, "name", None)
    return {name if isinstance(name, str) and name else "x1": values}


def head_of(table: Any, count: int) -> Any:
    """Return the first rows of a table."""
    return table.head(count) if hasattr(table, "head") else table[:count]


def rows_of(table: Any, rows: Sequence[int]) -> Any:
    """Return the rows at these positions, as the same kind of table."""
    import narwhals as nw

    frame = nw.from_native(table, eager_only=True, pass_through=True)
    if isinstance(frame, nw.DataFrame):
        return frame[list(rows)].to_native()
    return [table[at] for at in rows] if isinstance(table, list) else table[np.asarray(rows, int)]

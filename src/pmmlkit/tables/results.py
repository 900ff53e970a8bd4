"""Result columns as arrays, and tables of the kind that came in made of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.intake import Coded
from pmmlkit.columns.text import to_python
from pmmlkit.program_result import Result

__all__ = [
    "ERROR_COLUMN",
    "Cells",
    "Rows",
    "as_dict",
    "as_frame",
    "as_pandas",
    "as_rows",
    "input_cells",
    "result_cells",
    "scored_cells",
]

ERROR_COLUMN: Final = "pmmlkit_error"
"""The column of ``errors="column"``: the reason why a row has no result."""

Rows = npt.NDArray[np.intp] | None
"""Positions of rows; None is all of them."""


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of a result on its way out: `values` (n,) and what `kind` of DataType they are.

    Doubles and floats are NaN where there is no value (`missing` tells such rows from results that
    are NaN), integers and booleans masked, all others objects with None. The kind is ``""`` for
    columns of the input that are carried along: they are what their array says, and `source` is the
    Arrow column that they come from, if any. Cells of the kind list hold Python lists of `items`,
    or single items (forecasts of one step).
    """

    values: npt.NDArray[Any]
    kind: str = ""
    source: Any = None
    missing: npt.NDArray[np.bool_] | None = None
    items: str = ""

    def take(self, rows: npt.NDArray[np.intp]) -> Cells:
        """Return the cells at these positions."""
        source = None if self.source is None else self.source.take(rows)
        missing = None if self.missing is None else self.missing[rows]
        return Cells(self.values[rows], self.kind, source, missing, self.items)

    def lists(self) -> list[list[Any] | None]:
        """Return cells of the kind list for tables in which all cells of a column are lists."""
        return [
            item if item is None or isinstance(item, list) else [item]
            for item in self.values.tolist()
        ]

    def to_list(self) -> list[Any]:
        """Return Python objects, None where there is no value."""
        values = self.values
        if values.dtype.kind == "M":
            # Nanoseconds would become bare integers.
            values = values.astype("datetime64[us]")
        items: list[Any] = values.tolist()
        if self.missing is not None:
            return [
                None if gap else item
                for item, gap in zip(items, self.missing.tolist(), strict=True)
            ]
        if values.dtype.kind == "f" and not self.kind:
            return [None if item != item else item for item in items]
        return items


def result_cells(column: Column) -> Cells:
    """Return a result column of n rows as n cells; rows without a usable value have none."""
    kind = column.type.kind
    usable = None if column.state is None else column.is_usable
    if usable is not None and usable.all():
        usable = None
    values = column.values
    if kind in ("double", "float"):
        if usable is not None:
            values = np.where(usable, values, values.dtype.type(np.nan))
        return Cells(values, kind, missing=None if usable is None else ~usable)
    if kind in ("integer", "boolean"):
        if usable is not None:
            values = np.ma.MaskedArray(np.where(usable, values, values.dtype.type(0)), mask=~usable)
        return Cells(values, kind)
    if kind == "string":
        return Cells(column.strings(), kind)
    array = np.full(len(column), None, dtype=object)
    rows = range(len(column)) if usable is None else np.flatnonzero(usable).tolist()
    for row in rows:
        array[row] = to_python(values.item(row), column.type)
    return Cells(array, kind, items="" if column.type.item is None else column.type.item.kind)


def input_cells(values: Any, source: Any = None) -> Cells:
    """Return the values of an input column as cells."""
    if isinstance(values, Coded):
        texts = np.array([*values.categories, None], dtype=object)
        return Cells(texts[values.codes], "string", source)
    if isinstance(values, np.ndarray):
        return Cells(values, "", source)
    return Cells(np.fromiter(values, np.object_, len(values)))


def scored_cells(result: Result, errors: str) -> tuple[dict[str, Cells], Rows]:
    """Return the result columns of a run, and the rows of the table that they are of (None: all).

    A group is its first row. `errors`: ``"column"`` adds `pmmlkit_error` with the reason why a row
    has no result, ``"skip"`` leaves such rows out.
    """
    columns = {name: result_cells(column) for name, column in result.columns.items()}
    if errors == "column":
        reasons = np.full(result.size, None, dtype=object)
        for row, error in result.errors.items():
            reasons[row] = str(error)
        columns[ERROR_COLUMN] = Cells(reasons, "string")
    if errors != "skip" or not result.errors:
        return columns, result.origins
    kept = np.setdiff1d(np.arange(result.size), list(result.errors))
    rows = kept if result.origins is None else result.origins[kept]
    return {name: cells.take(kept) for name, cells in columns.items()}, rows


def as_dict(results: Mapping[str, Cells], rows: Rows) -> dict[str, npt.NDArray[Any]]:
    """Make a dict of arrays; masked ones where values are missing, NaN for doubles and floats."""
    return {name: _masked(cells.values) for name, cells in results.items()}


def _masked(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if values.dtype.kind == "O":
        absent: npt.NDArray[np.bool_] = values == None  # noqa: E711 - item by item
        if absent.any():
            return np.ma.MaskedArray(values, mask=absent)
    return values


def as_rows(results: Mapping[str, Cells], rows: Rows) -> list[dict[str, Any]]:
    """Make a list of dicts of Python values; None where a value is missing."""
    names = list(results)
    columns = [cells.to_list() for cells in results.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def as_pandas(results: Mapping[str, Cells], index: Any) -> Any:
    """Make a pandas frame with this index."""
    import pandas as pd

    texts: Any = pd.Series(["text"]).dtype  # object before pandas 3
    made: dict[str, Any] = {}
    for name, cells in results.items():
        values = cells.values
        if isinstance(values, np.ma.MaskedArray):
            nullable = pd.array(values.data, dtype="boolean" if values.dtype == bool else "Int64")
            nullable[np.ma.getmaskarray(values)] = pd.NA
            made[name] = nullable
        elif cells.kind == "string":
            has_gaps = isinstance(texts, np.dtype) and any(item is None for item in values)
            made[name] = pd.array(values, dtype="string" if has_gaps else texts)
        else:
            made[name] = values
    return pd.DataFrame(made, index=index)


def as_frame(results: Mapping[str, Cells], namespace: Any) -> Any:
    """Make a frame of any library that narwhals knows; null where a value is missing.

    The dtypes are those of the results, whatever the values.
    """
    import narwhals as nw

    dtypes: dict[str, Any] = {
        "string": nw.String(),
        "integer": nw.Int64(),
        "boolean": nw.Boolean(),
        "double": nw.Float64(),
        "float": nw.Float32(),
        "date": nw.Date(),
        "time": nw.Time(),
        "dateTime": nw.Datetime("us"),
    }
    first, *others = [
        nw.new_series(
            name,
            cells.lists() if cells.kind == "list" else _filled(cells),
            nw.List(dtypes[cells.items]) if cells.kind == "list" else dtypes[cells.kind],
            backend=namespace,
        )
        for name, cells in results.items()
    ]
    return first.to_frame().with_columns(*others).to_native()


def _filled(cells: Cells) -> Any:
    values = cells.values
    has_gaps = (
        isinstance(values, np.ma.MaskedArray)
        or values.dtype.kind == "O"
        or cells.missing is not None
    )
    return cells.to_list() if has_gaps else values

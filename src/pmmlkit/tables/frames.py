"""Data in memory: what kind of table a user gave, its columns, and results as the same kind."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from types import NoneType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import DataError
from pmmlkit.tables.results import Cells, Rows, as_dict, as_frame, as_pandas, as_rows, input_cells
from pmmlkit.tables.series import (
    LIBRARIES,
    arrow_values,
    column_values,
    library_of,
    series_values,
)

__all__ = ["Table", "is_row", "joined", "open_table", "refuse_doubled"]


_SCALARS: Final = frozenset({bool, int, float, str, NoneType, np.float64, np.int64})


@dataclass(frozen=True, slots=True)
class Table:
    """A table of `size` rows, independent of where it came from.

    `names` are its columns; `column(name)` gives the values as an array of any dtype (a masked
    array where rows are null, or `Coded` strings); `rebuild` makes a table of the same kind out of
    named results, for all rows or for those at the given positions (which matters to tables that
    have an index); `source(name)` gives the Arrow column itself.
    """

    size: int
    names: tuple[str, ...]
    column: Callable[[str], Any]
    rebuild: Callable[[Mapping[str, Cells], Rows], Any]
    source: Callable[[str], Any] | None = None

    def cells(self, name: str) -> Cells:
        """Return a column as it is, to go along with the results."""
        return input_cells(self.column(name), self.source(name) if self.source else None)


def is_row(data: object, *, groups: Collection[str] = ()) -> bool:
    """Tell whether a dict is one row: no value is an array or a series, and not all values are
    lists.

    `groups`: the fields by which the model collects rows, so that a row may hold lists, but not of
    these.
    """
    if data.__class__ is not dict and not isinstance(data, Mapping):
        return False
    values = data.values()
    # Scoring a row takes microseconds, so that the usual rows are told by their types alone.
    kinds = set(map(type, values))
    if kinds <= _SCALARS:
        return True
    if any(map(_is_array, values)):
        return False
    if groups:
        return not any(isinstance(data.get(name), list | tuple) for name in groups)
    return not all(issubclass(kind, list | tuple) for kind in kinds)


def _is_array(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    if isinstance(value, np.generic):
        return False
    known = library_of(value) in LIBRARIES or hasattr(value, "__array__")
    return known and hasattr(value, "__len__")


def open_table(data: Any, input_names: Sequence[str]) -> Table:
    """Open what a user gave as a table.

    A dict of arrays or lists, a list of dicts, a 2-D NumPy array (columns in the order of
    `input_names`), a structured NumPy array, or a data frame of pandas, Polars, Arrow, or any
    library that narwhals knows; a series of theirs is a table of one column.

    Raises DataError where it is none of these or its columns differ in length.
    """
    if isinstance(data, Mapping):
        return _open_columns(data)
    if isinstance(data, np.ndarray):
        return _open_array(data, input_names)
    if isinstance(data, list | tuple):
        return _open_rows(data, input_names)
    return _open_frame(data, input_names)


def joined(tables: Sequence[Table]) -> Table:
    """Return one table with the rows of all; a column that one of them lacks is missing there."""
    if len(tables) == 1:
        return tables[0]
    names = tuple(dict.fromkeys(name for table in tables for name in table.names))

    def column(name: str) -> Any:
        parts: list[Any] = [
            table.column(name) if name in table.names else [None] * table.size for table in tables
        ]
        arrays = [part for part in parts if isinstance(part, np.ndarray)]
        if len(arrays) == len(parts) and len({array.dtype for array in arrays}) == 1:
            if any(isinstance(array, np.ma.MaskedArray) for array in arrays):
                return np.ma.MaskedArray(
                    np.concatenate([np.ma.getdata(array) for array in arrays]),
                    mask=np.concatenate([np.ma.getmaskarray(array) for array in arrays]),
                )
            return np.concatenate(arrays)
        items: list[Any] = []
        for part in parts:
            cells = input_cells(part)
            items += cells.values if cells.values.dtype.kind == "M" else cells.to_list()
        return items

    return Table(sum(table.size for table in tables), names, column, as_dict)


def _open_columns(data: Mapping[Any, Any]) -> Table:
    refuse_doubled([str(name) for name in data])
    arrays = {str(name): column_values(name, values) for name, values in data.items()}
    sizes = {name: len(values) for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name}: {size}" for name, size in sizes.items())
        raise DataError(f"the columns differ in length ({listed:.300})")
    size = next(iter(sizes.values()), 0)
    return Table(size, tuple(arrays), arrays.__getitem__, as_dict)


def refuse_doubled(names: Sequence[str]) -> None:
    """Raise DataError where two columns of a table have the same name."""
    if len(set(names)) == len(names):
        return
    doubled = sorted({name for name in names if names.count(name) > 1})
    raise DataError(
        f"the table has columns of the same name: {', '.join(map(repr, doubled[:10]))}; "
        "rename or drop one of each",
        field=doubled[0],
    )


def _open_array(data: npt.NDArray[Any], input_names: Sequence[str]) -> Table:
    if data.dtype.names is not None:
        return _open_columns({name: data[name] for name in data.dtype.names})
    if data.ndim != 2:
        raise DataError(
            "a NumPy array must have two dimensions (rows, inputs); this one has shape "
            f"{data.shape}"
        )
    if data.shape[1] != len(input_names):
        raise DataError(
            f"the array has {data.shape[1]} columns, but the model has {len(input_names)} inputs: "
            f"{', '.join(input_names):.300}"
        )
    # A matrix of NumPy would give columns of two dimensions.
    array = data if isinstance(data, np.ma.MaskedArray) else np.asarray(data)
    position = {name: at for at, name in enumerate(input_names)}
    return Table(len(array), tuple(input_names), lambda name: array[:, position[name]], as_dict)


def _open_rows(data: Sequence[Any], input_names: Sequence[str]) -> Table:
    names: dict[str, None] = {}
    for row, item in enumerate(data):
        if not isinstance(item, Mapping):
            name = input_names[0] if input_names else "column"
            raise DataError(
                f"a list of rows must hold dicts; this is a {type(item).__name__}; values of one "
                f"column are given with its name: {{{name!r}: [...]}}",
                row=row,
            )
        names.update(dict.fromkeys(item))

    def column(name: str) -> list[Any]:
        return [item.get(name) for item in data]

    return Table(len(data), tuple(names), column, as_rows)


def _open_frame(data: Any, input_names: Sequence[str]) -> Table:
    import narwhals as nw

    series = nw.from_native(data, series_only=True, pass_through=True)
    if isinstance(series, nw.Series):
        data = _frame_of(series, input_names)
    is_batch = library_of(data) == "pyarrow" and type(data).__name__ == "RecordBatch"
    native = _table_of_batch(data) if is_batch else data
    if library_of(native) in ("pandas", "pyarrow"):
        refuse_doubled(_names_of(native))
    try:
        frame = nw.from_native(native, eager_only=True)
    except TypeError as error:
        raise DataError(
            f"{_a(data)} is no table that pmmlkit reads; give a dict, a list of dicts, a NumPy "
            "array, or a pandas, Polars or Arrow table (collect a lazy frame first)"
        ) from error
    original = {str(name): name for name in frame.columns}
    is_arrow = library_of(native) == "pyarrow"

    def column(name: str) -> Any:
        if is_arrow:
            return arrow_values(native.column(name))
        return series_values(frame.get_column(original[name]))

    def rebuild(results: Mapping[str, Cells], rows: Rows) -> Any:
        if frame.implementation.is_pandas():
            return as_pandas(results, native.index if rows is None else native.index[rows])
        made = as_frame(results, frame.implementation.to_native_namespace())
        return _batch_of_table(made) if is_batch else made

    source = native.column if is_arrow else None
    return Table(len(frame), tuple(original), column, rebuild, source)


def _frame_of(series: Any, input_names: Sequence[str]) -> Any:
    """Return a series as a frame of one column, which has its name or, if it has none, that of the
    only input.
    """
    name = series.name
    if name not in input_names:
        if name not in (None, "") or len(input_names) != 1:
            listed = ", ".join(map(repr, input_names[:10]))
            raise DataError(
                f"a series is one column, and {name!r} is no input of the model ({listed}): rename "
                "it, or give a frame; a row of a frame is given as a dict"
            )
        series = series.rename(input_names[0])
    return series.to_frame().to_native()


def _names_of(native: Any) -> list[str]:
    """Return the column names; `columns` of an Arrow table are the columns themselves."""
    return [str(name) for name in getattr(native, "column_names", getattr(native, "columns", ()))]


def _a(data: object) -> str:
    kind = type(data)
    return (
        f"a {kind.__name__}"
        if kind.__module__ == "builtins"
        else (f"a {kind.__module__}.{kind.__qualname__}")
    )


def _table_of_batch(batch: Any) -> Any:
    import pyarrow as pa

    return pa.Table.from_batches([batch])


def _batch_of_table(table: Any) -> Any:
    import pyarrow as pa

    batches = table.combine_chunks().to_batches()
    return batches[0] if batches else pa.RecordBatch.from_pylist([], schema=table.schema)

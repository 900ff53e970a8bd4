"""Data in memory: what kind of table a user gave, its columns as arrays, and results as the same
kind.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.intake import Coded
from pmmlkit.errors import DataError

__all__ = ["Table", "is_row", "open_table"]


Rows = npt.NDArray[np.intp] | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of `size` rows, independent of where it came from.

    `names` are its columns; `column(name)` gives the values as an array of any dtype (a masked
    array where rows are null, or `Coded` strings); `rebuild` makes a table of the same kind out of
    named result arrays, for all rows or for those at the given positions (which matters to tables
    that have an index).
    """

    size: int
    names: tuple[str, ...]
    column: Callable[[str], Any]
    rebuild: Callable[[Mapping[str, npt.NDArray[Any]], Rows], Any]


def is_row(data: object, *, grouped: bool = False) -> bool:
    """Tell whether a dict is one row: no value is an array or a series, and not all values are
    lists.

    `grouped`: the model collects rows into groups, so that a row may hold lists.
    """
    if not isinstance(data, Mapping):
        return False
    values = list(data.values())
    if any(_is_array(value) for value in values):
        return False
    return not values or grouped or not all(isinstance(value, list | tuple) for value in values)


def _is_array(value: object) -> bool:
    if isinstance(value, np.ndarray):
        return value.ndim > 0
    module = type(value).__module__.partition(".")[0]
    return module in ("pandas", "polars", "pyarrow") and hasattr(value, "__len__")


def open_table(data: Any, input_names: Sequence[str]) -> Table:
    """Open what a user gave as a table.

    A dict of arrays or lists, a list of dicts, a 2-D NumPy array (columns in the order of
    `input_names`), a structured NumPy array, or a data frame of pandas, Polars, Arrow, or any
    library that narwhals knows.

    Raises DataError where it is none of these or its columns differ in length.
    """
    if isinstance(data, Mapping):
        return _open_columns(data)
    if isinstance(data, np.ndarray):
        return _open_array(data, input_names)
    if isinstance(data, list | tuple):
        return _open_rows(data)
    return _open_frame(data)


def _open_columns(data: Mapping[str, Any]) -> Table:
    arrays = {str(name): _plain_column(name, values) for name, values in data.items()}
    sizes = {name: len(values) for name, values in arrays.items()}
    if len(set(sizes.values())) > 1:
        listed = ", ".join(f"{name}: {size}" for name, size in sizes.items())
        raise DataError(f"the columns differ in length ({listed:.300})")
    size = next(iter(sizes.values()), 0)
    return Table(size, tuple(arrays), arrays.__getitem__, _as_dict)


def _plain_column(name: object, values: Any) -> Any:
    if isinstance(values, np.ndarray):
        if values.ndim != 1:
            raise DataError(
                f"column {name!r} has {values.ndim} dimensions; give one value a row",
                field=str(name),
            )
        return values
    if isinstance(values, list | tuple):
        return list(values)
    if type(values).__module__.partition(".")[0] in ("pandas", "polars", "pyarrow"):
        import narwhals as nw

        return _series_values(nw.from_native(values, series_only=True))
    raise DataError(
        f"column {name!r} is a {type(values).__name__}; give an array or a list", field=str(name)
    )


def _open_array(data: npt.NDArray[Any], input_names: Sequence[str]) -> Table:
    if data.dtype.names is not None:
        return _open_columns({name: data[name] for name in data.dtype.names})
    if data.ndim != 2:
        raise DataError(
            f"a NumPy array must have two dimensions (rows, inputs); this one has shape {data.shape}"
        )
    if data.shape[1] != len(input_names):
        raise DataError(
            f"the array has {data.shape[1]} columns, but the model has {len(input_names)} inputs: "
            f"{', '.join(input_names):.300}"
        )
    position = {name: at for at, name in enumerate(input_names)}
    return Table(len(data), tuple(input_names), lambda name: data[:, position[name]], _as_dict)


def _open_rows(data: Sequence[Any]) -> Table:
    names: dict[str, None] = {}
    for row, item in enumerate(data):
        if not isinstance(item, Mapping):
            raise DataError(
                f"a list of rows must hold dicts; this is a {type(item).__name__}", row=row
            )
        names.update(dict.fromkeys(item))

    def column(name: str) -> list[Any]:
        return [item.get(name) for item in data]

    return Table(len(data), tuple(names), column, _as_rows)


def _as_dict(results: Mapping[str, npt.NDArray[Any]], rows: Rows) -> dict[str, npt.NDArray[Any]]:
    return dict(results)


def _as_rows(results: Mapping[str, npt.NDArray[Any]], rows: Rows) -> list[dict[str, Any]]:
    names = list(results)
    columns = [_with_none(array) for array in results.values()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _with_none(array: npt.NDArray[Any]) -> list[Any]:
    items: list[Any] = array.tolist()
    if array.dtype.kind == "f":
        return [None if item != item else item for item in items]
    return items


def _open_frame(data: Any) -> Table:
    import narwhals as nw

    try:
        frame = nw.from_native(data, eager_only=True)
    except TypeError as error:
        raise DataError(
            f"a {type(data).__module__}.{type(data).__name__} is no table that pmmlkit reads; give a "
            "dict, a list of dicts, a NumPy array, or a pandas, Polars or Arrow table "
            "(collect a lazy frame first)"
        ) from error
    names = tuple(str(name) for name in frame.columns)
    original = dict(zip(names, frame.columns, strict=True))
    if len(original) != len(names):
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"the table has columns of the same name: {', '.join(doubled)}")

    def column(name: str) -> Any:
        return _series_values(frame.get_column(original[name]))

    return Table(
        len(frame), names, column, lambda results, rows: _as_frame(results, rows, frame, data)
    )


def _series_values(series: Any) -> Any:
    """Return the values of a narwhals series as an array; masked where null, `Coded` for
    categories.
    """
    import narwhals as nw

    dtype = series.dtype
    if dtype in (nw.Categorical, nw.Enum):
        return _coded(series)
    if dtype == nw.String and series.implementation.is_polars():
        return _coded(series.cast(nw.Categorical))
    if dtype == nw.Date:
        return np.array(series.to_list(), dtype=object)
    if not (dtype.is_numeric() or dtype == nw.Boolean) or dtype.is_decimal():
        return _object_values(series)
    if series.null_count() == 0:
        return np.asarray(series.to_numpy())
    if dtype.is_float():
        return np.asarray(series.to_numpy(), dtype="float32" if dtype == nw.Float32 else "float64")
    null = np.asarray(series.is_null().to_numpy(), dtype=bool)
    filler = False if dtype == nw.Boolean else 0
    return np.ma.MaskedArray(np.asarray(series.fill_null(filler).to_numpy()), mask=null)


def _object_values(series: Any) -> npt.NDArray[Any]:
    values = series.to_numpy()
    if values.dtype.kind in "OUM":
        return np.asarray(values)
    array = np.empty(len(series), dtype=object)
    array[:] = series.to_list()
    return array


def _coded(series: Any) -> Any:
    native = series.to_native()
    if series.implementation.is_pandas_like():
        categories = list(native.cat.categories)
        codes = native.cat.codes.to_numpy()
    elif series.implementation.is_polars():
        categories = native.cat.get_categories().to_list()
        codes = native.to_physical().cast(int).fill_null(-1).to_numpy()
    else:
        packed = native.combine_chunks()
        packed = packed if hasattr(packed, "dictionary") else packed.chunk(0)
        categories = packed.dictionary.to_pylist()
        codes = packed.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    if not all(isinstance(item, str) for item in categories):
        values = np.empty(len(categories) + 1, dtype=object)
        values[:-1] = categories
        values[-1] = None
        return values[codes]
    return Coded(np.asarray(codes, np.int32), tuple(categories))


def _as_frame(
    results: Mapping[str, npt.NDArray[Any]], rows: Rows, frame: Any, original: Any
) -> Any:
    import narwhals as nw

    if frame.implementation.is_pandas():
        return _as_pandas(results, original.index if rows is None else original.index[rows])
    namespace = frame.implementation.to_native_namespace()
    made = {
        name: nw.new_series(name, _filled(array), backend=namespace)
        for name, array in results.items()
    }
    if not made:
        return frame.select([]).to_native()
    table = nw.from_dict(made, backend=namespace).to_native()
    if type(original).__name__ == "RecordBatch":
        return table.combine_chunks().to_batches()[0] if len(table) else table.to_batches()
    return table


def _filled(array: npt.NDArray[Any]) -> Any:
    """Return values with None where a result is missing."""
    if isinstance(array, np.ma.MaskedArray) or array.dtype.kind == "O":
        return array.tolist()
    if array.dtype.kind == "f":
        gaps = np.isnan(array)
        if gaps.any():
            return [None if gap else value for value, gap in zip(array.tolist(), gaps, strict=True)]
    return array


def _as_pandas(results: Mapping[str, npt.NDArray[Any]], index: Any) -> Any:
    import pandas as pd

    made: dict[str, Any] = {}
    for name, array in results.items():
        if isinstance(array, np.ma.MaskedArray):
            dtype = {"i": "Int64", "b": "boolean"}[array.dtype.kind]
            made[name] = pd.array(array.data, dtype=dtype)
            made[name][np.ma.getmaskarray(array)] = pd.NA
        else:
            made[name] = array
    return pd.DataFrame(made, index=index)

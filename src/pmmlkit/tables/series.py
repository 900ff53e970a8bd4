"""The columns of every kind of table as what the engine reads: arrays, masked arrays, `Coded`
strings.

A null is missing whatever `nan=` says, so it must not turn into a NaN on the way.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.intake import Coded
from pmmlkit.errors import DataError

__all__ = ["LIBRARIES", "arrow_values", "column_values", "library_of", "series_values"]

LIBRARIES = ("pandas", "polars", "pyarrow")
"""The libraries whose arrays and series are recognised by the module of their type."""

_FEW, _REPEATS, _HEAD = 64, 8, 1024
"""Strings of Arrow are numbered where there are no more distinct ones than this, or one in so many
rows; the head of a column is looked at first.
"""


def library_of(value: object) -> str:
    """Return the name of the package that the type of a value comes from."""
    return type(value).__module__.partition(".")[0]


def column_values(name: object, values: Any) -> Any:
    """Return a column that a user gave on its own: an array, a list, or a series of any library.

    Raises DataError where it is none.
    """
    if isinstance(values, list | tuple):
        return list(values)
    library = library_of(values)
    if _is_arrow(values):
        return arrow_values(values)
    if library in LIBRARIES:
        import narwhals as nw

        try:
            return series_values(nw.from_native(_as_series(values, library), series_only=True))
        except TypeError as error:
            raise _no_column(name, values) from error
    if hasattr(values, "__array__") and not isinstance(values, np.generic):
        array = values if isinstance(values, np.ndarray) else np.asarray(values)
        if array.ndim == 1:
            return array if isinstance(array, np.ma.MaskedArray) else np.asarray(array)
        raise DataError(
            f"column {name!r} has {array.ndim} dimensions; give one value a row", field=str(name)
        )
    raise _no_column(name, values)


def _no_column(name: object, values: object) -> DataError:
    return DataError(
        f"column {name!r} is a {type(values).__name__}; give an array or a list", field=str(name)
    )


def _as_series(values: Any, library: str) -> Any:
    """Wrap the bare arrays of a library, which narwhals does not know."""
    if library == "pandas":
        import pandas as pd

        is_bare = isinstance(values, pd.Index | pd.api.extensions.ExtensionArray)
        return pd.Series(values) if is_bare else values
    return values


def _is_arrow(values: Any) -> bool:
    if library_of(values) != "pyarrow":
        return False
    import pyarrow as pa

    return isinstance(values, pa.Array | pa.ChunkedArray)


def arrow_values(array: Any) -> Any:
    """Return the values of an Arrow array or chunked array; numbers without nulls in one chunk are
    not copied.
    """
    import pyarrow as pa

    kinds, type = pa.types, array.type
    if kinds.is_floating(type) or kinds.is_integer(type) or kinds.is_boolean(type):
        return _arrow_numbers(array)
    if kinds.is_dictionary(type):
        return _arrow_categories(array)
    if kinds.is_string(type) or kinds.is_large_string(type):
        encoded = _arrow_encoded(array)
        if encoded is not None:
            return _arrow_categories(encoded)
    import narwhals as nw

    chunked = pa.chunked_array([array]) if isinstance(array, pa.Array) else array
    return series_values(nw.from_native(chunked, series_only=True))


def _arrow_numbers(array: Any) -> npt.NDArray[Any]:
    import pyarrow as pa

    if array.null_count == 0:
        return _arrow_numpy(array)
    null = _arrow_numpy(array.is_null())
    # Integers with nulls would become doubles; floats are NaN there, whatever lies beneath.
    if not pa.types.is_floating(array.type):
        array = array.fill_null(pa.scalar(0).cast(array.type))
    return np.ma.MaskedArray(_arrow_numpy(array), mask=null)


def _arrow_numpy(array: Any) -> npt.NDArray[Any]:
    values: npt.NDArray[Any] = array.to_numpy(zero_copy_only=False)
    return values


def _arrow_encoded(array: Any) -> Any:
    """Number strings of Arrow if most of them repeat, else return None: then it costs more than it
    gains, and each part of a long table would go through all of them.
    """
    for rows in (array.slice(0, _HEAD), array) if len(array) > _HEAD else (array,):
        encoded = rows.dictionary_encode()
        chunks = getattr(encoded, "chunks", [encoded])
        distinct = max((len(chunk.dictionary) for chunk in chunks), default=0)
        if distinct > max(len(rows) // _REPEATS, _FEW):
            return None
    return encoded


def _arrow_categories(array: Any) -> Any:
    chunks = getattr(array, "chunks", [array])
    if not chunks:
        return np.empty(0, dtype=object)
    if len(chunks) > 1:
        if any(chunk.dictionary.null_count for chunk in chunks):
            return arrow_values(array.cast(array.type.value_type))  # these cannot be unified
        chunks = array.unify_dictionaries().chunks
    codes = [_arrow_numpy(chunk.indices.cast("int64").fill_null(-1)) for chunk in chunks]
    joined = codes[0] if len(codes) == 1 else np.concatenate(codes)
    return _coded(joined, chunks[0].dictionary.to_pylist())


def series_values(series: Any) -> Any:
    """Return the values of a narwhals series."""
    import narwhals as nw

    dtype = series.dtype
    if dtype in (nw.Categorical, nw.Enum):
        return _categories(series)
    if _is_numpy(series) and not dtype.is_temporal():
        return series.to_native().to_numpy()
    if dtype in (nw.Int128, nw.UInt128) or dtype.is_decimal():
        return _objects(series)
    if dtype.is_numeric() or dtype == nw.Boolean:
        return _numbers(series)
    if dtype == nw.Datetime and dtype.time_zone is None:
        return np.asarray(series.to_numpy())
    return _objects(series)


def _is_numpy(series: Any) -> bool:
    """Tell whether a pandas column is a plain NumPy array: its NaN is a NaN then, and no null."""
    is_pandas = series.implementation.is_pandas_like()
    return is_pandas and isinstance(series.to_native().dtype, np.dtype)


def _numbers(series: Any) -> npt.NDArray[Any]:
    import narwhals as nw

    if series.null_count() == 0:
        return np.asarray(series.to_numpy())
    null = np.asarray(series.is_null().to_numpy(), dtype=bool)
    filler = False if series.dtype == nw.Boolean else 0
    return np.ma.MaskedArray(np.asarray(series.fill_null(filler).to_numpy()), mask=null)


def _objects(series: Any) -> npt.NDArray[Any]:
    """Return Python objects, None where null."""
    # Cells may be lists, which an array must not take for a dimension of its own.
    array = np.fromiter(series.to_list(), np.object_, len(series))
    if series.implementation.is_pandas_like() and series.null_count():
        # pandas' own strings have a NaN for null.
        array[np.asarray(series.is_null().to_numpy(), dtype=bool)] = None
    return array


def _categories(series: Any) -> Any:
    native = series.to_native()
    if series.implementation.is_pandas_like():
        if not hasattr(native.dtype, "categories"):
            return _objects(series)  # a dictionary of Arrow inside pandas
        return _coded(native.cat.codes.to_numpy(), list(native.cat.categories))
    if series.implementation.is_polars():
        return _polars_categories(native)
    if series.implementation.is_pyarrow():
        return _arrow_categories(native)
    return _objects(series)


def _polars_categories(native: Any) -> Any:
    """Number the categories afresh: those of Polars may be shared by columns, and be many."""
    distinct = native.drop_nulls().unique()
    if not len(distinct):
        return np.full(len(native), None, dtype=object)
    numbers = distinct.to_physical().to_numpy().astype(np.int64)
    order = np.argsort(numbers)
    physical = native.to_physical().cast(int).fill_null(-1).to_numpy()
    codes = np.where(physical < 0, -1, np.searchsorted(numbers[order], physical))
    texts = distinct.cast(str).to_list()
    return _coded(codes, [texts[at] for at in order])


def _coded(codes: npt.NDArray[Any], categories: list[Any]) -> Any:
    if all(isinstance(item, str) for item in categories):
        return Coded(np.asarray(codes, np.int32), tuple(categories))
    values = np.empty(len(categories) + 1, dtype=object)
    values[:-1] = categories
    values[-1] = None
    return values[codes]

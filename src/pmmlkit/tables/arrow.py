"""Results as Arrow arrays; Parquet and Arrow files, in batches. Through pyarrow (extra io)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DATA_TYPES
from pmmlkit.errors import DataError
from pmmlkit.optional import needed
from pmmlkit.program_result import Result
from pmmlkit.tables.results import Cells, result_cells

__all__ = ["arrow_type", "open_batches", "read_batches", "reasons_array", "result_array"]

_LIST = "list of "


def arrow_type(data_type: str) -> Any:
    """Return the Arrow type of results of a dataType (``"double"``, ``"list of string"``)."""
    if data_type.startswith(_LIST):
        return needed("pyarrow", "io", "Arrow").list_(arrow_type(data_type[len(_LIST) :]))
    return _types()[DATA_TYPES[data_type].kind]


def _types() -> dict[str, Any]:
    """Return the Arrow type of each kind of DataType."""
    pa = needed("pyarrow", "io", "Arrow")
    return {
        "string": pa.string(),
        "integer": pa.int64(),
        "boolean": pa.bool_(),
        "double": pa.float64(),
        "float": pa.float32(),
        "date": pa.date32(),
        "time": pa.time64("us"),
        "dateTime": pa.timestamp("us"),
    }


def result_array(column: Column, type: Any) -> Any:
    """Return a result column as an Arrow array of a type; null where a row has no usable value.

    Doubles and floats are not copied.
    """
    pa = needed("pyarrow", "io", "Arrow")
    if column.categories is not None:
        absent = None if column.state is None else ~column.is_usable
        codes = pa.array(column.values, mask=absent)
        return pa.array(column.categories.values, type).take(codes)
    cells = result_cells(column)
    return _made(pa, cells, type)


def reasons_array(result: Result) -> Any:
    """Return why rows could not be scored as an Arrow array of strings; null for the others."""
    pa = needed("pyarrow", "io", "Arrow")
    if not result.errors:
        return pa.nulls(result.size, pa.string())
    reasons: list[str | None] = [None] * result.size
    for row, error in result.errors.items():
        reasons[row] = str(error)
    return pa.array(reasons, pa.string())


def _made(pa: Any, cells: Cells, type: Any) -> Any:
    """Make an Arrow array of cells; the type may be None for columns of the input."""
    values = cells.values
    if isinstance(values, np.ma.MaskedArray):
        return pa.array(values.data, type, mask=np.ma.getmaskarray(values))
    if values.dtype.kind == "O":
        items = cells.lists() if cells.kind == "list" else values.tolist()
        return pa.array(items, type)
    if cells.kind:
        return pa.array(values, type, mask=cells.missing)
    return pa.array(values, type, from_pandas=True)


def read_batches(stream: BinaryIO, format: str, *, rows: int) -> Iterator[Any]:
    """Yield Arrow tables of up to `rows` rows of a Parquet file, or an Arrow file or stream.

    Raises DataError where the file is neither.
    """
    pa = needed("pyarrow", "io", "Parquet and Arrow files")
    seen = False
    try:
        if format == "parquet":
            file = needed("pyarrow.parquet", "io", "Parquet files").ParquetFile(_seekable(stream))
            schema, batches = file.schema_arrow, file.iter_batches(batch_size=rows)
        else:
            schema, batches = _arrow_batches(stream, rows)
        for batch in batches:
            seen = True
            yield pa.Table.from_batches([batch])
        if not seen:
            yield schema.empty_table()
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
        raise DataError(f"the file cannot be read as {format}: {error}") from error


def _seekable(stream: BinaryIO) -> Any:
    import io

    return stream if stream.seekable() else io.BytesIO(stream.read())


def _arrow_batches(stream: BinaryIO, rows: int) -> tuple[Any, Iterator[Any]]:
    ipc = needed("pyarrow.ipc", "io", "Arrow files")
    source = _seekable(stream)
    head = source.read(6)
    source.seek(0)
    if head == b"ARROW1":
        file = ipc.open_file(source)
        batches = (file.get_batch(at) for at in range(file.num_record_batches))
        return file.schema, _sliced(batches, rows)
    reader = ipc.open_stream(source)
    return reader.schema, _sliced(iter(reader), rows)


def _sliced(batches: Iterator[Any], rows: int) -> Iterator[Any]:
    for batch in batches:
        for start in range(0, batch.num_rows, rows):
            yield batch.slice(start, rows)


class _BatchWriter:
    """Writes results; the types are those of the first chunk."""

    def __init__(self, stream: BinaryIO, format: str) -> None:
        self._pa = needed("pyarrow", "io", "Parquet and Arrow files")
        self._stream = stream
        self._format = format
        self._open: Any = None
        self._types: dict[str, Any] = {}

    def write(self, columns: Mapping[str, Cells]) -> None:
        """Write the rows of equally long columns."""
        arrays = {name: self._array(name, cells) for name, cells in columns.items()}
        table = self._pa.table(arrays)
        if self._open is None:
            self._types = {name: array.type for name, array in arrays.items()}
            self._open = self._opened(table.schema)
        self._open.write_table(table)

    def _opened(self, schema: Any) -> Any:
        if self._format == "parquet":
            return needed("pyarrow.parquet", "io", "Parquet files").ParquetWriter(
                self._stream, schema
            )
        return needed("pyarrow.ipc", "io", "Arrow files").new_file(self._stream, schema)

    def _array(self, name: str, cells: Cells) -> Any:
        pa = self._pa
        type = self._types.get(name) or self._type_of(cells)
        try:
            if cells.source is not None:
                return cells.source.cast(type)
            return _made(pa, cells, type)
        except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError) as error:
            raise DataError(
                f"column {name!r} cannot be written to {self._format} as {type or 'one type'}: "
                f"{error}",
                field=name,
            ) from error

    def _type_of(self, cells: Cells) -> Any:
        """Return the type that a column has whatever its values, None if only they can tell."""
        pa = self._pa
        types = _types()
        if cells.source is not None:
            return cells.source.type
        if cells.kind in types:
            return types[cells.kind]
        if cells.kind == "list":
            return pa.list_(types[cells.items])
        values = cells.values
        is_empty = values.dtype.kind == "O" and all(item is None for item in values)
        return pa.string() if is_empty else None

    def close(self) -> None:
        """Finish the file."""
        if self._open is not None:
            self._open.close()


@contextlib.contextmanager
def open_batches(stream: BinaryIO, format: str) -> Iterator[_BatchWriter]:
    """Open a Parquet or Arrow file for results."""
    writer = _BatchWriter(stream, format)
    yield writer
    writer.close()

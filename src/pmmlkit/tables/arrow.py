"""Parquet and Arrow files, in batches, through pyarrow (extra io)."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import DataError
from pmmlkit.optional import needed

__all__ = ["open_batches", "read_batches"]


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
    """Writes result arrays; the schema is that of the first chunk."""

    def __init__(self, stream: BinaryIO, format: str) -> None:
        self._pa = needed("pyarrow", "io", "Parquet and Arrow files")
        self._stream = stream
        self._format = format
        self._open: Any = None

    def write(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write the rows of equally long arrays."""
        pa = self._pa
        table = pa.table({name: self._array(values) for name, values in columns.items()})
        if self._open is None:
            if self._format == "parquet":
                parquet = needed("pyarrow.parquet", "io", "Parquet files")
                self._open = parquet.ParquetWriter(self._stream, table.schema)
            else:
                self._open = needed("pyarrow.ipc", "io", "Arrow files").new_file(
                    self._stream, table.schema
                )
        self._open.write_table(
            table.cast(self._open.schema) if self._format == "parquet" else table
        )

    def _array(self, values: npt.NDArray[Any]) -> Any:
        pa = self._pa
        if isinstance(values, np.ma.MaskedArray):
            return pa.array(values.data, mask=np.ma.getmaskarray(values))
        if values.dtype.kind == "f":
            return pa.array(values, from_pandas=True)
        if values.dtype.kind == "O" and all(item is None for item in values):
            return pa.array(values.tolist(), type=pa.string())
        return pa.array(values.tolist() if values.dtype.kind == "O" else values)

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

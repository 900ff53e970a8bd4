"""Files of rows: reading in chunks, writing whole or not at all."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from pmmlkit.errors import DataError
from pmmlkit.tables.formats import DELIMITERS
from pmmlkit.tables.frames import Table, open_table
from pmmlkit.tables.results import Cells
from pmmlkit.tables.text import CsvWriter, JsonLinesWriter, read_csv, read_json_lines
from pmmlkit.whole_file import whole_file

__all__ = ["ResultWriter", "open_result", "read_tables"]


class ResultWriter(Protocol):
    """Takes the result columns of one chunk after the other."""

    def write(self, columns: Mapping[str, Cells]) -> None:
        """Write the rows of equally long columns."""


def read_tables(
    path: str,
    format: str,
    *,
    rows: int,
    delimiter: str | None = None,
    encoding: str = "utf-8-sig",
    missing: Iterable[str] = (),
) -> Iterator[Table]:
    """Yield the rows of a file as tables of up to `rows` rows; ``-`` is the standard input.

    Raises DataError where the file cannot be read or is malformed; UnsupportedError where Parquet
    or Arrow is asked for without pyarrow.
    """
    try:
        with _opened(path) as raw:
            for chunk in _chunks(raw, format, rows, delimiter, encoding, missing):
                yield open_table(chunk, ())
    except OSError as error:
        name = "the standard input" if path == "-" else path
        raise DataError(f"cannot read {name}: {error.strerror or error}") from error


def _chunks(
    raw: BinaryIO,
    format: str,
    rows: int,
    delimiter: str | None,
    encoding: str,
    missing: Iterable[str],
) -> Iterator[Any]:
    if format in ("parquet", "arrow"):
        from pmmlkit.tables.arrow import read_batches

        yield from read_batches(raw, format, rows=rows)
        return
    try:
        text = io.TextIOWrapper(raw, encoding=encoding, newline="")
    except LookupError as error:
        raise DataError(f"encoding {encoding!r} is not known; try utf-8 or latin-1") from error
    try:
        if format == "jsonl":
            yield from read_json_lines(text, rows=rows)
        else:
            mark = delimiter or DELIMITERS[format]
            yield from read_csv(text, rows=rows, delimiter=mark, missing=missing)
    finally:
        text.detach()


@contextlib.contextmanager
def _opened(path: str) -> Iterator[BinaryIO]:
    if path == "-":
        yield sys.stdin.buffer
        return
    with open(path, "rb") as stream:
        yield stream


@contextlib.contextmanager
def open_result(
    path: str, format: str, *, delimiter: str | None = None, encoding: str = "utf-8"
) -> Iterator[ResultWriter]:
    """Open a file for results; a regular file appears when the block ends without an error, or not
    at all.

    ``-`` is the standard output, and what is no regular file (a pipe, a device) is written as it
    comes.

    Raises DataError where it cannot be written.
    """
    try:
        with (
            _created(path) as stream,
            _writer(stream, format, delimiter, encoding) as writer,
        ):
            yield writer
    except BrokenPipeError:
        raise
    except UnicodeEncodeError as error:
        raise DataError(f"cannot write {_named(path)}: a text is no Unicode ({error})") from error
    except OSError as error:
        raise DataError(f"cannot write {_named(path)}: {error.strerror or error}") from error


def _named(path: str) -> str:
    return "the standard output" if path == "-" else path


@contextlib.contextmanager
def _created(path: str) -> Iterator[BinaryIO]:
    target = Path(path)
    if path == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
    elif target.exists() and not target.is_file():
        with open(target, "wb") as stream:
            yield stream
    else:
        with whole_file(target) as whole:
            yield whole


@contextlib.contextmanager
def _writer(
    raw: BinaryIO, format: str, delimiter: str | None, encoding: str
) -> Iterator[ResultWriter]:
    if format in ("parquet", "arrow"):
        from pmmlkit.tables.arrow import open_batches

        with open_batches(raw, format) as writer:
            yield writer
        return
    text = io.TextIOWrapper(raw, encoding=encoding, newline="", write_through=False)
    try:
        if format == "jsonl":
            yield JsonLinesWriter(text)
        else:
            yield CsvWriter(text, delimiter=delimiter or DELIMITERS[format])
        text.flush()
    finally:
        with contextlib.suppress(OSError, ValueError):
            text.detach()

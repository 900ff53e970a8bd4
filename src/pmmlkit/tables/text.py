"""Rows as text: CSV and JSON lines, read and written in chunks with constant memory."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TextIO

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import DataError

__all__ = ["Chunk", "CsvWriter", "JsonLinesWriter", "read_csv", "read_json_lines"]

Chunk = dict[str, list[Any]]
"""Some rows: the cells of each column; None is missing."""

_EMPTY = "\x1aempty string\x1a"
"""Stands for a quoted empty cell while the csv module, which cannot tell it from an empty one,
splits.
"""

_CELL = re.compile(r'"(?:[^"]|"")*"|[^"]+|"')


def read_csv(
    stream: TextIO, *, rows: int, delimiter: str = ",", missing: Iterable[str] = ()
) -> Iterator[Chunk]:
    """Yield chunks of up to `rows` rows of a CSV text with a header line.

    An empty unquoted cell and the texts in `missing` are missing; a quoted empty cell is an empty
    string. A file with a header and no rows yields one chunk without rows.

    Raises DataError for a missing or doubled header, a line with more or fewer cells, or a wrong
    encoding.
    """
    reader = csv.reader(_records(stream, delimiter), delimiter=delimiter, strict=True)
    try:
        header = next(reader, None)
        if not header:
            raise DataError(
                "the file is empty: a CSV file needs a header line with the column names"
            )
        header = ["" if name == _EMPTY else name for name in header]
        if len(set(header)) != len(header):
            doubled = sorted({name for name in header if header.count(name) > 1})
            raise DataError(f"the header names columns twice: {', '.join(doubled)}", line=1)
        absent = {"": None, _EMPTY: "", **dict.fromkeys(missing)}
        first = True
        while True:
            records = list(islice(reader, rows))
            if records or first:
                yield _columns(header, records, absent, reader.line_num)
            first = False
            if len(records) < rows:
                return
    except UnicodeDecodeError as error:
        raise DataError(
            f"the file is not {error.encoding} text (byte {error.start}); name its encoding"
        ) from error
    except csv.Error as error:
        raise DataError(f"the file is not CSV: {error}", line=reader.line_num) from error


def _records(stream: TextIO, delimiter: str) -> Iterator[str]:
    """Yield whole records (a quoted cell may hold line ends), with quoted empty cells marked."""
    pending = ""
    for line in stream:
        pending += line
        if pending.count('"') % 2:
            continue
        yield _marked(pending, delimiter) if '""' in pending else pending
        pending = ""
    if pending:
        yield pending


def _marked(record: str, delimiter: str) -> str:
    pieces = _CELL.findall(record)
    for at, piece in enumerate(pieces):
        before = pieces[at - 1][-1] if at else delimiter
        after = pieces[at + 1][0] if at + 1 < len(pieces) else delimiter
        if piece == '""' and before == delimiter and after in (delimiter, "\r", "\n"):
            pieces[at] = _EMPTY
    return "".join(pieces)


def _columns(
    header: Sequence[str],
    records: Sequence[Sequence[str]],
    absent: Mapping[str, str | None],
    last_line: int,
) -> Chunk:
    width = len(header)
    if any(len(record) != width for record in records):
        # A blank line is a row without a value only where there is one column.
        records = [record if record or width > 1 else [""] for record in records]
        records = [record for record in records if record]
        for at, record in enumerate(records):
            if len(record) != width:
                raise DataError(
                    f"this line has {len(record)} cells, the header {width}",
                    line=last_line - len(records) + at + 1,
                )
    if not records:
        return {name: [] for name in header}
    return {
        name: [absent.get(cell, cell) if cell in absent else cell for cell in cells]
        for name, cells in zip(header, zip(*records, strict=True), strict=True)
    }


def read_json_lines(stream: TextIO, *, rows: int) -> Iterator[Chunk]:
    """Yield chunks of up to `rows` rows; each line is a JSON object, null and absent keys are
    missing.

    Raises DataError for a line that is no JSON object, or a wrong encoding.
    """
    number = 0
    first = True
    lines = iter(stream)
    while True:
        records: list[dict[str, Any]] = []
        try:
            for line in islice(lines, rows):
                number += 1
                if line.strip():
                    records.append(_json_object(line, number))
        except UnicodeDecodeError as error:
            raise DataError(
                f"the file is not {error.encoding} text (byte {error.start})"
            ) from error
        ended = len(records) == 0
        if records or first:
            names = dict.fromkeys(name for record in records for name in record)
            yield {name: [record.get(name) for record in records] for name in names}
        first = False
        if ended:
            return


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(f"not JSON: {error}", line=number) from error
    if not isinstance(record, dict):
        raise DataError('each line must be a JSON object, as in {"x": 1}', line=number)
    return record


class CsvWriter:
    """Writes result arrays as CSV: a header, then a line for each row; a missing result is an empty
    cell.
    """

    def __init__(self, stream: TextIO, *, delimiter: str = ",") -> None:
        self._write = stream.write
        self._delimiter = delimiter
        self._special = re.compile(f'["\r\n{re.escape(delimiter)}]')
        self._begun = False

    def write(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write the rows of equally long arrays, and the header before the first of them."""
        if not self._begun:
            self._begun = True
            self._write(self._delimiter.join(map(self._quoted, columns)) + "\n")
        cells = [[*map(self._formatter(array), _items(array))] for array in columns.values()]
        if cells:
            join = self._delimiter.join
            self._write("".join([join(row) + "\n" for row in zip(*cells, strict=True)]))

    def _formatter(self, array: npt.NDArray[Any]) -> Callable[[Any], str]:
        if array.dtype.kind == "f":
            return lambda item: "" if item is None or item != item else repr(item)
        return self._cell

    def _cell(self, item: Any) -> str:
        if item is None:
            return ""
        if isinstance(item, bool):
            return "true" if item else "false"
        if isinstance(item, str):
            return self._quoted(item)
        if isinstance(item, float):
            return repr(item)
        if isinstance(item, list | tuple):
            return self._quoted(json.dumps(item, default=str))
        return self._quoted(item.isoformat() if hasattr(item, "isoformat") else str(item))

    def _quoted(self, text: str) -> str:
        if text == "" or self._special.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text


class JsonLinesWriter:
    """Writes result arrays as JSON lines; a missing result is null."""

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write

    def write(self, columns: Mapping[str, npt.NDArray[Any]]) -> None:
        """Write the rows of equally long arrays."""
        names = list(columns)
        cells = [
            [None if item != item else item for item in _items(array)] for array in columns.values()
        ]
        encode = json.JSONEncoder(ensure_ascii=False, default=_json_default).encode
        for row in zip(*cells, strict=True):
            self._write(encode(dict(zip(names, row, strict=True))) + "\n")


def _json_default(item: Any) -> str:
    return str(item.isoformat() if hasattr(item, "isoformat") else item)


def _items(array: npt.NDArray[Any]) -> list[Any]:
    if array.dtype == np.float32:
        # The shortest text of the float32 value, not of the double that it widens to.
        return [float(str(item)) for item in array]
    items: list[Any] = array.tolist()
    return items

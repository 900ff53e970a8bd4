"""Rows as text: CSV and JSON lines, read and written in chunks with constant memory."""

from __future__ import annotations

import csv
import json
import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from types import NoneType
from typing import Any, Final, TextIO

import numpy as np

from pmmlkit.errors import DataError
from pmmlkit.tables.results import Cells

__all__ = ["Chunk", "CsvWriter", "JsonLinesWriter", "read_csv", "read_json_lines"]

Chunk = dict[str, list[Any]]
"""Some rows: the cells of each column; None is missing."""

_EMPTY: Final = "\x1aempty string\x1a"
"""Stands for a quoted empty cell while the csv module, which cannot tell it from an empty one,
splits.
"""


def read_csv(
    stream: TextIO, *, rows: int, delimiter: str = ",", missing: Iterable[str] = ()
) -> Iterator[Chunk]:
    """Yield chunks of up to `rows` rows of a CSV text with a header line.

    An empty unquoted cell and the texts in `missing` are missing; a quoted empty cell is an empty
    string. Blank lines are skipped where there are several columns. A file with a header and no
    rows yields one chunk without rows.

    Raises DataError for a missing or doubled header, a line with more or fewer cells, or a wrong
    encoding.
    """
    reader = csv.reader(_marked_lines(stream, delimiter), delimiter=delimiter, strict=True)
    try:
        header = _header(next(reader, None))
        absent = {"": None, _EMPTY: "", **dict.fromkeys(missing)}
        first = True
        while True:
            records, ended = _records(reader, rows, len(header))
            if records or first:
                yield _columns(header, records, absent)
            first = False
            if ended:
                return
    except UnicodeError as error:
        raise _wrong_encoding(error) from error
    except csv.Error as error:
        hint = "; is a quote not closed?" if "limit" in str(error) or "end" in str(error) else ""
        raise DataError(f"the file is not CSV: {error}{hint}", line=reader.line_num) from error


def _wrong_encoding(error: UnicodeError) -> DataError:
    if not isinstance(error, UnicodeDecodeError):
        return DataError(f"the encoding of the file is another one: {error}")
    return DataError(
        f"the file is not {error.encoding} text ({error.reason}: byte "
        f"{error.object[error.start]:#04x}); state its encoding, such as latin-1"
    )


def _header(cells: list[str] | None) -> list[str]:
    if not cells:
        raise DataError("the file is empty: a CSV file needs a header line with the column names")
    names = ["" if name == _EMPTY else name for name in cells]
    if len(set(names)) != len(names):
        doubled = sorted({name for name in names if names.count(name) > 1})
        raise DataError(f"the header names columns twice: {', '.join(doubled)}", line=1)
    return names


def _marked_lines(stream: TextIO, delimiter: str) -> Iterator[str]:
    """Yield the lines with quoted empty cells marked."""
    d = re.escape(delimiter)
    # Most lines with quotes have no empty cell and end outside quotes; they pass as they are.
    simple = re.compile(f'(?:(?:"[^"]+"|[^"{d}]*){d})*(?:"[^"]+"|[^"{d}]*)[\r\n]*')
    cell = re.compile(
        f'("[^"]*(?:""[^"]*)*(?:"(?!")|\\Z))?([^{d}]*)({d}|\\Z)',
    )
    rest = re.compile('[^"]*(?:""[^"]*)*"(?!")')
    inside = False
    for line in stream:
        if inside:
            closing = rest.match(line)
            if closing is None:
                yield line
                continue
            start = closing.end()
        elif '"' not in line or simple.fullmatch(line):
            yield line
            continue
        else:
            start = 0
        marked, inside = _mark(line, start, cell)
        yield marked


def _mark(line: str, start: int, cell: re.Pattern[str]) -> tuple[str, bool]:
    """Mark the quoted empty cells from `start` on; tell whether the line ends inside quotes."""
    pieces = [line[:start]]
    quoted = ""
    at = start
    while at < len(line):
        found = cell.match(line, at)
        assert found is not None
        quoted, after, end = found[1] or "", found[2], found[3]
        is_empty = quoted == '""' and not after.strip("\r\n")
        pieces += (_EMPTY if is_empty else quoted, after, end)
        at = found.end()
    return "".join(pieces), _is_open(quoted)


def _is_open(quoted: str) -> bool:
    """Tell whether the last cell of a line began with a quote that is not closed in it."""
    return quoted.count('"') % 2 == 1


def _records(reader: Any, rows: int, width: int) -> tuple[list[list[str]], bool]:
    """Read the records of the next `rows` rows; tell whether the text has ended."""
    records: list[list[str]] = []
    for record in reader:
        if len(record) != width:
            if not record:
                if width > 1:
                    continue
                record = [""]
            else:
                raise DataError(
                    f"this line has {len(record)} cells, the header {width}; quote cells that "
                    "hold the delimiter",
                    line=reader.line_num,
                )
        records.append(record)
        if len(records) == rows:
            return records, False
    return records, True


def _columns(
    header: Sequence[str],
    records: Sequence[Sequence[str]],
    absent: Mapping[str, str | None],
) -> Chunk:
    if not records:
        return {name: [] for name in header}
    return {
        name: [absent.get(cell, cell) for cell in cells]
        for name, cells in zip(header, zip(*records, strict=True), strict=True)
    }


def read_json_lines(stream: TextIO, *, rows: int) -> Iterator[Chunk]:
    """Yield chunks of up to `rows` rows; each line is a JSON object, null and absent keys are
    missing.

    A chunk has the columns of all chunks before it. Raises DataError for a line that is no JSON
    object, or a wrong encoding.
    """
    names: dict[str, None] = {}
    lines = ((line, number) for number, line in enumerate(stream, 1) if line.strip())
    first = True
    while True:
        try:
            records = [_json_object(line, number) for line, number in islice(lines, rows)]
        except UnicodeError as error:
            raise _wrong_encoding(error) from error
        if records or first:
            names.update((name, None) for record in records for name in record)
            yield {name: [record.get(name) for record in records] for name in names}
        first = False
        if len(records) < rows:
            return


def _json_object(line: str, number: int) -> dict[str, Any]:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DataError(
            f"not JSON: {error}; JSON lines have one object on each line", line=number
        ) from error
    if not isinstance(record, dict):
        raise DataError('each line must be a JSON object, as in {"x": 1}', line=number)
    return record


class CsvWriter:
    """Writes results as CSV: a header, then a line a row; a missing result is an empty cell."""

    def __init__(self, stream: TextIO, *, delimiter: str = ",") -> None:
        self._write = stream.write
        self._delimiter = delimiter
        self._special = re.compile(f'["\r\n{re.escape(delimiter)}]')
        self._begun = False

    def write(self, columns: Mapping[str, Cells]) -> None:
        """Write the rows of equally long columns, and the header before the first of them."""
        if not self._begun:
            self._begun = True
            self._write(self._delimiter.join(map(self._quoted, columns)) + "\n")
        texts = [self._texts(cells) for cells in columns.values()]
        if texts:
            join = self._delimiter.join
            self._write("".join([join(row) + "\n" for row in zip(*texts, strict=True)]))

    def _texts(self, cells: Cells) -> list[str]:
        items = _items(cells)
        if cells.values.dtype.kind == "f":
            if np.isfinite(cells.values).all():
                return [*map(repr, items)]
            return [*map(_number_text, items)]
        kinds = set(map(type, items))
        if kinds <= {str, NoneType} or kinds <= {int, NoneType} or kinds <= {bool, NoneType}:
            text = {item: self._cell(item) for item in set(items)}
            return [*map(text.__getitem__, items)]
        return [*map(self._cell, items)]

    def _cell(self, item: Any) -> str:
        if isinstance(item, str):
            return self._quoted(item)
        if item is None or item != item:
            return ""
        if isinstance(item, bool):
            return "true" if item else "false"
        if isinstance(item, float):
            return _number_text(item)
        if isinstance(item, list | tuple | dict):
            return self._quoted(
                json.dumps(_json_item(item), default=_json_default, ensure_ascii=False)
            )
        return self._quoted(item.isoformat() if hasattr(item, "isoformat") else str(item))

    def _quoted(self, text: str) -> str:
        if text == "" or self._special.search(text):
            return '"' + text.replace('"', '""') + '"'
        return text


def _number_text(item: float | None) -> str:
    if item is None or item != item:
        return ""
    # Python's own "inf" is no number of PMML.
    return repr(item) if math.isfinite(item) else "INF" if item > 0 else "-INF"


class JsonLinesWriter:
    """Writes results as JSON lines; a missing result is null."""

    def __init__(self, stream: TextIO) -> None:
        self._write = stream.write

    def write(self, columns: Mapping[str, Cells]) -> None:
        """Write the rows of equally long columns."""
        names = list(columns)
        items = [[*map(_json_item, _items(cells))] for cells in columns.values()]
        encode = json.JSONEncoder(ensure_ascii=False, default=_json_default).encode
        for row in zip(*items, strict=True):
            self._write(encode(dict(zip(names, row, strict=True))) + "\n")


def _json_item(item: Any) -> Any:
    """JSON has no NaN and no infinity: they are null, and the text that PMML has for it."""
    if isinstance(item, list | tuple):
        return [*map(_json_item, item)]
    if isinstance(item, float) and not math.isfinite(item):
        return None if item != item else "INF" if item > 0 else "-INF"
    return item


def _json_default(item: Any) -> str:
    return str(item.isoformat() if hasattr(item, "isoformat") else item)


def _items(cells: Cells) -> list[Any]:
    if cells.values.dtype == np.float32:
        # The shortest text of the float32 value, not of the double that it widens to.
        return [None if item != item else float(str(item)) for item in cells.values]
    return cells.to_list()

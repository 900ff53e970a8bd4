"""The rows of a table in columns: how they are read, looked up and written.

A row of a document is a run of cells, one element each. Tables of training data have very many, so
they are kept as one list of texts per column. What columns cannot say of a row (attributes, nested
elements, cells out of order) keeps that row as markup beside them, so that nothing is lost when it
is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, cast

from pmmlkit.errors import LimitError, MarkupError
from pmmlkit.xml.markup import End, Event, Markup, Start, Text, tidied
from pmmlkit.xml.writer import escape_text, markup_lines

if TYPE_CHECKING:
    from pmmlkit.xml.reader import Reading

__all__ = ["RowTable", "RowTableReader", "column_name"]

_ESCAPE: Final = re.compile(r"_x([0-9A-Fa-f]{4,6})_")
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_.\-]*")
_NIL: Final = ("true", "1")
_BLANK: Final = " \t\r\n"
_INTERNED: Final = 10_000
_COUNTED: Final = 256
_NAME: Final = "row"


def column_name(name: str) -> str:
    """Return the name of a column without a namespace's prefix, ``_x0020_`` escapes decoded."""
    return _decoded(name.rpartition(":")[2])


def _decoded(name: str) -> str:
    return _ESCAPE.sub(_character, name) if "_x" in name else name


def _character(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return chr(code) if code <= 0x10FFFF else match[0]


def _encoded(name: str) -> str:
    """Escape what must not stand in the name of an element, and all that is not ASCII."""
    if not name:
        raise ValueError("a column needs a name")
    # A text that looks like an escape must not be decoded on reading.
    name = _ESCAPE.sub(lambda match: f"_x005F_{match[0][1:]}", name)
    return "".join(
        letter if _PLAIN.fullmatch(f"a{letter}" if at else letter) else f"_x{ord(letter):04X}_"
        for at, letter in enumerate(name)
    )


def _has_gaps(cells: Sequence[str | None]) -> bool:
    """Tell whether a column lacks cells or has empty ones, which are written in another form."""
    return None in cells or "" in cells


def _escaped(cells: Sequence[str | None]) -> Sequence[str]:
    """Return a column without gaps as it stands between tags."""
    texts = cast("Sequence[str]", cells)
    joined = "\n".join(texts)
    # most columns have nothing to escape, which one look at all of it tells
    try:
        is_plain = escape_text(joined) == joined
    except MarkupError:
        # the cell that holds what XML cannot is to be named
        is_plain = False
    return texts if is_plain else list(map(escape_text, texts))


class RowTable:
    """Rows and columns of text; immutable, compared by value.

    `columns` are the cells by the name of their element as it is written (prefix and escapes
    included), one text a row, None where a row has no such cell or says that it is nil. `irregular`
    holds the rows that the columns do not fully describe, as they were read.
    """

    __slots__ = ("_size", "columns", "irregular")

    def __init__(
        self,
        columns: Mapping[str, Sequence[str | None]] | None = None,
        irregular: Mapping[int, Markup] | None = None,
        size: int | None = None,
    ) -> None:
        self.columns = {name: list(cells) for name, cells in (columns or {}).items()}
        self.irregular = dict(irregular or {})
        self._size = size if size is not None else len(next(iter(self.columns.values()), ()))
        if any(len(cells) != self._size for cells in self.columns.values()):
            raise ValueError("the columns of a table have different lengths")

    @classmethod
    def of(cls, columns: Mapping[str, Sequence[str | None]], prefix: str = "") -> RowTable:
        """Make a table from columns by name; a cell that is None is left out of its row.

        Characters that must not stand in XML names are escaped. With a `prefix` (``"data"``) the
        elements carry it; the root must then declare its namespace.

        Raises ValueError where columns have different lengths.
        """
        head = f"{prefix}:" if prefix else ""
        return cls({head + _encoded(name): cells for name, cells in columns.items()})

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the columns, without prefix, escapes decoded."""
        return tuple(dict.fromkeys(column_name(name) for name in self.columns))

    def column(self, name: str) -> list[str | None] | None:
        """Return the cells of a column, None if no row has it; None among the cells is missing.

        `name` may carry a prefix (``data:x`` finds ``x``) and escapes.
        """
        if name in self.columns and len(self.columns) == len(self.names):
            return list(self.columns[name])
        for wanted in dict.fromkeys((_decoded(name), column_name(name))):
            same = [cells for key, cells in self.columns.items() if column_name(key) == wanted]
            if same:
                return [
                    next((cell for cell in cells if cell is not None), None)
                    for cells in zip(*same, strict=True)
                ]
        return None

    def lines(self, depth: int) -> Iterator[str]:
        """Yield the lines of all rows, which stand `depth` deep."""
        outer, inner = "\t" * depth, "\t" * (depth + 1)
        if self.columns and not self.irregular and not any(map(_has_gaps, self.columns.values())):
            inside = "".join(f"{inner}<{name}>%s</{name}>\n" for name in self.columns)
            form = f"{outer}<{_NAME}>\n{inside}{outer}</{_NAME}>\n"
            columns = map(_escaped, self.columns.values())
            yield from map(form.__mod__, zip(*columns, strict=True))
            return
        for row, cells in enumerate(self):
            kept = self.irregular.get(row)
            if kept is not None:
                yield from markup_lines(kept, depth)
            elif cells:
                body = "".join(
                    f"{inner}<{name}>{escape_text(text)}</{name}>\n"
                    if text
                    else f"{inner}<{name}/>\n"
                    for name, text in cells
                )
                yield f"{outer}<{_NAME}>\n{body}{outer}</{_NAME}>\n"
            else:
                yield f"{outer}<{_NAME}/>\n"

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[list[tuple[str, str]]]:
        """Yield for each row the names (as written) and the texts of its cells."""
        names = list(self.columns)
        if not names:
            yield from ([] for _ in range(self._size))
            return
        for cells in zip(*self.columns.values(), strict=True):
            yield [
                (name, text) for name, text in zip(names, cells, strict=True) if text is not None
            ]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, RowTable):
            return NotImplemented
        return (
            self._size == other._size
            and list(self.columns.items()) == list(other.columns.items())
            and self.irregular == other.irregular
        )

    def __hash__(self) -> int:
        return hash((self._size, tuple(self.columns)))

    def __repr__(self) -> str:
        return f"<RowTable: {self._size} rows, columns {', '.join(self.columns)}>"


class RowTableReader:
    """Reads `row` elements into a `RowTable` (see `pmmlkit.xml.reader.RunReader`)."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._columns: dict[str, list[str | None]] = {}
        self._irregular: dict[int, Markup] = {}
        self._texts: dict[str, str] = {}
        self._size = 0
        self._depth = 0
        self._length = 0
        self._uncounted = 0
        self._is_regular = True
        self._is_nested = False
        self._is_nil = False
        self._parts: list[str] = []
        self._cells: dict[str, str | None] = {}
        self._kept: list[tuple[str, list[str]] | str | None] = []

    def start(self, name: str, attributes: list[str]) -> None:
        """Open a row, a cell, or something inside of a cell."""
        depth = self._depth
        self._depth = depth + 1
        self._kept.append((name, attributes))
        self._uncounted += 1
        if depth > 1:
            self._is_regular, self._is_nested = False, True
            self._reading.check_depth(depth + 1)
        elif depth == 1:
            self._parts = []
            self._length = 0
        else:
            self._reading.check_depth(2)
        if attributes or name in self._cells:
            self._is_regular = False
            if depth == 1:
                self._is_nil = _says_nil(attributes)
        if depth == 0 or self._uncounted == _COUNTED:
            self._reading.count_elements(self._uncounted)
            self._uncounted = 0

    def text(self, data: str) -> None:
        """Take the text of a cell."""
        if self._depth > 1:
            self._length += len(data)
            if self._length > self._reading.limits.text_characters:
                raise LimitError(
                    "a cell is longer than "
                    f"Limits.text_characters = {self._reading.limits.text_characters}",
                    element=_NAME,
                    line=self._reading.line,
                )
            self._parts.append(data)
            self._kept.append(data)
        elif data.strip(_BLANK):
            self._kept.append(data.strip(_BLANK))
            self._is_regular = False

    def end(self, name: str) -> None:
        """Close a row, a cell, or something inside of a cell."""
        self._depth -= 1
        self._kept.append(None)
        if self._depth == 1:
            text = "".join(self._parts)
            if self._is_nested:
                text, self._is_nested = text.strip(_BLANK), False
            if len(self._texts) < _INTERNED:
                text = self._texts.setdefault(text, text)
            if self._cells.get(name) is None:
                self._cells[name] = None if self._is_nil else text
            self._is_nil = False
        elif self._depth == 0:
            self._end_row()
            self._reading.release()

    def _end_row(self) -> None:
        columns, size = self._columns, self._size
        if self._is_regular and list(self._cells) != list(columns):
            order = {name: position for position, name in enumerate(columns)}
            places = [order.get(name, len(order)) for name in self._cells]
            self._is_regular = places == sorted(places)
        for name in self._cells:
            if name not in columns:
                self._reading.count_elements(size)
                columns[name] = [None] * size
        # Cells that are absent take room too: rows of ever new columns must not multiply it.
        self._reading.count_elements(len(columns) - len(self._cells))
        for name, cells in columns.items():
            cells.append(self._cells.get(name))
        if not self._is_regular:
            self._irregular[size] = Markup(tidied(list(_as_events(self._kept))))
        self._size += 1
        self._cells, self._kept, self._is_regular = {}, [], True

    def value(self) -> RowTable:
        """Return the table."""
        return RowTable(self._columns, self._irregular, self._size)


def _says_nil(attributes: list[str]) -> bool:
    return any(
        key.rpartition(":")[2] == "nil" and text.strip(_BLANK) in _NIL
        for key, text in zip(attributes[::2], attributes[1::2], strict=True)
    )


def _as_events(kept: list[tuple[str, list[str]] | str | None]) -> Iterator[Event]:
    for item in kept:
        if item is None:
            yield End()
        elif isinstance(item, str):
            yield Text(item)
        else:
            name, attributes = item
            yield Start(name, tuple(zip(attributes[::2], attributes[1::2], strict=True)))

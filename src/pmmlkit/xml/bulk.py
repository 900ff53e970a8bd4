"""Plain markup read in bulk: a stretch of tags and attributes as arrays of events, not a call for
each.

Producers write nodes by the hundred thousand in a few shapes: what stands between the values of
attributes is the same few texts over and over. The text is cut at its quotes, each distinct piece
between two values is parsed once, and the events of a stretch are taken from a table. Whatever is
not plain (other tags or attributes, comments, CDATA, single quotes, what is not well-formed) ends
the stretch: the parser goes on from there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["ATTRIBUTE", "CLOSE", "OPEN", "Bulk", "Stretch"]

Ints = npt.NDArray[np.int32]

OPEN, CLOSE, ATTRIBUTE = range(3)
"""Kinds of events: a start tag, the end of an element (by its end tag or an empty-element tag), an
attribute.
"""

_NO_NUMBERS: Final = np.zeros(0, np.intp)
_MOST_PIECES: Final = 20_000
"""Text with more different pieces than this is not plain."""

# White space is that of XML, which is less than \s.
_IN_TAG: Final = re.compile(
    r"[ \t\r\n]*(/?>)|[ \t\r\n]+([A-Za-z]\w*)[ \t\r\n]*=[ \t\r\n]*\Z", re.ASCII
)
_IN_CONTENT: Final = re.compile(r"[ \t\r\n]*<(?:([A-Za-z]\w*)|/([A-Za-z]\w*)[ \t\r\n]*>)", re.ASCII)
_LINE_END: Final = re.compile("\r\n?|\n")
_NO_VALUE: Final = re.compile("[<\x00-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile("&([^&;]*;?)")
_PREDEFINED: Final = {"lt;": "<", "gt;": ">", "amp;": "&", "quot;": '"', "apos;": "'"}


class _Event(NamedTuple):
    """`line` and `end` count line ends and characters of the piece before the tag, and up to the
    end of the event. A tag of -1 is that of the element whose start tag came last.
    """

    kind: int
    tag: int
    attribute: int
    line: int
    end: int


class _Piece(NamedTuple):
    """What stands between two values: `is_whole` if it leads up to the next value."""

    events: tuple[_Event, ...]
    lines: int
    is_whole: bool


@dataclass(frozen=True)
class Stretch:
    """The events (n,) of a stretch of plain markup.

    `kind` is one of OPEN, CLOSE, ATTRIBUTE; `tag` the position of the tag among those that are
    expected, for an attribute that of its element; `attribute` the position among those of the tag,
    -1 for other events; `element` the event that opened the element of an attribute or of an
    empty-element tag; `value` the position in `values` of the text of an attribute; `line` how many
    line ends stand before the event. `is_cut`: what follows is not plain.
    """

    kind: Ints
    tag: Ints
    attribute: Ints
    element: Ints
    value: Ints
    line: Ints
    values: Sequence[str]
    is_cut: bool
    _ends: Ints
    _parts: Sequence[str]
    _size: int

    def size(self, events: int) -> int:
        """Return how many bytes of UTF-8 the first `events` events take."""
        if events == 0:
            return 0
        piece = 2 * int(self.value[events - 1])
        end = int(self._ends[events - 1])
        # What is left is short.
        left = '"'.join([self._parts[piece][end:], *self._parts[piece + 1 :]])
        return self._size - (len(left) if left.isascii() else len(left.encode()))


class Bulk:
    """What has been learnt of a document's plain markup. `expected` maps tags to attributes."""

    def __init__(self, expected: Mapping[str, Sequence[str]]) -> None:
        self._tags = {tag: number for number, tag in enumerate(expected)}
        self._attributes = {name for names in expected.values() for name in names}
        self._names = tuple(self._attributes)
        self._place = np.full((len(expected), len(self._names)), -1, np.int32)
        for row, names in enumerate(expected.values()):
            for position, name in enumerate(names):
                self._place[row, self._names.index(name)] = position
        self._events = array("i")
        self._pieces = array("i")
        self._numbers = _Numbers(self)

    def read(self, data: bytes) -> Stretch | None:
        """Read the plain markup at the start of `data`, which begins between two tags.

        The stretch ends at the end of the data, or with the last event before what is not plain.
        None: there is none.
        """
        try:
            text, size = data.decode(), len(data)
        except UnicodeDecodeError as error:
            text, size = data[: error.start].decode(), error.start
        parts = text.split('"')
        if len(parts) % 2 == 0:
            size -= len(parts.pop().encode()) + 1
        first = self._parsed(parts[0], in_tag=False)
        if len(parts) == 1 or not first.is_whole:
            return self._stretch([first], _NO_NUMBERS, parts, size, is_cut=len(parts) > 1)
        between = parts[2:-1:2]
        numbers = np.fromiter(map(self._numbers.__getitem__, between), np.intp, count=len(between))
        is_cut = bool((numbers < 0).any())
        if is_cut:
            numbers = numbers[: int((numbers < 0).argmax())]
        last = self._parsed(parts[2 * len(numbers) + 2], in_tag=True)
        return self._stretch([first, last], numbers, parts, size, is_cut=is_cut)

    def learn(self, text: str) -> int:
        """Return the number of a piece between two values, -1 if it is not plain."""
        number = len(self._numbers)
        if number >= _MOST_PIECES:
            return -1
        piece = self._parsed(text, in_tag=True)
        if not piece.is_whole:
            return -1
        self._pieces.extend((len(self._events) // 5, len(piece.events), piece.lines))
        self._events.extend(chain.from_iterable(piece.events))
        return number

    def _parsed(self, text: str, *, in_tag: bool) -> _Piece:
        """Parse as far as the text is plain."""
        events: list[_Event] = []
        at = 0
        is_whole = False
        while not is_whole:
            found = (_IN_TAG if in_tag else _IN_CONTENT).match(text, at)
            if found is None:
                break
            first, second = found.groups()
            lines = len(_LINE_END.findall(text, 0, found.end()))
            at = found.end()
            if in_tag and second is not None:
                if second not in self._attributes:
                    break
                events.append(_Event(ATTRIBUTE, -1, self._names.index(second), lines, at))
                is_whole = True
            elif in_tag:
                in_tag = False
                if first == "/>":
                    events.append(_Event(CLOSE, -1, -1, lines, at))
            else:
                tag = self._tags.get(first or second)
                if tag is None:
                    break
                events.append(_Event(CLOSE if first is None else OPEN, tag, -1, lines, at))
                in_tag = first is not None
        return _Piece(tuple(events), len(_LINE_END.findall(text)), is_whole)

    def _stretch(
        self,
        ends: list[_Piece],
        known: npt.NDArray[np.intp],
        parts: list[str],
        size: int,
        *,
        is_cut: bool,
    ) -> Stretch | None:
        """Put the events of the first piece, the known ones, and the last one together."""
        starts, many, lines = np.array(self._pieces, np.int32).reshape(-1, 3)[known].T
        shifts = starts - (np.cumsum(many) - many)
        picked = np.repeat(shifts, many)
        picked += np.arange(len(picked))
        middle = np.array(self._events, np.int32).reshape(-1, 5)[picked]
        middle[:, 3] += np.repeat(np.cumsum(lines) - lines + ends[0].lines, many)
        pieces = [np.array(piece.events, np.int32).reshape(-1, 5) for piece in ends]
        owner = np.arange(1, len(known) + 1, dtype=np.int32)
        owners = [np.zeros(len(pieces[0]), np.int32), np.repeat(owner, many)]
        blocks = [pieces[0], middle]
        if len(ends) > 1:
            last = pieces[1]
            last[:, 3] += ends[0].lines + int(lines.sum())
            blocks.append(last)
            owners.append(np.full(len(last), len(known) + 1, np.int32))
        kind, tag, attribute, line, end = np.ascontiguousarray(np.concatenate(blocks).T)
        value = np.concatenate(owners)
        if len(kind) and kind[-1] == ATTRIBUTE and value[-1] == len(known) + len(ends) - 1:
            # Its value is not there.
            kind, tag, attribute, line, end, value = (
                column[:-1] for column in (kind, tag, attribute, line, end, value)
            )
        values = parts[1 : 2 * (len(known) + len(ends) - 1) : 2]
        cleaned = _cleaned(values)
        if cleaned is None:
            return None
        position = np.arange(len(kind), dtype=np.int32)
        element = np.maximum.accumulate(np.where(kind == OPEN, position, np.int32(-1)))
        if len(element) and element[0] < 0 and (tag[element < 0] < 0).any():
            return None
        tag = np.where(tag < 0, tag[element], tag)
        is_attribute = kind == ATTRIBUTE
        place = np.full(len(kind), -1, np.int32)
        place[is_attribute] = self._place[tag[is_attribute], attribute[is_attribute]]
        if (place[is_attribute] < 0).any() or _has_doubles(
            element[is_attribute], place[is_attribute]
        ):
            return None
        return Stretch(kind, tag, place, element, value, line, cleaned, is_cut, end, parts, size)


class _Numbers(dict[str, int]):
    """The numbers of pieces by their text."""

    def __init__(self, bulk: Bulk) -> None:
        super().__init__()
        self._bulk = bulk

    def __missing__(self, text: str) -> int:
        number = self._bulk.learn(text)
        if number >= 0:
            self[text] = number
        return number


def _cleaned(values: list[str]) -> list[str] | None:
    """Return the values as XML means them, None where one needs more than the predefined
    references.
    """
    joined = "".join(values)
    if "<" in joined or (not joined.isprintable() and _NO_VALUE.search(joined)):
        return None
    if "&" not in joined:
        return values
    try:
        return [
            _REFERENCE.sub(lambda found: _PREDEFINED[found[1]], value) if "&" in value else value
            for value in values
        ]
    except KeyError:
        return None


def _has_doubles(elements: Ints, places: Ints) -> bool:
    """Tell whether an element has an attribute twice."""
    if not len(elements):
        return False
    width = int(places.max()) + 1
    return int(np.bincount((elements - elements[0]) * width + places).max()) > 1

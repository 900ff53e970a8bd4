"""Plain markup read in bulk: a stretch of tags and attributes as arrays, not a call for each.

Producers write nodes by the hundred thousand in a few shapes: what stands between the values of
attributes is the same few texts over and over. The text is cut at its quotes, each distinct piece
between two values is parsed once, and a stretch is the numbers of its pieces. Whatever is not plain
(other tags or attributes, comments, CDATA, single quotes, what is not well-formed) ends the
stretch: the parser goes on from there.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["ATTRIBUTE", "CLOSE", "OPEN", "Bulk", "Event", "Piece", "Stretch"]

Ints = npt.NDArray[np.int32]

OPEN, CLOSE, ATTRIBUTE = range(3)
"""Kinds of events: a start tag, the end of an element (by its end tag or an empty-element tag), an
attribute.
"""

_NONE: Final = np.zeros(0, np.int32)
_MOST_PIECES: Final = 20_000
_MOST_CHARACTERS: Final = 4_000_000
"""Text with more different pieces than this, or with longer ones, is not plain."""

_LONG_END: Final = 10_000
_MOST_ENDS: Final = 200

# White space is that of XML, which is less than \s.
_IN_TAG: Final = re.compile(
    r"[ \t\r\n]*(/?>)|[ \t\r\n]+([A-Za-z]\w*)[ \t\r\n]*=[ \t\r\n]*\Z", re.ASCII
)
_IN_CONTENT: Final = re.compile(r"[ \t\r\n]*<(?:([A-Za-z]\w*)|/([A-Za-z]\w*)[ \t\r\n]*>)", re.ASCII)
_LINE_END: Final = re.compile("\r\n?|\n")
_NO_VALUE: Final = re.compile("[<\x00-\x1f\ufffe\uffff]")
_REFERENCE: Final = re.compile("&([^&;]*;?)")
_PREDEFINED: Final = {"lt;": "<", "gt;": ">", "amp;": "&", "quot;": '"', "apos;": "'"}


class Event(NamedTuple):
    """What a piece says: `kind` is one of OPEN, CLOSE, ATTRIBUTE.

    `tag` is the position of the tag among those that are expected, for an attribute that of its
    element; -1 is the element whose start tag the piece began in. `line` and `end` count the line
    ends and the characters of the piece up to the end of the event.
    """

    kind: int
    tag: int
    line: int
    end: int


class Piece(NamedTuple):
    """What stands between two values: `lines` counts its line ends.

    One that leads up to the next value ends with an ATTRIBUTE, whose `name` is a position among all
    names that are expected; else it has been parsed as far as it is plain, and `name` is -1.
    """

    events: tuple[Event, ...]
    lines: int
    name: int


@dataclass(frozen=True)
class Stretch:
    """A stretch of plain markup: the piece `first`, then k values with a piece before each but the
    first (`between`, their numbers (k - 1,)), then the piece `last`; without values `first` is
    `last`.

    `values` are the texts of attributes; `tag` (k,) is the position of the tag of each one's
    element, `opened` (k,) the place of the first value of the same element, `attribute` (k,) the
    position of its name among those of the tag. `is_cut`: what follows is not plain.
    """

    first: Piece
    between: Ints
    last: Piece
    values: Sequence[str]
    tag: Ints
    opened: Ints
    attribute: Ints
    is_cut: bool
    _known: Sequence[Piece]
    _parts: Sequence[str]
    _size: int

    def piece(self, at: int) -> Piece:
        """Return a piece by its place: 0 is `first`, k is `last`."""
        if at == 0:
            return self.first
        return self.last if at == len(self.values) else self._known[int(self.between[at - 1])]

    def size(self, piece: int, end: int) -> int:
        """Return how many bytes of UTF-8 there are up to a character of a piece (0 is `first`)."""
        # What is left is short.
        left = '"'.join([self._parts[2 * piece][end:], *self._parts[2 * piece + 1 :]])
        return self._size - (len(left) if left.isascii() else len(left.encode()))


class Bulk:
    """What has been learnt of a document's plain markup. `expected` maps tags to attributes."""

    def __init__(self, expected: Mapping[str, Sequence[str]]) -> None:
        self.pieces: list[Piece] = []
        self._tags = {tag: number for number, tag in enumerate(expected)}
        names = dict.fromkeys(name for names in expected.values() for name in names)
        self._names = {name: number for number, name in enumerate(names)}
        self._place = np.full((len(expected), len(self._names)), -1, np.int32)
        for row, attributes in enumerate(expected.values()):
            for position, name in enumerate(attributes):
                self._place[row, self._names[name]] = position
        self._characters = 0
        self._last_events = array("i")
        self._numbers = _Numbers(self)
        self._ends: dict[tuple[str, bool], Piece] = {}

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
        first = self._end(parts[0], in_tag=False)
        if len(parts) == 1 or first.name < 0:
            is_cut = len(parts) > 1
            nothing = (_NONE, _NONE, _NONE)
            return Stretch(first, _NONE, first, (), *nothing, is_cut, (), parts, size)
        texts = parts[2:-1:2]
        between = np.fromiter(map(self._numbers.__getitem__, texts), np.int32, count=len(texts))
        is_cut = bool((between < 0).any())
        if is_cut:
            between = between[: int((between < 0).argmax())]
        count = len(between) + 1
        values = _cleaned(parts[1 : 2 * count : 2])
        roles = self._roles(first, between)
        if values is None or roles is None:
            return None
        last = self._end(parts[2 * count], in_tag=True)
        known = self.pieces
        return Stretch(first, between, last, values, *roles, is_cut, known, parts, size)

    def learn(self, text: str) -> int:
        """Return the number of a piece between two values, -1 if it is not plain."""
        number = len(self.pieces)
        self._characters += len(text)
        if number >= _MOST_PIECES or self._characters > _MOST_CHARACTERS:
            return -1
        piece = self._parsed(text, in_tag=True)
        if piece.name < 0:
            return -1
        self.pieces.append(piece)
        self._last_events.extend((piece.events[-1].tag, piece.name))
        return number

    def _end(self, text: str, *, in_tag: bool) -> Piece:
        """Parse the first or the last piece of a stretch; many trees begin and end alike."""
        piece = self._ends.get((text, in_tag))
        if piece is None:
            piece = self._parsed(text, in_tag=in_tag)
            if len(text) < _LONG_END and len(self._ends) < _MOST_ENDS:
                self._ends[text, in_tag] = piece
        return piece

    def _parsed(self, text: str, *, in_tag: bool) -> Piece:
        """Parse as far as the text is plain."""
        events: list[Event] = []
        at = lines = 0
        tag, name = -1, -1
        while name < 0:
            found = (_IN_TAG if in_tag else _IN_CONTENT).match(text, at)
            if found is None:
                break
            first, second = found.groups()
            lines += len(_LINE_END.findall(text, at, found.end()))
            at = found.end()
            if in_tag and second is not None:
                name = self._names.get(second, -1)
                if name < 0:
                    break
                events.append(Event(ATTRIBUTE, tag, lines, at))
            elif in_tag:
                in_tag = False
                if first == "/>":
                    events.append(Event(CLOSE, tag, lines, at))
            else:
                mentioned = self._tags.get(first or second)
                if mentioned is None:
                    break
                in_tag = first is not None
                if in_tag:
                    tag = mentioned
                events.append(Event(OPEN if in_tag else CLOSE, mentioned, lines, at))
        return Piece(tuple(events), lines, name)

    def _roles(self, first: Piece, between: Ints) -> tuple[Ints, Ints, Ints] | None:
        """Return the tag of each value's element, the place of the element's first value, and which
        attribute of the tag it is; None where a tag has no such attribute, or has it twice.
        """
        known = np.array(self._last_events, np.int32).reshape(-1, 2)
        last = np.empty((len(between) + 1, 2), np.int32)
        last[0] = first.events[-1].tag, first.name
        known.take(between, axis=0, out=last[1:], mode="clip")
        tag, name = last.T
        place = np.arange(len(tag), dtype=np.int32)
        opened = np.maximum.accumulate(np.where(tag < 0, np.int32(0), place))
        tag = tag[opened]
        attribute = self._place[tag, name]
        if attribute.min() < 0:
            return None
        in_order = (attribute[1:] > attribute[:-1]) | (opened[1:] == place[1:])
        if not in_order.all() and _has_doubles(opened, attribute):
            return None
        return tag, opened, attribute


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
    width = int(places.max()) + 1
    return int(np.bincount(elements * width + places).max()) > 1

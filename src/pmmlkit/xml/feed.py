"""Blocks of text on their way to the parser: what a run reader can take in bulk goes past it.

The parser stands still while a reader takes plain markup. Before it goes on it is given what it has
missed as far as that matters to it: the start tags of what is still open, and the line ends.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["BulkReader", "BulkRun", "Feed"]

_WORTH_IT = 16 * 1024
"""Arrays are slower than the parser for less than this many bytes."""

_MOST_WAITING = 4 * 1024 * 1024
_LINE_END = re.compile(b"\r\n?|\n")


class BulkReader(Protocol):
    """A run reader that can take plain markup past the parser, between any two of its calls."""

    @property
    def open_tags(self) -> list[str]:
        """The elements of the run that are open, outermost first."""

    def take(self, data: bytes, line: int) -> tuple[int, bool]:
        """Take what is plain at the start of `data`, at most up to the end of the outermost
        element.

        `data` begins between two tags, on line `line`. Returns how many bytes were taken, and
        whether the parser must read what follows; else there may be more of it in the next block.
        """

    def taken(self) -> Any:
        """Return what has been taken."""


class BulkRun(NamedTuple):
    """The content of an element, all of which was taken in bulk: the bytes of the document from
    `start` to `stop`, and what the reader says that it has `taken`.
    """

    start: int
    stop: int
    taken: Any


class Feed:
    """Feeds a parser. `tags` are those that can start a run."""

    def __init__(self, parser: Any, tags: Collection[str]) -> None:
        self._parser = parser
        self._parse: Callable[[bytes, bool], object] = parser.Parse
        names = b"|".join(re.escape(tag.encode()) for tag in tags)
        self._start = re.compile(b"<(?:" + names + rb")[\s>]") if tags else None
        self._reader: BulkReader | None = None
        self._end = b""
        self._is_taking = False
        self._waiting = b""
        self._line = 0
        self._column = 0
        self._offset = 0
        self._start_of_run = 0
        self.skipped = 0
        """How many line ends the parser has not seen."""
        self.runs: list[BulkRun] = []
        """What was taken in bulk so far, where that is all that an element holds."""

    @property
    def line(self) -> int:
        """The 1-based line that has been read up to."""
        return self._line if self._is_taking else self._parser.CurrentLineNumber + self.skipped

    def started(self, reader: object, parent: str) -> None:
        """Note that a run has started, inside an element of the document."""
        if hasattr(reader, "take"):  # what `isinstance` finds out for a protocol, at length
            self._reader = cast("BulkReader", reader)
            self._end = f"</{parent}".encode()

    def feed(self, data: bytes, final: bool) -> None:
        """Take one block."""
        data, self._waiting = self._waiting + data, b""
        position = self._take(data, 0, final) if self._is_taking else 0
        while not self._is_taking:
            start = self._next_start(data, position)
            if start is None:
                self._parse(data[position:] if position else data, final)
                break
            after = data.index(b">", start) + 1
            self._parse(data[position:start], False)
            self._reader = None
            self._parse(data[start:after], False)
            position = after
            if self._reader is not None:
                self._line = self.line
                self._column = self._parser.CurrentColumnNumber
                self._is_taking = True
                self._start_of_run = self._offset + after
                position = self._take(data, after, final)
        self._offset += len(data) - len(self._waiting)

    def _next_start(self, data: bytes, position: int) -> int | None:
        """Return where the next start tag is that may start a run; None: not in this block."""
        if self._start is None:
            return None
        if self._end:
            end = data.find(self._end, position)
            if end < 0:
                return None
            self._end, position = b"", end
        found = self._start.search(data, position)
        return None if found is None or data.find(b">", found.start()) < 0 else found.start()

    def _take(self, data: bytes, position: int, final: bool) -> int:
        """Let the reader take what it can from a position on; return the position up to which the
        block is used.
        """
        assert self._reader is not None
        end = data.find(self._end, position)
        size, is_over = 0, final or end >= 0
        if not is_over or end - position >= _WORTH_IT:
            stop = end if end >= 0 else len(data)
            size, must_parse = self._reader.take(data[position:stop], self._line)
            is_over |= must_parse
        taken = data[position : position + size]
        lines = [found.end() for found in _LINE_END.finditer(taken)] if b"\r" in taken else None
        self._line += taken.count(b"\n") if lines is None else len(lines)
        last = taken.rfind(b"\n") + 1 if lines is None else max(lines, default=0)
        self._column = len(taken) - last + (0 if last else self._column)
        position += size
        if is_over or len(data) - position > _MOST_WAITING:
            self._note_run(data, position)
            self._resume()
            return position
        self._waiting = data[position:]
        return len(data)

    def _note_run(self, data: bytes, position: int) -> None:
        """Note what was taken up to a position if nothing but the end tag follows."""
        assert self._reader is not None
        open_tags = self._reader.open_tags
        if len(open_tags) == 1:
            end = re.compile(rb"[ \t\r\n]*</%s[ \t\r\n]*>" % re.escape(open_tags[0].encode()))
            if end.match(data, position):
                run = BulkRun(self._start_of_run, self._offset + position, self._reader.taken())
                self.runs.append(run)

    def _resume(self) -> None:
        """Bring the parser to where the reader has got."""
        assert self._reader is not None
        missed = "".join(f"<{tag}>" for tag in self._reader.open_tags[1:]).encode()
        with _silent(self._parser):
            self._parse(missed, False)
            lines = self._line - self._parser.CurrentLineNumber - self.skipped
            if lines:
                self._parse(b"\n", False)
                self.skipped += lines - 1
            self._parse(b" " * max(self._column - self._parser.CurrentColumnNumber, 0), False)
        self._is_taking = False
        self._reader = None


@contextmanager
def _silent(parser: Any) -> Iterator[None]:
    """Let the parser read without telling anybody."""
    names = ("StartElementHandler", "EndElementHandler", "CharacterDataHandler")
    handlers = [getattr(parser, name) for name in names]
    for name in names:
        setattr(parser, name, None)
    yield
    for name, handler in zip(names, handlers, strict=True):
        setattr(parser, name, handler)

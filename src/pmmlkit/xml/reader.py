"""Text to elements: an event binder over expat that keeps a stack, not a tree.

Expat reads the text, with DOCTYPE refused before an entity can be declared; every bound is ours
(`Limits`). The binder knows declarations only: which classes there are, and which tags belong to
the language without a class, is told by the caller. Comments and processing instructions are
dropped; whatever else no declaration covers is kept as `Remainder`, with a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol
from xml.parsers import expat

from pmmlkit.errors import Finding, LimitError, MarkupError
from pmmlkit.limits import Limits
from pmmlkit.xml.declaration import Children, Element
from pmmlkit.xml.feed import BulkRun, Feed
from pmmlkit.xml.markup import End, Event, Markup, Text, start_event, tidied
from pmmlkit.xml.opened import Opened

__all__ = ["ReadResult", "Reading", "RunReader", "read", "tidied"]

_BLOCK = 512 * 1024

_CUT_OFF = tuple(
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
)

_UNKNOWN_ELEMENT, _MISPLACED = "PMML014", "PMML015"


class RunReader(Protocol):
    """Reads a run of children of one field straight from the parser into one value (a table of
    nodes, of rows).

    A class with this protocol is named by `child(..., reader=)`. It is made with the `Reading` when
    the first such child starts; its methods are then the parser's own handlers until it calls
    `Reading.release()`, which it does when the child that it was given has ended. A later child of
    the same field goes to the same object. `Reading.delegate` hands a nested element back to the
    binder. `value()` is asked when the parent ends; the value has a method `events()` that yields
    `Start`, `Text` and `End` (or `Written`, see the writer). One that is a `BulkReader` too is
    offered the text first.
    """

    def start(self, name: str, attributes: list[str]) -> None:
        """Take a start tag; `attributes` alternates names and values."""

    def text(self, data: str) -> None:
        """Take character data (a text may come in several parts)."""

    def end(self, name: str) -> None:
        """Take an end tag."""

    def value(self) -> Any:
        """Return what was read."""


@dataclass(frozen=True, slots=True)
class ReadResult:
    """The root element with all that was found; `fatal` findings keep the document from being
    evaluated; `runs` are the stretches of text that were read in bulk.
    """

    root: Element
    namespaces: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fatal: tuple[Finding, ...]
    runs: tuple[BulkRun, ...]


class Reading:
    """One reading of a document: the parser, the open elements, and what has been found so far.

    `shared` is a place for run readers to share what a whole document has in common (interned
    texts).
    """

    def __init__(
        self,
        classes: Mapping[str, type[Element]],
        known_tags: Collection[str],
        check_root: Callable[[str, dict[str, str]], None],
        limits: Limits,
    ) -> None:
        self.limits = limits
        self.shared: dict[Any, Any] = {}
        self.findings: list[Finding] = []
        self.fatal: list[Finding] = []
        self.namespaces: tuple[tuple[str, str], ...] = ()
        self.root: Element | None = None
        self._classes = classes
        self._known_tags = known_tags
        self._check_root = check_root
        self._prefix = ""
        self._stack: list[Opened] = []
        self._runs: list[tuple[RunReader, int]] = []
        self._elements = 0
        self._captured: list[Event] | None = None
        self._captured_depth = 0
        self._capture_done: Callable[[Markup], None] | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._feed = Feed(parser, _bulk_tags(classes))
        self._use_own_handlers()

    @property
    def line(self) -> int:
        """The 1-based line that the parser is at."""
        return self._feed.line

    def feed(self, data: bytes, final: bool = False) -> None:
        """Parse one block."""
        try:
            self._feed.feed(data, final)
        except expat.ExpatError as error:
            if not self._stack and self.root is None:
                advice = "; is this a PMML document?"
            else:
                advice = "; the end is missing" if error.code in _CUT_OFF else ""
            raise MarkupError(
                f"the text is not well-formed XML: {expat.ErrorString(error.code)} "
                f"(column {error.offset + 1}){advice}",
                line=error.lineno + self._feed.skipped,
            ) from error
        except (LookupError, ValueError) as error:
            raise MarkupError(f"the encoding of the document cannot be read: {error}") from error

    def count_elements(self, number: int) -> None:
        """Add to the elements read so far and hold them against the limit."""
        self._elements += number
        if self._elements > self.limits.elements:
            raise LimitError(
                f"the document has more elements than Limits.elements = {self.limits.elements}",
                line=self.line,
            )

    def check_depth(self, depth: int) -> None:
        """Hold the depth of a run reader's element, counted from its first one, against the
        limit.
        """
        if depth + len(self._stack) > self.limits.depth:
            raise LimitError(
                f"elements nest deeper than Limits.depth = {self.limits.depth}", line=self.line
            )

    def local_name(self, name: str) -> str:
        """Return the tag without the prefix that the document uses for PMML's namespace."""
        if self._prefix and name.startswith(self._prefix):
            return name[len(self._prefix) :]
        return name

    def find(
        self,
        code: str,
        severity: str,
        message: str,
        *,
        fatal: bool = False,
        line: int | None = None,
    ) -> None:
        """Note a finding at a line, else at the place that the parser is at."""
        path = "/".join(frame.kind.declaration.tag for frame in self._stack)
        finding = Finding(code, severity, path, self.line if line is None else line, message)
        self.findings.append(finding)
        if fatal and not any(frame.kind.declaration.informative for frame in self._stack):
            self.fatal.append(finding)

    def release(self) -> None:
        """Give the parser back to the binder: the run reader's child has ended."""
        self._runs.pop()
        self._use_handlers_of_run()

    def delegate(
        self, name: str, attributes: list[str], receive: Callable[[Element | Markup], None]
    ) -> None:
        """Bind an element that starts inside a run; `receive` gets it, or its markup if no class
        takes it.
        """
        self._use_own_handlers()
        kind = self._classes.get(self.local_name(name))

        def done(result: Element | Markup) -> None:
            receive(result)
            self._use_handlers_of_run()

        if kind is None:
            self._capture(name, attributes, done)
        else:
            self._open(kind, None, attributes).receive = done

    def _refuse_doctype(self, *_: object) -> None:
        raise MarkupError("a PMML document must not have a DOCTYPE; remove it", line=self.line)

    def _use_own_handlers(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text

    def _use_handlers_of_run(self) -> None:
        if not self._runs or self._runs[-1][1] != len(self._stack):
            self._use_own_handlers()
            return
        reader = self._runs[-1][0]
        if self._prefix:
            self._parser.StartElementHandler = lambda name, attributes: reader.start(
                self.local_name(name), attributes
            )
            self._parser.EndElementHandler = lambda name: reader.end(self.local_name(name))
        else:
            self._parser.StartElementHandler = reader.start
            self._parser.EndElementHandler = reader.end
        self._parser.CharacterDataHandler = reader.text

    def _start(self, name: str, attributes: list[str]) -> None:
        if self._captured is not None:
            self._captured_depth += 1
            self.count_elements(1)
            self.check_depth(self._captured_depth)
            self._captured.append(start_event(name, attributes))
            return
        if not self._stack:
            self._open_root(name, attributes)
            return
        parent = self._stack[-1]
        tag = self.local_name(name) if self._prefix else name
        declaration = parent.kind.declaration
        if declaration.holds_markup:
            self._capture_content(parent, name, attributes)
            return
        automaton = declaration.automaton
        state = automaton.step(parent.state, tag)
        field: Children | None
        if state is None:
            field = declaration.child_by_tag.get(tag)
        else:
            parent.state = state
            field = declaration.field_by_name[automaton.into[state]]  # type: ignore[assignment]  # the automaton knows children only
        kind = self._classes.get(tag)
        if field is None or "xmlns" in attributes[::2]:
            self._keep_unknown(parent, name, tag, attributes)
        elif field.reader is not None:
            self._start_run(parent, field, name, attributes)
        elif kind is None:
            self._keep(parent, name, attributes)
        else:
            if state is None:
                self.find(_MISPLACED, "warning", f"{tag} is in the wrong place or comes too often")
            if not field.many and parent.values[field.index] is not field.default:
                self._keep(parent, name, attributes)
                return
            parent.count += 1
            self._open(kind, field, attributes)

    def _open_root(self, name: str, attributes: list[str]) -> None:
        pairs = dict(zip(attributes[::2], attributes[1::2], strict=True))
        self._prefix = f"{name.rpartition(':')[0]}:" if ":" in name else ""
        tag = self.local_name(name)
        self._check_root(tag, pairs)
        own = "xmlns:" + self._prefix[:-1] if self._prefix else "xmlns"
        self.namespaces = tuple(
            (key, value)
            for key, value in pairs.items()
            if (key == "xmlns" or key.startswith("xmlns:")) and key != own
        )
        rest = [
            text
            for key, value in pairs.items()
            if not (key == "xmlns" or key.startswith("xmlns:"))
            for text in (key, value)
        ]
        self._open(self._classes[tag], None, rest)

    def _open(self, kind: type[Element], field: Children | None, attributes: list[str]) -> Opened:
        self.count_elements(1)
        self.check_depth(1)
        frame = Opened(kind, field, self.line, self.find)
        self._stack.append(frame)
        frame.take_attributes(attributes, self.limits.text_characters)
        return frame

    def _start_run(self, parent: Opened, field: Children, name: str, attributes: list[str]) -> None:
        parent.count += 1
        reader = parent.values[field.index]
        if reader is field.default:
            reader = parent.values[field.index] = field.reader(self)
        self._runs.append((reader, len(self._stack)))
        self._use_handlers_of_run()
        reader.start(self.local_name(name), attributes)
        if not self._prefix:
            self._feed.started(reader, parent.kind.declaration.tag)

    def _keep_unknown(self, parent: Opened, name: str, tag: str, attributes: list[str]) -> None:
        if tag in self._known_tags:
            self.find(_MISPLACED, "warning", f"{tag} must not stand inside {parent.kind.__name__}")
        elif not tag.startswith("X-"):
            self.find(_UNKNOWN_ELEMENT, "warning", f"unknown element {tag}")
        self._keep(parent, name, attributes)

    def _keep(self, parent: Opened, name: str, attributes: list[str]) -> None:
        position = parent.count
        self._capture(name, attributes, lambda kept: parent.children.append((position, kept)))

    def _capture_content(self, parent: Opened, name: str, attributes: list[str]) -> None:
        self._capture(name, attributes, parent.take_markup)

    def _capture(self, name: str, attributes: list[str], done: Callable[[Markup], None]) -> None:
        self._captured = [start_event(name, attributes)]
        self._captured_depth = 1
        self._capture_done = done
        self.count_elements(1)

    def _end(self, name: str) -> None:
        if self._captured is not None:
            self._captured.append(End())
            self._captured_depth -= 1
            if self._captured_depth == 0:
                kept, self._captured = Markup(tidied(self._captured)), None
                assert self._capture_done is not None
                self._capture_done(kept)
            return
        frame = self._stack[-1]
        element = frame.finished()
        self._stack.pop()
        if frame.receive is not None:
            frame.receive(element)
        elif frame.field is None:
            self.root = element
        else:
            self._stack[-1].take_child(element, frame.field)

    def _text(self, data: str) -> None:
        if self._captured is not None:
            self._captured.append(Text(data))
            return
        if not self._stack:
            return
        self._stack[-1].take_text(data, self.limits.text_characters)


def _bulk_tags(classes: Mapping[str, type[Element]]) -> set[str]:
    """Return the tags of children that a reader takes in bulk."""
    return {
        tag
        for kind in classes.values()
        for field in kind.declaration.children
        if hasattr(field.reader, "take")
        for tag in field.tags
    }


def read(
    source: bytes | BinaryIO,
    classes: Mapping[str, type[Element]],
    known_tags: Collection[str],
    check_root: Callable[[str, dict[str, str]], None],
    limits: Limits,
) -> ReadResult:
    """Read a document from bytes or an open binary file.

    `classes` are the element classes by tag; `known_tags` the tags of the language (one without a
    class is kept without a finding); `check_root` gets the root's tag and attributes and raises if
    they are not the language's.

    Raises MarkupError (not XML, DOCTYPE, wrong root) and LimitError.
    """
    reading = Reading(classes, known_tags, check_root, limits)
    size = 0
    position = 0
    while True:
        if isinstance(source, bytes):
            block = source[position : position + _BLOCK]
            position += _BLOCK
        else:
            block = source.read(_BLOCK)
        if not block:
            break
        size += len(block)
        if size > limits.document_bytes:
            raise LimitError(
                f"the document is larger than Limits.document_bytes = {limits.document_bytes}"
            )
        reading.feed(block)
    reading.feed(b"", final=True)
    assert reading.root is not None
    return ReadResult(
        reading.root,
        reading.namespaces,
        tuple(reading.findings),
        tuple(reading.fatal),
        tuple(reading._feed.runs),
    )

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
from pmmlkit.xml.declaration import NO_DEFAULT, Attribute, Children, Element, Field
from pmmlkit.xml.markup import End, Event, Markup, Remainder, Span, Start, Text, spans

__all__ = ["ReadResult", "Reading", "RunReader", "read", "tidied"]

_BLOCK = 64 * 1024

_CUT_OFF = tuple(
    expat.errors.codes[text]
    for text in (expat.errors.XML_ERROR_NO_ELEMENTS, expat.errors.XML_ERROR_UNCLOSED_TOKEN)
)

_NOT_XML, _REQUIRED_ATTRIBUTE, _BAD_VALUE, _NOT_LISTED = "PMML001", "PMML010", "PMML011", "PMML012"
_UNKNOWN_ATTRIBUTE, _UNKNOWN_ELEMENT, _MISPLACED = "PMML013", "PMML014", "PMML015"
_REQUIRED_CHILD, _STRAY_TEXT, _REPEATED = "PMML016", "PMML017", "PMML018"


class RunReader(Protocol):
    """Reads a run of children of one field straight from the parser into one value (a table of
    nodes, of rows).

    A class with this protocol is named by `child(..., reader=)`. It is made with the `Reading` when
    the first such child starts; its methods are then the parser's own handlers until it calls
    `Reading.release()`, which it does when the child that it was given has ended. A later child of
    the same field goes to the same object. `Reading.delegate` hands a nested element back to the
    binder. `value()` is asked when the parent ends; the value has a method `events()` that yields
    `Start`, `Text` and `End` (or `Written`, see the writer).
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
    evaluated.
    """

    root: Element
    namespaces: tuple[tuple[str, str], ...]
    findings: tuple[Finding, ...]
    fatal: tuple[Finding, ...]


class _Open:
    """An element whose end tag has not come yet."""

    __slots__ = (
        "attributes",
        "children",
        "count",
        "field",
        "kind",
        "length",
        "line",
        "receive",
        "state",
        "texts",
        "values",
    )

    def __init__(self, kind: type[Element], field: Children | None, line: int) -> None:
        self.kind = kind
        self.field = field
        self.line = line
        self.values: list[Any] = [item.default for item in kind.declaration.fields]
        self.state = 0
        self.count = 0
        self.length = 0
        self.texts: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.children: list[tuple[int, Markup]] = []
        self.receive: Callable[[Element | Markup], None] | None = None


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
        self._stack: list[_Open] = []
        self._runs: list[tuple[RunReader, int]] = []
        self._elements = 0
        self._captured: list[Event] | None = None
        self._captured_depth = 0
        self._capture_done: Callable[[Markup], None] | None = None
        self._parser = parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.ordered_attributes = True
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._use_own_handlers()

    @property
    def line(self) -> int:
        """The 1-based line that the parser is at."""
        return self._parser.CurrentLineNumber

    def feed(self, data: bytes, final: bool = False) -> None:
        """Parse one block."""
        try:
            self._parser.Parse(data, final)
        except expat.ExpatError as error:
            if not self._stack and self.root is None:
                advice = "; is this a PMML document?"
            else:
                advice = "; the end is missing" if error.code in _CUT_OFF else ""
            raise MarkupError(
                f"the text is not well-formed XML: {expat.ErrorString(error.code)} "
                f"(column {error.offset + 1}){advice}",
                line=error.lineno,
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

    def find(self, code: str, severity: str, message: str, *, fatal: bool = False) -> None:
        """Note a finding at the place that the parser is at."""
        path = "/".join(frame.kind.declaration.tag for frame in self._stack)
        finding = Finding(code, severity, path, self.line, message)
        self.findings.append(finding)
        if fatal:
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
            self._captured.append(_start_event(name, attributes))
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
            field = declaration.field_by_name[automaton.into[state]]  # type: ignore[assignment]
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

    def _open(self, kind: type[Element], field: Children | None, attributes: list[str]) -> _Open:
        self.count_elements(1)
        self.check_depth(1)
        frame = _Open(kind, field, self.line)
        self._stack.append(frame)
        known = kind.declaration.attribute_by_name
        longest = self.limits.text_characters
        for at in range(0, len(attributes), 2):
            name, text = attributes[at], attributes[at + 1]
            if len(text) > longest:
                raise LimitError(
                    f"attribute {name} is longer than Limits.text_characters = {longest}",
                    element=kind.declaration.tag,
                    line=frame.line,
                )
            item = known.get(name)
            if item is None:
                frame.attributes.append((name, text))
                if not name.startswith(("x-", "xmlns", "xml:", "xsi:")):
                    self.find(
                        _UNKNOWN_ATTRIBUTE, "warning", f"unknown attribute {name}={text!r:.80}"
                    )
            else:
                self._set(frame, item, text)
        return frame

    def _set(self, frame: _Open, item: Attribute, text: str) -> None:
        try:
            value = item.type.parse(text)
        except ValueError as error:
            frame.attributes.append((item.xml_name, text))
            self.find(_BAD_VALUE, "error", f"{item.xml_name}={text!r:.80}: {error}", fatal=True)
            return
        if item.values is not None and value not in item.values:
            stripped = value.strip() if isinstance(value, str) else value
            if stripped in item.values:
                value = stripped
            elif not (isinstance(value, str) and value.startswith("x-")):
                allowed = ", ".join(item.values.values)
                self.find(
                    _NOT_LISTED,
                    "error",
                    f"{item.xml_name}={text!r:.80} is none of {allowed}",
                )
        frame.values[item.index] = value

    def _start_run(self, parent: _Open, field: Children, name: str, attributes: list[str]) -> None:
        parent.count += 1
        reader = parent.values[field.index]
        if reader is field.default:
            reader = parent.values[field.index] = field.reader(self)
        self._runs.append((reader, len(self._stack)))
        self._use_handlers_of_run()
        reader.start(self.local_name(name), attributes)

    def _keep_unknown(self, parent: _Open, name: str, tag: str, attributes: list[str]) -> None:
        if tag in self._known_tags:
            self.find(_MISPLACED, "warning", f"{tag} must not stand inside {parent.kind.__name__}")
        elif not tag.startswith("X-"):
            self.find(_UNKNOWN_ELEMENT, "warning", f"unknown element {tag}")
        self._keep(parent, name, attributes)

    def _keep(self, parent: _Open, name: str, attributes: list[str]) -> None:
        position = parent.count
        self._capture(name, attributes, lambda kept: parent.children.append((position, kept)))

    def _capture_content(self, parent: _Open, name: str, attributes: list[str]) -> None:
        self._capture(name, attributes, lambda kept: self._add_content(parent, kept))

    @staticmethod
    def _add_content(parent: _Open, kept: Markup) -> None:
        field = next(item for item in parent.kind.declaration.children if not item.tags)
        before = parent.values[field.index]
        events = kept.events if before is None else before.events + kept.events
        parent.values[field.index] = Markup(events)

    def _capture(self, name: str, attributes: list[str], done: Callable[[Markup], None]) -> None:
        self._captured = [_start_event(name, attributes)]
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
        element = self._finished(frame)
        self._stack.pop()
        if frame.receive is not None:
            frame.receive(element)
        elif frame.field is None:
            self.root = element
        else:
            values = self._stack[-1].values
            index = frame.field.index
            if not frame.field.many:
                values[index] = element
            elif values[index] is frame.field.default:
                values[index] = [element]
            else:
                values[index].append(element)

    def _finished(self, frame: _Open) -> Element:
        declaration = frame.kind.declaration
        if declaration.text is not None:
            self._set_text(frame)
        self._check_required(frame)
        put = object.__setattr__
        element = frame.kind.__new__(frame.kind)
        for item, value in zip(declaration.fields, frame.values, strict=True):
            put(element, item.name, _settled(item, value))
        put(element, "line", frame.line)
        rest = Remainder(tuple(frame.attributes), tuple(frame.children))
        put(element, "remainder", rest if rest.attributes or rest.children else None)
        return element

    def _set_text(self, frame: _Open) -> None:
        item = frame.kind.declaration.text
        assert item is not None
        content = "".join(frame.texts)
        try:
            frame.values[item.index] = item.type.parse(content)
        except ValueError as error:
            frame.children.append((0, Markup((Text(content),))))
            self.find(_BAD_VALUE, "error", str(error), fatal=True)

    def _check_required(self, frame: _Open) -> None:
        declaration = frame.kind.declaration
        given = {name for name, _ in frame.attributes}
        for item in declaration.fields:
            value = frame.values[item.index]
            absent = value is NO_DEFAULT
            if absent:
                frame.values[item.index] = value = None
            if isinstance(item, Attribute):
                unset = absent or value is item.default
                if item.required and unset and item.xml_name not in given:
                    message = f"attribute {item.xml_name} is required"
                    # One that no rule needs does not keep the document from being scored.
                    severity = "error" if absent else "warning"
                    self.find(_REQUIRED_ATTRIBUTE, severity, message, fatal=absent)
            elif isinstance(item, Children) and item.minimum:
                missing = value is None or value is item.default or (not item.many and absent)
                if missing or (item.many and item.reader is None and len(value) < item.minimum):
                    kept = {
                        event.events[0].name
                        for _, event in frame.children
                        if isinstance(event.events[0], Start)
                    }
                    wanted = " or ".join(item.tags[:4]) + (" ..." if len(item.tags) > 4 else "")
                    self.find(
                        _REQUIRED_CHILD,
                        "error",
                        f"needs {wanted}",
                        fatal=absent and not kept & set(item.tags),
                    )

    def _text(self, data: str) -> None:
        if self._captured is not None:
            self._captured.append(Text(data))
            return
        if not self._stack:
            return
        frame = self._stack[-1]
        declaration = frame.kind.declaration
        if declaration.text is not None:
            frame.length += len(data)
            if frame.length > self.limits.text_characters:
                raise LimitError(
                    f"a text is longer than Limits.text_characters = {self.limits.text_characters}",
                    element=declaration.tag,
                    line=frame.line,
                )
            frame.texts.append(data)
        elif data.strip(" \t\r\n"):
            if declaration.holds_markup:
                self._add_content(frame, Markup((Text(data),)))
            else:
                frame.children.append((frame.count, Markup((Text(data.strip(" \t\r\n")),))))
                self.find(_STRAY_TEXT, "warning", f"text {data.strip()!r:.60} is not allowed here")


def _settled(item: Field, value: Any) -> Any:
    """Return what the element holds: a run's value, a tuple of children, or the value as it is."""
    if not isinstance(item, Children):
        return value
    if value is item.default or value is None:
        return () if item.many and item.reader is None and not value else value
    if item.reader is not None:
        return value.value()
    return tuple(value) if item.many else value


def _start_event(name: str, attributes: list[str]) -> Start:
    return Start(name, tuple(zip(attributes[::2], attributes[1::2], strict=True)))


def tidied(events: list[Event]) -> tuple[Event, ...]:
    """Join the parts of a text, and drop white space that only indents elements."""
    joined: list[Event] = []
    for event in events:
        if isinstance(event, Text) and joined and isinstance(joined[-1], Text):
            joined[-1] = Text(joined[-1].text + event.text)
        else:
            joined.append(event)
    found = spans(joined)
    tidy: list[Event] = []
    opened: list[Span] = []
    for at, event in enumerate(joined):
        if isinstance(event, Start):
            opened.append(found[at])
        elif isinstance(event, End):
            opened.pop()
        elif opened and opened[-1].has_elements and not opened[-1].has_text:
            continue
        tidy.append(event)
    return tuple(tidy)


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
        reading.root, reading.namespaces, tuple(reading.findings), tuple(reading.fatal)
    )

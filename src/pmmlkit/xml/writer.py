"""Elements to text, with stable output: the same elements always give the same bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pmmlkit.errors import MarkupError
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Children, Element
from pmmlkit.xml.markup import End, Event, Markup, Start, Text, spans

__all__ = [
    "Written",
    "element_lines",
    "escape_attribute",
    "escape_text",
    "markup_lines",
    "write",
]

_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff￾￿]")
_IN_ATTRIBUTE = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
)
_IN_TEXT = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"})
_BLOCK = 1 << 16


@dataclass(frozen=True, slots=True)
class Written:
    """A run of lines that a value has written and escaped itself (indentation by tabs, `\\n` at
    each end).

    For values with very many elements; `write_events(depth)` of such a value says how far it stands
    in.
    """

    text: str


def escape_attribute(text: str) -> str:
    """Return the text as it stands between double quotes; raise MarkupError where XML cannot hold
    it.
    """
    if _ILLEGAL.search(text):
        raise MarkupError(f"{text!r:.80} holds a character that XML 1.0 cannot carry; replace it")
    return text.translate(_IN_ATTRIBUTE)


def escape_text(text: str) -> str:
    """Return the text as it stands between tags; raise MarkupError where XML cannot hold it."""
    if _ILLEGAL.search(text):
        raise MarkupError(f"{text!r:.80} holds a character that XML 1.0 cannot carry; replace it")
    return text.translate(_IN_TEXT)


def write(root: Element, namespaces: Iterable[tuple[str, str]]) -> Iterator[bytes]:
    """Yield the document in blocks of UTF-8; `namespaces` are the root's xmlns attributes."""
    lines: list[str] = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    size = 0
    for line in _lines(root, tuple(namespaces)):
        lines.append(line)
        size += len(line)
        if size > _BLOCK:
            yield "".join(lines).encode("utf-8")
            lines, size = [], 0
    yield "".join(lines).encode("utf-8")


def element_lines(element: Element, depth: int) -> Iterator[str]:
    """Yield the lines of an element that stands `depth` deep; for values that write themselves
    (`lines(depth)`).
    """
    return _lines(element, (), depth)


def markup_lines(kept: Markup, depth: int) -> Iterator[str]:
    """Yield the lines of kept markup that stands `depth` deep."""
    return _markup_lines(kept.events, depth)


def _lines(root: Element, namespaces: tuple[tuple[str, str], ...], depth: int = 0) -> Iterator[str]:
    """Write without recursion: a stack of what is still to come at each depth."""
    outermost = "\t" * depth
    if _is_text(root):
        yield f"{outermost}{_with_text(root)}\n"
        return
    head, body = _opened(root, namespaces)
    stack: list[tuple[str, Iterator[Any]]] = []
    if body is None:
        yield f"{outermost}{head}/>\n"
        return
    yield f"{outermost}{head}>\n"
    stack.append((root.tag, body))
    while stack:
        tag, rest = stack[-1]
        item = next(rest, None)
        here = depth + len(stack)
        indent = "\t" * here
        if item is None:
            stack.pop()
            yield _closing(here - 1, tag)
        elif isinstance(item, Element):
            if _is_text(item):
                yield f"{indent}{_with_text(item)}\n"
                continue
            head, body = _opened(item, ())
            if body is None:
                yield f"{indent}{head}/>\n"
            else:
                yield f"{indent}{head}>\n"
                stack.append((item.tag, body))
        elif isinstance(item, Written):
            yield item.text
        elif isinstance(item, Markup):
            yield from _markup_lines(item.events, here)
        elif hasattr(item, "lines"):
            yield from item.lines(here)
        else:
            yield from _markup_lines(tuple(item.events()), here)


def _closing(depth: int, tag: str) -> str:
    indent = "\t" * depth
    return f"{indent}</{tag}>\n"


def _attributes(element: Element) -> Iterator[str]:
    for item in type(element).declaration.attributes:
        value = getattr(element, item.name)
        is_default = value == item.default and type(value) is type(item.default)
        if value is None or (is_default and not item.required):
            continue
        yield f' {item.xml_name}="{escape_attribute(item.type.format(value))}"'
    if element.remainder is not None:
        for name, text in element.remainder.attributes:
            yield f' {name}="{escape_attribute(text)}"'


def _opened(
    element: Element, namespaces: tuple[tuple[str, str], ...]
) -> tuple[str, Iterator[Any] | None]:
    """Return the start tag without its end, and the children still to write (None if there are
    none).
    """
    declared = "".join(f' {name}="{escape_attribute(uri)}"' for name, uri in namespaces)
    head = f"<{element.tag}{declared}{''.join(_attributes(element))}"
    body = list(_children(element))
    return head, iter(body) if body else None


def _is_text(element: Element) -> bool:
    """Tell whether white space inside the element counts."""
    declaration = element.declaration
    if declaration.holds_markup:
        kept = _held_markup(element)
        return kept is not None and any(
            isinstance(event, Text) for event in _outermost(kept.events)
        )
    return declaration.text is not None and not declaration.children


def _held_markup(element: Element) -> Markup | None:
    item = next(field for field in element.declaration.children if not field.tags)
    kept: Markup | None = getattr(element, item.name)
    return kept


def _outermost(events: Sequence[Event]) -> Iterator[Event]:
    depth = 0
    for event in events:
        if depth == 0:
            yield event
        depth += isinstance(event, Start) - isinstance(event, End)


def _with_text(element: Element) -> str:
    item = element.declaration.text
    inside = ""
    if item is not None:
        value = getattr(element, item.name)
        inside = "" if value is None else escape_text(item.type.format(value))
        if element.remainder is not None:
            for _, kept in element.remainder.children:
                inside += "".join(_inline(kept.events))
    else:
        kept = _held_markup(element) or Markup()
        inside = "".join(_inline(kept.events))
    head = f"<{element.tag}{''.join(_attributes(element))}"
    return f"{head}>{inside}</{element.tag}>" if inside else f"{head}/>"


def _children(element: Element) -> Iterator[Any]:
    """Yield what stands inside: elements, `Markup`, and values that write themselves, in order."""
    ordered = list(_declared_children(element))
    kept = element.remainder.children if element.remainder is not None else ()
    at = 0
    for position, item in enumerate(ordered):
        while at < len(kept) and kept[at][0] <= position:
            yield kept[at][1]
            at += 1
        yield item
    for _, markup in kept[at:]:
        yield markup


def _declared_children(element: Element) -> Iterator[Any]:
    declaration = type(element).declaration
    queues: dict[str, list[Any]] = {}
    for item in declaration.children:
        value = getattr(element, item.name)
        if value is None or value is item.default:
            queues[item.name] = []
        elif item.many and item.reader is None:
            queues[item.name] = list(value)
        else:
            queues[item.name] = [value]
    if declaration.is_sequence:
        for item in declaration.children:
            yield from queues[item.name]
        return
    yield from _by_content(declaration.content, declaration.children, queues)


def _by_content(
    model: content.Particle, fields: tuple[Children, ...], queues: dict[str, list[Any]]
) -> Iterator[Any]:
    """Let the content model take the children from their fields; what it cannot take follows at the
    end.
    """
    heads = dict.fromkeys(queues, 0)

    def available(leaf: content.Child) -> bool:
        queue, head = queues[leaf.into], heads[leaf.into]
        return head < len(queue) and (
            not isinstance(queue[head], Element) or queue[head].tag in leaf.tags
        )

    def can_start(node: content.Particle) -> bool:
        if isinstance(node, content.Child):
            return available(node)
        if isinstance(node, content.Sequence | content.Choice):
            return any(can_start(part) for part in node.particles)
        return isinstance(node, content.Repeat) and can_start(node.particle)

    # The depth of this recursion is that of a declaration, at most four.
    def take(node: content.Particle) -> Iterator[Any]:
        if isinstance(node, content.Child):
            if available(node):
                heads[node.into] += 1
                yield queues[node.into][heads[node.into] - 1]
        elif isinstance(node, content.Sequence):
            for part in node.particles:
                yield from take(part)
        elif isinstance(node, content.Choice):
            for part in node.particles:
                if can_start(part):
                    yield from take(part)
                    break
        elif isinstance(node, content.Repeat):
            times = 0
            while (node.high is None or times < node.high) and can_start(node.particle):
                yield from take(node.particle)
                times += 1

    yield from take(model)
    for item in fields:
        yield from queues[item.name][heads[item.name] :]


def _start_tag(event: Start) -> str:
    attributes = "".join(f' {name}="{escape_attribute(text)}"' for name, text in event.attributes)
    return f"<{event.name}{attributes}"


def _inline(events: Sequence[Event]) -> Iterator[str]:
    open_tags: list[str] = []
    for at, event in enumerate(events):
        if isinstance(event, Start):
            if isinstance(events[at + 1], End):
                yield f"{_start_tag(event)}/>"
                open_tags.append("")
            else:
                yield f"{_start_tag(event)}>"
                open_tags.append(event.name)
        elif isinstance(event, Text):
            yield escape_text(event.text)
        else:
            tag = open_tags.pop()
            if tag:
                yield f"</{tag}>"


def _markup_lines(events: Sequence[Any], depth: int) -> Iterator[str]:
    """Write kept markup: indented where elements stand alone, on one line where text stands
    between.
    """
    found = spans(events)
    open_tags: list[str] = []
    at = 0
    while at < len(events):
        event = events[at]
        indent = "\t" * (depth + len(open_tags))
        if isinstance(event, Written):
            yield event.text
        elif isinstance(event, Text):
            yield f"{indent}{escape_text(event.text)}\n"
        elif isinstance(event, End):
            yield _closing(depth + len(open_tags) - 1, open_tags.pop())
        elif found[at].has_elements and not found[at].has_text:
            yield f"{indent}{_start_tag(event)}>\n"
            open_tags.append(event.name)
        else:
            end = found[at].end
            yield f"{indent}{''.join(_inline(events[at : end + 1]))}\n"
            at = end
        at += 1

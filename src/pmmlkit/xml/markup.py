"""Markup that no declaration covers, kept as it was read so that a round trip loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

__all__ = [
    "End",
    "Event",
    "Markup",
    "Remainder",
    "Span",
    "Start",
    "Text",
    "spans",
    "start_event",
    "tidied",
]


@dataclass(frozen=True, slots=True)
class Start:
    """A start tag. `name` is local for PMML's own namespace, else ``{uri}local``; attributes in
    order.
    """

    name: str
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    """Character data."""

    text: str


@dataclass(frozen=True, slots=True)
class End:
    """An end tag."""


Event = Start | Text | End


@dataclass(frozen=True, slots=True)
class Markup:
    """Balanced markup as a flat run of events: equality, copy and pickle need no recursion."""

    events: tuple[Event, ...] = ()

    def elements(self) -> Iterator[tuple[str, str]]:
        """Yield the name and the text of each outermost element."""
        depth = 0
        name = ""
        text: list[str] = []
        for event in self.events:
            if isinstance(event, Start):
                if depth == 0:
                    name, text = event.name, []
                depth += 1
            elif isinstance(event, Text):
                if depth:
                    text.append(event.text)
            else:
                depth -= 1
                if depth == 0:
                    yield name, "".join(text)


@dataclass(slots=True)
class Span:
    """Where an element of a run of events ends, and what stands directly inside it."""

    end: int = -1
    has_text: bool = False
    has_elements: bool = False


def spans(events: Sequence[object]) -> dict[int, Span]:
    """Return the span of each element by the position of its start; white space alone is no
    text.
    """
    found: dict[int, Span] = {}
    opened: list[int] = []
    for at, event in enumerate(events):
        if isinstance(event, Start):
            if opened:
                found[opened[-1]].has_elements = True
            found[at] = Span()
            opened.append(at)
        elif isinstance(event, Text):
            if opened and event.text.strip(" \t\r\n"):
                found[opened[-1]].has_text = True
        elif isinstance(event, End):
            found[opened.pop()].end = at
    return found


@dataclass(frozen=True, slots=True)
class Remainder:
    """What an element was read with beyond its declaration: nothing of it has a meaning to pmmlkit.

    `attributes`: unknown attributes, and declared ones whose text could not be read, as written.
    `children`: unknown elements and stray text, each with the number of declared children before
    it.
    """

    attributes: tuple[tuple[str, str], ...] = ()
    children: tuple[tuple[int, Markup], ...] = ()


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


def start_event(name: str, attributes: list[str]) -> Start:
    """Return the event of a start tag; `attributes` alternates names and values."""
    return Start(name, tuple(zip(attributes[::2], attributes[1::2], strict=True)))

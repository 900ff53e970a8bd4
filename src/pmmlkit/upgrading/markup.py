"""Kept markup as elements, elements as kept markup, and attributes that no declaration covers."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from pmmlkit.language.extension import Extension
from pmmlkit.language.vocabulary import TAGS, element_classes
from pmmlkit.limits import Limits
from pmmlkit.xml.markup import End, Event, Markup, Remainder, Start
from pmmlkit.xml.reader import read
from pmmlkit.xml.writer import markup_lines

if TYPE_CHECKING:
    from pmmlkit.xml.declaration import Element

__all__ = [
    "attribute_beside",
    "element_of",
    "explicit",
    "extension_markup",
    "first_tag",
    "with_remainder",
    "without_attribute",
    "wrapped",
]

_Kind = TypeVar("_Kind", bound="Element")


def first_tag(kept: Markup) -> str:
    """Return the name of the first element, empty for stray text."""
    first = kept.events[0]
    return first.name if isinstance(first, Start) else ""


def element_of(kept: Markup, tag: str) -> Element:
    """Read kept markup, one element, as the element `tag`."""
    first = kept.events[0]
    assert isinstance(first, Start)
    renamed = Markup((replace(first, name=tag), *kept.events[1:]))
    text = "".join(markup_lines(renamed, 0)).encode("utf-8")
    return read(text, element_classes(), TAGS, lambda *_: None, Limits()).root


def extension_markup(element: Extension) -> Markup:
    """Return an Extension as markup, which stands where it is put."""
    given = {"extender": element.extender, "name": element.name, "value": element.value}
    attributes = [(name, text) for name, text in given.items() if text is not None]
    if element.remainder is not None:
        attributes += element.remainder.attributes
    inside: tuple[Event, ...] = () if element.content is None else element.content.events
    return Markup((Start("Extension", tuple(attributes)), *inside, End()))


def attribute_beside(element: Element, name: str) -> str | None:
    """Return an attribute that the declaration does not cover, None if it is absent."""
    if element.remainder is None:
        return None
    return dict(element.remainder.attributes).get(name)


def without_attribute(element: _Kind, name: str) -> _Kind:
    """Return the element without an attribute that the declaration does not cover."""
    assert element.remainder is not None
    attributes = tuple(pair for pair in element.remainder.attributes if pair[0] != name)
    return with_remainder(element, Remainder(attributes, element.remainder.children))


def explicit(element: _Kind, **texts: str) -> _Kind:
    """Return the element with attributes (names in XML) that the writer would leave out, since they
    are the defaults of the newest version.
    """
    before = element.remainder or Remainder()
    return with_remainder(element, Remainder((*before.attributes, *texts.items()), before.children))


def with_remainder(element: _Kind, remainder: Remainder) -> _Kind:
    """Return the element with another remainder, or with none if that is empty."""
    is_empty = not remainder.attributes and not remainder.children
    changes: dict[str, Any] = {"remainder": None if is_empty else remainder}
    return element.replace(**changes)


def wrapped(element: Element) -> tuple[Extension, ...]:
    """Return what the declaration of an element does not cover as Extensions: an attribute as name
    and value, markup as content.
    """
    if element.remainder is None:
        return ()
    attributes = [
        Extension(name=name, value=text, content=None, line=element.line)
        for name, text in element.remainder.attributes
    ]
    contents = [
        Extension(content=kept, line=element.line) for _, kept in element.remainder.children
    ]
    return (*attributes, *contents)

"""The notation of declarations: what attributes, children and texts an element has, and since
when.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pmmlkit.xml.lexical import STRING, Lexical

__all__ = [
    "NO_DEFAULT",
    "Attribute",
    "Children",
    "Enumeration",
    "Field",
    "TextField",
    "attribute",
    "child",
    "children",
    "enumeration",
    "markup",
    "text",
]

NO_DEFAULT: Any = object()
"""The default of a field that a constructor must be given."""


@dataclass(frozen=True, slots=True)
class Enumeration:
    """The values that an attribute may have, each with the versions (inclusive) in which it
    exists.

    `refused` maps those that pmmlkit does not evaluate wherever the enumeration is used; `vendor`
    are those of vendors (``x-``) that it does evaluate.
    """

    values: Mapping[str, tuple[str | None, str | None]]
    refused: Mapping[str, str] = field(default_factory=dict)
    vendor: frozenset[str] = frozenset()

    def __contains__(self, value: object) -> bool:
        return value in self.values


def enumeration(
    *values: str,
    since: Mapping[str, str] | None = None,
    until: Mapping[str, str] | None = None,
    refused: Mapping[str, str] | None = None,
    vendor: tuple[str, ...] = (),
) -> Enumeration:
    """Declare the values of an attribute; `since` and `until` map single values to versions,
    `refused` to the reason why they are not evaluated; `vendor` are known ones of vendors.
    """
    starts, ends = since or {}, until or {}
    spans = {value: (starts.get(value), ends.get(value)) for value in values}
    return Enumeration(spans, refused or {}, frozenset(vendor))


@dataclass(frozen=True, slots=True)
class Field:
    """What all fields of a declaration have in common; `name` and `index` are set by the class."""

    default: Any
    since: str | None
    until: str | None
    name: str = field(default="", kw_only=True)
    index: int = field(default=-1, kw_only=True)


@dataclass(frozen=True, slots=True)
class Attribute(Field):
    """An attribute of an element.

    `required` is what the schema says; a required attribute that has a default can be absent
    without harm to scoring. `earlier` maps a version to what held up to and including it: keys
    type, default, required, values, fixed (the newest version, where the reader takes more than the
    schema). `refused` maps values that pmmlkit does not evaluate to the
    reason (``"*"``: any value). `informative`: it has no effect on a score, so that a value that is
    not listed does no harm.
    """

    xml_name: str
    type: Lexical
    required: bool
    values: Enumeration | None
    earlier: Mapping[str, Mapping[str, Any]]
    refused: Mapping[str, str]
    informative: bool = False


@dataclass(frozen=True, slots=True)
class Children(Field):
    """Child elements: `many` makes a tuple, else one element or None. Empty `tags` stand for any
    markup.

    `reader` makes an object that reads a whole run of such children into one value (tables, trees);
    the value writes itself. `last`: stands behind the fields of subclasses.
    """

    tags: tuple[str, ...]
    many: bool
    minimum: int
    reader: Any
    last: bool = field(default=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class TextField(Field):
    """The character data of an element."""

    type: Lexical


def attribute(
    xml_name: str | None = None,
    *,
    type: Lexical = STRING,
    required: bool = False,
    default: Any = NO_DEFAULT,
    values: Enumeration | None = None,
    since: str | None = None,
    until: str | None = None,
    earlier: Mapping[str, Mapping[str, Any]] | None = None,
    refused: Mapping[str, str] | None = None,
    informative: bool = False,
) -> Any:
    """Declare an attribute; `xml_name` only where it is not the field's name in camel case."""
    return Attribute(
        default,
        since,
        until,
        xml_name or "",
        type,
        required,
        values,
        earlier or {},
        refused or {},
        informative,
    )


def child(
    *tags: str,
    required: bool = False,
    default: Any = NO_DEFAULT,
    since: str | None = None,
    until: str | None = None,
    reader: Any = None,
    last: bool = False,
) -> Any:
    """Declare at most one child element out of `tags`."""
    return Children(default, since, until, tags, False, int(required), reader, last=last)


def children(
    *tags: str,
    minimum: int = 0,
    default: Any = NO_DEFAULT,
    since: str | None = None,
    until: str | None = None,
    reader: Any = None,
    last: bool = False,
) -> Any:
    """Declare any number of child elements out of `tags`, kept as a tuple in document order."""
    return Children(default, since, until, tags, True, minimum, reader, last=last)


def text(*, type: Lexical = STRING, default: Any = "") -> Any:
    """Declare the character data of the element."""
    return TextField(default, None, None, type)


def markup(*, default: Any = None) -> Any:
    """Declare that the element holds any markup, kept as `Markup`."""
    return Children(default, None, None, (), False, 0, None)

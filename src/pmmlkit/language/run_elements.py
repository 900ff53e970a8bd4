"""Node and row: elements that are read into tables by the thousand, never one by one, so that
their declarations serve the grammar alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import PREDICATE
from pmmlkit.xml.content import Any as AnyContent
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import choice, optional, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, markup
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.xml.markup import Markup

__all__ = ["RUN_ELEMENTS"]

_EMBEDDED: Final = ("Regression", "DecisionTree")


class _Node(
    Element,
    abstract=True,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        leaf(*PREDICATE, into="predicate"),
        choice(
            seq(
                optional(leaf("Partition", into="partition")),
                repeat(leaf("ScoreDistribution", into="distributions")),
                repeat(leaf("Node", into="nodes")),
            ),
            seq(
                repeat(leaf("Extension", into="extensions")),
                leaf(*_EMBEDDED, into="model"),
            ),
        ),
    ),
):
    """A node of a tree. Specification: Trees."""

    id: str | None = attribute(default=None)
    score: str | None = attribute(default=None)
    record_count: float | None = attribute(type=NUMBER, default=None)
    default_child: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    predicate: Any = child(*PREDICATE, required=True)
    partition: Any = child("Partition", default=None)
    distributions: tuple[Any, ...] = children("ScoreDistribution", default=())
    nodes: tuple[Any, ...] = children("Node", default=())
    model: Any = child(*_EMBEDDED, default=None)


class _Row(Element, abstract=True, content=AnyContent(2)):
    """A row of an InlineTable: one element for each cell. Specification: Taxonomy."""

    cells: Markup | None = markup()


RUN_ELEMENTS: Final[Mapping[str, type[Element]]] = MappingProxyType({"Node": _Node, "row": _Row})
"""The elements by tag."""

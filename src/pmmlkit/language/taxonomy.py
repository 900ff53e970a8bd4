"""Taxonomy: which categories are parts of which; information only.

Specification: chapter Taxonomy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.inline_table import FieldColumnPair, InlineTable, TableLocator

__all__ = ["ChildParent", "Taxonomy"]


class ChildParent(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.repeat(content.child("FieldColumnPair", into="pairs", since="4.2")),
        content.choice(
            content.child("TableLocator", into="table_locator"),
            content.child("InlineTable", into="inline_table"),
        ),
    ),
):
    """A table of categories and of what they are parts of."""

    child_field: str | None = attribute(required=True, default=None)
    parent_field: str | None = attribute(required=True, default=None)
    parent_level_field: str | None = attribute(default=None)
    is_recursive: str = attribute(default="no", values=enumeration("no", "yes"))
    extensions: tuple[Extension, ...] = children("Extension", default=())
    pairs: tuple[FieldColumnPair, ...] = children("FieldColumnPair", default=(), since="4.2")
    table_locator: TableLocator | None = child("TableLocator", default=None)
    inline_table: InlineTable | None = child("InlineTable", default=None)


class Taxonomy(Element, informative=True):
    """A hierarchy of categories, as one table or a chain of tables."""

    name: str | None = attribute(required=True, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    child_parents: tuple[ChildParent, ...] = children("ChildParent", minimum=1, default=())

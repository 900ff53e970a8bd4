"""Tables inside of a document. Specification: Taxonomy, InlineTable; semantics chapter 33."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.row_table import RowTable, RowTableReader
from pmmlkit.xml.declaration import Element, attribute, children

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["FieldColumnPair", "InlineTable", "TableLocator"]


class InlineTable(Element):
    """Rows of cells; the cells are texts, typed by whatever uses the table."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    rows: RowTable = children("row", reader=RowTableReader, default=RowTable())


class TableLocator(
    Element, refused="tables outside of the document are never read; use an InlineTable"
):
    """A table outside of the document: kept, and refused where it would be used."""

    extensions: tuple[Extension, ...] = children("Extension", default=())


class FieldColumnPair(Element):
    """A field and the column of a table that it is matched with."""

    field: str = attribute(required=True)
    column: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())

"""TrainingInstances: the rows that a model was trained on, where scoring needs them.

Specification: Nearest Neighbors, Gaussian Process; semantics chapters 13, 24.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import BOOLEAN, INTEGER

if TYPE_CHECKING:
    from pmmlkit.language.inline_table import InlineTable, TableLocator

__all__ = ["InstanceField", "InstanceFields", "TrainingInstances"]


class InstanceField(Element):
    """A field, and the column of the table that has its values (default: of the same name)."""

    field: str = attribute(required=True)
    column: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class InstanceFields(Element):
    """The fields of the training instances."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    instance_fields: tuple[InstanceField, ...] = children("InstanceField", minimum=1)


class TrainingInstances(
    Element,
    content=content.seq(
        content.repeat(content.child("Extension", into="extensions")),
        content.child("InstanceFields", into="instance_fields"),
        content.choice(
            content.child("TableLocator", into="table_locator"),
            content.child("InlineTable", into="inline_table"),
        ),
    ),
):
    """The rows that a model was trained on.

    `is_transformed`: derived fields among them have their values in the table; else they are
    computed from the raw fields. `record_count` and `field_count` are information.
    """

    is_transformed: bool = attribute(type=BOOLEAN, default=False)
    record_count: int | None = attribute(type=INTEGER, default=None)
    field_count: int | None = attribute(type=INTEGER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    instance_fields: InstanceFields = child("InstanceFields", required=True)
    table_locator: TableLocator | None = child("TableLocator", default=None)
    inline_table: InlineTable | None = child("InlineTable", default=None)

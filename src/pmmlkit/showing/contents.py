"""All elements of a document, those that stand in tables of nodes included; how many there are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pmmlkit.language.models.tree.node_table import FALSE, SET, SIMPLE, TRUE, NodeTable
from pmmlkit.language.row_table import RowTable
from pmmlkit.xml.declaration import Element

__all__ = ["all_elements", "elements_in_tables", "node_table"]


def node_table(model: Any) -> NodeTable | None:
    """Return the nodes of a model, None where it is no tree."""
    nodes = getattr(model, "nodes", None)
    return nodes if isinstance(nodes, NodeTable) else None


def all_elements(root: Element) -> Iterator[Element]:
    """Yield all elements that are objects, parents first."""
    stack = [root]
    while stack:
        element = stack.pop()
        yield element
        table = node_table(element)
        if table is not None:
            stack.extend(inner for _, inner in table.elements())
        stack.extend(reversed(element.elements()))


def elements_in_tables(element: Any) -> int:
    """Count the elements that an element holds as rows of a table."""
    table = node_table(element)
    if table is not None:
        kinds = np.bincount(table.kind, minlength=SET + 1)
        predicates = int(kinds[TRUE] + kinds[FALSE] + kinds[SIMPLE] + 2 * kinds[SET])
        return len(table) + predicates + len(table.distribution_rows) - len(table.distributions)
    rows = getattr(element, "rows", None)
    if isinstance(rows, RowTable):
        cells = sum(cell is not None for column in rows.columns.values() for cell in column)
        return len(rows) + cells
    return 0

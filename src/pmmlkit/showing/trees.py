"""Trees: how large they are, and how they look as text.

Nodes stay in their tables; what is said of one is made when it is written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.tree.node_table import (
    ABSENT,
    FALSE,
    NONE,
    OPERATORS,
    SET,
    SIMPLE,
    TRUE,
    NodeTable,
)
from pmmlkit.language.predicates import SimplePredicate, SimpleSetPredicate
from pmmlkit.showing.formula import Formula, Listing, Names, Part, value_of
from pmmlkit.showing.formulas import comparison, formula, membership

__all__ = ["DrawnNode", "TreeSize", "draw", "embedded_models", "nodes_of", "tree_size"]

_BRANCH, _LAST, _THROUGH, _PAST = "├─ ", "└─ ", "│  ", "   "
_ARROW: Final = " -> "


@dataclass(frozen=True, slots=True)
class TreeSize:
    """Nodes, leaves and depth of a tree (a root alone has depth 0), and how often its predicates
    ask for each field.
    """

    nodes: int
    leaves: int
    depth: int
    fields: Counter[str]


def tree_size(table: NodeTable | None) -> TreeSize:
    """Count the nodes of a tree."""
    if table is None or not len(table):
        return TreeSize(0, 0, 0, Counter())
    parents = table.parent.tolist()
    depths = _depths(parents)
    inner = len(set(parents) - {NONE})
    used = Counter(table.field.tolist())
    used.pop(NONE, None)
    fields = Counter({table.texts[number]: count for number, count in used.items()})
    for predicate in table.predicates.values():
        fields.update(
            element.field or "?"
            for element in predicate.walk()
            if isinstance(element, SimplePredicate | SimpleSetPredicate)
        )
    return TreeSize(len(parents), len(parents) - inner, max(depths), fields)


def _depths(parents: list[int]) -> list[int]:
    """Return the depth of each node; parents stand before their children."""
    depths: list[int] = []
    for parent in parents:
        depths.append(depths[parent] + 1 if parent >= 0 else 0)
    return depths


class DrawnNode(NamedTuple):
    """What is said of one node. `shares` are the classes with their probabilities or counts;
    `hidden` counts the nodes below that a limit of depth hides.
    """

    number: int
    parent: int
    depth: int
    id: str | None
    predicate: Formula
    score: str | int | float | None
    record_count: str | int | float | None
    shares: tuple[tuple[str, str | int | float], ...]
    is_default: bool
    inside: str | None
    hidden: int


def nodes_of(table: NodeTable, names: Names, depth: int | None = None) -> Iterator[DrawnNode]:
    """Yield the nodes from the root down, depth first, those below `depth` left out."""
    parents = table.parent.tolist()
    depths = _depths(parents)
    below = _hidden(parents, depths, depth)
    defaults = table.default_child.tolist()
    ids = table.id.tolist()
    kinds, scores, counts = (
        column.tolist() for column in (table.kind, table.score, table.record_count)
    )
    owners = table.distribution_node.tolist()
    for node, parent in enumerate(parents):
        if depth is not None and depths[node] > depth:
            continue
        is_default = parent >= 0 and ids[node] != NONE and defaults[parent] == ids[node]
        yield DrawnNode(
            node,
            parent,
            depths[node],
            table.text(ids[node]),
            _predicate(table, node, kinds[node], names),
            value_of(table.text(scores[node])),
            value_of(table.text(counts[node])),
            _shares(table, owners, node),
            is_default,
            _inside(table, node),
            below[node],
        )


def _hidden(parents: list[int], depths: list[int], limit: int | None) -> list[int]:
    """Count for the nodes at the limit of depth how many stand below them."""
    below = [0] * len(parents)
    if limit is None:
        return below
    for node in range(len(parents) - 1, -1, -1):
        if depths[node] > limit:
            below[parents[node]] += below[node] + 1
    return below


def _predicate(table: NodeTable, node: int, kind: int, names: Names) -> Formula:
    if kind in (TRUE, FALSE, ABSENT):
        return Formula(({TRUE: "true", FALSE: "false", ABSENT: "no predicate"}[kind],))
    if kind not in (SIMPLE, SET):
        return formula(table.predicates.get(node), names)
    name = table.text(int(table.field[node]))
    operator = OPERATORS[int(table.operator[node])]
    if kind == SIMPLE:
        return comparison(name, operator, table.text(int(table.value[node])), names)
    low, high = table.item_node.searchsorted([node, node + 1])
    items = [table.texts[number] for number in table.item_text[low:high].tolist()]
    return membership(name, operator, items, names)


def _shares(
    table: NodeTable, owners: list[int], node: int
) -> tuple[tuple[str, str | int | float], ...]:
    low, high = bisect_left(owners, node), bisect_left(owners, node + 1)
    found = []
    for row in table.distribution_rows[low:high].tolist():
        _, label, count, _, probability = row
        text = table.text(probability if probability != NONE else count)
        found.append((table.text(label) or "?", "?" if text is None else value_of(text) or 0))
    return tuple(found)


def _inside(table: NodeTable, node: int) -> str | None:
    """Return the tag of a model that stands in a node."""
    found = (extra.item for extra in table.extras.get(node, ()))
    return next((item.tag for item in found if isinstance(item, EmbeddedModel)), None)


def draw(
    table: NodeTable, names: Names, *, depth: int | None = None, full: bool = False
) -> Iterator[str]:
    """Yield the lines of a tree: predicate, score, record count, distribution."""
    last_child = {parent: child for child, parent in enumerate(table.parent.tolist())}
    indents: dict[int, str] = {}
    for node in nodes_of(table, names, depth):
        if node.parent < 0:
            head, indents[node.number] = "", ""
        else:
            is_last = last_child[node.parent] == node.number
            around = indents[node.parent]
            head = around + (_LAST if is_last else _BRANCH)
            indents[node.number] = around + (_PAST if is_last else _THROUGH)
        yield head + _line(node).text(full=full)
        if node.hidden:
            plural = "" if node.hidden == 1 else "s"
            yield f"{indents[node.number]}{_LAST}... {node.hidden} node{plural} below"


def _line(node: DrawnNode) -> Formula:
    parts: list[Part] = []
    if node.parent < 0 and node.predicate.parts == ("true",):
        parts.append("all rows")
    else:
        parts += node.predicate.parts
    if node.is_default:
        parts.append(" (default)")
    if node.score is not None:
        parts += [_ARROW, node.score]
    if node.inside is not None:
        parts += [_ARROW, node.inside]
    told: list[Part] = []
    if node.record_count is not None:
        told += ["n = ", node.record_count]
    if node.shares:
        told += ["; " if told else "", Listing(tuple((f"{k} ", v) for k, v in node.shares))]
    if told:
        parts += ["  [", *told, "]"]
    return Formula(tuple(parts))


def embedded_models(table: NodeTable | None) -> Iterator[Any]:
    """Yield the models that stand in the nodes of a tree."""
    for extras in () if table is None else table.extras.values():
        for extra in extras:
            if isinstance(extra.item, EmbeddedModel):
                yield extra.item

"""Tables of nodes that are made node by node, and nodes as elements.

Specification: chapter Trees.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final, cast

import numpy as np

from pmmlkit.language.models.tree.node_table import (
    ABSENT,
    DISTRIBUTION_COLUMNS,
    FALSE,
    NODE_COLUMNS,
    NONE,
    OPERATORS,
    OTHER,
    SET,
    SIMPLE,
    TRUE,
    Extra,
    NodePool,
    NodeTable,
)
from pmmlkit.xml.declaration import Element
from pmmlkit.xml.lexical import NUMBER, PROBABILITY, format_number
from pmmlkit.xml.markup import Markup, Remainder

if TYPE_CHECKING:
    from pmmlkit.language.models.tree.model import ScoreDistribution

__all__ = [
    "NodeTableBuilder",
    "distribution_element",
    "leaf_element",
    "plain_set",
    "predicate_element",
]

_OPERATOR: Final = {name: number for number, name in enumerate(OPERATORS)}
_COLUMN: Final = {name: number for number, name in enumerate(NODE_COLUMNS)}


class NodeTableBuilder:
    """Collects nodes and freezes them into a `NodeTable`; parents come before their children.

    Nodes may be added in any other order: the table is in document order, children as they were
    added.
    """

    def __init__(self) -> None:
        self._nodes: list[dict[str, Any]] = []

    def add(
        self,
        parent: int | None,
        predicate: Element,
        *,
        score: str | float | None = None,
        record_count: float | None = None,
        id: str | None = None,
        default_child: str | None = None,
        distributions: Iterable[ScoreDistribution] = (),
        extras: Iterable[Element] = (),
        line: int = 0,
    ) -> int:
        """Add a node and return its number, to be used as `parent`; None makes the root.

        `predicate` is one of the five predicate elements; `extras` are a Partition, Extensions or
        an embedded model.
        """
        if (parent is None) != (not self._nodes):
            raise ValueError("the first node, and no other, has the parent None")
        self._nodes.append(
            {
                "parent": NONE if parent is None else parent,
                "predicate": predicate,
                "score": score if score is None or isinstance(score, str) else format_number(score),
                "record_count": None if record_count is None else format_number(record_count),
                "id": id,
                "default_child": default_child,
                "distributions": tuple(distributions),
                "extras": tuple(extras),
                "line": line,
            }
        )
        return len(self._nodes) - 1

    def build(self) -> NodeTable:
        """Return the table."""
        pool = NodePool()
        texts = pool.text_numbers
        predicates: dict[int, Element] = {}
        extras: dict[int, list[Extra]] = {}
        distributions: dict[int, Element] = {}
        place: dict[int, int] = {NONE: NONE}
        for new, old in enumerate(self._order()):
            place[old] = new
            node = self._nodes[old]
            row = [NONE] * len(NODE_COLUMNS)
            row[_COLUMN["parent"]] = place[node["parent"]]
            row[_COLUMN["line"]] = node["line"]
            for name in ("score", "record_count", "id", "default_child"):
                if node[name] is not None:
                    row[_COLUMN[name]] = texts[node[name]]
            if not _put_predicate(row, node["predicate"], new, pool):
                predicates[new] = node["predicate"]
            pool.rows.extend(row)
            for item in node["distributions"]:
                at = len(pool.distributions) // len(DISTRIBUTION_COLUMNS)
                pool.distributions.extend((new, *_distribution_row(item, pool)))
                if item.extensions or item.remainder is not None:
                    distributions[at] = item
            count = len(pool.distributions) // len(DISTRIBUTION_COLUMNS)
            for item in node["extras"]:
                before = item.tag == "Extension"
                extra = Extra(not before, 0 if before else count, new + 1, item)
                extras.setdefault(new, []).append(extra)
        return NodeTable(pool, predicates=predicates, extras=extras, distributions=distributions)

    def _order(self) -> list[int]:
        """Return the nodes depth first."""
        children: dict[int, list[int]] = {}
        for number, node in enumerate(self._nodes):
            children.setdefault(node["parent"], []).append(number)
        order: list[int] = []
        stack = children.get(NONE, [])[:1]
        while stack:
            number = stack.pop()
            order.append(number)
            stack.extend(reversed(children.get(number, ())))
        return order


def _put_predicate(row: list[int], element: Any, node: int, pool: NodePool) -> bool:
    """Put a predicate into the columns; False where it has to stay an element."""
    texts = pool.text_numbers
    if element.remainder is not None or element.extensions:
        row[_COLUMN["kind"]] = OTHER
        return False
    if element.tag in ("True", "False"):
        row[_COLUMN["kind"]] = TRUE if element.tag == "True" else FALSE
        return True
    if element.tag == "SimplePredicate" and _OPERATOR.get(element.operator, 99) < 8:
        row[_COLUMN["kind"]] = SIMPLE
        row[_COLUMN["field"]] = texts[element.field]
        row[_COLUMN["operator"]] = _OPERATOR[element.operator]
        row[_COLUMN["value"]] = NONE if element.value is None else texts[element.value]
        return True
    found = plain_set(element)
    if found is None:
        row[_COLUMN["kind"]] = OTHER
        return False
    field, operator, type_name, items = found
    row[_COLUMN["kind"]] = SET
    row[_COLUMN["field"]] = texts[field]
    row[_COLUMN["operator"]] = _OPERATOR[operator]
    row[_COLUMN["value"]] = texts[type_name]
    for item in items:
        pool.items.extend((node, texts[item]))
    return True


def _distribution_row(item: ScoreDistribution, pool: NodePool) -> list[int]:
    texts = pool.text_numbers
    numbers = (item.record_count, item.confidence, item.probability)
    return [
        texts[item.value],
        *(NONE if number is None else texts[format_number(number)] for number in numbers),
    ]


def plain_set(element: Any) -> tuple[str, str, str, Sequence[str]] | None:
    """Return field, operator, type and items of a set predicate that the columns can hold without
    loss.
    """
    from pmmlkit.errors import PmmlError
    from pmmlkit.language.arrays import Array

    if element.tag != "SimpleSetPredicate" or element.extensions or element.remainder is not None:
        return None
    array = element.array
    if not isinstance(array, Array) or array.remainder is not None:
        return None
    if array.type not in ("string", "int", "real"):
        return None
    if element.field is None or element.boolean_operator not in ("isIn", "isNotIn"):
        return None
    try:
        items = array.items()
    except PmmlError:
        return None
    if Array.of(items, "string").replace(type=array.type) != array:
        return None
    return element.field, element.boolean_operator, array.type, items


def set_element(table: NodeTable, node: int) -> Element:
    """Return the SimpleSetPredicate of a SET node."""
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.predicates import SimpleSetPredicate

    first, last = np.searchsorted(table.item_node, [node, node + 1]).tolist()
    items = [table.texts[number] for number in table.item_text[first:last].tolist()]
    line = int(table.line[node])
    return SimpleSetPredicate(
        field=table.texts[table.field[node]],
        boolean_operator=OPERATORS[table.operator[node]],
        array=Array.of(items, "string").replace(type=table.texts[table.value[node]], line=line),
        line=line,
    )


def predicate_element(table: NodeTable, node: int) -> Element | None:
    """Return the predicate of a node as an element, None where it has none."""
    kind = int(table.kind[node])
    if kind == ABSENT:
        return None
    if kind == OTHER:
        return table.predicates[node]
    if kind == SET:
        return set_element(table, node)
    return leaf_element(
        {TRUE: "True", FALSE: "False", SIMPLE: "SimplePredicate"}[kind],
        field=table.text(int(table.field[node])),
        operator=OPERATORS[table.operator[node]],
        value=table.text(int(table.value[node])),
        line=int(table.line[node]),
    )


def leaf_element(
    tag: str,
    *,
    field: str | None,
    operator: str,
    value: str | None,
    inside: Sequence[Element | Markup] = (),
    line: int = 0,
) -> Element:
    """Make a True, a False or a SimplePredicate with what was read inside it."""
    from pmmlkit.language.predicates import FalsePredicate, SimplePredicate, TruePredicate

    extensions, remainder = _inside(inside)
    if tag == "True":
        return TruePredicate(extensions=extensions, remainder=remainder, line=line)
    if tag == "False":
        return FalsePredicate(extensions=extensions, remainder=remainder, line=line)
    return SimplePredicate(
        field=cast(str, field),
        operator=operator,
        value=value,
        extensions=extensions,
        remainder=remainder,
        line=line,
    )


def distribution_element(
    texts: Sequence[str | None], inside: Sequence[Element | Markup], line: int = 0
) -> Element:
    """Make a ScoreDistribution of value, recordCount, confidence and probability, with what was
    read inside it.
    """
    from pmmlkit.language.models.tree.model import ScoreDistribution

    value, record_count, confidence, probability = texts
    extensions, remainder = _inside(inside)
    return ScoreDistribution(
        value=cast(str, value),
        record_count=None if record_count is None else NUMBER.parse(record_count),
        confidence=None if confidence is None else PROBABILITY.parse(confidence),
        probability=None if probability is None else PROBABILITY.parse(probability),
        extensions=extensions,
        remainder=remainder,
        line=line,
    )


def _inside(inside: Sequence[Element | Markup]) -> tuple[tuple[Any, ...], Remainder | None]:
    extensions = tuple(item for item in inside if isinstance(item, Element))
    kept: list[tuple[int, Markup]] = []
    count = 0
    for item in inside:
        if isinstance(item, Markup):
            kept.append((count, item))
        else:
            count += 1
    return extensions, Remainder((), tuple(kept)) if kept else None

"""The nodes of a tree as a slice of parallel arrays: a forest of a million nodes has no million
objects.

Specification: chapter Trees (Node, ScoreDistribution) and Predicates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_pool import DISTRIBUTION_COLUMNS, NODE_COLUMNS, NodePool
from pmmlkit.xml.declaration import Element
from pmmlkit.xml.markup import Markup

__all__ = [
    "ABSENT",
    "DISTRIBUTION_COLUMNS",
    "FALSE",
    "NODE_COLUMNS",
    "NONE",
    "OPERATORS",
    "OTHER",
    "SET",
    "SIMPLE",
    "TRUE",
    "Extra",
    "NodePool",
    "NodeTable",
]

Ints = npt.NDArray[np.int32]

NONE: Final = -1
"""Stands in a column of texts for an attribute that is absent."""

ABSENT, TRUE, FALSE, SIMPLE, SET, OTHER = range(6)
"""Kinds of predicate; ABSENT is an error of the document, the element of OTHER is in
`NodeTable.predicates`.
"""

OPERATORS: Final = (
    "equal",
    "notEqual",
    "lessThan",
    "lessOrEqual",
    "greaterThan",
    "greaterOrEqual",
    "isMissing",
    "isNotMissing",
    "isIn",
    "isNotIn",
)

_TEXT_COLUMNS: Final = ("field", "value", "score", "record_count", "id", "default_child")


class Extra(NamedTuple):
    """What stands in a Node beside its columns: an Extension, a Partition, an embedded model,
    unknown markup.

    It stands after the predicate if `after_predicate`, and after the table's first `distributions`
    distributions and first `nodes` nodes.
    """

    after_predicate: bool
    distributions: int
    nodes: int
    item: Element | Markup


class _Column:
    """A column of the slice as an array; rows count from the slice's own first."""

    def __init__(self, rows: str, names: Sequence[str]) -> None:
        self.rows = rows
        self.names = names

    def __set_name__(self, owner: type, name: str) -> None:
        self.at = self.names.index(name.removeprefix("distribution_"))

    def __get__(self, table: NodeTable, owner: type | None = None) -> Ints:
        rows: Ints = getattr(table, self.rows)
        return rows[:, self.at]


class NodeTable:
    """All nodes of one TreeModel, in document order (parents first, depth first); immutable,
    compared by value.

    Columns are int32 arrays (n,). `parent` is -1 for the root, `kind` one of TRUE, FALSE, SIMPLE,
    SET, OTHER, ABSENT, `operator` an index into OPERATORS, `line` is outside equality; the others
    are indices into `texts`, NONE where absent. `value` of a SET is the type of its Array, and its
    items are `item_text` where `item_node` is the node. Distributions are columns (m,) with
    `distribution_node`, sorted by it. `predicates` holds the elements of OTHER, `extras` and
    `attributes` what else stands in a node, `distributions` whole ScoreDistribution elements where
    they hold more than their four attributes.
    """

    __slots__ = (
        "attributes",
        "distributions",
        "extras",
        "first",
        "last",
        "pool",
        "predicates",
    )

    parent = _Column("node_rows", NODE_COLUMNS)
    kind = _Column("node_rows", NODE_COLUMNS)
    field = _Column("node_rows", NODE_COLUMNS)
    operator = _Column("node_rows", NODE_COLUMNS)
    value = _Column("node_rows", NODE_COLUMNS)
    score = _Column("node_rows", NODE_COLUMNS)
    record_count = _Column("node_rows", NODE_COLUMNS)
    id = _Column("node_rows", NODE_COLUMNS)
    default_child = _Column("node_rows", NODE_COLUMNS)
    line = _Column("node_rows", NODE_COLUMNS)
    distribution_node = _Column("distribution_rows", DISTRIBUTION_COLUMNS)
    distribution_value = _Column("distribution_rows", DISTRIBUTION_COLUMNS)
    distribution_record_count = _Column("distribution_rows", DISTRIBUTION_COLUMNS)
    distribution_confidence = _Column("distribution_rows", DISTRIBUTION_COLUMNS)
    distribution_probability = _Column("distribution_rows", DISTRIBUTION_COLUMNS)

    def __init__(
        self,
        pool: NodePool,
        first: tuple[int, int, int] = (0, 0, 0),
        last: tuple[int, int, int] | None = None,
        *,
        predicates: Mapping[int, Element] | None = None,
        extras: Mapping[int, Sequence[Extra]] | None = None,
        attributes: Mapping[int, tuple[tuple[str, str], ...]] | None = None,
        distributions: Mapping[int, Element] | None = None,
    ) -> None:
        self.pool = pool
        self.first = first
        self.last = last or (
            len(pool.rows) // len(NODE_COLUMNS),
            len(pool.distributions) // len(DISTRIBUTION_COLUMNS),
            len(pool.items) // 2,
        )
        self.predicates: Mapping[int, Element] = predicates or {}
        self.extras = {node: tuple(items) for node, items in (extras or {}).items()}
        self.attributes: Mapping[int, tuple[tuple[str, str], ...]] = attributes or {}
        self.distributions: Mapping[int, Element] = distributions or {}

    @property
    def node_rows(self) -> Ints:
        """The rows of the slice (n, 10)."""
        return self.pool.node_rows[self.first[0] : self.last[0]]

    @property
    def distribution_rows(self) -> Ints:
        """The distributions of the slice (m, 5)."""
        return self.pool.distribution_rows[self.first[1] : self.last[1]]

    @property
    def item_node(self) -> Ints:
        """The node of each item of a set predicate."""
        return self.pool.item_rows[self.first[2] : self.last[2], 0]

    @property
    def item_text(self) -> Ints:
        """Each item of a set predicate."""
        return self.pool.item_rows[self.first[2] : self.last[2], 1]

    @property
    def texts(self) -> tuple[str, ...]:
        """The texts of the pool."""
        return self.pool.texts

    def __len__(self) -> int:
        return self.last[0] - self.first[0]

    def text(self, number: int) -> str | None:
        """Return the text of a number out of a column, None for NONE."""
        return None if number == NONE else self.texts[number]

    def field_names(self) -> tuple[str, ...]:
        """Return the fields of SIMPLE and SET predicates, each once, in order of appearance."""
        numbers = dict.fromkeys(self.field.tolist())
        return tuple(self.texts[number] for number in numbers if number != NONE)

    def elements(self) -> Iterator[tuple[int, Element]]:
        """Yield the elements that are kept as such, each with its node."""
        yield from self.predicates.items()
        for at, element in self.distributions.items():
            yield int(self.distribution_node[at]), element
        for node, extras in self.extras.items():
            for extra in extras:
                if isinstance(extra.item, Element):
                    yield node, extra.item

    def lines(self, depth: int) -> Iterator[str]:
        """Yield the XML text of the nodes in pieces, indented by `depth` tabs."""
        from pmmlkit.language.models.tree.node_writer import write_nodes

        return write_nodes(self, depth)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, NodeTable):
            return NotImplemented
        pairs = [(self, other)]
        for mine, others in pairs:
            if mine is not others and not mine._same_rows(others):
                return False
            found = _paired_extras(mine.extras, others.extras)
            if found is None:
                return False
            pairs.extend(found)
        return True

    def _same_rows(self, other: NodeTable) -> bool:
        return (
            len(self) == len(other)
            and self.predicates == other.predicates
            and self.attributes == other.attributes
            and self.distributions == other.distributions
            and all(
                mine.shape == others.shape and bool((mine == others).all())
                for mine, others in zip(self._plain_columns(), other._plain_columns(), strict=True)
            )
            and self._same_texts(other)
        )

    def __hash__(self) -> int:
        return hash((len(self), self.last[1] - self.first[1]))

    def _plain_columns(self) -> tuple[Ints, ...]:
        return (self.parent, self.kind, self.operator, self.distribution_node, self.item_node)

    def text_columns(self) -> tuple[Ints, ...]:
        """Return all columns that hold numbers of texts."""
        return (
            *(getattr(self, name) for name in _TEXT_COLUMNS),
            *(self.distribution_rows[:, at] for at in range(1, len(DISTRIBUTION_COLUMNS))),
            self.item_text,
        )

    def _same_texts(self, other: NodeTable) -> bool:
        mine = np.concatenate(self.text_columns())
        others = np.concatenate(other.text_columns())
        if self.pool is other.pool:
            return bool((mine == others).all())
        pairs = np.unique(np.stack([mine, others], axis=1), axis=0).tolist()
        return all(self.text(left) == other.text(right) for left, right in pairs)

    def __repr__(self) -> str:
        return f"NodeTable({len(self)} nodes)"

    def __copy__(self) -> NodeTable:
        return self

    def __deepcopy__(self, memo: dict[int, object]) -> NodeTable:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Pickle the tables inside this one beside it: they nest too deep for recursion."""
        tables = [self]
        states = []
        for table in tables:
            extras: dict[int, Sequence[Extra]] = {}
            for node, items in table.extras.items():
                packed = []
                for extra in items:
                    nested = _nested(extra)
                    packed.append(extra if nested is None else _with_nodes(extra, len(tables)))
                    tables += () if nested is None else (nested,)
                extras[node] = packed
            states.append(
                (
                    table.pool,
                    table.first,
                    table.last,
                    dict(table.predicates),
                    extras,
                    dict(table.attributes),
                    dict(table.distributions),
                )
            )
        return (_unpacked, (states,))


def _nested(extra: Extra) -> NodeTable | None:
    """Return the table of a tree that stands in a node."""
    found = getattr(extra.item, "nodes", None)
    return found if isinstance(found, NodeTable) else None


def _with_nodes(extra: Extra, nodes: NodeTable | int | None) -> Extra:
    item: Any = extra.item
    return extra._replace(item=item.replace(nodes=nodes))


def _paired_extras(
    mine: Mapping[int, Sequence[Extra]], others: Mapping[int, Sequence[Extra]]
) -> list[tuple[NodeTable, NodeTable]] | None:
    """Return the nested tables still to compare, None where the extras differ otherwise."""
    if mine.keys() != others.keys():
        return None
    pairs = []
    for node, items in mine.items():
        if len(items) != len(others[node]):
            return None
        for left, right in zip(items, others[node], strict=True):
            inside, inside_other = _nested(left), _nested(right)
            if inside is not None and inside_other is not None:
                left, right = _with_nodes(left, None), _with_nodes(right, None)
                pairs.append((inside, inside_other))
            if left != right:
                return None
    return pairs


def _unpacked(states: list[tuple[Any, ...]]) -> NodeTable:
    """Rebuild tables from the innermost out; in extras the number of a table stands for it."""
    tables: dict[int, NodeTable] = {}
    for at in range(len(states) - 1, -1, -1):
        pool, first, last, predicates, packed, attributes, distributions = states[at]
        extras = {}
        for node, items in packed.items():
            extras[node] = [
                _with_nodes(extra, tables[extra.item.nodes])
                if isinstance(getattr(extra.item, "nodes", None), int)
                else extra
                for extra in items
            ]
        tables[at] = NodeTable(
            pool,
            first,
            last,
            predicates=predicates,
            extras=extras,
            attributes=attributes,
            distributions=distributions,
        )
    return tables[0]

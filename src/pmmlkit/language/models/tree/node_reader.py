"""From the parser's events straight into a table of nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pmmlkit.errors import LimitError
from pmmlkit.language.models.tree.node_bulk import NodeBulk, Progress
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
from pmmlkit.xml.markup import Markup, Text

if TYPE_CHECKING:
    from pmmlkit.xml.reader import Reading

__all__ = ["NodeTableReader"]

_NODE_ATTRIBUTES: Final = {
    name: NODE_COLUMNS.index(column)
    for name, column in (
        ("id", "id"),
        ("score", "score"),
        ("recordCount", "record_count"),
        ("defaultChild", "default_child"),
    )
}
_DISTRIBUTION_ATTRIBUTES: Final = {
    name: DISTRIBUTION_COLUMNS.index(column)
    for name, column in (
        ("value", "value"),
        ("recordCount", "record_count"),
        ("confidence", "confidence"),
        ("probability", "probability"),
    )
}
_OPERATOR: Final = {name: number for number, name in enumerate(OPERATORS)}
_KIND, _FIELD, _OPERATOR_AT, _VALUE = (
    NODE_COLUMNS.index(name) for name in ("kind", "field", "operator", "value")
)
_WIDTH: Final = len(NODE_COLUMNS)
_EMPTY: Final = [NONE, ABSENT] + [NONE] * (_WIDTH - 2)
_COMPARISONS: Final = frozenset(OPERATORS[:8])
_SIMPLE_PREDICATES: Final = {"True": TRUE, "False": FALSE}
_PREDICATES: Final = ("SimplePredicate", "SimpleSetPredicate", "CompoundPredicate", "True", "False")
_COUNT_EVERY: Final = 4096
_VENDOR: Final = ("x-", "xmlns", "xml:", "xsi:")


class _Pools:
    """The pool for the next tree of the document, and how many trees are open inside each other.

    The rows of one tree are a slice of its pool, so that a tree inside a Node needs another one.
    `bulk` is what has been learnt of the markup of the trees so far.
    """

    def __init__(self) -> None:
        self.bulk = NodeBulk()
        self._idle: NodePool | None = None
        self._open = 0

    def take(self, limit: int) -> NodePool:
        self._open += 1
        if self._open > limit:
            raise LimitError(f"trees nest deeper than Limits.model_depth = {limit}")
        pool, self._idle = self._idle, None
        return NodePool() if pool is None or pool.is_frozen else pool

    def give_back(self, pool: NodePool) -> None:
        self._open -= 1
        self._idle = pool


class NodeTableReader:
    """Reads a Node and all below it; see `pmmlkit.xml.reader.BulkReader`.

    What the table has no column for is handed to the binder and kept as an element or as markup.
    """

    def __init__(self, reading: Reading) -> None:
        if NodeTableReader not in reading.shared:
            reading.shared[NodeTableReader] = _Pools()
        self._pools: _Pools = reading.shared[NodeTableReader]
        pool = self._pools.take(reading.limits.model_depth)
        self._reading = reading
        self._pool = pool
        self._texts = pool.text_numbers
        self._first = self._last()
        self._open: list[int] = []
        self._base = 0
        self._nodes = 0
        self._deepest = 0
        self._counted = 0
        self._leaf = ""
        self._inside: list[Element | Markup] = []
        self._last_owner = NONE
        self._in_order = True
        self._predicates: dict[int, Element] = {}
        self._extras: dict[int, list[Extra]] = {}
        self._attributes: dict[int, tuple[tuple[str, str], ...]] = {}
        self._distributions: dict[int, Element] = {}

    def start(self, name: str, attributes: list[str]) -> None:
        """Take a start tag; the forms in which producers write nodes by the thousand come first."""
        if self._leaf:
            self._reading.delegate(name, attributes, self._inside.append)
        elif name == "Node":
            self._start_node(attributes)
        elif name == "ScoreDistribution":
            self._start_distribution(name, attributes)
        elif name in _PREDICATES and self._pool.rows[self._base + _KIND] == ABSENT:
            if (
                len(attributes) == 6
                and attributes[0] == "field"
                and attributes[2] == "operator"
                and attributes[4] == "value"
                and attributes[3] in _COMPARISONS
            ):
                rows, at, texts = self._pool.rows, self._base + _KIND, self._texts
                rows[at] = SIMPLE
                rows[at + 1] = texts[attributes[1]]
                rows[at + 2] = _OPERATOR[attributes[3]]
                rows[at + 3] = texts[attributes[5]]
                self._leaf = name
            else:
                self._start_predicate(name, attributes)
        else:
            self._keep(name, attributes)

    def text(self, data: str) -> None:
        """Take character data; there should be none but white space."""
        if data.isspace():
            return
        data = data.strip(" \t\r\n")
        if self._leaf:
            self._inside.append(Markup((Text(data),)))
        else:
            self._add_extra(Markup((Text(data),)))
        self._reading.find("PMML017", "warning", f"text {data!r:.60} is not allowed here")

    def end(self, name: str) -> None:
        """Take an end tag."""
        if self._leaf:
            if self._inside:
                self._end_leaf()
            self._leaf = ""
            return
        opened = self._open
        opened.pop()
        if opened:
            self._base = (self._first[0] + opened[-1]) * _WIDTH
        else:
            self._count()
            self._reading.release()

    @property
    def open_tags(self) -> list[str]:
        """The elements that are open."""
        return ["Node"] * len(self._open)

    def take(self, data: bytes, line: int) -> tuple[int, bool]:
        """Take nodes in plain markup, a tree at a time."""
        progress = Progress(self._open, self._nodes, self._deepest, self._last_owner)
        taken = self._pools.bulk.take(self._pool, self._first[0], progress, data, line)
        if taken is None:
            return 0, True
        progress, size, is_over = taken
        self._open, self._nodes, self._deepest, self._last_owner = progress
        self._base = (self._first[0] + self._open[-1]) * _WIDTH
        self._reading.check_depth(self._deepest)
        self._count()
        return size, is_over

    def taken(self) -> NodeTable:
        """Return the nodes so far, as a table that has nothing but columns."""
        return NodeTable(self._pool, self._first, self._last())

    def _last(self) -> tuple[int, int, int]:
        pool = self._pool
        return len(pool.rows) // _WIDTH, len(pool.distributions) // 5, len(pool.items) // 2

    def value(self) -> NodeTable:
        """Return the table."""
        pool = self._pool
        self._pools.give_back(pool)
        if not self._in_order:
            self._sort_distributions()
        return NodeTable(
            pool,
            self._first,
            self._last(),
            predicates=self._predicates,
            extras=self._extras,
            attributes=self._attributes,
            distributions=self._distributions,
        )

    def _start_node(self, attributes: list[str]) -> None:
        opened, texts, node = self._open, self._texts, self._nodes
        if not opened and node:
            text = "a TreeModel has one outermost Node"
            self._reading.find("PMML018", "error", text, fatal=True)
        row = _EMPTY.copy()
        if opened:
            row[0] = opened[-1]
        row[-1] = self._reading.line
        for at in range(0, len(attributes), 2):
            column = _NODE_ATTRIBUTES.get(attributes[at])
            if column is None:
                self._unknown_attribute(node, attributes[at], attributes[at + 1])
            else:
                row[column] = texts[attributes[at + 1]]
        rows = self._pool.rows
        self._base = len(rows)
        rows.extend(row)
        opened.append(node)
        self._nodes = node + 1
        if len(opened) > self._deepest:
            self._deepest = len(opened)
            self._reading.check_depth(self._deepest)
        if self._nodes % _COUNT_EVERY == 0:
            self._count()

    def _count(self) -> None:
        """Count nodes with their predicates, and distributions."""
        read = 2 * self._nodes + len(self._pool.distributions) // 5 - self._first[1]
        self._reading.count_elements(read - self._counted)
        self._counted = read

    def _start_predicate(self, name: str, attributes: list[str]) -> None:
        rows, base, texts = self._pool.rows, self._base, self._texts
        if name == "SimplePredicate":
            given = dict(zip(attributes[::2], attributes[1::2], strict=True))
            operator = _OPERATOR.get(given.get("operator", ""), NONE)
            expected = 3 if "value" in given else 2
            if "field" in given and 0 <= operator < 8 and len(given) == expected:
                rows[base + _KIND] = SIMPLE
                rows[base + _FIELD] = texts[given["field"]]
                rows[base + _OPERATOR_AT] = operator
                if expected == 3:
                    rows[base + _VALUE] = texts[given["value"]]
                self._leaf = name
                return
        elif name in _SIMPLE_PREDICATES and not attributes:
            rows[base + _KIND] = _SIMPLE_PREDICATES[name]
            self._leaf = name
            return
        rows[base + _KIND] = OTHER
        self._reading.delegate(name, attributes, self._take_predicate)

    def _take_predicate(self, result: Element | Markup) -> None:
        """Keep the element of a predicate; a plain set predicate becomes columns."""
        node = self._open[-1]
        if isinstance(result, Markup):
            self._pool.rows[self._base + _KIND] = ABSENT
            self._add_extra(result)
        elif not self._take_set(node, result):
            self._predicates[node] = result

    def _take_set(self, node: int, element: Any) -> bool:
        from pmmlkit.language.models.tree.node_builder import plain_set

        found = plain_set(element)
        if found is None:
            return False
        field, operator, type_name, items = found
        rows, base, texts = self._pool.rows, self._base, self._texts
        rows[base + _KIND] = SET
        rows[base + _FIELD] = texts[field]
        rows[base + _OPERATOR_AT] = _OPERATOR[operator]
        rows[base + _VALUE] = texts[type_name]
        for item in items:
            self._pool.items.extend((node, texts[item]))
        return True

    def _start_distribution(self, name: str, attributes: list[str]) -> None:
        node, texts = self._open[-1], self._texts
        if node < self._last_owner:
            self._in_order = False
        self._last_owner = node
        if len(attributes) == 4 and attributes[0] == "value" and attributes[2] == "recordCount":
            row = (node, texts[attributes[1]], texts[attributes[3]], NONE, NONE)
            self._pool.distributions.extend(row)
            self._leaf = name
            return
        self._start_any_distribution(node, name, attributes)

    def _start_any_distribution(self, node: int, name: str, attributes: list[str]) -> None:
        texts = self._texts
        row = [node, NONE, NONE, NONE, NONE]
        plain = True
        pairs = iter(attributes)
        for key, text in zip(pairs, pairs, strict=True):
            column = _DISTRIBUTION_ATTRIBUTES.get(key)
            if column is None:
                plain = False
            else:
                row[column] = texts[text]
        at = len(self._pool.distributions) // 5 - self._first[1]
        self._pool.distributions.extend(row)
        if plain and row[1] != NONE:
            if row[2] == NONE:
                self._reading.find(
                    "PMML010", "warning", "attribute recordCount of ScoreDistribution is required"
                )
            self._leaf = name
            return

        def receive(result: Element | Markup) -> None:
            if isinstance(result, Element):
                self._distributions[at] = result

        self._reading.delegate(name, attributes, receive)

    def _end_leaf(self) -> None:
        """Make an element of a predicate or distribution that turned out to hold more than
        attributes.
        """
        from pmmlkit.language.models.tree.node_builder import distribution_element, leaf_element

        inside, self._inside = self._inside, []
        node = self._open[-1]
        rows, base, texts = self._pool.rows, self._base, list(self._texts)
        if self._leaf == "ScoreDistribution":
            at = len(self._pool.distributions) // 5 - 1
            row = self._pool.distributions[at * 5 : at * 5 + 5]
            given = [None if number == NONE else texts[number] for number in row[1:]]
            self._distributions[at - self._first[1]] = distribution_element(given, inside)
            return
        self._predicates[node] = leaf_element(
            self._leaf,
            field=texts[rows[base + _FIELD]] if rows[base + _FIELD] != NONE else None,
            operator=OPERATORS[rows[base + _OPERATOR_AT]],
            value=texts[rows[base + _VALUE]] if rows[base + _VALUE] != NONE else None,
            inside=inside,
        )
        rows[base + _KIND] = OTHER
        for column in (_FIELD, _OPERATOR_AT, _VALUE):
            rows[base + column] = NONE

    def _unknown_attribute(self, node: int, key: str, text: str) -> None:
        self._attributes[node] = (*self._attributes.get(node, ()), (key, text))
        if not key.startswith(_VENDOR):
            self._reading.find(
                "PMML013", "warning", f"unknown attribute {key}={text!r:.80} of Node"
            )

    def _keep(self, name: str, attributes: list[str]) -> None:
        from pmmlkit.language.vocabulary import TAGS

        if name in _PREDICATES:
            self._reading.find("PMML018", "error", "a Node has one predicate")
        elif name not in TAGS and not name.startswith("X-"):
            self._reading.find("PMML014", "warning", f"unknown element {name}")
        self._reading.delegate(name, attributes, self._add_extra)

    def _add_extra(self, item: Element | Markup) -> None:
        pool, node = self._pool, self._open[-1]
        extra = Extra(
            pool.rows[self._base + _KIND] != ABSENT,
            len(pool.distributions) // 5 - self._first[1],
            self._nodes,
            item,
        )
        self._extras.setdefault(node, []).append(extra)

    def _sort_distributions(self) -> None:
        """Bring distributions that stood behind a child Node to their own node."""
        first, numbers = self._first[1] * 5, self._pool.distributions
        rows = [tuple(numbers[at : at + 5]) for at in range(first, len(numbers), 5)]
        order = sorted(range(len(rows)), key=lambda at: rows[at][0])
        del numbers[first:]
        for at in order:
            numbers.extend(rows[at])
        place = {old: new for new, old in enumerate(order)}
        self._distributions = {place[at]: item for at, item in self._distributions.items()}

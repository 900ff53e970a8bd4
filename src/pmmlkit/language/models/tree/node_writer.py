"""From a table of nodes to XML text, without an object per node."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from pmmlkit.language.models.tree.node_builder import set_element
from pmmlkit.language.models.tree.node_table import (
    ABSENT,
    FALSE,
    NONE,
    OPERATORS,
    SET,
    SIMPLE,
    TRUE,
    Extra,
    NodeTable,
)
from pmmlkit.xml.declaration import Element
from pmmlkit.xml.writer import element_lines, escape_attribute, markup_lines

__all__ = ["write_nodes"]

_PLAIN = frozenset({TRUE, FALSE, SIMPLE})

_MOST_LINES = 2_000
"""So many lines are one piece, about."""


def write_nodes(table: NodeTable, depth: int) -> Iterator[str]:
    """Yield the text of the nodes in pieces that end with a line, indented by `depth` tabs."""
    return _Writer(table, depth).pieces()


class _Writer:
    """The columns as lists of ready text."""

    def __init__(self, table: NodeTable, depth: int) -> None:
        self.table = table
        self.depth = depth
        self.parents = table.parent.tolist()
        self.kinds = table.kind.tolist()
        self.fields = self._attribute("field", table.field)
        self.operators = table.operator.tolist()
        self.values = self._attribute("value", table.value)
        self.distribution_start = np.searchsorted(
            table.distribution_node, np.arange(len(table) + 1)
        ).tolist()
        self.distributions = [
            f"<ScoreDistribution{''.join(attributes)}"
            for attributes in self._attributes(
                value=table.distribution_value,
                recordCount=table.distribution_record_count,
                confidence=table.distribution_confidence,
                probability=table.distribution_probability,
            )
        ]
        self.heads = [
            f"<Node{''.join(attributes)}"
            for attributes in self._attributes(
                id=table.id,
                score=table.score,
                recordCount=table.record_count,
                defaultChild=table.default_child,
            )
        ]
        for node, attributes in table.attributes.items():
            self.heads[node] += "".join(
                f' {name}="{escape_attribute(text)}"' for name, text in attributes
            )
        self.waiting: dict[int, list[Extra]] = {
            node: list(reversed(extras)) for node, extras in table.extras.items()
        }

    def _attributes(self, **columns: Any) -> Iterator[tuple[str, ...]]:
        """Yield the attributes of each row; columns without any are left out."""
        used = {name: column for name, column in columns.items() if (column != NONE).any()}
        if not used:
            (size,) = {len(column) for column in columns.values()}
            return iter([()] * size)
        return zip(*(self._attribute(*item) for item in used.items()), strict=True)

    def _attribute(self, name: str, column: Any) -> list[str]:
        numbers = column.tolist()
        distinct = list({*numbers} - {NONE})
        texts = [self.table.texts[number] for number in distinct]
        joined = "".join(texts)
        if escape_attribute(joined) != joined:
            texts = [escape_attribute(text) for text in texts]
        parts = {number: f' {name}="{text}"' for number, text in zip(distinct, texts, strict=True)}
        parts[NONE] = ""
        return [parts[number] for number in numbers]

    def pieces(self) -> Iterator[str]:
        """Write the nodes in order, with a stack of those that are open."""
        if not self.waiting and not self.table.distributions and {*self.kinds} <= _PLAIN:
            yield from self._plain_pieces()
            return
        opened: list[int] = []
        waiting = self.waiting
        for node, parent in enumerate(self.parents):
            while opened and opened[-1] != parent:
                yield from self._end(opened)
            if parent in waiting:
                yield from self._extras(parent, len(opened), True, None, node)
            indent = "\t" * (self.depth + len(opened))
            opened.append(node)
            lines = [f"{indent}{self.heads[node]}>\n"]
            if node in waiting:
                lines += self._extras(node, len(opened), False, None, None)
            if self.kinds[node] != ABSENT:
                lines.append(self._predicate(node, indent + "\t"))
            for at in range(self.distribution_start[node], self.distribution_start[node + 1]):
                if node in waiting:
                    lines += self._extras(node, len(opened), True, at, node + 1)
                lines.append(self._distribution(at, indent + "\t"))
            yield "".join(lines)
        while opened:
            yield from self._end(opened)

    def _plain_pieces(self) -> Iterator[str]:
        """Write nodes that have nothing but plain predicates and distributions."""
        opened: list[int] = []
        indents = ["\t" * self.depth]
        lines: list[str] = []
        starts = self.distribution_start
        for node, (parent, head, predicate) in enumerate(
            zip(self.parents, self.heads, self._plain_predicates(), strict=True)
        ):
            while opened and opened[-1] != parent:
                opened.pop()
                lines.append(f"{indents[len(opened)]}</Node>\n")
            depth = len(opened)
            if depth + 2 > len(indents):
                indents.append(indents[depth] + "\t")
            inner = indents[depth + 1]
            opened.append(node)
            lines.append(f"{indents[depth]}{head}>\n{inner}{predicate}/>\n")
            if starts[node] < starts[node + 1]:
                own = self.distributions[starts[node] : starts[node + 1]]
                lines += [f"{inner}{distribution}/>\n" for distribution in own]
            if len(lines) > _MOST_LINES:
                yield "".join(lines)
                lines.clear()
        lines += [f"{indent}</Node>\n" for indent in reversed(indents[: len(opened)])]
        yield "".join(lines)

    def _plain_predicates(self) -> list[str]:
        operators = [f' operator="{name}"' for name in OPERATORS]
        constants = {TRUE: "<True", FALSE: "<False"}
        return [
            f"<SimplePredicate{field}{operators[operator]}{value}"
            if kind == SIMPLE
            else constants[kind]
            for kind, field, operator, value in zip(
                self.kinds, self.fields, self.operators, self.values, strict=True
            )
        ]

    def _end(self, opened: list[int]) -> Iterator[str]:
        node = opened[-1]
        if node in self.waiting:
            yield from self._extras(node, len(opened), True, None, None)
        opened.pop()
        yield f"{chr(9) * (self.depth + len(opened))}</Node>\n"

    def _extras(
        self, node: int, level: int, after: bool, distributions: int | None, nodes: int | None
    ) -> Iterator[str]:
        """Write the extras of a node that stand before this point; None is beyond all."""
        waiting = self.waiting[node]
        while waiting:
            extra = waiting[-1]
            late = (extra.after_predicate and not after) or (
                nodes is not None
                and (
                    extra.nodes > nodes
                    or (distributions is not None and extra.distributions > distributions)
                )
            )
            if late:
                return
            waiting.pop()
            yield from _lines(extra.item, self.depth + level)

    def _predicate(self, node: int, indent: str) -> str:
        kind = self.kinds[node]
        if kind == SIMPLE:
            operator = OPERATORS[self.operators[node]]
            return (
                f'{indent}<SimplePredicate{self.fields[node]} operator="{operator}"'
                f"{self.values[node]}/>\n"
            )
        if kind == TRUE:
            return f"{indent}<True/>\n"
        if kind == FALSE:
            return f"{indent}<False/>\n"
        element = set_element(self.table, node) if kind == SET else self.table.predicates[node]
        return "".join(_lines(element, len(indent)))

    def _distribution(self, at: int, indent: str) -> str:
        element = self.table.distributions.get(at)
        if element is None:
            return f"{indent}{self.distributions[at]}/>\n"
        return "".join(_lines(element, len(indent)))


def _lines(item: Any, depth: int) -> Iterator[str]:
    if isinstance(item, Element):
        return element_lines(item, depth)
    return markup_lines(item, depth)

"""Terms become features: what is used again and is not short becomes a field of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from pmmlkit.exporters import expressions
from pmmlkit.exporters.features import (
    Category,
    ConstantFeature,
    Derived,
    Feature,
    InputField,
    Lookup,
    Replaced,
    data_type_of,
)
from pmmlkit.exporters.tracing.terms import (
    Call,
    Converted,
    Fixed,
    Leaf,
    OfField,
    Term,
    Untraceable,
    arguments_of,
    shown,
)
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.scope import Compiled

__all__ = ["features_of", "written"]

LARGEST_COPY = 3
"""So many functions may be written again, before they become a field that is read twice."""

DEEPEST = 24
"""A deeper expression is cut into fields."""

MOST_TERMS = 100_000


@dataclass(frozen=True, slots=True)
class Node:
    """A term that equal terms share, and its arguments as numbers of nodes."""

    term: Term
    arguments: tuple[int, ...]


class Graph:
    """All terms of a result, equal ones once, arguments before what is made of them."""

    def __init__(self, roots: Sequence[Term]) -> None:
        self.nodes: list[Node] = []
        self._numbers: dict[Hashable, int] = {}
        self._seen: dict[int, int] = {}
        self._kept: list[Term] = []
        self.roots = [self._add(root) for root in roots]

    def _add(self, root: Term) -> int:
        pending: list[tuple[Term, bool]] = [(root, False)]
        while pending:
            term, ready = pending.pop()
            if id(term) in self._seen:
                continue
            if not ready:
                pending.append((term, True))
                pending += [(it, False) for it in arguments_of(term)]
                continue
            arguments = tuple(self._seen[id(it)] for it in arguments_of(term))
            key = (_key(term), arguments)
            number = self._numbers.get(key)
            if number is None:
                number = self._numbers[key] = len(self.nodes)
                self.nodes.append(Node(term, arguments))
                if number > MOST_TERMS:
                    raise Untraceable(f"the function has more than {MOST_TERMS:,} operations")
            # the numbers of objects hold only as long as the objects live
            self._kept.append(term)
            self._seen[id(term)] = number
        return self._seen[id(root)]


def _key(term: Term) -> Hashable:
    if isinstance(term, Leaf):
        return ("leaf", id(term.feature))
    if isinstance(term, Fixed):
        return ("fixed", term.kind, type(term.value), repr(term.value))
    if isinstance(term, Call):
        return (term.function, term.map_missing_to, term.invalid_as_missing)
    if isinstance(term, OfField):
        return ("field", term.detail)
    return ("converted", term.kind)


class Writer:
    """Decides which nodes are fields, and makes features of them."""

    def __init__(self, graph: Graph, names: Callable[[Term], str]) -> None:
        self.graph = graph
        self.names = names
        self.features: dict[int, Feature] = {}
        self._fields: set[int] = set()
        self._cut()

    def _cut(self) -> None:
        """Mark the nodes that become fields: those that an element needs as one, long ones that are
        used again, and the roots.
        """
        nodes = self.graph.nodes
        uses = Counter(it for node in nodes for it in node.arguments)
        uses.update(self.graph.roots)
        weights: list[int] = []
        depths: list[int] = []
        for number, node in enumerate(nodes):
            inner = [0 if it in self._fields else weights[it] for it in node.arguments]
            deep = [0 if it in self._fields else depths[it] for it in node.arguments]
            if isinstance(node.term, OfField):
                self._fields.update(node.arguments)
                inner, deep = [0], [0]
            weight = sum(inner) + isinstance(node.term, Call | OfField | Converted)
            depth = max(deep, default=0) + 1
            again = (uses[number] - 1) * weight > LARGEST_COPY
            if isinstance(node.term, Converted) or again or depth > DEEPEST:
                self._fields.add(number)
            weights.append(weight)
            depths.append(depth)

    def feature(self, root: int, name: str | None = None) -> Feature:
        """Return the feature of a node; fields that it reads come before."""
        for number in range(root):
            if number in self._fields and number not in self.features:
                self.features[number] = self._made(number, None)
        found = self.features.get(root)
        if found is None:
            found = self.features[root] = self._made(root, name)
        return found

    def _made(self, number: int, name: str | None) -> Feature:
        term = self.graph.nodes[number].term
        if isinstance(term, Leaf):
            return term.feature
        if isinstance(term, Fixed):
            return _constant(term)
        simple = _simple(term, name or self.names(term), self._source)
        if simple is not None:
            return simple
        reads = self._reads(number)
        sources = tuple(self._read(it) for it in reads)
        data_type, optype = _types(term)

        def expression(*operands: Compiled) -> Compiled:
            return self._element(number, dict(zip(reads, operands, strict=True)), sources, reads)

        return Derived(
            name or self.names(term), sources, expression, data_type, optype, missing=term.missing
        )

    def _source(self, term: Term) -> Feature | None:
        """Return the feature of an argument, if it is one that has been given."""
        return term.feature if isinstance(term, Leaf) else None

    def _read(self, number: int) -> Feature:
        term = self.graph.nodes[number].term
        if isinstance(term, Leaf):
            return term.feature
        found = self.features.get(number)
        if found is None:
            found = self.features[number] = self._made(number, None)
        return found

    def _is_read(self, number: int) -> bool:
        return number in self._fields or isinstance(self.graph.nodes[number].term, Leaf)

    def _reads(self, root: int) -> list[int]:
        """Return the nodes that an expression reads as fields, in the order in which they come."""
        found: dict[int, None] = {}
        pending = list(reversed(self.graph.nodes[root].arguments))
        seen: set[int] = set()
        while pending:
            number = pending.pop()
            if number in seen:
                continue
            seen.add(number)
            if self._is_read(number):
                found[number] = None
            else:
                pending += reversed(self.graph.nodes[number].arguments)
        return list(found)

    def _element(
        self,
        root: int,
        operands: dict[int, Compiled],
        sources: tuple[Feature, ...],
        reads: list[int],
    ) -> Compiled:
        made = dict(operands)
        types = dict(zip(reads, map(data_type_of, sources), strict=True))
        pending = [root]
        while pending:
            number = pending[-1]
            lacking = [it for it in self.graph.nodes[number].arguments if it not in made]
            if lacking:
                pending += lacking
                continue
            pending.pop()
            made.setdefault(number, self._written(number, made, types))
        return made[root]

    def _written(
        self, number: int, made: dict[int, Compiled], types: dict[int, str | None]
    ) -> Compiled:
        node = self.graph.nodes[number]
        term = node.term
        if isinstance(term, Fixed):
            return written(term)
        if isinstance(term, Converted):
            return made[node.arguments[0]]
        if isinstance(term, OfField):
            field = made[node.arguments[0]]
            if not isinstance(field, FieldRef):
                raise Untraceable(f"{term.label} of a constant column: compute it before")
            return term.make(field.field, types.get(node.arguments[0]) or "double")
        assert isinstance(term, Call)
        return Apply(
            function=term.function,
            map_missing_to=term.map_missing_to,
            invalid_value_treatment="asMissing" if term.invalid_as_missing else "returnInvalid",
            expressions=tuple(made[it] for it in node.arguments),
        )


def written(term: Fixed) -> Compiled:
    """Return a constant of PMML."""
    if term.value is None:
        return expressions.constant(
            float("nan"), "double" if term.kind == "duration" else term.kind
        )
    if term.kind in ("date", "dateTime", "string"):
        from pmmlkit.language.expressions import Constant

        return Constant(data_type=term.kind, text=str(term.value))
    return expressions.constant(term.value, "double" if term.kind == "duration" else term.kind)


def _constant(term: Fixed) -> Feature:
    if term.value is None:
        return ConstantFeature(float("nan"))
    if isinstance(term.value, str):
        return Derived("constant", (), lambda: written(term), term.kind, "categorical")
    return ConstantFeature(float(term.value))


def _types(term: Term) -> tuple[str, str]:
    kind = "double" if term.kind == "duration" else term.kind
    if kind == "integer":
        return ("integer" if term.integer else "double"), "continuous"
    if kind in ("string", "boolean"):
        return kind, "categorical"
    return kind, "continuous"


def _simple(term: Term, name: str, source: Callable[[Term], Feature | None]) -> Feature | None:
    """Return the plainer feature that says the same: a replaced missing value, an indicator, a
    number for each category.
    """
    if isinstance(term, OfField):
        return _looked_up(term, name, source(term.source))
    if not isinstance(term, Call) or term.function != "if" or len(term.arguments) != 3:
        return None
    test, then, otherwise = term.arguments
    if not isinstance(test, Call) or not isinstance(then, Fixed) or then.value is None:
        return None
    feature = source(test.arguments[0])
    if feature is None:
        return None
    if test.function == "isMissing" and otherwise is test.arguments[0]:
        return _replaced(feature, then.value, term.kind)
    if not isinstance(otherwise, Fixed) or otherwise.value is None or term.kind == "string":
        return None
    return _indicator(name, feature, test, float(then.value), float(otherwise.value))


def _indicator(name: str, feature: Feature, test: Call, yes: float, no: float) -> Feature | None:
    """Return the look-up of a test of one column that has a number for each answer."""
    if test.function == "isMissing":
        return Lookup(name, feature, (), yes, no)
    if test.function == "isNotMissing":
        return Lookup(name, feature, (), no, yes)
    items = test.arguments[1:]
    if test.function not in ("equal", "isIn") or not _is_category(feature, items):
        return None
    values = [it.value for it in items if isinstance(it, Fixed) and it.value is not None]
    return Lookup(name, feature, tuple((value, yes) for value in values), no, no)


def _is_category(feature: Feature, items: Sequence[Term]) -> bool:
    kinds = {"string": "string", "boolean": "boolean", "integer": "integer"}
    wanted = kinds.get(data_type_of(feature) or "")
    return isinstance(feature, InputField | Replaced) and all(
        isinstance(item, Fixed) and item.kind == wanted for item in items
    )


def _replaced(feature: Feature, value: Category, kind: str) -> Feature | None:
    if isinstance(feature, InputField) and kind != "boolean":
        whole = (
            isinstance(value, float) and value.is_integer() and data_type_of(feature) == "integer"
        )
        return Replaced(feature, int(value) if whole else value)
    return None


def _looked_up(term: OfField, name: str, feature: Feature | None) -> Feature | None:
    detail: Any = term.detail
    if feature is None or detail[0] != "map" or term.kind not in ("double", "integer"):
        return None
    if not isinstance(feature, InputField) or feature.data_type in (None, "double", "float"):
        return None
    _, entries, _kind, default, missing = detail
    nothing = float("nan")
    return Lookup(
        name,
        feature,
        tuple((key, float(value)) for key, value in entries),
        nothing if missing is None else float(missing),
        nothing if default is None else float(default),
    )


def features_of(
    terms: Sequence[Term], labels: Sequence[str | None], function: str
) -> list[Feature]:
    """Return the features of terms. `labels`: their names, where there are any; `function`: what
    they are named after else.
    """
    graph = Graph(terms)
    counter = iter(range(1, len(graph.nodes) + 2))

    def name(term: Term) -> str:
        return shown(term) or f"{function}_{next(counter)}"

    writer = Writer(graph, name)
    return [writer.feature(root, label) for root, label in zip(graph.roots, labels, strict=True)]

"""A tree of elements rewritten from the leaves up; what no rule changes is shared with the old
tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.upgrading.report import Change

if TYPE_CHECKING:
    from pmmlkit.language.document import PMML
    from pmmlkit.upgrading.journey import Journey
    from pmmlkit.xml.declaration import Element

__all__ = ["Place", "Rule", "Rules", "Tree", "before", "passing", "rewritten", "since"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rule is at work, and where it says what it changes."""

    journey: Journey
    path: str
    line: int
    changes: list[Change]

    def change(
        self, kind: str, markup: str, old: str | None, new: str | None, line: int | None = None
    ) -> None:
        """Note a change; `line` where it is not that of the element."""
        at = self.line if line is None else line
        self.changes.append(Change(kind, self.path, at, markup, old, new))


@dataclass(frozen=True, slots=True)
class Rule:
    """The rewrite of one element: `apply` returns the element itself where nothing is to be done.

    `holds` tells whether the rule is for a document on this way.
    """

    holds: Callable[[Journey], bool]
    apply: Callable[[Any, Place], Element]


def passing(version: str, apply: Callable[[Any, Place], Element]) -> Rule:
    """Return a rule for documents that pass `version`, which brought the change, on their way."""
    return Rule(lambda journey: journey.passes(version), apply)


def since(version: str, apply: Callable[[Any, Place], Element]) -> Rule:
    """Return a rule for all that comes to `version` or a newer one: what it rewrites (deprecated
    markup, markup of vendors) may stand in new documents, too.
    """
    return Rule(lambda journey: journey.reaches(version), apply)


def before(version: str, apply: Callable[[Any, Place], Element]) -> Rule:
    """Return a rule for all that comes to a version before `version`."""
    return Rule(lambda journey: not journey.reaches(version), apply)


Rules = Mapping[str, tuple[Rule, ...]]


class Tree:
    """The elements of a document in document order, parents first, with their paths.

    The nodes of trees are no elements; the models inside of nodes are.
    """

    def __init__(self, root: Element) -> None:
        self.elements: list[Element] = []
        self.parents: list[int] = []
        stack: list[tuple[Element, int]] = [(root, -1)]
        while stack:
            element, parent = stack.pop()
            at = len(self.elements)
            self.elements.append(element)
            self.parents.append(parent)
            inside = [(child, at) for child in _children(element)]
            inside.reverse()
            stack += inside

    def path(self, at: int) -> str:
        """Return the tags from the root to an element."""
        tags = []
        while at >= 0:
            tags.append(self.elements[at].tag)
            at = self.parents[at]
        return "/".join(reversed(tags))


def rewritten(root: PMML, rules: Rules, journey: Journey) -> tuple[PMML, tuple[Change, ...]]:
    """Return the root with all rules applied that hold on this way, and what changed."""
    holding = {
        tag: [rule.apply for rule in of_tag if rule.holds(journey)] for tag, of_tag in rules.items()
    }
    tree = Tree(root)
    results: dict[int, Element] = {}
    is_stale = bytearray(len(tree.elements))
    noted: list[list[Change]] = []
    for at in range(len(tree.elements) - 1, -1, -1):
        element = tree.elements[at]
        result = _with_children(element, results) if is_stale[at] else element
        functions = holding.get(element.tag)
        if functions:
            place = Place(journey, tree.path(at), element.line, [])
            for apply in functions:
                result = apply(result, place)
            noted.append(place.changes)
        if result is not element:
            results[id(element)] = result
            if at:
                is_stale[tree.parents[at]] = True
    changes = tuple(change for changes in reversed(noted) for change in changes)
    found: Any = results.get(id(root), root)
    return found, changes


def _children(element: Element) -> Iterator[Element]:
    yield from element.elements()
    table = getattr(element, "nodes", None)
    if isinstance(table, NodeTable):
        for extras in table.extras.values():
            for extra in extras:
                if not hasattr(extra.item, "events"):
                    yield extra.item


def _with_children(element: Element, results: Mapping[int, Element]) -> Element:
    changes: dict[str, Any] = {}
    for item in type(element).declaration.children:
        value = getattr(element, item.name)
        if isinstance(value, tuple):
            members = tuple(results.get(id(member), member) for member in value)
            if any(new is not old for new, old in zip(members, value, strict=True)):
                changes[item.name] = members
        elif isinstance(value, NodeTable):
            changes[item.name] = _with_extras(value, results)
        elif id(value) in results:
            changes[item.name] = results[id(value)]
    return element.replace(**changes)


def _with_extras(table: NodeTable, results: Mapping[int, Element]) -> NodeTable:
    extras = {
        node: [extra._replace(item=results.get(id(extra.item), extra.item)) for extra in items]
        for node, items in table.extras.items()
    }
    return NodeTable(
        table.pool,
        table.first,
        table.last,
        predicates=table.predicates,
        extras=extras,
        attributes=table.attributes,
        distributions=table.distributions,
    )

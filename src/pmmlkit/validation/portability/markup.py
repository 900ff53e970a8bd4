"""Rules that are facts about markup: an element, or an attribute with one of some values.

An engine either refuses such markup (a warning) or scores it differently (an info).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.language.models.tree.node_table import NONE
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, Place, Rule, rule
from pmmlkit.xml.declaration import Element

__all__ = ["Markup", "engine", "markup_rule", "nodes_rule"]

_FIRST_OF_PMML4S: Final = "PMML550"

Condition = Callable[[Any, Facts], bool]


@dataclass(frozen=True, slots=True)
class Markup:
    """Elements of a class, those of its subclasses among them.

    `attribute` is the Python name of an attribute that has one of `values`; without values: that is
    given. `when` tells of an element, with the facts, whether it is meant.
    """

    kind: type[Element]
    attribute: str = ""
    values: tuple[object, ...] = ()
    when: Condition | None = None

    def is_found(self, element: Element, facts: Facts) -> bool:
        """Tell whether an element of the class is meant."""
        if self.attribute:
            value = getattr(element, self.attribute)
            if value not in self.values if self.values else value is None:
                return False
        return self.when is None or self.when(element, facts)

    def shown(self, element: Element) -> str:
        """Return the words for an element that is meant: its tag, and what it says."""
        if not self.attribute:
            return element.tag
        item: Any = type(element).declaration.field_by_name[self.attribute]
        value = getattr(element, self.attribute)
        text = str(value).lower() if isinstance(value, bool) else value
        return f"{element.tag} with {item.xml_name}={str(text)!r}"


def engine(code: str) -> str:
    """Return the name of the engine that a code is about."""
    return "PMML4S" if code >= _FIRST_OF_PMML4S else "JPMML-Evaluator"


def markup_rule(
    code: str,
    severity: str,
    title: str,
    explanation: str,
    *markup: Markup,
    bad: str,
    good: str,
) -> Rule:
    """Make a rule that finds each of some markup."""
    kinds = tuple(dict.fromkeys(item.kind for item in markup))

    def found(element: Element, facts: Facts) -> Iterator[Found]:
        for item in markup:
            if isinstance(element, item.kind) and item.is_found(element, facts):
                yield element, _message(code, severity, item.shown(element))
                return

    return rule(code, severity, title, explanation, bad=bad, good=good, on=kinds)(found)


def nodes_rule(
    code: str,
    severity: str,
    title: str,
    explanation: str,
    shown: str,
    nodes: Callable[[Any, Facts], Iterable[int]],
    *,
    bad: str,
    good: str,
) -> Rule:
    """Make a rule about the nodes of trees: `nodes` gives the positions of those that are meant in
    a forest. One finding is enough for a tree.
    """

    def found(facts: Facts) -> Iterator[Found]:
        for forest in facts.forests:
            chosen = np.asarray(list(nodes(forest, facts)), np.int64)
            _, firsts = np.unique(forest.tree[chosen], return_index=True)
            for node in chosen[np.sort(firsts)].tolist():
                tree = forest.trees[int(forest.tree[node])]
                yield (
                    Place(tree, "Node", forest.line(node)),
                    _message(code, severity, shown),
                )

    return rule(code, severity, title, explanation, bad=bad, good=good)(found)


def lacks_text(column: Any) -> Any:
    """Tell for each number of a column of a node table whether the attribute is absent."""
    return column == NONE


def _message(code: str, severity: str, shown: str) -> str:
    does = "does not evaluate" if severity == "warning" else "evaluates in another way"
    return f"{engine(code)} {does}: {shown}"

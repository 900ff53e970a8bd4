"""Documents made from a grammar at random, and ways to spoil a document."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from lxml import etree

from pmmlkit.validation.grammar import AttributeRule, ElementRule
from pmmlkit.xml import content
from pmmlkit.xml.content import Automaton, Mixed

VALUES = {
    "xs:double": ("1.5", "-3", "1e-3", "INF", " 2 "),
    "xs:float": ("1.5", "NaN"),
    "xs:decimal": ("0.25", "1"),
    "xs:integer": ("3", "-2", "+7"),
    "xs:nonNegativeInteger": ("3", "0"),
    "xs:positiveInteger": ("3", "1"),
    "xs:boolean": ("true", "0"),
    "xs:NMTOKEN": ("a-b",),
    "xs:string": ("some text", ""),
    "xs:anySimpleType": ("some text",),
    "xs:int*": ("1 2 3", ""),
    "xs:double*": ("1.5 2", ""),
}
BAD_VALUES = (
    *("", "x", "-1", "0", "1.5", "1e3", "INF", "-INF", "NaN", " 1 ", "+1", "true", "TRUE", "0x1"),
    *("99999999999999999999", "a b", "1 2", "indicator", "supersetOf", "none", "4.4"),
)
LONGEST = 8


class Maker:
    """Makes valid trees of any element of one grammar; `deep` bounds their depth."""

    def __init__(
        self, rules: Mapping[str, ElementRule], namespace: str, chance: random.Random
    ) -> None:
        self.rules = rules
        self.namespace = namespace
        self.chance = chance

    @cached_property
    def automata(self) -> dict[str, Automaton]:
        found = {}
        for tag, rule in self.rules.items():
            model = rule.content.particle if isinstance(rule.content, Mixed) else rule.content
            found[tag] = Automaton(model)
        return found

    @cached_property
    def shortest(self) -> dict[str, dict[int, tuple[float, str | None]]]:
        """For each element and state of its automaton: the fewest elements that end the content,
        and the first of them.
        """
        sizes = dict.fromkeys(self.rules, float("inf"))
        table: dict[str, dict[int, tuple[float, str | None]]] = {tag: {} for tag in self.rules}
        is_settled = False
        while not is_settled:
            is_settled = True
            for tag, automaton in self.automata.items():
                for state in range(len(automaton.into)):
                    best: tuple[float, str | None] = (float("inf"), None)
                    if automaton.accepts(state):
                        best = (0.0, None)
                    for name in automaton.expected(state):
                        after = automaton.step(state, name)
                        assert after is not None
                        rest = table[tag].get(after, (float("inf"), None))[0]
                        best = min(best, (sizes[name] + rest, name), key=lambda pair: pair[0])
                    if best != table[tag].get(state, (float("inf"), None)):
                        table[tag][state] = best
                        is_settled = False
                size = 1 + table[tag].get(0, (float("inf"), None))[0]
                if size < sizes[tag]:
                    sizes[tag] = size
                    is_settled = False
        return table

    def make(self, tag: str, deep: int = 3) -> Any:
        rule = self.rules[tag]
        node = etree.Element(f"{{{self.namespace}}}{tag}", nsmap={None: self.namespace})
        for attribute in rule.attributes:
            if attribute.required or self.chance.random() < 0.4:
                node.set(attribute.name, self.value(attribute))
        if isinstance(rule.content, content.TextContent):
            node.text = self.chance.choice(VALUES[rule.text])
        elif isinstance(rule.content, content.Any | content.Anything):
            low = getattr(rule.content, "low", 0)
            for index in range(low + self.chance.randrange(2)):
                etree.SubElement(node, f"any{index}").text = "1"
        else:
            for name in self.word(tag, deep):
                node.append(self.make(name, deep - 1))
        if isinstance(rule.content, Mixed):
            node.text = "1 2"
        return node

    def word(self, tag: str, deep: int) -> list[str]:
        automaton, state, word = self.automata[tag], 0, list[str]()
        while True:
            is_short = deep <= 0 or len(word) >= LONGEST
            can_end = automaton.accepts(state)
            if can_end and (is_short or self.chance.random() < 0.3):
                return word
            names = automaton.expected(state)
            if not names:
                return word
            name = self.shortest[tag][state][1] if is_short else self.chance.choice(names)
            assert name is not None
            word.append(name)
            after = automaton.step(state, name)
            assert after is not None
            state = after

    def value(self, attribute: AttributeRule) -> str:
        if attribute.fixed is not None:
            return attribute.fixed
        return self.chance.choice(attribute.values or VALUES[attribute.type])


class Spoiler:
    """Changes a tree in one place, in the ways that are its methods."""

    def __init__(self, rules: Mapping[str, ElementRule], chance: random.Random) -> None:
        self.chance = chance
        self.tags = sorted(rules)
        names = {item.name for rule in rules.values() for item in rule.attributes}
        self.names = sorted(names)
        listed = {
            value
            for rule in rules.values()
            for item in rule.attributes
            for value in item.values or ()
        }
        self.values = [*BAD_VALUES, *sorted(listed)]

    @property
    def ways(self) -> tuple[Callable[[Any], None], ...]:
        return (
            self.drop,
            self.double,
            self.swap,
            self.rename,
            self.drop_attribute,
            self.rename_attribute,
            self.bad_value,
            self.replace_text,
        )

    def spoil(self, tree: Any, way: int) -> Any:
        """Return a copy that is changed in the way of this number (modulo all ways)."""
        spoilt = copy.deepcopy(tree)
        self.ways[way % len(self.ways)](spoilt)
        return spoilt

    def one(self, tree: Any, *, root: bool = True, attributes: bool = False) -> Any:
        """Return one element, often near the root; None where there is none."""
        nodes = [tree, *tree] if self.chance.random() < 0.5 else list(tree.iter("*"))
        found = [
            node for node in nodes if (root or node is not tree) and (node.attrib or not attributes)
        ]
        return self.chance.choice(found) if found else None

    def drop(self, tree: Any) -> None:
        node = self.one(tree, root=False)
        if node is not None:
            node.getparent().remove(node)

    def double(self, tree: Any) -> None:
        node = self.one(tree, root=False)
        if node is not None:
            node.addnext(copy.deepcopy(node))

    def swap(self, tree: Any) -> None:
        node = self.one(tree, root=False)
        after = None if node is None else node.getnext()
        if after is not None:
            after.addnext(node)

    def rename(self, tree: Any) -> None:
        node = self.one(tree)
        space = etree.QName(tree).namespace
        node.tag = f"{{{space}}}{self.chance.choice([*self.tags, 'Unknown', 'X-Unknown'])}"

    def drop_attribute(self, tree: Any) -> None:
        node = self.one(tree, attributes=True)
        if node is not None:
            del node.attrib[self.chance.choice(sorted(node.attrib))]

    def rename_attribute(self, tree: Any) -> None:
        node = self.one(tree, attributes=True)
        if node is not None:
            name = self.chance.choice(sorted(node.attrib))
            text = node.attrib.pop(name)
            node.set(self.chance.choice([*self.names, "unknown", "x-unknown"]), text)

    def bad_value(self, tree: Any) -> None:
        node = self.one(tree, attributes=True)
        if node is not None:
            name = self.chance.choice(sorted(node.attrib))
            node.set(name, self.chance.choice(self.values))

    def replace_text(self, tree: Any) -> None:
        self.one(tree).text = self.chance.choice(
            ["", " ", "text", "1 2", "1.5", "3 x", "2147483648"]
        )

"""The declarations against the published schemas: the same attributes, defaults and content models.

The schemas lie beside the repository and are read for facts only. JPMML's extensions (``x-...`` and
``X-...``)
and what the reader takes more leniently are named here.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pmmlkit.language.vocabulary import TAGS, element_classes
from pmmlkit.xml.content import (
    ANY,
    EMPTY,
    TEXT,
    Automaton,
    Child,
    Choice,
    Particle,
    Repeat,
    Sequence,
)
from pmmlkit.xml.declaration import Declaration

FOLDER = Path(__file__).parents[3] / "shared" / "reference" / "xsd"
XS = "{http://www.w3.org/2001/XMLSchema}"

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="no published schemas beside the repository (../shared/reference/xsd)",
)

NOT_EVALUATED = {
    "MiningModel": {"ResultField"},
    "TreeModel": {"ResultField"},
    "RegressionModel": {"ResultField"},
    "ClusteringModel": {"CenterFields"},
}
"""Deprecated children that declarations leave to the remainder."""


class Schema:
    """One published schema: content models and attributes by element."""

    def __init__(self, path: Path) -> None:
        root = ElementTree.parse(path).getroot()  # noqa: S314 - our own reference files
        self.elements = {item.get("name", ""): item for item in root.findall(f"{XS}element")}
        self.groups = {item.get("name", ""): item for item in root.findall(f"{XS}group")}
        self.types = {item.get("name", ""): item for item in root.findall(f"{XS}complexType")}

    def type_of(self, tag: str) -> Any:
        element = self.elements[tag]
        named = element.get("type")
        if named is not None:
            return self.types.get(named.partition(":")[2] or named)
        return element.find(f"{XS}complexType")

    def attributes(self, tag: str) -> dict[str, Any]:
        kind = self.type_of(tag)
        return (
            {} if kind is None else {item.get("name"): item for item in kind.iter(f"{XS}attribute")}
        )

    def content(self, tag: str) -> Particle:
        kind = self.type_of(tag)
        if kind is None or kind.find(f"{XS}simpleContent") is not None:
            return TEXT
        extended = kind.find(f"{XS}complexContent/{XS}extension")
        if extended is not None or kind.get("mixed") == "true":
            return ANY
        parts = [part for item in kind if (part := self.particle(item)) is not None]
        return Sequence(tuple(parts)) if parts else EMPTY

    def particle(self, node: Any) -> Particle | None:
        name = node.tag.removeprefix(XS)
        low = int(node.get("minOccurs", "1"))
        most = node.get("maxOccurs", "1")
        high = None if most == "unbounded" else int(most)
        found: Particle
        if name == "element":
            tag = node.get("ref") or node.get("name")
            found = Child((tag.partition(":")[2] or tag,), "")
        elif name == "group":
            inner = self.groups[node.get("ref").partition(":")[2] or node.get("ref")]
            found = Sequence(tuple(self.inside(inner)))
        elif name == "sequence":
            found = Sequence(tuple(self.inside(node)))
        elif name == "choice":
            found = Choice(tuple(self.inside(node)))
        elif name == "any":
            found = Child(("*",), "")
        else:
            return None
        return found if (low, high) == (1, 1) else Repeat(found, low, high)

    def inside(self, node: Any) -> Iterator[Particle]:
        for item in node:
            found = self.particle(item)
            if found is not None:
                yield found


@cache
def schema(version: str) -> Schema:
    return Schema(FOLDER / f"pmml-{version}.xsd")


def leaves(node: Particle) -> Iterator[Child]:
    if isinstance(node, Child):
        yield node
    elif isinstance(node, Sequence | Choice):
        for part in node.particles:
            yield from leaves(part)
    elif isinstance(node, Repeat):
        yield from leaves(node.particle)


def differing_word(left: Automaton, right: Automaton, without: set[str]) -> str | None:
    """Return a run of tags that one automaton takes and the other does not."""
    seen = {(0, 0)}
    pending: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    while pending:
        a, b, word = pending.pop()
        if left.accepts(a) != right.accepts(b):
            return " ".join((*word, "(end)"))
        for tag in dict.fromkeys((*left.expected(a), *right.expected(b))):
            if tag in without or tag.startswith("X-"):
                continue
            after_a, after_b = left.step(a, tag), right.step(b, tag)
            if after_a is None or after_b is None:
                return " ".join((*word, tag))
            if (after_a, after_b) not in seen:
                seen.add((after_a, after_b))
                pending.append((after_a, after_b, (*word, tag)))
    return None


def declared(version: str) -> Iterator[tuple[str, Declaration]]:
    for tag, kind in sorted(element_classes().items()):
        if tag in schema(version).elements:
            yield tag, kind.declaration


VERSION = "4.4.1"
DECLARED = [tag for tag, _ in declared(VERSION)] if FOLDER.is_dir() else []


def test_the_vocabulary_is_that_of_the_schema() -> None:
    assert set(schema(VERSION).elements) == TAGS


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_the_notation_carries_every_content_model(tag: str) -> None:
    model = schema(VERSION).content(tag)
    automaton = Automaton(model)
    # Unique particle attribution: a tag leads to one place, which the automaton relies on.
    assert set(automaton.expected(0)) <= {item for leaf in leaves(model) for item in leaf.tags}


@pytest.mark.parametrize("tag", DECLARED)
def test_attributes(tag: str) -> None:
    ours = {
        name: item
        for name, item in element_classes()[tag].declaration.attribute_by_name.items()
        if not name.startswith("x-") and (item.until is None or item.until >= VERSION)
    }
    theirs = schema(VERSION).attributes(tag)
    assert sorted(ours) == sorted(theirs)
    for name, item in ours.items():
        published = theirs[name]
        assert item.required == (published.get("use") == "required"), f"{tag}@{name} required"
        default = published.get("default")
        if default is not None:
            assert item.type.format(item.default) == item.type.format(item.type.parse(default)), (
                f"{tag}@{name} default"
            )
        values = [value.get("value") for value in published.iter(f"{XS}enumeration")]
        if values:
            assert item.values is not None, f"{tag}@{name} is an enumeration"
            own = {value for value in item.values.values if not value.startswith("x-")}
            assert own == set(values), f"{tag}@{name} values"


@pytest.mark.parametrize("tag", DECLARED)
def test_content_models(tag: str) -> None:
    declaration = element_classes()[tag].declaration
    published = schema(VERSION).content(tag)
    if declaration.holds_markup or declaration.text is not None:
        assert not [leaf for leaf in leaves(published) if leaf.tags not in {("*",), ("Extension",)}]
        return
    word = differing_word(
        Automaton(declaration.content), Automaton(published), NOT_EVALUATED.get(tag, set())
    )
    assert word is None, f"{tag}: {word}"

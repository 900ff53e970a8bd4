"""The generated schemas against the published ones, version by version.

Both say the same of every element, attribute, value and content model, and they accept and reject
the same documents: made from the grammar for every element, of the gold corpus, and spoilt.
"""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from pmmlkit.language.vocabulary import TAGS
from pmmlkit.validation.grammar import GRAMMARS, AttributeRule, grammar
from pmmlkit.validation.schema import SchemaValidator, namespace, validator
from pmmlkit.xml import content
from pmmlkit.xml.content import Automaton, Mixed, Particle
from tests.conftest import CORPUS
from tests.validation.instances import Maker, Spoiler
from tests.validation.published import FOLDER, published

needs_published = pytest.mark.skipif(
    not FOLDER.is_dir(),
    reason="no published schemas beside the repository (../shared/reference/xsd)",
)

IS_FULL = os.environ.get("PMMLKIT_FULL") == "1"
ALL_MUTANTS = 20_000 if IS_FULL else 2_400
MUTANTS = ALL_MUTANTS // len(GRAMMARS) + 1
"""Of each version: so many of documents made from the grammar, and as many of the corpus."""

LARGEST = 40_000
"""Bytes of the largest document of the corpus that is spoilt; a full run checks all as they are."""

NUMBERS = {"xs:double", "xs:float", "xs:decimal", "xs:integer"}
NUMBERS |= {"xs:nonNegativeInteger", "xs:positiveInteger"}


def by_element() -> list[Any]:
    return [pytest.param(version, tag) for version in GRAMMARS for tag in sorted(TAGS)]


def kind(model: Particle) -> object:
    """Return what a content is that an automaton does not say."""
    if isinstance(model, content.Any | content.Anything | content.TextContent):
        return model
    return "mixed" if isinstance(model, Mixed) else "elements"


def differing_word(left: Automaton, right: Automaton) -> str | None:
    """Return a run of tags that one automaton takes and the other does not."""
    seen = {(0, 0)}
    pending: list[tuple[int, int, tuple[str, ...]]] = [(0, 0, ())]
    while pending:
        a, b, word = pending.pop()
        if left.accepts(a) != right.accepts(b):
            return " ".join((*word, "(end)"))
        for tag in dict.fromkeys((*left.expected(a), *right.expected(b))):
            after_a, after_b = left.step(a, tag), right.step(b, tag)
            if after_a is None or after_b is None:
                return " ".join((*word, tag))
            if (after_a, after_b) not in seen:
                seen.add((after_a, after_b))
                pending.append((after_a, after_b, (*word, tag)))
    return None


def comparable(rule: AttributeRule) -> tuple[object, ...]:
    default: object = rule.default
    if rule.default is not None and rule.type in NUMBERS:
        default = float(rule.default)
    if rule.default is not None and rule.type == "xs:boolean":
        default = rule.default in ("true", "1")
    values = None if rule.values is None else frozenset(rule.values)
    return rule.name, rule.type, rule.required, default, rule.fixed, values


@needs_published
@pytest.mark.parametrize("version", GRAMMARS)
def test_the_same_elements(version: str) -> None:
    assert set(grammar(version)) == set(published(version))


@needs_published
@pytest.mark.parametrize(("version", "tag"), by_element())
def test_the_same_element(version: str, tag: str) -> None:
    ours, theirs = grammar(version).get(tag), published(version).get(tag)
    if ours is None or theirs is None:
        assert ours is theirs, "only one schema has it"
        return
    assert sorted(map(repr, map(comparable, ours.attributes))) == sorted(
        map(repr, map(comparable, theirs.attributes))
    )
    assert kind(ours.content) == kind(theirs.content)
    assert ours.text == theirs.text
    word = differing_word(Automaton(ours.content), Automaton(theirs.content))
    assert word is None, f"{tag}: {word}"


@cache
def published_validator(version: str) -> SchemaValidator:
    return SchemaValidator((FOLDER / f"pmml-{version}.xsd").read_bytes())


def check_alike(version: str, tree: Any) -> bool:
    """Return what both schemas say of a tree."""
    ours, theirs = validator(version).errors(tree), published_validator(version).errors(tree)
    assert bool(ours) == bool(theirs), (
        f"PMML {version}: generated schema {ours[:2]}, published schema {theirs[:2]}:\n"
        + etree.tostring(tree).decode()[:2000]
    )
    return not ours


@needs_published
@pytest.mark.parametrize("version", GRAMMARS)
def test_documents_made_from_the_grammar(version: str) -> None:
    chance = random.Random(f"made {version}")
    maker = Maker(grammar(version), namespace(version), chance)
    for tag in grammar(version):
        assert check_alike(version, maker.make(tag, 2)), f"{tag} is not valid"


@needs_published
@pytest.mark.parametrize("version", GRAMMARS)
def test_spoilt_documents_of_every_element(version: str) -> None:
    rules, chance = grammar(version), random.Random(f"spoilt {version}")
    maker, spoiler = Maker(rules, namespace(version), chance), Spoiler(rules, chance)
    tags = sorted(rules)
    refused = 0
    for number in range(MUTANTS):
        tag = tags[number % len(tags)]
        # A step of ways per round, and one per element: in a full run every element meets each.
        way = number // len(tags) + number % len(tags)
        refused += not check_alike(version, spoiler.spoil(maker.make(tag, 2), way))
    assert MUTANTS // 4 < refused < MUTANTS, "mutants that show little"


def rewritten(path: Path, version: str) -> Any:
    """Return a document of the corpus in the namespace of a version."""
    parser = etree.XMLParser(huge_tree=True, resolve_entities=False)
    tree = etree.fromstring(path.read_bytes(), parser)
    space = namespace(version)
    for node in tree.iter("*"):
        node.tag = f"{{{space}}}{etree.QName(node).localname}"
    if "version" in tree.attrib:
        tree.set("version", version)
    return tree


def documents(*, large: bool = False) -> list[Path]:
    found = sorted(CORPUS.rglob("*.pmml")) if CORPUS.is_dir() else []
    return [path for path in found if (path.stat().st_size >= LARGEST) == large]


@needs_published
@pytest.mark.skipif(not documents(), reason="no corpus beside the repository")
@pytest.mark.parametrize("version", GRAMMARS)
def test_the_corpus_and_its_mutants(version: str) -> None:
    rules, chance = grammar(version), random.Random(f"corpus {version}")
    spoiler = Spoiler(rules, chance)
    paths = documents()
    trees = [rewritten(path, version) for path in paths]
    accepted = sum(check_alike(version, tree) for tree in trees)
    assert accepted, "no document of the corpus is valid"
    for path in documents(large=True) if IS_FULL else ():
        check_alike(version, rewritten(path, version))
    for number in range(MUTANTS):
        tree = trees[number % len(trees)]
        check_alike(version, spoiler.spoil(tree, number // len(trees) + number % len(trees)))

"""Documents made from the grammar of each version at random, brought to every other one."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest
from lxml import etree

import pmmlkit
from pmmlkit.errors import PmmlError, UnsupportedError
from pmmlkit.language.groups import MODEL
from pmmlkit.upgrading import TARGETS
from pmmlkit.validation.grammar import GRAMMARS, grammar
from pmmlkit.validation.schema import namespace
from tests.upgrading.comparing import errors_of, stated
from tests.validation.instances import Maker, Spoiler

COUNT = 21
HOLDERS = (*MODEL, "TransformationDictionary", "Header")


def made(version: str, count: int) -> Iterator[bytes]:
    """Yield valid documents, each with one deep element under the root."""
    rules = grammar(version)
    chance = random.Random(f"upgrade {version}")
    maker = Maker(rules, namespace(version), chance)
    tags = [tag for tag in HOLDERS if tag in rules]
    for at in range(count):
        root = maker.make("PMML", 1)
        root.set("version", version)
        tag = tags[at % len(tags)]
        for node in list(root):
            if etree.QName(node).localname in (*MODEL, tag):
                root.remove(node)
        before = {"Header": (), "TransformationDictionary": ("DataDictionary",)}.get(
            tag, ("DataDictionary", "TransformationDictionary")
        )
        names = [etree.QName(node).localname for node in root]
        place = max((names.index(name) + 1 for name in before if name in names), default=0)
        root.insert(place, maker.make(tag, 6))
        yield etree.tostring(root)


@pytest.mark.parametrize("version", GRAMMARS)
def test_what_can_be_done_is_valid(version: str, full: bool) -> None:
    counts = dict.fromkeys(TARGETS, 0)
    for text in made(version, COUNT * (10 if full else 1)):
        assert errors_of(text) == []
        for to in TARGETS:
            done = brought(text, to)
            if done is None:
                assert TARGETS.index(to) < TARGETS.index(version), "refused on the way up"
                continue
            written = done.document.to_bytes()
            assert done.document.version == to
            if not done.remaining:
                counts[to] += 1
                assert errors_of(written) == [], f"{version} -> {to}"
            if to == "4.4" and version < "4.4" and not done.remaining:
                assert errors_of(stated(written, "4.4.1")) == []
    assert counts[version] > 0


@pytest.mark.parametrize("version", GRAMMARS)
def test_what_goes_down_and_up_again_stays(version: str) -> None:
    for text in made(version, COUNT):
        first: Any = brought(text, version)
        for to in TARGETS[: TARGETS.index(version)]:
            done = brought(text, to)
            if done is None:
                continue
            again: Any = brought(done.document.to_bytes(), version)
            assert again is not None
            assert plain(again.document.to_bytes()) == plain(first.document.to_bytes())


@pytest.mark.parametrize("version", GRAMMARS)
def test_spoilt_documents_are_no_trouble(version: str) -> None:
    chance = random.Random(f"spoilt {version}")
    spoiler = Spoiler(grammar("4.4.1"), chance)
    for text in made(version, COUNT):
        for way in range(8):
            spoilt = etree.tostring(spoiler.spoil(etree.fromstring(text), way))
            for to in ("4.4", "4.1"):
                try:
                    done = pmmlkit.upgrade(spoilt, to)
                except PmmlError:
                    continue
                assert pmmlkit.Document.read(done.document.to_bytes()).version == to


def plain(text: bytes) -> bytes:
    r"""Return a text without what the way leaves: defaults that were made explicit.

    The separator \s of older versions is \s+ in effect.
    """
    return text.replace(rb' wordSeparatorCharacterRE="\s"', b"")


def brought(text: bytes, to: str) -> pmmlkit.Upgrade | None:
    try:
        return pmmlkit.upgrade(text, to)
    except UnsupportedError:
        return None

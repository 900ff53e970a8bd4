"""The documents of the repository and of the gold corpus: valid and with the same scores in other
versions.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.errors import PmmlError, UnsupportedError
from pmmlkit.language.document import VERSIONS
from pmmlkit.upgrading import TARGETS
from tests.conftest import CORPUS
from tests.corpus_cases import Case, cases
from tests.fuzz.exercise import odd_rows
from tests.fuzz.seeds import FAMILIES, documents
from tests.upgrading.comparing import assert_same_scores, errors_of, stated

REGRESSIONS = sorted((Path(__file__).parents[1] / "fuzz" / "regressions").glob("*.pmml"))
OLDER = [version for version in TARGETS if version < "4.4"]


def brought(text: bytes, to: str) -> bytes | None:
    """Return the text in another version, None where that has not the markup."""
    try:
        return pmmlkit.upgrade(text, to).document.to_bytes()
    except UnsupportedError:
        return None


def is_same(before: bytes, after: bytes) -> bool:
    """Tell whether two texts differ in the version that they state alone, which none of those that
    are asked here (4.1 and later) scores in its own way.
    """
    written = pmmlkit.Document.read(before).to_bytes()
    return stated(after, "4.4") == stated(written, "4.4")


def check(before: bytes, after: bytes) -> None:
    """The same scores, and nothing against the schema that was not there before."""
    if not errors_of(before):
        assert errors_of(after) == []
    assert_same(before, after)


def assert_same(before: bytes, after: bytes) -> None:
    """The same scores for odd rows."""
    if is_same(before, after):
        return
    model = pmmlkit.load(before)
    rows = odd_rows(model, random.Random(len(before)), 6)
    assert_same_scores(before, after, [row for row in rows if row] or [{"": None}])


@pytest.mark.parametrize("family", FAMILIES)
def test_down_and_up_again(family: str, full: bool) -> None:
    for text in documents(family)[: 12 if full else 3]:
        for to in OLDER if full else ("4.1", "4.2", "4.3"):
            older = brought(text, to)
            if older is None:
                continue
            check(text, older)
            newer = brought(older, "4.4")
            assert newer is not None
            check(text, newer)


def test_some_documents_go_down() -> None:
    texts = [text for family in FAMILIES for text in documents(family)[:3]]
    down = {to: sum(brought(text, to) is not None for text in texts) for to in OLDER}
    assert down["4.3"] > 20
    assert 10 < down["4.1"] < len(texts) - 10


@pytest.mark.parametrize("family", FAMILIES)
def test_up_from_every_version(family: str, full: bool) -> None:
    """Where a document is valid in an older version, it might as well be of that version."""
    for text in documents(family)[: 6 if full else 1]:
        for version in VERSIONS[:-1]:
            old = stated(text, version)
            if errors_of(old):
                continue
            try:
                pmmlkit.load(old)
            except PmmlError:
                continue
            done = pmmlkit.upgrade(old)
            newer = done.document.to_bytes()
            assert_same(old, newer)
            if errors_of(text) == []:
                assert done.remaining == ()
            if not done.remaining:
                assert errors_of(stated(newer, "4.4.1")) == []


@pytest.mark.parametrize("path", REGRESSIONS, ids=lambda path: path.stem)
def test_documents_that_were_once_trouble(path: Path) -> None:
    text = path.read_bytes()
    found = [other for to in TARGETS if (other := brought(text, to)) is not None]
    assert found
    try:
        pmmlkit.load(text)
    except PmmlError:
        return
    for other in found:
        check(text, other)


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.skipif(not CORPUS.is_dir(), reason="no gold corpus beside the repository")
def test_the_corpus(case: Case, full: bool) -> None:
    text = case.document
    version = pmmlkit.Document.read(text).version
    columns = case.columns
    values = list(zip(*columns.values(), strict=True))[: None if full else 30]
    rows = [dict(zip(columns, row, strict=True)) for row in values]
    is_sound = not errors_of(text)
    for to in ("4.2", "4.3", "4.4"):
        other = brought(text, to)
        if other is None:
            assert to < version
            continue
        if is_sound:
            assert errors_of(other) == []
            assert to != "4.4" or errors_of(stated(other, "4.4.1")) == []
        if version < "4" or not is_same(text, other):
            assert_same_scores(text, other, rows)
        again = brought(other, "4.4")
        assert again is not None
        if not is_same(text, again):
            assert_same_scores(text, again, rows)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="no gold corpus beside the repository")
def test_much_of_the_corpus_goes_down() -> None:
    done = sum(brought(case.document, "4.2") is not None for case in cases()[::4])
    assert done > 20

"""Words of texts without Spark: what Java's split does, and what is refused."""

from __future__ import annotations

import re
from typing import Any

import pytest

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.features import Feature, InputField
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.spark.words import Words, count_of, cut, found, number_of, stop_set
from pmmlkit.exporters.transformations import transformations_of
from pmmlkit.language.document import PMML, Document, Header

TEXT = InputField("text", "string")
TEXTS = ["", " ", "   ", "a", " a", "a ", "a  b", "\ta\n b  a ", "B b.", "\u02bba", "a,b; a,,b"]


def split(text: str, pattern: str) -> list[str]:
    """Return what Java's String.split does for a pattern that takes characters."""
    if re.search(pattern, text) is None:
        return [text]
    parts = re.split(pattern, text)
    while parts and not parts[-1]:
        parts.pop()
    return parts


def scored(features: list[Feature], texts: list[str]) -> list[list[float]]:
    import pmmlkit

    builder = Builder(Schema((TEXT,), (), {}), treatments=False)
    names = [f"x{at}" for at in range(len(features))]
    dictionary = transformations_of(features, names, builder)
    root = PMML(
        header=Header(),
        data_dictionary=builder.data_dictionary(()),
        transformation_dictionary=dictionary,
    )
    result = pmmlkit.load(Document(root).to_bytes()).transform({"text": texts})
    return [[float(value) for value in result[name]] for name in names]


def counted(words: Words, terms: list[str], texts: list[str]) -> list[list[float]]:
    counts = [count_of(words, term, f"count({term})") for term in terms]
    assert all(counts)
    return scored([*(it for it in counts if it is not None), number_of(words)], texts)


@pytest.mark.parametrize("pattern", [r"\s", "[,;]", r"\s*[,;]", ",|;| "])
def test_words_between_separators(pattern: str) -> None:
    words = cut(TEXT, pattern, lowercase=True, least=0)
    made = [split(text.lower(), pattern) for text in TEXTS]
    terms = sorted({word for parts in made for word in parts})
    found = counted(words, terms, TEXTS)
    assert found[-1] == [len(parts) for parts in made]
    assert found[:-1] == [[parts.count(term) for parts in made] for term in terms]


@pytest.mark.parametrize("least", [1, 2, 3])
def test_words_that_are_matched_and_long_enough(least: int) -> None:
    texts = ["ab a abc", "Ab-ab", "", "--", "a.b.abcd"]
    words = found(TEXT, "[a-zA-Z]+", lowercase=False, least=least)
    made = [[it for it in re.findall("[a-zA-Z]+", text) if len(it) >= least] for text in texts]
    terms = sorted({word for parts in made for word in parts})
    result = counted(words, terms, texts)
    assert result[-1] == [len(parts) for parts in made]
    assert result[:-1] == [[parts.count(term) for parts in made] for term in terms]
    assert count_of(words, "a" * (least - 1), "short") is None or least == 1


@pytest.mark.parametrize("cased", [True, False])
def test_stop_words(cased: bool) -> None:
    from dataclasses import replace

    texts = ["The fox the", "a.c abc A.C", "x\u02bbthe", "fox fox"]
    base = cut(TEXT, r"\s", lowercase=False, least=0)
    words = replace(base, stops=stop_set(["the", "a.c", None], cased=cased), cased=cased)
    made = [
        [it for it in text.split() if (it if cased else it.lower()) not in ("the", "a.c")]
        for text in texts
    ]
    pairs = replace(words.cleaned(), size=2)
    (numbers,) = scored([number_of(words)], texts)
    assert numbers == [len(parts) for parts in made]
    found = count_of(pairs, "fox fox", "pair")
    assert found is not None
    assert scored([found], texts) == [[0, 0, 0, 1]]
    assert count_of(words, "the", "stop") is None


@pytest.mark.parametrize(
    ("make", "pattern", "words"),
    [
        (cut, r"\b", "without a character|borders"),
        (cut, r"\s*", "without a character"),
        (cut, "^,", "without a character"),
        (cut, "(?=,)", "cannot be written"),
        (cut, "(?i)x", r"put \(\?i\) around a group"),
        (cut, "abc", "matches none of the characters"),
        (found, "a*", "words without a letter"),
        (found, r"\bx", "borders"),
        (found, "(?s:.)+", "takes all of"),
    ],
)
def test_patterns_that_are_refused(make: Any, pattern: str, words: str) -> None:
    with pytest.raises(ExportError, match=words):
        make(TEXT, pattern, lowercase=True, least=0)


def test_stop_words_in_other_letters_need_small_ones() -> None:
    from dataclasses import replace

    words = cut(TEXT, r"\s", lowercase=False, least=0)
    with pytest.raises(ExportError, match="beyond ASCII"):
        replace(words, stops=stop_set(["é"], cased=False)).cleaned()
    replace(words, stops=stop_set(["é"], cased=True), cased=True).cleaned()

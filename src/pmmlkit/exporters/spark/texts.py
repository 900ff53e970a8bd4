"""Stages that cut texts into words, and make vectors of these."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    data_type_of,
)
from pmmlkit.exporters.sklearn.feature_extraction import times
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.parameters import pairs_of
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.words import Words, count_of, cut, found, number_of, stop_set
from pmmlkit.language.scope import Compiled

__all__ = [
    "count_vectorizer_model",
    "idf_model",
    "n_gram",
    "regex_tokenizer",
    "stop_words_remover",
    "tokenizer",
    "word2vec_model",
]

_MOST_NUMBERS: Final = 250_000
"""Word vectors have no more numbers than this: each is written into the document."""

_OTHER_LETTERS: Final = ("az", "lt", "tr")
"""Languages in which small letters are made by other rules."""


def _text(flow: Flow, name: str) -> Feature:
    column = flow.column(name, text=True)
    if not isinstance(column, Scalar) or data_type_of(column.feature) != "string":
        raise ExportError(f"column {name!r} holds no texts, but words are taken of it")
    return column.feature


def _words(flow: Flow, name: str, stage: SavedStage) -> Words:
    column = flow.column(name)
    if isinstance(column, Words):
        return column
    raise ExportError(
        f"{stage.name} reads the words of column {name!r}, for which PMML has no type: put the "
        "Tokenizer or RegexTokenizer into the pipeline, so that the input is a text"
    )


@reads("feature.Tokenizer")
def tokenizer(stage: SavedStage, flow: Flow) -> None:
    """Read the words between blanks, in small letters: every tab, blank or line break separates
    two, so that there are empty words, but none at the end. Spark fails where a text is missing; in
    the document all that is made of it is missing.
    """
    words = cut(_text(flow, stage.params["inputCol"]), r"\s", lowercase=True, least=0)
    flow.put(stage.params["outputCol"], words)


@reads("feature.RegexTokenizer")
def regex_tokenizer(stage: SavedStage, flow: Flow) -> None:
    """Read the words between the matches of a pattern, or with ``gaps=False`` the matches; those
    with fewer characters than ``minTokenLength`` are left out.
    """
    text = _text(flow, stage.params["inputCol"])
    make = cut if stage.parameter("gaps", True) else found
    words = make(
        text,
        str(stage.parameter("pattern", r"\s+")),
        lowercase=bool(stage.parameter("toLowercase", True)),
        least=int(stage.parameter("minTokenLength", 1)),
    )
    flow.put(stage.params["outputCol"], words)


@reads("feature.StopWordsRemover")
def stop_words_remover(stage: SavedStage, flow: Flow) -> None:
    """Read the words that are no stop words, without regard to case unless ``caseSensitive``."""
    cased = bool(stage.parameter("caseSensitive", False))
    locale = str(stage.parameter("locale", "en"))
    if not cased and locale[:2] in _OTHER_LETTERS:
        raise ExportError(f"the locale {locale} has small letters of its own: PMML has none")
    stops = stop_set(stage.parameter("stopWords", ()), cased=cased)
    for source, result in pairs_of(stage):
        words = _words(flow, source, stage)
        if words.size > 1:
            raise ExportError("stop words are taken out of n-grams: put the remover before NGram")
        if words.stops:
            words = words.cleaned()
        flow.put(result, replace(words, stops=stops, cased=cased))


@reads("feature.NGram")
def n_gram(stage: SavedStage, flow: Flow) -> None:
    """Read so many words one after the other, with a blank between; a text with fewer has none."""
    words = _words(flow, stage.params["inputCol"], stage)
    size = int(stage.parameter("n", 2))
    if size > 1:
        if words.size > 1:
            raise ExportError("n-grams are made of n-grams: make them of words")
        if words.separator != " ":
            raise ExportError(
                "the words may have blanks, so that it is not seen where those of an n-gram end: "
                "let the pattern of RegexTokenizer match blanks (or none of its words have one)"
            )
        words = replace(words.cleaned(), size=size, kind="n-grams of a text")
    flow.put(stage.params["outputCol"], words)


@reads("feature.CountVectorizerModel")
def count_vectorizer_model(stage: SavedStage, flow: Flow) -> None:
    """Read how often each term of the vocabulary is there, or with ``binary`` whether it is; terms
    that are rarer in the text than ``minTF``, a number or a share of all of its terms, count 0.
    """
    words = _words(flow, stage.params["inputCol"], stage)
    (terms,) = stage.table().column("vocabulary").to_pylist()
    least = float(stage.parameter("minTF", 1.0))
    binary = bool(stage.parameter("binary", False))
    number = number_of(words) if least < 1.0 else None
    made: list[Feature] = []
    for term in terms:
        count = count_of(words, term, f"count({stage.params['inputCol']}, {term})")
        if count is None:
            made.append(ConstantFeature(0.0))
        elif least > 1.0 or binary or number is not None:
            made.append(_limited(count, number, least, binary))
        else:
            made.append(count)
    flow.put(stage.params["outputCol"], Vector(tuple(made)))


def _limited(count: Feature, number: Feature | None, least: float, binary: bool) -> Feature:
    """Return the count, 0 where it is too small."""
    assert isinstance(count, Derived)

    def expression(value: Compiled, *number: Compiled) -> Compiled:
        limit = apply("*", number[0], constant(least)) if number else constant(max(least, 1.0))
        test = apply("greaterOrEqual", value, limit)
        if number:
            # no term is there in a text without any, where the limit is 0
            test = apply("and", test, apply("greaterThan", value, constant(0.0)))
        return apply("if", test, constant(1.0) if binary else value, constant(0.0))

    sources = (count,) if number is None else (count, number)
    return Derived(f"limited({count.name})", sources, expression, guarded=True)


@reads("feature.IDFModel")
def idf_model(stage: SavedStage, flow: Flow) -> None:
    """Read each element times the inverse frequency of its term."""
    (factors,) = stage.table().column("idf").to_pylist()
    weights = vector(factors)
    features = flow.vector(stage.params["inputCol"], len(weights))
    made = [times(it, weight) for it, weight in zip(features, weights.tolist(), strict=True)]
    flow.put(stage.params["outputCol"], Vector(tuple(made)))


@reads("feature.Word2VecModel")
def word2vec_model(stage: SavedStage, flow: Flow) -> None:
    """Read the mean of the vectors of the words; those without a vector count as zeros, and so does
    a text without words. The sum has another order than Spark's, which is that of the text.
    """
    words = _words(flow, stage.params["inputCol"], stage)
    column = stage.params["outputCol"]
    table = stage.table()
    known = table.column("word").to_pylist()
    vectors = np.array(table.column("vector").to_pylist(), np.float64)
    if vectors.size > _MOST_NUMBERS:
        raise ExportError(
            f"the vectors of {len(known):,} words have {vectors.size:,} numbers, and each would "
            f"stand in the document; no more than {_MOST_NUMBERS:,} are written: raise minCount or "
            "lower vectorSize"
        )
    found_words = [
        (count, row)
        for count, row in (
            (count_of(words, word, f"count({stage.params['inputCol']}, {word})"), row)
            for word, row in zip(known, vectors, strict=True)
        )
        if count is not None
    ]
    counts = tuple(count for count, _ in found_words)
    columns = np.array([row for _, row in found_words]).reshape(len(counts), -1).T
    number = number_of(words)
    made = [_mean(f"{column}_{at}", number, counts, row) for at, row in enumerate(columns.tolist())]
    flow.put(column, Vector(tuple(made)))


def _mean(name: str, number: Feature, counts: tuple[Feature, ...], numbers: list[float]) -> Feature:
    def expression(size: Compiled, *row: Compiled) -> Compiled:
        terms = [apply("*", it, constant(by)) for it, by in zip(row, numbers, strict=True)]
        is_some = apply("greaterThan", size, constant(0.0))
        return apply("if", is_some, apply("/", sum_of(terms), size), constant(0.0))

    return Derived(name, (number, *counts), expression)

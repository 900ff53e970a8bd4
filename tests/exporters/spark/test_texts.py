"""Words of texts: tokenizers, stop words, n-grams, counts, weights, means of word vectors."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest

from pmmlkit.parity.oracles import Oracle
from tests.exporters.spark.agreement import Case, case_of
from tests.spark_session import session

TEXTS = [
    "The quick brown fox jumps over the lazy dog",
    "A lazy dog, a quick fox; the end.",
    "  two  blanks in front and  between ",
    "It's the fox's den (in the 'wild') -- the fox, THE FOX!",
    "tab\tand\nnewline\rand more\t",
    "Caf\u00e9 na\u00efve \u00c5ngstr\u00f6m fox caf\u00e9",
    "x y z x y x",
    "one",
    "",
    "   ",
    "under_score dash-ed 3.14 100% e-mail me@home.org the fox",
    "the the the the fox",
]


def _frame() -> Any:
    rows = [(text, float(at % 5) + at / 7) for at, text in enumerate(TEXTS)]
    return session().createDataFrame(rows, "text string, mark double").coalesce(1)


def _fitted(*stages: Any) -> tuple[Any, Any]:
    from pyspark.ml import Pipeline

    frame = _frame()
    return Pipeline(stages=list(stages)).fit(frame), frame


def _counts() -> tuple[Any, Any]:
    from pyspark.ml.feature import IDF, CountVectorizer, Tokenizer

    return _fitted(
        Tokenizer(inputCol="text", outputCol="words"),
        CountVectorizer(inputCol="words", outputCol="counts"),
        IDF(inputCol="counts", outputCol="weights", minDocFreq=2),
    )


def _least() -> tuple[Any, Any]:
    """Terms that are too rare in a text are no terms of it."""
    from pyspark.ml.feature import CountVectorizer, StopWordsRemover, Tokenizer

    return _fitted(
        Tokenizer(inputCol="text", outputCol="words"),
        CountVectorizer(inputCol="words", outputCol="share", minTF=0.2, vocabSize=12),
        CountVectorizer(inputCol="words", outputCol="twice", minTF=2.0, vocabSize=12),
        StopWordsRemover(inputCol="words", outputCol="rest", stopWords=["THE", "a", "c.d"]),
        CountVectorizer(inputCol="rest", outputCol="binary", binary=True, minTF=0.3, vocabSize=12),
    )


def _pairs() -> tuple[Any, Any]:
    """Pairs of words of which some were taken away; and pairs with words that are empty."""
    from pyspark.ml.feature import (
        CountVectorizer,
        NGram,
        RegexTokenizer,
        StopWordsRemover,
        Tokenizer,
    )

    return _fitted(
        RegexTokenizer(inputCol="text", outputCol="words", pattern="\\W", minTokenLength=2),
        StopWordsRemover(inputCol="words", outputCol="rest"),
        NGram(n=2, inputCol="rest", outputCol="pairs"),
        CountVectorizer(inputCol="pairs", outputCol="pair_counts", minTF=0.2),
        Tokenizer(inputCol="text", outputCol="others"),
        NGram(n=3, inputCol="others", outputCol="triples"),
        CountVectorizer(inputCol="triples", outputCol="triple_counts", vocabSize=15),
    )


def _patterns() -> tuple[Any, Any]:
    """Other separators, and expressions of words."""
    from pyspark.ml.feature import CountVectorizer, NGram, RegexTokenizer, StopWordsRemover

    return _fitted(
        RegexTokenizer(inputCol="text", outputCol="parts", pattern="[,;] *|,", toLowercase=False),
        CountVectorizer(inputCol="parts", outputCol="part_counts"),
        RegexTokenizer(
            inputCol="text", outputCol="words", pattern="[A-Za-z']+", gaps=False, toLowercase=False
        ),
        StopWordsRemover(inputCol="words", outputCol="cased", caseSensitive=True),
        NGram(n=2, inputCol="cased", outputCol="pairs"),
        CountVectorizer(inputCol="pairs", outputCol="pair_counts", vocabSize=15),
        RegexTokenizer(inputCol="text", outputCol="default"),
        CountVectorizer(inputCol="default", outputCol="default_counts", vocabSize=15),
    )


def _vectors() -> tuple[Any, Any]:
    from pyspark.ml.feature import RegexTokenizer, Word2Vec

    return _fitted(
        RegexTokenizer(inputCol="text", outputCol="words", pattern="\\W+"),
        Word2Vec(
            inputCol="words", outputCol="mean", vectorSize=3, minCount=2, seed=5, numPartitions=1
        ),
    )


CASES = {
    "text_counts": _counts,
    "text_least": _least,
    "text_pairs": _pairs,
    "text_patterns": _patterns,
    "text_vectors": _vectors,
}


@cache
def _case(name: str) -> Case:
    session()  # stages need one
    return case_of(name, CASES[name])


@cache
def _summed(name: str) -> Case:
    return _case(name).with_sum()


@pytest.mark.parametrize("name", CASES)
def test_pmmlkit(name: str) -> None:
    _case(name).check()


@pytest.mark.parametrize("name", CASES)
def test_engines(name: str, oracle: Oracle) -> None:
    _summed(name).check(oracle)

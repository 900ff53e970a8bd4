"""Texts as counts of their words and characters, and dictionaries."""

# ruff: noqa: S106  (a token is a word here)
from __future__ import annotations

import os
import warnings
from typing import Any

import numpy as np
import pandas as pd
import pytest

import pmmlkit
from pmmlkit.errors import ExportError
from pmmlkit.parity.oracles import Oracle
from tests.exporters.agreement import assert_predicts, assert_transforms

pytest.importorskip("sklearn")

from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction import DictVectorizer, FeatureHasher
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

TEXTS = [
    "Hello, hello world! it's a foo_bar",
    "_foo foo foo_ b_r __",
    "Caf\u00e9 na\u00efve, CAF\u00c9 \u00e9t\u00e9 the \u0153uvre",
    "",
    "  ",
    "x y1 \u01c5ab \u00b2\u00b3 of the world",
    "new york new york new",
    "\u0391\u03a3 \u03a3 \u03a3\u0391\u03a3 \u0152UVRE",
    "don't \u2014 \u201cquoted\u201d (hello) 5 back-slash",
    "e\u0301tude \u00e9tude a b a b a\tb\nc",
    "!!!",
    "the new the york of world new a york",
    "\uff28\uff25\uff2c\uff2c\uff2f \ufb01ne \u00bd \uac00\ub098 \ud55c\uad6d Stra\u00dfe \u0130l",
    "word\u2028sep\u00a0nbsp\x85nel",
    "\u0661\u0662\u0663 \u0967\u0968 \u0939\u093f\u0928\u094d\u0926\u0940 \u65e5\u672c\u8a9e",
]
PLAIN = ["new york new york new", "", " a  banana\tban ", "Anna a", "\u00e9t\u00e9 \u00e9t", "x"]
BEYOND = ["a \U0001d7d8\U0001d7d9 b", "\U00020000\U00020001 c"]

CASES: dict[str, tuple[Any, list[str]]] = {
    "words": (CountVectorizer(), TEXTS),
    "stop_words": (CountVectorizer(ngram_range=(1, 3), stop_words="english"), TEXTS),
    "own_stop_words": (
        CountVectorizer(ngram_range=(2, 2), stop_words=["new", "the", "foo", "b_r"]), TEXTS
    ),
    "binary": (CountVectorizer(binary=True, lowercase=False), TEXTS),
    "one_letter": (CountVectorizer(token_pattern=r"(?u)\b\w+\b"), TEXTS),
    "ascii": (CountVectorizer(token_pattern=r"[a-z]+"), TEXTS),
    "letters": (CountVectorizer(token_pattern=r"[^\W\d_]+"), TEXTS),
    "right_border": (CountVectorizer(token_pattern=r"\w+\b"), TEXTS),
    "vocabulary": (
        CountVectorizer(vocabulary=["hello", "Hello", "new york", "world", "the"]), TEXTS
    ),
    "vocabulary_of_pairs": (
        CountVectorizer(vocabulary={"new york": 1, "hello": 0}, ngram_range=(2, 2)), TEXTS
    ),
    "pieces-accents": (CountVectorizer(strip_accents="unicode"), TEXTS),
    "pieces-ascii_accents": (CountVectorizer(strip_accents="ascii", ngram_range=(1, 2)), TEXTS),
    "characters": (CountVectorizer(analyzer="char", ngram_range=(1, 3)), PLAIN),
    "characters_of_words": (CountVectorizer(analyzer="char_wb", ngram_range=(1, 4)), PLAIN),
    "long_grams_of_words": (CountVectorizer(analyzer="char_wb", ngram_range=(5, 6)), PLAIN),
    "characters_without_accents": (
        CountVectorizer(analyzer="char_wb", ngram_range=(2, 3), strip_accents="unicode"), PLAIN
    ),
    "tfidf": (TfidfVectorizer(), TEXTS),
    "tfidf_l1": (TfidfVectorizer(norm="l1", sublinear_tf=True), TEXTS),
    "tfidf_plain": (TfidfVectorizer(norm=None, smooth_idf=False), TEXTS),
    "tf": (TfidfVectorizer(use_idf=False), TEXTS),
    "two_steps": (
        make_pipeline(CountVectorizer(dtype=np.float64), TfidfTransformer(sublinear_tf=True)), TEXTS
    ),
    "pieces-border": (CountVectorizer(token_pattern=r"\b[a-z]{2,}\b"), TEXTS),
    "pieces-left_border": (CountVectorizer(token_pattern=r"\b[A-Za-z]+"), TEXTS),
    "pieces-group": (CountVectorizer(token_pattern=r"#?(\w\w)\w*"), TEXTS),
    "pieces-apostrophe": (
        CountVectorizer(token_pattern=r"\b\w(?:[\w'-]*\w)?\b"), TEXTS
    ),
    "punctuation-blanks": (
        CountVectorizer(token_pattern=r"\S+", ngram_range=(1, 2)), TEXTS
    ),
    "punctuation-split": (CountVectorizer(tokenizer=str.split, token_pattern=None), TEXTS),
    "punctuation-characters": (CountVectorizer(analyzer="char", ngram_range=(1, 3)), TEXTS),
    "punctuation-characters_of_words": (
        CountVectorizer(analyzer="char_wb", ngram_range=(2, 3), lowercase=False), TEXTS
    ),
    "beyond-words": (CountVectorizer(), BEYOND),
    "beyond-sentences": (CountVectorizer(token_pattern=r"[^,.]+"), BEYOND),
    "single-tfidf": (TfidfVectorizer(dtype=np.float32), TEXTS),
    "single-l1": (TfidfVectorizer(dtype=np.float32, norm="l1"), TEXTS),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_counts_agree(name: str, engine: Oracle | None) -> None:
    vectorizer, texts = CASES[name]
    X = pd.DataFrame({"text": texts})
    parts = ColumnTransformer([("t", vectorizer, "text")], sparse_threshold=0)
    with warnings.catch_warnings():
        # tokenizer beside token_pattern, words that cannot be met
        warnings.simplefilter("ignore")
        parts.fit(X)
    assert_transforms(parts, X, oracle=engine, case=f"text-{name}")


SENTENCES = ["good film", "bad film", "very good", "bad bad", "good", "awful film"]
VERDICTS = ["p", "n", "p", "n", "p", "n"]


@pytest.mark.parametrize(
    "kind",
    [list, np.array, lambda it: np.array(it, object), lambda it: pd.Series(it, name="review")],
    ids=["list", "array", "objects", "series"],
)
def test_texts_alone_are_a_column(kind: Any) -> None:
    X = kind(SENTENCES)
    model = make_pipeline(TfidfVectorizer(ngram_range=(1, 2)), LogisticRegression())
    document = assert_predicts(model.fit(X, VERDICTS), X, VERDICTS, verification=3)
    fields = document.root.data_dictionary.data_fields
    assert fields[0].name == (getattr(X, "name", None) or "x1")
    pmmlkit.load(document.to_bytes()).verify()


def test_texts_are_strings_where_nobody_said_so() -> None:
    X = pd.DataFrame({"text": SENTENCES})
    parts = ColumnTransformer([("t", CountVectorizer(), "text")]).fit(X)
    document = pmmlkit.export(make_pipeline(parts, LogisticRegression()).fit(X, VERDICTS))
    assert document.root.data_dictionary.data_fields[0].data_type == "string"


def test_missing_text_gives_no_counts() -> None:
    document = pmmlkit.export(CountVectorizer().fit(SENTENCES), X=SENTENCES)
    made = pmmlkit.load(document.to_bytes()).transform({"x1": [None, "good"]})
    assert np.isnan(made["good"][0])
    assert made["good"][1] == 1.0


def test_dictionaries() -> None:
    rows = [{"a": 1, "c": "x"}, {"a": 2.5, "c": "y", "b": True}, {"c": "x"}, {"a": 0}]
    vectorizer = DictVectorizer(sparse=False).fit(rows)
    assert_transforms(vectorizer, [*rows, {"c": "unknown", "a": 1}])


def test_dictionaries_with_names_that_say_two_things() -> None:
    rows = [{"a": "b=c", "a=b": "c"}]
    vectorizer = DictVectorizer(sparse=False).fit(rows)
    with pytest.raises(ExportError, match="several columns"):
        pmmlkit.export(vectorizer, X=rows)


@pytest.mark.parametrize(
    ("vectorizer", "reason"),
    [
        (HashingVectorizer(), "hash function"),
        (FeatureHasher(input_type="string"), "hash function"),
        (CountVectorizer(preprocessor=str.upper), "calls a function of Python"),
        (CountVectorizer(analyzer=str.split), "calls a function of Python"),
        (CountVectorizer(tokenizer=lambda text: text.split(",")), "calls a function of Python"),
        (CountVectorizer(strip_accents=str.upper), "calls a function of Python"),
        (CountVectorizer(token_pattern=r"\w+(?=,|$)|good|bad"), "look-around"),
        (CountVectorizer(token_pattern=r"(?i)[a-z]+"), "ASCII only"),
        (CountVectorizer(token_pattern=r"[\w ]+", ngram_range=(1, 2)), "takes blanks"),
        (CountVectorizer(token_pattern=r"(?s).+"), "takes blanks"),
        (CountVectorizer(token_pattern=r"good\b|bad"), "a place that engines find"),
        (CountVectorizer(token_pattern=r"\b[\w-]+\b"), "beside what may be no letter"),
        (
            TfidfVectorizer(vocabulary=["good", "never"], smooth_idf=False),
            r"never\), and without smoothing its weight is infinite",
        ),
    ],
)
def test_what_cannot_be_said_is_refused(vectorizer: Any, reason: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        vectorizer.fit(SENTENCES)
    with pytest.raises(ExportError, match=reason):
        pmmlkit.export(vectorizer, X=SENTENCES)


def test_dollar_of_accents_is_refused() -> None:
    vectorizer = CountVectorizer(analyzer="char", strip_accents="ascii").fit(["5 $"])
    with pytest.raises(ExportError, match="another meaning"):
        pmmlkit.export(vectorizer, X=["5 $"])


def test_numbers_are_no_texts() -> None:
    frame = pd.DataFrame({"text": ["1", "2"]})
    parts = ColumnTransformer([("t", CountVectorizer(token_pattern=r"\w"), "text")]).fit(frame)
    with pytest.raises(ExportError, match="reads texts"):
        pmmlkit.export(parts, X=frame.astype(int))


def test_document_is_short() -> None:
    document = pmmlkit.export(CountVectorizer().fit(SENTENCES), X=SENTENCES).to_bytes().decode()
    assert document.count('function="replace"') == 2
    assert document.count("<TextIndex") == 5
    assert os.linesep not in document.split("<TextIndex")[1].split(">")[0]

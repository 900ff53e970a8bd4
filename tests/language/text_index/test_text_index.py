"""TextIndex: what is refused, what is bounded, and that texts are read once."""

from __future__ import annotations

import random
import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmmlkit
from pmmlkit.errors import EvaluationError, LimitError, MarkupError, PmmlError, UnsupportedError
from pmmlkit.language.text_index import step
from pmmlkit.language.text_index.counting import Hits, TextWords, Words, occurrences
from pmmlkit.language.text_index.words import fold_case, levenshtein
from pmmlkit.limits import Limits
from tests.corpus.cells import document
from tests.corpus.text_index.test_text_index import index, model, table


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (index('maxLevenshteinDistance="-1"'), MarkupError, "negative"),
        (index('maxLevenshteinDistance="51"'), UnsupportedError, "beyond 50"),
        (index('tokenize="false" maxLevenshteinDistance="1"'), UnsupportedError, "no words"),
        (
            index('tokenize="false" localTermWeights="augmentedNormalizedTermFrequency"'),
            UnsupportedError,
            "no words",
        ),
        (index('wordSeparatorCharacterRE="(?=a)"'), UnsupportedError, "look-around"),
        (index('wordSeparatorCharacterRE="("'), UnsupportedError, "missing"),
        (index('x-wordRE="(a|a?)+$"'), UnsupportedError, "exponential"),
        (index("", table(("a", "$1", "true"))), UnsupportedError, "no group"),
        (index("", table(("a",))), MarkupError, "needs a cell 'stem'"),
        (index("", table(("a", "b"), inField="x")), MarkupError, "needs a cell 'x'"),
        (
            index("", "<TextIndexNormalization><TableLocator/></TextIndexNormalization>"),
            UnsupportedError,
            "outside",
        ),
        (index(term=""), MarkupError, "no expression for the term"),
        (index().replace('"text"', '"nothing"'), MarkupError, "not defined"),
        (index(f'wordSeparatorCharacterRE="{"a" * 10_001}"'), LimitError, "regex_characters"),
    ],
)
def test_errors(text: str, error: type[PmmlError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        pmmlkit.load(model(text))
    assert caught.value.element
    assert caught.value.line == 1


def test_attributes_without_effect_are_told() -> None:
    report = pmmlkit.validate(model(index("", table(("a", "b"), tokenize="true"))))
    assert "PMML450" in {finding.code for finding in report.findings}


ENDLESS = [
    (table(("a", "aa"), recursive="true"), "a"),
    (table(("a", "ba"), recursive="true"), "a"),
    (table((r"(\w+) (\w+)", "$2 $1", "true"), recursive="true"), "x y"),
    (table(("a$", "aa", "true"), recursive="true"), "a"),
]


@pytest.mark.parametrize(("tables", "text"), ENDLESS)
def test_recursive_tables_without_end_fail_the_row(tables: str, text: str) -> None:
    scored = pmmlkit.load(model(index("", tables)))
    started = time.process_time()
    with pytest.raises(LimitError) as caught:
        scored.evaluate({"text": text, "term": "b"})
    assert isinstance(caught.value, EvaluationError)
    result = scored.evaluate(
        {"text": [text, "z", None], "term": ["b"] * 3}, errors="column", absent="missing"
    )
    messages = np.ma.MaskedArray(result["pmmlkit_error"]).tolist()
    assert [message is not None for message in messages] == [True, False, False]
    # Not a measure of speed: without a bound there is no end.
    assert time.process_time() - started < 60


def test_passes_are_bounded_by_limits() -> None:
    text = model(index("", table(("xx", "x"), recursive="true")))
    row = {"text": "x" * 30, "term": "x"}
    assert pmmlkit.load(text, limits=Limits(text_passes=6)).evaluate(row)["r"] == 1
    with pytest.raises(LimitError, match=r"Limits\.text_passes = 5"):
        pmmlkit.load(text, limits=Limits(text_passes=5)).evaluate(row)


def test_long_texts_fail_their_row_only() -> None:
    scored = pmmlkit.load(model(index()), limits=Limits(regex_subject_characters=10))
    with pytest.raises(EvaluationError, match="regex_subject_characters"):
        scored.evaluate({"text": "a" * 11, "term": "a"})
    columns = {"text": ["a" * 11, "a a"], "term": ["a", "a"]}
    result = scored.evaluate(columns, errors="column")
    assert np.ma.MaskedArray(result["r"]).tolist() == [None, 2.0] or np.isnan(result["r"][0])
    assert result["r"][1] == 2.0


def many_terms(terms: int) -> bytes:
    fields = "".join(
        f'<DerivedField name="t{at}" optype="continuous" dataType="double"><Apply function="tf">'
        f'<FieldRef field="text"/><Constant dataType="string">w{at}</Constant></Apply>'
        "</DerivedField>"
        for at in range(terms)
    )
    predictors = "".join(
        f'<NumericPredictor name="t{at}" coefficient="{at + 1}"/>' for at in range(terms)
    )
    body = (
        '<TransformationDictionary><DefineFunction name="tf" optype="continuous" '
        'dataType="integer"><ParameterField name="d"/><ParameterField name="t"/>'
        '<TextIndex textField="d"><FieldRef field="t"/></TextIndex></DefineFunction>'
        '</TransformationDictionary><RegressionModel functionName="regression"><MiningSchema>'
        '<MiningField name="text"/><MiningField name="y" usageType="target"/></MiningSchema>'
        f"<LocalTransformations>{fields}</LocalTransformations>"
        f'<RegressionTable intercept="0">{predictors}</RegressionTable></RegressionModel>'
    )
    return document(body, {"text": "categorical string", "y": "continuous double"})


def test_a_text_is_read_once_for_all_terms(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    one, several = step.Reading.of_text, step.Reading.of_texts

    def of_text(self: Any, text: str) -> Any:
        read.append(1)
        return one(self, text)

    def words(*arguments: Any) -> Words:
        read.append(len(arguments[0]))
        return Words(*arguments)

    monkeypatch.setattr(step.Reading, "of_text", of_text)
    monkeypatch.setattr(step, "Words", words)
    assert several is step.Reading.of_texts
    scored = pmmlkit.load(many_terms(50))
    assert scored.evaluate({"text": "w0 w1 w1 w49"})["y"] == 1 + 2 * 2 + 50
    assert read == [1]
    assert scored.evaluate({"text": ["w0", "w1", "w0", "x"]})["y"].tolist() == [1, 2, 1, 0]
    assert read == [1, 3]


WORDS = st.lists(st.sampled_from(["a", "b", "ab", "ba", "aab", "c"]), max_size=8)


@given(
    texts=st.lists(WORDS, max_size=5),
    term=WORDS,
    most=st.integers(0, 3),
    best=st.booleans(),
)
def test_many_texts_as_one(texts: list[list[str]], term: list[str], most: int, best: bool) -> None:
    joined = [" ".join(words) for words in texts]
    words, hits = Words(joined, str.split), Hits(most, best)
    counts = words.counts(tuple(term), hits)
    expected = [TextWords(text, text.split()).count(tuple(term), hits) for text in joined]
    assert ([0] * len(texts) if counts is None else counts.tolist()) == expected
    assert words.maxima.tolist() == [TextWords(text, text.split()).maximum for text in joined]


@given(left=st.text("abc", max_size=7), right=st.text("abc", max_size=7), most=st.integers(0, 8))
def test_levenshtein(left: str, right: str, most: int) -> None:
    table_ = {(0, at): at for at in range(len(right) + 1)}
    table_.update({(at, 0): at for at in range(len(left) + 1)})
    for i, one in enumerate(left, 1):
        for j, other in enumerate(right, 1):
            table_[i, j] = min(
                table_[i - 1, j] + 1, table_[i, j - 1] + 1, table_[i - 1, j - 1] + (one != other)
            )
    distance = table_[len(left), len(right)]
    assert levenshtein(left, right, most) == min(distance, most + 1)


@given(st.text(max_size=20))
def test_folding_keeps_the_length(text: str) -> None:
    folded = fold_case(text)
    assert len(folded) == len(text)
    assert fold_case(folded) == folded
    assert text.isascii() <= (folded == text.lower())


@given(part=st.text("ab", max_size=3), text=st.text("ab", max_size=12))
def test_occurrences(part: str, text: str) -> None:
    places = [at for at in range(len(text)) if part and text.startswith(part, at)]
    assert occurrences(part, text) == len(places)


def test_columns_equal_rows() -> None:
    chance = random.Random(3)
    texts = [" ".join(chance.choices(["Sun", "sn", "moon.", "(a)"], k=5)) for _ in range(40)]
    terms = [chance.choice(["sun", "moon", "a sun", None, ""]) for _ in range(40)]
    for weights in ("binary", "logarithmic", "augmentedNormalizedTermFrequency"):
        for most in (0, 1):
            attributes = f'localTermWeights="{weights}" maxLevenshteinDistance="{most}"'
            scored = pmmlkit.load(model(index(attributes)))
            column = np.empty(40, object)
            column[:] = terms
            cells = scored.evaluate({"text": texts, "term": column})["r"]
            for at, cell in enumerate(np.ma.MaskedArray(cells).tolist()):
                row = scored.evaluate({"text": texts[at], "term": terms[at]})["r"]
                assert row == (None if cell != cell else cell)

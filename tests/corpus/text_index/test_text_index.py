"""TextIndex: one cell for each attribute value that changes a weight.

Specification: Transformations. The counts are those that one makes by hand.
"""

from __future__ import annotations

import math
from typing import Any
from xml.sax.saxutils import escape, quoteattr

import pytest

from tests.corpus.cells import check, document

TERM = '<FieldRef field="term"/>'


def table(*rows: tuple[str, ...], names: str = "string stem regex", **attributes: str) -> str:
    """A TextIndexNormalization; each row is text, replacement and perhaps the mark."""
    given = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items())
    lines = "".join(
        "<row>"
        + "".join(
            f"<{name}>{escape(cell)}</{name}>"
            for name, cell in zip(names.split(), row, strict=False)
        )
        + "</row>"
        for row in rows
    )
    return (
        f"<TextIndexNormalization{given}><InlineTable>{lines}</InlineTable>"
        "</TextIndexNormalization>"
    )


def model(index: str, type: str = "double", version: str = "4.4") -> bytes:
    body = (
        '<RegressionModel functionName="regression"><MiningSchema><MiningField name="text"/>'
        f'<MiningField name="term"/></MiningSchema><Output><OutputField name="r" '
        f'optype="continuous" dataType="{type}" feature="transformedValue">{index}</OutputField>'
        '</Output><RegressionTable intercept="0"/></RegressionModel>'
    )
    fields = {"text": "categorical string", "term": "categorical string"}
    return document(body, fields, version)


def index(attributes: str = "", tables: str = "", term: str = TERM) -> str:
    return f'<TextIndex textField="text" {attributes}>{tables}{term}</TextIndex>'


def counts(text: bytes, *cells: tuple[str | None, str | None, Any]) -> None:
    """Check cells of text, term and expected weight."""
    rows = [{"text": text_, "term": term} for text_, term, _ in cells]
    check(text, rows, {"r": [None if cell[2] is None else float(cell[2]) for cell in cells]})


def test_missing_and_empty() -> None:
    counts(
        model(index()),
        (None, "a", None),
        ("a", None, None),
        ("", "a", 0),
        ("a", "", 0),
        ("a", "...", 0),
        (" ", "a", 0),
    )


def test_words_without_punctuation_around_them() -> None:
    # Unicode's punctuation is trimmed; symbols such as $ and + are not.
    counts(
        model(index()),
        ("Sun, (sun) 'sun'!", "sun", 3),
        ("don't 'don't'", "don't", 2),
        ("a-b a", "a", 1),
        ("«a» “a” a… ¿a? §a a—", "a", 6),
        ("$a$ +a <a> ^a", "a", 0),
        ("_a_ #a @a %a &a *a", "a", 6),
        ("sun", "(sun)", 1),
    )


def test_phrases_in_order_and_overlapping() -> None:
    counts(
        model(index()),
        ("a b a b a", "a b", 2),
        ("a b a b a", "a b a", 2),
        ("a a a", "a a", 2),
        ("a. b", "a b", 1),
        ("a ... b", "a b", 1),
        ("b a", "a b", 0),
        ("a", "a a", 0),
    )


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ("termFrequency", [3, 1, 0]),
        ("binary", [1, 1, 0]),
        ("logarithmic", [math.log10(4), math.log10(2), 0]),
        # 0.5 (1 + n / 3): a is the most frequent word.
        ("augmentedNormalizedTermFrequency", [1, 0.5 * (1 + 1 / 3), 0]),
    ],
)
def test_local_term_weights(weights: str, expected: list[float]) -> None:
    text = "a b a c a"
    cells = [(text, term, value) for term, value in zip("abx", expected, strict=True)]
    counts(model(index(f'localTermWeights="{weights}"')), *cells)


def test_the_most_frequent_word_is_that_of_the_text() -> None:
    weights = 'localTermWeights="augmentedNormalizedTermFrequency"'
    counts(
        model(index(weights)),
        ("a a a a b b", "b", 0.5 * (1 + 2 / 4)),
        ("b b", "b", 1),
        ("a a a b a b", "a b", 0.5 * (1 + 2 / 4)),
        ("", "b", 0),
    )


def test_counts_are_integers() -> None:
    found = model(index(), "integer")
    check(found, [{"text": "a a", "term": "a"}], {"r": [2]})


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [("", 3), ('isCaseSensitive="false"', 3), ('isCaseSensitive="true"', 1)],
)
def test_case(attribute: str, expected: int) -> None:
    counts(model(index(attribute)), ("Sun sun SUN", "sun", expected))


def test_case_beyond_ascii_is_letter_for_letter() -> None:
    counts(
        model(index()),
        ("Ä ä", "ä", 2),
        ("\u03a3 \u03c3 \u03c2", "\u03c3", 3),
        ("STRASSE straße", "straße", 1),
        ("\u0130 i I \u0131", "i", 4),
        ("K k \u212a", "k", 3),
    )


@pytest.mark.parametrize(
    ("most", "text", "term", "expected"),
    [
        (0, "sun sn", "sun", 1),
        (1, "sun sn suun sux xxn", "sun", 4),
        (2, "sun sn suun sux xxn", "sun", 5),
        (1, "ab cd", "ab ce", 1),
        # One letter in each word makes two in the term.
        (1, "ab cd", "ax ce", 0),
        (2, "ab cd", "ax ce", 1),
        (2, "ab cd", "xx cx", 0),
        (1, "a b c", "ab", 2),
        (3, "", "a", 0),
        (3, "a", "", 0),
        (1, "Sun SUX", "sun", 2),
    ],
)
def test_levenshtein(most: int, text: str, term: str, expected: int) -> None:
    counts(model(index(f'maxLevenshteinDistance="{most}"')), (text, term, expected))


@pytest.mark.parametrize(
    ("hits", "text", "expected"),
    [
        ("allHits", "a doog dog doog", 3),
        ("bestHits", "a doog dog doog", 1),
        ("bestHits", "a doog dg", 2),
        ("bestHits", "a b", 0),
    ],
)
def test_count_hits(hits: str, text: str, expected: int) -> None:
    attributes = f'maxLevenshteinDistance="1" countHits="{hits}"'
    counts(model(index(attributes)), (text, "dog", expected))


def test_best_hits_are_those_of_each_text() -> None:
    attributes = 'maxLevenshteinDistance="2" countHits="bestHits"'
    counts(
        model(index(attributes)), ("sun sux", "sun", 1), ("sux sxx", "sun", 1), ("sxx", "sun", 1)
    )


@pytest.mark.parametrize(
    ("separator", "text", "term", "expected"),
    [
        ("[,;]", "a,b;a c", "a", 1),
        ("[,;]", "a,b;a c", "a c", 1),
        ("[\\s\\-]", "user-friendly", "user friendly", 1),
        ("\\W+", "a--b a", "a", 2),
        ("x*", "axb", "b", 1),
        ("(x)", "axb", "x", 0),
    ],
)
def test_separator(separator: str, text: str, term: str, expected: int) -> None:
    found = model(index(f'wordSeparatorCharacterRE="{separator}"'))
    counts(found, (text, term, expected))


@pytest.mark.parametrize("version", ["4.2", "4.3", "4.4"])
def test_default_separator_of_each_version(version: str) -> None:
    # \s and \s+ differ in empty words only, and these do not count.
    found = model(index(), version=version)
    counts(found, ("a  b\tc", "a b c", 1), ("a\u00a0b", "a", 0))


def test_words_by_expression() -> None:
    # Matches are words as they are: nothing is trimmed.
    counts(
        model(index('x-wordRE="\\w+"')),
        ("a-b, a", "a", 2),
        ("a-b, a", "a b", 1),
        ("_a_ a", "a", 1),
        ("abc", "!!", 0),
    )
    counts(
        model(index('x-wordRE="(?u)\\b\\w\\w+\\b"')),
        ("café x yy", "café", 1),
        ("café x yy", "x", 0),
    )
    counts(model(index('x-wordRE="(a)b"')), ("ab ab", "ab", 2))


def test_without_words() -> None:
    # The term is looked for in the text as it is; places may overlap.
    counts(
        model(index('tokenize="false"')),
        ("sun sunny ssun", "sun", 3),
        ("aaaa", "aa", 3),
        ("a b", "a b", 1),
        ("a  b", "a b", 0),
        ("SUN", "sun", 1),
        ("", "a", 0),
        ("a", "", 0),
    )
    counts(model(index('tokenize="false" isCaseSensitive="true"')), ("SUN", "sun", 0))


REPLACED = [
    # A text is replaced wherever it is, in words too; the term is not normalised.
    (table(("is", "be")), "", "this is it", "be", 1),
    (table(("is", "be")), "", "this is it", "thbe", 1),
    (table(("is", "be")), "", "is", "is", 0),
    (table(("a.c", "x")), "", "abc a.c", "x", 1),
    (table(("a", "$1 \\")), "", "a", "$1", 1),
    (table(("the", "")), "", "the a", "the", 0),
    (table(("is|are", "be", "true")), "", "they are", "be", 1),
    (table(("is|are", "be", "false")), "", "is|are", "be", 1),
    (table(("is|are", "be", "TRUE")), "", "they are", "be", 1),
    (table((r"\bis\b", "be", "true")), "", "this is", "be", 1),
    (table((r"(\w+)s\b", "$1", "true")), "", "cats dogs", "dog", 1),
    # Case: the table's own attribute, else that of the TextIndex.
    (table(("is", "be")), "", "IS Is", "be", 2),
    (table(("is", "be")), 'isCaseSensitive="true"', "IS is", "be", 1),
    (table(("is", "be"), isCaseSensitive="false"), 'isCaseSensitive="true"', "IS is", "be", 2),
    (table(("is", "be"), isCaseSensitive="true"), "", "IS is", "be", 1),
    (table(("ä", "x")), "", "Ä ä", "x", 2),
    (table(("[äb]+", "x", "true")), "", "Ä ä B", "x", 3),
    (table(("[äb]+", "x", "true"), isCaseSensitive="true"), "", "Ä ä B", "x", 1),
    # Rows in their order, tables in theirs.
    (table(("a", "b"), ("b", "c")), "", "a b", "c", 2),
    (table(("b", "c"), ("a", "b")), "", "a b", "c", 1),
    (table(("b", "c")) + table(("a", "b")), "", "a b", "b", 1),
    (table(("b", "c"), ("a", "b"), recursive="true"), "", "a b", "c", 2),
    (table(("xx", "x"), recursive="false"), "", "xxxx", "xx", 1),
    (table(("xx", "x"), recursive="true"), "", "xxxx", "x", 1),
    # Columns with other names.
    (
        table(("a.", "x", "true"), names="i o r", inField="i", outField="o", regexField="r"),
        "",
        "ab",
        "x",
        1,
    ),
    (table(("a.", "x", "true"), names="string stem other"), "", "ab", "x", 0),
    # What has no effect.
    (table(("is", "be"), tokenize="true"), "", "this is", "thbe", 1),
    (table(("sun", "moon"), maxLevenshteinDistance="1"), "", "sux", "moon", 0),
    (table(("a b", "x"), wordSeparatorCharacterRE="-"), "", "a-b", "x", 0),
    ("<TextIndexNormalization/>", "", "a", "a", 1),
]


@pytest.mark.parametrize(("tables", "attributes", "text", "term", "expected"), REPLACED)
def test_normalization(tables: str, attributes: str, text: str, term: str, expected: int) -> None:
    counts(model(index(attributes, tables)), (text, term, expected))


def test_the_example_of_the_specification() -> None:
    tables = table(
        ("interfaces?", "interface", "true"),
        ("is|are|seem(ed|s?)|were", "be", "true"),
        ("user friendl(y|iness)", "user_friendly", "true"),
    ) + table(("interface be (user_friendly|well designed|excellent)", "ui_good", "true"))
    counts(
        model(index('localTermWeights="binary"', tables)),
        ("Testing the app for a few days convinced me the interfaces are excellent!", "ui_good", 1),
        ("The interfaces seemed user friendly", "ui_good", 1),
        ("The interface is slow", "ui_good", 0),
    )


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("<Constant>sun</Constant>", 1),
        ('<Constant dataType="integer">7</Constant>', 2),
        ('<Apply function="lowercase"><Constant>SUN</Constant></Apply>', 1),
        ('<Constant missing="true">x</Constant>', None),
    ],
)
def test_the_term_is_an_expression(term: str, expected: int | None) -> None:
    counts(model(index(term=term)), ("sun 7 7", None, expected))


def test_in_functions_and_derived_fields() -> None:
    body = """
      <TransformationDictionary>
        <DefineFunction name="tf-idf" optype="continuous" dataType="double">
          <ParameterField name="document"/><ParameterField name="term"/>
          <ParameterField name="weight"/>
          <Apply function="*"><TextIndex textField="document"><FieldRef field="term"/></TextIndex>
            <FieldRef field="weight"/></Apply>
        </DefineFunction>
        <DerivedField name="lower" optype="categorical" dataType="string">
          <Apply function="lowercase"><FieldRef field="text"/></Apply></DerivedField>
        <DerivedField name="a" optype="continuous" dataType="double"><Apply function="tf-idf">
          <FieldRef field="lower"/><Constant>sun</Constant><Constant>0.5</Constant></Apply>
        </DerivedField>
        <DerivedField name="b" optype="continuous" dataType="integer">
          <TextIndex textField="lower" isCaseSensitive="true"><Constant>moon</Constant></TextIndex>
        </DerivedField>
      </TransformationDictionary>
      <RegressionModel functionName="regression"><MiningSchema><MiningField name="text"/>
        <MiningField name="y" usageType="target"/></MiningSchema><RegressionTable intercept="0">
        <NumericPredictor name="a" coefficient="1"/><NumericPredictor name="b" coefficient="10"/>
      </RegressionTable></RegressionModel>"""
    fields = {"text": "categorical string", "y": "continuous double"}
    rows: list[dict[str, Any]] = [
        {"text": "Sun sun"},
        {"text": "Moon"},
        {"text": "x"},
        {"text": None},
    ]
    check(document(body, fields), rows, {"y": [1.0, 10.0, 0.0, None]})

"""Rules for terms, arrays and the sets in them. Specification: chapters Text Models,
Transformations (TextIndex), General Structure (Array).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import numpy as np

from pmmlkit.language.arrays import Array
from pmmlkit.language.expressions import Constant
from pmmlkit.language.models.sequence import SetPredicate
from pmmlkit.language.models.text import TextModel
from pmmlkit.language.predicates import SimpleSetPredicate
from pmmlkit.language.text_index import TextIndex, TextIndexNormalization
from pmmlkit.validation.rules.array_items import array_texts, matrix_numbers
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule

__all__ = ["RULES"]

_TEXT: Final = """
<TextModel functionName="regression" numberOfTerms="2" numberOfDocuments="2">
  <MiningSchema><MiningField name="s"/></MiningSchema>
  <TextDictionary><Array n="2" type="string">sun moon</Array></TextDictionary>
  <TextCorpus><TextDocument id="1"/><TextDocument id="2"/></TextCorpus>
  <DocumentTermMatrix><Matrix><Array type="int">{}</Array><Array type="int">{}</Array></Matrix>
  </DocumentTermMatrix>
  <TextModelNormalization globalTermWeights="none"/>
  <TextModelSimiliarity similarityType="cosine"/>
</TextModel>"""


@rule(
    "PMML453",
    "warning",
    "A document of a corpus has no terms",
    "All frequencies of the document are 0: no text is like it.",
    bad=_TEXT.format("3 1", "0 0"),
    good=_TEXT.format("3 1", "1 2"),
    on=TextModel,
)
def no_terms(model: TextModel, facts: Facts) -> Iterator[Found]:
    cells = matrix_numbers(model.document_term_matrix.matrix)
    documents = model.text_corpus.documents
    if cells is None or len(cells) != len(documents):
        return
    for at in np.flatnonzero(~cells.any(axis=1)).tolist():
        yield documents[at], f"no term is in {documents[at].id!r:.80}"


@rule(
    "PMML454",
    "info",
    "A term is in no document",
    "All frequencies of the term are 0: it has no effect.",
    bad=_TEXT.format("3 0", "2 0"),
    good=_TEXT.format("3 1", "2 2"),
    on=TextModel,
)
def no_documents(model: TextModel, facts: Facts) -> Iterator[Found]:
    cells = matrix_numbers(model.document_term_matrix.matrix)
    terms = array_texts(model.text_dictionary.array)
    if cells is None or terms is None or cells.shape[1] != len(terms):
        return
    for at in np.flatnonzero(~cells.any(axis=0)).tolist():
        yield model.text_dictionary, f"no document has {terms[at]!r:.80}"


_INDEX: Final = """
<DerivedField name="d" optype="continuous" dataType="double">
  <TextIndex textField="s">
    <TextIndexNormalization><InlineTable>
      <row><string>cats</string><stem>cat</stem></row>
      <row><string>{}</string><stem>dog</stem></row>
    </InlineTable></TextIndexNormalization>
    <Constant>{}</Constant>
  </TextIndex>
</DerivedField>"""


def _plain_entries(table: TextIndexNormalization) -> list[tuple[str, str]]:
    """Return what the table replaces, and by what; regular expressions aside."""
    if table.inline_table is None:
        return []
    rows = table.inline_table.rows
    texts, stems = rows.column(table.in_field), rows.column(table.out_field)
    marks = rows.column(table.regex_field) or [None] * len(rows)
    if texts is None or stems is None:
        return []
    return [
        (text, stem)
        for text, stem, mark in zip(texts, stems, marks, strict=True)
        if text is not None and stem is not None and (mark or "").strip().lower() != "true"
    ]


@rule(
    "PMML455",
    "warning",
    "A term is replaced in the text and so never found",
    "A TextIndexNormalization changes the text, but not the term. It replaces the term itself, so "
    "that no text has it afterwards: look for the replacement.",
    bad=_INDEX.format("dogs", "cats"),
    good=_INDEX.format("dogs", "cat"),
    on=TextIndex,
)
def replaced(item: TextIndex, facts: Facts) -> Iterator[Found]:
    term = item.expression
    if not isinstance(term, Constant) or not item.normalizations or item.max_levenshtein_distance:
        return
    tables = [_plain_entries(table) for table in item.normalizations]
    has_patterns = any(
        len(entries) < len(table.inline_table.rows)
        for table, entries in zip(item.normalizations, tables, strict=True)
        if table.inline_table is not None
    )
    wanted = _folded(term.text, item.is_case_sensitive)
    entries = [
        (_folded(text, item.is_case_sensitive), _folded(stem, item.is_case_sensitive))
        for part in tables
        for text, stem in part
    ]
    comes_back = any(wanted in stem for _, stem in entries)
    if wanted and not has_patterns and not comes_back and wanted in dict(entries):
        yield item, f"{term.text!r:.80} is replaced by {dict(entries)[wanted]!r:.80}"


def _folded(text: str, is_case_sensitive: bool) -> str:
    text = text.strip()
    return text if is_case_sensitive else text.casefold()


@rule(
    "PMML456",
    "warning",
    "A normalization replaces the same text twice",
    "Two rows of the table are for the same text and have different replacements. The text is "
    "gone after the first, so that the second has no effect.",
    bad=_INDEX.format("cats", "cat"),
    good=_INDEX.format("dogs", "cat"),
    on=TextIndexNormalization,
)
def twice(table: TextIndexNormalization, facts: Facts) -> Iterator[Found]:
    known: dict[str, str] = {}
    for text, stem in _plain_entries(table):
        if known.setdefault(text, stem) != stem:
            yield table, f"{text!r:.80} becomes {known[text]!r:.80}, and {stem!r:.80} too"


_SET: Final = """
<Node score="no"><True/>
  <Node score="yes"><SimpleSetPredicate field="{}" booleanOperator="isIn">
    <Array type="{}">{}</Array></SimpleSetPredicate></Node>
</Node>"""
_FRACTION: Final = re.compile(r"\d\.\d*[1-9]")


@rule(
    "PMML457",
    "warning",
    "An array of integers has fractions",
    "The items of an Array of type int are whole numbers. Fractions count here; other engines "
    "refuse the document, or cut them off.",
    bad=_SET.format("x", "int", "1 2.5"),
    good=_SET.format("x", "real", "1 2.5"),
    on=Array,
)
def fractions(array: Array, facts: Facts) -> Iterator[Found]:
    found = _FRACTION.search(array.text) if array.type == "int" and "." in array.text else None
    if found is not None:
        yield array, "an item is no whole number"


@rule(
    "PMML458",
    "info",
    "A set has a value twice",
    "A value is in a set or not; the second mention has no effect, and most often is meant to be "
    "another value.",
    bad=_SET.format("s", "string", "a a"),
    good=_SET.format("s", "string", "a b"),
    on=(SimpleSetPredicate, SetPredicate),
)
def value_twice(item: SimpleSetPredicate | SetPredicate, facts: Facts) -> Iterator[Found]:
    texts = array_texts(item.array) or ()
    if len(set(texts)) < len(texts):
        known: set[str] = set()
        for text in texts:
            if text in known:
                yield item, f"{text!r:.80} is there already"
                return
            known.add(text)


RULES: Final = (no_terms, no_documents, replaced, twice, fractions, value_twice)

"""Boundary cases of the rules for terms and arrays."""

from __future__ import annotations

import pytest

from tests.validation.rules.checked import codes

INDEX = """
<DerivedField name="d" optype="continuous" dataType="double">
  <TextIndex textField="s"{attributes}>
    <TextIndexNormalization><InlineTable>{rows}</InlineTable></TextIndexNormalization>
    <Constant>{term}</Constant>
  </TextIndex>
</DerivedField>"""


@pytest.mark.parametrize(
    ("term", "rows", "attributes", "found"),
    [
        ("cat", [("cats", "cat")], "", set()),
        ("cats", [("cats", "cat")], "", {"PMML455"}),
        ("Cats", [("cats", "cat")], "", {"PMML455"}),
        ("Cats", [("cats", "cat")], ' isCaseSensitive="true"', set()),
        # it comes back
        ("cats", [("cats", "cat"), ("cat", "cats")], "", set()),
        ("cats", [("cats", "cats")], "", set()),
        # what is like it may be found
        ("cats", [("cats", "cat")], ' maxLevenshteinDistance="1"', set()),
        ("cat", [("cats", "cat"), ("cats", "dog")], "", {"PMML456"}),
        ("cat", [("cats", "cat"), ("cats", "cat")], "", set()),
    ],
)
def test_terms(term: str, rows: list[tuple[str, str]], attributes: str, found: set[str]) -> None:
    cells = "".join(f"<row><string>{text}</string><stem>{stem}</stem></row>" for text, stem in rows)
    assert codes(INDEX.format(term=term, rows=cells, attributes=attributes)) == found


SET = """
<Node score="no"><True/>
  <Node score="yes"><SimpleSetPredicate field="x" booleanOperator="isIn">
    <Array type="{}">{}</Array></SimpleSetPredicate></Node>
</Node>"""


@pytest.mark.parametrize(
    ("type", "items", "found"),
    [
        ("int", "1 2", set()),
        ("int", "1.0 2.00", set()),
        ("int", "1 2.5", {"PMML457"}),
        ("int", "1.05", {"PMML457"}),
        ("real", "1.5", set()),
        ("int", "1 2 1", {"PMML458"}),
    ],
)
def test_arrays(type: str, items: str, found: set[str]) -> None:
    assert codes(SET.format(type, items)) == found

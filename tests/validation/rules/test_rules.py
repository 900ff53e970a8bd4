"""Each rule: its bad example breaks it and nothing else, its good one breaks none."""

from __future__ import annotations

import re

import pytest

from pmmlkit.errors import DataError, PmmlError
from pmmlkit.language.document import Document
from pmmlkit.validation import validate
from pmmlkit.validation.rules import MOST_OF_A_RULE, check, explain, rules
from pmmlkit.validation.rules.examples import example_document
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION, TWO_MODELS

CODES = sorted(rules())


def codes(example: str) -> list[str]:
    return [finding.code for finding in check(Document.read(example_document(example)))]


@pytest.mark.parametrize("code", CODES)
def test_bad_example(code: str) -> None:
    assert set(codes(rules()[code].bad)) == {code}


@pytest.mark.parametrize("code", CODES)
def test_good_example(code: str) -> None:
    assert codes(rules()[code].good) == []


@pytest.mark.parametrize("code", CODES)
def test_examples_load(code: str) -> None:
    """What the compiler refuses needs no rule: both examples are sound documents to it."""
    for example in (rules()[code].bad, rules()[code].good):
        findings = validate(example_document(example)).findings
        assert [item for item in findings if item.severity == "error"] == []


@pytest.mark.parametrize("code", CODES)
def test_words(code: str) -> None:
    item = rules()[code]
    assert item.severity in ("error", "warning", "info")
    assert "\n" not in item.title
    assert not item.title.endswith(".")
    assert len(item.title) < 80
    assert item.explanation.endswith(".")
    text = explain(code)
    assert text.startswith(f"{code} ({item.severity}): {item.title}\n")
    assert item.explanation in text
    assert item.bad.splitlines()[0] in text
    assert item.good.splitlines()[0] in text


def test_findings_say_where() -> None:
    for item in rules().values():
        document = Document.read(example_document(item.bad))
        for finding in check(document):
            assert finding.path.startswith("PMML"), item.code
            assert finding.line > 0 or finding.path == "PMML", item.code
            assert finding.severity == rules()[finding.code].severity
            assert finding.message


def test_explain_of_an_unknown_code() -> None:
    with pytest.raises(DataError, match="no rule 'PMML9'"):
        explain("PMML9")
    assert explain("pmml240") == explain("PMML240")


@pytest.mark.parametrize("document", [REGRESSION, CLASSIFICATION, TWO_MODELS, ENSEMBLE])
def test_sound_documents(document: bytes) -> None:
    found = [item for item in check(Document.read(document)) if item.severity != "info"]
    assert found == []


def test_a_rule_does_not_drown_the_others() -> None:
    leaf = '<Node><SimplePredicate field="x" operator="lessThan" value="{}"/></Node>\n'
    leaves = "".join(leaf.format(value) for value in range(MOST_OF_A_RULE + 10))
    assert len(codes(f'<Node score="no"><True/>{leaves}</Node>')) == MOST_OF_A_RULE


_PARTS = re.compile(rb' [a-zA-Z]+="[^"]*"|<[A-Za-z]+( [^<>]*)?/>|<(\w+)[^<>]*>[^<>]*</\2>')


@pytest.mark.parametrize("code", CODES)
def test_what_is_absent_does_no_harm(code: str) -> None:
    whole = example_document(rules()[code].bad)
    for part in _PARTS.finditer(whole):
        try:
            document = Document.read(whole[: part.start()] + whole[part.end() :])
        except PmmlError:
            continue
        check(document)

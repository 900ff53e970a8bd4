"""Each code of the reader, the schema and the compiler: its words, and its examples in a report."""

from __future__ import annotations

import ast
import pickle
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.errors import Finding
from pmmlkit.language import mistakes
from pmmlkit.validation import validate
from pmmlkit.validation.rules import EXPLAINED, explain, explanations, rules
from pmmlkit.validation.rules.examples import example_document

SOURCE = Path(pmmlkit.__file__).parent
OWN = {
    item.code: item
    for module in EXPLAINED
    for item in import_module(f"pmmlkit.validation.rules.{module}").EXPLANATIONS
}
CODES = sorted(OWN)

WITHOUT_A_CASE = {
    "PMML006": "its document would be long; there is a test of its own",
    "PMML019": "what the schema may still say; no document is known",
    "PMML100": "what the compiler may still say; all that it says has a code of its own",
}
"""Codes whose bad example is told by another code."""

ALSO = {"PMML018": {"PMML015"}}
"""What else is told of the bad example: the schema knows of one predicate too many."""

ELSEWHERE = ("validation/portability", "validation/rules")
"""Where codes are made that have explanations of their own there."""


def findings(example: str) -> tuple[Finding, ...]:
    return validate(example_document(example)).findings


@pytest.mark.parametrize("code", sorted(set(CODES) - set(WITHOUT_A_CASE)))
def test_bad_example(code: str) -> None:
    item = OWN[code]
    found = findings(item.bad)
    errors = {finding.code for finding in found if finding.severity == "error"}
    if item.severity == "error":
        assert errors - ALSO.get(code, set()) == {code}
    else:
        assert not errors
        assert item.severity in {finding.severity for finding in found if finding.code == code}


@pytest.mark.parametrize("code", CODES)
def test_good_example(code: str) -> None:
    found = findings(OWN[code].good)
    assert [finding for finding in found if finding.severity == "error"] == []
    assert code not in {finding.code for finding in found}


@pytest.mark.parametrize("code", CODES)
def test_words(code: str) -> None:
    item = OWN[code]
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


def test_explanations_hold_them_and_the_rules() -> None:
    assert set(explanations()) >= set(CODES) | set(rules())
    assert list(explanations()) == sorted(explanations())


def test_titles_are_told_apart() -> None:
    titles = [item.title for item in explanations().values()]
    assert len(set(titles)) == len(titles)


def written_codes() -> Iterator[str]:
    """Yield the codes that stand as texts in the source, apart from those of rules."""
    for path in sorted(SOURCE.rglob("*.py")):
        if path.relative_to(SOURCE).as_posix().startswith(ELSEWHERE):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            value = node.value if isinstance(node, ast.Constant) else None
            if isinstance(value, str) and re.fullmatch(r"PMML[0-6][0-9]{2}", value):
                yield value


def test_each_code_is_explained_and_each_explanation_is_of_a_code() -> None:
    assert set(written_codes()) == set(CODES)


def constants() -> dict[str, str]:
    return {name: code for name, code in vars(mistakes).items() if name.isupper()}


def test_each_kind_of_mistake_has_a_code_of_its_own() -> None:
    codes = list(constants().values())
    assert len(set(codes)) == len(codes)
    assert codes == sorted(codes)


def test_each_kind_of_mistake_is_in_use() -> None:
    text = "".join(path.read_text() for path in SOURCE.rglob("*.py") if "rules" not in path.parts)
    for name in constants():
        assert f"mistakes.{name}" in text


def test_what_the_compiler_raises_has_a_code() -> None:
    """Refusals may go without: they are PMML600."""
    for path in sorted((SOURCE / "language").rglob("*.py")):
        if path.name in ("document.py", "verification.py"):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "MarkupError":
                given = {item.arg for item in node.keywords}
                assert "code" in given, f"{path.name}:{node.lineno}"


def test_errors_keep_their_code() -> None:
    with pytest.raises(pmmlkit.MarkupError) as caught:
        pmmlkit.load(example_document(OWN[mistakes.UNDEFINED_FIELD].bad))
    assert caught.value.code == mistakes.UNDEFINED_FIELD
    assert pickle.loads(pickle.dumps(caught.value)).code == mistakes.UNDEFINED_FIELD


def test_several_mistakes_have_a_code_each() -> None:
    table = '<NumericPredictor name="{}" coefficient="1"/>'
    example = f'<RegressionTable intercept="1">{table.format("u")}{table.format("x")}'
    example += '<PredictorTerm coefficient="1"><FieldRef field="v"/></PredictorTerm>'
    with pytest.raises(pmmlkit.MarkupError) as caught:
        pmmlkit.load(example_document(example + "</RegressionTable>"))
    assert [item.code for item in caught.value.findings] == [mistakes.UNDEFINED_FIELD] * 2

"""`validate` and the report: what is checked, in which order, and how it prints."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.errors import Finding
from pmmlkit.validation import Report, validate
from tests.documents import CLASSIFICATION, ENSEMBLE, REGRESSION, TRANSFORMATIONS, TWO_MODELS


@pytest.mark.parametrize("document", [REGRESSION, CLASSIFICATION, ENSEMBLE, TWO_MODELS])
def test_sound_documents(document: bytes) -> None:
    report = validate(document)
    assert report.ok
    assert not report.count("warning")


def test_a_document_without_findings() -> None:
    report = validate(REGRESSION)
    assert report == Report(())
    assert str(report) == "document: ok"


def test_a_document_of_transformations() -> None:
    (found,) = validate(TRANSFORMATIONS).findings
    assert (found.code, found.severity) == ("PMML204", "info")
    assert found.message == "no DerivedField reads 'unread'"
    broken = TRANSFORMATIONS.replace(b'<FieldRef field="colour"/>', b'<FieldRef field="q"/>')
    assert "PMML101" in {item.code for item in validate(broken).findings}
    empty = TRANSFORMATIONS[: TRANSFORMATIONS.index(b"<TransformationDictionary")] + b"</PMML>"
    report = validate(empty)
    assert not report.ok
    assert "PMML605" in {item.code for item in report.findings}


def test_sources(tmp_path: Path) -> None:
    path = tmp_path / "model.pmml"
    path.write_bytes(REGRESSION)
    assert validate(path).source == str(path)
    with open(path, "rb") as stream:
        assert validate(stream).source == str(path)
    assert validate(io.BytesIO(REGRESSION)).ok
    assert validate(pmmlkit.Document.read(path)).source == str(path)
    with pytest.raises(pmmlkit.DataError, match="cannot read"):
        validate(tmp_path / "nothing.pmml")


@pytest.mark.parametrize(
    ("document", "codes"),
    [
        (b"x", ["PMML001"]),
        (REGRESSION.replace(b'"4.4"', b'"9.9"'), ["PMML003"]),
        (REGRESSION.replace(b'name="x" coeff', b'name="z" coeff'), ["PMML101"]),
        (CLASSIFICATION.replace(b'function="+"', b'function="plus"'), ["PMML105"]),
        (
            CLASSIFICATION.replace(b'function="+"', b'function="plus"').replace(
                b'function="greaterThan"', b'function="isMore"'
            ),
            ["PMML105", "PMML105"],
        ),
    ],
)
def test_codes(document: bytes, codes: list[str]) -> None:
    report = validate(document)
    assert not report.ok
    assert [item.code for item in report.findings if item.severity == "error"] == codes


def test_all_models_are_checked() -> None:
    report = validate(TWO_MODELS.replace(b'name="x" coefficient="3"', b'name="z" coefficient="3"'))
    errors = [finding for finding in report.findings if finding.severity == "error"]
    assert [finding.code for finding in errors] == ["PMML101"]
    assert "'z'" in errors[0].message
    assert pmmlkit.load(TWO_MODELS, model="first").evaluate({"x": 1, "colour": "red"}) == {
        "y": 13.0
    }


def test_findings_stand_in_the_order_of_lines() -> None:
    odd = CLASSIFICATION.replace(b'value="yes"/>', b'value="yes" b="2"/>', 1)
    odd = odd.replace(b"<PMML ", b'<PMML a="1" ').replace(b' recordCount="3"', b"")
    report = validate(odd)
    lines = [finding.line for finding in report.findings]
    assert lines == sorted(lines)
    assert len(lines) == 3
    assert (report.count("error"), report.count("warning")) == (1, 2)


def test_limits() -> None:
    report = validate(REGRESSION, limits=pmmlkit.Limits(elements=5))
    assert [finding.code for finding in report.findings] == ["PMML004"]
    assert "Limits.elements = 5" in report.findings[0].message


FINDINGS = (
    Finding("PMML013", "warning", "PMML/Header", 3, "unknown attribute"),
    Finding("PMML010", "error", "", 0, "attribute is required"),
)


def test_text_of_a_report() -> None:
    assert str(Report(FINDINGS, "m.pmml")) == (
        "m.pmml: 1 error, 1 warning\n"
        "  line 3: warning PMML013: unknown attribute [PMML/Header]\n"
        "  error PMML010: attribute is required"
    )
    assert str(Report(FINDINGS[:1] * 2)).startswith("document: ok, 2 warnings\n")


def test_json_of_a_report() -> None:
    content = json.loads(Report(FINDINGS, "m.pmml").to_json())
    assert (content["source"], content["ok"]) == ("m.pmml", False)
    assert content["findings"][0] == {
        "code": "PMML013",
        "severity": "warning",
        "path": "PMML/Header",
        "line": 3,
        "message": "unknown attribute",
    }

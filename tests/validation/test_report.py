"""The report as an object: what it says, what is selected of it."""

from __future__ import annotations

import copy
import json
import pickle

import pytest

from pmmlkit.errors import DataError, Finding
from pmmlkit.validation.report import Report, code_prefixes

FINDINGS = (
    Finding("PMML010", "error", "", 0, "attribute is required"),
    Finding("PMML204", "info", "PMML", 2, "unused"),
    Finding("PMML230", "warning", "PMML", 3, "not listed"),
    Finding("PMML600", "error", "PMML", 4, "not supported"),
)
REPORT = Report(FINDINGS, "m.pmml", {2: "<PMML>", 3: "</PMML>"})


@pytest.mark.parametrize(
    ("select", "ignore", "codes"),
    [
        ((), (), ["PMML010", "PMML204", "PMML230", "PMML600"]),
        (["PMML2"], (), ["PMML204", "PMML230"]),
        (["PMML204", "PMML6"], (), ["PMML204", "PMML600"]),
        ((), ["PMML0", "PMML600"], ["PMML204", "PMML230"]),
        (["PMML2"], ["PMML23"], ["PMML204"]),
        (["PMML204"], ["PMML"], []),
        ("pmml230, PMML0", "", ["PMML010", "PMML230"]),
        (["PMML799"], (), []),
    ],
)
def test_selected(select: list[str], ignore: list[str], codes: list[str]) -> None:
    report = REPORT.selected(select, ignore)
    assert [finding.code for finding in report.findings] == codes
    assert (report.source, report.lines) == (REPORT.source, REPORT.lines)
    assert report.ok == (not {"PMML010", "PMML600"} & set(codes))


@pytest.mark.parametrize(
    "code", ["E501", "PMML2045", "PMML9", "PMML800", "204", "PMML 2", "PMMLx", "PMML\u0662"]
)
def test_what_is_no_code(code: str) -> None:
    for arguments in (([code],), ((), ["PMML2", code])):
        with pytest.raises(DataError, match="is no code of a finding; codes look like PMML204"):
            REPORT.selected(*arguments)


def test_code_prefixes() -> None:
    assert code_prefixes(["PMML2,pmml100", " PMML3 ,"]) == ("PMML2", "PMML100", "PMML3")
    assert code_prefixes("") == code_prefixes([]) == ()


def test_lines_are_no_part_of_what_a_report_says() -> None:
    other = Report(FINDINGS, "m.pmml")
    assert other == REPORT
    assert hash(other) == hash(REPORT)
    assert repr(other) == repr(REPORT)
    assert other != Report(FINDINGS, "n.pmml")
    assert set(json.loads(REPORT.to_json())) == {"source", "ok", "findings"}


def test_copies() -> None:
    for copied in (pickle.loads(pickle.dumps(REPORT)), copy.deepcopy(REPORT)):
        assert copied == REPORT
        assert copied.lines == REPORT.lines


def test_text() -> None:
    assert str(REPORT).splitlines()[0] == "m.pmml: 2 errors, 1 warning, 1 info"
    assert str(Report(())) == "document: ok"
    assert str(REPORT.selected("PMML2")).startswith("m.pmml: ok, 1 warning, 1 info\n")

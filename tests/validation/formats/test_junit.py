"""Reports as results of tests."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree

from pmmlkit.validation.formats.junit import junit
from pmmlkit.validation.report import Report, Unreadable
from tests.validation.formats.samples import (
    ABSENT,
    DOUBTFUL,
    EVERYTHING,
    FROM_STDIN,
    HOSTILE,
    NAMELESS,
    SOUND,
)

# What the schema of Jenkins (junit-10) allows: children, required and other attributes.
GRAMMAR = {
    "testsuites": ({"testsuite"}, set(), {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"group", "time", "skipped", "timestamp", "hostname", "id", "package", "file", "log"},
    ),
    "testcase": (
        {"skipped", "error", "failure", "system-out", "system-err"},
        {"name"},
        {"time", "classname", "group"},
    ),
    "failure": (set(), set(), {"type", "message"}),
    "error": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}
MIXED = {"failure", "error", "system-out"}


def parsed(*checked: Report | Unreadable) -> Any:
    root = etree.fromstring("".join(junit(checked)).encode("utf-8"))
    for element in root.iter():
        children, required, optional = GRAMMAR[element.tag]
        assert {child.tag for child in element} <= children
        assert required <= set(element.attrib) <= required | optional
        assert element.tag in MIXED or not (element.text or "").strip()
        if element.tag in ("testsuites", "testsuite"):
            counts = {
                "tests": element.iter("testcase"),
                "failures": element.iter("failure"),
                "errors": element.iter("error"),
            }
            for name, found in counts.items():
                assert int(element.get(name)) == len(list(found))
    return root


def test_structure() -> None:
    root = parsed(*EVERYTHING)
    assert len(root) == len(EVERYTHING)
    assert parsed().attrib == {
        "name": "pmmlkit validate",
        "tests": "0",
        "failures": "0",
        "errors": "0",
    }


def test_a_sound_document_is_a_test_that_passed() -> None:
    (suite,) = parsed(SOUND)
    assert (suite.get("name"), suite.get("file")) == ("models/sound.pmml", "models/sound.pmml")
    (case,) = suite
    assert dict(case.attrib) == {"name": "is valid", "classname": "models/sound.pmml"}
    assert len(case) == 0


def test_an_error_is_a_test_that_failed() -> None:
    (suite,) = parsed(DOUBTFUL)
    failed, told, warned = suite
    (failure,) = failed
    assert failure.tag == "failure"
    assert failure.get("type") == "PMML010"
    assert failure.get("message") == "attribute copyright is required"
    assert failure.text == str(DOUBTFUL.findings[0])
    assert told.get("name") == "PMML204 line 5: no MiningSchema names 'z'"
    assert [told[0].tag, warned[0].tag] == ["system-out", "system-out"]
    assert warned[0].text == f"{DOUBTFUL.findings[2]}\n{DOUBTFUL.lines[7]}"


def test_a_file_that_cannot_be_read_is_an_error() -> None:
    (suite,) = parsed(ABSENT)
    assert suite[0][0].tag == "error"
    assert suite[0][0].get("message") == ABSENT.message


def test_characters_that_xml_does_not_have() -> None:
    (suite,) = parsed(HOSTILE)
    assert suite.get("name") == "bytes\ufffd\ufffd.pmml"
    message = suite[0][0].get("message")
    assert message == "a\ufffdb\ufffd[31m\x85]]>&\"'<\u202e \ufffd\n::error::%0A"


@pytest.mark.parametrize(("report", "name"), [(NAMELESS, "document"), (FROM_STDIN, "stdin")])
def test_what_is_no_file(report: Report, name: str) -> None:
    assert parsed(report)[0].get("name") == name

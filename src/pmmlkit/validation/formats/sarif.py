"""Reports as SARIF 2.1.0, the format of code scanning.

Specification: OASIS Static Analysis Results Interchange Format (SARIF) Version 2.1.0.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Any, Final

from pmmlkit._version import __version__
from pmmlkit.errors import Finding
from pmmlkit.validation.formats.marks import marked
from pmmlkit.validation.formats.places import file_uri
from pmmlkit.validation.report import Report, Unreadable
from pmmlkit.validation.rules import explanations
from pmmlkit.validation.source_lines import CUT

__all__ = ["sarif"]

_SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS: Final = MappingProxyType({"error": "error", "warning": "warning", "info": "note"})
_BASE: Final = "%SRCROOT%"
"""What relative addresses are relative to, by the name that code scanning knows."""


def sarif(checked: Iterable[Report | Unreadable]) -> Iterator[str]:
    """Yield one log with one run: a result for each finding, a rule for each code among them."""
    results: list[dict[str, Any]] = []
    notifications: list[dict[str, Any]] = []
    rules: dict[str, int] = {}
    artifacts: list[dict[str, Any]] = []
    for item in checked:
        artifact = _artifact(item.source)
        if isinstance(item, Unreadable):
            notifications.append(_notification(item, artifact))
            continue
        artifacts.append({"location": artifact})
        for finding in item.findings:
            rule = rules.setdefault(finding.code, len(rules))
            results.append(_result(finding, rule, item, artifact))
    run = {
        "tool": {
            "driver": {
                "name": "pmmlkit",
                "version": __version__,
                "rules": [_rule(code) for code in rules],
            }
        },
        "invocations": [
            {
                "executionSuccessful": not notifications,
                "toolExecutionNotifications": notifications,
            }
        ],
        "originalUriBaseIds": {
            _BASE: {"description": {"text": "The folder in which pmmlkit was called."}}
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": artifacts,
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    yield json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def _artifact(source: str) -> dict[str, Any]:
    uri = file_uri(source)
    return {"uri": uri} if uri.startswith("file:") else {"uri": uri, "uriBaseId": _BASE}


def _notification(item: Unreadable, artifact: dict[str, Any]) -> dict[str, Any]:
    return {
        "level": "error",
        "message": {"text": item.message},
        "locations": [{"physicalLocation": {"artifactLocation": artifact}}],
    }


def _result(
    finding: Finding, rule: int, report: Report, artifact: dict[str, Any]
) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.line:
        physical["region"] = _region(finding, report.lines.get(finding.line))
    location: dict[str, Any] = {"physicalLocation": physical}
    if finding.path:
        location["logicalLocations"] = [{"fullyQualifiedName": finding.path, "kind": "element"}]
    return {
        "ruleId": finding.code,
        "ruleIndex": rule,
        "level": _LEVELS[finding.severity],
        "message": {"text": finding.message},
        "locations": [location],
    }


def _region(finding: Finding, line: str | None) -> dict[str, Any]:
    """Return the marked part of a line, else the line; columns count from 1."""
    region: dict[str, Any] = {"startLine": finding.line}
    span = None if line is None else marked(line, finding)
    if line is None:
        return region
    if span is not None:
        region |= {"startColumn": span[0] + 1, "endColumn": span[1] + 1}
        line = line[slice(*span)]
    # The line that is cut is not what stands there.
    return region if line.endswith(CUT) else {**region, "snippet": {"text": line}}


def _rule(code: str) -> dict[str, Any]:
    known = explanations().get(code)
    if known is None:
        return {"id": code}
    return {
        "id": code,
        "shortDescription": {"text": known.title},
        "fullDescription": {"text": known.explanation},
        "defaultConfiguration": {"level": _LEVELS[known.severity]},
        "help": {
            "text": f"{known.explanation}\n\nBad:\n\n{known.bad}\n\nGood:\n\n{known.good}",
            "markdown": (
                f"{known.explanation}\n\nBad:\n\n```xml\n{known.bad}\n```\n\n"
                f"Good:\n\n```xml\n{known.good}\n```"
            ),
        },
    }

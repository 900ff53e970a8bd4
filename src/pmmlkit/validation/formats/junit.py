"""Reports as JUnit XML, as continuous integration reads the results of tests.

Elements and attributes are those that the schema of Jenkins (junit-10) has. A document is a suite
of tests. An error is a test that failed; what is no error is a test that passed and prints it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from pmmlkit.errors import Finding
from pmmlkit.validation.formats.places import file_name
from pmmlkit.validation.report import Report, Unreadable

__all__ = ["junit"]

_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class _Suite:
    name: str
    cases: tuple[str, ...]
    failures: int = 0
    errors: int = 0


def junit(checked: Iterable[Report | Unreadable]) -> Iterator[str]:
    """Yield a suite of tests for each document, with a test for each finding or one that passed."""
    suites = [_suite(item) for item in checked]
    tests = sum(len(suite.cases) for suite in suites)
    failures = sum(suite.failures for suite in suites)
    errors = sum(suite.errors for suite in suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f"<testsuites{_said(name='pmmlkit validate', tests=tests, failures=failures)}"
    yield f"{_said(errors=errors)}>\n"
    for suite in suites:
        counts = _said(tests=len(suite.cases), failures=suite.failures, errors=suite.errors)
        yield f"  <testsuite{_said(name=suite.name)}{counts}{_said(file=suite.name)}>\n"
        yield from suite.cases
        yield "  </testsuite>\n"
    yield "</testsuites>\n"


def _suite(item: Report | Unreadable) -> _Suite:
    name = file_name(item.source)
    if isinstance(item, Unreadable):
        case = _case(name, "can be read", _outcome("error", "unreadable", item.message))
        return _Suite(name, (case,), errors=1)
    if not item.findings:
        return _Suite(name, (_case(name, "is valid", ""),))
    cases = tuple(_finding(name, finding, item) for finding in item.findings)
    return _Suite(name, cases, failures=item.count("error"))


def _finding(name: str, finding: Finding, report: Report) -> str:
    place = f" line {finding.line}" if finding.line else ""
    # Some servers take tests of one name for one test.
    title = f"{finding.code}{place}: {finding.message}"
    text = f"{finding}\n{report.lines.get(finding.line, '')}".rstrip()
    if finding.severity == "error":
        inner = _outcome("failure", finding.code, finding.message, text)
    else:
        inner = f"      <system-out>{_escaped(text)}</system-out>\n"
    return _case(name, title, inner)


def _case(suite: str, name: str, inner: str) -> str:
    said = _said(name=name, classname=suite)
    return (
        f"    <testcase{said}>\n{inner}    </testcase>\n" if inner else f"    <testcase{said}/>\n"
    )


def _outcome(tag: str, type: str, message: str, text: str = "") -> str:
    return f"      <{tag}{_said(type=type, message=message)}>{_escaped(text)}</{tag}>\n"


def _said(**attributes: object) -> str:
    return "".join(f' {name}="{_attribute(str(value))}"' for name, value in attributes.items())


def _attribute(text: str) -> str:
    escaped = _escaped(text)
    for character in '"\t\n\r':
        escaped = escaped.replace(character, f"&#{ord(character)};")
    return escaped


def _escaped(text: str) -> str:
    return html.escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text), quote=False)

"""Reports for people: a line for each finding, the line of the document, and a summary."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from types import MappingProxyType
from typing import Final

from pmmlkit.errors import Finding
from pmmlkit.validation.formats.marks import marked
from pmmlkit.validation.report import Report, Unreadable, counted

__all__ = ["text"]

_STYLES: Final = MappingProxyType(
    {"error": "1;31", "warning": "1;33", "info": "1;36", "place": "1", "gutter": "2", "ok": "32"}
)
_MOST_SHOWN: Final = 100
"""So many characters of a line are shown, those that are marked among them."""

_BEFORE_MARK: Final = 30
_GAP: Final = "\N{HORIZONTAL ELLIPSIS}"

_Paint = Callable[[str, str], str]


def text(
    checked: Iterable[Report | Unreadable], *, color: bool = False, summary: bool = True
) -> Iterator[str]:
    """Yield what there is to say of each document, and at the end of all together.

    `color`: with the escape sequences of terminals. A file that could not be read is counted only.
    """
    paint = _colored if color else _plain
    counts: Counter[str] = Counter()
    documents = failed = unreadable = 0
    for item in checked:
        if isinstance(item, Unreadable):
            unreadable += 1
            continue
        documents += 1
        failed += not item.ok
        counts.update(finding.severity for finding in item.findings)
        yield _report(item, paint)
    if summary and (documents != 1 or counts or unreadable):
        yield _summary(documents, failed, unreadable, counts, paint)


def _report(report: Report, paint: _Paint) -> str:
    name = _shown(report.source or "document")
    if not report.findings:
        return f"{paint('place', name)}: {paint('ok', 'ok')}\n"
    return "".join(
        _finding(name, finding, report.lines.get(finding.line), paint)
        for finding in report.findings
    )


def _finding(name: str, finding: Finding, line: str | None, paint: _Paint) -> str:
    place = f"{name}:{finding.line}" if finding.line else name
    head = paint(finding.severity, f"{finding.severity} {finding.code}")
    message = "\n    ".join(_shown(part) for part in finding.message.splitlines())
    # Where the line is shown, it says more than the path.
    path = f" [{_shown(finding.path)}]" if finding.path and line is None else ""
    shown = "" if line is None else _excerpt(finding, line, paint)
    return f"{paint('place', place)}: {head}: {message}{path}\n{shown}"


def _excerpt(finding: Finding, line: str, paint: _Paint) -> str:
    """Return the line with its number, and below it the marks."""
    start, end = marked(line, finding) or (0, 0)
    first = len(line) - len(line.lstrip())
    if len(line) - first > _MOST_SHOWN:
        first = max(first, min(start - _BEFORE_MARK, len(line) - _MOST_SHOWN))
    before, part = line[first:start], line[start:end]
    gap = _GAP if line[:first].strip() else ""
    rest = line[end if end else first :].rstrip()
    room = max(0, _MOST_SHOWN - len(before) - len(part))
    after = rest if len(rest) <= room else rest[:room] + _GAP
    number = f"{finding.line:>6}"
    gutter = paint("gutter", f"{number} |")
    excerpt = f"{gutter} {_shown(gap + before + part + after)}\n"
    if not end:
        return excerpt
    space = " " * _width(_shown(gap + before))
    carets = paint(finding.severity, "^" * _width(_shown(part)))
    return f"{excerpt}{paint('gutter', ' ' * len(number) + ' |')} {space}{carets}\n"


def _summary(
    documents: int, failed: int, unreadable: int, counts: Counter[str], paint: _Paint
) -> str:
    said = f"{documents:,} document{'' if documents == 1 else 's'} checked"
    if failed:
        said += f", {failed:,} with errors"
    said += f": {counted(counts) or 'nothing found'}"
    if unreadable:
        said += f"; {unreadable:,} could not be read"
    style = "error" if failed or unreadable else "warning" if counts["warning"] else "ok"
    return paint(style, said) + "\n"


def _shown(part: str) -> str:
    """Return a text that does nothing to a terminal, whatever a document has in it."""
    return "".join(
        character if character.isprintable() else " " if character.isspace() else "\ufffd"
        for character in part.replace("\t", "    ")
    )


def _width(shown: str) -> int:
    """Return how many columns of a terminal a text takes."""
    return sum(
        0 if unicodedata.combining(item) else 1 + (unicodedata.east_asian_width(item) in "WF")
        for item in shown
    )


def _plain(style: str, part: str) -> str:
    return part


def _colored(style: str, part: str) -> str:
    return f"\x1b[{_STYLES[style]}m{part}\x1b[0m"

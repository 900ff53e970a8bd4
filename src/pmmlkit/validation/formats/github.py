"""Reports as workflow commands of GitHub Actions, which shows them as annotations."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from types import MappingProxyType
from typing import Final

from pmmlkit.validation.formats.places import STDIN, file_name
from pmmlkit.validation.report import Report, Unreadable
from pmmlkit.validation.rules import explanations

__all__ = ["github"]

_COMMANDS: Final = MappingProxyType({"error": "error", "warning": "warning", "info": "notice"})

_CONTROL: Final = re.compile("[\x00-\x09\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What would do something to those who look at the log; the ends of lines are escaped."""


def github(checked: Iterable[Report | Unreadable]) -> Iterator[str]:
    """Yield a line for each finding and for each file that could not be read."""
    for item in checked:
        if isinstance(item, Unreadable):
            yield _command("error", item.source, 0, "cannot be read", item.message)
            continue
        for finding in item.findings:
            known = explanations().get(finding.code)
            title = f"{finding.code}: {known.title}" if known else finding.code
            command = _COMMANDS[finding.severity]
            yield _command(command, item.source, finding.line, title, finding.message)


def _command(command: str, source: str, line: int, title: str, message: str) -> str:
    properties = {
        "file": "" if source in ("", STDIN) else file_name(source),
        "line": str(line or ""),
        "title": title,
    }
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value)
    return f"::{command} {said}::{_data(message)}\n"


def _data(text: str) -> str:
    text = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")

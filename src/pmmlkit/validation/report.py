"""The report of a validation, for people and for programs."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pmmlkit.errors import DataError, Finding
from pmmlkit.validation.source_lines import lines_of

__all__ = ["Report", "Unreadable", "code_prefixes", "counted", "lines_of"]

_CODE = re.compile(r"PMML([0-7][0-9]{0,2})?")
"""A code, or the beginning of one."""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one document, in the order of its lines. `ok`: no finding is an error.

    `lines` has the text of the lines that findings name, as far as there is a text.
    """

    findings: tuple[Finding, ...]
    source: str = ""
    lines: Mapping[int, str] = field(default_factory=dict, compare=False, repr=False)

    @property
    def ok(self) -> bool:
        """Tell whether there are no errors; warnings do not count."""
        return not any(finding.severity == "error" for finding in self.findings)

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def selected(
        self, select: str | Iterable[str] = (), ignore: str | Iterable[str] = ()
    ) -> Report:
        """Return a report of the findings whose codes are selected and not ignored.

        Both take codes (``"PMML204"``) and beginnings of codes (``"PMML2"``); nothing in `select`
        selects all.

        Raises DataError for what no code begins with.
        """
        wanted, unwanted = code_prefixes(select) or ("",), code_prefixes(ignore)
        kept = (item for item in self.findings if item.code.startswith(wanted))
        return replace(
            self, findings=tuple(item for item in kept if not item.code.startswith(unwanted))
        )

    def __str__(self) -> str:
        head = f"{self.source or 'document'}: "
        if not self.findings:
            return head + "ok"
        verdict = "ok, " if self.ok else ""
        counts = Counter(finding.severity for finding in self.findings)
        lines = [f"{head}{verdict}{counted(counts)}"]
        return "\n".join(lines + [f"  {finding}" for finding in self.findings])

    def to_dict(self) -> dict[str, Any]:
        """Return what `to_json` writes: source, ok, findings."""
        return {
            "source": self.source,
            "ok": self.ok,
            "findings": [asdict(finding) for finding in self.findings],
        }

    def to_json(self) -> str:
        """Return the report as a JSON object: source, ok, findings."""
        return json.dumps(self.to_dict(), ensure_ascii=False, indent=2)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file that could not be read, so that there is no report of it, and why."""

    source: str
    message: str


def code_prefixes(codes: str | Iterable[str]) -> tuple[str, ...]:
    """Return codes, or beginnings of codes, as they are written; a text has commas between them.

    Raises DataError for what no code begins with.
    """
    texts = [codes] if isinstance(codes, str) else codes
    found = [code.strip() for text in texts for code in text.split(",") if code.strip()]
    for code in found:
        if not _CODE.fullmatch(code.upper()):
            raise DataError(
                f"{code!r:.40} is no code of a finding; codes look like PMML204 and go up to "
                "PMML799, and PMML2 stands for all that begin so"
            )
    return tuple(code.upper() for code in found)


def counted(severities: Mapping[str, int]) -> str:
    """Return how many findings of each severity there are, as ``"1 error, 2 warnings"``."""
    counts = {severity: severities.get(severity, 0) for severity in ("error", "warning", "info")}
    return ", ".join(
        f"{number:,} {severity}{'s' if number > 1 else ''}"
        for severity, number in counts.items()
        if number
    )

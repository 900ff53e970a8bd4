"""The report of a validation, for people and for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from pmmlkit.errors import Finding

__all__ = ["Report"]


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in one document, in the order of its lines. `ok`: no finding is an error."""

    findings: tuple[Finding, ...]
    source: str = ""

    @property
    def ok(self) -> bool:
        """Tell whether there are no errors; warnings do not count."""
        return not any(finding.severity == "error" for finding in self.findings)

    def count(self, severity: str) -> int:
        """Return the number of findings of a severity."""
        return sum(finding.severity == severity for finding in self.findings)

    def __str__(self) -> str:
        name = self.source or "document"
        head = f"{name}: "
        if not self.findings:
            return head + "ok"
        counts = [
            f"{number} {severity}{'s' if number > 1 else ''}"
            for severity in ("error", "warning", "info")
            if (number := self.count(severity))
        ]
        verdict = "ok, " if self.ok else ""
        lines = [f"{head}{verdict}{', '.join(counts)}"]
        return "\n".join(lines + [f"  {finding}" for finding in self.findings])

    def to_json(self) -> str:
        """Return the report as a JSON object: source, ok, findings."""
        content = {
            "source": self.source,
            "ok": self.ok,
            "findings": [asdict(finding) for finding in self.findings],
        }
        return json.dumps(content, ensure_ascii=False, indent=2)

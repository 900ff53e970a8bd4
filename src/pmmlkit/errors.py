"""The errors that cross the public border, and the finding that a report is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

__all__ = [
    "DataError",
    "EvaluationError",
    "ExportError",
    "Finding",
    "LimitError",
    "MarkupError",
    "PmmlError",
    "RowLimitError",
    "UnsupportedError",
]

MOST_FINDINGS_SHOWN = 10
"""An error text lists this many findings and counts the rest."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that the reader, the compiler, the validator or an exporter has to say of a
    document.

    `code` is stable (``PMML001``); `severity` is ``"error"``, ``"warning"`` or ``"info"``; `path`
    names the element from the root on; `line` is the 1-based line of the document, 0 where there is
    none.
    """

    code: str
    severity: str
    path: str
    line: int
    message: str

    def __str__(self) -> str:
        place = f"line {self.line}: " if self.line else ""
        path = f" [{self.path}]" if self.path else ""
        return f"{place}{self.severity} {self.code}: {self.message}{path}"


class PmmlError(Exception):
    """The base of every error of pmmlkit.

    `message` says what is wrong and what to do; the other attributes say where, as far as it is
    known: `element` (tag), `line` (1-based), `field` (name), `row` (0-based position in the table),
    `findings`; `code` is that of the kind of mistake (``PMML101``), None where it has none of its
    own.
    """

    def __init__(
        self,
        message: str,
        *,
        element: str | None = None,
        line: int | None = None,
        field: str | None = None,
        row: int | None = None,
        findings: Sequence[Finding] = (),
        code: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.element = element
        self.line = line
        self.field = field
        self.row = row
        self.findings = tuple(findings)
        self.code = code

    def __str__(self) -> str:
        place = []
        if self.row is not None:
            place.append(f"row {self.row}")
        if self.element:
            place.append(self.element)
        if self.line:
            place.append(f"line {self.line}")
        head = f"{', '.join(place)}: " if place else ""
        lines = [head + self.message]
        shown = self.findings[:MOST_FINDINGS_SHOWN]
        if len(self.findings) > 1:
            lines += [f"  {finding}" for finding in shown]
            if len(self.findings) > len(shown):
                lines.append(f"  and {len(self.findings) - len(shown)} more")
        return "\n".join(lines)

    def __reduce__(self) -> tuple[object, ...]:
        state = {
            "element": self.element,
            "line": self.line,
            "field": self.field,
            "row": self.row,
            "findings": self.findings,
            "code": self.code,
        }
        return (_rebuild, (type(self), self.message, state))


def _rebuild(kind: type[PmmlError], message: str, state: dict[str, object]) -> PmmlError:
    error = kind(message)
    error.__dict__.update(state)
    return error


class MarkupError(PmmlError):
    """The text of a document is wrong: not XML, not PMML, or contradicting itself."""


class UnsupportedError(PmmlError):
    """The document or the request is right, but pmmlkit does not do it."""


class LimitError(PmmlError):
    """Input goes beyond a bound of `pmmlkit.limits.Limits`; the message names the bound."""


class DataError(PmmlError):
    """A table cannot be scored: a column is absent, has the wrong type, or the file is
    malformed.
    """


class EvaluationError(PmmlError):
    """A row cannot be scored; the other rows of its table can."""


class RowLimitError(EvaluationError, LimitError):
    """A row cannot be scored because that goes beyond a bound of `pmmlkit.limits.Limits`."""


class ExportError(PmmlError):
    """An estimator cannot be written as PMML, or a file cannot be written at all."""

"""Checking documents: what is wrong with them, all at once, each finding with a code and a place.

Codes: PMML001-099 text and structure, 100-599 meaning, 600-699 what pmmlkit itself cannot do.
"""

from __future__ import annotations

import os
from typing import BinaryIO

from pmmlkit.errors import Finding, LimitError, MarkupError, PmmlError, UnsupportedError
from pmmlkit.language.document import Document
from pmmlkit.limits import Limits
from pmmlkit.program import Program
from pmmlkit.validation.report import Report

__all__ = ["Report", "validate"]

_NOT_READABLE, _UNKNOWN_VERSION, _BEYOND_LIMITS = "PMML001", "PMML003", "PMML004"
_CONTRADICTION, _UNSUPPORTED = "PMML100", "PMML600"


def validate(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document, *, limits: Limits | None = None
) -> Report:
    """Check a document: well-formedness, structure of the elements, references, what cannot be
    evaluated.

    `source` is a path, bytes, an open binary file or a `Document`. A document that is no XML gives
    a report with that one finding; only a file that cannot be read at all raises (DataError).
    """
    name = "" if isinstance(source, bytes | Document) else str(getattr(source, "name", source))
    try:
        document = source if isinstance(source, Document) else Document.read(source, limits)
    except MarkupError as error:
        return Report((_finding(error, _NOT_READABLE),), name)
    except UnsupportedError as error:
        return Report((_finding(error, _UNKNOWN_VERSION),), name)
    except LimitError as error:
        return Report((_finding(error, _BEYOND_LIMITS),), name)
    findings = list(document.findings)
    if not document.fatal:
        findings += _compile_findings(document, limits)
    unique = dict.fromkeys(findings)
    return Report(tuple(sorted(unique, key=lambda item: item.line)), document.source)


def _compile_findings(document: Document, limits: Limits | None) -> list[Finding]:
    """Compile every model, and say what the compiler says."""
    findings: list[Finding] = []
    names = [model.model_name for model in document.root.models if model.is_scorable]
    for name in names if len(set(names)) == len(names) > 1 else [None]:
        try:
            findings += Program(document, name, limits=limits).findings
        except PmmlError as error:
            findings += error.findings or [_finding(error, _code(error))]
    return findings


def _code(error: PmmlError) -> str:
    if isinstance(error, UnsupportedError):
        return _UNSUPPORTED
    return _BEYOND_LIMITS if isinstance(error, LimitError) else _CONTRADICTION


def _finding(error: PmmlError, code: str) -> Finding:
    return Finding(code, "error", error.element or "", error.line or 0, error.message)

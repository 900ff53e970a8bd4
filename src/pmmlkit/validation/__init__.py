"""Checking documents: what is wrong with them, all at once, each finding with a code and a place.

Codes: PMML001-099 text and schema, 100-199 what keeps a document from being evaluated, 200-499 what
is most likely a mistake, 500-599 what other engines refuse, 600-699 what pmmlkit itself cannot do.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import BinaryIO, Final

from pmmlkit.errors import Finding, LimitError, PmmlError, UnsupportedError
from pmmlkit.language.document import Document, open_document
from pmmlkit.limits import Limits
from pmmlkit.transformation import compiled
from pmmlkit.validation.conformance import Conformance, is_harmless, merged, version_findings
from pmmlkit.validation.report import Report, lines_of
from pmmlkit.validation.rules import check

__all__ = ["Report", "validate"]

_NOT_READABLE, _UNKNOWN_VERSION, _BEYOND_LIMITS = "PMML001", "PMML003", "PMML004"
_CONTRADICTION, _UNSUPPORTED = "PMML100", "PMML600"

_BLOCK: Final = 1 << 24
"""So many bytes are read at a time: memory for more is taken anew for each document."""

_LARGE: Final = 1 << 20
"""A text of so many bytes is held against the schema while it is read, if it has no nodes."""


def validate(
    source: str | os.PathLike[str] | bytes | BinaryIO | Document,
    *,
    strict: bool = False,
    portable: bool = False,
    limits: Limits | None = None,
) -> Report:
    """Check a document: well-formedness, the schema of its version, what keeps it from being
    evaluated, and the rules that no schema can state.

    `source` is a path, bytes, an open binary file or a `Document`; of a `Document` its text as
    pmmlkit writes it is checked, so that findings of the schema have no line. `strict`: vendors'
    markup (``x-`` attributes and values, ``X-`` elements), which the specification allows, is an
    error, and so are other unknown attributes and elements, of which else a warning is given.
    `portable`: what JPMML-Evaluator and PMML4S refuse is told too. A document that is no XML gives
    a report with that one finding.

    Raises DataError where a file cannot be read at all.
    """
    bounds = limits or Limits()
    if isinstance(source, Document):
        conformance = Conformance(source.to_bytes(), strict=strict)
        by_schema = conformance.findings(source.findings)
        placeless = [replace(finding, line=0) for finding in by_schema]
        return Report(_findings(source, lambda: placeless, portable, bounds), source.source)
    with open_document(source) as (opened, name):
        text = opened if isinstance(opened, bytes) else _whole(opened, bounds.document_bytes + 1)
    findings = _of_text(text, strict, portable, bounds)
    return Report(findings, name, lines_of(text, {item.line for item in findings}))


def _whole(opened: BinaryIO, most: int) -> bytes:
    """Read a file, up to a number of bytes."""
    blocks = []
    while most > 0 and (block := opened.read(min(most, _BLOCK))):
        blocks.append(block)
        most -= len(block)
    return b"".join(blocks)


def _of_text(text: bytes, strict: bool, portable: bool, limits: Limits) -> tuple[Finding, ...]:
    conformance = Conformance(text, strict=strict)
    # lxml leaves the interpreter to others while it works. Of nodes it may not need to see much.
    with ThreadPoolExecutor(1) as aside:
        if len(text) >= _LARGE and b"<Node" not in text and is_harmless(text):
            aside.submit(conformance.parse)
        try:
            document = Document.read(text, limits)
        except PmmlError as error:
            return (_unreadable(error),)
        by_schema = aside.submit(conformance.findings, document.findings, document.runs)
        return _findings(document, by_schema.result, portable, limits)


def _unreadable(error: PmmlError) -> Finding:
    if isinstance(error, LimitError):
        return _finding(error, _BEYOND_LIMITS)
    unknown = isinstance(error, UnsupportedError)
    code = error.code or (_UNKNOWN_VERSION if unknown else _NOT_READABLE)
    return _finding(error, code)


def _findings(
    document: Document, by_schema: Callable[[], list[Finding]], portable: bool, limits: Limits
) -> tuple[Finding, ...]:
    """Return all that is wrong with a document that was read, in the order of its lines."""
    found = list(document.findings)
    if not document.fatal:
        found += _compile_findings(document, limits)
        found += check(document)
    if portable and not document.fatal:
        from pmmlkit.validation.portability import check_portability

        found += check_portability(document)
    found = version_findings(document) + merged(found, by_schema())
    return tuple(sorted(dict.fromkeys(found), key=lambda item: (item.line, item.code)))


def _compile_findings(document: Document, limits: Limits | None) -> list[Finding]:
    """Compile every model, and say what the compiler says."""
    findings: list[Finding] = []
    names = [model.model_name for model in document.root.models if model.is_scorable]
    for name in names if len(set(names)) == len(names) > 1 else [None]:
        try:
            findings += compiled(document, name, limits=limits, tuned=False).findings
        except PmmlError as error:
            findings += error.findings or [_finding(error, _code(error))]
    return findings


def _code(error: PmmlError) -> str:
    if error.code is not None:
        return error.code
    if isinstance(error, UnsupportedError):
        return _UNSUPPORTED
    return _BEYOND_LIMITS if isinstance(error, LimitError) else _CONTRADICTION


def _finding(error: PmmlError, code: str) -> Finding:
    return Finding(code, "error", error.element or "", error.line or 0, error.message)

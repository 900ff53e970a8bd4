"""What the rules say of an example."""

from __future__ import annotations

from pmmlkit.errors import Finding
from pmmlkit.language.document import Document
from pmmlkit.validation.rules import check
from pmmlkit.validation.rules.examples import example_document

__all__ = ["codes", "findings"]


def findings(example: str) -> list[Finding]:
    """Return the findings of the document around an example."""
    return check(Document.read(example_document(example.strip())))


def codes(example: str) -> set[str]:
    """Return the codes of the findings."""
    return {item.code for item in findings(example)}

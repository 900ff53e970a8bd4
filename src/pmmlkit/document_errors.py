"""All that keeps a document from being evaluated, told in one error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pmmlkit.errors import Finding, MarkupError, PmmlError, UnsupportedError
from pmmlkit.language.mistakes import UNKNOWN_VALUE

__all__ = ["combined", "unsound"]

_VALUE: Final = re.compile(r"'[^']*'")


def unsound(fatal: Sequence[Finding]) -> MarkupError:
    """Make the error of a document that the reader found unfit to be evaluated."""
    first = fatal[0]
    if len(fatal) > 1:
        return MarkupError(
            f"{len(fatal)} things keep the document from being evaluated:", findings=fatal
        )
    tag = first.path.rpartition("/")[2]
    return MarkupError(first.message, element=tag, line=first.line, findings=fatal)


def combined(errors: Sequence[PmmlError]) -> PmmlError:
    """Make one error of all that stopped the compilation."""
    # One thing that is wrong with a field is told once, wherever the field is used.
    by_subject = {_subject(error): error for error in reversed(errors)}
    unique = [*by_subject.values()][::-1]
    unique.sort(key=lambda error: error.line or 0)
    first = next((error for error in unique if isinstance(error, MarkupError)), unique[0])
    if len(unique) == 1:
        return first
    findings = [
        Finding(_code(error), "error", error.element or "", error.line or 0, error.message)
        for error in unique
    ]
    return type(first)(
        f"{len(unique)} things keep the document from being evaluated:", findings=findings
    )


def _subject(error: PmmlError) -> object:
    """Return what an error is about: errors with the same one are told once."""
    if error.code == UNKNOWN_VALUE:
        value = _VALUE.search(error.message)
        return (error.element, error.line, value[0] if value else "")
    return error.field or str(error)


def _code(error: PmmlError) -> str:
    if error.code is not None:
        return error.code
    return "PMML600" if isinstance(error, UnsupportedError) else "PMML100"

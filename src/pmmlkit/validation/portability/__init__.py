"""What other engines refuse, or score differently, of a document that pmmlkit scores.

PMML500-549 are JPMML-Evaluator (Python package jpmml-evaluator 0.16), PMML550-599 PMML4S (package
pypmml 1.5.8). A warning: the engine refuses the document, or gives no result for some rows; an
info: it gives another result. Each rule was shown by asking the engine.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from pmmlkit.validation.rules import check, rules_of

if TYPE_CHECKING:
    from pmmlkit.errors import Finding
    from pmmlkit.language.document import Document
    from pmmlkit.validation.rules.rule import Rule

__all__ = ["CHAPTERS", "check_portability", "portability_rules"]

CHAPTERS: Final = (
    "jpmml_models",
    "jpmml_fields",
    "jpmml_scores",
    "pmml4s_models",
    "pmml4s_fields",
    "pmml4s_results",
    "pmml4s_scores",
)
"""The modules that hold rules."""


@cache
def portability_rules() -> MappingProxyType[str, Rule]:
    """Return the rules of portability by code, in order of code."""
    return rules_of(f"{__name__}.{chapter}" for chapter in CHAPTERS)


def check_portability(document: Document) -> list[Finding]:
    """Return what JPMML-Evaluator and PMML4S refuse of a document or score differently, in the
    order of its lines.
    """
    return check(document, portability_rules())

"""Rules beyond the schema: what the text of the specification says and no schema can.

The compiler says what keeps a document from being scored; the rules say what is most likely a
mistake in a document that scores. A file per chapter; each ends with its rules in order of code.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib import import_module
from itertools import islice
from types import MappingProxyType
from typing import Final

from pmmlkit.errors import DataError, Finding
from pmmlkit.language.document import Document
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Explanation, Place, Rule

__all__ = [
    "CHAPTERS",
    "EXPLAINED",
    "MOST_OF_A_RULE",
    "Explanation",
    "Rule",
    "check",
    "explain",
    "explanations",
    "rules",
    "rules_of",
]

CHAPTERS: Final = (
    "names_and_scopes",
    "mining_schema",
    "types",
    "categories",
    "trees",
    "samples",
    "probabilities",
    "transformations",
    "networks",
    "support_vectors",
    "regression",
    "segments",
    "output",
    "verification",
    "deprecated",
    "scorecards",
    "rule_sets",
    "proximity",
    "counts",
    "general_regression",
    "associations",
    "time_series",
    "results",
    "data_dictionary",
    "statistics",
    "texts",
)
"""The modules that hold rules."""

EXPLAINED: Final = (
    "structure",
    "contradictions",
    "contradictions_in_markup",
    "contradictions_in_models",
    "contradictions_in_special_models",
    "refusals",
    "remarks",
    "remarks_on_special_models",
)
"""The modules that explain what the reader, the schema and the compiler say."""

MOST_OF_A_RULE: Final = 100
"""A rule tells this many findings of a document, lest one drown the others."""


@cache
def rules() -> MappingProxyType[str, Rule]:
    """Return all rules by code, in order of code."""
    return rules_of(f"{__name__}.{chapter}" for chapter in CHAPTERS)


def rules_of(modules: Iterable[str]) -> MappingProxyType[str, Rule]:
    """Return the rules of some modules by code, in order of code."""
    found = [item for module in modules for item in import_module(module).RULES]
    by_code = {item.code: item for item in sorted(found, key=lambda item: item.code)}
    assert len(by_code) == len(found), "two rules have the same code"
    return MappingProxyType(by_code)


@cache
def explanations() -> MappingProxyType[str, Explanation]:
    """Return what every code means, those of the rules among them, in order of code."""
    from pmmlkit.validation.portability import portability_rules

    found: list[Explanation] = [*rules().values(), *portability_rules().values()]
    for module in EXPLAINED:
        found += import_module(f"pmmlkit.validation.rules.{module}").EXPLANATIONS
    by_code = {item.code: item for item in sorted(found, key=lambda item: item.code)}
    assert len(by_code) == len(found), "two things have the same code"
    return MappingProxyType(by_code)


def check(document: Document, chosen: Mapping[str, Rule] | None = None) -> list[Finding]:
    """Return where a document breaks rules (`chosen` by code, else all of `rules`), in the order of
    its lines.

    A rule tells `MOST_OF_A_RULE` findings at most. A document that is not whole (`fatal`) has other
    troubles: nothing is said of it.
    """
    if document.fatal:
        return []
    facts = Facts(document)
    asked = rules() if chosen is None else chosen
    found = [finding for item in asked.values() for finding in _findings(item, facts)]
    return sorted(dict.fromkeys(found), key=lambda finding: (finding.line, finding.code))


def _findings(item: Rule, facts: Facts) -> Iterator[Finding]:
    for place, message in islice(item.found(facts), MOST_OF_A_RULE):
        if isinstance(place, Place):
            path = f"{facts.path(place.owner)}/{place.tag}"
        else:
            path = facts.path(place)
        yield Finding(item.code, item.severity, path, place.line, message)


def explain(code: str) -> str:
    """Return what a code means: its title, why it matters, a bad and a good example.

    Raises DataError for a code that nothing has.
    """
    known = explanations()
    item = known.get(code.upper())
    if item is None:
        raise DataError(
            f"there is no rule {code!r:.40}; the codes go from {min(known)} to {max(known)}"
        )
    return (
        f"{item.code} ({item.severity}): {item.title}\n\n{item.explanation}\n\n"
        f"Bad:\n\n{_indented(item.bad)}\n\nGood:\n\n{_indented(item.good)}\n"
    )


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())

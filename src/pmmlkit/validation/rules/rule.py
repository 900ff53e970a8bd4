"""What a code and a rule are: words that explain, and a check beyond the schema."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from pmmlkit.validation.rules.facts import Facts
from pmmlkit.xml.declaration import Element

__all__ = ["Explanation", "Found", "Place", "Rule", "explained", "rule"]


class Place(NamedTuple):
    """A place that is no element of its own: a node in the table of its tree."""

    owner: Element
    tag: str
    line: int


Found = tuple[Element | Place, str]
"""Where a rule is broken, and what is to be said."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a code of a finding means.

    `code` is stable; `severity` is ``"error"``, ``"warning"`` or ``"info"``. `bad` and `good` are
    examples, documents or parts that `examples.example_document` completes.
    """

    code: str
    severity: str
    title: str
    explanation: str
    bad: str
    good: str


def explained(
    code: str, severity: str, title: str, explanation: str, *, bad: str, good: str
) -> Explanation:
    """Explain a code that the reader, the schema or the compiler gives."""
    return Explanation(code, severity, title, explanation, bad.strip(), good.strip())


@dataclass(frozen=True, slots=True)
class Rule(Explanation):
    """A check beyond the schema.

    `kinds` are the classes of the elements that `function` is called with, each with the facts;
    none: it is called once, with the facts alone.
    """

    kinds: tuple[type[Element], ...]
    function: Callable[..., Iterator[Found]]

    def found(self, facts: Facts) -> Iterator[Found]:
        """Yield each place where the document breaks the rule."""
        if not self.kinds:
            yield from self.function(facts)
        for kind in self.kinds:
            for element in facts.of(kind):
                yield from self.function(element, facts)


def rule(
    code: str,
    severity: str,
    title: str,
    explanation: str,
    *,
    bad: str,
    good: str,
    on: type[Element] | tuple[type[Element], ...] = (),
) -> Callable[[Callable[..., Iterator[Found]]], Rule]:
    """Make a rule of the function below it."""
    kinds: Any = on if isinstance(on, tuple) else (on,)

    def made(function: Callable[..., Iterator[Found]]) -> Rule:
        return Rule(code, severity, title, explanation, bad.strip(), good.strip(), kinds, function)

    return made

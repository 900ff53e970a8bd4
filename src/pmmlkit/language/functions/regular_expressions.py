"""Regular expressions of documents: refused when they are compiled, or bounded in time.

Python's `re` backtracks, so texts are bounded in length where the time of a match grows with a
power of it. Longer ones, and patterns whose matching can take exponential time, are left to re2, if
that library is installed; else they are refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from pmmlkit.errors import EvaluationError, LimitError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.functions.backtracking import cost
from pmmlkit.language.functions.function import Call
from pmmlkit.language.functions.linear import linear_expression
from pmmlkit.language.functions.patterns import PatternError, parse, written
from pmmlkit.limits import Limits

__all__ = ["Expression", "Place", "compile_expression", "replacement_of", "searcher"]

_MOST_WAYS: Final = 1_000
_BUDGET: Final = 25_000_000
"""Steps of a match, by the power that its time grows with."""
_MOST_DEGREE: Final = 3

_REFERENCE: Final = re.compile(r"\$(?:(\$)|([0-9]+)|\{([A-Za-z_][A-Za-z0-9_]*)\})|\\|\$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document has an expression: for messages."""

    element: str
    line: int
    limits: Limits
    subject: str = ""
    """What stands before each message, with its colon."""

    def unsupported(self, message: str) -> UnsupportedError:
        """Make the error of an expression that pmmlkit does not run."""
        return UnsupportedError(
            self.subject + message, element=self.element, line=self.line, code=mistakes.PATTERN
        )


class Expression:
    """A compiled expression. Its methods raise EvaluationError for texts that are too long."""

    __slots__ = ("_compiled", "_linear", "_most", "_place", "groupindex", "groups")

    def __init__(self, compiled: Any, most: int, linear: Any, place: Place) -> None:
        self._compiled = compiled
        self._most = most
        self._linear = linear
        self._place = place
        self.groups: int = compiled.groups
        self.groupindex = compiled.groupindex

    def engine(self, text: str) -> Any:
        """Return what searches a text in bounded time, with the methods of `re`."""
        if len(text) <= self._most:
            return self._compiled
        longest = self._place.limits.regex_subject_characters
        if self._linear is None or len(text) > longest:
            raise EvaluationError(
                f"{self._place.subject}a text of {len(text)} characters goes beyond the"
                f" {self._most if self._linear is None else longest} that this regular expression"
                f" may search (Limits.regex_subject_characters = {longest}, less where it"
                " backtracks and google-re2 is not installed)"
            )
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise EvaluationError(
                f"{self._place.subject}the text holds half of a surrogate pair"
            ) from error
        return self._linear

    def search(self, text: str) -> Any:
        """Return the first match in a text, or None."""
        return self.engine(text).search(text)

    def found(self, text: str) -> list[str]:
        """Return the texts of all matches."""
        engine = self.engine(text)
        if not self.groups:
            texts: list[str] = engine.findall(text)
            return texts
        return [match.group() for match in engine.finditer(text)]

    def split(self, text: str) -> list[str]:
        """Return what stands between the matches."""
        engine = self.engine(text)
        if not self.groups:
            texts: list[str] = engine.split(text)
            return texts
        pieces, end = [], 0
        for match in engine.finditer(text):
            pieces.append(text[end : match.start()])
            end = match.end()
        return [*pieces, text[end:]]

    def replacer(self, replacement: str) -> Callable[[str], str]:
        """Return the function that replaces every match: ``$1``, ``${name}`` are groups, ``$$`` is
        a dollar.

        Raises UnsupportedError for a replacement that names no group of the expression.
        """
        parts = _parts(replacement, self, self._place)
        engine = self.engine

        def replace(text: str) -> str:
            pieces: list[str] = []
            end = 0
            for match in engine(text).finditer(text):
                pieces.append(text[end : match.start()])
                pieces.extend(
                    part if isinstance(part, str) else match.group(part[0]) or "" for part in parts
                )
                end = match.end()
            if not end and not pieces:
                return text
            pieces.append(text[end:])
            return "".join(pieces)

        return replace


def searcher(pattern: str, call: Call) -> Callable[[str], Any]:
    """Return the function that finds the first match in a text, or None.

    Raises UnsupportedError for constructs that engines read differently and for patterns that can
    take exponential time, LimitError for long ones; the function raises EvaluationError for texts
    that are too long.
    """
    return compile_expression(pattern, _place(call)).search


def replacement_of(pattern: str, replacement: str, call: Call) -> Callable[[str], str]:
    """Return the function that replaces every match: ``$1``, ``${name}`` are groups, ``$$`` is a
    dollar.

    Raises as `searcher` does.
    """
    return compile_expression(pattern, _place(call)).replacer(replacement)


def _place(call: Call) -> Place:
    return Place("Apply", call.line, call.limits, f"function {call.name!r}: ")


def compile_expression(
    pattern: str, place: Place, *, any_case: bool = False, may_be_unicode: bool = False
) -> Expression:
    """Compile. `any_case`: letters match without regard to case, beyond ASCII too;
    `may_be_unicode`: a pattern that begins with ``(?u)`` takes letters of all scripts for letters.

    Raises as `searcher` does.
    """
    limits = place.limits
    if len(pattern) > limits.regex_characters:
        raise LimitError(
            f"a regular expression of {len(pattern)} characters goes beyond"
            f" Limits.regex_characters = {limits.regex_characters}",
            element=place.element,
            line=place.line,
        )
    shown = f"regular expression {pattern!r:.80}"
    try:
        tree = parse(pattern, any_case=any_case, may_be_unicode=may_be_unicode)
        growth = cost(tree)
        compiled = re.compile(written(tree), 0 if tree.head == "(?u)" else re.ASCII)
    except PatternError as error:
        raise place.unsupported(f"{shown} has {error}") from error
    except (re.error, OverflowError, RecursionError) as error:
        raise place.unsupported(f"{shown}: {error}") from error
    longest = limits.regex_subject_characters
    work = growth.product * growth.most_times
    if growth.is_exponential or work > _MOST_WAYS or growth.degree > _MOST_DEGREE:
        try:
            linear = linear_expression(tree)
        except PatternError as error:
            raise place.unsupported(f"{shown} can take exponential time; it has {error}") from error
        if linear is None:
            raise place.unsupported(
                f"{shown} can take exponential time; write it without nested or overlapping"
                " repetitions, or install google-re2"
            )
        return Expression(linear, -1, linear, place)
    most = int((_BUDGET / work) ** (1 / growth.degree))
    if most >= longest:
        return Expression(compiled, longest, None, place)
    try:
        linear = linear_expression(tree)
    except PatternError:
        linear = None
    return Expression(compiled, most, linear, place)


def _parts(replacement: str, expression: Expression, place: Place) -> list[str | tuple[int | str]]:
    """Split a replacement into texts and references to groups."""
    parts: list[str | tuple[int | str]] = []
    end = 0
    for match in _REFERENCE.finditer(replacement):
        parts.append(replacement[end : match.start()])
        end = match.end()
        dollar, number, name = match.groups()
        if dollar:
            parts.append("$")
        elif number and len(number) <= 3 and int(number) <= expression.groups:
            parts.append((int(number),))
        elif name and name in expression.groupindex:
            parts.append((name,))
        else:
            raise place.unsupported(
                f"replacement {replacement!r:.80}: {match[0]!r} is no group of the expression;"
                " write $$ for a dollar; a backslash is read differently by other engines"
            )
    parts.append(replacement[end:])
    return [part for part in parts if part != ""]

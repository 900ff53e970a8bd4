"""Regular expressions of `replace` and `matches`: refused when they are compiled, or bounded in
time.

Python's `re` backtracks. A pattern whose matching can take exponential time is compiled by re2, if
that library is installed, else refused; where the time grows with a power of the length, texts are
bounded in length.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from pmmlkit.errors import EvaluationError, LimitError
from pmmlkit.language.functions.backtracking import cost
from pmmlkit.language.functions.function import Call
from pmmlkit.language.functions.patterns import PatternError, parse, written

__all__ = ["replacement_of", "searcher"]

_MOST_WAYS: Final = 1_000
_BUDGET: Final = 25_000_000
"""Steps of a match, by the power that its time grows with."""
_MOST_DEGREE: Final = 3

_REFERENCE: Final = re.compile(r"\$(?:(\$)|([0-9]+)|\{([A-Za-z_][A-Za-z0-9_]*)\})|\\|\$")


def searcher(pattern: str, call: Call) -> Callable[[str], Any]:
    """Return the function that finds the first match in a text, or None.

    Raises UnsupportedError for constructs that engines read differently and for patterns that can
    take exponential time, LimitError for long ones; the function raises EvaluationError for texts
    that are too long.
    """
    compiled, most = _compiled(pattern, call)
    search = compiled.search

    def find(text: str) -> Any:
        if len(text) > most:
            raise _too_long(text, most, call)
        return search(text)

    return find


def replacement_of(pattern: str, replacement: str, call: Call) -> Callable[[str], str]:
    """Return the function that replaces every match: ``$1``, ``${name}`` are groups, ``$$`` is a
    dollar.

        Raises as `searcher` does.
    """
    compiled, most = _compiled(pattern, call)
    parts = _parts(replacement, compiled, call)

    def replace(text: str) -> str:
        if len(text) > most:
            raise _too_long(text, most, call)
        pieces: list[str] = []
        end = 0
        for match in compiled.finditer(text):
            pieces.append(text[end : match.start()])
            pieces.extend(
                part if isinstance(part, str) else match.group(part[0]) or "" for part in parts
            )
            end = match.end()
        pieces.append(text[end:])
        return "".join(pieces)

    return replace


def _too_long(text: str, most: int, call: Call) -> EvaluationError:
    return EvaluationError(
        f"function {call.name!r}: a text of {len(text)} characters goes beyond the {most} that this"
        f" regular expression may search (Limits.regex_subject_characters ="
        f" {call.limits.regex_subject_characters}, less where it backtracks)"
    )


def _compiled(pattern: str, call: Call) -> tuple[Any, int]:
    """Compile; also return the length of the longest text."""
    limits = call.limits
    if len(pattern) > limits.regex_characters:
        raise LimitError(
            f"a regular expression of {len(pattern)} characters goes beyond"
            f" Limits.regex_characters = {limits.regex_characters}",
            element="Apply",
            line=call.line,
        )
    try:
        tree = parse(pattern)
        text = written(tree)
        growth = cost(tree)
        compiled = re.compile(text, re.ASCII)
    except PatternError as error:
        raise call.unsupported(f"regular expression {pattern!r:.80} has {error}") from error
    except (re.error, OverflowError, RecursionError) as error:
        raise call.unsupported(f"regular expression {pattern!r:.80}: {error}") from error
    most = limits.regex_subject_characters
    work = growth.product * growth.most_times
    if growth.is_exponential or work > _MOST_WAYS or growth.degree > _MOST_DEGREE:
        return _linear(text, pattern, call), most
    return compiled, min(most, int((_BUDGET / work) ** (1 / growth.degree)))


def _linear(text: str, pattern: str, call: Call) -> Any:
    """Compile a pattern that only an engine without backtracking can run."""
    try:
        import re2  # type: ignore[import-not-found, unused-ignore]
    except ImportError:
        raise call.unsupported(
            f"regular expression {pattern!r:.80} can take exponential time; write it without"
            " nested or overlapping repetitions, or install google-re2"
        ) from None
    if "$" in text or "\\Z" in text:
        raise call.unsupported(
            f"regular expression {pattern!r:.80}: re2 reads its anchors in another way"
        )
    try:
        return re2.compile(text)
    except re2.error as error:
        raise call.unsupported(f"regular expression {pattern!r:.80}: {error}") from error


def _parts(replacement: str, compiled: Any, call: Call) -> list[str | tuple[int | str]]:
    """Split a replacement into texts and references to groups."""
    parts: list[str | tuple[int | str]] = []
    end = 0
    for match in _REFERENCE.finditer(replacement):
        parts.append(replacement[end : match.start()])
        end = match.end()
        dollar, number, name = match.groups()
        if dollar:
            parts.append("$")
        elif number and len(number) <= 3 and int(number) <= compiled.groups:
            parts.append((int(number),))
        elif name and name in compiled.groupindex:
            parts.append((name,))
        else:
            raise call.unsupported(
                f"replacement {replacement!r:.80}: {match[0]!r} is no group of the expression;"
                " write $$ for a dollar; a backslash is read differently by other engines"
            )
    parts.append(replacement[end:])
    return [part for part in parts if part != ""]

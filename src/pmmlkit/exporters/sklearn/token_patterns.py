"""The ``token_pattern`` of a vectoriser, as an expression that finds the same in every engine.

Python's classes take letters of all scripts, without their combining marks; Java's take ASCII only,
or marks as well. Categories of Unicode (``\\p{L}``) are the same everywhere. A border of words
(``\\b``) is not, so what it says is said by what is skipped between the tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Final

from pmmlkit.errors import ExportError
from pmmlkit.language.functions.backtracking import nullable
from pmmlkit.language.functions.patterns import (
    Anchor,
    Group,
    Loop,
    PatternError,
    Tree,
    Unit,
    parse,
    written,
)

__all__ = ["BLANKS", "TokenPattern", "matcher", "token_pattern"]

_WORD: Final = r"\p{L}\p{N}_"
BLANKS: Final = r"\t-\r\x1c-\x1f\x85\p{Z}"
"""What Python takes for white space, inside of ``[ ]``."""

_CONNECTORS: Final = "\u203f\u2040\u2054\ufe33\ufe34\ufe4d-\ufe4f\uff3f"
"""The punctuation that connects words, but for ``_``."""
_CLASSES: Final = (
    (r"\w", _WORD),
    (r"\d", r"\p{Nd}"),
    (r"\s", BLANKS),
    (r"\W", r"\p{M}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}\p{Z}\p{C}" + _CONNECTORS),
    (r"\D", r"\P{Nd}"),
    (r"\S", r"\p{L}\p{M}\p{N}\p{P}\p{S}\p{Cf}\p{Co}\p{Cn}\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"),
)
"""Python's classes as members of a class."""


@dataclass(frozen=True, slots=True)
class TokenPattern:
    """How tokens are cut out of a text.

    `expression` matches all of a text, piece by piece; its first group is a token, and takes no
    part where the piece is none. `units` are the sets of characters that tell pieces apart,
    `letters` those that a token can hold, each as an expression for one character.
    """

    expression: str
    units: tuple[str, ...]
    letters: tuple[str, ...]

    def may_hold(self, character: str) -> bool:
        """Tell whether a token can have the character."""
        return any(matcher(letter)(character) for letter in self.letters)


@cache
def matcher(unit: str) -> Callable[[str], object]:
    """Return what tells whether a character is of the set."""
    return re.compile(written(parse(unit)), re.ASCII).fullmatch


def token_pattern(pattern: str) -> TokenPattern:
    """Return the pattern for all engines.

    Raises ExportError for what only Python knows: look-around, borders of words inside ...
    """
    try:
        tree = parse(pattern if pattern.startswith("(?") else f"(?u){pattern}", may_be_unicode=True)
    except PatternError as error:
        raise _refused(pattern, str(error)) from error
    if tree.head not in ("", "(?u)", "(?s)"):
        raise _refused(pattern, f"{tree.head}, which other engines apply to ASCII only")
    alternatives = list(tree.alternatives)
    leads = trails = False
    if len(alternatives) == 1:
        (row,) = alternatives
        leads, trails = _is_border(row[:1]), _is_border(row[1:][-1:])
        alternatives = [row[leads : len(row) - trails]]
    body = Group("", tuple(alternatives))
    units = tuple(dict.fromkeys(_unit(unit) for unit in _units(body, pattern)))
    if not units or nullable(body):
        raise _refused(pattern, "matches of nothing, which would be tokens without letters")
    groups = _groups(body)
    if groups > 1:
        raise _refused(pattern, "more than one group")
    token = _text(body) if groups else f"({_text(body)})"
    if (leads or trails) and not _takes_whole_words(body):
        if not _within_words(_first(body)) or not _within_words(_last(body)):
            raise _refused(
                pattern, r"a \b beside what may be no letter: no other engine has Python's borders"
            )
        token += rf"(?:[^{_WORD}]|\z)" if trails else f"[{_WORD}]*"
        token += f"|[{_WORD}]+" if leads else ""
        units = (*units, f"[{_WORD}]")
    expression = f"{token}|(?s:.)"
    return TokenPattern(expression, units, units)


def _refused(pattern: str, why: str) -> ExportError:
    return ExportError(f"token_pattern {pattern!r:.80} cannot be written: it has {why}")


def _is_border(row: tuple[Tree, ...]) -> bool:
    return bool(row) and isinstance(row[0], Anchor) and row[0].text == r"\b"


def _units(tree: Tree, pattern: str) -> Iterator[Unit]:
    if isinstance(tree, Unit):
        if tree.flags & re.IGNORECASE:
            raise _refused(pattern, "(?i), which other engines apply to ASCII only")
        yield tree
    elif isinstance(tree, Loop):
        yield from _units(tree.body, pattern)
    elif isinstance(tree, Group):
        for row in tree.alternatives:
            for node in row:
                yield from _units(node, pattern)
    else:
        raise _refused(pattern, f"{tree.text} inside, a place that engines find differently")


def _unit(unit: Unit) -> str:
    """Return the set of characters as an expression for every engine."""
    if unit.text == ".":
        return "(?s:.)" if unit.flags & re.DOTALL else r"[^\n]"
    text = unit.text
    is_set = text.startswith("[")
    for name, members in _CLASSES:
        text = text.replace(name, members if is_set else f"[{members}]")
    return re.sub(r"\\x([2-7][0-9a-f])", _readable if not is_set else _member, text)


def _readable(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isalnum() or character in " _~!@#%&='\"<>:;,/`" else match[0]


def _member(match: re.Match[str]) -> str:
    character = chr(int(match[1], 16))
    return character if character.isalnum() or character in " _~!@#%='\"<>:;,/`.+*" else match[0]


def _text(tree: Tree) -> str:
    if isinstance(tree, Unit):
        return _unit(tree)
    if isinstance(tree, Loop):
        return _text(tree.body) + tree.suffix
    assert isinstance(tree, Group)
    inner = "|".join("".join(map(_text, _merged(row))) for row in tree.alternatives)
    if not tree.head:
        return inner
    return f"({inner})" if _captures(tree) else f"(?:{inner})"


def _merged(row: tuple[Tree, ...]) -> list[Tree]:
    """Return a row with ``aa+`` as ``a{2,}``: PMML4S 1.5.8 loses what stands before a second ]."""
    made: list[Tree] = []
    for node in row:
        last = made[-1] if made else None
        if isinstance(node, Loop) and node.suffix == "+" and last == node.body:
            made[-1] = Loop(node.body, 2, None, "{2,}")
        else:
            made.append(node)
    return made


def _captures(tree: Group) -> bool:
    return tree.head == "(" or tree.head.startswith("(?P<")


def _groups(tree: Tree) -> int:
    if isinstance(tree, Loop):
        return _groups(tree.body)
    if not isinstance(tree, Group):
        return 0
    own = _captures(tree) if tree.head else False
    return own + sum(_groups(node) for row in tree.alternatives for node in row)


def _first(tree: Tree) -> list[Unit]:
    return _edge(tree, 1)


def _last(tree: Tree) -> list[Unit]:
    return _edge(tree, -1)


def _edge(tree: Tree, step: int) -> list[Unit]:
    """Return the units that can come first, or with a `step` of -1 last."""
    if isinstance(tree, Unit):
        return [tree]
    if isinstance(tree, Loop):
        return _edge(tree.body, step)
    assert isinstance(tree, Group)
    found: list[Unit] = []
    for row in tree.alternatives:
        for node in row[::step]:
            found += _edge(node, step)
            if not nullable(node):
                break
    return found


def _within_words(units: list[Unit]) -> bool:
    """Tell whether the characters of these sets are all word characters."""
    return all(_is_within(_unit(unit)) for unit in units)


def _is_within(unit: str) -> bool:
    found = matcher(unit)
    # characters of one category are all in a class or out of it, but for those that are named
    samples = [*map(chr, range(0x3000)), "\u200b", "\ufe33", "\ue000", "\U0001f600", "\U000e0001"]
    samples += [letter for letter in unit if not letter.isascii()]
    return not any(found(it) for it in samples if not (it.isalnum() or it == "_"))


def _takes_whole_words(body: Group) -> bool:
    """Tell whether the body is so many word characters and all that follow: then borders say
    nothing.
    """
    if len(body.alternatives) != 1:
        return False
    *rest, last = body.alternatives[0]
    plain = all(isinstance(node, Unit) and node.text == r"\w" for node in rest)
    loop = isinstance(last, Loop) and last.most is None and not last.suffix.endswith("?")
    return (
        plain
        and loop
        and isinstance(last, Loop)
        and isinstance(last.body, Unit)
        and last.body.text == r"\w"
    )

"""``strip_accents`` of the vectorisers, as replacements.

No function of PMML decomposes characters, so those that change are listed: not all 17,000, but all
that can make a difference to the words that are counted.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from functools import cache
from types import MappingProxyType
from typing import Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.sklearn.token_patterns import matcher

__all__ = ["accent_rows"]

_SPECIAL: Final = frozenset("\\^-]&[")


def accent_rows(kind: str, alphabet: frozenset[str], units: Sequence[str]) -> list[tuple[str, str]]:
    """Return expressions and replacements that do what ``strip_accents`` does, in this order.

    `kind` is ``"ascii"`` or ``"unicode"``; `alphabet` holds the characters of what is looked for:
    for all others it only matters in which of the sets `units` they are.
    """
    tests = [matcher(unit) for unit in units]
    known: dict[tuple[bool, ...], str] = {}

    def sets_of(character: str) -> tuple[bool, ...]:
        return tuple(bool(test(character)) for test in tests)

    def kin(character: str) -> str:
        if character in alphabet:
            return character
        return known.setdefault(sets_of(character), character)

    made: dict[str, list[str]] = defaultdict(list)
    for character, plain in _stripped(kind).items():
        is_alike = len(plain) == 1 and character not in alphabet and plain not in alphabet
        if not is_alike or sets_of(character) != sets_of(plain):
            made["".join(map(kin, plain))].append(character)
    if kind == "ascii":
        made[""] = []
    for result in made:
        if "$" in result or "\\" in result:
            raise ExportError(
                f"strip_accents makes {result!r} of other characters, and a term has it: a "
                "replacement with $ or \\ has another meaning in other engines"
            )
    rows = [(f"[{_members(own)}]", result) for result, own in made.items() if own]
    # what has no plain form at all goes last
    return [*rows, (r"[^\x00-\x7f]", "")] if kind == "ascii" else rows


@cache
def _stripped(kind: str) -> MappingProxyType[str, str]:
    """Return what becomes of each character that changes."""
    strip: Callable[[str], str] = _ascii if kind == "ascii" else _unicode
    found = {}
    for code in range(0x80, 0x110000):
        character = chr(code)
        if unicodedata.decomposition(character) or unicodedata.combining(character):
            found[character] = strip(character)
        elif 0xAC00 <= code <= 0xD7A3:
            # syllables of Hangul, whose decomposition is computed
            found[character] = strip(character)
    if kind == "ascii":
        found = {character: plain for character, plain in found.items() if plain}
    return MappingProxyType({it: plain for it, plain in found.items() if it != plain})


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")


def _unicode(text: str) -> str:
    return "".join(
        it for it in unicodedata.normalize("NFKD", text) if not unicodedata.combining(it)
    )


def _members(characters: Sequence[str]) -> str:
    """Return the characters as ranges inside of ``[ ]``."""
    runs: list[list[int]] = []
    for code in sorted(map(ord, characters)):
        if runs and runs[-1][1] == code - 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    parts = []
    for first, last in runs:
        parts.append(_member(first))
        if last > first:
            parts.append(f"-{_member(last)}" if last > first + 1 else _member(last))
    return "".join(parts)


def _member(code: int) -> str:
    if code > 0xFFFF:
        # PMML4S 1.5.8 loses what stands before such a letter
        return f"\\x{{{code:x}}}"
    return f"\\{chr(code)}" if chr(code) in _SPECIAL else chr(code)

"""Perl-compatible patterns as trees: parsed, and written again for Python's `re`.

The specification names PCRE, Java engines take java.util.regex. A construct that is not the same in
both and here is refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from pmmlkit.language.functions.general_categories import CATEGORIES, members

__all__ = ["Anchor", "Group", "Loop", "PatternError", "Tree", "Unit", "parse", "written"]

_CLASSES: Final = "dDwWsS"
_ESCAPES: Final = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "a": "\a", "e": "\x1b"}
_HEX: Final = re.compile(r"x(?:([0-9a-fA-F]{2})|\{([0-9a-fA-F]{1,6})\})")
_CATEGORY: Final = re.compile(r"\\([pP])(?:\{([A-Za-z]+)\}|([A-Za-z]))")
_BOUNDS: Final = re.compile(r"\{([0-9]{1,5})(?:(,)([0-9]{1,5})?)?\}")
_GROUP: Final = re.compile(r"\(\?(?:P?<([A-Za-z_][A-Za-z0-9_]*)>|([is]*):)")
_START: Final = re.compile(r"\(\?([is]+)\)")
_MOST_NESTED: Final = 50
_MOST_FOLDED: Final = 1_000
"""Ranges of more characters than this take no other case than their own."""
_RELATED: Final = {"i": "\u0130\u0131", "k": "\u212a", "s": "\u017f"}
"""Letters beyond ASCII that are the same letter but for case."""


class PatternError(Exception):
    """A construct that is refused, in words."""


@dataclass(frozen=True, slots=True)
class Unit:
    """One character out of a set, as `re` writes it; `flags` are those in force."""

    text: str
    flags: int


@dataclass(frozen=True, slots=True)
class Anchor:
    """A test of the place that takes no character."""

    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Alternatives, each a row of nodes, between `head` and ``)``."""

    head: str
    alternatives: tuple[tuple[Tree, ...], ...]


@dataclass(frozen=True, slots=True)
class Loop:
    """A node repeated; `most` None is without bound."""

    body: Tree
    least: int
    most: int | None
    suffix: str


Tree = Unit | Anchor | Group | Loop


class _Parser:
    def __init__(self, pattern: str, any_case: bool, may_be_unicode: bool) -> None:
        self.pattern = pattern
        self.at = 0
        self.flags = int(re.ASCII)
        self.any_case = any_case
        self.may_be_unicode = may_be_unicode

    def parse(self) -> Group:
        start = _START.match(self.pattern)
        head = ""
        if self.may_be_unicode and self.pattern.startswith(("(?u)", "(?U)")):
            self.at, self.flags, head = 4, 0, "(?u)"
        elif start is not None:
            self.at, self.flags, head = start.end(), self._with(start[1]), start[0]
        tree = self._alternatives(0)
        if self.at < len(self.pattern):
            raise PatternError("an unbalanced )")
        return Group(head, tree)

    def _with(self, letters: str) -> int:
        flags = self.flags
        for letter in letters:
            flags |= int(re.IGNORECASE if letter == "i" else re.DOTALL)
        return flags

    def _peek(self) -> str:
        return self.pattern[self.at : self.at + 1]

    def _alternatives(self, depth: int) -> tuple[tuple[Tree, ...], ...]:
        if depth > _MOST_NESTED:
            raise PatternError(f"groups nested deeper than {_MOST_NESTED}")
        found: list[tuple[Tree, ...]] = []
        row: list[Tree] = []
        while self._peek() not in ("", ")"):
            if self._peek() == "|":
                self.at += 1
                found.append(tuple(row))
                row = []
                continue
            nodes = self._item(depth)
            row.extend(nodes[:-1])
            row.extend(self._repeated(node) for node in nodes[-1:])
        found.append(tuple(row))
        return tuple(found)

    def _item(self, depth: int) -> list[Tree]:
        character = self._peek()
        if character == "(":
            return [self._group(depth)]
        if character == "[":
            return [self._set()]
        if character == "\\":
            return self._escape()
        self.at += 1
        if character in "^$":
            return [Anchor(character)]
        if character == ".":
            return [Unit(".", self.flags)]
        if character in "*+?":
            raise PatternError(f"nothing to repeat before {character}")
        if character == "{":
            raise PatternError("{ that is no repetition (write \\{)")
        return [self._literal(character)]

    def _group(self, depth: int) -> Group:
        head, outer = "(", self.flags
        if self.pattern.startswith("(?", self.at):
            match = _GROUP.match(self.pattern, self.at)
            if match is None:
                raise PatternError(
                    f"{self.pattern[self.at : self.at + 4]}...: look-around, atomic and the like"
                )
            head = f"(?P<{match[1]}>" if match[1] else match[0]
            self.flags = self._with(match[2] or "")
            self.at = match.end()
        elif self.pattern.startswith("(*", self.at):
            raise PatternError("(*...): verbs")
        else:
            self.at += 1
        inner = self._alternatives(depth + 1)
        if self._peek() != ")":
            raise PatternError("a missing )")
        self.at += 1
        self.flags = outer
        return Group(head, inner)

    def _literal(self, character: str) -> Unit:
        if self.flags & re.IGNORECASE and not character.isascii():
            raise PatternError("(?i) with letters beyond ASCII")
        cases = _cases(character) if self.any_case else character
        if len(cases) > 1:
            return Unit(f"[{''.join(map(_quoted, cases))}]", self.flags)
        return Unit(_quoted(character), self.flags)

    def _escape(self) -> list[Tree]:
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in ("A", "b", "B"):
            self.at += 2
            return [Anchor("\\" + letter)]
        if letter == "z":
            self.at += 2
            return [Anchor(r"\Z")]
        if letter == "Z":
            self.at += 2
            # `re` has no name for it; without (?m), which is refused, $ is the same place.
            return [Anchor("$")]
        if letter == "Q":
            end = self.pattern.find(r"\E", self.at)
            text = self.pattern[self.at + 2 : None if end < 0 else end]
            self.at = len(self.pattern) if end < 0 else end + 2
            return [self._literal(character) for character in text]
        if letter and letter in _CLASSES:
            self.at += 2
            return [Unit("\\" + letter, self.flags)]
        if letter in ("p", "P"):
            return [Unit(f"[{self._category()}]", self.flags)]
        return [self._literal(self._character())]

    def _category(self) -> str:
        """Read the name of a general category; return its members."""
        match = _CATEGORY.match(self.pattern, self.at)
        if match is None or (match[2] or match[3]) not in CATEGORIES:
            shown = match[0] if match is not None else self.pattern[self.at : self.at + 2]
            raise PatternError(f"{shown}: no general category of Unicode, as L, Nd")
        name = match[2] or match[3]
        if self.any_case or self.flags & re.IGNORECASE:
            raise PatternError(f"{match[0]} without regard to case")
        self.at = match.end()
        return members(name, match[1] == "P")

    def _character(self) -> str:
        """Read an escape that stands for one character."""
        letter = self.pattern[self.at + 1 : self.at + 2]
        if letter in _ESCAPES:
            self.at += 2
            return _ESCAPES[letter]
        hexadecimal = _HEX.match(self.pattern, self.at + 1)
        if hexadecimal is not None:
            self.at = hexadecimal.end()
            code = int(hexadecimal[1] or hexadecimal[2], 16)
            if code > 0x10FFFF:
                raise PatternError(f"{hexadecimal[0]} is no character")
            return chr(code)
        if letter == "" or letter.isalnum() or not letter.isascii():
            raise PatternError(f"\\{letter}")
        self.at += 2
        return letter

    def _set(self) -> Unit:
        self.at += 1
        negated = self._peek() == "^"
        self.at += negated
        parts: list[str] = []
        if self._peek() == "]":
            raise PatternError("] at the start of a class (write \\])")
        while self._peek() != "]":
            if self._peek() == "":
                raise PatternError("a missing ]")
            first = self._member()
            if (
                len(first) == 1
                and self._peek() == "-"
                and self.pattern[self.at + 1 : self.at + 2] != "]"
            ):
                self.at += 1
                last = self._member()
                if len(last) != 1 or last < first:
                    raise PatternError("a range without order in a class")
                parts.append(f"{_quoted(first)}-{_quoted(last)}")
                codes = range(ord(first), ord(last) + 1)
                if self.any_case and len(codes) <= _MOST_FOLDED:
                    others = {case for code in codes for case in _cases(chr(code))}
                    parts.extend(map(_quoted, sorted(others.difference(map(chr, codes)))))
            elif self.any_case and len(first) == 1:
                parts.extend(map(_quoted, _cases(first)))
            else:
                parts.append(first if len(first) > 1 else _quoted(first))
        self.at += 1
        if self.flags & re.IGNORECASE and not "".join(parts).isascii():
            raise PatternError("(?i) with letters beyond ASCII")
        return Unit(f"[{'^' if negated else ''}{''.join(parts)}]", self.flags)

    def _member(self) -> str:
        """Read one member of a class.

        A character, or an escape such as ``\\d`` with its backslash.
        """
        character = self._peek()
        if character == "\\":
            letter = self.pattern[self.at + 1 : self.at + 2]
            if letter and letter in _CLASSES:
                self.at += 2
                return "\\" + letter
            if letter in ("p", "P"):
                return self._category()
            if letter == "b":
                raise PatternError("\\b in a class")
            return self._character()
        if character == "[" or self.pattern.startswith("&&", self.at):
            raise PatternError("[ or && in a class (Java reads them in another way)")
        self.at += 1
        return character

    def _repeated(self, node: Tree) -> Tree:
        """Read the quantifier behind a node, if there is one."""
        character = self._peek()
        bounds = _BOUNDS.match(self.pattern, self.at) if character == "{" else None
        if character not in ("*", "+", "?") and bounds is None:
            return node
        if isinstance(node, Anchor):
            raise PatternError("a repeated anchor")
        if bounds is not None:
            least = int(bounds[1])
            most = least if bounds[2] is None else int(bounds[3]) if bounds[3] else None
            if most is not None and most < least:
                raise PatternError(f"{bounds[0]}: bounds out of order")
            self.at, text = bounds.end(), bounds[0]
        else:
            least, most = {"*": (0, None), "+": (1, None), "?": (0, 1)}[character]
            self.at, text = self.at + 1, character
        if self._peek() == "+":
            raise PatternError("possessive repetition")
        if self._peek() == "?":
            self.at, text = self.at + 1, text + "?"
        if self._peek() in ("*", "+", "?") or _BOUNDS.match(self.pattern, self.at):
            raise PatternError("a repeated repetition")
        return Loop(node, least, most, text)


def _cases(character: str) -> str:
    """Return the character in all its cases."""
    cases = {character}
    for case in (character.upper(), character.upper().lower(), character.lower()):
        if len(case) == 1:
            cases.update((case, *_RELATED.get(case, "")))
    return "".join(sorted(cases))


def _quoted(character: str) -> str:
    if character.isascii() and not character.isalnum():
        return f"\\x{ord(character):02x}"
    return character


def parse(pattern: str, *, any_case: bool = False, may_be_unicode: bool = False) -> Group:
    """Read a pattern; PatternError names the construct that is refused.

    `any_case`: letters become sets of all their cases. `may_be_unicode`: ``(?u)`` at the start is
    taken, and classes such as ``\\w`` are then those of all scripts.
    """
    return _Parser(pattern, any_case, may_be_unicode).parse()


def written(tree: Tree) -> str:
    """Write a tree as a pattern of Python's `re`."""
    if isinstance(tree, Unit | Anchor):
        return tree.text
    if isinstance(tree, Loop):
        return written(tree.body) + tree.suffix
    inner = "|".join("".join(written(node) for node in row) for row in tree.alternatives)
    if tree.head.startswith("(?") and tree.head.endswith(")"):
        return tree.head + inner
    return f"{tree.head}{inner})" if tree.head else inner

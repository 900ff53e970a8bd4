"""Words of texts on their way to what counts them.

A TextIndex takes punctuation off the ends of words and passes over empty ones; Spark does neither.
So each word stands between two letters that engines leave alone, and an empty word is seen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, name_of
from pmmlkit.exporters.spark.flow import Special
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
from pmmlkit.language.scope import Compiled
from pmmlkit.language.text_index import TextIndex

__all__ = ["Words", "count_of", "cut", "found", "literal", "number_of", "removal", "stop_set"]

_OPEN, _CLOSE = "\u02bb", "\u02bc"
_NOTHING: Final = "\u02bd"
"""Stands for a text that has no words at all."""
_SEPARATORS: Final = " ,;:/!#%@=<~|.-+_&*"
_LONGEST: Final = 8_000
"""An expression of many words is not longer than this."""


@dataclass(frozen=True)
class Words(Special):
    """The words of a text.

    `text`: each word enclosed, `separator` between them, which no word has. `size`: so many words
    one after the other are a term. `least`: shorter words are none; `stops`: nor are these, in
    small letters unless `cased`. `is_lower`: the words are in small letters.
    """

    text: Feature
    separator: str
    is_lower: bool
    size: int = 1
    least: int = 0
    stops: frozenset[str] = frozenset()
    cased: bool = False

    def is_word(self, word: str) -> bool:
        """Tell whether a word may be there: it is long enough and no stop word."""
        return len(word) >= self.least and (word if self.cased else word.lower()) not in self.stops

    def written(self, term: str) -> str | None:
        """Return a term as it stands in the text; None if no text can have it."""
        pieces = [term] if self.size == 1 else term.split(" ")
        if len(pieces) != self.size or not all(map(self.is_word, pieces)):
            return None
        return self.separator.join(f"{_OPEN}{piece}{_CLOSE}" for piece in pieces)

    def cleaned(self) -> Words:
        """Return the words where those that are none have been taken out of the text.

        Raises ExportError where engines do not agree which words these are.
        """
        end = literal(self.separator)
        # Other words are taken whole: what is inside of them is no word. PMML4S loses what stands
        # before a second ].
        others = rf"({_OPEN}(?s:.)*?{_CLOSE}(?:{end}|\z))"
        patterns = [rf"{_OPEN}{body}{_CLOSE}(?:{end}|\z)|{others}" for body in self._unwanted()]
        if not patterns:
            return self

        def expression(text: Compiled) -> Compiled:
            for pattern in patterns:
                text = _replace(text, pattern, "$1")
            return text

        name = f"cleaned({name_of(self.text)})"
        text = Derived(name, (self.text,), expression, "string", "categorical", guarded=True)
        return replace(self, text=text, least=0, stops=frozenset())

    def _unwanted(self) -> Iterator[str]:
        if self.least:
            yield f"[^{_member(self.separator)}]{{0,{self.least - 1}}}"
        ignores_case = not (self.cased or self.is_lower)
        if ignores_case and not all(stop.isascii() for stop in self.stops):
            raise ExportError(
                "stop words with letters beyond ASCII are taken away without regard to case, in "
                "which engines differ: make small letters first (toLowercase of RegexTokenizer)"
            )
        row: list[str] = []
        stops = sorted(self.stops)
        for at, stop in enumerate(stops, 1):
            row.append(literal(stop))
            if at == len(stops) or sum(map(len, row)) + len(row) > _LONGEST:
                yield f"(?{'i' if ignores_case else ''}:{'|'.join(row)})"
                row = []


def literal(text: str) -> str:
    """Return an expression that matches a text as it is."""
    return re.sub(r"([.^$*+?{}\[\]()|\\])", r"\\\1", text)


def _member(character: str) -> str:
    """Return a character as it is written in a class."""
    return f"\\{character}" if character in "-^]\\[" else character


def removal(pattern: str) -> tuple[str, str]:
    """Return an expression and the replacement that take its matches away: PMML4S takes an empty
    text for none.
    """
    return f"(?:{pattern})()", f"${1 + _groups(pattern)}"


def _groups(pattern: str) -> int:
    heads = [node.head for node in _nodes(parse(pattern)) if isinstance(node, Group)]
    return sum(head == "(" or head.startswith("(?P<") for head in heads)


def _replace(text: Compiled, pattern: str, by: str) -> Compiled:
    if not by:
        pattern, by = removal(pattern)
    return apply("replace", text, constant(pattern, "string"), constant(by, "string"))


def cut(text: Feature, pattern: str, *, lowercase: bool, least: int) -> Words:
    """Return the words between the matches of an expression, as Java splits a text: an empty word
    in front stays, those at the end are left out.

    Raises ExportError for an expression that engines read differently, and where no character is
    always between words.
    """
    tree = _parsed(pattern)
    if nullable(tree) or any(isinstance(node, Anchor) for node in _nodes(tree)):
        raise ExportError(
            f"the pattern {pattern!r:.80} cuts texts at places without a character, which "
            "engines find differently"
        )
    between = re.compile(written(tree), re.ASCII)
    separator = next((it for it in _SEPARATORS if between.fullmatch(it)), None)
    if separator is None:
        raise ExportError(
            f"the pattern {pattern!r:.80} matches none of the characters {_SEPARATORS!r}: in a "
            "TextIndex one of them has to be between words and in none"
        )
    gap = f"{_CLOSE}{separator}{_OPEN}"

    def expression(source: Compiled) -> Compiled:
        if lowercase:
            source = apply("lowercase", source)
        if not least:
            source = _replace(source, rf"\A(?:{pattern})+\z", _NOTHING)
            source = _replace(source, rf"(?:{pattern})+\z", "")
        source = _replace(source, pattern, gap)
        source = apply("concat", constant(_OPEN, "string"), source, constant(_CLOSE, "string"))
        return source if least else _replace(source, f"{_OPEN}{_NOTHING}{_CLOSE}", "")

    return _words(text, expression, separator, lowercase, least)


def found(text: Feature, pattern: str, *, lowercase: bool, least: int) -> Words:
    """Return the words that an expression matches, one after the other.

    Raises ExportError for an expression that engines read differently, or that matches nothing.
    """
    tree = _parsed(pattern)
    if nullable(tree):
        raise ExportError(f"the pattern {pattern!r:.80} matches words without a letter")
    units = [re.compile(it.text, it.flags) for it in _nodes(tree) if isinstance(it, Unit)]
    free = (it for it in _SEPARATORS if not any(unit.fullmatch(it) for unit in units))
    separator = next(free, None)
    if separator is None:
        raise ExportError(
            f"the pattern {pattern!r:.80} takes all of {_SEPARATORS!r} into words: in a TextIndex "
            "one of them has to be between words and in none"
        )

    def expression(source: Compiled) -> Compiled:
        if lowercase:
            source = apply("lowercase", source)
        source = _replace(source, f"({pattern})|(?s:.)", f"$1{separator}")
        return _replace(source, f"([^{_member(separator)}]+)", f"{_OPEN}$1{_CLOSE}")

    return _words(text, expression, separator, lowercase, least)


def _words(text: Feature, expression: Any, separator: str, is_lower: bool, least: int) -> Words:
    name = f"words({name_of(text)})"
    made = Derived(name, (text,), expression, "string", "categorical", guarded=True)
    return Words("words of a text", made, separator, is_lower, least=least)


def _parsed(pattern: str) -> Group:
    try:
        tree = parse(pattern)
    except PatternError as error:
        raise ExportError(
            f"the pattern {pattern!r:.80} cannot be written: other engines have no {error}"
        ) from error
    if tree.head:
        raise ExportError(
            f"the pattern {pattern!r:.80} cannot be written: put {tree.head} around a group "
            f"({tree.head[:-1]}:...)"
        )
    if any(isinstance(node, Anchor) and node.text in (r"\b", r"\B") for node in _nodes(tree)):
        raise ExportError(
            f"the pattern {pattern!r:.80} cannot be written: engines, and versions of Java, differ "
            "in where words have their borders"
        )
    return tree


def _nodes(tree: Tree) -> Iterator[Tree]:
    pending: list[Tree] = [tree]
    while pending:
        node = pending.pop()
        yield node
        if isinstance(node, Loop):
            pending.append(node.body)
        elif isinstance(node, Group):
            pending += [inner for row in node.alternatives for inner in row]


def count_of(words: Words, term: str, name: str) -> Feature | None:
    """Return how often a term is among the words; None if it cannot be."""
    text = words.written(term)
    if text is None:
        return None
    separator = f"{literal(words.separator)}+"

    def expression(source: Any) -> Compiled:
        return TextIndex(
            text_field=source.field,
            is_case_sensitive=True,
            word_separator_character_re=separator,
            expression=constant(text, "string"),
        )

    return Derived(name, (words.text,), expression)


def number_of(words: Words) -> Feature:
    """Return how many terms the words are, those that occur again counted again."""
    words = words.cleaned()

    def expression(text: Compiled) -> Compiled:
        ones = _replace(text, f"[^{_member(words.separator)}]+", "1")
        number = apply("stringLength", _replace(ones, literal(words.separator), ""))
        number = apply("*", constant(1.0), number)
        if words.size == 1:
            return number
        return apply("max", apply("-", number, constant(words.size - 1.0)), constant(0.0))

    return Derived(f"number({name_of(words.text)})", (words.text,), expression, guarded=True)


def stop_set(stops: Sequence[Any], *, cased: bool) -> frozenset[str]:
    """Return stop words as words are compared with them."""
    return frozenset(str(it) if cased else str(it).lower() for it in stops if it is not None)

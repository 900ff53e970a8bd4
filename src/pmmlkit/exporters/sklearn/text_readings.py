"""How a vectoriser cuts texts, as replacements behind which a TextIndex counts its terms.

A TextIndex cuts at separators and takes punctuation off the ends of what is between them, so all
that is no token is replaced by a blank first, and what engines would take off is put in other
characters.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from unicodedata import category

from pmmlkit.errors import ExportError
from pmmlkit.exporters.sklearn.accents import accent_rows
from pmmlkit.exporters.sklearn.token_patterns import BLANKS, TokenPattern, token_pattern

__all__ = ["Reading", "reading_of"]

Replacement = tuple[str, str]

_SEPARATORS: Final = " ,;\n\t:/!#%@=<~"
_BAR: Final = "\u00af"
"""Stands for ``_``, which is punctuation too; no token has it otherwise."""
_OPEN, _CLOSE = "\u02bb", "\u02bc"
"""Stand around what would else be punctuation: quotes that are letters, which engines leave."""
_STOP_LENGTH: Final = 8_000


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text becomes tokens.

    `replacements` are expressions and what takes the place of their matches, in their order, of the
    text in small letters if `lowercase`. `separator` is the expression of what is between tokens,
    None for white space. `terms` gives the tokens of each term, as one text; None for terms that no
    text can have.
    """

    lowercase: bool
    replacements: tuple[Replacement, ...]
    separator: str | None
    terms: tuple[str | None, ...]


def reading_of(vectorizer: Any, terms: Sequence[str]) -> Reading:
    """Return how a vectoriser reads texts.

    Raises ExportError for functions of Python, and for what no other engine can do.
    """
    kind = type(vectorizer).__name__
    if vectorizer.input != "content":
        raise ExportError(
            f"{kind}(input={vectorizer.input!r}) reads files: a field of PMML holds the text itself"
        )
    for name in ("preprocessor", "tokenizer", "strip_accents", "analyzer"):
        if callable(getattr(vectorizer, name)) and vectorizer.tokenizer is not str.split:
            raise ExportError(
                f"{kind}({name}=...) calls a function of Python for each text: say it by "
                "lowercase, strip_accents and token_pattern, or by a FunctionTransformer before it"
            )
    make = {"word": _words, "char": _characters, "char_wb": _characters_within}
    known = _producible(vectorizer, terms)
    return make[vectorizer.analyzer](vectorizer, known)


def _producible(vectorizer: Any, terms: Sequence[str]) -> list[str | None]:
    """Return the terms, None for those that a vocabulary has but no text can give."""
    analyze = vectorizer.build_analyzer()
    is_padded = vectorizer.analyzer == "char_wb" and vectorizer.ngram_range[0] == 1
    return [
        term if term in analyze(term) or (is_padded and term == " ") else None for term in terms
    ]


def _accents(vectorizer: Any, alphabet: frozenset[str], units: Sequence[str]) -> list[Replacement]:
    if not vectorizer.strip_accents:
        return []
    return accent_rows(vectorizer.strip_accents, alphabet, units)


def _words(vectorizer: Any, terms: list[str | None]) -> Reading:
    pattern = r"\S+" if vectorizer.tokenizer is str.split else vectorizer.token_pattern
    cut = token_pattern(pattern)
    blank = next((it for it in _SEPARATORS if not cut.may_hold(it)), None)
    if blank is None or (blank != " " and vectorizer.ngram_range[1] > 1):
        raise ExportError(
            f"token_pattern {pattern!r:.80} takes blanks into tokens: where one ends cannot be seen"
        )
    tokenize, preprocess = vectorizer.build_tokenizer(), vectorizer.build_preprocessor()
    stops = _stops(vectorizer, tokenize)
    alphabet = frozenset("".join([*(term for term in terms if term), *stops]))
    replacements = _accents(vectorizer, alphabet, cut.units)
    replacements.append((cut.expression, f"$1{blank}"))
    replacements += _without(stops, blank)
    protect: Callable[[str], str] = str
    if any(map(cut.may_hold, (*_punctuation(), _BAR, " "))):
        replacements.append((f"([^{blank}]+)", f"{_OPEN}$1{_CLOSE}"))
        protect = _enclosed
    elif cut.may_hold("_"):
        replacements.append(("_", _BAR))
        protect = _without_bars

    def written(term: str | None) -> str | None:
        if term is None:
            return None
        tokens = [term] if blank != " " else tokenize(preprocess(term))
        return blank.join(map(protect, tokens))

    return Reading(
        vectorizer.lowercase,
        tuple(replacements),
        None if blank == " " and not _has_blanks(cut) else f"{blank}+",
        tuple(map(written, terms)),
    )


@cache
def _punctuation() -> tuple[str, ...]:
    """Return what some engine takes off the ends of words, but for ``_``."""
    letters = map(chr, range(sys.maxunicode + 1))
    found = [it for it in letters if category(it).startswith("P") and it != "_"]
    return (*"$+<=>^`|~", *found)


def _has_blanks(cut: TokenPattern) -> bool:
    return any(map(cut.may_hold, "\t\n\x0b\x0c\r"))


def _enclosed(token: str) -> str:
    return f"{_OPEN}{token}{_CLOSE}"


def _without_bars(token: str) -> str:
    return token.replace("_", _BAR)


def _stops(vectorizer: Any, tokenize: Callable[[str], list[str]]) -> list[str]:
    """Return the stop words that come between others: where single words are counted, those that
    are no terms say nothing.
    """
    words = vectorizer.get_stop_words()
    if not words or vectorizer.ngram_range[1] == 1:
        return []
    return sorted(word for word in words if tokenize(word) == [word])


def _without(stops: Sequence[str], blank: str) -> list[Replacement]:
    """Return the replacements that take stop words away, each with the blank behind it."""
    made: list[Replacement] = []
    row: list[str] = []
    for at, word in enumerate(stops):
        row.append(_literal(word))
        if at + 1 == len(stops) or sum(map(len, row)) + len(row) > _STOP_LENGTH:
            made.append((f"(?:{'|'.join(row)}){blank}|([^{blank}]+)", "$1"))
            row = []
    return made


def _literal(text: str) -> str:
    return re.sub(r"([.^$*+?{}\[\]()|\\])", r"\\\1", text)


def _characters(vectorizer: Any, terms: list[str | None]) -> Reading:
    alphabet = frozenset("".join(term for term in terms if term))
    return Reading(
        vectorizer.lowercase,
        (
            *_accents(vectorizer, alphabet, [f"[{BLANKS}]"]),
            (f"[{BLANKS}]{{2,}}", " "),
            ("((?s:.))", f"{_OPEN}$1{_CLOSE} "),
        ),
        " +",
        tuple(term and " ".join(map(_enclosed, term)) for term in terms),
    )


def _characters_within(vectorizer: Any, terms: list[str | None]) -> Reading:
    """Return the reading of n-grams inside of words, which have a blank at either end: that is what
    encloses nothing.
    """
    alphabet = frozenset("".join(term for term in terms if term))
    around = _enclosed("")
    return Reading(
        vectorizer.lowercase,
        (
            *_accents(vectorizer, alphabet, [f"[{BLANKS}]"]),
            (f"[{BLANKS}]+", " "),
            ("([^ ])", f"{_OPEN}$1{_CLOSE},"),
            ("([^ ]+)", f"{around},$1{around},"),
        ),
        "[, ]+",
        tuple(
            term and ",".join(around if it == " " else _enclosed(it) for it in term)
            for term in terms
        ),
    )

"""The words of a text: where it is cut, what is trimmed, and when letters are the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final
from unicodedata import category

from pmmlkit.language.functions.regular_expressions import Expression

__all__ = ["WordReader", "fold_case", "levenshtein", "word_reader"]

WordReader = Callable[[str], list[str]]

_ASCII_PUNCTUATION: Final = "!\"#%&'()*,-./:;?@[\\]_{}"
"""Unicode's punctuation; ``$+<=>^`|~`` are symbols, and stay (as in JPMML)."""


def fold_case(text: str) -> str:
    """Return the text without regard to case, letter for letter: of the same length.

    Letters are the same whose upper cases have the same lower case, as in Java.
    """
    if text.isascii():
        return text.lower()
    return "".join(map(_folded, text))


@cache
def _folded(letter: str) -> str:
    upper = letter.upper()
    if len(upper) != 1:
        upper = letter.title() if len(letter.title()) == 1 else letter
    return upper.lower()[:1]


def _trimmed(word: str) -> str:
    """Return the word without punctuation at its ends."""
    word = word.strip(_ASCII_PUNCTUATION)
    if word.isascii():
        return word
    start, end = 0, len(word)
    while start < end and category(word[start])[0] == "P":
        start += 1
    while end > start and category(word[end - 1])[0] == "P":
        end -= 1
    return word[start:end]


def word_reader(
    separator: Expression, words: Expression | None, *, is_case_sensitive: bool
) -> WordReader:
    """Return the function that gives the words of a text: what stands between separators, without
    punctuation around it; or the matches of `words`, as they are.
    """
    if words is not None:
        found = words.found
        if is_case_sensitive:
            return found
        return lambda text: [fold_case(word) for word in found(text)]
    split = separator.split

    def read(text: str) -> list[str]:
        return [word for word in map(_trimmed, split(text)) if word]

    if is_case_sensitive:
        return read
    return lambda text: [fold_case(word) for word in read(text)]


def levenshtein(left: str, right: str, most: int) -> int:
    """Return how many letters must be put in, taken out or changed; `most` + 1 for any more."""
    if left == right:
        return 0
    if abs(len(left) - len(right)) > most:
        return most + 1
    before = list(range(len(right) + 1))
    for row, letter in enumerate(left, 1):
        # Further from the diagonal than `most`, nothing can come back.
        first, last = max(1, row - most), min(len(right), row + most)
        after = [most + 1] * (len(right) + 1)
        after[0] = row
        for place in range(first, last + 1):
            after[place] = min(
                before[place] + 1,
                after[place - 1] + 1,
                before[place - 1] + (letter != right[place - 1]),
            )
        if min(after[first - 1 : last + 1]) > most:
            return most + 1
        before = after
    return min(before[-1], most + 1)

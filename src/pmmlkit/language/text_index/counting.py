"""How often terms are in texts: in many texts at once, and in one.

A term is a tuple of words; a hit is a place where the words of the text are those of the term, or
together no more than `most` letters from them. Hits may overlap.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError
from pmmlkit.language.text_index.words import levenshtein

__all__ = ["Hits", "Strings", "Term", "TextStrings", "TextWords", "Words", "occurrences"]

Integers = npt.NDArray[np.int64]

Term = tuple[str, ...]


class Hits:
    """What counts: words at most `most` letters from the term's, only the nearest if `best`."""

    __slots__ = ("best", "most")

    def __init__(self, most: int, best: bool) -> None:
        self.most = most
        self.best = best


class Words:
    """The words of many texts, with the places of each word.

    `errors` are the texts that could not be read, by position.
    """

    def __init__(self, texts: Sequence[str], read: Callable[[str], list[str]]) -> None:
        self.size = len(texts)
        self.errors: dict[int, EvaluationError] = {}
        vocabulary: dict[str, int] = {}
        number = vocabulary.setdefault
        ids: list[int] = []
        lengths = np.ones(self.size, np.int64)
        for position, text in enumerate(texts):
            try:
                words = read(text)
            except EvaluationError as error:
                self.errors[position] = error
                words = []
            ids += [number(word, len(vocabulary)) for word in words]
            ids.append(-1)  # no term goes across the end of a text
            lengths[position] += len(words)
        self._vocabulary = vocabulary
        self._ids = np.array(ids, np.int32)
        self._text_of = np.repeat(np.arange(self.size, dtype=np.int32), lengths)
        self._places = np.argsort(self._ids, kind="stable").astype(np.int32)
        counts = np.bincount(self._ids + 1, minlength=len(vocabulary) + 1)
        self._ends = np.cumsum(counts)

    @cached_property
    def maxima(self) -> Integers:
        """How often the most frequent word is in each text."""
        result = np.zeros(self.size, np.int64)
        is_word = self._ids >= 0
        pairs = self._ids[is_word] * np.int64(self.size) + self._text_of[is_word]
        distinct, counts = np.unique(pairs, return_counts=True)
        np.maximum.at(result, distinct % max(self.size, 1), counts)
        return result

    def counts(self, term: Term, hits: Hits) -> Integers | None:
        """Return the number of hits in each text; None where there are none at all."""
        if not term:
            return None
        if hits.most:
            return self._near(term, hits)
        numbers = [self._vocabulary.get(word, -1) for word in term]
        if -1 in numbers:
            return None
        first = numbers[0]
        places = self._places[self._ends[first] : self._ends[first + 1]]
        for offset, number in enumerate(numbers[1:], 1):
            places = places[self._ids.take(places + offset, mode="clip") == number]
        return self._by_text(places)

    def _by_text(self, places: npt.NDArray[Any]) -> Integers:
        return np.bincount(self._text_of[places], minlength=self.size)

    def _near(self, term: Term, hits: Hits) -> Integers | None:
        distances = np.zeros(len(self._ids), np.int64)
        places = np.arange(len(self._ids))
        for offset, word in enumerate(term):
            ids = self._ids.take(places + offset, mode="clip")
            distances += self._distances(word, hits.most)[ids]
        found = np.flatnonzero(distances <= hits.most)
        if hits.best:
            nearest = np.full(self.size, hits.most + 1, np.int64)
            np.minimum.at(nearest, self._text_of[found], distances[found])
            found = found[distances[found] == nearest[self._text_of[found]]]
        return self._by_text(found)

    def _distances(self, word: str, most: int) -> Integers:
        """Return how far each word is, `most` + 1 where further; last, for the end of a text."""
        result = np.full(len(self._vocabulary) + 1, most + 1, np.int64)
        for length in range(max(len(word) - most, 0), len(word) + most + 1):
            if length in self._by_length:
                numbers, letters = self._by_length[length]
                result[numbers] = _levenshtein(word, letters, most)
        return result

    @cached_property
    def _by_length(self) -> dict[int, tuple[Integers, npt.NDArray[np.uint32]]]:
        """The words of each length: their numbers, and their letters (words, length)."""
        groups: dict[int, list[str]] = {}
        for word in self._vocabulary:
            groups.setdefault(len(word), []).append(word)
        return {
            length: (
                np.array([self._vocabulary[word] for word in words], np.int64),
                np.array([list(map(ord, word)) for word in words], np.uint32).reshape(
                    len(words), length
                ),
            )
            for length, words in groups.items()
        }


def _levenshtein(word: str, letters: npt.NDArray[np.uint32], most: int) -> Integers:
    """Return the distances of words of one length, as `levenshtein` does."""
    count, length = letters.shape
    before = [np.full(count, place, np.int64) for place in range(length + 1)]
    beyond = np.full(count, most + 1, np.int64)
    for row, letter in enumerate(word, 1):
        after = [beyond] * (length + 1)
        after[0] = np.full(count, row, np.int64)
        for place in range(max(1, row - most), min(length, row + most) + 1):
            changed = before[place - 1] + (letters[:, place - 1] != ord(letter))
            other = np.minimum(before[place], after[place - 1]) + 1
            after[place] = np.minimum(changed, other)
        before = after
    return np.minimum(before[-1], most + 1)


class TextWords:
    """The words of one text, counted when the first term of a length is asked for."""

    __slots__ = ("_counts", "text", "words")

    def __init__(self, text: str, words: list[str]) -> None:
        self.text = text
        self.words = words
        self._counts: dict[int, Counter[Term]] = {}

    @property
    def maximum(self) -> int:
        """How often the most frequent word is in the text."""
        return max(self._of_length(1).values(), default=0)

    def count(self, term: Term, hits: Hits) -> int:
        """Return the number of hits."""
        if not term:
            return 0
        if hits.most:
            return self._near(term, hits)
        counts = self._counts.get(len(term))
        if counts is None:
            counts = self._of_length(len(term))
        return counts.get(term, 0)

    def _of_length(self, length: int) -> Counter[Term]:
        counts = self._counts.get(length)
        if counts is None:
            shifted = [self.words[start:] for start in range(length)]
            counts = self._counts[length] = Counter(zip(*shifted, strict=False))
        return counts

    def _near(self, term: Term, hits: Hits) -> int:
        most = hits.most
        found: list[int] = []
        for place in range(len(self.words) - len(term) + 1):
            distance = 0
            for offset, word in enumerate(term):
                distance += levenshtein(word, self.words[place + offset], most - distance)
                if distance > most:
                    break
            else:
                found.append(distance)
        return found.count(min(found)) if found and hits.best else len(found)


class Strings:
    """Many texts in which terms are looked for as they are, words or not."""

    def __init__(self, texts: Sequence[str], prepare: Callable[[str], str]) -> None:
        self.size = len(texts)
        self.errors: dict[int, EvaluationError] = {}
        self._texts: list[str] = []
        for position, text in enumerate(texts):
            try:
                self._texts.append(prepare(text))
            except EvaluationError as error:
                self.errors[position] = error
                self._texts.append("")

    def counts(self, term: Term, hits: Hits) -> Integers | None:
        """Return the number of hits in each text."""
        return np.array([occurrences(term[0], text) for text in self._texts], np.int64)


class TextStrings:
    """One text in which terms are looked for as they are."""

    __slots__ = ("_prepared", "text")

    def __init__(self, text: str, prepared: str) -> None:
        self.text = text
        self._prepared = prepared

    def count(self, term: Term, hits: Hits) -> int:
        """Return the number of hits."""
        return occurrences(term[0], self._prepared)


def occurrences(part: str, text: str) -> int:
    """Count the places where a part begins in a text; the empty part is nowhere."""
    if not part:
        return 0
    count, at = 0, text.find(part)
    while at >= 0:
        count += 1
        at = text.find(part, at + 1)
    return count

"""The step of a TextIndex. Texts are read once, however many terms are counted in them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, Categories, Column, combined_state
from pmmlkit.columns.types import DOUBLE, INTEGER, STRING
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Constant, RowFunction, Step, Values
from pmmlkit.language.text_index.counting import (
    Hits,
    Integers,
    Strings,
    Term,
    TextStrings,
    TextWords,
    Words,
)
from pmmlkit.language.text_index.words import WordReader

__all__ = ["Reading", "TextIndexStep"]

_TERMS: Final = 100_000
"""So many terms are remembered as words."""


class Reading:
    """How texts become words: shared by all TextIndex elements with the same settings.

    `slot` is where a row keeps the words of the text that it has read last. `split` is None where
    terms are looked for in the text as it is, whose letters `fold` makes the same.
    """

    def __init__(
        self,
        slot: int,
        normalize: Callable[[str], str],
        split: WordReader | None,
        fold: Callable[[str], str],
    ) -> None:
        self.slot = slot
        self._normalize = normalize
        self._split = split
        self._fold = fold
        self.term = lru_cache(maxsize=_TERMS)(self._term)
        """The words of a term, which is not normalised."""

    @property
    def has_words(self) -> bool:
        """Tell whether texts are cut into words."""
        return self._split is not None

    def _term(self, text: str) -> Term:
        return (self._fold(text),) if self._split is None else tuple(self._split(text))

    def of_texts(self, categories: Categories) -> Words | Strings:
        """Return the words of all the strings, made for the first term."""
        known: Words | Strings | None = categories.derived.get(self)
        if known is None:
            split, normalize = self._split, self._normalize
            if split is None:
                known = Strings(categories.values, lambda text: self._fold(normalize(text)))
            else:
                known = Words(categories.values, lambda text: split(normalize(text)))
            categories.derived[self] = known
        return known

    def of_text(self, text: str) -> TextWords | TextStrings:
        """Return the words of one text.

        Raises EvaluationError where it cannot be read.
        """
        normal = self._normalize(text)
        if self._split is None:
            return TextStrings(text, self._fold(normal))
        return TextWords(text, self._split(normal))


class TextIndexStep(Step):
    """The weight of a term in a text: missing where one of them is."""

    __slots__ = ("_hits", "_reading", "_term", "_text", "_weights")

    def __init__(self, text: Step, term: Step, reading: Reading, hits: Hits, weights: str) -> None:
        is_count = weights in ("termFrequency", "binary")
        super().__init__(INTEGER if is_count else DOUBLE, may_fail=True)
        self._text = text
        self._term = term
        self._reading = reading
        self._hits = hits
        self._weights = weights

    @classmethod
    def of_term(cls, text: Step, term: str, reading: Reading, hits: Hits) -> TextIndexStep:
        """Return the step that counts a term."""
        return cls(text, Constant(term, STRING), reading, hits, "termFrequency")

    def columns(self, batch: Batch) -> Column:
        """Count each term in all distinct texts, then take the count of each row's text."""
        texts, terms = self._text.columns(batch), self._term.columns(batch)
        assert texts.categories is not None
        assert terms.categories is not None
        state, errors = combined_state(texts, terms)
        size = batch.size
        if not texts.categories.values or not terms.categories.values:
            return Column(np.zeros(size, self.type.dtype), self.type, state, errors=errors)
        words = self._reading.of_texts(texts.categories)
        if len(terms.categories.values) == 1:
            weights = self._by_text(terms.categories.values[0], words)
            values = weights.take(texts.values, mode="clip")
        else:
            values = np.zeros(size, self.type.dtype)
            usable = np.flatnonzero(texts.is_usable & terms.is_usable)
            usable = usable[np.argsort(terms.values[usable], kind="stable")]
            codes, starts = np.unique(terms.values[usable], return_index=True)
            for code, rows in zip(codes.tolist(), np.split(usable, starts[1:]), strict=True):
                weights = self._by_text(terms.categories.values[code], words)
                values[rows] = weights[texts.values[rows]]
        if words.errors:
            state, errors = _with_failures(texts, state, errors, words.errors)
        return Column(values, self.type, state, errors=errors)

    def _by_text(self, term: str, words: Words | Strings) -> npt.NDArray[np.generic]:
        counts = words.counts(self._reading.term(term), self._hits)
        if counts is None:
            return np.zeros(words.size, self.type.dtype)
        return self._weighted(counts, words)

    def _weighted(self, counts: Integers, words: Words | Strings) -> npt.NDArray[np.generic]:
        if self._weights == "termFrequency":
            return counts
        if self._weights == "binary":
            return (counts > 0).astype(np.int64)
        if self._weights == "logarithmic":
            distinct, places = np.unique(counts, return_inverse=True)
            return np.array([math.log10(1 + count) for count in distinct.tolist()])[places]
        assert isinstance(words, Words)
        # Words that are only near the term may together be more than the most frequent word.
        share = counts / np.maximum(np.maximum(words.maxima, counts), 1)
        return np.where(counts > 0, 0.5 * (1.0 + share), 0.0)

    def row_function(self) -> RowFunction:
        """Count in the words of the text, which are kept in the row for the next term."""
        read_text, weigh = self._text.row_function(), self._weigh()
        slot, of_text, split = self._reading.slot, self._reading.of_text, self._reading.term
        hits = self._hits

        def words_of(text: str, values: Values) -> TextWords | TextStrings:
            words: TextWords | TextStrings | None = values[slot]
            if words is None or words.text != text:
                words = values[slot] = of_text(text)
            return words

        if isinstance(self._term, Constant) and self._term.value is not None:
            fixed = split(self._term.value)

            def run_fixed(values: Values) -> int | float | None:
                text = read_text(values)
                if text is None:
                    return None
                words = words_of(text, values)
                return weigh(words.count(fixed, hits), words)

            return run_fixed
        read_term = self._term.row_function()

        def run(values: Values) -> int | float | None:
            text = read_text(values)
            term = read_term(values)
            if text is None or term is None:
                return None
            words = words_of(text, values)
            return weigh(words.count(split(term), hits), words)

        return run

    def _weigh(self) -> Callable[[int, TextWords | TextStrings], int | float]:
        if self._weights == "termFrequency":
            return lambda count, words: count
        if self._weights == "binary":
            return lambda count, words: 1 if count else 0
        if self._weights == "logarithmic":
            return lambda count, words: math.log10(1 + count)

        def augmented(count: int, words: TextWords | TextStrings) -> float:
            assert isinstance(words, TextWords)
            return 0.5 * (1.0 + count / max(words.maximum, count)) if count else 0.0

        return augmented


def _with_failures(
    texts: Column,
    state: npt.NDArray[np.uint8] | None,
    errors: dict[int, EvaluationError],
    failures: dict[int, EvaluationError],
) -> tuple[npt.NDArray[np.uint8] | None, dict[int, EvaluationError]]:
    """Put the rows whose text could not be read into error."""
    good = np.ones(len(texts), np.bool_) if state is None else state == 0
    failing = np.zeros(len(texts.categories.values if texts.categories else ()), np.bool_)
    failing[list(failures)] = True
    rows = np.flatnonzero(good)
    rows = rows[failing[texts.values[rows]]]
    if not len(rows):
        return state, errors
    state = np.zeros(len(texts), np.uint8) if state is None else state.copy()
    state[rows] = ERROR
    found = {row: failures[int(texts.values[row])] for row in rows.tolist()}
    return state, {**errors, **found}

"""majorityVote and weightedMajorityVote. Semantics 19.2: among equals the label that was voted for
first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pmmlkit.language.models.mining.combination import (
    Accumulator,
    Arithmetic,
    Combination,
    Finished,
    Index,
    Weights,
    no_weights,
)
from pmmlkit.language.models.mining.labels import Labels
from pmmlkit.language.models.mining.missing import RowResult
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = ["Votes"]


class Votes(Combination):
    """The label with the most votes, or the most weight; probabilities are the shares of the votes.

    Under `counts_missing` missing predictions vote too: if they have strictly the most, so is the
    result.
    """

    is_vote = True

    def __init__(
        self, arithmetic: Arithmetic, labels: Labels, *, is_weighted: bool, counts_missing: bool
    ) -> None:
        self.arithmetic = arithmetic
        self.labels = labels
        self.type = labels.type
        self.classes = labels.classes
        self.is_weighted = is_weighted
        self.counts_missing = counts_missing

    def start(self, size: int) -> Accumulator:
        """Begin without votes."""
        return _Ballot(self, size)

    def row_function(self) -> Callable[[list[RowResult], list[RowResult]], RowPrediction]:
        """Return the vote of one row."""
        rounded, classes = self.arithmetic.round, self.classes
        is_weighted, counts_missing = self.is_weighted, self.counts_missing

        def combine(usable: list[RowResult], results: list[RowResult]) -> RowPrediction:
            votes: dict[Any, float] = {}
            total = missing = 0.0
            for prediction, weight in results:
                vote = rounded(weight) if is_weighted else 1.0
                label = prediction.value
                if label is None:
                    missing = rounded(missing + vote)
                    continue
                votes[label] = rounded(votes.get(label, 0.0) + vote)
                total = rounded(total + vote)
            winner, most = None, -1.0
            for label, count in votes.items():
                if count > most:
                    winner, most = label, count
            if counts_missing and missing > most:
                return RowPrediction(None)
            if total == 0:
                raise no_weights()
            if not classes:
                return RowPrediction(winner)
            shares = [rounded(votes.get(label, 0.0) / total) for label in classes]
            return RowPrediction(winner, shares)

        return combine


class _Ballot(Accumulator):
    """`votes` (rows, labels), and `first`: the segment that voted for the label first."""

    def __init__(self, combination: Votes, size: int) -> None:
        self._combination = combination
        self._labels = combination.labels
        self._dtype = combination.arithmetic.dtype
        self._index = dict(combination.labels.index)
        self._votes = np.zeros((size, len(self._index)), self._dtype)
        self._first = np.full((size, len(self._index)), np.iinfo(np.int32).max, np.int32)
        self._total = np.zeros(size, self._dtype)
        self._missing = np.zeros(size, self._dtype)
        self._position = 0

    def _vote(self, weights: Weights) -> Any:
        return np.asarray(weights if self._combination.is_weighted else 1.0, self._dtype)

    def add(self, rows: Index, at: Index, prediction: Prediction, weights: Weights) -> None:
        codes = self._labels.codes(prediction.value, self._index)[at]
        self._grow()
        vote = self._vote(weights)
        numbers = np.arange(len(self._total))[rows]
        self._votes[numbers, codes] += vote
        self._first[numbers, codes] = np.minimum(self._first[numbers, codes], self._position)
        self._total[rows] += vote
        self._position += 1

    def add_missing(self, rows: Index, weights: Weights) -> None:
        self._missing[rows] += self._vote(weights)

    def _grow(self) -> None:
        size, width = self._votes.shape
        more = len(self._index) - width
        if more:
            self._votes = np.hstack([self._votes, np.zeros((size, more), self._dtype)])
            never = np.full((size, more), np.iinfo(np.int32).max, np.int32)
            self._first = np.hstack([self._first, never])

    def finish(self) -> Finished:
        size, width = self._votes.shape
        if width == 0:
            codes = np.zeros(size, np.intp)
            self._index = {"": 0} if self._labels.type.kind == "string" else {0: 0}
            most = np.zeros(size, self._dtype)
        else:
            most = self._votes.max(axis=1)
            leads = self._votes == most[:, np.newaxis]
            codes = np.where(leads, self._first, np.iinfo(np.int32).max).argmin(axis=1)
        is_missing = None
        if self._combination.counts_missing:
            is_missing = self._missing > most
        errors = dict.fromkeys(np.flatnonzero(self._total == 0).tolist(), no_weights())
        prediction = Prediction(self._labels.column(codes, self._index))
        count = len(self._combination.classes)
        if count:
            with np.errstate(all="ignore"):
                shares = self._votes[:, :count] / self._total[:, np.newaxis]
            prediction.probabilities = shares.astype(np.float64)
        return Finished(prediction, errors, is_missing)

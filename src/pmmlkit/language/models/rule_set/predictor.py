"""RuleSetModel over columns and over one row. Semantics chapter 18."""

from __future__ import annotations

import enum
import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column
from pmmlkit.columns.types import STRING
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction, merged
from pmmlkit.language.models.rule_set.facts import NO_CLASS, Facts
from pmmlkit.language.models.rule_set.rules import (
    NO_RULE,
    Entry,
    Firing,
    fired_function,
    first_function,
)
from pmmlkit.language.models.rule_set.votes import Votes, row_votes
from pmmlkit.language.step import Batch, Values

__all__ = ["Confidences", "RuleSetPredictor"]

Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]

_MOST_CELLS: Final = 2**22
"""Of one temporary array: classes by rows."""


class Confidences(enum.Enum):
    """Which confidences are asked for: none, that of the prediction, those of all classes."""

    NONE = 0
    WINNER = 1
    ALL = 2


class RuleSetPredictor(Predictor):
    """The rules of one RuleSet under one criterion."""

    def __init__(
        self, criterion: str, entries: Sequence[Entry], facts: Facts, confidences: Confidences
    ) -> None:
        self.type = facts.type
        self.classes = facts.classes
        self._criterion = criterion
        self._entries = tuple(entries)
        self._facts = facts
        # A weighted sum is a confidence; it costs nothing more to have them all.
        is_sum = criterion == "weightedSum" and confidences is not Confidences.NONE
        self._confidences = Confidences.ALL if is_sum else confidences

    # --- columns

    def columns(self, batch: Batch) -> Prediction:
        """Predict a category for all rows."""
        if self._criterion == "firstHit" and self._confidences is not Confidences.ALL:
            return self._finished(*self._first(batch), None)
        cells = batch.size * max(len(self.classes), 1)
        if cells > _MOST_CELLS:
            return self._in_parts(batch, -(-cells // _MOST_CELLS))
        firing = Firing(self._entries, batch)
        votes = Votes(self._facts, self._criterion, batch.size)
        if self._criterion == "firstHit":
            firing.decided = votes.has_winner
        for rule, hits in firing:
            votes.take(rule, hits)
        winner, matrix = votes.result(with_matrix=self._confidences is Confidences.ALL)
        return self._finished(winner, firing.errors, matrix)

    def _in_parts(self, batch: Batch, count: int) -> Prediction:
        parts = [
            (rows, self.columns(batch.select(rows)))
            for rows in np.array_split(np.arange(batch.size), count)
        ]
        return merged(parts, self.type, batch.size)

    def _first(self, batch: Batch) -> tuple[Numbers, dict[int, EvaluationError]]:
        firing = Firing(self._entries, batch)
        winner = np.full(batch.size, NO_RULE, np.int32)
        for rule, hits in firing:
            np.copyto(winner, rule, where=hits)
            firing.is_open &= ~hits
        return winner, firing.errors

    def _finished(
        self, winner: Numbers, errors: dict[int, EvaluationError], matrix: Doubles | None
    ) -> Prediction:
        facts = self._facts
        label = facts.label[winner]
        state = np.where(label == NO_CLASS, np.uint8(MISSING), np.uint8(0))
        state[list(errors)] = ERROR
        prediction = Prediction(self._labels(label, state, errors))
        if self._confidences is not Confidences.NONE:
            prediction.confidences = self._matrix(winner, label, matrix)
        if facts.probabilities is not None:
            prediction.probabilities = facts.probabilities[winner]
            prediction.probabilities[state != 0] = np.nan
        has_rule = (winner != NO_RULE) & (state == 0)
        ids = np.where(has_rule, np.uint8(0), np.uint8(MISSING))
        prediction.entity_id = Column(winner, STRING, ids, categories=Categories(facts.ids))
        return prediction

    def _labels(
        self,
        label: Numbers,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Column:
        if self.type.kind == "string":
            categories = Categories(self.classes)
            return Column(label, self.type, state, categories=categories, errors=errors)
        values = np.zeros(len(label), self.type.dtype)
        if self.classes:
            values = np.array(self.classes, self.type.dtype)[label]
        return Column(values, self.type, state, errors=errors)

    def _matrix(self, winner: Numbers, label: Numbers, matrix: Doubles | None) -> Doubles:
        """Return the confidences (n, k); of the default where no rule fires."""
        if matrix is None:
            matrix = np.zeros((len(winner), len(self.classes)))
            own = np.arange(len(winner))
        else:
            own = np.flatnonzero(winner == NO_RULE)
        own = own[label[own] != NO_CLASS]
        confidence = self._facts.confidence[winner[own]]
        matrix[own, label[own]] = confidence
        # A default without defaultConfidence has none at all.
        matrix[own[(winner[own] == NO_RULE) & np.isnan(confidence)]] = np.nan
        matrix[label == NO_CLASS] = np.nan
        return matrix

    # --- rows

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        if self._criterion == "firstHit" and self._confidences is not Confidences.ALL:
            return self._first_row()
        is_first = self._criterion == "firstHit"
        fired = fired_function(self._entries, first_decides=is_first)
        with_matrix = self._confidences is Confidences.ALL
        vote = row_votes(self._facts, self._criterion, with_matrix=with_matrix)
        predictions = self._row_predictions()

        def predict(values: Values) -> RowPrediction:
            found = fired(values)
            if not found:
                return predictions[NO_RULE]()
            winner, confidences = vote(found)
            prediction = predictions[winner]()
            if confidences is not None:
                prediction.confidences = confidences
            return prediction

        return predict

    def _first_row(self) -> Callable[[Values], RowPrediction]:
        first = first_function(self._entries)
        predictions = self._row_predictions()
        return lambda values: predictions[first(values)]()

    def _row_predictions(self) -> list[Callable[[], RowPrediction]]:
        """Return what makes the prediction of each rule; the last one is the default."""
        facts = self._facts
        made = []
        for number, label in enumerate(facts.label.tolist()):
            is_rule = number < len(facts.ids)
            value = None if label == NO_CLASS else self.classes[label]
            confidence = float(facts.confidence[number])
            confidences = None
            if self._confidences is not Confidences.NONE and value is not None:
                confidences = [0.0] * len(self.classes)
                confidences[label] = confidence
                if not is_rule and math.isnan(confidence):
                    confidences = None
            probabilities = None
            if facts.probabilities is not None and value is not None:
                row = facts.probabilities[number].tolist()
                probabilities = None if math.isnan(row[0]) else row
            entity = facts.ids[number] if is_rule else None
            made.append(_maker(value, probabilities, confidences, entity))
        return made


def _maker(
    value: Any,
    probabilities: list[float] | None,
    confidences: list[float] | None,
    entity: str | None,
) -> Callable[[], RowPrediction]:
    if probabilities is None and confidences is None:
        return lambda: RowPrediction(value, None, None, entity)
    return lambda: RowPrediction(
        value,
        None if probabilities is None else probabilities.copy(),
        None if confidences is None else confidences.copy(),
        entity,
    )

"""Scorecard over columns and over one row. Semantics chapter 15."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from pmmlkit.columns.column import Column, with_errors
from pmmlkit.columns.text import single
from pmmlkit.columns.types import DOUBLE, FLOAT
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.scorecard.bins import Bins
from pmmlkit.language.models.scorecard.reasons import Reasons
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.result_features import Feature

__all__ = ["ScorecardPredictor"]


class ScorecardPredictor(Predictor):
    """`initial` plus one partial score a characteristic.

    `sign` is 1 for pointsAbove and -1 for pointsBelow; `reasons` is None where there are none.
    """

    def __init__(
        self,
        initial: float,
        characteristics: Sequence[Bins],
        reasons: Reasons | None,
        sign: float,
        *,
        is_single: bool,
    ) -> None:
        self.type = FLOAT if is_single else DOUBLE
        self.details = {} if reasons is None else reasons.details
        self._initial = initial
        self._characteristics = tuple(characteristics)
        self._reasons = reasons
        self._sign = sign

    def feature(self, element: OutputField) -> Feature | None:
        """Return the reason codes; everything else is what all models have."""
        if element.feature != "reasonCode" or self._reasons is None:
            return None
        return self._reasons.feature(element)

    # --- columns

    def columns(self, batch: Batch) -> Prediction:
        """Add up the scores of all rows."""
        dtype = self.type.dtype
        total = np.full(batch.size, self._initial, dtype)
        errors: dict[int, EvaluationError] = {}
        choices = []
        computed: list[Any] = []
        with np.errstate(all="ignore"):
            for item in self._characteristics:
                choice, failed = item.choose(batch)
                for row, error in failed.items():
                    errors.setdefault(row, error)
                scores = item.scores(choice, batch, errors)
                total += scores
                choices.append(choice)
                computed.append(scores if item.computed else None)
        state = with_errors(None, errors, batch.size)
        prediction = Prediction(Column(total, self.type, state, errors=errors))
        if self._reasons is not None and self._reasons.is_wanted and batch.size:
            prediction.details = self._details(self._reasons, choices, computed)
        return prediction

    def _details(
        self, reasons: Reasons, choices: Sequence[Any], computed: Sequence[Any]
    ) -> dict[str, Column]:
        parts = list(zip(self._characteristics, choices, computed, strict=True))
        sign: Any = self.type.dtype.type(self._sign)

        def points_of(rows: slice) -> tuple[list[Any], list[Any]]:
            codes, found = [], []
            for item, choice, scores in parts:
                own = choice[rows]
                points = item.points.take(own, mode="wrap")
                if scores is not None:
                    baseline = item.baselines.take(own, mode="wrap")
                    with np.errstate(all="ignore"):
                        difference = sign * (scores[rows] - baseline)
                    points = np.where(np.isin(own, item.computed), difference, points)
                found.append(points)
                codes.append(item.codes.take(own, mode="wrap"))
            return codes, found

        return reasons.columns(points_of, len(choices[0]))

    # --- rows

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that adds up the scores of one row."""
        if self._reasons is not None and self._reasons.is_wanted:
            return self._with_reasons(self._reasons)
        if any(item.computed for item in self._characteristics) or self.type is FLOAT:
            return self._with_computed()
        return self._of_constants()

    def _of_constants(self) -> Callable[[Values], RowPrediction]:
        initial = self._initial
        plan = [
            ([(item.test.truth_function(), item.partial) for item in each.bins], each)
            for each in self._characteristics
        ]

        def predict(values: Values) -> RowPrediction:
            total = initial
            for bins, each in plan:
                for test, partial in bins:
                    if test(values):
                        total += partial
                        break
                else:
                    raise each.none_is_true
            return RowPrediction(total)

        return predict

    def _with_computed(self) -> Callable[[Values], RowPrediction]:
        initial, plan = self._initial, self._row_plan()
        rounded = single if self.type is FLOAT else None

        def predict(values: Values) -> RowPrediction:
            total = initial
            for bins, each in plan:
                for test, constant, score, *_ in bins:
                    if test(values):
                        partial = constant
                        if score is not None:
                            partial = score(values)
                            if partial is None:
                                raise each.no_score()
                        total += partial
                        break
                else:
                    raise each.none_is_true
                if rounded is not None:
                    total = rounded(total)
            return RowPrediction(total)

        return predict

    def _with_reasons(self, reasons: Reasons) -> Callable[[Values], RowPrediction]:
        initial, plan, sign = self._initial, self._row_plan(), self._sign
        rounded = single if self.type is FLOAT else None
        details = reasons.row_function()

        def predict(values: Values) -> RowPrediction:
            total = initial
            points_of: dict[int, float] = {}
            for bins, each in plan:
                for test, constant, score, code, baseline, fixed in bins:
                    if test(values):
                        partial, points = constant, fixed
                        if score is not None:
                            partial = score(values)
                            if partial is None:
                                raise each.no_score()
                            points = sign * (partial - baseline)
                            if rounded is not None:
                                points = rounded(points)
                        total += partial
                        if code in points_of:
                            points += points_of[code]
                        points_of[code] = points
                        break
                else:
                    raise each.none_is_true
                if rounded is not None:
                    total = rounded(total)
                    points_of[code] = rounded(points)
            return RowPrediction(total, details=details(points_of))

        return predict

    def _row_plan(self) -> list[tuple[list[tuple[Any, ...]], Bins]]:
        return [
            (
                [
                    (
                        item.test.truth_function(),
                        item.partial,
                        None if item.score is None else item.score.row_function(),
                        item.code,
                        item.baseline,
                        item.points,
                    )
                    for item in each.bins
                ],
                each,
            )
            for each in self._characteristics
        ]

"""Segments that are trees alike, fused into one forest for the kernels.

The kernels know rows in which every tree has a prediction. All others (a missing prediction, an
input that is no plain number, a tie of votes) go through the segments one by one, so that both ways
give the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.kernels import forest_kernel
from pmmlkit.columns.values import Failure
from pmmlkit.language.models.mining.combination import Arithmetic
from pmmlkit.language.models.mining.distributions import MeanDistribution, best_row, labelled
from pmmlkit.language.models.mining.ensemble import EnsemblePredictor
from pmmlkit.language.models.mining.numbers import SumOfNumbers
from pmmlkit.language.models.mining.segments import CompiledSegment
from pmmlkit.language.models.mining.votes import Votes
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction, merged
from pmmlkit.language.models.tree.atoms import WHOLE_LIMIT
from pmmlkit.language.models.tree.fused import FusedForest, fuse
from pmmlkit.language.models.tree.predictor import TreePredictor
from pmmlkit.language.step import Batch, Values

__all__ = ["ForestPredictor", "fused"]

Table = npt.NDArray[Any]
Totals = npt.NDArray[Any]


def fused(ensemble: EnsemblePredictor) -> Predictor:
    """Return the forest that gives the same results, or the ensemble itself where there is none."""
    if ensemble.segments or len(ensemble.members) < 2:
        return ensemble
    if not all(map(_is_plain_tree, ensemble.members)):
        return ensemble
    outcome = _outcome(ensemble)
    if outcome is None:
        return ensemble
    tables = [outcome.table(_answers(segment)) for segment in ensemble.members]
    forest = fuse([_predictor(segment).diagram for segment in ensemble.members])
    return ForestPredictor(ensemble, forest, np.concatenate(tables), outcome)


def _predictor(segment: CompiledSegment) -> TreePredictor:
    predictor = segment.evaluation.predictor
    assert isinstance(predictor, TreePredictor)
    return predictor


def _is_plain_tree(segment: CompiledSegment) -> bool:
    evaluation = segment.evaluation
    return (
        segment.test is None
        and segment.weight.step is None
        and not segment.exports
        and not evaluation.before.steps
        and type(evaluation.predictor) is TreePredictor
    )


def _answers(segment: CompiledSegment) -> Prediction:
    """Return what the segment says for each answer of its tree."""
    predictor = _predictor(segment)
    prediction = predictor.facts.values()
    if segment.evaluation.rule is not None:
        prediction = segment.evaluation.rule.columns(prediction)
    if segment.conform is not None:
        prediction = segment.conform.columns(prediction)
    return prediction


class _Outcome:
    """What the sums of a forest mean. `weights` (trees,) or None."""

    arithmetic: Arithmetic
    weights: Table | None

    def table(self, answers: Prediction) -> Table:
        """Return what each answer adds to the sums, (answers, k); NaN without a prediction."""
        raise AssertionError(type(self).__name__)

    def columns(self, totals: Totals) -> tuple[Prediction, npt.NDArray[np.bool_]]:
        """Return the predictions of sums (n, k), and the rows that must go through the segments."""
        raise AssertionError(type(self).__name__)

    def row(self, totals: list[float]) -> RowPrediction | None:
        """Return the prediction of one row; None where it must go through the segments."""
        raise AssertionError(type(self).__name__)


def _outcome(ensemble: EnsemblePredictor) -> _Outcome | None:
    combination = ensemble.combination
    weights = [segment.weight.constant for segment in ensemble.members]
    if isinstance(combination, SumOfNumbers):
        return _numbers(combination, weights)
    if isinstance(combination, MeanDistribution):
        divisor = _divisor(combination.arithmetic, weights, is_weighted=combination.is_weighted)
        used = _weights(weights, is_weighted=combination.is_weighted)
        return None if divisor == 0 else _Means(combination, used, divisor)
    if isinstance(combination, Votes) and combination.classes:
        divisor = _divisor(combination.arithmetic, weights, is_weighted=combination.is_weighted)
        used = _weights(weights, is_weighted=combination.is_weighted)
        return None if divisor == 0 else _Winners(combination, used, divisor)
    return None


def _numbers(combination: SumOfNumbers, weights: list[float]) -> _Outcome | None:
    used = _weights(weights, is_weighted=combination.is_weighted)
    if not combination.is_average:
        return _Sums(combination, used, None)
    divisor = _divisor(combination.arithmetic, weights, is_weighted=combination.is_weighted)
    return None if divisor == 0 else _Sums(combination, used, divisor)


def _weights(weights: list[float], *, is_weighted: bool) -> Table | None:
    return np.array(weights) if is_weighted else None


def _divisor(arithmetic: Arithmetic, weights: list[float], *, is_weighted: bool) -> float:
    """Return the number or the weight of all trees, added up in their order."""
    total = 0.0
    for weight in weights:
        total = arithmetic.round(total + (arithmetic.round(weight) if is_weighted else 1.0))
    return total


@dataclass(frozen=True, slots=True)
class _Sums(_Outcome):
    """Numbers: `divisor` is None for sums."""

    combination: SumOfNumbers
    weights: Table | None
    divisor: float | None

    @property
    def arithmetic(self) -> Arithmetic:  # type: ignore[override]  # a property for an attribute
        return self.combination.arithmetic

    def table(self, answers: Prediction) -> Table:
        values = self.arithmetic.array(answers.value.values).astype(np.float64)
        return np.where(answers.value.is_usable, values, np.nan)[:, np.newaxis]

    def columns(self, totals: Totals) -> tuple[Prediction, npt.NDArray[np.bool_]]:
        values = totals[:, 0]
        if self.divisor is not None:
            with np.errstate(all="ignore"):
                values = values / values.dtype.type(self.divisor)
        return Prediction(Column(values, self.arithmetic.type)), np.isnan(totals[:, 0])

    def row(self, totals: list[float]) -> RowPrediction | None:
        (total,) = totals
        if total != total:
            return None
        if self.divisor is not None:
            total = self.arithmetic.round(total / self.divisor)
        return RowPrediction(total)


@dataclass(frozen=True, slots=True)
class _Means(_Outcome):
    """Probabilities."""

    combination: MeanDistribution
    weights: Table | None
    divisor: float

    @property
    def arithmetic(self) -> Arithmetic:  # type: ignore[override]  # a property for an attribute
        return self.combination.arithmetic

    def table(self, answers: Prediction) -> Table:
        count = len(self.combination.classes)
        if answers.probabilities is None:
            return np.full((len(answers.value), count), np.nan)
        return np.where(answers.value.is_usable[:, np.newaxis], answers.probabilities, np.nan)

    def columns(self, totals: Totals) -> tuple[Prediction, npt.NDArray[np.bool_]]:
        is_lost = np.asarray(np.isnan(totals).any(axis=1))
        with np.errstate(all="ignore"):
            shares = totals / totals.dtype.type(self.divisor)
        return labelled(shares, self.combination.labels), is_lost

    def row(self, totals: list[float]) -> RowPrediction | None:
        rounded, divisor = self.arithmetic.round, self.divisor
        if any(total != total for total in totals):
            return None
        return best_row([rounded(total / divisor) for total in totals], self.combination.classes)


@dataclass(frozen=True, slots=True)
class _Winners(_Outcome):
    """Votes, one per tree."""

    combination: Votes
    weights: Table | None
    divisor: float

    @property
    def arithmetic(self) -> Arithmetic:  # type: ignore[override]  # a property for an attribute
        return self.combination.arithmetic

    def table(self, answers: Prediction) -> Table:
        labels = self.combination.labels
        codes = labels.codes(answers.value, dict(labels.index))
        # a label that is no class cannot be counted here
        known = answers.value.is_usable & (codes >= 0) & (codes < len(labels.classes))
        table = np.zeros((len(codes), len(labels.classes)))
        table[~known] = np.nan
        table[np.flatnonzero(known), codes[known]] = 1.0
        return table

    def columns(self, totals: Totals) -> tuple[Prediction, npt.NDArray[np.bool_]]:
        with np.errstate(invalid="ignore"):
            is_best = totals == totals.max(axis=1)[:, np.newaxis]
        prediction = labelled(totals, self.combination.labels)
        with np.errstate(all="ignore"):
            shares = totals / totals.dtype.type(self.divisor)
        prediction.probabilities = shares.astype(np.float64, copy=False)
        # among equals the first vote decides, which sums do not tell
        return prediction, is_best.sum(axis=1) != 1

    def row(self, totals: list[float]) -> RowPrediction | None:
        rounded, divisor = self.arithmetic.round, self.divisor
        most = max(totals)
        if totals.count(most) != 1 or any(total != total for total in totals):
            return None
        shares = [rounded(total / divisor) for total in totals]
        return RowPrediction(self.combination.classes[totals.index(most)], shares)


class ForestPredictor(Predictor):
    """The trees of an ensemble as one forest. `table` (answers of all trees, k): what they add to
    the sums.
    """

    def __init__(
        self, ensemble: EnsemblePredictor, forest: FusedForest, table: Table, outcome: _Outcome
    ) -> None:
        self.type = ensemble.type
        self.classes = ensemble.classes
        self.ensemble = ensemble
        self._forest = forest
        self._table = table
        self._outcome = outcome
        self._dtype = outcome.arithmetic.dtype

    def columns(self, batch: Batch) -> Prediction:
        """Sum over all trees; the rows that need it go through the segments."""
        X, odd = self._forest.inputs.matrix(batch)
        with np.errstate(all="ignore"):
            totals = forest_kernel().sum_distributions(
                self._forest.forest, X, self._table, self._dtype, self._outcome.weights
            )
        prediction, is_lost = self._outcome.columns(totals)
        is_lost[odd] = True
        if not is_lost.any():
            return prediction
        lost, good = np.flatnonzero(is_lost), np.flatnonzero(~is_lost)
        rest = self.ensemble.columns(batch.select(lost))
        if len(good) == 0:
            return rest
        found = replace(
            prediction,
            value=prediction.value.take(good),
            probabilities=None
            if prediction.probabilities is None
            else prediction.probabilities[good],
        )
        return merged([(good, found), (lost, rest)], self.type, batch.size)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that sums over all trees for one row."""
        read = self._row_reader()
        with np.errstate(all="ignore"):
            total = forest_kernel().row_summer(
                self._forest.forest, self._table, self._dtype, self._outcome.weights
            )
        outcome = self._outcome.row
        segments = _Later(self.ensemble.row_function)

        def predict(values: Values) -> RowPrediction:
            row = read(values)
            if row is not None:
                found = outcome(total(row))
                if found is not None:
                    return found
            return segments.function(values)

        return predict

    def _row_reader(self) -> Callable[[Values], Sequence[Any] | None]:
        """Return the function from values to features, NaN = missing; None: not for the kernels."""
        inputs = self._forest.inputs
        nan = float("nan")
        features = list(zip(inputs.fields, inputs.codings, strict=True))
        if all(
            coding is None
            and not field.may_fail
            and field.type.kind in ("double", "float", "boolean")
            for field, coding in features
        ):
            slots = [field.slot for field in inputs.fields]
            row_of = itemgetter(*slots) if len(slots) > 1 else _picking(slots)

            def read_numbers(values: Values) -> Sequence[Any] | None:
                row: Sequence[Any] = row_of(values)
                try:
                    total = sum(row)
                except TypeError:  # a value is None
                    total = sum(value for value in row if value is not None)
                    row = [nan if value is None else value for value in row]
                # a NaN that is not missing; infinities of both signs look the same, which does no
                # harm
                return None if total != total else row

            return read_numbers
        plan = [(field.slot, coding, field.type.dtype.kind == "i") for field, coding in features]

        def read(values: Values) -> Sequence[Any] | None:
            row = []
            for slot, coding, is_whole in plan:
                value = values[slot]
                if value is None:
                    row.append(nan)
                elif value.__class__ is Failure:
                    return None
                elif coding is not None:
                    row.append(coding.get(value, len(coding)))
                elif value != value or (is_whole and not -WHOLE_LIMIT <= value <= WHOLE_LIMIT):
                    return None
                else:
                    row.append(value)
            return row

        return read


def _picking(slots: Sequence[int]) -> Callable[[Values], Sequence[Any]]:
    return lambda values: [values[slot] for slot in slots]


class _Later:
    """A row function that is made when it is first called: few rows need it."""

    def __init__(self, make: Callable[[], Callable[[Values], RowPrediction]]) -> None:
        self._make = make
        self._made: Callable[[Values], RowPrediction] | None = None

    def function(self, values: Values) -> RowPrediction:
        """Call the row function."""
        made = self._made
        if made is None:
            made = self._made = self._make()
        return made(values)

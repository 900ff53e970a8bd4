"""Models whose segments all run, and whose results are combined into one. Semantics 19.2."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pmmlkit.language.models.mining.combination import Combination
from pmmlkit.language.models.mining.missing import MissingRule, RowResult, Tally
from pmmlkit.language.models.mining.segments import (
    CompiledSegment,
    Executed,
    Run,
    kept_columns,
    with_errors,
    without,
)
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.step import Batch, Values

__all__ = ["EnsemblePredictor"]


class EnsemblePredictor(Predictor):
    """Runs every segment whose predicate is TRUE and combines what they say.

    `segments` are the facts of the segments whose results are kept.
    """

    def __init__(
        self,
        members: Sequence[CompiledSegment],
        combination: Combination,
        missing: MissingRule,
        kept: Mapping[str, ModelFacts],
    ) -> None:
        self.type = combination.type
        self.classes = combination.classes
        self.segments = kept
        self.members = tuple(members)
        self.combination = combination
        self.missing = missing

    def columns(self, batch: Batch) -> Prediction:
        """Run the segments one after the other over all rows."""
        run = Run(batch)
        tally = Tally(self.missing, batch.size)
        accumulator = self.combination.start(batch.size)
        kept: dict[str, Executed] = {}
        for segment in self.members:
            done = run.execute(segment)
            if done is None:
                continue
            if segment.name in self.segments:
                kept[segment.name] = done
            rows: Any = slice(None) if done.rows is None else done.rows
            value = done.prediction.value
            tally.add(rows, value.is_missing, done.weights)
            if value.state is None:
                accumulator.add(rows, slice(None), done.prediction, done.weights)
                continue
            at = np.flatnonzero(value.is_usable)
            where = at if done.rows is None else done.rows[at]
            accumulator.add(where, at, done.prediction, _some(done.weights, at))
            lost = np.flatnonzero(value.is_missing)
            where = lost if done.rows is None else done.rows[lost]
            accumulator.add_missing(where, _some(done.weights, lost))
        finished = accumulator.finish()
        is_missing = tally.is_missing
        if finished.is_missing is not None:
            is_missing = is_missing | finished.is_missing
        prediction = without(finished.prediction, is_missing)
        errors = {row: error for row, error in finished.errors.items() if not is_missing[row]}
        errors.update(run.errors)
        prediction.segments = kept_columns(kept, self.members, batch.size)
        return with_errors(prediction, errors)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function for one row."""
        results_of = self._results_function()
        usable_of = self.missing.row_function()
        combine = self.combination.row_function()

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            results = results_of(values, kept)
            usable = usable_of(results)
            prediction = RowPrediction(None) if usable is None else combine(usable, results)
            if kept:
                prediction.segments = kept
            return prediction

        return predict

    def _results_function(self) -> Callable[[Values, dict[str, RowPrediction]], list[RowResult]]:
        """Return the function that runs the segments over one row, and puts aside what is kept."""
        plan = [
            (
                None if segment.test is None else segment.test.row_function(),
                segment.weight.row_function(),
                segment.weight.constant,
                *segment.row_functions(),
                tuple(field.slot for field in segment.exports),
                segment.name if segment.name in self.segments else None,
            )
            for segment in self.members
        ]
        if all(
            test is None and weigh is None and conform is None and name is None
            for test, weigh, _, _, conform, _, name in plan
        ):
            simple = [(run, constant) for _, _, constant, run, _, _, _ in plan]
            return lambda values, _: [(run(values), constant) for run, constant in simple]

        def results(values: Values, kept: dict[str, RowPrediction]) -> list[RowResult]:
            found: list[RowResult] = []
            for test, weigh, constant, run, conform, slots, name in plan:
                if test is not None and not test(values):
                    for slot in slots:
                        values[slot] = None
                    continue
                weight = constant if weigh is None else weigh(values)
                prediction = run(values)
                if name is not None:
                    kept[name] = prediction
                found.append((prediction if conform is None else conform(prediction), weight))
            return found

        return results


def _some(weights: Any, at: Any) -> Any:
    return weights[at] if isinstance(weights, np.ndarray) else weights

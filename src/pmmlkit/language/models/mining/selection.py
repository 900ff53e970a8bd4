"""Models whose result is that of one of their segments: selectFirst and selectAll. Semantics 19.2.

JPMML's result has the OutputFields of the segment that was selected, too; so has ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.mining.missing import RETURN_MISSING, SKIP_SEGMENT, MissingRule
from pmmlkit.language.models.mining.segments import (
    CompiledSegment,
    Executed,
    Run,
    assembled,
    kept_columns,
    taken,
    with_errors,
    without,
)
from pmmlkit.language.models.mining.selected import (
    Asked,
    Choice,
    Questions,
    SelectedFeature,
    Selection,
    answers,
    feature_type,
    names_of,
    renamed,
    selected_column,
)
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.output import OutputField
from pmmlkit.language.output_features import has_own_feature, model_feature
from pmmlkit.language.result_features import Feature, masked
from pmmlkit.language.step import Batch, Values

__all__ = ["SelectAllPredictor", "SelectFirstPredictor", "SelectingPredictor"]


class SelectingPredictor(Predictor):
    """What such models have in common. `members` are all segments."""

    def __init__(self, members: Sequence[CompiledSegment], choice: Choice) -> None:
        self.type = choice.type
        self.classes = choice.classes
        self.segments = choice.kept
        self._sources = dict(choice.sources)
        self._asked: list[Asked] = []
        self.outputs = tuple(output.result for output in choice.outputs)
        self.members = tuple(members)
        self.selected_outputs = tuple(
            output
            for output in choice.outputs
            if any(source is not output.field for source in output.sources.values())
        )

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature of the segments that can be selected, where one has one of its own.

        entityId is the segment, and has one rank.
        """
        if element.feature == "entityId":
            return None
        if not any(has_own_feature(element, facts) for facts in self._sources.values()):
            return None
        made = {name: model_feature(element, facts) for name, facts in self._sources.items()}
        type = feature_type(feature for feature in made.values() if feature is not None)
        if type is None:
            return None
        asked = Asked(f"selected {element.name}", type, made)
        self._asked.append(asked)
        return SelectedFeature(asked)

    def selected(
        self,
        run: Run,
        selections: Sequence[Selection],
        kept: Mapping[str, Executed],
        is_missing: npt.NDArray[np.bool_] | None = None,
    ) -> Prediction:
        """Return the predictions of the selected segments, and add their outputs to the batch."""
        size = run.batch.size
        parts = []
        for selection in selections:
            part = selection.done.prediction
            if selection.at is not None:
                part = taken(part, selection.at)
            parts.append((selection.rows, part))
        prediction = assembled(parts, self.type, size, self.details)
        prediction.entity_id = names_of(selections, size)
        prediction.segments = kept_columns(kept, self.members, size)
        for output in self.selected_outputs:
            run.batch[output.field] = selected_column(output, selections, size)
        if is_missing is not None:
            without(prediction, is_missing)
        if self._asked:
            asked = {item.key: item.columns(selections, size) for item in self._asked}
            if is_missing is not None:
                asked = {key: masked(column, prediction.value) for key, column in asked.items()}
            prediction.details = {**prediction.details, **asked}
        return with_errors(prediction, run.errors)

    def row_questions(self, segment: str) -> Questions:
        """Return what OutputFields ask of a segment that is selected."""
        return tuple(
            (asked.key, asked.row_function(segment))
            for asked in self._asked
            if segment in asked.sources
        )

    def row_plan(self) -> list[tuple[Any, ...]]:
        """Return of each segment what a row asks of it: its test (None: always), the functions that
        run it and that conform its prediction, its name, what it copies, whether its prediction is
        kept, and the questions that are asked of it.
        """
        copies = self.row_copies()
        return [
            (
                None if segment.test is None else segment.test.row_function(),
                *segment.row_functions(),
                segment.name,
                copies[segment.name],
                segment.name in self.segments,
                self.row_questions(segment.name),
            )
            for segment in self.members
        ]

    def row_copies(self) -> dict[str, list[tuple[int, int]]]:
        """Return for each segment the slots of outputs: from its own to those of the result."""
        return {
            segment.name: [
                (output.sources[segment.name].slot, output.field.slot)
                for output in self.selected_outputs
                if segment.name in output.sources
            ]
            for segment in self.members
        }


class SelectFirstPredictor(SelectingPredictor):
    """selectFirst: the first segment whose predicate is TRUE.

    Under skipSegment one without a prediction is passed over; missingThreshold does not count then
    (as in JPMML).
    """

    def __init__(
        self, members: Sequence[CompiledSegment], choice: Choice, missing: MissingRule
    ) -> None:
        super().__init__(members, choice)
        self._skips = missing.treatment == SKIP_SEGMENT

    def columns(self, batch: Batch) -> Prediction:
        """Run each segment on the rows that are still open."""
        run = Run(batch)
        selections: list[Selection] = []
        kept: dict[str, Executed] = {}
        still_open: npt.NDArray[np.intp] | None = None
        for segment in self.members:
            done = run.execute(segment, still_open)
            if done is not None and segment.name in self.segments:
                kept[segment.name] = done
            is_closed = np.zeros(batch.size, np.bool_)
            if done is not None:
                selection = self._selection(segment, done)
                selections.append(selection)
                is_closed[slice(None) if selection.rows is None else selection.rows] = True
            is_closed[list(run.errors)] = True
            rows = np.arange(batch.size) if still_open is None else still_open
            still_open = rows[~is_closed[rows]]
            if len(still_open) == 0:
                break
        return self.selected(run, selections, kept)

    def _selection(self, segment: CompiledSegment, done: Executed) -> Selection:
        is_missing = done.prediction.value.is_missing
        if not self._skips or not is_missing.any():
            return Selection(segment, done, done.rows, None)
        at = np.flatnonzero(~is_missing)
        return Selection(segment, done, at if done.rows is None else done.rows[at], at)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that runs the segments up to the first that is selected."""
        plan = self.row_plan()
        skips = self._skips
        slots = [output.field.slot for output in self.selected_outputs]

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            for slot in slots:
                values[slot] = None
            for test, run, conform, name, copied, is_kept, questions in plan:
                if test is not None and not test(values):
                    continue
                own = prediction = run(values)
                if is_kept:
                    kept[name] = own
                if conform is not None:
                    prediction = conform(own)
                if skips and prediction.value is None:
                    continue
                for source, slot in copied:
                    values[slot] = values[source]
                return renamed(prediction, name, kept, answers(questions, own))
            return RowPrediction(None, segments=kept)

        return predict


class SelectAllPredictor(SelectingPredictor):
    """selectAll: every segment runs; the one value of the result is that of the first.

    The others are there for OutputFields with segmentId. returnMissing: one missing prediction
    makes the value missing; skipSegment: the first segment that has a prediction counts.
    """

    def __init__(
        self, members: Sequence[CompiledSegment], choice: Choice, missing: MissingRule
    ) -> None:
        super().__init__(members, choice)
        self._missing = missing

    def columns(self, batch: Batch) -> Prediction:
        """Run all segments over all rows."""
        run = Run(batch)
        selections: list[Selection] = []
        kept: dict[str, Executed] = {}
        is_open = np.ones(batch.size, np.bool_)
        lacking = np.zeros(batch.size, np.bool_)
        for segment in self.members:
            done = run.execute(segment)
            if done is None:
                continue
            if segment.name in self.segments:
                kept[segment.name] = done
            rows = np.arange(batch.size) if done.rows is None else done.rows
            is_missing = done.prediction.value.is_missing
            lacking[rows] |= is_missing
            mine = is_open[rows]
            if self._missing.treatment == SKIP_SEGMENT:
                mine &= ~is_missing
            at = np.flatnonzero(mine)
            is_open[rows[at]] = False
            if len(at):
                selections.append(Selection(segment, done, rows[at], at))
        strict = self._missing.treatment == RETURN_MISSING
        return self.selected(run, selections, kept, lacking if strict else None)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that runs all segments over one row."""
        plan = self.row_plan()
        skips = self._missing.treatment == SKIP_SEGMENT
        strict = self._missing.treatment == RETURN_MISSING
        slots = [output.field.slot for output in self.selected_outputs]

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            for slot in slots:
                values[slot] = None
            chosen = None
            lacks = False
            for test, run, conform, name, copied, is_kept, questions in plan:
                if test is not None and not test(values):
                    continue
                own = prediction = run(values)
                if is_kept:
                    kept[name] = own
                if conform is not None:
                    prediction = conform(own)
                if prediction.value is None:
                    lacks = True
                    if skips:
                        continue
                if chosen is None:
                    chosen = prediction, name, own, questions
                    for source, slot in copied:
                        values[slot] = values[source]
            if chosen is None:
                return RowPrediction(None, segments=kept)
            prediction, name, own, questions = chosen
            if strict and lacks:
                return RowPrediction(None, entity_id=name, segments=kept)
            return renamed(prediction, name, kept, answers(questions, own))

        return predict

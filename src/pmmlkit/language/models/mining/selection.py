"""Models whose result is that of one of their segments: selectFirst and selectAll. Semantics 19.2.

JPMML's result has the OutputFields of the segment that was selected, too; so has ours.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.columns.column import Categories, Column
from pmmlkit.columns.types import STRING, DataType
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
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.output import ResultField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.step import Batch, Field, Values

__all__ = [
    "Choice",
    "SelectAllPredictor",
    "SelectFirstPredictor",
    "SelectedOutput",
    "SelectingPredictor",
    "Selection",
]

Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class SelectedOutput:
    """An OutputField of the segments that can be selected: `field` holds that of the selected one.

    `sources` has the field of each segment by name; it may be `field` itself.
    """

    result: ResultField
    sources: Mapping[str, Field]

    @property
    def field(self) -> Field:
        """The field that holds the values."""
        return self.result.field


@dataclass(frozen=True, slots=True)
class Choice:
    """What a model that selects gives: its type, its classes, its details, the outputs of its
    segments.

    `kept`: the facts of the segments whose results an OutputField asks for.
    """

    type: DataType
    classes: tuple[Any, ...]
    details: Mapping[str, DataType]
    outputs: tuple[SelectedOutput, ...]
    kept: Mapping[str, ModelFacts]


@dataclass(frozen=True, slots=True)
class Selection:
    """The segment that is selected for `rows` (None: all), which are at `at` (None: all) among its
    own.
    """

    segment: CompiledSegment
    done: Executed
    rows: Rows | None
    at: Rows | None


class SelectingPredictor(Predictor):
    """What such models have in common. `members` are all segments."""

    def __init__(self, members: Sequence[CompiledSegment], choice: Choice) -> None:
        self.type = choice.type
        self.classes = choice.classes
        self.details = choice.details
        self.segments = choice.kept
        self.outputs = tuple(output.result for output in choice.outputs)
        self.members = tuple(members)
        self.selected_outputs = tuple(
            output
            for output in choice.outputs
            if any(source is not output.field for source in output.sources.values())
        )

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
        prediction.entity_id = _names(selections, size)
        prediction.segments = kept_columns(kept, self.members, size)
        for output in self.selected_outputs:
            run.batch[output.field] = _selected_column(output, selections, size)
        if is_missing is not None:
            without(prediction, is_missing)
        return with_errors(prediction, run.errors)

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


def _names(selections: Sequence[Selection], size: int) -> Column:
    """Return the name of the segment that is selected in each row."""
    if len(selections) == 1 and selections[0].rows is None:
        return Column.constant(selections[0].segment.name, STRING, size)
    codes = np.full(size, -1, np.int32)
    for code, selection in enumerate(selections):
        codes[slice(None) if selection.rows is None else selection.rows] = code
    state = np.where(codes < 0, np.uint8(columns.MISSING), np.uint8(0))
    # every selection is another segment
    categories = Categories([selection.segment.name for selection in selections])
    return Column(codes, STRING, state, categories=categories)


def _selected_column(output: SelectedOutput, selections: Sequence[Selection], size: int) -> Column:
    parts = []
    for selection in selections:
        source = output.sources.get(selection.segment.name)
        if source is not None:
            column = selection.done.batch[source]
            if selection.at is not None:
                column = column.take(selection.at)
            rows = np.arange(size) if selection.rows is None else selection.rows
            parts.append((rows, column))
    return columns.merged(parts, output.field.type, size)


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
        still_open: Rows | None = None
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
        copies = self.row_copies()
        plan = [
            (
                None if segment.test is None else segment.test.row_function(),
                *segment.row_functions(),
                segment.name,
                copies[segment.name],
                segment.name in self.segments,
            )
            for segment in self.members
        ]
        skips = self._skips
        slots = [output.field.slot for output in self.selected_outputs]

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            for slot in slots:
                values[slot] = None
            for test, run, conform, name, copied, is_kept in plan:
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
                return renamed(prediction, name, kept)
            return RowPrediction(None, segments=kept)

        return predict


def renamed(
    prediction: RowPrediction, name: str, kept: Mapping[str, RowPrediction]
) -> RowPrediction:
    """Return the prediction of a segment as that of the model around it."""
    return RowPrediction(
        prediction.value,
        prediction.probabilities,
        prediction.confidences,
        name,
        prediction.details,
        kept,
        prediction.targets,
    )


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
        copies = self.row_copies()
        plan = [
            (
                None if segment.test is None else segment.test.row_function(),
                *segment.row_functions(),
                segment.name,
                copies[segment.name],
                segment.name in self.segments,
            )
            for segment in self.members
        ]
        skips = self._missing.treatment == SKIP_SEGMENT
        strict = self._missing.treatment == RETURN_MISSING
        slots = [output.field.slot for output in self.selected_outputs]

        def predict(values: Values) -> RowPrediction:
            kept: dict[str, RowPrediction] = {}
            for slot in slots:
                values[slot] = None
            chosen = None
            lacks = False
            for test, run, conform, name, copied, is_kept in plan:
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
                    chosen = prediction, name
                    for source, slot in copied:
                        values[slot] = values[source]
            if chosen is None:
                return RowPrediction(None, segments=kept)
            result = renamed(*chosen, kept)
            if strict and lacks:
                result.value = result.probabilities = result.confidences = None
            return result

        return predict

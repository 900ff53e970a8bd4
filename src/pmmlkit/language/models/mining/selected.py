"""What is selected among the segments of a model, and what OutputFields make of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import Categories, Column
from pmmlkit.columns.scalars import caster
from pmmlkit.columns.types import STRING, DataType, common_number
from pmmlkit.language.models.mining.segments import CompiledSegment, Executed
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.output import ResultField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.result_features import Feature, RowFeature
from pmmlkit.language.step import Field

__all__ = [
    "Asked",
    "Choice",
    "Questions",
    "SelectedFeature",
    "SelectedOutput",
    "Selection",
    "answers",
    "feature_type",
    "names_of",
    "renamed",
    "selected_column",
]

Rows = npt.NDArray[np.intp]

Questions = tuple[tuple[str, RowFeature], ...]
"""The keys of details, and what makes them of a segment's own prediction."""


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
    """What a model that selects gives: its type, its classes, the outputs of its segments.

    `kept`: the facts of the segments whose results an OutputField asks for. `sources`: those of the
    segments that can be selected.
    """

    type: DataType
    classes: tuple[Any, ...]
    outputs: tuple[SelectedOutput, ...]
    kept: Mapping[str, ModelFacts]
    sources: Mapping[str, ModelFacts]


@dataclass(frozen=True, slots=True)
class Selection:
    """The segment that is selected for `rows` (None: all), which are at `at` (None: all) among its
    own.
    """

    segment: CompiledSegment
    done: Executed
    rows: Rows | None
    at: Rows | None


@dataclass(frozen=True, slots=True)
class Asked:
    """A feature that an OutputField asks for of the segment that is selected.

    `key`: of the detail that holds it. `sources`: what each segment makes of it, None where it has
    nothing.
    """

    key: str
    type: DataType
    sources: Mapping[str, Feature | None]

    def columns(self, selections: Sequence[Selection], size: int) -> Column:
        """Return the feature of the segment that is selected in each row."""
        parts = []
        for selection in selections:
            feature = self.sources[selection.segment.name]
            if feature is not None:
                column = cast(feature.columns(selection.done.own), self.type)
                if selection.at is not None:
                    column = column.take(selection.at)
                rows = np.arange(size) if selection.rows is None else selection.rows
                parts.append((rows, column))
        return columns.merged(parts, self.type, size)

    def row_function(self, segment: str) -> RowFeature:
        """Return the function from a segment's own prediction of one row."""
        feature = self.sources[segment]
        if feature is None:
            return lambda prediction: None
        read, convert = feature.row_function(), caster(feature.type, self.type)
        if convert is None:
            return read
        turn = convert

        def run(prediction: RowPrediction) -> Any:
            value = read(prediction)
            return None if value is None else turn(value)

        return run


class SelectedFeature(Feature):
    """What `Asked` has found; it is missing where nothing was selected."""

    def __init__(self, asked: Asked) -> None:
        self.type = asked.type
        self._key = asked.key

    def columns(self, prediction: Prediction) -> Column:
        """Return the feature for all rows."""
        column: Column | None = prediction.details.get(self._key)
        return Column.missing(self.type, len(prediction.value)) if column is None else column

    def row_function(self) -> RowFeature:
        """Return the function for one row."""
        key = self._key
        return lambda prediction: prediction.details.get(key)


def feature_type(features: Iterable[Feature]) -> DataType | None:
    """Return the type that features of several segments have together, None where there is none."""
    types = list(dict.fromkeys(feature.type for feature in features))
    if len(types) == 1:
        return types[0]
    return common_number(*types) if types and all(type.is_number for type in types) else None


def names_of(selections: Sequence[Selection], size: int) -> Column:
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


def selected_column(output: SelectedOutput, selections: Sequence[Selection], size: int) -> Column:
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


def answers(questions: Questions, own: RowPrediction) -> dict[str, Any]:
    """Return the features that OutputFields ask for, by the keys of details."""
    return {key: read(own) for key, read in questions}


def renamed(
    prediction: RowPrediction,
    name: str,
    kept: Mapping[str, RowPrediction],
    asked: Mapping[str, Any],
) -> RowPrediction:
    """Return the prediction of a segment as that of the model around it, with more details."""
    return RowPrediction(
        prediction.value,
        prediction.probabilities,
        prediction.confidences,
        name,
        {**prediction.details, **asked} if asked else prediction.details,
        kept,
        prediction.targets,
    )

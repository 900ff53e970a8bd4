"""A segment compiled, and running one on the rows where its predicate is TRUE.

Specification: chapter Multiple Models; semantics 19.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import ERROR, MISSING, Column
from pmmlkit.columns.scalars import caster
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.prediction import Prediction, RowDetail, RowPrediction, merged
from pmmlkit.language.step import Batch, Field, RowFunction, Step, Values

__all__ = [
    "CompiledSegment",
    "Conform",
    "Executed",
    "Run",
    "Weight",
    "assembled",
    "kept_columns",
    "spread",
    "taken",
    "with_errors",
    "without",
]

Rows = npt.NDArray[np.intp]
Doubles = npt.NDArray[np.float64]


class Conform:
    """Brings the predictions of one segment to the type and the classes of the whole model.

    `positions` (k,) is the place of each class of the whole among those of the segment, -1 where it
    has none; None where they are the same.
    """

    def __init__(
        self, source: DataType, target: DataType, positions: npt.NDArray[np.intp] | None
    ) -> None:
        self._target = target
        self._cast = caster(source, target)
        self._is_cast = source is not target
        self._positions = positions

    def columns(self, prediction: Prediction) -> Prediction:
        """Return the predictions; a label that does not convert puts its row in error."""
        return replace(
            prediction,
            value=cast(prediction.value, self._target) if self._is_cast else prediction.value,
            probabilities=self._matrix(prediction.probabilities),
            confidences=self._matrix(prediction.confidences),
        )

    def _matrix(self, matrix: Doubles | None) -> Doubles | None:
        positions = self._positions
        if matrix is None or positions is None:
            return matrix
        result: Doubles = np.where(positions >= 0, matrix[:, positions], 0.0)
        result[np.isnan(matrix).any(axis=1)] = np.nan
        return result

    def row_function(self) -> Callable[[RowPrediction], RowPrediction]:
        """Return the function for one row."""
        convert = self._cast
        positions = None if self._positions is None else self._positions.tolist()

        def numbers(found: list[float] | None) -> list[float] | None:
            if found is None or positions is None:
                return found
            return [found[at] if at >= 0 else 0.0 for at in positions]

        def run(prediction: RowPrediction) -> RowPrediction:
            value = prediction.value
            return replace(
                prediction,
                value=value if convert is None else convert(value),
                probabilities=numbers(prediction.probabilities),
                confidences=numbers(prediction.confidences),
            )

        return run


@dataclass(frozen=True, slots=True)
class Weight:
    """The weight of a segment: a number, or what a step says of each row (as a double)."""

    constant: float
    step: Step | None = None

    def columns(self, batch: Batch) -> tuple[float | Doubles, dict[int, EvaluationError]]:
        """Return the weights, and the errors of rows that have none."""
        if self.step is None:
            return self.constant, {}
        column = self.step.columns(batch)
        errors = dict(column.errors)
        weights: Doubles = np.where(column.is_usable, column.values, 0.0)
        wrong = column.is_missing | ~(weights >= 0)
        for row in np.flatnonzero(wrong).tolist():
            errors.setdefault(row, _no_weight())
        weights[list(errors)] = 0.0
        return weights, errors

    def row_function(self) -> RowFunction | None:
        """Return the function for one row, None where the weight is constant."""
        if self.step is None:
            return None
        read = self.step.row_function()

        def weight(values: Values) -> float:
            found: float | None = read(values)
            if found is None or not found >= 0:
                raise _no_weight()
            return found

        return weight


def _no_weight() -> EvaluationError:
    return EvaluationError("the weight of a segment (VariableWeight) is missing or negative")


@dataclass(frozen=True, slots=True, eq=False)
class CompiledSegment:
    """A compiled Segment: `name` is its id, else its 1-based position.

    `test` is None where the predicate is always TRUE, `conform` None where predictions are right as
    they are (or are not looked at). `exports` are fields of its Output that the model around it
    reads.
    """

    name: str
    test: Step | None
    evaluation: ModelEvaluation
    weight: Weight
    conform: Conform | None = None
    exports: tuple[Field, ...] = ()

    def row_functions(
        self,
    ) -> tuple[Callable[[Values], RowPrediction], Callable[[RowPrediction], RowPrediction] | None]:
        """Return the evaluation of a row for which the predicate is TRUE, and what conforms it."""
        run = self.evaluation.row_function()
        return run, None if self.conform is None else self.conform.row_function()


@dataclass(frozen=True, slots=True, eq=False)
class Executed:
    """What a segment said: of `rows` (None: all) of the model's batch, which are those of `batch`.

    `own` is the prediction in the segment's own type and classes, `prediction` in those of the
    whole.
    """

    rows: Rows | None
    batch: Batch
    own: Prediction
    prediction: Prediction
    weights: float | Doubles


class Run:
    """The segments of a model over one batch; `errors` are those of rows, the first of each."""

    def __init__(self, batch: Batch) -> None:
        self.batch = batch
        self.errors: dict[int, EvaluationError] = {}

    def note(self, errors: Mapping[int, EvaluationError], rows: Rows | None) -> None:
        """Add the errors of a part of the rows."""
        for row, error in errors.items():
            self.errors.setdefault(row if rows is None else int(rows[row]), error)

    def execute(self, segment: CompiledSegment, rows: Rows | None = None) -> Executed | None:
        """Run a segment on those of the rows where its predicate is TRUE; None where there are
        none.

        Afterwards the batch has the columns that the segment exports.
        """
        if segment.test is not None:
            part = self.batch if rows is None else self.batch.select(rows)
            column = segment.test.columns(part)
            self.note(column.errors, rows)
            hits = column.values if column.state is None else column.values & column.is_usable
            if not hits.all():
                rows = np.flatnonzero(hits) if rows is None else rows[hits]
                if len(rows) == 0:
                    for field in segment.exports:
                        self.batch[field] = Column.missing(field.type, self.batch.size)
                    return None
        part = self.batch.nested() if rows is None else self.batch.select(rows)
        weights, errors = segment.weight.columns(part)
        self.note(errors, rows)
        own = prediction = segment.evaluation.columns(part)
        if segment.conform is not None:
            prediction = segment.conform.columns(own)
        self.note(prediction.value.errors, rows)
        for field in segment.exports:
            self.batch[field] = spread(part[field], rows, self.batch.size)
        return Executed(rows, part, own, prediction, weights)


def spread(column: Column, rows: Rows | None, size: int) -> Column:
    """Return a column of some rows (None: all) over all of them, missing elsewhere."""
    return column if rows is None else columns.merged([(rows, column)], column.type, size)


def with_errors(prediction: Prediction, errors: Mapping[int, EvaluationError]) -> Prediction:
    """Put these rows in error: nothing of their prediction is left."""
    if errors:
        failed = list(errors)
        value = prediction.value
        state = np.zeros(len(value), np.uint8) if value.state is None else value.state.copy()
        state[failed] = ERROR
        prediction.value = value.with_state(state, {**value.errors, **errors})
        _erase(prediction, failed)
    return prediction


def without(prediction: Prediction, rows: npt.NDArray[np.bool_]) -> Prediction:
    """Make the predictions of some rows missing."""
    if rows.any():
        value = prediction.value
        state = np.zeros(len(value), np.uint8) if value.state is None else value.state.copy()
        state[rows & (state != ERROR)] = MISSING
        prediction.value = value.with_state(state, value.errors)
        _erase(prediction, rows)
    return prediction


def _erase(prediction: Prediction, rows: Any) -> None:
    for name in ("probabilities", "confidences"):
        matrix = getattr(prediction, name)
        if matrix is not None:
            matrix = matrix.copy()
            matrix[rows] = np.nan
            setattr(prediction, name, matrix)


def taken(prediction: Prediction, rows: Rows) -> Prediction:
    """Return the prediction of the rows at these positions."""

    def matrix(found: Doubles | None) -> Doubles | None:
        return None if found is None else found[rows]

    return Prediction(
        prediction.value.take(rows),
        matrix(prediction.probabilities),
        matrix(prediction.confidences),
        None if prediction.entity_id is None else prediction.entity_id.take(rows),
        {name: _detail_of(item, rows) for name, item in prediction.details.items()},
        {name: taken(item, rows) for name, item in prediction.segments.items()},
        {name: taken(item, rows) for name, item in prediction.targets.items()},
    )


def _detail_of(item: object, rows: Rows) -> object:
    if isinstance(item, Column | RowDetail):
        return item.take(rows)
    return item[rows] if isinstance(item, np.ndarray) else item


def assembled(
    parts: Iterable[tuple[Rows | None, Prediction]],
    type: DataType,
    size: int,
    details: Mapping[str, DataType],
) -> Prediction:
    """Put the predictions for disjoint rows together; other rows are missing.

    The result is a new object, which may share arrays with the parts.
    """
    items = list(parts)
    if len(items) == 1 and (items[0][0] is None or len(items[0][0]) == size):
        return replace(items[0][1])
    placed = [
        (np.arange(size) if rows is None else rows, part)
        for rows, part in items
        if rows is None or len(rows)
    ]
    result = replace(merged(placed, type, size))
    declared = {
        name: columns.merged(
            [
                (rows, cast(part.details[name], kind))
                for rows, part in placed
                if name in part.details
            ],
            kind,
            size,
        )
        for name, kind in details.items()
    }
    result.details = {**result.details, **declared}
    return result


def kept_columns(
    kept: Mapping[str, Executed], segments: Iterable[CompiledSegment], size: int
) -> dict[str, Prediction]:
    """Return the predictions of segments by name, over all rows."""
    types = {segment.name: segment.evaluation for segment in segments}
    found = {}
    for name, done in kept.items():
        own = done.own
        prediction = assembled(
            [(done.rows, own)], own.value.type, size, types[name].predictor.details
        )
        if done.rows is not None:
            prediction.absent = np.ones(size, np.bool_)
            prediction.absent[done.rows] = False
        found[name] = prediction
    return found

"""What a model says of rows before Targets and Output: one class for columns, one for a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import STRING, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField, ResultField
    from pmmlkit.language.output_features import ModelFacts
    from pmmlkit.language.result_features import Feature

__all__ = [
    "Prediction",
    "PredictionSlot",
    "Predictor",
    "RowDetail",
    "RowPrediction",
    "failed",
    "merged",
    "nothing",
]

Doubles = npt.NDArray[np.float64]

_NONE: Mapping[str, Any] = MappingProxyType({})


class RowDetail:
    """A detail of n rows that is no column: it can be had of some rows, and put together again."""

    __slots__ = ()

    def take(self, rows: npt.NDArray[np.intp]) -> Any:
        """Return the detail of the rows at these positions."""
        raise AssertionError(type(self).__name__)

    @staticmethod
    def merged(parts: Sequence[tuple[npt.NDArray[np.intp], Any]], size: int) -> Any:
        """Return the detail of `size` rows; each part is positions of rows, and their detail."""
        raise AssertionError(len(parts), size)


@dataclass(slots=True)
class Prediction:
    """The results of n rows.

    `value`: the predicted value; a row without a prediction is missing. `probabilities` (n, k) in
    the order of the predictor's `classes`, None if the model has none, NaN in rows that have none;
    `confidences` alike. `entity_id`: string column. `details`: what single models add, by the name
    of the output feature. `segments`: the results of the segments by id, over the same n rows
    (missing where they did not run). `targets`: the results by target field of a model with several
    targets. `absent`: the rows that this segment did not run on, None where there are none.
    """

    value: Column
    probabilities: Doubles | None = None
    confidences: Doubles | None = None
    entity_id: Column | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    segments: Mapping[str, Prediction] = field(default_factory=dict)
    targets: Mapping[str, Prediction] = field(default_factory=dict)
    absent: npt.NDArray[np.bool_] | None = None


@dataclass(slots=True, init=False)
class RowPrediction:
    """The results of one row: as `Prediction`, with a row value and lists; None is missing."""

    value: Any
    probabilities: list[float] | None
    confidences: list[float] | None
    entity_id: str | None
    details: Mapping[str, Any]
    segments: Mapping[str, RowPrediction]
    targets: Mapping[str, RowPrediction]

    # One is made for each row and model: a shared empty mapping costs less than three new ones.
    def __init__(
        self,
        value: Any,
        probabilities: list[float] | None = None,
        confidences: list[float] | None = None,
        entity_id: str | None = None,
        details: Mapping[str, Any] = _NONE,
        segments: Mapping[str, RowPrediction] = _NONE,
        targets: Mapping[str, RowPrediction] = _NONE,
    ) -> None:
        self.value = value
        self.probabilities = probabilities
        self.confidences = confidences
        self.entity_id = entity_id
        self.details = details
        self.segments = segments
        self.targets = targets


@dataclass(frozen=True, slots=True)
class PredictionSlot:
    """Where the steps of an Output find what their model said: in `Values` and in
    `Batch.predictions`.
    """

    slot: int

    def columns(self, batch: Batch) -> Prediction:
        """Return the prediction for the rows of a batch."""
        prediction: Prediction = batch.predictions[self.slot]
        return prediction


class Predictor:
    """What the own part of a model element compiles to.

    `type`: dataType of the predicted value. `classes`: the labels in the order of the distribution,
    as row values of `type`; empty for regression. `details`: the types of what it adds to
    `Prediction.details`, by output feature; `feature` makes those that depend on more than their
    name. `segments` and `targets`: the facts of its segments by
    id, and of its several targets by field. `outputs`: the OutputFields of the segments that give
    the result, which are in it beside the model's own. `sequential`: rows depend on each other, so
    that a table must not be cut. A subclass gives both modes.
    """

    type: DataType
    classes: tuple[Any, ...] = ()
    details: Mapping[str, DataType] = {}
    segments: Mapping[str, ModelFacts] = {}
    targets: Mapping[str, ModelFacts] = {}
    outputs: tuple[ResultField, ...] = ()
    sequential: bool = False

    def feature(self, element: OutputField) -> Feature | None:
        """Return the feature that an OutputField asks for (by rank, value, ruleFeature ...), None
        to leave it to what all models have.

        Raises MarkupError, UnsupportedError.
        """
        return None

    def columns(self, batch: Batch) -> Prediction:
        """Predict for all rows of the batch. Errors are states of `Prediction.value`, never
        raised.
        """
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row; it raises `EvaluationError` where there is no
        result.
        """
        raise AssertionError(type(self).__name__)


def failed(prediction: Prediction, errors: Mapping[int, EvaluationError]) -> Prediction:
    """Return the prediction with these rows in error."""
    value = prediction.value
    state = np.zeros(len(value), np.uint8) if value.state is None else value.state.copy()
    state[list(errors)] = ERROR
    prediction.value = value.with_state(state, {**value.errors, **errors})
    return prediction


def nothing(type: DataType, size: int) -> Prediction:
    """Return the prediction of rows for which no model ran."""
    return Prediction(Column.missing(type, size))


def merged(
    parts: Sequence[tuple[npt.NDArray[np.intp], Prediction]],
    type: DataType,
    size: int,
) -> Prediction:
    """Put the predictions for some rows together into those of `size` rows; the others have none.

    Each part is the positions of its rows, and their prediction; the parts are of models with the
    same classes.
    """
    result = nothing(type, size)
    if len(parts) == 1 and len(parts[0][0]) == size:
        return parts[0][1]
    result.value = columns.merged([(rows, part.value) for rows, part in parts], type, size)
    result.probabilities = _merged_matrix(
        [(rows, part.probabilities) for rows, part in parts], size
    )
    result.confidences = _merged_matrix([(rows, part.confidences) for rows, part in parts], size)
    ids = [(rows, part.entity_id) for rows, part in parts if part.entity_id is not None]
    if ids:
        result.entity_id = columns.merged(ids, STRING, size)
    result.details = _merged_details(parts, size)
    for name in dict.fromkeys(name for _, part in parts for name in part.targets):
        inner = [(rows, part.targets[name]) for rows, part in parts if name in part.targets]
        result.targets = {
            **result.targets,
            name: merged(inner, inner[0][1].value.type, size),
        }
    for name in dict.fromkeys(name for _, part in parts for name in part.segments):
        inner = [(rows, part.segments[name]) for rows, part in parts if name in part.segments]
        result.segments = {
            **result.segments,
            name: merged(inner, inner[0][1].value.type, size),
        }
    return result


def _merged_details(
    parts: Sequence[tuple[npt.NDArray[np.intp], Prediction]], size: int
) -> dict[str, Any]:
    """Put those details together that are of rows: `RowDetail`s, columns of one type, and arrays
    (rows, ...), which hold anything in rows of no part.
    """
    details: dict[str, Any] = {}
    for name in dict.fromkeys(name for _, part in parts for name in part.details):
        known = [(rows, part.details[name]) for rows, part in parts if name in part.details]
        first = known[0][1]
        if isinstance(first, RowDetail):
            details[name] = first.merged(known, size)
        elif isinstance(first, Column) and all(item.type == first.type for _, item in known):
            details[name] = columns.merged(known, first.type, size)
        elif isinstance(first, np.ndarray) and len({item.shape[1:] for _, item in known}) == 1:
            whole = np.zeros((size, *first.shape[1:]), first.dtype)
            for rows, item in known:
                whole[rows] = item
            details[name] = whole
    return details


def _merged_matrix(
    parts: Sequence[tuple[npt.NDArray[np.intp], Doubles | None]], size: int
) -> Doubles | None:
    known = [(rows, matrix) for rows, matrix in parts if matrix is not None]
    if not known:
        return None
    whole = np.full((size, known[0][1].shape[1]), np.nan)
    for rows, matrix in known:
        whole[rows] = matrix
    return whole

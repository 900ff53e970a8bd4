"""What a model says of rows before Targets and Output: one class for columns, one for a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, Column
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Values

__all__ = ["Prediction", "Predictor", "RowPrediction"]

Doubles = npt.NDArray[np.float64]


@dataclass(slots=True)
class Prediction:
    """The results of n rows.

    `value`: the predicted value; a row without a prediction is missing. `probabilities` (n, k) in the order of the
    predictor's `classes`, None if the model has none, NaN in rows that have none; `confidences` alike.
    `entity_id`: string column. `details`: what single models add, by the name of the output feature.
    `segments`: the results of the segments by id, over the same n rows (missing where they did not run).
    `targets`: the results by target field of a model with several targets.
    """

    value: Column
    probabilities: Doubles | None = None
    confidences: Doubles | None = None
    entity_id: Column | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    segments: Mapping[str, Prediction] = field(default_factory=dict)
    targets: Mapping[str, Prediction] = field(default_factory=dict)


@dataclass(slots=True)
class RowPrediction:
    """The results of one row: as `Prediction`, with a row value and lists; None is missing."""

    value: Any
    probabilities: list[float] | None = None
    confidences: list[float] | None = None
    entity_id: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)
    segments: Mapping[str, RowPrediction] = field(default_factory=dict)
    targets: Mapping[str, RowPrediction] = field(default_factory=dict)


class Predictor:
    """What the own part of a model element compiles to.

    `type`: dataType of the predicted value. `classes`: the labels in the order of the distribution, as row values
    of `type`; empty for regression. A subclass gives both modes; where an input of a row is in error in the
    columns mode, it may leave those rows to `rows_one_by_one`.
    """

    type: DataType
    classes: tuple[Any, ...]

    def columns(self, batch: Batch) -> Prediction:
        """Predict for all rows of the batch. Errors are states of `Prediction.value`, never raised."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row; it raises `EvaluationError` where there is no result."""
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

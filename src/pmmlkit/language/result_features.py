"""What the result features of an Output are: each a function of a prediction, in both modes.

Specification: chapter Output; semantics chapter 29. If the predicted value is missing, so is every
feature of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import MISSING, Column, combined_state
from pmmlkit.columns.text import format_value
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.language.models.prediction import Prediction, RowPrediction

__all__ = [
    "Detail",
    "DisplayValue",
    "EntityId",
    "Feature",
    "NumberOfClass",
    "NumberOfWinner",
    "PredictedValue",
    "masked",
]

Doubles = npt.NDArray[np.float64]
RowFeature = Callable[[RowPrediction], Any]


class Feature:
    """One feature of a prediction. `type` is its natural dataType."""

    type: DataType = DOUBLE

    def columns(self, prediction: Prediction) -> Column:
        """Return the feature for all rows."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowFeature:
        """Return the function for one row; None is missing."""
        raise AssertionError(type(self).__name__)


def masked(column: Column, *others: Column) -> Column:
    """Return the column, missing or in error where another one is."""
    state, errors = combined_state(column, *others)
    return column.with_state(state, errors)


def _numbers(values: Doubles, value: Column) -> Column:
    """Return doubles as a column; NaN stands for missing."""
    is_nan = np.isnan(values)
    state = np.where(is_nan, np.uint8(MISSING), np.uint8(0)) if is_nan.any() else None
    return masked(Column(values, DOUBLE, state), value)


class PredictedValue(Feature):
    """predictedValue."""

    def __init__(self, type: DataType) -> None:
        self.type = type

    def columns(self, prediction: Prediction) -> Column:
        return prediction.value

    def row_function(self) -> RowFeature:
        return lambda prediction: prediction.value


class DisplayValue(Feature):
    """predictedDisplayValue: the value itself, as text, where it has none."""

    type = STRING

    def __init__(self, value_type: DataType, display: Mapping[Any, str]) -> None:
        self._value_type = value_type
        self._display = display

    def columns(self, prediction: Prediction) -> Column:
        column = prediction.value
        if not self._display:
            return cast(column, STRING)
        shown = self._shown()
        items = [
            item if item is None or isinstance(item, Failure) else shown(item)
            for item in column.to_list()
        ]
        return Column.of(items, STRING)

    def row_function(self) -> RowFeature:
        shown = self._shown()

        def run(prediction: RowPrediction) -> Any:
            value = prediction.value
            return None if value is None else shown(value)

        return run

    def _shown(self) -> Callable[[Any], str]:
        display, type = self._display, self._value_type

        def shown(value: Any) -> str:
            text = display.get(value)
            return format_value(value, type) if text is None else text

        return shown


class NumberOfClass(Feature):
    """The probability or confidence of one category; of an unknown one it is 0."""

    def __init__(self, attribute: str, position: int | None) -> None:
        self._attribute = attribute
        self._position = position

    def columns(self, prediction: Prediction) -> Column:
        matrix = getattr(prediction, self._attribute)
        if matrix is None:
            return masked(Column.missing(DOUBLE, len(prediction.value)), prediction.value)
        if self._position is None:
            return _numbers(_unknown(matrix), prediction.value)
        return _numbers(matrix[:, self._position], prediction.value)

    def row_function(self) -> RowFeature:
        position = self._position
        if self._attribute == "probabilities":
            if position is not None:
                return _probability(position)

            def run(prediction: RowPrediction) -> float | None:
                return _item(prediction.probabilities, position, prediction.value)

        else:

            def run(prediction: RowPrediction) -> float | None:
                return _item(prediction.confidences, position, prediction.value)

        return run


def _probability(position: int) -> RowFeature:
    """Return the feature that most results have, without a further call."""

    def run(prediction: RowPrediction) -> float | None:
        numbers = prediction.probabilities
        if numbers is None or prediction.value is None:
            return None
        number = numbers[position]
        return number if number == number else None

    return run


def _unknown(matrix: Doubles) -> Doubles:
    """Return the number of what is no class: 0, NaN in rows that have none at all."""
    return np.where(np.isnan(matrix[:, 0]), np.nan, 0.0)


def _item(numbers: list[float] | None, position: int | None, value: Any) -> float | None:
    if numbers is None or value is None:
        return None
    number = numbers[position or 0]
    if number != number:
        return None
    return 0.0 if position is None else number


class NumberOfWinner(Feature):
    """The probability or confidence of the predicted category."""

    def __init__(self, attribute: str, classes: tuple[Any, ...]) -> None:
        self._attribute = attribute
        self._positions = {value: position for position, value in enumerate(classes)}

    def columns(self, prediction: Prediction) -> Column:
        matrix = getattr(prediction, self._attribute)
        if matrix is None:
            return masked(Column.missing(DOUBLE, len(prediction.value)), prediction.value)
        return _numbers(_picked(matrix, prediction.value, self._positions), prediction.value)

    def row_function(self) -> RowFeature:
        return self.of_row

    def of_row(self, prediction: RowPrediction) -> float | None:
        value = prediction.value
        return _item(getattr(prediction, self._attribute), self._positions.get(value), value)


def _picked(matrix: Doubles, value: Column, positions: Mapping[Any, int]) -> Doubles:
    """Return for each row the number of its predicted category; 0 where that is no class."""
    at = np.full(len(value), -1, np.intp)
    usable = value.is_usable
    if value.categories is not None:
        labels = value.categories.values
        table = np.array([positions.get(label, -1) for label in labels], np.intp)
        at[usable] = table[value.values[usable]]
    else:
        for label, position in positions.items():
            at[usable & (value.values == label)] = position
    result: Doubles = np.where(at >= 0, matrix[np.arange(len(value)), at], _unknown(matrix))
    return result


class EntityId(Feature):
    """entityId: the node, the segment."""

    type = STRING

    def columns(self, prediction: Prediction) -> Column:
        column = prediction.entity_id
        if column is None:
            column = Column.missing(STRING, len(prediction.value))
        return masked(column, prediction.value)

    def row_function(self) -> RowFeature:
        return lambda prediction: None if prediction.value is None else prediction.entity_id


class Detail(Feature):
    """What only some models have: a Column or a row value in `details`."""

    def __init__(self, name: str, type: DataType) -> None:
        self.type = type
        self._name = name

    def columns(self, prediction: Prediction) -> Column:
        column = prediction.details.get(self._name)
        if column is None:
            column = Column.missing(self.type, len(prediction.value))
        return masked(column, prediction.value)

    def row_function(self) -> RowFeature:
        name = self._name
        return lambda prediction: None if prediction.value is None else prediction.details.get(name)

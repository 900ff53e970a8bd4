"""Coordinates: the values of one field as the numbers that comparisons work on.

Numbers and booleans are themselves; where only equality counts, a category is its position among
the values that it is compared with; for a table it is the position among the field's valid values.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, with_errors
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.data_dictionary import Bounds

__all__ = ["Binary", "Category", "Coordinate", "Listed", "Number", "Positions"]

Doubles = npt.NDArray[np.float64]
Convert = Callable[[Any], float]

_OTHER: Final = -1.0
"""The number of a value that equals none of those it is compared with."""


class Coordinate:
    """One field: `step` reads it, `name` is for messages."""

    def __init__(self, step: Step, name: str) -> None:
        self.step = step
        self.name = name

    def column(self, batch: Batch) -> Column:
        """Return the field's column, in error in rows whose value is none of this coordinate."""
        column = self.step.columns(batch)
        bad = self.unfit(column)
        if bad is None or not bad.any():
            return column
        rows = np.flatnonzero(bad & column.is_usable).tolist()
        errors = {**column.errors, **{row: self.error() for row in rows}}
        return column.with_state(with_errors(column.state, errors, len(column)), errors)

    def numbers(self, column: Column) -> Doubles:
        """Return the numbers of a column (n,); those of rows that are not usable mean nothing."""
        return column.values.astype(np.float64)

    def unfit(self, column: Column) -> npt.NDArray[np.bool_] | None:
        """Tell which usable rows have a value that is none of this coordinate; None if none can."""
        return None

    def error(self) -> EvaluationError:
        """Make the error of such a row."""
        raise AssertionError(type(self).__name__)

    def convert(self) -> Convert | None:
        """Return the function from a row value to its number; None where that is itself."""
        return None if self.step.type.kind in ("float", "double") else float

    def row_function(self) -> Callable[[Values], float | None]:
        """Return the function that reads the number of one row; None is missing."""
        read, convert = self.step.row_function(), self.convert()
        if convert is None:
            return read

        def run(values: Values) -> float | None:
            value = read(values)
            return None if value is None else convert(value)

        return run


class Number(Coordinate):
    """A number or boolean as it is."""

    @staticmethod
    def suits(type: DataType) -> bool:
        """Tell whether values of the type have a difference."""
        return type.is_number or type.kind == "boolean"


class Binary(Coordinate):
    """0 or 1, false or true."""

    def unfit(self, column: Column) -> npt.NDArray[np.bool_] | None:
        if column.type.kind == "boolean":
            return None
        unfit: npt.NDArray[np.bool_] = (column.values != 0) & (column.values != 1)
        return unfit

    def error(self) -> EvaluationError:
        return EvaluationError(
            f"field {self.name!r}: a similarity of binary fields needs 0 or 1", field=self.name
        )

    def convert(self) -> Convert:
        fail = self.error

        def convert(value: Any) -> float:
            if value == 0:
                return 0.0
            if value == 1:
                return 1.0
            raise fail()

        return convert


class Category(Coordinate):
    """The position among `labels`, the values that it is compared with."""

    def __init__(self, step: Step, name: str, labels: Sequence[Any]) -> None:
        super().__init__(step, name)
        self.index = {label: float(at) for at, label in enumerate(dict.fromkeys(labels))}

    def numbers(self, column: Column) -> Doubles:
        find = self.index.get
        if column.categories is not None:
            codes = [find(text, _OTHER) for text in column.categories.values]
            numbers: Doubles = np.array([*codes, _OTHER])[column.values]
            return numbers
        result = np.full(len(column), _OTHER)
        for label, number in self.index.items():
            result[column.values == label] = number
        return result

    def convert(self) -> Convert:
        find = self.index.get
        return lambda value: find(value, _OTHER)


class Positions(NamedTuple):
    """The listed values of a field, or its intervals, in the order of the document."""

    values: tuple[Any, ...] = ()
    intervals: tuple[Bounds, ...] = ()

    def __len__(self) -> int:
        return len(self.values) or len(self.intervals)


class Listed(Coordinate):
    """The position among the valid values or the intervals of the field."""

    def __init__(self, step: Step, name: str, positions: Positions) -> None:
        super().__init__(step, name)
        self.positions = positions
        self._index = {value: float(at) for at, value in enumerate(positions.values)}

    def numbers(self, column: Column) -> Doubles:
        # What has no position is in error: its number only has to be one of the matrix.
        return np.maximum(self._places(column), 0.0)

    def _places(self, column: Column) -> Doubles:
        if column.categories is not None:
            codes = [self._index.get(text, _OTHER) for text in column.categories.values]
            numbers: Doubles = np.array([*codes, _OTHER])[column.values]
            return numbers
        result = np.full(len(column), _OTHER)
        for value, number in self._index.items():
            result[column.values == value] = number
        for at, bounds in reversed(list(enumerate(self.positions.intervals))):
            with np.errstate(invalid="ignore"):
                result[bounds.inside(column.values)] = at
        return result

    def unfit(self, column: Column) -> npt.NDArray[np.bool_]:
        unfit: npt.NDArray[np.bool_] = self._places(column) < 0
        return unfit

    def error(self) -> EvaluationError:
        return EvaluationError(
            f"field {self.name!r}: the value is none of those that the table compares",
            field=self.name,
        )

    def convert(self) -> Convert:
        return self.position

    def position(self, value: Any) -> float:
        """Return the position of a row value; EvaluationError where it has none."""
        found = self._index.get(value)
        if found is None and self.positions.intervals and not math.isnan(value):
            inside = (bounds.contains(value) for bounds in self.positions.intervals)
            found = next((float(at) for at, is_inside in enumerate(inside) if is_inside), None)
        if found is None:
            raise self.error()
        return found

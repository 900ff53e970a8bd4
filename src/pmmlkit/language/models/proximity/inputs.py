"""The numbers of all coordinates: of a row, of a block of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.language.models.proximity.coordinates import Coordinate
from pmmlkit.language.step import Read, Values

__all__ = ["numbers_of", "part_of", "row_numbers"]

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]

_FEWEST: Final = 2


def row_numbers(coordinates: Sequence[Coordinate]) -> Callable[[Values], Sequence[float | None]]:
    """Return the function that reads the numbers of a row."""
    slots = []
    for coordinate in coordinates:
        step = coordinate.step
        if isinstance(step, Read) and not step.may_fail and coordinate.convert() is None:
            slots.append(step.field.slot)
    if len(slots) == len(coordinates) >= _FEWEST:
        return itemgetter(*slots)
    reads = [coordinate.row_function() for coordinate in coordinates]
    return lambda values: [read(values) for read in reads]


def numbers_of(coordinate: Coordinate, column: Column) -> tuple[Doubles, Mask | None]:
    """Return the numbers of a column, 0 where it has none, and which rows have one (None: all)."""
    numbers = coordinate.numbers(column)
    if column.state is None:
        return numbers, None
    usable = column.is_usable
    return np.where(usable, numbers, 0.0), None if usable.all() else usable


def part_of(column: Column, start: int, stop: int) -> Column:
    """Return some rows of a column; their errors are left out."""
    if start == 0 and stop == len(column):
        return column
    state = None if column.state is None else column.state[start:stop]
    return Column(column.values[start:stop], column.type, state, categories=column.categories)

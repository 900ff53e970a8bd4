"""Result columns as NumPy arrays that every kind of table takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.intake import Coded
from pmmlkit.columns.text import to_python

__all__ = ["input_array", "result_array"]


def result_array(column: Column) -> npt.NDArray[Any]:
    """Return a result column of n rows as an array of n.

    Doubles and floats have NaN, strings, dates and lists None where the result is missing; integers
    and booleans are masked arrays then.
    """
    kind = column.type.kind
    if kind in ("double", "float"):
        if column.state is None:
            return column.values
        values = column.values.copy()
        values[~column.is_usable] = np.nan
        return values
    if kind == "string":
        return column.strings()
    if kind in ("integer", "boolean"):
        if column.state is None:
            return column.values
        usable = column.is_usable
        if usable.all():
            return column.values
        return np.ma.MaskedArray(
            np.where(usable, column.values, column.values.dtype.type(0)), ~usable
        )
    array = np.empty(len(column), dtype=object)
    usable = column.is_usable
    for row in np.flatnonzero(usable):
        array[row] = to_python(column.values[row].item(), column.type)
    return array


def input_array(values: Any) -> npt.NDArray[Any]:
    """Return the values of an input column as an array that a writer takes; None where there is
    none.
    """
    if isinstance(values, Coded):
        texts = np.array([*values.categories, None], dtype=object)
        return texts[np.where(values.codes < 0, len(values.categories), values.codes)]
    if isinstance(values, np.ndarray):
        return values
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array

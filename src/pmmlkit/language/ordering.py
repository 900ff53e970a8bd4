"""The order of rows by the `order` fields of a MiningSchema, and their groups by equal values.

Specification: Mining Schema (usageType). Missing values come last; equal ones stay as given.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, Column

__all__ = ["Positions", "numbered", "ranks", "sort_key"]

Positions = npt.NDArray[np.intp]


def ranks(column: Column, values: Sequence[Any]) -> tuple[npt.NDArray[Any], npt.NDArray[np.bool_]]:
    """Return for each row what to sort by: a number, and first of all whether it has no value.

    `values` are the valid values of an ordinal field in their order, else empty.
    """
    absent = ~column.is_usable
    if values or column.categories is not None:
        key = sort_key(values)
        items = column.to_list()
        found = [key(None if gone else item) for item, gone in zip(items, absent, strict=True)]
        order = {item: at for at, item in enumerate(sorted(set(found)))}
        return np.array([order[item] for item in found], np.intp), absent
    numbers = np.where(absent, column.values.dtype.type(0), column.values)
    if numbers.dtype.kind == "f":
        absent = absent | np.isnan(numbers)
    return numbers, absent


def sort_key(values: Sequence[Any]) -> Callable[[Any], tuple[bool, Any]]:
    """Return the key by which row values sort; see `ranks`."""
    if values:
        places = {value: at for at, value in enumerate(values)}
        last = len(places)

        def by_place(value: Any) -> tuple[bool, Any]:
            return (value is None, 0 if value is None else places.get(value, last))

        return by_place
    return lambda value: (True, 0) if value is None or value != value else (False, value)


def numbered(keys: Sequence[Column], size: int) -> Positions:
    """Number the rows by group, in the order in which groups first appear.

    A row whose group is in error is a group of its own.
    """
    number = np.zeros(size, np.int64)
    for key in keys:
        number = _renumbered(number * (size + 2) + _codes(key, size))
    return number


def _codes(key: Column, size: int) -> npt.NDArray[np.int64]:
    values = key.values
    if values.dtype.kind == "f":
        values = np.ascontiguousarray(values + 0.0)
    _, codes = np.unique(values, return_inverse=True)
    found = codes.astype(np.int64)
    if key.state is not None:
        found = np.where(key.is_missing, size, found)
        if key.errors:
            broken = np.flatnonzero(key.state == ERROR)
            # Beyond any other number once the rows are renumbered: no two of them are alike.
            number = _renumbered(found)
            number[broken] = size + 1 + np.arange(len(broken))
            found = _renumbered(number)
    return found


def _renumbered(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True)
    rank = np.empty(len(first), np.int64)
    rank[np.argsort(first)] = np.arange(len(first))
    return rank[inverse]

"""Columns of lists: several values a row, as tuples and as one flat column with offsets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain, pairwise

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, VALID, Column, State
from pmmlkit.columns.types import list_of
from pmmlkit.errors import EvaluationError

__all__ = ["ListColumn", "Offsets", "flattened", "with_items"]

Offsets = npt.NDArray[np.intp]
"""Where the items of each row begin, and where the last ones end: (n + 1,)."""


class ListColumn(Column):
    """A column of lists that knows its items: those of row r are `items[offsets[r]:offsets[r+1]]`.

    An item that is in error puts its row in error. `lone` is that of the type.
    """

    __slots__ = ("items", "offsets")

    def __init__(
        self,
        items: Column,
        offsets: Offsets,
        state: State | None = None,
        errors: Mapping[int, EvaluationError] | None = None,
        *,
        lone: bool = False,
    ) -> None:
        n = len(offsets) - 1
        errors = dict(errors or {})
        if items.errors:
            state = np.zeros(n, np.uint8) if state is None else state.copy()
            places = np.array(sorted(items.errors), np.intp)
            rows = np.searchsorted(offsets, places, side="right") - 1
            state[rows] = ERROR
            for row, place in zip(rows.tolist(), places.tolist(), strict=True):
                errors.setdefault(row, items.errors[place])
        super().__init__(
            _tuples(items, offsets), list_of(items.type, lone=lone), state, errors=errors
        )
        self.items = items
        self.offsets = offsets


def _tuples(items: Column, offsets: Offsets) -> npt.NDArray[np.object_]:
    values = items.to_list()
    ends = offsets.tolist()
    rows = [tuple(values[start:end]) for start, end in pairwise(ends)]
    return np.fromiter(rows, np.object_, len(rows))


def flattened(column: Column) -> tuple[Column, Offsets]:
    """Return the items of all rows of a column of lists, and the offsets of the rows.

    A row without a usable value has no items.
    """
    if isinstance(column, ListColumn) and column.state is None:
        return column.items, column.offsets
    assert column.type.item is not None
    rows: Sequence[tuple[object, ...]] = column.values.tolist()
    if column.state is not None:
        usable = column.is_usable.tolist()
        rows = [row if good else () for row, good in zip(rows, usable, strict=True)]
    offsets = np.zeros(len(rows) + 1, np.intp)
    np.cumsum(np.fromiter(map(len, rows), np.intp, len(rows)), out=offsets[1:])
    return Column.of(chain.from_iterable(rows), column.type.item), offsets


def with_items(column: Column, items: Column, offsets: Offsets) -> Column:
    """Return the column with other items in the same places."""
    state = column.state
    if state is not None:
        state = np.where(state == ERROR, ERROR, np.where(column.is_missing, state, VALID))
        state = state.astype(np.uint8)
    return ListColumn(items, offsets, state, column.errors, lone=column.type.lone)

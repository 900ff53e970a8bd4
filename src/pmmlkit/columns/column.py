"""A column of values with a state for each row: the data of the columns mode."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError

__all__ = [
    "ERROR",
    "INVALID",
    "MISSING",
    "VALID",
    "Categories",
    "Column",
    "combined_state",
    "merged",
    "with_errors",
]

VALID: Final = 0
MISSING: Final = 1
INVALID: Final = 2
ERROR: Final = 3

State = npt.NDArray[np.uint8]


class Categories:
    """The distinct strings that the codes of a string column stand for; immutable, shared between
    columns.
    """

    __slots__ = ("__dict__", "values")

    def __init__(self, values: Sequence[str]) -> None:
        self.values = tuple(values)

    @cached_property
    def index(self) -> dict[str, int]:
        """The code of each string."""
        return {value: code for code, value in enumerate(self.values)}

    @cached_property
    def array(self) -> npt.NDArray[np.object_]:
        """The strings as an object array, for taking by code."""
        array = np.empty(len(self.values), dtype=object)
        array[:] = self.values
        return array

    @cached_property
    def derived(self) -> dict[object, Any]:
        """What steps have computed of all the strings, by what computed it: columns of the same
        categories share it.
        """
        return {}

    def code(self, value: str) -> int:
        """Return the code of `value`, -2 where it is not among the categories (no row has that
        code).
        """
        return self.index.get(value, -2)

    def codes_in(self, other: Categories) -> npt.NDArray[np.int32]:
        """Return, for each code of this table, the code of the same string in `other` (-2 where
        absent).
        """
        find = other.index.get
        return np.fromiter((find(value, -2) for value in self.values), np.int32, len(self.values))


class Column:
    """`values` (n,) in the dtype of `type`, and `state` (n,) uint8 or None when all rows are valid.

    States are VALID, MISSING, INVALID (a value that is present and usable but flagged) and ERROR
    (`errors` maps the row to the reason). The value of a row that is MISSING or in ERROR is
    unspecified and must not be read. Columns are never changed in place. String columns hold codes
    into `categories`.
    """

    __slots__ = ("categories", "errors", "state", "type", "values")

    def __init__(
        self,
        values: npt.NDArray[Any],
        type: DataType,
        state: State | None = None,
        *,
        categories: Categories | None = None,
        errors: Mapping[int, EvaluationError] | None = None,
    ) -> None:
        self.values = values
        self.type = type
        self.state = state if state is not None and state.any() else None
        self.categories = categories
        self.errors: Mapping[int, EvaluationError] = errors or {}

    def __len__(self) -> int:
        return len(self.values)

    @classmethod
    def of(cls, items: Iterable[Any], type: DataType) -> Column:
        """Build a column from row values: None is missing, `InvalidValue`s keep their flag.

        Values must already be what `type` carries in rows (see `DataType`).
        """
        from pmmlkit.columns.values import Failure, is_invalid

        items = list(items)
        n = len(items)
        state = np.zeros(n, np.uint8)
        errors: dict[int, EvaluationError] = {}
        for row, item in enumerate(items):
            if item is None:
                state[row] = MISSING
            elif isinstance(item, Failure):
                state[row] = ERROR
                errors[row] = item.error
            elif is_invalid(item):
                state[row] = INVALID
        if type.kind == "string":
            index: dict[str, int] = {}
            codes = np.full(n, -1, np.int32)
            for row in np.flatnonzero((state == VALID) | (state == INVALID)).tolist():
                codes[row] = index.setdefault(str(items[row]), len(index))
            return cls(codes, type, state, categories=Categories(list(index)), errors=errors)
        values = np.zeros(n, type.dtype)
        for row in np.flatnonzero((state == VALID) | (state == INVALID)).tolist():
            values[row] = items[row]
        return cls(values, type, state, errors=errors)

    @classmethod
    def constant(cls, value: Any, type: DataType, n: int) -> Column:
        """Repeat one row value `n` times; None gives missing rows."""
        if value is None:
            return cls.missing(type, n)
        if type.kind == "string":
            return cls(np.zeros(n, np.int32), type, categories=Categories((value,)))
        if type.is_list:
            return cls(np.fromiter([value] * n, np.object_, n), type)
        return cls(np.full(n, value, type.dtype), type)

    @classmethod
    def missing(cls, type: DataType, n: int) -> Column:
        """Make a column of `n` missing rows."""
        categories = Categories(()) if type.kind == "string" else None
        fill = -1 if type.kind == "string" else 0
        return cls(
            np.full(n, fill, type.dtype), type, np.full(n, MISSING, np.uint8), categories=categories
        )

    @property
    def is_missing(self) -> npt.NDArray[np.bool_]:
        """Tell for each row whether it is missing."""
        if self.state is None:
            return np.zeros(len(self.values), np.bool_)
        missing: npt.NDArray[np.bool_] = self.state == MISSING
        return missing

    @property
    def is_usable(self) -> npt.NDArray[np.bool_]:
        """Tell for each row whether it has a value: valid, or invalid and kept."""
        if self.state is None:
            return np.ones(len(self.values), np.bool_)
        usable: npt.NDArray[np.bool_] = (self.state == VALID) | (self.state == INVALID)
        return usable

    @property
    def has_errors(self) -> bool:
        """Tell whether a row of this column is in error."""
        return bool(self.errors)

    def take(self, rows: npt.NDArray[np.intp]) -> Column:
        """Return the column of the rows at these positions, in their order."""
        state = None if self.state is None else self.state[rows]
        errors = {}
        if self.errors:
            errors = {
                new: self.errors[old] for new, old in enumerate(rows.tolist()) if old in self.errors
            }
        return Column(
            self.values[rows], self.type, state, categories=self.categories, errors=errors
        )

    def with_state(
        self, state: State | None, errors: Mapping[int, EvaluationError] | None = None
    ) -> Column:
        """Return the same values under another state."""
        return Column(self.values, self.type, state, categories=self.categories, errors=errors)

    def strings(self) -> npt.NDArray[np.object_]:
        """Return the strings of a string column as an object array; None where a row has no
        value.
        """
        assert self.categories is not None
        result = np.full(len(self.values), None, object)
        usable = self.is_usable
        result[usable] = self.categories.array[self.values[usable]]
        return result

    def to_list(self) -> list[Any]:
        """Return row values: Python scalars, None for missing, `Failure` for errors, flags on
        invalid ones.
        """
        from pmmlkit.columns.values import Failure, invalid

        items: list[Any] = (
            self.strings().tolist() if self.type.kind == "string" else self.values.tolist()
        )
        if self.state is not None:
            for row in np.flatnonzero(self.state):
                state = self.state[row]
                if state == MISSING:
                    items[row] = None
                elif state == ERROR:
                    items[row] = Failure(self.errors[int(row)])
                else:
                    items[row] = invalid(items[row])
        return items

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self.take(np.arange(min(len(self), 5))).to_list()))
        return (
            f"Column({self.type.name}, {len(self)} rows: {shown}{', ...' if len(self) > 5 else ''})"
        )


def combined_state(*columns: Column) -> tuple[State | None, dict[int, EvaluationError]]:
    """Combine the states of arguments: an error in any, else missing in any, else valid (flags are
    dropped).
    """
    state: State | None = None
    errors: dict[int, EvaluationError] = {}
    for column in columns:
        if column.state is None:
            continue
        mine = np.where(column.state == INVALID, np.uint8(VALID), column.state)
        state = mine if state is None else np.maximum(state, mine)
        for row, error in column.errors.items():
            errors.setdefault(row, error)
    return state, errors


def with_errors(
    state: State | None, errors: Mapping[int, EvaluationError], size: int
) -> State | None:
    """Return `state` with the rows of `errors` in ERROR; `size` is the number of rows."""
    if not errors:
        return state
    result = np.zeros(size, np.uint8) if state is None else state.copy()
    result[list(errors)] = ERROR
    return result


def merged(
    parts: Sequence[tuple[npt.NDArray[np.intp], Column]], type: DataType, size: int
) -> Column:
    """Put columns of some rows together into one of `size` rows; rows in no part are missing.

    Each part is the positions of its rows, and their column.
    """
    whole = Column.missing(type, size)
    if not parts:
        return whole
    values, state = whole.values, np.full(size, MISSING, np.uint8)
    errors: dict[int, EvaluationError] = {}
    index: dict[str, int] = {}
    for rows, column in parts:
        if column.categories is not None:
            codes = [index.setdefault(text, len(index)) for text in column.categories.values]
            lookup = np.array([*codes, -1], np.int32)
            values[rows] = lookup[column.values]
        else:
            values[rows] = column.values
        state[rows] = VALID if column.state is None else column.state
        errors.update((int(rows[row]), error) for row, error in column.errors.items())
    categories = Categories(list(index)) if type.kind == "string" else None
    return Column(values, type, state, categories=categories, errors=errors)

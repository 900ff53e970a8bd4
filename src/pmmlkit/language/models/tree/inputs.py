"""The matrix that trees walk: the used fields of a batch, as numbers and as codes of sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Column
from pmmlkit.language.models.tree.atoms import WHOLE_LIMIT
from pmmlkit.language.step import Batch, Field, Values

__all__ = ["Inputs"]

Floats = npt.NDArray[Any]


class Inputs:
    """Makes rows of features. Feature j is `fields[j]` as a number or, with `codings[j]`, the code
    of its value.

    A value that is in no set has the code after the last. `dtype` is float32 where all numbers are.
    """

    def __init__(
        self, fields: tuple[Field, ...], codings: tuple[dict[Any, int] | None, ...]
    ) -> None:
        self.fields = fields
        self.codings = codings
        is_single = all(
            coding is not None or field.type.kind in ("float", "boolean")
            for field, coding in zip(fields, codings, strict=True)
        )
        small = all(coding is None or len(coding) < 2**24 for coding in codings)
        self.dtype = np.dtype(np.float32 if is_single and small else np.float64)

    def matrix(self, batch: Batch) -> tuple[Floats, npt.NDArray[np.intp]]:
        """Return the rows (n, features), NaN = missing, and the rows that must be walked one by
        one.

        These hold an error, a NaN that is not missing, or an integer that a double does not hold.
        """
        X = np.empty((batch.size, len(self.fields)), self.dtype, order="F")
        odd = np.zeros(batch.size, np.bool_)
        for at, (field, coding) in enumerate(zip(self.fields, self.codings, strict=True)):
            column = batch[field]
            if coding is None:
                X[:, at] = column.values
                kind = field.type.kind
                if kind in ("double", "float"):
                    lost = np.isnan(X[:, at])
                    if lost.any():
                        odd |= lost if column.state is None else lost & column.is_usable
                elif kind != "boolean" and _has_large(column.values):
                    odd |= (column.values > WHOLE_LIMIT) | (column.values < -WHOLE_LIMIT)
            else:
                X[:, at] = _codes(column, coding)
            if column.state is not None:
                X[column.state == MISSING, at] = np.nan
                if column.errors:
                    odd |= column.state == ERROR
        return X, np.flatnonzero(odd)

    def row_values(self, batch: Batch, rows: npt.NDArray[np.intp]) -> list[dict[int, Any]]:
        """Return the values of some rows by slot, for row functions (which only look slots up)."""
        fields = {field.slot: field for field in self.fields}
        columns = {slot: batch[field].take(rows).to_list() for slot, field in fields.items()}
        return [{slot: items[at] for slot, items in columns.items()} for at in range(len(rows))]

    def row(self, values: Values) -> list[float]:
        """Return the features of one row for the row functions of the kernels, NaN = missing."""
        found = []
        for field, coding in zip(self.fields, self.codings, strict=True):
            value = values[field.slot]
            if value is None:
                found.append(np.nan)
            elif coding is None:
                found.append(value)
            else:
                found.append(coding.get(value, len(coding)))
        return found


def _has_large(values: npt.NDArray[Any]) -> bool:
    if len(values) == 0:
        return False
    return bool(values.max() > WHOLE_LIMIT or values.min() < -WHOLE_LIMIT)


def _codes(column: Column, coding: dict[Any, int]) -> npt.NDArray[Any]:
    """Return the code of each value; rows without a value may have any."""
    other = len(coding)
    if column.categories is not None:
        table = np.full(len(column.categories.values) + 1, other, np.float64)
        table[:-1] = [coding.get(text, other) for text in column.categories.values]
        return table.take(column.values, mode="clip")
    if not coding:
        return np.zeros(len(column), np.float64)
    # whole numbers among the members of a double field may be huge: compare as Python would
    known = [item for item in coding if _fits(item, column)]
    if not known:
        return np.full(len(column), other, np.float64)
    members = np.array(known, column.type.dtype)
    order = np.argsort(members, kind="stable")
    members = members[order]
    numbers = np.array([coding[item] for item in known], np.float64)[order]
    at = np.minimum(np.searchsorted(members, column.values), len(members) - 1)
    return np.where(members[at] == column.values, numbers[at], other)


def _fits(item: Any, column: Column) -> bool:
    if column.type.dtype.kind != "i":
        return True
    return (
        float(item).is_integer() and -(2**63) <= item < 2**63 if isinstance(item, float) else True
    )

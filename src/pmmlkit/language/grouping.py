"""Groups: rows of a table with the same value of a `group` field are one transaction.

Specification: Mining Schema (usageType group, order). Every other field of the model then holds a
list, the values of the group's rows in the order of the `order` fields, or as given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.intake import Coded
from pmmlkit.columns.lists import ListColumn, Offsets
from pmmlkit.errors import DataError, EvaluationError
from pmmlkit.language.ordering import Positions, numbered, ranks, sort_key
from pmmlkit.language.preparation import FieldPreparation
from pmmlkit.language.row_intake import RowPreparation
from pmmlkit.language.step import Batch, Field, Values

__all__ = ["Grouped", "GroupedInput", "Grouping"]

_LISTS = (list, tuple, set, frozenset, np.ndarray)
"""What a cell may be that holds several values."""


@dataclass(frozen=True, slots=True)
class GroupedInput:
    """An input of a model with a group field: `preparation` is that of one value."""

    name: str
    field: Field
    preparation: FieldPreparation

    @property
    def order(self) -> tuple[Any, ...]:
        """The valid values where they are an order."""
        return self.preparation.values if self.preparation.optype == "ordinal" else ()


@dataclass(frozen=True, slots=True)
class Grouped:
    """The groups of a table: a batch with a row for each, and the row at which each begins."""

    batch: Batch
    origins: Positions
    errors: dict[int, EvaluationError]


@dataclass(frozen=True, slots=True)
class _Items:
    """The values of a field, sorted by group: those of group g are the `places` from offset g."""

    column: Column
    places: Positions
    offsets: Offsets


class Grouping:
    """Makes groups of rows. Without the columns of the group fields, each row is a group.

    Where no row of a group has a value to order by, its values are taken as given.
    """

    def __init__(self, inputs: Sequence[GroupedInput]) -> None:
        self._keys = [item for item in inputs if item.preparation.usage == "group"]
        self._order = [item for item in inputs if item.preparation.usage == "order"]
        self._others = [item for item in inputs if item.preparation.usage not in ("group", "order")]

    def columns(self, size: int, column: Callable[[str], Any]) -> Grouped:
        """Group `size` rows; `column(name)` gives an array-like, None where it is absent.

        A cell that holds a list counts as several rows. Raises DataError for what is no column.
        """
        keys = {item.name: _prepared(item, column(item.name), size)[0] for item in self._keys}
        is_absent = all(column(item.name) is None for item in self._keys)
        group = np.arange(size) if is_absent else numbered(list(keys.values()), size)
        _, origins = np.unique(group, return_index=True)
        count = len(origins)
        batch = Batch(count)
        for item in self._keys:
            batch[item.field] = keys[item.name].take(origins)
        items = {
            item.name: _items(*_prepared(item, column(item.name), size), group, count)
            for item in (*self._order, *self._others)
        }
        failed: dict[int, EvaluationError] = {}
        items = self._sorted(items, count, failed)
        errors: dict[int, EvaluationError] = {}
        for item in (*self._order, *self._others):
            found = items[item.name]
            batch[item.field] = ListColumn(found.column.take(found.places), found.offsets)
        for item in (*self._keys, *self._order, *self._others):
            for row, error in batch[item.field].errors.items():
                errors.setdefault(row, error)
        for row, error in failed.items():
            errors.setdefault(row, error)
        return Grouped(batch, origins, errors)

    def _sorted(
        self, items: Mapping[str, _Items], count: int, failed: dict[int, EvaluationError]
    ) -> dict[str, _Items]:
        """Sort the items of each group by the order fields."""
        orders = [items[item.name] for item in self._order]
        if not orders:
            return dict(items)
        offsets = orders[0].offsets
        keys: list[npt.NDArray[Any]] = []
        for item, order in zip(self._order, orders, strict=True):
            if not np.array_equal(order.offsets, offsets):
                raise DataError(
                    f"the lists of {self._order[0].name!r} and {item.name!r} differ in length",
                    field=item.name,
                )
            numbers, absent = ranks(order.column.take(order.places), item.order)
            keys += (absent, numbers)
        group = np.repeat(np.arange(count), np.diff(offsets))
        places = np.lexsort((*keys[::-1], group))
        unknown = np.ones(count, np.bool_)
        for absent in keys[::2]:
            unknown[group[~absent]] = False
        return {
            name: self._in_order(name, found, offsets, places, unknown, failed)
            for name, found in items.items()
        }

    def _in_order(
        self,
        name: str,
        items: _Items,
        offsets: Offsets,
        places: Positions,
        unknown: npt.NDArray[np.bool_],
        failed: dict[int, EvaluationError],
    ) -> _Items:
        if np.array_equal(items.offsets, offsets):
            return _Items(items.column, items.places[places], items.offsets)
        new = items.places.copy()
        absent = ~items.column.is_usable
        lengths, wanted = np.diff(items.offsets), np.diff(offsets)
        for row, (length, want) in enumerate(zip(lengths.tolist(), wanted.tolist(), strict=True)):
            start = items.offsets[row]
            own = items.places[start : start + length]
            if length == want:
                inner = places[offsets[row] : offsets[row + 1]] - offsets[row]
                new[start : start + length] = own[inner]
            elif not (unknown[row] or absent[own].all()):
                failed[row] = _unequal(name, self._order[0].name)
        return _Items(items.column, new, items.offsets)

    def row_preparation(self, slots: int) -> RowPreparation:
        """Return the preparation of one group: a dict that holds lists, of `slots` slots."""
        keys = [
            (item.name, item.field.slot, item.preparation.row_function()) for item in self._keys
        ]
        lists = [
            (item.name, item.field.slot, item.preparation.row_function())
            for item in (*self._order, *self._others)
        ]
        order = [(item.name, item.field.slot, sort_key(item.order)) for item in self._order]

        def prepared(record: dict[str, Any]) -> Values:
            values: Values = [None] * slots
            for name, slot, prepare in keys:
                values[slot] = prepare(record.get(name))
            for name, slot, prepare in lists:
                raw = record.get(name)
                if not isinstance(raw, _LISTS):
                    values[slot] = (prepare(raw),)
                else:
                    values[slot] = tuple([prepare(item) for item in raw])
            if order:
                _sort_row(values, order, lists)
            return values

        return RowPreparation(prepared, lambda record: None)


def _sort_row(
    values: Values,
    order: Sequence[tuple[str, int, Callable[[Any], Any]]],
    lists: Sequence[tuple[str, int, Any]],
) -> None:
    lengths = {len(values[slot]) for _, slot, _ in order}
    if len(lengths) > 1:
        raise _unequal(order[1][0], order[0][0])
    count = lengths.pop()
    if all(item is None for _, slot, _ in order for item in values[slot]):
        return
    keys = [[key(item) for item in values[slot]] for _, slot, key in order]
    places = sorted(range(count), key=lambda at: tuple(column[at] for column in keys))
    for name, slot, _ in lists:
        items = values[slot]
        if len(items) == count:
            values[slot] = tuple([items[at] for at in places])
        elif any(item is not None for item in items):
            raise _unequal(name, order[0][0])


def _unequal(name: str, order: str) -> EvaluationError:
    return EvaluationError(
        f"the lists of {name!r} and of the order field {order!r} differ in length", field=name
    )


def _prepared(item: GroupedInput, raw: Any, size: int) -> tuple[Column, Positions | None]:
    """Prepare the values of a field; with the row of each, where cells hold lists."""
    array, rows = _flat([None] * size if raw is None else raw)
    count = len(array) if rows is None else len(raw)
    if count != size:
        raise DataError(
            f"column {item.name!r} has {count} values, the table {size} rows", field=item.name
        )
    return item.preparation.column(array), rows


def _flat(raw: Any) -> tuple[Any, Positions | None]:
    """Spread cells that hold lists; with the row of each value, None where there is no list."""
    if isinstance(raw, Coded) or (isinstance(raw, np.ndarray) and raw.dtype.kind != "O"):
        return raw, None
    cells = raw.tolist() if isinstance(raw, np.ndarray) else list(raw)
    if not any(issubclass(kind, _LISTS) for kind in set(map(type, cells))):
        return raw, None
    spread = [list(cell) if isinstance(cell, _LISTS) else [cell] for cell in cells]
    rows = np.repeat(np.arange(len(cells)), [len(items) for items in spread])
    return [item for items in spread for item in items], rows


def _items(column: Column, rows: Positions | None, group: Positions, count: int) -> _Items:
    of = group if rows is None else group[rows]
    offsets = np.zeros(count + 1, np.intp)
    np.cumsum(np.bincount(of, minlength=count), out=offsets[1:])
    return _Items(column, np.argsort(of, kind="stable"), offsets)

"""Baskets: which items a row holds, whatever the style of the input. Semantics chapter 16.

A field that holds a list holds items by their value. Of a field with one value a row, an Item may
be the field itself (by its name: is it there?), or one value of it: by `field` and `category`, or
by the item's value ``field=category``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.lists import flattened
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.association.declaration import Item
from pmmlkit.language.models.model import Model
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Batch, Field, Read, Values

__all__ = ["Basket", "Source", "compile_basket"]

_NO_SUCH_ITEM = "PMML420"

_TRUTH: Final = MappingProxyType(
    {"t": True, "true": True, "1": True, "1.0": True}
    | {"f": False, "false": False, "0": False, "0.0": False}
)
"""The texts of a field that says whether an item is there."""


class Source:
    """The items that the values of one field stand for: positions by row value.

    `presence` are those that the field itself stands for: its values are true or false then.
    """

    def __init__(
        self, field: Field, items: Mapping[Any, tuple[int, ...]], presence: tuple[int, ...] = ()
    ) -> None:
        self.read = Read(field)
        self._name = field.name
        self._items = items
        self._presence = presence

    def items(self, value: Any) -> tuple[int, ...]:
        """Return the items of a value that is there.

        Raises EvaluationError where the value should say true or false and does not.
        """
        found = self._items.get(value, ())
        if not self._presence:
            return found
        # a negative zero is a zero
        text = str(value + 0.0 if value.__class__ is float else value)
        truth = value if value.__class__ is bool else _TRUTH.get(text.lower())
        if truth is None:
            if found:
                return found
            raise EvaluationError(
                f"field {self._name!r} stands for an item: {value!r} is neither true nor false",
                field=self._name,
            )
        return (*found, *self._presence) if truth else found

    def mask_function(self) -> Callable[[Any], int]:
        """Return the function from a value to the mask of its items, 0 of a missing one."""
        masks = {value: _mask(items) for value, items in self._items.items()}
        if not self._presence:
            return lambda value: masks.get(value, 0)
        # True is 1 and 1.0 too: most values are known beforehand.
        for value in (True, False, *_TRUTH):
            masks[value] = _mask(self.items(value))
        masks[None] = 0

        def mask_of(value: Any) -> int:
            found = masks.get(value)
            return _mask(self.items(value)) if found is None else found

        return mask_of

    def put(
        self, batch: Batch, matrix: npt.NDArray[np.bool_], errors: dict[int, EvaluationError]
    ) -> None:
        """Set the items of all rows in a matrix (items, rows)."""
        column = self.read.columns(batch)
        for row, error in column.errors.items():
            errors.setdefault(row, error)
        if column.type.is_list:
            column, offsets = flattened(column)
            rows = np.repeat(np.arange(batch.size), np.diff(offsets))
        else:
            rows = np.arange(batch.size)
        self.mark(column, rows, matrix, errors)

    def mark(
        self,
        column: Column,
        rows: npt.NDArray[np.intp],
        matrix: npt.NDArray[np.bool_],
        errors: dict[int, EvaluationError],
    ) -> None:
        """Set the items of single values, of which each belongs to one of the rows."""
        values, codes = _distinct(column)
        rows = rows[column.is_usable]
        places: list[int] = []
        owners: list[int] = []
        for code, value in enumerate(values):
            try:
                found = self.items(value)
            except EvaluationError as error:
                for row in rows[codes == code].tolist():
                    errors.setdefault(row, error)
                continue
            places += found
            owners += [code] * len(found)
        _mark(matrix, rows, codes, np.array(owners, np.intp), np.array(places, np.intp))


def _mask(items: tuple[int, ...]) -> int:
    return sum({1 << at for at in items})


def _distinct(column: Column) -> tuple[list[Any], npt.NDArray[np.intp]]:
    """Return the distinct values of the usable rows, and the place of each row's own."""
    usable = column.values[column.is_usable]
    if column.categories is not None:
        return list(column.categories.values), usable.astype(np.intp)
    found, codes = np.unique(usable, return_inverse=True)
    return found.tolist(), codes.astype(np.intp)


def _mark(
    matrix: npt.NDArray[np.bool_],
    rows: npt.NDArray[np.intp],
    codes: npt.NDArray[np.intp],
    owners: npt.NDArray[np.intp],
    places: npt.NDArray[np.intp],
) -> None:
    """Set the items `places` of the values `owners` (sorted) in the rows that have the values."""
    while len(owners):
        # One item of each value at a time: most values are one item.
        first = np.ones(len(owners), np.bool_)
        first[1:] = owners[1:] != owners[:-1]
        table = np.full(max(int(codes.max(initial=-1)), int(owners[-1])) + 1, -1, np.intp)
        table[owners[first]] = places[first]
        found = table[codes]
        is_item = found >= 0
        matrix[found[is_item], rows[is_item]] = True
        owners, places = owners[~first], places[~first]


class Basket:
    """The items of a row: a matrix (items, rows) in columns, a bit mask in a row."""

    def __init__(self, size: int, sources: Sequence[Source]) -> None:
        self.size = size
        self.sources = tuple(sources)

    def columns(self, batch: Batch) -> tuple[npt.NDArray[np.bool_], dict[int, EvaluationError]]:
        """Return the matrix, and the rows whose basket is not known."""
        matrix = np.zeros((self.size, batch.size), np.bool_)
        errors: dict[int, EvaluationError] = {}
        for source in self.sources:
            source.put(batch, matrix, errors)
        return matrix, errors

    def row_function(self) -> Callable[[Values], int]:
        """Return the function from a row to the mask of its items; bit i is item i."""
        readers = [
            (source.read.row_function(), source.read.type.is_list, source.mask_function())
            for source in self.sources
        ]

        def run(values: Values) -> int:
            mask = 0
            for read, is_list, mask_of in readers:
                value = read(values)
                if value is None:
                    continue
                if is_list:
                    for item in value:
                        mask |= mask_of(item)
                else:
                    mask |= mask_of(value)
            return mask

        return run


def compile_basket(
    model: Model, items: Sequence[Item], scope: Scope, *, fields: Sequence[str] | None = None
) -> Basket:
    """Find the fields that give the items of a model, and what their values stand for.

    `fields` are names; by default the active fields of the MiningSchema. Raises MarkupError where
    no item can ever be in a basket.
    """
    names = fields
    if names is None:
        names = [
            item.name for item in model.mining_schema.mining_fields if item.usage_type == "active"
        ]
    own = [item.field for item in items if item.field is not None]
    known: set[int] = set()
    sources = []
    for name in dict.fromkeys((*names, *own)):
        field = scope.field(name, model, lists=True)
        source, matched = _source(field, name in names, items)
        known |= matched
        sources.append(source)
    unknown = [item for at, item in enumerate(items) if at not in known]
    if unknown and len(unknown) == len(items):
        raise wrong(
            model,
            f"no Item is a value or a name of the fields {', '.join(names)}; where the rows of a "
            "group are a basket, the MiningSchema names the field of the group (usageType)",
            code=mistakes.NO_INPUT,
        )
    for item in unknown:
        text = f"item {item.value!r} is no value of a field: it can be in no basket"
        scope.compilation.warn(_NO_SUCH_ITEM, text, item)
    return Basket(len(items), sources)


def _source(field: Field, is_active: bool, items: Sequence[Item]) -> tuple[Source, set[int]]:
    """Make the source of one field, and tell which items it knows."""
    type = field.type.item or field.type
    by_value: dict[Any, tuple[int, ...]] = {}
    presence: list[int] = []
    known: set[int] = set()
    prefix = f"{field.name}="
    for at, item in enumerate(items):
        if item.field is not None:
            if item.field != field.name:
                continue
            if item.category is None:
                raise wrong(
                    item,
                    f"item {item.id!r} names a field but no category",
                    code=mistakes.MISSING_ATTRIBUTE,
                )
            text: str | None = item.category
        elif not is_active:
            continue
        elif field.type.is_list:
            text = item.value
        elif item.value == field.name:
            presence.append(at)
            known.add(at)
            continue
        else:
            text = item.value[len(prefix) :] if item.value.startswith(prefix) else None
        value = None if text is None else _value(text, type)
        if value is not None:
            by_value[value] = (*by_value.get(value, ()), at)
            known.add(at)
    return Source(field, by_value, tuple(presence)), known


def _value(text: str, type: DataType) -> Any:
    try:
        return parse_text(text, type)
    except ValueError:
        return None

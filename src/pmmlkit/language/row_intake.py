"""The preparation of a whole row: plain numbers all at once, everything else field by field."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple

from pmmlkit.language.preparation import FieldPreparation
from pmmlkit.language.step import Values

__all__ = ["RowPreparation", "row_preparation"]

_CODES = {"double": "d", "float": "f"}


class RowPreparation(NamedTuple):
    """What makes the values of a row, by slot.

    `values` takes any row; a key that is absent is missing. It raises `EvaluationError` where a
    field has no result. `plain` takes what holds the inputs, all of them Python floats without a
    treatment, and nothing else; of anything else it returns None.
    """

    values: Callable[[dict[str, Any]], Values]
    plain: Callable[[dict[str, Any]], Values | None]


def row_preparation(
    inputs: Sequence[tuple[str, int, FieldPreparation]], slots: int
) -> RowPreparation:
    """Return the preparation of rows; `inputs` are name, slot and preparation of each field, of
    `slots` slots in all.
    """
    fields = [(name, slot, preparation.row_function()) for name, slot, preparation in inputs]

    def one_by_one(record: dict[str, Any]) -> Values:
        values: Values = [None] * slots
        get = record.get
        for name, slot, prepare in fields:
            values[slot] = prepare(get(name))
        return values

    plain = {
        slot: (name, _CODES[preparation.type.kind])
        for name, slot, preparation in inputs
        if preparation.is_plain and preparation.type.kind in _CODES
    }
    first = min(plain, default=0)
    if len(plain) < 2 or max(plain) >= first + len(plain):
        return RowPreparation(one_by_one, lambda record: None)
    names = [plain[slot] for slot in sorted(plain)]
    numbers = _numbers(names, first, slots, alone=False)
    others = [item for item in fields if item[1] not in plain]

    def all_values(record: dict[str, Any]) -> Values:
        values = numbers(record)
        if values is None:
            return one_by_one(record)
        for name, slot, prepare in others:
            values[slot] = prepare(record.get(name))
        return values

    if others:
        return RowPreparation(all_values, lambda record: None)
    return RowPreparation(all_values, _numbers(names, first, slots, alone=True))


def _numbers(
    fields: Sequence[tuple[str, str]], first: int, slots: int, *, alone: bool
) -> Callable[[dict[str, Any]], Values | None]:
    """Return the function that puts the numbers of a row into the slots from `first` on, rounded to
    their types; it returns None where one is no finite Python float, or (`alone`) there are other
    keys.

    `fields` are names and codes of `struct`.
    """
    count = len(fields)
    before, after = (None,) * first, (None,) * (slots - first - count)
    numbers_of = itemgetter(*(name for name, _ in fields))
    codes = "".join(code for _, code in fields)
    singles = struct.Struct(f"={codes}")
    rounds = "f" in codes
    pack, unpack = singles.pack, singles.unpack

    def read(record: dict[str, Any]) -> Values | None:
        if alone and len(record) != count:
            return None
        try:
            numbers = numbers_of(record)
        except KeyError:
            return None
        if [*map(type, numbers)].count(float) != count:
            return None
        total = sum(numbers)
        if total - total != 0.0:  # not finite, or so large that it does not matter
            return None
        if rounds:
            try:
                numbers = unpack(pack(*numbers))
            except OverflowError:
                return None
        return [*before, *numbers, *after]

    return read

"""The preparation of a whole row: plain numbers all at once, everything else field by field."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from pmmlkit.language.preparation import FieldPreparation
from pmmlkit.language.step import Values

__all__ = ["row_preparation"]

_CODES = {"double": "d", "float": "f"}
_FLOATS = frozenset({float})


def row_preparation(
    inputs: Sequence[tuple[str, int, FieldPreparation]], slots: int
) -> Callable[[dict[str, Any]], Values]:
    """Return the function from a row to its values by slot.

    `inputs`: name, slot and preparation of each field; `slots`: how many there are in all. A key
    that is absent is missing. The function raises `EvaluationError` where a field has no result.
    """
    fields = [(name, slot, preparation.row_function()) for name, slot, preparation in inputs]

    def one_by_one(record: dict[str, Any]) -> Values:
        values: Values = [None] * slots
        get = record.get
        for name, slot, prepare in fields:
            values[slot] = prepare(get(name))
        return values

    plain = {
        slot: _CODES[preparation.type.kind]
        for _, slot, preparation in inputs
        if preparation.is_plain and preparation.type.kind in _CODES
    }
    first = min(plain, default=0)
    after = first + len(plain)
    if len(plain) < 2 or max(plain) >= after:
        return one_by_one
    numbers_of = itemgetter(*(name for name, slot, _ in sorted(inputs, key=_slot) if slot in plain))
    singles = struct.Struct("=" + "".join(plain[slot] for slot in range(first, after)))
    rounds = "f" in singles.format
    pack, unpack = singles.pack, singles.unpack
    others = [item for item in fields if item[1] not in plain]

    def prepare(record: dict[str, Any]) -> Values:
        try:
            numbers = numbers_of(record)
        except KeyError:
            return one_by_one(record)
        if set(map(type, numbers)) != _FLOATS:
            return one_by_one(record)
        total = sum(numbers)
        if total - total != 0.0:  # not finite, or so large that it does not matter
            return one_by_one(record)
        if rounds:
            try:
                numbers = unpack(pack(*numbers))
            except OverflowError:
                return one_by_one(record)
        values: Values = [None] * slots
        values[first:after] = numbers
        for name, slot, prepare_one in others:
            values[slot] = prepare_one(record.get(name))
        return values

    return prepare


def _slot(item: tuple[str, int, FieldPreparation]) -> int:
    return item[1]

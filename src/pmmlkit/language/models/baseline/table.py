"""CountTable and NormalizedCountTable as cells: combinations of values of fields, with counts.

Semantics chapter 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.text import parse_text
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.baseline.declaration import (
    CountTable,
    FieldValue,
    FieldValueCount,
    NormalizedCountTable,
)
from pmmlkit.language.step import Batch, Read, Values

if TYPE_CHECKING:
    from pmmlkit.language.scope import Scope

__all__ = ["Cells", "compile_cells"]

Path = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """The cells of a table: `reads` give the values of an event, `places` tell its cell.

    `counts` are those of the baseline; an event in no cell of the table is in one more, the last.
    """

    reads: tuple[Read, ...]
    places: Mapping[tuple[Any, ...], int]
    counts: tuple[float, ...]

    def columns(self, batch: Batch) -> tuple[npt.NDArray[np.int64], list[Column]]:
        """Return the cell of each row, and the columns that decide whether it is an event."""
        columns = [read.columns(batch) for read in self.reads]
        # The beginnings of the keys are numbered field by field; one that is in no key is the last.
        numbers = np.zeros(batch.size, np.int64)
        known: dict[tuple[Any, ...], int] = {(): 0}
        for at, column in enumerate(columns):
            values = list(dict.fromkeys(key[at] for key in self.places))
            index = {value: number for number, value in enumerate(values)}
            longer = list(dict.fromkeys(key[: at + 1] for key in self.places))
            width = len(values) + 1
            codes = np.array(
                [known[start[:-1]] * width + index[start[-1]] for start in longer], np.int64
            )
            numbers = _found(numbers * width + _numbered(column, values), codes)
            known = {start: number for number, start in enumerate(longer)}
        # All keys are as long as the fields are many: their order is that of the places.
        return numbers, columns

    def row_function(self) -> Callable[[Values], int | None]:
        """Return the cell of one row, None where a value is missing."""
        functions = [read.row_function() for read in self.reads]
        place_of, other = self.places.get, len(self.places)

        def run(values: Values) -> int | None:
            key = tuple([function(values) for function in functions])
            return None if None in key else place_of(key, other)

        return run


def _found(codes: npt.NDArray[np.int64], known: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return the position of each code in `known`, the length of that where it is not there."""
    order = np.argsort(known)
    at = order[np.minimum(np.searchsorted(known, codes, sorter=order), len(known) - 1)]
    result: npt.NDArray[np.int64] = np.where(known[at] == codes, at, len(known))
    return result


def _numbered(column: Column, values: Sequence[Any]) -> npt.NDArray[np.intp]:
    numbers = np.full(len(column), len(values), np.intp)
    if column.categories is not None:
        places = {value: at for at, value in enumerate(values)}
        table = np.array(
            [places.get(name, len(values)) for name in (*column.categories.values, None)], np.intp
        )
        return table[np.where(column.is_usable, column.values, -1)]
    for at, value in enumerate(values):
        numbers[column.values == value] = at
    return numbers


def compile_cells(table: CountTable, field: str, scope: Scope) -> Cells:
    """Compile a table.

    Raises MarkupError where it does not count values of `field`, or its branches differ in the
    fields that they name.
    """
    leaves = _leaves(table)
    names = [name for name, _ in leaves[0][0]]
    if field not in names:
        raise wrong(
            table, f"the table does not count values of {field!r}", code=mistakes.CONTRADICTION
        )
    if len(set(names)) < len(names):
        raise wrong(
            table,
            f"the fields {', '.join(names)} are not different ones",
            code=mistakes.DUPLICATE_ENTRY,
        )
    reads = tuple(scope.read(name, table) for name in names)
    places: dict[tuple[Any, ...], int] = {}
    counts: list[float] = []
    for path, leaf in leaves:
        if [name for name, _ in path] != names:
            raise wrong(
                leaf,
                f"the fields above are not {', '.join(names)} as elsewhere",
                code=mistakes.CONTRADICTION,
            )
        key = tuple(_value(text, read, leaf) for (_, text), read in zip(path, reads, strict=True))
        if key in places:
            raise wrong(
                leaf, f"there are two counts for {leaf.value!r}", code=mistakes.DUPLICATE_ENTRY
            )
        if not (math.isfinite(leaf.count) and leaf.count >= 0):
            raise wrong(
                leaf, f"count {leaf.count!r} is not a number from 0 on", code=mistakes.COUNTS
            )
        places[key] = len(places)
        counts.append(leaf.count)
    if not any(counts):
        raise wrong(table, "all counts are 0", code=mistakes.COUNTS)
    if isinstance(table, NormalizedCountTable) and table.sample is not None:
        if not (math.isfinite(table.sample) and table.sample > 0):
            raise wrong(
                table, f"sample {table.sample!r} is not a number above 0", code=mistakes.COUNTS
            )
        whole = math.fsum(counts)
        counts = [count / whole * table.sample for count in counts]
    return Cells(reads, places, tuple(counts))


def _leaves(table: CountTable) -> list[tuple[Path, FieldValueCount]]:
    """List the counts in document order, each under the fields and values above it."""
    leaves: list[tuple[Path, FieldValueCount]] = []
    pending: list[tuple[Path, CountTable | FieldValue]] = [((), table)]
    while pending:
        path, element = pending.pop()
        leaves += [((*path, (leaf.field, leaf.value)), leaf) for leaf in element.field_value_counts]
        if not (element.field_value_counts or element.field_values):
            raise wrong(element, "holds no counts", code=mistakes.MISSING_ELEMENT)
        pending += [
            ((*path, (inner.field, inner.value)), inner) for inner in reversed(element.field_values)
        ]
    return leaves


def _value(text: str, read: Read, leaf: FieldValueCount) -> Any:
    try:
        return parse_text(text, read.type)
    except ValueError as error:
        name = read.field.name
        raise wrong(
            leaf, f"value {text!r} of {name!r} is no {read.type.name}", code=mistakes.NOT_OF_TYPE
        ) from error

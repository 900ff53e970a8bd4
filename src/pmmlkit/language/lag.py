"""Lag: the values of a field in earlier rows. Specification: Transformations; semantics 4.

Rows are in the order of the `order` fields of the MiningSchema, or as given. One row alone has no
earlier rows, so that its lags are missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, VALID, Column
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.ordering import Positions, numbered, ranks
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Batch, Field, Read, RowFunction, Step, Values
from pmmlkit.xml.declaration import Element, attribute, children, enumeration
from pmmlkit.xml.lexical import POSITIVE

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["BlockIndicator", "Lag"]

Doubles = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_MEDIAN_CELLS: Final = 4_000_000
_FARTHEST: Final = 1 << 31
"""No table has so many rows: an `n` beyond means the same as this one."""


@dataclass(frozen=True, slots=True)
class _Window:
    """The up to `reach` rows before each of the rows, which are sorted by block and order."""

    values: npt.NDArray[Any]
    usable: Mask
    before: Positions
    reach: int

    def __iter__(self) -> Iterator[tuple[Any, Mask]]:
        """Yield the values of the earliest row, of the next ..., and where there is one."""
        for back in range(self.reach, 0, -1):
            here = np.zeros(len(self.values), np.bool_)
            here[back:] = self.usable[:-back] & (self.before[back:] >= back)
            shifted = np.zeros_like(self.values)
            shifted[back:] = self.values[:-back]
            yield shifted, here

    def of_rows(self, start: int, stop: int) -> tuple[Any, Mask]:
        """Return the same of some rows as matrices (rows, reach)."""
        back = np.arange(1, self.reach + 1)
        at = np.arange(start, min(stop, len(self.values)))[:, None] - back
        here = self.before[start:stop, None] >= back
        at[~here] = 0
        return self.values[at], here & self.usable[at]


class BlockIndicator(Element, since="4.3"):
    """A field whose value an earlier row shares, or else it does not count."""

    field: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=(), since="4.4")


class Lag(Compiled, since="4.3"):
    """The value of a field n rows before, or a statistic of the n rows before."""

    field: str = attribute(required=True)
    n: int = attribute(type=POSITIVE, default=1)
    aggregate: str = attribute(
        default="none",
        values=enumeration("none", "avg", "max", "median", "min", "product", "sum", "stddev"),
        since="4.4",
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())
    block_indicators: tuple[BlockIndicator, ...] = children("BlockIndicator", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field and those that tell blocks apart."""
        return (self.field, *(item.field for item in self.block_indicators))

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to the read of a field that is computed over the whole table beforehand."""
        if self.n < 1:
            raise wrong(
                self,
                f"n is {self.n}; it counts earlier rows, from 1 on",
                code=mistakes.OUT_OF_RANGE,
            )
        if self.aggregate != "none" and self.aggregate not in _STATISTICS:
            raise wrong(
                self,
                f"aggregate {self.aggregate!r} is none of the specification's",
                code=mistakes.UNKNOWN_VALUE,
            )
        field = _data_field(scope, self.field, self)
        blocks = tuple(_data_field(scope, item.field, item) for item in self.block_indicators)
        if self.aggregate != "none" and not field.type.is_number:
            raise wrong(
                self,
                f"field {self.field!r} is no number: it has no {self.aggregate}",
                code=mistakes.FIELD_TYPE,
            )
        compilation = scope.compilation
        key = ("lag", field.slot, self.n, self.aggregate, *(block.slot for block in blocks))
        made: Field | None = compilation.cache.get(key)
        if made is None:
            order = tuple(item for usage, item in compilation.inputs if usage == "order")
            compilation.used.update(item.slot for item in order)
            step = (
                _Earlier(field, self.n, blocks, order)
                if self.aggregate == "none"
                else _Statistic(field, self.n, blocks, order, self.aggregate)
            )
            root = scope
            while root.parent is not None:
                root = root.parent
            made = root.add(self.tag, step, frame=compilation.history)
            compilation.cache[key] = made
            compilation.sequential = True
        return Read(made)


def _data_field(scope: Scope, name: str, user: Element) -> Field:
    field = scope.field(name, user)
    if all(field.slot != item.slot for _, item in scope.compilation.inputs):
        raise unsupported(
            user,
            f"field {name!r} is not read from the input as it is; a Lag goes over data fields only",
            field=name,
        )
    return field


class _History(Step):
    """What a row knows of earlier ones. `_places` puts the rows of a block in their order."""

    __slots__ = ("_blocks", "_field", "_order", "n")

    def __init__(
        self,
        field: Field,
        n: int,
        blocks: Sequence[Field],
        order: Sequence[Field],
        type: DataType,
    ) -> None:
        # A row whose own value could not be prepared fails those that look back at it.
        super().__init__(type, may_fail=True)
        self._field = field
        self.n = min(n, _FARTHEST)
        self._blocks = blocks
        self._order = order

    def row_function(self) -> RowFunction:
        """Return missing: one row has none before it."""
        return _nothing

    def _places(self, batch: Batch) -> tuple[Positions, Positions]:
        """Return the rows in order, block by block, and the number of rows before each in its
        block.
        """
        size = batch.size
        block = numbered([batch[field] for field in self._blocks], size)
        keys: list[npt.NDArray[Any]] = []
        for field in self._order:
            values = field.values if field.optype == "ordinal" else ()
            numbers, absent = ranks(batch[field], values)
            keys += (absent, numbers)
        rows = np.lexsort((*keys[::-1], block))
        sorted_block = block[rows]
        is_first = np.ones(size, np.bool_)
        is_first[1:] = sorted_block[1:] != sorted_block[:-1]
        places = np.arange(size)
        return rows, places - np.maximum.accumulate(np.where(is_first, places, 0))


def _nothing(values: Values) -> None:
    return None


class _Earlier(_History):
    """The value n rows before."""

    __slots__ = ()

    def __init__(
        self, field: Field, n: int, blocks: Sequence[Field], order: Sequence[Field]
    ) -> None:
        super().__init__(field, n, blocks, order, field.type)

    def columns(self, batch: Batch) -> Column:
        """Move the column."""
        rows, before = self._places(batch)
        source = np.full(batch.size, -1, np.intp)
        later = np.flatnonzero(before >= self.n)
        source[rows[later]] = rows[later - self.n]
        is_there = source >= 0
        if not is_there.any():
            return Column.missing(self.type, batch.size)
        taken = batch[self._field].take(np.where(is_there, source, 0))
        state = np.zeros(batch.size, np.uint8) if taken.state is None else taken.state.copy()
        state[~is_there] = MISSING
        errors = {row: error for row, error in taken.errors.items() if is_there[row]}
        return taken.with_state(state, errors)


class _Statistic(_History):
    """A statistic of the up to n rows before; missing values are ignored."""

    __slots__ = ("_name",)

    def __init__(
        self,
        field: Field,
        n: int,
        blocks: Sequence[Field],
        order: Sequence[Field],
        name: str,
    ) -> None:
        # JPMML has the field's type for all: the mean of integers fails where it has decimals.
        keeps = name in ("max", "min", "sum", "product") or field.type.kind != "integer"
        super().__init__(field, n, blocks, order, field.type if keeps else DOUBLE)
        self._name = name

    def columns(self, batch: Batch) -> Column:
        """Go back row by row, all rows at once."""
        rows, before = self._places(batch)
        column = batch[self._field].take(rows)
        size = batch.size
        usable = column.is_usable
        reach = min(self.n, int(before.max(initial=0)))
        whole = self.type.kind == "integer"
        values = column.values.astype(np.int64 if whole else np.float64)
        values = np.where(usable, values, values.dtype.type(0))

        window = _Window(values, usable, before, reach)
        counts = np.zeros(size, np.int64)
        for _, here in window:
            counts += here
        with np.errstate(all="ignore"):
            result = _STATISTICS[self._name](window, counts)
        state = np.where(counts == 0, np.uint8(MISSING), np.uint8(VALID))
        errors: dict[int, EvaluationError] = {}
        if whole and self._name in ("sum", "product"):
            _check_whole(self._name, window, result, errors)
        _spread(column, before, self.n, errors)
        state[list(errors)] = ERROR
        sorted_column = Column(result.astype(self.type.dtype), self.type, state, errors=errors)
        back_again = np.empty(size, np.intp)
        back_again[rows] = np.arange(size)
        return sorted_column.take(back_again)


def _spread(column: Column, before: Positions, n: int, errors: dict[int, EvaluationError]) -> None:
    """Fail the rows that have a row in error among the n before them."""
    for row, error in column.errors.items():
        for later in range(row + 1, min(row + n, len(before) - 1) + 1):
            if before[later] < later - row:
                break
            errors.setdefault(later, error)


def _check_whole(
    name: str, window: _Window, result: npt.NDArray[np.int64], errors: dict[int, EvaluationError]
) -> None:
    """Redo in Python's integers where 64 bit may be too few."""
    bound = np.full(len(result), 0.0 if name == "sum" else 1.0)
    for values, here in window:
        size = np.abs(values.astype(np.float64))
        bound = np.where(here, bound + size if name == "sum" else bound * size, bound)
    for row in np.flatnonzero(~(bound < 2.0**62)).tolist():
        exact = 0 if name == "sum" else 1
        for values, here in window:
            if here[row]:
                item = int(values[row])
                exact = exact + item if name == "sum" else exact * item
        if -(2**63) <= exact < 2**63:
            result[row] = exact
        else:
            errors[row] = EvaluationError(f"the {name} of a Lag is beyond 64 bit", element="Lag")


def _folded(operation: Callable[[Any, Any], Any]) -> Callable[[_Window, Any], Any]:
    def run(window: _Window, counts: Any) -> Any:
        total: Any = None
        known = np.zeros(len(counts), np.bool_)
        for values, here in window:
            if total is None:
                total = np.zeros_like(values)
            total = np.where(here, np.where(known, operation(total, values), values), total)
            known |= here
        return np.zeros(len(counts)) if total is None else total

    return run


_sum = _folded(np.add)


def _average(window: _Window, counts: Any) -> Any:
    return _sum(window, counts) / np.maximum(counts, 1)


def _deviation(window: _Window, counts: Any) -> Any:
    """The deviation of a sample, 0 of a single value (as JPMML; the specification is silent)."""
    mean = _average(window, counts)
    squares = np.zeros(len(counts))
    for values, here in window:
        squares += np.where(here, (values - mean) ** 2, 0.0)
    return np.sqrt(squares / np.maximum(counts - 1, 1))


def _median(window: _Window, counts: Any) -> Any:
    size = len(counts)
    result = np.zeros(size)
    step = max(1, _MEDIAN_CELLS // max(window.reach, 1))
    for start in range(0, size if window.reach else 0, step):
        values, here = window.of_rows(start, start + step)
        table = np.sort(np.where(here, values, np.inf), axis=1)
        rows, many = np.arange(len(table)), counts[start : start + step]
        high = table[rows, np.minimum(many // 2, window.reach - 1)]
        low = table[rows, np.maximum(many // 2 - 1, 0)]
        result[start : start + step] = np.where(many % 2 == 1, high, (low + high) / 2)
    return result


_STATISTICS: Final[Mapping[str, Callable[[_Window, Any], Any]]] = MappingProxyType(
    {
        "avg": _average,
        "max": _folded(np.maximum),
        "median": _median,
        "min": _folded(np.minimum),
        "product": _folded(np.multiply),
        "sum": _sum,
        "stddev": _deviation,
    }
)

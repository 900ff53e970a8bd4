"""Aggregate: one value of the values of a group. Specification: Transformations; semantics 4."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, INVALID, MISSING, Column
from pmmlkit.columns.lists import flattened
from pmmlkit.columns.types import DOUBLE, INTEGER, DataType
from pmmlkit.columns.values import invalid
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Batch, Read, RowFunction, Step, Values
from pmmlkit.xml.declaration import attribute, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = ["Aggregate"]

Items = npt.NDArray[Any]
Positions = npt.NDArray[np.intp]

_NUMBERS_ONLY: Final = ("sum", "average")


class Aggregate(Compiled):
    """A statistic of the values that a field has in the rows of a group; missing ones are
    ignored.
    """

    field: str = attribute(required=True)
    function: str = attribute(
        required=True,
        values=enumeration("count", "sum", "average", "min", "max", "multiset"),
        refused={"multiset": "a multiset is no value that a field can have"},
    )
    group_field: str | None = attribute(default=None)
    sql_where: str | None = attribute(
        "sqlWhere", default=None, refused={"*": "SQL in a document is not run"}
    )
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def references(self) -> tuple[str, ...]:
        """Return the field."""
        return (self.field,)

    def build(self, scope: Scope, operands: tuple[Step, ...]) -> Step:
        """Compile to a fold over the list that the field holds."""
        read = scope.read(self.field, self, lists=True)
        groups = [field.name for usage, field in scope.compilation.inputs if usage == "group"]
        item = read.type.item
        if item is None:
            text = f"field {self.field!r} has one value a row; an Aggregate needs a group field"
            raise wrong(self, text, code=mistakes.FIELD_TYPE)
        if self.group_field is not None and self.group_field not in groups:
            text = f"groupField {self.group_field!r} is no group field of the MiningSchema"
            raise unsupported(self, text, code=mistakes.CONTRADICTION, field=self.group_field)
        if self.function == "count":
            return _Count(read, INTEGER)
        is_ordered = item.is_temporal and self.function not in _NUMBERS_ONLY
        if not (item.is_number or is_ordered):
            raise wrong(
                self,
                f"field {self.field!r} is {item.name}: it has no {self.function}",
                code=mistakes.FIELD_TYPE,
            )
        if self.function == "average":
            return _Average(read, DOUBLE if item.kind == "integer" else item)
        fold = {"sum": _Sum, "min": _Least, "max": _Greatest}.get(self.function)
        if fold is None:
            raise wrong(
                self,
                f"function {self.function!r} is none of the specification's",
                code=mistakes.UNKNOWN_VALUE,
            )
        return fold(read, item)


class _Fold(Step):
    """A statistic of a list; `of_items` over all rows, `of_row` over the values that are there."""

    __slots__ = ("_read",)

    def __init__(self, read: Read, type: DataType) -> None:
        super().__init__(type, may_fail=read.may_fail or type.kind == "integer")
        self._read = read

    def columns(self, batch: Batch) -> Column:
        """Fold the lists of all rows."""
        lists = self._read.columns(batch)
        items, offsets = flattened(lists)
        rows = np.repeat(np.arange(batch.size), np.diff(offsets))
        usable = items.is_usable
        rows, values = rows[usable], items.values[usable]
        counts = np.bincount(rows, minlength=batch.size)
        state = np.zeros(batch.size, np.uint8)
        state[lists.is_missing] = MISSING
        errors = dict(lists.errors)
        result = self.of_items(values, rows, counts, state, errors)
        state[list(errors)] = ERROR
        return Column(result, self.type, state, errors=errors)

    def of_items(
        self,
        values: Items,
        rows: Positions,
        counts: Positions,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Items:
        """Return the results: `values` with the `rows` that they are of, in order, `counts` of
        them in each row.
        """
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowFunction:
        """Fold the list of one row."""
        read, fold = self._read.row_function(), self.of_row()

        def run(values: Values) -> Any:
            items = read(values)
            if items is None:
                return None
            return fold([item for item in items if item is not None])

        return run

    def of_row(self) -> Callable[[Sequence[Any]], Any]:
        """Return the function of the values that are there."""
        raise AssertionError(type(self).__name__)


class _Count(_Fold):
    __slots__ = ()

    def of_items(
        self,
        values: Items,
        rows: Positions,
        counts: Positions,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Items:
        return counts.astype(np.int64)

    def of_row(self) -> Callable[[Sequence[Any]], Any]:
        return len


class _Sum(_Fold):
    """The sum; one that is beyond 64 bit is an error of its row."""

    __slots__ = ()

    def of_items(
        self,
        values: Items,
        rows: Positions,
        counts: Positions,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Items:
        state[(counts == 0) & (state == 0)] = MISSING
        total = np.bincount(rows, weights=values.astype(np.float64), minlength=len(counts))
        if self.type.kind == "integer":
            return _whole(values, rows, len(counts), errors)
        return _real(total, self.type, state)

    def of_row(self) -> Callable[[Sequence[Any]], Any]:
        settle = _settled(self.type)
        if self.type.kind != "integer":
            return lambda items: settle(_total(items)) if items else None

        def run(items: Sequence[Any]) -> Any:
            if not items:
                return None
            result = sum(map(int, items))
            if not -(2**63) <= result < 2**63:
                raise _overflow()
            return result

        return run


def _whole(values: Items, rows: Positions, size: int, errors: dict[int, EvaluationError]) -> Items:
    """Add integers, in Python's where 64 bit may be too few."""
    bound = np.bincount(rows, weights=np.abs(values.astype(np.float64)), minlength=size)
    total = np.zeros(size, np.int64)
    np.add.at(total, rows, values)
    for row in np.flatnonzero(bound >= 2.0**62).tolist():
        exact = sum(values[rows == row].tolist())
        if -(2**63) <= exact < 2**63:
            total[row] = exact
        else:
            errors.setdefault(row, _overflow())
    return total


def _overflow() -> EvaluationError:
    return EvaluationError("the sum of the group is beyond 64 bit", element="Aggregate")


# Not `sum`: from Python 3.12 on it compensates.
def _total(items: Sequence[Any]) -> float:
    total = 0.0
    for item in items:
        total += item
    return total


class _Average(_Fold):
    __slots__ = ()

    def of_items(
        self,
        values: Items,
        rows: Positions,
        counts: Positions,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Items:
        state[(counts == 0) & (state == 0)] = MISSING
        total = np.bincount(rows, weights=values.astype(np.float64), minlength=len(counts))
        return _real(total / np.maximum(counts, 1), self.type, state)

    def of_row(self) -> Callable[[Sequence[Any]], Any]:
        settle = _settled(self.type)
        return lambda items: settle(_total(items) / len(items)) if items else None


class _Least(_Fold):
    """The smallest value; NaN, which only an invalid value can be, wins."""

    __slots__ = ()
    _fold: Any = np.minimum

    def of_items(
        self,
        values: Items,
        rows: Positions,
        counts: Positions,
        state: npt.NDArray[np.uint8],
        errors: dict[int, EvaluationError],
    ) -> Items:
        state[(counts == 0) & (state == 0)] = MISSING
        result = np.zeros(len(counts), self.type.dtype)
        some = np.flatnonzero(counts)
        if len(some):
            starts = (np.cumsum(counts) - counts)[some]
            result[some] = self._fold.reduceat(values, starts)
        return _real(result, self.type, state) if self.type.is_number else result

    def of_row(self) -> Callable[[Sequence[Any]], Any]:
        settle, best = _settled(self.type), self.best

        def run(items: Sequence[Any]) -> Any:
            nan = next((item for item in items if item != item), None)
            return None if not items else settle(best(items) if nan is None else nan)

        return run

    def best(self, items: Sequence[Any]) -> Any:
        """Return the value that wins."""
        return min(items)


class _Greatest(_Least):
    __slots__ = ()
    _fold: Any = np.maximum

    def best(self, items: Sequence[Any]) -> Any:
        return max(items)


def _real(values: Items, type: DataType, state: npt.NDArray[np.uint8]) -> Items:
    """Round to the type; NaN is a value, but not a valid one."""
    with np.errstate(over="ignore"):
        values = values.astype(type.dtype)
    if type.kind in ("float", "double"):
        state[np.isnan(values) & (state == 0)] = INVALID
    return values


def _settled(type: DataType) -> Callable[[Any], Any]:
    if type.kind in ("float", "double"):
        is_single = type.kind == "float"

        def real(value: Any) -> Any:
            number = _single(float(value)) if is_single else float(value)
            return number if number == number else invalid(number)

        return real
    return int


def _single(value: float) -> float:
    with np.errstate(over="ignore"):
        return float(np.float32(value))

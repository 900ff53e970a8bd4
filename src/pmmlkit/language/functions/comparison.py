"""Group G: ``equal notEqual lessThan lessOrEqual greaterThan greaterOrEqual`` (semantics 5.3 and
2.3).

Numbers are compared as the first of them, else the second argument is converted to the type of the
first.
NaN, which invalid values kept as they are and results can bring, equals itself and is greater than
every number, as in predicates.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.columns.column import Categories, Column, combined_state
from pmmlkit.columns.conversion import format_value
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.functions.function import Call, Function, FunctionStep, is_nothing
from pmmlkit.language.functions.numeric import Array
from pmmlkit.language.step import Batch, Constant, Field, Read, RowFunction, Step, Values
from pmmlkit.language.unary import UnaryStep

__all__ = ["FUNCTIONS", "alike", "codes_of", "ranks_of"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """One comparison: plain in both modes, with NaN in order, and of a row with a constant.

    The NaN forms take floats and arrays of them.
    """

    plain: Callable[[Any, Any], Any]
    with_nan: Callable[[Any, Any], Any]
    constant: Callable[[RowFunction, Any], RowFunction]
    orders: bool


def _less(a: Any, b: Any) -> Any:
    return (a < b) | ((b != b) & (a == a))


def _same(a: Any, b: Any) -> Any:
    return (a == b) | ((a != a) & (b != b))


# `not a <= c` in place of `a > c`: they differ for NaN, which is greater than all numbers.
COMPARISONS: Final = {
    "equal": Comparison(
        operator.eq,
        _same,
        lambda read, c: lambda values: None if (a := read(values)) is None else a == c,
        False,
    ),
    "notEqual": Comparison(
        operator.ne,
        lambda a, b: _same(a, b) ^ True,
        lambda read, c: lambda values: None if (a := read(values)) is None else a != c,
        False,
    ),
    "lessThan": Comparison(
        operator.lt,
        _less,
        lambda read, c: lambda values: None if (a := read(values)) is None else a < c,
        True,
    ),
    "lessOrEqual": Comparison(
        operator.le,
        lambda a, b: _less(b, a) ^ True,
        lambda read, c: lambda values: None if (a := read(values)) is None else a <= c,
        True,
    ),
    "greaterThan": Comparison(
        operator.gt,
        lambda a, b: _less(b, a),
        lambda read, c: lambda values: None if (a := read(values)) is None else not a <= c,
        True,
    ),
    "greaterOrEqual": Comparison(
        operator.ge,
        lambda a, b: _less(a, b) ^ True,
        lambda read, c: lambda values: None if (a := read(values)) is None else not a < c,
        True,
    ),
}


class CompareStep(FunctionStep):
    """Two arguments of one type compared."""

    __slots__ = ("comparison", "left", "right")

    def __init__(self, comparison: Comparison, left: Step, right: Step) -> None:
        super().__init__(BOOLEAN, may_fail=left.may_fail or right.may_fail)
        self.comparison = comparison
        self.left = left
        self.right = right

    def columns(self, batch: Batch) -> Column:
        """Compare values, codes, or ranks of strings."""
        columns = (self.left.columns(batch), self.right.columns(batch))
        state, errors = combined_state(*columns)
        test = self.comparison.plain
        if self.left.type.kind == "string":
            code = ranks_of if self.comparison.orders else codes_of
            left, right = code(columns)
        else:
            left, right = columns[0].values, columns[1].values
            if left.dtype.kind == "f" and (np.isnan(left).any() or np.isnan(right).any()):
                test = self.comparison.with_nan
            if self.left.type.kind != self.right.type.kind:
                left, right = left.astype(np.float64), right.astype(np.float64)
        with np.errstate(invalid="ignore"):
            return Column(test(left, right), BOOLEAN, state, errors=errors)

    def row_function(self) -> RowFunction:
        """Compare two row values."""
        plain, with_nan = self.comparison.plain, self.comparison.with_nan
        right = self.right.value if isinstance(self.right, Constant) else None
        if right is not None and right == right:
            left = self.left
            if isinstance(left, Read) and not left.may_fail:
                return self.comparison.constant(operator.itemgetter(left.field.slot), right)
            return self.comparison.constant(left.row_function(), right)
        read_left, read_right = self.left.row_function(), self.right.row_function()
        if self.left.type.kind in ("float", "double"):

            def run_floats(values: Values) -> bool | None:
                a = read_left(values)
                b = read_right(values)
                if a is None or b is None:
                    return None
                if a != a or b != b:
                    return bool(with_nan(a, b))
                return plain(a, b)  # type: ignore[no-any-return]  # a function of operator

            return run_floats

        def run(values: Values) -> bool | None:
            a = read_left(values)
            b = read_right(values)
            if a is None or b is None:
                return None
            return plain(a, b)  # type: ignore[no-any-return]  # a function of operator

        return run


def codes_of(columns: Sequence[Column]) -> list[Array]:
    """Return numbers for strings that are equal where the strings are.

    Rows without a value may hold anything.
    """
    first, *others = columns
    assert first.categories is not None
    arrays: list[Array] = [first.values]
    for column in others:
        assert column.categories is not None
        if column.categories is first.categories:
            arrays.append(column.values)
            continue
        table = np.append(column.categories.codes_in(first.categories), np.int32(-2))
        arrays.append(table.take(column.values, mode="clip"))
    return arrays


def ranks_of(columns: Sequence[Column]) -> list[Array]:
    """Return numbers for strings that are ordered as the strings are.

    Rows without a value may hold anything.
    """
    known = sorted({text for column in columns for text in _categories(column).values})
    rank = {text: place for place, text in enumerate(known)}
    arrays: list[Array] = []
    for column in columns:
        table = np.array([*(rank[text] for text in _categories(column).values), -1], np.int64)
        arrays.append(table.take(column.values, mode="clip"))
    return arrays


def _categories(column: Column) -> Categories:
    assert column.categories is not None
    return column.categories


def alike(call: Call, left: Step, right: Step) -> tuple[Step, Step]:
    """Return two steps of one type.

    Numbers as `compared_as` says, else the second is converted to the type of the first.
    """
    if is_nothing(left):
        return Constant(None, right.type), right
    if is_nothing(right):
        return left, Constant(None, left.type)
    if left.type.is_number and right.type.is_number:
        if left.type.kind == right.type.kind:
            return left, right
        type = compared_as(left.type, right.type)
        return call.cast_step(left, type), call.cast_step(right, type)
    if left.type == right.type:
        return left, right
    return left, call.cast_step(right, left.type)


def compared_as(first: DataType, *others: DataType) -> DataType:
    """Return the type that numbers are compared in.

    The specification is silent. In JPMML the first argument decides: a float meets the other one
    rounded to float, so that 0.1f equals 0.1; all else meets in double where types differ.
    """
    if first.kind == "float" or all(other.kind == first.kind for other in others):
        return first
    return DOUBLE


class Position(UnaryStep):
    """The place of a value in the order of an ordinal field."""

    __slots__ = ("field",)

    def __init__(self, operand: Step, field: Field) -> None:
        super().__init__(operand, INTEGER, may_fail=True)
        self.field = field

    def of_column(self, column: Column) -> Column:
        """Look up every row."""
        function = self.of_value()
        items = column.to_list()
        results: list[Any] = []
        for item in items:
            if isinstance(item, Failure):
                results.append(item)
                continue
            try:
                results.append(function(item))
            except EvaluationError as error:
                results.append(Failure(error))
        return Column.of(results, INTEGER)

    def of_value(self) -> Callable[[Any], int | None]:
        """Look up one value."""
        field = self.field
        places = {value: place for place, value in enumerate(field.values)}

        def place(value: Any) -> int | None:
            if value is None:
                return None
            found = places.get(value)
            if found is None:
                raise EvaluationError(
                    f"{format_value(value, field.type)!r} is none of the valid values of ordinal"
                    f" field {field.name!r}, so it cannot be ordered",
                    field=field.name,
                )
            return found

        return place


def _ordinal_field(*steps: Step) -> Field | None:
    for step in steps:
        if isinstance(step, Read) and step.field.optype == "ordinal" and step.field.values:
            return step.field
    return None


def _entry(name: str, comparison: Comparison) -> Function:
    def build(call: Call) -> Step:
        left, right = alike(call, *call.arguments)
        field = _ordinal_field(*call.arguments) if comparison.orders else None
        if field is not None and left.type == right.type == field.type:
            left, right = Position(left, field), Position(right, field)
        return CompareStep(comparison, left, right)

    return Function(name, 2, 2, build)


FUNCTIONS: Final[tuple[Function, ...]] = tuple(
    _entry(name, comparison) for name, comparison in COMPARISONS.items()
)

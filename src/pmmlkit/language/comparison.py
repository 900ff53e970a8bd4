"""Comparison of a field with literals, typed by the field (semantics 2.3).

A literal is read as the field's dataType. Fields compare in the natural order of their type
(numbers, dates, false before true, strings by code point), ordinal fields with valid values by
position among these. NaN, which only invalid values kept as they are can bring, equals itself and
is greater than every number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, VALID, Column, combined_state, with_errors
from pmmlkit.columns.conversion import format_value, parse_text
from pmmlkit.columns.types import BOOLEAN
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.step import Field, Read, RowFunction
from pmmlkit.language.unary import UnaryStep
from pmmlkit.xml.declaration import Element
from pmmlkit.xml.lexical import parse_number

__all__ = [
    "Comparison",
    "Membership",
    "MissingTest",
    "PositionComparison",
    "compare",
    "is_position_order",
    "literal",
]

Mask = npt.NDArray[np.bool_]

_ORDERINGS: Final = ("lessThan", "lessOrEqual", "greaterThan", "greaterOrEqual")
_INT64: Final = (-(2**63), 2**63 - 1)
_FEW: Final = 8
"""Up to this many items, one comparison each is faster than a binary search."""

# `not v <= t` in place of `v > t`: they differ for NaN, which is greater than all numbers.
_COLUMN_TESTS: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "equal": lambda v, t: v == t,
    "notEqual": lambda v, t: v != t,
    "lessThan": lambda v, t: v < t,
    "lessOrEqual": lambda v, t: v <= t,
    "greaterThan": lambda v, t: ~(v <= t),
    "greaterOrEqual": lambda v, t: ~(v < t),
    "never": lambda v, _: np.zeros(len(v), np.bool_),
    "always": lambda v, _: np.ones(len(v), np.bool_),
    "isNaN": lambda v, _: v != v,
    "isNumber": lambda v, _: v == v,
}

_ROW_TESTS: Final[dict[str, Callable[[Any], Callable[[Any], bool | None]]]] = {
    "equal": lambda t: lambda v: None if v is None else v == t,
    "notEqual": lambda t: lambda v: None if v is None else v != t,
    "lessThan": lambda t: lambda v: None if v is None else v < t,
    "lessOrEqual": lambda t: lambda v: None if v is None else v <= t,
    "greaterThan": lambda t: lambda v: None if v is None else not v <= t,
    "greaterOrEqual": lambda t: lambda v: None if v is None else not v < t,
    "never": lambda _: lambda v: None if v is None else False,
    "always": lambda _: lambda v: None if v is None else True,
    "isNaN": lambda _: lambda v: None if v is None else v != v,
    "isNumber": lambda _: lambda v: None if v is None else v == v,
}

_TRUTHS: Final[dict[str, Callable[[int, Any], RowFunction]]] = {
    "equal": lambda slot, t: lambda values: values[slot] == t,
    "notEqual": lambda slot, t: lambda values: (v := values[slot]) is not None and v != t,
    "lessThan": lambda slot, t: lambda values: (v := values[slot]) is not None and v < t,
    "lessOrEqual": lambda slot, t: lambda values: (v := values[slot]) is not None and v <= t,
    "greaterThan": lambda slot, t: lambda values: (v := values[slot]) is not None and not v <= t,
    "greaterOrEqual": lambda slot, t: lambda values: (v := values[slot]) is not None and not v < t,
}
"""The common row tests as one function of the values; those of missing values are FALSE."""

_WITH_NAN: Final = {
    "equal": "isNaN",
    "notEqual": "isNumber",
    "lessThan": "isNumber",
    "lessOrEqual": "always",
    "greaterThan": "never",
    "greaterOrEqual": "isNaN",
}
_BEYOND: Final = {
    "equal": ("never", "never"),
    "notEqual": ("always", "always"),
    "lessThan": ("never", "always"),
    "lessOrEqual": ("never", "always"),
    "greaterThan": ("always", "never"),
    "greaterOrEqual": ("always", "never"),
}
"""What a comparison of an integer says of a literal below, and of one above all integers."""
_BETWEEN: Final = {
    "equal": "never",
    "notEqual": "always",
    "lessThan": "lessOrEqual",
    "lessOrEqual": "lessOrEqual",
    "greaterThan": "greaterThan",
    "greaterOrEqual": "greaterThan",
}
"""A comparison of an integer with a fraction, as one with the whole number below the fraction."""


def literal(text: str, field: Field, user: Element) -> Any:
    """Read a literal as the row value that `field` is compared with.

    That is a row value of the field's type; for an integer field it can also be a float (``2.5``,
    ``INF``, a number beyond 64 bit), with which integers compare as numbers.

    Raises MarkupError where the text is no value of the type.
    """
    try:
        return parse_text(text, field.type)
    except ValueError as error:
        if field.type.kind == "integer":
            try:
                return parse_number(text)
            except ValueError:
                pass
        raise wrong(
            user,
            f"{text!r:.80} cannot be compared with field {field.name!r} of dataType "
            f"{field.type.name}: {error}",
            code=mistakes.NOT_COMPARABLE,
            field=field.name,
        ) from error


def is_position_order(field: Field) -> bool:
    """Tell whether the field is ordered by the position of its valid values."""
    return field.optype == "ordinal" and bool(field.values)


def compare(
    field: Field, operator: str, value: Any, user: Element
) -> Comparison | PositionComparison:
    """Return the step for one of the six comparison operators and a literal.

    Raises MarkupError where an ordinal field is ordered against a value that is not one of its
    valid values.
    """
    if operator not in _ORDERINGS or not is_position_order(field):
        return Comparison(field, operator, value)
    if value not in field.values:
        raise wrong(
            user,
            f"{format_value(value, field.type)!r} is none of the valid values of ordinal field "
            f"{field.name!r}, so {operator} has no meaning; list it as a Value",
            code=mistakes.NOT_COMPARABLE,
            field=field.name,
        )
    return PositionComparison(field, operator, value)


class _FieldTest(UnaryStep):
    """A predicate over one field: UNKNOWN where it is missing."""

    __slots__ = ("field",)

    def __init__(self, field: Field, *, may_fail: bool = False) -> None:
        super().__init__(Read(field), BOOLEAN, may_fail=may_fail)
        self.field = field

    def mask(self, column: Column) -> Mask:
        """Tell for each usable row whether the predicate holds."""
        raise AssertionError(type(self).__name__)

    def of_column(self, column: Column) -> Column:
        """Return TRUE, FALSE, or missing for UNKNOWN."""
        state, errors = combined_state(column)
        return Column(self.mask(column), BOOLEAN, state, errors=errors)

    def by_category(self, column: Column) -> Mask:
        """Ask once for each category of a string column."""
        test = self.of_value()
        assert column.categories is not None
        strings = column.categories.values
        table = np.zeros(len(strings) + 1, np.bool_)
        table[:-1] = [bool(test(text)) for text in strings]
        # Codes of rows without a value may be anything.
        mask: Mask = table.take(column.values, mode="clip")
        return mask


class Comparison(_FieldTest):
    """A field against a literal by one of the six comparison operators."""

    __slots__ = ("_scalar", "_test", "literal", "operator")

    def __init__(self, field: Field, operator: str, value: Any) -> None:
        super().__init__(field)
        self.operator = operator
        self.literal = value
        self._test, bound = _normalised(operator, value, field.type.kind)
        self._scalar: Any = bound
        if field.type.kind != "string" and bound is not None:
            # A Python number would take the column's type on, and a wider scalar would widen the
            # column.
            self._scalar = field.type.dtype.type(bound)

    def mask(self, column: Column) -> Mask:
        """Compare the whole column with one scalar of its own type."""
        if column.categories is None:
            mask: Mask = _COLUMN_TESTS[self._test](column.values, self._scalar)
            return mask
        if self._test in ("equal", "notEqual"):
            equal: Mask = column.values == column.categories.code(self._scalar)
            return equal if self._test == "equal" else ~equal
        return self.by_category(column)

    def of_value(self) -> Callable[[Any], bool | None]:
        """Compare one value."""
        return _ROW_TESTS[self._test](self._bound)

    def truth_function(self) -> RowFunction:
        """Compare the value of one row."""
        make = _TRUTHS.get(self._test)
        if make is None or self.operand.may_fail:
            return self.row_function()
        return make(self.field.slot, self._bound)

    @property
    def _bound(self) -> Any:
        scalar = self._scalar
        return scalar.item() if isinstance(scalar, np.generic) else scalar


def _normalised(operator: str, value: Any, kind: str) -> tuple[str, Any]:
    """Return the test and its bound in the field's own type."""
    if kind == "integer":
        if value != value:
            return _BEYOND[operator][1], None
        if not _INT64[0] <= value <= _INT64[1]:
            return _BEYOND[operator][value > 0], None
        if value != math.floor(value):
            return _BETWEEN[operator], math.floor(value)
        return operator, int(value)
    if value != value:
        return _WITH_NAN[operator], None
    return operator, value


class PositionComparison(_FieldTest):
    """An ordinal field against one of its valid values; a value outside these cannot be ordered."""

    __slots__ = ("literal", "operator")

    def __init__(self, field: Field, operator: str, value: Any) -> None:
        super().__init__(field, may_fail=True)
        self.operator = operator
        self.literal = value

    def of_column(self, column: Column) -> Column:
        """Compare positions; rows whose value has none are in error."""
        field = self.field
        state, errors = combined_state(column)
        positions = self._positions(column)
        outside = positions < 0
        if state is not None:
            outside &= state == VALID
        for row in np.flatnonzero(outside).tolist():
            errors[row] = _unordered(column.take(np.array([row])).to_list()[0], field)
        bound = np.int64(field.values.index(self.literal))
        mask = _COLUMN_TESTS[self.operator](positions, bound)
        return Column(mask, BOOLEAN, with_errors(state, errors, len(column)), errors=errors)

    def _positions(self, column: Column) -> npt.NDArray[np.int64]:
        values = self.field.values
        if column.categories is not None:
            index = {value: position for position, value in enumerate(values)}
            table = np.full(len(column.categories.values) + 1, -1, np.int64)
            table[:-1] = [index.get(text, -1) for text in column.categories.values]
            found: npt.NDArray[np.int64] = table.take(column.values, mode="clip")
            return found
        known = np.array(values, self.field.type.dtype)
        order = np.argsort(known, kind="stable")
        at = np.searchsorted(known[order], column.values)
        at = np.minimum(at, len(known) - 1)
        return np.where(known[order][at] == column.values, order[at], -1)

    def of_value(self) -> Callable[[Any], bool | None]:
        """Compare the position of one value."""
        field = self.field
        index = {value: position for position, value in enumerate(field.values)}
        test = _ROW_TESTS[self.operator](index[self.literal])

        def check(value: Any) -> bool | None:
            if value is None:
                return None
            position = index.get(value)
            if position is None:
                raise _unordered(value, field)
            return test(position)

        return check


def _unordered(value: Any, field: Field) -> EvaluationError:
    return EvaluationError(
        f"{format_value(value, field.type)!r} is none of the valid values of ordinal field "
        f"{field.name!r}, so it cannot be ordered",
        field=field.name,
    )


class Membership(_FieldTest):
    """A field against a set of literals: isIn, isNotIn."""

    __slots__ = ("_array", "_has_nan", "items", "negated")

    def __init__(self, field: Field, items: Collection[Any], *, negated: bool) -> None:
        super().__init__(field)
        self.items = tuple(items)
        self.negated = negated
        usable = [
            item for item in items if _normalised("equal", item, field.type.kind)[0] == "equal"
        ]
        self._has_nan = field.type.kind in ("float", "double") and any(
            item != item for item in items
        )
        self._array = (
            None if field.type.kind == "string" else np.unique(np.array(usable, field.type.dtype))
        )

    def mask(self, column: Column) -> Mask:
        """Look up the categories, or the values in the sorted items."""
        if column.categories is not None:
            return self.by_category(column)
        values, items = column.values, self._array
        assert items is not None
        if len(items) <= _FEW:
            mask = np.zeros(len(values), np.bool_)
            for item in items:
                mask |= values == item
        else:
            at = np.minimum(np.searchsorted(items, values), len(items) - 1)
            mask = items[at] == values
        if self._has_nan:
            mask |= values != values
        return ~mask if self.negated else mask

    def of_value(self) -> Callable[[Any], bool | None]:
        """Look up one value."""
        known = frozenset(self.items if self._array is None else self._array.tolist())
        if self._has_nan:
            negated = self.negated
            return lambda v: None if v is None else (v in known or v != v) is not negated
        if self.negated:
            return lambda v: None if v is None else v not in known
        return lambda v: None if v is None else v in known


class MissingTest(_FieldTest):
    """isMissing and isNotMissing: never UNKNOWN."""

    __slots__ = ("negated",)

    def __init__(self, field: Field, *, negated: bool) -> None:
        super().__init__(field)
        self.negated = negated

    def of_column(self, column: Column) -> Column:
        """Look at the states."""
        state, errors = combined_state(column)
        mask = column.is_missing
        if state is not None:
            state = np.where(state == MISSING, np.uint8(VALID), state)
        return Column(~mask if self.negated else mask, BOOLEAN, state, errors=errors)

    def of_value(self) -> Callable[[Any], bool]:
        """Look at one value."""
        if self.negated:
            return lambda value: value is not None
        return lambda value: value is None

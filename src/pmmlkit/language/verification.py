"""ModelVerification: rows with the results that the producer expects.

Specification: chapter Model Verification; semantics chapter 30.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pmmlkit.columns.text import format_value, parse_text
from pmmlkit.columns.types import DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.inline_table import InlineTable

__all__ = [
    "Conflict",
    "ModelVerification",
    "VerificationField",
    "VerificationFields",
    "VerificationPlan",
    "conflicts",
    "is_as_expected",
    "plan_verification",
]


class VerificationField(Element):
    """What a column of the verification rows holds. Specification: Model Verification."""

    field: str = attribute(required=True)
    column: str | None = attribute(default=None)
    precision: float = attribute(type=NUMBER, default=1e-6)
    zero_threshold: float = attribute(type=NUMBER, default=1e-16)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class VerificationFields(Element):
    """The columns of the verification rows. Specification: Model Verification."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    verification_fields: tuple[VerificationField, ...] = children("VerificationField", minimum=1)


class ModelVerification(Element):
    """Rows of input with the results that are expected. Specification: Model Verification."""

    record_count: int | None = attribute(type=INTEGER, default=None)
    field_count: int | None = attribute(type=INTEGER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    verification_fields: VerificationFields = child("VerificationFields", required=True)
    inline_table: InlineTable = child("InlineTable", required=True)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A result that is not what the document expects.

    `row` counts from 0; `expected` is the text of the cell, `actual` the result as text (None is
    missing); `difference` is actual - expected for numbers, else None.
    """

    row: int
    field: str
    expected: str | None
    actual: str | None
    difference: float | None = None

    def __str__(self) -> str:
        expected = "missing" if self.expected is None else self.expected
        actual = "missing" if self.actual is None else self.actual
        return f"row {self.row}, {self.field}: expected {expected}, got {actual}"


@dataclass(frozen=True, slots=True)
class VerificationPlan:
    """Which columns of the verification rows are input, and which are expected results."""

    inputs: tuple[VerificationField, ...]
    expected: tuple[VerificationField, ...]


def plan_verification(
    verification: ModelVerification, targets: Collection[str], outputs: Collection[str], rows: int
) -> VerificationPlan:
    """Sort the VerificationFields; `targets` and `outputs` are names, `rows` counts the table.

    If any field is an output, outputs alone are compared; a target is input, for `residual`.

    Raises MarkupError where `recordCount` is not the number of rows.
    """
    count = verification.record_count
    if count is not None and count != rows:
        raise MarkupError(
            f"recordCount is {count}, but there are {rows} rows",
            element=verification.tag,
            line=verification.line,
        )
    fields = verification.verification_fields.verification_fields
    wanted = outputs if any(item.field in outputs for item in fields) else targets
    return VerificationPlan(
        tuple(item for item in fields if item.field not in wanted),
        tuple(item for item in fields if item.field in wanted),
    )


def cell(row: Mapping[str, str], field: VerificationField) -> str | None:
    """Return the text of a field in a row of the table; None where the row has no such cell."""
    column = field.field if field.column is None else field.column
    if column in row:
        return row[column]
    # The table knows columns by their local name, the document may say `data:column`.
    return row.get(column.rpartition(":")[2])


def is_as_expected(
    expected: str | None, actual: Any, type: DataType, field: VerificationField
) -> bool:
    """Compare a cell with a result: a row value of `type`, None for missing.

    Numbers are equal within the precision of the field, or where both are 0 within its threshold.
    """
    if expected is None or actual is None:
        return expected is None and actual is None
    if type.item is not None:
        # The specification has no form for lists: one value stands as it is.
        alone = len(actual) == 1 and is_as_expected(expected, actual[0], type.item, field)
        return alone or expected == format_value(actual, type)
    try:
        value = parse_text(expected, type)
    except ValueError:
        if not type.is_number:
            return False
        value = _number(expected)
    if not type.is_number:
        return bool(value == actual)
    return value is not None and _is_close(value, actual, field.precision, field.zero_threshold)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _is_close(expected: float, actual: float, precision: float, zero: float) -> bool:
    if math.isnan(expected) or math.isnan(actual):
        return math.isnan(expected) and math.isnan(actual)
    if expected == actual or (abs(expected) <= zero and abs(actual) <= zero):
        return True
    if math.isinf(expected) or math.isinf(actual):
        return False
    ends = expected * (1 - precision), expected * (1 + precision)
    return min(ends) <= actual <= max(ends)


def conflicts(
    fields: Sequence[VerificationField],
    types: Mapping[str, DataType],
    rows: Sequence[Mapping[str, str]],
    results: Sequence[Mapping[str, Any]],
) -> list[Conflict]:
    """Compare all rows with their results, row values by field; `types` are the results' own."""
    found = []
    for number, (row, result) in enumerate(zip(rows, results, strict=True)):
        for field in fields:
            type, actual, expected = types[field.field], result[field.field], cell(row, field)
            if is_as_expected(expected, actual, type, field):
                continue
            text = None if actual is None else format_value(actual, type)
            difference = None
            value = None if expected is None else _number(expected)
            if type.is_number and actual is not None and value is not None:
                difference = float(actual) - value
            found.append(Conflict(number, field.field, expected, text, difference))
    return found

"""The treatment of whole columns: the columns mode of `treatment` (semantics 1.1)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, INVALID, MISSING, Categories, Column
from pmmlkit.columns.text import format_value
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER
from pmmlkit.errors import EvaluationError
from pmmlkit.language.data_dictionary import FieldRules
from pmmlkit.language.treatment import Limits, Treatment

__all__ = ["raw_text", "told_apart", "treated"]

Mask = npt.NDArray[np.bool_]
_FEW = 8
"""So many values are found faster one by one than by sorting."""


def raw_text(raw: Any) -> str:
    """Return the text of a raw value, to compare it with markers that are text."""
    if isinstance(raw, str):
        return str(raw)
    if isinstance(raw, bool | int | float):
        kind = BOOLEAN if isinstance(raw, bool) else INTEGER if isinstance(raw, int) else DOUBLE
        return format_value(raw, kind)
    return str(raw)


def treated(
    treatment: Treatment, column: Column, failed: Mapping[int, Any], *, may_hold_nan: bool
) -> Column:
    """Return the prepared column.

    `failed`: the raw values of rows that are in ERROR because they are not convertible; other
    errors stay. A flag INVALID is judged anew. `may_hold_nan`: NaN can be a value.
    """
    may_hold_nan = may_hold_nan and column.type.kind in ("float", "double")
    touches = treatment.judges or treatment.limits is not None or may_hold_nan
    if not touches and column.state is None:
        return column
    work = _Work(treatment, column)
    work.errors = {row: error for row, error in column.errors.items() if row not in failed}
    if work.errors:
        work.state[list(work.errors)] = ERROR
    usable, missing, invalid, unusable = told_apart(treatment, column, failed, may_hold_nan)
    if treatment.limits is not None:
        _treat_outliers(work, treatment.limits, usable & ~missing & ~invalid)
    _treat_invalid(work, invalid, unusable, failed)
    if treatment.missing_fails:
        work.fail(np.flatnonzero(missing), lambda _: treatment.missing_error())
    else:
        work.replace(missing, treatment.replacement)
    return work.column()


def told_apart(
    treatment: Treatment, column: Column, failed: Mapping[int, Any], may_hold_nan: bool
) -> tuple[Mask, Mask, Mask, list[int]]:
    """Return which rows have a value, which are missing, which have an invalid value; and the rows
    of `failed` that are not missing.
    """
    state = column.state
    missing = np.zeros(len(column), np.bool_) if state is None else state == MISSING
    usable = np.ones(len(column), np.bool_) if state is None else column.is_usable
    unusable = [
        row for row, raw in failed.items() if raw_text(raw) not in treatment.rules.missing_texts
    ]
    missing[list(failed)] = True
    missing[unusable] = False
    invalid = np.zeros(len(column), np.bool_)
    if treatment.judges or may_hold_nan:
        marked, refused = judged(treatment.rules, column, may_hold_nan)
        missing |= marked & usable
        invalid |= refused & usable & ~marked
    return usable, missing, invalid, unusable


class _Work:
    """A column that is being treated: its values are copied when the first is replaced."""

    def __init__(self, treatment: Treatment, column: Column) -> None:
        self.treatment = treatment
        self.given = column
        self.values = column.values
        self.categories = column.categories
        self.state = np.zeros(len(column), np.uint8)
        self.errors: dict[int, EvaluationError] = {}

    def replace(self, rows: Mask, value: Any) -> None:
        """Put a value into rows, or make them missing where it is None."""
        if value is None:
            self.state[rows] = MISSING
        elif rows.any():
            if self.values is self.given.values:
                self.values = self.values.copy()
            self.values[rows] = value if self.categories is None else self._code(value)

    def _code(self, value: str) -> int:
        known = self.categories
        code = -2 if known is None else known.code(value)
        if code < 0 and known is not None:
            code = len(known.values)
            self.categories = Categories((*known.values, value))
        return code

    def fail(self, rows: Iterable[int], error: Any) -> None:
        """Put rows in error; `error` makes the error of a row."""
        for row in map(int, rows):
            self.state[row] = ERROR
            self.errors[row] = error(row)

    def column(self) -> Column:
        """Return the result."""
        return Column(
            self.values,
            self.given.type,
            self.state,
            categories=self.categories,
            errors=self.errors,
        )


def _treat_outliers(work: _Work, limits: Limits, valid: Mask) -> None:
    values = work.given.values
    with np.errstate(invalid="ignore"):
        for limit, beyond, value in (
            (limits.low, np.less, limits.low_value),
            (limits.high, np.greater, limits.high_value),
        ):
            if limit is not None:
                replacement = work.treatment.replacement if limits.to_missing else value
                work.replace(valid & beyond(values, limit), replacement)


def _treat_invalid(
    work: _Work, invalid: Mask, unusable: list[int], failed: Mapping[int, Any]
) -> None:
    treatment = work.treatment
    if treatment.invalid in ("asMissing", "asValue"):
        invalid[unusable] = True
        is_value = treatment.invalid == "asValue"
        value = treatment.invalid_replacement if is_value else treatment.replacement
        work.replace(invalid, value)
        return
    work.fail(unusable, lambda row: treatment.unusable_error(failed[row]))
    if treatment.invalid == "asIs":
        work.state[invalid] = INVALID
        return
    rows = np.flatnonzero(invalid)
    if len(rows):
        plain = Column(work.given.values, work.given.type, categories=work.given.categories)
        found = dict(zip(rows.tolist(), plain.take(rows).to_list(), strict=True))
        work.fail(rows, lambda row: treatment.invalid_error(found[row]))


def judged(rules: FieldRules, column: Column, may_hold_nan: bool) -> tuple[Mask, Mask]:
    """Return which values are markers of missing ones, and which are invalid."""
    if column.categories is not None:
        texts = column.categories.values
        marked = np.array([text in rules.missing for text in texts] + [False])
        valid = frozenset(rules.values)
        refused = np.array(
            [text in rules.invalid or (bool(valid) and text not in valid) for text in texts]
            + [False]
        )
        codes = np.where(column.values < 0, len(texts), column.values)
        return marked[codes], refused[codes]
    values = column.values
    with np.errstate(invalid="ignore"):
        marked = _among(values, rules.missing)
        refused = _among(values, rules.invalid)
        if rules.values:
            refused |= ~_among(values, rules.values)
        elif rules.intervals:
            inside = [bounds.inside(values) for bounds in rules.intervals]
            refused |= ~np.logical_or.reduce(inside)
    if may_hold_nan:
        nan = np.isnan(values)
        if rules.nan_is_marker:
            marked |= nan
        else:
            refused |= nan
    return marked, refused


def _among(values: npt.NDArray[Any], wanted: Iterable[Any]) -> Mask:
    items = np.array(list(wanted), values.dtype)
    if len(items) > _FEW:
        return np.isin(values, items)
    result = np.zeros(len(values), np.bool_)
    for item in items:
        result |= values == item
    return result

"""Warnings of a row: what the preparation of its input did to values.

Specification: chapter Output, feature warning; semantics chapters 1 and 29. A value that is missing
and stays so is nothing to warn of.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from pmmlkit.columns.column import MISSING, Categories, Column
from pmmlkit.columns.intake import Converted, column_from
from pmmlkit.columns.lists import ListColumn
from pmmlkit.columns.scalars import converter
from pmmlkit.columns.text import format_value
from pmmlkit.columns.types import STRING, list_of
from pmmlkit.language.preparation import FieldPreparation
from pmmlkit.language.prepared_column import told_apart
from pmmlkit.language.prepared_row import steps
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch, Field, RowFunction, Step, Values
from pmmlkit.language.treatment import Treatment

__all__ = ["Notice", "Warnings", "notices", "offer", "warnings"]

_PREPARATIONS = "notices.preparations"
_NOTICES = "notices.made"


class _Texts(NamedTuple):
    """What is said of a value that is missing, invalid, or beyond a limit; None: nothing."""

    missing: str | None
    invalid: str | None
    below: str | None
    above: str | None

    @classmethod
    def of(cls, treatment: Treatment) -> _Texts:
        """Make the texts for a field."""
        rules = treatment.rules

        def told(what: str, value: Any) -> str:
            end = "it counts as missing"
            if value is not None:
                end = f"{format_value(value, rules.type)} is used"
            return f"field {rules.name!r}: the value {what}; {end}"

        missing = below = above = None
        if treatment.replacement is not None and not treatment.missing_fails:
            missing = told("is missing", treatment.replacement)
        invalid: str | None = told("is not valid", treatment.replacement)
        if treatment.invalid == "asValue":
            invalid = told("is not valid", treatment.invalid_replacement)
        elif treatment.invalid == "asIs":
            invalid = f"field {rules.name!r}: the value is not valid; it is used all the same"
        elif treatment.invalid == "returnInvalid":
            invalid = None
        limits = treatment.limits
        if limits is not None:
            low = treatment.replacement if limits.to_missing else limits.low_value
            high = treatment.replacement if limits.to_missing else limits.high_value
            if limits.low is not None:
                below = told(f"is below {format_value(limits.low, rules.type)}", low)
            if limits.high is not None:
                above = told(f"is above {format_value(limits.high, rules.type)}", high)
        return cls(missing, invalid, below, above)


class Notice(FieldPreparation):
    """The preparation of a field that gives, instead of its value, what is to be said of it."""

    __slots__ = ()

    @property
    def is_plain(self) -> bool:
        """No value passes as it is."""
        return False

    def column(self, raw: Converted | Column | Any) -> Column:
        """Return the text of each row, missing where there is nothing to say."""
        treatment, texts = self.treatment, _Texts.of(self.treatment)
        if isinstance(raw, Column):
            raw = Converted(raw)
        elif not isinstance(raw, Converted):
            raw = column_from(raw, treatment.rules.type, self.nan_is_missing)
        column = raw.column
        may_hold_nan = not self.nan_is_missing and column.type.kind in ("float", "double")
        usable, missing, invalid, unusable = told_apart(treatment, column, raw.failed, may_hold_nan)
        invalid[unusable] = True
        beyond = np.zeros((2, len(column)), np.bool_)
        limits = treatment.limits
        if limits is not None:
            valid = usable & ~missing & ~invalid
            with np.errstate(invalid="ignore"):
                if limits.low is not None:
                    beyond[0] = valid & (column.values < limits.low)
                if limits.high is not None:
                    beyond[1] = valid & (column.values > limits.high)
        cases = (
            (missing, texts.missing),
            (invalid, texts.invalid),
            (beyond[0], texts.below),
            (beyond[1], texts.above),
        )
        told = [(rows, text) for rows, text in cases if text is not None]
        codes = np.full(len(column), -1, np.int32)
        for code, (rows, _) in enumerate(told):
            codes[rows] = code
        state = np.where(codes < 0, np.uint8(MISSING), np.uint8(0))
        return Column(codes, STRING, state, categories=Categories([text for _, text in told]))

    def row_function(self) -> Callable[[Any], Any]:
        """Return the function from a raw value to the text, None where there is nothing to say."""
        treatment, texts = self.treatment, _Texts.of(self.treatment)
        limits = treatment.limits

        def of_valid(value: Any) -> str | None:
            if limits is not None and limits.low is not None and value < limits.low:
                return texts.below
            if limits is not None and limits.high is not None and value > limits.high:
                return texts.above
            return None

        return steps(
            treatment.rules,
            converter(treatment.rules.type),
            self.nan_is_missing,
            lambda: texts.missing,
            lambda value, is_of_type: texts.invalid,
            of_valid,
        )


def offer(compilation: Compilation, preparations: Sequence[FieldPreparation]) -> None:
    """Say which preparations there is something to say of."""
    compilation.cache[_PREPARATIONS] = tuple(preparations)


def warnings(scope: Scope) -> Step:
    """Return the step that lists the warnings of a row; from now on `notices` are to be filled."""
    compilation = scope.compilation
    if _NOTICES not in compilation.cache:
        compilation.cache[_NOTICES] = tuple(
            (
                scope.new_field(item.name, STRING),
                Notice(item.usage, item.treatment, item.nan_is_missing),
            )
            for item in compilation.cache.get(_PREPARATIONS, ())
            if any(_Texts.of(item.treatment))
        )
    return Warnings([field for field, _ in notices(compilation)])


def notices(compilation: Compilation) -> tuple[tuple[Field, Notice], ...]:
    """Return the fields that `warnings` reads, with what fills them."""
    found: tuple[tuple[Field, Notice], ...] = compilation.cache.get(_NOTICES, ())
    return found


class Warnings(Step):
    """The list of what there is to say of a row, in the order of the MiningSchema."""

    __slots__ = ("_fields",)

    def __init__(self, fields: Sequence[Field]) -> None:
        super().__init__(list_of(STRING))
        self._fields = tuple(fields)

    def columns(self, batch: Batch) -> Column:
        """Return the lists of all rows."""
        if not self._fields:
            nothing = Column(np.zeros(0, np.int32), STRING, categories=Categories([]))
            return ListColumn(nothing, np.zeros(batch.size + 1, np.intp))
        columns = [batch[field] for field in self._fields]
        there = np.stack([~column.is_missing for column in columns], axis=1)
        index: dict[str, int] = {}
        codes = np.zeros(there.shape, np.int32)
        for at, column in enumerate(columns):
            assert column.categories is not None
            known = [index.setdefault(text, len(index)) for text in column.categories.values]
            codes[:, at] = np.array([*known, -1], np.int32)[column.values]
        offsets = np.zeros(batch.size + 1, np.intp)
        np.cumsum(there.sum(axis=1), out=offsets[1:])
        items = Column(codes[there], STRING, categories=Categories(list(index)))
        return ListColumn(items, offsets)

    def row_function(self) -> RowFunction:
        """Return the function for one row."""
        slots = [field.slot for field in self._fields]

        def run(values: Values) -> tuple[str, ...]:
            return tuple([values[slot] for slot in slots if values[slot] is not None])

        return run

"""What users say of input columns: which values are valid, and what becomes of the others.

A document with domains predicts what the estimator predicts of the rows that the domains make.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DATA_TYPES
from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Category, InputField, is_missing_value, plain
from pmmlkit.exporters.texts import category_text

__all__ = ["Categorical", "Continuous", "Domain", "Ordinal", "Temporal", "field_text"]

NUMBERS: Final = ("integer", "float", "double")
TIMES: Final = ("date", "time", "dateTime")
REFUSE: Final = "refuse"
OUTLIERS: Final = ("extreme", "missing", "asIs")


@dataclass(frozen=True, kw_only=True)
class Domain:
    """What all domains have.

    `missing`: a value that takes the place of missing ones, or ``"refuse"``: a row that comes
    without a value gets no result. `invalid`: the same for values that are not valid, or
    ``"asIs"``: they are used as they are, or ``"missing"``: they count as missing. Unsaid (None),
    missing values stay or are what the estimator makes of them, and rows with invalid ones are
    refused. `missing_values`, `invalid_values`: values that stand for missing ones, or are never
    valid. `data_type`: PMML's name, by default what the data say. `display_name`: for people.
    """

    missing: Any = None
    invalid: Any = None
    missing_values: Sequence[Any] = ()
    invalid_values: Sequence[Any] = ()
    data_type: str | None = None
    display_name: str | None = None

    def __post_init__(self) -> None:
        """Take values as plain Python; raise ExportError for what contradicts itself."""
        for name in ("missing", "invalid"):
            value = getattr(self, name)
            self._set(name, None if is_missing_value(value) else _scalar(value))
        for name in ("missing_values", "invalid_values"):
            self._set(name, _listed(name, getattr(self, name)))
        if self.data_type is not None and self.data_type not in DATA_TYPES:
            raise ExportError(
                f"data_type={self.data_type!r}: PMML has {', '.join(list(DATA_TYPES)[:8])} ..."
            )

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    @property
    def optype(self) -> str | None:
        """The optype of the field; None where it follows from the use."""
        return None

    @property
    def replacement(self) -> Category | None:
        """What takes the place of a missing value, None where nothing does."""
        return None if self.missing == REFUSE else self.missing

    @property
    def refuses_missing(self) -> bool:
        """Tell whether rows without a value get no result."""
        return bool(self.missing == REFUSE)

    @property
    def invalid_treatment(self) -> str | None:
        """PMML's word for what is done to invalid values, None where nobody said."""
        if self.invalid is None:
            return None
        words = {REFUSE: "returnInvalid", "asIs": "asIs", "missing": "asMissing"}
        return words.get(self.invalid, "asValue") if isinstance(self.invalid, str) else "asValue"

    @property
    def invalid_replacement(self) -> Category | None:
        """What takes the place of an invalid value, None where nothing does."""
        found: Category | None = self.invalid if self.invalid_treatment == "asValue" else None
        return found

    @property
    def loses_values(self) -> bool:
        """Tell whether values that are there may become missing."""
        return self.invalid_treatment == "asMissing"

    def applied(self, column: InputField) -> InputField:
        """Return the column as it is behind the domain; raise ExportError where it does not fit."""
        data_type = self._type_of(column)
        column = replace(column, data_type=data_type)
        self._check(column)
        for name, values in self._stated().items():
            for value in values:
                if name == "missing_values" and isinstance(value, str):
                    continue  # a marker need not be of the type
                try:
                    field_text(value, data_type or "string")
                except ExportError as error:
                    raise ExportError(f"fields[{column.name!r}], {name}: {error}") from error
        return replace(column, missing=self._may_lack(column))

    def _may_lack(self, column: InputField) -> bool:
        if self.replacement is not None:
            return False
        if self.refuses_missing:
            return self.loses_values
        return column.missing or self.loses_values or bool(self.missing_values)

    def _type_of(self, column: InputField) -> str | None:
        return self.data_type or column.data_type

    def _check(self, column: InputField) -> None:
        """Raise ExportError where the domain is none of such a column."""

    def _stated(self) -> dict[str, tuple[Any, ...]]:
        """Return the values that must be of the type of the column."""
        found = {
            "missing_values": tuple(self.missing_values),
            "invalid_values": tuple(self.invalid_values),
        }
        for name, value in (
            ("missing", self.replacement),
            ("invalid", self.invalid_replacement),
        ):
            if value is not None:
                found[name] = (value,)
        return found


@dataclass(frozen=True, kw_only=True)
class Continuous(Domain):
    """A column of numbers.

    `low`, `high`: the range; each may be left out. Values outside are not valid, unless `outliers`
    says what becomes of them: ``"extreme"``, they become `low` or `high`; ``"missing"``, they
    become missing; ``"asIs"``, they stay. `valid`: beside `outliers`, the range (low, high) outside
    of which values are not even outliers but invalid; None is no end.
    """

    low: float | None = None
    high: float | None = None
    outliers: Literal["extreme", "missing", "asIs"] | None = None
    valid: tuple[float | None, float | None] | None = None

    def __post_init__(self) -> None:
        """Check the limits."""
        super().__post_init__()
        _in_order("low, high", self.low, self.high)
        if self.outliers is not None and self.outliers not in OUTLIERS:
            raise ExportError(f"outliers={self.outliers!r}: choose one of {', '.join(OUTLIERS)}")
        if self.outliers in ("extreme", "missing") and self.low is None and self.high is None:
            raise ExportError(f"outliers={self.outliers!r} needs low= or high=")
        if self.valid is None:
            return
        if self.outliers is None and not (self.low is None and self.high is None):
            raise ExportError("beside valid=, low= and high= are those of outliers: say outliers=")
        low, high = self.valid
        _in_order("valid", low, high)
        if low is None and high is None:
            raise ExportError("valid= needs an end")

    @property
    def optype(self) -> str | None:
        """Continuous, however the column is used."""
        return "continuous"

    @property
    def interval(self) -> tuple[float | None, float | None] | None:
        """The range of valid values, ends included; None where all numbers are."""
        if self.valid is not None:
            return self.valid
        unlimited = self.low is None and self.high is None
        return None if self.outliers is not None or unlimited else (self.low, self.high)

    @property
    def limits(self) -> tuple[float, ...]:
        """All numbers that values are compared with."""
        ends = (self.low, self.high, *(self.valid or ()))
        return tuple(float(end) for end in ends if end is not None)

    @property
    def is_single(self) -> bool:
        """Tell whether single precision holds all limits, so that comparing in it is the same."""
        return all(float(np.float32(limit)) == limit for limit in self.limits)

    @property
    def loses_values(self) -> bool:
        """Tell whether values that are there may become missing."""
        return super().loses_values or self.outliers == "missing"

    def _type_of(self, column: InputField) -> str | None:
        data_type = super()._type_of(column)
        # What replaces integers may be none.
        stays = [self.replacement, self.invalid_replacement]
        if self.outliers == "extreme":
            stays += [self.low, self.high]
        broken = any(isinstance(it, float) and not it.is_integer() for it in stays)
        return "double" if data_type == "integer" and broken and not self.data_type else data_type

    def _check(self, column: InputField) -> None:
        if column.data_type not in (None, *NUMBERS):
            raise ExportError(
                f"fields[{column.name!r}] is Continuous, but the column is of type "
                f"{column.data_type}: say Categorical or Temporal, or another data_type="
            )
        if self.outliers == "extreme" and column.data_type == "integer":
            ends = [it for it in (self.low, self.high) if it is not None]
            if not all(float(it).is_integer() for it in ends):
                raise ExportError(f"fields[{column.name!r}]: low and high are no integers")


@dataclass(frozen=True, kw_only=True)
class Categorical(Domain):
    """A column of categories.

    `values`: the valid ones; None: those that the encoders of the estimator know. Values beside
    them are refused, unless `invalid` says otherwise. `display_values`: names for people, by value.
    """

    values: Sequence[Any] | None = None
    display_values: dict[Any, str] | None = None

    def __post_init__(self) -> None:
        """Take the values as plain Python, each once."""
        super().__post_init__()
        if self.values is None:
            return
        values = _listed("values", self.values)
        if not values:
            raise ExportError("values= is empty: leave it out where all values are valid")
        if len(set(values)) < len(values):
            twice = next(value for value in values if values.count(value) > 1)
            raise ExportError(f"values= holds {twice!r} twice")
        for name, others in (
            ("missing_values", self.missing_values),
            ("invalid_values", self.invalid_values),
        ):
            both = [value for value in values if value in others]
            if both:
                raise ExportError(f"{both[0]!r} is in values= and in {name}=")
        self._set("values", values)

    @property
    def optype(self) -> str | None:
        """Categorical."""
        return "categorical"

    def _type_of(self, column: InputField) -> str | None:
        return super()._type_of(column) or _common_type(self.values or ())

    def _stated(self) -> dict[str, tuple[Any, ...]]:
        return {**super()._stated(), "values": tuple(self.values or ())}


@dataclass(frozen=True, kw_only=True)
class Ordinal(Categorical):
    """A column of categories in an order: `values` from the lowest to the highest."""

    @property
    def optype(self) -> str | None:
        """Ordinal."""
        return "ordinal"

    def _check(self, column: InputField) -> None:
        if self.values is None:
            raise ExportError(f"fields[{column.name!r}] is Ordinal: say values= in their order")
        if column.data_type in NUMBERS and list(self.values) != sorted(self.values):
            raise ExportError(
                f"fields[{column.name!r}] is Ordinal, but its numbers do not rise: the estimator "
                "compares them as numbers"
            )


@dataclass(frozen=True, kw_only=True)
class Temporal(Domain):
    """A column of dates, times or both; replacements are those of `datetime`, or ISO 8601 text."""

    def _check(self, column: InputField) -> None:
        if column.data_type not in TIMES:
            raise ExportError(
                f"fields[{column.name!r}] is Temporal, but the column is of type "
                f"{column.data_type or 'double'}: say data_type='date', 'time' or 'dateTime'"
            )


def field_text(value: Category, data_type: str) -> str:
    """Return a value as text of the data type; raise ExportError where it is none."""
    if data_type in NUMBERS or data_type in ("string", "boolean"):
        return category_text(value, data_type)
    try:
        parse_text(str(value), DATA_TYPES[data_type])
    except ValueError as error:
        raise ExportError(
            f"the value {value!r} does not fit a field of type {data_type}"
        ) from error
    return str(value)


def _scalar(value: Any) -> Category:
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    return plain(value)


def _listed(name: str, values: Any) -> tuple[Category, ...]:
    if isinstance(values, str) or not hasattr(values, "__iter__"):
        raise ExportError(f"{name}={values!r}: a list is needed")
    return tuple(_scalar(value) for value in values if not is_missing_value(value))


def _in_order(name: str, low: float | None, high: float | None) -> None:
    for end in (low, high):
        is_number = isinstance(end, int | float | np.number) and not isinstance(end, bool)
        if end is not None and not (is_number and math.isfinite(float(end))):
            raise ExportError(f"{name}: {end!r} is no finite number")
    if low is not None and high is not None and low > high:
        raise ExportError(f"{name}: {low!r} is above {high!r}")


def _common_type(values: Sequence[Category]) -> str | None:
    kinds = {type(value) for value in values}
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "double"), (str, "string")):
        if kinds == {kind}:
            return name
    return "double" if kinds == {int, float} else None

"""The treatment of values: a MiningField over the rules of its field, compiled (semantics 1).

`prepared_column` and `prepared_row` carry it out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmmlkit.columns.scalars import conversion
from pmmlkit.columns.text import parse_text, single, to_python
from pmmlkit.columns.types import DOUBLE, DataType
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.data_dictionary import FieldRules
from pmmlkit.language.data_types import OPTYPE
from pmmlkit.language.mining_schema import (
    INVALID_VALUE_TREATMENT,
    MISSING_VALUE_TREATMENT,
    OUTLIER_TREATMENT,
    MiningField,
)
from pmmlkit.language.mistakes import wrong

__all__ = ["Limits", "Treatment", "compile_treatment"]

_MOST_VALUES_SHOWN = 5
_MOST_CHARACTERS_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Limits:
    """Where outliers begin (None: nowhere); `low_value` and `high_value` replace them."""

    low: Any
    high: Any
    low_value: Any = None
    high_value: Any = None
    to_missing: bool = True


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to the values of one field.

    `missing_fails`: missingValueTreatment is returnInvalid. `replacement`: of missing values, None
    is none. `invalid`: invalidValueTreatment, with `invalid_replacement` where it is asValue.
    """

    rules: FieldRules
    optype: str
    missing_fails: bool
    replacement: Any
    invalid: str
    invalid_replacement: Any
    limits: Limits | None

    @property
    def judges(self) -> bool:
        """Tell whether a value of the type (NaN apart) can be anything but valid."""
        rules = self.rules
        return bool(rules.values or rules.intervals or rules.invalid or rules.missing)

    @property
    def may_be_missing(self) -> bool:
        """Tell whether a prepared value can be missing."""
        if self.replacement is not None:
            return False
        outliers = self.limits is not None and self.limits.to_missing
        return not self.missing_fails or self.invalid == "asMissing" or outliers

    def missing_error(self) -> EvaluationError:
        """Make the error of a missing value under returnInvalid."""
        name = self.rules.name
        return EvaluationError(f"field {name!r}: the value is missing", field=name)

    def invalid_error(self, value: Any) -> EvaluationError:
        """Make the error of an invalid row value under returnInvalid."""
        shown = to_python(value, self.rules.type)
        return self._error(shown, self._reason(value))

    def unusable_error(self, raw: Any) -> EvaluationError:
        """Make the error of a raw value that is not convertible."""
        if isinstance(raw, np.generic) and not isinstance(raw, np.datetime64):
            raw = raw.item()
        return self._error(raw, f"it is no {self.rules.type.name}")

    def _error(self, shown: Any, reason: str) -> EvaluationError:
        text = repr(shown)
        if len(text) > _MOST_CHARACTERS_SHOWN:
            text = text[:_MOST_CHARACTERS_SHOWN] + "..."
        name = self.rules.name
        return EvaluationError(f"field {name!r}: value {text} is not valid ({reason})", field=name)

    def _reason(self, value: Any) -> str:
        rules = self.rules
        if value != value:
            return "it is not a number"
        if value in rules.invalid:
            return "it is listed as invalid"
        if rules.values:
            shown = [repr(to_python(item, rules.type)) for item in rules.values]
            more = len(shown) - _MOST_VALUES_SHOWN
            tail = f" and {more} more" if more > 0 else ""
            return f"it is none of {', '.join(shown[:_MOST_VALUES_SHOWN])}{tail}"
        return f"it is outside {' and '.join(map(str, rules.intervals))}"


def compile_treatment(
    mining_field: MiningField, rules: FieldRules, optype: str | None = None
) -> Treatment:
    """Compile a MiningField over the rules of the field that it names.

    `optype` is that of the field, if it is not the one of the rules; the MiningField's own wins.
    Raises `MarkupError` where the MiningField contradicts itself, its field or the schema.
    """
    optype = mining_field.optype or optype or rules.optype
    for name, value, allowed in (
        ("optype", optype, OPTYPE),
        ("outliers", mining_field.outliers, OUTLIER_TREATMENT),
        ("missingValueTreatment", mining_field.missing_value_treatment, MISSING_VALUE_TREATMENT),
        ("invalidValueTreatment", mining_field.invalid_value_treatment, INVALID_VALUE_TREATMENT),
    ):
        if value is not None and value not in allowed:
            choice = ", ".join(allowed.values)
            raise _wrong(
                mining_field, f"{name} {value!r} is none of {choice}", code=mistakes.UNKNOWN_VALUE
            )
    invalid = mining_field.invalid_value_treatment
    invalid_text = mining_field.invalid_value_replacement
    if invalid_text is None:
        invalid_text = mining_field.x_invalid_value_replacement
    if invalid == "asIs" and invalid_text is not None:
        # What asValue was before 4.4; JPMML reads it so in later versions too.
        invalid = "asValue"
    if invalid == "asValue" and invalid_text is None:
        raise _wrong(
            mining_field,
            "invalidValueTreatment asValue needs invalidValueReplacement",
            code=mistakes.MISSING_ATTRIBUTE,
        )
    type = rules.type
    return Treatment(
        rules,
        optype,
        mining_field.missing_value_treatment == "returnInvalid",
        _literal(mining_field, "missingValueReplacement", type),
        invalid,
        _typed(mining_field, "invalidValueReplacement", invalid_text, type)
        if invalid == "asValue"
        else None,
        _limits(mining_field, type) if optype == "continuous" else None,
    )


def _literal(mining_field: MiningField, name: str, type: DataType) -> Any:
    return _typed(mining_field, name, mining_field.missing_value_replacement, type)


def _typed(mining_field: MiningField, name: str, text: str | None, type: DataType) -> Any:
    if text is None:
        return None
    try:
        return parse_text(text, type)
    except ValueError as error:
        raise _wrong(
            mining_field, f"{name} {text!r} is no {type.name}", code=mistakes.NOT_OF_TYPE
        ) from error


def _limits(mining_field: MiningField, type: DataType) -> Limits | None:
    if mining_field.outliers == "asIs":
        return None
    low, high = mining_field.low_value, mining_field.high_value
    if low is None and high is None:
        raise _wrong(
            mining_field,
            f"outliers {mining_field.outliers} need lowValue or highValue",
            code=mistakes.OUTLIER_LIMITS,
        )
    if any(limit is not None and math.isnan(limit) for limit in (low, high)):
        raise _wrong(
            mining_field, "lowValue or highValue is not a number", code=mistakes.OUTLIER_LIMITS
        )
    if low is not None and high is not None and low > high:
        raise _wrong(
            mining_field,
            f"lowValue {low!r} is above highValue {high!r}",
            code=mistakes.OUTLIER_LIMITS,
        )
    if not type.is_number:
        raise _wrong(
            mining_field,
            f"outliers need a field of numbers, not of type {type.name}",
            code=mistakes.OUTLIER_LIMITS,
        )
    if mining_field.outliers == "asMissingValues":
        return Limits(_rounded(low, type, math.ceil), _rounded(high, type, math.floor))
    try:
        replaced = [None if end is None else conversion(DOUBLE, type)(end) for end in (low, high)]
    except ValueError as error:
        raise _wrong(
            mining_field, f"lowValue or highValue is no {type.name}", code=mistakes.OUTLIER_LIMITS
        ) from error
    return Limits(replaced[0], replaced[1], replaced[0], replaced[1], to_missing=False)


def _rounded(limit: float | None, type: DataType, inwards: Any) -> Any:
    """Return a limit as a row value that compares with those of the type as the limit does."""
    if limit is None or math.isinf(limit):
        return limit
    if type.kind == "integer":
        return inwards(limit)
    return single(limit) if type.kind == "float" else limit


def _wrong(mining_field: MiningField, message: str, *, code: str) -> MarkupError:
    name = mining_field.name
    return wrong(mining_field, f"field {name!r}: {message}", code=code, field=name)

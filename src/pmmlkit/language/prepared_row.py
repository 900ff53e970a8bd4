"""The treatment of single values: the rows mode of `treatment` (semantics 1.1).

The function for a field consists of a check that lets a valid value of the usual class pass, and of
the whole treatment for everything else.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np

from pmmlkit.columns.scalars import converter, is_missing
from pmmlkit.columns.text import INT64
from pmmlkit.columns.values import invalid, plain
from pmmlkit.language.data_dictionary import FieldRules
from pmmlkit.language.prepared_column import raw_text
from pmmlkit.language.treatment import Treatment

__all__ = ["raw_row_function", "steps", "typed_row_function"]

Prepare = Callable[[Any], Any]

_PYTHON: dict[type, Callable[[Any], Any]] = {
    np.float64: float,
    np.int64: int,
    np.int32: int,
    np.bool_: bool,
    np.str_: str,
}
_CLASSES: dict[str, type] = {
    "string": str,
    "integer": int,
    "float": float,
    "double": float,
    "boolean": bool,
}
_SINGLE = struct.Struct("f")
_LARGEST_SINGLE = float(np.finfo(np.float32).max)


def raw_row_function(treatment: Treatment, nan_is_missing: bool) -> Prepare:
    """Return the function from any Python or NumPy scalar to the prepared row value.

    It gives None for missing, flags values that are invalid and used as they are, and raises
    `EvaluationError`, naming field and value, where the row has no result.
    """
    return _with_short_cut(
        treatment, _whole(treatment, converter(treatment.rules.type), nan_is_missing)
    )


def typed_row_function(treatment: Treatment) -> Prepare:
    """Return the function that prepares a row value again, where a NaN is invalid."""
    return _with_short_cut(treatment, _whole(treatment, plain, False))


def _whole(treatment: Treatment, convert: Prepare, nan_is_missing: bool) -> Prepare:
    """Return the steps 1 to 6 of semantics 1.1 for one value."""
    return steps(
        treatment.rules,
        convert,
        nan_is_missing,
        _missing_result(treatment),
        _invalid_result(treatment),
        _outlier_treatment(treatment),
    )


def steps(
    rules: FieldRules,
    convert: Prepare,
    nan_is_missing: bool,
    on_missing: Callable[[], Any],
    on_invalid: Callable[[Any, bool], Any],
    on_valid: Prepare | None,
) -> Prepare:
    """Return the function that tells missing, invalid and valid values apart.

    `on_invalid` gets the value and whether it is one of the type.
    """
    missing_texts, markers = rules.missing_texts, rules.missing
    nan_is_missing_value = nan_is_missing or rules.nan_is_marker
    is_refused = _refusal(rules)

    def prepare(raw: Any) -> Any:
        turn = _PYTHON.get(raw.__class__)
        if turn is not None:
            raw = turn(raw)
        if is_missing(raw, nan_is_missing):
            return on_missing()
        try:
            value = convert(raw)
        except ValueError:
            if missing_texts and raw_text(raw) in missing_texts:
                return on_missing()
            return on_invalid(raw, False)
        if value.__class__ is float and value != value:
            return on_missing() if nan_is_missing_value else on_invalid(value, True)
        if value in markers:
            return on_missing()
        if is_refused(value):
            return on_invalid(value, True)
        return value if on_valid is None else on_valid(value)

    return prepare


def _refusal(rules: FieldRules) -> Callable[[Any], bool]:
    refused, valid, intervals = rules.invalid, frozenset(rules.values), rules.intervals

    def is_refused(value: Any) -> bool:
        if value in refused:
            return True
        if valid:
            return value not in valid
        return bool(intervals) and not any(bounds.contains(value) for bounds in intervals)

    return is_refused


def _missing_result(treatment: Treatment) -> Callable[[], Any]:
    replacement = treatment.replacement
    if not treatment.missing_fails:
        return lambda: replacement

    def fail() -> Any:
        raise treatment.missing_error()

    return fail


def _invalid_result(treatment: Treatment) -> Callable[[Any, bool], Any]:
    """Return what becomes of an invalid value: its row value if it has one, else the raw one."""
    if treatment.invalid in ("asMissing", "asValue"):
        is_value = treatment.invalid == "asValue"
        result = treatment.invalid_replacement if is_value else treatment.replacement
        return lambda _value, _usable: result
    keeps = treatment.invalid == "asIs"

    def keep_or_fail(value: Any, usable: bool) -> Any:
        if not usable:
            raise treatment.unusable_error(value)
        if keeps:
            return invalid(value)
        raise treatment.invalid_error(value)

    return keep_or_fail


def _outlier_treatment(treatment: Treatment) -> Prepare | None:
    limits = treatment.limits
    if limits is None:
        return None
    low = -math.inf if limits.low is None else limits.low
    high = math.inf if limits.high is None else limits.high
    below, above = limits.low_value, limits.high_value
    if limits.to_missing:
        below = above = treatment.replacement

    def treat(value: Any) -> Any:
        if value < low:
            return below
        return above if value > high else value

    return treat


def _with_short_cut(treatment: Treatment, whole: Prepare) -> Prepare:
    """Put a check before the whole treatment that lets pass what it would not change."""
    rules, limits = treatment.rules, treatment.limits
    usual = _CLASSES.get(rules.type.kind)
    special = rules.missing | rules.invalid
    if usual is None:
        return whole
    if rules.values:
        untouched = _outlier_treatment(treatment) or (lambda value: value)
        kept = frozenset(
            value for value in rules.values if value not in special and untouched(value) == value
        )
        return _among(usual, kept, whole)
    if usual is str or usual is bool:
        return whole if usual is bool and special else _not_among(usual, special, whole)
    if usual is float and not (special or rules.intervals or limits) and rules.type.kind != "float":
        return _any_number(whole)
    if len(rules.intervals) > 1:
        return whole
    ends = [(bounds.low, bounds.high) for bounds in rules.intervals]
    if limits is not None:
        ends.append((limits.low, limits.high))
    if usual is int:
        ends.append((INT64.start - 1, INT64.stop))
    elif rules.type.kind == "float":
        ends.append((-_LARGEST_SINGLE, _LARGEST_SINGLE))
    # The ends themselves are left to the whole treatment.
    low = max((low for low, _ in ends if low is not None), default=-math.inf)
    high = min((high for _, high in ends if high is not None), default=math.inf)
    if rules.type.kind == "float":
        return _between_singles(low, high, special, whole)
    return _between(usual, low, high, special, whole)


def _among(usual: type, kept: frozenset[Any], whole: Prepare) -> Prepare:
    def prepare(raw: Any) -> Any:
        if raw.__class__ is usual and raw in kept:
            return raw
        return whole(raw)

    return prepare


def _not_among(usual: type, special: frozenset[Any], whole: Prepare) -> Prepare:
    def prepare(raw: Any) -> Any:
        if raw.__class__ is usual:
            return raw
        return whole(raw)

    def prepare_unless(raw: Any) -> Any:
        if raw.__class__ is usual and raw not in special:
            return raw
        return whole(raw)

    return prepare_unless if special else prepare


def _any_number(whole: Prepare) -> Prepare:
    def prepare(raw: Any) -> Any:
        if raw.__class__ is float and raw == raw:
            return raw
        return whole(raw)

    return prepare


def _between(usual: type, low: Any, high: Any, special: frozenset[Any], whole: Prepare) -> Prepare:
    def prepare(raw: Any) -> Any:
        if raw.__class__ is usual and low < raw < high:
            return raw
        return whole(raw)

    def prepare_unless(raw: Any) -> Any:
        if raw.__class__ is usual and low < raw < high and raw not in special:
            return raw
        return whole(raw)

    return prepare_unless if special else prepare


def _between_singles(low: float, high: float, special: frozenset[Any], whole: Prepare) -> Prepare:
    pack, unpack = _SINGLE.pack, _SINGLE.unpack

    def prepare(raw: Any) -> Any:
        if raw.__class__ is float and low < raw < high:
            (value,) = unpack(pack(raw))
            if low < value < high and value not in special:
                return value
        return whole(raw)

    return prepare

"""What the MiningSchema and the DataDictionary say of input columns, given all their uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pmmlkit.exporters.features import (
    ByCategory,
    Cast,
    Category,
    Feature,
    InputField,
    Lookup,
    Replaced,
    data_type_of,
    is_missing_value,
)
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.data_dictionary import DataField, Value
from pmmlkit.language.mining_schema import MiningField

__all__ = ["Treatment", "Users", "data_field", "lookups_by_column", "mining_field", "treatment_of"]

Users = Mapping[Feature, Mapping[Feature | None, None]]
"""The features that read a feature, None for a model."""


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the document says of an input column."""

    data_type: str
    optype: str
    values: tuple[Category, ...] = ()
    invalid: str | None = None
    missing: str | None = None
    replacement: Category | None = None
    marker: Category | None = None


def treatment_of(
    column: InputField, lookups: Sequence[Lookup], users: Users, *, allowed: bool
) -> tuple[Treatment, tuple[Feature, ...]]:
    """Return the treatment of a column, and the features that it makes the same as the column.

    A treatment goes into the MiningSchema only when all uses of the column agree; where it is not
    `allowed`, never.
    """
    data_type = column.data_type or _inferred(column, lookups, users)
    replacement = marker = None
    at: Feature = column
    merged: list[Feature] = []
    while allowed and len(users[at]) == 1:
        (user,) = users[at]
        if isinstance(user, Replaced) and replacement is None and marker is None:
            replacement = None if is_missing_value(user.value) else user.value
            marker = user.marker
            data_type = data_type_of(user) or data_type
        elif isinstance(user, Cast):
            data_type = user.data_type
        else:
            break
        merged.append(user)
        at = user
    # A missing indicator says nothing about categories.
    categorical = data_type in ("string", "boolean") or all(
        lookup is not None and bool(lookup.table) for lookup in map(_lookup, users[at])
    )
    refusing = [lookup for lookup in lookups if lookup.unknown_refused]
    values = _common(refusing) if refusing else _all_known(lookups) if categorical else ()
    raw = [lookup for lookup in lookups if lookup.source == at]
    # PMML4S cannot tell the categories of a categorical double apart; a continuous one may have
    # values as well.
    named = categorical and data_type not in ("float", "double")
    refuses_missing = allowed and any(it.missing_refused for it in raw) and replacement is None
    treatment = Treatment(
        data_type,
        "categorical" if named else "continuous",
        values,
        None if refusing or not values else "asIs",
        "returnInvalid" if refuses_missing else None,
        replacement,
        marker,
    )
    return treatment, tuple(merged)


def lookups_by_column(features: Iterable[Feature]) -> Mapping[str, list[Lookup]]:
    """Return the look-ups in each column, by its name."""
    found: dict[str, list[Lookup]] = defaultdict(list)
    for feature in features:
        lookup = _lookup(feature)
        base = None if lookup is None else _base(lookup.source)
        if lookup is not None and isinstance(base, InputField):
            found[base.name].append(lookup)
    return found


def _base(feature: Feature) -> Feature:
    while isinstance(feature, Replaced | Cast):
        feature = feature.source
    return feature


def _lookup(feature: Feature | None) -> Lookup | None:
    if isinstance(feature, ByCategory):
        return feature.lookup
    return feature if isinstance(feature, Lookup) else None


def _inferred(column: InputField, lookups: Sequence[Lookup], users: Users) -> str:
    """Return the type of a column of which nobody said it, from the values that it is compared
    with.
    """
    values = [category for lookup in lookups for category in (*lookup.known, *dict(lookup.table))]
    values += [user.value for user in users[column] if isinstance(user, Replaced)]
    if any(isinstance(value, str) for value in values):
        return "string"
    if values and all(isinstance(value, bool) for value in values):
        return "boolean"
    return "double"


def _common(lookups: Sequence[Lookup]) -> tuple[Category, ...]:
    common = set(lookups[0].known).intersection(*(lookup.known for lookup in lookups[1:]))
    return tuple(value for value in lookups[0].known if value in common)


def _all_known(lookups: Sequence[Lookup]) -> tuple[Category, ...]:
    return tuple(dict.fromkeys(value for lookup in lookups for value in lookup.known))


def data_field(name: str, treated: Treatment) -> DataField:
    """Return the declaration of an input column."""
    values = [Value(value=category_text(value, treated.data_type)) for value in treated.values]
    if treated.marker is not None:
        marker = category_text(treated.marker, treated.data_type)
        values = [value for value in values if value.value != marker]
        values.append(Value(value=marker, property="missing"))
    return DataField(
        name=name, optype=treated.optype, data_type=treated.data_type, values=tuple(values)
    )


def mining_field(name: str, treated: Treatment) -> MiningField:
    """Return the use of an input column."""
    parts: dict[str, Any] = {}
    if treated.replacement is not None:
        parts["missing_value_replacement"] = category_text(treated.replacement, treated.data_type)
        parts["missing_value_treatment"] = "asValue"
    if treated.missing is not None:
        parts["missing_value_treatment"] = treated.missing
    if treated.invalid is not None:
        parts["invalid_value_treatment"] = treated.invalid
    return MiningField(name=name, **parts)

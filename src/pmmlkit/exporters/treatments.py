"""What the MiningSchema and the DataDictionary say of input columns, given all their uses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import Categorical, Continuous, Domain, field_text
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
from pmmlkit.exporters.refused_values import refuse_conflicts, refuse_treatments
from pmmlkit.language.data_dictionary import DataField, Interval, Value
from pmmlkit.language.mining_schema import MiningField

__all__ = ["Treatment", "Users", "data_field", "lookups_by_column", "mining_field", "treatment_of"]

Users = Mapping[Feature, Mapping[Feature | None, None]]
"""The features that read a feature, None for a model."""

NAMED_TYPES = ("string", "boolean")

NOTHING_SAID = Domain()


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the document says of an input column: of itself, and what the user does in `domain`.

    `values`: the valid categories; `invalid`, `missing`: the treatments; `replacement`: of missing
    values; `marker`: a value that an imputer takes for missing.
    """

    data_type: str
    optype: str
    values: tuple[Category, ...] = ()
    invalid: str | None = None
    missing: str | None = None
    replacement: Category | None = None
    marker: Category | None = None
    domain: Domain = NOTHING_SAID


@dataclass(slots=True)
class _Merger:
    """Follows a column through what the MiningSchema can say of it."""

    column: InputField
    domain: Domain
    data_type: str
    replacement: Category | None = field(init=False)
    marker: Category | None = None
    is_free: bool = field(init=False)
    """Nothing says yet what becomes of missing values."""

    def __post_init__(self) -> None:
        self.replacement = self.domain.replacement
        self.is_free = self.domain.missing is None

    def takes(self, user: Feature | None) -> bool:
        """Take the treatment that a user of the column makes, if that is the same for all rows."""
        if isinstance(user, Replaced):
            return self._takes_replaced(user)
        if not isinstance(user, Cast):
            return False
        domain = self.domain
        is_near = not isinstance(domain, Continuous) or domain.is_single
        return is_near and self._takes_type(user.data_type)

    def _takes_replaced(self, user: Replaced) -> bool:
        wide = data_type_of(user) or self.data_type
        if user.marker is None and not self.is_free and not self.column.missing:
            return self._takes_type(wide)  # nothing is left to replace
        if not self.is_free or self.marker is not None:
            return False
        stated = self.domain != NOTHING_SAID
        if user.marker is not None and stated and user.marker not in self.domain.missing_values:
            return False
        if not self._takes_type(wide):
            return False
        self.is_free = False
        self.replacement = None if is_missing_value(user.value) else user.value
        self.marker = user.marker
        return True

    def _takes_type(self, data_type: str) -> bool:
        if self.domain.data_type not in (None, data_type):
            return False
        self.data_type = data_type
        return True


def treatment_of(
    column: InputField,
    lookups: Sequence[Lookup],
    users: Users,
    *,
    allowed: bool,
    domain: Domain | None = None,
) -> tuple[Treatment, tuple[Feature, ...]]:
    """Return the treatment of a column, and the features that it makes the same as the column.

    A treatment goes into the MiningSchema only when all uses of the column agree; where it is not
    `allowed`, never. What the `domain` says stands: raises ExportError where the estimator refuses
    rows that it lets pass, or where there is no MiningSchema to say it.
    """
    stated = domain or NOTHING_SAID
    merger = _Merger(column, stated, column.data_type or _inferred(column, lookups, users))
    at: Feature = column
    merged: list[Feature] = []
    while allowed and len(users[at]) == 1:
        (user,) = users[at]
        if user is None or not merger.takes(user):
            break
        merged.append(user)
        at = user
    data_type = merger.data_type
    # A missing indicator says nothing about categories.
    categorical = data_type in NAMED_TYPES or all(
        lookup is not None and bool(lookup.table) for lookup in map(_lookup, users[at])
    )
    values, invalid = _valid(lookups, stated, categorical, allowed)
    raw = [lookup for lookup in lookups if lookup.source == at]
    refuses_missing = any(it.missing_refused for it in raw) and merger.replacement is None
    if not allowed:
        refuse_treatments(column.name, stated)
    refuse_conflicts(column.name, stated, lookups, values, refuses_missing and allowed)
    missing = "returnInvalid" if stated.refuses_missing or (refuses_missing and allowed) else None
    optype = _optype(stated, categorical, data_type)
    return Treatment(
        data_type, optype, values, invalid, missing, merger.replacement, merger.marker, stated
    ), tuple(merged)


def _valid(
    lookups: Sequence[Lookup], domain: Domain, categorical: bool, allowed: bool
) -> tuple[tuple[Category, ...], str | None]:
    """Return the categories that are valid, and the treatment of others."""
    if isinstance(domain, Continuous):
        return (), domain.invalid_treatment
    if isinstance(domain, Categorical) and domain.values is not None:
        return tuple(domain.values), domain.invalid_treatment
    refusing = [lookup for lookup in lookups if lookup.unknown_refused]
    values = _common(refusing) if refusing else _all_known(lookups) if categorical else ()
    if domain.invalid_treatment is not None:
        return values, domain.invalid_treatment
    if refusing or not values:
        return values, None
    # Without a MiningSchema nothing can say that others are welcome.
    return (values, "asIs") if allowed else ((), None)


def _optype(domain: Domain, categorical: bool, data_type: str) -> str:
    if isinstance(domain, Continuous):
        return "continuous"
    # PMML4S cannot tell the categories of a categorical double apart; a continuous one may have
    # values as well.
    if not categorical or data_type in ("float", "double"):
        return "continuous"
    return domain.optype or "categorical"


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
    first, *others = _known(lookups)
    common = set(first).intersection(*others)
    return tuple(value for value in first if value in common)


def _all_known(lookups: Sequence[Lookup]) -> tuple[Category, ...]:
    return tuple(dict.fromkeys(value for known in _known(lookups) for value in known))


def _known(lookups: Sequence[Lookup]) -> list[tuple[Category, ...]]:
    """Return what look-ups know, each tuple once: an encoder makes thousands that share one."""
    return list({id(lookup.known): lookup.known for lookup in lookups}.values())


def data_field(name: str, treated: Treatment) -> DataField:
    """Return the declaration of an input column."""
    kind, domain = treated.data_type, treated.domain
    display = domain.display_values or {} if isinstance(domain, Categorical) else {}
    lost = [
        value if isinstance(value, str) else _text(name, value, kind)
        for value in domain.missing_values
    ]
    if treated.marker is not None:
        lost.append(_text(name, treated.marker, kind))
    bad = [_text(name, value, kind) for value in domain.invalid_values]
    valid = {_text(name, value, kind): display.get(value) for value in treated.values}
    intervals: tuple[Interval, ...] = ()
    if isinstance(domain, Continuous) and domain.interval is not None:
        low, high = domain.interval
        intervals = (Interval(closure="closedClosed", left_margin=low, right_margin=high),)
    return DataField(
        name=name,
        display_name=domain.display_name,
        optype=treated.optype,
        data_type=kind,
        intervals=intervals,
        values=(
            *(
                Value(value=text, display_value=shown)
                for text, shown in valid.items()
                if text not in lost and text not in bad
            ),
            *(Value(value=text, property="invalid") for text in dict.fromkeys(bad)),
            *(Value(value=text, property="missing") for text in dict.fromkeys(lost)),
        ),
    )


def mining_field(name: str, treated: Treatment, importance: float | None = None) -> MiningField:
    """Return the use of an input column."""
    kind, domain = treated.data_type, treated.domain
    parts: dict[str, Any] = {}
    if treated.replacement is not None:
        parts["missing_value_replacement"] = _text(name, treated.replacement, kind)
        parts["missing_value_treatment"] = "asValue"
    if treated.missing is not None:
        parts["missing_value_treatment"] = treated.missing
    if treated.invalid is not None:
        parts["invalid_value_treatment"] = treated.invalid
    if domain.invalid_replacement is not None:
        parts["invalid_value_replacement"] = _text(name, domain.invalid_replacement, kind)
    if isinstance(domain, Continuous) and domain.outliers is not None:
        words = {"extreme": "asExtremeValues", "missing": "asMissingValues", "asIs": "asIs"}
        parts["outliers"] = words[domain.outliers]
        parts["low_value"], parts["high_value"] = domain.low, domain.high
    return MiningField(name=name, importance=importance, **parts)


def _text(name: str, value: Category, data_type: str) -> str:
    try:
        return field_text(value, data_type)
    except ExportError as error:
        raise ExportError(f"column {name!r}: {error.message}") from error

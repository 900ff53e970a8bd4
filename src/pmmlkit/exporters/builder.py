"""Where converters collect: fields, treatments and derived fields of a document, which is then
frozen once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pmmlkit.exporters import expressions
from pmmlkit.exporters.features import (
    ByCategory,
    Cast,
    Category,
    ConstantFeature,
    Derived,
    Feature,
    InputField,
    Lookup,
    Product,
    Replaced,
    data_type_of,
    may_be_missing,
    name_of,
    sources_of,
)
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.texts import category_text
from pmmlkit.language.data_dictionary import DataDictionary, DataField, Value
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.mining_schema import MiningField

if TYPE_CHECKING:
    from pmmlkit.language.scope import Compiled

__all__ = ["BoundField", "Builder", "Target", "unique_name"]


@dataclass(frozen=True, slots=True)
class BoundField:
    """A feature that has become a field of the document."""

    name: str
    data_type: str
    optype: str


@dataclass(frozen=True, slots=True)
class Target:
    """What is predicted; `classes` are the labels in the order of ``classes_``, () for a number."""

    name: str
    data_type: str
    classes: tuple[Category, ...] = ()

    @property
    def labels(self) -> tuple[str, ...]:
        """The classes as text."""
        return tuple(category_text(label, self.data_type) for label in self.classes)

    @property
    def function_name(self) -> str:
        """The mining function of a model of this target."""
        return "classification" if self.classes else "regression"


@dataclass(frozen=True, slots=True)
class Treatment:
    """What the MiningSchema and the DataDictionary say of an input column."""

    data_type: str
    optype: str
    values: tuple[Category, ...] = ()
    invalid: str | None = None
    missing: str | None = None
    replacement: Category | None = None
    marker: Category | None = None


class Builder:
    """Turns features into fields. Plan once with all features that are read, then bind them.

    A treatment goes into the MiningSchema only when all uses of the column agree; `treatments`
    False: never.
    """

    def __init__(self, schema: Schema, *, treatments: bool = True) -> None:
        self.schema = schema
        self.treatments = treatments
        self._users: dict[Feature, dict[Feature | None, None]] = defaultdict(dict)
        self._merged: dict[Feature, InputField] = {}
        self._treated: dict[str, Treatment] = {}
        self._bound: dict[Feature, BoundField] = {}
        self._derived: list[DerivedField] = []
        self._same: dict[DerivedField, BoundField] = {}
        self._used: dict[str, None] = {}
        self._names = {item.name for item in schema.inputs} | set(schema.targets)

    def unique(self, name: str) -> str:
        """Return the name, made unique in the document by ``_2``, and take it."""
        name = unique_name(name, self._names)
        self._names.add(name)
        return name

    def plan(self, reads: Iterable[Feature]) -> None:
        """Find out how all features are used, and decide on the treatments of the input columns."""
        pending: list[Feature] = []
        for feature in reads:
            self._users[feature][None] = None
            pending.append(feature)
        seen: dict[Feature, None] = {}
        while pending:
            feature = pending.pop()
            if feature in seen:
                continue
            seen[feature] = None
            for source in sources_of(feature):
                self._users[source][feature] = None
                pending.append(source)
        lookups = _lookups_by_column(seen)
        for feature in seen:
            if isinstance(feature, InputField):
                self._treated[feature.name] = self._treatment(feature, lookups[feature.name])

    def _treatment(self, column: InputField, lookups: Sequence[Lookup]) -> Treatment:
        data_type = column.data_type or _inferred(column, lookups, self._users)
        replacement = marker = None
        at: Feature = column
        while self.treatments and len(self._users[at]) == 1:
            (user,) = self._users[at]
            if isinstance(user, Replaced) and replacement is None:
                replacement, marker = user.value, user.marker
                data_type = data_type_of(user) or data_type
            elif isinstance(user, Cast):
                data_type = user.data_type
            else:
                break
            self._merged[user] = column
            at = user
        # A missing indicator says nothing about categories.
        categorical = data_type in ("string", "boolean") or all(
            lookup is not None and bool(lookup.table) for lookup in map(_lookup, self._users[at])
        )
        refusing = [lookup for lookup in lookups if lookup.unknown_refused]
        values = _common(refusing) if refusing else _all_known(lookups) if categorical else ()
        raw = [lookup for lookup in lookups if lookup.source == at]
        # PMML4S cannot tell the categories of a categorical double apart; a continuous one may have
        # values as well.
        named = categorical and data_type not in ("float", "double")
        return Treatment(
            data_type,
            "categorical" if named else "continuous",
            values,
            None if refusing or not values else "asIs",
            "returnInvalid"
            if self.treatments and any(it.missing_refused for it in raw) and replacement is None
            else None,
            replacement,
            marker,
        )

    def bind(self, feature: Feature) -> BoundField:
        """Return the field of a feature; it becomes a derived field where it is no input column."""
        found = self._bound.get(feature)
        if found is None:
            found = self._bound[feature] = self._bind(feature)
        return found

    def _bind(self, feature: Feature) -> BoundField:
        if isinstance(feature, ByCategory):
            return self.bind(feature.lookup.source)
        column = feature if isinstance(feature, InputField) else self._merged.get(feature)
        if column is not None:
            self._used[column.name] = None
            treated = self._treated[column.name]
            return BoundField(column.name, treated.data_type, treated.optype)
        if isinstance(feature, Cast) and self._is_derived(feature.source):
            # a derived field casts its result itself
            only_here = set(self._users[feature.source]) <= {feature}
            if only_here:
                return self._derive(feature.source, feature.data_type)
        return self._derive(feature, data_type_of(feature) or "double")

    def _is_derived(self, feature: Feature) -> bool:
        return not isinstance(feature, InputField) and feature not in self._merged

    def _derive(self, feature: Feature, data_type: str) -> BoundField:
        expression = self._expression(feature)
        optype = feature.optype if isinstance(feature, Derived) else "continuous"
        if isinstance(feature, Replaced) and data_type in ("string", "boolean"):
            optype = "categorical"
        unnamed = DerivedField(name="", optype=optype, data_type=data_type, expression=expression)
        same = self._same.get(unnamed)
        if same is not None:
            return same
        field = BoundField(self.unique(_label(feature)), data_type, optype)
        self._derived.append(unnamed.replace(name=field.name))
        self._same[unnamed] = field
        return field

    def _expression(self, feature: Feature) -> Compiled:
        if isinstance(feature, Derived):
            element = feature.expression(*(self._operand(source) for source in feature.sources))
            lacking = [it for it in feature.sources if feature.guarded and may_be_missing(it)]
            for source in reversed(lacking):
                present = expressions.apply("isNotMissing", self._operand(source))
                element = expressions.apply("if", present, element)
            return element
        if isinstance(feature, Replaced):
            return self._replaced(feature)
        if isinstance(feature, Cast):
            return self._operand(feature.source)
        if isinstance(feature, Lookup):
            at = self.bind(feature.source)
            return expressions.lookup(
                feature, at.name, at.data_type, may_be_missing(feature.source)
            )
        if isinstance(feature, Product):
            return self._product(feature)
        assert isinstance(feature, ConstantFeature)
        return expressions.constant(feature.value)

    def _operand(self, feature: Feature) -> Compiled:
        if isinstance(feature, ConstantFeature):
            return expressions.constant(feature.value)
        return expressions.field_ref(self.bind(feature).name)

    def _replaced(self, feature: Replaced) -> Compiled:
        source = self._operand(feature.source)
        kind = data_type_of(feature) or "double"
        value = expressions.constant(feature.value, kind)
        if feature.marker is None:
            return expressions.apply("if", expressions.apply("isMissing", source), value, source)
        marker = expressions.constant(feature.marker, kind)
        element = expressions.apply("if", expressions.apply("equal", source, marker), value, source)
        if not may_be_missing(feature.source):
            return element
        return expressions.apply("if", expressions.apply("isNotMissing", source), element)

    def _product(self, feature: Product) -> Compiled:
        factors = list(feature.factors)
        if all(data_type_of(factor) == "integer" for factor in factors):
            # integers would overflow; one double makes the product one
            factors[-1] = Cast(factors[-1], "double")
        *rest, last = [self._operand(factor) for factor in factors]
        for factor in reversed(rest):
            last = expressions.apply("*", factor, last)
        return last

    def data_dictionary(self, targets: Sequence[Target]) -> DataDictionary:
        """Return the fields that are used, in the order of the input, then the targets."""
        fields = [_data_field(name, self._treated[name]) for name in self._ordered()]
        for target in targets:
            optype = "categorical" if target.classes else "continuous"
            values = tuple(Value(value=label) for label in target.labels)
            fields.append(
                DataField(
                    name=target.name, optype=optype, data_type=target.data_type, values=values
                )
            )
        return DataDictionary(number_of_fields=len(fields), data_fields=tuple(fields))

    def mining_fields(self) -> tuple[MiningField, ...]:
        """Return the input columns that are used, with their treatments."""
        return tuple(_mining_field(name, self._treated[name]) for name in self._ordered())

    def derived_fields(self) -> tuple[DerivedField, ...]:
        """Return the derived fields, each after those that it reads."""
        return tuple(self._derived)

    def used_inputs(self) -> tuple[str, ...]:
        """Return the names of the input columns that are used, in the order of the input."""
        return tuple(self._ordered())

    def _ordered(self) -> list[str]:
        return [item.name for item in self.schema.inputs if item.name in self._used]


def unique_name(name: str, taken: Iterable[str]) -> str:
    """Return the name, with ``_2``, ``_3`` ... behind it if it is taken."""
    names = taken if isinstance(taken, set | dict) else set(taken)
    candidate, number = name, 2
    while candidate in names:
        candidate, number = f"{name}_{number}", number + 1
    return candidate


def _label(feature: Feature) -> str:
    if isinstance(feature, Replaced):
        return f"impute({name_of(feature)})"
    if isinstance(feature, Cast):
        return f"{feature.data_type}({name_of(feature)})"
    return name_of(feature)


def _base(feature: Feature) -> Feature:
    while isinstance(feature, Replaced | Cast):
        feature = feature.source
    return feature


def _lookups_by_column(features: Iterable[Feature]) -> dict[str, list[Lookup]]:
    found: dict[str, list[Lookup]] = defaultdict(list)
    for feature in features:
        lookup = _lookup(feature)
        base = None if lookup is None else _base(lookup.source)
        if lookup is not None and isinstance(base, InputField):
            found[base.name].append(lookup)
    return found


def _lookup(feature: Feature | None) -> Lookup | None:
    if isinstance(feature, ByCategory):
        return feature.lookup
    return feature if isinstance(feature, Lookup) else None


def _inferred(
    column: InputField, lookups: Sequence[Lookup], users: dict[Feature, dict[Feature | None, None]]
) -> str:
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


def _data_field(name: str, treated: Treatment) -> DataField:
    values = [Value(value=category_text(value, treated.data_type)) for value in treated.values]
    if treated.marker is not None:
        marker = category_text(treated.marker, treated.data_type)
        values = [value for value in values if value.value != marker]
        values.append(Value(value=marker, property="missing"))
    return DataField(
        name=name, optype=treated.optype, data_type=treated.data_type, values=tuple(values)
    )


def _mining_field(name: str, treated: Treatment) -> MiningField:
    parts: dict[str, Any] = {}
    if treated.replacement is not None:
        parts["missing_value_replacement"] = category_text(treated.replacement, treated.data_type)
        parts["missing_value_treatment"] = "asValue"
    if treated.missing is not None:
        parts["missing_value_treatment"] = treated.missing
    if treated.invalid is not None:
        parts["invalid_value_treatment"] = treated.invalid
    return MiningField(name=name, **parts)

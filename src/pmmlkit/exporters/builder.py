"""Where converters collect: fields, treatments and derived fields of a document, which is then
frozen once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pmmlkit.exporters.binding import Binding
from pmmlkit.exporters.features import Feature, InputField, Predicted, sources_of
from pmmlkit.exporters.fields import BoundField, Target, unique_name
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.schema import Schema
from pmmlkit.exporters.treatments import (
    Treatment,
    data_field,
    lookups_by_column,
    mining_field,
    treatment_of,
)
from pmmlkit.language.data_dictionary import DataDictionary, DataField, Value
from pmmlkit.language.define_function import DefineFunction
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.mining_schema import MiningField

__all__ = ["BoundField", "Builder", "Stage", "Target", "unique_name"]


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """A model whose predictions others read: it stands before them in a chain.

    `results` names the OutputField of each prediction.
    """

    draft: Draft
    results: dict[Predicted, str] = field(default_factory=dict)

    @property
    def target(self) -> Target | None:
        """What the model predicts; None for a number that has no field."""
        return next(iter(self.results)).target


class Builder:
    """Turns features into fields. Plan once with all features that are read, then bind them.

    `treatments` False: nothing goes into a MiningSchema. `compact`: trees need not have an element
    for each node. `importances`: of input columns, by name.
    """

    def __init__(
        self,
        schema: Schema,
        *,
        treatments: bool = True,
        compact: bool = True,
        importances: Mapping[str, float] | None = None,
    ) -> None:
        self.schema = schema
        self.treatments = treatments
        self.compact = compact
        self.importances = importances or {}
        self.functions: dict[str, DefineFunction] = {}
        self.stages: dict[Draft, Stage] = {}
        self.users: dict[Feature, dict[Feature | None, None]] = defaultdict(dict)
        self.merged: dict[Feature, InputField] = {}
        self._after: set[int] = set()
        self._treated: dict[str, Treatment] = {}
        self._used: dict[str, None] = {}
        self._inner_targets: list[DataField] = []
        self._names = {item.name for item in schema.inputs} | set(schema.targets)
        self.fields = Binding(self)

    def unique(self, name: str) -> str:
        """Return the name, made unique in the document by ``_2``, and take it."""
        name = unique_name(name, self._names)
        self._names.add(name)
        return name

    def inner_target(self, name: str, like: Target | None = None) -> str:
        """Return the name of a new field for what only a model inside a chain predicts, for models
        that cannot do without one; a number, or labels `like` those of a target.
        """
        target = replace(like or Target(None, "double"), name=self.unique(name))
        self._inner_targets.append(_target_field(target))
        return str(target.name)

    def plan(self, reads: Iterable[Feature]) -> None:
        """Find out how all features are used, and decide on the treatments of the input columns."""
        wanted = tuple(reads)
        for feature in wanted:
            self.users[feature][None] = None
        ordered = self._ordered_features(wanted)
        for feature in ordered:
            sources = sources_of(feature)
            if isinstance(feature, Predicted) or any(id(it) in self._after for it in sources):
                self._after.add(id(feature))
            for source in sources:
                self.users[source][feature] = None
            if isinstance(feature, Predicted):
                stage = self.stages.setdefault(feature.draft, Stage(feature.draft))
                if feature not in stage.results:
                    stage.results[feature] = self.unique(feature.name)
        lookups = lookups_by_column(ordered)
        for feature in ordered:
            if isinstance(feature, InputField):
                treatment, merged = treatment_of(
                    feature,
                    lookups.get(feature.name, ()),
                    self.users,
                    allowed=self.treatments,
                    domain=self.schema.domains.get(feature.name),
                )
                self._treated[feature.name] = treatment
                self.merged.update(dict.fromkeys(merged, feature))

    @staticmethod
    def _ordered_features(reads: Sequence[Feature]) -> list[Feature]:
        """Return all features that these are made of, each behind its sources."""
        seen: set[int] = set()
        ordered: list[Feature] = []
        pending: list[tuple[Feature, bool]] = [(feature, False) for feature in reversed(reads)]
        while pending:
            feature, is_ready = pending.pop()
            if is_ready:
                ordered.append(feature)
            elif id(feature) not in seen:
                seen.add(id(feature))
                pending.append((feature, True))
                pending += [(source, False) for source in reversed(sources_of(feature))]
        return ordered

    def comes_after(self, feature: Feature) -> bool:
        """Tell whether a feature is made of what a model before it predicts."""
        return id(feature) in self._after

    def bind(self, feature: Feature) -> BoundField:
        """Return the field of a feature; it becomes a derived field where it is no input column."""
        return self.fields.bind(feature)

    def bind_column(self, column: InputField) -> BoundField:
        """Return the field of an input column."""
        self._used[column.name] = None
        treated = self._treated[column.name]
        return BoundField(column.name, treated.data_type, treated.optype)

    def any_column(self) -> str:
        """Return the name of an input column, for a MiningSchema that would be empty: the schema of
        PMML wants one.
        """
        column = self.schema.inputs[0]
        if column.name not in self._treated:
            self.plan([column])
        return self.bind_column(column).name

    def data_dictionary(self, targets: Sequence[Target]) -> DataDictionary:
        """Return the fields that are used, in the order of the input, then the targets, those of
        models inside at last.
        """
        fields = [data_field(name, self._treated[name]) for name in self.used_inputs()]
        for target in targets:
            if target.name is None:
                continue
            domain = self.schema.domains.get(target.name)
            shown = None if domain is None else domain.display_name
            fields.append(_target_field(target).replace(display_name=shown))
        fields += self._inner_targets
        return DataDictionary(number_of_fields=len(fields), data_fields=tuple(fields))

    def mining_fields(self) -> tuple[MiningField, ...]:
        """Return the input columns that are used, with their treatments."""
        return tuple(
            mining_field(name, self._treated[name], self.importances.get(name))
            for name in self.used_inputs()
        )

    def derived_fields(self) -> tuple[DerivedField, ...]:
        """Return the derived fields, each after those that it reads."""
        return tuple(self.fields.derived)

    def used_inputs(self) -> tuple[str, ...]:
        """Return the names of the input columns that are used, in the order of the input."""
        return tuple(item.name for item in self.schema.inputs if item.name in self._used)


def _target_field(target: Target) -> DataField:
    return DataField(
        name=str(target.name),
        optype="categorical" if target.classes else "continuous",
        data_type=target.data_type,
        values=tuple(Value(value=label) for label in target.labels),
    )

"""What stages make of the prediction of a model: its OutputFields."""

from __future__ import annotations

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.expressions import constant, field_ref, lookup
from pmmlkit.exporters.features import (
    Cast,
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    Predicted,
    data_type_of,
    name_of,
    sources_of,
)
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.spark.flow import Outcome
from pmmlkit.language.output import OutputField
from pmmlkit.language.scope import Compiled

__all__ = ["Results"]


class Results:
    """The OutputFields of what is made of the prediction of an outcome; each feature has one field,
    those that only others read are no result (isFinalResult).
    """

    def __init__(self, builder: Builder, outcome: Outcome, target: Target) -> None:
        self.fields: list[OutputField] = []
        self._builder = builder
        self._outcome = outcome
        self._target = target
        self._names: dict[Feature, str] = {}

    def add(self, name: str, feature: Feature) -> None:
        """Add a column of this name."""
        if feature in self._names:
            self._add(name, feature, field_ref(self._names[feature]))
        else:
            self._field(feature, name)

    def add_prediction(self) -> None:
        """Add the column of predictions, unless it has no name or is the target itself."""
        name, feature = self._outcome.prediction, self._outcome.feature
        if self._is_shown and self._names.get(feature) != name:
            self.add(name, feature)

    @property
    def _is_shown(self) -> bool:
        return self._outcome.prediction not in ("", self._target.name)

    def _field(self, feature: Feature, name: str | None = None) -> str:
        """Return the name of the field of a feature."""
        found = self._names.get(feature)
        if found is not None:
            return found
        if name is None and self._is_shown and feature == self._outcome.feature:
            # what others are made of is the column of predictions itself
            name = self._outcome.prediction
        if isinstance(feature, Predicted) and feature.draft is self._outcome.draft:
            return self._predicted(feature, name)
        return self._add(name, feature, self._expression(feature))

    def _expression(self, feature: Feature) -> Compiled:
        if isinstance(feature, ConstantFeature):
            return constant(feature.value)
        if isinstance(feature, Lookup | Cast | Derived):
            fields = [self._field(source) for source in sources_of(feature)]
            if isinstance(feature, Derived):
                for function in feature.functions:
                    self._builder.functions.setdefault(str(function.name), function)
                return feature.expression(*map(field_ref, fields))
            if isinstance(feature, Cast):
                return field_ref(fields[0])
            kind = data_type_of(feature.source) or "double"
            return lookup(feature, fields[0], kind, missing=False)
        raise ExportError(
            f"{name_of(feature)!r} is made of the prediction and of columns of the input: an "
            "OutputField of PMML sees what is predicted alone"
        )

    def _predicted(self, feature: Predicted, name: str | None) -> str:
        is_label = bool(self._target.classes) and feature.result == "predictedValue"
        field = OutputField(
            name=self._named(name, feature),
            optype="categorical" if is_label else "continuous",
            data_type=feature.data_type,
            feature=feature.result,
            value=feature.value,
            is_final_result=name is not None,
        )
        return self._append(field, feature)

    def _add(self, name: str | None, feature: Feature, expression: Compiled) -> str:
        kind = data_type_of(feature) or "double"
        is_number = kind not in ("string", "boolean")
        field = OutputField(
            name=self._named(name, feature),
            optype="continuous" if is_number else "categorical",
            data_type=kind,
            feature="transformedValue",
            expression=expression,
            is_final_result=name is not None,
        )
        return self._append(field, feature)

    def _named(self, name: str | None, feature: Feature) -> str:
        return self._builder.unique(name or name_of(feature))

    def _append(self, field: OutputField, feature: Feature) -> str:
        self.fields.append(field)
        return self._names.setdefault(feature, field.name)

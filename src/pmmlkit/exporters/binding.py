"""Features made into fields: of the whole document, or of one model of a chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.errors import ExportError
from pmmlkit.exporters import expressions
from pmmlkit.exporters.features import (
    ByCategory,
    Cast,
    ConstantFeature,
    Derived,
    Feature,
    InputField,
    Lookup,
    Predicted,
    Product,
    Replaced,
    data_type_of,
    is_missing_value,
    may_be_missing,
    name_of,
    sources_of,
)
from pmmlkit.exporters.fields import BoundField
from pmmlkit.language.derived_field import DerivedField

if TYPE_CHECKING:
    from pmmlkit.exporters.builder import Builder
    from pmmlkit.language.scope import Compiled

__all__ = ["Binding"]


class Binding:
    """The fields that are made of features at one place.

    `outer` is None for the fields of the whole document, which know the input columns only. Inside
    a chain, what is made of earlier predictions is derived where it is read; all else outside.
    """

    def __init__(self, builder: Builder, outer: Binding | None = None) -> None:
        self.builder = builder
        self.outer = outer
        self.derived: list[DerivedField] = []
        self.foreign: dict[str, None] = {}
        """The names of fields from outside that the derived fields read."""
        self._bound: dict[Feature, BoundField] = {}
        self._same: dict[tuple[int, DerivedField], BoundField] = {}

    def inside(self) -> Binding:
        """Return the binding of a model in a chain."""
        return Binding(self.builder, self)

    def owns(self, name: str) -> bool:
        """Tell whether a field is derived here."""
        return any(item.name == name for item in self.derived)

    def bind(self, feature: Feature) -> BoundField:
        """Return the field of a feature; what it is made of comes first, in a loop, as features may
        be made of each other a thousand deep.
        """
        pending = [feature]
        while pending:
            at = pending[-1]
            lacking = [it for it in self._needs(at) if it not in self._bound]
            if at in self._bound or not lacking:
                pending.pop()
                if at not in self._bound:
                    self._bound[at] = self._bind(at)
            else:
                pending += reversed(lacking)
        return self._bound[feature]

    def _column(self, feature: Feature) -> InputField | None:
        return feature if isinstance(feature, InputField) else self.builder.merged.get(feature)

    def _is_outside(self, feature: Feature) -> bool:
        return self.outer is not None and not self.builder.comes_after(feature)

    def _needs(self, feature: Feature) -> tuple[Feature, ...]:
        """Return the features that have to be fields before this one is."""
        if isinstance(feature, Predicted) or self._is_outside(feature):
            return ()
        if self._column(feature) is not None:
            return ()
        if self._casts_itself(feature):
            (feature,) = sources_of(feature)
        return tuple(it for it in sources_of(feature) if not isinstance(it, ConstantFeature))

    def _bind(self, feature: Feature) -> BoundField:
        if isinstance(feature, Predicted):
            return self._predicted(feature)
        if self._is_outside(feature):
            assert self.outer is not None
            return self.outer.bind(feature)
        if isinstance(feature, ByCategory):
            return self._bound[feature.lookup.source]
        column = self._column(feature)
        if column is not None:
            return self.builder.bind_column(column)
        if self._casts_itself(feature):
            (source,) = sources_of(feature)
            return self._derive(source, data_type_of(feature) or "double")
        return self._derive(feature, data_type_of(feature) or "double")

    def _predicted(self, feature: Predicted) -> BoundField:
        if self.outer is None:
            raise ExportError(
                f"{feature.name} is predicted by a model, so only a model that comes after it can "
                "read it: a document without a model cannot hold it"
            )
        name = self.builder.stages[feature.draft].results[feature]
        optype = "categorical" if feature.data_type in ("string", "boolean") else "continuous"
        return BoundField(name, feature.data_type, optype)

    def _casts_itself(self, feature: Feature) -> bool:
        """Tell whether a derived field can cast its result itself, as nothing else reads it."""
        return (
            isinstance(feature, Cast)
            and self._column(feature.source) is None
            and not isinstance(feature.source, Predicted)
            and set(self.builder.users[feature.source]) <= {feature}
        )

    def _derive(self, feature: Feature, data_type: str) -> BoundField:
        expression = self._expression(feature)
        optype = feature.optype if isinstance(feature, Derived) else "continuous"
        if isinstance(feature, Replaced) and data_type in ("string", "boolean"):
            optype = "categorical"
        unnamed = DerivedField(name="", optype=optype, data_type=data_type, expression=expression)
        # the hash of an element is that of its own attributes, alike in all fields
        parts = ((it, getattr(it, "text", None)) for it in expression.walk())
        key = (hash(tuple(parts)), unnamed)
        same = self._same.get(key)
        if same is not None:
            return same
        field = BoundField(self.builder.unique(_label(feature)), data_type, optype)
        self.derived.append(unnamed.replace(name=field.name))
        self._same[key] = field
        return field

    def _expression(self, feature: Feature) -> Compiled:
        if isinstance(feature, Derived):
            return self._stated(feature)
        if isinstance(feature, Replaced):
            return self._replaced(feature)
        if isinstance(feature, Cast):
            return self._operand(feature.source)
        if isinstance(feature, Lookup):
            at = self._field(feature.source)
            return expressions.lookup(
                feature, at.name, at.data_type, may_be_missing(feature.source)
            )
        if isinstance(feature, Product):
            return self._product(feature)
        assert isinstance(feature, ConstantFeature)
        return expressions.constant(feature.value)

    def _stated(self, feature: Derived) -> Compiled:
        for function in feature.functions:
            self.builder.functions.setdefault(function.name, function)
        element = feature.expression(*(self._operand(source) for source in feature.sources))
        lacking = [it for it in feature.sources if feature.guarded and may_be_missing(it)]
        if not lacking:
            return element
        tests = [
            expressions.apply("isNotMissing", self._operand(source))
            for source in dict.fromkeys(lacking)
        ]
        # one condition, for a chain of them would be as deep as there are sources
        present = tests[0] if len(tests) == 1 else expressions.apply("and", *tests)
        return expressions.apply("if", present, element)

    def _field(self, feature: Feature) -> BoundField:
        bound = self._bound[feature]
        if self.outer is not None and (
            isinstance(feature, Predicted) or not self.builder.comes_after(feature)
        ):
            self.foreign[bound.name] = None
        return bound

    def _operand(self, feature: Feature) -> Compiled:
        if isinstance(feature, ConstantFeature):
            return expressions.constant(feature.value)
        return expressions.field_ref(self._field(feature).name)

    def _replaced(self, feature: Replaced) -> Compiled:
        source = self._operand(feature.source)
        kind = data_type_of(feature) or "double"
        value = expressions.constant(feature.value, kind)
        if feature.marker is None:
            return expressions.apply("if", expressions.apply("isMissing", source), value, source)
        marker = expressions.constant(feature.marker, kind)
        if is_missing_value(feature.value):
            differs = expressions.apply("notEqual", source, marker)
            element = expressions.apply("if", differs, source)
        else:
            same = expressions.apply("equal", source, marker)
            element = expressions.apply("if", same, value, source)
        if not may_be_missing(feature.source):
            return element
        return expressions.apply("if", expressions.apply("isNotMissing", source), element)

    def _product(self, feature: Product) -> Compiled:
        factors = list(feature.factors)
        *rest, last = [self._operand(factor) for factor in factors]
        if all(data_type_of(factor) == "integer" for factor in factors):
            # integers would overflow; a double factor makes the product one
            last = expressions.apply("*", last, expressions.constant(1.0))
        for factor in reversed(rest):
            last = expressions.apply("*", factor, last)
        return last


def _label(feature: Feature) -> str:
    if isinstance(feature, Replaced):
        verb = "unmark" if is_missing_value(feature.value) else "impute"
        return f"{verb}({name_of(feature)})"
    if isinstance(feature, Cast):
        return f"{feature.data_type}({name_of(feature)})"
    return name_of(feature)

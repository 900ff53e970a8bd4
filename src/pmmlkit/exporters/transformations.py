"""Features written as a document of transformations, without a model."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import Builder
from pmmlkit.exporters.expressions import field_ref
from pmmlkit.exporters.features import Feature, InputField, name_of
from pmmlkit.exporters.fields import BoundField, unique_name
from pmmlkit.language.derived_field import DerivedField, TransformationDictionary
from pmmlkit.language.scope import Compiled

__all__ = ["transformations_of"]


def transformations_of(
    features: Sequence[Feature], names: Sequence[str] | None, builder: Builder
) -> TransformationDictionary:
    """Return the dictionary whose results are the features, in their order.

    The results of such a document are the derived fields that no other one reads: what is read by
    another, and a column as it is, gets a field that refers to it. `names` are those of the
    results, by default what the features are called.
    """
    if not features:
        raise ExportError("the transformer leaves no column: there is nothing to write")
    builder.plan(features)
    bound = [builder.bind(feature) for feature in features]
    if not builder.used_inputs():
        # a DataDictionary has a field at least, by which engines know how many rows there are
        builder.any_column()
    derived = {item.name: item for item in builder.derived_fields()}
    read = {name for item in derived.values() for name in _fields_of(item.expression)}
    times = Counter(field.name for field in bound)
    taken: set[str | None] = {*(item.name for item in builder.schema.inputs), *derived}
    results: list[DerivedField] = []
    for at, (feature, field) in enumerate(zip(features, bound, strict=True)):
        own = derived.get(field.name)
        if own is not None and field.name not in read and times[field.name] == 1:
            del derived[field.name]
            taken.discard(field.name)
        else:
            own = _copy(field)
        # a column that keeps its name through a transformer is called after both
        is_free = names is not None and names[at] not in taken
        name = names[at] if names and is_free else _name(feature, field)
        if name in taken:
            # what is read by others has a field of that name
            name = unique_name(f"transformed({names[at] if names else name})", taken)
        taken.add(name)
        results.append(own.replace(name=name))
    return TransformationDictionary(
        define_functions=tuple(builder.functions.values()),
        derived_fields=(*derived.values(), *results),
    )


def _copy(field: BoundField) -> DerivedField:
    return DerivedField(
        name=field.name,
        optype=field.optype,
        data_type=field.data_type,
        expression=field_ref(field.name),
    )


def _name(feature: Feature, field: BoundField) -> str:
    return field.name if isinstance(feature, InputField) else name_of(feature)


def _fields_of(expression: Compiled) -> set[str]:
    """Return the names of the fields that an expression reads."""
    found: set[str] = set()
    pending = [expression]
    while pending:
        element = pending.pop()
        found.update(element.references())
        pending += element.operands()
    return found

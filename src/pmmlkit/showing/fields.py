"""Fields as facts: the DataDictionary, MiningSchemas, derived fields, Targets and Outputs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from pmmlkit.showing.facts import (
    DerivedFacts,
    FieldFacts,
    FunctionFacts,
    OutputFacts,
    Table,
    TargetFacts,
    UsageFacts,
    Value,
)
from pmmlkit.showing.formula import Formula, Names, Part, quoted
from pmmlkit.showing.formulas import derived_formula, function_formula
from pmmlkit.showing.tables import interval_parts

__all__ = [
    "data_fields",
    "derived_fields",
    "functions",
    "names_of",
    "outputs",
    "targets",
    "usages",
]

_TYPED: Final = ("DataField", "DerivedField", "OutputField")


def names_of(elements: Iterable[Any]) -> Names:
    """Return the dataTypes of all fields of a document, whatever model they stand in."""
    types: dict[str, str] = {}
    for element in elements:
        if element.tag in _TYPED and element.name is not None and element.data_type is not None:
            types.setdefault(element.name, element.data_type)
    return Names(types)


def data_fields(dictionary: Any) -> Iterator[FieldFacts]:
    """Yield the fields of the DataDictionary."""
    for item in () if dictionary is None else dictionary.data_fields or ():
        values = item.values or ()
        valid = [value for value in values if value.property == "valid"]
        yield FieldFacts(
            item.name or "?",
            item.display_name,
            item.data_type,
            item.optype,
            tuple(Formula(interval_parts(interval)) for interval in item.intervals or ()),
            tuple(value.value or "" for value in valid),
            tuple(value.display_value for value in valid),
            _with_property(values, "missing"),
            _with_property(values, "invalid"),
            item.is_cyclic not in ("0", None),
            item.taxonomy,
        )


def _with_property(values: Iterable[Any], property: str) -> tuple[str, ...]:
    return tuple(value.value or "" for value in values if value.property == property)


def usages(schema: Any) -> Iterator[UsageFacts]:
    """Yield the fields of a MiningSchema."""
    for item in () if schema is None else schema.mining_fields or ():
        replacement = item.invalid_value_replacement
        if replacement is None:
            replacement = item.x_invalid_value_replacement
        yield UsageFacts(
            item.name or "?",
            item.usage_type,
            item.optype,
            item.importance,
            item.missing_value_treatment,
            item.missing_value_replacement,
            item.invalid_value_treatment,
            replacement,
            item.outliers,
            item.low_value,
            item.high_value,
        )


def functions(dictionary: Any, names: Names) -> Iterator[FunctionFacts]:
    """Yield the functions that the document defines."""
    for item in () if dictionary is None else dictionary.define_functions or ():
        parameters = tuple(names.field(parameter.name) for parameter in item.parameters or ())
        yield FunctionFacts(
            item.name or "?", parameters, item.data_type, function_formula(item, names)
        )


def derived_fields(holder: Any, names: Names) -> Iterator[DerivedFacts]:
    """Yield the derived fields of a dictionary or of a model."""
    for item in () if holder is None else holder.derived_fields or ():
        yield DerivedFacts(
            item.name or "?",
            item.display_name,
            item.data_type,
            item.optype,
            derived_formula(item, names),
        )


def targets(holder: Any, names: Names) -> Iterator[TargetFacts]:
    """Yield what Targets does with the results of a model."""
    for item in () if holder is None else holder.targets or ():
        values = item.target_values or ()
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (value.value, value.display_value, value.prior_probability, value.default_value)
            for value in values
        )
        table = Table("values", ("value", "shown as", "prior", "default"), rows)
        yield TargetFacts(item.field, _rescaling(item, names), table if rows else None)


def _rescaling(target: Any, names: Names) -> Formula | None:
    """Return what becomes of a number, in the order of the specification: bounds, scale, cast."""
    parts: tuple[Part, ...] = (names.field(target.field) if target.field else "prediction",)
    start = parts
    if target.min is not None:
        parts = ("max(", target.min, ", ", *parts, ")")
    if target.max is not None:
        parts = ("min(", target.max, ", ", *parts, ")")
    if target.rescale_factor not in (1.0, None):
        parts = (*parts, " * ", target.rescale_factor)
    if target.rescale_constant not in (0.0, None):
        constant = target.rescale_constant
        parts = (*parts, " + " if constant >= 0 else " - ", abs(constant))
    if target.cast_integer is not None:
        parts = (f"{target.cast_integer}(", *parts, ")")
    return None if parts is start else Formula(parts)


def outputs(output: Any, names: Names) -> Iterator[OutputFacts]:
    """Yield the fields that a model gives."""
    for item in () if output is None else output.output_fields or ():
        yield OutputFacts(
            item.name or "?",
            item.display_name,
            item.feature or "predictedValue",
            _meaning(item),
            item.data_type,
            item.optype,
            None if item.expression is None else derived_formula(item, names),
            item.is_final_result is not False,
        )


_RANKED: Final = (
    "reasonCode",
    "entityId",
    "clusterId",
    "affinity",
    "entityAffinity",
    "clusterAffinity",
    "ruleValue",
)


def _meaning(item: Any) -> str:
    """Say in words what a field of the result is."""
    feature = item.feature or "predictedValue"
    of = f" of {quoted(item.value)}" if item.value is not None else ""
    target = item.target_field if item.target_field is not None else item.old_target_field
    words = f"{feature}{of}"
    if feature == "ruleValue":
        words += f" ({item.rule_feature})"
    if feature in _RANKED and item.rank not in (1, None):
        words += f", rank {item.rank}"
    if feature == "reasonCode" and item.rank == 1:
        words += ", rank 1"
    if target is not None:
        words += f" for {target}"
    if item.report_field is not None:
        words += f" on {item.report_field}"
    return words if item.segment_id is None else f"{words} in segment {item.segment_id}"

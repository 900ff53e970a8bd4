"""Expressions of PMML, made in one line."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from pmmlkit.exporters.texts import category_text
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import Constant, FieldRef, NormDiscrete
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.row_table import RowTable
from pmmlkit.xml.lexical import format_number

if TYPE_CHECKING:
    from pmmlkit.exporters.features import Category, Lookup
    from pmmlkit.language.scope import Compiled

__all__ = ["apply", "constant", "field_ref", "lookup", "mapped"]


def apply(function: str, *arguments: Compiled) -> Apply:
    """Return the call of a built-in function."""
    return Apply(function=function, expressions=arguments)


def constant(value: Category, data_type: str = "double") -> Constant:
    """Return a constant; a double unless another type is asked for, so that integers do not divide
    as such.
    """
    if isinstance(value, float) and math.isnan(value):
        return Constant(data_type=data_type, missing=True, text="")
    return Constant(data_type=data_type, text=category_text(value, data_type))


def field_ref(name: str) -> FieldRef:
    """Return a reference to a field."""
    return FieldRef(field=name)


def lookup(feature: Lookup, field: str, data_type: str, missing: bool) -> Compiled:
    """Return the expression of a look-up of a field; `missing`: the field may be missing."""
    replaced = missing and not feature.missing_refused and not math.isnan(feature.missing)
    exceptions = feature.exceptions
    if not exceptions:
        present = constant(feature.otherwise)
        if not missing:
            return present
        absent = constant(feature.missing)
        return apply("if", apply("isMissing", field_ref(field)), absent, present)
    default = None if math.isnan(feature.otherwise) else format_number(feature.otherwise)
    missing_text = format_number(feature.missing) if replaced else None
    if feature.otherwise == 0.0 and len(exceptions) == 1 and exceptions[0][1] == 1.0:
        value = category_text(exceptions[0][0], data_type)
        number = feature.missing if replaced else None
        return NormDiscrete(field=field, value=value, map_missing_to=number)
    rows = [row for row in feature.table if not math.isnan(row[1])]
    if default is not None and not feature.unknown_refused:
        rows = [row for row in rows if row[1] != feature.otherwise]
    table = RowTable.of(
        {
            "input": [category_text(category, data_type) for category, _ in rows],
            "output": [format_number(number) for _, number in rows],
        }
    )
    return MapValues(
        output_column="output",
        data_type="double",
        default_value=default,
        map_missing_to=missing_text,
        pairs=(FieldColumnPair(field=field, column="input"),),
        inline_table=InlineTable(rows=table),
    )


def mapped(field: str, table: Mapping[str, str], data_type: str) -> MapValues:
    """Return the expression that gives for the text of a field what the table has for it."""
    rows = RowTable.of({"input": list(table), "output": list(table.values())})
    return MapValues(
        output_column="output",
        data_type=data_type,
        pairs=(FieldColumnPair(field=field, column="input"),),
        inline_table=InlineTable(rows=rows),
    )

"""Conversion: the one place to import it from. Text, scalars, whole arrays, casts (semantics 2)."""

from __future__ import annotations

from pmmlkit.columns.casting import cast
from pmmlkit.columns.intake import Coded, Converted, column_from
from pmmlkit.columns.scalars import cast_value, caster, convert_value, converter, is_missing
from pmmlkit.columns.text import format_value, parse_text, parser, single, to_python

__all__ = [
    "Coded",
    "Converted",
    "cast",
    "cast_value",
    "caster",
    "column_from",
    "convert_value",
    "converter",
    "format_value",
    "is_missing",
    "parse_text",
    "parser",
    "single",
    "to_python",
]

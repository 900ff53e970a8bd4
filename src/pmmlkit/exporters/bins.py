"""Columns cut into bins: a number or a text for each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Category, Derived, Feature, as_number, elementwise, name_of
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.row_table import RowTable
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = ["category_texts", "interval_numbers", "interval_texts"]

Doubles = npt.NDArray[np.float64]
Codes = Sequence[tuple[float, float | str]]
"""Special values, each with its number or text."""


def interval_numbers(
    name: str,
    feature: Feature,
    cuts: Sequence[float],
    numbers: Sequence[float],
    missing: float,
    codes: Sequence[tuple[float, float]] = (),
) -> Feature:
    """Return the number of the interval in which a feature lies; a cut belongs to the interval
    above it. `codes`: numbers of special values, wherever these lie.
    """
    bounds, values = np.asarray(cuts, np.float64), np.asarray(numbers, np.float64)

    def function(x: Doubles) -> Doubles:
        found = values[np.searchsorted(bounds, x, side="right")]
        for code, number in reversed(codes):
            found = np.where(x == code, number, found)
        return np.where(np.isnan(x), missing, found)

    kept = np.flatnonzero(np.diff(values) != 0.0)
    margins = [None, *bounds[kept].tolist(), None]
    texts = [format_number(number) for number in [*values[kept].tolist(), float(values[-1])]]

    def expression(source: Compiled) -> Compiled:
        return _expression(source, margins, texts, missing, codes, "double")

    made = elementwise(feature, name, function, expression)
    lost = any(map(math.isnan, (*numbers, missing, *(number for _, number in codes))))
    return made if lost or not isinstance(made, Derived) else replace(made, missing=False)


def interval_texts(
    name: str,
    feature: Feature,
    cuts: Sequence[float],
    texts: Sequence[str],
    missing: str,
    codes: Sequence[tuple[float, str]] = (),
) -> Feature:
    """Return the text of the interval, as `interval_numbers` does the number."""

    def expression(source: Compiled) -> Compiled:
        return _expression(source, [None, *cuts, None], texts, missing, codes, "string")

    return Derived(
        f"{name}({name_of(feature)})",
        (as_number(feature),),
        expression,
        data_type="string",
        optype="categorical",
        missing=False,
    )


def _expression(
    source: Compiled,
    margins: Sequence[float | None],
    texts: Sequence[str],
    missing: Category,
    codes: Codes,
    data_type: str,
) -> Compiled:
    lost = isinstance(missing, float) and math.isnan(missing)
    found: Compiled
    if len(texts) == 1:
        found = constant(texts[0] if data_type == "string" else float(texts[0]), data_type)
    else:
        found = Discretize(
            field=cast(FieldRef, source).field,
            map_missing_to=None if lost or codes else _text(missing),
            data_type=data_type,
            bins=tuple(
                DiscretizeBin(
                    bin_value=text,
                    interval=Interval(closure="closedOpen", left_margin=left, right_margin=right),
                )
                for text, (left, right) in zip(texts, pairwise(margins), strict=True)
            ),
        )
    for code, answer in reversed(codes):
        is_code = apply("equal", source, constant(code))
        found = apply("if", is_code, constant(answer, data_type), found)
    if not codes and len(texts) > 1:
        return found
    if lost:
        return apply("if", apply("isNotMissing", source), found)
    return apply("if", apply("isMissing", source), constant(missing, data_type), found)


def _text(value: Category) -> str:
    return value if isinstance(value, str) else format_number(float(value))


def category_texts(
    name: str,
    feature: Feature,
    table: Sequence[tuple[Category, str]],
    missing: str,
    unknown: str,
) -> Feature:
    """Return the text of the category that a feature has."""

    def expression(source: Compiled) -> Compiled:
        rows = RowTable.of(
            {
                "input": [_text(category) for category, _ in table],
                "output": [text for _, text in table],
            }
        )
        return MapValues(
            output_column="output",
            data_type="string",
            default_value=unknown,
            map_missing_to=missing,
            pairs=(FieldColumnPair(field=cast(FieldRef, source).field, column="input"),),
            inline_table=InlineTable(rows=rows),
        )

    return Derived(
        f"{name}({name_of(feature)})",
        (feature,),
        expression,
        data_type="string",
        optype="categorical",
        missing=False,
    )

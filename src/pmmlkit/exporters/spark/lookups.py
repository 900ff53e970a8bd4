"""Numbers for categories, whatever their column is made of."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pmmlkit.exporters.features import (
    Cast,
    Category,
    ConstantFeature,
    Derived,
    Feature,
    InputField,
    Lookup,
    Replaced,
    data_type_of,
    may_be_missing,
    name_of,
)
from pmmlkit.exporters.lookups import composed
from pmmlkit.exporters.spark.flow import Flow

__all__ = ["indicators", "looked_up"]


def looked_up(
    name: str,
    feature: Feature,
    table: Mapping[float, float],
    flow: Flow,
    *,
    missing: float,
    otherwise: float,
    refuses: bool = False,
    refuses_missing: bool | None = None,
) -> Feature:
    """Return the number that a table has for each value of a column of numbers.

    `missing`, `otherwise`: the numbers where there is no value, and for any other; `refuses`: rows
    with another value are refused, and, unless `refuses_missing` says otherwise, rows without one.
    Only what is a column of the input can be refused: of all else these numbers stand, so they
    should be NaN.
    """
    if isinstance(feature, ConstantFeature):
        return ConstantFeature(table.get(feature.value, otherwise))
    source = _categorical(feature, flow)
    made = _lookup(name, source, table, missing, otherwise, refuses, refuses_missing)
    if isinstance(source, Lookup):
        made = composed(source, made)
    if _is_column(made.source):
        return made
    return replace(made, unknown_refused=False, missing_refused=False)


def _is_column(feature: Feature) -> bool:
    while isinstance(feature, Replaced | Cast):
        feature = feature.source
    return isinstance(feature, InputField)


def _lookup(
    name: str,
    source: Feature,
    table: Mapping[float, float],
    missing: float,
    otherwise: float,
    refuses: bool,
    refuses_missing: bool | None,
) -> Lookup:
    is_integer = data_type_of(source) == "integer"
    pairs: list[tuple[Category, float]] = []
    for value, number in table.items():
        if not is_integer:
            pairs.append((value, number))
        elif value.is_integer():
            pairs.append((int(value), number))
    return Lookup(
        name,
        source,
        tuple(pairs),
        missing,
        otherwise,
        known=tuple(category for category, _ in pairs),
        unknown_refused=refuses,
        missing_refused=refuses if refuses_missing is None else refuses_missing,
    )


def _categorical(feature: Feature, flow: Flow) -> Feature:
    """Return whole numbers that are computed as categories: engines tell these apart by their text,
    which doubles do not have.
    """
    if isinstance(feature, Derived) and feature in flow.counts:
        return replace(feature, data_type="integer", optype="categorical")
    return feature


def indicators(
    feature: Feature, flow: Flow, count: int, width: int, *, keeps: bool
) -> list[Feature]:
    """Return for each of the positions 0 to `width` - 1 whether a column has that position: 1 or 0.

    The column numbers `count` categories; `keeps`: all other values and missing ones have the
    position `count`, else such rows are refused, or have a missing result where the column is
    computed.
    """
    if isinstance(feature, ConstantFeature):
        position = int(feature.value) if 0 <= feature.value < count else count
        return [ConstantFeature(1.0 * (at == position)) for at in range(width)]
    identity = {float(at): float(at) for at in range(count)}
    other = float(count) if keeps else math.nan
    # in a look-up it is the categories beneath that are looked up
    source = looked_up(
        name_of(feature), feature, identity, flow, missing=other, otherwise=other, refuses=not keeps
    )
    assert isinstance(source, Lookup)
    places: dict[float, list[Category]] = defaultdict(list)
    for category, number in source.table:
        places[number].append(category)
    lacks = not source.missing_refused and may_be_missing(source.source)
    is_closed = feature not in flow.beyond and flow.counts.get(feature, math.inf) <= count
    varies = not (source.unknown_refused or (is_closed and not isinstance(feature, Lookup)))
    return [_indicator(source, float(at), places, lacks, varies) for at in range(width)]


def _indicator(
    source: Lookup,
    position: float,
    places: Mapping[float, Sequence[Category]],
    lacks: bool,
    varies: bool,
) -> Lookup:
    """Return whether a look-up has a number; of thousands of them each has its category only.

    `lacks`, `varies`: rows without a value, or with an unknown one, come this far.
    """
    missing = math.nan if lacks and math.isnan(source.missing) else source.missing == position
    otherwise = (
        math.nan if varies and math.isnan(source.otherwise) else source.otherwise == position
    )
    chosen = places.get(position, ())
    shown = (
        "unknown" if otherwise is True else str(chosen[0]) if len(chosen) == 1 else int(position)
    )
    if otherwise:
        own = set(chosen)
        table = tuple((category, float(category in own)) for category, _ in source.table)
    else:
        table = tuple((category, 1.0) for category in chosen)
    return replace(
        source,
        name=f"{name_of(source.source)}={shown}",
        table=table,
        missing=float(missing),
        otherwise=float(otherwise),
    )

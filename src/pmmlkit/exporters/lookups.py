"""Look-ups in look-ups, and products of look-ups in the same column: one look-up each."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from pmmlkit.exporters.features import Feature, Lookup, sources_of

__all__ = ["by_source", "composed"]


def composed(inner: Lookup, outer: Lookup) -> Lookup:
    """Return the look-up in a look-up as one in the column beneath."""
    codes: dict[Any, float] = dict(outer.table)
    both = inner.map(
        lambda numbers: np.array(
            [
                outer.missing if math.isnan(number) else codes.get(number, outer.otherwise)
                for number in numbers.tolist()
            ]
        ),
        f"{outer.name}",
    )

    def refused(number: float) -> bool:
        if math.isnan(number):
            return outer.missing_refused
        return outer.unknown_refused and number not in outer.known

    return replace(
        both,
        unknown_refused=inner.unknown_refused or refused(inner.otherwise),
        missing_refused=inner.missing_refused or refused(inner.missing),
    )


def by_source(factors: Sequence[Feature]) -> list[Feature]:
    """Return the factors with look-ups in the same column multiplied into one."""
    kept: list[Feature] = []
    for factor in factors:
        for at, other in enumerate(kept):
            both = isinstance(factor, Lookup) and isinstance(other, Lookup)
            if both and sources_of(factor) == sources_of(other):
                kept[at] = _times(cast(Lookup, other), cast(Lookup, factor))
                break
        else:
            kept.append(factor)
    return kept


def _times(left: Lookup, right: Lookup) -> Lookup:
    ours, theirs = dict(left.table), dict(right.table)
    table = tuple(
        (category, ours.get(category, left.otherwise) * theirs.get(category, right.otherwise))
        for category in {**ours, **theirs}
    )
    return Lookup(
        left.name if left == right else f"{left.name} {right.name}",
        left.source,
        table,
        left.missing * right.missing,
        left.otherwise * right.otherwise,
        left.known if left.unknown_refused else right.known or left.known,
        left.unknown_refused or right.unknown_refused,
        left.missing_refused or right.missing_refused,
    )

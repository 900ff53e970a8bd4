"""The zeros of vectors that Spark keeps as sparse ones."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, as_number, name_of
from pmmlkit.language.scope import Compiled

__all__ = ["without_zeros"]


def without_zeros(features: Sequence[Feature]) -> list[Feature]:
    """Return the elements of vectors, with the zeros missing in the rows that Spark keeps as sparse
    vectors: those with few enough other values that these and their places take less memory, 1.5 *
    (count + 1) < size.
    """
    most = math.ceil(len(features) / 1.5 - 1.0) - 1
    if most < 0:
        return list(features)
    numbers = [as_number(feature) for feature in features]
    count = Derived("nonzeros", tuple(numbers), _count, "double", "continuous", missing=False)

    def stored(value: Compiled, others: Compiled) -> Compiled:
        few = apply("lessOrEqual", others, constant(float(most)))
        left_out = apply("and", apply("equal", value, constant(0.0)), few)
        return apply("if", apply("not", left_out), value)

    return [
        Derived(f"stored({name_of(number)})", (number, count), stored, guarded=True, missing=True)
        for number in numbers
    ]


def _count(*values: Compiled) -> Compiled:
    """Return how many values are not 0; one that is missing is NaN, which a sparse vector holds."""
    return sum_of(
        [
            apply(
                "if",
                apply("isMissing", value),
                constant(1.0),
                apply("if", apply("equal", value, constant(0.0)), constant(0.0), constant(1.0)),
            )
            for value in values
        ]
    )

"""Weighted sums of features, as expressions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    as_number,
)
from pmmlkit.language.scope import Compiled

__all__ = ["combination", "sum_of"]


def combination(
    name: str,
    features: Sequence[Feature],
    coefficients: npt.ArrayLike,
    intercept: float = 0.0,
) -> Feature:
    """Return the sum of the features times their coefficients (one each), plus the intercept.

    Missing where one of the features with a coefficient other than 0 is missing.
    """
    total = float(intercept)
    sources: list[Feature] = []
    factors: list[float] = []
    for feature, factor in zip(
        map(as_number, features), np.asarray(coefficients, np.float64).tolist(), strict=True
    ):
        if isinstance(feature, ConstantFeature):
            total += factor * feature.value
        elif factor != 0.0:
            sources.append(feature)
            factors.append(factor)
    if not sources:
        return ConstantFeature(total)
    if len(sources) == 1 and isinstance(sources[0], Lookup):
        return sources[0].map(lambda values: values * factors[0] + total, name)

    def expression(*operands: Compiled) -> Compiled:
        terms = [
            operand if factor == 1.0 else apply("*", constant(factor), operand)
            for factor, operand in zip(factors, operands, strict=True)
        ]
        if total != 0.0:
            terms.append(constant(total))
        return sum_of(terms)

    return Derived(name, tuple(sources), expression)


def sum_of(terms: Sequence[Compiled]) -> Compiled:
    """Return the sum of expressions, as a balanced tree of ``+``: the function ``sum`` would leave
    out what is missing, and a chain be as deep as there are terms.
    """
    level = list(terms)
    while len(level) > 1:
        pairs = [apply("+", *level[at : at + 2]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(level) - len(level) % 2 :]
    return level[0]

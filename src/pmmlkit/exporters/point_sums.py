"""Sums over many points of a function of the row and the point, as expressions."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.expressions import apply, constant, field_ref
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature
from pmmlkit.language.define_function import DefineFunction, ParameterField
from pmmlkit.language.scope import Compiled

__all__ = ["PointFunction", "point_sum", "point_values"]

Doubles = npt.NDArray[np.float64]
Operands = Sequence[Compiled]


@dataclass(frozen=True, slots=True, eq=False)
class PointFunction:
    """A function of the row and of a point, both of `width` numbers, defined once in the document.

    `formula` takes two rows of expressions, and one more list for each of `extra` arguments.
    `says` tells it from all other functions: its name, with a number made of that text.
    """

    label: str
    says: str
    width: int
    formula: Callable[..., Compiled]
    extra: int = 0

    @property
    def name(self) -> str:
        """The name in the document."""
        return f"{self.label}({zlib.crc32(f'{self.width} {self.says}'.encode()):08x})"

    def definition(self) -> DefineFunction:
        """Return the element."""
        ours, theirs = _names("x", self.width), _names("p", self.width)
        others = _names("e", self.extra)
        references = [[field_ref(name) for name in names] for names in (ours, theirs)]
        more = [field_ref(name) for name in others]
        return DefineFunction(
            name=self.name,
            optype="continuous",
            data_type="double",
            parameters=tuple(
                ParameterField(name=name, optype="continuous", data_type="double")
                for name in (*ours, *theirs, *others)
            ),
            expression=self.formula(*references, *more),
        )

    def call(self, operands: Operands, point: Sequence[float]) -> Compiled:
        """Return the call for a row, with the extra arguments behind it, and a point."""
        row, more = operands[: self.width], operands[self.width :]
        return apply(self.name, *row, *map(constant, point), *more)


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(1, count + 1)]


def point_sum(
    name: str,
    features: Sequence[Feature],
    points: Doubles,
    coefficients: Doubles,
    function: PointFunction,
    intercept: float = 0.0,
) -> Feature:
    """Return the intercept plus the sum of the coefficients (points,) times the function of each of
    the points (points, width); points without a coefficient are left out.

    `features`: the row, then the extra arguments of the function.
    """
    used = np.flatnonzero(coefficients)
    if not len(used):
        return ConstantFeature(intercept)
    rows, factors = points[used].tolist(), coefficients[used].tolist()

    def expression(*operands: Compiled) -> Compiled:
        terms = []
        for row, factor in zip(rows, factors, strict=True):
            value = function.call(operands, row)
            terms.append(value if factor == 1.0 else apply("*", constant(factor), value))
        if intercept:
            terms.append(constant(intercept))
        return sum_of(terms)

    return Derived(
        name, tuple(features), expression, guarded=True, functions=(function.definition(),)
    )


def point_values(
    name: str, features: Sequence[Feature], points: Doubles, function: PointFunction
) -> list[Feature]:
    """Return the function of each of the points."""
    return [
        point_sum(f"{name}({number})", features, points[at : at + 1], np.ones(1), function)
        for at, number in enumerate(range(1, len(points) + 1))
    ]

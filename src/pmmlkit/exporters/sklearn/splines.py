"""sklearn.preprocessing.SplineTransformer: B-splines as pieces of polynomials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant, field_ref
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    as_number,
    elementwise,
    name_of,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.language.define_function import DefineFunction, ParameterField
from pmmlkit.language.scope import Compiled

__all__ = ["spline_transformer"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Functions of one number, by pieces: up to and with `ends` (pieces - 1,) each, the last one
    from there on.

    Piece p of function f is the polynomial in ``x - origins[p]`` with the coefficients
    ``coefficients[p, :, f]``, the constant first; NaN where the function has no value. `closed`
    tells of each end whether it belongs to the piece before it.
    """

    ends: Doubles
    origins: Doubles
    coefficients: Doubles
    closed: npt.NDArray[np.bool_]

    def numbers(self, x: Doubles, at: int) -> Doubles:
        """Return function `at` of numbers (n,)."""
        found = np.full(x.shape, np.nan)
        free = ~np.isnan(x)
        for piece, origin in enumerate(self.origins):
            here = free.copy()
            if piece < len(self.ends):
                end = self.ends[piece]
                here &= (x <= end) if self.closed[piece] else (x < end)
            total = np.zeros(x.shape)
            for factor in self.coefficients[piece, ::-1, at]:
                total = total * (x - origin) + factor
            found[here] = total[here]
            free &= ~here
        return found

    def expression(self, x: Compiled, at: int, function: str) -> Compiled:
        """Return function `at` of an expression; `function` is the polynomial of its coefficients.

        Neighbouring pieces that are 0 are one.
        """
        whole: Compiled | None = None
        following: list[float] | None = None
        for piece in reversed(range(len(self.origins))):
            own = self.coefficients[piece, :, at].tolist()
            if whole is not None and own == following and not any(own):
                continue
            value = self._polynomial(x, own, float(self.origins[piece]), function)
            following = own
            if whole is None:
                whole = value
                continue
            operator = "lessOrEqual" if self.closed[piece] else "lessThan"
            test = apply(operator, x, constant(float(self.ends[piece])))
            whole = apply("if", test, value, whole)
        assert whole is not None
        return whole

    @staticmethod
    def _polynomial(x: Compiled, own: list[float], origin: float, function: str) -> Compiled:
        if np.isnan(own[0]):
            return constant(float("nan"))
        if not any(own[1:]):
            return constant(own[0])
        shifted = apply("-", x, constant(origin)) if origin else x
        return apply(function, shifted, *map(constant, own))


@converts("sklearn.preprocessing.SplineTransformer")
def spline_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the basis functions of each column."""
    uniform(features, len(estimator.bsplines_), estimator)
    zero_if_missing = getattr(estimator, "handle_missing", "error") == "zeros"
    made: list[Feature] = []
    degree = int(estimator.degree)
    for feature, spline in zip(features, estimator.bsplines_, strict=True):
        pieces = pieces_of(spline, estimator.extrapolation, degree)
        if estimator.extrapolation == "linear" and degree <= 1:
            # scikit-learn counts up the degree in its loop over the columns
            degree += 1
        source = as_number(feature)
        if estimator.extrapolation == "periodic":
            source = _wrapped(source, spline)
        count = spline.c.shape[1] - (not estimator.include_bias)
        made += [
            _basis_function(feature, source, pieces, at, zero_if_missing) for at in range(count)
        ]
    return made


def _wrapped(feature: Feature, spline: Any) -> Feature:
    """Return the number moved by whole periods into the range of the knots."""
    low, high = _range(spline)
    period = high - low
    if period <= 0.0:
        return ConstantFeature(0.0)
    return elementwise(
        feature,
        "wrapped",
        lambda x: low + (x - low) % period,
        lambda x: apply(
            "+", constant(low), apply("modulo", apply("-", x, constant(low)), constant(period))
        ),
        guarded=True,
    )


def _range(spline: Any) -> tuple[float, float]:
    return float(spline.t[spline.k]), float(spline.t[len(spline.t) - spline.k - 1])


def pieces_of(spline: Any, extrapolation: str, degree: int) -> Pieces:
    """Return the pieces of a ``BSpline`` whose columns are the basis functions.

    `degree`: that of the spline, or more where so many more knots at either end count as outside.
    """
    knots = np.asarray(spline.t[degree : len(spline.t) - degree], np.float64)
    if len(knots) < 2:
        raise ExportError(
            "SplineTransformer has so few knots that scikit-learn takes all values of some columns "
            "for values outside: use more knots, or a degree of 2 or more"
        )
    inner = _taylor(spline, knots[:-1])
    if extrapolation in ("continue", "periodic"):
        return Pieces(knots[1:-1], knots[:-1], inner, np.zeros(len(knots) - 2, bool))
    outer = _outer(spline, knots[[0, -1]], degree, extrapolation)
    coefficients = np.concatenate([outer[:1], inner, outer[1:]])
    closed = np.zeros(len(knots), bool)
    closed[-1] = True
    return Pieces(knots, np.r_[knots[0], knots[:-1], knots[-1]], coefficients, closed)


def _taylor(spline: Any, points: Doubles) -> Doubles:
    """Return the coefficients (points, degree + 1, functions) of the polynomials right of points.

    A derivative that is 0 but for rounding is 0.
    """
    orders = [spline(points, nu=order) / factorial(order) for order in range(spline.k + 1)]
    found = np.stack(orders, axis=1)
    largest = np.abs(found).max(axis=2, keepdims=True)
    return np.where(np.abs(found) <= 1e-15 * largest, 0.0, found)


def _outer(spline: Any, ends: Doubles, degree: int, extrapolation: str) -> Doubles:
    """Return the coefficients (2, degree + 1, functions) before the first knot and after the last
    one.
    """
    count = spline.c.shape[1]
    outer = np.full((2, max(spline.k, 1) + 1, count), np.nan)
    if extrapolation == "error":
        return outer[:, : spline.k + 1]
    # scikit-learn continues so many functions at either end; the others are 0 there
    used = degree
    outer[:] = 0.0
    outer[:, 0] = spline(ends)
    if extrapolation == "linear":
        outer[:, 1] = spline(ends, nu=1)
        used = degree + 1 if degree <= 1 else degree
    outer[0, :, used:] = 0.0
    outer[1, :, : count - used] = 0.0
    return outer[:, : spline.k + 1]


def _basis_function(
    feature: Feature, source: Feature, pieces: Pieces, at: int, zero_if_missing: bool
) -> Feature:
    name = f"{name_of(feature)}_sp_{at}"
    if isinstance(source, ConstantFeature):
        return ConstantFeature(float(pieces.numbers(np.array([source.value]), at)[0]))
    if isinstance(source, Lookup):

        def numbers(x: Doubles) -> Doubles:
            found = pieces.numbers(x, at)
            return np.where(np.isnan(x), 0.0, found) if zero_if_missing else found

        return source.map(numbers, name)
    function = _polynomial(pieces.coefficients.shape[1] - 1)

    def expression(x: Compiled) -> Compiled:
        whole = pieces.expression(x, at, function.name)
        if zero_if_missing:
            return apply("if", apply("isMissing", x), constant(0.0), whole)
        return whole

    has_gaps = bool(np.isnan(pieces.coefficients).any())
    missing = True if has_gaps else None
    if zero_if_missing:
        missing = has_gaps
    return Derived(
        name,
        (source,),
        expression,
        guarded=not zero_if_missing,
        missing=missing,
        functions=(function,),
    )


def _polynomial(degree: int) -> DefineFunction:
    """Return the function of a number and degree + 1 coefficients, the constant first."""
    names = ["x", *(f"c{power}" for power in range(degree + 1))]
    total: Compiled = field_ref(names[-1])
    for name in reversed(names[1:-1]):
        total = apply("+", apply("*", total, field_ref("x")), field_ref(name))
    return DefineFunction(
        name=f"polynomial({degree})",
        optype="continuous",
        data_type="double",
        parameters=tuple(
            ParameterField(name=name, optype="continuous", data_type="double") for name in names
        ),
        expression=total,
    )

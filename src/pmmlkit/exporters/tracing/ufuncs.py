"""The universal functions of NumPy, and some of scipy.special, as terms."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Mapping
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np

from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.algebra import ONE, compare
from pmmlkit.exporters.tracing.mathematics import of_domain
from pmmlkit.exporters.tracing.terms import Fixed, Term, Untraceable, fixed

__all__ = ["apply_ufunc", "ufunc_terms"]

Build = Callable[..., Term]


def _function(name: str, *, whole_line: bool = True, bounded: bool = True) -> Build:
    return lambda x: of_domain(name, x, whole_line=whole_line, bounded=bounded)


def _test(name: str) -> Build:
    return lambda a, b: compare(name, a, b)


def _both(name: str, junction: Build) -> Build:
    def build(a: Term, b: Term) -> Term:
        if {a.kind, b.kind} != {"boolean"}:
            raise Untraceable(f"PMML has no {name} of the bits of numbers, only of booleans")
        return junction(a, b)

    return build


def _invert(a: Term) -> Term:
    if a.kind != "boolean":
        raise Untraceable("PMML does not invert the bits of numbers, only booleans")
    return algebra.negation(a)


def _exclusive(a: Term, b: Term) -> Term:
    return compare("notEqual", algebra.truth(a), algebra.truth(b))


def _log_add_exp(a: Term, b: Term) -> Term:
    gap = mathematics.absolute(algebra.subtract(a, b))
    inner = of_domain("exp", algebra.negative(gap), whole_line=True, bounded=True)
    rest = of_domain("ln1p", inner, whole_line=True, bounded=True)
    return algebra.add(mathematics.greatest(a, b), rest)


def _heaviside(x: Term, at_zero: Term) -> Term:
    made = algebra.choose(
        compare("greaterThan", x, algebra.ZERO),
        ONE,
        algebra.choose(compare("lessThan", x, algebra.ZERO), algebra.ZERO, at_zero),
    )
    return algebra.choose(algebra.is_missing(x), fixed(math.nan), made)


@cache
def ufunc_terms() -> dict[np.ufunc, Build]:
    """Return what makes a term of each universal function that PMML can say."""
    return {
        np.add: algebra.add,
        np.subtract: algebra.subtract,
        np.multiply: algebra.multiply,
        np.true_divide: algebra.divide,
        np.floor_divide: mathematics.floor_divide,
        np.remainder: mathematics.modulo,
        np.fmod: mathematics.remainder_of_dividend,
        np.power: mathematics.power,
        np.float_power: lambda a, b: mathematics.power(algebra.real(a), algebra.real(b)),
        np.negative: algebra.negative,
        np.positive: algebra.number,
        np.absolute: mathematics.absolute,
        np.fabs: mathematics.absolute,
        np.sign: mathematics.sign,
        np.square: mathematics.square,
        np.reciprocal: lambda x: algebra.divide(ONE, x),
        np.sqrt: _function("sqrt", whole_line=False),
        np.cbrt: mathematics.cube_root,
        np.hypot: mathematics.hypot,
        np.exp: _function("exp", bounded=False),
        np.expm1: _function("expm1", bounded=False),
        np.exp2: lambda x: mathematics.power(Fixed(2.0, "double"), algebra.real(x)),
        np.log: _function("ln", whole_line=False, bounded=False),
        np.log1p: _function("ln1p", whole_line=False, bounded=False),
        np.log10: _function("log10", whole_line=False, bounded=False),
        np.log2: lambda x: mathematics.logarithm(x, 2.0),
        np.logaddexp: _log_add_exp,
        np.sin: _function("sin"),
        np.cos: _function("cos"),
        np.tan: _function("tan"),
        np.arcsin: _function("asin", whole_line=False),
        np.arccos: _function("acos", whole_line=False),
        np.arctan: _function("atan"),
        np.arctan2: mathematics.arc_tan2,
        np.sinh: _function("sinh", bounded=False),
        np.cosh: _function("cosh", bounded=False),
        np.tanh: _function("tanh"),
        np.arcsinh: mathematics.arc_sinh,
        np.arccosh: mathematics.arc_cosh,
        np.arctanh: mathematics.arc_tanh,
        np.deg2rad: lambda x: mathematics.scaled(x, math.pi / 180.0),
        np.radians: lambda x: mathematics.scaled(x, math.pi / 180.0),
        np.rad2deg: lambda x: mathematics.scaled(x, 180.0 / math.pi),
        np.degrees: lambda x: mathematics.scaled(x, 180.0 / math.pi),
        np.floor: mathematics.floor,
        np.ceil: mathematics.ceiling,
        np.trunc: mathematics.truncated,
        np.rint: mathematics.rounded,
        np.minimum: mathematics.least,
        np.maximum: mathematics.greatest,
        np.fmin: mathematics.least_known,
        np.fmax: mathematics.greatest_known,
        np.isnan: algebra.is_missing,
        np.isfinite: mathematics.is_finite,
        np.isinf: mathematics.is_infinite,
        np.heaviside: _heaviside,
        np.equal: _test("equal"),
        np.not_equal: _test("notEqual"),
        np.less: _test("lessThan"),
        np.less_equal: _test("lessOrEqual"),
        np.greater: _test("greaterThan"),
        np.greater_equal: _test("greaterOrEqual"),
        np.logical_and: algebra.both,
        np.logical_or: algebra.either,
        np.logical_not: algebra.negation,
        np.logical_xor: _exclusive,
        np.bitwise_and: _both("&", algebra.both),
        np.bitwise_or: _both("|", algebra.either),
        np.bitwise_xor: _both("^", _exclusive),
        np.invert: _invert,
    }


def _expit(x: Term) -> Term:
    power = of_domain("exp", algebra.negative(algebra.real(x)), whole_line=True, bounded=False)
    return algebra.divide(ONE, algebra.add(ONE, power))


def _logit(x: Term) -> Term:
    odds = algebra.divide(x, algebra.subtract(ONE, x))
    return of_domain("ln", odds, whole_line=False, bounded=False)


def _x_log_y(x: Term, y: Term) -> Term:
    product = algebra.multiply(x, of_domain("ln", y, whole_line=False, bounded=False))
    is_nothing = algebra.both(
        compare("equal", x, algebra.ZERO), algebra.negation(algebra.is_missing(y))
    )
    return algebra.choose(is_nothing, algebra.ZERO, product)


def _exponent(term: Term) -> float:
    if isinstance(term, Fixed) and isinstance(term.value, int | float):
        return float(term.value)
    raise Untraceable("the exponent of Box and Cox must be a constant")


def _box_cox(logarithm: str) -> Build:
    def build(x: Term, exponent: Term) -> Term:
        power = _exponent(exponent)
        made = of_domain(logarithm, x, whole_line=False, bounded=False)
        if power == 0.0:
            return made
        grown = of_domain("expm1", mathematics.scaled(made, power), whole_line=True, bounded=False)
        return algebra.divide(grown, Fixed(power, "double"))

    return build


def _inverse_box_cox(exponential: str) -> Build:
    def build(y: Term, exponent: Term) -> Term:
        power = _exponent(exponent)
        if power != 0.0:
            grown = of_domain("ln1p", mathematics.scaled(y, power), whole_line=False, bounded=False)
            y = algebra.divide(grown, Fixed(power, "double"))
        return of_domain(exponential, y, whole_line=True, bounded=False)

    return build


SPECIAL: Final[Mapping[str, Build]] = MappingProxyType(
    {
        "expit": _expit,
        "logit": _logit,
        "erf": _function("erf"),
        "ndtr": _function("stdNormalCDF"),
        "ndtri": _function("stdNormalIDF", whole_line=False, bounded=False),
        "xlogy": _x_log_y,
        "boxcox": _box_cox("ln"),
        "boxcox1p": _box_cox("ln1p"),
        "inv_boxcox": _inverse_box_cox("exp"),
        "inv_boxcox1p": _inverse_box_cox("expm1"),
    }
)
"""Functions of scipy.special, by name."""


def _build_of(ufunc: np.ufunc) -> Build | None:
    build = ufunc_terms().get(ufunc)
    # whoever calls a function of SciPy has imported it
    special = sys.modules.get("scipy.special")
    if build is None and getattr(special, ufunc.__name__, None) is ufunc:
        return SPECIAL.get(ufunc.__name__)
    return build


def apply_ufunc(ufunc: np.ufunc, *terms: Term) -> Term:
    """Return the term of a universal function of NumPy or scipy.special; of constants it is
    computed here and now.

    Raises Untraceable for a function that PMML cannot say.
    """
    build = _build_of(ufunc)
    if build is None:
        raise Untraceable(f"{ufunc.__name__} has no equal in PMML")
    if all(isinstance(term, Fixed) for term in terms):
        return _computed(ufunc, terms)
    return build(*terms)


def _computed(ufunc: np.ufunc, terms: tuple[Term, ...]) -> Term:
    values: list[Any] = [
        math.nan if it.value is None else it.value for it in terms if isinstance(it, Fixed)
    ]
    with np.errstate(all="ignore"):
        return fixed(ufunc(*values))

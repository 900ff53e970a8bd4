"""Mathematical functions of NumPy over terms: those of PMML, and those built of them."""

from __future__ import annotations

import math
from typing import Final

from pmmlkit.exporters.tracing.algebra import (
    ONE,
    ZERO,
    add,
    both,
    call,
    choose,
    compare,
    divide,
    filled,
    guarded,
    is_present,
    multiply,
    negative,
    number,
    real,
    subtract,
)
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed, retyped

__all__ = [
    "absolute",
    "arc_cosh",
    "arc_sinh",
    "arc_tan2",
    "arc_tanh",
    "ceiling",
    "cube_root",
    "floor",
    "floor_divide",
    "greatest",
    "greatest_known",
    "hypot",
    "is_finite",
    "is_infinite",
    "least",
    "least_known",
    "logarithm",
    "modulo",
    "of_domain",
    "power",
    "remainder_of_dividend",
    "rounded",
    "scaled",
    "sign",
    "square",
    "truncated",
]

TWO: Final = Fixed(2.0, "double")
HALF: Final = Fixed(0.5, "double")
INFINITY: Final = Fixed(math.inf, "double")
MINUS_INFINITY: Final = Fixed(-math.inf, "double")


def of_domain(function: str, x: Term, *, whole_line: bool, bounded: bool) -> Term:
    """Return a function of one number; `whole_line`: it is defined for every finite number;
    `bounded`: its results are finite for finite numbers.
    """
    x = number(x)
    invalid = not whole_line or (x.infinite and function in ("sin", "cos", "tan"))
    infinite = not bounded or (x.infinite and function not in ("sin", "cos", "tanh", "atan"))
    return guarded(call(function, x, infinite=infinite, invalid=invalid))


def logarithm(x: Term, base: float) -> Term:
    """Return the logarithm to a base that PMML does not have."""
    natural = of_domain("ln", x, whole_line=False, bounded=False)
    return call("/", natural, Fixed(math.log(base), "double"))


def scaled(x: Term, factor: float) -> Term:
    """Return a number times a constant, as a double."""
    return retyped(multiply(real(x), Fixed(factor, "double")), "double")


def absolute(x: Term) -> Term:
    """Return |x|."""
    x = number(x)
    return guarded(call("abs", real(x), kind=x.kind))


def sign(x: Term) -> Term:
    """Return -1, 0 or 1."""
    x = number(x)
    made = choose(
        compare("greaterThan", x, ZERO),
        ONE,
        choose(compare("lessThan", x, ZERO), Fixed(-1.0, "double"), ZERO),
    )
    return retyped(_where_present(made, x), x.kind)


def _where_present(made: Term, *needed: Term) -> Term:
    condition = is_present(*needed)
    if condition is None:
        return made
    return Call("if", (condition, made), made.kind, True, made.integer, made.infinite)


def square(x: Term) -> Term:
    """Return x * x."""
    x = number(x)
    return multiply(real(x) if x.integer else x, x)


def cube_root(x: Term) -> Term:
    """Return the cube root, of negative numbers as well."""
    root = guarded(call("pow", absolute(real(x)), Fixed(1.0 / 3.0, "double")))
    return retyped(choose(compare("lessThan", x, ZERO), negative(root), root), "double")


def power(a: Term, b: Term) -> Term:
    """Return a to the power of b. NumPy: 1 to any power and anything to the power of 0 are 1."""
    a, b = number(a), number(b)
    kind = "integer" if a.kind == b.kind == "integer" else "double"
    if isinstance(b, Fixed) and b.value is not None:
        exponent = float(b.value)
        if exponent == 0.0:
            return Fixed(1.0, kind)
        if exponent == 1.0:
            return a
        if exponent == 2.0:
            return square(a)
        if exponent < 0 and kind == "integer":
            raise Untraceable("NumPy does not raise integers to negative powers: use floats")
        if exponent == 0.5:
            return of_domain("sqrt", a, whole_line=False, bounded=True)
        whole = exponent.is_integer()
        made = call(
            "pow", real(a), real(b), kind=kind, infinite=True, invalid=not whole or a.infinite
        )
        return guarded(made)
    base, exponent_term = real(a), real(b)
    made = call("pow", base, exponent_term, kind=kind, infinite=True, invalid=True)
    if isinstance(a, Fixed) and a.value is not None and a.value > 0:  # type: ignore[operator]  # a base is a number
        if float(a.value) == 1.0:
            return Fixed(1.0, kind)
        return guarded(made)
    result = guarded(made)
    if a.missing:
        result = choose(compare("equal", b, ZERO), ONE, result)
    if b.missing:
        result = choose(compare("equal", a, ONE), ONE, result)
    return retyped(result, kind)


def modulo(a: Term, b: Term) -> Term:
    """Return the remainder that has the sign of b."""
    a, b = number(a), number(b)
    kind = "integer" if a.kind == b.kind == "integer" else "double"
    return call("modulo", real(a), real(b), kind=kind, infinite=False, invalid=_doubtful(a, b))


def _doubtful(a: Term, b: Term) -> bool:
    """Tell whether a remainder of finite numbers may be no number."""
    return a.infinite or not isinstance(b, Fixed) or b.value in (0, None) or b.infinite


def remainder_of_dividend(a: Term, b: Term) -> Term:
    """Return the remainder that has the sign of a."""
    rest = modulo(absolute(a), absolute(b))
    return choose(compare("lessThan", a, ZERO), negative(rest), rest)


def floor(x: Term) -> Term:
    """Return the largest whole number that is not above x, as a double.

    PMML's function gives an integer, for which JPMML has 32 bit.
    """
    x = number(x)
    if x.kind == "integer":
        return x
    made = subtract(x, modulo(x, ONE))
    return _unless_infinite(x, made)


def _unless_infinite(x: Term, made: Term) -> Term:
    return choose(is_infinite(x), x, made) if x.infinite else made


def ceiling(x: Term) -> Term:
    """Return the smallest whole number that is not below x."""
    x = number(x)
    if x.kind == "integer":
        return x
    return _unless_infinite(x, add(x, modulo(negative(x), ONE)))


def truncated(x: Term) -> Term:
    """Return x without its fraction."""
    x = number(x)
    if x.kind == "integer":
        return x
    return choose(compare("lessThan", x, ZERO), ceiling(x), floor(x))


def floor_divide(a: Term, b: Term) -> Term:
    """Return floor(a / b), as a double; x // 0 is infinite."""
    kind = "integer" if a.kind == b.kind == "integer" else "double"
    if a.kind == b.kind == "duration":
        a, b = retyped(a, "double"), retyped(b, "double")
    made = floor(divide(a, b))
    if a.infinite:
        made = choose(is_infinite(a), fixed(math.nan), made)
    return retyped(made, kind)


def rounded(x: Term, decimals: int = 0) -> Term:
    """Return x rounded to decimals, halves to even, as NumPy does it: scale, round, scale back."""
    x = number(x)
    if x.kind == "integer" and decimals >= 0:
        return x
    factor = Fixed(10.0 ** abs(decimals), "double")
    there, back = (multiply, divide) if decimals > 0 else (divide, multiply)
    inner = there(real(x), factor) if decimals else real(x)
    whole = guarded(call("rint", inner))
    return retyped(back(whole, factor) if decimals else whole, x.kind)


def hypot(a: Term, b: Term) -> Term:
    """Return the length of a vector of two."""
    return guarded(call("hypot", number(a), number(b)))


def least(*terms: Term) -> Term:
    """Return the minimum; missing where one is missing."""
    return guarded(_extreme("min", terms))


def greatest(*terms: Term) -> Term:
    """Return the maximum; missing where one is missing."""
    return guarded(_extreme("max", terms))


def least_known(*terms: Term) -> Term:
    """Return the minimum of those that are not missing."""
    return _known(_extreme("min", terms))


def greatest_known(*terms: Term) -> Term:
    """Return the maximum of those that are not missing."""
    return _known(_extreme("max", terms))


def _known(made: Call) -> Call:
    missing = all(argument.missing for argument in made.arguments)
    return Call(made.function, made.arguments, made.kind, missing, made.integer, made.infinite)


def _extreme(name: str, terms: tuple[Term, ...]) -> Call:
    numbers = [number(term) for term in terms]
    kind = "integer" if all(term.kind == "integer" for term in numbers) else "double"
    return call(name, *map(real, numbers), kind=kind)


def is_infinite(x: Term) -> Term:
    """Return the test for infinity."""
    x = real(x)
    return _either(compare("equal", x, INFINITY), compare("equal", x, MINUS_INFINITY))


def _either(a: Term, b: Term) -> Term:
    from pmmlkit.exporters.tracing.algebra import either

    return either(a, b)


def is_finite(x: Term) -> Term:
    """Return the test for a number that is neither infinite nor missing."""
    x = real(x)
    return both(compare("lessThan", x, INFINITY), compare("greaterThan", x, MINUS_INFINITY))


def arc_sinh(x: Term) -> Term:
    """Return the inverse of sinh, by ln1p so that small numbers keep their digits."""
    size = absolute(real(x))
    squared = square(size)
    root = of_domain("sqrt", add(squared, ONE), whole_line=True, bounded=True)
    inner = add(size, divide(squared, add(ONE, root)))
    made = of_domain("ln1p", inner, whole_line=True, bounded=True)
    return choose(compare("lessThan", x, ZERO), negative(made), made)


def arc_cosh(x: Term) -> Term:
    """Return the inverse of cosh."""
    above = subtract(real(x), ONE)
    root = of_domain("sqrt", multiply(above, add(above, TWO)), whole_line=False, bounded=True)
    inner = add(above, root)
    made = of_domain("ln1p", inner, whole_line=False, bounded=True)
    return choose(compare("lessThan", x, ONE), fixed(math.nan), made)


def arc_tanh(x: Term) -> Term:
    """Return the inverse of tanh."""
    size = absolute(real(x))
    inner = divide(multiply(TWO, size), subtract(ONE, size))
    half = multiply(HALF, of_domain("ln1p", inner, whole_line=False, bounded=False))
    signed = choose(compare("lessThan", x, ZERO), negative(half), half)
    return choose(compare("greaterThan", size, ONE), fixed(math.nan), signed)


def arc_tan2(y: Term, x: Term) -> Term:
    """Return the angle of the point (x, y)."""
    y, x = real(y), real(x)
    angle = guarded(call("atan", divide(y, x), infinite=False))
    pi, quarter = Fixed(math.pi, "double"), Fixed(math.pi / 2.0, "double")
    up = compare("greaterOrEqual", y, ZERO)
    left = choose(up, add(angle, pi), subtract(angle, pi))
    on_axis = choose(
        compare("greaterThan", y, ZERO),
        quarter,
        choose(compare("lessThan", y, ZERO), negative(quarter), ZERO),
    )
    made = choose(
        compare("greaterThan", x, ZERO),
        angle,
        choose(compare("lessThan", x, ZERO), left, on_axis),
    )
    return _where_present(made, y, x)


def nan_as(x: Term, value: Term) -> Term:
    """Return x, with a value where it is NaN."""
    return filled(x, value) if x.missing else x

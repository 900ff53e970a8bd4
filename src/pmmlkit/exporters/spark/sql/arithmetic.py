"""Arithmetic and mathematical functions of Spark SQL."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

from pmmlkit.exporters.spark.sql.values import (
    Operand,
    Value,
    at_scale,
    common,
    half_up,
    number_of,
    number_terms,
    where,
)
from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed, retyped

__all__ = ["FUNCTIONS"]


def _double(term: Term) -> Value:
    return Value(retyped(term, "double") if term.kind != "double" else term, "double")


def _arithmetic(name: str) -> Callable[[Operand, Operand], Value]:
    build = {"add": algebra.add, "sub": algebra.subtract, "mul": algebra.multiply}[name]

    def made(left: Operand, right: Operand) -> Value:
        kind, (a, b) = _numbers(left, right)
        if kind == "null":
            return a
        if kind == "double":
            return _double(build(*number_terms(a, b)))
        term = build(a.term, b.term)
        if kind == "integer":
            return Value(term, kind)
        scale = a.scale + b.scale if name == "mul" else max(a.scale, b.scale)
        whole = max(a.digits - a.scale, b.digits - b.scale)
        digits = a.digits + b.digits + 1 if name == "mul" else whole + scale + 1
        return at_scale(term, digits, scale, exact=True)

    return made


def _numbers(left: Operand, right: Operand) -> tuple[str, list[Value]]:
    """Return the type of a result and both numbers."""
    kind, values = common(number_of(left), number_of(right))
    if any(value.kind == "null" for value in values):
        null = Value(Fixed(None, "double"), "null")
        return "null", [null, null]
    if kind == "float":
        raise Untraceable(
            "Spark computes floats with single precision, for which engines have no rule in "
            "common: write CAST(x AS DOUBLE)"
        )
    return kind, values


def _known_divisor(a: Term, b: Term, made: Call) -> Term:
    """Return what is divided, NULL where the divisor is 0."""
    if isinstance(b, Fixed):
        return Fixed(None, "double") if b.value == 0 else made
    tests = [algebra.compare("notEqual", b, algebra.ZERO)]
    present = algebra.is_present(a, b)
    return where(algebra.both(*([present] if present else []), *tests), made)


def divide(left: Operand, right: Operand) -> Value:
    """Return a / b: of integers a double, of decimals a decimal; x / 0 is NULL."""
    kind, (a, b) = _numbers(left, right)
    if kind == "null":
        return a
    over, under = number_terms(a, b)
    term = _known_divisor(over, under, algebra.call("/", over, under))
    if kind != "decimal":
        return _double(term)
    scale = max(6, a.scale + b.digits + 1)
    return at_scale(term, a.digits - a.scale + b.scale + scale, scale, exact=False)


def _remainder(left: Operand, right: Operand) -> Value:
    kind, (a, b) = _numbers(left, right)
    if kind == "null":
        return a
    over, under = number_terms(a, b)
    rest = mathematics.modulo(mathematics.absolute(over), mathematics.absolute(under))
    signed = algebra.choose(
        algebra.compare("lessThan", over, algebra.ZERO), algebra.negative(rest), rest
    )
    return _like(kind, _where_divided(signed, over, under), a, b)


def _where_divided(made: Term, a: Term, b: Term) -> Term:
    if isinstance(b, Fixed):
        return Fixed(None, "double") if b.value == 0 else made
    tests = [algebra.compare("notEqual", b, algebra.ZERO)]
    present = algebra.is_present(a, b)
    return where(algebra.both(*([present] if present else []), *tests), made)


def _like(kind: str, term: Term, *values: Value) -> Value:
    if kind != "decimal":
        return Value(retyped(term, kind), kind)
    scale = max(value.scale for value in values)
    digits = max(value.digits for value in values)
    return at_scale(term, digits, scale, exact=True)


def _positive_remainder(left: Operand, right: Operand) -> Value:
    kind, (a, b) = _numbers(left, right)
    if kind == "null":
        return a
    rest = _remainder(a, b).term
    again = _remainder(Value(algebra.add(rest, algebra.real(b.term)), kind), b).term
    made = algebra.choose(algebra.compare("lessThan", rest, algebra.ZERO), again, rest)
    over, under = number_terms(a, b)
    return _like(kind, _where_divided(made, over, under), a, b)


def _whole_quotient(left: Operand, right: Operand) -> Value:
    kind, (a, b) = _numbers(left, right)
    if kind == "null":
        return a
    if kind != "integer":
        raise Untraceable(
            f"div of numbers of type {kind}: only integers are divided so; without a schema all "
            "columns of numbers are doubles: pass schema=df.schema"
        )
    return Value(retyped(mathematics.truncated(divide(a, b).term), "integer"), "integer")


def _negative(operand: Operand) -> Value:
    value = number_of(operand)
    if isinstance(value.term, Fixed) and value.term.value is not None:
        number = value.term.value
        assert not isinstance(number, str)
        return Value(fixed(-number), value.kind, value.digits, value.scale)
    return Value(algebra.negative(value.term), value.kind, value.digits, value.scale)


def _absolute(operand: Operand) -> Value:
    value = number_of(operand)
    return Value(mathematics.absolute(value.term), value.kind, value.digits, value.scale)


def _of_line(
    function: str, *, whole_line: bool = True, bounded: bool = True
) -> Callable[[Operand], Value]:
    """Return a function that is NaN where it is not defined: a missing value."""

    def made(operand: Operand) -> Value:
        (x,) = number_terms(operand)
        return _double(mathematics.of_domain(function, x, whole_line=whole_line, bounded=bounded))

    return made


def _logarithm(function: str, above: float) -> Callable[[Operand], Value]:
    """Return a logarithm, NULL where there is none."""

    def made(operand: Operand) -> Value:
        (x,) = number_terms(operand)
        test = algebra.compare("greaterThan", x, Fixed(above, "double"))
        return _double(where(test, algebra.call(function, x)))

    return made


_natural = _logarithm("ln", 0.0)


def _log(base: Operand, operand: Operand | None = None) -> Value:
    if operand is None:
        return _natural(base)
    term = number_of(base).term
    if isinstance(term, Fixed) and term.value == 10:
        return _logarithm("log10", 0.0)(operand)
    return divide(_natural(operand), _natural(base))


def _power(base: Operand, exponent: Operand) -> Value:
    a, b = number_terms(base, exponent)
    made = algebra.call("pow", a, b, infinite=True, invalid=True)
    return _double(algebra.guarded(made))


def _to_whole(build: Callable[[Term], Term]) -> Callable[[Operand], Value]:
    def made(operand: Operand) -> Value:
        value = number_of(operand)
        if value.kind in ("integer", "null"):
            return value
        term = build(value.term)
        if value.kind == "decimal":
            return Value(retyped(term, "double"), "decimal", value.digits - value.scale + 1, 0)
        return Value(retyped(term, "integer"), "integer")

    return made


def _places(operand: Operand | None) -> int:
    if operand is None:
        return 0
    term = number_of(operand).term
    if not isinstance(term, Fixed) or not isinstance(term.value, int):
        raise Untraceable("the number of decimals must be a constant")
    return term.value


def _round(operand: Operand, decimals: Operand | None = None) -> Value:
    value, places = number_of(operand), _places(decimals)
    if value.kind == "null" or (value.kind == "integer" and places >= 0):
        return value
    if value.kind == "float":
        raise Untraceable("a float is rounded: write CAST(x AS DOUBLE)")
    term = half_up(value.term, places)
    if value.kind == "decimal":
        scale = max(min(places, value.scale), 0)
        return Value(term, "decimal", value.digits - value.scale + 1 + scale, scale)
    return Value(retyped(term, value.kind), value.kind)


def _round_to_even(operand: Operand, decimals: Operand | None = None) -> Value:
    value, places = number_of(operand), _places(decimals)
    if value.kind == "integer" and places >= 0:
        return value
    if places:
        raise Untraceable(
            "bround to decimals: whether the digits behind are a half is not seen in a double; "
            "use round"
        )
    return Value(retyped(mathematics.rounded(value.term), value.kind), value.kind)


def _nearest(operand: Operand) -> Value:
    (x,) = number_terms(operand)
    return _double(mathematics.rounded(retyped(x, "double")))


def _extreme(build: Callable[..., Term]) -> Callable[..., Value]:
    def made(*operands: Operand) -> Value:
        kind, values = common(*map(number_of, operands))
        known = [value for value in values if value.kind != "null"]
        if not known:
            return values[0]
        scale = max(value.scale for value in known)
        whole = max(value.digits - value.scale for value in known)
        term = build(*(value.term for value in known)) if len(known) > 1 else known[0].term
        return Value(retyped(term, "integer" if kind == "integer" else "double"), kind,
                     whole + scale, scale)  # fmt: skip

    return made


def _scaled(factor: float, *, over: bool = False) -> Callable[[Operand], Value]:
    def made(operand: Operand) -> Value:
        (x,) = number_terms(operand)
        if over:
            return _double(algebra.call("/", x, Fixed(factor, "double")))
        return _double(algebra.multiply(x, Fixed(factor, "double")))

    return made


def _of_terms(build: Callable[..., Term]) -> Callable[..., Value]:
    def made(*operands: Operand) -> Value:
        return _double(build(*number_terms(*operands)))

    return made


FUNCTIONS: Final[dict[str, Callable[..., Operand]]] = {
    "add": _arithmetic("add"),
    "sub": _arithmetic("sub"),
    "mul": _arithmetic("mul"),
    "div": divide,
    "intdiv": _whole_quotient,
    "mod": _remainder,
    "pmod": _positive_remainder,
    "neg": _negative,
    "negative": _negative,
    "positive": number_of,
    "abs": _absolute,
    "sign": _of_terms(mathematics.sign),
    "sqrt": _of_line("sqrt", whole_line=False),
    "cbrt": _of_terms(mathematics.cube_root),
    "exp": _of_line("exp", bounded=False),
    "expm1": _of_line("expm1", bounded=False),
    "ln": _natural,
    "log": _log,
    "log1p": _logarithm("ln1p", -1.0),
    "pow": _power,
    **{name: _of_line(name) for name in ("sin", "cos", "tan", "atan", "tanh")},
    **{name: _of_line(name, bounded=False) for name in ("sinh", "cosh")},
    **{name: _of_line(name, whole_line=False) for name in ("asin", "acos")},
    "asinh": _of_terms(mathematics.arc_sinh),
    "acosh": _of_terms(mathematics.arc_cosh),
    "atanh": _of_terms(mathematics.arc_tanh),
    "atan2": _of_terms(mathematics.arc_tan2),
    "hypot": _of_terms(mathematics.hypot),
    "degrees": _scaled(180.0 / math.pi),
    "radians": _scaled(math.pi / 180.0),
    "pi": lambda: Value(Fixed(math.pi, "double"), "double"),
    "e": lambda: Value(Fixed(math.e, "double"), "double"),
    "floor": _to_whole(mathematics.floor),
    "ceil": _to_whole(mathematics.ceiling),
    "round": _round,
    "bround": _round_to_even,
    "rint": _nearest,
    "greatest": _extreme(mathematics.greatest_known),
    "least": _extreme(mathematics.least_known),
}
"""By the names that sqlglot gives to functions of Spark."""

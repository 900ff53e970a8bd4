"""Values and conditions of Spark SQL, as terms that become expressions of PMML.

A condition is a pair of tests that are never missing: whether it is true, and whether it is false.
Where it is neither, it is NULL. So AND, OR and NOT are those of SQL in every engine.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.guards import FALSE, TRUE
from pmmlkit.exporters.tracing.moments import days
from pmmlkit.exporters.tracing.terms import Call, Converted, Fixed, Term, Untraceable, retyped

__all__ = [
    "NULL",
    "Condition",
    "Operand",
    "Value",
    "at_scale",
    "chosen",
    "common",
    "compared",
    "condition_of",
    "days_of",
    "half_up",
    "moment",
    "negated",
    "number_of",
    "number_terms",
    "tested",
    "text_of",
    "unless_missing",
    "value_of",
    "where",
]

NUMBERS: Final = ("integer", "float", "decimal", "double")
_MOST_EXACT: Final = 12
"""Decimals with more digits behind the point are left as doubles."""


@dataclass(frozen=True, eq=False)
class Value:
    """A value of a type of SQL: integer, float, decimal, double, string, boolean, date, timestamp,
    or null. `digits` and `scale` are those of decimals, of integers as decimals.
    """

    term: Term
    kind: str
    digits: int = 20
    scale: int = 0


NULL: Final = Value(Fixed(None, "double"), "null")


@dataclass(frozen=True, eq=False)
class Condition:
    """A condition that is true where `yes` holds, false where `no` does, else NULL."""

    yes: Term
    no: Term

    @property
    def known(self) -> Term:
        """The test that it is not NULL."""
        return algebra.either(self.yes, self.no)


Operand = Value | Condition


@dataclass(frozen=True, eq=False)
class Total(Condition):
    """A condition that is never NULL."""

    @property
    def known(self) -> Term:
        return TRUE


def tested(yes: Term, *arguments: Term) -> Condition:
    """Return the condition of a test that is false where an argument is missing, where the
    condition is NULL.
    """
    present = algebra.is_present(*arguments)
    if present is None:
        return Total(yes, algebra.negation(yes))
    return Condition(yes, algebra.both(present, algebra.negation(yes)))


def negated(condition: Condition) -> Condition:
    """Return NOT."""
    return replace(condition, yes=condition.no, no=condition.yes)


def condition_of(operand: Operand) -> Condition:
    """Return a boolean as a condition."""
    if isinstance(operand, Condition):
        return operand
    if operand.kind == "null":
        return Condition(FALSE, FALSE)
    if operand.kind != "boolean":
        raise Untraceable(f"a value of type {operand.kind} stands where a condition is needed")
    term = operand.term
    if isinstance(term, Fixed) or not term.missing:
        return Total(term, algebra.negation(term))
    yes, no = (algebra.compare("equal", term, constant) for constant in (TRUE, FALSE))
    return Condition(yes, no)


def value_of(operand: Operand) -> Value:
    """Return a condition as a boolean, missing where it is NULL."""
    if isinstance(operand, Value):
        return operand
    known = operand.known
    if isinstance(known, Fixed):
        return Value(operand.yes if known.value else Fixed(None, "boolean"), "boolean")
    return Value(where(known, operand.yes), "boolean")


def where(test: Term, made: Term) -> Term:
    """Return a term where a test holds that is never missing; elsewhere the result is missing."""
    if isinstance(test, Fixed):
        return made if test.value else Fixed(None, made.kind)
    return Call("if", (test, made), made.kind, True, made.integer, made.infinite)


def unless_missing(made: Term, *arguments: Term) -> Term:
    """Return a term, made only where no argument is missing."""
    present = algebra.is_present(*arguments)
    return made if present is None else where(present, made)


def number_of(operand: Operand) -> Value:
    """Return an operand of arithmetic."""
    value = value_of(operand)
    if value.kind == "null":
        return value
    if value.kind not in NUMBERS:
        raise Untraceable(
            f"a value of type {value.kind} stands where a number is needed: cast it, as "
            "CAST(x AS DOUBLE)"
        )
    return value


def number_terms(*operands: Operand) -> list[Term]:
    """Return operands as doubles of PMML."""
    return [algebra.real(number_of(operand).term) for operand in operands]


def text_of(operand: Operand) -> Term:
    """Return an operand as text. Raises Untraceable for numbers with a point, which engines write
    in different ways.
    """
    value = value_of(operand)
    if value.kind == "string":
        return value.term
    if value.kind == "null":
        return Fixed(None, "string")
    if value.kind == "boolean":
        condition = condition_of(operand)
        words = algebra.choose(condition.yes, Fixed("true", "string"), Fixed("false", "string"))
        return where(condition.known, words)
    if value.kind == "integer":
        term = value.term
        if isinstance(term, Fixed):
            return Fixed(str(term.value), "string")
        if not term.integer:
            term = Converted(term, "integer", term.missing, integer=True)
        return Converted(term, "string", term.missing)
    raise Untraceable(
        f"a value of type {value.kind} becomes text, which engines write in different ways (3.0, 3)"
    )


def common(*operands: Operand) -> tuple[str, list[Value]]:
    """Return the type that values have in common, and the values."""
    values = [value_of(operand) for operand in operands]
    kinds = {value.kind for value in values} - {"null"}
    if len(kinds) == 1:
        return kinds.pop(), values
    if not kinds:
        return "null", values
    if kinds <= set(NUMBERS):
        for kind in ("double", "float", "decimal"):
            if kind in kinds:
                return "double" if kinds == {"float", "decimal"} else kind, values
    if kinds == {"date", "timestamp"}:
        return "timestamp", values
    raise Untraceable(
        f"values of types {' and '.join(sorted(kinds))} meet: cast one of them, as Spark's rules "
        "for this are not followed"
    )


def compared(test: str, left: Operand, right: Operand) -> Condition:
    """Return a comparison, NULL where a side is missing."""
    kind, (first, second) = common(*_moments(left, right))
    if "null" in (first.kind, second.kind):
        return Condition(FALSE, FALSE)
    a, b = first.term, second.term
    if kind == "date":
        a, b = days_of(a), days_of(b)
    elif kind == "timestamp" and "date" in (first.kind, second.kind):
        raise Untraceable("a date is compared with a time: cast the time, as to_date(x)")
    made = algebra.compare(test, a, b)
    if isinstance(made, Call) and made.map_missing_to == "true":
        made = replace(made, map_missing_to="false")
    return tested(made, a, b)


def _moments(left: Operand, right: Operand) -> tuple[Operand, Operand]:
    """Return both sides, a text that is a constant as the date or time that it is compared with."""
    sides = [left, right]
    for at, other in ((0, right), (1, left)):
        side = sides[at]
        if (
            isinstance(side, Value)
            and isinstance(side.term, Fixed)
            and side.kind == "string"
            and isinstance(other, Value)
            and other.kind in ("date", "timestamp")
        ):
            sides[at] = moment(str(side.term.value), other.kind)
    return sides[0], sides[1]


def moment(text: str, kind: str) -> Value:
    """Return a date or time that is written as a constant."""
    import datetime

    try:
        if kind == "date":
            return Value(Fixed(datetime.date.fromisoformat(text).isoformat(), "date"), kind)
        found = datetime.datetime.fromisoformat(text)
    except ValueError as error:
        raise Untraceable(f"{text!r:.40} is no {kind} as ISO writes it") from error
    if found.tzinfo is not None:
        raise Untraceable("times with a zone cannot be written: PMML has none")
    return Value(Fixed(found.isoformat(), "dateTime"), "timestamp")


def days_of(term: Term) -> Term:
    """Return the days since 1970 of a date or time."""
    import datetime

    if isinstance(term, Fixed):
        start = datetime.date(1970, 1, 1)
        return Fixed((datetime.date.fromisoformat(str(term.value)) - start).days, "integer")
    return days(term)


def chosen(test: Term, then: Operand, otherwise: Operand) -> Value:
    """Return one value where a test holds that is never missing, else another."""
    kind, (first, second) = common(then, otherwise)
    digits = max(first.digits - first.scale, second.digits - second.scale)
    scale = max(first.scale, second.scale)
    if isinstance(test, Fixed):
        term = first.term if test.value else second.term
    elif second.kind == "null":
        term = where(test, first.term)
    elif first.kind == "null":
        term = where(algebra.negation(test), second.term)
    else:
        term = algebra.choose(test, first.term, second.term)
    if kind in NUMBERS and isinstance(term, Fixed):
        term = retyped(term, "integer" if kind == "integer" else "double")
    return Value(term, kind, digits + scale, scale)


def half_up(term: Term, decimals: int) -> Term:
    """Return a number rounded as Spark does it: the digits of its text, halves away from zero.
    Numbers with up to 15 digits come out alike.
    """
    size = mathematics.absolute(algebra.real(term))
    factor = Fixed(10.0 ** abs(decimals), "double")
    there, back = (
        (algebra.multiply, algebra.divide) if decimals > 0 else (algebra.divide, algebra.multiply)
    )
    scaled = there(size, factor) if decimals else size
    rest = mathematics.modulo(scaled, algebra.ONE)
    limit: Term = Fixed(0.5, "double")
    if decimals > 0:
        # 2.675 is a little less, and so is its hundredfold
        limit = algebra.subtract(limit, algebra.multiply(scaled, Fixed(2.0**-52, "double")))
    whole = algebra.subtract(scaled, rest)
    above = algebra.compare("greaterOrEqual", rest, limit)
    whole = algebra.choose(above, algebra.add(whole, algebra.ONE), whole)
    made = back(whole, factor) if decimals else whole
    made = algebra.choose(
        algebra.compare("lessThan", term, algebra.ZERO), algebra.negative(made), made
    )
    return retyped(unless_missing(made, term), "double")


def at_scale(term: Term, digits: int, scale: int, *, exact: bool) -> Value:
    """Return a decimal; `exact`: its digits are few, a double may only be beside them."""
    if digits > 38:
        whole = digits - scale
        scale = max(38 - whole, min(scale, 6))
        digits = 38
    if scale <= _MOST_EXACT and not isinstance(term, Fixed):
        if not exact:
            term = half_up(term, scale)
        elif scale:
            term = mathematics.rounded(retyped(term, "double"), scale)
    return Value(retyped(term, "double"), "decimal", digits, scale)

"""Comparison, logic and choice over terms, with the results that NumPy gives.

JPMML raises on missing arguments of comparisons: they say with mapMissingTo what NumPy says of NaN.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from pmmlkit.exporters.tracing.guards import (
    NUMBERS,
    TRUE,
    ZERO,
    article,
    is_missing,
    number,
    real,
    seconds,
    whole,
)
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed

__all__ = ["both", "choose", "compare", "either", "filled", "negation", "truth"]

_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "equal": lambda a, b: a == b,
    "notEqual": lambda a, b: a != b,
    "lessThan": lambda a, b: a < b,
    "lessOrEqual": lambda a, b: a <= b,
    "greaterThan": lambda a, b: a > b,
    "greaterOrEqual": lambda a, b: a >= b,
}


def compare(test: str, a: Term, b: Term) -> Term:
    """Return a comparison; with NaN all are false but "not equal"."""
    of_missing = test == "notEqual"
    if any(isinstance(it, Fixed) and it.missing for it in (a, b)):
        return fixed(of_missing)
    if isinstance(a, Fixed) and isinstance(b, Fixed):
        return fixed(_TESTS[test](a.value, b.value))
    a, b = _comparable(test, a, b)
    for one, other in ((a, b), (b, a)):
        if one.integer and isinstance(other, Fixed) and isinstance(other.value, float):
            # JPMML fails where it cannot read the constant as an integer
            if other.value.is_integer() and abs(other.value) < 2**31:
                other = Fixed(int(other.value), "integer")
            elif test in ("equal", "notEqual"):
                return fixed(of_missing)
            else:
                one = real(one)
            a, b = (one, other) if not isinstance(a, Fixed) else (other, one)
            break
    a, b = _written_alike(a, b), _written_alike(b, a)
    lacking = a.missing or b.missing
    literal = ("true" if of_missing else "false") if lacking else None
    return Call(test, (a, b), "boolean", False, map_missing_to=literal)


def _comparable(test: str, a: Term, b: Term) -> tuple[Term, Term]:
    kinds = {a.kind, b.kind}
    if kinds & {"date", "dateTime"}:
        return seconds(_as_time(a)), seconds(_as_time(b))
    if kinds == {"string"} or (kinds == {"boolean"} and test in ("equal", "notEqual")):
        if kinds == {"string"} and test not in ("equal", "notEqual"):
            raise Untraceable(
                "engines order texts in different ways: only == and != can be written"
            )
        return a, b
    if kinds == {"duration"}:
        return a, b
    if "string" in kinds or "duration" in kinds:
        raise Untraceable(
            f"{article(a.kind)} column is compared with {article(b.kind)}: make them one type"
        )
    a, b = number(a), number(b)
    if a.integer != b.integer and not isinstance(a, Fixed) and not isinstance(b, Fixed):
        return real(a), real(b)
    return a, b


def _written_alike(term: Term, other: Term) -> Term:
    """Return a constant as a double where it is compared with doubles."""
    whole = isinstance(term, Fixed) and term.kind == "integer" and not other.integer
    return real(term) if whole else term


def _as_time(term: Term) -> Term:
    return Fixed(term.value, "dateTime") if isinstance(term, Fixed) else term


def truth(term: Term) -> Term:
    """Return a term as a condition: what is not 0 is true, NaN as well."""
    if term.kind == "boolean":
        if not term.missing:
            return term
        return Call("if", (is_missing(term), TRUE, term), "boolean", False)
    if term.kind in NUMBERS:
        return compare("notEqual", term, ZERO)
    raise Untraceable(f"{article(term.kind)} column stands where a condition is needed")


def both(*terms: Term) -> Term:
    """Return the conjunction of conditions."""
    return _junction("and", terms, neutral=True)


def either(*terms: Term) -> Term:
    """Return the disjunction of conditions."""
    return _junction("or", terms, neutral=False)


def _junction(name: str, terms: tuple[Term, ...], *, neutral: bool) -> Term:
    tests: list[Term] = []
    for term in map(truth, terms):
        if isinstance(term, Fixed):
            if bool(term.value) is neutral:
                continue
            return term
        # an `and` in an `and` is one
        same = isinstance(term, Call) and term.function == name
        tests += term.arguments if same and isinstance(term, Call) else (term,)
    if not tests:
        return fixed(neutral)
    return tests[0] if len(tests) == 1 else Call(name, tuple(tests), "boolean", False)


_INVERSE: Final = {"isMissing": "isNotMissing", "isNotMissing": "isMissing"}


def negation(term: Term) -> Term:
    """Return the opposite of a condition."""
    term = truth(term)
    if isinstance(term, Fixed):
        return fixed(not term.value)
    if isinstance(term, Call) and term.function in _INVERSE:
        return Call(_INVERSE[term.function], term.arguments, "boolean", False)
    if isinstance(term, Call) and term.function == "not":
        return term.arguments[0]
    return Call("not", (term,), "boolean", False)


def choose(condition: Term, then: Term, otherwise: Term) -> Term:
    """Return `then` where the condition holds, `otherwise` elsewhere: missing conditions hold, as
    NaN does.
    """
    test = truth(condition)
    if isinstance(test, Fixed):
        return then if test.value else otherwise
    kind, then, otherwise = _alike(then, otherwise)
    integer = then.integer and otherwise.integer
    if not integer and kind in NUMBERS:
        then, otherwise = real(then), real(otherwise)
    return Call(
        "if",
        (test, then, otherwise),
        kind,
        then.missing or otherwise.missing,
        integer,
        then.infinite or otherwise.infinite,
    )


def _alike(a: Term, b: Term) -> tuple[str, Term, Term]:
    if isinstance(a, Fixed) and a.missing:
        return _lacking_kind(b.kind), Fixed(None, b.kind), b
    if isinstance(b, Fixed) and b.missing:
        return _lacking_kind(a.kind), a, Fixed(None, a.kind)
    if a.kind == b.kind:
        return a.kind, a, b
    if {a.kind, b.kind} <= {"double", "integer", "boolean"}:
        a, b = number(a), number(b)
        return whole(a, b), a, b
    raise Untraceable(
        f"one column would hold {a.kind} values in some rows and {b.kind} values in others"
    )


def _lacking_kind(kind: str) -> str:
    return "double" if kind == "integer" else kind


def filled(term: Term, value: Term) -> Term:
    """Return a term with a value where it is missing."""
    if not term.missing:
        return term
    if isinstance(term, Fixed):
        return value
    if term.kind in NUMBERS and value.kind in ("boolean", "string"):
        raise Untraceable(f"missing numbers would become {value.kind} values")
    return choose(is_missing(term), value, term)

"""Terms as numbers, and the guards of functions that may not meet missing values.

JPMML raises on missing arguments of mathematical functions, so they are guarded with isNotMissing.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pmmlkit.exporters.features import as_number
from pmmlkit.exporters.tracing.terms import Call, Fixed, Leaf, Term, Untraceable, leaf, retyped

__all__ = [
    "FALSE",
    "NUMBERS",
    "ONE",
    "TRUE",
    "ZERO",
    "article",
    "call",
    "guarded",
    "is_missing",
    "is_present",
    "number",
    "real",
    "seconds",
    "whole",
]

ZERO: Final = Fixed(0.0, "double")
ONE: Final = Fixed(1.0, "double")
TRUE: Final = Fixed(True, "boolean")
FALSE: Final = Fixed(False, "boolean")

NUMBERS: Final = ("double", "integer")


def call(
    function: str,
    *arguments: Term,
    kind: str = "double",
    integer: bool = False,
    infinite: bool | None = None,
    invalid: bool = False,
) -> Call:
    """Return the call of a function that gives missing where an argument is missing; `invalid`: or
    where the result is not a number.
    """
    missing = invalid or any(argument.missing for argument in arguments)
    if infinite is None:
        infinite = any(argument.infinite for argument in arguments)
    return Call(function, arguments, kind, missing, integer, infinite, invalid_as_missing=invalid)


def guarded(made: Call) -> Term:
    """Return the call, made only where no argument is missing."""
    condition = is_present(*made.arguments)
    if condition is None:
        return made
    return Call("if", (condition, made), made.kind, True, made.integer, made.infinite)


def is_present(*terms: Term) -> Call | None:
    """Return the test that none of the terms is missing; None where none can be."""
    tests = [call("isNotMissing", term, kind="boolean") for term in terms if term.missing]
    tests = [_certain(test) for test in tests]
    if not tests:
        return None
    return tests[0] if len(tests) == 1 else _certain(call("and", *tests, kind="boolean"))


def _certain(test: Call) -> Call:
    return Call(test.function, test.arguments, "boolean", False)


def is_missing(term: Term) -> Term:
    """Return the test that a term is missing."""
    if isinstance(term, Fixed):
        return TRUE if term.missing else FALSE
    if not term.missing:
        return FALSE
    return _certain(call("isMissing", term, kind="boolean"))


def number(term: Term) -> Term:
    """Return a term as a number: booleans are 0 and 1."""
    if term.kind in NUMBERS:
        return term
    if term.kind == "boolean":
        if isinstance(term, Fixed):
            return Fixed(int(bool(term.value)), "integer")
        if isinstance(term, Leaf):
            return retyped(leaf(as_number(term.feature)), "integer")
        return retyped(_numbered(term), "integer")
    if isinstance(term, Fixed) and term.missing:
        return term
    raise Untraceable(f"{article(term.kind)} column stands where a number is needed")


def _numbered(term: Term) -> Term:
    made = Call("if", (term, ONE, ZERO), "double", False)
    return _lifted(term, made)


def _lifted(condition: Term, made: Call) -> Term:
    """Return a choice that is missing where the condition is."""
    if not condition.missing:
        return made
    test = is_present(condition)
    assert test is not None
    return Call("if", (test, made), made.kind, True, made.integer, made.infinite)


def article(kind: str) -> str:
    """Return a kind with its article, for messages."""
    return {"string": "a text", "boolean": "a boolean", "date": "a date", "dateTime": "a time"}.get(
        kind, f"a {kind}"
    )


def real(term: Term) -> Term:
    """Return a number that PMML computes as a double: its integers would divide and overflow."""
    term = number(term)
    if isinstance(term, Fixed):
        return term if term.value is None else Fixed(float(term.value), "double")
    if not term.integer:
        return term
    return Call("*", (ONE, term), term.kind, term.missing)


def whole(*terms: Term) -> str:
    """Return the kind of a result: integer if all numbers are."""
    return "integer" if all(term.kind == "integer" for term in terms) else "double"


def seconds(term: Term) -> Term:
    """Return the seconds since 1970 of a date or time, without a fraction."""
    if isinstance(term, Fixed) and term.value is not None:
        if not isinstance(term.value, str):
            raise Untraceable(f"a time is compared with {term.value!r}")
        moment = np.datetime64(term.value, "us")
        return Fixed(float(moment.astype(np.int64)) / 1e6, "double")
    if term.kind not in ("date", "dateTime"):
        raise Untraceable(f"{article(term.kind)} column stands where a time is needed")
    year = Fixed(1970, "integer")
    days = call("dateDaysSinceYear", term, year, kind="integer", integer=True)
    total: Term = call("*", Fixed(86400.0, "double"), days)
    if term.kind == "dateTime":
        # dateSecondsSinceYear would leave the 32 bit that integers have in JPMML
        total = call("+", total, call("dateSecondsSinceMidnight", term, integer=True))
    condition = is_present(term)
    if condition is None:
        return total
    return Call("if", (condition, total), "double", True)

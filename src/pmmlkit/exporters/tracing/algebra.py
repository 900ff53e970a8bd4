"""Arithmetic over terms, with the results that NumPy gives; and all else that terms are made
with.
"""

from __future__ import annotations

from pmmlkit.exporters.tracing.guards import (
    NUMBERS,
    ONE,
    ZERO,
    article,
    call,
    guarded,
    is_missing,
    is_present,
    number,
    real,
    seconds,
    whole,
)
from pmmlkit.exporters.tracing.logic import (
    both,
    choose,
    compare,
    either,
    filled,
    negation,
    truth,
)
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, retyped

__all__ = [
    "ONE",
    "ZERO",
    "add",
    "both",
    "call",
    "choose",
    "compare",
    "divide",
    "either",
    "filled",
    "guarded",
    "is_missing",
    "is_present",
    "multiply",
    "negation",
    "negative",
    "number",
    "real",
    "subtract",
    "truth",
]


def _first_real(a: Term, b: Term) -> tuple[Term, Term]:
    """Return two numbers, one of which at least is a double to PMML."""
    if isinstance(a, Fixed):
        return real(a), b
    if isinstance(b, Fixed):
        return a, real(b)
    return (real(a), b) if a.integer and b.integer else (a, b)


def add(a: Term, b: Term) -> Term:
    """Return a + b; of texts, one behind the other."""
    if "duration" in (a.kind, b.kind) or a.kind[:4] == "date":
        return _duration("+", a, b)
    if a.kind == b.kind == "string":
        joined = Call("concat", (a, b), "string", a.missing or b.missing)
        return guarded(joined)
    if a.kind == b.kind == "boolean":
        return either(a, b)
    a, b = number(a), number(b)
    kind = whole(a, b)
    a, b = _first_real(a, b)
    return call("+", a, b, kind=kind, invalid=a.infinite and b.infinite)


def subtract(a: Term, b: Term) -> Term:
    """Return a - b; of two times the seconds between them."""
    if a.kind[:4] == "date" or b.kind[:4] == "date":
        return retyped(call("-", seconds(a), seconds(b)), "duration")
    if "duration" in (a.kind, b.kind):
        return _duration("-", a, b)
    if a.kind == b.kind == "boolean":
        raise Untraceable("NumPy does not subtract booleans: use ^ or logical_xor")
    a, b = number(a), number(b)
    kind = whole(a, b)
    a, b = _first_real(a, b)
    return call("-", a, b, kind=kind, invalid=a.infinite and b.infinite)


def _duration(sign: str, a: Term, b: Term) -> Term:
    if a.kind != b.kind:
        raise Untraceable(
            f"{article(a.kind)} and {article(b.kind)} column cannot be added or subtracted"
        )
    return retyped(call(sign, a, b), "duration")


def multiply(a: Term, b: Term) -> Term:
    """Return a * b."""
    if a.kind == b.kind == "boolean":
        return both(a, b)
    for one, other in ((a, b), (b, a)):
        if one.kind == "duration" and other.kind in NUMBERS:
            return retyped(call("*", one, other), "duration")
    a, b = number(a), number(b)
    kind = whole(a, b)
    a, b = _first_real(a, b)
    return call("*", a, b, kind=kind, invalid=a.infinite or b.infinite)


def divide(a: Term, b: Term) -> Term:
    """Return a / b; x / 0 is infinite, 0 / 0 and what NumPy calls NaN is missing."""
    if a.kind == "duration" and b.kind in NUMBERS:
        return retyped(call("/", a, b), "duration")
    if a.kind == b.kind == "duration":
        a, b = retyped(a, "double"), retyped(b, "double")
    a, b = _first_real(number(a), number(b))
    plain = isinstance(b, Fixed) and b.value not in (0.0, None) and not b.infinite
    return call("/", a, b, infinite=a.infinite or not plain, invalid=not plain)


def negative(a: Term) -> Term:
    """Return -a."""
    a = number(a)
    return call("*", Fixed(-1.0, "double"), a, kind=a.kind)

"""Sums, means and extremes over the columns of a table, row by row."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.algebra import number, real
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed, retyped

__all__ = ["along_rows", "cumulated", "folded", "norm", "reduced", "total"]


def folded(operation: Callable[[Term, Term], Term], terms: Sequence[Term]) -> Term:
    """Return an operation over all terms, in pairs, so that expressions do not get deep."""
    level = list(terms)
    while len(level) > 1:
        pairs = [operation(level[at], level[at + 1]) for at in range(0, len(level) - 1, 2)]
        level = pairs + level[len(pairs) * 2 :]
    return level[0]


def total(terms: Sequence[Term]) -> Term:
    """Return the sum of numbers; missing where one is missing."""
    return folded(algebra.add, [number(term) for term in terms])


def _known_total(terms: Sequence[Term]) -> Term:
    made = algebra.call("sum", *map(real, terms), algebra.ZERO)
    return Call("sum", made.arguments, _kind(terms), False, infinite=made.infinite)


def _known_product(terms: Sequence[Term]) -> Term:
    made = algebra.call("product", *map(real, terms), algebra.ONE)
    return Call("product", made.arguments, _kind(terms), False, infinite=made.infinite)


def _kind(terms: Sequence[Term]) -> str:
    return "integer" if all(number(it).kind == "integer" for it in terms) else "double"


def _mean(terms: Sequence[Term]) -> Term:
    return algebra.divide(total(terms), Fixed(float(len(terms)), "double"))


def _known_mean(terms: Sequence[Term]) -> Term:
    made = algebra.call("avg", *map(real, terms))
    missing = all(term.missing for term in terms)
    return Call("avg", made.arguments, "double", missing, infinite=made.infinite)


def _count(terms: Sequence[Term]) -> Term:
    known = sum(not term.missing for term in terms)
    tests = [algebra.negation(algebra.is_missing(term)) for term in terms if term.missing]
    return total([fixed(known), *map(number, tests)])


def _variance(terms: Sequence[Term], ddof: int, *, skips: bool) -> Term:
    if skips and any(term.missing for term in terms):
        mean, summed, count = _known_mean(terms), _known_total, _count(terms)
    else:
        mean, summed, count = _mean(terms), total, fixed(len(terms))
    squares = [mathematics.square(algebra.subtract(term, mean)) for term in terms]
    degrees = algebra.subtract(count, fixed(ddof))
    if isinstance(degrees, Call) and isinstance(count, Fixed):
        degrees = fixed(len(terms) - ddof)
    made = algebra.divide(summed(squares), degrees)
    enough = algebra.compare("greaterThan", degrees, algebra.ZERO)
    return algebra.choose(enough, made, fixed(math.nan))


def _position(terms: Sequence[Term], extreme: Term) -> Term:
    """Return the first place of the extreme; of NaN, if there is one."""
    result: Term = fixed(len(terms) - 1)
    for at in range(len(terms) - 2, -1, -1):
        result = algebra.choose(algebra.compare("equal", terms[at], extreme), fixed(at), result)
    for at in range(len(terms) - 1, -1, -1):
        result = algebra.choose(algebra.is_missing(terms[at]), fixed(at), result)
    return result


Reduce = Callable[[Sequence[Term]], Term]


def _reductions() -> dict[str, tuple[Reduce, Reduce]]:
    """Return what each reduction does, where NaN counts and where it is skipped."""
    return {
        "sum": (total, _known_total),
        "prod": (lambda them: folded(algebra.multiply, [*map(number, them)]), _known_product),
        "mean": (_mean, _known_mean),
        "min": (lambda them: mathematics.least(*them), lambda t: mathematics.least_known(*t)),
        "max": (
            lambda them: mathematics.greatest(*them),
            lambda them: mathematics.greatest_known(*them),
        ),
        "any": (lambda them: algebra.either(*them),) * 2,
        "all": (lambda them: algebra.both(*them),) * 2,
        "count": (_count, _count),
        "argmax": (lambda them: _position(them, mathematics.greatest_known(*them)),) * 2,
        "argmin": (lambda them: _position(them, mathematics.least_known(*them)),) * 2,
    }


def along_rows(value: Any, axis: Any) -> tuple[Symbol, list[Term]]:
    """Return the columns that an axis goes along; raise Untraceable where it goes over rows."""
    if isinstance(value, list | tuple) and any(isinstance(item, Symbol) for item in value):
        if axis != 0 or not all(isinstance(item, Column) for item in value):
            raise Untraceable("a list of columns is reduced: use np.column_stack and axis=1")
        return value[0], [item.term for item in value]
    if not isinstance(value, Table):
        raise Untraceable(_OVER_ROWS)
    names = {"columns": 1, "index": 0, -1: 1}
    across = 0 if value.turned else 1
    if axis is None or names.get(axis, axis) != across:
        raise Untraceable(_OVER_ROWS)
    return value, value._terms


_OVER_ROWS = (
    "a number is computed over all rows, which a row that is scored does not know: compute it in "
    "fit, or use axis=1 to go along the columns"
)


def reduced(
    name: str,
    value: Any,
    axis: Any = None,
    *,
    skips: bool | None = None,
    keepdims: bool = False,
    ddof: int | None = None,
) -> Any:
    """Return a reduction along the columns. `skips`: missing values do not count, as in pandas and
    in the functions of NumPy that begin with nan.
    """
    table, terms = along_rows(value, axis)
    if name.startswith("nan"):
        name, skips = name[3:], True
    skips = table.pandas if skips is None else skips
    if name in ("std", "var"):
        degrees = (1 if table.pandas else 0) if ddof is None else ddof
        made = _variance(terms, degrees, skips=skips)
        if name == "std":
            made = mathematics.of_domain("sqrt", made, whole_line=True, bounded=True)
    elif name in _reductions():
        made = _reductions()[name][skips](terms)
    else:
        raise Untraceable(f"{name} along the columns has no equal in PMML")
    if keepdims:
        return Table([made])
    return table.column(0).like(made) if isinstance(table, Table) else table.like(made)


def cumulated(value: Any, axis: Any, operation: Callable[[Term, Term], Term]) -> Any:
    """Return running sums or products along the columns."""
    table, terms = along_rows(value, axis)
    assert isinstance(table, Table)
    made = [number(terms[0])]
    for term in terms[1:]:
        made.append(operation(made[-1], number(term)))
    return table.like(made, table.labels)


def norm(value: Any, order: Any = None, axis: Any = None, keepdims: bool = False) -> Any:
    """Return the length of each row."""
    table, terms = along_rows(value, axis)
    assert isinstance(table, Table)
    sizes = [mathematics.absolute(term) for term in terms]
    if order in (None, 2):
        squares = total([mathematics.square(term) for term in terms])
        made = mathematics.of_domain("sqrt", squares, whole_line=True, bounded=True)
    elif order == 1:
        made = total(sizes)
    elif order in (math.inf, -math.inf):
        made = (mathematics.greatest if order > 0 else mathematics.least)(*sizes)
    else:
        raise Untraceable(f"the norm of order {order!r} is not known here: use 1, 2 or inf")
    made = retyped(made, "double")
    return Table([made]) if keepdims else table.column(0).like(made)

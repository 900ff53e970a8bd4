"""Terms that are an element of PMML over one field: bins, piecewise lines, tables."""

from __future__ import annotations

import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np

from pmmlkit.exporters.features import Category, is_missing_value, plain
from pmmlkit.exporters.texts import category_text
from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.terms import Fixed, OfField, Term, Untraceable, fixed
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import LinearNorm, NormContinuous
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.row_table import RowTable
from pmmlkit.language.scope import Compiled

__all__ = ["bins", "pieces", "table"]

MOST_CHOICES = 3
"""A shorter table of numbers is written as choices."""


def bins(term: Term, edges: Any, *, right: bool) -> Term:
    """Return the number of the bin, as ``np.digitize``: NaN stands behind the last edge."""
    margins = [float(edge) for edge in np.asarray(edges, float).ravel()]
    if margins != sorted(set(margins)):
        raise Untraceable("the edges of bins must rise")
    term = algebra.number(term)
    if not margins:
        return fixed(0)
    if isinstance(term, Fixed):
        return fixed(int(np.digitize(_value(term), margins, right=right)))
    last = str(len(margins))

    def make(field: str, data_type: str) -> Compiled:
        closure = "openClosed" if right else "closedOpen"
        found = tuple(
            DiscretizeBin(
                bin_value=str(number),
                interval=Interval(closure=closure, left_margin=low, right_margin=high),
            )
            for number, (low, high) in enumerate(pairwise([None, *margins, None]))
        )
        # infinity is in no interval whose end is open
        return Discretize(
            field=field,
            data_type="integer",
            bins=found,
            map_missing_to=last if term.missing else None,
        )

    detail = ("bins", tuple(margins), right)
    return OfField("bin", term, make, detail, "integer", False, integer=True)


def _value(term: Fixed) -> float:
    return math.nan if term.value is None else float(term.value)


def pieces(term: Term, xp: Any, fp: Any, left: Any, right: Any) -> Term:
    """Return the piecewise linear function of ``np.interp``."""
    points = np.asarray(xp, float).ravel()
    values = np.asarray(fp, float).ravel()
    if len(points) != len(values) or len(points) < 2 or (np.diff(points) <= 0).any():
        raise Untraceable("np.interp needs two points or more, the first coordinates rising")
    term = algebra.number(term)
    if isinstance(term, Fixed):
        return fixed(float(np.interp(_value(term), points, values, left, right)))

    def make(field: str, data_type: str) -> Compiled:
        norms = tuple(
            LinearNorm(orig=orig, norm=norm)
            for orig, norm in zip(points.tolist(), values.tolist(), strict=True)
        )
        return NormContinuous(field=field, outliers="asExtremeValues", linear_norms=norms)

    detail = ("pieces", tuple(points.tolist()), tuple(values.tolist()))
    made: Term = OfField("interp", term, make, detail, "double", term.missing)
    for side, test, edge in ((left, "lessThan", points[0]), (right, "greaterThan", points[-1])):
        if side is not None:
            beyond = algebra.compare(test, term, fixed(float(edge)))
            made = algebra.choose(beyond, fixed(float(side)), made)
    return made


def table(term: Term, pairs: Mapping[Any, Any], otherwise: Term | None) -> Term:
    """Return the value that a table has for the values of a column.

    `otherwise`: for values that are not in the table; None: missing.
    """
    known = [(key, fixed(value)) for key, value in pairs.items() if not is_missing_value(key)]
    of_missing = [fixed(value) for key, value in pairs.items() if is_missing_value(key)]
    results: list[Term] = [*(value for _, value in known), *of_missing]
    results += [] if otherwise is None else [otherwise]
    kind = _common_kind([value for value in results if not value.missing])
    if term.kind == "double" and any(isinstance(key, float) for key, _ in known):
        return _by_choices(term, known, of_missing, otherwise)
    if kind is None:
        return Fixed(None, "double")
    if otherwise is not None and not isinstance(otherwise, Fixed):
        return _by_choices(term, known, of_missing, otherwise)
    if isinstance(term, Fixed):
        return _by_choices(term, known, of_missing, otherwise)
    entries = tuple(
        (plain(key), _as_kind(value, kind)) for key, value in known if not value.missing
    )
    default = None if otherwise is None or otherwise.missing else _as_kind(otherwise, kind)
    missing = _as_kind(of_missing[0], kind) if of_missing and not of_missing[0].missing else default
    if not term.missing:
        missing = None
    gaps = default is None or any(value.missing for _, value in known)
    if gaps and default is not None:
        return _by_choices(term, known, of_missing, otherwise)
    return OfField(
        "map",
        term,
        lambda field, data_type: _map_values(field, data_type, entries, kind, default, missing),
        ("map", entries, kind, default, missing),
        kind,
        gaps or (term.missing and missing is None),
        integer=kind == "integer",
    )


def _map_values(
    field: str,
    data_type: str,
    entries: tuple[tuple[Category, Category], ...],
    kind: str,
    default: Category | None,
    missing: Category | None,
) -> Compiled:
    rows = RowTable.of(
        {
            "input": [category_text(key, data_type) for key, _ in entries],
            "output": [category_text(value, kind) for _, value in entries],
        }
    )
    return MapValues(
        output_column="output",
        data_type=kind,
        default_value=None if default is None else category_text(default, kind),
        map_missing_to=None if missing is None else category_text(missing, kind),
        pairs=(FieldColumnPair(field=field, column="input"),),
        inline_table=InlineTable(rows=rows),
    )


def _by_choices(
    term: Term,
    known: list[tuple[Any, Fixed]],
    of_missing: list[Fixed],
    otherwise: Term | None,
) -> Term:
    result: Term = Fixed(None, "double") if otherwise is None else otherwise
    for key, value in reversed(known):
        result = algebra.choose(algebra.compare("equal", term, fixed(key)), value, result)
    if of_missing:
        result = algebra.choose(algebra.is_missing(term), of_missing[0], result)
    return result


def _common_kind(values: list[Term]) -> str | None:
    kinds = {value.kind for value in values}
    if not kinds:
        return None
    if kinds <= {"integer", "double"}:
        return "integer" if kinds == {"integer"} else "double"
    if len(kinds) > 1:
        raise Untraceable(f"the table gives values of different types ({', '.join(sorted(kinds))})")
    return next(iter(kinds))


def _as_kind(term: Term, kind: str) -> Category:
    assert isinstance(term, Fixed)
    assert term.value is not None
    return float(term.value) if kind == "double" else term.value

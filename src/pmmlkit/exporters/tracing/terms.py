"""What a symbolic column stands for: a term, which becomes an expression of PMML.

A NaN of NumPy is a missing value of PMML. A term knows whether it may be missing, so that
comparisons and functions are guarded only where they must be.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from pmmlkit.exporters.features import (
    Category,
    ConstantFeature,
    Feature,
    InputField,
    data_type_of,
    is_missing_value,
    may_be_missing,
    name_of,
)
from pmmlkit.language.scope import Compiled

__all__ = [
    "Call",
    "Converted",
    "Fixed",
    "Leaf",
    "OfField",
    "Term",
    "Untraceable",
    "arguments_of",
    "fixed",
    "leaf",
    "retyped",
    "shown",
]

KINDS = ("double", "integer", "boolean", "string", "date", "dateTime", "duration")
"""What a column holds as NumPy or pandas sees it; a duration is a number of seconds."""


class Untraceable(Exception):
    """What the user's code asks for cannot be written; the text says what to write instead.

    Never crosses the border of the exporters.
    """


@dataclass(frozen=True, eq=False, slots=True)
class Leaf:
    """A feature that the function is given."""

    feature: Feature
    kind: str
    missing: bool
    integer: bool
    infinite: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Fixed:
    """The same value in every row; None is missing."""

    value: Category | None
    kind: str

    @property
    def missing(self) -> bool:
        """Tell whether the value is the missing one."""
        return self.value is None

    @property
    def infinite(self) -> bool:
        """Tell whether the value is infinite."""
        return isinstance(self.value, float) and math.isinf(self.value)

    @property
    def integer(self) -> bool:
        """Tell whether it is written as an integer."""
        return self.kind == "integer"


@dataclass(frozen=True, eq=False, slots=True)
class Call:
    """A built-in function of PMML.

    `integer`: PMML computes an integer, whatever NumPy makes of it. `infinite`: the result may be
    infinite though no argument is.
    """

    function: str
    arguments: tuple[Term, ...]
    kind: str
    missing: bool
    integer: bool = False
    infinite: bool = False
    map_missing_to: str | None = None
    invalid_as_missing: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class OfField:
    """An expression over one field: a table, bins, a piecewise linear function.

    `detail` tells two of them apart; `make` takes the name and the data type of the field.
    """

    label: str
    source: Term
    make: Callable[[str, str], Compiled]
    detail: Hashable
    kind: str
    missing: bool
    integer: bool = False
    infinite: bool = False


@dataclass(frozen=True, eq=False, slots=True)
class Converted:
    """`source` as a field of another data type: text to numbers, integers to text."""

    source: Term
    kind: str
    missing: bool
    integer: bool = False
    infinite: bool = False


Term = Leaf | Fixed | Call | OfField | Converted


def arguments_of(term: Term) -> tuple[Term, ...]:
    """Return the terms that a term is made of."""
    if isinstance(term, Call):
        return term.arguments
    return (term.source,) if isinstance(term, OfField | Converted) else ()


def leaf(feature: Feature) -> Term:
    """Return the term of a feature that a function is given."""
    if isinstance(feature, ConstantFeature):
        return fixed(feature.value)
    data_type = data_type_of(feature)
    kind = {None: "double", "float": "double"}.get(data_type, data_type or "double")
    if kind not in KINDS:
        raise Untraceable(f"the column {name_of(feature)!r} is of type {data_type}")
    # scikit-learn hands numbers on as doubles: only what comes from the table is an integer
    integer = kind == "integer"
    if integer and not isinstance(feature, InputField):
        kind = "double"
    return Leaf(feature, kind, may_be_missing(feature), integer)


def fixed(value: Any) -> Fixed:
    """Return the term of a Python or NumPy scalar; None, NaN and NaT are missing."""
    if isinstance(value, np.datetime64 | np.timedelta64) and np.isnat(value):
        return Fixed(None, "double")
    if is_missing_value(value):
        return Fixed(None, "double")
    if isinstance(value, np.timedelta64):
        return Fixed(float(value / np.timedelta64(1, "us")) / 1e6, "duration")
    if isinstance(value, datetime.timedelta):
        return Fixed(value.total_seconds(), "duration")
    if isinstance(value, np.datetime64):
        return Fixed(str(value.astype("datetime64[us]").item().isoformat()), "dateTime")
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            raise Untraceable("times with a zone cannot be written: PMML has none")
        return Fixed(value.replace(tzinfo=None).isoformat()[:26], "dateTime")
    if isinstance(value, datetime.date):
        return Fixed(value.isoformat(), "date")
    if isinstance(value, np.generic):
        value = value.item()
    for kind, name in ((bool, "boolean"), (int, "integer"), (float, "double"), (str, "string")):
        if isinstance(value, kind):
            return Fixed(str(value) if kind is str else value, name)
    raise Untraceable(
        f"{value!r:.60} of type {type(value).__name__} is no value that PMML can hold"
    )


def retyped(term: Term, kind: str) -> Term:
    """Return the same expression, seen as another kind of number."""
    if term.kind == kind:
        return term
    if isinstance(term, Fixed) and kind == "double" and term.value is not None:
        return Fixed(float(term.value), kind)
    return replace(term, kind=kind)


_SIGNS = {
    "+": "+", "-": "-", "*": "*", "/": "/", "equal": "==", "notEqual": "!=", "lessThan": "<",
    "lessOrEqual": "<=", "greaterThan": ">", "greaterOrEqual": ">=", "and": "&", "or": "|",
}  # fmt: skip

_NAMES = {
    "ln": "log", "ln1p": "log1p", "asin": "arcsin", "acos": "arccos", "atan": "arctan",
    "isMissing": "isna", "isNotMissing": "notna", "modulo": "mod", "if": "where",
}  # fmt: skip
"""NumPy's names of functions, as users know them."""

MOST_SHOWN = 40
DEEPEST_SHOWN = 4


def shown(term: Term) -> str:
    """Return a term as short text: the name of its field; "" where it would be long."""
    text = _shown(term, DEEPEST_SHOWN)
    return text if 0 < len(text) <= MOST_SHOWN else ""


def _shown(term: Term, depth: int) -> str:
    if isinstance(term, Leaf):
        return name_of(term.feature)
    if isinstance(term, Fixed):
        return _shown_value(term.value)
    if depth == 0:
        return ""
    if isinstance(term, Call):
        return _shown_call(term, depth)
    inner = _shown(term.source, depth - 1)
    label = term.label if isinstance(term, OfField) else term.kind
    return f"{label}({inner})" if inner else ""


def _shown_value(value: Category | None) -> str:
    whole = isinstance(value, float) and value.is_integer() and abs(value) < 1e15
    return str(int(value)) if whole and value is not None else str(value)


def _shown_call(term: Call, depth: int) -> str:
    arguments = term.arguments
    if (term.function == "if" and _is_guard(term)) or (
        term.function == "*" and _is_one(arguments[0])
    ):
        return _shown(arguments[1], depth)
    parts = [_shown(argument, depth - 1) for argument in arguments]
    if not all(parts):
        return ""
    sign = _SIGNS.get(term.function)
    if sign is not None:
        joined = f" {sign} ".join(parts)
        return joined if depth == DEEPEST_SHOWN else f"({joined})"
    return f"{_NAMES.get(term.function, term.function)}({', '.join(parts)})"


def _is_one(term: Term) -> bool:
    """Tell whether a factor is there only to make doubles of integers."""
    return isinstance(term, Fixed) and term.kind == "double" and term.value == 1.0


def _is_guard(term: Call) -> bool:
    condition = term.arguments[0]
    if not isinstance(condition, Call) or len(term.arguments) != 2:
        return False
    if condition.function == "and":
        return all(
            isinstance(it, Call) and it.function == "isNotMissing" for it in condition.arguments
        )
    return condition.function == "isNotMissing"

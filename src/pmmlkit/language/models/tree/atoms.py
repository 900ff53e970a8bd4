"""Predicates on one field as tests of a decision diagram.

An atom is one test, or two in a row, whose exits are picked from those for TRUE, FALSE and UNKNOWN.
Specification: chapter Predicates.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple

import numpy as np

from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.kernels.forest import IN_SET, LESS_OR_EQUAL
from pmmlkit.columns.text import single
from pmmlkit.columns.types import DOUBLE, FLOAT, DataType
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language import mistakes
from pmmlkit.language.models.tree.node_table import OPERATORS
from pmmlkit.language.step import Field
from pmmlkit.xml.lexical import parse_number

__all__ = [
    "IF_FALSE",
    "IF_TRUE",
    "IF_UNKNOWN",
    "SECOND",
    "WHOLE_LIMIT",
    "Atom",
    "Atoms",
    "NotATest",
    "has_own_order",
    "literal",
]

IF_TRUE, IF_FALSE, IF_UNKNOWN, SECOND = range(4)
WHOLE_LIMIT: Final = 2**53
"""Beyond this doubles do not hold every whole number."""

_NEVER: Final = (IF_FALSE, IF_FALSE, IF_UNKNOWN)
_ALWAYS: Final = (IF_TRUE, IF_TRUE, IF_UNKNOWN)
_DIRECT: Final = (IF_TRUE, IF_FALSE, IF_UNKNOWN)
_SWAPPED: Final = (IF_FALSE, IF_TRUE, IF_UNKNOWN)

_ORDERED: Final = {
    "lessOrEqual": (False, _DIRECT),
    "greaterThan": (False, _SWAPPED),
    "lessThan": (True, _DIRECT),
    "greaterOrEqual": (True, _SWAPPED),
}
"""Whether the threshold itself is left out, and the exits."""


class NotATest(Exception):
    """The predicate cannot be a test of a diagram."""


class Atom(NamedTuple):
    """A test of `feature`, its exits for TRUE, FALSE and missing, and the same for a second test on
    it.

    `threshold` is a Python number (exact for integers); `set` the number of a set of values.
    """

    feature: int
    kind: int
    threshold: float
    set: int
    exits: tuple[int, int, int]
    second: float | None = None
    second_exits: tuple[int, int, int] = _DIRECT


class Atoms:
    """The features, sets and atoms of one tree, each made once.

    A feature is a field as a number, or (`coded`) a field whose values are only looked for in sets.
    """

    def __init__(self, find_field: Callable[[str], Field]) -> None:
        self._find_field = find_field
        self._known_fields: dict[str, Field] = {}
        self._features: dict[tuple[str, bool], int] = {}
        self._sets: dict[frozenset[Any], int] = {}
        self._atoms: dict[tuple[Any, ...], int] = {}
        self.fields: list[Field] = []
        self.coded: list[bool] = []
        self.sets: list[frozenset[Any]] = []
        self.atoms: list[Atom] = []

    def simple(self, name: str, operator: str, text: str | None, line: int) -> int:
        """Return the number of the atom of a SimplePredicate."""
        key = (name, operator, text)
        number = self._atoms.get(key)
        if number is None:
            field = self._field(name)
            if operator not in OPERATORS[:8]:
                raise UnsupportedError(
                    f"operator {operator!r:.80} is not supported",
                    element="SimplePredicate",
                    line=line,
                    field=name,
                    code=mistakes.UNKNOWN_VALUE,
                )
            atom = self._threshold(field, operator, text)
            self.atoms.append(atom or self._simple(field, operator, text, line))
            number = self._atoms[key] = len(self.atoms) - 1
        return number

    def in_set(self, name: str, operator: str, texts: Iterable[str], line: int) -> int:
        """Return the number of the atom of a SimpleSetPredicate."""
        texts = tuple(texts)
        key = (name, operator, texts)
        number = self._atoms.get(key)
        if number is None:
            field = self._field(name)
            values = [literal(field, text, line) for text in texts]
            exits = _DIRECT if operator == "isIn" else _SWAPPED
            self.atoms.append(self._membership(field, values, exits))
            number = self._atoms[key] = len(self.atoms) - 1
        return number

    def _field(self, name: str) -> Field:
        field = self._known_fields.get(name)
        if field is None:
            field = self._known_fields[name] = self._find_field(name)
        return field

    def _threshold(self, field: Field, operator: str, text: str | None) -> Atom | None:
        """Return the atom of the form that trees are mostly made of: a double or float field
        against a finite number.
        """
        form = _ORDERED.get(operator)
        is_single = field.type is FLOAT
        if form is None or text is None or not (is_single or field.type is DOUBLE):
            return None
        if has_own_order(field):
            return None
        try:
            value = parse_number(text)
        except ValueError:
            return None
        if is_single:
            value = single(value)
        if not math.isfinite(value):
            return None
        excludes, exits = form
        if excludes:
            value = _below(value, field.type)
        return Atom(self._feature(field, False), LESS_OR_EQUAL, value + 0.0, 0, exits)

    def _feature(self, field: Field, coded: bool) -> int:
        key = (field.name, coded)
        if key not in self._features:
            self._features[key] = len(self.fields)
            self.fields.append(field)
            self.coded.append(coded)
        return self._features[key]

    def _membership(self, field: Field, values: list[Any], exits: tuple[int, int, int]) -> Atom:
        if any(isinstance(value, float) and math.isnan(value) for value in values):
            raise NotATest
        members = frozenset(values)
        number = self._sets.setdefault(members, len(self._sets))
        if number == len(self.sets):
            self.sets.append(members)
        return Atom(self._feature(field, True), IN_SET, 0.0, number, exits)

    def _present(self, field: Field, exits: tuple[int, int, int]) -> Atom:
        """Return a test that only tells whether the field is missing."""
        if field.type.kind == "string":
            return self._membership(field, [], exits)
        return Atom(self._feature(field, False), LESS_OR_EQUAL, 0.0, 0, exits)

    def _simple(self, field: Field, operator: str, text: str | None, line: int) -> Atom:
        if operator == "isMissing":
            return self._present(field, (IF_FALSE, IF_FALSE, IF_TRUE))
        if operator == "isNotMissing":
            return self._present(field, (IF_TRUE, IF_TRUE, IF_FALSE))
        if text is None:
            raise MarkupError(
                f"operator {operator} needs a value",
                element="SimplePredicate",
                line=line,
                field=field.name,
                code=mistakes.MISSING_ATTRIBUTE,
            )
        value = literal(field, text, line)
        is_equality = operator in ("equal", "notEqual")
        if field.type.kind == "boolean" and is_equality:
            exits = _SWAPPED if value is (operator == "equal") else _DIRECT
            return Atom(self._feature(field, False), LESS_OR_EQUAL, 0, 0, exits)
        if field.type.kind == "string" and is_equality:
            return self._membership(field, [value], _DIRECT if operator == "equal" else _SWAPPED)
        if not is_equality and (field.type.kind == "string" or has_own_order(field)):
            raise NotATest
        return self._comparison(field, operator, value)

    def _comparison(self, field: Field, operator: str, value: Any) -> Atom:
        if isinstance(value, float) and math.isnan(value):
            raise NotATest
        feature = self._feature(field, False)
        upto, below = _bounds(value, field.type)
        if operator == "lessOrEqual":
            return Atom(feature, LESS_OR_EQUAL, upto, 0, _DIRECT)
        if operator == "greaterThan":
            return Atom(feature, LESS_OR_EQUAL, upto, 0, _SWAPPED)
        if below is None:
            exits = {"lessThan": _NEVER, "greaterOrEqual": _ALWAYS}.get(operator)
            if exits is not None:
                return self._present(field, exits)
            exits = _DIRECT if operator == "equal" else _SWAPPED
            return Atom(feature, LESS_OR_EQUAL, upto, 0, exits)
        if operator == "lessThan":
            return Atom(feature, LESS_OR_EQUAL, below, 0, _DIRECT)
        if operator == "greaterOrEqual":
            return Atom(feature, LESS_OR_EQUAL, below, 0, _SWAPPED)
        equal = operator == "equal"
        if upto == below:
            return self._present(field, _NEVER if equal else _ALWAYS)
        if equal:
            first, second = (SECOND, IF_FALSE, IF_UNKNOWN), _SWAPPED
        else:
            first, second = (SECOND, IF_TRUE, IF_UNKNOWN), _DIRECT
        return Atom(feature, LESS_OR_EQUAL, upto, 0, first, below, second)


def has_own_order(field: Field) -> bool:
    """Tell whether the field's values are ordered as the document lists them."""
    return field.optype == "ordinal" and bool(field.values)


def _bounds(value: Any, type: DataType) -> tuple[Any, Any]:
    """Return the largest value of the type that is at most `value`, and the largest below it (None:
    there is none).
    """
    if type.kind in ("double", "float"):
        return value, None if value == -math.inf else _below(value, type)
    if isinstance(value, float) and math.isinf(value):
        return value, None if value < 0 else value
    if abs(value) >= WHOLE_LIMIT:
        raise NotATest
    return math.floor(value), math.ceil(value) - 1


def _below(value: float, type: DataType) -> float:
    """Return the largest value of the type below a value of it."""
    if type.kind == "float":
        return float(np.nextafter(np.float32(value), np.float32(-np.inf)))
    return math.nextafter(value, -math.inf)


def literal(field: Field, text: str, line: int) -> Any:
    """Return the value that a text means when it is compared with the field; MarkupError where
    there is none.

    A number that is not whole, beside an integer field, is compared as a double (as JPMML does).
    """
    try:
        if field.type.kind == "double":
            return parse_number(text) + 0.0
        if field.type.kind == "float":
            return single(parse_number(text)) + 0.0
        try:
            return parse_text(text, field.type)
        except ValueError:
            if field.type.kind != "integer":
                raise
            number = parse_number(text)
            return int(number) if number.is_integer() else number
    except ValueError as error:
        raise MarkupError(
            f"value {text!r:.80} cannot be compared with a field of dataType "
            f"{field.type.name}: {error}",
            element="SimplePredicate",
            line=line,
            field=field.name,
            code=mistakes.NOT_COMPARABLE,
        ) from error

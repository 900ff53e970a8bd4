"""A RegressionTable as a sum in the order of the document: numbers, categories, terms, intercept.

Semantics chapter 8.1. The additions are made one after the other in both modes, so that they agree
bit for bit (powers apart: NumPy's and the C library's may differ in the last bit).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import MISSING, VALID, Column
from pmmlkit.columns.text import parse_text, single
from pmmlkit.columns.types import DOUBLE
from pmmlkit.columns.values import Failure
from pmmlkit.language import mistakes
from pmmlkit.language.cast import cast_step
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.step import Batch, Field, Read, Step, Values
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.regression.declaration import (
        CategoricalPredictor,
        RegressionTable,
    )
    from pmmlkit.language.scope import Scope

__all__ = ["LinearSum", "RowSum", "Table", "compile_table"]

Array = npt.NDArray[Any]

RowSum = Callable[[Values], "float | None"]

_VALUE_NOT_OF_THE_FIELD = "PMML350"
_REPEATED_CATEGORY = "PMML351"

_UNROLLED = 4


@dataclass(frozen=True, slots=True)
class Power:
    """``coefficient * x ** exponent``."""

    step: Step
    coefficient: float
    exponent: int


@dataclass(frozen=True, slots=True)
class Choice:
    """The coefficient of the category that a field has; 0 for any other, and for a missing one."""

    read: Read
    coefficients: Mapping[Any, float]


@dataclass(frozen=True, slots=True)
class Term:
    """``coefficient * x1 * x2 ...``."""

    steps: tuple[Step, ...]
    coefficient: float


def compile_table(table: RegressionTable, scope: Scope, *, is_single: bool) -> Table:
    """Compile a table; `is_single` sums in single precision."""
    gather = scope.compilation.gather
    powers: list[Power] = []
    for item in table.numeric_predictors:
        with gather():
            step = _number(scope.read(item.name, item), item, item.name)
            powers.append(Power(step, item.coefficient, item.exponent))
    terms: list[Term] = []
    for term in table.predictor_terms:
        with gather():
            factors = [_number(scope.compile(item), item, item.field) for item in term.field_refs]
            terms.append(Term(tuple(factors), term.coefficient))
    choices = _choices(table, scope)
    return Table(tuple(powers), choices, tuple(terms), table.intercept, is_single)


def _number(step: Step, user: Element, name: str) -> Step:
    if step.type.is_number:
        return step
    if step.type.is_temporal:
        raise wrong(
            user,
            f"{name!r} is a {step.type.name}, not a number",
            code=mistakes.FIELD_TYPE,
            field=name,
        )
    return cast_step(step, DOUBLE)


def _choices(table: RegressionTable, scope: Scope) -> tuple[Choice, ...]:
    seen: dict[str, set[Any]] = {}
    choices: list[Choice] = []
    for name, run in groupby(table.categorical_predictors, key=lambda item: item.name):
        with scope.compilation.gather():
            choices.append(_choice(name, list(run), seen.setdefault(name, set()), scope))
    return tuple(choices)


def _choice(
    name: str, items: Sequence[CategoricalPredictor], known: set[Any], scope: Scope
) -> Choice:
    field = scope.field(name, items[0])
    coefficients: dict[Any, float] = {}
    for item in items:
        value = _category(item, field, scope)
        if value is None:
            continue
        if value in known:
            # At most one predictor of a field counts; JPMML takes the first too.
            text = f"{name!r} has two predictors for {item.value!r}; the first is used"
            scope.compilation.warn(_REPEATED_CATEGORY, text, item)
            continue
        known.add(value)
        coefficients[value] = item.coefficient
    return Choice(Read(field), coefficients)


def _category(item: CategoricalPredictor, field: Field, scope: Scope) -> Any:
    try:
        return parse_text(item.value, field.type)
    except ValueError:
        text = (
            f"{item.value!r} is no {field.type.name}, so that {field.name!r} never has this value"
        )
        scope.compilation.warn(_VALUE_NOT_OF_THE_FIELD, text, item)
        return None


class LinearSum(Protocol):
    """What a category is scored by: `is_constant` tells that no field enters it.

    `columns` sums into an array (n,) and returns the columns that decide on its state;
    `row_function` gives the sum of one row, None where it is missing.
    """

    @property
    def is_constant(self) -> bool: ...

    def columns(self, batch: Batch, out: Array) -> list[Column]: ...

    def row_function(self) -> RowSum: ...


class Table:
    """A compiled RegressionTable. `is_constant`: it reads no field."""

    __slots__ = ("_choices", "_powers", "_single", "_terms", "intercept")

    def __init__(
        self,
        powers: tuple[Power, ...],
        choices: tuple[Choice, ...],
        terms: tuple[Term, ...],
        intercept: float,
        is_single: bool,
    ) -> None:
        self._powers = powers
        self._choices = choices
        self._terms = terms
        self._single = is_single
        self.intercept = single(intercept) if is_single else intercept

    @property
    def is_constant(self) -> bool:
        """Tell whether the sum is the intercept alone."""
        return not (self._powers or self._choices or self._terms)

    def columns(self, batch: Batch, out: Array) -> list[Column]:
        """Sum into `out` (n,), float32 or float64; return the columns that decide on its state."""
        out.fill(0)
        product = np.empty_like(out)
        states: list[Column] = []
        for power in self._powers:
            column = power.step.columns(batch)
            states.append(column)
            values = column.values
            if power.exponent != 1:
                base = values.astype(out.dtype).astype(np.float64)
                # NumPy takes roots for one exponent of all: they differ at -inf and -0.
                exponents = np.full(base.shape, _as_double(power.exponent))
                values = np.power(base, exponents).astype(out.dtype)
            _multiply(values, power.coefficient, product)
            out += product
        for choice in self._choices:
            column = choice.read.columns(batch)
            out += _coefficients(column, choice.coefficients, out.dtype)
            states.append(_errors_only(column))
        for term in self._terms:
            product.fill(term.coefficient)
            for step in term.steps:
                column = step.columns(batch)
                states.append(column)
                np.multiply(product, column.values, out=product, dtype=out.dtype, casting="unsafe")
            out += product
        out += out.dtype.type(self.intercept)
        return states

    def row_function(self) -> RowSum:
        """Return the sum of one row; None where it is missing."""
        careful = self._careful()
        is_plain = all(power.exponent == 1 and _is_plain(power.step) for power in self._powers)
        if self._single or not is_plain:
            return careful
        if not all(_is_plain(step) for term in self._terms for step in term.steps):
            return careful
        return self._quick(careful)

    def _quick(self, careful: RowSum) -> RowSum:
        """Multiply without looking; what is not a number is left to `careful`."""
        pairs = [(_slot(power.step), power.coefficient) for power in self._powers]
        whole = len(pairs) - len(pairs) % _UNROLLED
        fours: tuple[tuple[Any, ...], ...] = tuple(
            tuple(part for pair in pairs[at : at + _UNROLLED] for part in pair)
            for at in range(0, whole, _UNROLLED)
        )
        rest = tuple(pairs[whole:])
        choices = tuple(
            (choice.read.field.slot, choice.coefficients.get) for choice in self._choices
        )
        terms = tuple(
            (tuple(_slot(step) for step in term.steps), term.coefficient) for term in self._terms
        )
        intercept = self.intercept

        def run(values: Values) -> float | None:
            total = 0.0
            try:
                for s1, c1, s2, c2, s3, c3, s4, c4 in fours:
                    total = (
                        total
                        + c1 * values[s1]
                        + c2 * values[s2]
                        + c3 * values[s3]
                        + c4 * values[s4]
                    )
                for slot, coefficient in rest:
                    total += coefficient * values[slot]
                for slot, coefficient_of in choices:
                    value = values[slot]
                    if value.__class__ is Failure:
                        value.fail()
                    total += coefficient_of(value, 0.0)
                for slots, product in terms:
                    for slot in slots:
                        product *= values[slot]
                    total += product
            except TypeError:
                return careful(values)
            return total + intercept

        return run

    def _careful(self) -> RowSum:
        rounded = _single if self._single else float
        powers = [
            (power.step.row_function(), rounded(power.coefficient), _as_double(power.exponent))
            for power in self._powers
        ]
        choices = [
            (
                choice.read.row_function(),
                {value: rounded(number) for value, number in choice.coefficients.items()}.get,
            )
            for choice in self._choices
        ]
        terms = [
            ([step.row_function() for step in term.steps], rounded(term.coefficient))
            for term in self._terms
        ]
        intercept = self.intercept

        def run(values: Values) -> float | None:
            total = 0.0
            is_missing = False
            for function, coefficient, exponent in powers:
                value = function(values)
                if value is None:
                    is_missing = True
                    continue
                value = rounded(value)
                if exponent != 1.0:
                    value = rounded(_power(value, exponent))
                total = rounded(total + rounded(coefficient * value))
            for function, coefficient_of in choices:
                total = rounded(total + coefficient_of(function(values), 0.0))
            for functions, coefficient in terms:
                product = coefficient
                for function in functions:
                    value = function(values)
                    if value is None:
                        is_missing = True
                        continue
                    product = rounded(product * rounded(value))
                total = rounded(total + product)
            return None if is_missing else rounded(total + intercept)

        return run


def _single(value: float) -> float:
    return single(float(value), value)


def _is_plain(step: Step) -> bool:
    return isinstance(step, Read)


def _slot(step: Step) -> int:
    assert isinstance(step, Read)
    return step.field.slot


def _as_double(exponent: int) -> float:
    """Return a whole number as a double; beyond the largest it is infinite."""
    try:
        return float(exponent)
    except OverflowError:
        return math.inf if exponent > 0 else -math.inf


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        with np.errstate(all="ignore"):
            return float(np.power(np.float64(base), np.float64(exponent)))


def _multiply(values: Array, coefficient: float, out: Array) -> None:
    np.multiply(values, out.dtype.type(coefficient), out=out, dtype=out.dtype, casting="unsafe")


def _coefficients(column: Column, coefficients: Mapping[Any, float], dtype: np.dtype[Any]) -> Array:
    """Return the coefficient of each row's category."""
    if column.categories is not None:
        names = column.categories.values
        table = np.zeros(len(names) + 1, dtype)
        table[:-1] = [coefficients.get(name, 0.0) for name in names]
        codes = column.values
        if column.state is not None:
            codes = np.where(column.is_usable, codes, len(names))
        chosen: Array = table[codes]
        return chosen
    result: Array = np.zeros(len(column), dtype)
    for value, coefficient in coefficients.items():
        result[column.values == value] = coefficient
    if column.state is not None:
        result[~column.is_usable] = 0
    return result


def _errors_only(column: Column) -> Column:
    """Return the column without its missing rows."""
    if column.state is None or not (column.state == MISSING).any():
        return column
    state = np.where(column.state == MISSING, np.uint8(VALID), column.state)
    return column.with_state(state, column.errors)

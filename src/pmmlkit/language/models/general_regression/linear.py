"""The linear predictor: coefficients times what they multiply, added in the order of the PCells.

Semantics chapter 9. The additions are made one after the other in both modes, so that they agree
bit for bit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column, combined_state
from pmmlkit.columns.text import single
from pmmlkit.columns.types import FLOAT
from pmmlkit.language.models.general_regression.design import (
    Covariate,
    Factor,
    Part,
    product_columns,
    product_function,
)
from pmmlkit.language.step import Batch, ColumnStep, Read, Values

__all__ = ["LinearPredictor", "RowSum", "Term"]

Array = npt.NDArray[Any]

RowSum = Callable[[Values], "float | None"]

_UNROLLED = 4


@dataclass(frozen=True, slots=True)
class Term:
    """``coefficient * part1 * part2 ...``; without parts, an intercept."""

    coefficient: float
    parts: tuple[Part, ...] = ()


@dataclass(slots=True)
class _Segment:
    """Terms that follow each other: first a constant, then numbers, categories, and the rest."""

    constant: float = 0.0
    fours: list[tuple[Any, ...]] = field(default_factory=list)
    numbers: list[tuple[int, float]] = field(default_factory=list)
    choices: list[tuple[int, Callable[..., Any], float | None]] = field(default_factory=list)
    others: list[Callable[[Values], Any]] = field(default_factory=list)

    def frozen(self) -> tuple[Any, ...]:
        whole = len(self.numbers) - len(self.numbers) % _UNROLLED
        fours = [
            tuple(part for pair in self.numbers[at : at + _UNROLLED] for part in pair)
            for at in range(0, whole, _UNROLLED)
        ]
        rest = self.numbers[whole:]
        return self.constant, tuple(fours), tuple(rest), tuple(self.choices), tuple(self.others)


class LinearPredictor:
    """The sum of some terms; missing where a field of them is."""

    __slots__ = ("_is_single", "_terms")

    def __init__(self, terms: Sequence[Term], *, is_single: bool) -> None:
        self._is_single = is_single
        self._terms = _joined([_rounded(term) for term in terms] if is_single else terms)

    @property
    def is_constant(self) -> bool:
        """Tell whether no field enters the sum."""
        return not any(term.parts for term in self._terms)

    def columns(self, batch: Batch, out: Array) -> list[Column]:
        """Sum into `out` (n,), float32 or float64; return the columns that decide on its state."""
        out.fill(0)
        states: dict[int, Column] = {}
        product = np.empty_like(out)
        for term in self._terms:
            if not term.parts:
                out += out.dtype.type(term.coefficient)
                continue
            numbers, columns = product_columns(term.parts, batch, out.dtype)
            states.update((id(column), column) for column in columns)
            if term.coefficient != 1.0:
                numbers = np.multiply(numbers, out.dtype.type(term.coefficient), out=product)
            out += numbers
        return list(states.values())

    def row_function(self) -> RowSum:
        """Return the sum of one row; None where it is missing."""
        if self._is_single:
            return _SumOfColumns(self).row_function()
        return self._quick(self._careful())

    def _careful(self) -> RowSum:
        products = [
            (product_function(term.parts) if term.parts else None, term.coefficient)
            for term in self._terms
        ]

        def run(values: Values) -> float | None:
            total = 0.0
            is_missing = False
            for product_of, coefficient in products:
                if product_of is None:
                    total += coefficient
                    continue
                product = product_of(values)
                if product is None:
                    is_missing = True
                else:
                    total += coefficient * product
            return None if is_missing else total

        return run

    def _quick(self, careful: RowSum) -> RowSum:
        """Compute without looking; what is not a number is left to `careful`."""
        segments = tuple(segment.frozen() for segment in _segments(self._terms))

        def run(values: Values) -> float | None:
            total = 0.0
            try:
                for constant, fours, numbers, choices, others in segments:
                    total += constant
                    for s1, c1, s2, c2, s3, c3, s4, c4 in fours:
                        total = (
                            total
                            + c1 * values[s1]
                            + c2 * values[s2]
                            + c3 * values[s3]
                            + c4 * values[s4]
                        )
                    for slot, coefficient in numbers:
                        total += coefficient * values[slot]
                    for slot, number_of, otherwise in choices:
                        total += number_of(values[slot], otherwise)
                    for product_of in others:
                        total += product_of(values)
            except TypeError:
                return careful(values)
            return total

        return run


class _SumOfColumns(ColumnStep):
    """A sum in single precision: the rounding of the columns is the definition."""

    __slots__ = ("_predictor",)

    def __init__(self, predictor: LinearPredictor) -> None:
        super().__init__(FLOAT, may_fail=True)
        self._predictor = predictor

    def columns(self, batch: Batch) -> Column:
        sums = np.empty(batch.size, FLOAT.dtype)
        with np.errstate(all="ignore"):
            state, errors = combined_state(*self._predictor.columns(batch, sums))
        return Column(sums, FLOAT, state, errors=errors)


def _rounded(term: Term) -> Term:
    return Term(single(term.coefficient), term.parts)


def _joined(terms: Sequence[Term]) -> tuple[Term, ...]:
    """Put the coefficients of factors into their numbers, and join indicators of one field."""
    result: list[Term] = []
    for term in terms:
        only = term.parts[0] if len(term.parts) == 1 else None
        if not isinstance(only, Factor):
            result.append(term)
            continue
        numbers = {value: term.coefficient * number for value, number in only.numbers.items()}
        before = result[-1].parts[0] if result and len(result[-1].parts) == 1 else None
        if _is_joinable(before, only) and isinstance(before, Factor):
            # At most one of the two is not 0 in any row.
            numbers = {**before.numbers, **numbers}
            result.pop()
        result.append(Term(1.0, (Factor(only.read, numbers, only.is_closed),)))
    return tuple(result)


def _is_joinable(before: Part | None, factor: Factor) -> bool:
    return (
        isinstance(before, Factor)
        and before.read.field is factor.read.field
        and not (before.is_closed or factor.is_closed)
        and not before.numbers.keys() & factor.numbers.keys()
    )


def _segments(terms: Sequence[Term]) -> list[_Segment]:
    segments = [_Segment()]
    reached = 0
    for term in terms:
        rank = _rank(term)
        if (rank < reached or rank == reached == 0) and segments[-1] != _Segment():
            segments.append(_Segment())
        reached = rank
        segment = segments[-1]
        if rank == 0:
            segment.constant = term.coefficient
        elif rank == 1:
            segment.numbers.append((_slot(term.parts[0]), term.coefficient))
        elif rank == 2:
            factor = term.parts[0]
            assert isinstance(factor, Factor)
            # Adding None is what leads to the careful way.
            numbers: Mapping[Any, Any] = {None: None, **factor.numbers}
            otherwise = None if factor.is_closed else 0.0
            segment.choices.append((_slot(factor), numbers.get, otherwise))
        else:
            segment.others.append(_product(term))
    return segments


def _rank(term: Term) -> int:
    if not term.parts:
        return 0
    only = term.parts[0] if len(term.parts) == 1 else None
    if isinstance(only, Covariate) and only.exponent == 1.0 and isinstance(only.step, Read):
        return 1
    if isinstance(only, Factor) and not only.read.may_fail:
        return 2
    return 3


def _slot(part: Part) -> int:
    step = part.step if isinstance(part, Covariate) else part.read
    assert isinstance(step, Read)
    return step.field.slot


def _product(term: Term) -> Callable[[Values], Any]:
    coefficient, product_of = term.coefficient, product_function(term.parts)
    return lambda values: coefficient * product_of(values)

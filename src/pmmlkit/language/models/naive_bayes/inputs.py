"""The inputs of a NaiveBayesModel as logarithms of probabilities: counts and distributions.

Each has as many terms a row as there are categories, in both modes to the last bit (semantics
chapter 14). A missing value, and one that no PairCounts names, has none.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Column
from pmmlkit.language.continuous_distributions import (
    Density,
    GaussianDistribution,
    gaussian_parameters,
)
from pmmlkit.language.step import Batch, Read, Step, Values

__all__ = ["Counted", "Distributed", "Input", "RowTerms"]

Doubles = npt.NDArray[np.float64]
Part = tuple[npt.NDArray[Any], "npt.NDArray[np.bool_] | None"]
Prepared = Callable[[slice], Part]
RowTerms = Callable[[Values], "Sequence[float] | None"]


def _is_absent(state: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    result: npt.NDArray[np.bool_] = (state == MISSING) | (state == ERROR)
    return result


class Input:
    """What an input adds to the logarithms of the categories.

    `prepare` looks at the column of a batch once; what it returns gives, for a run of rows, what
    `add` needs.
    """

    def __init__(self, step: Step) -> None:
        self.step = step

    def prepare(self, column: Column) -> Prepared:
        """Return what gives, for a run of rows, what `add` needs, and which have no value."""
        raise AssertionError(type(self).__name__)

    def add(
        self,
        prepared: npt.NDArray[Any],
        is_absent: npt.NDArray[np.bool_] | None,
        sums: Doubles,
        scratch: Doubles,
    ) -> None:
        """Add the terms of some rows to `sums` (k, n); `scratch` has its shape."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> RowTerms:
        """Return the terms of one row; None where the input says nothing."""
        raise AssertionError(type(self).__name__)

    def column(self, batch: Batch) -> Column:
        """Return the values of the input."""
        return self.step.columns(batch)


class Counted(Input):
    """A discrete input: the terms of each of its values."""

    def __init__(self, step: Step, terms: Mapping[Any, Sequence[float]], classes: int) -> None:
        super().__init__(step)
        self._terms = {value: tuple(numbers) for value, numbers in terms.items()}
        self._table = np.zeros((classes, len(terms) + 1))
        for at, numbers in enumerate(self._terms.values()):
            self._table[:, at] = numbers

    def prepare(self, column: Column) -> Prepared:
        other = len(self._terms)
        values, state = column.values, column.state
        if column.categories is not None:
            index = {value: at for at, value in enumerate(self._terms)}
            names = (*column.categories.values, None)
            table = np.array([index.get(name, other) for name in names], np.intp)

            def of_codes(rows: slice) -> Part:
                codes = values[rows]
                if state is not None:
                    codes = np.where(_is_absent(state[rows]), -1, codes)
                return table[codes], None

            return of_codes

        def of_values(rows: slice) -> Part:
            own = values[rows]
            places = np.full(len(own), other, np.intp)
            for at, value in enumerate(self._terms):
                places[own == value] = at
            if state is not None:
                places[_is_absent(state[rows])] = other
            return places, None

        return of_values

    def add(
        self,
        prepared: npt.NDArray[Any],
        is_absent: npt.NDArray[np.bool_] | None,
        sums: Doubles,
        scratch: Doubles,
    ) -> None:
        # The last column of the table, for values that are not there, is 0.
        np.take(self._table, prepared, axis=1, out=scratch, mode="clip")
        sums += scratch

    def row_function(self) -> RowTerms:
        terms_of = self._terms.get
        if isinstance(self.step, Read) and not self.step.may_fail:
            slot = self.step.field.slot
            return lambda values: terms_of(values[slot])
        value_of = self.step.row_function()
        return lambda values: terms_of(value_of(values))


class Distributed(Input):
    """A continuous input: a distribution for each category, None where there is none.

    A density below the threshold counts as that.
    """

    def __init__(self, step: Step, distributions: Sequence[Any | None], threshold: float) -> None:
        super().__init__(step)
        self._lowest = threshold
        self._densities: tuple[Density | None, ...] = tuple(
            None if item is None else item.density() for item in distributions
        )
        self._gaussian: tuple[tuple[float, float, float], ...] | None = None
        if all(isinstance(item, GaussianDistribution) for item in distributions):
            self._gaussian = tuple(
                gaussian_parameters(*item.moments()) for item in distributions if item is not None
            )
            self._columns = tuple(
                np.array(numbers)[:, np.newaxis] for numbers in zip(*self._gaussian, strict=True)
            )

    def prepare(self, column: Column) -> Prepared:
        values, state = column.values, column.state

        def of_values(rows: slice) -> Part:
            own = values[rows].astype(np.float64, copy=False)
            if state is None:
                return own, None
            is_absent = _is_absent(state[rows])
            return np.where(is_absent, 0.0, own), is_absent

        return of_values

    def add(
        self,
        prepared: npt.NDArray[Any],
        is_absent: npt.NDArray[np.bool_] | None,
        sums: Doubles,
        scratch: Doubles,
    ) -> None:
        if self._gaussian is not None:
            means, factors, constants = self._columns
            np.subtract(prepared, means, out=scratch)
            scratch *= scratch
            scratch *= factors
            scratch += constants
            np.maximum(scratch, self._lowest, out=scratch)
        else:
            for density, terms in zip(self._densities, scratch, strict=True):
                if density is None:
                    terms.fill(0.0)
                else:
                    np.maximum(density.columns(prepared), self._lowest, out=terms)
        if is_absent is not None:
            scratch[:, is_absent] = 0.0
        sums += scratch

    def row_function(self) -> RowTerms:
        value_of = self.step.row_function()
        lowest = self._lowest
        gaussian = self._gaussian
        if gaussian is not None:
            slot = self.step.field.slot if isinstance(self.step, Read) else -1
            if slot >= 0 and not self.step.may_fail:

                def of_slot(values: Values) -> Sequence[float] | None:
                    x = values[slot]
                    if x is None:
                        return None
                    terms = [(x - m) * (x - m) * f + c for m, f, c in gaussian]
                    return terms if min(terms) >= lowest else _raised(terms, lowest)

                return of_slot

            def of_gaussians(values: Values) -> Sequence[float] | None:
                x = value_of(values)
                if x is None:
                    return None
                return _raised([(x - m) * (x - m) * f + c for m, f, c in gaussian], lowest)

            return of_gaussians
        rows = [_nothing if item is None else item.row for item in self._densities]
        floors = [-math.inf if item is None else lowest for item in self._densities]

        def of_densities(values: Values) -> Sequence[float] | None:
            x = value_of(values)
            if x is None:
                return None
            x = float(x)
            return [
                floor if (term := row(x)) < floor else term
                for row, floor in zip(rows, floors, strict=True)
            ]

        return of_densities


def _nothing(x: float) -> float:
    return 0.0


def _raised(terms: list[float], lowest: float) -> list[float]:
    """Return the terms, none below the lowest; NaN stays."""
    return [lowest if term < lowest else term for term in terms]

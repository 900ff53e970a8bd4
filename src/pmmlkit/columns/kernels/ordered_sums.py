"""Many sums over the same inputs, each added up in one order: the layers of networks, the dot
products and distances of support vectors.

A matrix product would be left to BLAS, whose order of additions depends on the shapes: a row alone
would not equal the same row in a batch. Here one input after the other is added, over blocks of
(sums, rows) that stay in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from operator import add, mul
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.compiled import fast_available

__all__ = ["OrderedSums"]

Array = npt.NDArray[Any]
Positions = npt.NDArray[np.intp]
RowSums = Callable[[Sequence[float]], list[float]]

_CELLS: Final = 32_768
"""The size of a block: it and what is added to it fit into the second-level cache of a core."""
_ROWS: Final = 512
_FEW: Final = 64
"""Up to so many terms, Python's own arithmetic is quicker for one row than calls of NumPy."""
_FEW_SUMS: Final = 8
"""Up to so many sums, each is quicker by itself."""
_MANY: Final = 500_000
"""From so many terms on, the compiled twin is worth its loading."""
_FOUR: Final = 4


class OrderedSums:
    """k sums over m inputs, in the order of the inputs from 0 on.

    `weights` (m, k) float64 or float32, the type in which is computed. A term is
    ``weight * input``, or ``(input - weight) ** 2`` with `squares`.
    """

    def __init__(self, weights: Array, *, squares: bool = False) -> None:
        self.weights = np.ascontiguousarray(weights)
        self._squares = squares

    @cached_property
    def _by_sum(self) -> Array:
        return np.ascontiguousarray(self.weights.T)

    @property
    def is_small(self) -> bool:
        """Tell whether one row is computed without NumPy."""
        # For a single sum, Python has a quick way of its own.
        return self.weights.size <= (2 * _FEW if self.weights.shape[1] == 1 else _FEW)

    def fast_pays(self, rows: int) -> bool:
        """Tell whether the compiled twin is there, and worth its loading for so many rows."""
        return self.weights.size * rows >= _MANY and fast_available()

    def columns(self, values: Array, sources: Positions, out: Array, *, fast: bool = False) -> None:
        """Sum over n rows: input i is ``values[sources[i]]``; `out` is (k, n).

        `values` (any, n) and `out` are of the weights' type, their rows contiguous, and do not
        overlap where they are read. `fast`: by the compiled twin. Overflow is the caller's to
        silence.
        """
        if fast:
            from pmmlkit.columns.kernels import sums_numba

            loop = sums_numba.squares if self._squares else sums_numba.products
            loop(values, sources, self._by_sum, out)
            return
        sums, size = out.shape
        step = min(max(_CELLS // max(sums, 1), _ROWS), _CELLS)
        wide = max(_CELLS // step, 1)
        buffer = np.empty(min(wide, sums) * min(step, size), out.dtype)
        order = sources.tolist()
        for first in range(0, size, step):
            rows = slice(first, min(first + step, size))
            for top in range(0, sums, wide):
                total = out[top : top + wide, rows]
                term = buffer[: total.size].reshape(total.shape)
                weights = self.weights[:, top : top + wide, np.newaxis]
                self._block([values[source, rows] for source in order], weights, total, term)

    def _block(self, inputs: Sequence[Array], weights: Array, total: Array, term: Array) -> None:
        total.fill(0)
        for values, weight in zip(inputs, weights, strict=True):
            if self._squares:
                np.subtract(values, weight, out=term)
                np.multiply(term, term, out=term)
            else:
                np.multiply(values, weight, out=term)
            np.add(total, term, out=total)

    def row_function(self, last: Sequence[float] | None = None) -> RowSums:
        """Return the function of one row's m doubles that gives the k sums, equal to the columns'.

        `last`, if given, is added to each sum in the end.
        """
        if not self.is_small:
            return self._by_numpy(last)
        if self.weights.shape[1] == 1 and not self._squares:
            return self._single(0.0 if last is None else last[0], is_added=last is not None)
        run = self._distances() if self._squares else self._products()
        if last is None:
            return run
        ends = tuple(last)
        return lambda inputs: [total + end for total, end in zip(run(inputs), ends, strict=True)]

    def _tables(self) -> tuple[list[list[tuple[float, ...]]], list[list[float]], tuple[float, ...]]:
        """Return the weights of four inputs at a time by sum, those of the rest, and zeros."""
        weights = self.weights
        whole = len(weights) - len(weights) % _FOUR
        fours = [
            list(map(tuple, weights[at : at + _FOUR].T.tolist())) for at in range(0, whole, _FOUR)
        ]
        return fours, weights[whole:].tolist(), (0.0,) * weights.shape[1]

    def _products(self) -> RowSums:
        fours, rest, zeros = self._tables()
        whole = _FOUR * len(fours)

        def run(inputs: Sequence[float]) -> list[float]:
            sums: Any = zeros
            at = 0
            for table in fours:
                a, b, c, d = inputs[at : at + 4]
                at += 4
                sums = [
                    s + p * a + q * b + r * c + t * d
                    for s, (p, q, r, t) in zip(sums, table, strict=True)
                ]
            for value, column in zip(inputs[whole:], rest, strict=True):
                sums = [s + p * value for s, p in zip(sums, column, strict=True)]
            return sums  # type: ignore[no-any-return]

        return run

    def _distances(self) -> RowSums:
        fours, rest, zeros = self._tables()
        whole = _FOUR * len(fours)

        def run(inputs: Sequence[float]) -> list[float]:
            sums: Any = zeros
            at = 0
            for table in fours:
                a, b, c, d = inputs[at : at + 4]
                at += 4
                sums = [
                    s + (k := a - p) * k + (k := b - q) * k + (k := c - r) * k + (k := d - t) * k
                    for s, (p, q, r, t) in zip(sums, table, strict=True)
                ]
            for value, column in zip(inputs[whole:], rest, strict=True):
                sums = [s + (k := value - p) * k for s, p in zip(sums, column, strict=True)]
            return sums  # type: ignore[no-any-return]

        return run

    def _single(self, last: float, *, is_added: bool) -> RowSums:
        weights = self.weights[:, 0].tolist()
        if not is_added:
            return lambda inputs: [reduce(add, map(mul, weights, inputs), 0.0)]
        return lambda inputs: [reduce(add, map(mul, weights, inputs), 0.0) + last]

    def _by_numpy(self, last: Sequence[float] | None) -> RowSums:
        run = self.array_function(last)

        def sums(inputs: Sequence[float]) -> list[float]:
            result: list[float] = run(np.array(inputs, np.float64)).tolist()
            return result

        return sums

    def array_function(self, last: Sequence[float] | None = None) -> Callable[[Array], Array]:
        """Return `row_function` over arrays: (m,) to (k,), in double precision."""
        # A reduction over the first of two axes adds one row after the other; over a single
        # column it would add in pairs.
        weights, wanted, squares = self.weights, self.weights.shape[1], self._squares
        ends = np.zeros(wanted) if last is None else np.array(last, np.float64)
        reduced, accumulated = np.add.reduce, np.add.accumulate
        if wanted == 1:
            column, end = weights[:, 0], float(ends[0])

            def single(values: Array) -> Array:
                terms = (values - column) ** 2 if squares else values * column
                total: Array = accumulated(terms)[-1:] + end
                return total

            return single

        def few(values: Array) -> Array:
            terms = values - by_sum if squares else values * by_sum
            if squares:
                terms *= terms
            sums: Array = accumulated(terms, 1)[:, -1] + ends
            return sums

        if wanted <= _FEW_SUMS:
            by_sum = self._by_sum
            return few

        def run(values: Array) -> Array:
            column = values[:, np.newaxis]
            if squares:
                terms = column - weights
                terms *= terms
            else:
                terms = column * weights
            sums: Array = reduced(terms, 0)
            sums += ends
            return sums

        return run

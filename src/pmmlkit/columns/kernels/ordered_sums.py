"""Many sums over the same inputs, each added up in one order: the layers of networks, the dot
products and distances of support vectors.

The order is the definition: one input after the other is added, over blocks of (sums, rows) that
stay in the cache. BLAS is several times quicker, but its order of additions depends on the shapes:
a row alone does not equal the same row in a batch to the bit. Where the user of the sums can bear
that (`tolerance`), double precision and no numba leave them to a matrix product, but only for rows
whose error has a bound (`MatrixSums`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, reduce
from operator import add, mul
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.compiled import fast_available

__all__ = ["EXPONENT_ERROR", "MatrixSums", "OrderedSums", "Way"]

Array = npt.NDArray[Any]
Positions = npt.NDArray[np.intp]
Way = Literal["ordered", "compiled", "matrix"]
"""How columns are summed: in order by NumPy, in order by the compiled twin, or by BLAS."""

EXPONENT_ERROR: Final = 5e-13
"""So much of an error in the exponent changes a value of exp by less than 1e-12 of it, and leaves
something for the rounding of both ways."""
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
_WORTH: Final = 16_384
"""From so many terms on, a matrix product is worth its preparation."""
_LONGEST: Final = 4_000
"""The sum of so many terms is wrong by less than 1e-12 of the absolute terms in any order."""
_LARGEST: Final = 1e300
"""Sums of absolute terms below this overflow in no order."""


class OrderedSums:
    """k sums over m inputs, in the order of the inputs from 0 on.

    `weights` (m, k) float64 or float32, the type in which is computed. A term is
    ``weight * input``, or ``(input - weight) ** 2`` with `squares`.

    `tolerance`: the absolute error that a sum of squares may have. Where it is 0, and always in
    single precision, no sum is made in another order; sums of products need just a positive one:
    each is right within 1e-12 of the sum of its absolute terms.
    """

    def __init__(self, weights: Array, *, squares: bool = False, tolerance: float = 0.0) -> None:
        self.weights = np.ascontiguousarray(weights)
        self._squares = squares
        self._tolerance = tolerance

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

    def way(self, rows: int) -> Way:
        """Return how the sums of so many rows are best made."""
        if self.fast_pays(rows):
            return "compiled"
        if self.weights.size * rows >= _WORTH and self.matrix is not None:
            return "matrix"
        return "ordered"

    @cached_property
    def matrix(self) -> MatrixSums | None:
        """The same sums by BLAS; None where their error would have no bound."""
        if not self._tolerance > 0 or self.weights.dtype != np.float64:
            return None
        if not 0 < len(self.weights) <= _LONGEST:
            return None
        with np.errstate(all="ignore"):
            made = MatrixSums(self.weights, self._tolerance, squares=self._squares)
        return made if made.limit > 0 else None

    def columns(
        self, values: Array, sources: Positions, out: Array, *, way: Way = "ordered"
    ) -> None:
        """Sum over n rows: input i is ``values[sources[i]]``; `out` is (k, n).

        `values` (any, n) and `out` are of the weights' type, their rows contiguous, and do not
        overlap where they are read. Where "matrix" has no bound, the sums are ordered. Overflow is
        the caller's to silence.
        """
        if way == "compiled":
            from pmmlkit.columns.kernels import sums_numba

            loop = sums_numba.squares if self._squares else sums_numba.products
            loop(values, sources, self._by_sum, out)
        elif way == "matrix" and self.matrix is not None:
            self._by_matrix(self.matrix, values, sources, out)
        else:
            self._in_order(values, sources, out)

    def _by_matrix(self, matrix: MatrixSums, values: Array, sources: Positions, out: Array) -> None:
        known = _chosen(values, sources)
        left = matrix.columns(known, out)
        if len(left):
            rest = np.empty((len(out), len(left)))
            self._in_order(known[:, left], np.arange(len(sources)), rest)
            out[:, left] = rest

    def _in_order(self, values: Array, sources: Positions, out: Array) -> None:
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
            return sums  # type: ignore[no-any-return]  # a tuple only where there are no inputs

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
            return sums  # type: ignore[no-any-return]  # a tuple only where there are no inputs

        return run

    def _single(self, last: float, *, is_added: bool) -> RowSums:
        weights = self.weights[:, 0].tolist()
        if not is_added:
            return lambda inputs: [reduce(add, map(mul, weights, inputs), 0.0)]
        return lambda inputs: [reduce(add, map(mul, weights, inputs), 0.0) + last]

    def _by_numpy(self, last: Sequence[float] | None) -> RowSums:
        run = self.array_function(last)

        def sums(inputs: Sequence[float]) -> list[float]:
            with np.errstate(all="ignore"):
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

    def matrix_function(self, last: Sequence[float] | None = None) -> Callable[[Array], Array]:
        """Return `array_function` by BLAS, for the rows for which it has a bound."""
        matrix, in_order = self.matrix, self.array_function(last)
        if matrix is None:
            return in_order
        by_matrix, ends = matrix.row, np.zeros(1) if last is None else np.array(last, np.float64)

        def run(values: Array) -> Array:
            sums = by_matrix(values)
            if sums is None:
                return in_order(values)
            sums += ends
            return sums

        return run


class MatrixSums:
    """The sums of `OrderedSums` as products with a matrix, for rows whose squared length is at most
    `limit`; there is no bound where that is not positive.

    Products: up to the limit nothing overflows. Squared distances are
    ``|x|**2 + |y|**2 - 2 x y`` of inputs and weights moved by the weights' means, so that a common
    offset costs no digits. With u = 2**-53 and S = |x|**2 + |y|**2, m + 2 terms of absolute sum 2 S
    make an error below ``2 (m + 2) u S``; the lengths add m u S, the two roundings of the means 4 u
    S, and the ordered sum, which is what is met, ``2 (m + 2) u S`` of its own. Up to the limit all
    of it is within the tolerance.
    """

    def __init__(self, weights: Array, tolerance: float, *, squares: bool) -> None:
        self._squares = squares
        size = len(weights)
        if not squares:
            self._table = np.ascontiguousarray(weights.T)
            largest = max(float(np.abs(weights).max(initial=0.0)), 1.0)
            self.limit = min(_LARGEST / (size * largest), _LARGEST**0.5) ** 2
            return
        self._centre = weights.mean(axis=1)
        near = weights - self._centre[:, np.newaxis]
        self._lengths = np.einsum("ij,ij->j", near, near)
        # The last two columns meet the squared length of a row, and 1.
        ones = np.ones_like(self._lengths)
        self._table = np.column_stack([-2 * near.T, ones, self._lengths])
        unit = (5 * size + 12) * 2.0**-53
        self.limit = min(tolerance / unit, _LARGEST) - float(self._lengths.max(initial=0.0))

    def columns(self, values: Array, out: Array) -> Positions:
        """Sum over n rows, `values` (m, n) to `out` (k, n); return the rows that are beyond the
        limit, for which `out` is of no use. NaN makes NaN in any order.
        """
        if not self._squares:
            left = self._beyond(np.einsum("ij,ij->j", values, values))
            if len(left) < out.shape[1]:
                np.matmul(self._table, values, out=out)
            return left
        known = np.empty((len(values) + 2, values.shape[1]))
        near = known[:-2]
        np.subtract(values, self._centre[:, np.newaxis], out=near)
        np.einsum("ij,ij->j", near, near, out=known[-2])
        left = self._beyond(known[-2])
        if len(left) < out.shape[1]:
            known[-1] = 1.0
            np.matmul(self._table, known, out=out)
            np.abs(out, out=out)
        return left

    def _beyond(self, lengths: Array) -> Positions:
        return np.flatnonzero(lengths > self.limit)

    def row(self, values: Array) -> Array | None:
        """Sum for one row, (m,) to (k,); None beyond the limit."""
        if not self._squares:
            return self._table.dot(values) if values.dot(values) <= self.limit else None
        near = values - self._centre
        length = near.dot(near)
        if not length <= self.limit:
            return None
        sums: Array = self._table[:, :-2].dot(near)
        sums += self._lengths
        sums += length
        np.abs(sums, out=sums)
        return sums


def _chosen(values: Array, sources: Positions) -> Array:
    """Return the chosen rows of `values`: a view where they follow each other."""
    first = int(sources[0])
    if (np.diff(sources) == 1).all():
        return values[first : first + len(sources)]
    return values[sources]

"""The values of the machines for many rows, and for one. Semantics chapter 11."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from operator import itemgetter
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.ordered_sums import OrderedSums, Way
from pmmlkit.language.models.support_vector_machine.kernel import KernelFunction

__all__ = ["FieldMachines", "Machines", "VectorMachines"]

Array = npt.NDArray[Any]

_CHUNK_CELLS: Final = 131_072
"""How many values of kernels are kept at once, so that they stay in the cache."""
_CHUNK_ROWS: Final = 256
_DENSE: Final = 4
"""So many times the coefficients of the machines, a table of all vectors is still quicker."""


class Machines:
    """m functions of the fields. `dtype` is what they are computed in."""

    dtype: np.dtype[Any]

    def columns(self, inputs: Sequence[Array], size: int) -> Array:
        """Return the values (m, n) for the columns (n,) of all fields."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[Sequence[float]], list[float]]:
        """Return the function of one row's fields."""
        raise AssertionError(type(self).__name__)


class FieldMachines(Machines):
    """svmRepresentation Coefficients: a coefficient for each field.

    `coefficients` (fields, m) and `constants` (m,) in double precision.
    """

    def __init__(self, coefficients: Array, constants: Array, dtype: np.dtype[Any]) -> None:
        self.dtype = dtype
        self._sums = OrderedSums(coefficients.astype(dtype), tolerance=math.inf)
        self._fields = np.arange(len(coefficients))
        self._constants = constants.astype(dtype)

    def columns(self, inputs: Sequence[Array], size: int) -> Array:
        """Return the values (m, n)."""
        out = np.empty((len(self._constants), size), self.dtype)
        way = self._sums.way(size)
        step = max(_CHUNK_CELLS // len(self._fields), _CHUNK_ROWS)
        for first in range(0, size, step):
            rows = slice(first, min(first + step, size))
            known = _matrix(inputs, rows, self.dtype)
            values = np.empty((len(out), rows.stop - first), self.dtype)
            self._sums.columns(known, self._fields, values, way=way)
            out[:, rows] = values
        out += self._constants[:, np.newaxis]
        return out

    def row_function(self) -> Callable[[Sequence[float]], list[float]]:
        """Return the function of one row's fields."""
        if self.dtype != np.float64:
            return _row_of_columns(self)
        return self._sums.row_function(self._constants.tolist())


class VectorMachines(Machines):
    """svmRepresentation SupportVectors: a coefficient for the kernel of each vector.

    `vectors` (fields, v) in double precision; of each machine the positions of its vectors, their
    coefficients, and what is added in the end.
    """

    def __init__(
        self,
        vectors: Array,
        kernel: KernelFunction,
        machines: Sequence[tuple[Sequence[int], Sequence[float], float]],
        dtype: np.dtype[Any],
    ) -> None:
        self.dtype = dtype
        self._vectors = OrderedSums(
            vectors.astype(dtype), squares=kernel.squares, tolerance=kernel.tolerance
        )
        self._fields = np.arange(len(vectors))
        self._count = vectors.shape[1]
        self._kernel = kernel
        self._machines = [
            (
                np.array(positions, np.intp),
                OrderedSums(
                    np.array(coefficients, np.float64)[:, np.newaxis].astype(dtype),
                    tolerance=math.inf,
                ),
                float(constant),
            )
            for positions, coefficients, constant in machines
        ]
        self._constants = np.array([constant for *_, constant in self._machines])

    def columns(self, inputs: Sequence[Array], size: int) -> Array:
        """Return the values (m, n)."""
        out = np.empty((len(self._machines), size), self.dtype)
        way = self._vectors.way(size)
        step = max(_CHUNK_CELLS // max(self._count, len(self._fields)), _CHUNK_ROWS)
        buffer = np.empty(self._count * min(step, size), self.dtype)
        for first in range(0, size, step):
            rows = slice(first, min(first + step, size))
            known = _matrix(inputs, rows, self.dtype)
            width = rows.stop - first
            kernels = buffer[: self._count * width].reshape(self._count, width)
            self._vectors.columns(known, self._fields, kernels, way=way)
            if self._kernel.columns is not None:
                self._kernel.columns(kernels)
            self._sum(kernels, out[:, rows], way)
        return out

    def _sum(self, kernels: Array, out: Array, way: Way) -> None:
        """Fill the values (m, n) of the machines for the kernels (v, n)."""
        dense = self._dense if way == "matrix" else None
        if dense is None or dense.matrix is None:
            self._sum_apart(kernels, out, way)
            return
        values = np.empty(out.shape)
        left = dense.matrix.columns(kernels, values)
        values += self._constants[:, np.newaxis]
        # A kernel that is no number does not touch the machines that leave its vector out.
        left = np.union1d(left, np.flatnonzero(np.isnan(values).any(axis=0)))
        if len(left):
            rest = np.empty((len(out), len(left)))
            self._sum_apart(kernels[:, left], rest, "ordered")
            values[:, left] = rest
        out[...] = values

    def _sum_apart(self, kernels: Array, out: Array, way: Way) -> None:
        value = np.empty((1, kernels.shape[1]), self.dtype)
        for at, (positions, sums, constant) in enumerate(self._machines):
            sums.columns(kernels, positions, value, way=way)
            value += self.dtype.type(constant)
            out[at] = value[0]

    def row_function(self) -> Callable[[Sequence[float]], list[float]]:
        """Return the function of one row's fields."""
        if self.dtype != np.float64:
            return _row_of_columns(self)
        if not self._vectors.is_small:
            return self._by_numpy()
        compare, kernel = self._vectors.row_function(), self._kernel.rows
        machines = [
            (_taker(positions), sums.row_function([constant]))
            for positions, sums, constant in self._machines
        ]

        def run(inputs: Sequence[float]) -> list[float]:
            known = compare(inputs)
            if kernel is not None:
                known = kernel(known)
            return [sum_of(take(known))[0] for take, sum_of in machines]

        return run

    def _by_numpy(self) -> Callable[[Sequence[float]], list[float]]:
        compare, kernel = self._vectors.matrix_function(), self._kernel.columns
        machines = [
            (positions, sums.array_function([constant]))
            for positions, sums, constant in self._machines
        ]
        dense = self._dense
        at_once = None if dense is None else dense.matrix_function(self._constants.tolist())

        def run(inputs: Sequence[float]) -> list[float]:
            with np.errstate(all="ignore"):
                known = compare(np.array(inputs, np.float64))
                if kernel is not None:
                    kernel(known)
                if at_once is not None:
                    values: list[float] = at_once(known).tolist()
                    if not any(map(math.isnan, values)):
                        return values
                return [float(sum_of(known[positions])[0]) for positions, sum_of in machines]

        return run

    @cached_property
    def _dense(self) -> OrderedSums | None:
        """All the sums in one, with 0 for the vectors that a machine leaves out; None where the
        order of a machine's vectors does not allow it, or most are left out.

        Adding 0 changes no sum, unless a kernel is infinite: then there is a NaN.
        """
        if not all((np.diff(positions) > 0).all() for positions, _, _ in self._machines):
            return None
        whole = np.zeros((self._count, len(self._machines)), self.dtype)
        for at, (positions, sums, _) in enumerate(self._machines):
            whole[positions, at] = sums.weights[:, 0]
        if whole.size > _DENSE * sum(len(positions) for positions, _, _ in self._machines):
            return None
        return OrderedSums(whole, tolerance=math.inf)


def _matrix(inputs: Sequence[Array], rows: slice, dtype: np.dtype[Any]) -> Array:
    known = np.empty((len(inputs), rows.stop - rows.start), dtype)
    for at, values in enumerate(inputs):
        known[at] = values[rows]
    return known


def _taker(positions: npt.NDArray[np.intp]) -> Callable[[Sequence[float]], Sequence[float]]:
    if (np.diff(positions) == 1).all():
        return itemgetter(slice(int(positions[0]), int(positions[-1]) + 1))
    return itemgetter(*positions.tolist())


def _row_of_columns(machines: Machines) -> Callable[[Sequence[float]], list[float]]:
    """Run the columns over one row: their rounding to float is the definition."""

    def run(inputs: Sequence[float]) -> list[float]:
        columns = [np.array([value]) for value in inputs]
        with np.errstate(all="ignore"):
            values: list[float] = machines.columns(columns, 1)[:, 0].tolist()
            return values

    return run

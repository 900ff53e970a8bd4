"""The hot loops: each a NumPy definition and, where it pays, a numba twin that gives the same bits.

- `diagram`: `Forest`, many decision trees as one diagram; `packed`: its layout for walking, made
  with it.
- `forest`: `route`, `sum_values`, `sum_distributions` over a matrix, `row_router`, `row_summer` for
  one row: the definition (block walks in `walk`, row walks in `forest_row`). `forest_numba`: the
  twin (its loops in `loops_numba`).
- `ordered_sums`: `OrderedSums`, many sums of products or of squared differences over the same
  inputs, each in one order; `MatrixSums`, the same by BLAS, equal within 1e-12 of the absolute
  terms, where their user can bear that. `sums_numba`: the loops of the twin, used for many terms.

Kernels know NumPy and numbers; nothing of PMML.

The choice is made when a program is compiled, not at import: `forest_kernel()` returns the twin if
`fast_available()` (numba can be imported, and the environment variable PMMLKIT_NUMBA is not 0),
else the definition. A program does not pickle its choice; unpickled elsewhere, it chooses again.
The twin compiles at its first use and keeps what it compiled in numba's cache on disk where that
directory is ours to write and not everybody's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, cast

import numpy as np
from numpy.typing import DTypeLike, NDArray

from pmmlkit.columns.kernels.compiled import fast_available
from pmmlkit.columns.kernels.diagram import IN_SET, LESS_OR_EQUAL, Forest

__all__ = ["IN_SET", "LESS_OR_EQUAL", "Forest", "ForestKernel", "fast_available", "forest_kernel"]

Floats = NDArray[Any]


class ForestKernel(Protocol):
    """What `forest` and `forest_numba` both offer; see `forest` for the meaning."""

    def route(self, forest: Forest, X: Floats) -> NDArray[np.int32]: ...

    def sum_values(
        self,
        forest: Forest,
        X: Floats,
        values: Floats,
        dtype: DTypeLike = ...,
        weights: Floats | None = None,
    ) -> Floats: ...

    def sum_distributions(
        self,
        forest: Forest,
        X: Floats,
        table: Floats,
        dtype: DTypeLike = ...,
        weights: Floats | None = None,
    ) -> Floats: ...

    def row_router(self, forest: Forest) -> Callable[[Sequence[float]], list[int]]: ...

    def row_summer(
        self,
        forest: Forest,
        table: Floats,
        dtype: DTypeLike = ...,
        weights: Floats | None = None,
    ) -> Callable[[Sequence[float]], list[float]]: ...


def forest_kernel(fast: bool | None = None) -> ForestKernel:
    """Return the module that runs forests: the twin if `fast`, by default if `fast_available()`."""
    if fast_available() if fast is None else fast:
        from pmmlkit.columns.kernels import forest_numba

        return cast(ForestKernel, forest_numba)
    from pmmlkit.columns.kernels import forest

    return cast(ForestKernel, forest)

"""The compiled loops behind `ordered_sums`, the same bit for bit. Import it inside functions: it
imports numba.

Four inputs are added in one pass, in their order, so that a sum is loaded and stored once for four.
"""

from __future__ import annotations

from typing import Any

from numba import njit

from pmmlkit.columns.kernels.compiled import may_cache

ROWS = 256  # the sums of a block of rows stay in the first-level cache

jit: Any = njit(nogil=True, cache=may_cache(__file__))


@jit
def products(values, sources, weights, out):
    """Fill `out` (k, n) with ``sum(weights[:, i] * values[sources[i]])``."""
    count = len(sources)
    for first in range(0, out.shape[1], ROWS):
        end = min(first + ROWS, out.shape[1])
        size = end - first
        for at in range(len(out)):
            total = out[at, first:end]
            for r in range(size):
                total[r] = 0
            i = 0
            while i + 4 <= count:
                p, q = weights[at, i], weights[at, i + 1]
                s, t = weights[at, i + 2], weights[at, i + 3]
                a = values[sources[i], first:end]
                b = values[sources[i + 1], first:end]
                c = values[sources[i + 2], first:end]
                d = values[sources[i + 3], first:end]
                for r in range(size):
                    total[r] = total[r] + p * a[r] + q * b[r] + s * c[r] + t * d[r]
                i += 4
            while i < count:
                p = weights[at, i]
                a = values[sources[i], first:end]
                for r in range(size):
                    total[r] = total[r] + p * a[r]
                i += 1


@jit
def squares(values, sources, weights, out):
    """Fill `out` (k, n) with ``sum((values[sources[i]] - weights[:, i]) ** 2)``."""
    count = len(sources)
    for first in range(0, out.shape[1], ROWS):
        end = min(first + ROWS, out.shape[1])
        size = end - first
        for at in range(len(out)):
            total = out[at, first:end]
            for r in range(size):
                total[r] = 0
            i = 0
            while i + 4 <= count:
                p, q = weights[at, i], weights[at, i + 1]
                s, t = weights[at, i + 2], weights[at, i + 3]
                a = values[sources[i], first:end]
                b = values[sources[i + 1], first:end]
                c = values[sources[i + 2], first:end]
                d = values[sources[i + 3], first:end]
                for r in range(size):
                    j, k, g, h = a[r] - p, b[r] - q, c[r] - s, d[r] - t
                    total[r] = total[r] + j * j + k * k + g * g + h * h
                i += 4
            while i < count:
                p = weights[at, i]
                a = values[sources[i], first:end]
                for r in range(size):
                    j = a[r] - p
                    total[r] = total[r] + j * j
                i += 1

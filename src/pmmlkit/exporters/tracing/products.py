"""Products of columns with matrices of constants."""

from __future__ import annotations

from typing import Any

import numpy as np

from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.reductions import total
from pmmlkit.exporters.tracing.symbols import Symbol, Table
from pmmlkit.exporters.tracing.terms import Term, Untraceable, fixed

__all__ = ["product"]


def product(a: Any, b: Any) -> Any:
    """Return a @ b, one of which is a table and the other one an array of constants."""
    if isinstance(a, Table) and not a.turned and not isinstance(b, Symbol):
        weights = np.asarray(b)
        if weights.ndim not in (1, 2) or weights.shape[0] != len(a._terms):
            raise Untraceable(f"a table of {len(a._terms)} columns @ an array {weights.shape}")
        made = [_weighted(a._terms, column) for column in weights.reshape(len(a._terms), -1).T]
        return a.column(0).like(made[0]) if weights.ndim == 1 else a.like(made)
    if isinstance(b, Table) and b.turned and not isinstance(a, Symbol):
        weights = np.atleast_2d(np.asarray(a))
        made = [_weighted(b._terms, row) for row in weights]
        return b.column(0).like(made[0]) if np.ndim(a) == 1 else Table(made, turned=True)
    raise Untraceable("columns are multiplied over the rows: only X @ constants can be written")


def _weighted(terms: list[Term], weights: np.ndarray[Any, Any]) -> Term:
    # a weight of 0 stays where it makes NaN of a missing value
    parts = [
        algebra.multiply(term, fixed(weight))
        for term, weight in zip(terms, weights.tolist(), strict=True)
        if weight != 0.0 or term.missing or term.infinite
    ]
    return total(parts) if parts else algebra.ZERO

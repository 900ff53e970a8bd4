"""Which columns an index of a table means."""

from __future__ import annotations

from typing import Any

import numpy as np

from pmmlkit.exporters.tracing.terms import Untraceable

__all__ = ["chosen_columns", "splits"]

EVERYTHING = slice(None)


def splits(key: Any, *, turned: bool) -> tuple[Any, Any]:
    """Return what an index says of the rows and of the columns; None: all columns."""
    if not isinstance(key, tuple):
        key = (key,)
    if Ellipsis in [item for item in key if not hasattr(item, "__array__")]:
        at = next(place for place, item in enumerate(key) if item is Ellipsis)
        key = (*key[:at], *[EVERYTHING] * (3 - len(key)), *key[at + 1 :])
    if any(item is None for item in key):
        raise Untraceable("a table of three dimensions is made")
    if len(key) > 2:
        raise IndexError("too many indices for a table of two dimensions")
    first, second = (*key, EVERYTHING)[:2]
    rows, columns = (second, first) if turned else (first, second)
    if isinstance(columns, slice) and columns == EVERYTHING:
        return rows, None
    return rows, columns


def chosen_columns(key: Any, width: int) -> tuple[list[int], bool]:
    """Return positions of columns, and whether one column was asked for by its number."""
    if isinstance(key, slice):
        return list(range(width))[key], False
    if isinstance(key, int | np.integer) and not isinstance(key, bool):
        if not -width <= key < width:
            raise IndexError(f"index {key} is out of bounds for {width} columns")
        return [int(key) % width], True
    found = np.asarray(key)
    if found.dtype == np.bool_:
        if found.shape != (width,):
            raise IndexError(f"a mask of {len(found)} columns does not fit {width}")
        return np.flatnonzero(found).tolist(), False
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise Untraceable(f"columns are selected by {key!r:.60}")
    return [int(np.arange(width)[at]) for at in found.tolist()], False

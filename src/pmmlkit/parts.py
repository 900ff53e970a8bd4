"""Long tables in parts, so that what a run needs beside its input and its result is bounded."""

from __future__ import annotations

from typing import Any, Final

from pmmlkit.columns.intake import Coded

__all__ = ["part_of", "rows_of_part"]

_CELLS: Final = 2**24
"""Cells that a part may fill on its way: 128 MB of doubles."""
_FEWEST, _MOST = 1024, 2**16


def rows_of_part(columns: int) -> int:
    """Return how many rows may be scored at once where a row makes so many cells on its way."""
    return min(max(_CELLS // max(columns, 1), _FEWEST), _MOST)


def part_of(array: Any, start: int, end: int) -> Any:
    """Return the rows of an array, a list or `Coded`."""
    if isinstance(array, Coded):
        return Coded(array.codes[start:end], array.categories)
    return array[start:end]

"""Sums and counts over the last events of a stream. A window of 0 is all events so far."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

__all__ = ["counts_in_window", "sums_in_window"]

Doubles = npt.NDArray[np.float64]

_BLOCK = 1 << 20
"""So many counts are kept at once (8 MB)."""


def sums_in_window(values: Doubles, window: int) -> Doubles:
    """Return for each event the sum of the last `window` values, its own included.

    The values are cut into runs as long as the window: any window is the end of one run and the
    beginning of the next, so that nothing is subtracted and no rounding builds up.
    """
    size = len(values)
    if window == 0 or window >= size:
        return np.cumsum(values)
    runs = -(-size // window)
    padded = np.zeros((runs, window))
    padded.ravel()[:size] = values
    beginnings = np.cumsum(padded, axis=1)
    ends = np.cumsum(padded[:, ::-1], axis=1)[:, ::-1]
    result = beginnings.ravel()[:size].copy()
    # The window of an event that does not close its run holds the end of the run before.
    before = ends[:-1, 1:].ravel()
    inside = np.arange(window, runs * window).reshape(runs - 1, window)[:, :-1].ravel()
    is_event = inside < size
    result[inside[is_event]] += before[is_event]
    return result


def counts_in_window(
    cells: npt.NDArray[np.intp], weights: Doubles | None, count: int, window: int
) -> Iterator[tuple[slice, Doubles]]:
    """Yield runs of events and, for each event of a run, the counts (count, n) of its window."""
    size = len(cells)
    step = max(1, _BLOCK // max(1, count))
    carried = np.zeros(count)
    present = np.zeros(count)
    for start in range(0, size, step):
        rows = slice(start, min(start + step, size))
        if window:
            before = slice(max(0, start - window), start)
            part = None if weights is None else weights[before]
            carried = np.bincount(cells[before], part, count).astype(np.float64)
            present = np.bincount(cells[before], None, count).astype(np.float64)
        counts = _running(cells, weights, rows, window, carried)
        if weights is not None and window:
            # A cell that the window has left is empty: its rounding must not stay.
            counts[_running(cells, None, rows, window, present) == 0] = 0.0
        carried = counts[:, -1].copy()
        yield rows, counts


def _running(
    cells: npt.NDArray[np.intp],
    weights: Doubles | None,
    rows: slice,
    window: int,
    carried: Doubles,
) -> Doubles:
    length = rows.stop - rows.start
    changes = np.zeros((len(carried), length))
    places = np.arange(length)
    changes[cells[rows], places] = 1.0 if weights is None else weights[rows]
    if window and rows.stop > window:
        first = max(rows.start, window)
        left = slice(first - window, rows.stop - window)
        at = places[first - rows.start :]
        changes[cells[left], at] -= 1.0 if weights is None else weights[left]
    changes[:, 0] += carried
    return np.cumsum(changes, axis=1, out=changes)

"""NormContinuous turned round: the output of a neuron as the value of a continuous target.

Semantics chapter 17.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong

if TYPE_CHECKING:
    from pmmlkit.language.expressions import NormContinuous

__all__ = ["Inverse"]

Doubles = npt.NDArray[np.float64]


class Inverse:
    """(y - n0) / (n1 - n0) * (o1 - o0) + o0 on the piece that holds y.

    Beyond the norms, `outliers` says what holds, as it does for NormContinuous itself (JPMML has no
    result there). Pieces on which the norm does not change are left out: no y is theirs alone.
    """

    def __init__(self, element: NormContinuous) -> None:
        points = [(float(item.norm), float(item.orig)) for item in element.linear_norms]
        if points[0][0] > points[-1][0]:
            points.reverse()
        norms = [norm for norm, _ in points]
        if any(before > after for before, after in pairwise(norms)) or norms[0] == norms[-1]:
            raise wrong(
                element,
                f"the norms of {element.field!r} must grow or fall all along, so that an output "
                "has one value",
                code=mistakes.LINEAR_NORMS,
                field=element.field,
            )
        pieces = [(low, high) for low, high in pairwise(points) if low[0] < high[0]]
        self._starts = np.array([low[0] for low, _ in pieces])
        self._lows = np.array([low[1] for low, _ in pieces])
        self._heights = np.array([high[0] - low[0] for low, high in pieces])
        self._lengths = np.array([high[1] - low[1] for low, high in pieces])
        self._ends = points[0], points[-1]
        self._outliers = element.outliers

    def columns(self, outputs: npt.NDArray[Any]) -> tuple[Doubles, npt.NDArray[np.bool_] | None]:
        """Return the values (n,) of outputs (n,), and which of them are missing."""
        y = outputs.astype(np.float64)
        last = len(self._starts) - 1
        piece = np.clip(np.searchsorted(self._starts, y, side="right") - 1, 0, last)
        values: Doubles = (y - self._starts[piece]) / self._heights[piece]
        values = values * self._lengths[piece] + self._lows[piece]
        if self._outliers == "asIs":
            return values, None
        (lowest, first), (highest, end) = self._ends
        below, above = y < lowest, y > highest
        if self._outliers == "asMissingValues":
            return values, below | above
        values[below], values[above] = first, end
        return values, None

    def of_value(self) -> Callable[[float], float | None]:
        """Return the function of one output."""
        starts: list[float] = self._starts.tolist()
        lows: list[float] = self._lows.tolist()
        heights: list[float] = self._heights.tolist()
        lengths: list[float] = self._lengths.tolist()
        as_is, as_missing = self._outliers == "asIs", self._outliers == "asMissingValues"
        (lowest, first), (highest, end) = self._ends
        last = len(starts) - 1

        def value_of(y: float) -> float | None:
            if not as_is:
                if y < lowest:
                    return None if as_missing else first
                if y > highest:
                    return None if as_missing else end
            piece = min(max(bisect_right(starts, y) - 1, 0), last)
            return (y - starts[piece]) / heights[piece] * lengths[piece] + lows[piece]

        return value_of

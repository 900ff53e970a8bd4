"""Similarities of binary fields: quotients of counts. Specification: Clustering, Similarities.

Of the fields of a pair, a11 are 1 in both, a10 in the record only, a01 in the other only, a00 in
none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.proximity.distances import Numbers, RowNumbers

__all__ = ["MISSING_FIELD", "NO_DENOMINATOR", "Similarity"]

Floats = npt.NDArray[np.floating[Any]]
Weights = tuple[float, float, float, float]

MISSING_FIELD: Final = "a similarity of binary fields needs all of them, and one is missing"
NO_DENOMINATOR: Final = "the denominator of the similarity is 0"


@dataclass(frozen=True, slots=True)
class Similarity:
    """A quotient of sums over a11, a10, a01, a00, weighted by `above` and by `below`."""

    above: Weights
    below: Weights

    def columns(self, left: Sequence[Floats], right: Sequence[Floats]) -> Floats:
        """Return the similarity of all pairs; NaN where the denominator is 0.

        `left` and `right` hold an array of 0 and 1 a field, which broadcast.
        """
        size = len(left)
        both: Any = 0.0
        for x, y in zip(left, right, strict=True):
            both = both + x * y
        mine, others = _total(left), _total(right)
        counts = (both, mine - both, others - both, size - mine - others + both)
        above, below = _weighed(counts, self.above), _weighed(counts, self.below)
        with np.errstate(all="ignore"):
            result: Floats = np.where(below == 0, np.nan, above / below)
        return result

    def row_function(self, points: Sequence[Sequence[float]]) -> RowNumbers:
        """Return the function from the numbers of a row to its similarity to each point.

        It raises EvaluationError where a number is missing or a denominator is 0.
        """
        size = len(points[0]) if points else 0
        totals = [float(sum(point)) for point in points]
        places = [[at for at, y in enumerate(point) if y] for point in points]
        above, below = self.above, self.below

        def run(numbers: Numbers) -> list[float]:
            if None in numbers:
                raise EvaluationError(MISSING_FIELD)
            mine = float(sum(numbers))  # type: ignore[arg-type]  # none is None here
            found = []
            for ones, others in zip(places, totals, strict=True):
                both = 0.0
                for at in ones:
                    both += numbers[at]  # type: ignore[operator]  # nor here
                counts = (both, mine - both, others - both, size - mine - others + both)
                denominator = _weighed(counts, below)
                if denominator == 0:
                    raise EvaluationError(NO_DENOMINATOR)
                similarity = _weighed(counts, above) / denominator
                if similarity != similarity:
                    raise EvaluationError(NO_DENOMINATOR)
                found.append(similarity)
            return found

        return run


def _total(arrays: Sequence[Floats]) -> Any:
    total: Any = 0.0
    for array in arrays:
        total = total + array
    return total


def _weighed(counts: tuple[Any, Any, Any, Any], weights: Weights) -> Any:
    a11, a10, a01, a00 = counts
    w11, w10, w01, w00 = weights
    return w11 * a11 + w10 * a10 + w01 * a01 + w00 * a00

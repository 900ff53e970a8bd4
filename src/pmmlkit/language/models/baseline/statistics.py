"""The statistics that compare counts with those of a baseline, over many rows and for one.

Cells are added one after the other in both modes. Semantics chapter 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "STATISTICS",
    "ChiSquareDistribution",
    "ChiSquareIndependence",
    "CountStatistic",
    "ScalarProduct",
]

Doubles = npt.NDArray[np.float64]


class CountStatistic:
    """A statistic of observed counts: `columns` of (k, n) gives (n,), `row` of k numbers one.

    NaN where nothing was counted. The last of the cells is for what the baseline does not name.
    """

    def __init__(self, baseline: Sequence[float]) -> None:
        self.baseline = (*baseline, 0.0)

    def columns(self, counts: Doubles) -> Doubles:
        """Return the statistic of each row."""
        raise AssertionError(type(self).__name__)

    def row(self, counts: Sequence[float]) -> float:
        """Return the statistic of one row."""
        raise AssertionError(type(self).__name__)


def _total(rows: Sequence[Doubles] | Doubles) -> Doubles:
    """Add one after the other."""
    total: Doubles = rows[0].copy()
    for row in rows[1:]:
        total += row
    return total


def _sum(numbers: Sequence[float]) -> float:
    total = 0.0
    for number in numbers:
        total += number
    return total


def _ratio(above: float, below: float) -> float:
    """Divide as IEEE 754 does."""
    if below == 0.0:
        return math.nan if above == 0.0 or above != above else math.inf
    return above / below


class ChiSquareDistribution(CountStatistic):
    """Pearson's statistic of the counts against the shares of the baseline.

    What the baseline says cannot be makes it infinite.
    """

    def __init__(self, baseline: Sequence[float]) -> None:
        super().__init__(baseline)
        whole = _sum(self.baseline)
        self._shares = tuple(count / whole for count in self.baseline)

    def columns(self, counts: Doubles) -> Doubles:
        size = _total(counts)
        result = np.zeros_like(size)
        for observed, share in zip(counts, self._shares, strict=True):
            if share == 0.0:
                result[observed > 0] = np.inf
                continue
            expected = size * share
            difference = observed - expected
            result += difference * difference / expected
        result[size == 0] = np.nan
        return result

    def row(self, counts: Sequence[float]) -> float:
        size = _sum(counts)
        if size == 0.0:
            return math.nan
        result = 0.0
        for observed, share in zip(counts, self._shares, strict=True):
            if share == 0.0:
                if observed > 0:
                    return math.inf
                continue
            expected = size * share
            difference = observed - expected
            result += _ratio(difference * difference, expected)
        return result


class ChiSquareIndependence(CountStatistic):
    """Pearson's statistic of the table of two rows: the counts of the baseline and the observed.

    It asks whether the cell of a record is independent of which of both the record belongs to.
    """

    def columns(self, counts: Doubles) -> Doubles:
        size, whole = _total(counts), _sum(self.baseline)
        both = size + whole
        result = np.zeros_like(size)
        for observed, count in zip(counts, self.baseline, strict=True):
            column = observed + count
            expected, other = size * column / both, whole * column / both
            difference, rest = observed - expected, count - other
            term = difference * difference / expected + rest * rest / other
            term[column == 0] = 0.0
            result += term
        result[size == 0] = np.nan
        return result

    def row(self, counts: Sequence[float]) -> float:
        size, whole = _sum(counts), _sum(self.baseline)
        if size == 0.0:
            return math.nan
        both = size + whole
        result = 0.0
        for observed, count in zip(counts, self.baseline, strict=True):
            column = observed + count
            if column == 0.0:
                continue
            expected, other = size * column / both, whole * column / both
            difference, rest = observed - expected, count - other
            result += _ratio(difference * difference, expected) + _ratio(rest * rest, other)
        return result


class ScalarProduct(CountStatistic):
    """The scalar product of both vectors of counts, each divided by its length."""

    def columns(self, counts: Doubles) -> Doubles:
        product = _total([count * row for count, row in zip(self.baseline, counts, strict=True)])
        square = _total([row * row for row in counts])
        result: Doubles = product / (math.sqrt(self._square()) * np.sqrt(square))
        result[square == 0] = np.nan
        return result

    def row(self, counts: Sequence[float]) -> float:
        product = _sum([count * row for count, row in zip(self.baseline, counts, strict=True)])
        square = _sum([number * number for number in counts])
        if square == 0.0:
            return math.nan
        return _ratio(product, math.sqrt(self._square()) * math.sqrt(square))

    def _square(self) -> float:
        return _sum([count * count for count in self.baseline])


STATISTICS: Final[Mapping[str, Callable[[Sequence[float]], CountStatistic]]] = {
    "chiSquareDistribution": ChiSquareDistribution,
    "chiSquareIndependence": ChiSquareIndependence,
    "scalarProduct": ScalarProduct,
}
"""The statistics of counts by the value of `testStatistic`."""

"""The distributions of a number that several chapters share, and their densities.

Specification: Baseline Model, Naive Bayes (group CONTINUOUS-DISTRIBUTION-TYPES); semantics chapters
14 and 22.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.xml.declaration import Element, attribute, children
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.extension import Extension

__all__ = [
    "CONTINUOUS_DISTRIBUTION",
    "AnyDistribution",
    "ContinuousDistributionType",
    "Density",
    "GaussianDistribution",
    "PoissonDistribution",
    "UniformDistribution",
    "gaussian_parameters",
    "poisson_parameters",
]

Doubles = npt.NDArray[np.float64]

CONTINUOUS_DISTRIBUTION: Final = (
    "AnyDistribution",
    "GaussianDistribution",
    "PoissonDistribution",
    "UniformDistribution",
)


class Density:
    """The natural logarithm of a density: `columns` (n,) float64 to (n,), `row` a double to one.

    Where the density is 0 the logarithm is -inf. NaN gives NaN.
    """

    __slots__ = ("columns", "row")

    def __init__(self, columns: Callable[[Doubles], Doubles], row: Callable[[float], float]):
        self.columns = columns
        self.row = row


class ContinuousDistributionType(Element, abstract=True):
    """A distribution of a number."""

    def moments(self) -> tuple[float, float]:
        """Return mean and variance. Raises MarkupError where the parameters make no sense."""
        raise AssertionError(self.tag)

    def density(self) -> Density:
        """Return the logarithm of the density.

        Raises MarkupError where the parameters make no sense, UnsupportedError where the
        distribution has no density.
        """
        raise AssertionError(self.tag)

    def _wrong(self, message: str, *, code: str) -> MarkupError:
        return wrong(self, message, code=code)

    def _checked(self, name: str, value: float) -> float:
        if not math.isfinite(value):
            raise self._wrong(f"{name} {value!r} is not finite", code=mistakes.OUT_OF_RANGE)
        return value

    def _variance(self, value: float) -> float:
        if not self._checked("variance", value) > 0:
            raise self._wrong(
                f"variance {value!r} is not greater than 0", code=mistakes.OUT_OF_RANGE
            )
        return value


class AnyDistribution(ContinuousDistributionType):
    """A distribution of which mean and variance are known, but not the shape."""

    mean: float = attribute(type=NUMBER, required=True)
    variance: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def moments(self) -> tuple[float, float]:
        return self._checked("mean", self.mean), self._variance(self.variance)

    def density(self) -> Density:
        raise unsupported(
            self, "a distribution of which only mean and variance are known has no density"
        )


class GaussianDistribution(ContinuousDistributionType):
    """The normal distribution."""

    mean: float = attribute(type=NUMBER, required=True)
    variance: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def moments(self) -> tuple[float, float]:
        return self._checked("mean", self.mean), self._variance(self.variance)

    def density(self) -> Density:
        mean, factor, constant = gaussian_parameters(*self.moments())

        def columns(x: Doubles) -> Doubles:
            distance = x - mean
            distance *= distance
            distance *= factor
            distance += constant
            return distance

        def row(x: float) -> float:
            distance = x - mean
            return distance * distance * factor + constant

        return Density(columns, row)


def gaussian_parameters(mean: float, variance: float) -> tuple[float, float, float]:
    """Return m, f, c so that the logarithm of the density at x is (x - m) * (x - m) * f + c."""
    return mean, -0.5 / variance, -0.5 * math.log(2.0 * math.pi * variance)


class PoissonDistribution(ContinuousDistributionType):
    """The Poisson distribution; a number that is no count has the density 0."""

    mean: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def moments(self) -> tuple[float, float]:
        mean = self._checked("mean", self.mean)
        if not mean > 0:
            raise self._wrong(f"mean {mean!r} is not greater than 0", code=mistakes.OUT_OF_RANGE)
        return mean, mean

    def density(self) -> Density:
        mean, logarithm = poisson_parameters(self.moments()[0])

        def row(x: float) -> float:
            if x != x:
                return x
            if x < 0 or not x.is_integer():
                return -math.inf
            try:
                return x * logarithm - math.lgamma(x + 1.0) - mean
            except OverflowError:  # the factorial outgrows any power
                return -math.inf

        return Density(by_distinct(row), row)


def poisson_parameters(mean: float) -> tuple[float, float]:
    """Return the mean and its logarithm."""
    return mean, math.log(mean)


def by_distinct(row: Callable[[float], float]) -> Callable[[Doubles], Doubles]:
    """Return a function over columns that calls `row` once for each distinct number.

    NumPy lacks the gamma function, and counts repeat.
    """

    def columns(x: Doubles) -> Doubles:
        found, places = np.unique(x, return_inverse=True)
        table = np.fromiter(map(row, found.tolist()), np.float64, len(found))
        result: Doubles = table[places]
        return result

    return columns


class UniformDistribution(ContinuousDistributionType):
    """The same density everywhere between two numbers, these included."""

    lower: float = attribute(type=NUMBER, required=True)
    upper: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())

    def _bounds(self) -> tuple[float, float]:
        lower, upper = self._checked("lower", self.lower), self._checked("upper", self.upper)
        if not upper > lower:
            raise self._wrong(
                f"upper {upper!r} is not greater than lower {lower!r}", code=mistakes.OUT_OF_RANGE
            )
        return lower, upper

    def moments(self) -> tuple[float, float]:
        lower, upper = self._bounds()
        return (lower + upper) / 2.0, (upper - lower) ** 2 / 12.0

    def density(self) -> Density:
        lower, upper = self._bounds()
        inside = -math.log(upper - lower)

        def columns(x: Doubles) -> Doubles:
            result: Doubles = np.where((x >= lower) & (x <= upper), inside, -np.inf)
            result[np.isnan(x)] = np.nan
            return result

        def row(x: float) -> float:
            if x != x:
                return x
            return inside if lower <= x <= upper else -math.inf

        return Density(columns, row)

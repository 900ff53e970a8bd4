"""Unknown numbers that something known depends on: exact where all are normal and linear.

Given the discrete nodes, the unknown numbers and those that depend on them have one normal
distribution if every mean is linear in the numbers above and every variance is free of them. Means
and covariances are carried from node to node, and corrected by each number that is known; a known
number also tells how likely the discrete nodes are. Semantics chapter 23.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import Any, Final, Protocol

from pmmlkit.language.models.bayesian_network.distributions import SHAPES
from pmmlkit.language.models.bayesian_network.network import Density, Node

__all__ = ["LinearPlan", "View", "make_linear_plan"]

Combination = Mapping[int, int]

_MOST_COMBINATIONS: Final = 1 << 12
_TOLERANCE: Final = 1e-9


class View(Protocol):
    """The cells of one row (doubles) or of many (arrays)."""

    def factor(self, position: int, combinations: Sequence[Combination]) -> list[Any]:
        """Return the cells of a node."""

    def moments(
        self, position: int, combination: Combination, numbers: Mapping[int, float]
    ) -> tuple[Any, Any, Any]:
        """Return mean and variance of a node, and the logarithm of 1, of 0 where it cannot be."""

    def number(self, position: int) -> Any:
        """Return a number that is known."""

    def log(self, cell: Any) -> Any:
        """Return the natural logarithm."""

    def scaled(self, logarithms: list[Any]) -> list[Any]:
        """Return the exponentials, divided by the largest of the row."""

    def nan_where(self, flag: Any, cell: Any) -> Any:
        """Return the cell, NaN where the flag is true."""


@dataclass(slots=True)
class LinearPlan:
    """`combinations` of the unknown discrete nodes. `factors`: nodes that depend on no unknown
    number. `order`: the unknown numbers and those that depend on them, parents first.
    """

    nodes: Sequence[Node]
    target: int
    unknown: frozenset[int]
    combinations: list[Combination]
    factors: list[int]
    order: list[int]

    @property
    def cells(self) -> int:
        """How many cells are held at once, at most."""
        return len(self.combinations) * (len(self.factors) + 2) + 4 * len(self.order) ** 2

    def run(self, view: View) -> tuple[list[Any], list[Any] | None]:
        """Return weights by category of the target, or weights and means that belong together."""
        cells = [view.factor(at, self.combinations) for at in self.factors]
        logarithms, means = [], []
        for combination in self.combinations:
            logarithm, mean = self._normal(view, combination)
            logarithms.append(logarithm)
            means.append(mean)
        weights = view.scaled(logarithms)
        for own in cells:
            weights = [weight * cell for weight, cell in zip(weights, own, strict=True)]
        values = self.nodes[self.target].values
        if values is None:
            return weights, means
        sums: list[Any] = [0.0] * len(values)
        for combination, weight in zip(self.combinations, weights, strict=True):
            sums[combination[self.target]] = sums[combination[self.target]] + weight
        return sums, None

    def _normal(self, view: View, combination: Combination) -> tuple[Any, Any]:
        """Return the logarithm of the density of what is known, and the mean of the target."""
        means: dict[int, Any] = {}
        covariances: dict[tuple[int, int], Any] = {}
        logarithm: Any = 0.0
        for at in self.order:
            above = [parent for parent in self.nodes[at].parents if parent in self.unknown]
            mean, slopes, variance, possible = self._regression(view, at, above, combination)
            logarithm = logarithm + possible
            for parent, slope in zip(above, slopes, strict=True):
                mean = mean + slope * means[parent]
            shared: dict[int, Any] = {}
            for other in means:
                shared[other] = 0.0
                for parent, slope in zip(above, slopes, strict=True):
                    shared[other] = shared[other] + slope * covariances[parent, other]
            for parent, slope in zip(above, slopes, strict=True):
                variance = variance + slope * shared[parent]
            if at in self.unknown:
                means[at] = mean
                covariances[at, at] = variance
                for other, value in shared.items():
                    covariances[at, other] = covariances[other, at] = value
                continue
            distance = view.number(at) - mean
            logarithm = logarithm - 0.5 * (
                distance * distance / variance + view.log(2.0 * math.pi * variance)
            )
            for one, gain in shared.items():
                means[one] = means[one] + gain / variance * distance
            covariances = {
                (one, other): value - shared[one] / variance * shared[other]
                for (one, other), value in covariances.items()
            }
        return logarithm, means.get(self.target)

    @staticmethod
    def _regression(
        view: View, at: int, above: Sequence[int], combination: Combination
    ) -> tuple[Any, list[Any], Any, Any]:
        """Return intercept, slopes and variance of a number over the unknown ones above it.

        NaN where the mean is not linear, or the variance not always the same.
        """
        zero = dict.fromkeys(above, 0.0)
        intercept, variance, possible = view.moments(at, combination, zero)
        slopes: list[Any] = []
        probe = {parent: 2.0 + place for place, parent in enumerate(above)}
        expected, size = intercept, abs(intercept)
        for parent in above:
            mean, _, _ = view.moments(at, combination, {**zero, parent: 1.0})
            slope = mean - intercept
            slopes.append(slope)
            expected = expected + slope * probe[parent]
            size = size + abs(slope) * probe[parent]
        if above:
            mean, other, _ = view.moments(at, combination, probe)
            flag = (abs(mean - expected) > _TOLERANCE * (size + 1.0)) | (
                abs(other - variance) > _TOLERANCE * variance
            )
            intercept = view.nan_where(flag, intercept)
        return intercept, slopes, variance, possible


def make_linear_plan(
    nodes: Sequence[Node],
    target: int,
    used: Sequence[int],
    variables: Collection[int],
    combinations: Sequence[Combination],
) -> LinearPlan | str:
    """Plan for the factors `used` and the unknown nodes `variables`; or say why that cannot be."""
    unknown = frozenset(at for at in variables if nodes[at].values is None)
    chain = [at for at in used if at in unknown or unknown.intersection(nodes[at].parents)]
    for at in chain:
        rule = nodes[at].rule
        normal = SHAPES["NormalDistributionForBN"]
        is_normal = isinstance(rule, Density) and all(
            shape is normal for shape, _ in rule.distributions
        )
        if not is_normal or (rule.frame.steps and unknown.intersection(nodes[at].parents)):
            name = nodes[min(unknown)].name
            return (
                f"the continuous node {name!r} is missing, and {nodes[at].name!r} is bound up with "
                "it in a way that has no closed form"
            )
    if len(combinations) > _MOST_COMBINATIONS:
        return f"too many nodes are missing beside a number: {len(combinations)} combinations"
    above = {at: [item for item in nodes[at].parents if item in chain] for at in chain}
    order = list(TopologicalSorter(above).static_order())
    factors = [at for at in used if at not in chain]
    return LinearPlan(nodes, target, unknown, list(combinations), factors, order)

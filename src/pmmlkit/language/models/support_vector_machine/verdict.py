"""From the values of machines to categories: votes of pairs, or the machine that wins.

Semantics chapter 11.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import EvaluationError

__all__ = ["OneAgainstAll", "OneAgainstOne", "Verdict", "Vote"]

Array = npt.NDArray[Any]
Doubles = npt.NDArray[np.float64]


@dataclass(slots=True)
class Decided:
    """The positions (n,) of the categories, their shares (k, n) if there are any, rows in error."""

    best: npt.NDArray[np.intp]
    shares: Doubles | None = None
    errors: Mapping[int, EvaluationError] = field(default_factory=dict)


class Verdict:
    """The rule that finds the category."""

    def columns(self, values: Array) -> Decided:
        """Decide for the values (machines, n)."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[Sequence[float]], tuple[int, list[float] | None]]:
        """Return the function of one row's values: the position of the category, the shares."""
        raise AssertionError(type(self).__name__)


class OneAgainstAll(Verdict):
    """The category of the machine with the smallest value, or the largest; the first of equals.

    NaN never wins, unless all are.
    """

    def __init__(self, *, max_wins: bool) -> None:
        self._max_wins = max_wins

    def columns(self, values: Array) -> Decided:
        """Decide for all rows."""
        if self._max_wins:
            return Decided(np.where(np.isnan(values), -np.inf, values).argmax(axis=0))
        return Decided(np.where(np.isnan(values), np.inf, values).argmin(axis=0))

    def row_function(self) -> Callable[[Sequence[float]], tuple[int, list[float] | None]]:
        """Decide for one row."""
        sign = -1.0 if self._max_wins else 1.0

        def decide(values: Sequence[float]) -> tuple[int, list[float] | None]:
            best, lowest = 0, math.inf
            for at, value in enumerate(values):
                size = sign * value
                if size < lowest:
                    best, lowest = at, size
            return best, None

        return decide


@dataclass(frozen=True, slots=True)
class Vote:
    """What one machine votes for: `first` below the threshold (above it with maxWins), else
    `second`; both are positions of categories.

    With `is_binary`, the rule of old documents: the value, rounded, is 1 for `first` and 0 for
    `second`.
    """

    first: int
    second: int
    threshold: float = 0.0
    is_binary: bool = False


class OneAgainstOne(Verdict):
    """The category with the most votes; of equals the one that got a vote first.

    The shares are those of the votes.
    """

    def __init__(self, votes: Sequence[Vote], categories: int, *, max_wins: bool) -> None:
        self._votes = tuple(votes)
        self._count = categories
        self._max_wins = max_wins

    def columns(self, values: Array) -> Decided:
        """Decide for all rows."""
        size, machines = values.shape[1], len(self._votes)
        counts = np.zeros((self._count, size), np.int32)
        since = np.full((self._count, size), machines, np.int32)
        errors: dict[int, EvaluationError] = {}
        for at, (vote, value) in enumerate(zip(self._votes, values, strict=True)):
            if vote.is_binary:
                whole = np.floor(value.astype(np.float64) + 0.5)
                is_first = whole == 1
                for row in np.flatnonzero(~is_first & ~(whole == 0)).tolist():
                    errors.setdefault(row, _not_binary(float(value[row])))
            else:
                bound = value.dtype.type(vote.threshold)
                is_first = value > bound if self._max_wins else value < bound
            for category, is_chosen in ((vote.first, is_first), (vote.second, ~is_first)):
                counts[category] += is_chosen
                np.putmask(since[category], is_chosen & (since[category] == machines), at)
        shares = counts / machines
        counts *= machines + 1
        counts -= since
        return Decided(counts.argmax(axis=0), shares, errors)

    def row_function(self) -> Callable[[Sequence[float]], tuple[int, list[float] | None]]:
        """Decide for one row."""
        choose = self._chooser()
        count, machines = self._count, len(self._votes)

        def decide(values: Sequence[float]) -> tuple[int, list[float] | None]:
            chosen = choose(values)
            counts = [0] * count
            for category in chosen:
                counts[category] += 1
            most = max(counts)
            best = counts.index(most)
            if counts.count(most) > 1:
                best = next(category for category in chosen if counts[category] == most)
            return best, [number / machines for number in counts]

        return decide

    def _chooser(self) -> Callable[[Sequence[float]], list[int]]:
        """Return what lists the category that each machine votes for."""
        if any(vote.is_binary for vote in self._votes):
            return lambda values: list(map(self._binary_choice, values, self._votes))
        votes = [(vote.first, vote.second, vote.threshold) for vote in self._votes]
        if self._max_wins:
            return lambda values: [
                first if value > bound else second
                for value, (first, second, bound) in zip(values, votes, strict=True)
            ]
        return lambda values: [
            first if value < bound else second
            for value, (first, second, bound) in zip(values, votes, strict=True)
        ]

    def _binary_choice(self, value: float, vote: Vote) -> int:
        if not vote.is_binary:
            is_first = value > vote.threshold if self._max_wins else value < vote.threshold
            return vote.first if is_first else vote.second
        whole = math.floor(value + 0.5) if math.isfinite(value) else 2
        if whole not in (0, 1):
            raise _not_binary(value)
        return vote.first if whole == 1 else vote.second


def _not_binary(value: float) -> EvaluationError:
    return EvaluationError(
        f"the machine gives {value!r}, which rounds neither to 0 nor to 1 "
        "(alternateBinaryTargetCategory)"
    )

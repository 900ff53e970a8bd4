"""Sequences and rules as patterns over a history of transactions, and the search for them in one.

Specification: Sequences. The search in all histories at once is in `histories`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

__all__ = ["ANY_TIME", "Gap", "Limits", "Pattern", "RulePattern", "occurs"]


@dataclass(frozen=True, slots=True)
class Limits:
    """The least and the greatest time that may pass."""

    low: float = -math.inf
    high: float = math.inf

    @property
    def are_set(self) -> bool:
        """Tell whether some time is too short or too long."""
        return self.low > -math.inf or self.high < math.inf

    def allow(self, passed: float) -> bool:
        """Tell whether a time is within the limits; an unknown one (NaN) is not."""
        return self.low <= passed <= self.high

    def within(self, other: Limits) -> Limits:
        """Return what both allow."""
        return Limits(max(self.low, other.low), min(self.high, other.high))


ANY_TIME = Limits()


@dataclass(frozen=True, slots=True)
class Gap:
    """What lies between two sets: the same transaction, the very next one, or any later one."""

    is_same: bool
    is_adjacent: bool
    limits: Limits = ANY_TIME


@dataclass(frozen=True, slots=True)
class Pattern:
    """Sets by number, what lies between them, and the time that all may take."""

    sets: tuple[int, ...]
    gaps: tuple[Gap, ...]
    limits: Limits = ANY_TIME


@dataclass(frozen=True, slots=True)
class RulePattern:
    """A sequence, what lies in between, a sequence; and the time that both may take."""

    antecedent: Pattern
    gap: Gap
    consequent: Pattern
    limits: Limits = ANY_TIME

    @property
    def as_one(self) -> Pattern:
        """The sequence of both, without what limits the whole time."""
        return Pattern(
            self.antecedent.sets + self.consequent.sets,
            (*self.antecedent.gaps, self.gap, *self.consequent.gaps),
        )

    @property
    def is_limited(self) -> bool:
        """Tell whether the search must know where a sequence began."""
        parts = (self.antecedent.limits, self.consequent.limits, self.limits)
        return any(limits.are_set for limits in parts)


Holds = Callable[[int, int], bool]
"""Tells whether a set (by number) is in a transaction (by position)."""

Span = tuple[int, int]


def occurs(pattern: Pattern | RulePattern, holds: Holds, times: Sequence[float]) -> bool:
    """Tell whether a history has a sequence, or both sequences of a rule.

    `times` are those of the transactions, in their order; NaN where it is not known.
    """
    if isinstance(pattern, Pattern):
        if not pattern.limits.are_set:
            return bool(_ends(pattern, holds, times))
        return bool(_spans(pattern, holds, times))
    if not pattern.is_limited:
        return bool(_ends(pattern.as_one, holds, times))
    follow = _spans(pattern.consequent, holds, times)
    for start, end in _spans(pattern.antecedent, holds, times):
        later = set(_after([end], pattern.gap, times))
        for begin, last in follow:
            if begin not in later:
                continue
            if not pattern.limits.are_set or pattern.limits.allow(times[last] - times[start]):
                return True
    return False


def _ends(pattern: Pattern, holds: Holds, times: Sequence[float]) -> list[int]:
    """Return the transactions in which the sequence ends."""
    first = pattern.sets[0]
    reached = [at for at in range(len(times)) if holds(first, at)]
    for gap, number in zip(pattern.gaps, pattern.sets[1:], strict=True):
        if not reached:
            break
        reached = [at for at in _after(reached, gap, times) if holds(number, at)]
    return reached


def _after(reached: Sequence[int], gap: Gap, times: Sequence[float]) -> Iterable[int]:
    """Return the transactions, in order, that may follow on some of others."""
    limits, size = gap.limits, len(times)
    if gap.is_same:
        return reached
    if gap.is_adjacent:
        return [
            at + 1
            for at in reached
            if at + 1 < size and (not limits.are_set or limits.allow(times[at + 1] - times[at]))
        ]
    later = range(reached[0] + 1, size)
    if not limits.are_set:
        return later
    return [
        at
        for at in later
        if any(limits.allow(times[at] - times[before]) for before in reached if before < at)
    ]


def _spans(pattern: Pattern, holds: Holds, times: Sequence[float]) -> list[Span]:
    """Return where the sequence begins and ends, for all ways to find it."""
    found: list[Span] = []
    for start in range(len(times)):
        if not holds(pattern.sets[0], start):
            continue
        reached: Sequence[int] = [start]
        for gap, number in zip(pattern.gaps, pattern.sets[1:], strict=True):
            if not reached:
                break
            reached = [at for at in _after(reached, gap, times) if holds(number, at)]
        found += [
            (start, end)
            for end in reached
            if not pattern.limits.are_set or pattern.limits.allow(times[end] - times[start])
        ]
    return found

"""Histories: the transactions of groups in their order, and the search for patterns in all of them.

A transaction is what has the same values of the order fields; without these, each value is one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.lists import flattened
from pmmlkit.columns.types import DataType
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.association.basket import Basket
from pmmlkit.language.models.sequence.patterns import Gap, Pattern, RulePattern, occurs
from pmmlkit.language.step import Batch, Read, Values

__all__ = ["Histories", "HistoryReader", "is_time", "seconds_of"]

Positions = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
History = tuple[list[int], list[float]]
"""The items (bit i is item i) and the time of each transaction of one group."""


def is_time(type: DataType) -> bool:
    """Tell whether values of a type are points in time, or numbers that stand for such."""
    return type.is_number or type.is_temporal


def seconds_of(type: DataType) -> float:
    """Return by what to multiply the values of a type: times count in seconds, dates in days,
    numbers as they are.
    """
    return 1e-6 if type.kind in ("time", "dateTime") else 1.0


class Histories:
    """The histories of n groups: their transactions one after the other."""

    def __init__(
        self, items: Mask, group: Positions, starts: Positions, times: npt.NDArray[np.float64]
    ) -> None:
        self._items = items
        self._group = group
        self._starts = starts
        self._times = times
        self._sets: dict[tuple[int, ...], Mask] = {}

    def find(self, pattern: Pattern | RulePattern, sets: Sequence[tuple[int, ...]]) -> Mask:
        """Tell for each group whether it has a sequence, or both sequences of a rule.

        `sets` are the items of the sets that patterns name by number.
        """
        if isinstance(pattern, Pattern):
            whole, is_limited = pattern, pattern.limits.are_set
        else:
            whole, is_limited = pattern.as_one, pattern.is_limited
        found = self._groups(self._ends(whole, sets))
        if is_limited:
            # Where a sequence began is not kept above: few groups are left to look at closely.
            for group in np.flatnonzero(found).tolist():
                found[group] = self._occurs(pattern, sets, group)
        return found

    def _occurs(
        self, pattern: Pattern | RulePattern, sets: Sequence[tuple[int, ...]], group: int
    ) -> bool:
        start, end = self._starts[group], self._starts[group + 1]
        hits = {number: self._hits(items)[start:end].tolist() for number, items in enumerate(sets)}
        times = self._times[start:end].tolist()
        return occurs(pattern, lambda number, at: hits[number][at], times)

    def _hits(self, items: tuple[int, ...]) -> Mask:
        """Tell for each transaction whether it has all of some items."""
        found = self._sets.get(items)
        if found is None:
            found = np.ones(len(self._group), np.bool_)
            for item in items:
                found &= self._items[item]
            self._sets[items] = found
        return found

    def _groups(self, transactions: Mask) -> Mask:
        before = np.zeros(len(transactions) + 1, np.intp)
        np.cumsum(transactions, out=before[1:])
        result: Mask = before[self._starts[1:]] > before[self._starts[:-1]]
        return result

    def _ends(self, pattern: Pattern, sets: Sequence[tuple[int, ...]]) -> Mask:
        """Tell for each transaction whether the sequence ends in it."""
        reached = self._hits(sets[pattern.sets[0]])
        for gap, number in zip(pattern.gaps, pattern.sets[1:], strict=True):
            reached = self._after(reached, gap) & self._hits(sets[number])
        return reached

    def _after(self, reached: Mask, gap: Gap) -> Mask:
        """Tell for each transaction whether it may follow on one of those that are reached."""
        if gap.is_same:
            return reached
        times, limits = self._times, gap.limits
        if gap.is_adjacent:
            result = np.zeros_like(reached)
            result[1:] = reached[:-1] & (self._group[1:] == self._group[:-1])
            if limits.are_set:
                passed = times[1:] - times[:-1]
                result[1:] &= (passed >= limits.low) & (passed <= limits.high)
            return result
        first = self._starts[self._group]
        last = np.arange(len(reached))
        if limits.are_set:
            high, low = limits.high, limits.low
            first, last = (
                _bisect(first, last, lambda at, now: times[now] - times[at] > high),
                _bisect(first, last, lambda at, now: times[now] - times[at] >= low),
            )
        before = np.zeros(len(reached) + 1, np.intp)
        np.cumsum(reached, out=before[1:])
        found: Mask = (last > first) & (before[last] > before[np.minimum(first, last)])
        return found


def _bisect(
    first: Positions, last: Positions, goes_on: Callable[[Positions, Positions], Mask]
) -> Positions:
    """Return for each transaction the first one in [first, last) for which a test, which holds up
    to some point and no further, does not hold; `last` where it always does.
    """
    now = np.arange(len(first))
    low, high = first.copy(), last.copy()
    while (low < high).any():
        middle = (low + high) // 2
        is_open = low < high
        holds = goes_on(np.minimum(middle, len(now) - 1), now) & is_open
        low = np.where(holds, middle + 1, low)
        high = np.where(is_open & ~holds, middle, high)
    return low


class HistoryReader:
    """Reads histories out of lists of items and of what they are ordered by."""

    def __init__(self, basket: Basket, order: Sequence[Read]) -> None:
        self._basket = basket
        self._order = tuple(order)
        inner = [read.type.item for read in order]
        self._unit = (
            seconds_of(inner[0]) if inner and inner[0] is not None and is_time(inner[0]) else None
        )

    def columns(self, batch: Batch) -> tuple[Histories, dict[int, EvaluationError]]:
        """Return the histories of all groups, and the groups in error."""
        size = batch.size
        errors: dict[int, EvaluationError] = {}
        parts = []
        for source in self._basket.sources:
            column = source.read.columns(batch)
            for row, error in column.errors.items():
                errors.setdefault(row, error)
            parts.append((source, *flattened(column)))
        lengths = np.zeros(size, np.intp)
        for _, _, offsets in parts:
            lengths = np.maximum(lengths, np.diff(offsets))
        ends = np.zeros(size + 1, np.intp)
        np.cumsum(lengths, out=ends[1:])
        is_new, moments = self._transactions(batch, ends, lengths)
        number = np.cumsum(is_new) - 1
        matrix = np.zeros((self._basket.size, int(is_new.sum())), np.bool_)
        for source, items, offsets in parts:
            inside = np.arange(len(items)) - np.repeat(offsets[:-1], np.diff(offsets))
            places = inside + np.repeat(ends[:-1], np.diff(offsets))
            source.mark(items, number[places], matrix, errors)
        group = np.repeat(np.arange(size), lengths)[is_new]
        starts = np.zeros(size + 1, np.intp)
        np.cumsum(np.bincount(group, minlength=size), out=starts[1:])
        return Histories(matrix, group, starts, moments[is_new]), errors

    def _transactions(
        self, batch: Batch, ends: Positions, lengths: Positions
    ) -> tuple[Mask, npt.NDArray[np.float64]]:
        """Tell for each value whether a transaction begins with it, and its time."""
        count = int(ends[-1])
        is_new = np.zeros(count, np.bool_)
        is_new[ends[:-1][lengths > 0]] = True
        moments = np.full(count, np.nan)
        for place, read in enumerate(self._order):
            items, offsets = flattened(read.columns(batch))
            fits = np.diff(offsets) == lengths
            inside = np.arange(len(items)) - np.repeat(offsets[:-1], np.diff(offsets))
            at = (inside + np.repeat(ends[:-1], np.diff(offsets)))[
                np.repeat(fits, np.diff(offsets))
            ]
            values = np.zeros(count, items.values.dtype)
            known = np.zeros(count, np.bool_)
            of = np.repeat(fits, np.diff(offsets))
            values[at], known[at] = items.values[of], items.is_usable[of]
            is_new |= ~known
            is_new[1:] |= (values[1:] != values[:-1]) | ~known[:-1]
            if place == 0 and self._unit is not None:
                moments = np.where(known, values * self._unit, np.nan)
        if not self._order:
            is_new[:] = True
        return is_new, moments

    def row_function(self) -> Callable[[Values], History]:
        """Return the function from the lists of one group to its history."""
        sources = [
            (source.read.row_function(), source.mask_function()) for source in self._basket.sources
        ]
        order = [read.row_function() for read in self._order]
        unit = self._unit

        def run(values: Values) -> History:
            lists = [(read(values) or (), mask_of) for read, mask_of in sources]
            length = max((len(items) for items, _ in lists), default=0)
            keys = [read(values) or () for read in order]
            masks: list[int] = []
            times: list[float] = []
            for at in range(length):
                moment = _moment(keys, at, length)
                if not at or moment is None or moment != _moment(keys, at - 1, length):
                    masks.append(0)
                    is_known = unit is not None and len(keys[0]) == length
                    value = keys[0][at] if is_known else None
                    times.append(math.nan if value is None else value * unit)
                for items, mask_of in lists:
                    if at < len(items):
                        masks[-1] |= mask_of(items[at])
            return masks, times

        return run


def _moment(keys: Sequence[Sequence[Any]], at: int, length: int) -> tuple[Any, ...] | None:
    """Return what the value at a place is ordered by, None where that is not known."""
    found = []
    for items in keys:
        if len(items) != length or items[at] is None:
            return None
        found.append(items[at])
    return tuple(found) if found else None

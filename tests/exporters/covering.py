"""Choosing few combinations of factors in which all pairs, or all threes, of levels meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, count, product
from typing import Any

__all__ = ["Combination", "Factors", "all_combinations", "covering", "lacking"]

Factors = Mapping[str, Sequence[Any]]
Combination = dict[str, Any]


def all_combinations(factors: Factors) -> list[Combination]:
    """Return the product of the levels of all factors."""
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


def covering(factors: Factors, strength: int) -> list[Combination]:
    """Return combinations in which any `strength` levels of as many factors meet at least once.

    There are about as many as the largest factors have combinations, which is the least possible:
    these are set out first; the other factors get, one after the other, the level that brings the
    most new meetings to a combination, and combinations are added for what is left.
    """
    order = sorted(factors, key=lambda name: -len(factors[name]))
    largest = order[:strength]
    rows = [
        dict(zip(largest, levels, strict=True))
        for levels in product(*(factors[name] for name in largest))
    ]
    for at in range(strength, len(order)):
        _extend(rows, factors, order[:at], order[at], strength - 1)
    return [{name: row[name] for name in factors} for row in rows]


def _extend(
    rows: list[Combination], factors: Factors, placed: list[str], name: str, others: int
) -> None:
    """Give each row a level of one more factor, and add rows for what does not meet so many
    `others` then.
    """
    groups = list(combinations(placed, others))
    lacking = {
        (group, met, level): None
        for group in groups
        for met in product(*(factors[other] for other in group))
        for level in factors[name]
    }
    used = dict.fromkeys(factors[name], 0)

    def meetings(row: Combination, level: Any) -> list[Any]:
        return [(group, tuple(row[other] for other in group), level) for group in groups]

    for row in rows:
        new = {
            level: sum(meeting in lacking for meeting in meetings(row, level))
            for level in factors[name]
        }
        # of equally useful levels the one that is rarest so far
        row[name] = max(factors[name], key=lambda level: (new[level], -used[level]))
        used[row[name]] += 1
        for meeting in meetings(row, row[name]):
            lacking.pop(meeting, None)
    for number in count():
        if not lacking:
            return
        group, met, level = next(iter(lacking))
        row = {other: factors[other][number % len(factors[other])] for other in placed}
        row.update(zip(group, met, strict=True))
        row[name] = level
        rows.append(row)
        for meeting in meetings(row, level):
            lacking.pop(meeting, None)


def lacking(rows: Sequence[Combination], factors: Factors, strength: int) -> set[Any]:
    """Return which so many levels of different factors meet in no row."""
    wanted = {
        (names, levels)
        for names in combinations(factors, strength)
        for levels in product(*(factors[name] for name in names))
    }
    return wanted - {
        (names, tuple(row[name] for name in names))
        for row in rows
        for names in combinations(factors, strength)
    }

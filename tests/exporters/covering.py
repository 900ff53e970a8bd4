"""Choosing few combinations of factors in which all pairs of levels meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, count, product
from typing import Any

__all__ = ["all_combinations", "each_level", "lacking_pairs", "pairwise"]

Factors = Mapping[str, Sequence[Any]]
Combination = dict[str, Any]


def all_combinations(factors: Factors) -> list[Combination]:
    """Return the product of the levels of all factors."""
    return [dict(zip(factors, levels, strict=True)) for levels in product(*factors.values())]


def each_level(factors: Factors) -> list[Combination]:
    """Return as many combinations as the largest factor has levels: each level is in one."""
    size = max(map(len, factors.values()))
    return [
        {name: levels[row % len(levels)] for name, levels in factors.items()} for row in range(size)
    ]


def pairwise(factors: Factors) -> list[Combination]:
    """Return combinations in which any two levels of two factors meet at least once.

    There are about as many as the two largest factors have pairs, which is the least possible:
    these are set out first; the other factors get, one after the other, the level that brings the
    most new pairs to a combination, and combinations are added for the pairs that are left.
    """
    order = sorted(factors, key=lambda name: -len(factors[name]))
    rows = [dict(zip(order, levels, strict=False)) for levels in product(*_first(factors, order))]
    for at in range(2, len(order)):
        _extend(rows, factors, order[:at], order[at])
    return [{name: row[name] for name in factors} for row in rows]


def _first(factors: Factors, order: list[str]) -> list[Sequence[Any]]:
    return [factors[name] for name in order[:2]]


def _extend(rows: list[Combination], factors: Factors, placed: list[str], name: str) -> None:
    """Give each row a level of one more factor, and add rows for the pairs that lack then."""
    levels = factors[name]
    lacking = {
        (other, left, right) for other in placed for left in factors[other] for right in levels
    }
    used = dict.fromkeys(levels, 0)
    for row in rows:
        new = {
            level: sum((other, row[other], level) in lacking for other in placed)
            for level in levels
        }
        # of equally useful levels the one that is rarest so far
        row[name] = max(levels, key=lambda level: (new[level], -used[level]))
        used[row[name]] += 1
        lacking -= {(other, row[other], row[name]) for other in placed}
    for number in count():
        if not lacking:
            return
        row = {other: factors[other][number % len(factors[other])] for other in placed}
        level = next(level for level in levels if any(it[2] == level for it in lacking))
        for other in placed:
            left = [it for it in factors[other] if (other, it, level) in lacking]
            row[other] = left[0] if left else row[other]
        row[name] = level
        rows.append(row)
        lacking -= {(other, row[other], level) for other in placed}


def lacking_pairs(rows: Sequence[Combination], factors: Factors) -> set[Any]:
    """Return the pairs of levels that meet in no row."""
    wanted = {
        (one, left, other, right)
        for one, other in combinations(factors, 2)
        for left in factors[one]
        for right in factors[other]
    }
    return wanted - {
        (one, row[one], other, row[other])
        for row in rows
        for one, other in combinations(factors, 2)
    }

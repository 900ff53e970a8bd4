"""Making a decision diagram smaller: exits skip tests whose result is known already, and
unreachable tests go.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.forest import IN_SET, LESS_OR_EQUAL

__all__ = ["Compact", "compact"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


class Compact(NamedTuple):
    """The tests that are left: `kept` are their old numbers, `answers` the distinct answers that
    are reached.
    """

    feature: Ints
    kind: Ints
    threshold: Doubles
    set: Ints
    exits: tuple[Ints, Ints, Ints]
    root: int
    kept: Ints
    answers: Ints


def compact(
    *,
    feature: Ints,
    kind: Ints,
    threshold: Doubles,
    set: Ints,
    sets: list[frozenset[Any]],
    exits: tuple[Ints, Ints, Ints],
    root: int,
) -> Compact:
    """Return the diagram without needless tests. Exits are tests (>= 0) or answers (``~a``)."""
    tests = _Tests(feature, kind, threshold, set, sets)
    entry = np.array([root])
    while _skip(tests, exits, entry):
        pass
    root = int(entry[0])
    kept = _reachable(exits, root)
    place = np.full(len(feature), -1, np.int64)
    place[kept] = np.arange(len(kept))
    moved = tuple(_moved(exit[kept], place) for exit in exits)
    leaving = [exit[exit < 0] for exit in (*moved, entry)]
    return Compact(
        feature[kept],
        kind[kept],
        threshold[kept],
        set[kept],
        (moved[0], moved[1], moved[2]),
        int(place[root]) if root >= 0 else root,
        kept,
        np.unique(~np.concatenate(leaving)),
    )


class _Tests(NamedTuple):
    feature: Ints
    kind: Ints
    threshold: Doubles
    set: Ints
    sets: list[frozenset[Any]]


def _skip(tests: _Tests, exits: tuple[Ints, Ints, Ints], entry: Ints) -> bool:
    """Let exits pass by tests that have one outcome only there; tell whether any did."""
    on_true, on_false, on_missing = exits
    no_choice = (on_true == on_false) & (on_true == on_missing)
    changed = False
    for exit in (*exits, entry):
        at = np.flatnonzero(exit >= 0)
        at = at[no_choice[exit[at]]]
        exit[at] = on_true[exit[at]]
        changed |= len(at) > 0
    for outcome, exit in enumerate(exits):
        at = np.flatnonzero(exit >= 0)
        at = at[tests.feature[exit[at]] == tests.feature[at]]
        if len(at) == 0:
            continue
        to = exit[at]
        if outcome == 2:
            found = on_missing[to]
        else:
            true, false = _implied(tests, at, to, outcome == 0)
            true |= on_true[to] == on_false[to]
            found = np.where(true, on_true[to], np.where(false, on_false[to], to))
        changed |= bool((found != to).any())
        exit[at] = found
    return changed


def _implied(
    tests: _Tests, at: Ints, to: Ints, was_true: bool
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Tell where the outcome of the tests `at` makes that of the tests `to`, on the same feature,
    TRUE or FALSE.
    """
    true = np.zeros(len(at), np.bool_)
    false = np.zeros(len(at), np.bool_)
    ordered = (tests.kind[at] == LESS_OR_EQUAL) & (tests.kind[to] == LESS_OR_EQUAL)
    here, there = tests.threshold[at], tests.threshold[to]
    if was_true:
        true |= ordered & (here <= there)
    else:
        false |= ordered & (here >= there)
    for i in np.flatnonzero((tests.kind[at] == IN_SET) & (tests.kind[to] == IN_SET)).tolist():
        mine, theirs = tests.sets[tests.set[at[i]]], tests.sets[tests.set[to[i]]]
        if was_true:
            true[i], false[i] = mine <= theirs, mine.isdisjoint(theirs)
        else:
            false[i] = mine >= theirs
    return true, false


def _reachable(exits: tuple[Ints, Ints, Ints], root: int) -> Ints:
    seen = np.zeros(len(exits[0]), np.bool_)
    here = np.array([root]) if root >= 0 else np.zeros(0, np.int64)
    while len(here):
        seen[here] = True
        to = np.concatenate([exit[here] for exit in exits])
        here = np.unique(to[to >= 0])
        here = here[~seen[here]]
    return np.flatnonzero(seen)


def _moved(exit: Ints, place: Ints) -> Ints:
    return np.where(exit >= 0, place[np.maximum(exit, 0)], exit) if len(place) else exit

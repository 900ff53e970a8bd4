"""SequenceModel against an enumeration of all ways to find a rule, in tables and rows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import Any

from hypothesis import given, settings

import pmmlkit
from pmmlkit.language.models.sequence import Constraints, Delimiter, SetReference, Time
from tests.differential.strategies.sequence import histories, sequence_models

Transactions = list[tuple[float, set[str]]]


def transactions(row: dict[str, Any]) -> Transactions:
    """Put what happened at the same time together; what has no time stands alone, at the end."""
    known = sorted({t for t in row["t"] if t is not None})
    found = [(t, {i for s, i in zip(row["t"], row["i"], strict=True) if s == t}) for t in known]
    return found + [(math.nan, {i}) for s, i in zip(row["t"], row["i"], strict=True) if s is None]


def fits(time: Time | None, passed: float) -> bool:
    if time is None:
        return True
    low = -math.inf if time.min is None or time.min <= 0 else time.min
    high = math.inf if time.max is None else time.max
    return (low == -math.inf and high == math.inf) or low <= passed <= high


def limit(low: float, high: float | None) -> Time:
    return Time(min=low, max=high)


def follows(gap: Delimiter, before: int, after: int) -> bool:
    if gap.delimiter == "sameTimeWindow":
        return before == after
    return after == before + 1 if gap.gap == "false" else after > before


def ways(
    parts: Sequence[Any], history: Transactions, constraints: Constraints
) -> Iterator[tuple[int, int]]:
    """Yield the first and the last transaction of every way to find a sequence."""
    sets = [part.set_id for part in parts if isinstance(part, SetReference)]
    between = limit(
        constraints.minimum_itemset_separation_time, constraints.maximum_itemset_separation_time
    )
    gaps: list[tuple[Delimiter, Time | None]] = []
    whole: Time | None = None
    for at, part in enumerate(parts):
        if isinstance(part, Delimiter):
            time = parts[at + 1]
            gaps.append((part, time if isinstance(time, Time) else None))
    if isinstance(parts[-1], Time):
        whole = parts[-1]
    for places in itertools.product(range(len(history)), repeat=len(sets)):
        if not all(
            set(letters) <= history[at][1] for letters, at in zip(sets, places, strict=True)
        ):
            continue
        good = True
        for (gap, time), (one, other) in zip(gaps, itertools.pairwise(places), strict=True):
            passed = history[other][0] - history[one][0]
            good &= follows(gap, one, other)
            if gap.delimiter != "sameTimeWindow":
                good &= fits(time, passed) and fits(between, passed)
        total = history[places[-1]][0] - history[places[0]][0]
        longest = limit(0.0, constraints.maximum_total_sequence_time)
        if good and fits(whole, total) and fits(longest, total):
            yield places[0], places[-1]


def expected(model: Any, row: dict[str, Any]) -> dict[str, list[str]]:
    """Enumerate."""
    history = transactions(row)
    constraints = model.constraints or Constraints()
    sequences = {item.id: list(ways(item.parts, history, constraints)) for item in model.sequences}
    apart = limit(
        constraints.minimum_ant_cons_separation_time,
        constraints.maximum_ant_cons_separation_time,
    )
    total = limit(constraints.minimum_total_sequence_time, constraints.maximum_total_sequence_time)
    answer: dict[str, list[str]] = {"s": [], "r": [], "e": []}
    for rule in model.sequence_rules:
        parts = [
            [
                (first, last)
                for first, last in sequences[side.sequence_reference.seq_id]
                if fits(side.time, history[last][0] - history[first][0])
            ]
            for side in (rule.antecedent_sequence, rule.consequent_sequence)
        ]
        both = False
        for (start, end), (begin, last) in itertools.product(*parts):
            passed = history[begin][0] - history[end][0]
            good = follows(rule.delimiter, end, begin)
            if rule.delimiter.delimiter != "sameTimeWindow":
                good &= fits(rule.time_between, passed) and fits(apart, passed)
            whole = history[last][0] - history[start][0]
            both |= good and fits(rule.time, whole) and fits(total, whole)
        if parts[0]:
            answer["s"].append(rule.id)
            answer["r" if both else "e"].append(rule.id)
    return answer


@settings(max_examples=150, deadline=None)
@given(sequence_models(), histories())
def test_an_enumeration_agrees(text: bytes, rows: list[dict[str, Any]]) -> None:
    model = pmmlkit.load(text)
    element = model.document.root.models[0]
    answers = [model.evaluate(row) for row in rows]
    assert model.evaluate(rows) == answers
    for row, answer in zip(rows, answers, strict=True):
        # Text makes rules that are written into a failing example readable.
        assert {name: answer[name] for name in "sre"} == expected(element, row), text.decode()

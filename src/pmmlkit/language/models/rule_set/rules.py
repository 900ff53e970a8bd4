"""The rules of a RuleSet in one list: which fire, over columns and in one row.

A CompoundRule stands before its rules and knows where they end, so that nothing recurses. Semantics
chapter 18: a rule fires where its predicate and those of all rules around it are TRUE.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import VALID
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.rule_set.declaration import CompoundRule, SimpleRule
from pmmlkit.language.step import Batch, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.scope import Scope

__all__ = ["Entry", "Firing", "compile_rules", "fired_function", "first_function"]

Mask = npt.NDArray[np.bool_]

NO_RULE = -1


class Entry(NamedTuple):
    """A predicate. Where it is not TRUE, what comes next is at `end`; where it is, the next entry.

    `rule` is the number of the SimpleRule that fires, NO_RULE for a CompoundRule.
    """

    test: Step
    end: int
    rule: int


def compile_rules(
    rules: Sequence[SimpleRule | CompoundRule], scope: Scope
) -> tuple[list[SimpleRule], list[Entry]]:
    """Return the SimpleRules in document order, and all rules as entries."""
    simple: list[SimpleRule] = []
    made: list[tuple[Step, int]] = []
    ends: list[int] = []
    pending = [(iter(rules), NO_RULE)]
    while pending:
        siblings, parent = pending[-1]
        element = next(siblings, None)
        if element is None:
            pending.pop()
            if parent != NO_RULE:
                ends[parent] = len(made)
            continue
        test = scope.compile(element.predicate)
        ends.append(len(made) + 1)
        if isinstance(element, CompoundRule):
            pending.append((iter(element.rules), len(made)))
            made.append((test, NO_RULE))
        else:
            made.append((test, len(simple)))
            simple.append(element)
    entries = [Entry(test, end, rule) for (test, rule), end in zip(made, ends, strict=True)]
    return simple, entries


class Firing:
    """The rules over the rows of a batch.

    `is_open` are the rows that are still looked at: who iterates may close some. Rows in which a
    predicate fails are closed and in `errors`, but for those that are `decided`: there the rule
    does not fire.
    """

    def __init__(self, entries: Sequence[Entry], batch: Batch) -> None:
        self.is_open: Mask = np.ones(batch.size, np.bool_)
        self.decided: Mask | None = None
        self.errors: dict[int, EvaluationError] = {}
        self._entries = entries
        self._batch = batch

    def __iter__(self) -> Iterator[tuple[int, Mask]]:
        """Yield each SimpleRule with the rows in which it fires, in document order."""
        entries = self._entries
        around: list[tuple[int, Mask]] = []
        at = 0
        while at < len(entries) and self.is_open.any():
            while around and around[-1][0] <= at:
                around.pop()
            entry = entries[at]
            hits = self._hits(entry.test, around[-1][1] if around else None)
            if entry.rule != NO_RULE:
                yield entry.rule, hits
            elif hits.any():
                around.append((entry.end, hits))
            else:
                at = entry.end
                continue
            at += 1

    def _hits(self, test: Step, inside: Mask | None) -> Mask:
        column = test.columns(self._batch)
        active = self.is_open if inside is None else self.is_open & inside
        if column.state is None:
            hits: Mask = active & column.values
            return hits
        for row, error in column.errors.items():
            if active[row] and (self.decided is None or not self.decided[row]):
                self.errors[row] = error
                self.is_open[row] = False
        certain: Mask = active & column.values & (column.state == VALID)
        return certain


def first_function(entries: Sequence[Entry]) -> Callable[[Values], int]:
    """Return the function that gives the number of the first rule that fires, NO_RULE if none."""
    if all(entry.rule != NO_RULE for entry in entries):
        tests = [(entry.test.truth_function(), entry.rule) for entry in entries]

        def first(values: Values) -> int:
            for test, rule in tests:
                if test(values):
                    return rule
            return NO_RULE

        return first
    plan = [(entry.test.truth_function(), entry.end, entry.rule) for entry in entries]
    count = len(plan)

    def first_of_nested(values: Values) -> int:
        at = 0
        while at < count:
            test, end, rule = plan[at]
            if not test(values):
                at = end
            elif rule == NO_RULE:
                at += 1
            else:
                return rule
        return NO_RULE

    return first_of_nested


def fired_function(
    entries: Sequence[Entry], *, first_decides: bool
) -> Callable[[Values], list[int]]:
    """Return the function that gives the numbers of all rules that fire.

    `first_decides`: a predicate that fails after the first of them does not count.
    """
    plan = [(entry.test.truth_function(), entry.end, entry.rule) for entry in entries]
    if not first_decides and all(entry.rule != NO_RULE for entry in entries):
        tests = [(test, rule) for test, _, rule in plan]
        return lambda values: [rule for test, rule in tests if test(values)]
    count = len(plan)

    def fired(values: Values) -> list[int]:
        found: list[int] = []
        at = 0
        while at < count:
            test, end, rule = plan[at]
            try:
                is_true = test(values)
            except EvaluationError:
                if not (first_decides and found):
                    raise
                is_true = False
            if not is_true:
                at = end
                continue
            if rule != NO_RULE:
                found.append(rule)
            at += 1
        return found

    return fired

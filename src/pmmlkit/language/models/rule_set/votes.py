"""How one class is chosen from those of all rules that fire: `criterion`. Semantics chapter 18.

Each class that fires has a best rule: the first under firstHit, else the heaviest, the first among
equals. Equal sums of weights: the class that the target lists first; classes that it does not list
come behind, in the order in which they fired. JPMML takes the order of firing for all.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.rule_set.facts import Facts
from pmmlkit.language.models.rule_set.rules import NO_RULE

__all__ = ["Votes", "row_votes"]

Doubles = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]


class Votes:
    """The votes of n rows for k classes; rules are taken in document order.

    `has_winner` (n,) is kept up to date for firstHit only. The best rule is kept as its place in
    the order of preference, so that a better one is a lower number.
    """

    def __init__(self, facts: Facts, criterion: str, size: int) -> None:
        count, rules = len(facts.classes), len(facts.ids)
        self.has_winner = np.zeros(size, np.bool_)
        self._facts = facts
        self._is_sum = criterion == "weightedSum"
        order = np.arange(rules)
        if criterion != "firstHit":
            order = np.argsort(-facts.weight, kind="stable")
        self._order = np.append(order, NO_RULE).astype(np.int32)
        self._place = np.argsort(order, kind="stable").astype(np.int32)
        self._place_of_none = np.int32(rules)
        self._winner = np.full(size, rules, np.int32)
        self._best = np.full((count, size), rules, np.int32)
        self._fired = np.zeros(size)
        self._sums = np.zeros((count, size) if self._is_sum else (0, 0))
        self._first = np.full((count, size) if self._is_sum else (0, 0), rules, np.int32)

    def take(self, rule: int, hits: Mask) -> None:
        """Count the rows in which a rule fires."""
        label = int(self._facts.label[rule])
        # Faster than a minimum with a mask.
        place = np.where(hits, self._place[rule], self._place_of_none)
        np.minimum(self._best[label], place, out=self._best[label])
        if not self._is_sum:
            np.minimum(self._winner, place, out=self._winner)
            self.has_winner |= hits
            return
        self._fired += hits
        self._sums[label] += hits * self._facts.weight[rule]
        if label >= self._facts.listed:
            np.minimum(self._first[label], rule, out=self._first[label], where=hits)

    def result(self, *, with_matrix: bool) -> tuple[Numbers, Doubles | None]:
        """Return the winning rule of each row, and the confidences (n, k); those of rows in which
        no rule fires mean nothing.
        """
        winner = self._order[self._heaviest() if self._is_sum else self._winner]
        if not with_matrix:
            return winner, None
        if self._is_sum:
            shares = np.zeros(self._sums.shape)
            fired = self._best < len(self._facts.ids)
            np.divide(self._sums, self._fired, out=shares, where=fired)
            return winner, shares.T
        confidence = np.append(self._facts.confidence[:-1], 0.0)
        return winner, confidence[self._order[self._best]].T

    def _heaviest(self) -> Numbers:
        """Return the best rule of the class with the largest sum."""
        count, size = self._sums.shape
        if count == 0:
            return self._winner
        fired = self._best < len(self._facts.ids)
        sums = np.where(fired, self._sums, -np.inf)
        listed = self._facts.listed
        self._first[:listed] = np.arange(listed)[:, np.newaxis] - count
        ties = fired & (sums == sums.max(axis=0))
        chosen = np.where(ties, self._first, len(self._facts.ids) + 1).argmin(axis=0)
        winner: Numbers = self._best[chosen, np.arange(size)]
        return winner


def row_votes(
    facts: Facts, criterion: str, *, with_matrix: bool
) -> Callable[[list[int]], tuple[int, list[float] | None]]:
    """Return the function from the rules that fire, one at least, to the winning rule and the
    confidences of all classes.
    """
    weight, confidence = facts.weight.tolist(), facts.confidence.tolist()
    label, count = facts.label.tolist(), len(facts.classes)
    listed = facts.listed
    weigh = weight.__getitem__

    def of_best(fired: list[int]) -> tuple[int, list[float] | None]:
        winner = fired[0] if criterion == "firstHit" else max(fired, key=weigh)
        if not with_matrix:
            return winner, None
        confidences = [0.0] * count
        best: dict[int, int] = {}
        for rule in fired:
            place = label[rule]
            known = best.get(place)
            if known is None or (criterion != "firstHit" and weight[rule] > weight[known]):
                best[place] = rule
                confidences[place] = confidence[rule]
        return winner, confidences

    def of_sums(fired: list[int]) -> tuple[int, list[float] | None]:
        sums: dict[int, float] = {}
        best: dict[int, int] = {}
        for rule in fired:
            place = label[rule]
            if place in sums:
                sums[place] += weight[rule]
                if weight[rule] > weight[best[place]]:
                    best[place] = rule
            else:
                sums[place] = 0.0 + weight[rule]
                best[place] = rule
        top = max(sums.values())
        ties = [place for place, total in sums.items() if total == top]
        chosen = min([place for place in ties if place < listed], default=ties[0])
        if not with_matrix:
            return best[chosen], None
        confidences = [0.0] * count
        for place, total in sums.items():
            confidences[place] = total / len(fired)
        return best[chosen], confidences

    return of_sums if criterion == "weightedSum" else of_best

"""What the rules of a RuleSet say: labels, weights, confidences, ids, probabilities.

Tables by rule have one row more, the last: it stands for the case that no rule fires, and is what
the number -1 finds. Semantics chapter 18.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.types import STRING, DataType
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.rule_set.declaration import SimpleRule

if TYPE_CHECKING:
    from pmmlkit.language.models.rule_set.declaration import RuleSet
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.models.tree import ScoreDistribution
    from pmmlkit.xml.declaration import Element

__all__ = ["NO_CLASS", "Facts"]

Doubles = npt.NDArray[np.float64]

NO_CLASS = -1


class Facts:
    """The facts of r rules and of the default, k classes.

    `classes`: the target's valid values, then what else is scored, then what else distributions
    name; the first `listed` are those of the target. `label` (r + 1,) is the class of each rule,
    NO_CLASS where there is no defaultScore. `probabilities` (r + 1, k), NaN where there are none;
    None if no rule has any.
    """

    def __init__(
        self, rule_set: RuleSet, rules: Sequence[SimpleRule], target: TargetField | None
    ) -> None:
        self.type: DataType = STRING if target is None else target.type
        valid = () if target is None else target.values
        self.listed = len(valid)
        self._index: dict[Any, int] = {value: at for at, value in enumerate(valid)}
        label = [self._class(rule.score, rule) for rule in rules]
        default = rule_set.default_score
        label.append(NO_CLASS if default is None else self._class(default, rule_set))
        self.label = np.array(label, np.int32)
        self.weight = np.array([_finite(rule) for rule in rules])
        confidence = rule_set.default_confidence
        self.confidence = np.array(
            [
                *(rule.confidence for rule in rules),
                math.nan if confidence is None or default is None else confidence,
            ]
        )
        self.ids = _ids(rules)
        tables = [
            *(self._shares(rule.score_distributions) for rule in rules),
            self._shares(rule_set.score_distributions),
        ]
        self.classes = tuple(self._index)
        self.probabilities = self._matrix(tables)

    def _class(self, text: str, element: Element) -> int:
        try:
            value = parse_text(text, self.type)
        except ValueError as error:
            raise wrong(
                element,
                f"{text!r:.80} is no value of the target's dataType {self.type.name}: {error}",
                code=mistakes.NOT_OF_TYPE,
            ) from error
        return self._index.setdefault(value, len(self._index))

    def _shares(self, distributions: Sequence[ScoreDistribution]) -> dict[int, float] | None:
        """Return the probability of each class: those that are given, else shares of the counts."""
        if not distributions:
            return None
        given = [item.probability for item in distributions]
        if None in given:
            given = [item.record_count for item in distributions]
        amounts: dict[int, float] = {}
        for item, amount in zip(distributions, given, strict=True):
            if amount is None or not 0 <= amount < math.inf:
                raise wrong(
                    item,
                    f"a ScoreDistribution needs a recordCount, 0 or more, not {amount}",
                    code=mistakes.SCORE_DISTRIBUTION,
                )
            place = self._class(item.value, item)
            amounts[place] = amounts.get(place, 0.0) + amount
        total = math.fsum(amounts.values())
        if not total > 0:
            raise wrong(
                distributions[0],
                "the ScoreDistributions of a rule add up to 0",
                code=mistakes.SCORE_DISTRIBUTION,
            )
        if total == 1.0:
            return amounts
        return {place: amount / total for place, amount in amounts.items()}

    def _matrix(self, tables: Sequence[dict[int, float] | None]) -> Doubles | None:
        if all(table is None for table in tables):
            return None
        result = np.full((len(tables), len(self.classes)), np.nan)
        for row, table in zip(result, tables, strict=True):
            if table is not None:
                row[:] = 0.0
                row[list(table)] = list(table.values())
        return result


def _finite(rule: SimpleRule) -> float:
    if not math.isfinite(rule.weight):
        raise wrong(
            rule, f"the weight of a rule is a number, not {rule.weight}", code=mistakes.OUT_OF_RANGE
        )
    return rule.weight


def _ids(rules: Iterable[SimpleRule]) -> tuple[str, ...]:
    """Return the ids, the 1-based position where a rule has none."""
    known: set[str] = set()
    ids = []
    for number, rule in enumerate(rules, 1):
        if rule.id is not None and rule.id in known:
            raise wrong(rule, f"two rules have the id {rule.id!r}", code=mistakes.DUPLICATE_ID)
        if rule.id is not None:
            known.add(rule.id)
        ids.append(str(number) if rule.id is None else rule.id)
    return tuple(ids)

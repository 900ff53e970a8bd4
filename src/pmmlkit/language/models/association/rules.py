"""The rules of a model as what the outputs ask of them: their order, and their features.

Specification: Association Rules, Output. What a rule does not state follows from the supports of
its itemsets, where they are known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pmmlkit.columns.types import DOUBLE, STRING, DataType, list_of

__all__ = ["BASES", "FEATURES", "Rule", "ranked"]

BASES: Final = ("confidence", "support", "lift", "leverage", "affinity")
"""What rules can be ranked by."""

FEATURES: Final[Mapping[str, DataType]] = {
    "antecedent": list_of(STRING),
    "consequent": list_of(STRING),
    "rule": STRING,
    "ruleId": STRING,
    **dict.fromkeys(BASES, DOUBLE),
}
"""What an output can say of a rule."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the values of its `antecedent` and `consequent`, how the latter is `shown`, and
    its `text`, by default of the two as sets. Numbers are None where they are not known.
    """

    id: str
    antecedent: tuple[str, ...]
    consequent: tuple[str, ...]
    shown: tuple[str, ...]
    support: float | None
    confidence: float | None
    lift: float | None = None
    leverage: float | None = None
    affinity: float | None = None
    text: str | None = None

    def feature(self, name: str) -> Any:
        """Return one of `FEATURES` as a row value."""
        if name == "ruleId":
            return self.id
        if name == "rule":
            if self.text is not None:
                return self.text
            return f"{{{','.join(self.antecedent)}}}->{{{','.join(self.consequent)}}}"
        return getattr(self, name)


def ranked(rules: Sequence[Rule], basis: str, order: str) -> list[int]:
    """Return the positions of the rules by one of `BASES`, in document order where it is equal.

    Raises ValueError, with the position of the rule, where a rule does not have it.
    """
    numbers: list[float] = []
    for at, rule in enumerate(rules):
        number = rule.feature(basis)
        if number is None:
            raise ValueError(at)
        numbers.append(number)
    sign = 1.0 if order == "ascending" else -1.0
    return sorted(range(len(rules)), key=lambda at: sign * numbers[at])

"""missingPredictionTreatment: what becomes of the whole when segments give no prediction.

Specification: chapter Multiple Models; semantics 19.4. Weights count in the share that is compared
with missingThreshold, whatever the method (as in JPMML).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.prediction import RowPrediction

__all__ = ["CONTINUE", "RETURN_MISSING", "SKIP_SEGMENT", "MissingRule", "RowResult", "Tally"]

CONTINUE = "continue"
SKIP_SEGMENT = "skipSegment"
RETURN_MISSING = "returnMissing"

Mask = npt.NDArray[np.bool_]


RowResult = tuple[RowPrediction, float]
"""What a segment says of one row, and its weight."""


@dataclass(frozen=True, slots=True)
class MissingRule:
    """The treatment and the largest share of missing predictions.

    `is_vote`: under `continue` a missing prediction is a vote like others, which the method counts;
    for other methods it makes the result missing.
    """

    treatment: str
    threshold: float
    is_vote: bool

    @property
    def is_strict(self) -> bool:
        """Tell whether one missing prediction makes the result missing."""
        return self.treatment == RETURN_MISSING or (self.treatment == CONTINUE and not self.is_vote)

    @property
    def uses_shares(self) -> bool:
        """Tell whether the weight of the missing predictions matters."""
        return not self.is_strict and self.threshold < 1

    def row_function(self) -> Callable[[list[RowResult]], list[RowResult] | None]:
        """Return the function from the results of a row to those that are used; None: no result."""
        is_strict, uses_shares, threshold = self.is_strict, self.uses_shares, self.threshold

        def usable(results: list[RowResult]) -> list[RowResult] | None:
            found = [result for result in results if result[0].value is not None]
            if len(found) == len(results):
                return found or None
            if is_strict:
                return None
            if uses_shares:
                missing = executed = 0.0
                for prediction, weight in results:
                    executed += weight
                    missing += weight if prediction.value is None else 0.0
                if executed > 0 and missing / executed > threshold:
                    return None
            return found or None

        return usable


class Tally:
    """What n rows have seen so far: segments that ran, and those of them without a prediction."""

    def __init__(self, rule: MissingRule, size: int) -> None:
        self._rule = rule
        self.found = np.zeros(size, np.bool_)
        self.lacking = np.zeros(size, np.bool_)
        self._executed = np.zeros(size)
        self._missing = np.zeros(size)

    def add(self, rows: Any, is_missing: Mask, weights: Any) -> None:
        """Count a segment that ran on `rows` (an index)."""
        self.found[rows] |= ~is_missing
        self.lacking[rows] |= is_missing
        if self._rule.uses_shares:
            self._executed[rows] += weights
            self._missing[rows] += np.where(is_missing, weights, 0.0)

    @property
    def is_missing(self) -> Mask:
        """Tell which rows have no result, as far as the method has no say in it."""
        result = ~self.found
        if self._rule.is_strict:
            return result | self.lacking
        if self._rule.uses_shares:
            with np.errstate(divide="ignore", invalid="ignore"):
                result |= self._missing / self._executed > self._rule.threshold
        return result

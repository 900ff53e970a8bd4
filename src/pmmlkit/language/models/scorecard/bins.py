"""One Characteristic compiled: which of its Attributes is the first that is TRUE, in both modes.

Semantics chapters 6 and 15: UNKNOWN is not TRUE.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import VALID
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, Step

__all__ = ["Bin", "Bins"]

Integers = npt.NDArray[np.signedinteger]
Numbers = npt.NDArray[np.floating]

_FEW = 2**15


@dataclass(frozen=True, slots=True)
class Bin:
    """An Attribute compiled: its predicate, its score and the reason for it.

    `score`: computes the partial score in place of `partial`. `code` is the position of the reason
    code among those of the model, -1 where reasons do not count. `baseline` is what `points` are
    counted from; both are 0 without a code, and `points` where a step computes the score.
    """

    test: Step
    partial: float
    score: Step | None
    code: int
    baseline: float
    points: float


class Bins:
    """The bins of one Characteristic. `name` is for messages, `dtype` that of the sums."""

    def __init__(self, name: str, bins: Sequence[Bin], dtype: np.dtype[np.floating]) -> None:
        self.name = name
        self.bins = tuple(bins)
        self.codes = np.array([item.code for item in bins], np.int32)
        self.partials = np.array([item.partial for item in bins], dtype)
        self.baselines = np.array([item.baseline for item in bins], dtype)
        self.points = np.array([item.points for item in bins], dtype)
        self.computed = tuple(at for at, item in enumerate(bins) if item.score is not None)
        self._dtype = np.dtype(np.int16 if len(bins) < _FEW else np.int32)

    @property
    def none_is_true(self) -> EvaluationError:
        """The error of a row for which no bin is TRUE."""
        return EvaluationError(f"no Attribute of Characteristic {self.name} is TRUE")

    def no_score(self) -> EvaluationError:
        """Return the error of a row for which a ComplexPartialScore is missing."""
        return EvaluationError(f"a ComplexPartialScore of Characteristic {self.name} is missing")

    def choose(self, batch: Batch) -> tuple[Integers, dict[int, EvaluationError]]:
        """Return for each row the position of the first bin that is TRUE, -1 for rows in error."""
        size = batch.size
        choice = np.full(size, -1, self._dtype)
        is_open = np.ones(size, np.bool_)
        errors: dict[int, EvaluationError] = {}
        for at, item in enumerate(self.bins):
            column = item.test.columns(batch)
            if column.state is None:
                hits = is_open & column.values
            else:
                for row, error in column.errors.items():
                    if is_open[row]:
                        errors[row] = error
                        is_open[row] = False
                hits = is_open & column.values & (column.state == VALID)
            np.copyto(choice, at, where=hits)
            is_open &= ~hits
            if not is_open.any():
                break
        else:
            errors.update(dict.fromkeys(np.flatnonzero(is_open).tolist(), self.none_is_true))
        return choice, errors

    def scores(self, choice: Integers, batch: Batch, errors: dict[int, EvaluationError]) -> Numbers:
        """Return the partial score of each row; rows without one are added to `errors`."""
        result: Numbers = self.partials.take(choice, mode="wrap")
        for at in self.computed:
            rows = np.flatnonzero(choice == at)
            step = self.bins[at].score
            if len(rows) == 0 or step is None:
                continue
            part = batch if len(rows) == batch.size else batch.select(rows)
            column = step.columns(part)
            usable = column.is_usable
            result[rows[usable]] = column.values[usable]
            if not usable.all():
                for row in np.flatnonzero(~usable).tolist():
                    errors.setdefault(int(rows[row]), column.errors.get(row) or self.no_score())
        return result

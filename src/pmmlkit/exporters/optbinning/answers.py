"""What a scorecard says of rows, in the terms of its document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["ScorecardAnswers"]


class ScorecardAnswers:
    """The document predicts the score; what ``predict`` and ``predict_proba`` say are further
    columns of its result.
    """

    def __init__(self, estimator: Any, model: Any) -> None:
        self._estimator = estimator
        (target, *shares) = [it.name for it in model.outputs if it.feature == "transformedValue"]
        others: dict[str, Callable[[Any], npt.NDArray[Any]]] = {target: estimator.predict}
        others.update((name, partial(self._share, at)) for at, name in enumerate(shares))
        self.others: Mapping[str, Callable[[Any], npt.NDArray[Any]]] = others

    def predict(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the scores of n rows, (n,)."""
        return np.asarray(self._estimator.score(X), np.float64)

    def _share(self, at: int, X: Any) -> npt.NDArray[np.float64]:
        return np.asarray(self._estimator.predict_proba(X)[:, at], np.float64)

"""What a classifier of mlxtend says of rows, in the terms of its document."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["MlxtendAnswers"]


class MlxtendAnswers:
    """The labels of these classifiers are numbers from 0 up to the highest, whether a row has them
    or not; of two classes there is the probability of the second alone.
    """

    def __init__(self, estimator: Any, model: Any) -> None:
        self._estimator = estimator
        if hasattr(estimator, "predict_proba"):
            self.classes_ = model.classes_
            self.predict_proba = self._shares

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the labels of n rows, (n,)."""
        return np.asarray(self._estimator.predict(X))

    def _shares(self, X: Any) -> npt.NDArray[Any]:
        shares = np.asarray(self._estimator.predict_proba(X))
        return shares if shares.ndim == 2 else np.column_stack([1.0 - shares, shares])

"""What a CatBoost model says of rows, in the terms of its document."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.catboost.model import EXPONENTS

__all__ = ["CatBoostAnswers"]


class CatBoostAnswers:
    """A model with classes predicts them, also a plain ``CatBoost``, which says the sum of its
    trees; a regressor of a loss with an exponential link predicts that, also if it came from a
    file, which does not tell CatBoost so.
    """

    def __init__(self, estimator: Any, model: Any) -> None:
        from catboost import CatBoostRegressor

        self._estimator = estimator
        classes = np.asarray(estimator.classes_)
        loss = str(estimator.get_all_params().get("loss_function", "")).partition(":")[0]
        if len(classes):
            self.classes_ = classes
            self._type = "Class"
        elif isinstance(estimator, CatBoostRegressor) and loss in EXPONENTS:
            self._type = "Exponent"
        else:
            self._type = "RawFormulaVal"

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the classes or the numbers of n rows, (n,) or (n, targets)."""
        found = np.asarray(self._estimator.predict(X, prediction_type=self._type))
        return found.ravel() if self._type == "Class" else found

    def predict_proba(self, X: Any) -> npt.NDArray[Any]:
        """Return the probabilities (n, classes)."""
        return np.asarray(self._estimator.predict(X, prediction_type="Probability"))

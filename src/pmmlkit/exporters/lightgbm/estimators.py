"""LightGBM's estimators, and its boosters and model files as estimators.

All are read through ``Booster.model_to_string``, which is public and, like `predict`, stops at the
best iteration where training found one.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.lightgbm.objectives import link_of
from pmmlkit.exporters.lightgbm.predictions import predictions
from pmmlkit.exporters.lightgbm.text import model_of_text, text_of_file
from pmmlkit.exporters.registry import converts
from pmmlkit.limits import Limits

__all__ = [
    "ModelText",
    "booster_text",
    "lightgbm_estimator",
    "load_model_text",
    "model_text",
]


@converts(
    "lightgbm.LGBMClassifier",
    "lightgbm.LGBMRegressor",
    "lightgbm.LGBMRanker",
)
def lightgbm_estimator(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert an estimator of LightGBM's scikit-learn interface."""
    uniform(features, estimator.n_features_in_, estimator)
    text = estimator.booster_.model_to_string()
    return predictions(model_of_text(text, type(estimator).__name__), features, context)


class ModelText:
    """A model text as an estimator, for `pmmlkit.export`.

    A model of the objectives binary, multiclass and multiclassova is a classification with the
    labels 0, 1 ...; all others predict the number that ``Booster.predict`` does. `predict` and
    `predict_proba` need LightGBM, exporting does not.
    """

    def __init__(self, text: str, name: str = "the model") -> None:
        self.text = text
        self.model = model_of_text(text, name)
        self.n_features_in_ = len(self.model.feature_names)
        link = link_of(self.model)
        self.classifies = link.classifies

    @property
    def feature_names_in_(self) -> npt.NDArray[np.object_]:
        """The names of the columns; AttributeError where LightGBM made them up."""
        names = self.model.feature_names
        if names == tuple(f"Column_{at}" for at in range(len(names))):
            raise AttributeError("feature_names_in_")
        return np.array(names, object)

    @property
    def classes_(self) -> npt.NDArray[np.int64]:
        """The labels; AttributeError where a number is predicted."""
        if not self.classifies:
            raise AttributeError("classes_")
        return np.arange(max(self.model.width, 2))

    @cached_property
    def _booster(self) -> Any:
        try:
            from lightgbm import Booster
        except ImportError as error:
            raise ExportError('this needs lightgbm: pip install "pmmlkit[lightgbm]"') from error
        return Booster(model_str=self.text)

    def predict(self, X: Any) -> npt.NDArray[Any]:
        """Return the labels or numbers (n,)."""
        if not self.classifies:
            return np.asarray(self._booster.predict(X))
        return np.asarray(self.classes_[np.argmax(self.predict_proba(X), axis=1)])

    def predict_proba(self, X: Any) -> npt.NDArray[np.float64]:
        """Return the probabilities (n, classes)."""
        found = np.asarray(self._booster.predict(X), np.float64)
        return np.stack([1.0 - found, found], axis=1) if found.ndim == 1 else found


def load_model_text(path: str | os.PathLike[str], limits: Limits | None = None) -> ModelText:
    """Read a model file as an estimator, without LightGBM.

    Raises ExportError where it cannot be read or is broken, LimitError where it is too large.
    """
    return ModelText(text_of_file(path, limits), Path(path).name)


def booster_text(booster: Any) -> ModelText:
    """Return a ``lightgbm.Booster`` as an estimator."""
    return ModelText(booster.model_to_string(), "the booster")


@converts("pmmlkit.exporters.lightgbm.estimators.ModelText")
def model_text(estimator: ModelText, features: Sequence[Feature], context: Context) -> Draft:
    """Convert a model text."""
    uniform(features, estimator.n_features_in_, estimator)
    return predictions(estimator.model, features, context)

"""What meta-estimators ask of the estimators inside them: a score for each class, or of two classes
that of the second.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import ConstantFeature, Feature

__all__ = ["binary_score", "has_decision", "responses"]


def has_decision(estimator: Any) -> bool:
    """Tell whether an estimator has a decision function."""
    return hasattr(estimator, "decision_function")


def responses(
    context: Context, estimator: Any, features: Sequence[Feature], place: str, method: str
) -> list[Feature]:
    """Return what `method` of an estimator gives: ``predict``, ``predict_proba`` or
    ``decision_function``, the latter two with one column for each class, but the decision of two
    classes in one.
    """
    if method == "decision_function":
        return context.decisions(estimator, features, place)
    if method == "predict_proba":
        return context.probabilities(estimator, features, place)
    return [context.predicted(estimator, features, place)]


def binary_score(
    context: Context, estimator: Any, features: Sequence[Feature], place: str
) -> tuple[Feature, float]:
    """Return the score of the second of two classes, and the threshold above which it is
    predicted.
    """
    if type(estimator).__name__ == "_ConstantPredictor":
        # what scikit-learn trains for a class that all rows have, or none
        return ConstantFeature(float(np.ravel(estimator.y_)[0])), 0.5
    if not hasattr(estimator, "classes_"):
        return context.predicted(estimator, features, place), 0.5
    if has_decision(estimator):
        return context.decisions(estimator, features, place)[0], 0.0
    return context.probabilities(estimator, features, place)[1], 0.5

"""sklearn.ensemble: GradientBoosting as sums of trees, behind them the link of a classification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, cast, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.tree import forest_of
from pmmlkit.exporters.tree_reader import TreeReader
from pmmlkit.exporters.tree_sums import classified, scores_of, sum_of_trees

__all__ = ["gradient_boosting", "gradient_boosting_decides"]

Doubles = npt.NDArray[np.float64]


@converts(
    "sklearn.ensemble.GradientBoostingClassifier",
    "sklearn.ensemble.GradientBoostingRegressor",
)
def gradient_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the sum of the stages; of a classification, with its link behind the sums."""
    sums = _sums(estimator, features, context)
    if not context.target.classes:
        return sums[0]
    # exponential loss: expit(2 * raw)
    factor = 2.0 if estimator.loss == "exponential" else 1.0
    return classified(context, scores_of(sums), factor)


@decides("sklearn.ensemble.GradientBoostingClassifier")
def gradient_boosting_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the sums."""
    return scores_of(_sums(estimator, features, context))


def _sums(estimator: Any, features: Sequence[Feature], context: Context) -> list[Draft]:
    """Return the sum of the stages for each group of trees.

    The leaves hold learning rate times value, those of the first stage the initial value as well:
    so the sums come about as scikit-learn's do, and equal them bit for bit.
    """
    uniform(features, estimator.n_features_in_, estimator)
    start = _initial(estimator, features, context)
    rate = float(estimator.learning_rate)
    sums = []
    for group, members in enumerate(estimator.estimators_.T):
        trees = [member.tree_ for member in members]
        values = [rate * tree.value[:, 0, 0] for tree in trees]
        if not isinstance(start, Draft):
            values[0] = start[group] + values[0]
        reader = TreeReader(forest_of(trees), features, "float")
        before = start if isinstance(start, Draft) else None
        sums.append(sum_of_trees(reader, values, accepts_missing=False, before=before))
    return sums


def _initial(estimator: Any, features: Sequence[Feature], context: Context) -> Doubles | Draft:
    """Return where the sums start: a number for each of them, or the model that gives it."""
    first = estimator.init_
    groups = estimator.estimators_.shape[1]
    if isinstance(first, str):
        return np.zeros(groups)
    kind = type(first).__name__
    constant = kind == "DummyRegressor" or (
        kind == "DummyClassifier" and first.strategy in ("prior", "most_frequent", "constant")
    )
    if constant:
        return _constant_start(estimator, first)
    if context.target.classes:
        raise ExportError(
            f"{type(estimator).__name__} starts from a {kind}: of init estimators for "
            "classification only 'zero' and the default can be written"
        )
    # scikit-learn hands float32 values to the init estimator
    return context.draft(first, [cast(feature, "float") for feature in features], "init")


def _constant_start(estimator: Any, first: Any) -> Doubles:
    """Return what a dummy estimator starts with, which is the same for any row."""
    row = np.zeros((1, estimator.n_features_in_), np.float32)
    if not hasattr(first, "predict_proba"):
        return np.ravel(first.predict(row)).astype(np.float64)
    eps = np.finfo(np.float64).eps
    shares = np.clip(first.predict_proba(row), eps, 1.0 - eps, dtype=np.float64)[0]
    if len(shares) == 2:
        half = 0.5 if estimator.loss == "exponential" else 1.0
        return np.array([half * _logit(shares[1])])
    logs = np.log(shares)
    return np.asarray(logs - logs.mean(), np.float64)


def _logit(share: float) -> float:
    from scipy.special import logit

    return float(logit(share))

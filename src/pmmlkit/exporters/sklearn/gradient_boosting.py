"""sklearn.ensemble: GradientBoosting as sums of trees, behind them the link of a classification."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, cast, uniform
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.segments import linked, raw_output, segmented
from pmmlkit.exporters.sklearn.tree import TreeReader, forest_of, tree_models
from pmmlkit.language.models.mining import MiningModel

__all__ = ["boosted", "gradient_boosting"]

Doubles = npt.NDArray[np.float64]


@converts(
    "sklearn.ensemble.GradientBoostingClassifier",
    "sklearn.ensemble.GradientBoostingRegressor",
)
def gradient_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert the stages.

    The leaves hold learning rate times value, those of the first stage the initial value as well:
    so the sums come about as scikit-learn's do, and equal them bit for bit.
    """
    uniform(features, estimator.n_features_in_, estimator)
    stages = estimator.estimators_
    trees = [member.tree_ for member in stages.T.ravel()]
    labels = context.target.labels
    start = _initial(estimator, features, context)
    reader = TreeReader(forest_of(trees), features, "float")
    rate = float(estimator.learning_rate)
    values = [rate * tree.value[:, 0, 0] for tree in trees]
    groups = stages.shape[1]
    if not isinstance(start, Draft):
        for group in range(groups):
            first = group * len(stages)
            values[first] = start[group] + values[first]
    leaves = Leaves(values=np.concatenate(values))
    before = start.reads if isinstance(start, Draft) else ()

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        own, others = fields[: len(reader.reads)], fields[len(reader.reads) :]
        tables = reader.tables(own, leaves, accepts_missing=False)
        models: list[Any] = list(tree_models(frame.inner(), reader, own, tables))
        if isinstance(start, Draft):
            models.insert(0, start.build(frame.inner(), others))
        if not labels:
            return segmented("sum", models, frame.parts(fields))
        return boosted(frame, fields, own, models, groups, _link(estimator))

    return Draft((*reader.reads, *before), build)


def _link(estimator: Any) -> tuple[str, float]:
    """Return the normalization, and the factor before it."""
    if estimator.n_classes_ > 2:
        return "softmax", 1.0
    # exponential loss: expit(2 * raw)
    return "logit", 2.0 if estimator.loss == "exponential" else 1.0


def boosted(
    frame: Frame,
    fields: Sequence[BoundField],
    own: Sequence[BoundField],
    models: Sequence[Any],
    groups: int,
    link: tuple[str, float],
) -> MiningModel:
    """Return sums of as many trees each, one for each group, and the link of a classification
    behind them.
    """
    target = frame.target
    assert target is not None
    count = len(models) // groups
    if groups > 1:
        names = [frame.builder.unique(f"decisionFunction({label})") for label in target.labels]
    else:
        names = [frame.builder.unique("decisionFunction")]
    sums = [
        segmented(
            "sum",
            models[group * count : (group + 1) * count],
            frame.inner().parts(own, raw_output(name)),
        )
        for group, name in enumerate(names)
    ]
    return linked(frame, fields, sums, names, *link)


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

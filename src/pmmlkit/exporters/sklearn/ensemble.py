"""sklearn.ensemble: forests as MiningModel of trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.sklearn.tree import (
    TreeReader,
    accepts_missing,
    class_leaves,
    forest_of,
    single_output,
    tree_models,
)
from pmmlkit.language.models.mining import MiningModel

__all__ = ["random_forest"]


@converts(
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.ensemble.RandomForestRegressor",
    "sklearn.ensemble.ExtraTreesClassifier",
    "sklearn.ensemble.ExtraTreesRegressor",
)
def random_forest(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average of the trees: of their numbers, or of their probabilities."""
    uniform(features, estimator.n_features_in_, estimator)
    single_output(estimator)
    trees = [member.tree_ for member in estimator.estimators_]
    reader = TreeReader(forest_of(trees), features, "float")
    labels = context.target.labels
    missing = accepts_missing(estimator)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        if labels:
            leaves = class_leaves(trees, labels)
        else:
            leaves = Leaves(values=np.concatenate([tree.value[:, 0, 0] for tree in trees]))
        tables = reader.tables(fields, leaves, accepts_missing=missing)
        models = tree_models(frame.inner(frame.target), reader, fields, tables)
        return segmented("average", models, frame.parts(fields))

    return Draft(reader.reads, build)

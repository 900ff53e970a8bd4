"""sklearn.ensemble: forests as MiningModel of trees."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.sklearn.tree import accepts_missing, forest_of, leaves_of
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.language.models.mining import MiningModel

__all__ = ["random_forest"]


@converts(
    "sklearn.ensemble.RandomForestClassifier",
    "sklearn.ensemble.RandomForestRegressor",
    "sklearn.ensemble.ExtraTreesClassifier",
    "sklearn.ensemble.ExtraTreesRegressor",
)
def random_forest(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert to the average of the trees: of their numbers, or of their probabilities; of several
    targets, one for each.
    """
    uniform(features, estimator.n_features_in_, estimator)
    return several(
        context, lambda at, inner: _forest(estimator, features, inner, at), estimator.n_outputs_
    )


def _forest(estimator: Any, features: Sequence[Feature], context: Context, output: int) -> Draft:
    trees = [member.tree_ for member in estimator.estimators_]
    reader = TreeReader(forest_of(trees), features, "float")
    labels = context.target.labels
    missing = accepts_missing(estimator)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        leaves = leaves_of(trees, labels, output)
        tables = reader.tables(fields, leaves, frame, accepts_missing=missing)
        models = tree_models(frame.inner(frame.target), reader, fields, tables)
        model = segmented("average", models, frame.parts(fields))
        return model if missing else reader.refusing_missing(model, fields)

    return Draft(reader.reads, build)

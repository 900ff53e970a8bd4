"""Decision trees, random forests and gradient-boosted trees of Spark."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    Feature,
    Lookup,
    Predicted,
    as_number,
    data_type_of,
    name_of,
)
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.forest import Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.segments import segmented
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.predictors import classify, predict
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds
from pmmlkit.exporters.spark.trees.nodes import SavedTrees, saved_trees
from pmmlkit.exporters.tree_reader import TreeReader, tree_models
from pmmlkit.exporters.tree_sums import sum_of_trees
from pmmlkit.language.models.mining import MiningModel
from pmmlkit.language.models.tree import TreeModel

__all__ = [
    "boosted_classification",
    "boosted_regression",
    "classification_trees",
    "regression_trees",
]

NO_CODE = -1.0
"""Stands for any code that no set names."""


@reads("regression.DecisionTreeRegressionModel", "regression.RandomForestRegressionModel")
def regression_trees(stage: SavedStage, flow: Flow) -> None:
    """Read one tree, or several whose mean is predicted. NaN goes to the right, where vectors may
    hold it.
    """
    trees = saved_trees(stage)
    leaves = Leaves(values=trees.prediction)
    predict(
        stage,
        flow,
        lambda context, features: _mean(trees, features, leaves, _nan(stage, flow), stage),
        size=_stated(stage, "numFeatures"),
    )
    _put_leaves(stage, flow, trees)


@reads(
    "classification.DecisionTreeClassificationModel",
    "classification.RandomForestClassificationModel",
)
def classification_trees(stage: SavedStage, flow: Flow) -> None:
    """Read one tree, or several: each says the shares of the weights of the classes in the leaf,
    and the mean of these is predicted; the first of equal classes wins.
    """
    trees = saved_trees(stage)
    records = trees.counts.sum(axis=1)
    if not (records[trees.forest.left < 0] > 0).all():
        raise ExportError(f"{stage.name} has a leaf without weight, that says nothing")
    shares = trees.counts / np.where(records > 0, records, 1.0)[:, np.newaxis]

    def make(context: Context, features: list[Feature]) -> Draft:
        leaves = Leaves(shares=shares, records=records, classes=context.target.labels)
        draft = _mean(trees, features, leaves, _nan(stage, flow), stage)
        return by_thresholds(stage, context, draft)

    def raw(features: list[Feature]) -> list[Feature]:
        # Spark has the weights in the leaf of a single tree, the sum of the shares of several
        nan = _nan(stage, flow)
        reader = _reader(trees, features, nan)
        return [
            Predicted("votes", sum_of_trees(reader, [column], accepts_missing=nan))
            for column in (trees.counts if _is_single(stage) else shares).T
        ]

    count = _stated(stage, "numClasses")
    classify(stage, flow, count, make, size=_stated(stage, "numFeatures"), raw=raw)
    _put_leaves(stage, flow, trees)


@reads("regression.GBTRegressionModel")
def boosted_regression(stage: SavedStage, flow: Flow) -> None:
    """Read the sum of the trees times their weights."""
    trees = saved_trees(stage)
    predict(
        stage,
        flow,
        lambda context, features: _sum(trees, features, _nan(stage, flow)),
        size=_stated(stage, "numFeatures"),
    )
    _put_leaves(stage, flow, trees)


@reads("classification.GBTClassificationModel")
def boosted_classification(stage: SavedStage, flow: Flow) -> None:
    """Read the sum of the trees times their weights; the logistic function of twice the sum is the
    probability of the second class.
    """
    trees = saved_trees(stage)

    def make(context: Context, features: list[Feature]) -> Draft:
        total = _sum(trees, features, _nan(stage, flow))
        draft = finals.by_sigmoid(context, Predicted("sum", total), factor=2.0)
        return by_thresholds(stage, context, draft)

    def raw(features: list[Feature]) -> list[Feature]:
        total = Predicted("sum", _sum(trees, features, _nan(stage, flow)))
        return [combination("opposite", [total], [-1.0]), total]

    classify(stage, flow, 2, make, size=_stated(stage, "numFeatures"), raw=raw)
    _put_leaves(stage, flow, trees)


def _stated(stage: SavedStage, name: str) -> int:
    """Return a count that the metadata state."""
    count = stage.metadata.get(name)
    if not isinstance(count, int) or count < 1:
        raise ExportError(f"the metadata of {stage.place} state no {name}: they are damaged")
    return count


def _is_single(stage: SavedStage) -> bool:
    """Tell whether a stage is one tree, not an ensemble, which may be of one tree as well."""
    return stage.name.startswith("DecisionTree")


def _nan(stage: SavedStage, flow: Flow) -> bool:
    """Tell whether the vectors of a stage may hold NaN where values are missing."""
    column = flow.column(stage.params["featuresCol"])
    return isinstance(column, Vector) and column.nan


def _reader(trees: SavedTrees, features: Sequence[Feature], nan: bool) -> TreeReader:
    columns = list(features)
    for at, count in trees.arity.items():
        columns[at] = _coded(columns[at], count, nan)
    forest = replace(trees.forest, always_lacks=nan)
    return TreeReader(forest, columns, "double", frozenset(trees.arity))


def _coded(feature: Feature, count: int, nan: bool) -> Feature:
    """Return the feature as a look-up of the codes 0, 1 ... that it holds."""
    number = as_number(feature)
    if isinstance(number, Lookup):
        return number
    whole = data_type_of(number) == "integer"
    table = tuple((code if whole else float(code), float(code)) for code in range(count))
    name = f"code({name_of(number)})"
    return Lookup(name, number, table, math.nan, NO_CODE, missing_refused=not nan)


def _mean(
    trees: SavedTrees, features: Sequence[Feature], leaves: Leaves, nan: bool, stage: SavedStage
) -> Draft:
    """Return the model of one tree, or the average of several."""
    reader = _reader(trees, features, nan)
    single = _is_single(stage)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel | MiningModel:
        tables = reader.tables(fields, leaves, frame, accepts_missing=nan)
        model: TreeModel | MiningModel
        if single:
            (tree,) = tables
            model = TreeModel(**frame.parts(fields), **tree.attributes, nodes=tree.nodes)
        else:
            models = tree_models(frame.inner(frame.target), reader, fields, tables)
            model = segmented("average", models, frame.parts(fields))
        return model if nan else reader.refusing_missing(model, fields)

    return Draft(reader.reads, build)


def _sum(trees: SavedTrees, features: Sequence[Feature], nan: bool) -> Draft:
    values = trees.prediction * np.repeat(trees.weights, np.diff(trees.forest.start))
    return sum_of_trees(_reader(trees, features, nan), [values], accepts_missing=nan)


def _put_leaves(stage: SavedStage, flow: Flow, trees: SavedTrees) -> None:
    """Put the number of the leaf that a row comes to, in each tree."""
    column = stage.params.get("leafCol")
    if not column:
        return
    nan = _nan(stage, flow)
    features = flow.vector(stage.params["featuresCol"])
    target = Target(None, "double")
    found = []
    for at in range(len(trees.weights)):
        tree = trees.tree(at)
        reader = _reader(tree, features, nan)
        draft = sum_of_trees(reader, [tree.leaf_numbers], accepts_missing=nan)
        found.append(Predicted(f"{column}_{at}", draft, target))
    if _is_single(stage):
        flow.put(column, Scalar(found[0]))
    else:
        flow.put(column, Vector(tuple(found)))

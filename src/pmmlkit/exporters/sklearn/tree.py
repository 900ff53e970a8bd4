"""sklearn.tree: trees as TreeModel; what forests and boosting of scikit-learn share with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.forest import Forest, Leaves
from pmmlkit.exporters.frame import Draft, Frame, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.tree_reader import TreeReader
from pmmlkit.language.models.tree import TreeModel

__all__ = ["accepts_missing", "decision_tree", "forest_of", "leaves_of"]


def forest_of(trees: Sequence[Any]) -> Forest:
    """Return the forest of scikit-learn's ``tree_`` objects."""
    return Forest.of(
        [
            (
                tree.children_left,
                tree.children_right,
                tree.feature,
                tree.threshold,
                _missing_left(tree),
            )
            for tree in trees
        ]
    )


def _missing_left(tree: Any) -> Any:
    return np.asarray(tree.missing_go_to_left, bool)


def leaves_of(trees: Sequence[Any], labels: tuple[str, ...], output: int) -> Leaves:
    """Return what the nodes of trees say of one of the outputs: its number, or the shares of its
    classes.
    """
    if not labels:
        return Leaves(values=np.concatenate([tree.value[:, output, 0] for tree in trees]))
    return Leaves(
        shares=np.concatenate([tree.value[:, output, : len(labels)] for tree in trees]),
        records=np.concatenate([tree.weighted_n_node_samples for tree in trees]),
        classes=labels,
    )


def accepts_missing(estimator: Any) -> bool:
    """Tell whether the estimator predicts for rows with missing values."""
    return bool(estimator.__sklearn_tags__().input_tags.allow_nan)


@converts(
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.DecisionTreeRegressor",
    "sklearn.tree.ExtraTreeClassifier",
    "sklearn.tree.ExtraTreeRegressor",
)
def decision_tree(estimator: Any, features: Sequence[Feature], context: Context) -> Draft | Several:
    """Convert one tree; of several targets, one for each."""
    uniform(features, estimator.n_features_in_, estimator)
    return several(
        context, lambda at, inner: _tree(estimator, features, inner, at), estimator.n_outputs_
    )


def _tree(estimator: Any, features: Sequence[Feature], context: Context, output: int) -> Draft:
    tree = estimator.tree_
    reader = TreeReader(forest_of([tree]), features, "float")
    labels = context.target.labels
    missing = accepts_missing(estimator)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        leaves = leaves_of([tree], labels, output)
        (found,) = reader.tables(fields, leaves, frame, accepts_missing=missing)
        model = TreeModel(**frame.parts(fields), **found.attributes, nodes=found.nodes)
        return model if missing else reader.refusing_missing(model, fields)

    return Draft(reader.reads, build)

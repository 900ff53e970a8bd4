"""sklearn.tree: trees as TreeModel; what forests and boosting share with them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context, several_targets
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.forest import Forest, Leaves, node_tables
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.splits import TreeInput, tree_input
from pmmlkit.language.models.tree import NodeTable, TreeModel

__all__ = [
    "TreeReader",
    "class_leaves",
    "decision_tree",
    "forest_of",
    "single_output",
    "tree_models",
]


class TreeReader:
    """Which features the trees of a forest read, and what of the bound fields each tree gets."""

    def __init__(
        self,
        forest: Forest,
        features: Sequence[Feature],
        learner: str,
        categorical: frozenset[int] = frozenset(),
    ) -> None:
        self.forest = forest
        self.used: list[int] = forest.features.tolist()
        self.inputs: list[TreeInput] = [
            tree_input(features[at], learner, categorical=at in categorical) for at in self.used
        ]
        self.learner = learner

    @property
    def reads(self) -> tuple[Feature, ...]:
        """The features that have to become fields."""
        return tuple(item.read for item in self.inputs)

    def tables(
        self, fields: Sequence[BoundField], leaves: Leaves, *, accepts_missing: bool
    ) -> list[NodeTable]:
        """Return the nodes of each tree."""
        inputs = {
            feature: (item, field)
            for feature, item, field in zip(self.used, self.inputs, fields, strict=True)
        }
        return node_tables(
            self.forest, inputs, leaves, learner=self.learner, accepts_missing=accepts_missing
        )

    def fields_by_tree(self, fields: Sequence[BoundField]) -> list[list[BoundField]]:
        """Return the fields that each tree reads."""
        by_feature = dict(zip(self.used, fields, strict=True))
        return [
            [by_feature[feature] for feature in own.tolist()]
            for own in self.forest.features_by_tree()
        ]


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


def class_leaves(trees: Sequence[Any], labels: tuple[str, ...]) -> Leaves:
    """Return the shares of the classes at the nodes of trees."""
    return Leaves(
        shares=np.concatenate([tree.value[:, 0, :] for tree in trees]),
        records=np.concatenate([tree.weighted_n_node_samples for tree in trees]),
        classes=labels,
    )


def single_output(estimator: Any) -> None:
    """Raise ExportError where the estimator predicts several targets."""
    if estimator.n_outputs_ != 1:
        raise several_targets(type(estimator).__name__, estimator.n_outputs_)


def accepts_missing(estimator: Any) -> bool:
    """Tell whether the estimator predicts for rows with missing values."""
    return bool(estimator.__sklearn_tags__().input_tags.allow_nan)


def tree_models(
    frame: Frame, reader: TreeReader, fields: Sequence[BoundField], tables: Sequence[NodeTable]
) -> list[TreeModel]:
    """Return inner models of the trees; `frame` gives their target."""
    return [
        TreeModel(**frame.parts(own), split_characteristic="binarySplit", nodes=nodes)
        for own, nodes in zip(reader.fields_by_tree(fields), tables, strict=True)
    ]


@converts(
    "sklearn.tree.DecisionTreeClassifier",
    "sklearn.tree.DecisionTreeRegressor",
    "sklearn.tree.ExtraTreeClassifier",
    "sklearn.tree.ExtraTreeRegressor",
)
def decision_tree(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert one tree."""
    uniform(features, estimator.n_features_in_, estimator)
    single_output(estimator)
    tree = estimator.tree_
    reader = TreeReader(forest_of([tree]), features, "float")
    labels = context.target.labels
    missing = accepts_missing(estimator)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> TreeModel:
        leaves = class_leaves([tree], labels) if labels else Leaves(values=tree.value[:, 0, 0])
        (nodes,) = reader.tables(fields, leaves, accepts_missing=missing)
        return TreeModel(**frame.parts(fields), split_characteristic="binarySplit", nodes=nodes)

    return Draft(reader.reads, build)

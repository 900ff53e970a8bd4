"""Forests on their way into a document: which features they read, and a TreeModel for each tree."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.forest import Forest, Leaves, TreeNodes, node_tables
from pmmlkit.exporters.frame import Frame
from pmmlkit.exporters.splits import TreeInput, columns_behind, tree_input
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.tree import TreeModel

__all__ = ["TreeReader", "tree_models"]

ModelT = TypeVar("ModelT", bound=Model)


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
        self,
        fields: Sequence[BoundField],
        leaves: Leaves,
        frame: Frame,
        *,
        accepts_missing: bool,
    ) -> list[TreeNodes]:
        """Return the nodes of each tree; `frame` is that of the model that they are in.

        Where they do not accept missing values, the model has to go through `refusing_missing`.
        """
        inputs = {
            feature: (item, field)
            for feature, item, field in zip(self.used, self.inputs, fields, strict=True)
        }
        refused = {
            feature
            for feature, item in zip(self.used, self.inputs, strict=True)
            if columns_behind(item.read)
        }
        return node_tables(
            self.forest,
            inputs,
            leaves,
            learner=self.learner,
            accepts_missing=accepts_missing,
            refused=() if accepts_missing else refused,
            guarded=frame.binding is None or frame.binding.outer is not None,
            compact=frame.builder.compact,
        )

    def refusing_missing(self, model: ModelT, fields: Sequence[BoundField]) -> ModelT:
        """Return the model with a MiningSchema that refuses rows without what the trees read."""
        names = {
            name
            for item, field in zip(self.inputs, fields, strict=True)
            for name in (field.name, *(columns_behind(item.read) or ()))
            if columns_behind(item.read)
        }
        schema = model.mining_schema
        mining_fields = tuple(
            it.replace(missing_value_treatment="returnInvalid")
            if it.name in names and it.missing_value_replacement is None
            else it
            for it in schema.mining_fields
        )
        return model.replace(mining_schema=schema.replace(mining_fields=mining_fields))

    def fields_by_tree(self, fields: Sequence[BoundField]) -> list[list[BoundField]]:
        """Return the fields that each tree reads."""
        by_feature = dict(zip(self.used, fields, strict=True))
        return [
            [by_feature[feature] for feature in own.tolist()]
            for own in self.forest.features_by_tree()
        ]


def tree_models(
    frame: Frame, reader: TreeReader, fields: Sequence[BoundField], tables: Sequence[TreeNodes]
) -> list[TreeModel]:
    """Return inner models of the trees; `frame` gives their target.

    A tree of one leaf reads nothing, but PMML wants a field in every MiningSchema.
    """
    return [
        TreeModel(**frame.parts(own or fields[:1]), **tree.attributes, nodes=tree.nodes)
        for own, tree in zip(reader.fields_by_tree(fields), tables, strict=True)
    ]

"""TreeModel and what stands in its nodes. Specification: chapter Trees."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import Predictor
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.tree.node_reader import NodeTableReader
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.language.scope import Scope
from pmmlkit.xml.content import child as leaf
from pmmlkit.xml.content import optional, repeat, seq
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import NUMBER, PROBABILITY

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.extension import Extension
    from pmmlkit.language.mining_schema import MiningSchema
    from pmmlkit.language.statistics import Counts, NumericInfo

__all__ = ["DecisionTree", "Partition", "PartitionFieldStats", "ScoreDistribution", "TreeModel"]

MISSING_VALUE_STRATEGY: Final = enumeration(
    "lastPrediction",
    "nullPrediction",
    "defaultChild",
    "weightedConfidence",
    "aggregateNodes",
    "none",
)
NO_TRUE_CHILD_STRATEGY: Final = enumeration("returnNullPrediction", "returnLastPrediction")
SPLIT_CHARACTERISTIC: Final = enumeration("binarySplit", "multiSplit")


class ScoreDistribution(Element):
    """How many records of one class came to a node."""

    value: str = attribute(required=True)
    record_count: float | None = attribute(type=NUMBER, required=True, default=None)
    confidence: float | None = attribute(type=PROBABILITY, default=None)
    probability: float | None = attribute(type=PROBABILITY, default=None, since="4.1")
    extensions: tuple[Extension, ...] = children("Extension", default=())


class PartitionFieldStats(
    Element,
    content=seq(
        repeat(leaf("Extension", into="extensions")),
        optional(leaf("Counts", into="counts")),
        optional(leaf("NumericInfo", into="numeric_info")),
        repeat(leaf("Array", into="frequencies"), 0, 3),
    ),
):
    """Statistics of one field over the records of a Partition: information only."""

    field: str = attribute(required=True, default="")
    weighted: str = attribute(default="0", values=enumeration("0", "1"), since="4.1")
    extensions: tuple[Extension, ...] = children("Extension", default=())
    counts: Counts | None = child("Counts", default=None)
    numeric_info: NumericInfo | None = child("NumericInfo", default=None)
    frequencies: tuple[Array, ...] = children("Array", default=())


class Partition(Element, informative=True):
    """Statistics of the records that came to a node: information only."""

    name: str = attribute(required=True, default="")
    size: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    partition_field_stats: tuple[PartitionFieldStats, ...] = children(
        "PartitionFieldStats", default=()
    )


class TreeModel(Model):
    """A decision tree; all its nodes are one `NodeTable`."""

    missing_value_strategy: str = attribute(
        default="none", values=MISSING_VALUE_STRATEGY, since="3.1"
    )
    missing_value_penalty: float = attribute(type=PROBABILITY, default=1.0, since="3.1")
    no_true_child_strategy: str = attribute(
        default="returnNullPrediction", values=NO_TRUE_CHILD_STRATEGY, since="3.1"
    )
    split_characteristic: str = attribute(
        default="multiSplit", values=SPLIT_CHARACTERISTIC, informative=True
    )
    nodes: NodeTable = child("Node", reader=NodeTableReader, required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile to a `TreePredictor`."""
        from pmmlkit.language.models.tree.predictor import compile_tree

        return compile_tree(self, scope, target)


class DecisionTree(EmbeddedModel):
    """A TreeModel inside a Node or a MiningModel. Specification: Multiple Models."""

    missing_value_strategy: str = attribute(
        default="none", values=MISSING_VALUE_STRATEGY, since="3.1"
    )
    missing_value_penalty: float = attribute(type=PROBABILITY, default=1.0, since="3.1")
    no_true_child_strategy: str = attribute(
        default="returnNullPrediction", values=NO_TRUE_CHILD_STRATEGY, since="3.1"
    )
    split_characteristic: str = attribute(
        default="multiSplit", values=SPLIT_CHARACTERISTIC, informative=True
    )
    nodes: NodeTable = child("Node", reader=NodeTableReader, required=True)

    def as_model(self, mining_schema: MiningSchema, math_context: str | None) -> TreeModel:
        """Return the TreeModel that means the same."""
        return TreeModel(
            missing_value_strategy=self.missing_value_strategy,
            missing_value_penalty=self.missing_value_penalty,
            no_true_child_strategy=self.no_true_child_strategy,
            nodes=self.nodes,
            **self.common(mining_schema, math_context),
        )

"""TreeModel: decision trees. Specification: chapter Trees."""

from pmmlkit.language.models.tree.model import (
    DecisionTree,
    Partition,
    PartitionFieldStats,
    ScoreDistribution,
    TreeModel,
)
from pmmlkit.language.models.tree.node_arrays import binary_nodes
from pmmlkit.language.models.tree.node_builder import NodeTableBuilder
from pmmlkit.language.models.tree.node_table import NodeTable

__all__ = [
    "DecisionTree",
    "NodeTable",
    "NodeTableBuilder",
    "Partition",
    "PartitionFieldStats",
    "ScoreDistribution",
    "TreeModel",
    "binary_nodes",
]

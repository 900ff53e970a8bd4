"""The nodes of saved trees, as arrays: read column by column, without a loop over nodes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.forest import Forest
from pmmlkit.exporters.spark.saved import SavedStage

__all__ = ["SavedTrees", "saved_trees"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

CONTINUOUS = -1
"""What stands for a number of categories where a node compares numbers."""


@dataclass(frozen=True)
class SavedTrees:
    """The trees of a model, one after the other, each with its root first.

    `prediction` (n,) and `counts` (n, statistics: for a classification the weights of the classes)
    have a row for each node; `arity` gives the number of categories of each feature that is split
    by sets of them; `weights` (trees,) are those of the trees.
    """

    forest: Forest
    prediction: Doubles
    counts: Doubles
    arity: dict[int, int]
    weights: Doubles

    @cached_property
    def leaf_numbers(self) -> Doubles:
        """The position of each leaf among those of its tree, from left to right (n,)."""
        leaf = self.forest.left < 0
        before = np.concatenate([[0], np.cumsum(leaf)])
        first = np.repeat(before[self.forest.start[:-1]], np.diff(self.forest.start))
        numbers: Doubles = (before[:-1] - first).astype(np.float64)
        return numbers

    def tree(self, number: int) -> SavedTrees:
        """Return one of the trees alone."""
        first, last = self.forest.start[number : number + 2].tolist()
        nodes = slice(first, last)
        inner = self.forest.left[nodes] >= 0
        forest = replace(
            self.forest,
            start=np.array([0, last - first]),
            left=np.where(inner, self.forest.left[nodes] - first, -1),
            right=np.where(inner, self.forest.right[nodes] - first, -1),
            feature=self.forest.feature[nodes],
            threshold=self.forest.threshold[nodes],
            missing_left=self.forest.missing_left[nodes],
            left_codes={
                node - first: test
                for node, test in self.forest.left_codes.items()
                if first <= node < last
            },
        )
        return SavedTrees(
            forest,
            self.prediction[nodes],
            self.counts[nodes],
            self.arity,
            self.weights[number : number + 1],
        )


def saved_trees(stage: SavedStage) -> SavedTrees:
    """Read the trees of a model: one, or those of an ensemble with their weights.

    Raises ExportError where the tables are not those of whole trees.
    """
    table = stage.table()
    try:
        columns = _columns(table)
        weights = _weights(stage) if "treeID" in columns else np.ones(1)
        return _trees(columns, weights, int(stage.metadata["numFeatures"]))
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise ExportError(
            f"{stage.place}/data does not hold the nodes of trees as Spark saves them: "
            f"{type(error).__name__} {error}"
        ) from error


def _columns(table: Any) -> dict[str, Any]:
    """Return the columns by the last part of their names; those of an ensemble stand in a struct,
    in Spark 4.1 and later without names.
    """
    import pyarrow

    if "id" not in table.column_names:
        names = ["_1", "_2"] if "_1" in table.column_names else ["treeID", "nodeData"]
        table = table.select(names).rename_columns(["treeID", "nodeData"])
    while any(pyarrow.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return {
        name.rpartition(".")[2]: column.combine_chunks()
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def _weights(stage: SavedStage) -> Doubles:
    table = stage.table("treesMetadata")
    order = np.argsort(_numbers(table.column("treeID").combine_chunks()))
    return _numbers(table.column("weights").combine_chunks()).astype(np.float64)[order]


def _numbers(column: Any) -> npt.NDArray[Any]:
    if column.null_count:
        raise ValueError("a value is null")
    found: npt.NDArray[Any] = column.to_numpy(zero_copy_only=False)
    return found


def _trees(columns: dict[str, Any], weights: Doubles, features: int) -> SavedTrees:
    number = _numbers(columns["id"]).astype(np.int64)
    tree = (
        _numbers(columns["treeID"]).astype(np.int64)
        if "treeID" in columns
        else np.zeros(len(number), np.int64)
    )
    # files are written in parallel: nodes may stand in any order
    order = np.lexsort((number, tree))
    number, tree = number[order], tree[order]
    start = np.searchsorted(tree, np.arange(len(weights) + 1)).astype(np.int64)
    first = start[:-1][tree]
    if not np.array_equal(number, np.arange(len(number)) - first) or not np.diff(start).all():
        raise ValueError("the nodes are not numbered from 0 on in each tree")
    left, right, feature = (
        _numbers(columns[name]).astype(np.int64)[order]
        for name in ("leftChild", "rightChild", "featureIndex")
    )
    inner = left >= 0
    if (feature[inner] < 0).any() or (feature[inner] >= features).any():
        raise ValueError(f"a node splits on a column that is none of the {features}")
    _check_children(left, right, number, np.diff(start)[tree], inner)
    arity = _numbers(columns["numCategories"]).astype(np.int64)[order]
    by_set = inner & (arity != CONTINUOUS)
    offsets, values = _lists(columns["leftCategoriesOrThreshold"])
    begin, end = offsets[:-1][order], offsets[1:][order]
    threshold = np.zeros(len(number))
    numeric = inner & ~by_set
    if (end - begin != 1)[numeric].any():
        raise ValueError("a node that compares numbers has no threshold")
    threshold[numeric] = values[begin[numeric]]
    forest = Forest(
        start,
        np.where(inner, left + first, -1),
        np.where(inner, right + first, -1),
        np.where(inner, feature, 0),
        threshold,
        np.zeros(len(number), bool),
    )
    codes = _left_codes(np.flatnonzero(by_set), begin, end, values, arity)
    # what no set has goes where the larger set is not named
    forest.missing_left[[node for node, test in codes.items() if test(np.nan)]] = True
    return SavedTrees(
        replace(forest, left_codes=codes),
        _numbers(columns["prediction"]).astype(np.float64)[order],
        _counts(columns["impurityStats"])[order],
        dict(zip(feature[by_set].tolist(), arity[by_set].tolist(), strict=True)),
        weights,
    )


def _check_children(left: Ints, right: Ints, number: Ints, size: Ints, inner: Bools) -> None:
    """Raise ValueError unless each node but the root is the child of one before it."""
    if not np.array_equal(inner, right >= 0):
        raise ValueError("a node has one child")
    children = np.concatenate([left[inner], right[inner]])
    parents = np.tile(number[inner], 2)
    if (children <= parents).any() or (children >= np.tile(size[inner], 2)).any():
        raise ValueError("a child is no node behind its parent")
    first = np.tile((np.arange(len(number)) - number)[inner], 2)
    below = len(number) - int((number == 0).sum())
    if not len(np.unique(children + first)) == len(children) == below:
        raise ValueError("a node has no parent, or several")


def _lists(column: Any) -> tuple[Ints, Doubles]:
    """Return where the list of each row begins and ends, and the items."""
    import pyarrow.compute

    lengths = pyarrow.compute.fill_null(pyarrow.compute.list_value_length(column), 0)
    ends = np.cumsum(_numbers(lengths).astype(np.int64))
    return np.concatenate([[0], ends]), _numbers(column.flatten()).astype(np.float64)


def _counts(column: Any) -> Doubles:
    offsets, values = _lists(column)
    lengths = np.unique(np.diff(offsets))
    if len(lengths) != 1:
        raise ValueError("nodes have different numbers of statistics")
    return values.reshape(len(offsets) - 1, int(lengths[0]))


def _left_codes(
    nodes: Ints, begin: Ints, end: Ints, values: Doubles, arity: Ints
) -> dict[int, Callable[[float], bool]]:
    """Return the test of each node that splits by a set; equal sets share one."""
    known: dict[tuple[bytes, int], Callable[[float], bool]] = {}
    found = {}
    for node, a, b, count in zip(
        nodes.tolist(), begin[nodes].tolist(), end[nodes].tolist(), arity[nodes].tolist(),
        strict=True,
    ):  # fmt: skip
        key = (values[a:b].tobytes(), count)
        if key not in known:
            known[key] = _goes_left(frozenset(values[a:b].tolist()), count)
        found[node] = known[key]
    return found


def _goes_left(codes: frozenset[float], count: int) -> Callable[[float], bool]:
    """Return the test of a code. Spark keeps the smaller set, the left one where both are as
    large: a code that is in neither goes to the other side.
    """
    if len(codes) <= count // 2:
        return lambda code: code in codes
    right = frozenset(map(float, range(count))) - codes
    return lambda code: code not in right

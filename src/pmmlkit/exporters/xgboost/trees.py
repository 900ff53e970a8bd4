"""Trees of XGBoost in arrays: read, checked, freed of deleted nodes, and given to the forest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.forest import Forest
from pmmlkit.exporters.xgboost.contents import Contents

__all__ = ["Trees", "read_trees"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

CATEGORICAL = 1
"""The split_type of a node that splits on a set of categories."""


@dataclass(frozen=True, slots=True)
class Trees:
    """The nodes of all trees, one after the other.

    `start` (trees + 1,) says where each tree begins; `left`, `right`, `feature`, `threshold` and
    `missing_left` are (n,), with -1 for `left` and `right` of leaves; `values` (n, outputs) holds
    what leaves say. A value goes left where it is less than the threshold. `right_codes`: by node,
    the codes of the categories that go right.
    """

    start: Ints
    left: Ints
    right: Ints
    feature: Ints
    threshold: Floats
    missing_left: Bools
    values: Floats
    right_codes: dict[int, frozenset[int]]

    def __len__(self) -> int:
        return len(self.start) - 1

    @property
    def categorical(self) -> frozenset[int]:
        """The features that some node splits by category."""
        return frozenset(self.feature[list(self.right_codes)].tolist())

    def chosen(self, trees: Sequence[int]) -> Trees:
        """Return some of the trees, in this order."""
        bounds = list(pairwise(self.start.tolist()))
        nodes = [np.arange(*bounds[tree]) for tree in trees]
        return self._of(np.concatenate(nodes), [len(own) for own in nodes])

    def _of(self, nodes: Ints, sizes: Sequence[int]) -> Trees:
        """Return the trees of these nodes, which keep their children."""
        place = np.full(len(self.left) + 1, -1, np.int64)
        place[nodes] = np.arange(len(nodes))
        codes = {
            int(place[node]): codes for node, codes in self.right_codes.items() if place[node] >= 0
        }
        return Trees(
            np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
            place[self.left[nodes]],
            place[self.right[nodes]],
            self.feature[nodes],
            self.threshold[nodes],
            self.missing_left[nodes],
            self.values[nodes],
            codes,
        )

    def of_output(self, output: int) -> Trees:
        """Return the trees with one number in each leaf, that of the output."""
        at = output if self.values.shape[1] > 1 else 0
        return replace(self, values=self.values[:, at : at + 1])

    def times(self, weights: Floats, base: np.float32 | None) -> Trees:
        """Return the trees with each tree's leaves times its weight, in single precision.

        `base`: XGBoost's prediction in place adds the base score to each tree and takes it off
        again, which rounds.
        """
        factors = np.repeat(weights, np.diff(self.start))[:, np.newaxis]
        values = self.values if base is None else (base + self.values) - base
        return replace(self, values=values * factors)

    def from_base(self, base: np.float32) -> Trees:
        """Return the trees with the base score in the leaves of the first one.

        That is how XGBoost's own sum comes about: it begins with the base score.
        """
        values = self.values.copy()
        values[: self.start[1]] += base
        return replace(self, values=values)

    def forest(self) -> Forest:
        """Return the forest without its leaves."""
        return Forest(
            self.start,
            self.left,
            self.right,
            np.where(self.left >= 0, self.feature, 0),
            self.threshold.astype(np.float64),
            self.missing_left,
            {node: _not_in(codes) for node, codes in self.right_codes.items()},
            strict=True,
            always_lacks=True,
        )

    def without_deleted(self) -> Trees:
        """Return the trees without nodes that no root leads to.

        Raises ExportError where two nodes share a child or a root is one.
        """
        inner = np.flatnonzero(self.left >= 0)
        children = np.concatenate([self.left[inner], self.right[inner]])
        uses = np.bincount(children, minlength=len(self.left))
        if (uses > 1).any() or uses[self.start[:-1]].any():
            raise ExportError("a tree of the model has a node with two parents: it is damaged")
        reached = np.zeros(len(self.left), bool)
        level = self.start[:-1]
        while len(level):
            reached[level] = True
            level = level[self.left[level] >= 0]
            level = np.concatenate([self.left[level], self.right[level]])
        if reached.all():
            return self
        counts = np.add.reduceat(reached.astype(np.int64), self.start[:-1])
        return self._of(np.flatnonzero(reached), counts.tolist())


def _not_in(codes: frozenset[int]) -> Any:
    return lambda code: int(code) not in codes


def read_trees(found: Contents, features: int) -> Trees:
    """Return the trees of ``gradient_booster.model.trees``, whose splits are on so many features.

    Raises ExportError where they are not trees.
    """
    trees = [_Tree.read(item, features) for item in found.items()]
    if not trees:
        raise ExportError("the booster has no trees: train it first")
    if len({tree.values.shape[1] for tree in trees}) > 1:
        raise found.wrong("holds leaves of several sizes")
    sizes = [len(tree.left) for tree in trees]
    start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    shift = np.repeat(start[:-1], sizes)
    left = np.concatenate([tree.left for tree in trees])
    right = np.concatenate([tree.right for tree in trees])
    return Trees(
        start,
        np.where(left >= 0, left + shift, -1),
        np.where(left >= 0, right + shift, -1),
        np.concatenate([tree.feature for tree in trees]),
        np.concatenate([tree.threshold for tree in trees]),
        np.concatenate([tree.missing_left for tree in trees]),
        np.concatenate([tree.values for tree in trees]),
        {
            first + node: codes
            for first, tree in zip(start.tolist(), trees, strict=False)
            for node, codes in tree.right_codes.items()
        },
    ).without_deleted()


@dataclass(frozen=True, slots=True)
class _Tree:
    left: Ints
    right: Ints
    feature: Ints
    threshold: Floats
    missing_left: Bools
    values: Floats
    right_codes: dict[int, frozenset[int]]

    @classmethod
    def read(cls, found: Contents, features: int) -> _Tree:
        left = found["left_children"].array(np.int64)
        size = len(left)
        if size == 0:
            raise found.wrong("has no nodes")
        right = found["right_children"].array(np.int64, size)
        inner = left >= 0
        children = np.concatenate([left[inner], right[inner]])
        if ((children <= 0) | (children >= size)).any():
            raise found.wrong("has children that are none of its nodes")
        feature = found["split_indices"].array(np.int64, size)
        if ((feature[inner] < 0) | (feature[inner] >= features)).any():
            raise found.wrong(f"splits on a feature beyond its {features}")
        threshold = found["split_conditions"].array(np.float32, size)
        values = _values(found, threshold, left, right)
        codes = _codes(found, inner)
        numeric = inner.copy()
        # up to XGBoost 2.1 a split by category has NaN for a threshold
        numeric[list(codes)] = False
        if np.isnan(threshold[numeric]).any() or not np.isfinite(values[~inner]).all():
            raise found.wrong("holds a threshold or a leaf that is no number")
        missing_left = found["default_left"].array(np.int64, size) != 0
        return cls(left, right, feature, threshold, missing_left, values, codes)


def _values(found: Contents, threshold: Floats, left: Ints, right: Ints) -> Floats:
    """Return the numbers of the leaves (n, outputs)."""
    width = 1
    if "tree_param" in found and "size_leaf_vector" in found["tree_param"]:
        width = max(found["tree_param"]["size_leaf_vector"].integer(), 1)
    if width == 1:
        return threshold[:, np.newaxis]
    size = len(left)
    if "leaf_weights" not in found:
        # up to XGBoost 3.1 every node has a vector
        return found["base_weights"].array(np.float32, size * width).reshape(size, width)
    # the right child of a leaf is the number of its vector
    vectors = found["leaf_weights"].array(np.float32)
    leaves = np.flatnonzero(left < 0)
    at = right[leaves]
    if len(vectors) % width or ((at < 0) | (at * width >= len(vectors))).any():
        raise found.wrong("has leaves without values")
    values = np.zeros((size, width), np.float32)
    values[leaves] = vectors.reshape(-1, width)[at]
    return values


def _codes(found: Contents, inner: Bools) -> dict[int, frozenset[int]]:
    """Return the codes that go right, by node."""
    if "split_type" not in found:
        return {}
    kinds = found["split_type"].array(np.int64, len(inner))
    split = set(np.flatnonzero((kinds == CATEGORICAL) & inner).tolist())
    if not split:
        return {}
    nodes = found["categories_nodes"].array(np.int64)
    starts = found["categories_segments"].array(np.int64, len(nodes))
    sizes = found["categories_sizes"].array(np.int64, len(nodes))
    codes = found["categories"].array(np.int64)
    if ((starts < 0) | (sizes < 0) | (starts + sizes > len(codes))).any():
        raise found.wrong("has sets of categories beyond its list")
    sets = {
        node: frozenset(codes[first : first + size].tolist())
        for node, first, size in zip(nodes.tolist(), starts.tolist(), sizes.tolist(), strict=True)
    }
    if not split <= set(sets):
        raise found.wrong("splits by category without a set of categories")
    return {node: sets[node] for node in split}

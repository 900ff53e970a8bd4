"""Where the nodes of trees stand in the document; in the compact form an element for each leaf."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import NONE

__all__ = ["NodeOrder", "levels_of", "sizes_of"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]


def levels_of(start: Ints, left: Ints, right: Ints) -> list[Ints]:
    """Return the nodes that split, those of the roots first, level by level."""
    levels = []
    level = start[:-1]
    while len(level):
        level = level[left[level] >= 0]
        levels.append(level)
        level = np.concatenate([left[level], right[level]])
    return levels


def sizes_of(levels: list[Ints], first: Ints, second: Ints, own: Ints) -> Ints:
    """Return the sums of `own` (n,) over each node and what is below it."""
    size = own.copy()
    for level in reversed(levels):
        size[level] += size[first[level]] + size[second[level]]
    return size


class NodeOrder:
    """Depth first, the first child behind its parent.

    `first` and `second` (n,) are the children of the nodes that split. A node that is `dissolved`
    (n,) has no element: its children, or what it says as a leaf, go to `holder`, the element of its
    parent; `holder` of all others is the node itself. `place` counts elements over all trees,
    `local` within the tree, `parent` is the local number of the element around; `start` says where
    the elements of each tree begin.
    """

    def __init__(
        self, roots: Ints, levels: list[Ints], first: Ints, second: Ints, dissolved: Bools
    ) -> None:
        own = (~dissolved).astype(np.int64)
        size = sizes_of(levels, first, second, own)
        self.first, self.second, self.dissolved = first, second, dissolved
        self.start = np.append(0, np.cumsum(size[roots[:-1]]))
        self.place = np.zeros(len(own), np.int64)
        self.place[roots[:-1]] = self.start[:-1]
        self.holder = np.arange(len(own))
        above = np.full(len(own), NONE, np.int64)
        for level in levels:
            here, there = first[level], second[level]
            self.place[here] = self.place[level] + own[level]
            self.place[there] = self.place[here] + size[here]
            holder = self.holder[level]
            above[here] = above[there] = holder
            self.holder[there] = np.where(dissolved[there], holder, there)
        self.tree_start = np.repeat(self.start[:-1], np.diff(roots))
        self.local = self.place - self.tree_start
        self.parent = np.where(above >= 0, self.local[above], NONE)

"""What the pieces of plain markup do to the nodes of a tree: which they open and close, and what
kinds of predicates they give them.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import ABSENT, FALSE, SIMPLE, TRUE
from pmmlkit.xml.bulk import ATTRIBUTE, CLOSE, OPEN, Bulk, Event

__all__ = [
    "CONTENT",
    "DEPTH",
    "ENDS",
    "EXPECTED",
    "LINES",
    "LOWEST",
    "NODES",
    "PREDICATE",
    "SCORE_DISTRIBUTION",
    "SIMPLE_PREDICATE",
    "START",
    "WITH_ATTRIBUTES",
    "Walk",
    "Walker",
    "Walks",
]

Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.int32]

EXPECTED: Final = {
    "Node": ("id", "score", "recordCount", "defaultChild"),
    "SimplePredicate": ("field", "operator", "value"),
    "ScoreDistribution": ("value", "recordCount", "confidence", "probability"),
    "True": (),
    "False": (),
}
"""The elements that are read in bulk, with their attributes."""
NODE, SIMPLE_PREDICATE, SCORE_DISTRIBUTION, _TRUE, _FALSE = range(len(EXPECTED))
WITH_ATTRIBUTES: Final = 3
"""So many tags, the first ones, have attributes."""

_KIND_OF_TAG: Final = (ABSENT, SIMPLE, ABSENT, TRUE, FALSE)
CONTENT: Final = -1
"""Stands for the tag where a piece does not begin in one."""
_NO_LEAF: Final = -1


class Walk(NamedTuple):
    """What a piece does to the nodes: `nodes` are those it opens, each with its depth below that at
    the start, the line ends before it and the kind of its predicate; `kind` is the predicate that
    it gives to the node before these.

    `depth` is by how much the depth changes, `lowest` the least that it comes to. `events` is how
    many events there are up to the last end of an element, `end` where that stands in the piece;
    `is_whole` if all that the piece says is plain.
    """

    nodes: tuple[tuple[int, int, int], ...]
    kind: int
    depth: int
    lowest: int
    lines: int
    events: int
    end: int
    is_whole: bool

    def counts(self, start: int) -> tuple[int, ...]:
        """Return the row of the walk, if its nodes begin at a place of the list of nodes."""
        return (len(self.nodes), self.depth, self.lines, self.kind, self.lowest, start, self.events)


_COUNTS: Final = 7
NODES, DEPTH, LINES, PREDICATE, LOWEST, START, ENDS = range(_COUNTS)
"""The columns of the counts of `Walks`."""
_NOT_PLAIN: Final = -(2**30)
"""The lowest depth of what is not plain."""


class Walker:
    """Follows a piece that begins in the start tag `tag` as far as it is plain.

    `is_fresh`: the node that is open there is the last that was opened: its predicate and its
    distributions stand before its children. `is_shared`: it has a distribution, so that its
    predicate comes no more. `depth`: how many nodes are open, if that is known.
    """

    def __init__(
        self,
        tag: int,
        *,
        is_fresh: bool = True,
        is_shared: bool = False,
        depth: int | None = None,
    ) -> None:
        self._tag = tag
        self._is_fresh = is_fresh
        self._is_shared = is_shared or tag == SCORE_DISTRIBUTION
        self._depth = depth
        self._leaf = self._given = tag if tag > NODE else _NO_LEAF
        self._nodes: list[tuple[int, int, int]] = []
        self._kind = ABSENT
        self._level = 0

    def walk(self, events: Sequence[Event]) -> Walk:
        """Follow the events of the piece."""
        ended = end = lowest = 0
        is_whole = True
        for at, event in enumerate(events, 1):
            if event.kind == ATTRIBUTE:
                break
            said = self._tag if event.tag < 0 else event.tag
            is_whole = self._open(said, event.line) if event.kind == OPEN else self._close(said)
            if not is_whole:
                break
            lowest = min(lowest, self._level)
            if event.kind == CLOSE:
                ended, end = at, event.end
        nodes, lines = tuple(self._nodes), events[-1].line if events else 0
        return Walk(nodes, self._kind, self._level, lowest, lines, ended, end, is_whole)

    def _open(self, tag: int, line: int) -> bool:
        """Take a start tag; tell whether it is plain."""
        if self._leaf != _NO_LEAF:
            return False
        if tag == NODE:
            self._level += 1
            self._nodes.append((self._level, line, ABSENT))
            self._is_fresh = True
            self._is_shared = False
            return True
        self._leaf = tag
        kind = _KIND_OF_TAG[tag]
        if kind == ABSENT:
            self._is_shared = True
            return self._is_fresh
        if self._is_shared or not self._is_fresh:
            return False
        level, line, before = self._nodes[-1] if self._nodes else (0, 0, self._kind)
        if self._nodes:
            self._nodes[-1] = (level, line, kind)
        else:
            self._kind = kind
        return before == ABSENT

    def _close(self, tag: int) -> bool:
        """Take the end of an element; tell whether it is plain, and not that of the outermost
        Node.
        """
        leaf, given = self._leaf, self._given
        if leaf != _NO_LEAF:
            self._leaf = self._given = _NO_LEAF
            # One that began and ended in the piece has no attributes.
            return tag == leaf and leaf in (given, _TRUE, _FALSE)
        if tag != NODE or (self._depth is not None and self._depth + self._level == 1):
            return False
        self._level -= 1
        self._is_fresh = False
        return True


class Walks:
    """What each piece does to the nodes after each tag: a row of counts, and the nodes."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._rows = np.zeros(0, np.int32)
        self._counts = array("i")
        self._nodes = array("i")
        self._table = (np.zeros((0, _COUNTS), np.int32), np.zeros((0, 3), np.int32))

    def of(self, pieces: Ints, tags: Ints) -> tuple[Rows, Rows]:
        """Return the counts (n, 7) of pieces after tags, and the list of nodes (m, 3)."""
        missing = WITH_ATTRIBUTES * len(self._bulk.pieces) - len(self._rows)
        if missing:
            self._rows = np.concatenate([self._rows, np.full(missing, -1, np.int32)])
        keys = pieces * WITH_ATTRIBUTES + tags
        rows = self._rows[keys]
        if len(rows) and rows.min() < 0:
            for key in sorted(set(keys[rows < 0].tolist())):
                self._add(key)
            rows = self._rows[keys]
            counts = np.array(self._counts, np.int32).reshape(-1, _COUNTS)
            self._table = (counts, np.array(self._nodes, np.int32).reshape(-1, 3))
        counts, nodes = self._table
        return counts.take(rows, axis=0) if len(rows) else counts[:0], nodes

    def _add(self, key: int) -> None:
        piece, tag = divmod(key, WITH_ATTRIBUTES)
        walk = Walker(tag).walk(self._bulk.pieces[piece].events)
        if not walk.is_whole:
            walk = walk._replace(lowest=_NOT_PLAIN)
        self._rows[key] = len(self._counts) // _COUNTS
        self._counts.extend(walk.counts(len(self._nodes) // 3))
        for node in walk.nodes:
            self._nodes.extend(node)

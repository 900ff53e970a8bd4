"""Nodes in plain markup, as arrays: what `NodeTableReader` does tag by tag, a tree at a time."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_pool import DISTRIBUTION_COLUMNS, NODE_COLUMNS, NodePool
from pmmlkit.language.models.tree.node_table import ABSENT, NONE, OPERATORS
from pmmlkit.language.models.tree.node_walks import (
    CONTENT,
    DEPTH,
    ENDS,
    EXPECTED,
    LINES,
    LOWEST,
    NODES,
    PREDICATE,
    SCORE_DISTRIBUTION,
    SIMPLE_PREDICATE,
    START,
    WITH_ATTRIBUTES,
    Walk,
    Walker,
    Walks,
)
from pmmlkit.xml.bulk import Bulk, Stretch

__all__ = ["NodeBulk", "Progress"]

Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.int32]

_MOST_ATTRIBUTES: Final = 4
_COLUMNS: Final = np.array(
    [
        [NODE_COLUMNS.index(name) for name in ("id", "score", "record_count", "default_child")],
        [NODE_COLUMNS.index(name) for name in ("field", "operator", "value")] + [NONE],
    ]
)
"""The column of each attribute of a Node and of a SimplePredicate."""
_KIND: Final = NODE_COLUMNS.index("kind")
_LINE: Final = NODE_COLUMNS.index("line")
_WIDTH: Final = len(NODE_COLUMNS)
_EMPTY: Final = np.array([NONE, ABSENT] + [NONE] * (_WIDTH - 2), np.int32)
_COMPARISONS: Final = {name: number for number, name in enumerate(OPERATORS[:8])}


class Progress(NamedTuple):
    """How far the nodes of a table have been read.

    `open` are the nodes that are open, outermost first, `nodes` how many there are, `depth` the
    most that were open at once, `last_owner` the node of the last ScoreDistribution, NONE without
    one.
    """

    open: list[int]
    nodes: int
    depth: int
    last_owner: int


class NodeBulk:
    """Reads the plain markup of the trees of a document, and remembers what it has learnt of it."""

    def __init__(self) -> None:
        self._bulk = Bulk(EXPECTED)
        self._walks = Walks(self._bulk)

    def take(
        self, pool: NodePool, first: int, progress: Progress, data: bytes, line: int
    ) -> tuple[Progress, int, bool] | None:
        """Put the nodes at the start of `data` into the pool, up to the end of the outermost Node.

        `first` is the pool's row of the table's first node, `line` the line of the data's start.
        Returns the progress, how many bytes were taken, and whether what follows is the end or not
        plain. None: nothing can be taken.
        """
        stretch = self._bulk.read(data)
        found = None if stretch is None else self._followed(stretch, progress)
        if stretch is None or found is None:
            return None
        counts, nodes, size, is_over = found
        values = _Values(stretch, len(counts) - 1, pool)
        if not values.are_whole():
            return None
        before = np.empty((len(counts) + 1, 3), np.int32)
        before[0] = progress.nodes, len(progress.open), line
        before[1:] = counts[:, :3]
        np.cumsum(before, axis=0, out=before)
        rows, depths = _new_rows(counts, nodes, before)
        table = _Rows(pool, first, progress.nodes, rows)
        owners = before[:, NODES] - 1
        given = np.flatnonzero(counts[:, PREDICATE] != ABSENT)
        if not table.put_predicates(owners[given], counts[given, PREDICATE]):
            return None
        values.put(table, owners[1:-1])
        distributions = values.distributions(owners[1:-1])
        rows[:, 0], still_open = _nested(depths, progress, int(before[-1, DEPTH]))
        pool.rows.frombytes(rows.tobytes())
        pool.distributions.frombytes(distributions.tobytes())
        after = Progress(
            still_open,
            progress.nodes + len(rows),
            max(progress.depth, int(depths.max(initial=0))),
            int(distributions[-1, 0]) if len(distributions) else progress.last_owner,
        )
        return after, size, is_over

    def _followed(
        self, stretch: Stretch, progress: Progress
    ) -> tuple[Rows, Rows, int, bool] | None:
        """Return what the pieces do to the nodes as rows of counts, with the list of nodes, up to
        the last end of an element; how many bytes that is, and whether what follows is the end or
        not plain. None: no element ends.
        """
        is_fresh = progress.open[-1] == progress.nodes - 1
        is_shared = progress.open[-1] == progress.last_owner
        depths = np.full(len(stretch.values) + 1, len(progress.open), np.int32)

        def walk(at: int, events: int | None = None) -> Walk:
            tag = int(stretch.tag[at - 1]) if at else CONTENT
            piece = stretch.piece(at).events[:events]
            shared = is_shared and at == 0
            depth = int(depths[at])
            walker = Walker(tag, is_fresh=is_fresh or at > 0, is_shared=shared, depth=depth)
            return walker.walk(piece)

        first = walk(0)
        counts, nodes = self._walks.of(stretch.between, stretch.tag[:-1])
        at = 0
        if first.is_whole and stretch.values:
            depths[1:] += first.depth
            depths[2:] += np.cumsum(counts[:, DEPTH], dtype=np.int32)
            not_plain = np.flatnonzero(depths[1:-1] + counts[:, LOWEST] <= 0)
            at = int(not_plain[0]) + 1 if len(not_plain) else len(stretch.values)
        last = walk(at)
        is_over = stretch.is_cut or not last.is_whole
        if not last.events:
            ending = np.flatnonzero(counts[: max(at - 1, 0), ENDS])
            at = int(ending[-1]) + 1 if len(ending) else 0
            last = walk(at)
            if not last.events:
                return None
        if last.events < len(stretch.piece(at).events):
            last = walk(at, last.events)
        start = len(nodes)
        ends = [last.counts(start)]
        opened = last.nodes
        if at:
            ends.append(first.counts(start + len(opened)))
            opened += first.nodes
        rows = np.array(ends, np.int32)
        nodes = np.concatenate([nodes, np.array(opened, np.int32).reshape(-1, 3)])
        counts = np.concatenate([rows[1:], counts[: max(at - 1, 0)], rows[:1]])
        return counts, nodes, stretch.size(at, last.end), is_over


def _new_rows(counts: Rows, nodes: Rows, before: Rows) -> tuple[Rows, Rows]:
    """Return the rows of the nodes that pieces open, but for their attributes, and the depths of
    the nodes; `before` (n + 1, 3) is how many nodes, open nodes and line ends stand before.
    """
    many = counts[:, NODES]
    piece = np.repeat(np.arange(len(many)), many)
    shifts = counts[:, START] - (before[:-1, NODES] - before[0, NODES])
    opened = nodes.take(shifts[piece] + np.arange(len(piece), dtype=np.int32), axis=0)
    around = before.take(piece, axis=0)
    rows = _EMPTY[np.newaxis].repeat(len(piece), axis=0)
    rows[:, _KIND] = opened[:, 2]
    rows[:, _LINE] = opened[:, 1] + around[:, LINES]
    return rows, opened[:, 0] + around[:, DEPTH]


def _nested(depths: Rows, progress: Progress, depth: int) -> tuple[list[int], list[int]]:
    """Return the parents of new nodes, and the nodes that are open at the end, at a depth."""
    last = [NONE, *progress.open]
    last += [NONE] * (int(depths.max(initial=0)) + 1 - len(last))
    parents = []
    for node, own in enumerate(depths.tolist(), progress.nodes):
        last[own] = node
        parents.append(last[own - 1])
    return parents, last[1 : depth + 1]


class _Values:
    """The values of a stretch: tag, attribute and text number of each (n,)."""

    def __init__(self, stretch: Stretch, count: int, pool: NodePool) -> None:
        find = pool.text_numbers.__getitem__
        values = stretch.values if count == len(stretch.values) else stretch.values[:count]
        self._text = np.fromiter(map(find, values), np.int32, count)
        self._tag, self._attribute = stretch.tag[:count], stretch.attribute[:count]
        self._is_first = stretch.opened[:count] == np.arange(count)
        self._comparisons = [
            (number, operator)
            for name, operator in _COMPARISONS.items()
            if (number := pool.text_numbers.get(name)) is not None
        ]

    def are_whole(self) -> bool:
        """Tell whether each SimplePredicate has a field and a known operator, and each
        ScoreDistribution a value and a recordCount; the texts of operators become their numbers.
        """
        elements = np.bincount(self._tag[self._is_first], minlength=WITH_ATTRIBUTES)
        roles = self._tag * _MOST_ATTRIBUTES + self._attribute
        given = np.bincount(roles, minlength=WITH_ATTRIBUTES * _MOST_ATTRIBUTES)
        given = given.reshape(-1, _MOST_ATTRIBUTES)
        if (given[SIMPLE_PREDICATE:, :2] != elements[SIMPLE_PREDICATE:, np.newaxis]).any():
            return False
        at = np.flatnonzero(roles == SIMPLE_PREDICATE * _MOST_ATTRIBUTES + 1)
        said = self._text[at]
        found = np.full(len(at), NONE, np.int32)
        for number, operator in self._comparisons:
            found[said == number] = operator
        self._text[at] = found
        return bool((found != NONE).all())

    def put(self, table: _Rows, owners: Ints) -> None:
        """Fill the columns of the nodes."""
        mine = np.flatnonzero(self._tag != SCORE_DISTRIBUTION)
        columns = _COLUMNS[self._tag[mine], self._attribute[mine]]
        table.put(owners[mine], columns, self._text[mine])

    def distributions(self, owners: Ints) -> Rows:
        """Return the rows of the distributions."""
        mine = np.flatnonzero(self._tag == SCORE_DISTRIBUTION)
        is_first = self._is_first[mine]
        number = np.cumsum(is_first) - 1
        rows = np.full((int(is_first.sum()), len(DISTRIBUTION_COLUMNS)), NONE, np.int32)
        rows[:, 0] = owners[mine[is_first]]
        rows[number, self._attribute[mine] + 1] = self._text[mine]
        return rows


class _Rows:
    """The new nodes as rows, and those that were there before."""

    def __init__(self, pool: NodePool, first: int, nodes: int, rows: Rows) -> None:
        self._pool = pool
        self._first = first
        self._nodes = nodes
        self._rows = rows

    def put_predicates(self, owners: Ints, kinds: Ints) -> bool:
        """Fill in kinds of predicates; tell whether none of these nodes had one, nor gets two."""
        rows, early = self._pool.rows, owners[owners < self._nodes].tolist()
        is_free = (
            bool((owners[1:] > owners[:-1]).all())
            and all(rows[(self._first + node) * _WIDTH + _KIND] == ABSENT for node in early)
            and bool((self._rows[owners[len(early) :] - self._nodes, _KIND] == ABSENT).all())
        )
        if is_free:
            self.put(owners, np.full(len(owners), _KIND), kinds)
        return is_free

    def put(self, owners: Ints, columns: Ints, values: Ints) -> None:
        """Fill columns of nodes, which come in order."""
        early = int((owners < self._nodes).sum())
        places = (owners - self._nodes) * _WIDTH + columns
        self._rows.reshape(-1)[places[early:]] = values[early:]
        for node, column, value in zip(
            owners[:early].tolist(), columns[:early].tolist(), values[:early].tolist(), strict=True
        ):
            self._pool.rows[(self._first + node) * _WIDTH + column] = value

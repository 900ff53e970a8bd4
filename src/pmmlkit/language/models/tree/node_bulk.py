"""Nodes in plain markup, as arrays: what `NodeTableReader` does tag by tag, a tree at a time."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_pool import DISTRIBUTION_COLUMNS, NODE_COLUMNS, NodePool
from pmmlkit.language.models.tree.node_table import ABSENT, FALSE, NONE, OPERATORS, SIMPLE, TRUE
from pmmlkit.xml.bulk import ATTRIBUTE, CLOSE, OPEN, Bulk, Event, Stretch

__all__ = ["NodeBulk", "Progress"]

Ints = npt.NDArray[np.integer]
Rows = npt.NDArray[np.int32]

_EXPECTED: Final = {
    "Node": ("id", "score", "recordCount", "defaultChild"),
    "SimplePredicate": ("field", "operator", "value"),
    "ScoreDistribution": ("value", "recordCount", "confidence", "probability"),
    "True": (),
    "False": (),
}
_NODE, _SIMPLE, _DISTRIBUTION, _TRUE, _FALSE = range(len(_EXPECTED))
_WITH_ATTRIBUTES: Final = 3
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
_KIND_OF_TAG: Final = (ABSENT, SIMPLE, ABSENT, TRUE, FALSE)
_WIDTH: Final = len(NODE_COLUMNS)
_EMPTY: Final = np.array([NONE, ABSENT] + [NONE] * (_WIDTH - 2), np.int32)
_COMPARISONS: Final = {name: number for number, name in enumerate(OPERATORS[:8])}

_CONTENT: Final = -1
"""Stands for the tag where a piece does not begin in one."""
_NO_LEAF: Final = -1


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


class _Walk(NamedTuple):
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
_NODES, _DEPTH, _LINES, _PREDICATE, _LOWEST, _START, _ENDS = range(_COUNTS)
_NOT_PLAIN: Final = -(2**30)
"""The lowest depth of what is not plain."""


class _Walker:
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
        self._is_shared = is_shared or tag == _DISTRIBUTION
        self._depth = depth
        self._leaf = self._given = tag if tag > _NODE else _NO_LEAF
        self._nodes: list[tuple[int, int, int]] = []
        self._kind = ABSENT
        self._level = 0

    def walk(self, events: Sequence[Event]) -> _Walk:
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
        return _Walk(nodes, self._kind, self._level, lowest, lines, ended, end, is_whole)

    def _open(self, tag: int, line: int) -> bool:
        """Take a start tag; tell whether it is plain."""
        if self._leaf != _NO_LEAF:
            return False
        if tag == _NODE:
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
        if tag != _NODE or (self._depth is not None and self._depth + self._level == 1):
            return False
        self._level -= 1
        self._is_fresh = False
        return True


class _Walks:
    """What each piece does to the nodes after each tag: a row of counts, and the nodes."""

    def __init__(self, bulk: Bulk) -> None:
        self._bulk = bulk
        self._rows = np.zeros(0, np.int32)
        self._counts = array("i")
        self._nodes = array("i")
        self._table = (np.zeros((0, _COUNTS), np.int32), np.zeros((0, 3), np.int32))

    def of(self, pieces: Ints, tags: Ints) -> tuple[Rows, Rows]:
        """Return the counts (n, 7) of pieces after tags, and the list of nodes (m, 3)."""
        missing = _WITH_ATTRIBUTES * len(self._bulk.pieces) - len(self._rows)
        if missing:
            self._rows = np.concatenate([self._rows, np.full(missing, -1, np.int32)])
        keys = pieces * _WITH_ATTRIBUTES + tags
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
        piece, tag = divmod(key, _WITH_ATTRIBUTES)
        walk = _Walker(tag).walk(self._bulk.pieces[piece].events)
        if not walk.is_whole:
            walk = walk._replace(lowest=_NOT_PLAIN)
        self._rows[key] = len(self._counts) // _COUNTS
        self._counts.extend(walk.counts(len(self._nodes) // 3))
        for node in walk.nodes:
            self._nodes.extend(node)


class NodeBulk:
    """Reads the plain markup of the trees of a document, and remembers what it has learnt of it."""

    def __init__(self) -> None:
        self._bulk = Bulk(_EXPECTED)
        self._walks = _Walks(self._bulk)

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
        owners = before[:, _NODES] - 1
        given = np.flatnonzero(counts[:, _PREDICATE] != ABSENT)
        if not table.put_predicates(owners[given], counts[given, _PREDICATE]):
            return None
        values.put(table, owners[1:-1])
        distributions = values.distributions(owners[1:-1])
        rows[:, 0], still_open = _nested(depths, progress, int(before[-1, _DEPTH]))
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

        def walk(at: int, events: int | None = None) -> _Walk:
            tag = int(stretch.tag[at - 1]) if at else _CONTENT
            piece = stretch.piece(at).events[:events]
            shared = is_shared and at == 0
            depth = int(depths[at])
            walker = _Walker(tag, is_fresh=is_fresh or at > 0, is_shared=shared, depth=depth)
            return walker.walk(piece)

        first = walk(0)
        counts, nodes = self._walks.of(stretch.between, stretch.tag[:-1])
        at = 0
        if first.is_whole and stretch.values:
            depths[1:] += first.depth
            depths[2:] += np.cumsum(counts[:, _DEPTH], dtype=np.int32)
            not_plain = np.flatnonzero(depths[1:-1] + counts[:, _LOWEST] <= 0)
            at = int(not_plain[0]) + 1 if len(not_plain) else len(stretch.values)
        last = walk(at)
        is_over = stretch.is_cut or not last.is_whole
        if not last.events:
            ending = np.flatnonzero(counts[: max(at - 1, 0), _ENDS])
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
    many = counts[:, _NODES]
    piece = np.repeat(np.arange(len(many)), many)
    shifts = counts[:, _START] - (before[:-1, _NODES] - before[0, _NODES])
    opened = nodes.take(shifts[piece] + np.arange(len(piece), dtype=np.int32), axis=0)
    around = before.take(piece, axis=0)
    rows = _EMPTY[np.newaxis].repeat(len(piece), axis=0)
    rows[:, _KIND] = opened[:, 2]
    rows[:, _LINE] = opened[:, 1] + around[:, _LINES]
    return rows, opened[:, 0] + around[:, _DEPTH]


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
        elements = np.bincount(self._tag[self._is_first], minlength=_WITH_ATTRIBUTES)
        roles = self._tag * _MOST_ATTRIBUTES + self._attribute
        given = np.bincount(roles, minlength=_WITH_ATTRIBUTES * _MOST_ATTRIBUTES)
        given = given.reshape(-1, _MOST_ATTRIBUTES)
        if (given[_SIMPLE:, :2] != elements[_SIMPLE:, np.newaxis]).any():
            return False
        at = np.flatnonzero(roles == _SIMPLE * _MOST_ATTRIBUTES + 1)
        said = self._text[at]
        found = np.full(len(at), NONE, np.int32)
        for number, operator in self._comparisons:
            found[said == number] = operator
        self._text[at] = found
        return bool((found != NONE).all())

    def put(self, table: _Rows, owners: Ints) -> None:
        """Fill the columns of the nodes."""
        mine = np.flatnonzero(self._tag != _DISTRIBUTION)
        columns = _COLUMNS[self._tag[mine], self._attribute[mine]]
        table.put(owners[mine], columns, self._text[mine])

    def distributions(self, owners: Ints) -> Rows:
        """Return the rows of the distributions."""
        mine = np.flatnonzero(self._tag == _DISTRIBUTION)
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

"""Nodes in plain markup, as arrays: what `NodeTableReader` does tag by tag, a tree at a time."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_pool import DISTRIBUTION_COLUMNS, NODE_COLUMNS, NodePool
from pmmlkit.language.models.tree.node_table import ABSENT, FALSE, NONE, OPERATORS, SIMPLE, TRUE
from pmmlkit.xml.bulk import ATTRIBUTE, CLOSE, OPEN, Bulk, Stretch

__all__ = ["EXPECTED", "Progress", "take_nodes"]

Ints = npt.NDArray[np.integer]

EXPECTED: Final = {
    "Node": ("id", "score", "recordCount", "defaultChild"),
    "SimplePredicate": ("field", "operator", "value"),
    "ScoreDistribution": ("value", "recordCount", "confidence", "probability"),
    "True": (),
    "False": (),
}
"""The plain markup of a tree: `Bulk` is made for it."""

_NODE, _SIMPLE, _DISTRIBUTION, _TRUE, _FALSE = range(len(EXPECTED))
_NODE_PLACES: Final = np.array(
    [NODE_COLUMNS.index(name) for name in ("id", "score", "record_count", "default_child")]
)
_SIMPLE_PLACES: Final = np.array(
    [NODE_COLUMNS.index(name) for name in ("field", "operator", "value")]
)
_KIND: Final = NODE_COLUMNS.index("kind")
_KIND_OF_TAG: Final = np.array([ABSENT, SIMPLE, ABSENT, TRUE, FALSE])
_WIDTH: Final = len(NODE_COLUMNS)
_EMPTY: Final = np.array([NONE, ABSENT] + [NONE] * (_WIDTH - 2), np.int32)
_COMPARISONS: Final = {name: number for number, name in enumerate(OPERATORS[:8])}


class Progress(NamedTuple):
    """How far the nodes of a table have been read.

    `open` are the nodes that are open, outermost first, `nodes` how many there are, `depth` the
    most that were open at once, `last_owner` the node of the last ScoreDistribution.
    """

    open: list[int]
    nodes: int
    depth: int
    last_owner: int


class _Tree:
    """The structure of a stretch: kind, tag and depth of each event, the node that a predicate or a
    distribution belongs to.
    """

    def __init__(self, stretch: Stretch, events: int, progress: Progress) -> None:
        self.kind, self.tag = stretch.kind[:events], stretch.tag[:events]
        is_node, is_open = self.tag == _NODE, self.kind == OPEN
        self.opens = np.flatnonzero(is_open & is_node)
        step = np.zeros(events, np.int32)
        step[self.opens] = 1
        step[(self.kind == CLOSE) & is_node] = -1
        early = len(progress.open)
        self.depth = early + np.cumsum(step)
        numbers = progress.nodes + np.arange(len(self.opens))
        # The node that is open at a depth is the last one that was opened there.
        self._span, self._shift = events + early + 1, early
        before = np.arange(1, early + 1) * self._span + np.arange(early)
        keys = np.concatenate(
            [before, self.depth[self.opens] * self._span + self.opens + self._shift]
        )
        order = np.argsort(keys)
        self._keys = keys[order]
        self._nodes = np.concatenate([np.array(progress.open, np.intp), numbers])[order]
        leaves = np.flatnonzero(is_open & ~is_node)
        self.owner = np.full(events, -1, np.intp)
        self.owner[self.opens] = numbers
        self.owner[leaves] = self.node_at(leaves, self.depth[leaves])

    def node_at(self, events: Ints, depths: Ints) -> Ints:
        """Return the node that is open at these depths when the events come."""
        wanted = depths * self._span + events + self._shift
        found: Ints = self._nodes[np.searchsorted(self._keys, wanted, side="right") - 1]
        return found


def take_nodes(
    bulk: Bulk, pool: NodePool, first: int, progress: Progress, data: bytes, line: int
) -> tuple[Progress, int, bool] | None:
    """Put the nodes at the start of `data` into the pool, up to the end of the outermost Node.

    `first` is the pool's row of the table's first node, `line` the line of the data's start.
    Returns the progress, how many bytes were taken, and whether what follows is the end or not
    plain. None: nothing can be taken.
    """
    stretch = bulk.read(data)
    if stretch is None:
        return None
    events, is_end = _usable(stretch, len(progress.open))
    if events == 0 or not _leaves_are_whole(stretch, events):
        return None
    tree = _Tree(stretch, events, progress)
    rows = _EMPTY[np.newaxis].repeat(len(tree.opens), axis=0)
    rows[:, 0] = tree.node_at(tree.opens, tree.depth[tree.opens] - 1)
    rows[:, -1] = line + stretch.line[tree.opens]
    table = _Rows(pool, first, progress.nodes, rows)
    predicates = np.flatnonzero((tree.kind == OPEN) & (_KIND_OF_TAG[tree.tag] != ABSENT))
    attributes = _Attributes(stretch, tree, pool)
    distributions = attributes.distributions(progress.last_owner)
    if (
        distributions is None
        or not table.is_free(tree.owner[predicates])
        or not attributes.operators_are_known()
        or not attributes.predicates_are_whole()
    ):
        return None
    table.put(tree.owner[predicates], _KIND, _KIND_OF_TAG[tree.tag[predicates]])
    for tag, places in ((_SIMPLE, _SIMPLE_PLACES), (_NODE, _NODE_PLACES)):
        mine = attributes.of(tag)
        table.put(attributes.node[mine], places[attributes.place[mine]], attributes.text[mine])
    pool.rows.frombytes(rows.tobytes())
    pool.distributions.frombytes(distributions.tobytes())
    depth = int(tree.depth[-1])
    still_open = tree.node_at(np.full(depth, events - 1), np.arange(1, depth + 1)).tolist()
    last_owner = int(distributions[-1, 0]) if len(distributions) else progress.last_owner
    deepest = max(progress.depth, int(tree.depth.max()))
    after = Progress(still_open, progress.nodes + len(rows), deepest, last_owner)
    return after, stretch.size(events), is_end or stretch.is_cut


def _usable(stretch: Stretch, depth: int) -> tuple[int, bool]:
    """Return how many events can be taken: up to the last end of an element, and not the end of
    the outermost Node.
    """
    is_node = stretch.tag == _NODE
    step = np.where(stretch.kind == OPEN, 1, -1) * (is_node & (stretch.kind != ATTRIBUTE))
    ended = np.flatnonzero(depth + np.cumsum(step) <= 0)
    limit = int(ended[0]) if len(ended) else len(stretch.kind)
    closes = np.flatnonzero(stretch.kind[:limit] == CLOSE)
    return (int(closes[-1]) + 1 if len(closes) else 0), bool(len(ended))


def _leaves_are_whole(stretch: Stretch, events: int) -> bool:
    """Tell whether each predicate and distribution ends before anything else begins."""
    structure = np.flatnonzero(stretch.kind[:events] != ATTRIBUTE)
    kind, tag = stretch.kind[structure], stretch.tag[structure]
    is_leaf = tag != _NODE
    opens, closes = is_leaf & (kind == OPEN), is_leaf & (kind == CLOSE)
    return (
        not closes[0]
        and bool((opens[:-1] == closes[1:]).all())
        and not opens[-1]
        and bool((tag[:-1][opens[:-1]] == tag[1:][closes[1:]]).all())
    )


class _Attributes:
    """The attributes of the stretch: tag, place in it, node and text number of each (m,)."""

    def __init__(self, stretch: Stretch, tree: _Tree, pool: NodePool) -> None:
        at = np.flatnonzero(tree.kind == ATTRIBUTE)
        find = pool.text_numbers.__getitem__
        numbers = np.fromiter(map(find, stretch.values), np.int32, len(stretch.values))
        self.tag, self.place = tree.tag[at], stretch.attribute[at]
        self.text = numbers[stretch.value[at]]
        self._element = stretch.element[at]
        self.node = tree.owner[self._element]
        self._pool = pool
        self._tree = tree

    def of(self, tag: int) -> Ints:
        """Return the positions of the attributes of a tag."""
        return np.flatnonzero(self.tag == tag)

    def operators_are_known(self) -> bool:
        """Turn the texts of operators into their numbers; tell whether all are comparisons."""
        mine = np.flatnonzero((self.tag == _SIMPLE) & (self.place == 1))
        said = self.text[mine]
        found = np.full(len(mine), -1, said.dtype)
        for name, operator in _COMPARISONS.items():
            number = self._pool.text_numbers.get(name)
            if number is not None:
                found[said == number] = operator
        self.text[mine] = found
        return bool((found >= 0).all())

    def predicates_are_whole(self) -> bool:
        """Tell whether each SimplePredicate has a field and an operator."""
        count = int(((self._tree.kind == OPEN) & (self._tree.tag == _SIMPLE)).sum())
        places = self.place[self.of(_SIMPLE)]
        return all(int((places == place).sum()) == count for place in (0, 1))

    def distributions(self, last_owner: int) -> npt.NDArray[np.int32] | None:
        """Return the rows of the distributions; None where one lacks a value or a recordCount, or
        they do not stand in the order of their nodes.
        """
        opens = np.flatnonzero((self._tree.kind == OPEN) & (self._tree.tag == _DISTRIBUTION))
        rows = np.full((len(opens), len(DISTRIBUTION_COLUMNS)), NONE, np.int32)
        rows[:, 0] = self._tree.owner[opens]
        mine = self.of(_DISTRIBUTION)
        row = np.searchsorted(opens, self._element[mine])
        rows[row, self.place[mine] + 1] = self.text[mine]
        owners = rows[:, 0]
        in_order = bool((owners[1:] >= owners[:-1]).all() and (owners[:1] >= last_owner).all())
        return rows if in_order and not (rows[:, 1:3] == NONE).any() else None


class _Rows:
    """The new nodes as rows, and those that were there before."""

    def __init__(self, pool: NodePool, first: int, nodes: int, rows: npt.NDArray[np.int32]) -> None:
        self._pool = pool
        self._first = first
        self._nodes = nodes
        self._rows = rows

    def is_free(self, owners: Ints) -> bool:
        """Tell whether none of these nodes has a predicate yet, nor gets two."""
        if not (np.diff(owners) > 0).all() and (np.diff(np.sort(owners)) == 0).any():
            return False
        early = owners[owners < self._nodes].tolist()
        kinds = self._pool.rows
        return all(kinds[(self._first + node) * _WIDTH + _KIND] == ABSENT for node in early)

    def put(self, owners: Ints, places: Ints | int, values: Ints) -> None:
        """Fill columns of the nodes."""
        is_new = owners >= self._nodes
        if is_new.all():
            self._rows[owners - self._nodes, places] = values
            return
        places = np.broadcast_to(places, owners.shape)
        self._rows[owners[is_new] - self._nodes, places[is_new]] = values[is_new]
        for node, place, value in zip(
            owners[~is_new].tolist(),
            places[~is_new].tolist(),
            values[~is_new].tolist(),
            strict=True,
        ):
            self._pool.rows[(self._first + node) * _WIDTH + place] = value

"""Tables of nodes made all at once from arrays: what exporters of binary trees have.

Specification: chapter Trees.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.language.models.tree.node_table import (
    DISTRIBUTION_COLUMNS,
    NODE_COLUMNS,
    NONE,
    OPERATORS,
    SIMPLE,
    TRUE,
    NodePool,
    NodeTable,
)
from pmmlkit.xml.lexical import format_number

__all__ = ["binary_nodes"]

_OPERATOR: Final = {name: number for number, name in enumerate(OPERATORS)}
_COLUMN: Final = {name: number for number, name in enumerate(NODE_COLUMNS)}

Texts = Sequence[str | None] | npt.NDArray[Any]


def binary_nodes(
    *,
    left: npt.NDArray[Any],
    right: npt.NDArray[Any],
    field: npt.NDArray[Any],
    names: Sequence[str],
    threshold: Texts,
    score: Texts | None = None,
    record_count: npt.NDArray[Any] | None = None,
    missing_left: npt.NDArray[np.bool_] | None = None,
    ids: bool = True,
    classes: Sequence[str] = (),
    counts: npt.NDArray[Any] | None = None,
    distribution_at: str = "leaf",
    operators: tuple[str, str] = ("lessOrEqual", "greaterThan"),
) -> NodeTable:
    """Make the table of a binary tree given as arrays over its nodes, without a loop in Python over
    them.

    Node 0 is the root; ``left[i]`` and ``right[i]`` are the children of node i, negative for leaves
    (as scikit-learn's ``tree_``). The predicate of a child compares field ``names[field[i]]`` of
    its parent i with ``threshold[i]``, by `operators` on the left and on the right.

    Parameters
    ----------
    threshold, score : (n,) texts (None: absent), or numbers, which are written in their shortest
    form: those of a
        float32 array in the shortest form that reads back to the same float32; NaN is absent
    record_count : (n,) numbers, NaN where absent
    missing_left : (n,) bool, whether missing values go left; makes ``defaultChild`` attributes (and
    needs `ids`) ids : whether nodes get their 1-based number, in document order, as id classes,
    counts : k texts and (n, k) numbers: a ScoreDistribution with this recordCount per class
    distribution_at : ``"leaf"`` or ``"all"``, which nodes carry the distribution

    Raises
    ------
    ValueError
        `missing_left` without `ids`, or the arrays are no tree.
    """
    if missing_left is not None and not ids:
        raise ValueError("missing_left needs ids=True")
    n = len(left)
    order, parent = _depth_first(np.asarray(left), np.asarray(right))
    place = np.empty(n, np.int64)
    place[order] = np.arange(n)
    pool = NodePool()
    rows = np.full((n, len(NODE_COLUMNS)), NONE, np.int32)
    rows[:, _COLUMN["line"]] = 0
    is_child = parent >= 0
    rows[:, _COLUMN["parent"]] = np.where(is_child, place[parent], NONE)[order]
    from_parent = parent[order][1:]
    is_left = np.asarray(left)[from_parent] == order[1:]
    rows[0, _COLUMN["kind"]] = TRUE
    rows[1:, _COLUMN["kind"]] = SIMPLE
    rows[1:, _COLUMN["operator"]] = np.where(
        is_left, _OPERATOR[operators[0]], _OPERATOR[operators[1]]
    )
    names_at = np.array([pool.text_numbers[name] for name in names], np.int32)
    rows[1:, _COLUMN["field"]] = names_at[np.asarray(field)[from_parent]]
    rows[1:, _COLUMN["value"]] = _numbers_of(threshold, from_parent, pool)
    if score is not None:
        rows[:, _COLUMN["score"]] = _numbers_of(score, order, pool)
    if record_count is not None:
        rows[:, _COLUMN["record_count"]] = _numbers_of(record_count, order, pool)
    if ids:
        rows[:, _COLUMN["id"]] = [pool.text_numbers[str(i)] for i in range(1, n + 1)]
    if missing_left is not None:
        inner = np.flatnonzero(np.asarray(left)[order] >= 0)
        old = order[inner]
        chosen = np.where(
            np.asarray(missing_left)[old], np.asarray(left)[old], np.asarray(right)[old]
        )
        rows[inner, _COLUMN["default_child"]] = rows[place[chosen], _COLUMN["id"]]
    pool.rows.frombytes(rows.tobytes())
    if counts is not None:
        _add_counts(pool, order, np.asarray(left), classes, np.asarray(counts), distribution_at)
    return NodeTable(pool)


def _depth_first(
    left: npt.NDArray[Any], right: npt.NDArray[Any]
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the nodes in document order, and the parent of each node (-1 for the root)."""
    n = len(left)
    parent = np.full(n, NONE, np.int64)
    inner = np.flatnonzero(left >= 0)
    parent[left[inner]] = inner
    parent[right[inner]] = inner
    lefts, rights = left.tolist(), right.tolist()
    order: list[int] = []
    stack = [0]
    while stack:
        node = stack.pop()
        order.append(node)
        if lefts[node] >= 0:
            stack += (rights[node], lefts[node])
        if len(order) > n:
            raise ValueError("left, right: a node is reached twice")
    if len(order) != n:
        raise ValueError("left, right: some nodes cannot be reached from node 0")
    return np.array(order, np.int64), parent


def _numbers_of(
    column: Texts, order: npt.NDArray[np.int64], pool: NodePool
) -> npt.NDArray[np.int32]:
    """Return the numbers of the texts of a column in this order; numbers become texts, each
    distinct one once.
    """
    texts = pool.text_numbers
    if isinstance(column, np.ndarray) and column.dtype.kind in "fiub":
        values, place = np.unique(column[order], return_inverse=True)
        written = [NONE if value != value else texts[_written(value)] for value in values]
        return np.array(written, np.int32)[place.reshape(-1)]
    found = [column[at] for at in order.tolist()]
    return np.array([NONE if text is None else texts[text] for text in found], np.int32)


def _written(value: Any) -> str:
    """Write a number; a float32 in the shortest text that reads back to it."""
    if isinstance(value, np.float32):
        whole = float(value)
        return format_number(whole) if whole.is_integer() and abs(whole) < 1e15 else str(value)
    return format_number(value.item())


def _add_counts(
    pool: NodePool,
    order: npt.NDArray[np.int64],
    left: npt.NDArray[Any],
    classes: Sequence[str],
    counts: npt.NDArray[Any],
    distribution_at: str,
) -> None:
    chosen = np.arange(len(order))
    if distribution_at == "leaf":
        chosen = np.flatnonzero(left[order] < 0)
    flat = counts[order[chosen]].reshape(-1)
    rows = np.full((len(flat), len(DISTRIBUTION_COLUMNS)), NONE, np.int32)
    rows[:, 0] = np.repeat(chosen, len(classes))
    rows[:, 1] = np.tile(np.array([pool.text_numbers[text] for text in classes]), len(chosen))
    rows[:, 2] = _numbers_of(flat, np.arange(len(flat)), pool)
    pool.distributions.frombytes(rows.tobytes())

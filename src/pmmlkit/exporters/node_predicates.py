"""The tests of the inner nodes of trees: on numbers as arrays, on categories each distinct one
once.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import may_be_missing
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.node_order import NodeOrder
from pmmlkit.exporters.splits import (
    OPPOSITE,
    CategorySplit,
    TreeInput,
    category_split,
    threshold_values,
)
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.models.tree.node_table import (
    FALSE,
    NODE_COLUMNS,
    NONE,
    OPERATORS,
    SET,
    SIMPLE,
    TRUE,
    NodePool,
)

if TYPE_CHECKING:
    from pmmlkit.exporters.forest import Forest

__all__ = ["COLUMN", "Inputs", "NodeTests"]

Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Inputs = dict[int, tuple[TreeInput, BoundField]]

COLUMN = {name: number for number, name in enumerate(NODE_COLUMNS)}
_OPERATOR = {name: number for number, name in enumerate(OPERATORS)}
_NOT_STRICT = ("lessOrEqual", "greaterThan")
_ARRAY_TYPE = {"integer": "int", "float": "real", "double": "real"}


class NodeTests:
    """Which child of each inner node is entered by a test, and by which.

    `first_is_left` (n,): the left child is the one with the test. `is_open` (n,): the other is
    entered by whatever did not enter the first; else it has the opposite test, and rows that lack
    the value find no child. `routes_missing`: some category test means something by that.
    `refused` are the features whose missing values never come to the trees.
    """

    def __init__(
        self,
        forest: Forest,
        inputs: Inputs,
        learner: str,
        accepts_missing: bool,
        refused: Collection[int] | None,
        sizes: Ints,
    ) -> None:
        self.forest = forest
        self.inputs = inputs
        self.learner = learner
        inner = forest.inner
        self.first_is_left = np.ones(len(forest.left), bool)
        self.is_open = np.full(len(forest.left), accepts_missing)
        mask = self._mask(lambda item: item.lookup is not None)[forest.feature[inner]]
        self.numeric, self.categorical = inner[~mask], inner[mask]
        if accepts_missing:
            self.first_is_left[self.numeric] = ~forest.missing_left[self.numeric]
        if refused is not None:
            self._open_present(refused, sizes)
        self.splits: list[CategorySplit] = []
        self.split_of = np.full(len(forest.left), NONE, np.int64)
        self._split(refused is not None)
        self.routes_missing = any(split.needs_true for split in self.splits)

    def _mask(self, holds: Callable[[TreeInput], bool]) -> Bools:
        """Tell of which features it holds; of those that are not read it does not."""
        found = np.zeros(int(self.forest.feature.max(initial=0)) + 1, bool)
        for feature, (item, _) in self.inputs.items():
            found[feature] = holds(item)
        return found

    def _open_present(self, refused: Collection[int], sizes: Ints) -> None:
        """Let nodes whose value is always there be open, the larger child second: so the markup
        nests no deeper than the logarithm of the number of leaves.
        """
        forest = self.forest
        present = self._mask(lambda item: not (forest.always_lacks or may_be_missing(item.read)))
        present[list(refused)] = True
        nodes = self.numeric[~np.isposinf(forest.threshold[self.numeric])]
        nodes = nodes[present[forest.feature[nodes]]]
        self.is_open[nodes] = True
        self.first_is_left[nodes] = sizes[forest.left[nodes]] <= sizes[forest.right[nodes]]

    def _split(self, opens_refused: bool) -> None:
        forest = self.forest
        known: dict[Any, int] = {}
        for node in self.categorical.tolist():
            feature = int(forest.feature[node])
            threshold = float(forest.threshold[node])
            left = bool(forest.missing_left[node])
            codes = forest.left_codes.get(node)
            key = (feature, threshold if codes is None else codes, left)
            if key not in known:
                read, bound = self.inputs[feature]
                assert read.lookup is not None
                known[key] = len(self.splits)
                goes_left = codes or (_below if forest.strict else _at_most)(threshold)
                split = category_split(
                    read.lookup,
                    bound.data_type,
                    goes_left,
                    left,
                    always_lacks=forest.always_lacks,
                )
                self.splits.append(split)
            number = self.split_of[node] = known[key]
            split = self.splits[number]
            self.first_is_left[node] = split.first_is_left
            self.is_open[node] |= split.needs_true or (opens_refused and split.refused)

    def write(self, rows: npt.NDArray[np.int32], order: NodeOrder, pool: NodePool) -> None:
        """Put the predicates of all nodes into the rows."""
        rows[self.forest.start[:-1], COLUMN["kind"]] = TRUE
        self._write_numeric(rows, order, pool)
        self._write_categorical(rows, order, pool)

    def _write_numeric(self, rows: npt.NDArray[np.int32], order: NodeOrder, pool: NodePool) -> None:
        forest = self.forest
        below, above = ("lessThan", "greaterOrEqual") if forest.strict else _NOT_STRICT
        operators = np.where(self.first_is_left[self.numeric], _OPERATOR[below], _OPERATOR[above])
        opposite = _OPERATOR[below] + _OPERATOR[above] - operators
        of_feature = forest.feature[self.numeric]
        for feature in np.unique(of_feature).tolist():
            _, bound = self.inputs[feature]
            chosen = np.flatnonzero(of_feature == feature)
            nodes = self.numeric[chosen]
            values = threshold_values(
                forest.threshold[nodes], bound, self.learner, strict=forest.strict
            )
            distinct, where = np.unique(values, return_inverse=True)
            numbers = np.array([pool.text_numbers[it] for it in number_texts(distinct)], np.int32)
            parts = (pool.text_numbers[bound.name], numbers[where.reshape(-1)])
            _put_simple(rows, order.first[nodes], parts, operators[chosen])
            self._put_second(rows, order.second[nodes], nodes, parts, opposite[chosen])
        self._write_missing_only(rows, order)

    def _write_missing_only(self, rows: npt.NDArray[np.int32], order: NodeOrder) -> None:
        """Put what an infinite threshold means: missing values go right, all others left."""
        nodes = self.numeric[np.isposinf(self.forest.threshold[self.numeric])]
        apart = self.first_is_left[nodes]
        present = order.first[nodes[apart]]
        rows[present, COLUMN["operator"]] = _OPERATOR["isNotMissing"]
        rows[present, COLUMN["value"]] = NONE
        # where missing values are not accepted, or go left like all others, nothing goes right
        closed = order.second[nodes[apart & ~self.is_open[nodes]]]
        never = np.concatenate([closed, order.first[nodes[~apart]]])
        rows[never, COLUMN["kind"]] = FALSE
        for name in ("field", "operator", "value"):
            rows[never, COLUMN[name]] = NONE

    def _put_second(
        self, rows: npt.NDArray[np.int32], seconds: Ints, nodes: Ints, parts: Any, operators: Any
    ) -> None:
        field_name, values = parts
        open_ = self.is_open[nodes]
        rows[seconds[open_], COLUMN["kind"]] = TRUE
        closed = ~open_
        _put_simple(rows, seconds[closed], (field_name, values[closed]), operators[closed])

    def _write_categorical(
        self, rows: npt.NDArray[np.int32], order: NodeOrder, pool: NodePool
    ) -> None:
        forest = self.forest
        for node in self.categorical.tolist():
            split = self.splits[self.split_of[node]]
            _, bound = self.inputs[int(forest.feature[node])]
            self._put(rows, int(order.first[node]), split, split.operator, bound, pool)
            second = int(order.second[node])
            if self.is_open[node]:
                rows[second, COLUMN["kind"]] = TRUE
            else:
                self._put(rows, second, split, OPPOSITE[split.operator], bound, pool)

    def _put(
        self,
        rows: npt.NDArray[np.int32],
        node: int,
        split: CategorySplit,
        operator: str,
        bound: BoundField,
        pool: NodePool,
    ) -> None:
        if not operator:
            rows[node, COLUMN["kind"]] = FALSE
            return
        rows[node, COLUMN["field"]] = pool.text_numbers[bound.name]
        rows[node, COLUMN["operator"]] = _OPERATOR[operator]
        rows[node, COLUMN["kind"]] = SIMPLE
        if len(split.values) == 1:
            rows[node, COLUMN["value"]] = pool.text_numbers[split.values[0]]
        elif split.values:
            rows[node, COLUMN["kind"]] = SET
            kind = _ARRAY_TYPE.get(bound.data_type, "string")
            rows[node, COLUMN["value"]] = pool.text_numbers[kind]

    def write_items(self, order: NodeOrder, pool: NodePool) -> Ints:
        """Append the items of the sets in document order; return where those of each tree begin."""
        holders: list[tuple[int, int, CategorySplit]] = []
        for node in self.categorical.tolist():
            split = self.splits[self.split_of[node]]
            if len(split.values) > 1:
                holders.append((*self._at(order, order.first[node]), split))
                if not self.is_open[node]:
                    holders.append((*self._at(order, order.second[node]), split))
        holders.sort(key=lambda holder: holder[0])
        ends = [len(pool.items) // 2]
        for _, local, split in holders:
            for value in split.values:
                pool.items.extend((local, pool.text_numbers[value]))
            ends.append(len(pool.items) // 2)
        places = np.array([place for place, _, _ in holders], np.int64)
        return np.array(ends, np.int64)[np.searchsorted(places, order.start)]

    @staticmethod
    def _at(order: NodeOrder, node: int) -> tuple[int, int]:
        return int(order.place[node]), int(order.local[node])


def _at_most(threshold: float) -> Callable[[float], bool]:
    return lambda number: number <= threshold


def _below(threshold: float) -> Callable[[float], bool]:
    return lambda number: number < threshold


def _put_simple(rows: npt.NDArray[np.int32], nodes: Ints, parts: Any, operators: Any) -> None:
    field_name, values = parts
    rows[nodes, COLUMN["kind"]] = SIMPLE
    rows[nodes, COLUMN["field"]] = field_name
    rows[nodes, COLUMN["operator"]] = operators
    rows[nodes, COLUMN["value"]] = values

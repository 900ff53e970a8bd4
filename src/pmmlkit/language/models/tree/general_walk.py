"""Walking a tree predicate by predicate: for what a diagram cannot say, with the same results.

Specification: chapter Trees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.models.tree.diagram import Shape, Strategy
from pmmlkit.language.models.tree.node_builder import predicate_element
from pmmlkit.language.models.tree.node_table import NONE, NodeTable
from pmmlkit.language.predicates import SurrogateStep
from pmmlkit.language.scope import Compiled, Scope
from pmmlkit.language.step import Batch, Step, Values

__all__ = ["GeneralWalk", "NodePredicates"]

Rows = npt.NDArray[np.intp]

Decision = Callable[[Values], tuple[bool | None, bool]]
"""The result of a predicate in one row, and whether a surrogate after the first decided it."""


class NodePredicates:
    """The predicates of all nodes as steps."""

    def __init__(self, table: NodeTable, scope: Scope) -> None:
        self.steps: list[Step] = []
        for node in range(len(table)):
            element = predicate_element(table, node)
            if element is None:
                line = int(table.line[node])
                raise MarkupError(
                    "a Node has no predicate",
                    element="Node",
                    line=line,
                    code=mistakes.MISSING_ELEMENT,
                )
            self.steps.append(scope.compile(cast(Compiled, element)))

    def columns(self, node: int, batch: Batch) -> tuple[Column, npt.NDArray[np.bool_]]:
        """Return the results for a batch, and where a surrogate after the first decided."""
        step = self.steps[node]
        if isinstance(step, SurrogateStep):
            return step.decided_columns(batch)
        return step.columns(batch), np.zeros(batch.size, np.bool_)

    def decisions(self) -> list[Decision]:
        """Return a function per node."""
        return [_decision(step) for step in self.steps]


def _decision(step: Step) -> Decision:
    if isinstance(step, SurrogateStep):
        return step.decided_row_function()
    function = step.row_function()
    return lambda values: (function(values), False)


class GeneralWalk:
    """Finds the answers of rows: node (-1: no prediction) and levels of missing values."""

    def __init__(self, table: NodeTable, predicates: NodePredicates, strategy: Strategy) -> None:
        self.predicates = predicates
        self.missing_value = strategy.missing_value
        shape = Shape(table)
        self.first_child: list[int] = shape.first_child.tolist()
        self.next_sibling: list[int] = shape.next_sibling.tolist()
        self.default_child: list[int] = shape.default_child.tolist()
        stays = strategy.no_true_child == "returnLastPrediction"
        # without a TRUE child the parent answers only if it has a score
        self.last: list[int] = [
            node if stays and score != NONE else -1
            for node, score in enumerate(table.score.tolist())
        ]
        self._check_defaults(table)

    def _check_defaults(self, table: NodeTable) -> None:
        if self.missing_value != "defaultChild":
            return
        for node, child in enumerate(self.default_child):
            if child < 0 and self.first_child[node] >= 0:
                raise MarkupError(
                    "the Node needs a defaultChild that names one of its children",
                    element="Node",
                    line=int(table.line[node]),
                    code=mistakes.DEFAULT_CHILD,
                )

    def columns(
        self, batch: Batch
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], dict[int, EvaluationError]]:
        """Return nodes and levels (n,) of all rows, and the errors of those that have none."""
        nodes = np.full(batch.size, -1, np.int64)
        levels = np.zeros(batch.size, np.int64)
        errors: dict[int, EvaluationError] = {}
        everything = np.arange(batch.size)
        column, late = self.predicates.columns(0, batch)
        _note_errors(column, everything, errors)
        levels[late] += 1
        root = np.flatnonzero(column.is_usable & column.values)
        stack: list[tuple[int, Rows]] = [(0, root)]
        while stack:
            node, rows = stack.pop()
            if len(rows) == 0:
                continue
            if self.first_child[node] < 0:
                nodes[rows] = node
                continue
            self._try_children(node, rows, batch, nodes, levels, errors, stack)
        levels[nodes < 0] = 0
        return nodes, levels, errors

    def _try_children(
        self,
        node: int,
        rows: Rows,
        batch: Batch,
        nodes: npt.NDArray[np.int64],
        levels: npt.NDArray[np.int64],
        errors: dict[int, EvaluationError],
        stack: list[tuple[int, Rows]],
    ) -> None:
        child = self.first_child[node]
        while child >= 0 and len(rows):
            column, late = self.predicates.columns(child, batch.select(rows))
            _note_errors(column, rows, errors)
            levels[rows[late]] += 1
            usable, missing = column.is_usable, column.is_missing
            stack.append((child, rows[usable & column.values]))
            stays = usable & ~column.values
            if self.missing_value == "none":
                stays |= missing
            elif self.missing_value == "lastPrediction":
                nodes[rows[missing]] = node
            elif self.missing_value == "defaultChild":
                levels[rows[missing]] += 1
                stack.append((self.default_child[node], rows[missing]))
            rows = rows[stays]
            child = self.next_sibling[child]
        nodes[rows] = self.last[node]

    def row_function(self) -> Callable[[Values], tuple[int, int]]:
        """Return the function from one row to node and levels; it raises `EvaluationError`."""
        decisions = self.predicates.decisions()
        first_child, next_sibling, last = self.first_child, self.next_sibling, self.last
        default_child, strategy = self.default_child, self.missing_value

        def walk(values: Values) -> tuple[int, int]:
            holds, late = decisions[0](values)
            if not holds:
                return -1, 0
            node, level = 0, int(late)
            while True:
                child = first_child[node]
                if child < 0:
                    return node, level
                while child >= 0:
                    holds, late = decisions[child](values)
                    level += late
                    if holds:
                        break
                    if holds is None and strategy != "none":
                        if strategy == "lastPrediction":
                            return node, level
                        if strategy == "nullPrediction":
                            return -1, 0
                        child = default_child[node]
                        level += 1
                        break
                    child = next_sibling[child]
                if child < 0:
                    node = last[node]
                    return node, level if node >= 0 else 0
                node = child

        return walk


def _note_errors(column: Column, rows: Rows, errors: dict[int, Any]) -> None:
    for at, error in column.errors.items():
        errors[int(rows[at])] = error

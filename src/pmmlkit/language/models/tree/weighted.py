"""Trees that follow several branches when a value is missing: weightedConfidence and
aggregateNodes.

Specification: chapter Trees, missing value strategies. JPMML refuses both; PMML4S weights one level
only.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import STRING
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.tree.diagram import Shape
from pmmlkit.language.models.tree.facts import Facts, Labels, Shares
from pmmlkit.language.models.tree.general_walk import NodePredicates
from pmmlkit.language.models.tree.node_table import NONE, NodeTable
from pmmlkit.language.step import Batch, Values

__all__ = ["BranchingPredictor"]

Decide = Callable[[int], "tuple[bool | None, bool]"]

Vector = npt.NDArray[np.float64]


class _Visit:
    """A node on the way, and what the branches below it have said so far."""

    __slots__ = ("branches", "found", "levels", "node", "together")

    def __init__(self, node: int, levels: int) -> None:
        self.node = node
        self.levels = levels
        self.branches: list[tuple[int, int]] = []
        self.together = False
        self.found: list[tuple[int, _Outcome]] = []


class _Outcome:
    """What a subtree says: a node, or (node -1) the weights of the classes as probabilities and as
    confidences.
    """

    __slots__ = ("confidences", "levels", "node", "probabilities")

    def __init__(
        self,
        node: int,
        levels: int,
        probabilities: Vector | None = None,
        confidences: Vector | None = None,
    ) -> None:
        self.node = node
        self.levels = levels
        self.probabilities = probabilities
        self.confidences = confidences


class BranchingPredictor(Predictor):
    """Predicts as an ordinary tree does until a child is UNKNOWN; then the children that are not
    FALSE count together.

    Both modes run the same code for each row; `facts` are those of the nodes, without any penalty.
    """

    def __init__(
        self,
        table: NodeTable,
        predicates: NodePredicates,
        labels: Labels,
        facts: Facts,
        *,
        strategy: str,
        no_true_child: str,
        penalty: float,
    ) -> None:
        self.type = labels.type
        self.classes = labels.classes
        self.labels = labels
        self.facts = facts
        self.predicates = predicates
        self.penalty = penalty
        self.counts_records = strategy == "aggregateNodes"
        shape = Shape(table)
        self._first_child: list[int] = shape.first_child.tolist()
        self._next_sibling: list[int] = shape.next_sibling.tolist()
        stays = no_true_child == "returnLastPrediction"
        self._last: list[int] = [
            node if stays and score != NONE else -1
            for node, score in enumerate(table.score.tolist())
        ]
        shares = Shares(table, labels)
        nodes = np.arange(len(table))
        self._counts = np.nan_to_num(shares.matrix(nodes, shares.count))
        self._probabilities = np.nan_to_num(shares.matrix(nodes, shares.probability))
        self._confidences = np.nan_to_num(shares.matrix(nodes, shares.confidence))
        records = facts.record_count[: len(table)]
        self._records = np.where(np.isnan(records), self._counts.sum(axis=1), records)

    def columns(self, batch: Batch) -> Prediction:
        """Evaluate every predicate for all rows, then row by row."""
        results = [self.predicates.columns(node, batch) for node in range(len(self._last))]
        lists = [column.to_list() for column, _ in results]
        late = [decided.tolist() for _, decided in results]
        found: list[Any] = []
        for row in range(batch.size):

            def decide(node: int, row: int = row) -> tuple[bool | None, bool]:
                result = lists[node][row]
                if isinstance(result, Failure):
                    result.fail()
                return result, late[node][row]

            try:
                found.append(self._predict(decide))
            except EvaluationError as error:
                found.append(Failure(error))
        rows = [RowPrediction(item) if isinstance(item, Failure) else item for item in found]
        return Prediction(
            Column.of([row.value for row in rows], self.type),
            self._matrix([row.probabilities for row in rows]),
            self._matrix([row.confidences for row in rows]),
            Column.of([row.entity_id for row in rows], STRING),
        )

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function for one row."""
        decisions = self.predicates.decisions()
        return lambda values: self._predict(lambda node: decisions[node](values))

    def _matrix(self, rows: list[list[float] | None]) -> Vector:
        nothing = [np.nan] * len(self.classes)
        values = [nothing if row is None else row for row in rows]
        return np.array(values, np.float64).reshape(len(rows), len(self.classes))

    def _predict(self, decide: Decide) -> RowPrediction:
        holds, late = decide(0)
        outcome = self._walk(decide, int(late)) if holds else None
        if outcome is None:
            return RowPrediction(None)
        if outcome.node < 0:
            assert outcome.probabilities is not None
            assert outcome.confidences is not None
            probabilities, confidences = outcome.probabilities, outcome.confidences
            if self.counts_records:
                probabilities = confidences = _shares(confidences)
            best = int(np.argmax(confidences))
            return RowPrediction(self.classes[best], probabilities.tolist(), confidences.tolist())
        return self._of_node(outcome.node, outcome.levels)

    def _of_node(self, node: int, levels: int) -> RowPrediction:
        facts = self.facts
        if node in facts.value.errors:
            raise facts.value.errors[node]
        at = np.array([node])
        value = facts.value.take(at).to_list()[0]
        entity_id = facts.entity_id.take(at).to_list()[0]
        if facts.probabilities is None or np.isnan(facts.probabilities[node, 0]):
            return RowPrediction(value, entity_id=entity_id)
        assert facts.confidences is not None
        confidences = facts.confidences[node] * self.penalty**levels
        return RowPrediction(
            value, facts.probabilities[node].tolist(), confidences.tolist(), entity_id
        )

    def _walk(self, decide: Decide, levels: int) -> _Outcome | None:
        """Walk down from the root, one branch after the other where several count; no recursion."""
        stack = [_Visit(0, levels)]
        self._branch(stack[0], decide)
        while True:
            visit = stack[-1]
            if visit.branches:
                child, below = visit.branches.pop(0)
                stack.append(_Visit(child, below))
                self._branch(stack[-1], decide)
                continue
            stack.pop()
            outcome = self._joined(visit)
            if not stack:
                return outcome
            if outcome is not None:
                stack[-1].found.append((visit.node, outcome))

    def _branch(self, visit: _Visit, decide: Decide) -> None:
        """Find the children to follow: the first TRUE one, or from an UNKNOWN one on all that are
        not FALSE.
        """
        child = self._first_child[visit.node]
        if child < 0:
            visit.found.append((visit.node, _Outcome(visit.node, visit.levels)))
            return
        levels = visit.levels
        while child >= 0:
            holds, late = decide(child)
            levels += late
            if holds is None:
                visit.together = True
            if holds or holds is None:
                visit.branches.append((child, levels))
            if holds and not visit.together:
                break
            child = self._next_sibling[child]
        if not visit.branches and self._last[visit.node] >= 0:
            visit.found.append((visit.node, _Outcome(visit.node, levels)))

    def _joined(self, visit: _Visit) -> _Outcome | None:
        """Join what the branches say."""
        if not visit.found:
            return None
        if not visit.together:
            return visit.found[0][1]
        weights = [self._weights(outcome) for _, outcome in visit.found]
        if self.counts_records:
            probabilities: Vector = np.zeros(len(self.classes))
            for part, _ in weights:
                probabilities = probabilities + part
            return _Outcome(-1, 0, probabilities, probabilities)
        records = [float(self._records[node]) for node, _ in visit.found]
        total = sum(records)
        if not total > 0:
            raise EvaluationError(
                "the Nodes to be weighted have no records; weightedConfidence needs a recordCount"
            )
        probabilities, confidences = np.zeros((2, len(self.classes)))
        for count, (probability, confidence) in zip(records, weights, strict=True):
            probabilities = probabilities + probability * count
            confidences = confidences + confidence * count
        return _Outcome(-1, 0, probabilities / total, confidences / total)

    def _weights(self, outcome: _Outcome) -> tuple[Vector, Vector]:
        """Return what a branch adds: records, or probabilities and confidences, per class."""
        if outcome.node < 0:
            assert outcome.probabilities is not None
            assert outcome.confidences is not None
            return outcome.probabilities, outcome.confidences
        node = outcome.node
        if self.counts_records:
            return self._counts[node], self._counts[node]
        factor = self.penalty**outcome.levels
        return self._probabilities[node], self._confidences[node] * factor


def _shares(counts: Vector) -> Vector:
    total = float(counts.sum())
    if not total > 0:
        raise EvaluationError("the leaves to be added up have no records in their distributions")
    return counts / total

"""What each answer of a tree says: value, probabilities, confidences, entity id, record count.

Specification: chapter Trees (Node, ScoreDistribution, missingValuePenalty).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, Categories, Column
from pmmlkit.columns.conversion import parse_text
from pmmlkit.columns.types import DOUBLE, FLOAT, STRING, DataType
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.tree.node_pool import DISTRIBUTION_COLUMNS, NODE_COLUMNS, NodePool
from pmmlkit.language.models.tree.node_table import NONE, NodeTable
from pmmlkit.xml.lexical import parse_number

__all__ = ["Facts", "Labels", "classification_facts", "regression_facts"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]


class Facts:
    """The results of a answers; see `Prediction` for the meaning of the columns and matrices.

    `record_count` (a,) is NaN where the node states none. `shares` are the distributions of a
    classification that has some, `factors` (a,) what confidences are multiplied by. What scoring
    alone needs is worked out when it is first asked for.
    """

    def __init__(
        self,
        table: NodeTable,
        nodes: Ints,
        value: Column,
        shares: Shares | None = None,
        factors: Doubles | None = None,
    ) -> None:
        self.value = value
        self._shares: Shares | tuple[Doubles | None, Doubles | None] = shares or (None, None)
        self._factors = factors
        self.record_count = _parsed(table, table.record_count[np.maximum(nodes, 0)], "recordCount")
        self.record_count[nodes < 0] = np.nan
        self._table = table
        self._nodes = nodes

    @property
    def probabilities(self) -> Doubles | None:
        """The probability of each class (a, k), a row of NaN where an answer has none."""
        return self._matrices()[0]

    @property
    def confidences(self) -> Doubles | None:
        """The confidence in each class (a, k), a row of NaN where an answer has none."""
        return self._matrices()[1]

    def _matrices(self) -> tuple[Doubles | None, Doubles | None]:
        shares = self._shares
        if not isinstance(shares, Shares):
            return shares
        probabilities = shares.matrix(self._nodes, shares.probability)
        confidences = shares.matrix(self._nodes, shares.confidence)
        if self._factors is not None:
            confidences *= self._factors[:, np.newaxis]
        # They take the place of the shares, which are larger, in one step: threads may come here.
        self._shares = (probabilities, confidences)
        return self._shares

    @cached_property
    def entity_id(self) -> Column:
        """The id of each answer's node, else its 1-based number. Few ask for it, so it waits."""
        table, nodes = self._table, self._nodes
        ids = [
            table.texts[number] if number != NONE else str(node + 1)
            for number, node in zip(
                table.id[np.maximum(nodes, 0)].tolist(), nodes.tolist(), strict=True
            )
        ]
        categories = Categories(list(dict.fromkeys(ids)))
        codes = np.array([categories.index[text] for text in ids], np.int32)
        state = np.where(nodes >= 0, np.uint8(0), np.uint8(MISSING))
        return Column(codes, STRING, state, categories=categories)

    def values(self) -> Prediction:
        """Return the results of all answers, each once, without entity ids."""
        return Prediction(self.value, self.probabilities, self.confidences)

    def prediction(self, answers: npt.NDArray[Any]) -> Prediction:
        """Return the results of rows with these answers (n,)."""
        rows = answers.astype(np.intp, copy=False)
        return Prediction(
            self.value.take(rows),
            None if self.probabilities is None else self.probabilities[rows],
            None if self.confidences is None else self.confidences[rows],
            self.entity_id.take(rows),
        )

    def row_predictions(self) -> list[tuple[Any, ...]]:
        """Return the arguments of `RowPrediction` for each answer; an error stands for them where
        there is one.
        """
        values = self.value.to_list()
        ids = self.entity_id.to_list()
        probabilities = _rows(self.probabilities, len(values))
        confidences = _rows(self.confidences, len(values))
        found: list[tuple[Any, ...]] = list(
            zip(values, probabilities, confidences, ids, strict=True)
        )
        for answer, error in self.value.errors.items():
            found[answer] = (error,)
        return found


def _rows(matrix: Doubles | None, count: int) -> list[list[float] | None]:
    if matrix is None:
        return [None] * count
    return [None if row[0] != row[0] else row for row in matrix.tolist()]


def row_prediction(found: tuple[Any, ...]) -> RowPrediction:
    """Make the prediction of one row from an item of `Facts.row_predictions`."""
    if len(found) == 1:
        raise found[0]
    value, probabilities, confidences, entity_id = found
    return RowPrediction(
        value,
        None if probabilities is None else probabilities.copy(),
        None if confidences is None else confidences.copy(),
        entity_id,
    )


def _parsed(table: NodeTable, column: Any, name: str) -> Doubles:
    """Return a column of numbers, NaN where absent."""
    values: Doubles = table.pool.numbers[column]
    for at in np.flatnonzero(np.isnan(values) & (column != NONE)).tolist():
        try:
            parse_number(table.texts[column[at]])
        except ValueError as error:
            raise MarkupError(
                f"{name} of a Node: {error}", element="Node", code=mistakes.SCORE_DISTRIBUTION
            ) from error
    return values


def regression_facts(table: NodeTable, nodes: Ints, *, is_single: bool) -> Facts:
    """Return the facts of a regression tree: scores as doubles, or floats under
    x-mathContext="float".
    """
    type = FLOAT if is_single else DOUBLE
    scores = table.score[np.maximum(nodes, 0)]
    absent = (nodes < 0) | (scores == NONE)
    try:
        values = _parsed(table, scores, "score")
    except MarkupError as error:
        raise MarkupError(
            f"{error.message}; a regression tree needs numbers",
            element="Node",
            code=mistakes.NODE_SCORE,
        ) from error
    values[absent] = 0.0
    with np.errstate(over="ignore"):
        column = Column(
            (values + 0.0).astype(type.dtype),
            type,
            np.where(absent, np.uint8(MISSING), np.uint8(0)),
        )
    return Facts(table, nodes, column)


class Labels:
    """The classes of a classification tree, and which class each text of the table is.

    Classes are the target's valid values, then what else distributions name, then what else scores
    name. `scored` are the columns of texts that name classes, in this order.
    """

    def __init__(
        self, texts: Sequence[str], scored: Iterable[Any], target: TargetField | None
    ) -> None:
        self.type: DataType = STRING if target is None else target.type
        order = () if target is None else target.values
        self._index: dict[Any, int] = {value: at for at, value in enumerate(order)}
        self._class_of: dict[int, int] = {NONE: -1}
        for column in scored:
            for number in dict.fromkeys(column.tolist()):
                if number not in self._class_of:
                    value = self._typed(texts[number])
                    self._class_of[number] = self._index.setdefault(value, len(self._index))
        self.classes = tuple(self._index)

    @classmethod
    def of(cls, table: NodeTable, target: TargetField | None) -> Labels:
        """Return the labels of a tree. Raises MarkupError for a label that is none of the type."""
        return cls(table.texts, (table.distribution_value, table.score), target)

    @classmethod
    def of_all(cls, pool: NodePool, target: TargetField | None) -> Labels | None:
        """Return the labels of every tree of a pool, None where they may differ: a tree names a
        class that the target does not list.
        """
        if target is None or not target.values:
            return None
        scored = (
            np.unique(pool.distribution_rows[:, DISTRIBUTION_COLUMNS.index("value")]),
            np.unique(pool.node_rows[:, NODE_COLUMNS.index("score")]),
        )
        try:
            found = cls(pool.texts, scored, target)
        except MarkupError:
            return None
        return found if len(found.classes) == len(target.values) else None

    def _typed(self, text: str) -> Any:
        try:
            return parse_text(text, self.type)
        except ValueError as error:
            raise MarkupError(
                f"score {text!r:.80} is no value of the target's dataType "
                f"{self.type.name}: {error}",
                element="Node",
                code=mistakes.NODE_SCORE,
            ) from error

    def codes(self, column: Any) -> Ints:
        """Return the class of each text of a column, -1 where absent."""
        class_of = np.full(max(self._class_of) + 2, -1, np.int64)
        class_of[list(self._class_of)] = list(self._class_of.values())
        found: Ints = class_of[column]
        return found

    def column(self, codes: Ints, errors: dict[int, EvaluationError] | None = None) -> Column:
        """Return the labels of classes as a column; -1 is missing."""
        state = np.where(codes < 0, np.uint8(MISSING), np.uint8(0))
        if errors:
            state[list(errors)] = ERROR
        if self.type.kind == "string":
            categories = Categories(self.classes)
            return Column(
                codes.astype(np.int32), self.type, state, categories=categories, errors=errors
            )
        values = np.zeros(len(codes), self.type.dtype)
        if self.classes:
            values = np.array(self.classes, self.type.dtype)[np.maximum(codes, 0)]
        return Column(values, self.type, state, errors=errors)


def classification_facts(
    table: NodeTable,
    nodes: Ints,
    levels: Ints,
    labels: Labels,
    penalty: float,
    *,
    is_single: bool = False,
) -> Facts:
    """Return the facts of a classification tree; `is_single`: shares are floats.

    Without a score the class with the largest share is taken, the first ScoreDistribution among
    equals.
    """
    shares = Shares(table, labels, FLOAT if is_single else DOUBLE)
    at = np.maximum(nodes, 0)
    has_shares = (nodes >= 0) & shares.present[at]
    codes = np.where(nodes < 0, -1, labels.codes(table.score[at]))
    lacks = (codes < 0) & has_shares
    if lacks.any():
        codes = np.where(lacks, shares.best[at], codes)
    errors = {
        answer: EvaluationError(
            "the ScoreDistribution of a Node adds up to 0; it has no probabilities",
        )
        for answer in np.flatnonzero(has_shares & shares.is_empty[at]).tolist()
    }
    value = labels.column(codes, errors)
    if not has_shares.any():
        return Facts(table, nodes, value)
    factors = None if penalty == 1.0 else np.asarray(penalty**levels, np.float64)
    return Facts(table, nodes, value, shares, factors)


class Shares:
    """The distributions of all nodes: `probability` and `confidence` (m,), and per node what they
    say together.
    """

    def __init__(self, table: NodeTable, labels: Labels, type: DataType = DOUBLE) -> None:
        n = len(table)
        self.node = table.distribution_node.astype(np.int64)
        self.label = labels.codes(table.distribution_value)
        self.classes = len(labels.classes)
        counts = _parsed(table, table.distribution_record_count, "recordCount")
        given = _parsed(table, table.distribution_probability, "probability")
        confidence = _parsed(table, table.distribution_confidence, "confidence")
        counts, given, confidence = (
            column.astype(type.dtype, copy=False) for column in (counts, given, confidence)
        )
        self.count = counts if np.isfinite(counts).all() else np.nan_to_num(counts, nan=0.0)
        length = np.bincount(self.node, minlength=n)
        self.present = length > 0
        self.start = np.append(0, np.cumsum(length))
        self._raw, self._stated = self.count, confidence
        is_absent = np.isnan(given)
        if not is_absent.all():
            # probabilities count only where all classes of the node have one
            lacks = np.bincount(self.node[is_absent], minlength=n) > 0
            self._raw = np.where(lacks[self.node], self.count, given)
        self._total = _totals(self.node, self._raw, n)
        self.is_empty = self.present & ~(self._total > 0)

    @cached_property
    def probability(self) -> Doubles:
        """The share of the class among those of the node."""
        total = self._total[self.node]
        with np.errstate(divide="ignore", invalid="ignore"):
            found: Doubles = np.where(total == 1.0, self._raw, self._raw / total)
        return found

    @cached_property
    def confidence(self) -> Doubles:
        """The confidence that is stated, else the share of the records."""
        with np.errstate(divide="ignore", invalid="ignore"):
            records = self.count / _totals(self.node, self.count, len(self.present))[self.node]
        records = np.where(np.isnan(records), self.probability, records)
        found: Doubles = np.where(np.isnan(self._stated), records, self._stated)
        return found

    @cached_property
    def best(self) -> Ints:
        """The class with the largest share in each node, the first among equals."""
        best = np.full(len(self.present), -1, np.int64)
        order = np.lexsort((-np.arange(len(self.node)), self.probability, self.node))
        best[self.node[order]] = self.label[order]
        return best

    def matrix(self, nodes: Ints, column: Doubles) -> Doubles:
        """Return a column of the distributions by answer and class; NaN rows without one."""
        at = np.maximum(nodes, 0)
        result = np.zeros((len(nodes), self.classes))
        length = np.where(nodes >= 0, self.start[at + 1] - self.start[at], 0)
        rows = np.repeat(np.arange(len(nodes)), length)
        first = np.repeat(self.start[at] - (np.cumsum(length) - length), length)
        places = np.arange(len(rows)) + first
        result[rows, self.label[places]] = column[places]
        result[length == 0] = np.nan
        return result


def _totals(places: Ints, values: npt.NDArray[Any], size: int) -> npt.NDArray[Any]:
    """Add up the values of each place in their order, in their own precision."""
    if values.dtype == np.float64:
        sums: npt.NDArray[Any] = np.bincount(places, values, size)
        return sums
    totals = np.zeros(size, values.dtype)
    np.add.at(totals, places, values)
    return totals

"""Trees in a hand-made scope, run in both modes, and a plain walker that says what is right."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DATA_TYPES, STRING, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.arrays import Array
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.tree import NodeTableBuilder, ScoreDistribution, TreeModel
from pmmlkit.language.models.tree.node_builder import predicate_element
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.language.predicates import (
    CompoundPredicate,
    FalsePredicate,
    SimplePredicate,
    SimpleSetPredicate,
    TruePredicate,
)
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Batch
from pmmlkit.limits import Limits

TRUE, FALSE = TruePredicate(), FalsePredicate()


def simple(field: str, operator: str, value: str | None = None) -> SimplePredicate:
    return SimplePredicate(field=field, operator=operator, value=value)


def in_set(field: str, *values: str, operator: str = "isIn") -> SimpleSetPredicate:
    return SimpleSetPredicate(
        field=field, boolean_operator=operator, array=Array.of(values, "string")
    )


def compound(operator: str, *predicates: Any) -> CompoundPredicate:
    return CompoundPredicate(boolean_operator=operator, predicates=predicates)


def counts(**records: float) -> list[ScoreDistribution]:
    return [ScoreDistribution(value=value, record_count=n) for value, n in records.items()]


def tree(nodes: list[tuple[Any, ...]], **attributes: Any) -> TreeModel:
    """Build a tree of (parent, predicate, {attributes of the node}) with parents by position."""
    builder = NodeTableBuilder()
    for parent, predicate, *rest in nodes:
        builder.add(parent, predicate, **(rest[0] if rest else {}))
    attributes.setdefault("function_name", "regression")
    return TreeModel(mining_schema=None, nodes=builder.build(), **attributes)  # type: ignore[arg-type]  # no tree reads it


class Fields:
    """A scope with these fields: name -> dataType or (dataType, optype, values)."""

    def __init__(self, /, *, may_fail: Any = False, **fields: Any) -> None:
        self.compilation = Compilation(Limits(), "4.4")
        self.scope = Scope(self.compilation)
        for name, form in fields.items():
            type_name, optype, values = (form, None, ()) if isinstance(form, str) else form
            kind: DataType = DATA_TYPES[type_name]
            self.scope.fields[name] = self.scope.new_field(
                name, kind, optype, values, may_fail=may_fail
            )

    def batch(self, rows: list[dict[str, Any]]) -> Batch:
        batch = Batch(len(rows))
        for name, field in self.scope.fields.items():
            batch[field] = Column.of([row.get(name) for row in rows], field.type)
        self.scope.frame.columns(batch)
        return batch

    def values(self, row: dict[str, Any]) -> list[Any]:
        values = [None] * self.compilation.slots
        for name, field in self.scope.fields.items():
            values[field.slot] = row.get(name)
        for fill in self.scope.frame.row_functions():
            fill(values)
        return values


def target(*values: Any, type: DataType = STRING) -> TargetField:
    return TargetField("y", type, type.optype, values)


def both_modes(
    predictor: Predictor, fields: Fields, rows: list[dict[str, Any]]
) -> list[RowPrediction | EvaluationError]:
    """Run both modes, hold them against each other bit for bit, and return what they say."""
    prediction = predictor.columns(fields.batch(rows))
    function = predictor.row_function()
    found: list[RowPrediction | EvaluationError] = []
    for at, row in enumerate(rows):
        try:
            mine = function(fields.values(row))
        except EvaluationError as error:
            found.append(error)
            continue
        assert same(mine, row_of(prediction, at)), (row, mine, row_of(prediction, at))
        found.append(mine)
    errors = {at: str(item) for at, item in enumerate(found) if isinstance(item, EvaluationError)}
    assert {at: str(error) for at, error in prediction.value.errors.items()} == errors
    return found


def row_of(prediction: Prediction, at: int) -> RowPrediction:
    rows = np.array([at])
    value = prediction.value.take(rows).to_list()[0]
    assert not isinstance(value, Failure), value
    assert prediction.entity_id is not None
    return RowPrediction(
        value,
        _row(prediction.probabilities, at),
        _row(prediction.confidences, at),
        prediction.entity_id.take(rows).to_list()[0],
    )


def _row(matrix: Any, at: int) -> Any:
    return None if matrix is None or np.isnan(matrix[at]).any() else matrix[at].tolist()


def same(left: RowPrediction, right: RowPrediction) -> bool:
    return (
        type(left.value) is type(right.value)
        and left.value == right.value
        and left.probabilities == right.probabilities
        and left.confidences == right.confidences
        and left.entity_id == right.entity_id
    )


class Walker:
    """The rules of the specification, written down as plainly as can be."""

    def __init__(self, model: TreeModel) -> None:
        self.model = model
        table: NodeTable = model.nodes
        self.table = table
        self.predicates = [predicate_element(table, node) for node in range(len(table))]
        self.children: list[list[int]] = [[] for _ in self.predicates]
        for node, parent in enumerate(table.parent.tolist()):
            if parent >= 0:
                self.children[parent].append(node)

    def answer(self, row: dict[str, Any]) -> tuple[int, int]:
        """Return the node (-1: none) and the levels of missing values."""
        holds, late = self.top(0, row)
        if not holds:
            return -1, 0
        node, levels = 0, int(late)
        while self.children[node]:
            chosen = None
            for child in self.children[node]:
                holds, late = self.top(child, row)
                levels += late
                if holds:
                    chosen = child
                    break
                if holds is None:
                    strategy = self.model.missing_value_strategy
                    if strategy == "lastPrediction":
                        return node, levels
                    if strategy == "nullPrediction":
                        return -1, 0
                    if strategy == "defaultChild":
                        name = self.table.default_child[node]
                        chosen = next(c for c in self.children[node] if self.table.id[c] == name)
                        levels += 1
                        break
            if chosen is None:
                stays = self.model.no_true_child_strategy == "returnLastPrediction"
                if stays and self.table.score[node] >= 0:
                    return node, levels
                return -1, 0
            node = chosen
        return node, levels

    def top(self, node: int, row: dict[str, Any]) -> tuple[bool | None, bool]:
        element: Any = self.predicates[node]
        if element.tag == "CompoundPredicate" and element.boolean_operator == "surrogate":
            for at, operand in enumerate(element.predicates):
                result = self.holds(operand, row)
                if result is not None:
                    return result, at > 0
            return None, False
        return self.holds(element, row), False

    def holds(self, element: Any, row: dict[str, Any]) -> Any:
        if element.tag in ("True", "False"):
            return bool(element.tag == "True")
        if element.tag == "CompoundPredicate":
            return self.joined(element, [self.holds(item, row) for item in element.predicates])
        value = row.get(element.field)
        if element.tag == "SimpleSetPredicate":
            if value is None:
                return None
            member = value in {_like(value, item) for item in element.array.items()}
            return member is (element.boolean_operator == "isIn")
        if element.operator in ("isMissing", "isNotMissing"):
            return (value is None) is (element.operator == "isMissing")
        if value is None:
            return None
        other = _like(value, element.value)
        return {
            "equal": value == other,
            "notEqual": value != other,
            "lessThan": value < other,
            "lessOrEqual": value <= other,
            "greaterThan": not value <= other,
            "greaterOrEqual": not value < other,
        }[element.operator]

    def joined(self, element: Any, results: list[bool | None]) -> bool | None:
        operator: str = element.boolean_operator
        if operator == "surrogate":
            return next((result for result in results if result is not None), None)
        if operator == "xor":
            return None if None in results else sum(map(bool, results)) % 2 == 1
        decisive: bool = operator == "or"
        if decisive in results:
            return decisive
        return None if None in results else not decisive


def _like(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return text
    if isinstance(value, bool):
        return text == "true"
    number = float(text)
    return number if not number.is_integer() or math.isinf(number) else int(number)

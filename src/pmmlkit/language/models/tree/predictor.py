"""What a TreeModel compiles to. Specification: chapter Trees."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels import forest_kernel
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.embedded import EmbeddedModel
from pmmlkit.language.models.prediction import Prediction, Predictor, RowPrediction, failed
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.tree.atoms import Atoms, NotATest
from pmmlkit.language.models.tree.diagram import Diagram, Strategy, compile_diagram
from pmmlkit.language.models.tree.facts import (
    Facts,
    Labels,
    classification_facts,
    regression_facts,
    row_prediction,
)
from pmmlkit.language.models.tree.fused import FusedForest, fuse
from pmmlkit.language.models.tree.general_walk import GeneralWalk, NodePredicates
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.language.models.tree.plain import PlainTrees
from pmmlkit.language.models.tree.row_walk import row_walker
from pmmlkit.language.models.tree.weighted import BranchingPredictor
from pmmlkit.language.refusals import refusals_within
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Batch, Values

if TYPE_CHECKING:
    from pmmlkit.language.models.tree.model import TreeModel

__all__ = ["TreePredictor", "WalkingPredictor", "compile_tree"]

Ints = npt.NDArray[np.int64]


class TreePredictor(Predictor):
    """A tree as a decision diagram: `facts` has the results of each of the diagram's answers."""

    def __init__(self, diagram: Diagram, facts: Facts, classes: tuple[Any, ...]) -> None:
        self.type = facts.value.type
        self.classes = classes
        self.diagram = diagram
        self.facts = facts

    @cached_property
    def forest(self) -> FusedForest:
        """The diagram as the kernels take it."""
        return fuse([self.diagram])

    def __reduce__(self) -> tuple[Any, ...]:
        return (TreePredictor, (self.diagram, self.facts, self.classes))

    def answers(self, batch: Batch) -> tuple[Ints, dict[int, EvaluationError]]:
        """Return the answer of each row, and the errors of rows that have none."""
        X, odd = self.forest.inputs.matrix(batch)
        answers = forest_kernel().route(self.forest.forest, X)[:, 0].astype(np.int64)
        errors: dict[int, EvaluationError] = {}
        if len(odd):
            walk = row_walker(self.diagram, range(len(self.diagram.nodes)))
            rows = self.forest.inputs.row_values(batch, odd)
            for row, values in zip(odd.tolist(), rows, strict=True):
                try:
                    answers[row] = walk(values)
                except EvaluationError as error:
                    errors[row] = error
        return answers, errors

    def columns(self, batch: Batch) -> Prediction:
        """Route all rows through the diagram and take over what their answers say."""
        return self.located(batch)[0]

    def located(self, batch: Batch) -> tuple[Prediction, Ints]:
        """Return the results, and the node of each row (-1: none)."""
        answers, errors = self.answers(batch)
        prediction, nodes = self.facts.prediction(answers), self.diagram.nodes[answers]
        if errors:
            prediction = failed(prediction, errors)
            nodes[list(errors)] = -1
        return prediction, nodes

    def node_function(self) -> Callable[[Values], int]:
        """Return the function from one row to its node (-1: none)."""
        walk: Callable[[Values], int] = row_walker(self.diagram, self.diagram.nodes.tolist())
        return walk

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that walks one row."""
        walk = row_walker(self.diagram, self.facts.row_predictions())
        if self.classes:
            return lambda values: row_prediction(walk(values))

        def predict(values: Values) -> RowPrediction:
            value, _, _, entity_id = walk(values)
            return RowPrediction(value, None, None, entity_id)

        return predict


class WalkingPredictor(Predictor):
    """A tree that is no diagram; `facts` are those of its nodes and, last, of no prediction."""

    def __init__(
        self, walk: GeneralWalk, facts: Facts, classes: tuple[Any, ...], penalty: float
    ) -> None:
        self.type = facts.value.type
        self.classes = classes
        self.walk = walk
        self.facts = facts
        self.penalty = penalty

    def columns(self, batch: Batch) -> Prediction:
        """Walk the rows in groups."""
        return self.located(batch)[0]

    def located(self, batch: Batch) -> tuple[Prediction, Ints]:
        """Return the results, and the node of each row (-1: none)."""
        nodes, levels, errors = self.walk.columns(batch)
        prediction = self.facts.prediction(nodes)
        if prediction.confidences is not None:
            prediction.confidences *= self._factors(int(levels.max(initial=0)))[levels, np.newaxis]
        if errors:
            prediction = failed(prediction, errors)
            nodes[list(errors)] = -1
        return prediction, nodes

    def node_function(self) -> Callable[[Values], int]:
        """Return the function from one row to its node (-1: none)."""
        walk = self.walk.row_function()
        return lambda values: walk(values)[0]

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that walks one row."""
        walk = self.walk.row_function()
        found = self.facts.row_predictions()
        penalty = self.penalty

        def predict(values: Values) -> RowPrediction:
            node, levels = walk(values)
            prediction = row_prediction(found[node])
            if levels and prediction.confidences is not None:
                factor = penalty**levels
                prediction.confidences = [item * factor for item in prediction.confidences]
            return prediction

        return predict

    def _factors(self, most: int) -> npt.NDArray[np.float64]:
        return np.array([self.penalty**levels for levels in range(most + 1)])


def compile_tree(model: TreeModel, scope: Scope, target: TargetField | None) -> Predictor:
    """Compile a TreeModel, with the models that stand in its nodes.

    Raises MarkupError where the document contradicts itself, UnsupportedError for functions that
    trees do not have and for embedded models that cannot be followed.
    """
    for element in model.nodes.predicates.values():
        scope.compilation.errors.extend(refusals_within(element, ()))
    _check(model)
    plain = _compile_nodes(model, scope, target)
    embedded = embedded_models(model.nodes)
    if not embedded:
        return plain
    from pmmlkit.language.models.tree.composition import compose

    return compose(model, scope, target, plain, embedded)


def _compile_nodes(
    model: TreeModel, scope: Scope, target: TargetField | None
) -> TreePredictor | WalkingPredictor | BranchingPredictor:
    table = model.nodes
    is_classification = model.function_name == "classification"
    labels = _labels(table, scope, target) if is_classification else None
    strategy = Strategy(
        model.missing_value_strategy,
        model.no_true_child_strategy,
        is_classification and model.missing_value_penalty != 1.0,
    )

    def facts(nodes: Ints, levels: Ints, penalty: float) -> Facts:
        if labels is None:
            return regression_facts(table, nodes, is_single=model.computes_in_float)
        return classification_facts(
            table, nodes, levels, labels, penalty, is_single=model.computes_in_float
        )

    classes = () if labels is None else labels.classes
    everything = np.append(np.arange(len(table)), -1)
    if strategy.missing_value in ("weightedConfidence", "aggregateNodes"):
        assert labels is not None
        return BranchingPredictor(
            table,
            NodePredicates(table, scope),
            labels,
            facts(everything, np.zeros_like(everything), 1.0),
            strategy=strategy.missing_value,
            no_true_child=strategy.no_true_child,
            penalty=model.missing_value_penalty,
        )
    try:
        diagram = _diagram(table, scope, strategy)
    except NotATest:
        walk = GeneralWalk(table, NodePredicates(table, scope), strategy)
        nodes = facts(everything, np.zeros_like(everything), 1.0)
        return WalkingPredictor(walk, nodes, classes, model.missing_value_penalty)
    found = facts(diagram.nodes, diagram.levels, model.missing_value_penalty)
    return TreePredictor(diagram, found, classes)


def _labels(table: NodeTable, scope: Scope, target: TargetField | None) -> Labels:
    """Return the labels of a tree, which are mostly those of all trees."""
    cache = scope.compilation.cache
    key = (Labels, table.pool, target and (target.type, target.values))
    if key not in cache:
        cache[key] = Labels.of_all(table.pool, target)
    return cache[key] or Labels.of(table, target)


def _diagram(table: NodeTable, scope: Scope, strategy: Strategy) -> Diagram:
    """Compile a tree as one of many alike if it is, else by itself."""
    if not strategy.counts_levels:
        cache, key = scope.compilation.cache, (PlainTrees, table.pool, strategy)
        if key not in cache:
            cache[key] = PlainTrees(table.pool, strategy)
        diagram: Diagram | None = cache[key].diagram(table, scope.field)
        if diagram is not None:
            return diagram
    return compile_diagram(table, Atoms(scope.field), strategy)


def _check(model: TreeModel) -> None:
    branching = model.missing_value_strategy in ("weightedConfidence", "aggregateNodes")
    if model.function_name not in ("classification", "regression"):
        raise wrong(
            model,
            f"a TreeModel does classification or regression, not {model.function_name}",
            code=mistakes.FUNCTION_NAME,
        )
    if branching and model.function_name != "classification":
        raise wrong(
            model,
            f"missingValueStrategy {model.missing_value_strategy} is for classification only",
            code=mistakes.METHOD,
        )
    if len(model.nodes) == 0:
        raise wrong(model, "a TreeModel needs a Node", code=mistakes.EMPTY_MODEL)


def embedded_models(table: NodeTable) -> dict[int, EmbeddedModel]:
    """Return the models that stand in nodes; MarkupError where a Node has two."""
    found: dict[int, EmbeddedModel] = {}
    for node, element in table.elements():
        if isinstance(element, EmbeddedModel):
            if node in found:
                raise wrong(
                    element,
                    "a Node has one Regression or DecisionTree",
                    code=mistakes.CONTRADICTION,
                )
            found[node] = element
    return found

"""Trees whose nodes hold models: the model of a row's node predicts that row.

Specification: chapter Multiple Models, Model Composition; semantics 7.4. JPMML follows a linear
Regression in a regression tree only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns import column as columns
from pmmlkit.language import mistakes
from pmmlkit.language.frame import Frame
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.embedded import EmbeddedModel, targets_only
from pmmlkit.language.models.evaluation import ModelEvaluation, compile_nested
from pmmlkit.language.models.mining.labels import common_type, conform_to
from pmmlkit.language.models.mining.segments import Conform, assembled, taken
from pmmlkit.language.models.prediction import (
    Prediction,
    PredictionSlot,
    Predictor,
    RowPrediction,
)
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.models.tree.node_table import NodeTable
from pmmlkit.language.models.tree.predictor import TreePredictor, WalkingPredictor
from pmmlkit.language.output import ResultField
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Batch, Field, Values

if TYPE_CHECKING:
    from pmmlkit.columns.types import DataType
    from pmmlkit.language.models.tree.model import TreeModel

__all__ = ["ComposedPredictor", "compose"]


def compose(
    model: TreeModel,
    scope: Scope,
    target: TargetField | None,
    plain: Predictor,
    embedded: Mapping[int, EmbeddedModel],
) -> ComposedPredictor:
    """Compile the models in the nodes of a tree; `plain` is the tree without them.

    Raises UnsupportedError for a model of another function than the tree's and for strategies that
    join several nodes.
    """
    if not isinstance(plain, TreePredictor | WalkingPredictor):
        raise unsupported(
            model,
            f"missingValueStrategy {model.missing_value_strategy} joins the distributions of "
            "nodes, and a model inside a Node has none",
            code=mistakes.METHOD,
        )
    schema = targets_only(model)
    evaluations = []
    for element in embedded.values():
        if element.function_name != model.function_name:
            raise unsupported(
                element,
                f"a {element.tag} with functionName {element.function_name!r} inside a {model.tag} "
                f"with functionName {model.function_name!r} is not supported",
                code=mistakes.FUNCTION_NAME,
            )
        evaluations.append(compile_nested(element.as_model(schema, model.math_context), scope))
    own = _evaluation(model, scope, target, plain)
    everything = [own, *evaluations]
    type = common_type([item.type for item in everything], target)
    classes, conforms = conform_to(everything, type, () if target is None else target.values)
    members = tuple(
        Member(node, _entity_id(model.nodes, node), evaluation, conform)
        for node, evaluation, conform in zip(embedded, evaluations, conforms[1:], strict=True)
    )
    outputs = _outputs(members, scope)
    return ComposedPredictor(plain, conforms[0], members, type, classes, outputs)


def _evaluation(
    model: TreeModel, scope: Scope, target: TargetField | None, plain: Predictor
) -> ModelEvaluation:
    """Return the tree's own nodes as a model among those that stand in them."""
    described = target or TargetField(None, plain.type, plain.type.optype)
    facts = ModelFacts(model.function_name, plain.type, plain.classes, target)
    slot = PredictionSlot(scope.compilation.new_slot())
    return ModelEvaluation(model, described, facts, (), plain, slot, Frame(), Frame(), None)


def _entity_id(table: NodeTable, node: int) -> str:
    return table.text(int(table.id[node])) or str(node + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """The model of a node; `conform` is None where its predictions are right as they are."""

    node: int
    entity_id: str
    evaluation: ModelEvaluation
    conform: Conform | None


@dataclass(frozen=True, slots=True, eq=False)
class JoinedOutput:
    """An OutputField of embedded models: `field` holds that of the row's model, by node."""

    result: ResultField
    sources: Mapping[int, Field]

    @property
    def field(self) -> Field:
        """The field that holds the values."""
        return self.result.field


def _outputs(members: Sequence[Member], scope: Scope) -> tuple[JoinedOutput, ...]:
    found: dict[str, dict[int, ResultField]] = {}
    for member in members:
        for result in member.evaluation.outputs:
            found.setdefault(result.element.name, {})[member.node] = result
    outputs = []
    for name, results in found.items():
        first = next(iter(results.values()))
        if any(result.field.type is not first.field.type for result in results.values()):
            raise wrong(
                first.element,
                f"the OutputFields {name!r} of the models inside Nodes have different dataTypes",
                code=mistakes.OUTPUT_TYPES,
                field=name,
            )
        field = scope.new_field(
            name,
            first.field.type,
            first.field.optype,
            first.field.values,
            may_fail=True,
            settled=False,
        )
        scope.fields[name] = field
        sources = {node: result.field for node, result in results.items()}
        outputs.append(JoinedOutput(ResultField(first.element, field), sources))
    return tuple(outputs)


class ComposedPredictor(Predictor):
    """A tree, and the models of some of its nodes.

    A node's own score counts where its model has no prediction (as in JPMML); the entity id is that
    of the node.
    """

    def __init__(
        self,
        plain: TreePredictor | WalkingPredictor,
        conform: Conform | None,
        members: tuple[Member, ...],
        type: DataType,
        classes: tuple[Any, ...],
        outputs: tuple[JoinedOutput, ...],
    ) -> None:
        self.type = type
        self.classes = classes
        self.outputs = tuple(output.result for output in outputs)
        self._plain = plain
        self._conform = conform
        self._members = {member.node: member for member in members}
        self._joined = outputs

    def columns(self, batch: Batch) -> Prediction:
        """Find the nodes, run each model on the rows of its node, and put the results together."""
        prediction, nodes = self._plain.located(batch)
        if self._conform is not None:
            prediction = self._conform.columns(prediction)
        assert prediction.entity_id is not None
        nodes = np.where(np.isin(nodes, list(self._members)), nodes, -1)
        order = np.argsort(nodes, kind="stable")
        found, first = np.unique(nodes[order], return_index=True)
        parts: list[tuple[npt.NDArray[np.intp], Prediction]] = []
        batches: dict[int, tuple[npt.NDArray[np.intp], Batch]] = {}
        for node, rows in zip(found.tolist(), np.split(order, first[1:]), strict=True):
            member = self._members.get(node)
            if member is None:
                parts.append((rows, taken(prediction, rows)))
                continue
            part = batch.select(rows)
            result = member.evaluation.columns(part)
            if member.conform is not None:
                result = member.conform.columns(result)
            result = replace(result, entity_id=prediction.entity_id.take(rows))
            lost = result.value.is_missing
            if lost.any():
                parts.append((rows[lost], taken(prediction, rows[lost])))
                parts.append((rows[~lost], taken(result, np.flatnonzero(~lost))))
            else:
                parts.append((rows, result))
            batches[node] = rows, part
        for output in self._joined:
            batch[output.field] = columns.merged(
                [
                    (batches[node][0], batches[node][1][source])
                    for node, source in output.sources.items()
                    if node in batches
                ],
                output.field.type,
                batch.size,
            )
        return assembled(parts, self.type, batch.size, {})

    def row_function(self) -> Callable[[Values], RowPrediction]:
        """Return the function that predicts one row."""
        find, predict = self._plain.node_function(), self._plain.row_function()
        conform_plain = None if self._conform is None else self._conform.row_function()
        slots = [output.field.slot for output in self._joined]
        members = {
            node: (
                member.evaluation.row_function(),
                None if member.conform is None else member.conform.row_function(),
                member.entity_id,
                [
                    (output.sources[node].slot, output.field.slot)
                    for output in self._joined
                    if node in output.sources
                ],
            )
            for node, member in self._members.items()
        }

        def plain(values: Values) -> RowPrediction:
            prediction = predict(values)
            return prediction if conform_plain is None else conform_plain(prediction)

        def run(values: Values) -> RowPrediction:
            for slot in slots:
                values[slot] = None
            member = members.get(find(values))
            if member is None:
                return plain(values)
            evaluate, conform, entity_id, copies = member
            prediction = evaluate(values)
            for source, slot in copies:
                values[slot] = values[source]
            if prediction.value is None:
                return plain(values)
            if conform is not None:
                prediction = conform(prediction)
            return RowPrediction(
                prediction.value, prediction.probabilities, prediction.confidences, entity_id
            )

        return run

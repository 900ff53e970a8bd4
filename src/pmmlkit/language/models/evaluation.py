"""A model as a whole: derived fields, the model's own part, Targets and Output, compiled in one
scope.

Specification: chapters Mining Schema, Targets, Output and Transformations (scope of fields).
"""

from __future__ import annotations

from collections.abc import Callable, Container
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from pmmlkit.columns.types import DataType
from pmmlkit.errors import LimitError
from pmmlkit.language import mistakes
from pmmlkit.language.frame import Frame
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import (
    Prediction,
    PredictionSlot,
    Predictor,
    RowPrediction,
)
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.output import ResultField, compile_output
from pmmlkit.language.output_features import ModelFacts
from pmmlkit.language.preparation import nested_field, target_facts
from pmmlkit.language.refusals import refusals_within
from pmmlkit.language.scope import Compiled, Inherited, Scope
from pmmlkit.language.step import Batch, Values
from pmmlkit.language.targets import TargetRule, compile_target, target_field

__all__ = ["ModelEvaluation", "compile_model", "compile_nested"]


@dataclass(frozen=True, slots=True)
class ModelEvaluation:
    """A compiled model. `outputs` are its OutputFields, hidden ones and those of selected segments
    included; `facts` what they know of it.

    `target` describes the predicted field (its name is None where the document names none).
    """

    model: Model
    target: TargetField
    facts: ModelFacts
    outputs: tuple[ResultField, ...]
    predictor: Predictor
    slot: PredictionSlot
    before: Frame
    after: Frame
    rule: TargetRule | None

    @property
    def type(self) -> DataType:
        """The dataType of the predicted value."""
        return self.facts.type

    @property
    def classes(self) -> tuple[Any, ...]:
        """The labels of a classification in the order of its distribution."""
        return self.predictor.classes

    def columns(self, batch: Batch) -> Prediction:
        """Evaluate all rows: afterwards `batch` has the columns of the outputs."""
        self.before.columns(batch)
        prediction = self.predictor.columns(batch)
        if self.rule is not None:
            prediction = self.rule.columns(prediction)
        batch.predictions[self.slot.slot] = prediction
        self.after.columns(batch)
        return prediction

    def row_function(self, skip: Container[int] = ()) -> Callable[[Values], RowPrediction]:
        """Return the evaluation of one row: afterwards the values have the slots of the outputs,
        except those in `skip`.
        """
        before = self.before.row_functions()
        predict = self.predictor.row_function()
        treat = None if self.rule is None else self.rule.row_function()
        after = self.after.row_functions(skip)
        slot = self.slot.slot
        if not before and not after:
            if treat is None:
                return predict
            return lambda values: treat(predict(values))

        def run(values: Values) -> RowPrediction:
            for fill in before:
                fill(values)
            prediction = predict(values)
            if treat is not None:
                prediction = treat(prediction)
            values[slot] = prediction
            for fill in after:
                fill(values)
            return prediction

        return run


def compile_model(model: Model, scope: Scope) -> ModelEvaluation:
    """Compile a model in a scope whose fields are those of its MiningSchema.

    Raises MarkupError, UnsupportedError, LimitError.
    """
    if not model.is_scorable:
        raise unsupported(
            model,
            "the model says of itself that it cannot be scored (isScorable)",
            code=mistakes.NOT_SCORABLE,
        )
    limit = scope.compilation.limits.model_depth
    if scope.depth > limit:
        raise LimitError(
            f"models nest deeper than Limits.model_depth = {limit}",
            element=model.tag,
            line=model.line,
        )
    if model.local_transformations is not None:
        for field in model.local_transformations.derived_fields:
            if field.name is None:
                continue
            if field.name in scope.definitions:
                raise wrong(
                    field, f"field {field.name!r} is defined twice", code=mistakes.DUPLICATE_NAME
                )
            scope.definitions[field.name] = field
    # Models inside it and expressions say so themselves when they are compiled: one that nothing
    # uses does no harm.
    refused = list(refusals_within(model, (Model, Compiled)))
    if refused:
        # What builds a model relies on values that are listed.
        scope.compilation.errors.extend(refused[:-1])
        raise refused[-1]
    target = _target(model, scope)
    predictor = model.build(scope, target)
    scope.compilation.sequential |= predictor.sequential
    described = target or TargetField(None, predictor.type, predictor.type.optype)
    is_classification = bool(predictor.classes) or not predictor.type.is_number
    rule = compile_target(
        None if model.targets is None else model.targets.target(described.name),
        described,
        predictor.type,
        predictor.classes,
        is_classification=is_classification,
    )
    facts = ModelFacts(
        model.function_name,
        predictor.type if rule is None else rule.type,
        predictor.classes,
        target,
        predictor.details,
        predictor.segments,
        predictor.targets,
        feature=predictor.feature,
    )
    slot = PredictionSlot(scope.compilation.new_slot())
    # What only the outputs need is computed after the model: it may read outputs of segments.
    before, scope.frame = scope.frame, Frame()
    after = Scope(scope.compilation, scope)
    outputs: tuple[ResultField, ...] = ()
    if model.output is not None:
        outputs = compile_output(model.output, after, facts, slot)
    own = {result.element.name for result in outputs}
    outputs = (*(item for item in predictor.outputs if item.element.name not in own), *outputs)
    facts = replace(facts, outputs={result.element.name: result.field for result in outputs})
    after.frame.steps[:0] = scope.frame.steps
    return ModelEvaluation(
        model, described, facts, outputs, predictor, slot, before, after.frame, rule
    )


def compile_nested(model: Model, parent: Scope) -> ModelEvaluation:
    """Compile a model inside another one: its MiningSchema names fields that the parent has
    prepared.
    """
    scope = Scope(parent.compilation, parent)
    for mining_field in model.mining_schema.mining_fields:
        if mining_field.is_target:
            continue
        make = partial(nested_field, scope, mining_field=mining_field)
        scope.declared[mining_field.name] = Inherited(parent, mining_field, make)
    return compile_model(model, scope)


def _target(model: Model, scope: Scope) -> TargetField | None:
    """Describe the field that the model predicts: the one it names itself, else the first
    target.
    """
    named = getattr(model, "target_field_name", None)
    candidates = [item for item in model.mining_schema.mining_fields if item.is_target]
    chosen = next((item for item in candidates if item.name == named), None)
    if chosen is None and candidates:
        chosen = candidates[0]
    if chosen is None:
        return None
    facts = target_facts(scope.compilation, chosen)
    treatment = None if model.targets is None else model.targets.target(chosen.name)
    return target_field(
        treatment, chosen.name, facts.type, facts.optype, facts.values, facts.display
    )

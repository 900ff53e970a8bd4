"""The fields of a program: what it takes, with the preparation of each, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, Final

from pmmlkit.columns.text import to_python
from pmmlkit.columns.types import DataType, list_of
from pmmlkit.columns.values import Failure, plain
from pmmlkit.language.grouping import GroupedInput, Grouping
from pmmlkit.language.mining_schema import MiningSchema
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import RowPrediction
from pmmlkit.language.notices import notices, offer
from pmmlkit.language.output import OutputField
from pmmlkit.language.preparation import FieldPreparation, prepared_fields
from pmmlkit.language.scope import Compilation, Scope
from pmmlkit.language.step import Field, Values
from pmmlkit.xml.declaration import Element

__all__ = [
    "GROUP",
    "Input",
    "InputField",
    "Output",
    "ResultField",
    "compile_inputs",
    "compile_notices",
    "feature_reader",
    "grouping",
    "has_residuals",
    "input_field",
    "label_order",
    "predicted_outputs",
    "result_field",
    "results_of",
    "row_reader",
]

GROUP: Final = "group"
"""The usageType of fields that make groups of rows, and the feature of their values in a result."""

_INPUT_USAGES = ("active", "supplementary", GROUP, "order")

UNNAMED_TARGET = "_target"
"""The name of the predicted value where the document names no target field."""


@dataclass(frozen=True, slots=True)
class InputField:
    """A field that a model takes: its PMML dataType and optype, and its valid values (empty: any).

    `usage` is the usageType; `required`: something that the result holds depends on it.
    """

    name: str
    data_type: str
    optype: str
    values: tuple[Any, ...]
    usage: str
    required: bool


@dataclass(frozen=True, slots=True)
class ResultField:
    """A field of a result: `feature` is that of its OutputField, ``"predictedValue"`` for a
    target.
    """

    name: str
    data_type: str
    optype: str
    feature: str
    values: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Input:
    """An input field with its preparation and its place."""

    name: str
    field: Field
    preparation: FieldPreparation


@dataclass(frozen=True, slots=True)
class Output:
    """A result column: `field` holds it, or it is the predicted value of a target (`target` where
    several).
    """

    name: str
    type: DataType
    optype: str
    feature: str
    values: tuple[Any, ...] = ()
    field: Field | None = None
    target: str | None = None


def compile_inputs(
    schema: MiningSchema, scope: Scope, nan_is_missing: bool, *, needs_target: bool = False
) -> tuple[Input, ...]:
    """Make the fields that the model at the top reads; `needs_target`: the target too.

    Where there is a group field, all others hold lists.
    """
    is_grouped = any(item.usage_type == GROUP for item in schema.mining_fields)
    inputs = []
    for preparation in prepared_fields(scope.compilation, schema, nan_is_missing):
        usage = preparation.usage
        if usage in _INPUT_USAGES or (usage == "target" and needs_target):
            is_list = is_grouped and usage != GROUP
            field = scope.new_field(
                preparation.name,
                list_of(preparation.type) if is_list else preparation.type,
                preparation.optype,
                preparation.values,
            )
            scope.fields[preparation.name] = field
            scope.compilation.inputs.append((usage, field))
            inputs.append(Input(preparation.name, field, preparation))
    if not is_grouped:
        offer(
            scope.compilation,
            [item.preparation for item in inputs if item.preparation.usage != "target"],
        )
    return tuple(inputs)


def compile_notices(compilation: Compilation) -> tuple[Input, ...]:
    """Return what fills the warnings of a row, where an OutputField asks for them."""
    return tuple(Input(field.name, field, notice) for field, notice in notices(compilation))


def has_residuals(model: Model) -> bool:
    """Tell whether an OutputField needs the target itself."""
    return any(item.feature == "residual" for item in _output_fields(model))


def _output_fields(model: Model) -> Iterator[OutputField]:
    """Yield the OutputFields of a model and of those in its segments."""
    stack: list[Element] = [model]
    while stack:
        element = stack.pop()
        if isinstance(element, Model) and element.output is not None:
            yield from element.output.output_fields
        stack.extend(
            child
            for child in element.elements()
            if isinstance(child, Model) or child.tag in ("Segmentation", "Segment")
        )


def grouping(inputs: Sequence[Input]) -> Grouping | None:
    """Return what makes groups of the rows, None for a model that has no group field."""
    if all(item.preparation.usage != GROUP for item in inputs):
        return None
    return Grouping([GroupedInput(item.name, item.field, item.preparation) for item in inputs])


def input_field(item: Input, is_used: bool) -> InputField:
    preparation = item.preparation
    values = tuple(to_python(value, preparation.type) for value in preparation.values)
    return InputField(
        item.name,
        preparation.type.name,
        preparation.optype,
        values,
        preparation.usage,
        is_used and preparation.usage != "target",
    )


def results_of(evaluation: ModelEvaluation, inputs: Sequence[Input] = ()) -> list[Output]:
    """List the result columns: the group, targets, then the OutputFields in document order."""
    outputs = {output.field.name for output in evaluation.outputs}
    results = [
        Output(item.name, item.field.type, item.field.optype, GROUP, item.field.values, item.field)
        for item in inputs
        if item.preparation.usage == GROUP and item.name not in outputs
    ]
    if evaluation.facts.targets:
        for name, facts in evaluation.facts.targets.items():
            optype = facts.target.optype if facts.target is not None else facts.type.optype
            results.append(
                Output(name, facts.type, optype, "predictedValue", facts.classes, None, name)
            )
    else:
        name = evaluation.target.name or UNNAMED_TARGET
        results.append(
            Output(
                name,
                evaluation.type,
                evaluation.target.optype,
                "predictedValue",
                evaluation.classes or evaluation.target.values,
            )
        )
    # Fields with isFinalResult="false" stay in the result, as in JPMML; PMML4S leaves them out.
    for output in evaluation.outputs:
        field = output.field
        feature = output.element.feature
        results.append(Output(field.name, field.type, field.optype, feature, field.values, field))
    return results


def predicted_outputs(evaluation: ModelEvaluation, results: Sequence[Output]) -> list[Output]:
    """List the OutputFields that say what a model without a target predicts; none: its own value.

    These are the fields with predicted values if there are several: so several targets are written
    in PMML 4.4, with a segment of a modelChain for each. A single one that is of the model itself
    says how its value is called and of which type (the id of a cluster as an integer); if that is
    hidden (isFinalResult), the single shown field that is made of it does.
    """
    if evaluation.facts.targets or evaluation.target.name is not None:
        return []
    elements = {item.element.name: item.element for item in evaluation.outputs}
    fields = [(item, elements[item.name]) for item in results if item.name in elements]
    shown = [(item, element) for item, element in fields if element.is_final_result]
    predicted = [item for item, element in shown if _is_prediction(element)]
    if len(predicted) > 1:
        return predicted
    own = [item for item, element in shown if _is_own_prediction(element)]
    if not own and any(_is_own_prediction(element) for _, element in fields):
        own = [item for item, element in shown if element.feature == "transformedValue"]
    return own if len(own) == 1 else []


def _is_prediction(element: OutputField) -> bool:
    return element.feature == "predictedValue" and element.expression is None


def _is_own_prediction(element: OutputField) -> bool:
    return _is_prediction(element) and element.segment_id is None


def result_field(item: Output) -> ResultField:
    values = tuple(to_python(value, item.type) for value in item.values)
    return ResultField(item.name, item.type.name, item.optype, item.feature, values)


_UNFLAGGED = frozenset({float, int, str, bool, type(None)})
"""What a result may be as it is; flagged values are of subclasses."""


def feature_reader(
    item: Output, direct: Mapping[int, Callable[[RowPrediction], Any]]
) -> Callable[[RowPrediction], Any] | None:
    """Return the function that reads a result from the prediction as it is, None where there is
    more to it.
    """
    if not _is_plain(item.type) or item.target is not None:
        return None
    return attrgetter("value") if item.field is None else direct.get(item.field.slot)


def _is_plain(type: DataType) -> bool:
    """Tell whether row values of the type are what the user sees."""
    return not (type.is_temporal or type.is_list or type.epoch is not None or type.unit is not None)


def row_reader(
    item: Output, direct: Mapping[int, Callable[[RowPrediction], Any]]
) -> Callable[[RowPrediction, Values], Any]:
    """Return the function that reads a result; `direct` reads some from the prediction, by slot."""
    type = item.type
    is_plain = _is_plain(type)
    if item.field is None:
        if item.target is not None:
            target = item.target
            return lambda prediction, values: to_python(
                plain(prediction.targets[target].value), type
            )
        if is_plain:
            return lambda prediction, values: prediction.value
        return lambda prediction, values: to_python(prediction.value, type)
    slot = item.field.slot
    feature = direct.get(slot)
    if feature is not None and is_plain:
        return lambda prediction, values: feature(prediction)
    if feature is not None:
        return lambda prediction, values: to_python(feature(prediction), type)

    def read(prediction: RowPrediction, values: Values) -> Any:
        value = values[slot]
        if is_plain and value.__class__ in _UNFLAGGED:
            return value
        if value.__class__ is Failure:
            value.fail()
        return to_python(value, type)

    return read


def label_order(evaluation: ModelEvaluation) -> tuple[Any, ...]:
    """Return the labels in the order of the target's valid values, else in that of the model."""
    own = evaluation.classes
    if not own:
        return ()
    valid = evaluation.target.values
    return (*valid, *(label for label in own if label not in valid))

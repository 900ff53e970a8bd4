"""The fields of a program: what it takes, with the preparation of each, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from pmmlkit.columns.text import to_python
from pmmlkit.columns.types import DataType
from pmmlkit.columns.values import Failure, plain
from pmmlkit.language.models.evaluation import ModelEvaluation
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.prediction import RowPrediction
from pmmlkit.language.preparation import FieldPreparation, prepared_fields
from pmmlkit.language.scope import Scope
from pmmlkit.language.step import Field, Values

__all__ = [
    "Input",
    "InputField",
    "Output",
    "ResultField",
    "compile_inputs",
    "feature_reader",
    "input_field",
    "result_field",
    "results_of",
    "row_reader",
]

_INPUT_USAGES = ("active", "supplementary", "group", "order")

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


def compile_inputs(model: Model, scope: Scope, nan_is_missing: bool) -> tuple[Input, ...]:
    """Make the fields that the model at the top reads; the target too where a residual needs it."""
    output_fields = () if model.output is None else model.output.output_fields
    needs_target = any(item.feature == "residual" for item in output_fields)
    inputs = []
    for preparation in prepared_fields(scope.compilation, model.mining_schema, nan_is_missing):
        usage = preparation.usage
        if usage in _INPUT_USAGES or (usage == "target" and needs_target):
            field = scope.new_field(
                preparation.name, preparation.type, preparation.optype, preparation.values
            )
            scope.fields[preparation.name] = field
            inputs.append(Input(preparation.name, field, preparation))
    return tuple(inputs)


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


def results_of(evaluation: ModelEvaluation) -> list[Output]:
    """List the result columns: targets, then the OutputFields in document order."""
    results = []
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
    return not (type.is_temporal or type.epoch is not None or type.unit is not None)


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

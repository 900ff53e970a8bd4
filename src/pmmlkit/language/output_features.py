"""OutputFields with a result feature: which part of which prediction each reads, as a step.

Specification: chapter Output; semantics chapter 29.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pmmlkit.columns.column import MISSING, Column, combined_state
from pmmlkit.columns.text import parse_text
from pmmlkit.columns.types import DOUBLE, STRING, DataType
from pmmlkit.errors import MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.prediction import Prediction, PredictionSlot, RowPrediction
from pmmlkit.language.models.target_field import TargetField
from pmmlkit.language.notices import warnings
from pmmlkit.language.result_features import (
    Detail,
    DisplayValue,
    EntityId,
    Feature,
    NumberOfClass,
    NumberOfWinner,
    PredictedValue,
    masked,
)
from pmmlkit.language.step import Batch, Constant, Field, Read, RowFunction, Step, Values

if TYPE_CHECKING:
    from pmmlkit.language.output import OutputField
    from pmmlkit.language.scope import Scope

__all__ = ["FeatureStep", "ModelFacts", "compile_feature", "has_own_feature", "model_feature"]

_NO_SUCH_FEATURE: Final = "PMML620"
_ONE_VALUE: Final = "PMML621"


def _none(element: OutputField) -> Feature | None:
    return None


@dataclass(frozen=True, slots=True)
class ModelFacts:
    """What the features of a model's Output need to know of it.

    `function`: functionName. `type`: of the predicted value, after Targets. `classes`: those of the
    predictor, row values of `type`. `target`: None for a model without one. `details`: types of
    what the model adds to `Prediction.details`, by feature. `segments`: by id. `targets`: by field,
    of a model with several. `outputs`: the fields of the model's own Output, by name. `feature`:
    what the model's own part makes of an OutputField.
    """

    function: str
    type: DataType
    classes: tuple[Any, ...] = ()
    target: TargetField | None = None
    details: Mapping[str, DataType] = field(default_factory=dict)
    segments: Mapping[str, ModelFacts] = field(default_factory=dict)
    targets: Mapping[str, ModelFacts] = field(default_factory=dict)
    outputs: Mapping[str, Field] = field(default_factory=dict)
    feature: Callable[[OutputField], Feature | None] = field(default=_none, compare=False)

    @property
    def is_classification(self) -> bool:
        """Tell whether the prediction is one of some categories."""
        return self.function == "classification"

    def segment(self, element: OutputField) -> ModelFacts:
        """Return the facts of the segment that an OutputField names; MarkupError if none."""
        assert element.segment_id is not None
        found = self.segments.get(element.segment_id)
        if found is None:
            raise _wrong(
                element,
                f"there is no segment {element.segment_id!r}",
                code=mistakes.OUTPUT_REFERENCE,
            )
        return found


class _Part:
    """The prediction of one target, of one segment, or both: None where it did not run."""

    def __init__(self, slot: PredictionSlot, path: tuple[tuple[str, str], ...]) -> None:
        self._slot = slot
        self._path = path

    @property
    def own_slot(self) -> int | None:
        """The slot of the prediction where it is the model's own, which is always there."""
        return None if self._path else self._slot.slot

    def columns(self, batch: Batch) -> Prediction | None:
        found: Prediction | None = self._slot.columns(batch)
        for attribute, name in self._path:
            found = found and getattr(found, attribute).get(name)
        return found

    def row_function(self) -> Callable[[Values], RowPrediction | None]:
        path, source = self._path, itemgetter(self._slot.slot)
        if not path:
            return source

        def run(values: Values) -> RowPrediction | None:
            found: RowPrediction | None = source(values)
            for attribute, name in path:
                found = found and getattr(found, attribute).get(name)
            return found

        return run


class FeatureStep(Step):
    """A feature of a model's prediction."""

    __slots__ = ("_feature", "_part")

    def __init__(self, feature: Feature, part: _Part) -> None:
        super().__init__(feature.type, may_fail=True)
        self._feature = feature
        self._part = part

    def columns(self, batch: Batch) -> Column:
        """Return the feature for all rows."""
        prediction = self._part.columns(batch)
        if prediction is None:
            return Column.missing(self.type, batch.size)
        column = self._feature.columns(prediction)
        if prediction.absent is None:
            return column
        state = np.zeros(batch.size, np.uint8) if column.state is None else column.state.copy()
        state[prediction.absent] = MISSING
        return column.with_state(state, column.errors)

    def row_function(self) -> RowFunction:
        """Return the function for one row."""
        own, function = self._part.own_slot, self._feature.row_function()
        if own is not None:
            return lambda values: function(values[own])
        part = self._part.row_function()

        def run(values: Values) -> Any:
            prediction = part(values)
            return None if prediction is None else function(prediction)

        return run

    def of_prediction(self) -> Callable[[RowPrediction], Any] | None:
        """Return the function of the model's own prediction; None where it is of another one."""
        return None if self._part.own_slot is None else self._feature.row_function()


def compile_feature(
    element: OutputField, scope: Scope, facts: ModelFacts, slot: PredictionSlot
) -> Step:
    """Compile the feature of an OutputField; what the model does not have is missing (a warning).

    Raises MarkupError where `segmentId` or `targetField` names nothing.
    """
    if element.feature == "warning":
        return warnings(scope)
    path: list[tuple[str, str]] = []
    target = element.target_field or element.old_target_field
    if target is not None and (facts.target is None or target != facts.target.name):
        if target not in facts.targets:
            raise _wrong(
                element,
                f"targetField {target!r} is no target of the model",
                code=mistakes.OUTPUT_REFERENCE,
            )
        facts = facts.targets[target]
        path.append(("targets", target))
    if element.segment_id is not None:
        facts = facts.segment(element)
        path.append(("segments", element.segment_id))
    own = facts.feature(element)
    if own is not None:
        return FeatureStep(own, _Part(slot, tuple(path)))
    if element.is_multi_valued not in ("0", "false"):
        text = f"{element.name!r} is multi-valued, but {element.feature} has one value here"
        scope.compilation.warn(_ONE_VALUE, text, element)
    part = _Part(slot, tuple(path))
    actual = _actual(scope, facts) if element.feature == "residual" else None
    if actual is not None:
        if facts.is_classification:
            return _CategoricalResidual(actual, part, facts, element.value)
        if not (actual.type.is_number and facts.type.is_number):
            raise _wrong(
                element, "the residual of a regression needs numbers", code=mistakes.FIELD_TYPE
            )
        return _Residual(actual, part)
    feature = _feature(element, facts)
    if feature is None:
        text = f"the model gives no {element.feature}: {element.name!r} is missing everywhere"
        scope.compilation.warn(_NO_SUCH_FEATURE, text, element)
        return Constant(None, STRING)
    return FeatureStep(feature, part)


def _actual(scope: Scope, facts: ModelFacts) -> Step | None:
    """Return what reads the target in the input, None where it is not there."""
    if facts.target is None:
        return None
    inputs = scope.compilation.inputs
    targets = [field for usage, field in inputs if usage == "target"]
    return next((Read(field) for field in targets if field.name == facts.target.name), None)


def has_own_feature(element: OutputField, facts: ModelFacts) -> bool:
    """Tell whether a model's own part has something for an OutputField that not all models have."""
    return element.feature in facts.details or facts.feature(element) is not None


def model_feature(element: OutputField, facts: ModelFacts) -> Feature | None:
    """Return the feature of a model's prediction, its own before that of all models."""
    own = facts.feature(element)
    return _feature(element, facts) if own is None else own


def _wrong(element: OutputField, message: str, *, code: str) -> MarkupError:
    return wrong(element, message, code=code, field=element.name)


def _feature(element: OutputField, facts: ModelFacts) -> Feature | None:
    name = element.feature
    if name in facts.details:
        return Detail(name, facts.details[name])
    if name == "predictedValue":
        return PredictedValue(facts.type)
    if name == "predictedDisplayValue":
        return DisplayValue(facts.type, {} if facts.target is None else facts.target.display)
    if name in ("probability", "confidence") and facts.is_classification:
        attribute = "probabilities" if name == "probability" else "confidences"
        if element.value is None:
            return NumberOfWinner(attribute, facts.classes)
        return NumberOfClass(attribute, _position(element.value, facts))
    if name == "entityId" and element.rank == 1:
        return EntityId()
    if name == "clusterId" and facts.function == "clustering":
        return PredictedValue(facts.type)
    return None


def _label(text: str, facts: ModelFacts) -> Any:
    """Return a category as a row value, None where the text is none of the type."""
    try:
        return parse_text(text, facts.type)
    except ValueError:
        return None


def _position(text: str, facts: ModelFacts) -> int | None:
    value = _label(text, facts)
    return facts.classes.index(value) if value in facts.classes else None


class _ResidualStep(Step):
    """What compares the prediction with the actual value of the target."""

    __slots__ = ("_actual", "_part")

    def __init__(self, actual: Step, part: _Part) -> None:
        super().__init__(DOUBLE, may_fail=True)
        self._actual = actual
        self._part = part

    def columns(self, batch: Batch) -> Column:
        """Return the residual for all rows; missing where the actual value is (JPMML: an error)."""
        prediction = self._part.columns(batch)
        if prediction is None:
            return Column.missing(DOUBLE, batch.size)
        return self.of_columns(self._actual.columns(batch), prediction)

    def row_function(self) -> RowFunction:
        """Return the function for one row."""
        actual_of, part, residual = (
            self._actual.row_function(),
            self._part.row_function(),
            self.of_row,
        )

        def run(values: Values) -> float | None:
            actual, prediction = actual_of(values), part(values)
            if actual is None or prediction is None or prediction.value is None:
                return None
            return residual(actual, prediction)

        return run

    def of_columns(self, actual: Column, prediction: Prediction) -> Column:
        """Return the residuals."""
        raise AssertionError(type(self).__name__)

    def of_row(self, actual: Any, prediction: RowPrediction) -> float | None:
        """Return the residual where both values are there."""
        raise AssertionError(type(self).__name__)


class _Residual(_ResidualStep):
    """The actual number less the predicted one."""

    __slots__ = ()

    def of_columns(self, actual: Column, prediction: Prediction) -> Column:
        state, errors = combined_state(actual, prediction.value)
        with np.errstate(all="ignore"):
            values = np.subtract(actual.values, prediction.value.values, dtype=np.float64)
        return Column(values, DOUBLE, state, errors=errors)

    def of_row(self, actual: Any, prediction: RowPrediction) -> float | None:
        return float(actual) - float(prediction.value)


class _CategoricalResidual(_ResidualStep):
    """1 where the actual category is the one in question, else 0, less the probability of that.

    In question is the category that `value` names, else the predicted one.
    """

    __slots__ = ("_facts", "_label", "_number", "_row_number")

    def __init__(self, actual: Step, part: _Part, facts: ModelFacts, text: str | None) -> None:
        super().__init__(actual, part)
        self._facts = facts
        self._label = None if text is None else (_label(text, facts),)
        number: Feature = NumberOfWinner("probabilities", facts.classes)
        if text is not None:
            number = NumberOfClass("probabilities", _position(text, facts))
        self._number = number
        self._row_number = number.row_function()

    def of_columns(self, actual: Column, prediction: Prediction) -> Column:
        category = prediction.value
        if self._label is not None:
            category = Column.constant(self._label[0], self._facts.type, len(actual))
        usable = actual.is_usable & category.is_usable
        is_it = np.zeros(len(actual), np.float64)
        if actual.categories is not None and category.categories is not None:
            codes = actual.categories.codes_in(category.categories)
            is_it[usable] = codes[actual.values[usable]] == category.values[usable]
        else:
            is_it[usable] = actual.values[usable] == category.values[usable]
        probability = self._number.columns(prediction)
        residuals = Column(is_it - probability.values, DOUBLE)
        return masked(residuals, actual, probability)

    def of_row(self, actual: Any, prediction: RowPrediction) -> float | None:
        probability = self._row_number(prediction)
        if probability is None:
            return None
        category = prediction.value if self._label is None else self._label[0]
        return (1.0 if actual == category else 0.0) - float(probability)

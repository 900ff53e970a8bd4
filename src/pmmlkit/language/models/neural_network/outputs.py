"""What the NeuralOutputs make of the outputs of neurons: the prediction for one target.

Semantics chapter 17.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.column import ERROR, MISSING, VALID, Categories, Column
from pmmlkit.columns.text import parse_text, single
from pmmlkit.columns.types import DOUBLE, FLOAT, STRING, DataType
from pmmlkit.errors import EvaluationError, MarkupError
from pmmlkit.language import mistakes
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.expressions import FieldRef, NormContinuous, NormDiscrete
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.neural_network.inverse import Inverse
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.neural_network.declaration import NeuralNetwork, NeuralOutput
    from pmmlkit.language.scope import Compiled, Scope

__all__ = ["CategoryOutput", "NumberOutput", "Outlet", "RowState", "outlets"]

Array = npt.NDArray[Any]
RowState = tuple[npt.NDArray[np.uint8] | None, Mapping[int, EvaluationError]]
"""The states of the rows before their outputs are looked at, and their errors."""


class Outlet:
    """The NeuralOutputs of one target. `positions`: their neurons."""

    type: DataType
    classes: tuple[Any, ...] = ()
    positions: tuple[int, ...] = ()

    def columns(self, outputs: Array, known: RowState) -> Prediction:
        """Return the prediction from the outputs (neurons, n)."""
        raise AssertionError(type(self).__name__)

    def row_function(self) -> Callable[[Sequence[float]], RowPrediction]:
        """Return the function of the outputs of all neurons by position."""
        raise AssertionError(type(self).__name__)


class NumberOutput(Outlet):
    """The output of one neuron as a number, scaled back where a NormContinuous says so."""

    def __init__(self, neuron: str, position: int, inverse: Inverse | None, is_single: bool):
        self.type = FLOAT if is_single else DOUBLE
        self.positions = (position,)
        self._neuron = neuron
        self._inverse = inverse

    def columns(self, outputs: Array, known: RowState) -> Prediction:
        """Return the numbers and the id of the neuron."""
        values = outputs[0]
        state, errors = known
        if self._inverse is not None:
            doubles, outside = self._inverse.columns(values)
            values = doubles.astype(self.type.dtype, copy=False)
            if outside is not None and outside.any():
                before = np.zeros(len(values), np.uint8) if state is None else state
                state = np.where(outside & (before == VALID), np.uint8(MISSING), before)
        return Prediction(
            Column(values, self.type, state, errors=errors),
            entity_id=Column.constant(self._neuron, STRING, len(values)),
        )

    def row_function(self) -> Callable[[Sequence[float]], RowPrediction]:
        """Return the number of one row."""
        position, neuron = self.positions[0], self._neuron
        if self._inverse is None:
            return lambda known: RowPrediction(known[position], entity_id=neuron)
        value_of = self._inverse.of_value()
        is_single = self.type is FLOAT

        def predict(known: Sequence[float]) -> RowPrediction:
            value = value_of(known[position])
            if is_single and value is not None:
                value = single(value)
            return RowPrediction(value, entity_id=neuron)

        return predict


class CategoryOutput(Outlet):
    """The outputs of several neurons as probabilities; the category of the highest is predicted."""

    def __init__(
        self,
        neurons: Sequence[str],
        positions: Sequence[int],
        classes: tuple[Any, ...],
        type: DataType,
    ) -> None:
        self.type = type
        self.classes = classes
        self.positions = tuple(positions)
        self._neurons = tuple(neurons)
        self._categories = Categories(classes) if type.kind == "string" else None
        ids = tuple(dict.fromkeys(neurons))
        self._ids = Categories(ids)
        self._codes = np.array([ids.index(neuron) for neuron in neurons], np.int32)

    def columns(self, outputs: Array, known: RowState) -> Prediction:
        """Return probabilities, the category and the id of its neuron."""
        probabilities = outputs.astype(np.float64)
        state, errors = known
        best = _best(probabilities)
        if state is not None:
            probabilities[:, (state == MISSING) | (state == ERROR)] = np.nan
        if self._categories is not None:
            values: Array = best.astype(np.int32)
        else:
            values = np.array(self.classes, self.type.dtype)[best]
        return Prediction(
            Column(values, self.type, state, categories=self._categories, errors=errors),
            probabilities.T,
            entity_id=Column(self._codes[best], STRING, categories=self._ids),
        )

    def row_function(self) -> Callable[[Sequence[float]], RowPrediction]:
        """Return the probabilities, the category and the id of its neuron for one row."""
        positions, classes, neurons = self.positions, self.classes, self._neurons

        def predict(known: Sequence[float]) -> RowPrediction:
            probabilities = [known[position] for position in positions]
            best, highest = 0, -math.inf
            for at, probability in enumerate(probabilities):
                if probability > highest:
                    best, highest = at, probability
            return RowPrediction(classes[best], probabilities, entity_id=neurons[best])

        return predict


def _best(probabilities: npt.NDArray[np.float64]) -> npt.NDArray[np.intp]:
    """Return the position of each row's highest probability, the first of equals; NaN is lowest."""
    if np.isnan(probabilities).any():
        probabilities = np.where(np.isnan(probabilities), -np.inf, probabilities)
    best: npt.NDArray[np.intp] = probabilities.argmax(axis=0)
    return best


def outlets(
    model: NeuralNetwork,
    scope: Scope,
    positions: Mapping[str, int],
    type_of: Callable[[str, Element], DataType],
) -> dict[str, Outlet]:
    """Compile the NeuralOutputs, by the field whose value they give.

    `type_of` tells the dataType of a categorical target. Raises MarkupError where outputs name no
    neuron, or do not fit the functionName.
    """
    if model.neural_outputs is None or not model.neural_outputs.neural_outputs:
        raise _wrong(
            model, "needs NeuralOutputs to say what it predicts", code=mistakes.MISSING_ELEMENT
        )
    grouped: dict[str, list[tuple[NeuralOutput, Compiled]]] = {}
    for item in model.neural_outputs.neural_outputs:
        if item.output_neuron not in positions:
            raise _wrong(
                item,
                f"outputNeuron {item.output_neuron!r} is no neuron",
                code=mistakes.MISSING_NEURON,
            )
        expression = _expression(item, scope)
        grouped.setdefault(_field(expression), []).append((item, expression))
    if model.function_name == "regression":
        return dict(_numbers(model, grouped, positions))
    return dict(_categories(grouped, positions, type_of))


def _wrong(element: Element, message: str, field: str | None = None, *, code: str) -> MarkupError:
    return wrong(element, message, code=code, field=field)


def _field(expression: Compiled) -> str:
    name: str = expression.references()[0]
    return name


def _expression(item: NeuralOutput, scope: Scope) -> Compiled:
    """Return what the output is a function of; a FieldRef to a derived field stands for that."""
    expression = item.derived_field.compiled()
    seen: set[str] = set()
    while isinstance(expression, FieldRef) and expression.field not in seen:
        seen.add(expression.field)
        source = scope.definitions.get(expression.field)
        source = source or scope.compilation.definitions.get(expression.field)
        if not isinstance(source, DerivedField):
            break
        expression = source.compiled()
    if not isinstance(expression, FieldRef | NormContinuous | NormDiscrete):
        text = "the expression of a NeuralOutput is a FieldRef, NormContinuous or NormDiscrete"
        raise _wrong(item, f"{text}, not {expression.tag}", code=mistakes.NEURAL_OUTPUT)
    return expression


def _numbers(
    model: NeuralNetwork,
    grouped: Mapping[str, Sequence[tuple[NeuralOutput, Compiled]]],
    positions: Mapping[str, int],
) -> Iterator[tuple[str, Outlet]]:
    for name, items in grouped.items():
        if len(items) > 1:
            raise _wrong(
                items[1][0],
                f"two NeuralOutputs give the number {name!r}",
                name,
                code=mistakes.NEURAL_OUTPUT,
            )
        item, expression = items[0]
        inverse = None
        if isinstance(expression, NormContinuous):
            inverse = Inverse(expression)
        elif isinstance(expression, NormDiscrete):
            raise _wrong(
                item,
                "NormDiscrete is for categories; the network is a regression",
                name,
                code=mistakes.NEURAL_OUTPUT,
            )
        neuron = item.output_neuron
        yield name, NumberOutput(neuron, positions[neuron], inverse, model.computes_in_float)


def _categories(
    grouped: Mapping[str, Sequence[tuple[NeuralOutput, Compiled]]],
    positions: Mapping[str, int],
    type_of: Callable[[str, Element], DataType],
) -> Iterator[tuple[str, Outlet]]:
    for name, items in grouped.items():
        type = type_of(name, items[0][0])
        classes: list[Any] = []
        neurons = []
        for item, expression in items:
            if not isinstance(expression, NormDiscrete):
                text = f"a category needs a NormDiscrete, not a {expression.tag}"
                raise _wrong(item, text, name, code=mistakes.NEURAL_OUTPUT)
            value = _category(item, expression, type)
            if value in classes:
                raise _wrong(
                    item,
                    f"two NeuralOutputs are for {expression.value!r}",
                    name,
                    code=mistakes.DUPLICATE_ENTRY,
                )
            classes.append(value)
            neurons.append(item.output_neuron)
        yield (
            name,
            CategoryOutput(neurons, [positions[one] for one in neurons], tuple(classes), type),
        )


def _category(item: NeuralOutput, expression: NormDiscrete, type: DataType) -> Any:
    try:
        return parse_text(expression.value, type)
    except ValueError as error:
        text = f"the value {expression.value!r} is no {type.name}"
        raise _wrong(item, text, expression.field, code=mistakes.NOT_OF_TYPE) from error

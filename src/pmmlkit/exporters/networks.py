"""Layers of neurons as NeuralNetwork."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import Feature, Predicted, as_number
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.inner_targets import with_target, with_targets
from pmmlkit.language.derived_field import DerivedField
from pmmlkit.language.expressions import FieldRef, NormDiscrete
from pmmlkit.language.models.neural_network import (
    Con,
    NeuralInput,
    NeuralInputs,
    NeuralLayer,
    NeuralNetwork,
    NeuralOutput,
    NeuralOutputs,
    Neuron,
)
from pmmlkit.language.output import Output, OutputField

if TYPE_CHECKING:
    from pmmlkit.language.scope import Compiled

__all__ = ["Layer", "network_classes", "network_number", "network_numbers"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """Neurons: `weights` (inputs, neurons), `biases` (neurons,), PMML's names of the functions."""

    weights: Doubles
    biases: Doubles
    activation: str
    normalization: str = "none"


def network_number(features: Sequence[Feature], layers: Sequence[Layer]) -> Draft:
    """Return a regression: what the only neuron of the last layer gives."""

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NeuralNetwork:
        target, parts = with_target(frame, frame.parts(fields))
        return _network(parts, fields, layers, _numbers(layers, [target]))

    return Draft(tuple(map(as_number, features)), build)


def network_numbers(
    features: Sequence[Feature], layers: Sequence[Layer], name: str
) -> list[Feature]:
    """Return what each neuron of the last layer gives, as predictions of one network."""
    count = layers[-1].weights.shape[1]

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NeuralNetwork:
        targets = [frame.builder.inner_target(f"{name}Target({at})") for at in range(1, count + 1)]
        output = Output(
            output_fields=tuple(
                OutputField(
                    name=result,
                    optype="continuous",
                    data_type="double",
                    feature="predictedValue",
                    target_field=targets[int(predicted.value or 0)],
                )
                for predicted, result in frame.results.items()
            )
        )
        parts = with_targets(frame.parts(fields, output), targets)
        return _network(parts, fields, layers, _numbers(layers, targets))

    draft = Draft(tuple(map(as_number, features)), build)
    return [Predicted(f"{name}({at + 1})", draft, value=str(at)) for at in range(count)]


def network_classes(features: Sequence[Feature], layers: Sequence[Layer]) -> Draft:
    """Return a classification: each neuron of the last layer gives the probability of a class."""

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> NeuralNetwork:
        name, parts = with_target(frame, frame.parts(fields))
        target = frame.target
        assert target is not None
        outputs = [
            _output(layers, at, NormDiscrete(field=name, value=label), "categorical", "double")
            for at, label in enumerate(target.labels)
        ]
        return _network(parts, fields, layers, outputs)

    return Draft(tuple(map(as_number, features)), build)


def _numbers(layers: Sequence[Layer], targets: Sequence[str]) -> list[NeuralOutput]:
    return [
        _output(layers, at, FieldRef(field=name), "continuous", "double")
        for at, name in enumerate(targets)
    ]


def _output(
    layers: Sequence[Layer], at: int, expression: Compiled, optype: str, data_type: str
) -> NeuralOutput:
    return NeuralOutput(
        output_neuron=f"{len(layers)},{at}",
        derived_field=DerivedField(optype=optype, data_type=data_type, expression=expression),
    )


def _network(
    parts: dict[str, Any],
    fields: Sequence[BoundField],
    layers: Sequence[Layer],
    outputs: Sequence[NeuralOutput],
) -> NeuralNetwork:
    inputs = tuple(
        NeuralInput(
            id=f"0,{at}",
            derived_field=DerivedField(
                optype="continuous", data_type="double", expression=FieldRef(field=field.name)
            ),
        )
        for at, field in enumerate(fields)
    )
    return NeuralNetwork(
        **parts,
        activation_function=layers[0].activation,
        number_of_layers=len(layers),
        neural_inputs=NeuralInputs(number_of_inputs=len(inputs), neural_inputs=inputs),
        neural_layers=tuple(_layer(number, layer) for number, layer in enumerate(layers, 1)),
        neural_outputs=NeuralOutputs(number_of_outputs=len(outputs), neural_outputs=tuple(outputs)),
    )


def _layer(number: int, layer: Layer) -> NeuralLayer:
    sources = [f"{number - 1},{at}" for at in range(len(layer.weights))]
    neurons = tuple(
        Neuron(
            id=f"{number},{at}",
            bias=bias,
            cons=tuple(
                Con(source=source, weight=weight)
                for source, weight in zip(sources, column, strict=True)
            ),
        )
        for at, (bias, column) in enumerate(
            zip(layer.biases.tolist(), layer.weights.T.tolist(), strict=True)
        )
    )
    return NeuralLayer(
        number_of_neurons=len(neurons),
        activation_function=layer.activation,
        normalization_method=layer.normalization,
        neurons=neurons,
    )

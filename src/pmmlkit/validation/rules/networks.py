"""Rules for networks. Specification: chapter Neural Network."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pmmlkit.language.models.neural_network import NeuralInput, NeuralNetwork, Neuron
from pmmlkit.validation.rules.facts import Facts
from pmmlkit.validation.rules.rule import Found, rule
from pmmlkit.xml.declaration import Element

__all__ = ["RULES"]

_NETWORK: Final = """
<NeuralNetwork functionName="regression" activationFunction="identity">
  <MiningSchema><MiningField name="x"/><MiningField name="y" usageType="target"/></MiningSchema>
  <NeuralInputs numberOfInputs="{inputs}"><NeuralInput id="0">
    <DerivedField optype="continuous" dataType="double"><FieldRef field="x"/></DerivedField>
  </NeuralInput></NeuralInputs>
  <NeuralLayer>
    <Neuron id="1"><Con from="0" weight="1"/>{con}</Neuron>
    <Neuron id="2"><Con from="0" weight="2"/></Neuron>
  </NeuralLayer>
  <NeuralLayer><Neuron id="3"><Con from="1" weight="1"/>{last}</Neuron></NeuralLayer>
  <NeuralOutputs><NeuralOutput outputNeuron="3">
    <DerivedField optype="continuous" dataType="double"><FieldRef field="y"/></DerivedField>
  </NeuralOutput></NeuralOutputs>
</NeuralNetwork>"""
_GOOD: Final = _NETWORK.format(inputs=1, con="", last='<Con from="2" weight="1"/>')


@rule(
    "PMML290",
    "info",
    "A neuron leads nowhere",
    "No Con and no NeuralOutput reads the neuron, or the input; it has no effect on the result.",
    bad=_NETWORK.format(inputs=1, con="", last=""),
    good=_GOOD,
    on=NeuralNetwork,
)
def dead(model: NeuralNetwork, facts: Facts) -> Iterator[Found]:
    neurons = [item for layer in model.neural_layers for item in layer.neurons]
    read = {con.source for item in neurons for con in item.cons}
    outputs = model.neural_outputs.neural_outputs if model.neural_outputs is not None else ()
    read.update(item.output_neuron for item in outputs)
    items: list[NeuralInput | Neuron] = [*model.neural_inputs.neural_inputs, *neurons]
    for item in items:
        if item.id not in read:
            yield item, f"nothing reads {item.id!r:.80}"


@rule(
    "PMML291",
    "warning",
    "A neuron has two connections from the same neuron",
    "Both weights are added; one of them is most often a mistake.",
    bad=_NETWORK.format(
        inputs=1, con='<Con from="0" weight="5"/>', last='<Con from="2" weight="1"/>'
    ),
    good=_GOOD,
    on=Neuron,
)
def same_source(neuron: Neuron, facts: Facts) -> Iterator[Found]:
    if len({con.source for con in neuron.cons}) == len(neuron.cons):
        return
    known: set[str] = set()
    for con in neuron.cons:
        if con.source in known:
            yield con, f"neuron {neuron.id!r:.80} has another Con from {con.source!r:.80}"
        known.add(con.source)


@rule(
    "PMML292",
    "warning",
    "A stated number of inputs, neurons or outputs is wrong",
    "numberOfInputs, numberOfNeurons, numberOfOutputs and numberOfLayers, where they are given, "
    "are the numbers of what stands there.",
    bad=_GOOD.replace('numberOfInputs="1"', 'numberOfInputs="3"'),
    good=_GOOD,
    on=NeuralNetwork,
)
def counts(model: NeuralNetwork, facts: Facts) -> Iterator[Found]:
    inputs, outputs = model.neural_inputs, model.neural_outputs
    stated: list[tuple[Element, str, int | None, int]] = [
        (inputs, "numberOfInputs", inputs.number_of_inputs, len(inputs.neural_inputs)),
        (model, "numberOfLayers", model.number_of_layers, len(model.neural_layers)),
    ]
    if outputs is not None:
        found = len(outputs.neural_outputs)
        stated.append((outputs, "numberOfOutputs", outputs.number_of_outputs, found))
    stated += [
        (layer, "numberOfNeurons", layer.number_of_neurons, len(layer.neurons))
        for layer in model.neural_layers
    ]
    for element, name, number, actual in stated:
        if number is not None and number != actual:
            yield element, f"{name} is {number}, there are {actual}"


RULES: Final = (dead, same_source, counts)

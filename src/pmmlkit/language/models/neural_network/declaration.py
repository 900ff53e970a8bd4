"""The elements of NeuralNetwork. Specification: chapter Neural Network."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import COUNT, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.derived_field import DerivedField
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = [
    "Con",
    "NeuralInput",
    "NeuralInputs",
    "NeuralLayer",
    "NeuralNetwork",
    "NeuralOutput",
    "NeuralOutputs",
    "Neuron",
]

ACTIVATION_FUNCTION: Final = enumeration(
    "threshold",
    "logistic",
    "tanh",
    "identity",
    "exponential",
    "reciprocal",
    "square",
    "Gauss",
    "sine",
    "cosine",
    "Elliott",
    "arctan",
    "rectifier",
    "radialBasis",
    since={"rectifier": "4.3"},
)

NORMALIZATION_METHOD: Final = enumeration("none", "simplemax", "softmax")


class NeuralInput(Element):
    """An input neuron: what a field gives to the network. Specification: Neural Network."""

    id: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_field: DerivedField = child("DerivedField", required=True)


class NeuralInputs(Element):
    """The input neurons. Specification: Neural Network."""

    number_of_inputs: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    neural_inputs: tuple[NeuralInput, ...] = children("NeuralInput", minimum=1)


class Con(Element):
    """A connection that a neuron has from an earlier one. Specification: Neural Network."""

    source: str = attribute("from", required=True)
    weight: float = attribute(type=NUMBER, required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Neuron(Element):
    """A neuron and its connections from others. Specification: Neural Network.

    `width` and `altitude` are for radialBasis and override those of layer and network.
    """

    id: str = attribute(required=True)
    bias: float | None = attribute(type=NUMBER, default=None)
    width: float | None = attribute(type=NUMBER, default=None)
    altitude: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    cons: tuple[Con, ...] = children("Con", minimum=1)


class NeuralLayer(Element):
    """Neurons that are computed together; its attributes override those of the network.

    `leakage` is JPMML's: the slope of the rectifier below 0. Specification: Neural Network.
    """

    number_of_neurons: int | None = attribute(type=COUNT, default=None)
    activation_function: str | None = attribute(default=None, values=ACTIVATION_FUNCTION)
    threshold: float | None = attribute(type=NUMBER, default=None)
    leakage: float | None = attribute("x-leakage", type=NUMBER, default=None)
    width: float | None = attribute(type=NUMBER, default=None)
    altitude: float | None = attribute(type=NUMBER, default=None)
    normalization_method: str | None = attribute(default=None, values=NORMALIZATION_METHOD)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    neurons: tuple[Neuron, ...] = children("Neuron", minimum=1)


class NeuralOutput(Element):
    """How the output of a neuron becomes a value of a target. Specification: Neural Network."""

    output_neuron: str = attribute(required=True)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_field: DerivedField = child("DerivedField", required=True)


class NeuralOutputs(Element):
    """The outputs of the network. Specification: Neural Network."""

    number_of_outputs: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    neural_outputs: tuple[NeuralOutput, ...] = children("NeuralOutput", minimum=1)


class NeuralNetwork(Model):
    """Layers of neurons. Specification: Neural Network.

    The `number_of_...` attributes have no effect, here and in the elements inside.
    """

    activation_function: str | None = attribute(
        required=True, default=None, values=ACTIVATION_FUNCTION
    )
    normalization_method: str = attribute(default="none", values=NORMALIZATION_METHOD)
    threshold: float = attribute(type=NUMBER, default=0)
    leakage: float | None = attribute("x-leakage", type=NUMBER, default=None)
    width: float | None = attribute(type=NUMBER, default=None)
    altitude: float = attribute(type=NUMBER, default=1.0)
    number_of_layers: int | None = attribute(type=COUNT, default=None)
    neural_inputs: NeuralInputs = child("NeuralInputs", required=True)
    neural_layers: tuple[NeuralLayer, ...] = children("NeuralLayer", minimum=1)
    neural_outputs: NeuralOutputs | None = child("NeuralOutputs", default=None)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the layers and what is made of their outputs."""
        from pmmlkit.language.models.neural_network.predictor import compile_neural_network

        return compile_neural_network(self, scope, target)

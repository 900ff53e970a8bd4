"""NeuralNetwork. Specification: chapter Neural Network."""

from pmmlkit.language.models.neural_network.declaration import (
    Con,
    NeuralInput,
    NeuralInputs,
    NeuralLayer,
    NeuralNetwork,
    NeuralOutput,
    NeuralOutputs,
    Neuron,
)

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

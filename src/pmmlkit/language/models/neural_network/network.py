"""The neurons of a network as numbers: which are computed together, from which others, and how.

Neurons have positions, the inputs first, then those of the layers in the order of the document.
Semantics chapter 17.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.ordered_sums import OrderedSums, Way
from pmmlkit.errors import EvaluationError
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported, wrong
from pmmlkit.language.models.neural_network.activation import (
    ACTIVATIONS,
    Activation,
    leaky_rectifier,
    radial_basis,
    threshold,
)
from pmmlkit.language.models.regression.normalization import Distribution, distribution
from pmmlkit.xml.declaration import Element

if TYPE_CHECKING:
    from pmmlkit.language.models.neural_network.declaration import (
        NeuralLayer,
        NeuralNetwork,
        Neuron,
    )

__all__ = ["NO_SHARES", "Layer", "Network", "compile_network"]

Array = npt.NDArray[Any]

NO_SHARES: Final = "the neurons of a layer sum to 0, so that simplemax has no result"
"""What is wrong with a row whose outputs cannot be divided by their total."""

_RADIAL_BASIS: Final = "radialBasis"
_CHUNK_CELLS: Final = 131_072
"""How many outputs of neurons are kept at once, so that they stay in the cache."""
_CHUNK_ROWS: Final = 256


@dataclass(frozen=True, slots=True)
class Part:
    """Neurons that have their connections from the same others, in the same order.

    `sources` and `targets` are positions; `biases` None where there are none.
    """

    sources: npt.NDArray[np.intp]
    targets: npt.NDArray[np.intp]
    sums: OrderedSums
    biases: Array | None
    activation: Activation

    @property
    def is_run(self) -> bool:
        """Tell whether the targets follow each other."""
        return bool((np.diff(self.targets) == 1).all())

    def columns(self, known: Array, *, way: Way) -> None:
        """Fill the outputs of these neurons into `known` (neurons, rows)."""
        targets = self.targets
        if self.is_run:
            out = known[targets[0] : targets[-1] + 1]
        else:
            out = np.empty((len(targets), known.shape[1]), known.dtype)
        self.sums.columns(known, self.sources, out, way=way)
        if self.biases is not None:
            out += self.biases[:, np.newaxis]
        self.activation.columns(out)
        if not self.is_run:
            known[targets] = out

    def row_function(self) -> Callable[[Sequence[float]], list[float]]:
        """Return the function of the outputs before that gives those of these neurons."""
        take = _taker(self.sources)
        sums = self.sums.row_function(None if self.biases is None else self.biases.tolist())
        activate = self.activation.rows
        return lambda known: activate(sums(take(known)))


def _taker(positions: npt.NDArray[np.intp]) -> Callable[[Sequence[float]], Sequence[float]]:
    if (np.diff(positions) == 1).all():
        run = slice(int(positions[0]), int(positions[-1]) + 1)
        return itemgetter(run)
    return itemgetter(*positions.tolist())


@dataclass(frozen=True, slots=True)
class Layer:
    """The parts of a layer, in order, and what makes shares of all its outputs."""

    first: int
    parts: tuple[Part, ...]
    normalization: Distribution | None

    def columns(self, known: Array, failing: npt.NDArray[np.bool_], *, way: Way) -> None:
        """Fill the outputs of the layer into `known`; mark the rows that have none."""
        for part in self.parts:
            part.columns(known, way=way)
        if self.normalization is None:
            return
        outputs = known[self.first : self.first + self._size]
        if self.normalization.fails is not None:
            failing |= self.normalization.fails(outputs)
        outputs[...] = self.normalization.columns(outputs)

    @property
    def is_smooth(self) -> bool:
        """Tell whether a small change of sums is a small change of outputs."""
        if self.normalization is not None and self.normalization.fails is not None:
            return False
        return all(part.activation.tolerance > 0 for part in self.parts)

    @property
    def _size(self) -> int:
        return sum(len(part.targets) for part in self.parts)

    def row_function(self) -> Callable[[list[float]], None]:
        """Return the function that adds the outputs of the layer to those known."""
        whole = self.parts[0].row_function()
        if len(self.parts) > 1:
            return self._of_parts()
        normalise = None if self.normalization is None else self.normalization.row
        if normalise is None:
            return lambda known: known.extend(whole(known))
        return lambda known: known.extend(normalise(whole(known)))

    def _of_parts(self) -> Callable[[list[float]], None]:
        functions = [(part.targets.tolist(), part.row_function()) for part in self.parts]
        normalise = None if self.normalization is None else self.normalization.row
        first = self.first
        zeros = (0.0,) * self._size

        def run(known: list[float]) -> None:
            known.extend(zeros)
            for targets, function in functions:
                for target, value in zip(targets, function(known), strict=True):
                    known[target] = value
            if normalise is not None:
                known[first:] = normalise(known[first:])

        return run


class Network:
    """The layers. `positions` of all neurons by id, inputs included."""

    def __init__(
        self, layers: Sequence[Layer], positions: dict[str, int], dtype: np.dtype[Any]
    ) -> None:
        self.positions = positions
        self.dtype = dtype
        self._layers = tuple(layers)
        # Where a later layer has jumps, no earlier one may be off by a bit.
        self._is_smooth = all(layer.is_smooth for layer in layers)

    def columns(
        self, inputs: Sequence[Array], wanted: Sequence[int], size: int
    ) -> tuple[Array, npt.NDArray[np.bool_]]:
        """Return the outputs (wanted, n) of some neurons, and which of the n rows have none."""
        out = np.empty((len(wanted), size), self.dtype)
        failing = np.zeros(size, np.bool_)
        count = len(self.positions)
        ways = {part.sums.way(size) for layer in self._layers for part in layer.parts}
        way: Way = "ordered"
        if "compiled" in ways:
            way = "compiled"
        elif "matrix" in ways and self._is_smooth:
            way = "matrix"
        step = max(_CHUNK_CELLS // count, _CHUNK_ROWS)
        buffer = np.empty(count * min(step, size), self.dtype)
        for first in range(0, size, step):
            rows = slice(first, min(first + step, size))
            width = rows.stop - first
            known = buffer[: count * width].reshape(count, width)
            for at, values in enumerate(inputs):
                known[at] = values[rows]
            for layer in self._layers:
                layer.columns(known, failing[rows], way=way)
            out[:, rows] = known[list(wanted)]
        return out, failing

    def row_function(self) -> Callable[[list[float]], list[float]]:
        """Return the function that adds the outputs of all neurons to those of the inputs."""
        layers = [layer.row_function() for layer in self._layers]

        def run(known: list[float]) -> list[float]:
            for fill in layers:
                fill(known)
            return known

        return run


def compile_network(model: NeuralNetwork, dtype: np.dtype[Any]) -> Network:
    """Compile the layers; the order of additions is that of the Cons, then the bias.

    Raises MarkupError for ids that stand twice, connections from what is no earlier neuron, and
    attributes that radialBasis needs; UnsupportedError for a function that PMML does not have.
    """
    positions: dict[str, int] = {}
    for item in model.neural_inputs.neural_inputs:
        _add(positions, item.id, item)
    layers = []
    for layer in model.neural_layers:
        first = len(positions)
        settings = _Settings.of(model, layer)
        parts = [
            _part(neurons, sources, targets, settings, dtype)
            for neurons, sources, targets in _groups(layer, positions)
        ]
        layers.append(Layer(first, tuple(parts), settings.normalization(len(layer.neurons))))
    return Network(layers, positions, dtype)


def _add(positions: dict[str, int], id: str, element: Element) -> None:
    if id in positions:
        raise wrong(element, f"two neurons have the id {id!r}", code=mistakes.DUPLICATE_ID)
    positions[id] = len(positions)


def _groups(
    layer: NeuralLayer, positions: dict[str, int]
) -> list[tuple[list[Neuron], tuple[int, ...], list[int]]]:
    """Return the neurons of a layer by what they are connected from, and their positions.

    A neuron may have a connection from an earlier one of its own layer (the engines allow it): it
    is computed in a group of its own after that.
    """
    first = len(positions)
    groups: list[tuple[list[Neuron], tuple[int, ...], list[int]]] = []
    known: dict[tuple[int, ...], int] = {}
    for neuron in layer.neurons:
        if not neuron.cons:
            raise wrong(neuron, f"neuron {neuron.id!r} has no Con", code=mistakes.MISSING_ELEMENT)
        sources = tuple([_source(con, positions) for con in neuron.cons])
        _add(positions, neuron.id, neuron)
        at = known.get(sources)
        if at is None or max(sources) >= first:
            at = known[sources] = len(groups)
            groups.append(([], sources, []))
        groups[at][0].append(neuron)
        groups[at][2].append(positions[neuron.id])
    return groups


def _source(con: Any, positions: dict[str, int]) -> int:
    found = positions.get(con.source)
    if found is None:
        raise wrong(
            con,
            f"from {con.source!r} is no input and no earlier neuron",
            code=mistakes.MISSING_NEURON,
        )
    return found


def _part(
    neurons: Sequence[Neuron],
    sources: tuple[int, ...],
    targets: Sequence[int],
    settings: _Settings,
    dtype: np.dtype[Any],
) -> Part:
    weights = np.array([[con.weight for con in neuron.cons] for neuron in neurons], np.float64)
    is_radial = settings.function == _RADIAL_BASIS
    biases = None
    if not is_radial and any(neuron.bias for neuron in neurons):
        biases = np.array([neuron.bias or 0.0 for neuron in neurons], np.float64).astype(dtype)
    activation = settings.activation(neurons, len(sources))
    return Part(
        np.array(sources, np.intp),
        np.array(targets, np.intp),
        OrderedSums(weights.T.astype(dtype), squares=is_radial, tolerance=activation.tolerance),
        biases,
        activation,
    )


@dataclass(frozen=True, slots=True)
class _Settings:
    """What holds for a layer: its own attributes, else those of the network."""

    layer: NeuralLayer
    function: str
    threshold: float
    leakage: float
    width: float | None
    altitude: float
    method: str

    @classmethod
    def of(cls, model: NeuralNetwork, layer: NeuralLayer) -> _Settings:
        function = layer.activation_function or model.activation_function
        if function is None:
            raise wrong(
                layer,
                "needs an activationFunction, of its own or of the network",
                code=mistakes.MISSING_ATTRIBUTE,
            )
        if function not in ACTIVATIONS and function not in (_RADIAL_BASIS, "threshold"):
            raise unsupported(
                layer,
                f"activationFunction {function!r} is not supported",
                code=mistakes.REFUSED_VALUE,
            )
        # As in JPMML, the network's method is for every layer that has none of its own.
        method = layer.normalization_method or model.normalization_method
        if method not in ("none", "softmax", "simplemax"):
            raise unsupported(
                layer,
                f"normalizationMethod {method!r} is not supported",
                code=mistakes.REFUSED_VALUE,
            )
        leakage = layer.leakage if layer.leakage is not None else model.leakage
        return cls(
            layer,
            function,
            model.threshold if layer.threshold is None else layer.threshold,
            leakage or 0.0,
            model.width if layer.width is None else layer.width,
            model.altitude if layer.altitude is None else layer.altitude,
            method,
        )

    def activation(self, neurons: Sequence[Neuron], fan_in: int) -> Activation:
        if self.function == _RADIAL_BASIS:
            widths = [self._width(neuron) for neuron in neurons]
            altitudes = [self._altitude(neuron) for neuron in neurons]
            return radial_basis(np.array(widths), np.array(altitudes), fan_in)
        if self.function == "threshold":
            return threshold(self.threshold)
        if self.function == "rectifier" and self.leakage != 0:
            return leaky_rectifier(self.leakage)
        return ACTIVATIONS[self.function]

    def _width(self, neuron: Neuron) -> float:
        width = self.width if neuron.width is None else neuron.width
        if width is None:
            text = f"neuron {neuron.id!r} needs a width, of its own, its layer or the network"
            raise wrong(neuron, text, code=mistakes.MISSING_ATTRIBUTE)
        if width == 0:
            raise wrong(
                neuron, f"the width of neuron {neuron.id!r} is 0", code=mistakes.OUT_OF_RANGE
            )
        return width

    def _altitude(self, neuron: Neuron) -> float:
        # JPMML leaves the altitude of a Neuron aside; the specification has it override.
        altitude = self.altitude if neuron.altitude is None else neuron.altitude
        if not altitude > 0:
            text = f"the altitude {altitude} of neuron {neuron.id!r} has no logarithm"
            raise wrong(neuron, text, code=mistakes.OUT_OF_RANGE)
        return altitude

    def normalization(self, size: int) -> Distribution | None:
        """Return what makes shares of the outputs of a layer of `size` neurons."""
        if self.method == "none":
            return None
        made = distribution(self.method, size, is_ordinal=False)
        assert made is not None
        return made if self.method == "softmax" else Distribution(made.columns, _shares, made.fails)


def _shares(outputs: list[float]) -> list[float]:
    total = outputs[0]
    for value in outputs[1:]:
        total += value
    if total == 0.0:
        raise EvaluationError(NO_SHARES)
    return [value / total for value in outputs]

"""Layers of neurons: MultilayerPerceptronClassificationModel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.networks import Layer, network_classes, network_numbers
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import classify
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds

__all__ = ["multilayer_perceptron_classification_model"]


@reads("classification.MultilayerPerceptronClassificationModel")
def multilayer_perceptron_classification_model(stage: SavedStage, flow: Flow) -> None:
    """Read the layers: sigmoids, and the softmax of the last one. Their sizes are a parameter;
    until Spark 2.4 they stand beside the weights.
    """
    (row,) = stage.table().to_pylist()
    sizes = [int(size) for size in row.get("layers") or stage.params["layers"]]
    layers = _layers(stage, sizes, vector(row["weights"]).tolist())

    def make(context: Context, features: list[Feature]) -> Draft:
        return by_thresholds(stage, context, network_classes(features, layers))

    def raw(features: list[Feature]) -> list[Feature]:
        plain = replace(layers[-1], normalization="none")
        return network_numbers(features, [*layers[:-1], plain], "raw")

    classify(stage, flow, sizes[-1], make, size=sizes[0], raw=raw)


def _layers(stage: SavedStage, sizes: Sequence[int], weights: Sequence[float]) -> list[Layer]:
    """Return the layers: of each the weights of all neurons, input by input, then the biases."""
    if len(weights) != sum(a * b + b for a, b in pairwise(sizes)):
        raise ExportError(
            f"{stage.name} has {len(weights)} weights, which are not those of layers of {sizes}"
        )
    layers: list[Layer] = []
    start = 0
    for number, (inputs, neurons) in enumerate(pairwise(sizes), 1):
        middle = start + inputs * neurons
        is_last = number == len(sizes) - 1
        layers.append(
            Layer(
                np.array(weights[start:middle], np.float64).reshape(inputs, neurons),
                np.array(weights[middle : middle + neurons], np.float64),
                "identity" if is_last else "logistic",
                "softmax" if is_last else "none",
            )
        )
        start = middle + neurons
    return layers

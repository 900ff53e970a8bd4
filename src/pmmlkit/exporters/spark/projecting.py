"""Weighted sums of the elements of vectors: PCA and the discrete cosine transform."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.saved import SavedStage, matrix
from pmmlkit.exporters.spark.stages import reads

__all__ = ["dct", "pca_model"]


@reads("feature.PCAModel")
def pca_model(stage: SavedStage, flow: Flow) -> None:
    """Read the components; Spark does not subtract the mean of the training data."""
    (row,) = stage.table().to_pylist()
    _project(stage, flow, matrix(row["pc"]).T, "component")


@reads("feature.DCT")
def dct(stage: SavedStage, flow: Flow) -> None:
    """Read the transform of type II with the scale that makes it orthogonal, or its inverse."""
    count = max(len(flow.vector(stage.params["inputCol"])), 1)
    rows, columns = np.arange(count)[:, None], np.arange(count)[None, :]
    weights = np.cos(np.pi * (columns + 0.5) * rows / count) * np.sqrt(2.0 / count)
    weights[:1] = np.sqrt(1.0 / count)
    _project(stage, flow, weights.T if stage.params.get("inverse") else weights, "cosine")


def _project(stage: SavedStage, flow: Flow, weights: npt.NDArray[np.float64], name: str) -> None:
    column = flow.vector_column(stage.params["inputCol"], weights.shape[1])
    made = [
        combination(f"{name}({number})", column.features, row) for number, row in enumerate(weights)
    ]
    flow.put(stage.params["outputCol"], column.remade(made))

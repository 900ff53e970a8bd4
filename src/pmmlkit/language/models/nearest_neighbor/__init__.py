"""NearestNeighborModel. Specification: chapter Nearest Neighbors."""

from pmmlkit.language.models.nearest_neighbor.declaration import (
    KNNInput,
    KNNInputs,
    NearestNeighborModel,
)

__all__ = ["KNNInput", "KNNInputs", "NearestNeighborModel"]

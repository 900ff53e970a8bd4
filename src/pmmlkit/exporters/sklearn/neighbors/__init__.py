"""sklearn.neighbors: nearest rows as NearestNeighborModel, rows within a radius as expressions."""

from pmmlkit.exporters.sklearn.neighbors import (
    centroids,
    density,
    k_neighbors,
    outliers,
    radius_neighbors,
)

__all__ = ["centroids", "density", "k_neighbors", "outliers", "radius_neighbors"]

"""ClusteringModel. Specification: chapter Clustering."""

from pmmlkit.language.models.clustering.declaration import (
    CenterFields,
    Cluster,
    ClusteringField,
    ClusteringModel,
    Comparisons,
    Covariances,
    KohonenMap,
    MissingValueWeights,
)

__all__ = [
    "CenterFields",
    "Cluster",
    "ClusteringField",
    "ClusteringModel",
    "Comparisons",
    "Covariances",
    "KohonenMap",
    "MissingValueWeights",
]

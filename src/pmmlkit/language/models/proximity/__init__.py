"""How records are compared with centres and with other records. Specification: Clustering."""

from pmmlkit.language.models.proximity.declaration import (
    BinarySimilarity,
    Chebychev,
    CityBlock,
    ComparisonMeasure,
    Euclidean,
    Jaccard,
    Minkowski,
    SimpleMatching,
    SquaredEuclidean,
    Tanimoto,
)

__all__ = [
    "BinarySimilarity",
    "Chebychev",
    "CityBlock",
    "ComparisonMeasure",
    "Euclidean",
    "Jaccard",
    "Minkowski",
    "SimpleMatching",
    "SquaredEuclidean",
    "Tanimoto",
]

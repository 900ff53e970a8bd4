"""The classes of scikit-learn that cannot be exported, each with the reason."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

__all__ = ["REFUSED"]

_NO_PREDICT: Final = (
    "it clusters the rows that it is fitted on and has neither predict nor transform: fit a "
    "classifier on its labels_ to find the cluster of other rows"
)
_COVARIANCE: Final = (
    "it estimates a covariance and has neither predict nor transform; EllipticEnvelope predicts "
    "by one"
)

_SOLVED: Final = (
    "its transform is an optimisation for each row, repeated until nothing changes: PMML has no "
    "loops"
)
_HASHED: Final = (
    "its columns are numbers that a hash function makes of any word, known or not, and PMML has no "
    "hash function: CountVectorizer, TfidfVectorizer and DictVectorizer name their columns"
)
_NO_TRANSFORM: Final = (
    "it places the rows that it is fitted on and has no transform of other rows: PCA, Isomap or "
    "KernelPCA have"
)

REFUSED: Final = MappingProxyType(
    {
        "sklearn.cluster.AgglomerativeClustering": _NO_PREDICT,
        "sklearn.cluster.DBSCAN": _NO_PREDICT,
        "sklearn.cluster.HDBSCAN": _NO_PREDICT,
        "sklearn.cluster.OPTICS": _NO_PREDICT,
        "sklearn.cluster.SpectralBiclustering": _NO_PREDICT,
        "sklearn.cluster.SpectralClustering": _NO_PREDICT,
        "sklearn.cluster.SpectralCoclustering": _NO_PREDICT,
        "sklearn.covariance.EmpiricalCovariance": _COVARIANCE,
        "sklearn.covariance.GraphicalLasso": _COVARIANCE,
        "sklearn.covariance.GraphicalLassoCV": _COVARIANCE,
        "sklearn.covariance.LedoitWolf": _COVARIANCE,
        "sklearn.covariance.MinCovDet": _COVARIANCE,
        "sklearn.covariance.OAS": _COVARIANCE,
        "sklearn.covariance.ShrunkCovariance": _COVARIANCE,
        "sklearn.decomposition.LatentDirichletAllocation": _SOLVED,
        "sklearn.decomposition.MiniBatchNMF": _SOLVED,
        "sklearn.decomposition.NMF": _SOLVED,
        "sklearn.feature_extraction.FeatureHasher": _HASHED,
        "sklearn.feature_extraction.image.PatchExtractor": (
            "it makes many rows out of an image: a field of PMML holds one number, and a row gives "
            "one result"
        ),
        "sklearn.feature_extraction.text.HashingVectorizer": _HASHED,
        "sklearn.manifold.ClassicalMDS": _NO_TRANSFORM,
        "sklearn.manifold.Isomap": (
            "its transform follows the shortest paths from a row to all training rows: the "
            "document would have to hold the distances of all pairs of them"
        ),
        "sklearn.manifold.LocallyLinearEmbedding": (
            "its transform solves a system of equations for each row, made of the training rows "
            "that are nearest: no function of PMML solves one"
        ),
        "sklearn.manifold.MDS": _NO_TRANSFORM,
        "sklearn.manifold.SpectralEmbedding": _NO_TRANSFORM,
        "sklearn.manifold.TSNE": _NO_TRANSFORM,
        "sklearn.neighbors.KNeighborsTransformer": (
            "its columns are 0 but for the training rows that are nearest: no function of PMML "
            "sorts, and a document of transformations has no model that does"
        ),
        "sklearn.neighbors.NearestNeighbors": (
            "it finds training rows and has neither predict nor transform; KNeighborsRegressor and "
            "KNeighborsClassifier predict by them"
        ),
    }
)
"""Reasons by the public name of the class."""

"""sklearn.cluster: the nearest center as ClusteringModel, the distances as expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import centers as clusters
from pmmlkit.exporters.bisections import descent, distance_gap
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, mapped
from pmmlkit.exporters.features import Derived, Feature, as_number, uniform
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.quadratic import euclidean_distance
from pmmlkit.exporters.registry import converts, transforms
from pmmlkit.exporters.sklearn.attributes import bisection_mean, bisections
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.scope import Compiled

__all__ = ["birch", "bisecting_k_means", "center_distances", "feature_agglomeration", "k_means"]

Doubles = npt.NDArray[np.float64]


@converts(
    "sklearn.cluster.KMeans",
    "sklearn.cluster.MiniBatchKMeans",
    "sklearn.cluster.MeanShift",
    "sklearn.cluster.AffinityPropagation",
)
def k_means(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the number of the nearest center."""
    centers = _centers(estimator)
    return nearest_center(estimator, features, context, centers, range(len(centers)))


@converts("sklearn.cluster.Birch")
def birch(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the label of the nearest center, which several centers may have."""
    centers = np.asarray(estimator.subcluster_centers_, np.float64)
    labels = np.asarray(estimator.subcluster_labels_).tolist()
    return nearest_center(estimator, features, context, centers, labels)


def _centers(estimator: Any) -> Doubles:
    centers = getattr(estimator, "cluster_centers_", None)
    if centers is None:
        raise ExportError(
            f"{type(estimator).__name__}(affinity='precomputed') has no centers and no predict"
        )
    if not len(centers):
        raise ExportError(
            f"{type(estimator).__name__} did not converge and has no clusters: all that it "
            "predicts is -1"
        )
    return np.asarray(centers, np.float64)


def nearest_center(
    estimator: Any,
    features: Sequence[Feature],
    context: Context,
    centers: Doubles,
    labels: Sequence[int],
) -> Draft:
    """Return a model that predicts the label of the nearest of the centers (centers, features)."""
    uniform(features, centers.shape[1], estimator)
    name = context.target.name or "cluster"
    target = Target(None, "integer", tuple(dict.fromkeys(labels)))
    return clusters.nearest_center(
        features, centers, target, lambda frame: _output(frame, name, labels)
    )


def _output(frame: Frame, name: str, labels: Sequence[int]) -> Output:
    """Return the Output that names the label: the id of a cluster is text, and its own."""
    plain = list(labels) == list(range(len(labels)))
    own = name if plain else frame.builder.unique("cluster")
    fields = [
        OutputField(
            name=own,
            optype="categorical",
            data_type="integer",
            feature="predictedValue",
            is_final_result=plain,
        )
    ]
    if not plain:
        numbers = {str(number): str(label) for number, label in enumerate(labels)}
        fields.append(
            OutputField(
                name=name,
                optype="categorical",
                data_type="integer",
                feature="transformedValue",
                expression=mapped(own, numbers, "integer"),
            )
        )
    return Output(output_fields=tuple(fields))


@transforms(
    "sklearn.cluster.KMeans",
    "sklearn.cluster.MiniBatchKMeans",
    "sklearn.cluster.BisectingKMeans",
    "sklearn.cluster.Birch",
)
def center_distances(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the distances from the centers."""
    uniform(features, estimator.n_features_in_, estimator)
    centers = getattr(estimator, "cluster_centers_", None)
    if centers is None:
        centers = estimator.subcluster_centers_
    return [
        euclidean_distance(f"distance({number})", features, center)
        for number, center in enumerate(centers)
    ]


@converts("sklearn.cluster.BisectingKMeans")
def bisecting_k_means(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a tree that goes to the nearer of two centers at every node."""
    uniform(features, estimator.n_features_in_, estimator)
    mean = bisection_mean(estimator)
    shift = np.zeros(estimator.n_features_in_) if mean is None else np.asarray(mean, np.float64)

    def parted(node: Any) -> tuple[Any, Any] | int:
        return int(node.label) if node.left is None else (node.left, node.right)

    def nearer(name: str, first: Any, second: Any) -> Feature:
        one, other = (np.asarray(it.center, np.float64) + shift for it in (first, second))
        return distance_gap(name, features, one, other)

    inner = context.with_classes(range(len(estimator.cluster_centers_)))
    return descent(bisections(estimator), parted, nearer, inner.target)


@converts("sklearn.cluster.FeatureAgglomeration")
def feature_agglomeration(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the mean (or the like) of the columns of each cluster."""
    uniform(features, estimator.n_features_in_, estimator)
    labels = np.asarray(estimator.labels_)
    pool = _pool(estimator.pooling_func)
    made: list[Feature] = []
    for label in np.unique(labels).tolist():
        own = [as_number(features[at]) for at in np.flatnonzero(labels == label).tolist()]
        made.append(Derived(f"agglomerated({label})", tuple(own), pool, guarded=True))
    return made


def _pool(function: Any) -> Callable[..., Compiled]:
    """Return the expression of a function that pools columns."""
    names = {np.mean: "avg", np.max: "max", np.min: "min", np.sum: "sum", np.median: "median"}
    name = names.get(function)
    if name is None:
        called = getattr(function, "__name__", repr(function))
        raise ExportError(
            f"FeatureAgglomeration pools by {called}, for which PMML has no function: use mean, "
            "median, max, min or sum of NumPy"
        )
    return lambda *operands: apply(name, *operands)

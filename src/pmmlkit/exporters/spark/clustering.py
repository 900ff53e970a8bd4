"""Clusters by their centers: KMeansModel, BisectingKMeansModel."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.bisections import descent, distance_gap
from pmmlkit.exporters.centers import nearest_center
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.fields import Target
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import cluster
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.scope import Compiled

__all__ = ["bisecting_k_means_model", "k_means_model"]

Doubles = npt.NDArray[np.float64]


@reads("clustering.KMeansModel")
def k_means_model(stage: SavedStage, flow: Flow) -> None:
    """Read the centers: the nearest one is predicted. By the cosine that is the one with the
    smallest angle; Spark fails, and the document has no prediction, where all features are 0.
    """
    rows = sorted(stage.table().to_pylist(), key=lambda row: int(row["clusterIdx"]))
    centers = np.array([vector(row["clusterCenter"]) for row in rows])
    by_cosine = _is_cosine(stage.params.get("distanceMeasure", "euclidean"))

    def make(context: Context, features: list[Feature]) -> Draft:
        if not by_cosine:
            classes = context.target.classes
            return nearest_center(features, centers, Target(None, "integer", classes))
        length = _length(features)
        scores = [
            _where(length, combination(f"cosine({at})", features, center))
            for at, center in enumerate(_unit(stage, centers))
        ]
        return finals.by_largest(context, scores, output=None)

    cluster(stage, flow, len(centers), make, size=centers.shape[1])


@reads("clustering.BisectingKMeansModel")
def bisecting_k_means_model(stage: SavedStage, flow: Flow) -> None:
    """Read the tree of clusters: at each node the nearer of its children is entered, the first of
    two that are equally near; which leaf is nearest does not count. By the cosine Spark fails, and
    the document has no prediction, where all features are 0.
    """
    # a model of spark.mllib lies in the folder of the data
    tree = stage.part("data")
    nodes = {int(row["index"]): row for row in tree.table().to_pylist()}
    root = int(tree.metadata["rootId"])
    by_cosine = _is_cosine(tree.metadata.get("distanceMeasure", "euclidean"))
    leaves = sorted(index for index, node in nodes.items() if not node["children"])
    if leaves != list(range(len(leaves))):
        raise ExportError(f"the clusters of {stage.name} are not numbered from 0: {leaves!r:.80}")
    centers = np.array([vector(node["center"]) for node in nodes.values()])
    if by_cosine:
        centers = _unit(stage, centers)
    places = dict(zip(nodes, centers, strict=True))

    def parted(index: int) -> tuple[int, int] | int:
        # a node with a single child is that child
        while children := nodes[index]["children"]:
            if len(children) == 2:
                return int(children[0]), int(children[1])
            index = int(children[0])
        return index

    def make(context: Context, features: list[Feature]) -> Draft:
        length = _length(features) if by_cosine else None

        def nearer(name: str, first: int, second: int) -> Feature:
            return _nearer(name, features, places[first], places[second], length)

        return descent(root, parted, nearer)

    cluster(stage, flow, len(leaves), make, size=centers.shape[1])


def _nearer(
    name: str, features: Sequence[Feature], left: Doubles, right: Doubles, length: Feature | None
) -> Feature:
    """Return a number that is 0 or less where the left center is as near; with a `length` by the
    cosine.
    """
    if length is not None:
        return _where(length, combination(name, features, right - left))
    return distance_gap(name, features, left, right)


def _is_cosine(measure: str) -> bool:
    if measure not in ("euclidean", "cosine"):
        raise ExportError(f"the distance measure {measure!r:.40} is not known")
    return measure == "cosine"


def _unit(stage: SavedStage, centers: Doubles) -> Doubles:
    norms = np.sqrt(np.square(centers).sum(axis=1, keepdims=True))
    if not norms.all():
        raise ExportError(f"{stage.name} has a center without direction: all its elements are 0")
    result: Doubles = centers / norms
    return result


def _length(features: Sequence[Feature]) -> Feature:
    def expression(*operands: Compiled) -> Compiled:
        return sum_of([squared(operand) for operand in operands])

    return Derived("squaredLength", tuple(features), expression)


def _where(length: Feature, score: Feature) -> Feature:
    """Return the score, missing where the length is 0."""

    def expression(size: Compiled, value: Compiled) -> Compiled:
        return apply("if", apply("greaterThan", size, constant(0.0)), value)

    return Derived("scoreWithLength", (length, score), expression, guarded=True, missing=True)

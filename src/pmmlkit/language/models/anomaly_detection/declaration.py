"""The elements of AnomalyDetectionModel. Specification: chapter Anomaly Detection (4.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.groups import MODEL
from pmmlkit.language.models.model import Model
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

__all__ = ["AnomalyDetectionModel", "MeanClusterDistances"]


class MeanClusterDistances(Element, since="4.4"):
    """The mean distance of the members of each cluster from its center."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


def _particles() -> content.Particle:
    one, some, leaf = content.optional, content.repeat, content.child
    return content.seq(
        some(leaf("Extension", into="extensions")),
        leaf("MiningSchema", into="mining_schema"),
        one(leaf("Output", into="output")),
        one(leaf("LocalTransformations", into="local_transformations")),
        one(leaf("ModelVerification", into="model_verification")),
        leaf(*MODEL, into="model"),
        one(leaf("MeanClusterDistances", into="mean_cluster_distances")),
        some(leaf("Extension", into="trailing_extensions")),
    )


class AnomalyDetectionModel(Model, content=_particles(), since="4.4"):
    """A model whose prediction is made into a score of how unusual a row is."""

    algorithm_type: str = attribute(
        required=True, values=enumeration("iforest", "ocsvm", "clusterMeanDist", "other")
    )
    sample_data_size: str | None = attribute(default=None)
    model: Model | None = child(*MODEL, required=True, default=None)
    mean_cluster_distances: MeanClusterDistances | None = child(
        "MeanClusterDistances", default=None
    )

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the model inside, and what makes a score of its prediction."""
        from pmmlkit.language.models.anomaly_detection.compile import compile_anomaly_detection

        return compile_anomaly_detection(self, scope)

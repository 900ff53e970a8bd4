"""The elements of ClusteringModel. Specification: chapter Clustering."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.proximity.declaration import COMPARE_FUNCTION, ComparisonMeasure
from pmmlkit.xml import content
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import COUNT, FLOAT, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array
    from pmmlkit.language.derived_field import DerivedField
    from pmmlkit.language.matrices import Matrix
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope

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


class Comparisons(Element):
    """The similarity of each pair of values of a field, in the order of its values."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class ClusteringField(Element):
    """A field that clusters are about, and how its values are compared.

    Only center fields have a number in the arrays of the clusters.
    """

    field: str = attribute(required=True)
    is_center_field: str = attribute(default="true", values=enumeration("true", "false"))
    field_weight: float = attribute(type=NUMBER, default=1.0)
    similarity_scale: float | None = attribute(type=NUMBER, default=None)
    compare_function: str | None = attribute(default=None, values=COMPARE_FUNCTION)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    comparisons: Comparisons | None = child("Comparisons", default=None)


class CenterFields(Element, until="3.2"):
    """The derived fields that the centers are made of (PMML 3, and an extension of JPMML)."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    derived_fields: tuple[DerivedField, ...] = children("DerivedField", minimum=1)


class MissingValueWeights(Element):
    """How much of a distance each field stands for where it is missing."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array = child("Array", required=True)


class KohonenMap(Element):
    """The place of a cluster in a self-organising map: information."""

    coord1: float | None = attribute(type=NUMBER, default=None, earlier={"4.3": {"type": FLOAT}})
    coord2: float | None = attribute(type=NUMBER, default=None, earlier={"4.3": {"type": FLOAT}})
    coord3: float | None = attribute(type=NUMBER, default=None, earlier={"4.3": {"type": FLOAT}})
    extensions: tuple[Extension, ...] = children("Extension", default=())


class Covariances(Element):
    """The covariances of the fields within a cluster."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    matrix: Matrix = child("Matrix", required=True)


class Cluster(Element):
    """A cluster: its center, and what else is known of it. `size` is information."""

    id: str | None = attribute(default=None)
    name: str | None = attribute(default=None)
    size: int | None = attribute(type=COUNT, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    kohonen_map: KohonenMap | None = child("KohonenMap", default=None)
    array: Array | None = child("Array", default=None)
    partition: Element | None = child("Partition", default=None)
    covariances: Covariances | None = child("Covariances", default=None)


def _particles(fewest_fields: int = 1) -> content.Particle:
    """The content of the model: as in the schema, with CenterFields where PMML 3 had them."""
    one, some, leaf = content.optional, content.repeat, content.child
    return content.seq(
        some(leaf("Extension", into="extensions")),
        leaf("MiningSchema", into="mining_schema"),
        one(leaf("Output", into="output")),
        one(leaf("ModelStats", into="model_stats")),
        one(leaf("ModelExplanation", into="model_explanation", since="4.0")),
        one(leaf("LocalTransformations", into="local_transformations")),
        leaf("ComparisonMeasure", into="comparison_measure"),
        some(leaf("ClusteringField", into="clustering_fields"), fewest_fields),
        one(leaf("CenterFields", into="center_fields", until="3.2")),
        one(leaf("MissingValueWeights", into="missing_value_weights")),
        some(leaf("Cluster", into="clusters"), 1),
        one(leaf("ModelVerification", into="model_verification")),
        some(leaf("Extension", into="trailing_extensions")),
    )


class ClusteringModel(Model, content=_particles(), earlier={"4.1": _particles(0)}):
    """Clusters, and the measure by which a row belongs to one of them."""

    model_class: str = attribute(
        required=True, values=enumeration("centerBased", "distributionBased")
    )
    number_of_clusters: int = attribute(
        type=COUNT, required=True, earlier={"4.4": {"type": INTEGER}}
    )
    comparison_measure: ComparisonMeasure = child("ComparisonMeasure", required=True)
    clustering_fields: tuple[ClusteringField, ...] = children(
        "ClusteringField", minimum=1, default=()
    )
    center_fields: CenterFields | None = child("CenterFields", default=None, until="3.2")
    missing_value_weights: MissingValueWeights | None = child("MissingValueWeights", default=None)
    clusters: tuple[Cluster, ...] = children("Cluster", minimum=1)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Compile the clusters."""
        from pmmlkit.language.models.clustering.compile import compile_clustering

        return compile_clustering(self, scope)

"""The elements of NearestNeighborModel. Specification: chapter Nearest Neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.language.models.model import Model
from pmmlkit.language.models.proximity.declaration import COMPARE_FUNCTION, ComparisonMeasure
from pmmlkit.xml.declaration import Element, attribute, child, children, enumeration
from pmmlkit.xml.lexical import COUNT, INTEGER, NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.models.prediction import Predictor
    from pmmlkit.language.models.target_field import TargetField
    from pmmlkit.language.scope import Scope
    from pmmlkit.language.training_instances import TrainingInstances

__all__ = ["KNNInput", "KNNInputs", "NearestNeighborModel"]


class KNNInput(Element):
    """A field by which rows are compared."""

    field: str = attribute(required=True)
    field_weight: float = attribute(type=NUMBER, default=1.0)
    compare_function: str | None = attribute(default=None, values=COMPARE_FUNCTION)
    extensions: tuple[Extension, ...] = children("Extension", default=())


class KNNInputs(Element):
    """The fields by which rows are compared."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    knn_inputs: tuple[KNNInput, ...] = children("KNNInput", minimum=1)


class NearestNeighborModel(Model):
    """Training rows; the nearest ones to a row predict it."""

    number_of_neighbors: int = attribute(
        type=COUNT, required=True, earlier={"4.3": {"type": INTEGER}}
    )
    continuous_scoring_method: str = attribute(
        default="average", values=enumeration("median", "average", "weightedAverage")
    )
    categorical_scoring_method: str = attribute(
        default="majorityVote", values=enumeration("majorityVote", "weightedMajorityVote")
    )
    instance_id_variable: str | None = attribute(default=None)
    threshold: float = attribute(type=NUMBER, default=0.001)
    training_instances: TrainingInstances = child("TrainingInstances", required=True)
    comparison_measure: ComparisonMeasure = child("ComparisonMeasure", required=True)
    knn_inputs: KNNInputs = child("KNNInputs", required=True)

    def build(self, scope: Scope, target: TargetField | None) -> Predictor:
        """Prepare the training rows."""
        from pmmlkit.language.models.nearest_neighbor.compile import compile_nearest_neighbor

        return compile_nearest_neighbor(self, scope, target)

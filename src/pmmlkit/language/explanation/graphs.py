"""LiftData and ROC: graphs of how well a model ranks. Specification: Model Explanation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pmmlkit.language.extension import Extension
from pmmlkit.xml.declaration import Element, attribute, child, children
from pmmlkit.xml.lexical import NUMBER

if TYPE_CHECKING:
    from pmmlkit.language.arrays import Array

__all__ = [
    "ROC",
    "BoundaryValueMeans",
    "BoundaryValues",
    "LiftData",
    "LiftGraph",
    "ModelLiftGraph",
    "OptimumLiftGraph",
    "ROCGraph",
    "RandomLiftGraph",
    "XCoordinates",
    "YCoordinates",
]


class XCoordinates(Element):
    """The x of all points."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class YCoordinates(Element):
    """The y of all points."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class BoundaryValues(Element):
    """What the model gave at the boundaries between the points."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class BoundaryValueMeans(Element):
    """What the model gave between two boundaries in the mean."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    array: Array | None = child("Array", required=True, default=None)


class LiftGraph(Element):
    """The points of one lift graph."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    x_coordinates: XCoordinates | None = child("XCoordinates", required=True, default=None)
    y_coordinates: YCoordinates | None = child("YCoordinates", required=True, default=None)
    boundary_values: BoundaryValues | None = child("BoundaryValues", default=None)
    boundary_value_means: BoundaryValueMeans | None = child("BoundaryValueMeans", default=None)


class ModelLiftGraph(Element):
    """The lift of the model."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    lift_graph: LiftGraph | None = child("LiftGraph", required=True, default=None)


class OptimumLiftGraph(Element):
    """The lift of a perfect model."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    lift_graph: LiftGraph | None = child("LiftGraph", required=True, default=None)


class RandomLiftGraph(Element):
    """The lift of chance."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    lift_graph: LiftGraph | None = child("LiftGraph", required=True, default=None)


class LiftData(Element):
    """The lift for one category of the target, or of a number."""

    target_field_value: str | None = attribute(default=None)
    target_field_display_value: str | None = attribute(default=None)
    ranking_quality: float | None = attribute(type=NUMBER, default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    model_lift_graph: ModelLiftGraph | None = child("ModelLiftGraph", required=True, default=None)
    optimum_lift_graph: OptimumLiftGraph | None = child("OptimumLiftGraph", default=None)
    random_lift_graph: RandomLiftGraph | None = child("RandomLiftGraph", default=None)


class ROCGraph(Element):
    """The points of a receiver operating characteristic."""

    extensions: tuple[Extension, ...] = children("Extension", default=())
    x_coordinates: XCoordinates | None = child("XCoordinates", required=True, default=None)
    y_coordinates: YCoordinates | None = child("YCoordinates", required=True, default=None)
    boundary_values: BoundaryValues | None = child("BoundaryValues", default=None)


class ROC(Element):
    """A receiver operating characteristic: true positives against false ones."""

    positive_target_field_value: str | None = attribute(required=True, default=None)
    positive_target_field_display_value: str | None = attribute(default=None)
    negative_target_field_value: str | None = attribute(default=None)
    negative_target_field_display_value: str | None = attribute(default=None)
    extensions: tuple[Extension, ...] = children("Extension", default=())
    roc_graph: ROCGraph | None = child("ROCGraph", required=True, default=None)

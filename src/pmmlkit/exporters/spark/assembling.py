"""Stages that put columns together to vectors, or take elements out of them."""

from __future__ import annotations

from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads

__all__ = ["vector_assembler"]


@reads("feature.VectorAssembler")
def vector_assembler(stage: SavedStage, flow: Flow) -> None:
    """Read the columns one after the other. Rows that lack a value make Spark fail or are dropped;
    in the document what is made of a missing value is missing.
    """
    names = [str(name) for name in stage.params["inputCols"]]
    flow.put(stage.params["outputCol"], Vector(tuple(flow.features_of(names))))

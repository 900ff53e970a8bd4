"""Stages that put columns together to vectors, or take elements out of them."""

from __future__ import annotations

from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads

__all__ = ["vector_assembler"]


@reads("feature.VectorAssembler")
def vector_assembler(stage: SavedStage, flow: Flow) -> None:
    """Read the columns one after the other. Rows that lack a value make Spark fail or are dropped;
    in the document what is made of a missing value is missing. With ``handleInvalid="keep"`` such
    rows come through.
    """
    features: list[Feature] = []
    names: list[str | None] = []
    keeps = stage.params.get("handleInvalid", "error") == "keep"
    for name in map(str, stage.params["inputCols"]):
        column = flow.column(name)
        if isinstance(column, Vector):
            features += flow.vector(name)
            names += _names(name, column)
            keeps |= column.nan
        else:
            features.append(flow.number(name))
            names.append(name)
    vector = Vector(tuple(features), tuple(names), keeps, compressed=True)
    flow.put(stage.params["outputCol"], vector)


def _names(name: str, column: Vector) -> list[str | None]:
    if not column.names:
        return [f"{name}_{at}" for at in range(len(column.features))]
    return [None if own is None else f"{name}_{own}" for own in column.names]

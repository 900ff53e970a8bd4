"""Elements chosen of vectors: by position, by name, or by what a selector has found."""

from __future__ import annotations

from collections.abc import Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads

__all__ = ["selector_model", "vector_size_hint", "vector_slicer"]


@reads("feature.VectorSlicer")
def vector_slicer(stage: SavedStage, flow: Flow) -> None:
    """Read the positions, then the names of the elements that are kept."""
    column = flow.vector_column(stage.params["inputCol"])
    places = [int(at) for at in stage.params.get("indices") or ()]
    for name in stage.params.get("names") or ():
        if name not in column.names:
            shown = ", ".join(map(str, column.names)) or "none"
            raise ExportError(
                f"VectorSlicer chooses {name!r} of column {stage.params['inputCol']!r}, whose "
                f"elements have other names ({shown:.200}): choose by indices"
            )
        places.append(column.names.index(str(name)))
    _put(stage, flow, column, places)


@reads(
    "feature.ChiSqSelectorModel",
    "feature.UnivariateFeatureSelectorModel",
    "feature.VarianceThresholdSelectorModel",
)
def selector_model(stage: SavedStage, flow: Flow) -> None:
    """Read the positions of the elements that were selected, in rising order."""
    (row,) = stage.table().to_pylist()
    places = sorted(int(at) for at in row["selectedFeatures"])
    _put(stage, flow, flow.vector_column(stage.params["featuresCol"]), places)


def _put(stage: SavedStage, flow: Flow, column: Vector, places: Sequence[int]) -> None:
    beyond = [at for at in places if at >= len(column.features)]
    if beyond:
        raise ExportError(
            f"{stage.name} chooses element {beyond[0]}, but the vectors have "
            f"{len(column.features)} elements"
        )
    flow.put(stage.params["outputCol"], column.chosen(places))


@reads("feature.VectorSizeHint")
def vector_size_hint(stage: SavedStage, flow: Flow) -> None:
    """Read how long the vectors of a column of the input are. Rows with others make Spark fail or
    are dropped; a document has a field for each element, so there are none.
    """
    flow.vector(stage.params["inputCol"], int(stage.params["size"]))

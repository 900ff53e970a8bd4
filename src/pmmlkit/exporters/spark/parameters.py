"""What the parameters of stages have in common."""

from __future__ import annotations

from collections.abc import Sequence

from pmmlkit.errors import ExportError
from pmmlkit.exporters.spark.saved import SavedStage

__all__ = ["columns_of", "pairs_of"]


def columns_of(stage: SavedStage, one: str, several: str) -> list[str]:
    """Return the columns that a stage names by a parameter for one or by one for several."""
    names = stage.params.get(several)
    if names and (several in stage.given or one not in stage.given):
        return [str(name) for name in names]
    name = stage.params.get(one)
    if name is None:
        raise ExportError(f"{stage.name} names no column: neither {one} nor {several} is set")
    return [str(name)]


def pairs_of(stage: SavedStage) -> Sequence[tuple[str, str]]:
    """Return the input column of each output column of a stage that may have several."""
    sources = columns_of(stage, "inputCol", "inputCols")
    results = columns_of(stage, "outputCol", "outputCols")
    if len(sources) != len(results):
        raise ExportError(
            f"{stage.name} has {len(sources)} input columns and {len(results)} output columns"
        )
    return list(zip(sources, results, strict=True))

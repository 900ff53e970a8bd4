"""What a document says of the pipeline of Spark that it was made of."""

from __future__ import annotations

import json
from collections.abc import Iterator

from pmmlkit.exporters.metadata import task_of
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.language.document import MiningBuildTask

__all__ = ["build_task_of_stages"]


def build_task_of_stages(stage: SavedStage) -> MiningBuildTask:
    """Return the stages with the parameters that were set, and the version of Spark."""
    return task_of("\n".join(_lines(stage, "")), [("spark", stage.version)])


def _lines(stage: SavedStage, indent: str) -> Iterator[str]:
    given = {name: stage.params[name] for name in sorted(stage.given & stage.params.keys())}
    yield f"{indent}{stage.name} {json.dumps(given, default=str)}"
    for inner in stage.stages:
        yield from _lines(inner, f"{indent}  ")

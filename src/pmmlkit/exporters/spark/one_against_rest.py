"""Classifications made of several of two classes: OneVsRestModel."""

from __future__ import annotations

from dataclasses import replace

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import classify
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import follow, reads

__all__ = ["one_vs_rest_model"]

SCORES = "rawPrediction of a part"
"""The column of what a model inside says, which nothing else reads."""


@reads("classification.OneVsRestModel")
def one_vs_rest_model(stage: SavedStage, flow: Flow) -> None:
    """Read the model of each class: the class whose raw prediction is the largest is predicted, the
    first of equal ones. There are no probabilities; the raw predictions, for which Spark has a
    column since 3.0, stand in the result.
    """
    count = int(stage.metadata["numClasses"])
    column = stage.params.get("rawPredictionCol")
    found: list[Feature] = []

    def scores(features: list[Feature]) -> list[Feature]:
        if not found:
            found.extend(_score(stage, flow, at) for at in range(count))
        return found

    def make(context: Context, features: list[Feature]) -> Draft:
        draft = finals.by_largest(context, scores(features), output=None)
        named = enumerate(scores(features)) if column else ()
        return replace(draft, outputs=tuple((f"{column}_{at}", it) for at, it in named))

    classify(stage, flow, count, make, raw=scores)


def _score(stage: SavedStage, flow: Flow, at: int) -> Feature:
    """Return the raw prediction of the second class of a model inside; its own columns do not
    count.
    """
    part = stage.part(f"model_{at}")
    params = {
        **part.params,
        "featuresCol": stage.params["featuresCol"],
        "rawPredictionCol": SCORES,
        "labelCol": f"class {at} or not",
    }
    inner = replace(flow, columns=dict(flow.columns), outcomes=[], made=[])
    follow(replace(part, params=params), inner)
    if SCORES not in inner.columns:
        raise ExportError(
            f"the raw predictions of {part.name}, by which {stage.name} chooses a class, cannot be "
            "written"
        )
    return inner.vector(SCORES, 2)[1]

"""Models of LightGBM for Spark: SynapseML, and MMLSpark before it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.lightgbm.model import LightgbmModel
from pmmlkit.exporters.lightgbm.predictions import predictions
from pmmlkit.exporters.lightgbm.text import is_model_text, model_of_text
from pmmlkit.exporters.spark.flow import Flow, Special, Vector
from pmmlkit.exporters.spark.predictors import classify, predict
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds

__all__ = ["lightgbm_classification", "lightgbm_regression"]

PACKAGES: Final = (
    "com.microsoft.azure.synapse.ml.lightgbm",
    "com.microsoft.ml.spark.lightgbm",
    "com.microsoft.ml.spark",
)
BOOSTER: Final = "lightGBMBooster"

TEXT, LONG_TEXT = 0x74, 0x7C
"""What precedes a text in a stream of Java objects, before its length in 2 or in 8 bytes."""

SPECIAL: Final = {
    "leafPredictionCol": "numbers of leaves",
    "featuresShapCol": "contributions of the columns",
}
"""Parameters that name columns that no later stage can read here."""


def _names(*models: str) -> tuple[str, ...]:
    return tuple(f"{package}.LightGBM{model}Model" for package in PACKAGES for model in models)


@reads(*_names("Regression", "Ranker"))
def lightgbm_regression(stage: SavedStage, flow: Flow) -> None:
    """Read the iterations that `startIteration` and `numIterations` say. An element that a sparse
    vector leaves out is 0.
    """
    model = _model(stage)
    predict(
        stage,
        flow,
        lambda context, features: _draft(model, stage, flow, features, context),
        size=len(model.feature_names),
    )
    _put_special(stage, flow)


@reads(*_names("Classification"))
def lightgbm_classification(stage: SavedStage, flow: Flow) -> None:
    """Read the iterations as `lightgbm_regression`; thresholds decide as in Spark's own
    classifiers, without them the first of the largest sums.
    """
    model = _model(stage)

    def make(context: Context, features: list[Feature]) -> Draft:
        return by_thresholds(stage, context, _draft(model, stage, flow, features, context))

    classify(stage, flow, max(model.width, 2), make, size=len(model.feature_names))
    _put_special(stage, flow)


def _draft(
    model: LightgbmModel,
    stage: SavedStage,
    flow: Flow,
    features: Sequence[Feature],
    context: Context,
) -> Draft:
    vectors = flow.column(stage.params["featuresCol"])
    nan = isinstance(vectors, Vector) and vectors.nan
    return predictions(model, features, context, accepts_missing=nan)


def _model(stage: SavedStage) -> LightgbmModel:
    model = model_of_text(_text(stage), stage.name)
    first = max(int(stage.params.get("startIteration") or 0), 0)
    count = int(stage.params.get("numIterations") or -1)
    last = first + count if count > 0 else None
    width = model.width
    trees = model.trees[first * width : None if last is None else last * width]
    if not trees:
        raise ExportError(f"{stage.name} predicts by none of its trees: see startIteration")
    return replace(model, trees=trees)


def _text(stage: SavedStage) -> str:
    """Return the text of the booster: a parameter in old releases, else a text in the Java object
    that a parameter of its own file holds.
    """
    given = stage.params.get("model")
    if isinstance(given, str):
        return given
    places = stage.metadata.get("complexParamLocs")
    place = places.get(BOOSTER) if isinstance(places, dict) else None
    content = stage.stored(str(place or f"complexParams/{BOOSTER}"))
    at = content.find(b"tree\nversion=")
    size = _size(content, at)
    if size is None or not is_model_text(content[at : at + 8]):
        raise ExportError(
            f"{stage.place} holds no text of a LightGBM model: save it with "
            "model.saveNativeModel(path), and export that file"
        )
    try:
        return content[at : at + size].decode()
    except UnicodeDecodeError as error:
        raise ExportError(f"{stage.place} holds a damaged text of a LightGBM model") from error


def _size(content: bytes, at: int) -> int | None:
    """Return how many bytes the text has that begins at a place of a stream of Java objects."""
    for mark, width in ((LONG_TEXT, 8), (TEXT, 2)):
        start = at - width
        if start >= 1 and content[start - 1] == mark:
            size = int.from_bytes(content[start:at], "big")
            if at + size <= len(content):
                return size
    return None


def _put_special(stage: SavedStage, flow: Flow) -> None:
    for name, kind in SPECIAL.items():
        if stage.params.get(name):
            flow.put(stage.params[name], Special(kind))

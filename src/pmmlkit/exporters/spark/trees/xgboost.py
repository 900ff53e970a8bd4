"""Models of XGBoost for Spark: those of its Python package, and those of XGBoost4J."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, several_targets
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.spark.flow import Flow, Special, Vector
from pmmlkit.exporters.spark.predictors import classify, predict
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import by_thresholds
from pmmlkit.exporters.spark.trees.zeros import without_zeros
from pmmlkit.exporters.xgboost.boosters import booster_draft
from pmmlkit.exporters.xgboost.columns import columns_of, missing_marker
from pmmlkit.exporters.xgboost.formats import read_bytes
from pmmlkit.exporters.xgboost.model import BoosterModel, read_model

__all__ = [
    "python_classification",
    "python_regression",
    "scala_classification",
    "scala_regression",
]

PYTHON = "xgboost.spark.estimator.SparkXGB"
SCALA = "ml.dmlc.xgboost4j.scala.spark.XGBoost"

SPECIAL = {
    "pred_contrib_col": "contributions of the columns",
    "contribPredictionCol": "contributions of the columns",
    "leafPredictionCol": "numbers of leaves",
}
"""Parameters that name columns that no later stage can read here."""


@reads(f"{PYTHON}RegressorModel", f"{PYTHON}RankerModel")
def python_regression(stage: SavedStage, flow: Flow) -> None:
    """Read the booster, up to its best iteration. NaN is missing, and what `missing` says; a sparse
    vector (``enable_sparse_data_optim``) needs a `missing` of 0, so its zeros are missing as well.
    """
    model, stage = _python_model(stage), _with_columns(stage, flow)
    predict(
        stage,
        flow,
        lambda context, features: _draft(
            model, stage, flow, features, context, model.best_iterations, in_place=True
        ),
        size=model.features,
    )
    _put_special(stage, flow)


@reads(f"{PYTHON}ClassifierModel")
def python_classification(stage: SavedStage, flow: Flow) -> None:
    """Read the booster as `python_regression`; the first of equal classes wins."""
    model, stage = _python_model(stage), _with_columns(stage, flow)

    def make(context: Context, features: list[Feature]) -> Draft:
        iterations = model.best_iterations
        return _draft(model, stage, flow, features, context, iterations, in_place=True)

    classify(stage, flow, max(model.outputs, 2), make, size=model.features)
    _put_special(stage, flow)


@reads(f"{SCALA}RegressionModel", f"{SCALA}RankerModel")
def scala_regression(stage: SavedStage, flow: Flow) -> None:
    """Read the booster, all of it. NaN is missing, and what `missing` says, and the zeros that a
    sparse vector leaves out: in a column that a VectorAssembler makes, zeros are missing in rows
    that have few other values. Before 3.0 XGBoost4J by itself refuses such rows, unless `missing`
    is 0: in the document they are scored.
    """
    model = _scala_model(stage)
    predict(
        stage,
        flow,
        lambda context, features: _draft(
            model, stage, flow, features, context, None, in_place=False
        ),
        size=model.features,
    )
    _put_special(stage, flow)


@reads(f"{SCALA}ClassificationModel")
def scala_classification(stage: SavedStage, flow: Flow) -> None:
    """Read the booster as `scala_regression`; thresholds decide as in Spark's own classifiers."""
    model = _scala_model(stage)

    def make(context: Context, features: list[Feature]) -> Draft:
        draft = _draft(model, stage, flow, features, context, None, in_place=False)
        return by_thresholds(stage, context, draft)

    classify(stage, flow, max(model.outputs, 2), make, size=model.features)
    _put_special(stage, flow)


def _python_model(stage: SavedStage) -> BoosterModel:
    if stage.params.get("base_margin_col"):
        raise ExportError(
            f"{stage.name} begins its sums with the column "
            f"{stage.params['base_margin_col']!r} (base_margin_col), which is not written"
        )
    return _read(stage, stage.text("model").encode(), "model")


def _scala_model(stage: SavedStage) -> BoosterModel:
    if int(stage.params.get("treeLimit") or 0):
        raise ExportError(f"{stage.name} has a treeLimit: save it again with setTreeLimit(0)")
    names = (f"data/{stage.name}", "data/model")
    name = names[1] if stage.has_file(names[1]) else names[0]
    return _read(stage, stage.stored(name), name)


def _read(stage: SavedStage, content: bytes, part: str) -> BoosterModel:
    try:
        return read_model(read_bytes(content))
    except ExportError as error:
        advice = ""
        if part != "model":
            advice = (
                ". XGBoost4J before 2.1 writes the old binary format by default: load the model "
                'there and save it with model.write.option("format", "ubj")'
            )
        raise ExportError(f"{stage.place}/{part}: {error.message}{advice}") from error


def _with_columns(stage: SavedStage, flow: Flow) -> SavedStage:
    """Return the stage, which reads a column of vectors, also where it names columns of numbers."""
    names = [str(name) for name in stage.params.get("features_cols") or ()]
    if not names:
        return stage
    column = f"features_cols({stage.uid})"
    flow.columns[column] = Vector(tuple(flow.features_of(names)), nan=True)
    return replace(stage, params={**stage.params, "featuresCol": column})


def _draft(
    model: BoosterModel,
    stage: SavedStage,
    flow: Flow,
    features: Sequence[Feature],
    context: Context,
    iterations: int | None,
    *,
    in_place: bool,
) -> Draft:
    marker = missing_marker(stage.params.get("missing", math.nan))
    vectors = flow.column(stage.params["featuresCol"])
    keeps_missing = isinstance(vectors, Vector) and vectors.nan
    if marker != 0.0 and isinstance(vectors, Vector) and vectors.compressed and _is_sparse(stage):
        features, keeps_missing = without_zeros(features), True
    draft = booster_draft(
        model,
        columns_of(features, model, marker, sparse=False),
        context,
        iterations,
        in_place=in_place,
        accepts_missing=marker is not None or keeps_missing,
    )
    if not isinstance(draft, Draft):
        raise several_targets(stage.name, model.outputs)
    return draft


def _is_sparse(stage: SavedStage) -> bool:
    """Tell whether a stage takes sparse vectors as they are, without their zeros."""
    if not stage.class_name.startswith(SCALA):
        return False
    return bool(stage.params.get("allowNonZeroForMissing")) or stage.has_file("data/model")


def _put_special(stage: SavedStage, flow: Flow) -> None:
    for name, kind in SPECIAL.items():
        if stage.params.get(name):
            flow.put(stage.params[name], Special(kind))

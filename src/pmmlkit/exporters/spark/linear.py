"""Weighted sums: LinearRegressionModel, LogisticRegressionModel, LinearSVCModel."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.linear_form import linear_draft, linear_scores, live
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import classify, predict
from pmmlkit.exporters.spark.saved import SavedStage, matrix, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.exporters.spark.thresholds import above_threshold, by_thresholds
from pmmlkit.language.models.regression import RegressionModel, RegressionTable

__all__ = ["linear_regression_model", "linear_svc_model", "logistic_regression_model"]

Doubles = npt.NDArray[np.float64]


@reads("regression.LinearRegressionModel")
def linear_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the coefficients and the intercept; a Huber loss leaves its scale aside."""
    (row,) = stage.table().to_pylist()
    coefficients = vector(row["coefficients"])
    predict(
        stage,
        flow,
        lambda context, features: linear_draft(features, coefficients, row["intercept"]),
        size=len(coefficients),
    )


@reads("classification.LogisticRegressionModel")
def logistic_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the coefficients of each class, or those of the second of two classes.

    The second of two is predicted where its probability is above ``threshold``; of ``thresholds``
    (p, q) that is 1 / (1 + p / q). Where there is a sum for each class, ``thresholds`` alone count.
    """
    (row,) = stage.table().to_pylist()
    rows, intercepts = matrix(row["coefficientMatrix"]), vector(row["interceptVector"])
    by_softmax, count = bool(row["isMultinomial"]), int(row["numClasses"])
    if count < 2 or not np.isfinite(intercepts).all():
        raise ExportError(
            f"{stage.name} was fitted on labels that are all the same: it has no probabilities "
            "that sums could state"
        )
    if not by_softmax:
        # the raw predictions are minus the sum, and the sum
        rows = np.concatenate([np.zeros_like(rows), rows])
        intercepts = np.concatenate([np.zeros_like(intercepts), intercepts])

    def make(context: Context, features: list[Feature]) -> Draft:
        draft = _logistic(context, features, rows, intercepts)
        if by_softmax or stage.params.get("thresholds") is not None:
            return by_thresholds(stage, context, draft)
        threshold = float(stage.params.get("threshold", 0.5))
        if threshold == 0.5:
            return draft
        return above_threshold(stage, context, draft, threshold)

    def raw(features: list[Feature]) -> list[Feature]:
        found = linear_scores(features, rows, intercepts, "margin")
        return found if by_softmax else _opposite(found[1])

    classify(stage, flow, count, make, size=rows.shape[1], raw=raw)


def _logistic(
    context: Context, features: list[Feature], rows: Doubles, intercepts: Doubles
) -> Draft:
    """Return the softmax of the sums; of two classes, the first wins where both are equal."""
    labels = context.target.labels
    method = "softmax"
    if len(labels) == 2:
        # the first class has the logistic function of minus the sum of the second
        rows, intercepts, method = rows[:1] - rows[1:], intercepts[:1] - intercepts[1:], "logit"
    form, used = live(features, rows)

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> RegressionModel:
        tables = [
            form.table(fields, row, float(intercept), label)
            for row, intercept, label in zip(used, intercepts, labels, strict=False)
        ]
        if len(labels) == 2:
            tables.append(RegressionTable(intercept=0.0, target_category=labels[1]))
        return RegressionModel(
            **frame.parts(fields),
            normalization_method=method,
            regression_tables=tuple(tables),
        )

    return Draft(form.all_reads, build, (), context.target)


def _opposite(margin: Feature) -> list[Feature]:
    return [combination("opposite", [margin], [-1.0]), margin]


@reads("classification.LinearSVCModel")
def linear_svc_model(stage: SavedStage, flow: Flow) -> None:
    """Read the coefficients; the second class is predicted where the sum is above ``threshold``.

    There are no probabilities: the sum stands in the result, as the second element of the raw
    prediction.
    """
    (row,) = stage.table().to_pylist()
    coefficients, intercept = vector(row["coefficients"]), float(row["intercept"])
    column = stage.params.get("rawPredictionCol")

    def raw(features: list[Feature]) -> list[Feature]:
        (margin,) = linear_scores(features, coefficients, intercept, "margin")
        return _opposite(margin)

    def make(context: Context, features: list[Feature]) -> Draft:
        margin = raw(features)[1]
        threshold = float(stage.params.get("threshold", 0.0))
        draft = finals.by_sign(context, margin, threshold=threshold, output=None)
        return replace(draft, outputs=((f"{column}_1", margin),) if column else ())

    classify(stage, flow, 2, make, size=len(coefficients), raw=raw)

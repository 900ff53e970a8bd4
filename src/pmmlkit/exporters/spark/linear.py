"""Weighted sums: LinearRegressionModel, LogisticRegressionModel, LinearSVCModel."""

from __future__ import annotations

from pmmlkit.exporters.linear_form import linear_draft
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.predictors import predict
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads

__all__ = ["linear_regression_model"]


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

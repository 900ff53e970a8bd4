"""Stages that are made of stages: pipelines, and what was selected among several models."""

from __future__ import annotations

from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import follow, reads

__all__ = ["pipeline_model", "selected_model"]


@reads("PipelineModel")
def pipeline_model(stage: SavedStage, flow: Flow) -> None:
    """Read the stages in their order."""
    for inner in stage.stages:
        follow(inner, flow)


@reads("tuning.CrossValidatorModel", "tuning.TrainValidationSplitModel")
def selected_model(stage: SavedStage, flow: Flow) -> None:
    """Read the best model."""
    follow(stage.part("bestModel"), flow)

"""MiningModels: several models under one method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.frame import Frame
from pmmlkit.language.models.mining import MiningModel, Segment, Segmentation
from pmmlkit.language.models.regression import NumericPredictor, RegressionModel, RegressionTable
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.predicates import TruePredicate

if TYPE_CHECKING:
    from pmmlkit.language.models.model import Model

__all__ = ["linked", "raw_output", "segmented"]


def segmented(
    method: str,
    models: Sequence[Model],
    parts: dict[str, Any],
    weights: Sequence[float] | None = None,
) -> MiningModel:
    """Return a MiningModel of these models, each of which runs for every row; `weights` are theirs
    where the method weighs them.
    """
    segments = tuple(
        Segment(id=str(number), weight=weight, predicate=TruePredicate(), model=model)
        for number, (model, weight) in enumerate(
            zip(models, weights or [1.0] * len(models), strict=True), 1
        )
    )
    segmentation = Segmentation(multiple_model_method=method, segments=segments)
    return MiningModel(**parts, segmentation=segmentation)


def raw_output(name: str) -> Output:
    """Return the Output that hands a predicted number on to later segments."""
    field = OutputField(
        name=name,
        optype="continuous",
        data_type="double",
        feature="predictedValue",
        is_final_result=False,
    )
    return Output(output_fields=(field,))


def linked(
    frame: Frame,
    fields: Sequence[BoundField],
    models: Sequence[Model],
    names: Sequence[str],
    normalization: str,
    factor: float = 1.0,
) -> MiningModel:
    """Return a chain of regressions, whose outputs have these names, and a link that makes of them
    what is predicted.

    One name under a classification: the number of the second class, before the link.
    """
    target = frame.target
    assert target is not None
    raw = [BoundField(name, "double", "continuous") for name in names]
    labels: Sequence[str | None] = target.labels or [None]
    if len(labels) == 2:
        labels = labels[::-1]
    tables = [
        RegressionTable(
            intercept=0.0,
            target_category=label,
            numeric_predictors=(NumericPredictor(name=field.name, coefficient=factor),),
        )
        for label, field in zip(labels, raw, strict=False)
    ]
    if len(labels) == 2:
        tables.append(RegressionTable(intercept=0.0, target_category=labels[1]))
    # JPMML finds the probabilities of a chain in its last segment only.
    link = RegressionModel(
        **frame.inner(target).parts(raw, frame.probabilities() if frame.outermost else None),
        normalization_method=normalization,
        regression_tables=tuple(tables),
    )
    return segmented("modelChain", [*models, link], frame.parts(fields, probabilities=False))

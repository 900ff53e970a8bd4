"""MiningModels: several models under one method."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pmmlkit.language.models.mining import MiningModel, Segment, Segmentation
from pmmlkit.language.output import Output, OutputField
from pmmlkit.language.predicates import TruePredicate

if TYPE_CHECKING:
    from pmmlkit.language.models.model import Model

__all__ = ["raw_output", "segmented"]


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

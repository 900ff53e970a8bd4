"""sklearn.pipeline: Pipeline and FeatureUnion."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, elementwise
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts

__all__ = ["feature_union", "pipeline", "weighted"]


@converts("sklearn.pipeline.Pipeline")
def pipeline(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the steps one after the other."""
    flowing = list(features)
    last = len(estimator.steps)
    for number, (name, step) in enumerate(estimator.steps, 1):
        if step is None or isinstance(step, str):
            continue
        place = f"step {number} {name!r} of Pipeline"
        result = context.convert(step, flowing, place)
        if not isinstance(result, list):
            if number < last:
                raise ExportError(f"{place} predicts, but is not the last one")
            return result
        flowing = result
    return flowing


@converts("sklearn.pipeline.FeatureUnion")
def feature_union(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert the parts side by side."""
    union: list[Feature] = []
    for name, part in estimator.transformer_list:
        if part == "drop":
            continue
        place = f"part {name!r} of FeatureUnion"
        found = list(features)
        if not isinstance(part, str):
            found = context.transform(part, features, place)
        union += weighted(found, (estimator.transformer_weights or {}).get(name))
    return union


def weighted(features: Sequence[Feature], weight: float | None) -> list[Feature]:
    """Return the features times the weight that a ``transformer_weights`` gives them."""
    if weight is None:
        return list(features)
    return [
        elementwise(
            feature,
            "weighted",
            lambda values: values * weight,
            lambda source: apply("*", source, constant(weight)),
        )
        for feature in features
    ]

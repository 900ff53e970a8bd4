"""sklearn.pipeline: Pipeline and FeatureUnion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Feature, elementwise
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts, decides, transforms
from pmmlkit.exporters.sklearn.sparse import gives_sparse

__all__ = ["feature_union", "pipeline", "pipeline_transform", "weighted"]


@converts("sklearn.pipeline.Pipeline")
def pipeline(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the steps one after the other; the last one to what it predicts, if it does."""
    return _through(estimator, features, context, len(estimator.steps))


@transforms("sklearn.pipeline.Pipeline")
def pipeline_transform(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert the steps, all of them to what they transform to."""
    return _through(estimator, features, context, None)


def _through(
    estimator: Any, features: Sequence[Feature], context: Context, last: int | None
) -> list[Feature] | Draft | Several:
    """Convert the steps; `last` is the number of the one that may predict."""
    flowing = list(features)
    sparse = context.sparse
    for number, (name, step) in enumerate(estimator.steps, 1):
        if step is None or isinstance(step, str):
            continue
        place = f"step {number} {name!r} of Pipeline"
        inner = replace(context, sparse=sparse)
        result = inner.convert(step, flowing, place, transforms=number != last)
        if not isinstance(result, list):
            if number != last:
                raise ExportError(f"{place} predicts, but stands where a transformer must")
            return result
        flowing = result
        sparse = gives_sparse(step, sparse)
    return flowing


@decides("sklearn.pipeline.Pipeline")
def pipeline_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decision function of the last step."""
    name, step = estimator.steps[-1]
    flowing = context.transform(estimator[:-1], features) if len(estimator.steps) > 1 else features
    return context.decisions(step, flowing, f"step {len(estimator.steps)} {name!r} of Pipeline")


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

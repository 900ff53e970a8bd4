"""Curves through points: IsotonicRegressionModel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature
from pmmlkit.exporters.spark.flow import Flow, Vector
from pmmlkit.exporters.spark.predictors import predict
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.expressions import FieldRef, LinearNorm, NormContinuous
from pmmlkit.language.scope import Compiled

__all__ = ["isotonic_regression_model"]

Points = Sequence[tuple[float, float]]


@reads("regression.IsotonicRegressionModel")
def isotonic_regression_model(stage: SavedStage, flow: Flow) -> None:
    """Read the boundaries and what is predicted there: straight lines between them, beyond them the
    first and the last prediction. Growing or falling is all the same.

    Where a boundary stands more than once (until Spark 3.3), a line comes in to the first of its
    predictions and leaves from the last; on the boundary itself a binary search finds one of them.
    The feature is a column of numbers, or the element ``featureIndex`` of vectors.
    """
    (row,) = stage.table().to_pylist()
    boundaries, predictions = _numbers(row["boundaries"]), _numbers(row["predictions"])
    if not boundaries or len(boundaries) != len(predictions):
        raise ExportError(f"{stage.name} has no boundaries, or not as many as predictions")
    curve = Derived("isotonic", (_feature(stage, flow),), _curve(boundaries, predictions))
    predict(
        stage,
        flow,
        lambda context, features: finals.numbered(context, features[0]),
        features=[curve],
    )


def _numbers(value: Any) -> list[float]:
    numbers: list[float] = vector(value).tolist() if isinstance(value, dict) else list(value)
    return numbers


def _feature(stage: SavedStage, flow: Flow) -> Feature:
    name = str(stage.params["featuresCol"])
    if not isinstance(flow.column(name), Vector):
        return flow.number(name)
    features, at = flow.vector(name), int(stage.params.get("featureIndex", 0))
    if at >= len(features):
        raise ExportError(f"{stage.name} reads element {at} of {len(features)} of column {name!r}")
    return features[at]


def _curve(boundaries: Sequence[float], predictions: Sequence[float]) -> Any:
    points = list(zip(boundaries, predictions, strict=True))
    breaks = [at for at in range(1, len(points)) if boundaries[at] == boundaries[at - 1]]
    starts = [0, *breaks]
    pieces = [points[a:b] for a, b in zip(starts, [*breaks, len(points)], strict=True)]

    def expression(source: Compiled) -> Compiled:
        field = cast(FieldRef, source).field
        found = _lines(field, source, pieces[-1])
        for piece in reversed(pieces[:-1]):
            last = piece[-1][0]
            chosen = constant(predictions[_searched(boundaries, last)])
            found = apply("if", apply("equal", source, constant(last)), chosen, found)
            below = apply("lessThan", source, constant(last))
            found = apply("if", below, _lines(field, source, piece), found)
        return found

    return expression


def _searched(boundaries: Sequence[float], value: float) -> int:
    """Return which of equal numbers the binary search of Java finds."""
    low, high = 0, len(boundaries) - 1
    while low <= high:
        middle = (low + high) // 2
        if boundaries[middle] == value:
            return middle
        if boundaries[middle] < value:
            low = middle + 1
        else:
            high = middle - 1
    raise AssertionError(value)


def _lines(field: str, source: Compiled, points: Points) -> Compiled:
    if len(points) == 1:
        return apply("if", apply("isNotMissing", source), constant(points[0][1]))
    return NormContinuous(
        field=field,
        outliers="asExtremeValues",
        linear_norms=tuple(LinearNorm(orig=at, norm=value) for at, value in points),
    )

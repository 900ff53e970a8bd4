"""Vectors with each element shifted and scaled, and vectors over their length."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    elementwise,
    name_of,
)
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.spark.flow import Flow
from pmmlkit.exporters.spark.saved import SavedStage, vector
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.scope import Compiled

__all__ = [
    "elementwise_product",
    "max_abs_scaler_model",
    "min_max_scaler_model",
    "normalizer",
    "robust_scaler_model",
    "standard_scaler_model",
]


def _row(stage: SavedStage) -> dict[str, Any]:
    (row,) = stage.table().to_pylist()
    return {name: vector(value) for name, value in row.items()}


def _put_scaled(
    stage: SavedStage,
    flow: Flow,
    shifts: Sequence[float] | None,
    factors: Sequence[float],
    starts: Sequence[float] | None = None,
) -> None:
    """Put (x - shift) * factor + start of each element."""
    count = len(factors)
    column = flow.vector_column(stage.params["inputCol"], count)
    made = map(_scaled, column.features, shifts or [0.0] * count, factors, starts or [0.0] * count)
    flow.put(stage.params["outputCol"], column.remade(tuple(made)))


def _scaled(feature: Feature, shift: float, factor: float, start: float) -> Feature:
    if factor == 0.0:
        return ConstantFeature(start)
    if (shift, factor, start) == (0.0, 1.0, 0.0):
        return feature

    def function(x: Any) -> Any:
        return (x - shift) * factor + start

    def expression(x: Compiled) -> Compiled:
        x = apply("-", x, constant(shift)) if shift else x
        x = apply("*", x, constant(factor)) if factor != 1.0 else x
        return apply("+", x, constant(start)) if start else x

    return elementwise(feature, "scale", function, expression)


def _inverse(numbers: Iterable[float], of_zero: float) -> list[float]:
    return [1.0 / number if number else of_zero for number in numbers]


@reads("feature.StandardScalerModel")
def standard_scaler_model(stage: SavedStage, flow: Flow) -> None:
    """Read (x - mean) / std, where ``withMean`` and ``withStd`` say so; a column that did not vary
    becomes 0 by its std.
    """
    row = _row(stage)
    _standardize(stage, flow, row["mean"], row["std"], ("withMean", "withStd"))


@reads("feature.RobustScalerModel")
def robust_scaler_model(stage: SavedStage, flow: Flow) -> None:
    """Read (x - median) / quantile range, where ``withCentering`` and ``withScaling`` say so; a
    column whose range is 0 becomes 0.
    """
    row = _row(stage)
    _standardize(stage, flow, row["median"], row["range"], ("withCentering", "withScaling"))


def _standardize(
    stage: SavedStage, flow: Flow, center: Any, scale: Any, switches: tuple[str, str]
) -> None:
    centers, scales = (bool(stage.params.get(name)) for name in switches)
    factors = _inverse(scale.tolist(), 0.0) if scales else [1.0] * len(scale)
    _put_scaled(stage, flow, center.tolist() if centers else None, factors)


@reads("feature.MaxAbsScalerModel")
def max_abs_scaler_model(stage: SavedStage, flow: Flow) -> None:
    """Read x / largest absolute value; a column of zeros stays as it is."""
    _put_scaled(stage, flow, None, _inverse(_row(stage)["maxAbs"].tolist(), 1.0))


@reads("feature.MinMaxScalerModel")
def min_max_scaler_model(stage: SavedStage, flow: Flow) -> None:
    """Read the linear map of the range in the training data to ``min`` and ``max``; a column that
    did not vary becomes the middle of these.
    """
    row = _row(stage)
    low, high = float(stage.params["min"]), float(stage.params["max"])
    least = row["originalMin"].tolist()
    ranges = (row["originalMax"] - row["originalMin"]).tolist()
    factors = [(high - low) / extent if extent else 0.0 for extent in ranges]
    starts = [low if factor else (low + high) / 2.0 for factor in factors]
    _put_scaled(stage, flow, least, factors, starts)


@reads("feature.ElementwiseProduct")
def elementwise_product(stage: SavedStage, flow: Flow) -> None:
    """Read the weights of the elements."""
    _put_scaled(stage, flow, None, np.asarray(stage.params["scalingVec"], np.float64).tolist())


@reads("feature.Normalizer")
def normalizer(stage: SavedStage, flow: Flow) -> None:
    """Read the vector over its p-norm; a vector of zeros stays as it is."""
    column = flow.vector_column(stage.params["inputCol"])
    features = column.features
    power = float(stage.params["p"])
    norm = Derived(f"norm({power:g})", features, _norm(power), guarded=True)

    def expression(x: Compiled, length: Compiled) -> Compiled:
        is_long = apply("notEqual", length, constant(0.0))
        return apply("if", is_long, apply("/", x, length), x)

    made = [
        Derived(f"normalize({name_of(feature)})", (feature, norm), expression, guarded=True)
        for feature in features
    ]
    flow.put(stage.params["outputCol"], column.remade(made))


def _norm(power: float) -> Callable[..., Compiled]:
    def expression(*row: Compiled) -> Compiled:
        if power == 2.0:
            return apply("sqrt", sum_of([squared(x) for x in row]))
        sizes = [apply("abs", x) for x in row]
        if power == 1.0 or len(row) == 1:
            return sum_of(sizes)
        if math.isinf(power):
            return apply("max", *sizes)
        powers = sum_of([apply("pow", size, constant(power)) for size in sizes])
        return apply("pow", powers, constant(1.0 / power))

    return expression

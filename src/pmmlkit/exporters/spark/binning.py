"""Numbers cut at thresholds, and gaps filled: Binarizer, Bucketizer and Imputer."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any, cast

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    Category,
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    Replaced,
    data_type_of,
    elementwise,
    may_be_missing,
)
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.parameters import pairs_of
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = ["binarizer", "bucketizer", "imputer_model"]


@reads("feature.Binarizer")
def binarizer(stage: SavedStage, flow: Flow) -> None:
    """Read 1 above the threshold, 0 elsewhere and where there is no value; in a vector with a
    threshold below 0 the latter is 1.
    """
    pairs = pairs_of(stage)
    thresholds = stage.params.get("thresholds") or [stage.params["threshold"]] * len(pairs)
    for (source, result), threshold in zip(pairs, thresholds, strict=True):
        if isinstance(flow.column(source), Vector):
            column, lost = flow.vector_column(source), float(threshold < 0.0)
            made = [_binary(feature, float(threshold), lost) for feature in column.features]
            flow.put(result, column.remade(made))
        else:
            flow.put(result, Scalar(_binary(flow.number(source), float(threshold), 0.0)))


def _binary(feature: Feature, threshold: float, lost: float) -> Feature:
    def function(x: Any) -> Any:
        return np.where(np.isnan(x), lost, (x > threshold) * 1.0)

    is_there = not may_be_missing(feature)

    def expression(x: Compiled) -> Compiled:
        is_above = apply("greaterThan", x, constant(threshold))
        found = apply("if", is_above, constant(1.0), constant(0.0))
        return found if is_there else apply("if", apply("isMissing", x), constant(lost), found)

    return _never_missing(elementwise(feature, "binarize", function, expression))


def _never_missing(feature: Feature) -> Feature:
    return replace(feature, missing=False) if isinstance(feature, Derived) else feature


@reads("feature.Bucketizer")
def bucketizer(stage: SavedStage, flow: Flow) -> None:
    """Read the number of the bucket; the last is closed on both sides. ``handleInvalid="keep"``
    puts NaN into a bucket behind them (null, which a document cannot tell from NaN, stays null in
    Spark). What makes Spark fail or drop the row, a value outside or NaN, gives a missing result.
    """
    pairs = pairs_of(stage)
    several = stage.params.get("splitsArray")
    if not several or "splits" in stage.given:
        several = [stage.params["splits"]]
    if len(several) != len(pairs):
        raise ExportError(f"Bucketizer has {len(pairs)} columns and splits for {len(several)}")
    keeps = stage.params.get("handleInvalid") == "keep"
    for (source, result), splits in zip(pairs, several, strict=True):
        edges = np.asarray(splits, np.float64)
        feature = _bucket(flow.number(source), edges, keeps)
        flow.counts[feature] = len(edges) - 1
        if keeps:
            flow.beyond.add(feature)
        flow.put(result, Scalar(feature))


def _bucket(feature: Feature, edges: Any, keeps: bool) -> Feature:
    count = len(edges) - 1
    lost = float(count) if keeps else math.nan

    def function(x: Any) -> Any:
        found = np.searchsorted(edges, x, side="right") - 1.0
        found = np.where(x == edges[-1], count - 1.0, found)
        found = np.where((x < edges[0]) | (x > edges[-1]), math.nan, found)
        return np.where(np.isnan(x), lost, found)

    made = elementwise(feature, "bucket", function, _buckets(edges.tolist(), keeps))
    everywhere = keeps and bool(np.isinf(edges[[0, -1]]).all())
    return _never_missing(made) if everywhere else made


def _buckets(edges: Sequence[float], keeps: bool) -> Callable[[Compiled], Compiled]:
    count = len(edges) - 1
    margins = [None if math.isinf(edge) else edge for edge in edges]
    bins = tuple(
        DiscretizeBin(
            bin_value=str(number),
            interval=Interval(
                closure="closedOpen" if right is None or number < count - 1 else "closedClosed",
                left_margin=left,
                right_margin=right,
            ),
        )
        for number, (left, right) in enumerate(pairwise(margins))
    )

    def expression(source: Compiled) -> Compiled:
        return Discretize(
            field=cast(FieldRef, source).field,
            map_missing_to=format_number(count) if keeps else None,
            data_type="double",
            bins=bins,
        )

    return expression


@reads("feature.ImputerModel")
def imputer_model(stage: SavedStage, flow: Flow) -> None:
    """Read what stands for missing values, and for ``missingValue`` where that is a number; NaN,
    which Spark leaves as it is in the latter case, is missing in a document.
    """
    (row,) = stage.table().to_pylist()
    marker = float(stage.params.get("missingValue", math.nan))
    for source, result in pairs_of(stage):
        if row.get(source) is None:
            raise ExportError(f"ImputerModel has nothing for column {source!r} in its data")
        flow.put(result, Scalar(_imputed(flow.number(source), float(row[source]), marker)))


def _imputed(feature: Feature, value: float, marker: float) -> Feature:
    def function(x: Any) -> Any:
        return np.where(np.isnan(x) | (x == marker), value, x)

    if isinstance(feature, Lookup):
        return feature.map(function, feature.name)
    if isinstance(feature, ConstantFeature):
        return ConstantFeature(float(function(feature.value)))
    kind = data_type_of(feature)
    filled = _as_type(value, kind)
    if not math.isnan(marker) and (kind != "integer" or marker.is_integer()):
        feature = Replaced(feature, filled, _as_type(marker, kind))
    return Replaced(feature, filled)


def _as_type(value: float, data_type: str | None) -> Category:
    """Return a number as Spark casts it to the type of the column."""
    if data_type == "integer":
        return int(value)
    return float(np.float32(value)) if data_type == "float" else value

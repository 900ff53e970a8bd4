"""Numbers that stand for categories: one-hot vectors, target encoding, indices in vectors."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import Feature, name_of
from pmmlkit.exporters.spark.flow import Flow, Scalar, Vector
from pmmlkit.exporters.spark.lookups import indicators, looked_up
from pmmlkit.exporters.spark.parameters import pairs_of
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads

__all__ = [
    "one_hot_encoder",
    "one_hot_encoder_model",
    "target_encoder_model",
    "vector_indexer_model",
]

UNSEEN = float(2**31 - 1)
"""The key of what Spark's TargetEncoder knows of all rows together."""
NULL = -1.0
"""The key of what it knows of rows without a value."""


@reads("feature.OneHotEncoderModel")
def one_hot_encoder_model(stage: SavedStage, flow: Flow) -> None:
    """Read the number of categories of each column. ``dropLast`` leaves out the last position;
    ``handleInvalid="keep"`` has one more, for unknown values. Else Spark fails on rows with such:
    they are refused.
    """
    (row,) = stage.table().to_pylist()
    pairs = pairs_of(stage)
    counts = [int(count) for count in row["categorySizes"]]
    if len(counts) != len(pairs):
        raise ExportError(f"{stage.name} has {len(pairs)} columns and sizes of {len(counts)}")
    keeps = stage.params.get("handleInvalid", "error") == "keep"
    for (source, result), count in zip(pairs, counts, strict=True):
        _put_one_hot(stage, flow, source, result, count, keeps)


@reads("feature.OneHotEncoder")
def one_hot_encoder(stage: SavedStage, flow: Flow) -> None:
    """Read the transformer of Spark before 3.0: how many categories a column has is what the stage
    that makes it says.
    """
    if not stage.version.startswith(("1.", "2.")):
        raise ExportError("OneHotEncoder is not fitted: export the model that fit returns")
    ((source, result),) = pairs_of(stage)
    count = flow.counts.get(flow.number(source))
    if count is None:
        raise ExportError(
            f"OneHotEncoder of Spark {stage.version} counts the categories of column {source!r} "
            "in the data themselves: make the column by a StringIndexer, or use "
            "OneHotEncoderEstimator"
        )
    _put_one_hot(stage, flow, source, result, count, False)


def _put_one_hot(
    stage: SavedStage, flow: Flow, source: str, result: str, count: int, keeps: bool
) -> None:
    column = flow.scalar(source)
    width = count + keeps - bool(stage.params.get("dropLast", True))
    made = indicators(flow.number(source), flow, count, width, keeps=keeps)
    labels: tuple[str | None, ...] = column.labels or (None,) * count
    unknown = ("__unknown",) if column.labels and len(labels) < count else ()
    names = (*labels, *unknown, "invalidValues")[:width]
    flow.put(result, Vector(tuple(made), names))


@reads("feature.TargetEncoderModel")
def target_encoder_model(stage: SavedStage, flow: Flow) -> None:
    """Read the mean of the label over each category, drawn to that of all rows by ``smoothing``.

    ``handleInvalid="keep"`` gives unknown values the mean of all rows, else Spark fails on rows
    with such: they are refused. Missing values are a category where the training data had some.
    """
    rows = sorted(stage.table().to_pylist(), key=lambda row: int(row["index"]))
    pairs = pairs_of(stage)
    if len(rows) != len(pairs):
        raise ExportError(f"{stage.name} has {len(pairs)} columns and data of {len(rows)}")
    keeps = stage.params.get("handleInvalid", "error") == "keep"
    for (source, result), row in zip(pairs, rows, strict=True):
        means = _means(stage, row)
        of_all = means.pop(UNSEEN)
        other = of_all if keeps else math.nan
        lacking = means.pop(NULL, None)
        made = looked_up(
            f"encoded({source})",
            flow.number(source),
            means,
            flow,
            missing=other if lacking is None else lacking,
            otherwise=other,
            refuses=not keeps,
            refuses_missing=not keeps and lacking is None,
        )
        flow.counts[made] = len({of_all, *means.values(), *(() if lacking is None else (lacking,))})
        flow.put(result, Scalar(made))


def _means(stage: SavedStage, row: Mapping[str, Any]) -> dict[float, float]:
    """Return the blended mean of each category."""
    smoothing = float(stage.params.get("smoothing", 0.0))
    is_binary = stage.params.get("targetType", "binary") == "binary"
    known = {
        float(category): (float(count), float(number))
        for category, count, number in zip(
            row["categories"], row["counts"], row["stats"], strict=True
        )
    }
    if UNSEEN not in known:
        raise ExportError(f"{stage.name} says nothing of all rows together: its data are damaged")
    means = {
        category: number / count if is_binary else number
        for category, (count, number) in known.items()
    }
    blended = {}
    for category, (count, _) in known.items():
        weight = count / (count + smoothing)
        blended[category] = weight * means[category] + (1.0 - weight) * means[UNSEEN]
    return blended


@reads("feature.VectorIndexerModel")
def vector_indexer_model(stage: SavedStage, flow: Flow) -> None:
    """Read the index of each value of the categorical elements; the others stay as they are.

    ``handleInvalid="keep"`` numbers unknown values behind the known; else Spark fails on such rows
    or drops them: they are refused.
    """
    (row,) = stage.table().to_pylist()
    column = flow.vector_column(stage.params["inputCol"], int(row["numFeatures"]))
    features = column.features
    keeps = stage.params.get("handleInvalid", "error") == "keep"
    made: list[Feature] = list(features)
    for place, table in _items(row["categoryMaps"]):
        at = int(place)
        numbers = {float(value): float(index) for value, index in _items(table)}
        other = float(len(numbers)) if keeps else math.nan
        made[at] = looked_up(
            f"index({name_of(features[at])})",
            features[at],
            numbers,
            flow,
            missing=other,
            otherwise=other,
            refuses=not keeps,
        )
        if keeps or len(numbers) != 2:  # two are a binary attribute, which counts as a number
            flow.counts[made[at]] = len(numbers) + keeps
    flow.put(stage.params["outputCol"], column.remade(made, column.names))


def _items(table: Any) -> list[tuple[Any, Any]]:
    """Return the pairs of a map as pyarrow gives it."""
    return list(table.items()) if isinstance(table, Mapping) else [tuple(it) for it in table]

"""Numbers for labels and back: StringIndexer and IndexToString."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import cast

from pmmlkit.errors import ExportError
from pmmlkit.exporters.expressions import mapped
from pmmlkit.exporters.features import (
    Category,
    Derived,
    Feature,
    InputField,
    Lookup,
    data_type_of,
    name_of,
)
from pmmlkit.exporters.spark.flow import Flow, Scalar
from pmmlkit.exporters.spark.lookups import looked_up
from pmmlkit.exporters.spark.parameters import pairs_of
from pmmlkit.exporters.spark.saved import SavedStage
from pmmlkit.exporters.spark.stages import reads
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.scope import Compiled

__all__ = ["index_to_string", "string_indexer_model", "typed"]


@reads("feature.StringIndexerModel")
def string_indexer_model(stage: SavedStage, flow: Flow) -> None:
    """Read the position of each label; ``handleInvalid="keep"`` numbers all others and nulls behind
    them, else such rows are refused (``"skip"`` drops them in Spark).
    """
    for (source, result), labels in zip(pairs_of(stage), labels_of(stage), strict=True):
        column = flow.scalar(source, text=True)
        feature = column.feature
        categories = [typed(label, feature) for label in labels]
        keeps = stage.params.get("handleInvalid", "error") == "keep"
        indexed = _indexed(f"index({source})", feature, categories, flow, keeps)
        flow.counts[indexed] = len(labels) + keeps
        flow.put(result, Scalar(indexed, tuple(labels), feature))


def _indexed(
    name: str, feature: Feature, categories: Sequence[Category], flow: Flow, keeps: bool
) -> Feature:
    other = lost = float(len(categories)) if keeps else math.nan
    table: dict[Category, float] = {}
    for at, category in enumerate(categories):
        if isinstance(category, float) and math.isnan(category):
            lost = float(at)  # NaN is a label like all others
        else:
            table[category] = float(at)
    refuses_missing = math.isnan(lost)
    if not isinstance(feature, InputField) and data_type_of(feature) in ("double", "float"):
        return looked_up(
            name,
            feature,
            {float(category): number for category, number in table.items()},
            flow,
            missing=lost,
            otherwise=other,
            refuses=not keeps,
            refuses_missing=refuses_missing,
        )
    return Lookup(
        name,
        feature,
        tuple(table.items()),
        lost,
        other,
        known=tuple(table),
        unknown_refused=not keeps,
        missing_refused=refuses_missing,
    )


def labels_of(stage: SavedStage) -> list[list[str]]:
    """Return the labels of each column: one list until Spark 2.4, a list of lists since."""
    table = stage.table()
    name = "labelsArray" if "labelsArray" in table.column_names else "labels"
    (found,) = table.column(name).to_pylist()
    return found if name == "labelsArray" else [found]


def typed(label: str, feature: Feature) -> Category:
    """Return a label as a value of its column: Spark makes texts of numbers and booleans."""
    kind = data_type_of(feature)
    try:
        if kind in ("double", "float"):
            return float(label)
        if kind == "integer":
            return int(label)
    except ValueError as error:
        raise ExportError(
            f"the label {label!r:.60} is no value of a column of type {kind}: the schema is not "
            "that of the data that the pipeline was fitted on"
        ) from error
    return label == "true" if kind == "boolean" else label


@reads("feature.IndexToString")
def index_to_string(stage: SavedStage, flow: Flow) -> None:
    """Read the label of each position: the labels that are given, else those of the column."""
    for source, result in pairs_of(stage):
        column = flow.scalar(source)
        given = stage.params.get("labels") or ()
        labels = tuple(str(label) for label in given) or column.labels
        if not labels:
            raise ExportError(
                f"IndexToString knows no labels of column {source!r}: no stage before says what "
                "its numbers stand for"
            )
        if column.label is not None and labels == column.labels:
            flow.put(result, Scalar(column.label))
            continue
        flow.put(result, Scalar(_text_of(column.feature, labels)))


def _text_of(feature: Feature, labels: Sequence[str]) -> Feature:
    table = {str(at): label for at, label in enumerate(labels)}
    name = name_of(feature)
    whole = Derived(f"whole({name})", (feature,), lambda it: it, "integer", "categorical")

    def expression(operand: Compiled) -> Compiled:
        return mapped(cast(FieldRef, operand).field, table, "string")

    return Derived(f"label({name})", (whole,), expression, "string", "categorical")

"""sklearn.preprocessing: the encoders of labels, over a column of labels."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    data_type_of,
    elementwise,
    is_missing_value,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.language.scope import Compiled

__all__ = ["label_binarizer", "label_encoder", "multi_label_binarizer"]


@converts("sklearn.preprocessing.LabelEncoder")
def label_encoder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the number of the label."""
    (feature,) = uniform(features, 1, estimator)
    lost = math.nan
    table = []
    for code, label in enumerate(estimator.classes_):
        if is_missing_value(label):
            lost = float(code)
        else:
            table.append((plain(label), float(code)))
    known = tuple(label for label, _ in table)
    name = f"code({name_of(feature)})"
    refused = math.isnan(lost)
    return [Lookup(name, feature, tuple(table), lost, math.nan, known, True, refused)]


@converts("sklearn.preprocessing.LabelBinarizer")
def label_binarizer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to an indicator of each label, of two labels that of the second."""
    low, high = float(estimator.neg_label), float(estimator.pos_label)
    if estimator.y_type_.startswith("multilabel"):
        uniform(features, len(estimator.classes_), estimator)
        return [_marked(feature, low, high) for feature in features]
    (feature,) = uniform(features, 1, estimator)
    labels = [plain(label) for label in estimator.classes_]
    if len(labels) == 1:
        return [ConstantFeature(low)]
    return [
        Lookup(f"{name_of(feature)}_{label}", feature, ((label, high),), low, low)
        for label in (labels[1:] if len(labels) == 2 else labels)
    ]


def _marked(feature: Feature, low: float, high: float) -> Feature:
    return elementwise(
        feature,
        "marked",
        lambda x: np.where(x != 0.0, high, low),
        # PMML4S takes an integer 0 for not equal to 0.0
        lambda x: apply(
            "if",
            apply("greaterThan", apply("abs", x), constant(0.0)),
            constant(high),
            constant(low),
        ),
        guarded=True,
    )


@converts("sklearn.preprocessing.MultiLabelBinarizer")
def multi_label_binarizer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert the sets that a column can hold: texts, whose letters are the labels."""
    labels = list(estimator.classes_)
    (feature,) = uniform(features, 1, estimator)
    letters = all(isinstance(label, str) and len(label) == 1 for label in labels)
    if not letters or data_type_of(feature) != "string":
        raise ExportError(
            "MultiLabelBinarizer takes a set of labels in each row, and a field of PMML holds one "
            "value: only texts whose letters are the labels can be written"
        )
    return [_contains(feature, label) for label in labels]


def _contains(feature: Feature, letter: str) -> Feature:
    pattern = re.escape(letter)

    def expression(x: Compiled) -> Compiled:
        found = apply("matches", x, constant(pattern, "string"))
        return apply("if", found, constant(1.0), constant(0.0))

    return Derived(f"{name_of(feature)}_{letter}", (feature,), expression, guarded=True)

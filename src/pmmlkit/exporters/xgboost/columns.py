"""Input columns as XGBoost sees them: codes of categories, markers of missing values, and zeros
that a sparse matrix does not hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import (
    ConstantFeature,
    Feature,
    InputField,
    Lookup,
    Replaced,
    as_number,
    cast,
    data_type_of,
    name_of,
)
from pmmlkit.exporters.xgboost.model import BoosterModel

__all__ = ["columns_of", "missing_marker"]

Doubles = npt.NDArray[np.float64]

NUMBERS = (None, "integer", "float", "double")
NO_CODE = -1.0
"""Stands for any code that no split names; XGBoost sends it where it sends all of them."""


def missing_marker(missing: Any) -> float | None:
    """Return the number that stands for a missing value beside NaN, None if there is none."""
    if missing is None:
        return None
    number = float(np.float32(missing))
    return None if math.isnan(number) else number


def columns_of(
    features: Sequence[Feature], model: BoosterModel, marker: float | None, *, sparse: bool
) -> list[Feature]:
    """Return the features as numbers or codes.

    `marker` is a number that means missing; `sparse`: they come in a sparse matrix, of which
    XGBoost takes the zeros for missing.
    """
    columns = []
    for number, feature in enumerate(features):
        is_categorical = model.is_categorical(number)
        column = _codes(feature, model, number) if is_categorical else as_number(feature)
        if sparse:
            column = _unmarked(column, 0.0)
        if marker is not None:
            column = _unmarked(column, marker)
        columns.append(column)
    return columns


def _unmarked(feature: Feature, marker: float) -> Feature:
    """Return the feature, missing where its float32 equals the marker."""
    if isinstance(feature, Lookup):
        return feature.map(lambda numbers: _lost(numbers, marker), feature.name)
    if isinstance(feature, ConstantFeature):
        return ConstantFeature(float(_lost(np.array([feature.value]), marker)[0]))
    if data_type_of(feature) == "integer":
        whole = marker.is_integer()
        return Replaced(feature, math.nan, int(marker)) if whole else feature
    return Replaced(cast(feature, "float"), math.nan, marker)


def _lost(numbers: Doubles, marker: float) -> Doubles:
    with np.errstate(over="ignore"):
        same = numbers.astype(np.float32) == np.float32(marker)
    return np.where(same, np.nan, numbers)


def _codes(feature: Feature, model: BoosterModel, number: int) -> Feature:
    """Return the codes of a column of categories."""
    if isinstance(feature, Lookup):
        return feature
    categories = feature.categories if isinstance(feature, InputField) else ()
    if number < len(model.categories):
        categories = model.categories[number].known(categories, name_of(feature))
    name = f"code({name_of(feature)})"
    if categories:
        table = tuple((category, float(code)) for code, category in enumerate(categories))
        return Lookup(
            name, feature, table, math.nan, math.nan, known=categories, unknown_refused=True
        )
    if data_type_of(feature) not in NUMBERS:
        raise ExportError(
            f"the model splits {name_of(feature)!r} by category and knows only their codes: pass "
            "X= with the column as categorical, with the categories that it was trained on"
        )
    if model.trees is None:
        return feature
    used = sorted(_used_codes(model, number))
    return Lookup(name, feature, tuple((code, float(code)) for code in used), math.nan, NO_CODE)


def _used_codes(model: BoosterModel, feature: int) -> frozenset[int]:
    trees = model.trees
    if trees is None:
        return frozenset()
    sets = [codes for node, codes in trees.right_codes.items() if trees.feature[node] == feature]
    return frozenset().union(*sets)

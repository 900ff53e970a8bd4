"""The columns that a LightGBM model reads: numbers, and categories by their codes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.features import (
    Cast,
    Category,
    Feature,
    InputField,
    Lookup,
    as_number,
    data_type_of,
    name_of,
)
from pmmlkit.exporters.lightgbm.model import CATEGORICAL, FeatureRange, LightgbmModel

__all__ = ["coded_columns"]

Categories = tuple[Category, ...]


def coded_columns(model: LightgbmModel, features: Sequence[Feature]) -> list[Feature]:
    """Return the features with look-ups of codes in place of categories.

    LightGBM numbers the categories of pandas in their order; other columns of categories hold the
    codes themselves. Missing values and categories that training did not see have no code.

    Raises ExportError where it cannot be told which columns of a data frame were categorical.
    """
    codes = _codes_by_feature(model)
    columns = list(features)
    for at, categories in _pandas_columns(model, features, frozenset(codes)).items():
        columns[at] = _by_category(columns[at], categories)
    for at, seen in codes.items():
        number = as_number(columns[at])
        if not isinstance(number, Lookup):
            number = _by_code(number, seen)
        columns[at] = number
    return columns


def _codes_by_feature(model: LightgbmModel) -> dict[int, tuple[int, ...]]:
    """Return all codes known of each feature that some node splits by a set."""
    found: dict[int, set[int]] = {}
    for tree in model.trees:
        for node in np.flatnonzero(tree.decision & CATEGORICAL).tolist():
            feature, number = int(tree.feature[node]), int(tree.threshold[node])
            seen = found.setdefault(feature, set(model.ranges[feature].categories))
            words = tree.words[tree.bounds[number] : tree.bounds[number + 1]]
            bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
            seen.update(np.flatnonzero(bits).tolist())
    return {feature: tuple(sorted(seen)) for feature, seen in found.items()}


def _by_category(feature: Feature, categories: Categories) -> Lookup:
    source = feature
    if data_type_of(feature) is None and {type(it) for it in categories} == {int}:
        source = Cast(feature, "integer")
    table = tuple((category, float(code)) for code, category in enumerate(categories))
    return Lookup(f"code({name_of(feature)})", source, table, math.nan, math.nan, known=categories)


def _by_code(feature: Feature, codes: tuple[int, ...]) -> Lookup:
    source = feature if data_type_of(feature) == "integer" else Cast(feature, "integer")
    table = tuple((code, float(code)) for code in codes)
    return Lookup(f"code({name_of(feature)})", source, table, math.nan, math.nan, known=codes)


def _pandas_columns(
    model: LightgbmModel, features: Sequence[Feature], by_set: frozenset[int]
) -> dict[int, Categories]:
    """Return the categories of the columns of dtype category.

    The model holds a list for each of them, in the order of the columns, but not which they are:
    each list is tried at the first and at the last column where it and the others fit.
    """
    lists = model.pandas_categories
    if not lists:
        return {}
    fits = [
        [
            _fits(categories, feature, model.ranges[at], at in by_set)
            for at, feature in enumerate(features)
        ]
        for categories in lists
    ]
    first = _placed(fits)
    last = [len(features) - 1 - at for at in reversed(_placed([row[::-1] for row in fits[::-1]]))]
    if len(first) != len(lists):
        raise ExportError(
            f"the model was trained on a data frame with {len(lists)} columns of dtype category, "
            "which are not found here: pass the data frame as X="
        )
    split = {at for tree in model.trees for at in np.unique(tree.feature).tolist()}
    for row, low, high in zip(fits, first, last, strict=True):
        doubtful = [at for at in range(low, high + 1) if row[at] and at in split]
        if low != high and doubtful:
            raise ExportError(
                f"it cannot be told whether column {name_of(features[doubtful[0]])!r} was of dtype "
                "category when the model was trained: pass the data frame as X="
            )
    return dict(zip(first, lists, strict=True))


def _placed(fits: Sequence[Sequence[bool]]) -> list[int]:
    """Return the first columns that the lists fit, each behind the one before."""
    placed: list[int] = []
    start = 0
    for row in fits:
        at = next((at for at in range(start, len(row)) if row[at]), None)
        if at is None:
            break
        placed.append(at)
        start = at + 1
    return placed


def _fits(categories: Categories, feature: Feature, seen: FeatureRange, by_set: bool) -> bool:
    """Tell whether a column may have had these categories."""
    count = len(categories)
    if not isinstance(feature, InputField):
        return False
    if seen.categories and seen.categories[-1] >= count:
        return False
    if seen.low is not None and seen.high is not None:
        # the codes of an ordered category are numbers
        stated = bool(feature.categories)
        if not stated or not (seen.low >= 0 and seen.high < count):
            return False
    if feature.categories:
        return _overlap(categories, feature.categories)
    return feature.data_type in (None, "string") or by_set


def _overlap(left: Categories, right: Categories) -> bool:
    kinds = {type(it) for it in left}, {type(it) for it in right}
    return kinds[0] == kinds[1] and (set(left) <= set(right) or set(right) <= set(left))

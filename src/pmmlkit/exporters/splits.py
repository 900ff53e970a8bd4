"""What trees of learners ask of a row, in the words of PMML: fields, operators, values."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.features import (
    ByCategory,
    Cast,
    Category,
    ConstantFeature,
    Derived,
    Feature,
    InputField,
    Lookup,
    Product,
    as_number,
    cast,
    data_type_of,
    may_be_missing,
    sources_of,
)
from pmmlkit.exporters.texts import category_text

__all__ = [
    "CategorySplit",
    "TreeInput",
    "category_split",
    "columns_behind",
    "threshold_values",
    "tree_input",
]

MOST_LISTED = 24
"""A column of codes with more categories is compared as a number, through a derived field."""

_WHOLE_FLOATS = 2.0**23
"""From here on a float32 has no fraction."""


@dataclass(frozen=True, slots=True)
class TreeInput:
    """A feature as trees read it: by category if `lookup` is there, else as a number."""

    read: Feature
    lookup: Lookup | None = None


def tree_input(feature: Feature, data_type: str, *, categorical: bool = False) -> TreeInput:
    """Return what trees read of a feature; the learner compares it as `data_type` (float or
    double).

    `categorical`: the learner itself splits on sets of categories.
    """
    number = as_number(feature)
    if isinstance(number, Lookup):
        number = number if categorical else cast(number, data_type)
        assert isinstance(number, Lookup)
        if categorical or number.is_indicator or len(number.table) <= MOST_LISTED:
            return TreeInput(ByCategory(number), number)
        return TreeInput(number)
    if data_type_of(number) == "integer" or isinstance(number, ConstantFeature):
        return TreeInput(number)
    return TreeInput(cast(number, data_type))


def columns_behind(feature: Feature) -> frozenset[str] | None:
    """Return the input columns of which one is missing wherever the feature is; None if something
    else may make it missing, or something make up for a missing column.
    """
    names: set[str] = set()
    seen: set[Feature] = set()
    pending = [feature]
    while pending:
        at = pending.pop()
        if at in seen or not may_be_missing(at):
            continue
        seen.add(at)
        if isinstance(at, InputField):
            names.add(at.name)
        elif isinstance(at, Cast | Product) or (isinstance(at, Derived) and at.missing is None):
            pending += sources_of(at)
        else:
            return None
    return frozenset(names)


def threshold_values(
    thresholds: npt.NDArray[np.float64], field: BoundField, learner: str, *, strict: bool = False
) -> npt.NDArray[Any]:
    """Return the thresholds t such that field <= t is what the learner means by its own; `strict`:
    such that field < t is.

    `learner`: float if it compares a float32 of the value with a double threshold, else double.
    """
    if strict:
        return _strict_values(thresholds, field, learner)
    if learner == "double":
        return np.floor(thresholds) if field.data_type == "integer" else thresholds
    with np.errstate(over="ignore"):
        rounded = thresholds.astype(np.float32)
        above = rounded.astype(np.float64) > thresholds
        below = np.where(above, np.nextafter(rounded, np.float32(-np.inf)), rounded)
    if field.data_type == "float":
        return below.astype(np.float32)
    if field.data_type != "integer":
        return below.astype(np.float64)
    return _largest_integers(below.astype(np.float32))


def _strict_values(
    thresholds: npt.NDArray[np.float64], field: BoundField, learner: str
) -> npt.NDArray[Any]:
    if learner == "double":
        return np.ceil(thresholds) if field.data_type == "integer" else thresholds
    # a float32 is less than a double exactly if it is less than the next float32 from there on
    with np.errstate(over="ignore"):
        rounded = thresholds.astype(np.float32)
    short = rounded.astype(np.float64) < thresholds
    above = np.where(short, np.nextafter(rounded, np.float32(np.inf)), rounded)
    if field.data_type == "float":
        return above.astype(np.float32)
    if field.data_type != "integer":
        return above.astype(np.float64)
    with np.errstate(over="ignore"):
        below = np.nextafter(above.astype(np.float32), np.float32(-np.inf))
    return _largest_integers(below) + 1.0


def _largest_integers(thresholds: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return the largest integer whose float32 is at most the threshold."""
    values = thresholds.astype(np.float64)
    whole = np.floor(values)
    large = np.abs(values) >= _WHOLE_FLOATS
    if large.any():
        # up to the middle between two floats integers round down; the middle goes to the even one
        following = np.nextafter(thresholds[large], np.float32(np.inf)).astype(np.float64)
        middle = np.floor((values[large] + following) / 2.0)
        down = middle.astype(np.float32) <= thresholds[large]
        whole[large] = np.where(down, middle, middle - 1.0)
    return whole


@dataclass(frozen=True, slots=True)
class CategorySplit:
    """The test of the child that comes first; without an operator it never holds.

    `values` are texts. The other child has the opposite test, or True where `needs_true`.
    `refused`: missing values do not come here.
    """

    first_is_left: bool
    operator: str
    values: tuple[str, ...]
    needs_true: bool
    refused: bool = False


OPPOSITE = {
    "isIn": "isNotIn",
    "isNotIn": "isIn",
    "equal": "notEqual",
    "notEqual": "equal",
    "isMissing": "isNotMissing",
    "isNotMissing": "isMissing",
    "lessOrEqual": "greaterThan",
    "greaterThan": "lessOrEqual",
}
"""Operators and what says the contrary of values that are there."""


def category_split(
    lookup: Lookup,
    data_type: str,
    goes_left: Callable[[float], bool],
    missing_left: bool,
    *,
    always_lacks: bool = False,
) -> CategorySplit:
    """Return the test on categories for a test on their numbers.

    `goes_left` tells of a number, not NaN, where it goes; NaN goes where `missing_left` says.
    `always_lacks`: the category may be missing though the data never lacked it.
    """

    def left(number: float) -> bool:
        return missing_left if math.isnan(number) else goes_left(number)

    refused = lookup.missing_refused or not (always_lacks or may_be_missing(lookup.source))
    rest_left = left(lookup.otherwise)
    lost_left = rest_left if refused else left(lookup.missing)
    if lookup.unknown_refused:
        sides = [(category, left(number)) for category, number in _numbers(lookup)]
        lefts = sum(side for _, side in sides)
        # every value is known: list the shorter side
        rest_left = 2 * lefts > len(sides)
        lost_left = rest_left if refused else lost_left
    else:
        sides = [(category, left(number)) for category, number in lookup.table]
    listed = tuple(
        category_text(category, data_type) for category, side in sides if side != rest_left
    )
    routed = not refused and not math.isnan(lookup.missing)
    if not listed and lost_left == rest_left:
        return CategorySplit(not rest_left, "", (), True, refused)
    if not listed:
        return CategorySplit(lost_left, "isMissing", (), routed, refused)
    if lost_left == rest_left:
        operator = "isIn" if len(listed) > 1 else "equal"
        return CategorySplit(not rest_left, operator, listed, routed, refused)
    operator = "isNotIn" if len(listed) > 1 else "notEqual"
    return CategorySplit(rest_left, operator, listed, routed, refused)


def _numbers(lookup: Lookup) -> Sequence[tuple[Category, float]]:
    table = dict(lookup.table)
    return [(category, table.get(category, lookup.otherwise)) for category in lookup.known]

"""A model of LightGBM as plain data: what its text says, checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.features import Category

__all__ = [
    "CATEGORICAL",
    "DEFAULT_LEFT",
    "MISSING_AS_ZERO",
    "MISSING_NAN",
    "MISSING_NONE",
    "FeatureRange",
    "LightgbmModel",
    "LinearLeaves",
    "Tree",
]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

CATEGORICAL = 1
"""Bit of `Tree.decision`: the node asks for a set of categories."""
DEFAULT_LEFT = 2
"""Bit of `Tree.decision`: where the node's missing values go."""
MISSING_NONE, MISSING_AS_ZERO, MISSING_NAN = 0, 1, 2
"""Bits 2 and 3 of `Tree.decision`: NaN counts as 0; 0 and NaN are missing; NaN is missing."""


@dataclass(frozen=True, slots=True)
class LinearLeaves:
    """The regressions of the leaves of a linear tree.

    `constant` (leaves,); leaf i multiplies ``feature[start[i]:start[i + 1]]`` with the
    `coefficient` of the same place.
    """

    constant: Doubles
    start: Ints
    feature: Ints
    coefficient: Doubles


@dataclass(frozen=True, slots=True)
class Tree:
    """A tree of n - 1 inner nodes and n leaves; a child below 0 is leaf ``-child - 1``.

    `feature`, `threshold`, `decision`, `left`, `right` have a row for each inner node, `value` for
    each leaf. The threshold of a categorical node is the number of its set: the bits of
    ``words[bounds[i]:bounds[i + 1]]`` (uint32) are the categories that go left.
    """

    feature: Ints
    threshold: Doubles
    decision: Ints
    left: Ints
    right: Ints
    value: Doubles
    bounds: Ints
    words: Ints
    linear: LinearLeaves | None = None


@dataclass(frozen=True, slots=True)
class FeatureRange:
    """What training saw of a feature: categories, else a range; neither where it is constant."""

    categories: tuple[int, ...] = ()
    low: float | None = None
    high: float | None = None

    @property
    def is_constant(self) -> bool:
        """Tell whether training found nothing to split on."""
        return not self.categories and self.low is None


@dataclass(frozen=True, slots=True)
class LightgbmModel:
    """A model: iteration i has the trees ``i * width`` to ``(i + 1) * width - 1``.

    `objective` is empty where the user wrote it. `settings`: what stands behind its name, as
    ``{"sigmoid": "1", "sqrt": ""}``. `pandas_categories`: the categories of each column of dtype
    category, in the order of the columns.
    """

    objective: str
    settings: Mapping[str, str]
    boosting: str
    width: int
    average: bool
    feature_names: tuple[str, ...]
    ranges: tuple[FeatureRange, ...]
    pandas_categories: tuple[tuple[Category, ...], ...]
    trees: tuple[Tree, ...]

"""Trees of LightGBM as a `Forest`: what each node does with 0 and with missing values."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, data_type_of, elementwise
from pmmlkit.exporters.forest import Forest, Leaves
from pmmlkit.exporters.lightgbm.model import (
    CATEGORICAL,
    DEFAULT_LEFT,
    MISSING_AS_ZERO,
    MISSING_NONE,
    Tree,
)
from pmmlkit.language.scope import Compiled

__all__ = ["forest_of", "leaf_values", "with_zero_missing"]

Ints = npt.NDArray[np.int64]
Doubles = npt.NDArray[np.float64]

ZERO = float(np.float32(1e-35))
"""LightGBM takes every number of at most this absolute value for 0, before it compares."""

_WIDEST = 2.0**62
"""No 64-bit integer of a column comes near it from outside."""


def leaf_values(trees: Sequence[Tree], values: Sequence[Doubles]) -> Leaves:
    """Return what the leaves of each tree say, in the order of ``Tree.value``, by node."""
    parts: list[Doubles] = []
    for tree, own in zip(trees, values, strict=True):
        parts += [np.zeros(len(tree.left)), own]
    return Leaves(values=np.concatenate(parts))


def forest_of(trees: Sequence[Tree], features: Sequence[Feature]) -> tuple[Forest, frozenset[int]]:
    """Return the forest, and the features that are split by sets of categories.

    A node at which a 0 does not go where its threshold says reads feature ``count + number``
    instead: the same column with 0 as missing.
    """
    count = len(features)
    forest = Forest.of([_arrays(tree) for tree in trees])
    inner = forest.inner
    decision = np.zeros(len(forest.left), np.int64)
    decision[inner] = np.concatenate([tree.decision for tree in trees])
    by_set = (decision & CATEGORICAL) > 0
    default_left = (decision & DEFAULT_LEFT) > 0
    missing = decision >> 2
    threshold = _around_zero(forest.threshold)
    zero_left = threshold >= 0.0
    missing_left = np.where(missing == MISSING_NONE, zero_left, default_left) & ~by_set
    apart = (missing == MISSING_AS_ZERO) & (default_left != zero_left) & ~by_set
    whole = np.array([data_type_of(feature) == "integer" for feature in features], bool)
    threshold = np.where(whole[forest.feature], _of_integers(threshold), threshold)
    made = replace(
        forest,
        feature=np.where(apart, forest.feature + count, forest.feature),
        threshold=threshold,
        missing_left=missing_left,
        left_codes=_left_codes(trees, forest, by_set),
    )
    return made, frozenset(np.unique(forest.feature[by_set]).tolist())


def _arrays(tree: Tree) -> tuple[npt.NDArray[np.generic], ...]:
    """Return the arrays of a tree: the inner nodes first, then the leaves."""
    inner, leaves = len(tree.left), len(tree.value)
    none, zero = np.full(leaves, -1), np.zeros(leaves)
    left, right = (
        np.concatenate([np.where(it >= 0, it, inner - 1 - it), none])
        for it in (tree.left, tree.right)
    )
    return (
        left,
        right,
        np.concatenate([tree.feature, np.zeros(leaves, np.int64)]),
        np.concatenate([tree.threshold, zero]),
        np.zeros(inner + leaves, bool),
    )


def _around_zero(threshold: Doubles) -> Doubles:
    """Return thresholds for numbers as they are, where those near 0 were compared as 0."""
    near = np.abs(threshold) <= ZERO
    return np.where(near, np.where(threshold >= 0.0, ZERO, np.nextafter(-ZERO, -np.inf)), threshold)


def _of_integers(threshold: Doubles) -> Doubles:
    """Return the thresholds of an integer column: no integer is beyond the largest."""
    return np.where(threshold >= _WIDEST, np.inf, np.maximum(threshold, -_WIDEST))


def _left_codes(
    trees: Sequence[Tree], forest: Forest, by_set: npt.NDArray[np.bool_]
) -> dict[int, Callable[[float], bool]]:
    found: dict[int, Callable[[float], bool]] = {}
    for start, tree in zip(forest.start.tolist(), trees, strict=False):
        if not len(tree.bounds):
            continue
        tests: dict[int, Callable[[float], bool]] = {}
        for node in np.flatnonzero(by_set[start : start + len(tree.left)]).tolist():
            number = int(tree.threshold[node])
            if number not in tests:
                words = tree.words[tree.bounds[number] : tree.bounds[number + 1]]
                tests[number] = _member_of(words)
            found[start + node] = tests[number]
    return found


def _member_of(words: Ints) -> Callable[[float], bool]:
    bits = np.unpackbits(words.astype("<u4").view(np.uint8), bitorder="little")
    codes = frozenset(np.flatnonzero(bits).tolist())
    # LightGBM cuts the fraction off: -0.5 is category 0
    return lambda code: int(code) in codes


def with_zero_missing(feature: Feature) -> Feature:
    """Return the feature, missing where LightGBM takes it for 0."""
    whole = data_type_of(feature) == "integer"

    def expression(source: Compiled) -> Compiled:
        if whole:
            differs = apply("notEqual", source, constant(0, "integer"))
        else:
            below = apply("lessThan", source, constant(-ZERO))
            differs = apply("or", below, apply("greaterThan", source, constant(ZERO)))
        return apply("if", differs, source)

    made = elementwise(feature, "zeroAsMissing", _nan_for_zero, expression, guarded=True)
    return replace(made, missing=True) if isinstance(made, Derived) else made


def _nan_for_zero(numbers: Doubles) -> Doubles:
    return np.where(np.abs(numbers) <= ZERO, np.nan, numbers)

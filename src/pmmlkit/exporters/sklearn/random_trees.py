"""sklearn.ensemble.RandomTreesEmbedding: the leaf of each tree, one-hot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, Lookup, cast, may_be_missing, uniform
from pmmlkit.exporters.registry import converts
from pmmlkit.language.scope import Compiled

__all__ = ["random_trees_embedding"]


@converts("sklearn.ensemble.RandomTreesEmbedding")
def random_trees_embedding(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to an indicator of each leaf that training rows came to."""
    uniform(features, estimator.n_features_in_, estimator)
    leaves = [
        _leaf(member.tree_, features, f"leaf{number}")
        for number, member in enumerate(estimator.estimators_, 1)
    ]
    return context.transform(estimator.one_hot_encoder_, leaves, "encoder of the leaves")


def _leaf(tree: Any, features: Sequence[Feature], name: str) -> Feature:
    """Return the number of the node that a row ends in."""
    used = sorted({at for at in tree.feature.tolist() if at >= 0})
    if not used:
        # a tree of one leaf: the number of its root, in every row
        return Lookup(name, features[0], (), 0.0, 0.0)
    # scikit-learn compares float32(x) with a threshold that is a double
    sources = tuple(cast(features[at], "float") for at in used)
    lacking = {at for at in used if may_be_missing(features[at])}

    def expression(*operands: Compiled) -> Compiled:
        by_feature = dict(zip(used, operands, strict=True))
        built: dict[int, Compiled] = {}
        for node in reversed(range(tree.node_count)):
            left, right = int(tree.children_left[node]), int(tree.children_right[node])
            if left < 0:
                built[node] = constant(node, "integer")
                continue
            # children come after their parents
            operand = by_feature[int(tree.feature[node])]
            threshold = constant(_largest_float(float(tree.threshold[node])))
            test = apply("lessOrEqual", operand, threshold)
            if int(tree.feature[node]) in lacking:
                goes_left = constant(bool(tree.missing_go_to_left[node]), "boolean")
                test = apply("if", apply("isMissing", operand), goes_left, test)
            built[node] = apply("if", test, built.pop(left), built.pop(right))
        return built[0]

    if lacking:
        return Derived(name, sources, expression, "integer", "categorical", missing=False)
    return Derived(name, sources, expression, "integer", "categorical", guarded=True)


def _largest_float(threshold: float) -> float:
    """Return the largest float32 that is not above the threshold."""
    with np.errstate(over="ignore"):
        rounded = np.float32(threshold)
    if float(rounded) > threshold:
        rounded = np.nextafter(rounded, np.float32(-np.inf))
    return float(rounded)

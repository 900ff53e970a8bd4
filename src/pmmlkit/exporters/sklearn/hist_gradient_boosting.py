"""sklearn.ensemble: HistGradientBoosting, with its missing values and categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.forest import Forest
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.compose import column_transformer
from pmmlkit.exporters.tree_reader import TreeReader
from pmmlkit.exporters.tree_sums import classified, scores_of, sum_of_trees

__all__ = ["hist_gradient_boosting", "hist_gradient_boosting_decides"]

CODES = 256
"""Codes of categories are below this."""


@converts(
    "sklearn.ensemble.HistGradientBoostingClassifier",
    "sklearn.ensemble.HistGradientBoostingRegressor",
)
def hist_gradient_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the sum of the iterations, with the link behind it that the loss has."""
    sums = _sums(estimator, features, context)
    if context.target.classes:
        return classified(context, scores_of(sums))
    if _has_log_link(estimator):
        return finals.numbered(context, scores_of(sums)[0], normalization="exp")
    return sums[0]


@decides("sklearn.ensemble.HistGradientBoostingClassifier")
def hist_gradient_boosting_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the sums."""
    return scores_of(_sums(estimator, features, context))


def _sums(estimator: Any, features: Sequence[Feature], context: Context) -> list[Draft]:
    """Return the sum of the iterations for each group of trees; the leaves of the first hold the
    baseline as well, as in scikit-learn's sums.
    """
    uniform(features, estimator.n_features_in_, estimator)
    columns = _preprocessed(estimator, features, context)
    # no public attribute holds the trees, the baseline and the categories
    baseline = np.ravel(estimator._baseline_prediction).astype(np.float64)
    sums = []
    for group, start in enumerate(baseline.tolist()):
        members = [stage[group] for stage in estimator._predictors]
        forest, categorical = _forest(estimator, members)
        reader = TreeReader(forest, columns, "double", categorical)
        values = [member.nodes["value"].astype(np.float64) for member in members]
        values[0] = start + values[0]
        sums.append(sum_of_trees(reader, values, accepts_missing=True))
    return sums


def _has_log_link(estimator: Any) -> bool:
    loss = estimator.loss
    if not isinstance(loss, str):
        raise ExportError(
            f"{type(estimator).__name__} has a loss of its own ({type(loss).__name__}): its link "
            "is not known"
        )
    return loss in ("poisson", "gamma")


def _preprocessed(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Sequence[Feature]:
    """Return the columns as the trees see them: the encoded categories first."""
    preprocessor = getattr(estimator, "_preprocessor", None)
    if preprocessor is None:
        return features
    plain = _without_checks(preprocessor)
    return column_transformer(plain, features, context)


def _without_checks(preprocessor: Any) -> Any:
    """Return the preprocessor with its function that only checks numbers passed through instead."""
    from copy import copy

    made = copy(preprocessor)
    made.transformers_ = [
        (name, "passthrough" if name == "numerical" else part, columns)
        for name, part, columns in preprocessor.transformers_
    ]
    return made


def _forest(estimator: Any, members: Sequence[Any]) -> tuple[Forest, frozenset[int]]:
    trees = [member.nodes for member in members]
    forest = Forest.of(
        [
            (
                np.where(nodes["is_leaf"], -1, nodes["left"].astype(np.int64)),
                np.where(nodes["is_leaf"], -1, nodes["right"].astype(np.int64)),
                nodes["feature_idx"].astype(np.int64),
                nodes["num_threshold"],
                nodes["missing_go_to_left"],
            )
            for nodes in trees
        ]
    )
    known, position = estimator._bin_mapper.make_known_categories_bitsets()
    left_codes: dict[int, Callable[[float], bool]] = {}
    categorical: set[int] = set()
    for start, member in zip(forest.start[:-1].tolist(), members, strict=True):
        nodes = member.nodes
        for node in np.flatnonzero(
            nodes["is_categorical"] & ~nodes["is_leaf"].astype(bool)
        ).tolist():
            feature = int(nodes["feature_idx"][node])
            categorical.add(feature)
            left_codes[start + node] = _code_test(
                _bits(member.raw_left_cat_bitsets[nodes["bitset_idx"][node]]),
                _bits(known[position[feature]]),
                bool(nodes["missing_go_to_left"][node]),
            )
    return replace(forest, left_codes=left_codes), frozenset(categorical)


def _bits(words: Any) -> frozenset[int]:
    bits = np.unpackbits(np.asarray(words, "<u4").view(np.uint8), bitorder="little")
    return frozenset(np.flatnonzero(bits).tolist())


def _code_test(
    left: frozenset[int], known: frozenset[int], missing_left: bool
) -> Callable[[float], bool]:
    """Return where a code goes; those that training did not see go where missing values go."""

    def goes_left(code: float) -> bool:
        if code < 0:
            return missing_left
        number = int(code) % CODES
        return number in left or (missing_left and number not in known)

    return goes_left

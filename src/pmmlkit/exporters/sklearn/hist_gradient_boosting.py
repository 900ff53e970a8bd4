"""sklearn.ensemble: HistGradientBoosting, with its missing values and categories."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.forest import Forest, Leaves
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.segments import linked, raw_output, segmented
from pmmlkit.exporters.sklearn.compose import column_transformer
from pmmlkit.exporters.sklearn.gradient_boosting import boosted
from pmmlkit.exporters.sklearn.tree import TreeReader, tree_models
from pmmlkit.language.models.mining import MiningModel

__all__ = ["hist_gradient_boosting"]

CODES = 256
"""Codes of categories are below this."""


@converts(
    "sklearn.ensemble.HistGradientBoostingClassifier",
    "sklearn.ensemble.HistGradientBoostingRegressor",
)
def hist_gradient_boosting(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert the iterations; the leaves of the first hold the baseline as well, as in scikit-
    learn's sums.
    """
    uniform(features, estimator.n_features_in_, estimator)
    columns = _preprocessed(estimator, features, context)
    # no public attribute holds the trees, the baseline and the categories
    iterations = estimator._predictors
    groups = len(iterations[0]) if iterations else 1
    members = [stage[group] for group in range(groups) for stage in iterations]
    forest, categorical = _forest(estimator, members)
    reader = TreeReader(forest, columns, "double", categorical)
    values = [member.nodes["value"].astype(np.float64) for member in members]
    baseline = np.ravel(estimator._baseline_prediction).astype(np.float64)
    for group in range(groups):
        first = group * len(iterations)
        values[first] = baseline[group] + values[first]
    leaves = Leaves(values=np.concatenate(values))

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        tables = reader.tables(fields, leaves, accepts_missing=True)
        models = tree_models(frame.inner(), reader, fields, tables)
        target = frame.target
        if target is not None and target.classes:
            link = ("softmax" if groups > 1 else "logit", 1.0)
            return boosted(frame, fields, fields, models, groups, link)
        if _has_log_link(estimator):
            name = frame.builder.unique("decisionFunction")
            total = segmented("sum", models, frame.inner().parts(fields, raw_output(name)))
            return linked(frame, fields, [total], [name], "exp")
        return segmented("sum", models, frame.parts(fields))

    return Draft(reader.reads, build)


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

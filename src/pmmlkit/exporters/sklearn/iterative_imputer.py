"""sklearn.impute.IterativeImputer: the other columns predict what is missing, in rounds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    Derived,
    Feature,
    Replaced,
    as_number,
    is_missing_value,
    may_be_missing,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import imputation_limits, is_linear, lacks_values
from pmmlkit.language.scope import Compiled

__all__ = ["iterative_imputer", "marked_missing"]


@converts("sklearn.impute.IterativeImputer")
def iterative_imputer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert the rounds, one after the other, and the indicators behind them."""
    uniform(features, estimator.n_features_in_, estimator)
    if estimator.sample_posterior:
        raise ExportError(
            "IterativeImputer(sample_posterior=True) draws what it imputes at random, which PMML "
            "cannot state"
        )
    marked = [marked_missing(feature, estimator.missing_values) for feature in features]
    started = context.transform(
        estimator.initial_imputer_, features, "initial imputer of IterativeImputer"
    )
    empty = lacks_values(estimator).tolist()
    kept = marked
    if not estimator.keep_empty_features:
        kept = [feature for feature, lacking in zip(marked, empty, strict=True) if not lacking]
        empty = [False] * len(kept)
    filled = list(started)
    if estimator.n_iter_ > 0:
        filled = _rounds(estimator, kept, started, empty, context)
    if estimator.add_indicator:
        filled += context.transform(estimator.indicator_, features, "indicator of IterativeImputer")
    return filled


def marked_missing(feature: Feature, marker: Any) -> Feature:
    """Return the feature as a number that is missing where it is, or where it equals the marker."""
    if is_missing_value(marker):
        return as_number(feature)
    return Replaced(as_number(feature), math.nan, plain(marker))


def _rounds(
    estimator: Any,
    given: Sequence[Feature],
    started: Sequence[Feature],
    empty: Sequence[bool],
    context: Context,
) -> list[Feature]:
    current = [as_number(feature) for feature in started]
    lowest, highest = imputation_limits(estimator)
    for number, step in enumerate(estimator.imputation_sequence_, 1):
        at = int(step.feat_idx)
        if empty[at] or not may_be_missing(given[at]):
            continue
        others = [current[other] for other in np.ravel(step.neighbor_feat_idx).tolist()]
        predicted = _predicted(step.estimator, others, number, context)
        current[at] = _imputed(given[at], predicted, float(lowest[at]), float(highest[at]))
    return current


def _predicted(regressor: Any, others: Sequence[Feature], number: int, context: Context) -> Feature:
    if is_linear(regressor):
        # as an expression: so that a document without a model can hold it
        return combination(
            f"prediction{number}", others, np.ravel(regressor.coef_), float(regressor.intercept_)
        )
    return context.predicted(regressor, others, f"imputation {number} of IterativeImputer")


def _imputed(feature: Feature, predicted: Feature, low: float, high: float) -> Feature:
    def expression(x: Compiled, prediction: Compiled) -> Compiled:
        if low > -math.inf:
            prediction = apply("max", prediction, constant(low))
        if high < math.inf:
            prediction = apply("min", prediction, constant(high))
        return apply("if", apply("isMissing", x), prediction, x)

    return Derived(f"impute({name_of(feature)})", (feature, predicted), expression, missing=False)

"""All training rows within a radius, each asked by an expression: RadiusNeighborsClassifier,
RadiusNeighborsRegressor, RadiusNeighborsTransformer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context, several
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, uniform
from pmmlkit.exporters.finals import by_shares, numbered
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.point_sums import PointFunction, point_sum, point_values
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import training_outcomes, training_rows
from pmmlkit.exporters.sklearn.neighbors.comparison import Comparison, comparison_of
from pmmlkit.exporters.sklearn.neighbors.k_neighbors import indicators, weighs
from pmmlkit.exporters.sklearn.neighbors.nearest import TINY
from pmmlkit.language.scope import Compiled

__all__ = [
    "radius_neighbors_classifier",
    "radius_neighbors_regressor",
    "radius_neighbors_transformer",
]

Doubles = npt.NDArray[np.float64]


def _within(comparison: Comparison, radius: float, says: str) -> PointFunction:
    """Return a function of the distance that is 0 outside the radius: 1, the distance, or 1 /
    distance (`says` which).
    """

    def formula(ours: Sequence[Compiled], theirs: Sequence[Compiled]) -> Compiled:
        distance = comparison.distance(ours, theirs)
        inside = apply("lessOrEqual", distance, constant(radius))
        value = {
            "uniform": constant(1.0),
            "itself": distance,
            "distance": apply("/", constant(1.0), apply("+", distance, constant(TINY))),
        }[says]
        return apply("if", inside, value, constant(0.0))

    text = f"{comparison.name} {radius!r} {says}"
    return PointFunction("within", text, len(comparison.features), formula)


def _weights(estimator: Any, comparison: Comparison) -> PointFunction:
    says = "distance" if weighs(estimator) else "uniform"
    return _within(comparison, float(estimator.radius), says)


def _sums(
    comparison: Comparison, outcomes: Doubles, function: PointFunction, names: Sequence[str]
) -> list[Feature]:
    return [
        point_sum(name, comparison.features, comparison.points, column, function)
        for name, column in zip(names, outcomes.T, strict=True)
    ]


@converts("sklearn.neighbors.RadiusNeighborsRegressor")
def radius_neighbors_regressor(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the mean of the rows within the radius, missing where there is none."""
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    outcomes = np.asarray(training_outcomes(estimator), np.float64)
    outcomes = outcomes.reshape(len(comparison.points), -1)
    function = _weights(estimator, comparison)
    width = outcomes.shape[1]
    names = [f"sum({number})" for number in range(1, width + 1)]
    sums = _sums(comparison, outcomes, function, names)
    (total,) = _sums(comparison, np.ones((len(outcomes), 1)), function, ["neighbors"])

    def mean(value: Compiled, count: Compiled) -> Compiled:
        some = apply("greaterThan", count, constant(0.0))
        return apply("if", some, apply("/", value, count))

    return several(
        context,
        lambda at, inner: numbered(
            inner, Derived(f"mean({at + 1})", (sums[at], total), mean, guarded=True, missing=True)
        ),
        width,
    )


@converts("sklearn.neighbors.RadiusNeighborsClassifier")
def radius_neighbors_classifier(
    estimator: Any, features: Sequence[Feature], context: Context
) -> Draft | Several:
    """Convert to the shares of the classes within the radius; where there is no row, to the label
    for outliers, and to no result if there is none.
    """
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    function = _weights(estimator, comparison)
    tables = indicators(estimator)

    def draft(at: int, inner: Context) -> Draft:
        names = [f"votes({at + 1}, {label})" for label in inner.target.labels]
        votes = _sums(comparison, tables[at], function, names)
        fallback = _outlier_class(estimator, at)
        if fallback is not None:
            votes = [_or_outlier(votes, own, own == fallback) for own in range(len(votes))]
        return by_shares(inner, votes)

    return several(context, draft)


def _outlier_class(estimator: Any, at: int) -> int | None:
    """Return the position of the class that outliers have in a target."""
    if estimator.outlier_label_ is None:
        return None
    label = estimator.outlier_label_[at]
    classes = estimator.classes_[at] if estimator.outputs_2d_ else estimator.classes_
    found = np.flatnonzero(np.asarray(classes) == label)
    if len(found) != 1:
        raise ExportError(
            f"RadiusNeighborsClassifier predicts {label!r} for rows without neighbours, with "
            "probabilities that are all 0: a classification of PMML has probabilities that sum to "
            "1; use one of the classes as outlier_label"
        )
    return int(found[0])


def _or_outlier(votes: Sequence[Feature], own: int, is_fallback: bool) -> Feature:
    """Return the votes of a class; where no class has any, 1 for the class of outliers."""

    def expression(*operands: Compiled) -> Compiled:
        none = apply("lessOrEqual", apply("max", *operands), constant(0.0))
        return apply("if", none, constant(1.0 if is_fallback else 0.0), operands[own])

    return Derived(f"votesOr({own + 1})", tuple(votes), expression, guarded=True)


@converts("sklearn.neighbors.RadiusNeighborsTransformer")
def radius_neighbors_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to a column for each training row: its distance, or 1, within the radius, else 0."""
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    says = "itself" if estimator.mode == "distance" else "uniform"
    function = _within(comparison, float(estimator.radius), says)
    return point_values("neighbor", comparison.features, comparison.points, function)

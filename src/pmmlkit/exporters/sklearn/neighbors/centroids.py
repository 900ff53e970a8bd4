"""NearestCentroid, and the transform of NeighborhoodComponentsAnalysis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, uniform
from pmmlkit.exporters.finals import by_largest, softmax_of_logarithms
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.neighbors.comparison import compared
from pmmlkit.language.scope import Compiled

__all__ = ["nearest_centroid", "neighborhood_components_analysis"]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.neighbors.NearestCentroid")
def nearest_centroid(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the class of the nearest centroid, or the likeliest one where the priors differ.

    The probabilities are of scaled distances, the label is not: so they may disagree.
    """
    uniform(features, estimator.n_features_in_, estimator)
    has_shares = estimator.metric == "euclidean"
    scores = _discriminants(estimator, features)
    priors = getattr(estimator, "class_prior_", None)
    even = priors is None or np.isclose(priors, 1.0 / len(estimator.classes_)).all()
    if not even:
        if has_shares:
            return softmax_of_logarithms(context, scores)
        return by_largest(context, scores, output=None)
    draft = by_largest(context, _nearness(estimator, features), output=None)
    if not has_shares:
        return draft
    labels = context.target.labels
    outputs = tuple(
        (f"probability({label})", _share(scores, at)) for at, label in enumerate(labels)
    )
    return replace(draft, outputs=outputs)


def _share(scores: Sequence[Feature], at: int) -> Feature:
    """Return the share of a score under softmax."""

    def expression(*operands: Compiled) -> Compiled:
        terms = [apply("exp", apply("-", operand, operands[at])) for operand in operands]
        return apply("/", constant(1.0), sum_of(terms))

    return Derived(f"share({at + 1})", tuple(scores), expression, guarded=True)


@decides("sklearn.neighbors.NearestCentroid")
def centroid_scores(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Return the discriminants; of two classes the second less the first."""
    if estimator.metric != "euclidean":
        raise ExportError("NearestCentroid has a decision_function with euclidean distances only")
    scores = _discriminants(estimator, features)
    return [combination("decision", scores, [-1.0, 1.0])] if len(scores) == 2 else scores


def _nearness(estimator: Any, features: Sequence[Feature]) -> list[Feature]:
    width, count = estimator.n_features_in_, len(estimator.centroids_)
    return _distances(estimator, features, np.ones(width), np.zeros(count))


def _discriminants(estimator: Any, features: Sequence[Feature]) -> list[Feature]:
    """Return the negative squared distance from each centroid, every column divided by its
    deviation within the classes, plus twice the logarithm of the prior.
    """
    deviations = np.array(estimator.within_class_std_dev_, np.float64).ravel()
    deviations[deviations == 0.0] = 1.0
    with np.errstate(divide="ignore"):
        priors = 2.0 * np.log(np.asarray(estimator.class_prior_, np.float64))
    return _distances(estimator, features, deviations, priors)


def _distances(
    estimator: Any, features: Sequence[Feature], deviations: Doubles, intercepts: Doubles
) -> list[Feature]:
    """Return the intercept less the squared distance from each centroid."""
    comparison = compared(estimator, estimator.metric, {}, features, estimator.centroids_)

    def score(at: int, centroid: list[float]) -> Feature:
        def expression(*operands: Compiled) -> Compiled:
            ours = [
                operand if deviation == 1.0 else apply("/", operand, constant(deviation))
                for operand, deviation in zip(operands, deviations.tolist(), strict=True)
            ]
            theirs = [constant(number) for number in centroid]
            distance = comparison.distance(ours, theirs)
            return apply("-", constant(float(intercepts[at])), squared(distance))

        return Derived(f"discriminant({at + 1})", comparison.features, expression)

    centroids = np.asarray(estimator.centroids_, np.float64) / deviations
    return [score(at, centroid) for at, centroid in enumerate(centroids.tolist())]


@converts("sklearn.neighbors.NeighborhoodComponentsAnalysis")
def neighborhood_components_analysis(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to weighted sums."""
    uniform(features, estimator.n_features_in_, estimator)
    return [
        combination(f"component{number}", features, row)
        for number, row in enumerate(estimator.components_, 1)
    ]

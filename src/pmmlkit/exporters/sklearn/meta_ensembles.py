"""sklearn.ensemble: voting, bagging, stacking and AdaBoost of any estimators."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import ConstantFeature, Feature, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.response import responses
from pmmlkit.exporters.voting import averaged, by_votes, mean_of, votes_for

__all__ = ["ada_boost_classifier", "bagging_classifier", "stacking", "voting_classifier"]


@converts("sklearn.ensemble.VotingClassifier")
def voting_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: soft to the average of the probabilities, hard to the class with the most votes."""
    weights = _weights(estimator)
    named = list(zip(_kept(estimator), estimator.estimators_, strict=True))
    if estimator.voting == "soft":
        drafts = [
            context.draft(part, features, f"part {name!r} of VotingClassifier")
            for name, part in named
        ]
        return averaged(context, drafts, weights)
    labels = [
        context.label(part, features, f"part {name!r} of VotingClassifier") for name, part in named
    ]
    return by_votes(context, labels, weights)


@converts("sklearn.ensemble.VotingRegressor")
def voting_regressor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average."""
    drafts = [
        context.draft(part, features, f"part {name!r} of VotingRegressor")
        for name, part in zip(_kept(estimator), estimator.estimators_, strict=True)
    ]
    return averaged(context, drafts, _weights(estimator))


def _kept(estimator: Any) -> list[str]:
    return [name for name, part in estimator.estimators if part != "drop"]


def _weights(estimator: Any) -> list[float] | None:
    if estimator.weights is None:
        return None
    pairs = zip(estimator.weights, estimator.estimators, strict=True)
    return [float(weight) for weight, (_, part) in pairs if part != "drop"]


@converts("sklearn.ensemble.BaggingRegressor")
def bagging_regressor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average, each member over its own columns."""
    uniform(features, estimator.n_features_in_, estimator)
    drafts = [
        context.draft(
            part, [features[at] for at in columns], f"member {number} of BaggingRegressor"
        )
        for number, (part, columns) in enumerate(_members(estimator), 1)
    ]
    return averaged(context, drafts)


def _members(estimator: Any) -> list[tuple[Any, list[int]]]:
    columns = [list(map(int, own)) for own in estimator.estimators_features_]
    return list(zip(estimator.estimators_, columns, strict=True))


@converts("sklearn.ensemble.BaggingClassifier")
def bagging_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the average of the probabilities, or to the shares of the votes where members have
    none.
    """
    uniform(features, estimator.n_features_in_, estimator)
    count = len(context.target.classes)
    members = _members(estimator)
    places = [f"member {number} of BaggingClassifier" for number in range(1, len(members) + 1)]
    chosen = [[features[at] for at in columns] for _, columns in members]
    parts = [part for part, _ in members]
    if all(hasattr(part, "predict_proba") and len(part.classes_) == count for part in parts):
        return averaged(
            context, [context.draft(*it) for it in zip(parts, chosen, places, strict=True)]
        )
    shares = [
        _shares(context, part, own, place, count)
        for part, own, place in zip(parts, chosen, places, strict=True)
    ]
    means = [
        mean_of(f"share({label})", [own[at] for own in shares])
        for at, label in enumerate(context.target.labels)
    ]
    return finals.by_shares(context, means)


@decides("sklearn.ensemble.BaggingClassifier")
def bagging_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the mean of the decisions of the members."""
    uniform(features, estimator.n_features_in_, estimator)
    found = [
        context.decisions(part, [features[at] for at in columns], f"member {number} of Bagging")
        for number, (part, columns) in enumerate(_members(estimator), 1)
    ]
    if len({len(scores) for scores in found}) > 1:
        raise ExportError(
            "the members of BaggingClassifier know different classes: scikit-learn cannot add up "
            "their decisions"
        )
    return [
        mean_of(f"decision({at})", list(scores))
        for at, scores in enumerate(zip(*found, strict=True), 1)
    ]


def _shares(
    context: Context, part: Any, features: Sequence[Feature], place: str, count: int
) -> list[Feature]:
    """Return what a member gives each class: its probability, or its vote.

    Members are trained on the numbers of the classes, of which they may have seen some only.
    """
    known = [int(label) for label in part.classes_]
    if hasattr(part, "predict_proba"):
        shares = context.probabilities(part, features, place)
    elif len(known) == count:
        shares = votes_for([context.label(part, features, place)], context.target.classes)
    else:
        shares = votes_for([context.predicted(part, features, place)], known)
    found: list[Feature] = [ConstantFeature(0.0)] * count
    for at, share in zip(known, shares, strict=True):
        found[at] = share
    return found


@converts("sklearn.ensemble.StackingClassifier", "sklearn.ensemble.StackingRegressor")
def stacking(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a chain: the final estimator reads what the others predict, and the columns
    themselves where they pass through.
    """
    read = _stacked(estimator, features, context)
    place = f"final_estimator of {type(estimator).__name__}"
    return context.draft(estimator.final_estimator_, read, place)


@decides("sklearn.ensemble.StackingClassifier")
def stacking_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decisions of the final estimator."""
    read = _stacked(estimator, features, context)
    place = "final_estimator of StackingClassifier"
    return context.decisions(estimator.final_estimator_, read, place)


def _stacked(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    kind = type(estimator).__name__
    read: list[Feature] = []
    for name, part, method in zip(
        _kept(estimator), estimator.estimators_, estimator.stack_method_, strict=True
    ):
        found = responses(context, part, features, f"part {name!r} of {kind}", method)
        is_pair = method == "predict_proba" and len(found) == 2
        read += found[1:] if is_pair else found
    return [*read, *features] if estimator.passthrough else read


@decides("sklearn.ensemble.AdaBoostClassifier")
def ada_boost_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the weighted votes: what the voters of a class weigh, less a share of the others."""
    uniform(features, estimator.n_features_in_, estimator)
    classes = context.target.classes
    members = estimator.estimators_
    weights = np.asarray(estimator.estimator_weights_[: len(members)], np.float64)
    weights = weights / np.sum(estimator.estimator_weights_)
    labels = [
        context.label(part, features, f"member {number} of AdaBoostClassifier")
        for number, part in enumerate(members, 1)
    ]
    votes = votes_for(labels, classes, weights, -weights / (len(classes) - 1))
    if len(classes) > 2:
        return votes
    return [combination("decision", votes, [-1.0, 1.0])]


@converts("sklearn.ensemble.AdaBoostClassifier")
def ada_boost_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the weighted votes behind the softmax that scikit-learn puts there."""
    scores = ada_boost_decisions(estimator, features, context)
    if len(scores) == 1:
        return finals.by_logit(context, scores[0])
    factor = 1.0 / (len(scores) - 1)
    scaled = [combination("scaled", [score], [factor]) for score in scores]
    return finals.by_softmax(context, scaled)


@converts("sklearn.ensemble.AdaBoostRegressor")
def ada_boost_regressor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the weighted median."""
    uniform(features, estimator.n_features_in_, estimator)
    members = estimator.estimators_
    drafts = [
        context.draft(part, features, f"member {number} of AdaBoostRegressor")
        for number, part in enumerate(members, 1)
    ]
    weights = estimator.estimator_weights_[: len(members)].tolist()
    return averaged(context, drafts, weights, "median")

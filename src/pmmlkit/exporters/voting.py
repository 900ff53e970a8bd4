"""Several models that decide together: averages of what they predict, and votes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context, shares_of
from pmmlkit.exporters.features import Category, Feature, Lookup, name_of
from pmmlkit.exporters.fields import BoundField
from pmmlkit.exporters.frame import Draft, Frame
from pmmlkit.exporters.segments import segmented
from pmmlkit.language.models.mining import MiningModel

__all__ = ["averaged", "by_votes", "mean_of", "votes_for"]


def averaged(
    context: Context,
    drafts: Sequence[Draft],
    weights: Sequence[float] | None = None,
    method: str = "average",
) -> Draft:
    """Return the average of what the models predict: numbers, or the probabilities of the classes
    of the whole. `weights`: one for each model; `method` is named with ``weighted`` then.
    """
    target = context.target
    if target.classes and any(draft.outputs or not draft.has_shares for draft in drafts):
        # segments have no probabilities but those that the label is predicted by
        tables = [shares_of(draft, target, f"model{at}") for at, draft in enumerate(drafts, 1)]
        factors = np.ones(len(drafts)) if weights is None else np.asarray(weights, np.float64)
        means = [
            combination(f"mean({label})", column, factors / factors.sum())
            for label, column in zip(target.labels, zip(*tables, strict=True), strict=True)
        ]
        return finals.by_shares(context, means)
    reads = tuple(feature for draft in drafts for feature in draft.reads)
    ends = np.cumsum([len(draft.reads) for draft in drafts]).tolist()

    def build(frame: Frame, fields: tuple[BoundField, ...]) -> MiningModel:
        models = [
            draft.build(frame.inner(frame.target), fields[end - len(draft.reads) : end])
            for draft, end in zip(drafts, ends, strict=True)
        ]
        name = method if weights is None else f"weighted{method.capitalize()}"
        return segmented(name, models, frame.parts(fields), weights)

    return Draft(reads, build)


def mean_of(name: str, features: Sequence[Feature]) -> Feature:
    """Return the mean of features."""
    share = 1.0 / len(features)
    return combination(name, features, np.full(len(features), share))


def votes_for(
    labels: Sequence[Feature],
    categories: Sequence[Category],
    weights: npt.ArrayLike | None = None,
    against: npt.ArrayLike | None = None,
) -> list[Feature]:
    """Return the votes for each category: the weights (models,) of the models that predict it, plus
    those `against` it of all others.
    """
    count = len(labels)
    given = np.ones(count) if weights is None else np.asarray(weights, np.float64)
    other = np.zeros(count) if against is None else np.asarray(against, np.float64)
    return [
        combination(
            f"votes({category})",
            [
                Lookup(f"{name_of(label)}={category}", label, ((category, own),), np.nan, rest)
                for label, own, rest in zip(labels, given.tolist(), other.tolist(), strict=True)
            ],
            np.ones(count),
        )
        for category in categories
    ]


def by_votes(
    context: Context, labels: Sequence[Feature], weights: npt.ArrayLike | None = None
) -> Draft:
    """Return the class with the most votes, the first of equal ones, as no method of PMML does."""
    votes = votes_for(labels, context.target.classes, weights)
    return finals.by_largest(context, votes, output=None)

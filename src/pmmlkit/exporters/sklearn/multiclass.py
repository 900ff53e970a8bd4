"""sklearn.multiclass: classifications made of several of two classes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations
from typing import Any, Final, NamedTuple

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, Lookup, Predicted, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.response import binary_score, has_decision
from pmmlkit.language.scope import Compiled

__all__ = ["Duel", "one_against_one", "one_against_rest", "output_code", "votes_of_pairs"]


OTHERWISE: Final = ("FixedThresholdClassifier", "NearestCentroid", "TunedThresholdClassifierCV")
"""Classifiers that predict by something else than their decision function."""


def _scores(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[tuple[Feature, float]]:
    kind = type(estimator).__name__
    uniform(features, estimator.n_features_in_, estimator)
    return [
        binary_score(context, part, features, f"estimator {number} of {kind}")
        for number, part in enumerate(estimator.estimators_, 1)
    ]


@decides("sklearn.multiclass.OneVsRestClassifier")
def one_against_rest_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decisions of the classifiers."""
    return [score for score, _ in _scores(estimator, features, context)]


@converts("sklearn.multiclass.OneVsRestClassifier")
def one_against_rest(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: with probabilities, divided by their sum, where the classifiers have them. Of equals
    the first class counts, as in scikit-learn from 1.8 on; 1.7 takes the last.
    """
    if estimator.multilabel_:
        raise ExportError(
            "OneVsRestClassifier was fitted on several labels at once: use MultiOutputClassifier"
        )
    parts = estimator.estimators_
    if not hasattr(estimator, "predict_proba"):
        return _by_decisions(estimator, features, context)
    shares = [
        _share(context, part, features, f"estimator {number} of OneVsRestClassifier")
        for number, part in enumerate(parts, 1)
    ]
    if len(shares) == 1:
        shares.insert(0, combination("rest", shares, [-1.0], 1.0))
    if not any(_decides_otherwise(part) for part in parts):
        return finals.by_shares(context, shares)
    total = combination("total", shares, [1.0] * len(shares))
    outputs = tuple(
        (f"probability({label})", Derived(f"share({label})", (share, total), _quotient))
        for label, share in zip(context.target.labels, shares, strict=True)
    )
    return replace(_by_decisions(estimator, features, context), outputs=outputs)


def _quotient(share: Compiled, total: Compiled) -> Compiled:
    return apply("/", share, total)


def _decides_otherwise(part: Any) -> bool:
    """Tell whether the decisions of a classifier, by which scikit-learn chooses, are in another
    order than its probabilities: means of decisions, beside shares of votes or means of shares.
    """
    final = _final(part)
    kinds = {kind.__name__ for kind in type(final).__mro__}
    return "BaggingClassifier" in kinds and has_decision(final)


def _final(part: Any) -> Any:
    """Return what decides at last in pipelines, searches and stacks."""
    while True:
        if hasattr(part, "steps"):
            part = part.steps[-1][1]
        elif hasattr(part, "best_estimator_") or hasattr(part, "final_estimator_"):
            part = getattr(part, "best_estimator_", getattr(part, "final_estimator_", None))
        else:
            return part


def _by_decisions(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    scores = _scores(estimator, features, context)
    if len(scores) == 1:
        score, threshold = scores[0]
        output = None if threshold else finals.DECISION
        return finals.by_sign(context, score, threshold=threshold, output=output)
    return finals.by_largest(context, [score for score, _ in scores])


def _share(context: Context, part: Any, features: Sequence[Feature], place: str) -> Feature:
    if type(part).__name__ == "_ConstantPredictor":
        return ConstantFeature(float(np.ravel(part.y_)[0]))
    return context.probabilities(part, features, place)[1]


@decides("sklearn.multiclass.OneVsOneClassifier")
def one_against_one_decisions(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the votes of the pairs, between which the sums of their scores decide."""
    if estimator.pairwise_indices_ is not None:
        raise ExportError(
            "OneVsOneClassifier of a precomputed kernel reads similarities to training rows, which "
            "a row to be scored does not hold"
        )
    duels = [
        Duel(score, *_vote(context, part, features, number) or (score, threshold))
        for number, (part, (score, threshold)) in enumerate(
            zip(estimator.estimators_, _scores(estimator, features, context), strict=True), 1
        )
    ]
    found = votes_of_pairs(duels, len(context.target.classes))
    return found[1:] if len(found) == 2 else found


def _vote(
    context: Context, part: Any, features: Sequence[Feature], number: int
) -> tuple[Feature, float] | None:
    """Return what a classifier of 0 and 1 predicts, with a threshold, where that is not the sign of
    its decision, nor the more probable one; else None.
    """
    if type(_final(part)).__name__ not in OTHERWISE and not _decides_otherwise(part):
        return None
    label = context.label(part, features, f"estimator {number} of OneVsOneClassifier")
    assert isinstance(label, Predicted)
    assert label.target is not None
    second = label.target.classes[1]
    return Lookup(f"second({number})", label, ((second, 1.0),), math.nan, 0.0), 0.5


class Duel(NamedTuple):
    """One class against another: the second wins where `compared` is above the threshold; of
    classes with equally many votes the sums of their scores decide.
    """

    score: Feature
    compared: Feature
    threshold: float


def votes_of_pairs(duels: Sequence[Duel], count: int) -> list[Feature]:
    """Return the votes of each of `count` classes, given a duel of each pair in order, and between
    them what `sklearn.utils.multiclass._ovr_decision_function` makes of the sums of scores.
    """
    pairs = list(combinations(range(count), 2))
    return [_votes(duels, pairs, at) for at in range(count)]


def _votes(duels: Sequence[Duel], pairs: Sequence[tuple[int, int]], at: int) -> Feature:
    chosen = [(duel, pair[1] == at) for duel, pair in zip(duels, pairs, strict=True) if at in pair]
    sources = [duel.score for duel, _ in chosen]
    sources += [duel.compared for duel, _ in chosen if duel.compared is not duel.score]

    def expression(*operands: Compiled) -> Compiled:
        others = iter(operands[len(chosen) :])
        signed, votes = [], []
        for operand, (duel, is_second) in zip(operands, chosen, strict=False):
            signed.append(operand if is_second else apply("*", constant(-1.0), operand))
            compared = operand if duel.compared is duel.score else next(others)
            above = apply("greaterThan", compared, constant(duel.threshold))
            vote = (constant(1.0), constant(0.0))
            votes.append(apply("if", above, *(vote if is_second else vote[::-1])))
        total = sum_of(signed)
        size = apply("+", apply("abs", total), constant(1.0))
        nudge = apply("/", total, apply("*", constant(3.0), size))
        return apply("+", sum_of(votes), nudge)

    return Derived(f"votes({at + 1})", tuple(sources), expression, guarded=True)


@converts("sklearn.multiclass.OneVsOneClassifier")
def one_against_one(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the class with the most votes."""
    scores = one_against_one_decisions(estimator, features, context)
    if len(scores) > 1:
        return finals.by_largest(context, scores)
    # of two classes scikit-learn compares the votes with the threshold of the classifier
    threshold = 0.0 if hasattr(estimator.estimators_[0], "decision_function") else 0.5
    return finals.by_sign(context, scores[0], threshold=threshold)


@converts("sklearn.multiclass.OutputCodeClassifier")
def output_code(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the class whose code is nearest to the scores."""
    scores = tuple(score for score, _ in _scores(estimator, features, context))
    near = [_nearness(scores, code.tolist(), at) for at, code in enumerate(estimator.code_book_)]
    return finals.by_largest(context, near, output=None)


def _nearness(scores: tuple[Feature, ...], code: Sequence[float], at: int) -> Feature:
    def expression(*operands: Compiled) -> Compiled:
        squares = []
        for operand, value in zip(operands, code, strict=True):
            gap = apply("-", operand, constant(float(value)))
            squares.append(apply("*", gap, gap))
        return apply("*", constant(-1.0), sum_of(squares))

    return Derived(f"nearness({at + 1})", scores, expression)

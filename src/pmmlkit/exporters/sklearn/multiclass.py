"""sklearn.multiclass: classifications made of several of two classes."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.response import binary_score
from pmmlkit.language.scope import Compiled

__all__ = ["one_against_one", "one_against_rest", "output_code"]


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
        scores = _scores(estimator, features, context)
        if len(scores) == 1:
            score, threshold = scores[0]
            output = None if threshold else finals.DECISION
            return finals.by_sign(context, score, threshold=threshold, output=output)
        return finals.by_largest(context, [score for score, _ in scores])
    shares = [
        _share(context, part, features, f"estimator {number} of OneVsRestClassifier")
        for number, part in enumerate(parts, 1)
    ]
    if len(shares) == 1:
        shares.insert(0, combination("rest", shares, [-1.0], 1.0))
    return finals.by_shares(context, shares)


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
    scores = _scores(estimator, features, context)
    count = len(context.target.classes)
    pairs = list(combinations(range(count), 2))
    found = [_votes(scores, pairs, at) for at in range(count)]
    return found[1:] if count == 2 else found


def _votes(
    scores: Sequence[tuple[Feature, float]], pairs: Sequence[tuple[int, int]], at: int
) -> Feature:
    chosen = [
        (score, threshold, pair[1] == at)
        for (score, threshold), pair in zip(scores, pairs, strict=True)
        if at in pair
    ]

    def expression(*operands: Compiled) -> Compiled:
        signed, votes = [], []
        for operand, (_, threshold, is_second) in zip(operands, chosen, strict=True):
            signed.append(operand if is_second else apply("*", constant(-1.0), operand))
            above = apply("greaterThan", operand, constant(threshold))
            vote = (constant(1.0), constant(0.0))
            votes.append(apply("if", above, *(vote if is_second else vote[::-1])))
        total = sum_of(signed)
        size = apply("+", apply("abs", total), constant(1.0))
        nudge = apply("/", total, apply("*", constant(3.0), size))
        return apply("+", sum_of(votes), nudge)

    sources = tuple(score for score, _, _ in chosen)
    return Derived(f"votes({at + 1})", sources, expression, guarded=True)


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

"""sklearn.calibration: classifiers whose scores are made into probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import ConstantFeature, Derived, Feature, elementwise, name_of
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.isotonic import isotonic_curve
from pmmlkit.exporters.sklearn.response import has_decision, responses
from pmmlkit.exporters.voting import mean_of
from pmmlkit.language.scope import Compiled

__all__ = ["calibrated_classifier"]

NEARLY_ZERO = 1e-12
"""What scikit-learn adds to a probability before it takes the logarithm."""


@converts("sklearn.calibration.CalibratedClassifierCV")
def calibrated_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the mean of the calibrated classifiers."""
    members = [
        _calibrated(member, features, context, f"classifier {number} of CalibratedClassifierCV")
        for number, member in enumerate(estimator.calibrated_classifiers_, 1)
    ]
    labels = context.target.labels
    if len(labels) == 2:
        second = _mean(f"share({labels[1]})", [own[1] for own in members])
        return finals.by_shares(context, [_rest(second), second])
    shares = [
        _mean(f"share({label})", [own[at] for own in members]) for at, label in enumerate(labels)
    ]
    return finals.by_shares(context, shares)


def _mean(name: str, features: Sequence[Feature]) -> Feature:
    return features[0] if len(features) == 1 else mean_of(name, features)


def _rest(share: Feature) -> Feature:
    return combination(f"rest({name_of(share)})", [share], [-1.0], 1.0)


def _calibrated(
    member: Any, features: Sequence[Feature], context: Context, place: str
) -> list[Feature]:
    """Return the probabilities of one calibrated classifier."""
    inner = member.estimator
    decides = has_decision(inner)
    method = "decision_function" if decides else "predict_proba"
    scores = responses(context, inner, features, place, method)
    if member.method == "temperature":
        return _tempered(member.calibrators[0], scores, decides)
    count = len(context.target.classes)
    if count == 2:
        (calibrator,) = member.calibrators
        share = _curve(calibrator, scores[-1])
        return [_rest(share), share]
    position = {label: at for at, label in enumerate(member.classes.tolist())}
    shares: list[Feature] = [ConstantFeature(0.0)] * count
    for label, score, calibrator in zip(
        inner.classes_.tolist(), scores, member.calibrators, strict=True
    ):
        shares[position[label]] = _curve(calibrator, score)
    return [_share(shares, at) for at in range(count)]


def _curve(calibrator: Any, score: Feature) -> Feature:
    if hasattr(calibrator, "X_thresholds_"):
        return isotonic_curve(calibrator, score)
    # 1 / (1 + exp(a * score + b))
    slope, shift = float(calibrator.a_), float(calibrator.b_)
    exponent = combination(f"exponent({name_of(score)})", [score], [slope], shift)
    return elementwise(exponent, "sigmoid", lambda x: 1.0 / (1.0 + np.exp(x)), _sigmoid)


def _sigmoid(x: Compiled) -> Compiled:
    return apply("/", constant(1.0), apply("+", constant(1.0), apply("exp", x)))


def _share(shares: Sequence[Feature], at: int) -> Feature:
    """Return one of the shares, divided by their sum; where all are 0, each class has as much."""
    even = constant(1.0 / len(shares))

    def expression(*operands: Compiled) -> Compiled:
        total = sum_of(operands)
        is_zero = apply("equal", total, constant(0.0))
        return apply("if", is_zero, even, apply("/", operands[at], total))

    return Derived(f"share({at + 1})", tuple(shares), expression, guarded=True)


def _tempered(calibrator: Any, scores: Sequence[Feature], decides: bool) -> list[Feature]:
    """Return the softmax of scores times the inverse temperature; of probabilities, of their
    logarithms.
    """
    factor = float(calibrator.beta_)
    if not decides:
        scores = [
            elementwise(it, "logarithm", lambda x: np.log(x + NEARLY_ZERO), _logarithm)
            for it in scores
        ]
    elif len(scores) == 1:
        scores = [combination("opposite", scores, [-1.0]), *scores]
    return [_softmax(scores, at, factor) for at in range(len(scores))]


def _logarithm(x: Compiled) -> Compiled:
    return apply("ln", apply("+", x, constant(NEARLY_ZERO)))


def _softmax(scores: Sequence[Feature], at: int, factor: float) -> Feature:
    """Return one value of the softmax, as one over a sum, in which nothing overflows to NaN."""

    def expression(*operands: Compiled) -> Compiled:
        own = operands[at]
        terms = [
            apply("exp", apply("*", constant(factor), apply("-", other, own)))
            for number, other in enumerate(operands)
            if number != at
        ]
        return apply("/", constant(1.0), sum_of([constant(1.0), *terms]))

    return Derived(f"softmax({at + 1})", tuple(scores), expression)

"""Estimators that predict as the one inside: searches, frozen, self-trained, with a threshold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.attributes import positive_label
from pmmlkit.exporters.sklearn.response import responses

__all__ = ["inside", "threshold_classifier"]

INSIDE = {
    "sklearn.model_selection.GridSearchCV": "best_estimator_",
    "sklearn.model_selection.RandomizedSearchCV": "best_estimator_",
    "sklearn.model_selection.HalvingGridSearchCV": "best_estimator_",
    "sklearn.model_selection.HalvingRandomSearchCV": "best_estimator_",
    "sklearn.frozen.FrozenEstimator": "estimator",
    "sklearn.semi_supervised.SelfTrainingClassifier": "estimator_",
}
"""The attribute that holds the estimator, by the class around it."""


def _inner(estimator: Any) -> tuple[Any, str]:
    kind = type(estimator).__name__
    names = {name.rpartition(".")[2]: attribute for name, attribute in INSIDE.items()}
    attribute = next(names[it.__name__] for it in type(estimator).__mro__ if it.__name__ in names)
    return getattr(estimator, attribute), f"{attribute} of {kind}"


@converts(*INSIDE)
def inside(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert what is inside."""
    part, place = _inner(estimator)
    return context.convert(part, features, place)


@decides(*INSIDE)
def inside_decides(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Return the decisions of what is inside."""
    part, place = _inner(estimator)
    return context.decisions(part, features, place)


THRESHOLDS = (
    "sklearn.model_selection.FixedThresholdClassifier",
    "sklearn.model_selection.TunedThresholdClassifierCV",
)


@decides(*THRESHOLDS)
def threshold_decides(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the decision of the classifier inside, which no threshold changes."""
    part = getattr(estimator, "estimator_", estimator.estimator)
    return context.decisions(part, features, f"estimator of {type(estimator).__name__}")


@converts(*THRESHOLDS)
def threshold_classifier(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to the comparison of the score with the threshold; beside it stand the probabilities
    where the estimator has them, which do not decide.
    """
    part = getattr(estimator, "estimator_", estimator.estimator)
    kind = type(estimator).__name__
    place = f"estimator of {kind}"
    method = estimator.response_method
    if method == "auto":
        method = "predict_proba" if hasattr(part, "predict_proba") else "decision_function"
    positive = positive_label(estimator)
    at = 1 if positive is None else list(part.classes_).index(positive)
    found = responses(context, part, features, place, method)
    decides = method == "decision_function"
    score = found[0] if decides else found[at]
    if decides and at == 0:
        score = combination("opposite", [score], [-1.0])
    draft = finals.by_sign(
        context,
        score,
        threshold=_threshold(estimator, decides),
        or_equal=True,
        output=None,
        reverse=at == 0,
    )
    if not hasattr(part, "predict_proba"):
        return replace(draft, outputs=((finals.DECISION, found[0]),))
    shares = context.probabilities(part, features, place) if decides else found
    labels = context.target.labels
    outputs = tuple(
        (f"probability({label})", share) for label, share in zip(labels, shares, strict=True)
    )
    return replace(draft, outputs=outputs)


def _threshold(estimator: Any, decides: bool) -> float:
    found = getattr(estimator, "best_threshold_", None)
    if found is None:
        found = estimator.threshold
    if found == "auto":
        return 0.0 if decides else 0.5
    return float(found)

"""How much each input column counts: what an estimator says of its features, by column."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pmmlkit.exporters.features import Feature, InputField, sources_of

__all__ = ["Arrival", "importances_of"]

_INSIDE: Final = ("best_estimator_", "estimator_", "regressor_", "estimator")
"""The attributes by which estimators hold the one that predicts for them."""

_WRAPPERS: Final = (
    "BaseSearchCV",
    "FixedThresholdClassifier",
    "FrozenEstimator",
    "RFE",
    "SelfTrainingClassifier",
    "TransformedTargetRegressor",
    "TunedThresholdClassifierCV",
)
"""The classes whose prediction is that of the one estimator inside, over the same features."""


@dataclass(slots=True)
class Arrival:
    """The features that arrive at the estimator whose importances count, once it is converted."""

    estimator: Any
    features: tuple[Feature, ...] | None = None

    @classmethod
    def awaited(cls, estimator: Any) -> Arrival:
        """Wait for the features of the estimator that predicts for all."""
        while True:
            steps = getattr(estimator, "steps", None)
            if isinstance(steps, list) and steps:
                estimator = steps[-1][1]
                continue
            kinds = {kind.__name__ for kind in type(estimator).__mro__}
            found = next((it for it in _INSIDE if hasattr(estimator, it)), None)
            if found is None or not kinds.intersection(_WRAPPERS):
                return cls(estimator)
            estimator = getattr(estimator, found)

    def note(self, estimator: Any, features: Sequence[Feature]) -> None:
        """Take the features, if the estimator is the one."""
        if estimator is self.estimator:
            self.features = tuple(features)


def importances_of(arrival: Arrival) -> Mapping[str, float]:
    """Return the shares of the input columns, which make 1; {} where the estimator has no
    ``feature_importances_``, or features that it uses are made of several columns.
    """
    features = arrival.features
    numbers = None if features is None else _stated(arrival.estimator)
    if features is None or numbers is None or len(numbers) != len(features):
        return {}
    total = float(numbers.sum())
    if not (np.isfinite(numbers).all() and (numbers >= 0.0).all() and total > 0.0):
        return {}
    shares: dict[str, float] = {}
    for feature, number in zip(features, numbers.tolist(), strict=True):
        columns = _columns(feature)
        for name in columns:
            shares.setdefault(name, 0.0)
        if number == 0.0 or not columns:
            continue
        if len(columns) > 1:
            return {}
        (name,) = columns
        shares[name] += number / total
    return {name: min(share, 1.0) for name, share in shares.items()}


def _stated(estimator: Any) -> Any:
    if getattr(estimator, "multi_strategy", None) == "multi_output_tree":
        # XGBoost 2.1 ends the process when it is asked
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            numbers = np.asarray(estimator.feature_importances_, np.float64)
        except Exception:  # noqa: BLE001 - a library may find any reason to have none
            return None
    return numbers if numbers.ndim == 1 else None


def _columns(feature: Feature) -> set[str]:
    found: set[str] = set()
    seen: set[int] = set()
    pending = [feature]
    while pending:
        at = pending.pop()
        if id(at) in seen:
            continue
        seen.add(id(at))
        if isinstance(at, InputField):
            found.add(at.name)
        pending += sources_of(at)
    return found

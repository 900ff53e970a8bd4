"""Metrics of scikit-learn as PMML's measures, and as expressions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import Derived, Feature, as_number
from pmmlkit.exporters.quadratic import squared
from pmmlkit.language.models.proximity.declaration import (
    Chebychev,
    CityBlock,
    Euclidean,
    Measure,
    Minkowski,
    SquaredEuclidean,
)
from pmmlkit.language.scope import Compiled

__all__ = ["Comparison", "compared", "comparison_of"]

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """Rows, as features and as points (points, features), and how far they are apart.

    `weights` of the features (features,), None where all are 1. `compare`: PMML's function that
    compares two values. `name` says all of it, for functions of the document.
    """

    name: str
    measure: Measure
    features: tuple[Feature, ...]
    points: Doubles
    weights: tuple[float, ...] | None = None
    compare: str = "absDiff"

    def distance(self, operands: Sequence[Compiled], point: Sequence[Compiled]) -> Compiled:
        """Return the distance of two rows of expressions."""
        weights = self.weights or (1.0,) * len(self.features)
        terms = [
            self._term(apply("-", ours, theirs), weight)
            for ours, theirs, weight in zip(operands, point, weights, strict=True)
        ]
        measure = self.measure
        if isinstance(measure, Chebychev):
            return apply("max", *terms)
        total = sum_of(terms)
        if isinstance(measure, Euclidean):
            return apply("sqrt", total)
        if isinstance(measure, Minkowski):
            return apply("pow", total, constant(1.0 / measure.p_parameter))
        return total

    def _term(self, difference: Compiled, weight: float) -> Compiled:
        measure = self.measure
        if self.compare == "delta":
            differs = apply("notEqual", difference, constant(0.0))
            return apply("if", differs, constant(weight), constant(0.0))
        if isinstance(measure, Euclidean | SquaredEuclidean):
            term = squared(difference)
        elif isinstance(measure, Minkowski):
            term = apply("pow", apply("abs", difference), constant(measure.p_parameter))
        else:
            term = apply("abs", difference)
        return term if weight == 1.0 else apply("*", constant(weight), term)


def comparison_of(neighbors: Any, features: Sequence[Feature], points: Doubles) -> Comparison:
    """Return the comparison of an estimator that finds neighbours, after its fitting."""
    return compared(
        neighbors,
        neighbors.effective_metric_,
        dict(neighbors.effective_metric_params_ or {}),
        features,
        points,
    )


def compared(
    estimator: Any,
    metric: Any,
    parameters: Mapping[str, Any],
    features: Sequence[Feature],
    points: Doubles,
) -> Comparison:
    """Return the comparison by a metric of scikit-learn; raise ExportError where PMML has none."""
    numbers = tuple(map(as_number, features))
    for names, element in _plain():
        if metric in names:
            return Comparison(names[0], element, numbers, points)
    if metric == "hamming":
        shares = (1.0 / points.shape[1],) * points.shape[1]
        return Comparison("hamming", CityBlock(), numbers, points, shares, "delta")
    if metric in ("minkowski", "p"):
        return _minkowski(parameters, numbers, points)
    if metric == "seuclidean" and "V" in parameters:
        weights = tuple((1.0 / np.asarray(parameters["V"], np.float64)).tolist())
        return Comparison(f"seuclidean {weights}", Euclidean(), numbers, points, weights)
    if metric == "mahalanobis" and ("VI" in parameters or "V" in parameters):
        return _mahalanobis(parameters, numbers, points)
    if metric == "cosine":
        return _cosine(numbers, points)
    called = metric if isinstance(metric, str) else getattr(metric, "__name__", repr(metric))
    raise ExportError(
        f"{type(estimator).__name__} has the metric {called!r}, which none of PMML's measures "
        "states: use euclidean, manhattan, chebyshev, minkowski, sqeuclidean, hamming, cosine, "
        "seuclidean or mahalanobis (with V)"
    )


def _plain() -> tuple[tuple[tuple[str, ...], Measure], ...]:
    """Return the metrics that PMML has as they are, by the names that scikit-learn has for them."""
    return (
        (("euclidean", "l2", "nan_euclidean"), Euclidean()),
        (("sqeuclidean",), SquaredEuclidean()),
        (("manhattan", "cityblock", "l1"), CityBlock()),
        (("chebyshev", "infinity"), Chebychev()),
    )


def _minkowski(
    parameters: Mapping[str, Any], features: tuple[Feature, ...], points: Doubles
) -> Comparison:
    power = float(parameters.get("p", 2.0))
    given = parameters.get("w")
    weights = None if given is None else tuple(np.asarray(given, np.float64).tolist())
    name = f"minkowski {power!r} {weights}"
    if power == 2.0:
        return Comparison(name, Euclidean(), features, points, weights)
    if power == 1.0:
        return Comparison(name, CityBlock(), features, points, weights)
    return Comparison(name, Minkowski(p_parameter=power), features, points, weights)


def _mahalanobis(
    parameters: Mapping[str, Any], features: tuple[Feature, ...], points: Doubles
) -> Comparison:
    """Return the comparison of the directions in which the metric is Euclid's."""
    inverse = parameters.get("VI")
    if inverse is None:
        inverse = np.linalg.inv(np.asarray(parameters["V"], np.float64))
    inverse = np.asarray(inverse, np.float64)
    values, vectors = np.linalg.eigh((inverse + inverse.T) / 2.0)
    root = vectors * np.sqrt(np.clip(values, 0.0, None))
    turned = tuple(
        combination(f"direction{number}", features, column)
        for number, column in enumerate(root.T, 1)
    )
    return Comparison("mahalanobis", Euclidean(), turned, points @ root)


def _cosine(features: tuple[Feature, ...], points: Doubles) -> Comparison:
    """Return half the squared distance of the rows on the unit sphere: 1 less the cosine."""

    def norm(*operands: Compiled) -> Compiled:
        return apply("sqrt", sum_of([squared(operand) for operand in operands]))

    def share(x: Compiled, length: Compiled) -> Compiled:
        is_zero = apply("equal", length, constant(0.0))
        return apply("if", is_zero, constant(0.0), apply("/", x, length))

    length = Derived("norm", features, norm, guarded=True)
    units = tuple(
        Derived(f"unit{number}", (feature, length), share, guarded=True)
        for number, feature in enumerate(features, 1)
    )
    lengths = np.sqrt((points**2).sum(axis=1, keepdims=True))
    lengths[lengths == 0.0] = 1.0
    halves = (0.5,) * points.shape[1]
    return Comparison("cosine", SquaredEuclidean(), units, points / lengths, halves)

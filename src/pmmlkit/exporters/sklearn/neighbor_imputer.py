"""sklearn.impute.KNNImputer: what is missing is the mean over the nearest training rows.

Distances are expressions, not those of a NearestNeighborModel: in that a row that lacks everything
has none, training rows may not lack values, and only a document with a model could hold it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant, field_ref
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    Replaced,
    may_be_missing,
    name_of,
    uniform,
)
from pmmlkit.exporters.point_sums import PointFunction, point_values
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.attributes import imputer_rows
from pmmlkit.exporters.sklearn.iterative_imputer import marked_missing
from pmmlkit.language.define_function import DefineFunction, ParameterField
from pmmlkit.language.scope import Compiled

__all__ = ["knn_imputer"]

Doubles = npt.NDArray[np.float64]

FAR: Final = 1e300
"""The distance of training rows that have no value in common with the row."""
TINY: Final = 1e-150
"""Added to distances before they divide: it changes none but 0, which then outweighs all others."""


@converts("sklearn.impute.KNNImputer")
def knn_imputer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to distances from all training rows, the bound of the nearest, and the means."""
    rows = imputer_rows(estimator)
    uniform(features, rows.shape[1], estimator)
    if estimator.metric != "nan_euclidean" or estimator.weights not in ("uniform", "distance"):
        raise ExportError(
            "KNNImputer has a metric or weights that are a function of the user's: PMML cannot "
            "state them; use metric='nan_euclidean' and weights 'uniform' or 'distance'"
        )
    marked = [marked_missing(feature, estimator.missing_values) for feature in features]
    valid = set(np.flatnonzero((~np.isnan(rows)).any(axis=0)).tolist())
    distances = _distances(marked, rows)
    made: list[Feature] = []
    for at, feature in enumerate(marked):
        if at not in valid:
            if estimator.keep_empty_features:
                made.append(ConstantFeature(0.0))
            continue
        if not may_be_missing(feature):
            made.append(feature)
            continue
        is_donor = ~np.isnan(rows[:, at])
        made.append(
            _imputed(
                feature,
                [
                    distance if donates else ConstantFeature(FAR)
                    for distance, donates in zip(distances, is_donor.tolist(), strict=True)
                ],
                np.where(is_donor, rows[:, at], 0.0),
                float(rows[is_donor, at].mean()),
                min(int(estimator.n_neighbors), int(is_donor.sum())),
                weighted=estimator.weights == "distance",
            )
        )
    if estimator.add_indicator:
        made += context.transform(estimator.indicator_, features, "indicator of KNNImputer")
    return made


def _distances(features: Sequence[Feature], rows: Doubles) -> list[Feature]:
    """Return the distance of the row from each training row, over the columns that both have."""
    present: list[Feature] = []
    filled: list[Feature] = []
    for feature in features:
        if may_be_missing(feature):
            present.append(Lookup(f"present({name_of(feature)})", feature, (), 0.0, 1.0))
            filled.append(Replaced(feature, 0.0))
        else:
            present.append(ConstantFeature(1.0))
            filled.append(feature)
    made: list[Feature] = []
    for number, row in enumerate(rows, 1):
        known = np.flatnonzero(~np.isnan(row)).tolist()
        if not known:
            made.append(ConstantFeature(FAR))
            continue
        function = _distance(len(known), len(features))
        sources = [filled[at] for at in known] + [present[at] for at in known]
        (value,) = point_values(f"distance{number}", sources, row[None, known], function)
        made.append(value)
    return made


def _distance(width: int, columns: int) -> PointFunction:
    """Return the distance of `width` numbers, scaled up to so many columns; behind them, 1 for
    each that the row has, 0 for others.
    """

    def formula(x: Sequence[Compiled], p: Sequence[Compiled], *present: Compiled) -> Compiled:
        terms = [
            apply("*", there, squared(apply("-", ours, theirs)))
            for ours, theirs, there in zip(x, p, present, strict=True)
        ]
        count = sum_of(present)
        scale = apply("/", constant(float(columns)), count)
        distance = apply("sqrt", apply("*", scale, sum_of(terms)))
        return apply("if", apply("greaterThan", count, constant(0.0)), distance, constant(FAR))

    return PointFunction("nan_euclidean", f"of {columns}", width, formula, width)


def _imputed(
    feature: Feature,
    distances: Sequence[Feature],
    values: Doubles,
    mean: float,
    count: int,
    *,
    weighted: bool,
) -> Feature:
    """Return the feature, where it is missing with the mean of the values of so many nearest, or
    the mean of all if nothing is near.
    """
    name = name_of(feature)
    size = len(distances)
    following, average = _following(size), _average(size, weighted)
    bound: Feature = ConstantFeature(-1.0)
    bounds: list[Feature] = []
    for number in range(count):
        bound = Derived(
            f"bound{number + 1}({name})",
            (ConstantFeature(float(number)), bound, *distances),
            lambda *operands: apply(following.name, *operands),
            missing=False,
            functions=(following,),
        )
        bounds.append(bound)

    def expression(x: Compiled, least: Compiled, most: Compiled, *away: Compiled) -> Compiled:
        near = apply(average.name, most, *away, *map(constant, values.tolist()))
        is_near = apply("lessThan", least, constant(FAR))
        imputed = apply("if", is_near, near, constant(mean))
        return apply("if", apply("isMissing", x), imputed, x)

    return Derived(
        f"impute({name})",
        (feature, bounds[0], bounds[-1], *distances),
        expression,
        missing=False,
        functions=(average,),
    )


def _following(size: int) -> DefineFunction:
    """Return the function of a count, a bound and so many distances: the least distance beyond the
    bound; the bound itself where more than `count` are within it, as some are equal.
    """
    distances = _names("d", size)
    bound = field_ref("bound")
    within, beyond = [], []
    for distance in map(field_ref, distances):
        is_within = apply("lessOrEqual", distance, bound)
        within.append(apply("if", is_within, constant(1.0), constant(0.0)))
        beyond.append(apply("if", is_within, constant(FAR), distance))
    is_full = apply("greaterThan", sum_of(within), field_ref("count"))
    least = apply("min", *beyond) if size > 1 else beyond[0]
    return _function(
        f"next_bound({size})", ["count", "bound", *distances], apply("if", is_full, bound, least)
    )


def _average(size: int, weighted: bool) -> DefineFunction:
    """Return the function of a bound, so many distances and as many values: the average of the
    values whose distances are within the bound.
    """
    distances, values = _names("d", size), _names("y", size)
    weights, products = [], []
    for distance, value in zip(map(field_ref, distances), map(field_ref, values), strict=True):
        weight: Compiled = constant(1.0)
        if weighted:
            weight = apply("/", constant(1.0), apply("+", distance, constant(TINY)))
        is_near = apply(
            "and",
            apply("lessOrEqual", distance, field_ref("bound")),
            apply("lessThan", distance, constant(FAR)),
        )
        weights.append(apply("if", is_near, weight, constant(0.0)))
        products.append(apply("if", is_near, apply("*", weight, value), constant(0.0)))
    return _function(
        f"{'weighted_' if weighted else ''}mean_within({size})",
        ["bound", *distances, *values],
        apply("/", sum_of(products), sum_of(weights)),
    )


def _names(letter: str, count: int) -> list[str]:
    return [f"{letter}{number}" for number in range(1, count + 1)]


def _function(name: str, parameters: Sequence[str], expression: Compiled) -> DefineFunction:
    return DefineFunction(
        name=name,
        optype="continuous",
        data_type="double",
        parameters=tuple(
            ParameterField(name=parameter, optype="continuous", data_type="double")
            for parameter in parameters
        ),
        expression=expression,
    )

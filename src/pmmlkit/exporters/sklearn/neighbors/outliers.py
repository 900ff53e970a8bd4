"""LocalOutlierFactor: how much thinner a row lies than its neighbours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.combination import sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant, mapped
from pmmlkit.exporters.features import Derived, Feature, uniform
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts, decides
from pmmlkit.exporters.sklearn.attributes import outlier_factors, training_rows
from pmmlkit.exporters.sklearn.neighbors.comparison import comparison_of
from pmmlkit.exporters.sklearn.neighbors.nearest import neighbors_in_order
from pmmlkit.exporters.texts import number_texts
from pmmlkit.language.define_function import DefineFunction, ParameterField
from pmmlkit.language.scope import Compiled

__all__ = ["local_outlier_factor"]

LEAST = 1e-10
"""What scikit-learn adds to a mean distance before it divides by it."""


@converts("sklearn.neighbors.LocalOutlierFactor")
def local_outlier_factor(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert: -1 where the decision is below 0, else 1."""
    (decision,) = local_outlier_decision(estimator, features, context)
    return finals.by_sign(context.with_classes((-1, 1)), decision, or_equal=True)


@decides("sklearn.neighbors.LocalOutlierFactor")
def local_outlier_decision(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Return the negative ratio of the neighbours' density to the row's own, less the offset."""
    if not estimator.novelty:
        raise ExportError(
            "LocalOutlierFactor(novelty=False) predicts nothing for new rows: set novelty=True"
        )
    uniform(features, estimator.n_features_in_, estimator)
    comparison = comparison_of(estimator, features, training_rows(estimator))
    densities, reaches = outlier_factors(estimator)
    mean, neighbors, distances = neighbors_in_order(comparison, estimator.n_neighbors_, densities)
    count, offset = len(neighbors), float(estimator.offset_)
    reach = _reach(reaches)

    def expression(density: Compiled, *operands: Compiled) -> Compiled:
        ids, apart = operands[:count], operands[count:]
        terms = [
            apply("max", distance, apply(reach.name, neighbor))
            for neighbor, distance in zip(ids, apart, strict=True)
        ]
        own = apply("+", apply("/", sum_of(terms), constant(float(count))), constant(LEAST))
        return apply("-", constant(-offset), apply("*", density, own))

    sources = (mean, *neighbors, *distances)
    return [Derived("decision", sources, expression, guarded=True, functions=(reach,))]


def _reach(reaches: np.ndarray[Any, np.dtype[np.float64]]) -> DefineFunction:
    """Return the function of the number of a training row that gives how far its neighbours lie."""
    texts = number_texts(reaches)
    table = {str(number): text for number, text in enumerate(texts, 1)}
    return DefineFunction(
        name="reach",
        optype="continuous",
        data_type="double",
        parameters=(ParameterField(name="row", optype="categorical", data_type="string"),),
        expression=mapped("row", table, "double"),
    )

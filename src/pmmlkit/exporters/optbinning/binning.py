"""optbinning: columns as the weights of evidence, rates, means, numbers or names of their bins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.bins import category_texts, interval_numbers, interval_texts
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature, Lookup, name_of, uniform
from pmmlkit.exporters.optbinning.variables import Asked, Variable, asked_of, variable_of
from pmmlkit.exporters.registry import converts

__all__ = ["binned", "binning_process", "chosen_variables", "optimal_binning", "own_columns"]


@converts(
    "optbinning.OptimalBinning",
    "optbinning.ContinuousOptimalBinning",
    "optbinning.MulticlassOptimalBinning",
)
def optimal_binning(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to what ``transform`` makes of a column if nothing else is said."""
    (feature,) = uniform(features, 1, estimator)
    variable = variable_of(estimator, name_of(feature))
    answers = estimator.transform(variable.column(len(variable.probes())))
    return [binned(feature, variable.asked(answers.tolist()))]


@converts("optbinning.BinningProcess")
def binning_process(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to what ``transform`` makes of the selected columns."""
    variables = chosen_variables(estimator)
    columns = own_columns(estimator, features)
    asked = asked_of(variables, estimator.transform)
    return [binned(columns[it.variable.name], it) for it in asked]


def chosen_variables(process: Any) -> list[Variable]:
    """Return the variables that a fitted process has selected."""
    params = process.binning_transform_params or {}
    return [
        variable_of(process.get_binned_variable(name), name, params.get(name, {}).get("metric"))
        for name in map(str, process.get_support(names=True))
    ]


def own_columns(process: Any, features: Sequence[Feature]) -> dict[str, Feature]:
    """Return the features by the names of the variables: a process finds its columns by name in a
    data frame, by position in an array.
    """
    names = [str(name) for name in process.variable_names]
    by_name = {name_of(feature): feature for feature in features}
    if set(names) <= set(by_name):
        return {name: by_name[name] for name in names}
    if len(names) != len(features):
        lacking = [name for name in names if name not in by_name]
        raise ExportError(
            f"{type(process).__name__} reads the column {lacking[0]!r}, which is not among those "
            f"that arrive: {', '.join(by_name)}"
        )
    return dict(zip(names, features, strict=True))


def binned(feature: Feature, asked: Asked) -> Feature:
    """Return a column as the answers of its bins."""
    variable = asked.variable
    if isinstance(asked.missing, str):
        return _named(feature, asked)
    answers = np.array([*asked.bins, *asked.codes, asked.missing], np.float64)
    if not np.isfinite(answers).all():
        raise ExportError(
            f"a bin of the variable {variable.name!r} has the {variable.metric} "
            f"{answers[~np.isfinite(answers)][0]}, which no model can read"
        )
    missing = float(asked.missing)
    if variable.cuts is None:
        table = tuple((category, float(answer)) for category, answer in asked.table)
        return Lookup(
            f"{variable.metric}({name_of(feature)})",
            feature,
            table,
            missing,
            float(asked.unknown),
            known=tuple(category for category, _ in table),
        )
    codes = [
        (float(code), float(answer))
        for group, answer in zip(variable.codes, asked.codes, strict=True)
        for code in group
    ]
    numbers = [float(answer) for answer in asked.bins]
    return interval_numbers(variable.metric, feature, variable.cuts, numbers, missing, codes)


def _named(feature: Feature, asked: Asked) -> Feature:
    variable = asked.variable
    if variable.cuts is None:
        return category_texts("bin", feature, asked.table, asked.missing, asked.unknown)
    codes = [
        (float(code), str(answer))
        for group, answer in zip(variable.codes, asked.codes, strict=True)
        for code in group
        if not math.isnan(float(code))
    ]
    return interval_texts("bin", feature, variable.cuts, asked.bins, asked.missing, codes)

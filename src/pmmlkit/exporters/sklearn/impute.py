"""sklearn.impute: SimpleImputer and MissingIndicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    ConstantFeature,
    Feature,
    Lookup,
    Replaced,
    as_number,
    data_type_of,
    is_missing_value,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.registry import converts

__all__ = ["missing_indicator", "simple_imputer"]


@converts("sklearn.impute.SimpleImputer")
def simple_imputer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert the imputation, and the indicators behind it."""
    statistics = estimator.statistics_
    uniform(features, len(statistics), estimator)
    made: list[Feature] = []
    for feature, value in zip(features, statistics, strict=True):
        if not is_missing_value(value):
            made.append(_replaced(feature, plain(value), estimator.missing_values))
        elif estimator.keep_empty_features:
            made.append(ConstantFeature(0.0))
    if estimator.add_indicator:
        made += context.transform(estimator.indicator_, features, "indicator of SimpleImputer")
    return made


def _replaced(feature: Feature, value: Any, missing_values: Any) -> Feature:
    marker = None if is_missing_value(missing_values) else plain(missing_values)
    if data_type_of(feature) == "boolean" and not isinstance(value, bool):
        feature = as_number(feature)
    if isinstance(feature, Lookup) and marker is None:
        return feature.map(lambda numbers: _filled(numbers, value), feature.name)
    if isinstance(feature, ConstantFeature):
        return feature
    return Replaced(feature, value, marker)


def _filled(numbers: Any, value: Any) -> Any:
    numbers = numbers.copy()
    numbers[numbers != numbers] = value
    return numbers


@converts("sklearn.impute.MissingIndicator")
def missing_indicator(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert the indicators: 1 where a value is missing, or is the marker of missing values."""
    marker = estimator.missing_values
    made: list[Feature] = []
    for at in estimator.features_:
        feature = features[at]
        name = f"missing({name_of(feature)})"
        if is_missing_value(marker):
            made.append(Lookup(name, feature, (), 1.0, 0.0))
        else:
            made.append(Lookup(name, feature, ((plain(marker), 1.0),), 0.0, 0.0))
    return made

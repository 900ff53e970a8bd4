"""sklearn-pandas: DataFrameMapper and the transformers beside it.

Its attributes (`built_features`, `built_default`) are read here only. sklearn-pandas 2.2.0, the
last there is, cannot be imported beside scikit-learn 1.5 and later; mappers come from older
environments.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply
from pmmlkit.exporters.features import Feature, elementwise, name_of
from pmmlkit.exporters.registry import converts

__all__ = ["data_frame_mapper", "numerical_transformer", "transformer_pipeline"]


@converts("sklearn_pandas.DataFrameMapper")
def data_frame_mapper(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert each part over its columns, then what is done with the columns that are left."""
    columns = {name_of(feature): feature for feature in features}
    built = estimator.built_features
    parts = [built] if isinstance(built, tuple) else list(built)
    made: list[Feature] = []
    used: set[str] = set(map(str, estimator.drop_cols))
    for selector, transformers, options in parts:
        chosen = [_column(columns, name) for name in _names(selector)]
        used.update(map(str, _names(selector)))
        if transformers is None:
            made += chosen
        else:
            place = f"part {options.get('alias', selector)!r} of DataFrameMapper"
            made += context.transform(transformers, chosen, place)
    if estimator.built_default is False:
        return made
    rest = [feature for name, feature in columns.items() if name not in used]
    if estimator.built_default is None or not rest:
        return [*made, *rest]
    return made + context.transform(estimator.built_default, rest, "default of DataFrameMapper")


def _names(selector: Any) -> list[Any]:
    return list(selector) if isinstance(selector, list | tuple) else [selector]


def _column(columns: dict[str, Feature], name: Any) -> Feature:
    found = columns.get(str(name))
    if found is None:
        raise ExportError(
            f"DataFrameMapper reads the column {name!r}, which is not among those that it gets: "
            "give X as the data frame it was fitted on"
        )
    return found


@converts("sklearn_pandas.pipeline.TransformerPipeline")
def transformer_pipeline(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert the steps one after the other."""
    flowing = list(features)
    for number, (name, step) in enumerate(estimator.steps, 1):
        place = f"step {number} {name!r} of TransformerPipeline"
        flowing = context.transform(step, flowing, place)
    return flowing


@converts("sklearn_pandas.NumericalTransformer")
def numerical_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the logarithm of each column."""
    function = vars(estimator)["_NumericalTransformer__func"]
    return [_logarithm(feature, function) for feature in features]


def _logarithm(feature: Feature, function: str) -> Feature:
    if function == "log1p":
        return elementwise(feature, "log1p", np.log1p, lambda x: apply("ln1p", x), guarded=True)
    return elementwise(feature, "log", np.log, lambda x: apply("ln", x), guarded=True)

"""sklearn.compose: ColumnTransformer and TransformedTargetRegressor's kin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pmmlkit.errors import ExportError
from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context, several_targets
from pmmlkit.exporters.features import Feature, uniform
from pmmlkit.exporters.frame import Draft, Several
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.inverse import undoing
from pmmlkit.exporters.sklearn.pipeline import weighted

__all__ = ["column_transformer", "transformed_target"]


@converts("sklearn.compose.ColumnTransformer")
def column_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert each part over its columns; what comes out stands in the order of the parts."""
    names = getattr(estimator, "feature_names_in_", None)
    uniform(features, estimator.n_features_in_, estimator)
    made: list[Feature] = []
    for name, part, columns in estimator.transformers_:
        chosen = [features[at] for at in _positions(columns, names, len(features))]
        if (isinstance(part, str) and part == "drop") or not chosen:
            continue
        found = chosen
        if not isinstance(part, str):
            found = context.transform(part, chosen, f"part {name!r} of ColumnTransformer")
        made += weighted(found, (estimator.transformer_weights or {}).get(name))
    return made


def _positions(columns: Any, names: Any, count: int) -> list[int]:
    """Return the positions of a column selector: names, positions, slices of either, masks."""
    if isinstance(columns, slice):
        return _slice(columns, names, count)
    if isinstance(columns, str | int | np.integer) and not isinstance(columns, bool):
        columns = [columns]
    chosen = list(columns)
    if chosen and all(isinstance(item, bool | np.bool_) for item in chosen):
        return np.flatnonzero(chosen).tolist()
    return [_position(item, names, count) for item in chosen]


def _position(column: Any, names: Any, count: int) -> int:
    if not isinstance(column, str):
        return int(column) % count
    found = [] if names is None else np.flatnonzero(names == column).tolist()
    if len(found) != 1:
        raise ExportError(f"the column {column!r} is not among those that were fitted")
    return int(found[0])


def _slice(columns: slice, names: Any, count: int) -> list[int]:
    start, stop = columns.start, columns.stop
    if isinstance(start, str):
        start = _position(start, names, count)
    if isinstance(stop, str):
        # by name, a slice includes its end
        stop = _position(stop, names, count) + 1
    return list(range(count))[slice(start, stop, columns.step)]


@converts("sklearn.compose.TransformedTargetRegressor")
def transformed_target(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature] | Draft | Several:
    """Convert to a chain: the regressor, and behind it the transformation of the target undone."""
    kind = type(estimator).__name__
    place = f"regressor_ of {kind}"
    if len(context.targets) > 1:
        raise several_targets(kind, len(context.targets))
    undone = undoing(estimator.transformer_)
    if not undone:
        return context.convert(estimator.regressor_, features, place)
    found: Feature = context.predicted(estimator.regressor_, features, place)
    for undo in undone:
        found = undo(found, context)
    return finals.numbered(context, found)

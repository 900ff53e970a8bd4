"""Transformers that undo what other transformers did."""

from __future__ import annotations

from typing import Any

import numpy as np

from pmmlkit.errors import ExportError

__all__ = ["undoing"]


def undoing(transformer: Any) -> list[Any]:
    """Return fitted transformers that, one after the other, undo a transformer of one column.

    Raises ExportError where the inverse is not known.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    if isinstance(transformer, Pipeline):
        return [it for _, step in reversed(transformer.steps) for it in undoing(step)]
    if isinstance(transformer, FunctionTransformer):
        if transformer.inverse_func is None:
            return []
        made = FunctionTransformer(transformer.inverse_func, kw_args=transformer.inv_kw_args)
        return [made]
    name = type(transformer).__name__
    if name in _SCALES:
        return [_affine(*_SCALES[name](transformer))]
    raise ExportError(
        f"what undoes {name} is not known to pmmlkit: use StandardScaler, MinMaxScaler, "
        "MaxAbsScaler, RobustScaler, or functions of your own (func=, inverse_func=)"
    )


def _affine(scale: Any, shift: Any) -> Any:
    """Return a fitted scaler that multiplies by `scale` and adds `shift`."""
    from sklearn.preprocessing import MinMaxScaler

    made = MinMaxScaler()
    made.scale_ = np.atleast_1d(np.asarray(scale, np.float64))
    made.min_ = np.atleast_1d(np.asarray(shift, np.float64))
    made.n_features_in_ = 1
    return made


def _first(values: Any, otherwise: float) -> float:
    return otherwise if values is None else float(np.ravel(values)[0])


_SCALES = {
    "StandardScaler": lambda it: (
        _first(it.scale_ if it.with_std else None, 1.0),
        _first(it.mean_ if it.with_mean else None, 0.0),
    ),
    "MinMaxScaler": lambda it: (
        1.0 / _first(it.scale_, 1.0),
        -_first(it.min_, 0.0) / _first(it.scale_, 1.0),
    ),
    "MaxAbsScaler": lambda it: (_first(it.scale_, 1.0), 0.0),
    "RobustScaler": lambda it: (
        _first(it.scale_ if it.with_scaling else None, 1.0),
        _first(it.center_ if it.with_centering else None, 0.0),
    ),
}
"""What each scaler divided by and took off, by its name."""

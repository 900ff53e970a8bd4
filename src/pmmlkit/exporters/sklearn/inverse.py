"""What undoes a transformer of one column: of the target of a TransformedTargetRegressor."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.sklearn.power import unpowered
from pmmlkit.exporters.sklearn.quantiles import value_of_quantile

__all__ = ["Undo", "undoing"]

Undo = Callable[[Feature, Context], Feature]
"""Makes of what a transformer gave what it took."""


def undoing(transformer: Any) -> list[Undo]:
    """Return what undoes a fitted transformer of one column, one step after the other; none for one
    that changes nothing.

    An ``inverse_transform`` that users wrote is traced as functions are. Raises ExportError where
    the inverse is not known.
    """
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import FunctionTransformer

    if isinstance(transformer, Pipeline):
        return [it for _, step in reversed(transformer.steps) for it in undoing(step)]
    if transformer == "passthrough":
        return []
    if isinstance(transformer, FunctionTransformer):
        if transformer.inverse_func is None:
            return []
        return [
            _converted(
                FunctionTransformer(transformer.inverse_func, kw_args=transformer.inv_kw_args)
            )
        ]
    kind = type(transformer)
    if kind.__name__ in _KNOWN:
        return _KNOWN[kind.__name__](transformer)
    if hasattr(kind, "inverse_transform") and not kind.__module__.startswith("sklearn."):
        return [_converted(FunctionTransformer(transformer.inverse_transform))]
    raise ExportError(
        f"what undoes {kind.__name__} is not known to pmmlkit: use {', '.join(_KNOWN)}, or "
        "functions of your own (func=, inverse_func=)"
    )


def _converted(transformer: Any) -> Undo:
    """Return what a fitted transformer makes of the column."""

    def undo(feature: Feature, context: Context) -> Feature:
        (found,) = context.transform(transformer, [feature], "the inverse transformation")
        return found

    return undo


def _affine(scale: npt.ArrayLike | None, shift: npt.ArrayLike | None) -> list[Undo]:
    """Return the multiplication by the first of `scale` and the addition of the first of `shift`;
    without one of them, by 1 and of 0.
    """
    from sklearn.preprocessing import MinMaxScaler

    made = MinMaxScaler()
    made.scale_ = np.ones(1) if scale is None else np.ravel(scale)[:1].astype(np.float64)
    made.min_ = np.zeros(1) if shift is None else np.ravel(shift)[:1].astype(np.float64)
    made.n_features_in_ = 1
    return [_converted(made)]


def _power(transformer: Any) -> list[Undo]:
    from pmmlkit.exporters.sklearn.attributes import power_scaler

    scaled = _standard(power_scaler(transformer)) if transformer.standardize else []
    exponent = float(np.ravel(transformer.lambdas_)[0])
    return [*scaled, lambda feature, _: unpowered(feature, transformer.method, exponent)]


def _standard(it: Any) -> list[Undo]:
    return _affine(it.scale_ if it.with_std else None, it.mean_ if it.with_mean else None)


_KNOWN: dict[str, Callable[[Any], list[Undo]]] = {
    "StandardScaler": _standard,
    "MinMaxScaler": lambda it: _affine(1.0 / it.scale_, -it.min_ / it.scale_),
    "MaxAbsScaler": lambda it: _affine(it.scale_, None),
    "RobustScaler": lambda it: _affine(
        it.scale_ if it.with_scaling else None, it.center_ if it.with_centering else None
    ),
    "PowerTransformer": _power,
    "QuantileTransformer": lambda it: [lambda feature, _: value_of_quantile(feature, it)],
}

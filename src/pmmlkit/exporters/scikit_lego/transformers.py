"""scikit-lego: transformers. All that is read are fitted attributes without an underscore."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.errors import ExportError
from pmmlkit.exporters.combination import combination
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    Feature,
    Lookup,
    elementwise,
    is_missing_value,
    name_of,
    plain,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.exporters.sklearn.feature_selection import chosen
from pmmlkit.exporters.sklearn.isotonic import curve
from pmmlkit.language.scope import Compiled

__all__ = ["column_capper", "interval_encoder", "named_columns", "repeating_basis"]

Doubles = npt.NDArray[np.float64]

LARGEST = float(np.finfo(np.float64).max)

converts("sklego.feature_selection.MaximumRelevanceMinimumRedundancy")(chosen)


@converts(
    "sklego.preprocessing.IdentityTransformer",
    "sklego.preprocessing.OutlierRemover",
    "sklego.preprocessing.RandomAdder",
)
def unchanged(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns as they are: outliers are removed and noise is added in the rows of
    training only.
    """
    return list(uniform(features, estimator.n_features_in_, estimator))


@converts("sklego.preprocessing.ColumnSelector")
def column_selector(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns that are named."""
    return _named(estimator, features, estimator.columns_) if estimator.columns else list(features)


@converts("sklego.preprocessing.ColumnDropper", "sklego.preprocessing.TypeSelector")
def named_columns(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns that are left."""
    return _named(estimator, features, estimator.feature_names_)


def _named(estimator: Any, features: Sequence[Feature], names: Sequence[Any]) -> list[Feature]:
    by_name = {name_of(feature): feature for feature in features}
    lacking = [str(name) for name in names if str(name) not in by_name]
    if lacking:
        raise ExportError(
            f"{type(estimator).__name__} reads the column {lacking[0]!r}, which is not among those "
            f"that arrive: {', '.join(by_name)}"
        )
    return [by_name[str(name)] for name in names]


@converts("sklego.preprocessing.ColumnCapper")
def column_capper(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns between two bounds; infinite values count as missing if they are
    discarded.
    """
    lows, highs = np.asarray(estimator.quantiles_, np.float64).tolist()
    return [
        _capped(feature, low, high, estimator.discard_infs)
        for feature, low, high in zip(
            uniform(features, len(lows), estimator), lows, highs, strict=True
        )
    ]


def _capped(feature: Feature, low: float, high: float, finite: bool) -> Feature:
    def function(x: Doubles) -> Doubles:
        capped = np.maximum(np.minimum(x, high), low)
        return np.where(np.isinf(x), np.nan, capped) if finite else capped

    def expression(x: Compiled) -> Compiled:
        capped = apply("max", apply("min", x, constant(high)), constant(low))
        if not finite:
            return capped
        above = apply("greaterOrEqual", x, constant(-LARGEST))
        below = apply("lessOrEqual", x, constant(LARGEST))
        return apply("if", apply("and", above, below), capped)

    # max and min leave out what is missing
    return elementwise(feature, "capped", function, expression, guarded=True)


@converts("sklego.preprocessing.DictMapper")
def dict_mapper(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the look-up of the dictionary."""
    default = float(int(estimator.default))
    table = {
        plain(key): float(int(value))
        for key, value in estimator.mapper.items()
        if not is_missing_value(key)
    }
    lost = [value for key, value in estimator.mapper.items() if is_missing_value(key)]
    if lost:
        raise ExportError(
            f"DictMapper has an entry for missing values ({lost[0]!r}), which Python finds for "
            "some of them only: impute them before"
        )
    return [
        Lookup(
            f"mapped({name_of(feature)})",
            feature,
            tuple(table.items()),
            default,
            default,
            known=tuple(table),
        )
        for feature in uniform(features, estimator.n_features_in_, estimator)
    ]


@converts("sklego.preprocessing.IntervalEncoder")
def interval_encoder(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to piecewise linear curves."""
    quantiles = np.asarray(estimator.quantiles_, np.float64)
    heights = np.asarray(estimator.heights_, np.float64)
    made = []
    for feature, x, y in zip(
        uniform(features, len(quantiles), estimator), quantiles, heights, strict=True
    ):
        jumps = np.flatnonzero((np.diff(x) == 0.0) & (np.diff(y) != 0.0))
        if len(jumps):
            raise ExportError(
                f"IntervalEncoder has two heights at {x[jumps[0]]} of the column "
                f"{name_of(feature)!r}, but a curve of PMML has no jumps: fit it with fewer "
                "chunks or method='average'"
            )
        kept = np.concatenate([[True], np.diff(x) > 0.0])
        made.append(curve("interval", feature, x[kept], y[kept], "asExtremeValues"))
    return made


@converts("sklego.preprocessing.RepeatingBasisFunction")
def repeating_basis(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the functions of the column, beside the columns that remain."""
    return context.transform(estimator.pipeline_, features, "pipeline_ of RepeatingBasisFunction")


@converts("sklego.preprocessing.repeatingbasis._RepeatingBasisFunction")
def basis_functions(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to bells around the bases, on a circle."""
    (feature,) = uniform(features, 1, estimator)
    low, high = (float(it) for it in estimator.input_range)
    width = float(estimator.width_)
    return [_bell(feature, base, low, high, width) for base in estimator.bases_.tolist()]


def _bell(feature: Feature, base: float, low: float, high: float, width: float) -> Feature:
    def function(x: Doubles) -> Doubles:
        near = np.abs((x - low) / (high - low) - base)
        return np.asarray(np.exp(-((np.minimum(near, 1.0 - near) / width) ** 2)))

    def expression(x: Compiled) -> Compiled:
        share = apply("/", apply("-", x, constant(low)), constant(high - low))
        near = apply("abs", apply("-", share, constant(base)))
        nearest = apply("min", near, apply("-", constant(1.0), near))
        scaled = apply("/", nearest, constant(width))
        return apply("exp", apply("*", constant(-1.0), apply("*", scaled, scaled)))

    return elementwise(feature, f"basis {base:g}", function, expression, guarded=True)


@converts("sklego.preprocessing.OrthogonalTransformer")
def orthogonal_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to weighted sums."""
    rows = (np.asarray(estimator.inv_R_) / np.asarray(estimator.normalization_vector_)).T
    uniform(features, rows.shape[1], estimator)
    return [
        combination(f"orthogonal({number})", features, row) for number, row in enumerate(rows, 1)
    ]


@converts("sklego.preprocessing.InformationFilter")
def information_filter(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to weighted sums for the columns that stay."""
    uniform(features, estimator.n_features_in_, estimator)
    count, alpha = len(features), float(estimator.alpha)
    taken = {int(at) % count for at in estimator.col_ids_}
    rows = alpha * np.asarray(estimator.projection_, np.float64).T
    rows = rows + (1.0 - alpha) * np.eye(count)
    return [
        combination(f"filtered({name_of(features[at])})", features, rows[at])
        for at in range(count)
        if at not in taken
    ]


@converts("sklego.preprocessing.LinearEmbedder")
def linear_embedder(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns times their coefficients."""
    factors = np.ravel(np.asarray(estimator.coef_, np.float64)).tolist()
    return [
        combination(f"embedded({name_of(feature)})", [feature], [factor])
        for feature, factor in zip(uniform(features, len(factors), estimator), factors, strict=True)
    ]


@converts("sklego.preprocessing.MonotonicSplineTransformer")
def monotonic_spline(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the sums of the last splines of each column."""
    uniform(features, estimator.n_features_in_, estimator)
    made: list[Feature] = []
    for at, feature in enumerate(features):
        splines = context.transform(
            estimator.spline_transformer_[at], [feature], "spline of MonotonicSplineTransformer"
        )[::-1]
        made += [
            combination(f"splines({name_of(feature)}, {count})", splines[:count], np.ones(count))
            for count in range(1, len(splines) + 1)
        ]
    return made


@converts("sklego.meta.EstimatorTransformer")
def estimator_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to what the estimator predicts."""
    method, place = estimator.predict_func, "estimator_ of EstimatorTransformer"
    if estimator.multi_output_:
        raise ExportError("EstimatorTransformer of several targets: make one for each target")
    if method == "predict":
        return [context.predicted(estimator.estimator_, features, place)]
    found = (
        context.decisions(estimator.estimator_, features, place)
        if (method == "decision_function")
        else []
    )
    if len(found) != 1:
        raise ExportError(
            f"EstimatorTransformer(predict_func={method!r}) puts all that the method returns under "
            "each other in one column, of more rows than come in: use predict"
        )
    return found

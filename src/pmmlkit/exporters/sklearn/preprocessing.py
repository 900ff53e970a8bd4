"""sklearn.preprocessing: scalers, bins, polynomials. Encoders, powers, quantiles and splines have
modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, Final, cast

import numpy as np

from pmmlkit.exporters.combination import combination, sum_of
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    Product,
    as_number,
    elementwise,
    name_of,
    uniform,
)
from pmmlkit.exporters.lookups import by_source
from pmmlkit.exporters.quadratic import squared
from pmmlkit.exporters.registry import converts
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import FieldRef
from pmmlkit.language.scope import Compiled

__all__ = [
    "binarizer",
    "k_bins_discretizer",
    "kernel_centerer",
    "max_abs_scaler",
    "min_max_scaler",
    "normalizer",
    "polynomial_features",
    "robust_scaler",
    "standard_scaler",
]

NO_LENGTH: Final = 10.0 * float(np.finfo(np.float64).eps)
"""A row with a norm below is left as it is."""


def _shifted(
    features: Sequence[Feature], name: str, shift: Any, scale: Any, estimator: Any
) -> list[Feature]:
    """Return (x - shift) / scale of each feature, either of them None where it is not done."""
    uniform(features, estimator.n_features_in_, estimator)
    made: list[Feature] = []
    for at, feature in enumerate(features):
        by = None if shift is None else float(shift[at])
        over = None if scale is None else float(scale[at])

        def function(x: Any, by: float | None = by, over: float | None = over) -> Any:
            x = x if by is None else x - by
            return x if over is None else x / over

        def expression(x: Compiled, by: float | None = by, over: float | None = over) -> Compiled:
            x = x if by is None else apply("-", x, constant(by))
            return x if over is None else apply("/", x, constant(over))

        if by is None and over is None:
            made.append(as_number(feature))
        else:
            made.append(elementwise(feature, name, function, expression))
    return made


@converts("sklearn.preprocessing.StandardScaler")
def standard_scaler(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert (x - mean) / scale."""
    mean = estimator.mean_ if estimator.with_mean else None
    return _shifted(features, "standardize", mean, estimator.scale_, estimator)


@converts("sklearn.preprocessing.RobustScaler")
def robust_scaler(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert (x - median) / quantile range."""
    return _shifted(features, "robust_scale", estimator.center_, estimator.scale_, estimator)


@converts("sklearn.preprocessing.MaxAbsScaler")
def max_abs_scaler(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert x / largest absolute value."""
    made = _shifted(features, "max_abs_scale", None, estimator.scale_, estimator)
    return _clipped(made, -1.0, 1.0) if getattr(estimator, "clip", False) else made


@converts("sklearn.preprocessing.MinMaxScaler")
def min_max_scaler(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert x * scale + min, and the clipping."""
    uniform(features, estimator.n_features_in_, estimator)
    made = [
        _affine(feature, scale, least)
        for feature, scale, least in zip(
            features, estimator.scale_.tolist(), estimator.min_.tolist(), strict=True
        )
    ]
    if estimator.clip:
        low, high = estimator.feature_range
        return _clipped(made, float(low), float(high))
    return made


def _affine(feature: Feature, scale: float, least: float) -> Feature:
    return elementwise(
        feature,
        "min_max_scale",
        lambda x: x * scale + least,
        lambda x: apply("+", apply("*", x, constant(scale)), constant(least)),
    )


def _clipped(features: Sequence[Feature], low: float, high: float) -> list[Feature]:
    # min and max skip missing arguments, so a missing value must not get there.
    return [
        elementwise(
            feature,
            "clip",
            lambda x: np.clip(x, low, high),
            lambda x: apply("min", apply("max", x, constant(low)), constant(high)),
            guarded=True,
        )
        for feature in features
    ]


@converts("sklearn.preprocessing.PolynomialFeatures")
def polynomial_features(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to products, which a regression can take as terms."""
    uniform(features, estimator.n_features_in_, estimator)
    numbers = [as_number(feature) for feature in features]
    made: list[Feature] = []
    for powers in estimator.powers_.tolist():
        used = [(at, power) for at, power in enumerate(powers) if power]
        factors = by_source([numbers[at] for at, power in used for _ in range(power)])
        if not factors:
            made.append(ConstantFeature(1.0))
        elif len(factors) == 1:
            made.append(factors[0])
        else:
            name = " ".join(
                name_of(features[at]) + (f"^{power}" if power > 1 else "") for at, power in used
            )
            made.append(Product(name, tuple(factors)))
    return made


@converts("sklearn.preprocessing.KBinsDiscretizer")
def k_bins_discretizer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to the number of the bin, or to one indicator for each bin."""
    uniform(features, estimator.n_features_in_, estimator)
    made: list[Feature] = []
    for feature, edges in zip(features, estimator.bin_edges_, strict=True):
        inner = [float(edge) for edge in edges[1:-1]]
        if estimator.encode == "ordinal":
            made.append(_binned(feature, inner, "double"))
            continue
        binned = _binned(feature, inner, "integer")
        for number in range(len(inner) + 1):
            if not inner:
                made.append(ConstantFeature(1.0))
            else:
                name = f"{name_of(feature)}_{number}"
                made.append(Lookup(name, binned, ((number, 1.0),), 0.0, 0.0))
    return made


def _binned(feature: Feature, edges: Sequence[float], data_type: str) -> Feature:
    feature = as_number(feature)
    if isinstance(feature, Lookup) and data_type == "double":
        return feature.map(lambda x: _bin_of(x, edges), feature.name)
    if isinstance(feature, ConstantFeature) or not edges:
        return ConstantFeature(0.0)

    def expression(source: Compiled) -> Compiled:
        bounds = [None, *edges, None]
        bins = tuple(
            DiscretizeBin(
                bin_value=str(number),
                interval=Interval(closure="closedOpen", left_margin=left, right_margin=right),
            )
            for number, (left, right) in enumerate(pairwise(bounds))
        )
        return Discretize(field=cast(FieldRef, source).field, data_type=data_type, bins=bins)

    optype = "continuous" if data_type == "double" else "categorical"
    return Derived(f"bin({name_of(feature)})", (feature,), expression, data_type, optype)


def _bin_of(x: Any, edges: Sequence[float]) -> Any:
    bins = np.searchsorted(edges, x, side="right").astype(np.float64)
    return np.where(np.isnan(x), np.nan, bins)


@converts("sklearn.preprocessing.Binarizer")
def binarizer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to 1 above the threshold, 0 elsewhere."""
    threshold = float(estimator.threshold)
    return [
        elementwise(
            feature,
            "binarize",
            lambda x: np.where(np.isnan(x), np.nan, (x > threshold) * 1.0),
            lambda x: apply("threshold", x, constant(threshold)),
            guarded=True,
        )
        for feature in features
    ]


@converts("sklearn.preprocessing.Normalizer")
def normalizer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the columns over the norm of the row."""
    uniform(features, estimator.n_features_in_, estimator)
    numbers = tuple(as_number(feature) for feature in features)
    norm = Derived(f"norm({estimator.norm})", numbers, _norm_of(estimator.norm), guarded=True)

    def expression(x: Compiled, length: Compiled) -> Compiled:
        is_long = apply("greaterOrEqual", length, constant(NO_LENGTH))
        return apply("if", is_long, apply("/", x, length), x)

    return [
        Derived(f"normalize({name_of(feature)})", (feature, norm), expression, guarded=True)
        for feature in numbers
    ]


def _norm_of(kind: str) -> Callable[..., Compiled]:
    def expression(*row: Compiled) -> Compiled:
        if kind == "l2":
            return apply("sqrt", sum_of([squared(x) for x in row]))
        sizes = [apply("abs", x) for x in row]
        return sum_of(sizes) if kind == "l1" else apply("max", *sizes)

    return expression


@converts("sklearn.preprocessing.KernelCenterer")
def kernel_centerer(estimator: Any, features: Sequence[Feature], context: Context) -> list[Feature]:
    """Convert to the kernels less the mean of the row and the means of the training rows."""
    means = np.asarray(estimator.K_fit_rows_, np.float64).tolist()
    uniform(features, len(means), estimator)
    mean = combination("mean", features, np.full(len(means), 1.0 / len(means)))
    whole = float(estimator.K_fit_all_)
    return [
        combination(f"centered({name_of(feature)})", (feature, mean), (1.0, -1.0), whole - own)
        for feature, own in zip(features, means, strict=True)
    ]

"""sklearn.isotonic: a curve through points as NormContinuous."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters import finals
from pmmlkit.exporters.context import Context
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    as_number,
    name_of,
    uniform,
)
from pmmlkit.exporters.frame import Draft
from pmmlkit.exporters.registry import converts
from pmmlkit.language.expressions import FieldRef, LinearNorm, NormContinuous
from pmmlkit.language.scope import Compiled

__all__ = ["curve", "isotonic_regression"]

Doubles = npt.NDArray[np.float64]


@converts("sklearn.isotonic.IsotonicRegression")
def isotonic_regression(estimator: Any, features: Sequence[Feature], context: Context) -> Draft:
    """Convert to a regression that predicts the curve."""
    (feature,) = uniform(features, 1, estimator)
    return finals.numbered(context, isotonic_curve(estimator, feature))


def isotonic_curve(estimator: Any, feature: Feature) -> Feature:
    """Return the curve over a feature.

    Beyond its ends: the ends where scikit-learn clips, missing where it says NaN or raises.
    """
    outliers = "asExtremeValues" if estimator.out_of_bounds == "clip" else "asMissingValues"
    x = np.asarray(estimator.X_thresholds_, np.float64)
    y = np.asarray(estimator.y_thresholds_, np.float64)
    return curve("isotonic", feature, x, y, outliers)


def curve(name: str, feature: Feature, x: Doubles, y: Doubles, outliers: str) -> Feature:
    """Return the piecewise linear curve through points (n,), x growing; `outliers` says what lies
    beyond the ends, in PMML's words.
    """
    number = as_number(feature)
    if len(x) == 1:
        return ConstantFeature(float(y[0]))

    def expression(source: Compiled) -> Compiled:
        return NormContinuous(
            field=cast(FieldRef, source).field,
            outliers=outliers,
            linear_norms=tuple(
                LinearNorm(orig=at, norm=value)
                for at, value in zip(x.tolist(), y.tolist(), strict=True)
            ),
        )

    missing = None if outliers == "asExtremeValues" else True
    return Derived(f"{name}({name_of(feature)})", (number,), expression, missing=missing)

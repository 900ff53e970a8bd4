"""sklearn.preprocessing.QuantileTransformer: from values to their shares of the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.context import Context
from pmmlkit.exporters.expressions import apply, constant
from pmmlkit.exporters.features import (
    ConstantFeature,
    Derived,
    Feature,
    Lookup,
    as_number,
    elementwise,
    may_be_missing,
    name_of,
    uniform,
)
from pmmlkit.exporters.registry import converts
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from pmmlkit.language.expressions import FieldRef, LinearNorm, NormContinuous
from pmmlkit.language.scope import Compiled
from pmmlkit.xml.lexical import format_number

__all__ = ["quantile_transformer", "value_of_quantile"]

Doubles = npt.NDArray[np.float64]

BOUND: Final = 1e-7
"""So near to the ends of the range values count as the ends, where the output is normal."""

SHORT: Final = 1e-9
"""The length of a piece, relative to its end, that is short."""


@converts("sklearn.preprocessing.QuantileTransformer")
def quantile_transformer(
    estimator: Any, features: Sequence[Feature], context: Context
) -> list[Feature]:
    """Convert to a curve of line pieces; for a normal output, to the quantile function of it."""
    quantiles = np.asarray(estimator.quantiles_, np.float64)
    uniform(features, quantiles.shape[1], estimator)
    references = np.asarray(estimator.references_, np.float64)
    is_normal = estimator.output_distribution == "normal"
    return [
        _transformed(feature, column, references, is_normal)
        for feature, column in zip(features, quantiles.T, strict=True)
    ]


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """Shares of values: line pieces between corners, and what single values have (`ties`), where
    the curve jumps.

    The corners of a jump are neighbours among doubles, so that no number lies between them.
    """

    corners: Doubles
    shares: Doubles
    ties: Doubles
    tied_shares: Doubles

    @classmethod
    def of(cls, quantiles: Doubles, references: Doubles) -> Curve:
        """Return the curve: a value that has several quantiles has the middle of their shares."""
        values, first = np.unique(quantiles, return_index=True)
        last = len(quantiles) - 1 - np.unique(quantiles[::-1], return_index=True)[1]
        left, right = references[first], references[last]
        middle = 0.5 * (left + right)
        middle[-1] = references[-1]
        middle[0] = references[0]
        jumps = left != right
        corners = np.concatenate([values, np.nextafter(values[jumps], np.inf)])
        shares = np.concatenate([left, right[jumps]])
        # where a value follows at once, its own corner says it
        corners, places = np.unique(corners, return_index=True)
        # PMML4S computes slope * x + intercept, which has no digits left where a piece is that
        # short: so its ends are listed as well
        is_short = np.diff(values) <= SHORT * np.abs(values[1:])
        listed = jumps | np.r_[is_short, False] | np.r_[False, is_short]
        return cls(corners, shares[places], values[listed], middle[listed])

    def numbers(self, x: Doubles) -> Doubles:
        """Return the shares of numbers (n,)."""
        found = np.interp(x, self.corners, self.shares)
        if len(self.ties):
            places = np.searchsorted(self.ties, x).clip(0, len(self.ties) - 1)
            found = np.where(self.ties[places] == x, self.tied_shares[places], found)
        return found

    def line(self, x: Compiled) -> Compiled:
        """Return the line pieces."""
        return _line(x, self.corners, self.shares)

    def tied(self, x: Compiled) -> Compiled:
        """Return the shares of the single values, missing elsewhere."""
        return Discretize(
            field=cast(FieldRef, x).field,
            data_type="double",
            bins=tuple(
                DiscretizeBin(
                    bin_value=format_number(share),
                    interval=Interval(
                        closure="closedClosed", left_margin=value, right_margin=value
                    ),
                )
                for value, share in zip(self.ties.tolist(), self.tied_shares.tolist(), strict=True)
            ),
        )


def _line(x: Compiled, corners: Doubles, heights: Doubles) -> Compiled:
    """Return the line pieces between corners, level beyond them."""
    return NormContinuous(
        field=cast(FieldRef, x).field,
        outliers="asExtremeValues",
        linear_norms=tuple(
            LinearNorm(orig=corner, norm=height)
            for corner, height in zip(corners.tolist(), heights.tolist(), strict=True)
        ),
    )


def _transformed(
    feature: Feature, quantiles: Doubles, references: Doubles, is_normal: bool
) -> Feature:
    if np.isnan(quantiles).any():
        # a column without values
        return ConstantFeature(float("nan"))
    curve = Curve.of(quantiles, references)
    number = as_number(feature)
    if not is_normal:
        return _rank(number, curve)
    lowest, highest = float(quantiles[0]), float(quantiles[-1])
    name = f"normal_quantile({name_of(feature)})"
    if isinstance(number, Lookup):
        return number.map(lambda x: _normal_numbers(x, curve.numbers(x), lowest, highest), name)
    return Derived(
        name,
        (number, _rank(number, curve)),
        lambda x, share: _normal(x, share, lowest, highest),
        guarded=True,
    )


def _rank(feature: Feature, curve: Curve) -> Feature:
    name = f"quantile({name_of(feature)})"
    if isinstance(feature, Lookup):
        return feature.map(curve.numbers, name)
    if isinstance(feature, ConstantFeature):
        return ConstantFeature(float(curve.numbers(np.array([feature.value]))[0]))
    if len(curve.corners) < 2:
        share = float(curve.shares[0])
        return Derived(name, (feature,), lambda _: constant(share), guarded=True)
    if not len(curve.ties):
        return Derived(name, (feature,), curve.line)
    tied = Derived(f"tied({name_of(feature)})", (feature,), curve.tied, missing=True)

    def expression(x: Compiled, share: Compiled) -> Compiled:
        return apply("if", apply("isMissing", share), curve.line(x), share)

    return Derived(name, (feature, tied), expression, missing=may_be_missing(feature))


def _ends() -> tuple[float, float]:
    """Return the least and the largest share that the normal output knows."""
    least = BOUND - float(np.spacing(1.0))
    return least, 1.0 - least


def _normal(x: Compiled, share: Compiled, lowest: float, highest: float) -> Compiled:
    from scipy.stats import norm

    least, largest = _ends()
    clipped = apply("min", apply("max", share, constant(least)), constant(largest))
    is_least = apply("lessThan", apply("-", x, constant(BOUND)), constant(lowest))
    is_largest = apply("greaterThan", apply("+", x, constant(BOUND)), constant(highest))
    return apply(
        "if",
        is_least,
        constant(float(norm.ppf(least))),
        apply(
            "if",
            is_largest,
            constant(float(norm.ppf(largest))),
            apply("stdNormalIDF", clipped),
        ),
    )


def _normal_numbers(x: Doubles, shares: Doubles, lowest: float, highest: float) -> Doubles:
    from scipy.stats import norm

    least, largest = _ends()
    inside = np.clip(shares, least, largest)
    above = np.where(x + BOUND > highest, largest, inside)
    return np.asarray(norm.ppf(np.where(x - BOUND < lowest, least, above)), np.float64)


def value_of_quantile(feature: Feature, estimator: Any) -> Feature:
    """Return the number whose share of the training rows of a single column (for a normal output:
    its quantile of the normal distribution) the feature is.
    """
    quantiles = np.asarray(estimator.quantiles_, np.float64)[:, 0]
    references = np.asarray(estimator.references_, np.float64)
    if len(quantiles) < 2:
        return ConstantFeature(float(quantiles[0]))
    is_normal = estimator.output_distribution == "normal"
    share = as_number(feature)
    if is_normal:
        share = elementwise(
            share, "share", _normal_shares, lambda z: apply("stdNormalCDF", z), guarded=True
        )
    name = f"value({name_of(feature)})"

    def numbers(shares: Doubles) -> Doubles:
        found = np.interp(shares, references, quantiles)
        if not is_normal:
            return found
        found = np.where(shares + BOUND > 1.0, quantiles[-1], found)
        return np.where(shares - BOUND < 0.0, quantiles[0], found)

    if isinstance(share, Lookup | ConstantFeature):
        return elementwise(share, name, numbers, lambda x: x)
    value = Derived(name, (share,), lambda x: _line(x, references, quantiles))
    if not is_normal:
        return value

    def within(share: Compiled, value: Compiled) -> Compiled:
        is_least = apply("lessThan", apply("-", share, constant(BOUND)), constant(0.0))
        is_largest = apply("greaterThan", apply("+", share, constant(BOUND)), constant(1.0))
        highest = apply("if", is_largest, constant(float(quantiles[-1])), value)
        return apply("if", is_least, constant(float(quantiles[0])), highest)

    return Derived(f"bounded({name})", (share, value), within, guarded=True)


def _normal_shares(z: Doubles) -> Doubles:
    from scipy.stats import norm

    return np.asarray(norm.cdf(z), np.float64)

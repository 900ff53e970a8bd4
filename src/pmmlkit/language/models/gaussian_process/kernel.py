"""The kernels as functions of scaled distances. Semantics chapter 24.

All of them are ``gamma exp(-s)``, where s is a sum over the features, made in their order in both
modes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import wrong
from pmmlkit.language.models.gaussian_process.declaration import (
    AbsoluteExponentialKernel,
    ARDSquaredExponentialKernel,
    GeneralizedExponentialKernel,
    Kernel,
    RadialBasisKernel,
)
from pmmlkit.limits import Limits

__all__ = ["Covariance", "compile_kernel"]

Doubles = npt.NDArray[np.float64]
Term = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Covariance:
    """A kernel: `scales` (d,) divide the features; `term` is what one scaled difference adds,
    its square if `is_squared`.
    """

    gamma: float
    noise: float
    scales: Doubles
    term: Term
    factor: float
    is_squared: bool = False

    def between(self, left: list[Any], right: list[Any]) -> Any:
        """Return the covariance of points whose scaled features broadcast, feature by feature."""
        total = self.term(left[0] - right[0])
        for one, other in zip(left[1:], right[1:], strict=True):
            total = total + self.term(one - other)
        return self.gamma * np.exp(total * self.factor)

    def of_totals(self, totals: Doubles) -> None:
        """Change sums of terms to covariances, in place."""
        totals *= self.factor
        np.exp(totals, out=totals)
        totals *= self.gamma


def compile_kernel(kernel: Kernel, size: int, limits: Limits) -> Covariance:
    """Compile the kernel of points with `size` features.

    Raises MarkupError where length scales are not positive or not as many as the features.
    """
    scales = _scales(kernel, size, limits)
    if not (np.isfinite(scales).all() and (scales > 0).all()):
        raise wrong(kernel, "every lambda must be a positive number", code=mistakes.OUT_OF_RANGE)
    if not (np.isfinite(kernel.gamma) and kernel.gamma > 0):
        raise wrong(
            kernel, f"gamma must be positive, not {kernel.gamma}", code=mistakes.OUT_OF_RANGE
        )
    if not (np.isfinite(kernel.noise_variance) and kernel.noise_variance >= 0):
        raise wrong(
            kernel,
            f"noiseVariance must not be negative, but is {kernel.noise_variance}",
            code=mistakes.OUT_OF_RANGE,
        )
    term, factor = _term(kernel)
    return Covariance(
        kernel.gamma, kernel.noise_variance, scales, term, factor, is_squared=term is np.square
    )


def _scales(kernel: Kernel, size: int, limits: Limits) -> Doubles:
    if isinstance(kernel, RadialBasisKernel):
        return np.full(size, kernel.length_scale)
    assert isinstance(
        kernel,
        ARDSquaredExponentialKernel | AbsoluteExponentialKernel | GeneralizedExponentialKernel,
    )
    parts = [item.array.numbers(limits) for item in kernel.lambdas]
    found = np.concatenate(parts) if parts else np.ones(1)
    if len(found) == 1:
        return np.full(size, found[0])
    if len(found) != size:
        raise wrong(
            kernel,
            f"has {len(found)} lambdas, but there are {size} features",
            code=mistakes.WRONG_COUNT,
        )
    return found


def _term(kernel: Kernel) -> tuple[Term, float]:
    if isinstance(kernel, AbsoluteExponentialKernel):
        return np.abs, -1.0
    if isinstance(kernel, GeneralizedExponentialKernel):
        degree = kernel.degree
        if not 0 < degree <= 2:
            # Beyond 2 the function is no covariance.
            raise wrong(
                kernel,
                f"degree must be above 0 and at most 2, not {degree}",
                code=mistakes.OUT_OF_RANGE,
            )
        return (lambda difference: np.power(np.abs(difference), degree)), -1.0
    return np.square, -0.5

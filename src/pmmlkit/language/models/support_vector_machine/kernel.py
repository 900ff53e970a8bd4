"""The kernels: from dot products or squared distances of a row and many vectors to likenesses,
over columns and over one row. Semantics chapter 11.

Columns are float64, or float32 where the model computes in single precision; a transcendental
function is then computed in double and rounded. Rows are doubles.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from pmmlkit.columns.kernels.ordered_sums import EXPONENT_ERROR
from pmmlkit.language import mistakes
from pmmlkit.language.mistakes import unsupported

if TYPE_CHECKING:
    from pmmlkit.language.models.support_vector_machine.declaration import Kernel

__all__ = ["KernelFunction", "kernel_function"]

Array = npt.NDArray[Any]


@dataclass(frozen=True, slots=True)
class KernelFunction:
    """`columns` changes dot products (vectors, rows) in place, `rows` makes a list of a list; None
    where nothing is to do. With `squares` they are squared distances. `tolerance`: the absolute
    error of those that keeps the kernel within 1e-12; 0 where the function has jumps, so that
    products too must be added in order.
    """

    columns: Callable[[Array], None] | None = None
    rows: Callable[[list[float]], list[float]] | None = None
    squares: bool = False
    tolerance: float = math.inf


def kernel_function(kernel: Kernel) -> KernelFunction:
    """Return the function of a kernel element."""
    from pmmlkit.language.models.support_vector_machine import declaration as elements

    if isinstance(kernel, elements.LinearKernelType):
        return KernelFunction()
    if isinstance(kernel, elements.PolynomialKernelType):
        return _polynomial(float(kernel.gamma), float(kernel.coef0), float(kernel.degree))
    if isinstance(kernel, elements.RadialBasisKernelType):
        return _radial_basis(float(kernel.gamma))
    if isinstance(kernel, elements.SigmoidKernelType):
        return _sigmoid(float(kernel.gamma), float(kernel.coef0))
    raise unsupported(kernel, f"{kernel.tag} is not supported", code=mistakes.NOT_EVALUATED)


def _scale(values: Array, gamma: float, coef0: float) -> None:
    number = values.dtype.type
    values *= number(gamma)
    values += number(coef0)


def _in_double(function: Callable[..., Any], values: Array, *more: Any) -> None:
    if values.dtype == np.float64:
        function(values, *more, out=values)
    else:
        values[...] = function(values.astype(np.float64), *more)


def _polynomial(gamma: float, coef0: float, degree: float) -> KernelFunction:
    def columns(values: Array) -> None:
        _scale(values, gamma, coef0)
        if degree == 2:
            values *= values
        elif degree == 3:
            # pow is ten times slower, and may differ in the last bit only.
            values *= values * values
        elif degree == 0.5:
            _in_double(np.power, values, np.full(values.shape, degree))
        elif degree != 1:
            _in_double(np.power, values, degree)

    def rows(products: list[float]) -> list[float]:
        bases = [gamma * product + coef0 for product in products]
        if degree == 1:
            return bases
        if degree == 2:
            return [base * base for base in bases]
        if degree == 3:
            return [base * (base * base) for base in bases]
        try:
            return [math.pow(base, degree) for base in bases]
        except (OverflowError, ValueError):
            with np.errstate(all="ignore"):
                powers: list[float] = np.power(np.array(bases), degree).tolist()
                return powers

    # A negative base has a power only where the degree is whole, and 0 only where it is positive.
    is_smooth = degree >= 0 and degree.is_integer()
    return KernelFunction(columns, rows, tolerance=math.inf if is_smooth else 0.0)


def _radial_basis(gamma: float) -> KernelFunction:
    def columns(values: Array) -> None:
        values *= values.dtype.type(-gamma)
        _in_double(np.exp, values)

    def rows(distances: list[float]) -> list[float]:
        exp, factor = math.exp, -gamma
        try:
            return [exp(factor * distance) for distance in distances]
        except OverflowError:  # of a negative gamma
            with np.errstate(all="ignore"):
                values: list[float] = np.exp(factor * np.array(distances)).tolist()
                return values

    tolerance = EXPONENT_ERROR / abs(gamma) if gamma else math.inf
    return KernelFunction(columns, rows, squares=True, tolerance=tolerance)


def _sigmoid(gamma: float, coef0: float) -> KernelFunction:
    def columns(values: Array) -> None:
        _scale(values, gamma, coef0)
        _in_double(np.tanh, values)

    def rows(products: list[float]) -> list[float]:
        tanh = math.tanh
        return [tanh(gamma * product + coef0) for product in products]

    return KernelFunction(columns, rows)

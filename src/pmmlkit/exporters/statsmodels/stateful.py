"""The transforms of patsy that remember the training rows, as functions that tracing can follow.

What is read of patsy beside its public names is read here: what each transform remembers.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import factorial
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pmmlkit.exporters.tracing.symbols import is_symbolic

__all__ = ["followed"]

Doubles = npt.NDArray[np.float64]


def followed(transform: Any) -> Any:
    """Return a stateful transform as one that takes symbols as well; any other as it is."""
    kind = type(transform)
    make = _FOLLOWED.get(f"{kind.__module__}.{kind.__qualname__}")
    return transform if make is None else make(transform)


@dataclass(frozen=True)
class _Followed(ABC):
    """A transform of patsy: of symbols what it makes of each row, of numbers what patsy makes."""

    original: Any

    def transform(self, *given: Any, **options: Any) -> Any:
        """Return what the transform makes of columns."""
        if any(map(is_symbolic, (*given, *options.values()))):
            return self.of_symbols(*given, **options)
        return self.of_numbers(*given, **options)

    @abstractmethod
    def of_symbols(self, *given: Any, **options: Any) -> Any:
        """Return what the transform makes of symbolic columns."""

    def of_numbers(self, *given: Any, **options: Any) -> Any:
        """Return what patsy makes of numbers; some of it is wider than doubles."""
        return self.original.transform(*given, **options).astype(np.float64)


class _Center(_Followed):
    """``center``: numbers less the mean."""

    def of_symbols(self, x: Any) -> Any:
        return x - _number(self.original._sum / self.original._count)


class _Standardize(_Followed):
    """``standardize`` and ``scale``: numbers less the mean, over the standard deviation."""

    def of_symbols(self, x: Any, center: bool = True, rescale: bool = True, ddof: int = 0) -> Any:
        made = x.astype(float)
        if center:
            made = made - _number(self.original.current_mean)
        if rescale:
            variance = self.original.current_M2 / (self.original.current_n - ddof)
            made = made / _number(np.sqrt(variance))
        return made


class _BSpline(_Followed):
    """``bs``: the functions of a basis of B-splines; a number outside of the knots has none."""

    def of_numbers(self, x: Any, *given: Any, **options: Any) -> Any:
        numbers = np.asarray(x, np.float64).reshape(-1)
        knots = self.original._all_knots
        inside = (numbers >= knots[0]) & (numbers <= knots[-1])
        # patsy refuses a whole table for one number outside, unless another is missing
        made = self.original.transform(np.where(inside, numbers, knots[0]), *given, **options)
        return np.where(inside[:, np.newaxis], made, np.nan)

    def of_symbols(self, x: Any, *given: Any, **options: Any) -> Any:
        from scipy.interpolate import BSpline

        degree = int(self.original._degree)
        knots = np.asarray(self.original._all_knots, np.float64)
        count = len(knots) - degree - 1
        basis = BSpline(knots, np.eye(count), degree)
        ends = np.unique(knots)
        orders = [basis(ends[:-1], nu=order) / factorial(order) for order in range(degree + 1)]
        inner = np.stack(orders, axis=1)
        nothing = np.full((1, *inner.shape[1:]), np.nan)
        made = _in_pieces(x, ends, np.r_[ends[0], ends], np.concatenate([nothing, inner, nothing]))
        # df, knots and degree come before it
        is_whole = given[3] if len(given) > 3 else options.get("include_intercept", False)
        return np.column_stack(made if is_whole else made[1:])


class _CubicSpline(_Followed):
    """``cr`` and ``cc``: cubic regression splines, natural or cyclic.

    S. N. Wood: Generalized Additive Models (2006), section 4.1.2.
    """

    def of_symbols(self, x: Any, *_: Any, **__: Any) -> Any:
        knots = np.asarray(self.original._all_knots, np.float64)
        is_cyclic = bool(self.original._cyclic)
        if is_cyclic:
            x = _into_period(x, float(knots[0]), float(knots[-1]))
        coefficients = _constrained(_cubics(knots, is_cyclic), self.original._constraints)
        made = _in_pieces(x, knots, np.r_[knots[0], knots[:-1], knots[-2]], coefficients)
        return np.column_stack(made)


class _TensorProduct(_Followed):
    """``te``: the products of the columns of its arguments, those of the last vary fastest."""

    def of_symbols(self, *tables: Any, **_: Any) -> Any:
        products = list(_columns(tables[0]))
        for table in tables[1:]:
            products = [left * right for left in products for right in _columns(table)]
        made = np.column_stack(products)
        constraints = self.original._constraints
        return made if constraints is None else made @ _free_of(constraints)


_FOLLOWED: Final[MappingProxyType[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "patsy.mgcv_cubic_splines.CC": _CubicSpline,
        "patsy.mgcv_cubic_splines.CR": _CubicSpline,
        "patsy.mgcv_cubic_splines.TE": _TensorProduct,
        "patsy.splines.BS": _BSpline,
        "patsy.state.Center": _Center,
        "patsy.state.Standardize": _Standardize,
    }
)


def _number(value: Any) -> Any:
    """Return a double, or one for each column."""
    numbers = np.asarray(value, np.float64).reshape(-1)
    return float(numbers[0]) if len(numbers) == 1 else numbers


def _columns(table: Any) -> Iterator[Any]:
    return iter([table] if table.ndim == 1 else [table[:, at] for at in range(table.shape[1])])


def _in_pieces(x: Any, ends: Doubles, origins: Doubles, coefficients: Doubles) -> list[Any]:
    """Return the values (rows,) of each function that is a polynomial in each piece.

    The pieces are what is below the first of the `ends`, what is between neighbours, and what is
    above the last one. `coefficients` (pieces, powers, functions) are those of powers of
    ``x - origin``, the constant first; NaN where a function has no value.
    """
    tests = [x < end for end in ends[:-1].tolist()] + [x <= float(ends[-1])]
    powers = [x - origin if origin else x for origin in origins.tolist()]
    return [
        np.select(
            tests,
            [_polynomial(at, own) for at, own in zip(powers, of_one, strict=True)][:-1],
            _polynomial(powers[-1], of_one[-1]),
        )
        for of_one in np.moveaxis(coefficients, 2, 0).tolist()
    ]


def _polynomial(x: Any, coefficients: list[float]) -> Any:
    if not any(coefficients[1:]) or np.isnan(coefficients[0]):
        return coefficients[0]
    total: Any = coefficients[-1]
    for coefficient in reversed(coefficients[:-1]):
        total = total * x + coefficient
    return total


def _into_period(x: Any, low: float, high: float) -> Any:
    """Return numbers moved by whole periods between the ends, as patsy moves them."""
    period = high - low
    above = low + np.mod(x - high, period)
    below = high - np.mod(low - x, period)
    return np.where(x > high, above, np.where(x < low, below, x))


def _cubics(knots: Doubles, is_cyclic: bool) -> Doubles:
    """Return the coefficients (pieces, 4, functions) of cubic regression splines."""
    from patsy import mgcv_cubic_splines

    name = "_get_cyclic_f" if is_cyclic else "_get_natural_f"
    curvatures = np.asarray(getattr(mgcv_cubic_splines, name)(knots), np.float64)
    values = np.eye(curvatures.shape[1])
    pieces = []
    for at, h in enumerate(np.diff(knots).tolist()):
        left, right = at, (at + 1) % len(curvatures) if is_cyclic else at + 1
        pieces.append(
            np.stack(
                [
                    values[left],
                    (values[right] - values[left]) / h
                    - h * (2.0 * curvatures[left] + curvatures[right]) / 6.0,
                    curvatures[left] / 2.0,
                    (curvatures[right] - curvatures[left]) / (6.0 * h),
                ]
            )
        )
    # natural splines go on as lines: there is no curvature at their ends
    h = float(knots[-1] - knots[-2])
    before, after = pieces[0].copy(), np.zeros_like(pieces[0])
    before[2:] = 0.0
    last = len(knots) - 2
    after[0] = values[last] - h * h * curvatures[last] / 6.0
    after[1] = (values[(last + 1) % len(values)] - values[last]) / h + h * curvatures[last] / 6.0
    return np.stack([before, *pieces, after])


def _constrained(coefficients: Doubles, constraints: Any) -> Doubles:
    return coefficients if constraints is None else coefficients @ _free_of(constraints)


def _free_of(constraints: Any) -> Doubles:
    """Return the basis (functions, free) of what meets linear constraints, as patsy takes it."""
    from scipy import linalg

    rows = np.atleast_2d(np.asarray(constraints, np.float64))
    orthogonal, _ = linalg.qr(rows.T)
    return np.asarray(orthogonal[:, rows.shape[0] :], np.float64)

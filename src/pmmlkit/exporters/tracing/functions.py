"""The functions of NumPy that take whole arrays, over symbols."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np

from pmmlkit.exporters.tracing import algebra, mathematics, shapes
from pmmlkit.exporters.tracing.broadcasting import matched, wrapped
from pmmlkit.exporters.tracing.fields import bins, pieces
from pmmlkit.exporters.tracing.products import product
from pmmlkit.exporters.tracing.reductions import along_rows, cumulated, norm, reduced
from pmmlkit.exporters.tracing.symbols import Symbol, Table
from pmmlkit.exporters.tracing.terms import Call, Fixed, Term, Untraceable, fixed, retyped

__all__ = ["array_functions", "clip", "each", "is_in", "where"]


def each(build: Callable[..., Term], *values: Any) -> Any:
    """Return what a function of terms makes of each column of these values."""
    shape, operands = matched(*values)
    return wrapped(shape, [build(*terms) for terms in zip(*operands, strict=True)])


def where(condition: Any, *branches: Any) -> Any:
    """Return ``np.where`` with three arguments."""
    if len(branches) != 2:
        raise Untraceable("np.where(condition) gives row numbers: use np.where(condition, a, b)")
    return _to_numpy(each(algebra.choose, condition, *branches))


def _to_numpy(value: Any) -> Any:
    """Return a result of NumPy, which is an array though pandas went in."""
    return value.to_numpy() if getattr(value, "pandas", False) else value


def select(conditions: Any, choices: Any, default: Any = 0) -> Any:
    """Return ``np.select``: the choice of the first condition that holds."""
    result = default
    pairs = list(zip(conditions, choices, strict=True))
    for condition, choice in reversed(pairs):
        result = where(condition, choice, result)
    return result


def clip(value: Any, a_min: Any = None, a_max: Any = None, out: Any = None, **limits: Any) -> Any:
    """Return ``np.clip``."""
    low = limits.pop("min", a_min)
    high = limits.pop("max", a_max)
    if limits or out is not None:
        raise Untraceable("np.clip with out= or other options cannot be written")
    if low is not None:
        value = np.maximum(value, low)
    return value if high is None else np.minimum(value, high)


def _nan_to_num(
    x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    def build(term: Term) -> Term:
        made = algebra.filled(algebra.number(term), fixed(nan))
        for given, sign in ((posinf, 1.0), (neginf, -1.0)):
            if given is not None or term.infinite:
                new = sign * np.finfo(float).max if given is None else given
                test = algebra.compare("equal", term, Fixed(sign * math.inf, "double"))
                made = algebra.choose(test, fixed(float(new)), made)
        return made

    return each(build, x)


def _round(value: Any, decimals: int = 0, out: Any = None) -> Any:
    return each(lambda term: mathematics.rounded(term, decimals), value)


def _digitize(x: Any, edges: Any, right: bool = False) -> Any:
    return each(lambda term: bins(term, edges, right=right), x)


def _searchsorted(edges: Any, x: Any, side: str = "left", sorter: Any = None) -> Any:
    if isinstance(edges, Symbol) or sorter is not None:
        raise Untraceable("np.searchsorted in a column: the edges must be constants")
    return _digitize(x, np.asarray(edges), right=side == "left")


def _interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    if period is not None:
        raise Untraceable("np.interp with a period cannot be written")
    return each(lambda term: pieces(term, xp, fp, left, right), x)


def is_in(value: Any, items: Any, invert: bool = False, *, of_missing: bool | None = None) -> Any:
    """Return the test whether a value is among constants. NaN is not, in NumPy; in pandas it is, if
    they name it.
    """
    if isinstance(items, Symbol):
        raise Untraceable("np.isin among the values of a column: they must be constants")
    known = [fixed(item) for item in np.asarray(list(items), object).ravel().tolist()]

    def build(term: Term) -> Term:
        tests = [algebra.compare("equal", term, item) for item in known if not item.missing]
        if term.kind == "string" and len(tests) > 1:
            texts = [item for item in known if item.kind == "string" and not item.missing]
            tests = [Call("isIn", (term, *texts), "boolean", False)]
        if of_missing and any(item.missing for item in known):
            tests.append(algebra.is_missing(term))
        found = algebra.either(*tests)
        return algebra.negation(found) if invert else found

    return each(build, value)


def _isin(
    element: Any, test_elements: Any, assume_unique: Any = False, invert: bool = False, **_: Any
) -> Any:
    return _to_numpy(is_in(element, test_elements, invert))


def _diff(value: Any, n: int = 1, axis: int = -1, **_: Any) -> Any:
    table, terms = along_rows(value, axis)
    assert isinstance(table, Table)
    for _step in range(n):
        terms = [algebra.subtract(b, a) for a, b in pairwise(terms)]
    return table.like(terms)


def _average(value: Any, axis: Any = None, weights: Any = None, **_: Any) -> Any:
    if weights is None:
        return reduced("mean", value, axis, skips=False)
    shares = np.asarray(weights, float)
    return (
        product(value, shares / shares.sum()) if axis in (1, -1) else reduced("mean", value, axis)
    )


def _is_close(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, **_: Any) -> Any:
    return np.abs(a - b) <= atol + rtol * np.abs(b)


def _poly(coefficients: Any, x: Any) -> Any:
    result: Any = np.zeros_like(x)
    for coefficient in np.asarray(coefficients).tolist():
        result = result * x + coefficient
    return result


def _piecewise(x: Any, conditions: Any, functions: Any, *args: Any, **options: Any) -> Any:
    results = [f(x, *args, **options) if callable(f) else f for f in functions]
    default = results[len(conditions)] if len(results) > len(conditions) else 0
    result = default
    # the last condition that holds decides
    for condition, choice in zip(conditions, results, strict=False):
        result = where(condition, choice, result)
    return result


def _like(value: Any) -> Callable[..., Any]:
    def build(pattern: Any, fill: Any = value, dtype: Any = None, **_: Any) -> Any:
        def made(term: Term, new: Term) -> Term:
            wanted = np.dtype(dtype) if dtype is not None else pattern.dtype
            if wanted.kind == "f" and new.kind in ("integer", "boolean"):
                return retyped(algebra.number(new), "double")
            return new

        return each(made, pattern, fill)

    return build


def _reduction(name: str) -> Callable[..., Any]:
    def build(
        value: Any, axis: Any = None, dtype: Any = None, out: Any = None, **options: Any
    ) -> Any:
        options.pop("initial", None)
        options.pop("where", None)
        if out is not None:
            raise Untraceable(f"np.{name} with out= cannot be written")
        skips = name.startswith("nan")
        return reduced(
            name,
            value,
            axis,
            skips=skips,
            keepdims=bool(options.get("keepdims", False)),
            ddof=options.get("ddof", 0),
        )

    return build


@cache
def array_functions() -> dict[Any, Callable[..., Any]]:
    """Return what each function of NumPy does with symbols."""
    reductions = [
        "sum",
        "prod",
        "mean",
        "min",
        "max",
        "std",
        "var",
        "any",
        "all",
        "argmax",
        "argmin",
        "nansum",
        "nanprod",
        "nanmean",
        "nanmin",
        "nanmax",
        "nanstd",
        "nanvar",
        "amin",
        "amax",
    ]
    found: dict[Any, Callable[..., Any]] = {
        getattr(np, name): _reduction(name.replace("amin", "min").replace("amax", "max"))
        for name in reductions
    }
    found |= {
        np.where: where,
        np.select: select,
        np.clip: clip,
        np.nan_to_num: _nan_to_num,
        np.round: _round,
        np.around: _round,
        np.fix: np.trunc,
        np.digitize: _digitize,
        np.searchsorted: _searchsorted,
        np.interp: _interp,
        np.isin: _isin,
        np.isclose: _is_close,
        np.dot: product,
        np.linalg.norm: lambda x, ord=None, axis=None, keepdims=False: norm(x, ord, axis, keepdims),
        np.cumsum: lambda a, axis=None, **_: cumulated(a, axis, algebra.add),
        np.cumprod: lambda a, axis=None, **_: cumulated(a, axis, algebra.multiply),
        np.diff: _diff,
        np.average: _average,
        np.polyval: _poly,
        np.piecewise: _piecewise,
        np.zeros_like: _like(0),
        np.ones_like: _like(1),
        np.empty_like: _like(0),
        np.full_like: _like(0),
    }
    return found | shapes.functions()

"""Methods that columns and tables have in NumPy and in pandas alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pmmlkit.exporters.tracing import algebra, mathematics
from pmmlkit.exporters.tracing.terms import Converted, Fixed, Term, Untraceable, retyped

__all__ = ["ArrayMethods", "converted"]


def _reduction(name: str) -> Callable[..., Any]:
    def method(self: Any, axis: Any = None, *_: Any, **options: Any) -> Any:
        from pmmlkit.exporters.tracing.reductions import reduced

        skips = options.pop("skipna", None)
        return reduced(
            name,
            self,
            axis,
            skips=skips,
            keepdims=bool(options.get("keepdims", False)),
            ddof=options.get("ddof"),
        )

    method.__name__ = name
    return method


class ArrayMethods:
    """Reductions along the columns, rounding, conversion, copies."""

    __slots__ = ()

    sum, prod, mean, min, max = map(_reduction, ("sum", "prod", "mean", "min", "max"))
    any, all, std, var = map(_reduction, ("any", "all", "std", "var"))
    argmax, argmin = map(_reduction, ("argmax", "argmin"))

    def _mapped(self, build: Callable[..., Term], *others: Any) -> Any:
        from pmmlkit.exporters.tracing.functions import each

        return each(build, self, *others)

    def clip(self, min: Any = None, max: Any = None, **options: Any) -> Any:
        """Return the values between two limits."""
        from pmmlkit.exporters.tracing.functions import clip

        low = options.pop("a_min", options.pop("lower", min))
        high = options.pop("a_max", options.pop("upper", max))
        options.pop("axis", None)
        # pandas passes over a limit that is missing
        low, high = (it.fillna(self) if getattr(it, "pandas", False) else it for it in (low, high))
        return clip(self, low, high, **options)

    def round(self, decimals: Any = 0, *_: Any) -> Any:
        """Return rounded values, halves to even."""
        return self._mapped(lambda term: mathematics.rounded(term, int(decimals)))

    def astype(self, dtype: Any, **_: Any) -> Any:
        """Return the values as another type."""
        return self._mapped(lambda term: converted(term, dtype))

    def dot(self, other: Any) -> Any:
        """Return the product with a matrix of constants."""
        from pmmlkit.exporters.tracing.products import product

        return product(self, other)

    def cumsum(self, axis: Any = None, *_: Any) -> Any:
        """Return running sums along the columns."""
        return np.cumsum(self, axis=axis)  # type: ignore[call-overload]  # by __array_function__

    def reshape(self, *shape: Any, **_: Any) -> Any:
        """Return a column as a table of one column, or the same."""
        from pmmlkit.exporters.tracing.shapes import reshaped

        return reshaped(self, *shape)  # type: ignore[arg-type]  # a mixin of symbols

    def ravel(self, *_: Any) -> Any:
        """Return a table of one column as the column."""
        return np.ravel(self)  # type: ignore[call-overload]  # by __array_function__

    flatten = ravel

    def squeeze(self, *_: Any) -> Any:
        """Return a table of one column as the column."""
        return np.squeeze(self)  # type: ignore[call-overload]  # by __array_function__

    def transpose(self, *_: Any) -> Any:
        """Return the transpose."""
        return self.T  # type: ignore[attr-defined]  # of the symbol

    def conj(self) -> Any:
        """Return the values: they are real."""
        return self

    def tolist(self) -> Any:
        """Refuse: rows are not known."""
        raise Untraceable("a column is made a list of rows: work on whole columns")

    item = to_list = tolist


def converted(term: Term, dtype: Any) -> Term:
    """Return a term as another type, as astype does."""
    wanted = _wanted(dtype)
    if wanted == term.kind or dtype is object:
        return term
    if isinstance(term, Fixed) and term.value is None:
        return term
    if wanted == "string":
        return _as_text(term)
    if term.kind == "string" and wanted in ("double", "integer"):
        return Converted(term, wanted, term.missing, wanted == "integer")
    if wanted == "boolean":
        return algebra.truth(term)
    if wanted == "double":
        return retyped(algebra.number(term), "double")
    if wanted == "integer":
        return retyped(mathematics.truncated(term), "integer")
    raise Untraceable(f"a column of type {term.kind} is made {dtype!r}")


def _wanted(dtype: Any) -> str:
    name = dtype.__name__ if isinstance(dtype, type) else str(dtype)
    name = name.lower()
    if name in ("float32", "float16", "f4", "f2"):
        raise Untraceable(f"astype({name}): the engines compute with doubles; use float")
    for start, kind in (
        ("float", "double"),
        ("f8", "double"),
        ("int", "integer"),
        ("i8", "integer"),
        ("bool", "boolean"),
        ("str", "string"),
        ("category", "string"),
        ("<u", "string"),
    ):
        if name.startswith(start):
            return kind
    if name in ("object", "object_"):
        return "object"
    raise Untraceable(f"astype({dtype!r}) has no equal in PMML")


def _as_text(term: Term) -> Term:
    if term.missing:
        raise Untraceable(
            "missing values become the text 'nan' here: use fillna before astype(str)"
        )
    if term.kind == "boolean":
        return algebra.choose(term, Fixed("True", "string"), Fixed("False", "string"))
    if term.kind == "integer" and term.integer:
        return Converted(term, "string", term.missing)
    raise Untraceable(
        "engines write numbers in different ways (3.0, 3): only integer columns become text"
    )

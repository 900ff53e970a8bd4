"""Columns as pandas has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.features import is_missing_value
from pmmlkit.exporters.tracing import algebra, fields
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table
from pmmlkit.exporters.tracing.terms import Term, Untraceable, fixed

__all__ = ["Operators", "Series"]


def _operator(function: Any, *, turned: bool = False) -> Callable[..., Any]:
    def method(
        self: Any, other: Any, axis: Any = None, level: Any = None, fill_value: Any = None
    ) -> Any:
        if level is not None:
            raise Untraceable("a level of an index is named, which columns do not have here")
        left, right = self, other
        if isinstance(self, Table) and isinstance(other, Column):
            if axis not in (0, "index"):
                raise Untraceable("a data frame meets a column: say axis=0")
            right = self.like([other.term] * len(self._terms), self.labels)
        lacking = None
        if fill_value is not None:
            # where both are missing, so is the result
            lacking = left.isna() & right.isna() if isinstance(right, Symbol) else None
            left = left.fillna(fill_value)
            right = right.fillna(fill_value) if isinstance(right, Symbol) else right
        result = function(right, left) if turned else function(left, right)
        return result if lacking is None else result.mask(lacking)

    return method


class Operators:
    """Methods of pandas that are operators with options."""

    __slots__ = ()

    add, radd = _operator(np.add), _operator(np.add, turned=True)
    sub, rsub = _operator(np.subtract), _operator(np.subtract, turned=True)
    mul, rmul = _operator(np.multiply), _operator(np.multiply, turned=True)
    div, rdiv = _operator(np.true_divide), _operator(np.true_divide, turned=True)
    truediv, rtruediv = div, rdiv
    divide, multiply, subtract = div, mul, sub
    floordiv, rfloordiv = _operator(np.floor_divide), _operator(np.floor_divide, turned=True)
    mod, rmod = _operator(np.remainder), _operator(np.remainder, turned=True)
    pow, rpow = _operator(np.power), _operator(np.power, turned=True)
    eq, ne = _operator(np.equal), _operator(np.not_equal)
    lt, le = _operator(np.less), _operator(np.less_equal)
    gt, ge = _operator(np.greater), _operator(np.greater_equal)

    def abs(self) -> Any:
        """Return absolute values."""
        return np.absolute(self)  # type: ignore[call-overload]  # by __array_ufunc__

    def isna(self) -> Any:
        """Return what is missing."""
        return self._each(algebra.is_missing)

    isnull = isna

    def notna(self) -> Any:
        """Return what is not missing."""
        return self._each(lambda term: algebra.negation(algebra.is_missing(term)))

    notnull = notna

    def isin(self, values: Any) -> Any:
        """Return what is among constants."""
        from pmmlkit.exporters.tracing.functions import is_in

        return is_in(self, values, of_missing=True)

    def where(self, condition: Any, other: Any = np.nan, **_: Any) -> Any:
        """Return the values where the condition holds, others elsewhere."""
        return self._each(
            lambda own, test, new: algebra.choose(test, own, new),
            _asked(condition, self),
            _asked(other, self),
        )

    def mask(self, condition: Any, other: Any = np.nan, **_: Any) -> Any:
        """Return other values where the condition holds."""
        return self._each(
            lambda own, test, new: algebra.choose(test, new, own),
            _asked(condition, self),
            _asked(other, self),
        )

    def pipe(self, function: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Return what a function makes of it."""
        return function(self, *args, **options)

    def _each(self, build: Callable[..., Term], *others: Any) -> Any:
        from pmmlkit.exporters.tracing.functions import each

        return each(build, self, *others)


def _asked(value: Any, of: Any) -> Any:
    return value(of) if callable(value) else value


class Series(Operators, Column):
    """A named column of pandas."""

    __slots__ = ("name",)
    pandas = True

    def __init__(self, term: Term, name: Any = None) -> None:
        super().__init__(term)
        self.name = name

    def like(self, term: Term) -> Series:
        """Return a series of the same name."""
        return Series(term, self.name)

    def table(self, terms: Sequence[Term], labels: Sequence[Any] | None = None) -> Table:
        """Return an array: `series[:, None]` is none of pandas."""
        return Table(terms)

    @property
    def values(self) -> Column:
        """The column of NumPy."""
        return Column(self._term)

    array = values

    @property
    def index(self) -> Any:
        """The index: one row stands for all."""
        import pandas as pd

        return pd.RangeIndex(1)

    @property
    def str(self) -> Any:
        """The methods of text."""
        from pmmlkit.exporters.tracing.texts import TextMethods

        return TextMethods(self)

    @property
    def dt(self) -> Any:
        """The parts of times."""
        from pmmlkit.exporters.tracing.moments import MomentMethods

        return MomentMethods(self)

    @property
    def loc(self) -> Any:
        """Assignment by condition."""
        return self

    def to_numpy(self, dtype: Any = None, **_: Any) -> Column:
        """Return the column of NumPy."""
        column = Column(self._term)
        return column if dtype is None else column.astype(dtype)

    def to_frame(self, name: Any = None) -> Any:
        """Return a data frame of this column."""
        from pmmlkit.exporters.tracing.frame import Frame

        return Frame([self._term], [self.name if name is None else name])

    def rename(self, name: Any = None, **_: Any) -> Series:
        """Return the column under another name."""
        return Series(self._term, name)

    def fillna(self, value: Any = None, **options: Any) -> Any:
        """Return the column with a value where it is missing."""
        if options.get("inplace"):
            raise Untraceable("fillna(inplace=True): assign the result")
        if value is None or options.get("method"):
            raise Untraceable("missing values are filled from other rows: give a value")
        return self._each(algebra.filled, value)

    def combine_first(self, other: Any) -> Any:
        """Return the column with another one where it is missing."""
        return self.fillna(other)

    def map(self, mapping: Any, na_action: Any = None) -> Any:
        """Return the values of a dict, a Series of constants, or a function."""
        if callable(mapping) and not isinstance(mapping, Mapping):
            return self.apply(mapping)
        pairs = dict(mapping.items())
        default = mapping.__missing__ if hasattr(type(mapping), "__missing__") else None
        otherwise = (
            None if default is None else fixed(type(mapping)(mapping.default_factory)[object()])
        )
        return self.like(fields.table(self._term, pairs, otherwise))

    def apply(self, function: Any, *_: Any, args: Any = (), **options: Any) -> Any:
        """Return what a function makes of each value, which is called with the whole column."""
        if isinstance(function, str):
            return getattr(self, function)(*args, **options)
        if self._term.kind == "string":
            from pmmlkit.exporters.tracing.texts import Text

            result = function(Text(self._term), *args, **options)
        else:
            result = function(self, *args, **options)
        if isinstance(result, Text if self._term.kind == "string" else ()):
            return self.like(result.term)
        if isinstance(result, Column):
            return self.like(result.term)
        return self.like(fixed(result))

    transform = apply

    def replace(self, old: Any = None, new: Any = None, regex: bool = False, **options: Any) -> Any:
        """Return the column with some values replaced."""
        if regex or options.get("inplace"):
            raise Untraceable(
                "replace with regex= or inplace=: use .str.replace, assign the result"
            )
        if isinstance(old, Mapping):
            pairs = list(old.items())
        elif isinstance(old, list | tuple):
            news = new if isinstance(new, list | tuple) else [new] * len(old)
            pairs = list(zip(old, news, strict=True))
        else:
            pairs = [(old, new)]
        known = dict(pairs)
        if self._term.kind == "string" and all(isinstance(key, str) for key in known):
            return self.like(fields.table(self._term, known, self._term))
        result = self._term
        for key, value in reversed(pairs):
            test = (
                algebra.is_missing(self._term)
                if is_missing_value(key)
                else algebra.compare("equal", self._term, fixed(key))
            )
            result = algebra.choose(test, fixed(value), result)
        return self.like(result)

    def between(self, left: Any, right: Any, inclusive: Any = "both") -> Any:
        """Return what lies between two values."""
        above = self >= left if inclusive in ("both", "left") else self > left
        below = self <= right if inclusive in ("both", "right") else self < right
        return above & below

    def astype(self, dtype: Any, **_: Any) -> Any:
        """Return the column as another type; a category stays what it is."""
        if str(dtype) == "category" or type(dtype).__name__ == "CategoricalDtype":
            return self
        return super().astype(dtype)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Column):
            raise Untraceable("rows are selected by a condition: use .where")
        return super().__getitem__(key)

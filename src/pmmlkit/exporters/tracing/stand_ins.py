"""What stands in for functions of pandas, scikit-learn and Python that have no protocol: they know
symbols, and hand anything else on.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from pmmlkit.exporters.tracing import algebra, fields, shapes
from pmmlkit.exporters.tracing.frame import Frame, data_frame
from pmmlkit.exporters.tracing.functions import each
from pmmlkit.exporters.tracing.methods import converted
from pmmlkit.exporters.tracing.series import Series
from pmmlkit.exporters.tracing.symbols import Column, RowCount, Table, is_symbolic, parts_of
from pmmlkit.exporters.tracing.terms import Untraceable, fixed

__all__ = ["replacements"]


class Standing:
    """A module in which some names mean something else."""

    def __init__(self, module: Any, names: dict[str, Any]) -> None:
        self._module = module
        self._names = names

    def __getattr__(self, name: str) -> Any:
        found = self._names.get(name)
        return getattr(self._module, name) if found is None else found


def _either(original: Any, symbolic: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that looks for symbols among its arguments."""

    def function(*args: Any, **options: Any) -> Any:
        if any(is_symbolic(item) for item in (*args, *options.values())):
            return symbolic(*args, **options)
        return original(*args, **options)

    return function


class _Kind(type):
    """A class of which symbols are instances too."""

    original: type
    symbolic: type
    build: Callable[..., Any]

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, (cls.original, cls.symbolic))

    def __call__(cls, *args: Any, **options: Any) -> Any:
        if any(is_symbolic(item) for item in (*args, *options.values())):
            return cls.build(*args, **options)
        return cls.original(*args, **options)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls.original, name)


def _kind(original: type, symbolic: type, build: Callable[..., Any]) -> type:
    names = {"original": original, "symbolic": symbolic, "build": staticmethod(build)}
    return _Kind(original.__name__, (), names)


def _series(
    data: Any = None, index: Any = None, dtype: Any = None, name: Any = None, **_: Any
) -> Any:
    terms = parts_of(data)
    if len(terms) != 1:
        raise Untraceable("a Series is made of several columns")
    made = Series(terms[0], name if name is not None else getattr(data, "name", None))
    return made if dtype is None else made.astype(dtype)


def _frame(
    data: Any = None, index: Any = None, columns: Any = None, dtype: Any = None, **_: Any
) -> Any:
    made = data_frame(data, columns)
    return made if dtype is None else made.astype(dtype)


def _concat(items: Any, *, axis: Any = 0, **options: Any) -> Any:
    if axis not in (1, "columns"):
        raise Untraceable("pd.concat puts rows below rows: use axis=1")
    parts = list(items.values()) if isinstance(items, dict) else list(items)
    labels = list(items) if isinstance(items, dict) else [None] * len(parts)
    found: list[tuple[Any, Any]] = []
    for part, label in zip(parts, labels, strict=True):
        if isinstance(part, Frame):
            found += zip(part.labels or [], part._terms, strict=True)
        elif isinstance(part, Column):
            name = label if label is not None else getattr(part, "name", None)
            found.append((len(found) if name is None else name, part.term))
        else:
            raise Untraceable("pd.concat of columns with something else")
    made = [label for label, _ in found]
    return Frame([term for _, term in found], made)


def _is_missing(value: Any) -> Any:
    return each(algebra.is_missing, value)


def _cut(x: Any, bins: Any, right: bool = True, labels: Any = None, **options: Any) -> Any:
    edges = list(bins) if np.ndim(bins) else None
    if edges is None or options.get("retbins") or options.get("include_lowest"):
        raise Untraceable("pd.cut needs the edges of the bins, and no include_lowest")
    if labels is None:
        raise Untraceable("pd.cut without labels gives intervals: use labels=False or texts")
    names = range(len(edges) - 1) if labels is False else list(labels)
    places = dict(enumerate(names, 1))
    term = parts_of(x)[0]
    made = fields.table(fields.bins(term, edges, right=right), places, None)
    lacking = algebra.is_missing(term)
    made = algebra.choose(lacking, fixed(None), made) if term.missing else made
    return x.like(made)


def _to_numeric(value: Any, errors: str = "raise", **_: Any) -> Any:
    if errors != "raise":
        raise Untraceable("pd.to_numeric with errors=: what is no number fails the row")
    return each(lambda term: converted(term, "float") if term.kind == "string" else term, value)


def _as_is(value: Any, *_: Any, **__: Any) -> Any:
    return value


def _array(value: Any, dtype: Any = None, *_: Any, **__: Any) -> Any:
    made = shapes.symbolic_array(value)
    return made if dtype is None or dtype is object or dtype == "numeric" else made.astype(dtype)


def _checked(X: Any, *_: Any, **options: Any) -> Any:
    """Do what check_array does: an array of NumPy."""
    made = shapes.symbolic_array(X)
    dtype = options.get("dtype", "numeric")
    if isinstance(dtype, list | tuple):
        dtype = dtype[0]
    if isinstance(dtype, str) and dtype == "numeric":
        return made
    return made if dtype is None or dtype is object else made.astype(dtype)


def _validated(estimator: Any, X: Any = None, *_: Any, **options: Any) -> Any:
    if options.get("skip_check_array"):
        return X
    return _checked(X, dtype=options.get("dtype", "numeric"))


def _filled_array(original: Callable[..., Any], value: float) -> Callable[..., Any]:
    """Return ``np.zeros`` and the like, which make columns where the rows are those of a symbol."""

    def function(shape: Any, *args: Any, **options: Any) -> Any:
        sizes = shape if isinstance(shape, tuple | list) else (shape,)
        if not isinstance(sizes[0], RowCount):
            return original(shape, *args, **options)
        if original is np.full:
            terms = parts_of(args[0] if args else options["fill_value"])
        else:
            terms = [fixed(value)]
        if len(sizes) == 1:
            return Column(terms[0])
        return Table(terms * (int(sizes[1]) // len(terms)))

    return function


class _Beside:
    """``np.c_``."""

    def __getitem__(self, key: Any) -> Any:
        items = key if isinstance(key, tuple) else (key,)
        if any(is_symbolic(item) for item in items):
            return shapes.column_stack(items)
        return np.c_[key]


def _mathematics() -> dict[str, Any]:
    names = {
        "fabs": np.fabs, "floor": np.floor, "ceil": np.ceil, "trunc": np.trunc, "pow": np.power,
        "asin": np.arcsin, "acos": np.arccos, "atan": np.arctan, "atan2": np.arctan2,
        "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh, "fmod": np.fmod,
    }  # fmt: skip
    for name in [
        "sqrt",
        "exp",
        "expm1",
        "log",
        "log2",
        "log10",
        "log1p",
        "sin",
        "cos",
        "tan",
        "sinh",
        "cosh",
        "tanh",
        "hypot",
        "isnan",
        "isinf",
        "isfinite",
        "degrees",
        "radians",
        "cbrt",
        "exp2",
    ]:
        names[name] = getattr(np, name)
    return {
        name: _either(getattr(math, name), function)
        for name, function in names.items()
        if hasattr(math, name)
    }


def _arrays() -> dict[str, Any]:
    names: dict[str, Any] = {
        name: _either(getattr(np, name), _array)
        for name in ("array", "asarray", "asanyarray", "ascontiguousarray", "asarray_chkfinite")
        if hasattr(np, name)
    }
    for name, value in (("zeros", 0.0), ("ones", 1.0), ("empty", 0.0), ("full", 0.0)):
        names[name] = _filled_array(getattr(np, name), value)
    return {**names, "c_": _Beside(), "ndarray": _kind(np.ndarray, _Plain, _array)}


class _PlainKind(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, Column | Table) and not instance.pandas


class _Plain(metaclass=_PlainKind):
    """Symbols that stand for arrays of NumPy."""


def _of_pandas(pandas: Any) -> dict[str, Any]:
    return {
        "DataFrame": _kind(pandas.DataFrame, Frame, _frame),
        "Series": _kind(pandas.Series, Series, _series),
        "concat": _either(pandas.concat, _concat),
        "isna": _either(pandas.isna, _is_missing),
        "isnull": _either(pandas.isnull, _is_missing),
        "notna": _either(pandas.notna, lambda value: ~_is_missing(value)),
        "notnull": _either(pandas.notnull, lambda value: ~_is_missing(value)),
        "cut": _either(pandas.cut, _cut),
        "to_numeric": _either(pandas.to_numeric, _to_numeric),
        "to_datetime": _either(pandas.to_datetime, _as_is),
    }


def _of_checks(validation: Any) -> dict[str, Any]:
    names: dict[str, Any] = {
        "check_array": _either(validation.check_array, _checked),
        "as_float_array": _either(validation.as_float_array, _checked),
        "column_or_1d": _either(validation.column_or_1d, _as_is),
    }
    if hasattr(validation, "validate_data"):
        names["validate_data"] = _either(validation.validate_data, _validated)
    return names


def replacements() -> dict[int, Any]:
    """Return what stands in for modules and functions, by the id of what it stands in for."""
    found: dict[int, Any] = {}
    modules: list[tuple[str, Callable[[Any], dict[str, Any]]]] = [
        ("math", lambda module: _mathematics()),
        ("numpy", lambda module: _arrays()),
        ("pandas", _of_pandas),
        ("sklearn.utils.validation", _of_checks),
        ("sklearn.utils", lambda module: _of_checks(sys.modules["sklearn.utils.validation"])),
    ]
    for name, build in modules:
        module = sys.modules.get(name)
        if module is None:
            continue
        names = build(module)
        found[id(module)] = Standing(module, names)
        for key, value in names.items():
            if hasattr(module, key):
                found.setdefault(id(getattr(module, key)), value)
    return found

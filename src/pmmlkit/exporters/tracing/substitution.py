"""A user's function with what has no protocol put aside: pandas, scikit-learn's checks, fitted
transformers.

Functions of pandas, and scikit-learn's checks of arrays, cannot be told what a symbolic column is.
So the function is called with other globals, in which those names mean functions that know both;
nothing of the user's module is changed.
"""

from __future__ import annotations

import copy
import functools
import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.features import Feature
from pmmlkit.exporters.tracing.stand_ins import replacements

__all__ = ["Substitution"]

Convert = Callable[[Any, Sequence[Feature], str], list[Feature]]


class Substitution:
    """Makes copies of functions and estimators that see symbols everywhere.

    `convert` converts a transformer that the user's code calls.
    """

    def __init__(self, convert: Convert | None) -> None:
        self._convert = convert
        self._replaced = replacements()
        self._globals: dict[int, dict[str, Any]] = {}
        self._kept: list[Any] = []

    def function(self, function: Any) -> Any:
        """Return the function with other globals; what is none of Python stays as it is."""
        if isinstance(function, functools.partial):
            return functools.partial(
                self.function(function.func), *function.args, **function.keywords
            )
        if isinstance(function, np.vectorize):
            return np.vectorize(self.function(function.pyfunc), excluded=function.excluded)
        if isinstance(function, types.MethodType):
            inner = self.function(function.__func__)
            owner = function.__self__
            return types.MethodType(inner, self.instance(owner) if _is_instance(owner) else owner)
        if not isinstance(function, types.FunctionType):
            replaced = self._replaced.get(id(function))
            if replaced is None and _is_instance(function) and callable(function):
                call = type(function).__call__
                if isinstance(call, types.FunctionType):
                    return types.MethodType(self.function(call), self.instance(function))
            return function if replaced is None else replaced
        if _is_library(function.__module__):
            return function
        closure = function.__closure__
        if closure:
            closure = tuple(map(self._cell, closure))
        made = types.FunctionType(
            function.__code__,
            self._names(function.__globals__),
            function.__name__,
            function.__defaults__,
            closure,
        )
        made.__kwdefaults__ = function.__kwdefaults__
        made.__qualname__ = function.__qualname__
        return made

    def _cell(self, cell: types.CellType) -> types.CellType:
        try:
            value = cell.cell_contents
        except ValueError:
            return cell
        found = self._value(value)
        return cell if found is value else types.CellType(found)

    def _names(self, names: dict[str, Any]) -> dict[str, Any]:
        found = self._globals.get(id(names))
        if found is None:
            # filled after it is known, as functions may name each other
            found = self._globals[id(names)] = dict(names)
            self._kept.append(names)
            for name, value in names.items():
                if not name.startswith("__"):
                    found[name] = self._value(value)
        return found

    def _value(self, value: Any) -> Any:
        replaced = self._replaced.get(id(value))
        if replaced is not None:
            return replaced
        if isinstance(value, np.vectorize):
            return self.function(value)
        if isinstance(value, types.FunctionType) and not _is_library(value.__module__):
            return self.function(value)
        if self._convert is not None and _is_transformer(value):
            return Fitted(value, self._convert)
        return value

    def instance(self, estimator: Any) -> Any:
        """Return a copy of an estimator whose methods are these functions, and whose parts are
        traced.
        """
        kind = type(estimator)
        if _is_library(kind.__module__):
            return estimator
        methods: dict[str, Any] = {}
        for base in reversed(kind.__mro__):
            for name, value in vars(base).items():
                made = self._method(value, base)
                if made is not None:
                    methods[name] = made
                elif name in methods:
                    del methods[name]
        try:
            made_instance = copy.copy(estimator)
            made_instance.__class__ = type(kind.__name__, (kind,), {"__slots__": (), **methods})
        except TypeError:
            return estimator
        for name, value in list(vars(made_instance).items()):
            if self._convert is not None and _is_transformer(value):
                object.__setattr__(made_instance, name, Fitted(value, self._convert))
        return made_instance

    def _method(self, value: Any, base: type) -> Any:
        if _is_library(base.__module__):
            return None
        if isinstance(value, types.FunctionType):
            return self.function(inspect.unwrap(value))
        if isinstance(value, staticmethod):
            return staticmethod(self.function(value.__func__))
        if isinstance(value, property) and value.fget is not None:
            return property(self.function(value.fget))
        return None


class Fitted:
    """A fitted transformer that the user's code calls."""

    def __init__(self, estimator: Any, convert: Convert) -> None:
        self._estimator = estimator
        self._convert = convert

    def transform(self, X: Any) -> Any:
        """Convert the transformer over the columns."""
        from pmmlkit.exporters.tracing.shapes import as_table
        from pmmlkit.exporters.tracing.symbols import Symbol, Table
        from pmmlkit.exporters.tracing.terms import leaf, shown
        from pmmlkit.exporters.tracing.writing import features_of

        if not isinstance(X, Symbol):
            return self._estimator.transform(X)
        name = type(self._estimator).__name__
        terms = as_table(X)._terms
        labels = [shown(term) or None for term in terms]
        features = features_of(terms, labels, name)
        made = self._convert(self._estimator, features, f"{name} that the function calls")
        return Table([leaf(feature) for feature in made])

    def __getattr__(self, name: str) -> Any:
        return getattr(self._estimator, name)


def _is_transformer(value: Any) -> bool:
    return (
        _is_instance(value)
        and callable(getattr(type(value), "transform", None))
        and hasattr(value, "fit")
    )


def _is_instance(value: Any) -> bool:
    return not isinstance(value, type | types.ModuleType) and hasattr(value, "__dict__")


def _is_library(module: Any) -> bool:
    libraries = ("numpy", "pandas", "sklearn", "scipy", "pmmlkit", "builtins", "functools", "math")
    return str(module).partition(".")[0] in libraries

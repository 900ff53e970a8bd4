"""Universal functions over columns, tables and constants, matched as NumPy and pandas match
them.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table, as_terms, parts_of
from pmmlkit.exporters.tracing.terms import Term, Untraceable
from pmmlkit.exporters.tracing.ufuncs import apply_ufunc

__all__ = ["called", "matched", "wrapped"]


def called(ufunc: np.ufunc, method: str, inputs: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """Return what a universal function makes of symbols."""
    options = {name: value for name, value in options.items() if value is not None}
    if method == "reduce":
        return _reduced(ufunc, *inputs, **options)
    if method != "__call__":
        raise Untraceable(f"np.{ufunc.__name__}.{method} has no equal in PMML")
    out = options.pop("out", None)
    where = options.pop("where", True)
    for name in ("dtype", "casting", "order", "subok"):
        options.pop(name, None)
    if options:
        raise Untraceable(f"np.{ufunc.__name__} with {', '.join(options)} cannot be written")
    if ufunc is np.matmul:
        from pmmlkit.exporters.tracing.products import product

        return product(*inputs)
    if ufunc is np.divmod:
        return (
            called(np.floor_divide, method, inputs, {}),
            called(np.remainder, method, inputs, {}),
        )
    result = _of_each(ufunc, inputs)
    if where is not True:
        if out is None:
            raise Untraceable(f"np.{ufunc.__name__} with where= needs out=")
        result = _choice(where, result, out[0])
    if out is not None and isinstance(out[0], Symbol):
        _store(out[0], result)
        return out[0]
    return result


def _of_each(ufunc: np.ufunc, inputs: tuple[Any, ...]) -> Any:
    shape, operands = matched(*inputs)
    width = len(operands[0])
    terms = [apply_ufunc(ufunc, *(operand[at] for operand in operands)) for at in range(width)]
    return wrapped(shape, terms)


def _choice(condition: Any, then: Any, otherwise: Any) -> Any:
    shape, (tests, yes, no) = matched(condition, then, otherwise)
    terms = [algebra.choose(*each) for each in zip(tests, yes, no, strict=True)]
    return wrapped(shape, terms)


def _store(target: Symbol, result: Any) -> None:
    if isinstance(target, Column):
        target.put(as_terms(result, 1)[0])
        return
    assert isinstance(target, Table)
    for at, term in enumerate(as_terms(result, len(target._terms))):
        target.put(at, term)


def matched(*inputs: Any) -> tuple[Symbol, list[list[Term]]]:
    """Return a symbol of the shape of the result, and the terms of each input for its columns.

    Raises Untraceable where the shapes do not match, or where rows would meet columns.
    """
    symbols = [_from_cells(item) for item in inputs]
    tables = [item for item in symbols if isinstance(item, Table)]
    columns = [item for item in symbols if isinstance(item, Column)]
    if not tables:
        column = next((item for item in columns if item.pandas), columns[0])
        return column, [_of_column(item) for item in symbols]
    if columns:
        raise Untraceable(
            "a single column meets a table, which NumPy and pandas match by columns, not by rows: "
            "use X[:, [0]] for X[:, 0], or df.div(column, axis=0)"
        )
    shape = max(tables, key=lambda table: (table.pandas, len(table._terms)))
    if len({table.turned for table in tables}) > 1:
        raise Untraceable("a table meets the transpose of a table")
    width = len(shape._terms)
    return shape, [_of_table(item, shape, width) for item in symbols]


def _from_cells(value: Any) -> Any:
    """Return a symbol in place of an array of symbols, one row for all."""
    if not isinstance(value, np.ndarray) or value.dtype != object:
        return value
    if not any(isinstance(item, Symbol) for item in value.flat):
        return value
    terms = parts_of(value)
    return Column(terms[0]) if value.ndim == 1 and len(terms) == 1 else Table(terms)


def _of_column(value: Any) -> list[Term]:
    terms = parts_of(value)
    if len(terms) != 1:
        raise Untraceable(f"an array of {len(terms)} values meets a column, whose rows are unknown")
    return terms


def _of_table(value: Any, shape: Table, width: int) -> list[Term]:
    labels = shape.labels
    if labels is not None and isinstance(value, Table) and value.labels is not None:
        if set(value.labels) != set(labels):
            raise Untraceable("data frames with different columns meet: make their names equal")
        return [value._terms[value.labels.index(label)] for label in labels]
    if labels is not None and hasattr(value, "index") and hasattr(value, "to_dict"):
        by_label = dict(zip(list(value.index), parts_of(value), strict=True))
        if set(by_label) != set(labels):
            raise Untraceable("a Series of constants does not name the columns of the data frame")
        return [by_label[label] for label in labels]
    if shape.turned and isinstance(value, np.ndarray) and value.ndim == 1 and value.size > 1:
        raise Untraceable("an array of constants meets the rows of a transpose")
    if shape.turned and isinstance(value, np.ndarray) and value.ndim == 2:
        value = value.T
    return as_terms(value, width)


def wrapped(shape: Symbol, terms: list[Term]) -> Any:
    """Return terms in a symbol like another."""
    if isinstance(shape, Column):
        return shape.like(terms[0])
    assert isinstance(shape, Table)
    return shape.like(terms, shape.labels)


def _reduced(ufunc: np.ufunc, value: Any, axis: Any = 0, **options: Any) -> Any:
    from pmmlkit.exporters.tracing.reductions import reduced

    names = {
        np.add: "sum",
        np.multiply: "prod",
        np.minimum: "min",
        np.maximum: "max",
        np.fmin: "nanmin",
        np.fmax: "nanmax",
        np.logical_and: "all",
        np.logical_or: "any",
    }
    if ufunc not in names:
        raise Untraceable(f"np.{ufunc.__name__}.reduce has no equal in PMML")
    return reduced(names[ufunc], value, axis, keepdims=options.get("keepdims", False))

"""Functions of NumPy that put columns side by side, and methods that change the shape."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from pmmlkit.exporters.tracing.indexing import chosen_columns
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table, is_symbolic, parts_of
from pmmlkit.exporters.tracing.terms import Untraceable

__all__ = ["as_table", "column_stack", "functions", "reshaped", "symbolic_array"]


def _flat(value: Any) -> Any:
    """Return a symbol of NumPy in place of one of pandas, or of an array of symbols."""
    if isinstance(value, Symbol):
        return value.to_numpy() if value.pandas else value
    if isinstance(value, np.ndarray) and is_symbolic(value):
        terms = parts_of(value)
        return Column(terms[0]) if value.ndim == 1 else Table(terms)
    return value


def column_stack(items: Sequence[Any]) -> Table:
    """Return columns, tables and constants side by side."""
    terms = []
    for item in map(_flat, items):
        if isinstance(item, Table) and item.turned:
            raise Untraceable("a transpose is put beside columns")
        terms += parts_of(item)
    return Table(terms)


def _hstack(items: Sequence[Any], **_: Any) -> Table:
    if any(isinstance(_flat(item), Column) for item in items):
        raise Untraceable("np.hstack puts columns behind each other: use np.column_stack")
    return column_stack(items)


def _vstack(items: Sequence[Any], **_: Any) -> Table:
    flat = [_flat(item) for item in items]
    if any(isinstance(item, Table) and not item.turned for item in flat):
        raise Untraceable("rows are put below rows: every row must keep its place")
    return Table([term for item in flat for term in parts_of(item)], turned=True)


def _concatenate(items: Sequence[Any], axis: Any = 0, **_: Any) -> Table:
    flat = [_flat(item) for item in items]
    if all(isinstance(item, Table) and item.turned for item in flat) and axis == 0:
        return _vstack(flat)
    if axis not in (1, -1) or any(isinstance(item, Column) for item in flat):
        raise Untraceable("rows are put below rows: use axis=1, and np.column_stack for columns")
    return column_stack(flat)


def _stack(items: Sequence[Any], axis: int = 0, **_: Any) -> Table:
    flat = [_flat(item) for item in items]
    if any(isinstance(item, Table) for item in flat):
        raise Untraceable("np.stack of tables makes three dimensions")
    return column_stack(flat) if axis in (1, -1) else _vstack(flat)


def as_table(value: Any) -> Table:
    """Return a column as a table of one column."""
    value = _flat(value)
    return value if isinstance(value, Table) else Table(parts_of(value))


def reshaped(value: Symbol, *shape: Any) -> Any:
    """Return a symbol in another shape: (-1, 1) or (-1,) for one column, else the same."""
    wanted = shape[0] if len(shape) == 1 and isinstance(shape[0], tuple | list) else shape
    wanted = tuple(
        -1 if isinstance(item, int) and item == 1 and at == 0 else item
        for at, item in enumerate(wanted)
    )
    terms = parts_of(value)
    if wanted in ((-1,), -1) and len(terms) == 1:
        return Column(terms[0])
    if len(wanted) == 2 and wanted[1] in (len(terms), -1):
        return Table(terms)
    raise Untraceable(f"a table of {len(terms)} columns gets the shape {shape}")


def _ravel(value: Any, **_: Any) -> Column:
    terms = parts_of(value)
    if len(terms) != 1:
        raise Untraceable("the rows and columns of a table become one column")
    return Column(terms[0])


def _atleast_2d(*values: Any) -> Any:
    made = [
        Table(value._terms, turned=True) if isinstance(value, Column) else value
        for value in map(_flat, values)
    ]
    return made[0] if len(made) == 1 else tuple(made)


def _expand(value: Any, axis: Any) -> Table:
    if isinstance(value, Column) and axis in (1, -1):
        return Table(value._terms)
    return _atleast_2d(value)  # type: ignore[no-any-return]  # one value, one table


def _delete(value: Table, which: Any, axis: Any = None) -> Table:
    _needs_columns(axis)
    gone = set(chosen_columns(which, len(value._terms))[0])
    return value.like([term for at, term in enumerate(value._terms) if at not in gone])


def _take(value: Table, which: Any, axis: Any = None, **_: Any) -> Any:
    _needs_columns(axis)
    return value[:, which]


def _flip(value: Table, axis: Any = None) -> Table:
    _needs_columns(axis)
    return value.like(value._terms[::-1])


def _needs_columns(axis: Any) -> None:
    if axis not in (1, -1):
        raise Untraceable("rows are selected or moved: use axis=1")


def _append(value: Any, more: Any, axis: Any = None) -> Table:
    return _concatenate([value, more], axis)


def symbolic_array(value: Any) -> Any:
    """Return what ``np.array`` makes of a list with symbols in it: of columns, a transpose."""
    if isinstance(value, Symbol | np.ndarray):
        flat = _flat(value)
        return flat.like(list(flat._terms)) if isinstance(flat, Table) else Column(flat.term)
    return _vstack(list(value))


def functions() -> dict[Any, Callable[..., Any]]:
    """Return what each of these functions does with symbols."""
    return {
        np.column_stack: column_stack,
        np.hstack: _hstack,
        np.vstack: _vstack,
        np.concatenate: _concatenate,
        np.stack: _stack,
        np.append: _append,
        np.delete: _delete,
        np.take: _take,
        np.flip: _flip,
        np.fliplr: lambda value: _flip(value, 1),
        np.reshape: lambda value, shape=None, *a, **_: reshaped(value, shape),
        np.ravel: _ravel,
        np.squeeze: lambda value, axis=None: _ravel(value) if len(parts_of(value)) == 1 else value,
        np.atleast_1d: lambda value: value,
        np.atleast_2d: _atleast_2d,
        np.expand_dims: _expand,
        np.transpose: lambda value, axes=None: value.T,
        np.copy: lambda value, **_: symbolic_array(value),
        np.shape: lambda value: value.shape,
        np.ndim: lambda value: value.ndim,
        np.size: lambda value, axis=None: value.size if axis is None else value.shape[axis],
        np.iscomplexobj: lambda value: False,
        np.isrealobj: lambda value: True,
    }

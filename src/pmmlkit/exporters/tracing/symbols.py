"""Symbolic columns and tables: what NumPy does with them is written down instead of computed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NoReturn

import numpy as np
from numpy.lib.mixins import NDArrayOperatorsMixin

from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.indexing import chosen_columns, splits
from pmmlkit.exporters.tracing.methods import ArrayMethods
from pmmlkit.exporters.tracing.terms import Term, Untraceable, fixed, retyped

__all__ = ["ROWS", "Column", "RowCount", "Symbol", "Table", "as_terms", "is_symbolic", "parts_of"]


class RowCount(int):
    """The number of rows, which nobody knows. Arrays of that many rows have one, which stands for
    all.
    """

    def _unknown(self, *_: object) -> NoReturn:
        raise Untraceable(
            "the number of rows is not known where a row is scored: compute with constants that "
            "fit found"
        )

    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = _unknown
    __truediv__ = __rtruediv__ = __floordiv__ = __rfloordiv__ = __mod__ = _unknown
    __lt__ = __le__ = __gt__ = __ge__ = _unknown


ROWS = RowCount(1)


class Symbol(NDArrayOperatorsMixin):
    """What columns and tables share: NumPy's protocols, and clear refusals."""

    __slots__ = ()
    pandas = False
    __hash__ = object.__hash__

    @property
    def _terms(self) -> list[Term]:
        raise NotImplementedError

    def __array_ufunc__(self, ufunc: np.ufunc, method: str, *inputs: Any, **options: Any) -> Any:
        from pmmlkit.exporters.tracing.broadcasting import called

        return called(ufunc, method, inputs, options)

    def __array_function__(self, function: Any, types: Any, arguments: Any, options: Any) -> Any:
        from pmmlkit.exporters.tracing.functions import array_functions

        found = array_functions().get(function)
        if found is None:
            name = f"{function.__module__}.{function.__name__}".replace("numpy.", "np.")
            raise Untraceable(f"{name} has no equal in PMML, or none that pmmlkit knows")
        return found(*arguments, **options)

    def __array__(self, dtype: Any = None, copy: Any = None) -> np.ndarray[Any, Any]:
        if dtype is not None and np.dtype(dtype) != np.dtype(object):
            raise Untraceable(
                "a column is made an array of numbers here: use its own methods, or np.asarray and "
                "np.column_stack by the name np"
            )
        # one row stands for all: what libraries build of it is checked on real rows
        return self._cells()

    def _cells(self) -> np.ndarray[Any, Any]:
        raise NotImplementedError

    def __bool__(self) -> NoReturn:
        raise Untraceable(
            "a condition on a column (if, while, and, or, not) has another answer in each row: use "
            "np.where(condition, ...), and & | ~ in place of and, or, not"
        )

    def __float__(self) -> NoReturn:
        raise Untraceable(
            "a column is used as one number (float, int, math): use the functions of NumPy"
        )

    __int__ = __index__ = __float__

    def __len__(self) -> int:
        return int(ROWS)

    def __contains__(self, item: object) -> bool:
        raise Untraceable("`in` asks all rows at once: use np.isin or .isin")

    def __repr__(self) -> str:
        return f"<{type(self).__name__} that is traced>"

    def __array_wrap__(self, *_: Any) -> NoReturn:
        raise Untraceable("the result of this function cannot be traced")

    # methods by which NumPy calls functions of the elements of object arrays
    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and isinstance(getattr(np, name, None), np.ufunc):
            ufunc = getattr(np, name)
            return lambda *others: ufunc(self, *others)
        raise AttributeError(
            f"{type(self).__name__} that is traced has no {name!r}, or none that PMML can say"
        )


class Column(ArrayMethods, Symbol):
    """One value in each row.

    `origin`: the table of NumPy that it is a view of, and where: an assignment changes both.
    """

    __slots__ = ("_origin", "_term")
    ndim = 1

    def __init__(self, term: Term, origin: tuple[Table, int] | None = None) -> None:
        self._term = term
        self._origin = origin

    @property
    def term(self) -> Term:
        """What stands in the column."""
        return self._term

    @property
    def _terms(self) -> list[Term]:
        return [self._term]

    def like(self, term: Term) -> Column:
        """Return a column of the same flavour."""
        return Column(term)

    def table(self, terms: Sequence[Term], labels: Sequence[Any] | None = None) -> Table:
        """Return a table of the same flavour."""
        return Table(terms)

    def put(self, term: Term) -> None:
        """Change the column in place."""
        self._term = term
        if self._origin is not None:
            table, at = self._origin
            table.put(at, term)

    def _cells(self) -> np.ndarray[Any, Any]:
        cells = np.empty(1, object)
        cells[0] = self
        return cells

    def copy(self, *_: Any, **__: Any) -> Any:
        """Return the same column, which may be changed on its own."""
        return self.like(self._term)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of rows, which is unknown."""
        return (ROWS,)

    @property
    def size(self) -> int:
        """The number of rows."""
        return ROWS

    @property
    def dtype(self) -> Any:
        """The dtype that NumPy's column would have."""
        return _dtype(self._term)

    @property
    def T(self) -> Column:
        """The column."""
        return self

    def __iter__(self) -> Iterator[Any]:
        raise Untraceable("rows are iterated over: work on whole columns")

    def __getitem__(self, key: Any) -> Any:
        if key is Ellipsis or (isinstance(key, slice) and key == slice(None)):
            return self
        if isinstance(key, tuple) and key in ((slice(None), None), (Ellipsis, None)):
            return self.table([self._term])
        if key is None:
            raise Untraceable("a table of one row is made of a column: use [:, None]")
        raise Untraceable("rows are selected: every row must keep its place; use np.where")

    def __setitem__(self, key: Any, value: Any) -> None:
        new = as_terms(value, 1)[0]
        if isinstance(key, Column):
            self.put(algebra.choose(key.term, new, self._term))
        elif key is Ellipsis or (isinstance(key, slice) and key == slice(None)):
            self.put(new)
        else:
            raise Untraceable("single rows are assigned: use a condition on columns")


class Table(ArrayMethods, Symbol):
    """Columns side by side, as NumPy has them; `turned` if it is the transpose."""

    __slots__ = ("_columns", "turned")
    ndim = 2

    def __init__(self, terms: Sequence[Term], *, turned: bool = False) -> None:
        self._columns = list(terms)
        self.turned = turned

    @property
    def _terms(self) -> list[Term]:
        return self._columns

    @property
    def labels(self) -> list[Any] | None:
        """The names of the columns; None in NumPy."""
        return None

    def like(self, terms: Sequence[Term], labels: Sequence[Any] | None = None) -> Table:
        """Return a table of the same flavour."""
        return Table(terms, turned=self.turned)

    def column(self, at: int) -> Column:
        """Return a column of the same flavour, a view."""
        return Column(self._columns[at], (self, at))

    def put(self, at: int, term: Term) -> None:
        """Change a column in place."""
        self._columns[at] = term

    def _cells(self) -> np.ndarray[Any, Any]:
        cells = np.empty((1, len(self._columns)), object)
        for at in range(len(self._columns)):
            cells[0, at] = self.column(at)
        return cells.T if self.turned else cells

    def copy(self, *_: Any, **__: Any) -> Any:
        """Return the same table, which may be changed on its own."""
        return self.like(self._columns, self.labels)

    @property
    def shape(self) -> tuple[int, ...]:
        """The unknown number of rows, and the number of columns."""
        width = len(self._columns)
        return (width, ROWS) if self.turned else (ROWS, width)

    @property
    def size(self) -> int:
        """The number of cells, which is unknown."""
        return ROWS

    @property
    def dtype(self) -> Any:
        """The dtype that NumPy's table would have."""
        return np.result_type(*map(_dtype, self._columns)) if self._columns else np.dtype(float)

    @property
    def T(self) -> Table:
        """The transpose: columns where rows were."""
        return Table(self._columns, turned=not self.turned)

    def __iter__(self) -> Iterator[Any]:
        if not self.turned:
            raise Untraceable("rows are iterated over: iterate over the columns, X.T")
        return iter([self.column(at) for at in range(len(self._columns))])

    def __len__(self) -> int:
        return len(self._columns) if self.turned else int(ROWS)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Symbol):
            raise Untraceable("rows or cells are selected by a condition: use np.where")
        columns = self._key(key)
        if columns is None:
            return self
        found, single = chosen_columns(columns, len(self._columns))
        if single:
            return self.column(found[0])
        return self.like([self._columns[at] for at in found])

    def _key(self, key: Any) -> Any:
        rows, columns = splits(key, turned=self.turned)
        if not (isinstance(rows, slice) and rows == slice(None)):
            raise Untraceable("rows are selected: every row must keep its place")
        return columns

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, Table):
            tests = as_terms(key, len(self._columns))
            for at, (test, new) in enumerate(
                zip(tests, as_terms(value, len(self._columns)), strict=True)
            ):
                self.put(at, algebra.choose(test, new, self._columns[at]))
            return
        rows, columns = splits(key, turned=self.turned)
        width = len(self._columns)
        found = range(width) if columns is None else chosen_columns(columns, width)[0]
        news = as_terms(value, len(found))
        for at, new in zip(found, news, strict=True):
            if isinstance(rows, Column):
                self.put(at, algebra.choose(rows.term, new, self._columns[at]))
            elif isinstance(rows, slice) and rows == slice(None):
                self.put(at, self._stored(new, at))
            else:
                raise Untraceable("single rows are assigned: use a condition on columns")

    def _stored(self, new: Term, at: int) -> Term:
        return new


def _dtype(term: Term) -> Any:
    kinds = {"double": "float64", "integer": "int64", "boolean": "bool", "string": "object"}
    if term.kind in ("boolean", "integer") and term.missing:
        return np.dtype("float64" if term.kind == "integer" else "object")
    return np.dtype(
        kinds.get(term.kind, "datetime64[ns]" if term.kind != "duration" else "timedelta64[ns]")
    )


def is_symbolic(value: Any) -> bool:
    """Tell whether a value is a symbol, or holds one."""
    if isinstance(value, Symbol):
        return True
    if isinstance(value, np.ndarray) and value.dtype == object:
        return any(isinstance(item, Symbol) for item in value.flat)
    if isinstance(value, list | tuple):
        return any(is_symbolic(item) for item in value)
    return isinstance(value, dict) and any(is_symbolic(item) for item in value.values())


def as_terms(value: Any, width: int) -> list[Term]:
    """Return the terms of a value that is to fill `width` columns: a symbol, or constants."""
    found = parts_of(value)
    if len(found) == 1:
        return found * width
    if len(found) != width:
        raise Untraceable(f"{len(found)} columns meet {width}")
    return found


def parts_of(value: Any) -> list[Term]:
    """Return the columns of a value: a symbol, a scalar, or an array of constants."""
    if isinstance(value, Symbol):
        return list(value._terms)
    if isinstance(value, RowCount):
        value + 0  # refuses
    if hasattr(value, "to_numpy") and not isinstance(value, np.generic):
        value = value.to_numpy()
    if isinstance(value, list | tuple):
        return [term for item in value for term in parts_of(item)]
    if isinstance(value, np.ndarray):
        if value.ndim == 2 and value.shape[0] != 1:
            raise Untraceable("an array with rows of its own meets the columns")
        return [term for item in value.ravel() for term in parts_of(item)]
    return [fixed(value)]


def as_float(term: Term) -> Term:
    """Return a number as a float of NumPy."""
    return retyped(algebra.number(term), "double")

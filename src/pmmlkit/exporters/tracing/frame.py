"""Tables as pandas has them: data frames."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from pmmlkit.errors import DataError
from pmmlkit.exporters.expression_text import evaluated, parsed
from pmmlkit.exporters.tracing import algebra
from pmmlkit.exporters.tracing.series import Operators, Series
from pmmlkit.exporters.tracing.symbols import Column, Symbol, Table, as_terms, parts_of
from pmmlkit.exporters.tracing.terms import Term, Untraceable

__all__ = ["Frame", "data_frame"]

_ASSIGNMENT: Final = re.compile(r"([^\W\d]\w*)\s*=(?!=)\s*(.+)", re.DOTALL)


class Frame(Operators, Table):
    """Named columns."""

    __slots__ = ("_labels",)
    pandas = True

    def __init__(self, terms: Sequence[Term], labels: Sequence[Any]) -> None:
        super().__init__(terms)
        self._labels = list(labels)

    @property
    def labels(self) -> list[Any] | None:
        """The names of the columns."""
        return self._labels

    def like(self, terms: Sequence[Term], labels: Sequence[Any] | None = None) -> Table:
        """Return a data frame with these columns."""
        return Frame(terms, labels if labels is not None else list(range(len(terms))))

    def column(self, at: int) -> Column:
        """Return a series."""
        return Series(self._columns[at], self._labels[at])

    def _at(self, label: Any) -> int:
        if label not in self._labels:
            raise KeyError(label)
        return self._labels.index(label)

    @property
    def columns(self) -> Any:
        """The names, as an index of pandas."""
        import pandas as pd

        return pd.Index(self._labels)

    @columns.setter
    def columns(self, labels: Any) -> None:
        if len(list(labels)) != len(self._columns):
            raise ValueError("Length mismatch of the columns")
        self._labels = list(labels)

    @property
    def index(self) -> Any:
        """The index: one row stands for all."""
        import pandas as pd

        return pd.RangeIndex(1)

    @property
    def dtypes(self) -> Any:
        """The dtype of each column."""
        import pandas as pd

        return pd.Series([self.column(at).dtype for at in range(len(self._columns))], self._labels)

    @property
    def T(self) -> Table:
        """Refuse: rows would become columns."""
        raise Untraceable("a data frame is transposed: use .to_numpy().T")

    @property
    def values(self) -> Table:
        """The array of NumPy."""
        return Table(self._columns)

    def to_numpy(self, dtype: Any = None, **_: Any) -> Table:
        """Return the array of NumPy."""
        table = Table(self._columns)
        return table if dtype is None else table.astype(dtype)

    @property
    def loc(self) -> Loc:
        """Columns by name, assignment by condition."""
        return Loc(self, by_name=True)

    @property
    def iloc(self) -> Loc:
        """Columns by place."""
        return Loc(self, by_name=False)

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self._labels))

    def __contains__(self, label: object) -> bool:
        return label in self._labels

    def items(self) -> Iterator[tuple[Any, Any]]:
        """Yield names and columns."""
        return iter([(label, self.column(at)) for at, label in enumerate(self._labels)])

    def keys(self) -> Any:
        """Return the names."""
        return self.columns

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and name in self._labels:
            return self.column(self._at(name))
        return super().__getattr__(name)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, Symbol):
            raise Untraceable("rows are selected by a condition: use .where or np.where")
        if isinstance(key, slice):
            if key == slice(None):
                return self
            raise Untraceable("rows are selected: every row must keep its place")
        if isinstance(key, list) or hasattr(key, "tolist"):
            wanted = list(key)
            if wanted and all(isinstance(item, bool | np.bool_) for item in wanted):
                raise Untraceable("rows are selected by a mask")
            places = [self._at(label) for label in wanted]
            return self.like([self._columns[at] for at in places], wanted)
        return self.column(self._at(key))

    def __setitem__(self, key: Any, value: Any) -> None:
        if isinstance(key, Frame):
            super().__setitem__(key, value)
            return
        if isinstance(key, Symbol):
            raise Untraceable("rows are assigned by a condition: use df.loc[condition, column]")
        labels = list(key) if isinstance(key, list) or hasattr(key, "tolist") else [key]
        for label, term in zip(labels, as_terms(value, len(labels)), strict=True):
            if label in self._labels:
                self.put(self._at(label), term)
            else:
                self._columns.append(term)
                self._labels.append(label)

    def __delitem__(self, label: Any) -> None:
        at = self._at(label)
        del self._columns[at], self._labels[at]

    def pop(self, label: Any) -> Any:
        """Take a column out."""
        column = self[label]
        del self[label]
        return column

    def insert(self, place: int, label: Any, value: Any, **_: Any) -> None:
        """Put a column in."""
        self._columns.insert(place, as_terms(value, 1)[0])
        self._labels.insert(place, label)

    def get(self, label: Any, default: Any = None) -> Any:
        """Return a column, if it is there."""
        return self[label] if label in self._labels else default

    def assign(self, **columns: Any) -> Any:
        """Return the frame with more columns."""
        made: Any = self.copy()
        for label, value in columns.items():
            made[label] = (
                value(made) if callable(value) and not isinstance(value, Symbol) else value
            )
        return made

    def drop(
        self, labels: Any = None, *, axis: Any = 0, columns: Any = None, **options: Any
    ) -> Any:
        """Return the frame without some columns."""
        if columns is None:
            if axis not in (1, "columns") or options.get("index") is not None:
                raise Untraceable("rows are dropped: every row must keep its place")
            columns = labels
        gone = [columns] if isinstance(columns, str | int) else list(columns)
        if options.get("errors") != "ignore":
            for label in gone:
                self._at(label)
        kept = [at for at, label in enumerate(self._labels) if label not in gone]
        made = self.like([self._columns[at] for at in kept], [self._labels[at] for at in kept])
        if not options.get("inplace"):
            return made
        self._columns, self._labels = made._terms, list(made.labels or [])
        return None

    def rename(self, mapper: Any = None, *, columns: Any = None, axis: Any = 0, **_: Any) -> Any:
        """Return the frame with other names."""
        if columns is None and axis in (1, "columns"):
            columns = mapper
        if columns is None:
            return self.copy()
        found = columns if callable(columns) else lambda label: columns.get(label, label)
        return self.like(self._columns, [found(label) for label in self._labels])

    def set_axis(self, labels: Any, axis: Any = 0, **_: Any) -> Any:
        """Return the frame with other names."""
        if axis not in (1, "columns"):
            return self.copy()
        return self.like(self._columns, list(labels))

    def add_prefix(self, prefix: str) -> Any:
        """Return the frame with a prefix before the names."""
        return self.rename(columns=lambda label: f"{prefix}{label}")

    def add_suffix(self, suffix: str) -> Any:
        """Return the frame with a suffix behind the names."""
        return self.rename(columns=lambda label: f"{label}{suffix}")

    def reset_index(self, *_: Any, **__: Any) -> Any:
        """Return the frame: rows have no names here."""
        return self.copy()

    def reindex(self, labels: Any = None, *, columns: Any = None, **_: Any) -> Any:
        """Return the columns in another order."""
        if columns is None:
            raise Untraceable("rows are put in another order")
        return self[list(columns)]

    def filter(self, items: Any = None, like: Any = None, regex: Any = None, **_: Any) -> Any:
        """Return the columns whose names fit."""
        fits: Callable[[Any], bool] = (
            (lambda label: label in list(items))
            if items is not None
            else (lambda label: like in str(label))
            if like is not None
            else (lambda label: re.search(regex, str(label)) is not None)
        )
        return self[[label for label in self._labels if fits(label)]]

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Any:
        """Return the columns of some dtypes."""
        import pandas as pd

        empty = pd.DataFrame(
            {
                label: pd.Series(
                    [], dtype="str" if term.kind == "string" else self.column(at).dtype
                )
                for at, (label, term) in enumerate(zip(self._labels, self._columns, strict=True))
            }
        )
        return self[list(empty.select_dtypes(include, exclude).columns)]

    def apply(self, function: Any, axis: Any = 0, args: Any = (), **options: Any) -> Any:
        """Return what a function makes of each column, or, with axis=1, of the columns of a row."""
        if axis in (1, "columns"):
            result = function(self, *args, **options)
            if isinstance(result, Column):
                return Series(result.term)
            raise Untraceable("df.apply(..., axis=1) gives something else than one value a row")
        if isinstance(function, str):
            return getattr(self, function)(*args, **options)
        made = [function(self.column(at), *args, **options) for at in range(len(self._columns))]
        if not all(isinstance(it, Column) for it in made):
            raise Untraceable("df.apply computes one number of all rows of a column")
        return self.like([it.term for it in made], self._labels)

    def map(self, function: Callable[[Any], Any], *_: Any, **__: Any) -> Any:
        """Return what a function makes of each value."""
        made = [Series(term).apply(function).term for term in self._columns]
        return self.like(made, self._labels)

    applymap = map

    transform = apply

    def fillna(self, value: Any = None, **options: Any) -> Any:
        """Return the frame with values where it is missing."""
        if value is None or options.get("inplace") or options.get("method"):
            raise Untraceable("fillna(inplace=True) or from other rows: give a value and assign it")
        if isinstance(value, Mapping) or (
            hasattr(value, "to_dict") and not isinstance(value, Symbol)
        ):
            by_label = dict(value.items())
            made = [
                Series(term).fillna(by_label[label]).term if label in by_label else term
                for label, term in zip(self._labels, self._columns, strict=True)
            ]
            return self.like(made, self._labels)
        return self._each(algebra.filled, value)

    def replace(self, old: Any = None, new: Any = None, **options: Any) -> Any:
        """Return the frame with some values replaced."""
        made = []
        for label, term in zip(self._labels, self._columns, strict=True):
            wanted = old
            if isinstance(old, Mapping) and any(isinstance(it, Mapping) for it in old.values()):
                wanted = old.get(label, {})
            made.append(Series(term).replace(wanted, new, **options).term)
        return self.like(made, self._labels)

    def astype(self, dtype: Any, **options: Any) -> Any:
        """Return the frame as other types."""
        if not isinstance(dtype, Mapping):
            return super().astype(dtype)
        made = [
            Series(term).astype(dtype[label]).term if label in dtype else term
            for label, term in zip(self._labels, self._columns, strict=True)
        ]
        return self.like(made, self._labels)

    def count(self, axis: Any = 0, **_: Any) -> Any:
        """Return how many values are not missing."""
        from pmmlkit.exporters.tracing.reductions import reduced

        return reduced("count", self, axis)

    def eval(self, expr: str, inplace: bool = False, **options: Any) -> Any:
        """Return a column for an expression as text, the frame for assignments (``c = a + b``)."""
        if inplace or options:
            raise Untraceable("df.eval is traced with the text alone: use what it returns")
        frame = self
        lines = [line.strip() for line in expr.splitlines() if line.strip()]
        for line in lines:
            match = _ASSIGNMENT.fullmatch(line)
            if match is None and len(lines) == 1:
                return frame._expression(line)
            if match is None:
                raise Untraceable("several lines of df.eval are assignments: 'name = expression'")
            frame = frame.assign(**{match[1]: frame._expression(match[2])})
        return frame

    def _expression(self, text: str) -> Any:
        try:
            return evaluated(parsed(text), lambda name: self[name])
        except DataError as error:
            raise Untraceable(f"df.eval: {error.message}; write it in Python") from error

    def query(self, *_: Any, **__: Any) -> Any:
        """Refuse: rows stay."""
        raise Untraceable("df.query leaves rows out, and a row that is scored stays: filter before")


class Loc:
    """``df.loc`` and ``df.iloc``."""

    __slots__ = ("_by_name", "_frame")

    def __init__(self, frame: Frame, *, by_name: bool) -> None:
        self._frame = frame
        self._by_name = by_name

    def _places(self, key: Any) -> tuple[list[int], bool]:
        from pmmlkit.exporters.tracing.indexing import chosen_columns

        frame = self._frame
        if self._by_name:
            if isinstance(key, slice):
                start = 0 if key.start is None else frame._at(key.start)
                stop = len(frame._labels) if key.stop is None else frame._at(key.stop) + 1
                return list(range(len(frame._labels)))[start : stop : key.step], False
            if isinstance(key, list) or hasattr(key, "tolist"):
                items = list(key)
                if not items or not all(isinstance(item, bool | np.bool_) for item in items):
                    return [frame._at(label) for label in items], False
            elif key in frame._labels:
                return [frame._at(key)], True
            else:
                raise KeyError(key)
        return chosen_columns(key, len(frame._labels))

    def __getitem__(self, key: Any) -> Any:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        if not (isinstance(rows, slice) and rows == slice(None)):
            raise Untraceable("rows are selected: every row must keep its place; use .where")
        found, single = self._places(columns)
        frame = self._frame
        if single:
            return frame.column(found[0])
        return frame.like([frame._terms[at] for at in found], [frame._labels[at] for at in found])

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) else (key, slice(None))
        frame = self._frame
        if self._by_name and isinstance(columns, str | int) and columns not in frame._labels:
            frame[columns] = np.nan
        found, _ = self._places(columns)
        for at, new in zip(found, as_terms(value, len(found)), strict=True):
            if isinstance(rows, Column):
                new = algebra.choose(rows.term, new, frame._terms[at])
            elif not (isinstance(rows, slice) and rows == slice(None)):
                raise Untraceable("single rows are assigned: use a condition on columns")
            frame.put(at, new)


def data_frame(data: Any, columns: Any = None) -> Frame:
    """Return what ``pd.DataFrame(data, columns=...)`` is over symbols."""
    if isinstance(data, Frame):
        return data[list(columns)] if columns is not None else data.copy()  # type: ignore[no-any-return]  # a Frame
    if isinstance(data, Mapping):
        labels = list(data)
        frame = Frame([as_terms(value, 1)[0] for value in data.values()], labels)
        return frame if columns is None else frame[list(columns)]
    if isinstance(data, Series):
        return data.to_frame()  # type: ignore[no-any-return]  # a Frame
    if isinstance(data, list | tuple) and any(isinstance(it, Symbol) for it in data):
        raise Untraceable(
            "a data frame is made of a list of columns: use a dict or np.column_stack"
        )
    terms = parts_of(data)
    return Frame(terms, list(range(len(terms))) if columns is None else list(columns))

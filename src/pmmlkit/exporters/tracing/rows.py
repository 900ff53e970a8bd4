"""Rows on which a traced function is compared with the real one: from the data, else made up."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pmmlkit.exporters.features import Feature, InputField, is_missing_value
from pmmlkit.exporters.tracing.terms import Fixed, Term, arguments_of

__all__ = ["Rows", "constants_of", "made_up", "raw_table", "sampled"]

COUNT = 48
MOST_SAMPLED = 60

NUMBERS = (
    0.0, 1.0, -1.0, 0.5, -2.5, 3.25, 10.0, 0.125, -0.75, 100.0, 2.0, 7.0, -13.0, 1.5, 0.9, 40.0,
)  # fmt: skip
INTEGERS = (0, 1, -1, 2, 3, 7, 10, -4, 25, 60, 100, 5)
TEXTS = ("a", "b", "Ab c", "", "x-1", " padded ", "Zoë", "longer text 42")
TIMES = ("2020-02-29T13:14:15", "1969-12-31T23:59:59", "2021-01-01T00:00:00", "2000-06-15T08:30:00")


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns of plain Python values, None for missing; `frame`: the rows as the data had them."""

    columns: dict[str, list[Any]]
    frame: Any = None

    @property
    def count(self) -> int:
        """The number of rows."""
        return len(next(iter(self.columns.values()), ()))


def constants_of(terms: Iterable[Term]) -> list[Any]:
    """Return the constants of terms, beside which they change their course."""
    found: dict[Any, None] = {}
    seen: set[int] = set()
    pending = list(terms)
    while pending:
        term = pending.pop()
        if id(term) in seen:
            continue
        seen.add(id(term))
        if isinstance(term, Fixed) and term.value is not None:
            found[term.value] = None
        detail = getattr(term, "detail", None)
        if isinstance(detail, tuple) and len(detail) > 1 and isinstance(detail[1], tuple):
            for item in detail[1]:
                found[item[0] if isinstance(item, tuple) else item] = None
        pending += arguments_of(term)
    return list(found)


def made_up(
    inputs: Sequence[InputField], constants: Sequence[Any], *, missing: bool, positive: bool
) -> Rows:
    """Return rows with typical values of each type, and the constants that the function names."""
    random = np.random.default_rng(4)
    columns: dict[str, list[Any]] = {}
    for item in inputs:
        values = _values(item, constants)
        if positive:
            values = [it for it in values if isinstance(it, str | bool) or not _negative(it)]
        size = max(COUNT, min(2 * len(values), 400))
        order = [values[at % len(values)] for at in range(size)]
        columns[item.name] = [order[at] for at in random.permutation(size).tolist()]
    size = max(map(len, columns.values()), default=0)
    for name, column in columns.items():
        columns[name] = [column[at % len(column)] for at in range(size)]
    if missing:
        for item in inputs:
            if item.missing:
                column = columns[item.name]
                for at in random.permutation(size)[: size // 6].tolist():
                    column[at] = None
                # one row that has nothing
                column[-1] = None
    return Rows(columns)


def _negative(value: Any) -> bool:
    return isinstance(value, int | float) and value <= 0


def _values(item: InputField, constants: Sequence[Any]) -> list[Any]:
    kind = item.data_type or "double"
    if item.categories and kind != "boolean":
        named = [it for it in constants if isinstance(it, type(item.categories[0]))]
        return [*item.categories, *named]
    if kind == "boolean":
        return [True, False]
    if kind == "string":
        return [*TEXTS, *(it for it in constants if isinstance(it, str))]
    if kind in ("date", "dateTime"):
        texts = [*TIMES, *(it for it in constants if isinstance(it, str) and it[4:5] == "-")]
        times = [datetime.datetime.fromisoformat(text) for text in texts]
        return [time.date() for time in times] if kind == "date" else list(times)
    numbers = [it for it in constants if isinstance(it, int | float) and abs(it) < 1e6]
    if kind == "integer":
        return [*INTEGERS, *(int(it) for it in numbers if float(it).is_integer())]
    near = [float(it) + step for it in numbers[:100] for step in (0.0, 0.5)]
    return [*NUMBERS, *near]


def sampled(samples: Any, features: Sequence[Feature], *, missing: bool) -> Rows | None:
    """Return rows of the data, if they are the columns that the function gets; the last ones with
    missing values put in, where columns may lack them.
    """
    if samples is None or not all(isinstance(it, InputField) for it in features):
        return None
    inputs = [it for it in features if isinstance(it, InputField)]
    names = [item.name for item in inputs]
    if isinstance(samples, dict):
        return _of_arrays(samples, names, missing=missing)
    if type(samples).__module__.partition(".")[0] != "pandas":
        return None
    if not set(names) <= set(samples.columns) or len(samples) == 0:
        return None
    chosen = np.unique(np.linspace(0, len(samples) - 1, MOST_SAMPLED).astype(int))
    lacking = np.flatnonzero(samples[names].isna().to_numpy().any(axis=1))[:10]
    frame = samples[names].iloc[np.unique([*chosen, *lacking])].reset_index(drop=True)
    if missing:
        floats = [it.name for it in inputs if it.missing and frame[it.name].dtype.kind == "f"]
        extra = frame.head(len(floats)).copy()
        for at, name in enumerate(floats[: len(extra)]):
            extra.loc[at, name] = np.nan
        import pandas as pd

        if len(extra):
            frame = pd.concat([frame, extra], ignore_index=True).astype(frame.dtypes)
    else:
        frame = frame.dropna().reset_index(drop=True)
        if not len(frame):
            return None
    columns = {
        name: [None if is_missing_value(value) else value for value in frame[name].tolist()]
        for name in names
    }
    return Rows(columns, frame)


def _of_arrays(samples: dict[str, Any], names: list[str], *, missing: bool) -> Rows | None:
    """Return rows of an array, of which the columns are named."""
    if not set(names) <= set(samples):
        return None
    size = len(samples[names[0]]) if names else 0
    chosen = np.unique(np.linspace(0, size - 1, MOST_SAMPLED).astype(int)).tolist() if size else []
    columns = {
        name: [None if is_missing_value(it) else it for it in samples[name][chosen].tolist()]
        for name in names
    }
    complete = [
        at for at in range(len(chosen)) if all(it[at] is not None for it in columns.values())
    ]
    kept = range(len(chosen)) if missing else complete
    return Rows({name: [it[at] for at in kept] for name, it in columns.items()}) if kept else None


def raw_table(rows: Rows, inputs: Sequence[InputField], flavour: str) -> Any:
    """Return the rows as the user's function gets them: frame, series, array or vector."""
    if flavour in ("frame", "series"):
        frame = rows.frame.copy() if rows.frame is not None else _frame(rows, inputs)
        return frame if flavour == "frame" else frame.iloc[:, 0]
    kinds = {item.data_type or "double" for item in inputs}
    columns = [rows.columns[item.name] for item in inputs]
    complete = not any(value is None for column in columns for value in column)
    array: Any
    if kinds == {"integer"} and complete:
        array = np.array(columns, np.int64).T
    elif kinds == {"boolean"} and complete:
        array = np.array(columns, np.bool_).T
    elif kinds <= {"integer", "double", "float", "boolean"}:
        filled = [[np.nan if it is None else float(it) for it in column] for column in columns]
        array = np.array(filled, np.float64).T
    else:
        array = np.empty((rows.count, len(columns)), object)
        for at, column in enumerate(columns):
            array[:, at] = column
    return array if flavour == "array" else array[:, 0]


def _frame(rows: Rows, inputs: Sequence[InputField]) -> Any:
    import pandas as pd

    made: dict[str, Any] = {}
    for item in inputs:
        values: Any = rows.columns[item.name]
        lacking = any(value is None for value in values)
        dtype: Any = None
        if item.data_type in (None, "double", "float"):
            dtype = "float32" if item.data_type == "float" else "float64"
        elif item.data_type == "integer":
            dtype = "float64" if lacking else "int64"
        elif item.data_type == "boolean":
            dtype = "object" if lacking else "bool"
        elif item.data_type == "dateTime":
            values = pd.to_datetime(pd.Series(values))
        made[item.name] = pd.Series(values, dtype=dtype)
    return pd.DataFrame(made)

"""Names, types and categories of the input columns and of the target, out of X and y or the
estimator.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

import numpy as np

from pmmlkit.columns.types import DATA_TYPES
from pmmlkit.errors import ExportError
from pmmlkit.exporters.domains import Domain
from pmmlkit.exporters.features import InputField, is_missing_value, plain
from pmmlkit.exporters.tables import named_columns

__all__ = ["Schema", "fitted_names", "matched", "schema_of"]

_MADE_UP = {"booster_": "Column_{}", "term_features_": "feature_{:04}"}
"""How libraries name columns without a name, by an attribute of their estimators."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The input columns in their order, the names of the targets, and what users say of columns."""

    inputs: tuple[InputField, ...]
    targets: tuple[str, ...]
    domains: Mapping[str, Domain] = field(default_factory=lambda: MappingProxyType({}))


def matched(estimator: Any, X: Any) -> Any:
    """Return the table with the columns that the estimator was fitted on alone, in their order; as
    it is where it lacks one of them, or has no names.
    """
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    names = fitted_names(estimator)
    if X is None or not names:
        return X
    try:
        frame = nw.from_native(X, eager_only=True, pass_through=True)
    except DuplicateError:
        return X  # told of later
    if not isinstance(frame, nw.DataFrame) or frame.columns == names:
        return X
    return frame.select(names).to_native() if set(names) <= set(frame.columns) else X


def schema_of(
    estimator: Any,
    X: Any = None,
    y: Any = None,
    types: Mapping[str, str] | None = None,
    fields: Mapping[str, Domain] | None = None,
) -> Schema:
    """Find out the schema.

    Parameters
    ----------
    estimator
        Fitted; gives ``feature_names_in_`` or ``n_features_in_`` where X does not say more.
    X : table of (n, columns): pandas, Polars, Arrow, NumPy, SciPy sparse, rows in a list, optional
    y : Series, array, table, list, or just the name of the target, optional
    types
        Data types (PMML's names) by column, over what X says.
    fields
        What users say of columns, over both.

    Raises
    ------
    ExportError
        Columns of no known type, duplicate names, or nothing that says how many columns there are.
    """
    if X is None:
        X = getattr(estimator, "training_table", None)
    inputs = _inputs_of_table(estimator, X) if X is not None else _inputs_of_estimator(estimator)
    names = [item.name for item in inputs]
    doubled = sorted({name for name in names if names.count(name) > 1}) if names else []
    if doubled:
        raise ExportError(f"column names must be unique; more than one is called {doubled[0]!r}")
    inputs = _with_types(inputs, types or {})
    taken = set(names)
    targets = []
    for name in _target_names(estimator, y):
        while name in taken:
            name = _next_name(name)
        taken.add(name)
        targets.append(name)
    stated = fields or {}
    inputs = _with_domains(inputs, targets, stated, types or {})
    return Schema(inputs, tuple(targets), MappingProxyType(dict(stated)))


def _with_domains(
    inputs: tuple[InputField, ...],
    targets: Iterable[str],
    fields: Mapping[str, Domain],
    types: Mapping[str, str],
) -> tuple[InputField, ...]:
    unknown = sorted(map(str, set(fields) - {item.name for item in inputs} - set(targets)))
    if unknown:
        names = ", ".join(item.name for item in inputs)
        raise ExportError(
            f"fields names {unknown[0]!r}, which is no column: these are {names:.200}"
        )
    for name, domain in fields.items():
        if not isinstance(domain, Domain):
            raise ExportError(
                f"fields[{name!r}] is {domain!r:.60}: say Continuous, Categorical, Ordinal or "
                "Temporal of pmmlkit"
            )
        if domain.data_type not in (None, types.get(name, domain.data_type)):
            raise ExportError(f"schema and fields give {name!r} different types")
        if name in targets and domain != type(domain)(display_name=domain.display_name):
            raise ExportError(
                f"fields[{name!r}] is the target, of which a display_name alone can be said"
            )
    return tuple(
        fields[item.name].applied(item) if item.name in fields else item for item in inputs
    )


def _next_name(name: str) -> str:
    head, _, tail = name.rpartition("_")
    return f"{head}_{int(tail) + 1}" if head and tail.isdigit() else f"{name}_2"


def _with_types(inputs: tuple[InputField, ...], types: Mapping[str, str]) -> tuple[InputField, ...]:
    unknown = sorted(set(types) - {item.name for item in inputs})
    if unknown:
        raise ExportError(f"the schema names the column {unknown[0]!r}, which is not in the data")
    for name, data_type in types.items():
        if data_type not in DATA_TYPES:
            raise ExportError(
                f"the schema gives {name!r} the type {data_type!r}, which PMML does not have; it "
                f"has {', '.join(list(DATA_TYPES)[:8])} ..."
            )
    return tuple(
        replace(item, data_type=types[item.name], categories=()) if item.name in types else item
        for item in inputs
    )


def _inputs_of_estimator(estimator: Any) -> tuple[InputField, ...]:
    names = fitted_names(estimator)
    if names is None:
        count = getattr(estimator, "n_features_in_", None)
        if count is None:
            raise ExportError(
                f"{type(estimator).__name__} does not say what columns it was fitted on: pass X="
            )
        names = [f"x{number}" for number in range(1, count + 1)]
    return tuple(InputField(name) for name in names)


def fitted_names(estimator: Any) -> list[str] | None:
    """Return the names of the columns that the estimator was fitted on, None where it has none."""
    names = _names_in(estimator)
    if names is not None:
        return names
    # CatBoost's name for them; it numbers columns without a name
    names = getattr(estimator, "feature_names_", None)
    if not isinstance(names, list):
        return None
    if names == [str(number) for number in range(len(names))]:
        return [f"x{number}" for number in range(1, len(names) + 1)]
    return [str(name) for name in names]


def _names_in(estimator: Any) -> list[str] | None:
    names = getattr(estimator, "feature_names_in_", None)
    if names is None:
        return None
    given = [str(name) for name in names]
    # LightGBM before 4.7 and InterpretML make names up for columns that have none
    first = estimator
    while hasattr(first, "steps"):
        first = first.steps[0][1]
    form = next((form for mark, form in _MADE_UP.items() if hasattr(first, mark)), None)
    is_made_up = form is not None and given == [form.format(at) for at in range(len(given))]
    return None if is_made_up else given


def _inputs_of_table(estimator: Any, X: Any) -> tuple[InputField, ...]:
    import narwhals as nw
    from narwhals.exceptions import DuplicateError

    stated = named_columns(X)
    if stated is not None:
        return tuple(_input_of_values(name, values) for name, values in stated.items())
    try:
        frame = nw.from_native(X, eager_only=True, pass_through=True)
    except DuplicateError as error:
        raise ExportError(f"column names must be unique: {error}") from error
    if isinstance(frame, nw.DataFrame):
        inputs = (_input_of_series(name, frame.get_column(name)) for name in frame.columns)
        return _promoted(tuple(inputs))
    if isinstance(frame, nw.LazyFrame) or type(X).__name__ == "LazyFrame":
        raise ExportError("X is a lazy table: collect it first")
    array = X if hasattr(X, "dtype") and hasattr(X, "shape") else _array(X)
    if array.ndim != 2:
        raise ExportError(f"X has {array.ndim} dimensions; a table has 2")
    names = _names_in(estimator)
    if names is None or len(names) != array.shape[1]:
        names = [f"x{number}" for number in range(1, array.shape[1] + 1)]
    if not isinstance(array, np.ndarray):
        return tuple(InputField(str(name), _plain_type(array.dtype)) for name in names)
    return tuple(_input_of_array(str(name), array[:, at]) for at, name in enumerate(names))


def _promoted(inputs: tuple[InputField, ...]) -> tuple[InputField, ...]:
    """Return the columns, those of single precision as doubles if there are other numbers: NumPy
    computes with both in doubles, PMML with integers and floats in floats.
    """
    if not any(it.data_type in ("integer", "double") for it in inputs):
        return inputs
    return tuple(
        replace(it, data_type="double") if it.data_type == "float" else it for it in inputs
    )


def _array(rows: Any) -> np.ndarray[Any, Any]:
    try:
        return np.asarray(rows)
    except ValueError as error:
        raise ExportError(f"X is no table: {error}") from error


def _input_of_series(name: str, series: Any) -> InputField:
    import narwhals as nw

    kind = series.dtype
    missing = bool(series.null_count())
    if kind.is_integer():
        return InputField(name, "integer", missing=missing)
    if kind.is_float():
        return InputField(name, "float" if kind == nw.Float32 else "double")
    if kind == nw.Boolean:
        return InputField(name, "boolean", (False, True), missing)
    if kind in (nw.Date, nw.Datetime):
        return InputField(name, "date" if kind == nw.Date else "dateTime")
    if kind in (nw.Categorical, nw.Enum):
        return _categorical(name, series)
    return _input_of_values(name, series.drop_nulls().unique(maintain_order=False).to_list())


def _categorical(name: str, series: Any) -> InputField:
    # The order of a categorical column is its own; sorting would lose what the user said.
    dtype = getattr(series.to_native(), "dtype", None)
    stated = getattr(dtype, "categories", None)
    values = sorted(series.drop_nulls().unique().to_list()) if stated is None else list(stated)
    found = _input_of_values(name, values)
    seen = tuple(plain(value) for value in values)
    return replace(found, categories=seen)


def _input_of_array(name: str, column: np.ndarray[Any, Any]) -> InputField:
    kind = _plain_type(column.dtype)
    if kind is not None:
        return InputField(
            name,
            kind,
            (False, True) if kind == "boolean" else (),
            missing=kind not in ("integer", "boolean"),
        )
    if column.dtype.kind in "US":
        values: Iterable[Any] = np.unique(column).tolist()
    elif column.dtype.kind == "O":
        values = [value for value in column.tolist() if not is_missing_value(value)]
    else:
        raise ExportError(f"column {name!r} has the dtype {column.dtype}, which PMML does not have")
    return _input_of_values(name, values)


def _plain_type(dtype: Any) -> str | None:
    if dtype.kind in "iu":
        return "integer"
    if dtype.kind == "b":
        return "boolean"
    if dtype.kind == "f":
        return "double" if dtype.itemsize > 4 else "float"
    return None


def _input_of_values(name: str, values: Iterable[Any]) -> InputField:
    """Return a column of Python objects, typed by what they are."""
    seen = {plain(value) if isinstance(value, np.generic) else value for value in values}
    seen = {value for value in seen if not is_missing_value(value)}
    kinds = {type(value) for value in seen}
    if not kinds:
        return InputField(name)
    if kinds == {bool}:
        return InputField(name, "boolean", (False, True))
    if kinds == {int}:
        return InputField(name, "integer")
    if kinds <= {int, float}:
        return InputField(name, "double")
    if all(issubclass(kind, str) for kind in kinds):
        return InputField(name, "string", tuple(sorted(str(value) for value in seen)))
    if all(issubclass(kind, datetime.date) for kind in kinds):
        whole = all(issubclass(kind, datetime.datetime) for kind in kinds)
        return InputField(name, "dateTime" if whole else "date")
    words = ", ".join(sorted(kind.__name__ for kind in kinds))
    raise ExportError(
        f"column {name!r} holds values of different types ({words}): make them one type, or say "
        "which it is with schema="
    )


def _target_names(estimator: Any, y: Any) -> tuple[str, ...]:
    if isinstance(y, str):
        return (y,)
    columns = getattr(y, "columns", None)
    if columns is not None:
        return tuple(str(name) for name in columns)
    name = getattr(y, "name", None)
    if isinstance(name, str) and name:
        return (name,)
    shape: tuple[int, ...] = np.shape(y) if y is not None else ()
    if len(shape) == 2 and shape[1] > 1:
        return tuple(f"y{number}" for number in range(1, shape[1] + 1))
    return (getattr(estimator, "target_name_", None) or "y",)

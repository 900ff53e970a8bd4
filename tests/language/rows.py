"""A small bench for elements that compile: fields with values, run in both modes."""

from __future__ import annotations

import math
import pickle
from collections.abc import Mapping, Sequence
from typing import Any

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DataType
from pmmlkit.columns.values import Failure, is_invalid
from pmmlkit.errors import EvaluationError
from pmmlkit.language.scope import Compilation, Compiled, Scope
from pmmlkit.language.step import Batch, Field, Step
from pmmlkit.limits import Limits

ERROR = "error"
"""Stands for a row in error, in results and (as an input) in values."""


def raise_gathered(compilation: Compilation) -> None:
    """Raise the first of the errors that a compilation tells at its end."""
    if compilation.errors:
        raise compilation.errors[0]


def make_scope(**types: DataType | Field) -> Scope:
    """Make a scope of fields, given by type or by `field` (for optype, values, may_fail)."""
    scope = Scope(Compilation(Limits(), "4.4"))
    for name, kind in types.items():
        if isinstance(kind, Field):
            scope.fields[name] = scope.new_field(
                name, kind.type, kind.optype, kind.values, may_fail=kind.may_fail
            )
        else:
            scope.fields[name] = scope.new_field(name, kind, may_fail=True)
    return scope


def field(
    type: DataType, optype: str | None = None, values: tuple[Any, ...] = (), may_fail: bool = False
) -> Field:
    """Describe a field for `make_scope`."""
    return Field("", -1, type, optype or type.optype, values, may_fail)


def run(
    scope: Scope, step: Step, data: Mapping[str, Sequence[Any]], *, relative: float = 0.0
) -> list[Any]:
    """Run a step over columns and row by row, see that both agree, and return the row values.

    Values are row values of the fields; `ERROR` is a row in error. The step is pickled on the way,
    and the column is read together with the frame of the scope. Floats of the two modes may differ
    by `relative`.
    """
    steps = pickle.loads(pickle.dumps((step, scope.frame.steps, scope.fields)))
    step, frame, fields = steps
    size = len(next(iter(data.values()))) if data else 3
    inputs = {
        name: [Failure(EvaluationError("input")) if item is ERROR else item for item in items]
        for name, items in data.items()
    }
    batch = Batch(size)
    for name, items in inputs.items():
        batch[fields[name]] = Column.of(items, fields[name].type)
    for made, inner in frame:
        batch[made] = inner.columns(batch)
    column = step.columns(batch)
    assert column.type == step.type
    assert len(column) == size
    found = [ERROR if isinstance(item, Failure) else item for item in column.to_list()]
    rows = [
        _row(
            step,
            frame,
            fields,
            {name: items[row] for name, items in inputs.items()},
            scope.compilation.slots,
        )
        for row in range(size)
    ]
    assert all(map(_alike, found, rows, [relative] * size)), (found, rows)
    if ERROR in found:
        assert step.may_fail
    return rows


def evaluate(element: Compiled, scope: Scope, data: Mapping[str, Sequence[Any]]) -> list[Any]:
    """Compile an element and run it."""
    return run(scope, scope.compile(element), data)


def _row(step: Step, frame: Any, fields: dict[str, Field], row: dict[str, Any], slots: int) -> Any:
    values: list[Any] = [None] * slots
    for name, item in row.items():
        values[fields[name].slot] = item
    for made, inner in frame:
        try:
            values[made.slot] = inner.row_function()(values)
        except EvaluationError as error:
            values[made.slot] = Failure(error)
    try:
        return step.row_function()(values)
    except EvaluationError:
        return ERROR


def _alike(left: Any, right: Any, relative: float) -> bool:
    if relative and isinstance(left, float) and isinstance(right, float):
        close = math.isclose(left, right, rel_tol=relative)
        return is_invalid(left) == is_invalid(right) and (close or left != left != right)
    return bool(_comparable(left) == _comparable(right))


def _comparable(item: Any) -> Any:
    kind = bool if isinstance(item, bool) else type(item).__mro__[-2].__name__
    if isinstance(item, float) and math.isnan(item):
        return ("nan", is_invalid(item))
    return (kind, item, is_invalid(item))

"""Casts of columns: equal to the cast of each value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import ERROR, INVALID, MISSING, Column
from pmmlkit.columns.conversion import cast, cast_value
from pmmlkit.columns.types import BOOLEAN, DATA_TYPES, DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure, invalid
from pmmlkit.errors import EvaluationError

CASES: list[tuple[str, list[Any]]] = [
    ("string", ["1", "1.5", "x", "true", "2020-01-05", "12:30", "2020-01-05T01:02:03", "", "NaN"]),
    ("integer", [0, 1, -5, 2**63 - 1, -(2**63), 2**53 + 1, 2**60 + 1]),
    ("double", [0.0, -0.0, 1.0, 2.5, 1e300, 2.0**63, -(2.0**63), float("inf"), float("nan"), 0.1]),
    ("float", [0.0, -0.0, 1.0, 2.5, float(np.float32(0.1)), 2.0**63, float("nan")]),
    ("boolean", [True, False]),
    ("date", [0, -1, 18266, -719162, 2932896]),
    ("time", [0, 1, 86_399_999_999]),
    ("dateTime", [0, -1, 1_578_184_200_000_000]),
    ("timeSeconds", [0, 100, 86_400, -1]),
    ("dateDaysSince[1960]", [0, -1, 10**15]),
    ("dateTimeSecondsSince[1980]", [0, -1, 10**18]),
]


def by_value(items: list[Any], source: DataType, target: DataType) -> list[str]:
    made = []
    for item in items:
        try:
            made.append(repr(cast_value(item, source, target)))
        except EvaluationError as error:
            made.append(str(error))
    return made


def shown(column: Column) -> list[str]:
    return [
        str(item.error) if isinstance(item, Failure) else repr(item) for item in column.to_list()
    ]


@pytest.mark.parametrize("target", DATA_TYPES.values(), ids=lambda type: type.name)
@pytest.mark.parametrize(("name", "items"), CASES)
def test_columns_equal_values(name: str, items: list[Any], target: DataType) -> None:
    source = DATA_TYPES[name]
    items = [None, *items, items[0]]
    column = cast(Column.of(items, source), target)
    assert column.type == target
    assert shown(column) == by_value(items, source, target)


@given(st.lists(st.floats(), max_size=20), st.sampled_from([FLOAT, INTEGER, BOOLEAN, STRING]))
def test_doubles(items: list[float], target: DataType) -> None:
    column = cast(Column.of(items, DOUBLE), target)
    assert shown(column) == by_value(items, DOUBLE, target)


def test_the_same_type_is_the_same_column() -> None:
    column = Column.of([1, 2], INTEGER)
    assert cast(column, INTEGER) is column


def test_errors_stay_and_flags_go() -> None:
    reason = EvaluationError("before")
    column = Column.of([Failure(reason), invalid(2.0), None, 2.5], DOUBLE)
    result = cast(column, INTEGER)
    assert result.state is not None
    assert result.state.tolist() == [ERROR, 0, MISSING, ERROR]
    assert result.errors[0] is reason
    assert "2.5" in str(result.errors[3])
    widened = cast(Column.of([invalid(2.0)], FLOAT), DOUBLE)
    assert widened.state is not None
    assert widened.state.tolist() == [INVALID]


def test_no_rows() -> None:
    for source, _ in CASES:
        for target in DATA_TYPES.values():
            assert len(cast(Column.of([], DATA_TYPES[source]), target)) == 0

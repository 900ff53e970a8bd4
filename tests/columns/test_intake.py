"""Arrays of every dtype: the same as converting value by value."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import Column
from pmmlkit.columns.conversion import (
    Coded,
    Converted,
    column_from,
    convert_value,
    is_missing,
)
from pmmlkit.columns.types import BOOLEAN, DATA_TYPES, DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure
from pmmlkit.errors import DataError

TYPES = list(DATA_TYPES.values())[:10]


def by_value(items: list[Any], type: DataType, nan_is_missing: bool) -> list[str]:
    """Say what each item becomes, by the rules for one value."""
    result = []
    for item in items:
        if is_missing(item, nan_is_missing):
            result.append("missing")
            continue
        try:
            value = convert_value(item, type)
        except ValueError:
            result.append("failed")
            continue
        is_nan = isinstance(value, float) and math.isnan(value)
        result.append("missing" if is_nan and nan_is_missing else repr(value))
    return result


def shown(converted: Converted) -> list[str]:
    result = []
    for row, item in enumerate(converted.column.to_list()):
        if isinstance(item, Failure):
            assert row in converted.failed
            result.append("failed")
        else:
            assert row not in converted.failed
            result.append("missing" if item is None else repr(item))
    return result


def objects(*items: Any) -> np.ndarray[Any, Any]:
    array = np.empty(len(items), object)
    array[:] = items
    return array


NAN = math.nan
ARRAYS: list[Any] = [
    np.array([1.5, NAN, -0.0, 1.0, math.inf, 1e300]),
    np.array([1.5, NAN, 0.1], np.float32),
    np.array([1.5, NAN], np.float16),
    np.array([1.5, 2.0], np.longdouble),
    np.array([1.5, 2.0, NAN], ">f8"),
    np.array([0, 1, -5, 2**62 + 1]),
    np.array([0, 1, 200], np.uint8),
    np.array([0, 2**63, 2**64 - 1], np.uint64),
    np.array([True, False]),
    np.array(["1", "true", "x", ""]),
    np.array(["a", "b"], np.dtypes.StringDType()),
    np.array([b"a"]),
    np.array([1j]),
    np.array(["2020-01-05", "NaT", "1969-12-31"], "datetime64[D]"),
    np.array(["2020-01-05T12:30:01.5", "NaT"], "datetime64[ns]"),
    np.array(["-5000-01-01"], "datetime64[s]"),
    np.array([5, "NaT"], "timedelta64[s]"),
    objects("a", None, "b", "a"),
    objects("a", NAN, pd.NA, "b"),
    objects("1", "-0.0", ".5", "1.", "+1e-3", "1e999"),
    objects("1", None, "-7", "007"),
    objects("1", "1e", "2"),
    objects("1\n", "1\n2", ""),
    objects("9223372036854775808", "1"),
    objects("9" * 5000, "1"),
    objects("-", "+-1"),
    objects("1_0", "\u0661"),
    objects("1", 1, 1.0, True, np.float32(0.1)),
    objects(0.0, -0.0, "x"),
    objects(1, None, 3),
    objects(True, None),
    objects(1.5, None, 2),
    objects(1.5, NAN),
    objects(2**70, 1, None),
    objects(Decimal("1.5"), Decimal("NaN"), pd.NaT),
    objects(datetime.date(2020, 1, 5), None, datetime.datetime(2020, 1, 5, 1, 2, 3)),
    objects(datetime.time(1, 2, 3)),
    objects([1, 2], {}, None),
    objects(None, None),
    objects(),
    np.array([]),
    [1, 2.5, None, "x"],
    (1, 2),
    range(3),
    pd.Series(["a", None]),
    pd.Series([1, 2]),
]


@pytest.mark.parametrize("nan_is_missing", [True, False])
@pytest.mark.parametrize("type", TYPES, ids=lambda type: type.name)
@pytest.mark.parametrize("array", ARRAYS, ids=lambda array: repr(array)[:40])
def test_arrays_equal_values(array: Any, type: DataType, nan_is_missing: bool) -> None:
    converted = column_from(array, type, nan_is_missing)
    assert isinstance(converted.column, Column)
    assert converted.column.values.dtype == type.dtype
    assert shown(converted) == by_value(list(array), type, nan_is_missing)


@pytest.mark.parametrize("type", TYPES, ids=lambda type: type.name)
def test_masked_arrays(type: DataType) -> None:
    hidden = [False, True, False]
    for array in ([1.0, NAN, NAN], [1, 2, 3], ["1", "2", "x"], [True, False, True]):
        masked = np.ma.MaskedArray(array, hidden)
        items = [None if off else item for item, off in zip(array, hidden, strict=True)]
        assert shown(column_from(masked, type)) == by_value(items, type, True)
    assert shown(column_from(np.ma.MaskedArray([1, 2]), INTEGER)) == ["1", "2"]


@pytest.mark.parametrize("type", TYPES, ids=lambda type: type.name)
@pytest.mark.parametrize(
    "categories", [["a", "b"], ["1", "x"], [1, 2], [1.5, 2.0], ["a", None], ["a", "a"]]
)
def test_coded(categories: list[Any], type: DataType) -> None:
    codes = np.array([0, 1, -1, 1, 0], np.int8)
    items = [None if code < 0 else categories[code] for code in codes]
    assert shown(column_from(Coded(codes, categories), type)) == by_value(items, type, True)


def test_failed_rows_keep_their_raw_value() -> None:
    converted = column_from(["1", "N/A", None, "N/A", "x"], DOUBLE)
    assert converted.failed == {1: "N/A", 3: "N/A", 4: "x"}
    assert "'N/A' is not convertible to double" in str(converted.column.errors[1])
    assert column_from(np.array([1.5, 2.0]), INTEGER).failed == {0: 1.5}


@pytest.mark.parametrize(
    ("dtype", "type"), [("f8", DOUBLE), ("f4", FLOAT), ("i8", INTEGER), ("?", BOOLEAN)]
)
def test_own_dtypes_are_not_copied(dtype: str, type: DataType) -> None:
    array = np.ones(5, dtype)
    converted = column_from(array, type)
    assert np.shares_memory(converted.column.values, array)
    assert converted.column.state is None


def test_nan_as_a_value() -> None:
    column = column_from(np.array([NAN, 1.0]), DOUBLE, nan_is_missing=False).column
    assert column.state is None
    assert np.isnan(column.values[0])
    assert 0 in column_from(np.array([NAN]), STRING, nan_is_missing=False).failed


def test_categories_are_distinct() -> None:
    column = column_from(np.array([1, 1.0, "1.0", "1"], object), STRING).column
    assert column.categories is not None
    assert sorted(column.categories.values) == ["1", "1.0"]


@pytest.mark.parametrize("array", [np.zeros((2, 2)), np.float64(1.0) + np.zeros(())])
def test_only_one_dimension(array: Any) -> None:
    with pytest.raises(DataError, match="one dimension"):
        column_from(array, DOUBLE)


@given(
    st.lists(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3), max_size=12
    ),
    st.sampled_from(TYPES),
    st.booleans(),
)
def test_lists_equal_values(items: list[Any], type: DataType, nan_is_missing: bool) -> None:
    converted = column_from(items, type, nan_is_missing)
    assert shown(converted) == by_value(items, type, nan_is_missing)

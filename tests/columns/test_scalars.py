"""Python and NumPy scalars as row values (semantics 2.2)."""

from __future__ import annotations

import datetime
import math
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pmmlkit.columns.conversion import cast_value, convert_value, is_missing
from pmmlkit.columns.types import (
    BOOLEAN,
    DATA_TYPES,
    DATE,
    DATE_TIME,
    DOUBLE,
    FLOAT,
    INTEGER,
    STRING,
    TIME,
    DataType,
)
from pmmlkit.columns.values import invalid
from pmmlkit.errors import EvaluationError

NO = "not convertible"
THIRD = float(np.float32(0.1))
DAY = 86_400_000_000
EUROPE = datetime.timezone(datetime.timedelta(hours=1))
MOMENT = datetime.datetime(1970, 1, 2, 0, 0, 1)

# value: string, integer, float, double, boolean, date, time, dateTime
SCALARS: list[tuple[Any, tuple[Any, ...]]] = [
    ("1", ("1", 1, 1.0, 1.0, True, NO, NO, NO)),
    (np.str_("x"), ("x", NO, NO, NO, NO, NO, NO, NO)),
    (5, ("5", 5, 5.0, 5.0, NO, NO, NO, NO)),
    (2**63, ("9223372036854775808", NO, 2.0**63, 2.0**63, NO, NO, NO, NO)),
    (np.int8(1), ("1", 1, 1.0, 1.0, True, NO, NO, NO)),
    (np.uint64(2**63), ("9223372036854775808", NO, 2.0**63, 2.0**63, NO, NO, NO, NO)),
    (10**400, (str(10**400), NO, NO, NO, NO, NO, NO, NO)),
    (1.0, ("1.0", 1, 1.0, 1.0, True, NO, NO, NO)),
    (-0.0, ("0.0", 0, -0.0, -0.0, False, NO, NO, NO)),
    (0.1, ("0.1", NO, THIRD, 0.1, NO, NO, NO, NO)),
    (np.float32(0.1), ("0.1", NO, THIRD, THIRD, NO, NO, NO, NO)),
    (np.float64(0.1), ("0.1", NO, THIRD, 0.1, NO, NO, NO, NO)),
    (1e300, ("1.0E300", NO, math.inf, 1e300, NO, NO, NO, NO)),
    (math.inf, ("INF", NO, math.inf, math.inf, NO, NO, NO, NO)),
    (math.nan, (NO, NO, math.nan, math.nan, NO, NO, NO, NO)),
    (True, ("true", 1, 1.0, 1.0, True, NO, NO, NO)),
    (np.bool_(False), ("false", 0, 0.0, 0.0, False, NO, NO, NO)),
    (np.array(2.0), ("2.0", 2, 2.0, 2.0, NO, NO, NO, NO)),
    (Decimal("0.10"), ("0.10", NO, THIRD, 0.1, NO, NO, NO, NO)),
    (Decimal("3"), ("3", 3, 3.0, 3.0, NO, NO, NO, NO)),
    (Decimal(2**53 + 1), (str(2**53 + 1), 2**53 + 1, 2.0**53, 2.0**53, NO, NO, NO, NO)),
    (datetime.date(1970, 1, 2), ("1970-01-02", NO, NO, NO, NO, 1, 0, DAY)),
    (MOMENT, ("1970-01-02T00:00:01", NO, NO, NO, NO, 1, 1_000_000, DAY + 1_000_000)),
    (pd.Timestamp(MOMENT), ("1970-01-02T00:00:01", NO, NO, NO, NO, 1, 1_000_000, DAY + 1_000_000)),
    (np.datetime64(MOMENT, "ns"), ("1970-01-02T00:00:01", NO, NO, NO, NO, 1, 10**6, DAY + 10**6)),
    (np.datetime64("-5000-01-01"), (NO,) * 8),
    (datetime.time(0, 0, 2), ("00:00:02", NO, NO, NO, NO, NO, 2_000_000, NO)),
    (MOMENT.replace(tzinfo=EUROPE), (NO,) * 8),
    (datetime.time(1, tzinfo=EUROPE), (NO,) * 8),
    (b"a", (NO,) * 8),
    (1j, (NO,) * 8),
    ([1], (NO,) * 8),
    (Ellipsis, (NO,) * 8),
    (datetime.timedelta(1), (NO,) * 8),
]
TYPES = (STRING, INTEGER, FLOAT, DOUBLE, BOOLEAN, DATE, TIME, DATE_TIME)


@pytest.mark.parametrize(("value", "wanted"), SCALARS, ids=lambda item: repr(item)[:30])
def test_convert_value(value: Any, wanted: tuple[Any, ...]) -> None:
    for type, result in zip(TYPES, wanted, strict=True):
        if result is NO:
            with pytest.raises(ValueError):  # noqa: PT011 - the texts differ
                convert_value(value, type)
            continue
        found = convert_value(value, type)
        assert found.__class__ is result.__class__, type.name
        assert repr(found) == repr(result), type.name


@pytest.mark.parametrize("value", [None, pd.NA, pd.NaT, np.datetime64("NaT"), np.ma.masked])
def test_missing(value: Any) -> None:
    assert is_missing(value)
    assert is_missing(value, nan_is_missing=False)


@pytest.mark.parametrize("value", [math.nan, np.float32("nan"), np.float64("nan"), Decimal("NaN")])
def test_nan_is_missing_by_choice(value: Any) -> None:
    assert is_missing(value)
    assert not is_missing(value, nan_is_missing=False)


@pytest.mark.parametrize("value", [0, "", "NaN", "None", False, 0.0, Decimal(0), "nan"])
def test_not_missing(value: Any) -> None:
    assert not is_missing(value)


DAYS_1960, DAYS_1970 = DATA_TYPES["dateDaysSince[1960]"], DATA_TYPES["dateDaysSince[1970]"]
SECONDS_1970, SECONDS = DATA_TYPES["dateTimeSecondsSince[1970]"], DATA_TYPES["timeSeconds"]

CASTS: list[tuple[Any, DataType, DataType, Any]] = [
    ("1.5", STRING, DOUBLE, 1.5),
    ("x", STRING, DOUBLE, NO),
    (2.0, DOUBLE, INTEGER, 2),
    (2.5, DOUBLE, INTEGER, NO),
    (1e19, DOUBLE, INTEGER, NO),
    (2.0**63, DOUBLE, INTEGER, NO),
    (-(2.0**63), DOUBLE, INTEGER, -(2**63)),
    (math.nan, DOUBLE, INTEGER, NO),
    (math.inf, DOUBLE, INTEGER, NO),
    (0.1, DOUBLE, FLOAT, THIRD),
    (THIRD, FLOAT, DOUBLE, THIRD),
    (THIRD, FLOAT, STRING, "0.1"),
    (7, INTEGER, DOUBLE, 7.0),
    (2**60 + 1, INTEGER, FLOAT, 2.0**60),
    (1, INTEGER, BOOLEAN, True),
    (2, INTEGER, BOOLEAN, NO),
    (1.0, DOUBLE, BOOLEAN, True),
    (True, BOOLEAN, DOUBLE, 1.0),
    (True, BOOLEAN, STRING, "true"),
    (True, BOOLEAN, DATE, NO),
    (5, INTEGER, DATE, NO),
    (5, DATE, INTEGER, NO),
    (5, DATE, DOUBLE, NO),
    (5, DATE, DATE_TIME, 5 * DAY),
    (5 * DAY + 1, DATE_TIME, DATE, 5),
    (-1, DATE_TIME, DATE, -1),
    (-1, DATE_TIME, TIME, DAY - 1),
    (1_500_000, TIME, SECONDS, 1),
    (90_000, SECONDS, TIME, NO),
    (1, TIME, DATE, NO),
    (0, DATE, DAYS_1960, 3653),
    (3653, DAYS_1960, DAYS_1970, 0),
    (3654, DAYS_1960, DATE, 1),
    (1, DAYS_1970, SECONDS_1970, 86_400),
    (-1, SECONDS_1970, DAYS_1970, -1),
    (10**15, DAYS_1970, DATE, NO),
    (5, DAYS_1970, INTEGER, 5),
    (5, INTEGER, DAYS_1970, 5),
    (5, DAYS_1970, STRING, "5"),
    (5, DATE, STRING, "1970-01-06"),
    (invalid(2.0), DOUBLE, INTEGER, 2),
    (None, DOUBLE, INTEGER, None),
]


@pytest.mark.parametrize(("value", "source", "target", "wanted"), CASTS)
def test_cast_value(value: Any, source: DataType, target: DataType, wanted: Any) -> None:
    if wanted is NO:
        with pytest.raises(EvaluationError, match=f"cannot cast .* to {target.name}"):
            cast_value(value, source, target)
        return
    found = cast_value(value, source, target)
    assert found == wanted
    assert found.__class__ is wanted.__class__

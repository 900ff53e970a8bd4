"""What DataFields say of their values, and documents that say it wrongly (semantics 1.2, 1.3)."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.types import DOUBLE, FLOAT, INTEGER
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.data_dictionary import Bounds, DataDictionary, DataField, Interval, Value


def make(data_type: str = "double", optype: str | None = "continuous", **rest: Any) -> DataField:
    return DataField(name="x", optype=optype, data_type=data_type, line=7, **rest)


def test_values_and_markers_are_typed() -> None:
    rules = make(
        values=(
            Value(value="1"),
            Value(value="2.0", display_value="two"),
            Value(value="1.0"),
            Value(value="-1", property="invalid"),
            Value(value="bad", property="invalid"),
            Value(value="-9", property="missing"),
            Value(value="N/A", property="missing"),
        )
    ).rules()
    assert rules.values == (1.0, 2.0)
    assert rules.display == {2.0: "two"}
    assert rules.invalid == {-1.0}
    assert rules.missing == {-9.0}
    assert rules.missing_texts == {"N/A"}


def test_the_order_of_an_ordinal_field_is_that_of_its_values() -> None:
    values = tuple(Value(value=text) for text in ("low", "mid", "high"))
    assert make("string", "ordinal", values=values).rules().values == ("low", "mid", "high")


@pytest.mark.parametrize(
    ("data_type", "optype"),
    [("string", "categorical"), ("date", "ordinal"), ("float", "continuous")],
)
def test_an_absent_optype_is_that_of_the_type(data_type: str, optype: str) -> None:
    assert make(data_type, None).rules().optype == optype


@pytest.mark.parametrize(
    ("field", "message"),
    [
        (make("string", "categorical", intervals=(Interval(closure="openOpen"),)), "continuous"),
        (make("string", intervals=(Interval(closure="openOpen", left_margin=1.0),)), "numbers"),
        (make(intervals=(Interval(closure="openOpen"),)), "leftMargin or rightMargin"),
        (make(intervals=(Interval(closure="openOpen", left_margin=math.nan),)), "is NaN"),
        (make(intervals=(Interval(closure="open", left_margin=0.0),)), "'open' is none of"),
        (
            make(intervals=(Interval(closure="openOpen", left_margin=2.0, right_margin=1.0),)),
            "above",
        ),
        (
            make(intervals=(Interval(closure="openOpen", left_margin=math.nan, right_margin=1.0),)),
            "is NaN",
        ),
        (make(values=(Value(value="x"),)), "'x' is no double"),
        (make(values=(Value(value="1", property="good"),)), "property 'good'"),
        (make("binary"), "binary"),
        (make(optype="nominal"), "nominal"),
    ],
)
def test_wrong_fields(field: DataField, message: str) -> None:
    with pytest.raises(MarkupError, match=message):
        field.rules()


@pytest.mark.parametrize("name", ["dateDaysSince[0]", "dateTimeSecondsSince[0]"])
def test_year_0_is_unsupported(name: str) -> None:
    with pytest.raises(UnsupportedError, match="is not supported") as caught:
        make(name).rules()
    assert caught.value.line == 7


def test_names_are_unique() -> None:
    with pytest.raises(MarkupError, match="'x' is defined twice"):
        DataDictionary(data_fields=(make(), make())).by_name()


NUMBERS = [-1.0, 0.0, 0.5, 1.0, 2.0, 3.0]


@pytest.mark.parametrize(
    ("closure", "left", "right", "inside"),
    [
        ("openOpen", 0.0, 2.0, [0.5, 1.0]),
        ("openClosed", 0.0, 2.0, [0.5, 1.0, 2.0]),
        ("closedOpen", 0.0, 2.0, [0.0, 0.5, 1.0]),
        ("closedClosed", 0.0, 2.0, [0.0, 0.5, 1.0, 2.0]),
        ("openOpen", None, 1.0, [-1.0, 0.0, 0.5]),
        ("closedClosed", 1.0, None, [1.0, 2.0, 3.0]),
        ("closedClosed", 1.0, 1.0, [1.0]),
        ("openOpen", 1.0, 1.0, []),
    ],
)
@pytest.mark.parametrize("type", [DOUBLE, FLOAT, INTEGER])
def test_closures(
    closure: str, left: float | None, right: float | None, inside: list[float], type: Any
) -> None:
    bounds = Interval(closure=closure, left_margin=left, right_margin=right).bounds(type)
    numbers = [item for item in NUMBERS if type is not INTEGER or item.is_integer()]
    assert [item for item in numbers if bounds.contains(item)] == [
        item for item in inside if item in numbers
    ]
    array = np.array(numbers, type.dtype)
    assert array[bounds.inside(array)].tolist() == [item for item in inside if item in numbers]


def test_an_absent_margin_does_not_exclude_infinity() -> None:
    bounds = Interval(closure="openOpen", left_margin=0.0).bounds(DOUBLE)
    assert bounds.contains(float("inf"))
    assert bounds.inside(np.array([np.inf, -np.inf])).tolist() == [True, False]


def test_margins_are_rounded_to_the_type_of_the_field() -> None:
    bounds = Interval(closure="closedOpen", left_margin=0.1, right_margin=0.3).bounds(FLOAT)
    array = np.array([0.1, 0.3], np.float32)
    assert bounds.inside(array).tolist() == [True, False]
    assert [bounds.contains(item) for item in array.tolist()] == [True, False]


@pytest.mark.parametrize(
    ("closure", "left", "right", "low", "high"),
    [
        ("openOpen", 0.5, 2.5, 1, 2),
        ("openOpen", 1.0, 3.0, 2, 2),
        ("closedClosed", 1.0, 3.0, 1, 3),
        ("closedClosed", -0.5, 0.5, 0, 0),
    ],
)
def test_margins_between_integers(
    closure: str, left: float, right: float, low: int, high: int
) -> None:
    interval = Interval(closure=closure, left_margin=left, right_margin=right)
    assert interval.bounds(INTEGER) == Bounds(low, high)


def test_large_integers_compare_exactly() -> None:
    bounds = Interval(closure="openOpen", left_margin=2.0**53).bounds(INTEGER)
    array = np.array([2**53, 2**53 + 1])
    assert bounds.inside(array).tolist() == [False, True]
    assert Interval(closure="openOpen", left_margin=1e300).bounds(INTEGER).inside(
        array
    ).tolist() == [
        False,
        False,
    ]

"""Constant, FieldRef, NormContinuous and NormDiscrete in both modes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.expressions import (
    Constant,
    FieldRef,
    LinearNorm,
    NormContinuous,
    NormDiscrete,
)
from tests.language.rows import ERROR, evaluate, make_scope

NAN, INF = math.nan, math.inf

CONSTANTS = [
    # dataType, text, value, type
    (None, "5", 5, "integer"),
    (None, "-5", -5, "integer"),
    (None, "5.0", 5.0, "double"),
    (None, "1e3", 1000.0, "double"),
    (None, "INF", INF, "double"),
    (None, "99999999999999999999", 1e20, "double"),
    (None, "five", "five", "string"),
    (None, " a ", " a ", "string"),
    (None, " 5 ", " 5 ", "string"),
    (None, "1_0", "1_0", "string"),
    (None, "", "", "string"),
    ("string", "", "", "string"),
    ("string", "5", "5", "string"),
    ("double", "", None, "double"),
    ("integer", "", None, "integer"),
    ("boolean", "", None, "boolean"),
    ("double", "5", 5.0, "double"),
    ("double", "-INF", -INF, "double"),
    ("float", "0.1", float(np.float32(0.1)), "float"),
    ("integer", "7", 7, "integer"),
    ("boolean", "true", True, "boolean"),
    ("date", "1970-01-02", 1, "date"),
    ("dateDaysSince[1980]", "3", 3, "dateDaysSince[1980]"),
]


@pytest.mark.parametrize(("data_type", "text", "value", "type"), CONSTANTS)
def test_constants(data_type: str | None, text: str, value: Any, type: str) -> None:
    constant = Constant(data_type=data_type, text=text)
    found, kind = constant.typed()
    assert (found, kind.name, found.__class__) == (value, type, value.__class__)
    assert evaluate(constant, make_scope(), {}) == [value] * 3
    assert constant.replace(missing=True).typed() == (None, kind)


def test_nan_constants() -> None:
    for data_type in (None, "double", "float"):
        assert math.isnan(Constant(data_type=data_type, text="NaN").typed()[0])


@pytest.mark.parametrize(
    ("constant", "error"),
    [
        (Constant(data_type="integer", text="x"), MarkupError),
        (Constant(data_type="integer", text="2.5"), MarkupError),
        (Constant(data_type="date", text="2020-1-5"), MarkupError),
        (Constant(data_type="decimal", text="1"), UnsupportedError),
        (Constant(data_type="dateDaysSince[0]", text="1"), UnsupportedError),
    ],
)
def test_bad_constants(constant: Constant, error: Any) -> None:
    with pytest.raises(error):
        make_scope().compile(constant)


@pytest.mark.parametrize(
    ("type", "items", "text", "replacement"),
    [
        (DOUBLE, [1.5, invalid(2.0)], "7", 7.0),
        (FLOAT, [1.5], "0.1", float(np.float32(0.1))),
        (INTEGER, [1, invalid(2)], "7", 7),
        (STRING, ["a", invalid("b")], "c", "c"),
        (STRING, ["a"], "a", "a"),
        (STRING, [], "", ""),
        (BOOLEAN, [True], "false", False),
        (DATE, [5], "1970-01-02", 1),
    ],
)
def test_field_references(type: Any, items: Any, text: str, replacement: Any) -> None:
    """The comparison of both modes sees the flags, which a reference keeps."""
    data = {"x": [*items, None, ERROR]}
    found = evaluate(FieldRef(field="x"), make_scope(x=type), data)
    assert found == [*items, None, ERROR]
    found = evaluate(FieldRef(field="x", map_missing_to=text), make_scope(x=type), data)
    assert found == [*items, replacement, ERROR]


def test_bad_references() -> None:
    with pytest.raises(MarkupError, match="mapMissingTo"):
        make_scope(x=DOUBLE).compile(FieldRef(field="x", map_missing_to="none"))
    with pytest.raises(MarkupError, match="not defined"):
        make_scope(x=DOUBLE).compile(FieldRef(field="y"))


def norm(*points: tuple[float, float], **attributes: Any) -> NormContinuous:
    norms = tuple(LinearNorm(orig=orig, norm=value) for orig, value in points)
    return NormContinuous(field="x", linear_norms=norms, **attributes)


POINTS = ((0.01, 0.0), (3.07897, 0.5), (11.44, 1.0))


def piecewise(x: float, points: tuple[tuple[float, float], ...]) -> float:
    """The rule as it stands: the piece that begins at or below x, the first and the last go on."""
    place = max([0, *(at for at, (orig, _) in enumerate(points[:-1]) if orig <= x)])
    (o0, n0), (o1, n1) = points[place], points[place + 1]
    return n0 + (x - o0) / (o1 - o0) * (n1 - n0)


@pytest.mark.parametrize("outliers", ["asIs", "asExtremeValues", "asMissingValues"])
def test_norm_continuous(outliers: str) -> None:
    inside = [0.01, 0.02, 3.07897, 3.1, 11.44]
    outside = [-5.0, 12.0]
    found = evaluate(
        norm(*POINTS, outliers=outliers, map_missing_to=0.25),
        make_scope(x=DOUBLE),
        {"x": [*inside, *outside, None, invalid(0.02), ERROR]},
    )
    assert found[:5] == [piecewise(x, POINTS) for x in inside]
    ends: dict[str, list[float | None]] = {
        "asIs": [piecewise(x, POINTS) for x in outside],
        "asExtremeValues": [0.0, 1.0],
        "asMissingValues": [None, None],
    }
    assert found[5:] == [*ends[outliers], 0.25, piecewise(0.02, POINTS), ERROR]


def test_norm_continuous_of_special_numbers() -> None:
    data = {"x": [invalid(NAN), INF, -INF, None]}
    found = evaluate(norm((0, 0), (1, 2)), make_scope(x=DOUBLE), data)
    assert str(found) == str([NAN, INF, -INF, None])
    found = evaluate(norm((0, 0), (1, 2), outliers="asExtremeValues"), make_scope(x=DOUBLE), data)
    assert found == [2.0, 2.0, 0.0, None]
    found = evaluate(norm((0, 0), (1, 2), outliers="asMissingValues"), make_scope(x=DOUBLE), data)
    assert found == [None] * 4


def test_norm_continuous_takes_any_number() -> None:
    expression = norm((0, 0), (10, 1))
    assert evaluate(expression, make_scope(x=INTEGER), {"x": [5, None]}) == [0.5, None]
    assert evaluate(expression, make_scope(x=BOOLEAN), {"x": [True, None]}) == [0.1, None]
    assert evaluate(expression, make_scope(x=STRING), {"x": ["5", "five", None]}) == [
        0.5,
        ERROR,
        None,
    ]
    third = float(np.float32(0.1))
    assert evaluate(expression, make_scope(x=FLOAT), {"x": [third]}) == [third / 10]


@pytest.mark.parametrize(
    "points", [(), ((0, 0),), ((1, 0), (1, 1)), ((1, 0), (0, 1)), ((0, 0), (NAN, 1))]
)
def test_bad_norms(points: Any) -> None:
    with pytest.raises(MarkupError):
        make_scope(x=DOUBLE).compile(norm(*points))


NUMBERS = st.floats(-1e6, 1e6)


@given(
    st.dictionaries(NUMBERS, NUMBERS, min_size=2, max_size=6),
    st.lists(st.one_of(st.none(), st.floats(allow_nan=False), NUMBERS), min_size=1),
    st.sampled_from(["asIs", "asExtremeValues", "asMissingValues"]),
)
def test_norm_continuous_rows_equal_columns(
    points: dict[float, float], items: list[Any], outliers: str
) -> None:
    ordered = sorted(points.items())
    evaluate(
        norm(*ordered, outliers=outliers), make_scope(x=DOUBLE), {"x": [*items, ordered[0][0]]}
    )


@pytest.mark.parametrize(
    ("type", "value", "items", "wanted"),
    [
        (STRING, "a", ["a", "b", invalid("a"), ""], [1.0, 0.0, 1.0, 0.0]),
        (STRING, "1", ["1", "1.0"], [1.0, 0.0]),
        (INTEGER, "1.0", [1, 2], [1.0, 0.0]),
        (INTEGER, "1.5", [1, 2], [0.0, 0.0]),
        (DOUBLE, "1", [1.0, NAN], [1.0, 0.0]),
        (FLOAT, "0.1", [float(np.float32(0.1))], [1.0]),
        (BOOLEAN, "true", [True, False], [1.0, 0.0]),
    ],
)
def test_norm_discrete(type: Any, value: str, items: Any, wanted: Any) -> None:
    items = [invalid(item) if item != item else item for item in items]
    data = {"x": [*items, None, ERROR]}
    element = NormDiscrete(field="x", value=value)
    assert evaluate(element, make_scope(x=type), data) == [*wanted, None, ERROR]
    element = NormDiscrete(field="x", value=value, map_missing_to=0.5)
    assert evaluate(element, make_scope(x=type), data) == [*wanted, 0.5, ERROR]


def test_norm_discrete_refuses_thermometers() -> None:
    element = NormDiscrete(field="x", value="a", method="thermometer")
    with pytest.raises(UnsupportedError, match="thermometer"):
        make_scope(x=STRING).compile(element)
    assert make_scope(x=STRING).compile(element.replace(method="indicator")) is not None

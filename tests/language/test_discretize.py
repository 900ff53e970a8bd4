"""Discretize in both modes: closures, gaps, overlaps, types of field and result."""

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
from pmmlkit.language.data_dictionary import Interval
from pmmlkit.language.discretize import Discretize, DiscretizeBin
from tests.language.rows import ERROR, evaluate, make_scope

NAN, INF = math.nan, math.inf
CLOSURES = ("openOpen", "openClosed", "closedOpen", "closedClosed")


def interval(closure: str, left: float | None = None, right: float | None = None) -> Interval:
    return Interval(closure=closure, left_margin=left, right_margin=right)


def discretize(*bins: tuple[str, Interval], **attributes: Any) -> Discretize:
    made = tuple(DiscretizeBin(bin_value=value, interval=inside) for value, inside in bins)
    return Discretize(field="x", bins=made, **attributes)


@pytest.mark.parametrize(
    ("closure", "left", "right"),
    [
        ("openOpen", "out", "out"),
        ("openClosed", "out", "in"),
        ("closedOpen", "in", "out"),
        ("closedClosed", "in", "in"),
    ],
)
def test_closures(closure: str, left: str, right: str) -> None:
    element = discretize(
        ("in", interval(closure, 1, 2)), default_value="out", map_missing_to="gone"
    )
    found = evaluate(
        element, make_scope(x=DOUBLE), {"x": [0.5, 1.0, 1.5, 2.0, 2.5, None, ERROR, invalid(1.5)]}
    )
    assert found == ["out", left, "in", right, "out", "gone", ERROR, "in"]


def test_no_bin_and_no_default_give_missing() -> None:
    element = discretize(("a", interval("closedOpen", 0, 1)))
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [0.0, 1.0, None]}) == ["a", None, None]
    assert evaluate(discretize(), make_scope(x=DOUBLE), {"x": [0.0, None]}) == [None, None]
    element = discretize(default_value="d", map_missing_to="m")
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [0.0, None]}) == ["d", "m"]


def test_open_ends() -> None:
    """NaN is greater than all numbers."""
    element = discretize(
        ("low", interval("openOpen", None, 0)), ("high", interval("closedOpen", 0, None))
    )
    found = evaluate(element, make_scope(x=DOUBLE), {"x": [-INF, -1.0, 0.0, INF, invalid(NAN)]})
    assert found == ["low", "low", "high", "high", "high"]


def test_the_later_of_overlapping_bins_wins() -> None:
    element = discretize(
        ("a", interval("closedClosed", 0, 2)), ("b", interval("closedClosed", 1, 3))
    )
    found = evaluate(element, make_scope(x=DOUBLE), {"x": [0.0, 1.0, 2.0, 3.0]})
    assert found == ["a", "b", "b", "b"]


@pytest.mark.parametrize(
    ("data_type", "value", "result"),
    [
        (None, "1", "1"),
        ("string", "1", "1"),
        ("integer", "1", 1),
        ("double", "1", 1.0),
        ("float", "0.1", float(np.float32(0.1))),
        ("boolean", "true", True),
        ("date", "1970-01-02", 1),
    ],
)
def test_types_of_results(data_type: str | None, value: str, result: Any) -> None:
    element = discretize(
        (value, interval("closedOpen", 0, 1)), data_type=data_type, map_missing_to=value
    )
    found = evaluate(element, make_scope(x=DOUBLE), {"x": [0.0, 1.0, None]})
    assert found == [result, None, result]
    assert found[0].__class__ is result.__class__


def test_types_of_fields() -> None:
    element = discretize(
        ("in", interval("openClosed", 0, 0.3)), ("one", interval("closedOpen", 1, 9))
    )
    single = float(np.float32(0.3))
    assert evaluate(element, make_scope(x=FLOAT), {"x": [single, 0.25]}) == [None, "in"]
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [single, 0.3]}) == [None, "in"]
    assert evaluate(element, make_scope(x=INTEGER), {"x": [0, 1, 8, 9]}) == [
        None,
        "one",
        "one",
        None,
    ]
    assert evaluate(element, make_scope(x=BOOLEAN), {"x": [False, True]}) == [None, "one"]
    found = evaluate(element, make_scope(x=STRING), {"x": ["0.3", "1", "one", None]})
    assert found == ["in", "one", ERROR, None]
    assert evaluate(element, make_scope(x=DATE), {"x": [1, None]}) == [ERROR, None]


@pytest.mark.parametrize(
    "element",
    [
        discretize(("x", interval("openOpen", 2, 1))),
        discretize(("x", interval("openOpen"))),
        discretize(("x", interval("open", 0, 1))),
        discretize(("x", interval("openOpen", 0, 1)), data_type="double"),
        discretize(default_value="x", data_type="integer"),
        discretize(map_missing_to="x", data_type="integer"),
    ],
)
def test_bad_documents(element: Discretize) -> None:
    with pytest.raises((MarkupError, UnsupportedError)):
        make_scope(x=DOUBLE).compile(element)


MARGINS = st.one_of(st.none(), st.integers(-3, 3).map(float))


@given(
    st.lists(st.tuples(st.sampled_from(CLOSURES), MARGINS, MARGINS), max_size=6),
    st.lists(st.one_of(st.none(), st.integers(-8, 8).map(lambda item: item / 2)), min_size=1),
)
def test_bins_are_searched_from_the_last(bins: list[Any], items: list[Any]) -> None:
    intervals = []
    for closure, left, right in bins:
        if (left is None) != (right is None) or (left is not None and left <= right):
            intervals.append(interval(closure, left, right))
    element = discretize(*((str(place), item) for place, item in enumerate(intervals)))

    def rule(x: float | None) -> str | None:
        if x is None:
            return None
        for place in reversed(range(len(intervals))):
            if intervals[place].bounds(DOUBLE).contains(x):
                return str(place)
        return None

    found = evaluate(element, make_scope(x=DOUBLE), {"x": items})
    assert found == [rule(x) for x in items]

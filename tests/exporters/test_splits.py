"""Thresholds and category tests: each says of every row what the learner says."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.exporters.builder import BoundField
from pmmlkit.exporters.features import InputField, Lookup
from pmmlkit.exporters.splits import category_split, threshold_values

DOUBLES = st.floats(
    allow_nan=False, allow_infinity=False, width=64, min_value=-1e30, max_value=1e30
)


def _field(data_type: str) -> BoundField:
    return BoundField("x", data_type, "continuous")


@given(DOUBLES, DOUBLES)
def test_float_field_agrees_with_float32_against_double(value: float, threshold: float) -> None:
    (written,) = threshold_values(np.array([threshold]), _field("float"), "float")
    learner = float(np.float32(value)) <= threshold
    assert written.dtype == np.float32
    assert bool(np.float32(value) <= written) is learner


@given(st.integers(-(2**40), 2**40), st.integers(-3, 3), st.floats(-1.0, 1.0))
def test_integer_field_agrees_with_float32_against_double(
    value: int, steps: int, fraction: float
) -> None:
    threshold = (
        float(np.float32(value)) + steps * float(np.spacing(np.float32(abs(value)))) + fraction
    )
    (written,) = threshold_values(np.array([threshold]), _field("integer"), "float")
    assert float(written).is_integer()
    assert (value <= int(written)) is (float(np.float32(value)) <= threshold)


@given(DOUBLES)
def test_double_learner_keeps_its_threshold(threshold: float) -> None:
    (written,) = threshold_values(np.array([threshold]), _field("double"), "double")
    assert written == threshold


CATEGORIES = ("a", "b", "c", "d")
NUMBERS = st.sampled_from([0.0, 1.0, 2.0, 3.0, math.nan])


@given(
    st.lists(NUMBERS, min_size=4, max_size=4),
    NUMBERS,
    NUMBERS,
    st.booleans(),
    st.booleans(),
    st.sampled_from([0.5, 1.5, 2.5]),
)
def test_category_split_sends_every_value_where_its_number_goes(
    numbers: list[float],
    missing: float,
    otherwise: float,
    unknown_refused: bool,
    missing_left: bool,
    threshold: float,
) -> None:
    table = tuple(zip(CATEGORIES, numbers, strict=True))
    lookup = Lookup(
        "code",
        InputField("x", "string"),
        table,
        missing,
        otherwise,
        known=CATEGORIES,
        unknown_refused=unknown_refused,
    )
    split = category_split(lookup, "string", lambda number: number <= threshold, missing_left)

    def goes_left(value: str | None) -> bool:
        """Walk the two children: the first one's test, then True."""
        if not split.operator:
            first = False
        elif split.operator == "isMissing":
            first = value is None
        elif value is None:
            first = False
        else:
            first = (value in split.values) is (split.operator in ("isIn", "equal"))
        return first is split.first_is_left

    def learner(number: float) -> bool:
        return missing_left if math.isnan(number) else number <= threshold

    for category, number in table:
        assert goes_left(category) is learner(number), category
    assert goes_left(None) is learner(missing)
    if not unknown_refused:
        assert goes_left("another") is learner(otherwise)


def test_refused_values_leave_the_shorter_list() -> None:
    lookup = Lookup(
        "code",
        InputField("x", "string", missing=False),
        tuple((category, float(code)) for code, category in enumerate(CATEGORIES)),
        math.nan,
        math.nan,
        known=CATEGORIES,
        unknown_refused=True,
        missing_refused=True,
    )
    split = category_split(lookup, "string", lambda number: number <= 2.5, False)
    assert (split.operator, split.values) == ("equal", ("d",))
    assert split.first_is_left is False


@pytest.mark.parametrize(
    ("data_type", "text"), [("integer", "3"), ("double", "3"), ("string", "3")]
)
def test_categories_are_written_in_the_type_of_the_field(data_type: str, text: str) -> None:
    lookup = Lookup("code", InputField("x", data_type), ((3, 1.0),), 0.0, 0.0)
    split = category_split(lookup, data_type, lambda number: number <= 0.5, True)
    assert split.values == (text,)

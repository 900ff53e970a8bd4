"""Simple types: what they take, what they refuse, and that what they write reads back."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.xml.lexical import BOOLEAN, INTEGER, NUMBER, format_number, parse_number


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        (" 1.5\n", 1.5),
        ("-.5", -0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        ("INF", math.inf),
        ("-INF", -math.inf),
    ],
)
def test_numbers(text: str, value: float) -> None:
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text", ["", "1_0", "infinity", "nan", "0x1", "1,5", "٣", "1e", "e1", "--1", "1 2", "True"]
)
def test_what_python_takes_and_xml_does_not(text: str) -> None:
    with pytest.raises(ValueError, match="not a number"):
        parse_number(text)


@given(st.floats())
def test_numbers_read_back_bit_by_bit(value: float) -> None:
    again = NUMBER.parse(NUMBER.format(value))
    assert math.isnan(again) if math.isnan(value) else again.hex() == value.hex()


def test_whole_numbers_are_written_without_a_point() -> None:
    texts = [format_number(value) for value in (3.0, -3.0, 0.0, 1e14, 1e15, -0.0)]
    assert texts == ["3", "-3", "0", "100000000000000", "1000000000000000.0", "-0.0"]


@pytest.mark.parametrize(("text", "value"), [("7", 7), ("+7", 7), ("-1", -1), ("150.0", 150)])
def test_integers(text: str, value: int) -> None:
    assert INTEGER.parse(text) == value


@pytest.mark.parametrize("text", ["1.5", "", "1_0", "9" * 5000, "INF"])
def test_no_integers(text: str) -> None:
    with pytest.raises((ValueError, OverflowError)):
        INTEGER.parse(text)


@pytest.mark.parametrize(
    ("text", "value"), [("true", True), ("1", True), ("True", True), ("0", False), ("FALSE", False)]
)
def test_booleans(text: str, value: bool) -> None:
    assert BOOLEAN.parse(text) is value


def test_no_boolean() -> None:
    with pytest.raises(ValueError, match="not a boolean"):
        BOOLEAN.parse("yes")

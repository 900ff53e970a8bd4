"""``isMissing isNotMissing isValid isNotValid`` by state."""

from __future__ import annotations

import pytest

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.columns.values import invalid
from tests.language.functions.calls import ERROR, call, table

EXPECTED = {
    # valid, missing, invalid, error
    "isMissing": [False, True, False, ERROR],
    "isNotMissing": [True, False, True, ERROR],
    "isValid": [True, False, False, ERROR],
    "isNotValid": [False, False, True, ERROR],
}


@pytest.mark.parametrize(
    ("type", "value"), [(DOUBLE, 0.0), (INTEGER, 0), (STRING, ""), (BOOLEAN, False), (DATE, 5)]
)
@pytest.mark.parametrize("name", EXPECTED)
def test_states(name: str, type: DataType, value: object) -> None:
    rows = [(value,), (None,), (invalid(value),), (ERROR,)]
    found, kind = table(name, rows, [type])
    assert found == EXPECTED[name]
    assert kind == BOOLEAN
    assert table(name, rows[:1], [type])[0] == EXPECTED[name][:1]


@pytest.mark.parametrize("name", EXPECTED)
def test_map_missing_to_goes_first(name: str) -> None:
    found, _ = table(name, [(None,), (1.0,)], map_missing_to="false")
    assert found == [False, EXPECTED[name][0]]


def test_constants() -> None:
    assert call("isMissing", None) is True
    assert call("isValid", 3) is True

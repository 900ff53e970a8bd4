"""Columns: states, selection, and putting the columns of parts together."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.column import (
    ERROR,
    INVALID,
    MISSING,
    VALID,
    Categories,
    Column,
    combined_state,
    merged,
    with_errors,
)
from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING, DataType
from pmmlkit.columns.values import Failure, invalid, is_invalid
from pmmlkit.errors import EvaluationError

BAD = EvaluationError("bad")

VALUES: dict[DataType, Any] = {
    DOUBLE: st.floats(allow_nan=False),
    INTEGER: st.integers(-(2**63), 2**63 - 1),
    BOOLEAN: st.booleans(),
    STRING: st.text(max_size=3),
}


def shown(items: list[Any]) -> list[str]:
    return [
        f"error {item.error.message}" if isinstance(item, Failure) else f"{is_invalid(item)} {item}"
        for item in items
    ]


@st.composite
def columns(draw: st.DrawFn) -> tuple[DataType, list[Any]]:
    type = draw(st.sampled_from(list(VALUES)))
    plain = VALUES[type]
    item = st.one_of(
        plain,
        st.none(),
        st.just(Failure(BAD)),
        plain.map(invalid) if type is not BOOLEAN else plain,
    )
    return type, draw(st.lists(item, max_size=8))


@given(columns())
def test_row_values_come_back_as_they_were(case: tuple[DataType, list[Any]]) -> None:
    type, items = case
    column = Column.of(items, type)
    assert shown(column.to_list()) == shown(items)
    assert len(column) == len(items)


@given(columns(), st.data())
def test_take(case: tuple[DataType, list[Any]], data: st.DataObject) -> None:
    type, items = case
    rows = data.draw(st.lists(st.integers(0, max(len(items) - 1, 0)), max_size=5 if items else 0))
    taken = Column.of(items, type).take(np.array(rows, np.intp))
    assert shown(taken.to_list()) == shown([items[row] for row in rows])


@given(columns(), st.data())
def test_merged_puts_parts_back(case: tuple[DataType, list[Any]], data: st.DataObject) -> None:
    type, items = case
    part_of = data.draw(st.lists(st.integers(0, 2), min_size=len(items), max_size=len(items)))
    parts = []
    for part in (0, 1):
        rows = np.flatnonzero(np.array(part_of, int) == part)
        parts.append((rows, Column.of([items[row] for row in rows], type)))
    whole = merged(parts, type, len(items))
    expected = [item if part < 2 else None for item, part in zip(items, part_of, strict=True)]
    assert shown(whole.to_list()) == shown(expected)


def test_all_valid_rows_have_no_state() -> None:
    assert Column(np.zeros(2), DOUBLE, np.zeros(2, np.uint8)).state is None
    assert Column.of([1.0, 2.0], DOUBLE).state is None


def test_constant_and_missing() -> None:
    assert Column.constant("a", STRING, 2).to_list() == ["a", "a"]
    assert Column.constant(None, DOUBLE, 2).to_list() == [None, None]
    assert Column.missing(STRING, 1).to_list() == [None]


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (VALID, VALID, VALID),
        (VALID, MISSING, MISSING),
        (INVALID, VALID, VALID),
        (INVALID, MISSING, MISSING),
        (MISSING, ERROR, ERROR),
        (ERROR, VALID, ERROR),
    ],
)
def test_an_error_wins_over_missing_and_flags_are_dropped(
    left: int, right: int, expected: int
) -> None:
    def column(state: int) -> Column:
        errors = {0: BAD} if state == ERROR else None
        return Column(np.zeros(1), DOUBLE, np.array([state], np.uint8), errors=errors)

    state, errors = combined_state(column(left), column(right))
    assert (VALID if state is None else int(state[0])) == expected
    assert bool(errors) == (expected == ERROR)


def test_with_errors_leaves_the_given_state_alone() -> None:
    given = np.array([MISSING, VALID], np.uint8)
    result = with_errors(given, {1: BAD}, 2)
    assert result is not None
    assert result.tolist() == [MISSING, ERROR]
    assert given.tolist() == [MISSING, VALID]
    assert with_errors(None, {}, 2) is None


def test_categories() -> None:
    one, two = Categories(["a", "b"]), Categories(["b", "c"])
    assert one.codes_in(two).tolist() == [-2, 0]
    assert (one.code("b"), one.code("z")) == (1, -2)


def test_repr_is_short() -> None:
    assert repr(Column.of([1, None], INTEGER)) == "Column(integer, 2 rows: 1, None)"
    assert repr(Column.of(range(9), INTEGER)).endswith("3, 4, ...)")

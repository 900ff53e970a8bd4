"""Columns of lists: items and offsets, tuples, casts, states."""

from __future__ import annotations

import numpy as np
import pytest

from pmmlkit.columns.casting import cast
from pmmlkit.columns.column import Column, merged
from pmmlkit.columns.lists import ListColumn, flattened
from pmmlkit.columns.scalars import cast_value
from pmmlkit.columns.text import format_value, to_python
from pmmlkit.columns.types import DATE, DOUBLE, INTEGER, STRING, list_of
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError

ROWS = [("a", None), (), None, ("b",)]


def test_the_type_of_lists() -> None:
    assert list_of(STRING) is list_of(STRING)
    assert list_of(STRING).is_list
    assert not list_of(DOUBLE).is_number
    assert list_of(list_of(DOUBLE)).name == "list of list of double"


def test_tuples_and_items() -> None:
    column = Column.of(ROWS, list_of(STRING))
    assert column.to_list() == ROWS
    items, offsets = flattened(column)
    assert items.to_list() == ["a", None, "b"]
    assert offsets.tolist() == [0, 2, 2, 2, 3]
    assert ListColumn(items, offsets).to_list() == [("a", None), (), (), ("b",)]


def test_lists_of_equal_length_are_no_second_dimension() -> None:
    rows = [(1, 2), (3, 4)]
    assert Column.of(rows, list_of(INTEGER)).to_list() == rows
    assert Column.constant((1, 2), list_of(INTEGER), 2).to_list() == [(1, 2), (1, 2)]


def test_taking_and_merging() -> None:
    column = Column.of(ROWS, list_of(STRING))
    assert column.take(np.array([3, 0])).to_list() == [("b",), ("a", None)]
    parts = [(np.array([2, 0]), column.take(np.array([0, 3])))]
    assert merged(parts, column.type, 3).to_list() == [("b",), None, ("a", None)]


def test_casts_go_to_the_items() -> None:
    column = Column.of([("1", None), None, ("2",), ("x",)], list_of(STRING))
    whole = cast(column, list_of(INTEGER))
    *good, bad = whole.to_list()
    assert good == [(1, None), None, (2,)]
    assert isinstance(bad, Failure)
    assert cast_value(("1", None), list_of(STRING), list_of(INTEGER)) == (1, None)
    assert cast_value(None, list_of(STRING), list_of(INTEGER)) is None
    with pytest.raises(EvaluationError, match="cannot cast 'x'"):
        cast_value(("x",), list_of(STRING), list_of(INTEGER))
    nested = Column.of([(("1",), ())], list_of(list_of(STRING)))
    assert cast(nested, list_of(list_of(DOUBLE))).to_list() == [((1.0,), ())]


def test_an_item_in_error_puts_its_row_in_error() -> None:
    error = EvaluationError("no")
    items = Column.of(["a", Failure(error), "b"], STRING)
    column = ListColumn(items, np.array([0, 1, 1, 3]))
    assert column.errors == {2: error}
    assert column.to_list()[:2] == [("a",), ()]


def test_lists_as_the_user_sees_them() -> None:
    assert to_python((1, None), list_of(INTEGER)) == [1, None]
    assert str(to_python((0,), list_of(DATE))[0]) == "1970-01-01"
    assert format_value((1.0, None), list_of(DOUBLE)) == "[1.0, ]"

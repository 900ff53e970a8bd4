"""Steps: a mode that is not written follows from the other one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DOUBLE, INTEGER, STRING
from pmmlkit.columns.values import Failure
from pmmlkit.errors import EvaluationError
from pmmlkit.language.step import Batch, ColumnStep, Constant, Field, Read, RowStep

X = Field("x", 0, DOUBLE, "continuous", may_fail=True)
NAME = Field("name", 1, STRING, "categorical")
BAD = EvaluationError("bad")


class Doubled(ColumnStep):
    """Written for columns only."""

    def columns(self, batch: Batch) -> Column:
        column = batch[X]
        return Column(column.values * 2, DOUBLE, column.state, errors=column.errors)


class Root(RowStep):
    """Written for rows only."""

    def value(self, *arguments: Any) -> Any:
        (x,) = arguments
        if x is None:
            return None
        if x < 0:
            raise EvaluationError(f"no root of {x}")
        return x**0.5


def batch(*xs: Any) -> Batch:
    return Batch(len(xs), {0: Column.of(xs, DOUBLE)})


def test_rows_of_a_step_written_for_columns() -> None:
    run = Doubled(DOUBLE).row_function()
    assert run([1.5, None]) == 3.0
    assert run([None, None]) is None
    with pytest.raises(EvaluationError, match="bad"):
        run([Failure(BAD), None])


def test_columns_of_a_step_written_for_rows() -> None:
    items = Root(DOUBLE, [Read(X)]).columns(batch(4.0, None, -1.0, Failure(BAD))).to_list()
    assert items[:2] == [2.0, None]
    assert [item.error.message for item in items[2:]] == ["no root of -1.0", "bad"]


def test_a_failure_waits_until_it_is_read() -> None:
    values = [Failure(BAD), "text"]
    assert Read(NAME).row_function()(values) == "text"
    with pytest.raises(EvaluationError, match="bad"):
        Read(X).row_function()(values)


def test_constants() -> None:
    assert Constant(None, INTEGER).columns(batch(1.0, 2.0)).to_list() == [None, None]
    assert Constant("a", STRING).row_function()([]) == "a"


def test_a_selection_takes_columns_when_they_are_asked_for() -> None:
    whole = batch(1.0, 2.0, 3.0)
    part = whole.select(np.array([2, 0]))
    assert part[X].to_list() == [3.0, 1.0]
    part[NAME] = Column.of(["a", "b"], STRING)
    with pytest.raises(AssertionError, match="name was not computed"):
        whole[NAME]
    assert whole.nested()[X] is whole[X]

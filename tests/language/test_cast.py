"""The cast of a step (semantics 2.2)."""

from __future__ import annotations

from typing import Any

import pytest

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, FLOAT, INTEGER, STRING, DataType
from pmmlkit.language.cast import cast_step
from pmmlkit.language.step import Read
from tests.language.rows import ERROR, make_scope, run


def test_nothing_to_do() -> None:
    step = make_scope(x=DOUBLE).read("x")
    assert cast_step(step, DOUBLE) is step


@pytest.mark.parametrize(
    ("source", "target", "given", "wanted"),
    [
        (DOUBLE, INTEGER, [1.0, 2.5, None, ERROR], [1, ERROR, None, ERROR]),
        (STRING, DOUBLE, ["1", "x", "", None], [1.0, ERROR, ERROR, None]),
        (INTEGER, STRING, [1, None], ["1", None]),
        (FLOAT, DOUBLE, [0.5, None], [0.5, None]),
        (BOOLEAN, INTEGER, [True, False, None], [1, 0, None]),
        (INTEGER, DATE, [1, None], [ERROR, None]),
    ],
)
def test_cast(source: DataType, target: DataType, given: list[Any], wanted: list[Any]) -> None:
    scope = make_scope(x=source)
    step = cast_step(scope.read("x"), target)
    assert step.type == target
    assert run(scope, step, {"x": given}) == wanted


@pytest.mark.parametrize(
    ("source", "target", "may_fail"),
    [
        (INTEGER, DOUBLE, False),
        (DOUBLE, FLOAT, False),
        (DATE, STRING, False),
        (DOUBLE, INTEGER, True),
        (STRING, DOUBLE, True),
    ],
)
def test_may_fail(source: DataType, target: DataType, may_fail: bool) -> None:
    scope = make_scope()
    step = Read(scope.new_field("x", source))
    assert cast_step(step, target).may_fail is may_fail

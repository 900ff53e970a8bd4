"""``if``: only the branch taken counts."""

from __future__ import annotations

from typing import Any

from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING
from pmmlkit.columns.values import invalid, is_invalid
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from tests.language.functions.calls import ERROR, constant, table
from tests.language.rows import evaluate, make_scope

ROWS: list[tuple[Any, Any, Any]] = [
    (True, 1.0, 2.0),
    (False, 1.0, 2.0),
    (None, 1.0, 2.0),
    (True, None, 2.0),
    (False, 1.0, None),
    (True, 1.0, ERROR),
    (True, ERROR, 2.0),
    (False, ERROR, 2.0),
    (False, 1.0, ERROR),
    (ERROR, 1.0, 2.0),
    (None, ERROR, ERROR),
]
TYPES = [BOOLEAN, DOUBLE, DOUBLE]


def test_three_arguments() -> None:
    found, type = table("if", ROWS, TYPES)
    assert found == [1.0, 2.0, None, None, None, 1.0, ERROR, 2.0, ERROR, ERROR, None]
    assert type == DOUBLE


def test_two_arguments() -> None:
    found, _ = table("if", [row[:2] for row in ROWS], TYPES[:2])
    assert found == [1.0, None, None, None, None, 1.0, ERROR, None, None, ERROR, None]


def test_literals() -> None:
    found, _ = table("if", ROWS, TYPES, map_missing_to="9")
    assert found == [1.0, 2.0, 9.0, 9.0, 9.0, 1.0, ERROR, 2.0, ERROR, ERROR, 9.0]
    found, _ = table("if", [row[:2] for row in ROWS], TYPES[:2], map_missing_to="9")
    assert found == [1.0, None, 9.0, 9.0, None, 1.0, ERROR, None, None, ERROR, 9.0]
    found, _ = table("if", ROWS, TYPES, default_value="9")
    assert found == [1.0, 2.0, 9.0, 9.0, 9.0, 1.0, ERROR, 2.0, ERROR, ERROR, 9.0]


def test_errors_of_the_branch_not_taken() -> None:
    x = FieldRef(field="x")
    logarithm = Apply(function="ln", expressions=(x,))
    positive = Apply(function="greaterThan", expressions=(x, constant(0.0)))
    element = Apply(function="if", expressions=(positive, logarithm, constant("none")))
    element = element.replace(expressions=(positive, logarithm, constant(0.0)))
    found = evaluate(element, make_scope(x=DOUBLE), {"x": [1.0, -1.0, 0.0, None, 1.0]})
    assert found == [0.0, 0.0, 0.0, None, 0.0]
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [-1.0, -2.0]}) == [0.0, 0.0]


def test_types_of_branches() -> None:
    found, type = table("if", [(True, 1, 0.5), (False, 1, 0.5)])
    assert (found, type) == ([1.0, 0.5], DOUBLE)
    found, type = table("if", [(True, "a", 0.5), (False, "a", 0.5)])
    assert (found, type) == (["a", "0.5"], STRING)
    found, type = table("if", [(True, "a", "b"), (False, "a", "b"), (True, "b", None)])
    assert (found, type) == (["a", "b", "b"], STRING)
    x = FieldRef(field="x")
    element = Apply(function="if", expressions=(x, constant(3), constant(None)))
    step = make_scope(x=BOOLEAN).compile(element)
    assert step.type == INTEGER
    assert evaluate(element, make_scope(x=BOOLEAN), {"x": [True, False]}) == [3, None]


def test_flags_pass() -> None:
    found, _ = table("if", [(True, invalid(1.0), 2.0), (False, 1.0, 2.0)])
    assert is_invalid(found[0])
    assert not is_invalid(found[1])


def test_conditions_convert() -> None:
    assert table("if", [(1, 1.0, 2.0), (0, 1.0, 2.0), (3, 1.0, 2.0)])[0] == [1.0, 2.0, ERROR]

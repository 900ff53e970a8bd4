"""``isIn isNotIn``: never missing."""

from __future__ import annotations

import math
from typing import Any

import pytest

from pmmlkit.columns.types import DOUBLE, INTEGER, STRING, DataType
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError
from pmmlkit.language.apply import Apply
from pmmlkit.language.expressions import FieldRef
from tests.language.functions.calls import ERROR, constant, table
from tests.language.rows import evaluate, make_scope

NAN = math.nan


def among(type: DataType, values: list[Any], *items: Any) -> list[Any]:
    scope = make_scope(x=type)
    expressions = (FieldRef(field="x"), *(constant(item) for item in items))
    found = evaluate(Apply(function="isIn", expressions=expressions), scope, {"x": values})
    other = evaluate(Apply(function="isNotIn", expressions=expressions), scope, {"x": values})
    assert other == [item if item is ERROR else not item for item in found]
    return found


def test_constants() -> None:
    assert among(STRING, ["a", "b", "c", None, ERROR, invalid("a")], "a", "b") == [
        *(True, True, False, False, ERROR, True)
    ]
    assert among(DOUBLE, [1.0, 2.5, None, -0.0], 1, 2.5, 0.0) == [True, True, False, True]
    assert among(INTEGER, [1, 2, 3], 1, 2.5, 3.0) == [True, False, True]
    assert among(INTEGER, [2**53 + 1, 2**53], 2**53) == [False, True]
    assert (
        among(DOUBLE, [float(item) for item in range(20)], *range(0, 20, 2)) == [True, False] * 10
    )
    assert among(DOUBLE, [1.0, 2.0], "1", "3") == [True, False]
    assert among(STRING, ["1", "1.0"], 1) == [True, False]


def test_missing_is_in_where_an_item_is_missing() -> None:
    assert among(STRING, ["a", None], "a", None) == [True, True]
    assert among(DOUBLE, [2.0, None], None) == [False, True]
    found, _ = table("isIn", [(None, None), (1.0, None), (None, 1.0), (1.0, 1.0), (1.0, ERROR)])
    assert found == [True, False, False, True, ERROR]


def test_varying_items() -> None:
    found, _ = table("isIn", [("a", "b", "a"), ("a", "b", "c"), (None, "b", "c")])
    assert found == [True, False, False]
    found, _ = table("isNotIn", [(1, 1.0, 2), (1, 1.5, 2), (invalid(2), 1.5, 2)])
    assert found == [False, True, False]


def test_not_a_number_equals_itself() -> None:
    assert among(DOUBLE, [invalid(NAN), 1.0], NAN) == [True, False]
    found, _ = table("isIn", [(invalid(NAN), invalid(NAN)), (1.0, invalid(NAN))])
    assert found == [True, False]


def test_an_item_that_does_not_convert() -> None:
    with pytest.raises(MarkupError, match="isIn"):
        among(DOUBLE, [1.0], "x")

"""``and or not``: a missing argument makes the result missing, unlike in predicates."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from pmmlkit.columns.types import BOOLEAN, DOUBLE, INTEGER, STRING
from tests.language.functions.calls import ERROR, call, step_of, table

STATES: list[Any] = [True, False, None, ERROR]


@pytest.mark.parametrize(("name", "fold"), [("and", all), ("or", any)])
def test_junctions(name: str, fold: Any) -> None:
    rows = list(product(STATES, repeat=3))
    found, type = table(name, rows, [BOOLEAN] * 3)
    assert type == BOOLEAN
    for row, result in zip(rows, found, strict=True):
        expected = ERROR if ERROR in row else None if None in row else fold(row)
        assert result is expected, row
    with pytest.raises(Exception, match="takes 2 or more arguments, but has 1"):
        step_of(name, [BOOLEAN])


def test_not() -> None:
    assert table("not", [(item,) for item in STATES], [BOOLEAN])[0] == [False, True, None, ERROR]
    assert table("not", [(True,), (False,)])[0] == [False, True]


def test_numbers_and_texts_convert() -> None:
    assert table("and", [(1, 1.0), (0, 1.0), (2, 1.0), (1, 0.5)], [INTEGER, DOUBLE])[0] == [
        *(True, False, ERROR, ERROR)
    ]
    assert table("not", [("true",), ("FALSE",), ("yes",)], [STRING])[0] == [False, True, ERROR]
    assert call("or", False, 1) is True

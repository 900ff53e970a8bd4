"""Values by rank: one of a list, or the first of it; of some rows, and put together again."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from pmmlkit.columns.column import Column
from pmmlkit.columns.types import DOUBLE, STRING
from pmmlkit.errors import MarkupError
from pmmlkit.language.models.prediction import Prediction, RowPrediction
from pmmlkit.language.output import OutputField
from pmmlkit.language.ranked_features import Ranking, is_multi_valued, ranked_detail

ROWS: list[list[Any]] = [["a", "b", "c"], [], ["d"], ["e", None]]


def ranking(rows: list[list[Any]]) -> Ranking:
    offsets = np.cumsum([0, *map(len, rows)])
    return Ranking(Column.of([item for row in rows for item in row], STRING), offsets)


def picked(rank: int, multi: str = "0", *, value: float | None = 1.0) -> list[Any]:
    element = OutputField(name="o", rank=rank, is_multi_valued=multi)
    feature = ranked_detail(element, "found", STRING)
    values = Column.of([value] * len(ROWS), DOUBLE)
    column = feature.columns(Prediction(values, details={"found": ranking(ROWS)}))
    function = feature.row_function()
    by_row = [function(RowPrediction(value, details={"found": row})) for row in ROWS]
    assert column.to_list() == by_row
    assert column.type is feature.type
    return by_row


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (1, ["a", None, "d", "e"]),
        (2, ["b", None, None, None]),
        (3, ["c", None, None, None]),
        (4, [None] * 4),
    ],
)
def test_one_value(rank: int, expected: list[Any]) -> None:
    assert picked(rank) == expected


@pytest.mark.parametrize(
    ("rank", "expected"),
    [
        (0, [("a", "b", "c"), (), ("d",), ("e", None)]),
        (1, [("a",), (), ("d",), ("e",)]),
        (2, [("a", "b"), (), ("d",), ("e", None)]),
        (9, [("a", "b", "c"), (), ("d",), ("e", None)]),
    ],
)
def test_several_values(rank: int, expected: list[Any]) -> None:
    assert picked(rank, "1") == expected


def test_nothing_is_known_of_a_missing_prediction() -> None:
    assert picked(1, value=None) == [None] * 4
    assert picked(0, "1", value=None) == [None] * 4


@pytest.mark.parametrize(("rank", "multi"), [(0, "0"), (-1, "0"), (-1, "1")])
def test_ranks_that_mean_nothing(rank: int, multi: str) -> None:
    element = OutputField(name="o", rank=rank, is_multi_valued=multi)
    with pytest.raises(MarkupError, match="ranks count from 1"):
        ranked_detail(element, "found", STRING)


@pytest.mark.parametrize(("text", "is_list"), [("0", False), ("1", True), ("false", False)])
def test_multi_valued(text: str, is_list: bool) -> None:
    assert is_multi_valued(OutputField(name="o", is_multi_valued=text)) is is_list


def test_rankings_of_some_rows() -> None:
    whole = ranking(ROWS)
    part = whole.take(np.array([3, 0, 1]))
    assert part.items.to_list() == ["e", None, "a", "b", "c"]
    assert part.offsets.tolist() == [0, 2, 5, 5]
    back = Ranking.merged([(np.array([3, 0, 1]), part)], 5)
    assert back.items.to_list() == ["a", "b", "c", "e", None]
    assert back.offsets.tolist() == [0, 3, 3, 3, 5, 5]


def test_a_matrix_is_a_ranking() -> None:
    cells = Column.of(["a", "b", "c", "d"], STRING)
    made = Ranking.of_matrix(cells, 2)
    assert made.offsets.tolist() == [0, 2, 4]
    assert Ranking.of_matrix(cells.take(np.zeros(0, np.intp)), 0).offsets.tolist() == [0]

"""The comparison of result tables, as tables of cases."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from pmmlkit.errors import DataError
from pmmlkit.parity import Mismatch, compare_columns, values_agree
from pmmlkit.parity.values import Columns

NAN = float("nan")
INF = float("inf")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        (1.0, 1.0 + 1e-13, True),
        (1.0, 1.0 + 1e-9, False),
        (0.0, 1e-13, True),
        (1e300, 1e300 * (1 + 1e-13), True),
        (INF, INF, True),
        (INF, -INF, False),
        (INF, 1.0, False),
        (2**53 + 1, 2**53 + 1, True),
        (1, 1.0, True),
        (np.float32(0.5), 0.5, True),
        (np.int64(3), "3", True),
        ("1.0", 1, True),
        ("1.0", "1", False),
        ("yes", "yes", True),
        ("yes", "Yes", False),
        ("ä", "ä", True),
        ("", None, False),
        (None, None, True),
        (None, NAN, True),
        (NAN, NAN, True),
        (pd.NA, None, True),
        (pd.NaT, None, True),
        (None, 0, False),
        (None, False, False),
        (True, 1, True),
        (True, "TRUE", True),
        (np.bool_(False), "false", True),
        (False, "no", False),
        (date(2020, 2, 29), "2020-02-29", True),
        (np.datetime64("2020-02-29", "D"), "2020-02-29", True),
        (datetime(2020, 2, 29, 12, 30), "2020-02-29T12:30", True),
        ("2020-02-29T12:30:00", "2020-02-29T12:30", True),
        ("12:30:00", "12:30", True),
        (date(2020, 2, 29), "2020-03-01", False),
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["b", "a"], False),
    ],
)
def test_values_agree(left: Any, right: Any, expected: bool) -> None:
    assert values_agree(left, right, 1e-12, 1e-12) is expected
    assert values_agree(right, left, 1e-12, 1e-12) is expected


def test_counts_largest_and_first() -> None:
    left: Columns = {"y": [1.0, 2.0, 3.0, None], "label": ["a", "b", "c", None]}
    right: Columns = {"y": [1.0, 2.5, 3.25, None], "label": ["a", "b", "c", "d"]}
    comparison = compare_columns(left, right)
    y, label = comparison.columns
    assert (y.rows, y.different, y.largest, y.first) == (4, 2, 0.5, Mismatch(1, 2.0, 2.5))
    assert (label.rows, label.different, label.largest) == (4, 1, None)
    assert label.first == Mismatch(3, None, "d")
    assert not comparison.ok


def test_differences_within_the_tolerance_still_show_as_the_largest() -> None:
    comparison = compare_columns({"y": [1.0]}, {"y": [1.001]}, rel=0.01)
    assert comparison.ok
    assert comparison.columns[0].largest == pytest.approx(0.001)


@pytest.mark.parametrize(
    ("errors", "silent", "right", "failures", "rows"),
    [
        (([], []), (False, False), [1.0, None], 0, 2),
        (([(1, "bad")], [(1, "worse")]), (False, False), [1.0, None], 0, 1),
        (([(1, "bad")], []), (False, False), [1.0, None], 1, 1),
        (([(1, "bad")], []), (False, True), [1.0, None], 0, 1),
        (([(1, "bad")], []), (False, True), [1.0, 7.0], 1, 1),
        (([], [(0, "bad")]), (False, True), [None, None], 1, 1),
    ],
)
def test_failed_rows(
    errors: Any, silent: tuple[bool, bool], right: list[float | None], failures: int, rows: int
) -> None:
    comparison = compare_columns({"y": [1.0, None]}, {"y": right}, errors=errors, silent=silent)
    assert len(comparison.failures) == failures
    assert comparison.columns[0].rows == rows
    assert comparison.ok is (failures == 0)


def test_columns_of_one_side_are_named_not_compared() -> None:
    comparison = compare_columns({"y": [1], "a": [1]}, {"y": [1], "b": [2]})
    assert comparison.ok
    assert (comparison.only_left, comparison.only_right) == (("a",), ("b",))


def test_nothing_in_common_is_no_agreement() -> None:
    assert not compare_columns({"a": [1]}, {"b": [1]}).ok


def test_no_rows_agree() -> None:
    assert compare_columns({"y": []}, {"y": []}).ok


def test_lengths_must_be_equal() -> None:
    with pytest.raises(DataError, match="same length"):
        compare_columns({"y": [1, 2]}, {"y": [1]})


def test_text_and_json() -> None:
    comparison = compare_columns(
        {"y": [1.0, 2.0], "größe": ["a", "b"]},
        {"y": [1.0, 3.0], "z": [0, 0]},
        names=("pmmlkit", "jpmml"),
        errors=([], [(0, "refused")]),
    )
    text = str(comparison)
    for part in (
        "DIFFER",
        "1 rows, 1 different, largest difference 1",
        "row 1: pmmlkit 2.0, jpmml 3.0",
    ):
        assert part in text
    assert "row 0: pmmlkit None, jpmml 'refused'" in text
    assert "only from pmmlkit: größe" in text
    data = json.loads(comparison.to_json())
    assert data["ok"] is False
    assert data["columns"][0]["first"] == {"row": 1, "left": 2.0, "right": 3.0}

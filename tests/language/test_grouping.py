"""Groups of rows: order of appearance, order fields, tables of every kind, lists in cells."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

import pmmlkit
from tests.corpus.cells import FAILS, check, document


def grouped(
    schema: str = '<MiningField name="g" usageType="group"/>', x: str = ""
) -> pmmlkit.Model:
    """Return a model whose output `list` is the list that the field x holds."""
    return pmmlkit.load(listing(schema, x))


def listing(schema: str, x: str = "") -> bytes:
    return document(
        f'<RegressionModel functionName="regression"><MiningSchema>{schema}'
        f'<MiningField name="x"{x}/></MiningSchema>'
        '<Output><OutputField name="list" optype="categorical" dataType="string" '
        'feature="transformedValue"><FieldRef field="x"/></OutputField></Output>'
        '<RegressionTable intercept="1"/></RegressionModel>',
        {
            "g": "categorical string",
            "h": "categorical integer",
            "o": "continuous double",
            "p": "ordinal string: low high",
            "x": "categorical string",
        },
    )


ORDERED = '<MiningField name="g" usageType="group"/><MiningField name="o" usageType="order"/>'
GROUPS = {"g": ["b", "a", "b", None, "a", None], "x": ["1", "2", "3", "4", None, "6"]}


def test_groups_are_in_the_order_in_which_they_appear() -> None:
    model = grouped()
    assert model.sequential
    rows = zip(*GROUPS.values(), strict=True)
    result = model.evaluate([dict(zip(GROUPS, row, strict=True)) for row in rows])
    assert result == [
        {"g": "b", "_target": 1.0, "list": ["1", "3"]},
        {"g": "a", "_target": 1.0, "list": ["2", None]},
        {"g": None, "_target": 1.0, "list": ["4", "6"]},
    ]


def test_tables_of_every_kind() -> None:
    model = grouped()
    frame = pd.DataFrame(GROUPS, index=range(10, 16))
    answer = model.evaluate(frame)
    assert answer.index.tolist() == [10, 11, 13]
    assert answer["list"].tolist() == [["1", "3"], ["2", None], ["4", "6"]]
    answer = model.evaluate(pl.DataFrame(GROUPS))
    assert answer.schema["list"] == pl.List(pl.String)
    assert answer["list"].to_list() == [["1", "3"], ["2", None], ["4", "6"]]
    answer = model.evaluate(pa.table(GROUPS))
    assert answer.column("list").type == pa.list_(pa.string())
    assert answer.column("list").to_pylist() == [["1", "3"], ["2", None], ["4", "6"]]
    answer = model.evaluate({name: np.array(items, object) for name, items in GROUPS.items()})
    assert answer["list"].tolist() == [["1", "3"], ["2", None], ["4", "6"]]
    # A dict of lists is a table where its group field has a list, and a row where it has not.
    assert model.evaluate(GROUPS)["list"].tolist() == answer["list"].tolist()
    assert model.evaluate({"x": ["1", "2"]}) == {"g": None, "_target": 1.0, "list": ["1", "2"]}


@pytest.mark.parametrize(
    "cells",
    [
        pd.DataFrame({"g": ["a", "b"], "x": [["1", "2"], ["3"]]}),
        pl.DataFrame({"g": ["a", "b"], "x": [["1", "2"], ["3"]]}),
        pa.table({"g": ["a", "b"], "x": [["1", "2"], ["3"]]}),
        [{"g": "a", "x": ["1", "2"]}, {"g": "b", "x": ("3",)}],
        [{"g": "a", "x": ["1"]}, {"g": "b", "x": "3"}, {"g": "a", "x": "2"}],
    ],
)
def test_cells_may_be_lists(cells: Any) -> None:
    table = grouped().run(_opened(cells))
    assert table.columns["list"].to_list() == [("1", "2"), ("3",)]


def _opened(cells: Any) -> Any:
    from pmmlkit.tables.frames import open_table

    return open_table(cells, ())


def test_lists_of_equal_length_are_no_second_dimension() -> None:
    answer = grouped().evaluate(pl.DataFrame({"g": ["a", "b"], "x": [["1", "2"], ["3", "4"]]}))
    assert answer["list"].to_list() == [["1", "2"], ["3", "4"]]


def test_without_the_group_each_row_is_one() -> None:
    answer = grouped().evaluate([{"x": "1"}, {"x": "2"}])
    assert [row["list"] for row in answer] == [["1"], ["2"]]


def test_several_group_fields() -> None:
    schema = '<MiningField name="g" usageType="group"/><MiningField name="h" usageType="group"/>'
    model = grouped(schema)
    rows = [
        {"g": g, "h": h, "x": x}
        for g, h, x in (
            ("a", 1, "1"),
            ("a", 2, "2"),
            ("b", 1, "3"),
            ("a", 1, "4"),
            ("a", None, "5"),
        )
    ]
    assert [(row["g"], row["h"], row["list"]) for row in model.evaluate(rows)] == [
        ("a", 1, ["1", "4"]),
        ("a", 2, ["2"]),
        ("b", 1, ["3"]),
        ("a", None, ["5"]),
    ]


def test_order_fields() -> None:
    check(
        listing(ORDERED),
        [
            {"g": "1", "o": [3.0, 1.0, 2.0], "x": ["a", "b", "c"]},
            # Missing values come last, equal ones as they are given.
            {"g": "2", "o": [None, 1.0, 1.0], "x": ["a", "b", "c"]},
            # Where nothing says how, the rows are as given.
            {"g": "3", "x": ["b", "a"]},
            {"g": "4", "o": [2.0, 1.0], "x": None},
            {"g": "5", "o": [2.0, 1.0], "x": ["a", "b", "c"]},
        ],
        {"list": [["b", "c", "a"], ["b", "c", "a"], ["b", "a"], [None], FAILS]},
    )


def test_the_order_of_ordinal_values() -> None:
    schema = '<MiningField name="g" usageType="group"/><MiningField name="p" usageType="order"/>'
    check(
        listing(schema),
        [{"g": "1", "p": ["high", "low"], "x": ["a", "b"]}],
        {"list": [["b", "a"]]},
    )


def test_an_invalid_group_is_a_row_of_its_own() -> None:
    schema = '<MiningField name="h" usageType="group"/>'
    model = grouped(schema)
    rows = [{"h": "no", "x": "1"}, {"h": 1, "x": "2"}, {"h": "no", "x": "3"}, {"h": 1, "x": "4"}]
    answer = model.evaluate(rows, errors="column")
    assert [row["list"] for row in answer] == [None, ["2", "4"], None]
    with pytest.raises(pmmlkit.EvaluationError, match="row 1"):
        model.evaluate(rows[1:])
    assert [row["list"] for row in model.evaluate(rows, errors="skip")] == [["2", "4"]]


@given(
    st.lists(
        st.tuples(
            st.sampled_from([None, "a", "b", "c"]),
            st.sampled_from([None, 0.0, 1.0, 2.5]),
            st.sampled_from([None, "p", "q", "r"]),
        ),
        max_size=12,
    )
)
def test_a_table_gives_what_its_groups_give_one_by_one(rows: list[tuple[Any, ...]]) -> None:
    model = grouped(ORDERED)
    groups: dict[Any, list[tuple[Any, ...]]] = {}
    for row in rows:
        groups.setdefault(row[0], []).append(row)
    expected = [
        model.evaluate({"g": name, "o": [r[1] for r in found], "x": [r[2] for r in found]})
        for name, found in groups.items()
    ]
    table = [dict(zip("gox", row, strict=True)) for row in rows]
    assert model.evaluate(table) == expected

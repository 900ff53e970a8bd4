"""MapValues in both modes: keys typed by their fields, several columns, contradictions."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.columns.types import BOOLEAN, DATE, DOUBLE, FLOAT, INTEGER, STRING
from pmmlkit.columns.values import invalid
from pmmlkit.errors import MarkupError, UnsupportedError
from pmmlkit.language.inline_table import FieldColumnPair, InlineTable, TableLocator
from pmmlkit.language.map_values import MapValues
from pmmlkit.language.row_table import RowTable
from tests.language.rows import ERROR, evaluate, make_scope

NAN = math.nan


def mapping(
    columns: Mapping[str, Sequence[str | None]],
    *fields: str,
    output: str = "out",
    **attributes: Any,
) -> MapValues:
    return MapValues(
        pairs=tuple(FieldColumnPair(field=name, column=name) for name in fields),
        inline_table=InlineTable(rows=RowTable.of(columns)),
        output_column=output,
        **attributes,
    )


CASES = [
    # type, keys, inputs, number of the row that matches (None: no row)
    (STRING, ["a", "b", ""], ["a", "b", "", "c", invalid("a")], [0, 1, 2, None, 0]),
    (STRING, ["1"], ["1", "1.0", "01"], [0, None, None]),
    (DOUBLE, ["1", "2.5"], [1.0, 2.5, 2.0, -0.0], [0, 1, None, None]),
    (DOUBLE, ["NaN", "1"], [NAN, 1.0, math.inf], [0, 1, None]),
    (DOUBLE, ["-0.0"], [0.0, -0.0], [0, 0]),
    (FLOAT, ["0.1"], [float(np.float32(0.1)), 0.5], [0, None]),
    (INTEGER, ["1", "2.0", "2.5"], [1, 2, 3, invalid(1)], [0, 1, None, 0]),
    (BOOLEAN, ["true"], [True, False], [0, None]),
    (DATE, ["1970-01-02"], [1, 2], [0, None]),
]


@pytest.mark.parametrize(("type", "keys", "inputs", "rows"), CASES)
def test_one_column(type: Any, keys: Any, inputs: Any, rows: Any) -> None:
    inputs = [invalid(item) if item != item else item for item in inputs]
    table = {"x": keys, "out": [f"row{place}" for place in range(len(keys))]}
    data = {"x": [*inputs, None, ERROR]}
    found = evaluate(mapping(table, "x"), make_scope(x=type), data)
    assert found == [*(None if row is None else f"row{row}" for row in rows), None, ERROR]
    element = mapping(table, "x", default_value="d", map_missing_to="m")
    found = evaluate(element, make_scope(x=type), data)
    assert found == [*("d" if row is None else f"row{row}" for row in rows), "m", ERROR]


def test_several_columns() -> None:
    """The example of the specification: band and state to a code, all the columns must match."""
    table: dict[str, list[str | None]] = {
        "band": ["1", "1", "2", "2"],
        "state": ["MN", "IL", "MN", "IL"],
        "out": ["10000", "12000", "20000", "23000"],
    }
    element = mapping(
        table, "band", "state", data_type="integer", default_value="0", map_missing_to="-1"
    )
    data: dict[str, list[Any]] = {
        "band": [1, 1, 2, 2, 3, 1, None, 1, None],
        "state": ["MN", "IL", "MN", "IL", "MN", "NY", "MN", None, ERROR],
    }
    found = evaluate(element, make_scope(band=INTEGER, state=STRING), data)
    assert found == [10000, 12000, 20000, 23000, 0, 0, -1, -1, ERROR]


@pytest.mark.parametrize(
    ("data_type", "cell", "result"),
    [
        (None, "1", "1"),
        ("integer", "1", 1),
        ("double", "1", 1.0),
        ("boolean", "true", True),
        ("date", "1970-01-02", 1),
    ],
)
def test_types_of_results(data_type: str | None, cell: str, result: Any) -> None:
    table = {"x": ["a"], "out": [cell]}
    element = mapping(table, "x", data_type=data_type, default_value=cell)
    found = evaluate(element, make_scope(x=STRING), {"x": ["a", "b", None]})
    assert found == [result, result, None]
    assert found[0].__class__ is result.__class__


def test_empty_tables() -> None:
    for table in (None, InlineTable()):
        element = MapValues(
            pairs=(FieldColumnPair(field="x", column="x"),),
            output_column="out",
            inline_table=table,
            default_value="d",
        )
        assert evaluate(element, make_scope(x=DOUBLE), {"x": [1.0, None]}) == ["d", None]
    element = mapping({"x": ["a"], "out": ["1"]}, "x")
    assert evaluate(element, make_scope(x=STRING), {"x": [None, None]}) == [None, None]


def test_missing_cells() -> None:
    """A row with a missing key matches nothing, a missing output is missing."""
    table: dict[str, list[str | None]] = {"x": ["a", None, "b"], "out": ["1", "2", None]}
    element = mapping(table, "x", default_value="d")
    assert evaluate(element, make_scope(x=STRING), {"x": ["a", "b", "c"]}) == ["1", None, "d"]


def test_no_pairs() -> None:
    element = MapValues(
        output_column="out", inline_table=InlineTable(rows=RowTable.of({"out": ["1"]}))
    )
    assert evaluate(element, make_scope(), {}) == ["1"] * 3


def test_rows_that_say_the_same_are_no_contradiction() -> None:
    table = {"x": ["1", "1.0"], "out": ["5", "5.0"]}
    element = mapping(table, "x", data_type="double")
    assert evaluate(element, make_scope(x=DOUBLE), {"x": [1.0]}) == [5.0]
    with pytest.raises(MarkupError, match=r"'5' and '5\.0'"):
        make_scope(x=DOUBLE).compile(mapping(table, "x"))
    with pytest.raises(MarkupError, match="give both"):
        make_scope(x=STRING).compile(mapping({"x": ["a", "a"], "out": ["1", "2"]}, "x"))


@pytest.mark.parametrize(
    "element",
    [
        mapping({"y": ["1"], "out": ["1"]}, "x"),
        mapping({"x": ["1"], "y": ["1"]}, "x"),
        mapping({"x": ["a"], "out": ["1"]}, "x"),
        mapping({"x": ["1"], "out": ["a"]}, "x", data_type="double"),
        mapping({"x": ["1"], "out": ["1"]}, "x", data_type="double", default_value="a"),
        mapping({"x": ["1"], "out": ["1"]}, "nowhere"),
    ],
)
def test_bad_documents(element: MapValues) -> None:
    with pytest.raises(MarkupError):
        make_scope(x=DOUBLE).compile(element)


def test_tables_outside_are_refused() -> None:
    element = MapValues(
        pairs=(FieldColumnPair(field="x", column="x"),),
        output_column="out",
        table_locator=TableLocator(),
    )
    with pytest.raises(UnsupportedError, match="InlineTable"):
        make_scope(x=DOUBLE).compile(element)


def test_columns_with_prefix() -> None:
    rows = RowTable.of({"in": ["a"], "out put": ["1"]}, prefix="data")
    element = MapValues(
        pairs=(FieldColumnPair(field="x", column="data:in"),),
        output_column="data:out put",
        inline_table=InlineTable(rows=rows),
    )
    assert evaluate(element, make_scope(x=STRING), {"x": ["a"]}) == ["1"]


KEYS = st.tuples(st.sampled_from("abc"), st.integers(0, 3), st.sampled_from([0.5, 1.5, 2]))


@given(
    st.dictionaries(KEYS, st.sampled_from("xyz"), max_size=15),
    st.lists(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("abcd")),
            st.one_of(st.none(), st.integers(0, 4)),
            st.one_of(st.none(), st.sampled_from([0.5, 1.5, 2.0, 2.5])),
        ),
        min_size=1,
    ),
)
def test_rows_equal_columns(entries: dict[Any, str], inputs: list[Any]) -> None:
    unique = {tuple(map(str, key)): value for key, value in entries.items()}
    rows = {(key[0], key[1], float(key[2])): value for key, value in entries.items()}
    table: dict[str, list[str | None]] = {
        name: [key[place] for key in unique] for place, name in enumerate("sid")
    }
    table["out"] = list(unique.values())
    data = {name: [row[place] for row in inputs] for place, name in enumerate("sid")}
    scope = make_scope(s=STRING, i=INTEGER, d=DOUBLE)
    found = evaluate(mapping(table, *"sid", default_value="-", map_missing_to="?"), scope, data)
    assert found == ["?" if None in row else rows.get(row, "-") for row in inputs]

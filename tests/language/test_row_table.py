"""Rows of tables: reading, looking up, writing; nothing is lost."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import LimitError
from pmmlkit.language.inline_table import InlineTable
from pmmlkit.language.row_table import RowTable, column_name
from pmmlkit.limits import Limits
from pmmlkit.xml.reader import read
from pmmlkit.xml.writer import write

NAMESPACES = (
    ("xmlns:data", "urn:data"),
    ("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance"),
)


def table_of(rows: str, limits: Limits | None = None, prefix: str = "") -> InlineTable:
    name = f"{prefix}:InlineTable" if prefix else "InlineTable"
    declared = "".join(f' {key}="{value}"' for key, value in NAMESPACES)
    text = f"<{name}{declared}>{rows}</{name}>"
    classes = {"InlineTable": InlineTable}
    result = read(
        text.encode(), classes, ("InlineTable", "row"), lambda *_: None, limits or Limits()
    )
    assert isinstance(result.root, InlineTable)
    assert not result.fatal
    return result.root


def text_of(table: InlineTable) -> str:
    return b"".join(write(table, NAMESPACES)).decode()


def again(table: InlineTable) -> None:
    """Writing and reading give equal elements, and from then on equal text."""
    text = text_of(table)
    inner = text[text.index("?>") + 2 :]
    start, end = inner.find(">") + 1, inner.rfind("</")
    back = table_of(inner[start:end] if end > 0 else "")
    assert back == table
    assert text_of(back) == text
    assert pickle.loads(pickle.dumps(table)) == table


REGULAR = """
    <row><data:input>a</data:input><data:output>1</data:output></row>
    <row>
        <data:input> b </data:input>
        <data:output/>
    </row>
    <row><data:output>3</data:output></row>
"""


def test_regular_rows() -> None:
    table = table_of(REGULAR)
    rows = table.rows
    assert len(rows) == 3
    assert rows.names == ("input", "output")
    assert rows.column("input") == ["a", " b ", None]
    assert rows.column("data:output") == rows.column("output") == ["1", "", "3"]
    assert rows.column("nothing") is None
    assert not rows.irregular
    assert list(rows)[2] == [("data:output", "3")]
    again(table)


IRREGULAR = [
    '<row><x xsi:nil="true"/><y>1</y></row>',
    '<row id="7"><x>1</x></row>',
    "<row><x>1</x></row><row><y>2</y><x>1</x></row>",
    "<row><x>1</x><x>2</x></row>",
    "<row><x>a<b>c</b> d</x></row>",
    "<row>stray<x>1</x></row>",
    "<row><x><y>1</y></x></row>",
    "<row/>",
    "",
    '<row><x a="1">1</x></row>',
]


@pytest.mark.parametrize("rows", IRREGULAR)
def test_nothing_is_lost(rows: str) -> None:
    again(table_of(rows))


def test_what_irregular_rows_say() -> None:
    rows = table_of("".join(IRREGULAR[:6])).rows
    assert rows.column("x") == [None, "1", "1", "1", "1", "ac d", "1"]
    assert rows.column("y") == ["1", None, None, "2", None, None, None]
    assert table_of('<row><x xsi:nil="false">1</x></row>').rows.column("x") == ["1"]


def test_names_of_columns() -> None:
    assert column_name("data:Sepal_x0020_Length") == "Sepal Length"
    assert column_name("x") == "x"
    rows = table_of("<row><data:a_x0020_b>1</data:a_x0020_b><c>2</c></row>").rows
    for name in ("a b", "data:a b", "a_x0020_b", "data:a_x0020_b", "other:a b"):
        assert rows.column(name) == ["1"]
    mixed = table_of("<row><a:x>1</a:x></row><row><x>2</x></row>".replace("a:", "data:")).rows
    assert mixed.column("x") == ["1", "2"]


def test_documents_that_use_a_prefix_for_pmml() -> None:
    table = table_of("<p:row><p:x>1</p:x><data:y>2</data:y></p:row>", prefix="p")
    assert table.rows.columns == {"x": ["1"], "data:y": ["2"]}


def test_tables_of_exporters() -> None:
    rows = RowTable.of(
        {"a b": ["1", None], "2é": ["x", "y"], "a:b": ["", "<&>"], "_x0020_": ["", ""]}
    )
    assert list(rows.columns) == ["a_x0020_b", "_x0032__x00E9_", "a_x003A_b", "_x005F_x0020_"]
    assert rows.names == ("a b", "2é", "a:b", "_x0020_")
    table = InlineTable(rows=rows)
    again(table)
    assert "<a_x0020_b>1</a_x0020_b>" in text_of(table)
    prefixed = RowTable.of({"x": ["1"]}, prefix="data")
    assert prefixed.columns == {"data:x": ["1"]}
    again(InlineTable(rows=prefixed))


def test_bad_tables() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        RowTable.of({"a": ["1"], "b": []})
    with pytest.raises(ValueError, match="name"):
        RowTable.of({"": ["1"]})


def test_equality() -> None:
    table = RowTable.of({"a": ["1"], "b": ["2"]})
    assert table == RowTable.of({"a": ["1"], "b": ["2"]})
    assert hash(table) == hash(RowTable.of({"a": ["1"], "b": ["2"]}))
    assert table != RowTable.of({"b": ["2"], "a": ["1"]})
    assert table != RowTable.of({"a": ["1"], "b": ["3"]})
    assert table != "table"
    assert InlineTable() == InlineTable(rows=RowTable())
    assert table_of("") == InlineTable()


def test_rows_are_bounded() -> None:
    """Rows that each bring a column of their own would need a cell for every pair of them."""
    many = "".join(f"<row><c{place}>1</c{place}></row>" for place in range(100))
    table_of(many, replace(Limits(), elements=100_000))
    with pytest.raises(LimitError, match="elements"):
        table_of(many, replace(Limits(), elements=5_000))
    with pytest.raises(LimitError, match="depth"):
        table_of("<row><x><y><z/></y></x></row>", replace(Limits(), depth=4))
    with pytest.raises(LimitError, match="text_characters"):
        table_of("<row><x>12345</x></row>", replace(Limits(), text_characters=4))


CELLS = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"])))


@given(st.dictionaries(st.text("ab _:é9", min_size=1), st.lists(CELLS, min_size=3, max_size=3)))
def test_tables_come_back(columns: dict[str, list[str | None]]) -> None:
    columns = {name: cells for name, cells in columns.items() if any(c is not None for c in cells)}
    rows = RowTable.of(columns)
    text = text_of(InlineTable(rows=rows))
    inner = text[text.index("?>") + 2 :]
    start, end = inner.find(">") + 1, inner.rfind("</")
    back = table_of(inner[start:end] if columns else "").rows
    for name, cells in columns.items():
        assert back.column(name) == cells

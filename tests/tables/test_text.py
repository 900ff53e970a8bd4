"""CSV and JSON lines: cells, quotes, chunks, broken files, and writing."""

from __future__ import annotations

import datetime
import io
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.errors import DataError
from pmmlkit.tables.results import Cells
from pmmlkit.tables.text import CsvWriter, JsonLinesWriter, read_csv, read_json_lines


def csv_chunks(text: str, rows: int = 100, **options: Any) -> list[dict[str, list[Any]]]:
    return list(read_csv(io.StringIO(text, newline=""), rows=rows, **options))


def test_cells() -> None:
    text = 'a,b\r\n1,"x, ""y"""\r\n,""\r\n"two\nlines", \r\n'
    assert csv_chunks(text) == [{"a": ["1", None, "two\nlines"], "b": ['x, "y"', "", " "]}]


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ('"",x', ["", "x"]),
        ('x,""', ["x", ""]),
        (",", [None, None]),
        ('"""",x', ['"', "x"]),
        ('"a""b",""', ['a"b', ""]),
        ('""","",""",""', ['",","', ""]),
        ('"\n",""', ["\n", ""]),
        ('5" pipe,6" pipe', ['5" pipe', '6" pipe']),
        ('5" pipe,""', ['5" pipe', ""]),
        ('"a\n""b""\n",""', ['a\n"b"\n', ""]),
        ('"\n\n","\n""\n"', ["\n\n", '\n"\n']),
        ('"a,""",""', ['a,"', ""]),
        ("NA,x", [None, "x"]),
    ],
)
def test_quoted_empty_cells_are_strings(line: str, cells: list[str | None]) -> None:
    (chunk,) = csv_chunks(f"a,b\n{line}\n", missing=["NA"])
    assert [chunk["a"][0], chunk["b"][0]] == cells


def test_chunks() -> None:
    assert [chunk["a"] for chunk in csv_chunks("a\n1\n2\n3\n", rows=2)] == [["1", "2"], ["3"]]
    assert [chunk["a"] for chunk in csv_chunks("a\n1\n2\n", rows=2)] == [["1", "2"]]


def test_blank_lines_are_no_rows_of_several_columns() -> None:
    assert csv_chunks("a,b\n\n1,2\n\n3,4\n\n", rows=2) == [{"a": ["1", "3"], "b": ["2", "4"]}]
    assert csv_chunks("a\n1\n\n2\n") == [{"a": ["1", None, "2"]}]


@given(
    cells=st.lists(st.lists(st.text('ab ,"\r\n', max_size=4), min_size=2, max_size=2), max_size=5),
    chunk=st.integers(1, 3),
)
def test_what_is_written_reads_back(cells: list[list[str]], chunk: int) -> None:
    stream = io.StringIO(newline="")
    columns = {
        name: np.array([row[at] for row in cells], dtype=object) for at, name in enumerate("ab")
    }
    CsvWriter(stream).write({name: Cells(values) for name, values in columns.items()})
    read = csv_chunks(stream.getvalue(), rows=chunk)
    assert [row for part in read for row in zip(part["a"], part["b"], strict=True)] == [
        tuple(row) for row in cells
    ]


def test_no_rows_is_no_error() -> None:
    assert csv_chunks("a,b\n") == [{"a": [], "b": []}]


def test_other_delimiters() -> None:
    assert csv_chunks('a\tb\n1\t""\n', delimiter="\t") == [{"a": ["1"], "b": [""]}]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "header"),
        ("a,a\n1,2\n", "twice: a"),
        ("a,b\n1\n", "line 2: this line has 1 cells, the header 2"),
        ("a,b\n1,2\n1,2,3\n", "line 3: this line has 3 cells, the header 2"),
        ('a,b\n\n"1\n",2\n1\n', "line 5: this line has 1 cells, the header 2"),
        ('a,b\n1,"x' + "y\n" * 100_000, "is a quote not closed"),
        ('a\n"open\n', "not CSV"),
        ('a\n"x"y\n', "not CSV"),
    ],
)
def test_broken_csv(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        csv_chunks(text)


def test_wrong_encoding() -> None:
    stream = io.TextIOWrapper(io.BytesIO(b"a\n\xe9\n"), encoding="utf-8")
    with pytest.raises(DataError, match="not utf-8 text"):
        list(read_csv(stream, rows=10))


def test_json_lines() -> None:
    text = '{"a": 1, "b": "x"}\n\n \n{"b": null, "c": true}\n{"a": 2.5}\n'
    assert list(read_json_lines(io.StringIO(text), rows=2)) == [
        {"a": [1, None], "b": ["x", None], "c": [None, True]},
        {"a": [2.5], "b": [None], "c": [None]},
    ]


def test_json_lines_know_no_infinity() -> None:
    stream = io.StringIO()
    numbers = Cells(np.array([np.inf, -np.inf, np.nan]))
    JsonLinesWriter(stream).write({"x": numbers})
    assert stream.getvalue() == '{"x": "INF"}\n{"x": "-INF"}\n{"x": null}\n'
    text = io.StringIO()
    CsvWriter(text).write({"x": numbers})
    assert text.getvalue() == "x\nINF\n-INF\n\n"


def test_empty_json_lines() -> None:
    assert list(read_json_lines(io.StringIO(""), rows=3)) == [{}]


@pytest.mark.parametrize(
    ("text", "words"),
    [("{", "line 1: not JSON"), ("{}\n[1]\n", "line 2: each line"), ("[" * 100_000, "not JSON")],
)
def test_broken_json_lines(text: str, words: str) -> None:
    with pytest.raises(DataError, match=words):
        list(read_json_lines(io.StringIO(text), rows=10))


COLUMNS = {
    name: Cells(values)
    for name, values in {
        "x": np.array([0.1, np.nan, 1e300]),
        "f": np.array([0.1, 16777216.0, np.nan], dtype=np.float32),
        "n": np.ma.MaskedArray([1, 2, 3], mask=[False, True, False]),
        "b": np.array([True, False, True]),
        "s": np.array(["a,b", "", None], dtype=object),
        "d": np.array([datetime.date(2020, 1, 5), None, datetime.date(1, 1, 1)], dtype=object),
    }.items()
}


def test_csv_is_written_so_that_it_reads_back() -> None:
    stream = io.StringIO()
    writer = CsvWriter(stream)
    writer.write(COLUMNS)
    writer.write({name: cells.take(np.array([0])) for name, cells in COLUMNS.items()})
    lines = stream.getvalue().split("\n")
    assert lines == [
        "x,f,n,b,s,d",
        '0.1,0.1,1,true,"a,b",2020-01-05',
        ',16777216.0,,false,"",',
        "1e+300,,3,true,,0001-01-01",
        '0.1,0.1,1,true,"a,b",2020-01-05',
        "",
    ]
    (chunk,) = csv_chunks(stream.getvalue())
    assert chunk["s"] == ["a,b", "", None, "a,b"]


def test_json_lines_are_written() -> None:
    stream = io.StringIO()
    JsonLinesWriter(stream).write(
        {name: cells.take(np.array([1])) for name, cells in COLUMNS.items()}
    )
    assert stream.getvalue() == (
        '{"x": null, "f": 16777216.0, "n": null, "b": false, "s": "", "d": null}\n'
    )

"""CSV and JSON lines: cells, quotes, chunks, broken files, and writing."""

from __future__ import annotations

import datetime
import io
from typing import Any

import numpy as np
import pytest

from pmmlkit.errors import DataError
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
        ("NA,x", [None, "x"]),
    ],
)
def test_quoted_empty_cells_are_strings(line: str, cells: list[str | None]) -> None:
    (chunk,) = csv_chunks(f"a,b\n{line}\n", missing=["NA"])
    assert [chunk["a"][0], chunk["b"][0]] == cells


def test_chunks() -> None:
    assert [chunk["a"] for chunk in csv_chunks("a\n1\n2\n3\n", rows=2)] == [["1", "2"], ["3"]]
    assert [chunk["a"] for chunk in csv_chunks("a\n1\n2\n", rows=2)] == [["1", "2"]]


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
    text = '{"a": 1, "b": "x"}\n\n{"b": null, "c": true}\n{"a": 2.5}\n'
    assert list(read_json_lines(io.StringIO(text), rows=3)) == [
        {"a": [1, None], "b": ["x", None], "c": [None, True]},
        {"a": [2.5]},
    ]


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
    "x": np.array([0.1, np.nan, 1e300]),
    "f": np.array([0.1, 16777216.0, np.nan], dtype=np.float32),
    "n": np.ma.MaskedArray([1, 2, 3], mask=[False, True, False]),
    "b": np.array([True, False, True]),
    "s": np.array(["a,b", "", None], dtype=object),
    "d": np.array([datetime.date(2020, 1, 5), None, datetime.date(1, 1, 1)], dtype=object),
}


def test_csv_is_written_so_that_it_reads_back() -> None:
    stream = io.StringIO()
    writer = CsvWriter(stream)
    writer.write(COLUMNS)
    writer.write({name: values[:1] for name, values in COLUMNS.items()})
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
    JsonLinesWriter(stream).write({name: values[1:2] for name, values in COLUMNS.items()})
    assert stream.getvalue() == (
        '{"x": null, "f": 16777216.0, "n": null, "b": false, "s": "", "d": null}\n'
    )

"""The text: widths, wide characters, what must not reach a terminal; HTML from the same blocks."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.showing.blocks import Block, Formulas, Grid, Heading, Note, Pairs
from pmmlkit.showing.formula import Formula
from pmmlkit.showing.html_view import html_text
from pmmlkit.showing.text_view import clean, fitted, text_lines, width_of
from tests.documents import ENSEMBLE


def lines(*blocks: Block, width: int = 40) -> list[str]:
    return list(text_lines(blocks, width))


@pytest.mark.parametrize(
    ("text", "width"), [("abc", 3), ("身長", 4), ("e\u0301", 1), ("", 0), ("ｱ", 1), ("カ", 2)]
)
def test_widths(text: str, width: int) -> None:
    assert width_of(text) == width


@pytest.mark.parametrize(
    ("text", "width", "wanted"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdefg", 6, "abc..."),
        ("身長と体重", 8, "身長..."),
        ("a, b, c, d", 8, "a, b..."),
        ("abcdef", 2, ".."),
    ],
)
def test_fitting(text: str, width: int, wanted: str) -> None:
    assert fitted(text, width) == wanted
    assert width_of(fitted(text, width)) <= width


def test_control_characters_are_written_out() -> None:
    assert clean("a\u009b31mb") == "a\\u009b31mb"
    assert clean("a\u202eb") == "a\\u202eb"
    assert clean("a\n\tb") == "a b"
    assert clean("größer 身長") == "größer 身長"


def test_tables_are_aligned_with_wide_characters() -> None:
    rows = (("身長", 1, None), ("b", 20.5, None))
    assert lines(Grid(("name", "count", "empty"), rows, "sizes")) == [
        "  sizes:",
        "    name  count",
        "    身長      1",
        "    b      20.5",
    ]


def test_tables_give_up_width_and_then_columns() -> None:
    rows = (("x" * 50, 1, "y" * 30),)
    assert lines(Grid(("a", "b", "c"), rows)) == [
        "  a                 b  c",
        "  xxxxxxxxxxxxx...  1  yyyyyyyyyyyyyy...",
    ]
    many = Grid(tuple(f"column{at}" for at in range(20)), (tuple(["z" * 20] * 20),))
    shown = lines(many)
    assert max(map(len, shown)) <= 40
    assert shown[-1] == "  ... 16 more columns"


def test_tables_show_so_many_rows() -> None:
    rows = tuple((at,) for at in range(20))
    assert lines(Grid(("n",), rows))[-1] == "  ... 8 more rows"
    assert len(lines(Grid(("n",), rows[:13]))) == 14
    assert len(list(text_lines([Grid(("n",), rows)], 40, full=True))) == 21


def test_pairs_and_formulas_wrap() -> None:
    assert lines(Pairs((("a", "word " * 10), ("long", 1), ("none", None)))) == [
        "  a     word word word word word word",
        "        word word word word ",
        "  long  1",
    ]
    formula = Formula(("x + " * 12 + "x",))
    assert lines(Formulas((("y", formula, "double"),))) == [
        "  y = x + x + x + x + x + x +",
        "      x + x + x + x + x + x +",
        "      x  : double",
    ]


def test_long_formulas_end_in_dots() -> None:
    shown = lines(Formulas((("y", Formula(("x + " * 200 + "x",)), None),)))
    assert len(shown) == 4
    assert shown[-1].endswith("...")


def test_headings_and_notes() -> None:
    assert lines(Heading("one", 1), Heading("two"), Note("three")) == ["one", "", "two", "  three"]


@pytest.mark.parametrize("width", [20, 40, 72, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    shown = pmmlkit.show(ENSEMBLE.replace(b'name="day"', 'name="日付と時刻"'.encode()))
    assert max(width_of(line) for line in shown.lines(width=width)) <= max(width, 40)


def test_the_width_is_that_of_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    shown = pmmlkit.show(ENSEMBLE)
    assert str(shown) == "\n".join(shown.lines(width=60))


def test_html_escapes_all_text() -> None:
    blocks: list[Block] = [
        Heading("<b>"),
        Pairs((("<i>", "<u>"),)),
        Grid(("<th>",), (("<td>",),), "<p>"),
        Formulas((("<a>", Formula(("<c>",)), None),)),
        Note("<note>"),
    ]
    text = html_text(blocks)
    for tag in ("b", "i", "u", "a", "c", "note"):
        assert f"<{tag}>" not in text
        assert f"&lt;{tag}&gt;" in text
    assert "<td>&lt;td&gt;</td>" in text
    assert pmmlkit.show(ENSEMBLE)._repr_html_().startswith("<div><h3>")

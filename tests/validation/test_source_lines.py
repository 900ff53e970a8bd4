"""The lines that a report shows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pmmlkit.validation.source_lines import CUT, MOST_OF_A_LINE, head_of, lines_of

TEXT = '<?xml version="1.0"{}?>\n<a \u00e4="\u00f6\u20ac"/>\r\n\t<b/>\r\r\n\n<c/>'


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "utf-16-le"),
        ("", "utf-16-be"),
        ("", "utf-32"),
        ("", "utf-32-le"),
        ("", "utf-32-be"),
        (' encoding="UTF-8"', "utf-8"),
        (" encoding='ISO-8859-15' standalone='yes'", "iso-8859-15"),
        (' encoding = "windows-1252"', "cp1252"),
        (' encoding="GB18030"', "gb18030"),
        (' encoding="utf-16"', "utf-16"),
        # What is declared, but cannot be.
        (' encoding="utf-16"', "utf-8"),
        (' encoding="no-such"', "utf-8"),
        (' encoding="hex"', "utf-8"),
        (' encoding="idna"', "utf-8"),
        (' encoding="undefined"', "utf-8"),
        (' encoding="unicode_escape"', "ascii"),
    ],
)
def test_encodings(declared: str, encoding: str) -> None:
    text = TEXT.format(declared)
    if encoding == "ascii":
        text = text.encode("ascii", "ignore").decode()
    assert lines_of(text.encode(encoding), range(-1, 99)) == {
        1: text.splitlines()[0],
        2: text.splitlines()[1],
        3: "\t<b/>",
        4: "",
        5: "",
        6: "<c/>",
    }
    assert head_of(text.encode(encoding)) == text


def test_only_lines_that_are_asked_for() -> None:
    text = b"a\nb\nc\n"
    assert lines_of(text, []) == {}
    assert list(lines_of(text, [3, 2, 3, 7])) == [2, 3]
    assert lines_of(text, [4, 5]) == {4: ""}
    assert lines_of(b"", [1, 2]) == {1: ""}


def test_long_lines_are_cut() -> None:
    exact, longer = "\U0001f600" * MOST_OF_A_LINE, "\U0001f600" * (MOST_OF_A_LINE + 1)
    found = lines_of(f"{exact}\n {longer}\n{longer * 99}".encode(), [1, 2, 3])
    assert found[1] == exact
    assert found[2] == " " + longer[: MOST_OF_A_LINE - 1 - len(CUT)] + CUT
    assert found[3] == longer[: MOST_OF_A_LINE - len(CUT)] + CUT


def test_lines_far_apart() -> None:
    lines = [f"{number}{'-' * (number % 97)}" for number in range(20_000)]
    wanted = [1, 2, 4_096, 4_097, 12_345, 19_999, 20_000]
    found = lines_of("\n".join(lines).encode(), [*wanted, 20_001, 10**12])
    assert found == {number: lines[number - 1] for number in wanted}


@given(st.binary(max_size=300), st.sets(st.integers(0, 20)))
def test_any_bytes(text: bytes, numbers: set[int]) -> None:
    assert set(lines_of(text, numbers)) <= numbers
    declared = b'<?xml version="1.0" encoding="shift_jis"?>' + text
    assert set(lines_of(declared, numbers)) <= numbers
    assert isinstance(head_of(text), str)


@given(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=9), min_size=1))
def test_lines_are_those_of_the_text(lines: list[str]) -> None:
    lines = [line.replace("\ufeff", "") for line in lines]
    expected = dict(enumerate(lines, 1))
    for end in ("\n", "\r\n", "\r"):
        assert lines_of(end.join(lines).encode(), range(1, len(lines) + 1)) == expected

"""Reports for people."""

from __future__ import annotations

import re

import pytest

from pmmlkit.errors import Finding
from pmmlkit.validation.formats.text import text
from pmmlkit.validation.report import Report
from tests.validation.formats.samples import ABSENT, DOUBTFUL, EVERYTHING, HOSTILE, SOUND


def excerpt(line: str, message: str, path: str = "PMML/Node") -> list[str]:
    report = Report((Finding("PMML011", "error", path, 12, message),), "m.pmml", {12: line})
    first, *rest = "".join(text([report], summary=False)).splitlines()
    assert first.startswith("m.pmml:12: error PMML011: ")
    return rest


def test_findings_with_their_lines() -> None:
    assert "".join(text([DOUBTFUL], summary=False)) == (
        f"{DOUBTFUL.source}: error PMML010: attribute copyright is required [PMML/Header]\n"
        f"{DOUBTFUL.source}:5: info PMML204: no MiningSchema names 'z'\n"
        '     5 | <DataField name="z" optype="continuous" dataType="double"/>\n'
        "       |            ^^^^^^^^\n"
        f"{DOUBTFUL.source}:7: warning PMML230: 'a' is not listed\n"
        '     7 | <SimplePredicate field="s" operator="equal" value="a"/>\n'
        "       |                                             ^^^^^^^^^\n"
    )


@pytest.mark.parametrize(
    ("documents", "expected"),
    [
        ([], "0 documents checked: nothing found"),
        ([SOUND, SOUND], "2 documents checked: nothing found"),
        ([DOUBTFUL], "1 document checked, 1 with errors: 1 error, 1 warning, 1 info"),
        (
            [DOUBTFUL, SOUND, DOUBTFUL, ABSENT],
            "3 documents checked, 2 with errors: 2 errors, 2 warnings, 2 infos; "
            "1 could not be read",
        ),
        ([ABSENT], "0 documents checked: nothing found; 1 could not be read"),
    ],
)
def test_summary(documents: list[Report], expected: str) -> None:
    assert "".join(text(documents)).splitlines()[-1] == expected
    assert expected not in "".join(text(documents, summary=False))


def test_one_sound_document_needs_no_summary() -> None:
    assert "".join(text([SOUND])) == "models/sound.pmml: ok\n"
    assert "".join(text([Report(())])) == "document: ok\n"


def test_carets_stand_below_what_they_mark() -> None:
    line, marks = excerpt('\t\t<Node id="\u65e5\u672c" e\u0301="1" score="x"/>', "score='x' is bad")
    # Two characters take two columns each, one takes none.
    assert line == '    12 | <Node id="\u65e5\u672c" e\u0301="1" score="x"/>'
    assert marks == "       |" + " " * 23 + "^" * 9


def test_a_tab_inside_a_line() -> None:
    line, marks = excerpt('<Node\tscore="x"/>', "score='x' is bad")
    assert line == '    12 | <Node    score="x"/>'
    assert marks == "       |          ^^^^^^^^^"


def test_a_line_in_which_nothing_is_marked() -> None:
    assert excerpt("  1 2 3  ", "needs 4 numbers") == ["    12 | 1 2 3"]
    assert excerpt("", "needs 4 numbers") == ["    12 | "]


def test_of_a_long_line_the_marked_part_is_shown() -> None:
    other = "<True/>" * 20
    line, marks = excerpt(f'{other}<Node score="x"/>{other}', "score='x' is bad")
    assert len(line) < 120
    start = marks.index("^")
    assert line[start : start + 9] == 'score="x"'
    assert line[9] == line[-1] == "\u2026"
    line, marks = excerpt(f'<Node score="{"x" * 150}"/>{other}', "attribute score is bad")
    assert marks.count("^") == 158
    (line,) = excerpt("  " + "1 " * 90, "needs 4 numbers")
    assert line.startswith("    12 | 1 1 ")
    assert line.endswith("1 \u2026")


def test_color() -> None:
    colored = "".join(text(EVERYTHING, color=True))
    assert "\x1b[1;31merror PMML010\x1b[0m" in colored
    assert "\x1b[1;33mwarning PMML230\x1b[0m" in colored
    assert "\x1b[1;36m^^^^^^^^\x1b[0m" in colored
    assert re.sub("\x1b\\[[0-9;]*m", "", colored) == "".join(text(EVERYTHING))


def test_a_document_does_nothing_to_the_terminal() -> None:
    written = "".join(text([HOSTILE]))
    assert all(character.isprintable() or character == "\n" for character in written)
    assert "::error::" in written
    assert not re.search("^::error", written, re.MULTILINE)

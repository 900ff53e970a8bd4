"""Reports that the tests of all formats share: names, lines and messages that are hard to write."""

from __future__ import annotations

from pmmlkit.errors import Finding
from pmmlkit.validation.report import Report, Unreadable

SOUND = Report((), "models/sound.pmml")

FINDINGS = (
    Finding("PMML010", "error", "PMML/Header", 0, "attribute copyright is required"),
    Finding("PMML204", "info", "PMML/DataDictionary/DataField", 5, "no MiningSchema names 'z'"),
    Finding("PMML230", "warning", "PMML/TreeModel/Node/SimplePredicate", 7, "'a' is not listed"),
)

LINES = {
    5: '    <DataField name="z" optype="continuous" dataType="double"/>',
    7: '\t<SimplePredicate field="s" operator="equal" value="a"/>',
}

DOUBTFUL = Report(FINDINGS, "my models/5% \u00fcber,alles: a.pmml", LINES)

HOSTILE = Report(
    (
        Finding("PMML001", "error", "", 1, "a\x00b\x1b[31m\x85]]>&\"'<\u202e \ud800\n::error::%0A"),
        Finding("PMML999", "error", "PMML/\x07", 2, "\ufffe, of a code without explanation"),
    ),
    "bytes\udcff\x01.pmml",
    {1: "\x1b]0;title\x07<a/>\u2028", 2: ""},
)

NAMELESS = Report((Finding("PMML100", "error", "PMML", 3, "no field"),))
FROM_STDIN = Report((Finding("PMML100", "error", "PMML", 3, "no field"),), "<stdin>")
ABSENT = Unreadable("no such.pmml", "cannot read no such.pmml: No such file or directory")

EVERYTHING = (SOUND, DOUBTFUL, ABSENT, HOSTILE, NAMELESS, FROM_STDIN)

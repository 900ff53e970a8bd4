"""The schema in `validate`: each kind of violation by code, line and words; vendors' markup."""

from __future__ import annotations

from collections import Counter

import pytest

import pmmlkit
from pmmlkit.errors import PmmlError
from pmmlkit.language.document import Document
from pmmlkit.validation import validate
from pmmlkit.validation.conformance import MOST_OF_A_CODE, is_harmless

DOCUMENT = """<?xml version="1.0"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header copyright="c"/>
<DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<RegressionModel functionName="regression">
<MiningSchema>
<MiningField name="x"/>
<MiningField name="y" usageType="target"/>
</MiningSchema>
<RegressionTable intercept="1">
<NumericPredictor name="x" coefficient="2"/>
</RegressionTable>
</RegressionModel>
</PMML>
"""


def findings(text: str | bytes, **options: bool) -> list[tuple[str, int]]:
    text = text.encode() if isinstance(text, str) else text
    report = validate(text, **options)  # type: ignore[arg-type]  # only flags are given
    return [(item.code, item.line) for item in report.findings if item.code < "PMML100"]


def changed(old: str, new: str) -> str:
    assert DOCUMENT.count(old) == 1, old
    return DOCUMENT.replace(old, new)


def test_sound() -> None:
    report = validate(DOCUMENT.encode())
    assert report.ok
    assert report.findings == ()


@pytest.mark.parametrize(
    ("old", "new", "code", "line", "words"),
    [
        (' functionName="regression"', "", "PMML010", 8, "attribute functionName"),
        (' optype="continuous" dataType="double"/>\n</', '/>\n</', "PMML010", 6, "of DataField"),
        ('intercept="1"', 'intercept="one"', "PMML011", 13, "'one'"),
        ('usageType="target"', 'usageType="goal"', "PMML012", 11, "is not one of active, "),
        ('copyright="c"', 'copyright="c" colour="red"', "PMML013", 3, "has no attribute colour"),
        ('<MiningField name="x"/>', '<Miningfield name="x"/>', "PMML014", 10, "no element"),
        ('<DataDictionary>', '<Header/><DataDictionary>', "PMML015", 4, "too often"),
        ('<NumericPredictor name="x" coefficient="2"/>\n', "text\n", "PMML017", 13, "text"),
    ],
)  # fmt: skip
def test_violations(old: str, new: str, code: str, line: int, words: str) -> None:
    report = validate(changed(old, new).encode())
    found = [item for item in report.findings if item.code == code]
    severity = "warning" if code in ("PMML013", "PMML014") else "error"
    assert {(item.severity, item.line) for item in found} == {(severity, line)}
    strict = validate(changed(old, new).encode(), strict=True).findings
    assert {item.severity for item in strict if item.code == code} == {"error"}
    assert words in found[0].message
    assert found[0].path.startswith("PMML/")


def test_missing_child() -> None:
    empty = changed('<MiningField name="x"/>\n<MiningField name="y" usageType="target"/>\n', "")
    assert ("PMML016", 9) in findings(empty)


def test_a_mistake_is_told_once() -> None:
    report = validate(changed('copyright="c"', 'copyright="c" colour="red"').encode())
    assert [item.code for item in report.findings] == ["PMML013"]


def test_a_value_that_is_not_listed_is_told_once() -> None:
    """Schema, refusals and compiler all have something to say of it."""
    node = "<Node><True/>{}</Node>".format(
        '<Node score="1"><SimplePredicate field="x" operator="less" value="1"/></Node>'
    )
    text = DOCUMENT[: DOCUMENT.index("<RegressionTable")] + node + "</TreeModel></PMML>"
    text = text.replace("RegressionModel", "TreeModel")
    report = validate(text.encode())
    assert [item.code for item in report.findings if item.severity == "error"] == ["PMML012"]
    with pytest.raises(PmmlError, match="operator 'less'") as caught:
        pmmlkit.load(text.encode())
    assert caught.value.findings == ()


def test_a_start_tag_of_several_lines_has_the_line_where_it_begins() -> None:
    text = changed('<DataField name="x" optype', '<DataField\n colour="red"\n name="x"\n optype')
    assert findings(text) == [("PMML013", 5)]


def test_versions_that_know_the_markup_are_named() -> None:
    text = changed('copyright="c"', 'copyright="c" modelVersion="1"')
    assert findings(text) == []
    old = text.replace("4_4", "4_2").replace('"4.4"', '"4.2"')
    report = validate(old.encode())
    assert report.findings[0].message == (
        "Header has no attribute modelVersion in PMML 4.2; it is of 4.3 and later"
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('copyright="c"', 'copyright="c" x-colour="red"'),
        ('usageType="target"', 'usageType="target" x-of="x-y"'),
        ("</MiningSchema>", '</MiningSchema><X-Colour a="1"><b/>text</X-Colour>'),
        ('functionName="regression"', 'functionName="regression" x-mathContext="float"'),
    ],
)
def test_vendors_markup(old: str, new: str) -> None:
    text = changed(old, new)
    assert findings(text) == []
    assert {code for code, _ in findings(text, strict=True)} <= {"PMML013", "PMML014", "PMML015"}
    assert findings(text, strict=True)


def test_vendors_values() -> None:
    """A value of a vendor is no error of the schema; it may be one of the evaluation."""
    text = changed('usageType="target"', 'usageType="x-goal"')
    assert "PMML012" not in dict(findings(text))
    assert ("PMML012", 11) in findings(text, strict=True)


def test_lines_behind_vendors_markup() -> None:
    text = changed("<DataDictionary>", '<DataDictionary x-a="1">').replace(
        'copyright="c"', 'x-colour=\n"red"'
    )
    assert findings(text) == []
    assert findings(text.replace('intercept="1"', 'intercept="I"')) == [("PMML011", 14)]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "iso-8859-1"])
def test_encodings(encoding: str) -> None:
    text = changed('copyright="c"', 'copyright="é" x-colour="red" shape="round"')
    named = text.replace('"1.0"', f'"1.0" encoding="{encoding}"')
    if encoding == "utf-16-le":
        named = "\ufeff" + named.replace("utf-16-le", "utf-16")
    assert findings(named.encode(encoding)) == [("PMML013", 3)]


@pytest.mark.parametrize(
    "namespace", ["https://www.dmg.org/PMML-4_4", "", "http://www.dmg.org/PMML-4_3"]
)
def test_namespaces(namespace: str) -> None:
    name = f'xmlns="{namespace}" ' if namespace else ""
    text = DOCUMENT.replace('xmlns="http://www.dmg.org/PMML-4_4" ', name)
    assert findings(text) == []
    assert findings(text.replace('intercept="1"', 'intercept="I"')) == [("PMML011", 13)]


def test_prefix() -> None:
    text = DOCUMENT.replace("</", "</p:").replace("xmlns=", "xmlns:p=")
    text = text.replace("<", "<p:").replace("<p:/p:", "</p:").replace("<p:?", "<?")
    assert findings(text) == []
    assert findings(text.replace('intercept="1"', 'intercept="I"')) == [("PMML011", 13)]


OLD = [("PMML005", "info")]


def test_a_prefix_that_is_declared_further_down() -> None:
    own = '<o:DataField xmlns:o="http://www.dmg.org/PMML-4_4" name="o" optype="ordinal" bad="1"/>'
    report = validate(changed("</DataDictionary>", f"{own}</DataDictionary>").encode())
    places = {item.path for item in report.findings if item.code < "PMML100"}
    assert "PMML/DataDictionary/DataField" in places


def test_old_versions_are_held_against_the_oldest_schema() -> None:
    old = changed('"target"', '"predicted"').replace("4_4", "3_2").replace('"4.4"', '"3.2"')
    report = validate(old.encode())
    assert [(item.code, item.severity) for item in report.findings] == OLD
    assert "3.2" in report.findings[0].message
    report = validate(old.replace("<DataDictionary>", "<Header/><DataDictionary>").encode())
    found = [(item.code, item.severity) for item in report.findings]
    assert found == [*OLD[:1], ("PMML015", "warning"), *OLD[1:]]


def test_many_of_a_code() -> None:
    field = '<DataField name="z{}" optype="continuous" dataType="double" colour="red"/>\n'
    fields = "".join(field.format(number) for number in range(MOST_OF_A_CODE + 7))
    report = validate(changed("</DataDictionary>", f"{fields}</DataDictionary>").encode())
    found = [item for item in report.findings if item.code == "PMML013"]
    assert len(found) == MOST_OF_A_CODE
    assert found[-1].message.endswith("(and others, which are not told)")


def test_thousands_of_mistakes() -> None:
    """lxml takes time that grows with the square of their number."""
    field = '<DataField name="z{}" optype="continuous" dataType="dbl"/>\n'
    fields = "".join(field.format(number) for number in range(30_000))
    report = validate(changed("</DataDictionary>", f"{fields}</DataDictionary>").encode())
    codes = Counter(item.code for item in report.findings if item.severity == "error")
    assert codes["PMML006"] == 1
    assert codes["PMML012"] == MOST_OF_A_CODE
    odd = fields.replace("dbl", "double").replace("/>", ' colour="red"/>')
    report = validate(changed("</DataDictionary>", f"{odd}</DataDictionary>").encode())
    assert report.ok


def test_large_texts_are_held_against_the_schema_while_they_are_read() -> None:
    padding = "<!--" + "-" * 0 + "x" * (1 << 20) + "-->"
    assert findings(DOCUMENT.replace("<Header", f"{padding}<Header")) == []
    wrong = changed('copyright="c"', 'copyright="c" colour="red"')
    assert findings(wrong.replace("<Header", f"{padding}<Header")) == [("PMML013", 3)]
    entity = "<!DOCTYPE PMML [<!ENTITY a 'b'>]>"
    hostile = DOCUMENT.replace("<PMML", f"{entity}{padding}<PMML")
    assert [code for code, _ in findings(hostile)] == ["PMML001"]


@pytest.mark.parametrize(
    ("start", "harmless"),
    [
        ("", True),
        ('<?xml version="1.0" encoding="UTF-8"?>\n', True),
        ("\ufeff", True),
        ("<!DOCTYPE PMML [<!ENTITY a 'b'>]>", False),
        # What comes before the root may hide a DOCTYPE behind something like the root.
        ("<!-- <PMML --><!DOCTYPE PMML [<!ENTITY a 'b'>]>", False),
        ("<?x <PMML ?><!DOCTYPE PMML [<!ENTITY a 'b'>]>", False),
        ("<?xml version='1.0'?><?x <PMML ?><!DOCTYPE PMML [<!ENTITY a 'b'>]>", False),
    ],
)
def test_lxml_goes_ahead_only_where_there_are_no_entities(start: str, harmless: bool) -> None:
    assert is_harmless(f'{start}<PMML version="4.4"/>'.encode()) is harmless
    assert not is_harmless(f'{start}<PMML version="4.4"/>'.encode("utf-16"))


def test_documents() -> None:
    """Of a document its text as it would be written is checked; the reader knows some lines."""
    document = Document.read(changed('copyright="c"', 'copyright="c" colour="red"').encode())
    assert [(item.code, item.line) for item in validate(document).findings] == [("PMML013", 3)]

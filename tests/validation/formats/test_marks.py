"""What is marked in the line of a finding."""

from __future__ import annotations

import pytest

from pmmlkit.errors import Finding
from pmmlkit.validation.formats.marks import marked

FIELD = '  <DataField name="x" optype="continous"/><p:DataField name="y" displayName="a > b"/>'


@pytest.mark.parametrize(
    ("line", "path", "message", "expected"),
    [
        # the element
        (FIELD, "PMML/DataField", "attribute dataType is required", "<DataField"),
        (FIELD, "PMML/DataField[2]", "something", "<DataField"),
        ("<p:Node/>", "Node", "needs True", "<p:Node"),
        ("<NodeList/><Node/>", "Node", "needs True", "<Node"),
        ("<Node/><Nod", "Nod", "needs True", "<Nod"),
        # the child that is not allowed, not the parent
        ("<Node><Foo/></Node>", "PMML/Node", "unknown element Foo", "<Foo"),
        ("<Node><Foo/></Node>", "PMML/Node", "there is no element Foo in PMML 4.4", "<Foo"),
        ("<Node><True/></Node>", "Node", "True is in the wrong place or comes too often", "<True"),
        ("<Node><True/></Node>", "Node", "True must not stand inside Node", "<True"),
        # an element that only the message names
        ("<Node><True/></Node>", "", "a True is always true", "<True"),
        # the attribute by its name
        (FIELD, "DataField", "optype='continous' is none of these", 'optype="continous"'),
        (FIELD, "DataField", "field 'x': optype 'continous' is none", 'optype="continous"'),
        (FIELD, "DataField", "DataField has no attribute displayName", 'displayName="a > b"'),
        (FIELD, "DataField", "attribute 'name' is not allowed", 'name="x"'),
        ("<a x-name='1' name = '2'/>", "a", "name='2' is bad", "name = '2'"),
        # the attribute by its value
        (FIELD, "DataField", "field 'y' is defined twice", 'name="y"'),
        ('<a b=""/>', "a", "'' is no value", "<a"),
        # the attribute by a name that is no word
        ('<a value="1" nOf="2"/>', "a", "the value nOf is 2, there are 3", 'nOf="2"'),
        ('<a value="1" nOf="2"/>', "a", "the value is wrong", "<a"),
        # a start tag that began on a line before
        ('      value="yes"/>', "OutputField", "value='yes' is not listed", 'value="yes"'),
        # the column of the parser
        ("<a></bc>", "", "the text is not well-formed XML: mismatched tag (column 6)", "bc"),
        ("<a>&</a>", "", "not well-formed (invalid token) (column 5)", "<"),
        ("", "", "no element found (column 1)", None),
        # nothing of it
        ("some text", "Array", "needs 3 numbers", None),
        ("", "Array", "needs 3 numbers", None),
    ],
)
def test_marked(line: str, path: str, message: str, expected: str | None) -> None:
    span = marked(line, Finding("PMML010", "error", path, 1, message))
    assert (None if span is None else line[slice(*span)]) == expected


def test_a_broken_line_is_no_trouble() -> None:
    for line in ('<a b="', "<a b='x\" c=", "<" * 200, '<a b="1"' * 20, "a=" * 100):
        marked(line, Finding("PMML010", "error", "PMML/a", 1, "attribute b is '1'"))

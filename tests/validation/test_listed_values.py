"""Values that are not listed: found before scoring, whether or not any listed one is refused."""

from __future__ import annotations

import pytest

import pmmlkit
from pmmlkit.errors import PmmlError
from pmmlkit.language import mistakes
from pmmlkit.language.refusals import refusals
from pmmlkit.language.vocabulary import element_classes
from pmmlkit.validation import validate
from pmmlkit.xml.declaration import NO_DEFAULT, Attribute, Element

DOCUMENT = """<?xml version="1.0"?>
<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4">
<Header/>
<DataDictionary>
<DataField name="x" optype="continuous" dataType="double"/>
<DataField name="y" optype="continuous" dataType="double"/>
</DataDictionary>
<TreeModel functionName="regression" missingValueStrategy="none">
<MiningSchema>
<MiningField name="x" invalidValueTreatment="asIs"/>
<MiningField name="y" usageType="target"/>
</MiningSchema>
<Node score="1"><True/>
<Node score="2"><CompoundPredicate booleanOperator="and"><True/><True/></CompoundPredicate></Node>
<Node score="3"><SimplePredicate field="x" operator="lessThan" value="1"/></Node>
</Node>
</TreeModel>
</PMML>
"""

LISTING = [
    pytest.param(kind, item, id=f"{tag}-{item.xml_name}")
    for tag, kind in sorted(element_classes().items())
    for item in kind.declaration.attributes
    if item.values is not None and not item.refused and not item.informative
]


def with_value(kind: type[Element], name: str, value: str) -> Element:
    """Make an element of nothing but defaults and one value."""
    element = kind.__new__(kind)
    for item in kind.declaration.attributes:
        default = None if item.default is NO_DEFAULT else item.default
        object.__setattr__(element, item.name, value if item.name == name else default)
    object.__setattr__(element, "line", 0)
    return element


def told(element: Element, item: Attribute) -> list[str]:
    return [
        error.code
        for error in refusals(element)
        if error.code == mistakes.UNKNOWN_VALUE and item.xml_name in error.message
    ]


@pytest.mark.parametrize(("kind", "item"), LISTING)
def test_every_attribute_with_a_list_is_looked_at(kind: type[Element], item: Attribute) -> None:
    assert told(with_value(kind, item.name, "of no list"), item) == [mistakes.UNKNOWN_VALUE]
    assert item.values is not None
    for value in item.values.values:
        assert told(with_value(kind, item.name, value), item) == []


def test_there_are_elements_with_lists_that_refuse_nothing() -> None:
    declarations = [kind.declaration for kind in element_classes().values()]
    assert len([item for item in declarations if item.listing and not item.refusing]) > 50


def test_the_document_is_sound() -> None:
    assert validate(DOCUMENT.encode()).ok
    pmmlkit.load(DOCUMENT.encode())


@pytest.mark.parametrize(
    ("value", "line"),
    [
        ('missingValueStrategy="none"', 8),
        ('invalidValueTreatment="asIs"', 10),
        ('usageType="target"', 11),
        ('booleanOperator="and"', 14),
        ('operator="lessThan"', 15),
        ('dataType="double"', 5),
    ],
)
def test_a_value_that_is_not_listed_is_told(value: str, line: int) -> None:
    name = value.partition("=")[0]
    text = DOCUMENT.replace(value, f'{name}="of no list"', 1).encode()
    errors = [item for item in validate(text).findings if item.severity == "error"]
    assert ("PMML012", line) in {(item.code, item.line) for item in errors}
    with pytest.raises(PmmlError, match="of no list"):
        pmmlkit.load(text)

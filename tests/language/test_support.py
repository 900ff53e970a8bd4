"""docs/support.md is what the code says, and what it says is refused is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

import pmmlkit
from pmmlkit.errors import UnsupportedError
from pmmlkit.language.refusals import refusals
from pmmlkit.language.support import support_table, without_effect
from pmmlkit.language.vocabulary import TAGS, element_classes
from pmmlkit.xml.declaration import Attribute, Element

DOCUMENTATION = Path(__file__).parents[2] / "docs" / "support.md"


def refused_values() -> list[tuple[type[Element], Attribute, str]]:
    return [
        (kind, item, "any" if value == "*" else value)
        for kind in element_classes().values()
        for item in kind.declaration.refusing
        for value in item.refused
    ]


def test_documentation_is_current() -> None:
    assert DOCUMENTATION.read_text() == support_table(), (
        "run python -m pmmlkit.language.support > docs/support.md"
    )


def test_every_element_of_the_standard_is_declared() -> None:
    """Nodes and rows are read into tables and need no class."""
    assert TAGS - element_classes().keys() == {"Node", "row"}


def test_every_tag_stands_in_the_table() -> None:
    text = support_table()
    assert [tag for tag in element_classes() if f"`{tag}`" not in text] == []


@pytest.mark.parametrize(
    ("kind", "item", "value"),
    refused_values(),
    ids=lambda part: getattr(part, "xml_name", None) or getattr(part, "__name__", str(part)),
)
def test_refused_values_are_refused(kind: type[Element], item: Attribute, value: str) -> None:
    element = kind.__new__(kind)
    for field, default in zip(kind.declaration.fields, kind.declaration.defaults, strict=True):
        object.__setattr__(element, field.name, None if field.name != item.name else value)
        del default
    object.__setattr__(element, "line", 7)
    found = list(refusals(element))
    assert [error.line for error in found] == [7]
    assert (item.refused.get(value) or item.refused["*"]) in str(found[0])


def test_statistics_have_no_effect() -> None:
    assert {"ModelStats", "UnivariateStats", "ModelExplanation", "Taxonomy"} <= without_effect()
    assert not {"TreeModel", "Node", "MiningField", "FieldRef"} & without_effect()


def test_all_refusals_are_told_at_once() -> None:
    text = b"""<PMML xmlns="http://www.dmg.org/PMML-4_4" version="4.4"><Header/>
<DataDictionary><DataField name="x" optype="continuous" dataType="double"/>
<DataField name="g" optype="categorical" dataType="string"/></DataDictionary>
<RegressionModel functionName="regression"><MiningSchema><MiningField name="x"/>
<MiningField name="g" usageType="group"/></MiningSchema><Output>
<OutputField name="a" feature="transformedValue" dataType="double" optype="continuous">
<Aggregate field="x" function="multiset" groupField="g"/></OutputField>
<OutputField name="b" feature="transformedValue" dataType="string" optype="categorical">
<MapValues outputColumn="o"><FieldColumnPair field="g" column="i"/><TableLocator/></MapValues>
</OutputField></Output><RegressionTable intercept="1"/></RegressionModel></PMML>"""
    with pytest.raises(UnsupportedError) as caught:
        pmmlkit.load(text)
    lines = [finding.line for finding in caught.value.findings]
    assert lines == [7, 9]
